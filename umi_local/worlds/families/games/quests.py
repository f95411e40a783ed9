"""Quests: which there are, and who takes them."""

from __future__ import annotations

from umi_local.worlds.facts import NO, Fact
from umi_local.worlds.families.games.service import GAMES, MAX_QUESTS, any_player, any_quest
from umi_local.worlds.family import Missing
from umi_local.worlds.play import Play
from umi_local.worlds.splits import Split


@GAMES.intent(
    goal="list the quests in {region} for level {level}",
    wordings=(
        "which quests in {region} can I do at level {level}?",
        "list the quests in {region} that level {level} is enough for",
        "what is there to do in {region} with a level {level} character?",
        "I'm level {level} and bored. Any quests in {region} for me?",
        "show me what {region} has for players up to level {level}",
        "find missions in {region} that ask for level {level} or less",
        "My little brother is on level {level}. What could he play in {region}?",
        "~quests {region}, max level {level}",
        "~{region} quests lvl {level}",
    ),
    essential="quests_in",
    split=Split.TRAIN,
)
def quests_for_level(play: Play) -> None:
    """One call; there may be nothing."""
    region = play.draw.pick(list(play.state["quests"].values()))["region"]
    lowest = min(quest["min_level"] for quest in play.state["quests"].values() if quest["region"] == region)
    level = play.draw.pick((lowest - 2, lowest + 1, lowest + 15, lowest + 25))
    play.ask(region=region, level=level)
    found = play.call("quests_in", {"region": region, "max_level": level})
    if not found:
        play.learn(
            "{region} has no quest for level {level}.", "No quest in {region} is open to someone of level {level}."
        )
        play.conclude(
            "There is no quest in {region} for level {level}.",
            "None: every quest in {region} needs more than level {level}.",
            facts=[NO],
        )
        return
    play.learn(
        "At level {level}, {region} has {n:n quest} to offer: {titles}.",
        "{n:n quest} in {region} can be done at level {level}: {titles}.",
        n=len(found),
        titles=[quest["title"] for quest in found],
    )
    play.conclude(
        "In {region} you can do {titles}.",
        "For level {level}, {region} has {titles}.",
        "{titles:cap}: {n:n quest} in {region} at level {level}.",
        facts=["titles"],
    )


@GAMES.intent(
    goal="accept quest {quest} for {player}",
    wordings=(
        "accept quest {quest} for {player}",
        "sign {player} up for quest {quest}",
        "start the quest with the code {quest} for my character {player}",
        "put {quest} into {player}'s quest log",
        "{player} would like to do {quest} next. Accept that quest.",
        "Can {player} begin quest {quest}, please?",
        "We want to play {quest} tonight, so {player} needs to have it in the log.",
        "take on {quest} with {player}",
        "~accept {quest}, player {player}",
        "~{player} takes quest {quest}",
    ),
    essential="accept_quest",
    missing=Missing(
        wordings=(
            "accept a quest for {player}",
            "sign {player} up for the next quest",
            "{player} wants to start a new quest. Accept it.",
            "~new quest for {player}",
        ),
        needs="the code of the quest",
        goal="accept a quest for {player}",
        slot="quest",
    ),
    split=Split.TRAIN,
)
def take_quest(play: Play) -> None:
    """One call that changes something."""
    player, quest = any_player(play), any_quest(play)
    player["level"] = quest["min_level"] + play.draw.whole(0, 12)
    play.ask(player=player["name"], quest=quest["code"])
    done = play.call("accept_quest", {"player": player["name"], "quest": quest["code"]})
    play.learn(
        "{player} has quest {quest} now, {title}.",
        "Quest {quest} ({title}) is in the log of {player}.",
        title=done["title"],
    )
    play.conclude(
        "{player} has accepted {title} ({quest}).",
        "Done: quest {quest}, {title}, is in {player}'s log.",
        "I accepted quest {quest} for {player}. It is called {title}.",
        facts=["quest"],
    )


