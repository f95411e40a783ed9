"""Referees, and who gets which match."""

from __future__ import annotations

from typing import Any

from umi_local.worlds.families.sports.service import SPORTS, any_match, free_on, matches_of
from umi_local.worlds.family import Missing
from umi_local.worlds.play import Play
from umi_local.worlds.splits import Split


def _free(play: Play, match: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the referees who are free on the day of a match, which then has none."""
    match["referee"] = None
    return free_on(play.state, "referees", match["day"])


@SPORTS.intent(
    goal="assign {referee} to match {match}",
    wordings=(
        "assign {referee} to match {match}",
        "make {referee} the referee of match {match}",
        "{referee} will referee game {match}. Please enter it.",
        "let {referee} whistle match {match}",
        "Match {match} still needs a referee; {referee} has agreed to do it. Put them down.",
        "appoint {referee} for match number {match}",
        "As the official for match {match}, take {referee}.",
        "~referee {match}: {referee}",
        "~{referee} -> match {match}",
    ),
    essential="assign_referee",
    missing=Missing(
        wordings=(
            "assign a referee to match {match}",
            "Match {match} still needs a referee. Put the one down that I talked to.",
            "appoint somebody as the referee of match {match}",
            "~referee for {match}",
        ),
        needs="the name of the referee",
        goal="assign a referee to match {match}",
        slot="referee",
    ),
    split=Split.TRAIN,
)
def appoint(play: Play) -> None:
    """One call."""
    match = any_match(play, "scheduled")
    play.ask(match=match["match"], referee=play.draw.pick(_free(play, match))["name"])
    done = play.call("assign_referee", {"match": match["match"], "referee": play.slots["referee"]})
    play.learn(
        "{referee} has match {match} on {day} now.", "Match {match} on {day} goes to {referee}.", day=done["day"]
    )
    play.conclude(
        "{referee} is the referee of match {match} on {day}.",
        "I assigned {referee} to match {match}.",
        "Done: match {match} on {day} has {referee} as its referee.",
        facts=["match"],
    )


@SPORTS.intent(
    goal="find a free referee of the best level for match {match} and assign them",
    wordings=(
        "find the best free referee for match {match} and assign them; level 1 is the best",
        "match {match} has no referee. Take a free one with the lowest level number and enter them.",
        "give match {match} the highest-graded referee who is free that day (grade 1 is the highest)",
        "who is free to referee match {match}? Pick the best by level, where 1 is best, and appoint them.",
        "It's an important match, number {match}, so I want the top referee who has time, level 1 if possible. Assign them.",
        "look for a referee who is free on the day of match {match} and give it to the one with the best level (1 before 2)",
        "~match {match}: assign best free referee (1 = best)",
        "~best available ref for {match}, 1 = top",
    ),
    essential="assign_referee",
    split=Split.TRAIN,
)
def best_free(play: Play) -> None:
    """Three calls: the day, who is free, the best of them."""
    match = any_match(play, "scheduled")
    levels = [referee["level"] for referee in _free(play, match)]
    if levels.count(min(levels)) > 1:
        raise play.unsuitable("two are equally good")
    play.ask(match=match["match"])
    day = play.call("match_details", {"match": match["match"]})["day"]
    play.learn("Match {match} is on {day}.", "The day of match {match} is {day}.", day=day)
    free = play.call("free_referees", {"day": day})
    best = min(free, key=lambda referee: referee["level"])
    play.learn(
        "Of {names}, {referee} has the best level, {level}."
        if len(free) > 1
        else "Only {referee} is free, level {level}.",
        names=[one["name"] for one in free],
        referee=best["name"],
        level=best["level"],
    )
    play.call("assign_referee", {"match": match["match"], "referee": best["name"]})
    play.learn("{referee} has match {match} now.", "Match {match} was given to {referee}.")
    play.conclude(
        "{referee} (level {level}) will referee match {match} on {day}.",
        "I assigned {referee}, level {level}, to match {match}.",
        "Match {match} has {referee} as its referee now, the best one free on {day}.",
        facts=["referee"],
    )


@SPORTS.intent(
    goal="assign {referee} to match {match}, or {other} if {referee} is busy",
    wordings=(
        "assign {referee} to match {match}, or {other} if {referee} is busy that day",
        "I'd like {referee} for match {match}. If they have another game, take {other}.",
        "Match {match} should go to {referee}; in case of a clash, to {other}.",
        "put {referee} down for match {match}, with {other} as the substitute should that not work",
        "try {referee} first for match {match} and {other} second",
        "The captains asked for {referee} in match {match}, but {other} will do if it has to be. Appoint one of them.",
        "~ref {match}: {referee}, else {other}",
        "~{match} -> {referee} or {other}",
    ),
    split=Split.TEST,
)
def second_referee(play: Play) -> None:
    """The first one may have another match that day."""
    match = any_match(play, "scheduled")
    match["referee"] = None
    same_day = [one for one in matches_of(play.state, "scheduled") if one["day"] == match["day"] and one is not match]
    free = _free(play, match)
    busy = [one["referee"] for one in same_day if one["referee"]]
    if len(free) < 2:
        raise play.unsuitable("too few are free")
    first = busy[0] if busy else free[1]["name"]
    other = free[0]["name"]
    play.ask(match=match["match"], referee=first, other=other)
    if play.attempt("assign_referee", {"match": match["match"], "referee": first}, decides=True).failed:
        play.learn(
            "{referee} has another match on {day}.", "On {day}, {referee} is busy with another match.", day=match["day"]
        )
        play.call(
            "assign_referee",
            {"match": match["match"], "referee": other},
            why=("That makes it {other}; I call {tool} again.", "So {other} should do it, once more with {tool}."),
        )
        play.learn("Match {match} went to {other}.", "{other} has got match {match}.")
        play.conclude(
            "{referee} has another match that day, so {other} referees match {match}.",
            "Match {match} goes to {other}, because {referee} is busy.",
            facts=["other"],
        )
        return
    play.learn("{referee} was free and has match {match} now.", "Match {match} went to {referee} without a clash.")
    play.conclude("{referee} will referee match {match}.", "Match {match} goes to {referee}.", facts=["referee"])


@SPORTS.intent(
    goal="check whether {referee} is free on {day} and if so assign them to match {match}",
    wordings=(
        "is {referee} free on {day}? If so, assign them to match {match}, if not, tell me who is free.",
        "check if {referee} has time on {day}; match {match} is theirs then, otherwise name me those who do have time",
        "If {referee} is available on {day}, they should get match {match}. If they aren't, I want the names of those who are.",
        "see whether {referee} can do {day}, and give them match {match} if they can, else list who could",
        "Look who is free on {day}. Is {referee} among them? Then assign match {match}, else tell me the free ones.",
        "I was hoping for {referee} in match {match} on {day}. Book them if they're free, or tell me who is.",
        "~{referee} free {day}? -> match {match}, else who is free",
        "~match {match} ({day}): {referee} if free, otherwise names",
    ),
    essential="free_referees",
    split=Split.TRAIN,
)
def assign_if_free(play: Play) -> None:
    """Two calls where the referee is free, one where they aren't."""
    match = any_match(play, "scheduled")
    free = [referee["name"] for referee in _free(play, match)]
    busy = [name for name in play.state["referees"] if name not in free]
    if not free or not busy:
        raise play.unsuitable("all are free, or none")
    play.ask(match=match["match"], day=match["day"], referee=play.draw.pick((play.draw.pick(free), busy[0])))
    found = [referee["name"] for referee in play.call("free_referees", {"day": match["day"]}, decides=True)]
    if play.slots["referee"] not in found:
        play.learn(
            "{referee} isn't free on {day}; only {names} is."
            if len(found) == 1
            else "On {day}, {names} are free, but {referee} isn't.",
            names=found,
        )
        play.conclude(
            "{referee} is busy on {day}. Free that day: {names}.",
            "{referee} already has a match on {day}; you could ask {names:or}.",
            facts=["names"],
        )
        return
    play.learn("{referee} is free on {day}.", "Among the free ones on {day} is {referee}.")
    play.call("assign_referee", {"match": match["match"], "referee": play.slots["referee"]})
    play.learn("{referee} was given match {match}.", "Match {match} is down for {referee}.")
    play.conclude(
        "{referee} is free on {day} and has been assigned to match {match}.",
        "Yes, {referee} had time, and match {match} is theirs now.",
        facts=["match"],
    )
