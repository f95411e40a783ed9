"""Guilds seen from their members."""

from __future__ import annotations

from umi_local.worlds.draw import Pool
from umi_local.worlds.families.games.service import GAMES, members
from umi_local.worlds.family import Kind
from umi_local.worlds.play import Play
from umi_local.worlds.splits import Split


@GAMES.intent(
    goal="tell how much gold the members of {guild} have together",
    wordings=(
        "how much gold do the members of {guild} have together?",
        "add up the gold of everyone in {guild}",
        "what do all the players of {guild} own in gold, taken together? Not the treasury, just their own.",
        "We at {guild} want to buy a castle. How much gold do our members have between them?",
        "go through the members of {guild} and total up their gold",
        "I'd like to know how rich {guild} is: sum up the purses of the members.",
        "~sum gold, members of {guild}",
        "~{guild}: members' gold in total",
    ),
    essential="guild_members",
    split=Split.TRAIN,
)
def gold_of_members(play: Play) -> None:
    """One call for the names, one for each of them, and a sum."""
    sizes = {guild: len(members(play.state, guild)) for guild in play.state["guilds"]}
    play.ask(guild=play.draw.pick(list(sizes)))
    found = play.call("guild_members", {"guild": play.slots["guild"]})
    names = [member["name"] for member in found]
    play.learn("{guild} has {n:n member}: {names}.", "The members are {names}.", n=len(names), names=names)
    golds: list[int] = []
    for name in names:
        golds.append(play.call("player_profile", {"player": name}, does=f"look up the gold of {name}")["gold"])
        if len(golds) < len(names):
            play.learn("{name} has {gold} gold.", "{gold} gold belong to {name}.", name=name, gold=golds[-1])
    play.learn(
        "{name} has {gold} gold; {sum} makes {total}.",
        "With {gold} gold for {name}, the sum is {sum} = {total}.",
        name=names[-1],
        gold=golds[-1],
        sum=" + ".join(map(str, golds)),
        total=sum(golds),
    )
    play.conclude(
        "Together the members of {guild} have {total} gold.",
        "{names} have {total} gold between them.",
        "The members of {guild} own {total} gold altogether.",
        facts=["total"],
        derived=["total"],
    )


@GAMES.intent(
    goal="tell the level of {player} of the guild {guild}",
    wordings=(
        "what level is {player} from the guild {guild}?",
        "look up the level of {player}, a member of {guild}",
        "There's a {player} in {guild}. Which level do they have?",
        "I'm putting a party together and thought of {player}, who is in {guild}. Their level, please?",
        "how far has {player} ({guild}) got, which level?",
        "find out {player}'s level; they play for {guild}",
        "~level of {player}, guild {guild}",
        "~{guild} member {player}: lvl?",
    ),
    kind=Kind.RECOVER,
    breaks="player_profile",
    split=Split.TRAIN,
)
def level_by_guild(play: Play) -> None:
    """The profiles are out of order, but the guild's roster shows the level, too."""
    player = play.draw.pick([hero for hero in play.state["players"].values() if hero["guild"]])
    play.ask(player=player["name"], guild=player["guild"])
    failed = play.attempt("player_profile", {"player": player["name"]}).error
    play.learn("The profile {said}.", "I can't get the profile: the tool {said}.", said=failed)
    found = play.call(
        "guild_members",
        {"guild": player["guild"]},
        why=(
            "Since {player} is in {guild}, the roster from {tool} may show the level.",
            "{tool} lists the members of {guild}, perhaps with levels, so I try that.",
        ),
    )
    level = next(member["level"] for member in found if member["name"] == player["name"])
    play.learn("The roster has {player} with level {level}.", "{player} is listed with level {level}.", level=level)
    play.conclude(
        "{player} is level {level}, according to the roster of {guild}.",
        "The member list of {guild} shows {player} at level {level}.",
        "Level {level}. I took it from the member list of {guild}.",
        facts=["level"],
    )


@GAMES.intent(
    goal="tell how much is in the treasury of {player}'s guild",
    wordings=(
        "how much gold is in the treasury of {wrong}, the guild of {player}?",
        "what does the guild bank of {wrong} hold? {player} is a member, if that helps",
        "look up the treasury of {player}'s guild, {wrong}",
        "{player} told me to look at the treasury of their guild, {wrong} I think it was. How much is in it?",
        "tell me how rich {wrong} is, you know, the guild that {player} is in; I mean the treasury",
        "I'm to report what {wrong} has in its vault. If the name isn't quite right: {player} belongs to it.",
        "~treasury of {wrong} (guild of {player})",
        "~{player}'s guild {wrong}: gold in vault?",
    ),
    kind=Kind.RECOVER,
    split=Split.TEST,
)
def misnamed_guild(play: Play) -> None:
    """No guild has that name; the member's profile has the right one."""
    player = play.draw.pick([hero for hero in play.state["players"].values() if hero["guild"]])
    first, last = player["guild"].split()
    wrong = play.draw.pick((f"{last} {first}", f"{first} {last[:-1]}ers", f"{last} of {first}", f"{first} Order"))
    play.ask(player=player["name"], wrong=wrong)
    play.attempt("guild_info", {"guild": wrong})
    play.learn("No guild is called {wrong}.", "The game knows no guild {wrong}.")
    found = play.call(
        "player_profile",
        {"player": player["name"]},
        why=(
            "{player} is said to be in it, so {tool} will show what the guild is really called.",
            "The right name should stand in the profile of {player}; I call {tool}.",
        ),
    )
    play.learn("{player} is in {guild}.", "The guild of {player} is really {guild}.", guild=found["guild"])
    treasury = play.call("guild_info", {"guild": found["guild"]})["treasury"]
    play.learn("The treasury of {guild} holds {gold} gold.", "{guild} has {gold} gold in it.", gold=treasury)
    play.conclude(
        "{player}'s guild is called {guild}; its treasury holds {gold} gold.",
        "There are {gold} gold in the treasury of {guild}, which is the guild's proper name.",
        facts=["gold"],
    )


MOODS = Pool(
    """beginners|casual players|dungeon lovers|early birds|explorers|families|fishing fans|friendly people|healers
    |late-night players|lone wolves|merchants|night owls|old friends|patient people|puzzle solvers|racers|raiders
    |role-players|students|treasure hunters|weekend players|working parents"""
)


@GAMES.intent(
    goal="write a line that invites {who} to {guild}",
    wordings=(
        "write one sentence that invites {who} to our guild {guild}",
        "how could a guild called {guild} advertise to {who}? one sentence, please",
        "give me a short recruiting line for {guild}, aimed at {who}",
        "Our guild {guild} is looking for {who}. Word me a one-line notice for the board.",
        "phrase a friendly call for {who} to join {guild}",
        "I'm bad at slogans. Something to attract {who} to {guild}?",
        "~recruiting line, {guild}, for {who}",
        "~slogan {guild} ({who})",
    ),
    kind=Kind.NO_TOOL,
    split=Split.TEST,
    weight=0.6,
)
def recruiting_line(play: Play) -> None:
    """Writing."""
    play.ask(guild=play.draw.pick(list(play.state["guilds"])), who=play.draw.of(MOODS))
    play.conclude(
        "{guild} welcomes {who}: come as you are and stay as a friend!",
        "Calling all {who}! {guild} keeps a warm seat by the fire for you.",
        "{who:cap}, your place is with {guild}: good company, shared loot and no drama.",
        facts=["guild"],
        why=(
            "A slogan only has to be written; no tool of the game is needed.",
            "The user wants a line of text for {guild}, and I can write that myself.",
        ),
    )
