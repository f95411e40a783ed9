"""Questions about players, and their gold."""

from __future__ import annotations

from umi_local.worlds.facts import NO
from umi_local.worlds.families.games.service import GAMES, PLAYERS, any_player
from umi_local.worlds.family import Kind, Missing
from umi_local.worlds.play import Play
from umi_local.worlds.splits import Split


@GAMES.intent(
    goal="tell the level of {player}",
    wordings=(
        "what level is {player}?",
        "how high has {player} levelled by now?",
        "tell me which level {player} has [reached|got to]",
        "check the level of [my character|the player] {player}",
        "I haven't played in ages. What level is my character {player}?",
        "We're picking people for tonight's raid, so I have to know {player}'s level.",
        "{player} says they are ready for the dungeon. Which level are they, really?",
        "~level {player}",
        "~{player} lvl?",
    ),
    essential="player_profile",
    missing=Missing(
        wordings=(
            "what level is my character?",
            "tell me what level that player has",
            "I need to know somebody's level before the raid.",
            "how high is my character's level by now?",
            "~level?",
        ),
        needs="the name of the player",
        goal="tell the level of a player",
        slot="player",
    ),
    split=Split.TRAIN,
)
def level(play: Play) -> None:
    """One call; then perhaps a question that its result answers as well."""
    play.ask(player=any_player(play)["name"])
    found = play.call("player_profile", {"player": play.slots["player"]})
    play.learn(
        "{player} is a level {level} {role}.",
        "The profile says that {player} has level {level}.",
        level=found["level"],
        role=found["class"],
        gold=found["gold"],
    )
    play.conclude(
        "{player} is level {level}.",
        "Level {level}: {player} is a {role}.",
        "{player} has reached level {level}.",
        facts=["level"],
    )
    if play.draw.chance(0.35):
        play.then_ask(
            "and how much gold do they have?",
            "how rich are they, in gold?",
            "And their gold? Tell me that as well.",
            "~gold too?",
            goal="tell how much gold {player} has",
        )
        play.conclude(
            "{player} has {gold} gold in all.",
            "They own {gold} gold.",
            facts=["gold"],
            why=(
                "The profile of {player} shows {gold} gold, so I needn't call anything.",
                "I have read that already: {player} has {gold} gold.",
            ),
        )


@GAMES.intent(
    goal="tell when {player} was last online",
    wordings=(
        "when was {player} last online?",
        "what day did {player} log in for the last time?",
        "find out when {player} was last seen in the game",
        "how long ago did {player} last play? The date will do.",
        "{player} doesn't answer my messages. When were they last on?",
        "look up the last visit of {player}",
        "I want to clear out the inactive accounts. When did {player} play last?",
        "~last login {player}",
        "~{player} last seen?",
    ),
    essential="player_profile",
    missing=Missing(
        wordings=(
            "when was this player last online?",
            "find out when somebody was last seen in the game",
            "A friend of mine doesn't answer. When did they last play?",
            "~last login?",
        ),
        needs="the player's name",
        goal="tell when a player was last online",
        slot="player",
    ),
    split=Split.TEST,
)
def last_online(play: Play) -> None:
    """One call, a date."""
    play.ask(player=any_player(play)["name"])
    found = play.call("player_profile", {"player": play.slots["player"]})
    play.learn("{player} was last online on {day}.", "The last visit of {player} was on {day}.", day=found["last_seen"])
    play.conclude(
        "{player} was last seen on {day}.",
        "The last time {player} logged in was {day}.",
        "On {day}, says {player}'s profile.",
        facts=["day"],
    )


@GAMES.intent(
    goal="look up {player}",
    wordings=(
        "who is {player}?",
        "tell me about the player {player}",
        "I just met somebody called {player}. What guild are they in?",
        "look up {player}, somebody I played against",
        "is there a character named {player}, and in which guild?",
        "My friend plays as {player}. Can you find that account?",
        "what class does {player} play?",
        "~who's {player}",
        "~profile of {player}",
    ),
    split=Split.TRAIN,
    weight=0.6,
)
def unknown_player(play: Play) -> None:
    """There is no such player, and the answer says so."""
    taken = play.state["players"]
    play.ask(player=play.draw.pick([name for name in PLAYERS.of(play.draw.split) if name not in taken]))
    play.attempt("player_profile", {"player": play.slots["player"]})
    play.learn("The game has no player called {player}.", "Nobody by the name of {player} exists here.")
    play.conclude(
        "There is no player called {player}. Is the name spelled right?",
        "I couldn't find any {player} in the game.",
        "No player goes by the name of {player}; please check the spelling.",
        facts=[NO],
        why=("That has to be said, and the spelling checked.", "I report this instead of guessing another name."),
    )


