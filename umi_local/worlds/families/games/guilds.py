"""Guilds: who is in them, who leads them, who may join."""

from __future__ import annotations

from umi_local.worlds.families.games.service import GAMES, members
from umi_local.worlds.family import Missing
from umi_local.worlds.play import Play
from umi_local.worlds.splits import Split


@GAMES.intent(
    goal="tell who leads the guild {guild}",
    wordings=(
        "who leads {guild}?",
        "who is the leader of the guild {guild}?",
        "give me the name of the guild master of {guild}",
        "tell me who runs {guild}",
        "I'd like to apply at {guild}. Whom do I write to, who is in charge there?",
        "find out who is the head of {guild}",
        "Someone from {guild} stole our loot. Who is their leader?",
        "~leader of {guild}",
        "~{guild}: guild master?",
    ),
    essential="guild_info",
    missing=Missing(
        wordings=(
            "who leads that guild?",
            "give me the name of the guild master",
            "I want to apply at a guild. Who is in charge there?",
            "~guild leader?",
        ),
        needs="the name of the guild",
        goal="tell who leads a guild",
        slot="guild",
    ),
    split=Split.TRAIN,
)
def guild_leader(play: Play) -> None:
    """One call, a name and a number."""
    play.ask(guild=play.draw.pick(list(play.state["guilds"])))
    found = play.call("guild_info", {"guild": play.slots["guild"]})
    play.learn(
        "{guild} is led by {leader} and has {n:n member}.",
        "The leader of {guild} is {leader}; {n:n member} in all.",
        leader=found["leader"],
        n=found["members"],
    )
    play.conclude(
        "{leader} leads {guild}, which has {n:n member}.",
        "The guild master of {guild} is {leader} ({n:n member}).",
        "{guild} has {n:n member} and is led by {leader}.",
        facts=["leader"],
    )


@GAMES.intent(
    goal="get {player} into {guild}, or else into {second}",
    wordings=(
        "get {player} into {guild}, or into {second} if that doesn't work",
        "{player} wants to join {guild}. If they won't have them, {second} will do.",
        "sign {player} up with {guild}; failing that, with {second}",
        "try {guild} for {player} first and {second} second",
        "My friend {player} needs a guild, best of all {guild}. In case that one is closed, take {second}.",
        "add {player} to {guild}, and if it has no seat left, to {second} instead",
        "~{player} into {guild}, plan b {second}",
        "~join {guild} with {player}, else {second}",
    ),
    split=Split.TEST,
)
def second_choice(play: Play) -> None:
    """The first guild is full; the second takes the player."""
    guild, second = play.draw.sample(list(play.state["guilds"].values()), 2)
    player = next(hero for hero in play.state["players"].values() if hero["guild"] is None)
    is_full = play.draw.chance(0.75)
    taken = len(members(play.state, guild["name"]))
    guild["seats"] = taken if is_full else taken + 2
    play.ask(player=player["name"], guild=guild["name"], second=second["name"])
    if play.attempt("join_guild", {"player": player["name"], "guild": guild["name"]}, decides=True).failed:
        play.learn("{guild} is full.", "There is no seat left in {guild}.")
        play.call(
            "join_guild",
            {"player": player["name"], "guild": second["name"]},
            why=("The second choice is {second}, so I call {tool} for that.", "That leaves {second}: {tool} again."),
        )
        play.learn("{second} took {player}.", "{player} is a member of {second} now.")
        play.conclude(
            "{guild} was full, so {player} joined {second}.",
            "{player} is in {second} now; {guild} had no seat left.",
            facts=["second"],
        )
        return
    play.learn("{guild} took {player}.", "{player} is in {guild} now, so {second} isn't needed.")
    play.conclude("{player} has joined {guild}.", "It worked with {guild}: {player} is a member now.", facts=["guild"])