@GAMES.intent(
    goal="drop quest {quest} for {player} and tell how many are still open",
    wordings=(
        "drop quest {quest} for {player} and tell me how many quests are left",
        "Remove {quest} from {player}'s log. How many are still open then?",
        "{player} is stuck in {quest}. Abandon it and say how many quests remain.",
        "give up {quest} on {player} and count what is left in the log",
        "I hate {quest}. Take it off {player}'s list and tell me how many quests that leaves.",
        "Cancel quest {quest} of my character {player}. How many does that leave open?",
        "~abandon {quest} ({player}), how many left?",
        "~{player} drop {quest} + count",
    ),
    essential="drop_quest",
    missing=Missing(
        wordings=(
            "drop a quest for {player} and tell me how many are left",
            "{player} is stuck in a quest. Abandon it and say how many remain.",
            "Remove one of the quests from {player}'s log. How many are still open then?",
            "~abandon quest of {player}, how many left?",
        ),
        needs="the code of the quest to drop",
        goal="drop a quest for {player}",
        slot="quest",
    ),
    split=Split.TRAIN,
)
def abandon(play: Play) -> None:
    """One call, whose result holds a number."""
    player = any_player(play)
    log = play.draw.sample(list(play.state["quests"]), play.draw.whole(1, MAX_QUESTS))
    play.state["logs"][player["name"]] = log
    play.ask(player=player["name"], quest=play.draw.pick(log))
    done = play.call("drop_quest", {"player": player["name"], "quest": play.slots["quest"]})
    play.learn(
        "Quest {quest} is dropped, which leaves {n:n quest} in the log of {player}.",
        "{quest} is gone from the log, where {n:n quest} can still be found.",
        n=done["open_quests"],
    )
    play.conclude(
        "I dropped quest {quest}. {player} has {n:n open quest} left.",
        "{quest} is abandoned; that leaves {player} {n:n quest}.",
        "Quest {quest} is off the list. {player} still has {n:n quest} to do.",
        facts=["n"],
    )


@GAMES.intent(
    goal="accept the best-paid quest in {region} that {player} can do",
    wordings=(
        "find the best-paid quest in {region} that {player} is high enough for, and accept it",
        "give {player} the quest in {region} with the biggest reward their level allows",
        "{player} is in {region} and short of gold. Start whichever quest pays most at their level.",
        "look at the quests in {region}, pick the most rewarding one open to {player} and sign them up",
        "which quest in {region} pays {player} best, given their level? Accept it right away.",
        "I'm travelling through {region} with {player}. Take on the quest with the highest reward I'm allowed to do.",
        "~{player}: top reward quest in {region}, accept",
        "~accept best paying quest, {region}, for {player}",
    ),
    essential="accept_quest",
    split=Split.TRAIN,
)
def best_paid_quest(play: Play) -> None:
    """Three calls: level, quests for it, the best of them."""
    player = any_player(play)
    region = play.draw.pick(list(play.state["quests"].values()))["region"]
    levels = sorted(quest["min_level"] for quest in play.state["quests"].values() if quest["region"] == region)
    player["level"] = levels[1] + play.draw.whole(0, 5)
    play.ask(player=player["name"], region=region)
    found = play.call("player_profile", {"player": player["name"]})
    play.learn("{player} has level {level}.", "The level of {player} is {level}.", level=found["level"])
    quests = play.call("quests_in", {"region": region, "max_level": found["level"]})
    best = max(quests, key=lambda quest: quest["reward"])
    play.learn(
        "Of the {n} quests for that level, {title} ({code}) pays most: {reward} gold.",
        "{title}, code {code}, has the highest reward, {reward} gold.",
        n=len(quests),
        **best,
    )
    play.call("accept_quest", {"player": player["name"], "quest": best["code"]})
    play.learn("{player} has accepted {code}.", "Quest {code} is in the log now.")
    play.conclude(
        "{player} has accepted {title} ({code}), which pays {reward} gold.",
        "The best-paid quest for level {level} is {title} with {reward} gold; {player} has it now.",
        facts=[Fact("text", best["title"], (best["code"],))],
    )