@GAMES.intent(
    goal="tell who has the higher level, {player} or {rival}, and by how much",
    wordings=(
        "who has the higher level, {player} or {rival}, and by how much?",
        "compare the levels of {player} and {rival}",
        "is {player} ahead of {rival} in levels, and how far?",
        "{player} and {rival} keep arguing about who is higher. Settle it, with the difference, please.",
        "how many levels lie between {player} and {rival}, and who is in front?",
        "tell me which of the two is the more experienced, {player} or {rival}, counting levels",
        "~levels: {player} vs {rival}, difference",
        "~{player} or {rival}, who is higher?",
    ),
    essential="player_profile",
    split=Split.DEV,
)
def compare_levels(play: Play) -> None:
    """Two calls that don't depend on each other, and a difference."""
    one, other = play.draw.sample(list(play.state["players"].values()), 2)
    if one["level"] == other["level"]:
        raise play.unsuitable("equal levels")
    play.ask(player=one["name"], rival=other["name"])
    first = play.call("player_profile", {"player": one["name"]})["level"]
    play.learn("{player} has level {first}.", "For {player} it is level {first}.", first=first)
    second = play.call("player_profile", {"player": other["name"]})["level"]
    play.learn(
        "{rival} has level {second}, so {ahead} is {gap:n level} ahead.",
        "With level {second} for {rival}, {ahead} leads by {gap}.",
        second=second,
        ahead=one["name"] if first > second else other["name"],
        gap=abs(first - second),
    )
    play.conclude(
        "{ahead} is ahead by {gap:n level}: {player} has {first}, {rival} {second}.",
        "{ahead}, by {gap:n level} ({first} for {player}, {second} for {rival}).",
        facts=["ahead", "gap"],
        derived=["gap"],
    )


@GAMES.intent(
    goal="send {amount} gold from {player} to {friend}",
    wordings=(
        "send {amount} gold from {player} to {friend}",
        "transfer {amount} gold to {friend}, out of {player}'s purse",
        "{player} owes {friend} {amount} gold. Please pay it.",
        "give {friend} {amount} gold, {player} is paying",
        "{friend} healed us through the whole dungeon. Have {player} send them {amount} gold as thanks.",
        "move {amount} coins of {player} over to {friend}",
        "Could you let {friend} have {amount} of {player}'s gold?",
        "pay {amount} gold to {friend} on behalf of {player}",
        "~{amount} gold {player} -> {friend}",
        "~pay {friend} {amount} from {player}",
    ),
    essential="send_gold",
    missing=Missing(
        wordings=(
            "send some gold from {player} to {friend}",
            "{player} owes {friend} some gold. Please pay it.",
            "transfer gold to {friend}, out of {player}'s purse",
            "~gold {player} -> {friend}",
        ),
        needs="the amount of gold",
        goal="send gold from {player} to {friend}",
        slot="amount",
    ),
    split=Split.TRAIN,
)
def pay(play: Play) -> None:
    """One call with two names and a number."""
    player, friend = play.draw.sample(list(play.state["players"].values()), 2)
    amount = play.draw.whole(10, 400, 5)
    player["gold"] += amount
    play.ask(player=player["name"], friend=friend["name"], amount=amount)
    done = play.call("send_gold", {"sender": player["name"], "receiver": friend["name"], "amount": amount})
    play.learn(
        "{friend} got {amount} gold, and {player} has {left} left.",
        "The transfer worked; {player} keeps {left} gold.",
        left=done["gold_left"],
    )
    play.conclude(
        "{player} sent {amount} gold to {friend} and has {left} left.",
        "{friend} received {amount} gold. {player} now has {left}.",
        "Done: {amount} gold went to {friend}; {left} remain with {player}.",
        facts=["amount"],
    )


@GAMES.intent(
    goal="rename {player} to {new}",
    wordings=(
        "rename {player} to {new}",
        "change the name of my character {player} to {new}",
        "{player} is a silly name. Call that character {new} from now on.",
        "let {player} be known as {new} in the game",
        "I'd like a new name for {player}: {new}. Please change it.",
        "Can my hero {player} get the name {new}?",
        "give the player {player} the new name {new}",
        "~rename {player} -> {new}",
        "~{player} new name: {new}",
    ),
    kind=Kind.IMPOSSIBLE,
    split=Split.TRAIN,
    weight=0.6,
)
def rename(play: Play) -> None:
    """Nothing in the game's service changes a name."""
    taken = play.state["players"]
    new = play.draw.pick([name for name in PLAYERS.of(play.draw.split) if name not in taken])
    play.ask(player=any_player(play)["name"], new=new)
    play.give_up()