@GAMES.intent(
    goal="add {player} to {guild} if there is room, else name its leader",
    wordings=(
        "If {guild} has a free seat, add {player}, otherwise tell me who leads it.",
        "check whether {guild} has room for {player}; sign them up if so, and if not, name me the leader",
        "does {guild} have a seat left? Put {player} in then. If it's full I want to talk to the leader: who is that?",
        "{player} would like to be in {guild}. Add them if a seat is free, or give me the leader's name.",
        "look at {guild}: with a seat free, {player} joins, without one I need the name of the leader",
        "~{guild}: seat free? add {player}. full? leader's name",
        "~{player} into {guild} if room, else who leads",
        "I was told that {guild} may be full. If it isn't, enlist {player}; if it is, whom can I ask there, who leads it?",
    ),
    essential="guild_info",
    split=Split.TRAIN,
)
def join_if_room(play: Play) -> None:
    """Two calls where there is room, one where there is none."""
    guild = play.draw.pick(list(play.state["guilds"].values()))
    player = next(hero for hero in play.state["players"].values() if hero["guild"] is None)
    taken = len(members(play.state, guild["name"]))
    guild["seats"] = taken + play.draw.pick((0, 0, 1, 2, 4))
    play.ask(player=player["name"], guild=guild["name"])
    found = play.call("guild_info", {"guild": guild["name"]}, decides=True)
    play.slots.update(n=found["members"], seats=found["seats"], leader=found["leader"])
    if found["members"] < found["seats"]:
        play.learn(
            "{guild} has {n:n member} and {seats} seats, so there is room.", "Only {n} of {seats} seats are taken."
        )
        play.call("join_guild", {"player": player["name"], "guild": guild["name"]})
        play.learn("{player} is in {guild} now.", "{guild} has {player} as a member now.")
        play.conclude(
            "There was room: {player} is a member of {guild} now.",
            "Yes, {n} of {seats} seats were taken, and {player} has joined {guild}.",
            facts=["guild"],
        )
        return
    play.learn(
        "{guild} is full, {n} of {seats} seats are taken, and {leader} leads it.",
        "All {seats} seats of {guild} are taken. The leader is {leader}.",
    )
    play.conclude(
        "{guild} is full. Its leader is {leader}.",
        "There is no seat left in {guild}; you could talk to {leader}, who leads it.",
        facts=["leader"],
    )


@GAMES.intent(
    goal="send {amount} gold from {player} to the leader of {player}'s guild",
    wordings=(
        "send {amount} gold from {player} to the leader of their guild",
        "{player} has to pay {amount} gold to their guild master. Do that, whoever it is.",
        "find out who leads {player}'s guild and send them {amount} gold from {player}",
        "The weekly dues are {amount} gold, paid to the guild's leader. Please pay them for {player}.",
        "transfer {amount} of {player}'s gold to whoever runs {player}'s guild",
        "I'm {player} and I owe my guild leader {amount} gold, but I forgot the name. Can you pay it anyway?",
        "~{amount} gold {player} -> own guild's leader",
        "~pay dues: {player}, {amount}, to guild leader",
    ),
    essential="send_gold",
    split=Split.TRAIN,
)
def pay_dues(play: Play) -> None:
    """Three calls: profile, guild, payment."""
    leaders = {guild["leader"] for guild in play.state["guilds"].values()}
    heroes = [hero for name, hero in play.state["players"].items() if hero["guild"] and name not in leaders]
    player, amount = play.draw.pick(heroes), play.draw.whole(10, 150, 5)
    player["gold"] += amount
    play.ask(player=player["name"], amount=amount)
    guild = play.call("player_profile", {"player": player["name"]})["guild"]
    play.learn("{player} belongs to {guild}.", "The guild of {player} is {guild}.", guild=guild)
    leader = play.call("guild_info", {"guild": guild})["leader"]
    play.learn("{leader} leads {guild}.", "{guild} is led by {leader}.", leader=leader)
    play.call("send_gold", {"sender": player["name"], "receiver": leader, "amount": amount})
    play.learn("{leader} got the {amount} gold.", "The {amount} gold went to {leader}.")
    play.conclude(
        "{player} sent {amount} gold to {leader}, the leader of {guild}.",
        "{leader} leads {guild} and has received {amount} gold from {player}.",
        "The {amount} gold went to {leader}, who runs {guild}.",
        facts=["amount"],
    )
