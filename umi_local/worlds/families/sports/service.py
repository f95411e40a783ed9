"""The league's office: its scene and what it can do."""

from __future__ import annotations

from typing import Any

from umi_local.messages import JsonValue
from umi_local.worlds.dates import checked_clock, checked_day, days_later
from umi_local.worlds.draw import Draw, Pool
from umi_local.worlds.errors import RefusedError
from umi_local.worlds.family import Family
from umi_local.worlds.operations import Param, clock, day, ident, text, whole
from umi_local.worlds.play import Play
from umi_local.worlds.pools import people

FAMILY = SPORTS = Family("sports", "[league|sports|matches|football|fixtures|club]", frozenset({"sports", "venues"}))

TEAMS = Pool(
    f"{first} {last}"
    for first in (
        *("Alderwick", "Brackton", "Calderby", "Dunmere", "Eastholt", "Fernleigh", "Garrowby", "Hexley", "Inverlow"),
        *("Kelbrook", "Larkham", "Mossford", "Norwold", "Oakenby", "Penhollow", "Quarndale", "Ravensey", "Stanwick"),
    )
    for last in ("Albion", "Athletic", "City", "County", "Olympic", "Town", "Union", "United")
)
VENUES = Pool(
    f"{first} {last}"
    for first in (
        "Canal",
        "Chapel",
        "Foundry",
        "Harbour",
        "Hillside",
        "Lakeside",
        "Mill",
        "Orchard",
        "Railway",
        "Station",
    )
    for last in ("Arena", "Field", "Ground", "Oval", "Park", "Road", "Stadium")
)
LEVELS = (1, 2, 3)
ROUNDS = (((0, 1), (2, 3), (4, 5)), ((0, 2), (1, 4), (3, 5)), ((4, 0), (5, 1), (2, 3)), ((0, 3), (5, 2), (1, 4)))
"""Who plays whom in each round, by the teams' places in their list."""
N_PLAYED = 2

MATCH = Param("match", "[match|game|fixture] [number|id|no|code]", ident(), "[number|id] of the match")
TEAM = Param("team", "[team|club|side] [name|]", text(), "[name of the team|full name of the club]")
VENUE = Param("venue", "[venue|ground|stadium|pitch] [name|]", text(), "[name of the venue|which ground]")
REFEREE = Param("referee", "[referee|official|umpire] [name|]", text(), "[full name|name] of the referee")
DAY = Param("day", "[day|date|match day|match date|on]", day())
LABELS = {"match": "[match|match id|game]", "day": "[day|date]", "time": "[time|kick off|starts at]"}


@SPORTS.scene
def scene(draw: Draw) -> dict[str, Any]:
    """Six teams, two rounds that are played and two to come, four venues and four referees."""
    teams, venues = draw.several_of(TEAMS, 6), draw.several_of(VENUES, 5)
    names = people(draw, 10)
    first = draw.day("2026-03-01", "2026-08-01")
    numbers = iter(draw.sample(range(100, 999), 12))
    matches = {}
    for i, pairs in enumerate(ROUNDS):
        for j, (home, away) in enumerate(pairs):
            number = next(numbers)
            matches[str(number)] = {
                "match": number,
                "home": teams[home],
                "away": teams[away],
                "day": days_later(first, 7 * i + j % 2),
                "time": draw.clock(13, 20, 15),
                "venue": venues[j],
                "referee": names[6 + j] if draw.chance(0.7) else None,
                "status": "played" if i < N_PLAYED else "scheduled",
                "score": [draw.whole(0, 5), draw.whole(0, 5)] if i < N_PLAYED else None,
            }
    return {
        "teams": {team: _team(draw, team, names[i], venues[i % 4]) for i, team in enumerate(teams)},
        "matches": matches,
        "venues": {venue: _venue(draw, venue) for venue in venues},
        "referees": {name: {"name": name, "level": draw.pick(LEVELS)} for name in names[6:]},
    }


def _team(draw: Draw, team: str, coach: str, venue: str) -> dict[str, Any]:
    return {
        "team": team,
        "coach": coach,
        "founded": draw.whole(1881, 2009),
        "squad": draw.whole(16, 30),
        "venue": venue,
    }


def _venue(draw: Draw, venue: str) -> dict[str, Any]:
    return {
        "venue": venue,
        "seats": draw.whole(8, 240) * 50,
        "floodlights": draw.chance(0.5),
        "parking": draw.whole(40, 600),
    }


def matches_of(state: dict[str, Any], status: str) -> list[dict[str, Any]]:
    """Return the matches with a status, the earliest first."""
    own = [match for match in state["matches"].values() if match["status"] == status]
    return sorted(own, key=lambda match: (match["day"], match["time"], match["match"]))


def any_match(play: Play, status: str) -> dict[str, Any]:
    """Return one of the matches with a status."""
    return play.draw.pick(matches_of(play.state, status))


def free_on(state: dict[str, Any], kind: str, day: str) -> list[dict[str, Any]]:
    """Return the venues or referees that no scheduled match of a day takes."""
    key = {"venues": "venue", "referees": "referee"}[kind]
    taken = {match[key] for match in matches_of(state, "scheduled") if match["day"] == day}
    return [entry for name, entry in state[kind].items() if name not in taken]


def _match(state: dict[str, Any], number: int) -> dict[str, Any]:
    found: dict[str, Any] | None = state["matches"].get(str(number))
    if found is None:
        raise RefusedError(f"there is no match {number}")
    return found


def _entry(table: dict[str, Any], name: str, kind: str) -> dict[str, Any]:
    for key, entry in table.items():
        if key.casefold() == name.strip().casefold():
            found: dict[str, Any] = entry
            return found
    raise RefusedError(f"there is no {kind} {name}")


def _open(state: dict[str, Any], number: int) -> dict[str, Any]:
    found = _match(state, number)
    if found["status"] == "played":
        raise RefusedError(f"match {number} has been played already", 409)
    return found


def _written(score: list[int]) -> str:
    return f"{score[0]}-{score[1]}"


@SPORTS.operation(
    names="[list|get|show|find] [fixtures|upcoming matches|next games|schedule] [of team|for club|of side|]",
    about="[List|Show|Get] the [matches|games] that a [team|club] [has still to play|plays next].",
    does="list the coming matches of {team}",
    params=[TEAM],
    labels=LABELS,
)
def fixtures_of(state: dict[str, Any], team: str) -> JsonValue:
    """The scheduled matches of a team, the earliest first."""
    name = _entry(state["teams"], team, "team")["team"]
    own = [match for match in matches_of(state, "scheduled") if name in (match["home"], match["away"])]
    return [{key: match[key] for key in ("match", "home", "away", "day", "time")} for match in own]


@SPORTS.operation(
    names="[list|get|show|find] [matches|games|fixtures] [on day|of day|by date|on date]",
    about="[List|Show|Get] all [matches|games] of one day.",
    does="list the matches on {day}",
    params=[DAY],
    labels=LABELS,
)
def matches_on(state: dict[str, Any], day: str) -> JsonValue:
    """The scheduled matches of a day."""
    own = [match for match in matches_of(state, "scheduled") if match["day"] == checked_day(day)]
    return [{key: match[key] for key in ("match", "home", "away", "time", "venue")} for match in own]


@SPORTS.operation(
    names="[get|show|read|look up|fetch] [match|game|fixture] [details|info|sheet|]",
    about="[Show|Get|Look up] one [match|game]: day, venue, referee[| and score, if there is one].",
    does="look up match {match}",
    params=[MATCH],
    labels=LABELS,
)
def match_details(state: dict[str, Any], match: int) -> JsonValue:
    """All about a match."""
    found = dict(_match(state, match))
    score = found.pop("score")
    return {**found, "score": _written(score)} if score else found


@SPORTS.operation(
    names="[list|get|show|read] [results|scores|past matches|past games] [of team|for club|of side|]",
    about="[List|Show|Get] the [results|scores] of a [team|club], the latest first.",
    does="list the results of {team}",
    params=[TEAM, Param("last", "[last|latest|max|limit] [n|matches|games|]", whole(1, 40), "how many", optional=True)],
    labels=LABELS,
)
def results_of(state: dict[str, Any], team: str, last: int | None) -> JsonValue:
    """The played matches of a team, the latest first."""
    name = _entry(state["teams"], team, "team")["team"]
    own = [match for match in reversed(matches_of(state, "played")) if name in (match["home"], match["away"])]
    return [
        {
            "match": match["match"],
            "day": match["day"],
            "home": match["home"],
            "away": match["away"],
            "score": _written(match["score"]),
        }
        for match in own[:last]
    ]


@SPORTS.operation(
    names="[get|show|read|fetch] [table|league table|standings|ranking]",
    about="[Show|Get|Read] the league table, [best team first|from the top].",
    does="read the league table",
    params=[
        Param("top", "[top|first|max|limit] [n|places|rows|teams]", whole(1, 30), "how many places", optional=True)
    ],
    labels={"place": "[place|rank|position]", "goals": "[goals|goal difference|diff]", "points": "[points|pts]"},
)
def table(state: dict[str, Any], top: int | None) -> JsonValue:
    """The table: three points for a win, one for a draw."""
    rows = {team: {"place": 0, "team": team, "played": 0, "points": 0, "goals": 0} for team in state["teams"]}
    for match in matches_of(state, "played"):
        home, away = match["score"]
        for team, own, other in ((match["home"], home, away), (match["away"], away, home)):
            rows[team]["played"] += 1
            rows[team]["points"] += 3 if own > other else 1 if own == other else 0
            rows[team]["goals"] += own - other
    ordered = sorted(rows.values(), key=lambda row: (-row["points"], -row["goals"], row["team"]))
    return [{**row, "place": i} for i, row in enumerate(ordered, 1)][:top]


@SPORTS.operation(
    names="[get|show|find|look up] [team|club] [info|profile|details|]",
    about="[Show|Get|Look up] a [team|club]: its coach, squad and home [ground|venue].",
    does="look up {team}",
    params=[TEAM],
    labels={
        "squad": "[squad|squad size|players]",
        "venue": "[venue|home ground|home venue]",
        "founded": "[founded|since]",
    },
)
def team_info(state: dict[str, Any], team: str) -> JsonValue:
    """A team with its coach and home venue."""
    return dict(_entry(state["teams"], team, "team"))


@SPORTS.operation(
    names="[get|show|find|look up] [venue|ground|stadium] [info|details|data|]",
    about="[Show|Get|Look up] a [venue|ground]: its seats, floodlights and parking spaces.",
    does="look up {venue}",
    params=[VENUE],
    labels={"seats": "[seats|capacity]", "parking": "[parking|parking spaces]", "floodlights": "[floodlights|lights]"},
)
def venue_info(state: dict[str, Any], venue: str) -> JsonValue:
    """A venue."""
    return dict(_entry(state["venues"], venue, "venue"))


@SPORTS.operation(
    names="[list|find|get|show] [free|available|open] [venues|grounds|stadiums]",
    about="[List|Find|Get] the [venues|grounds] where no match is played on a day.",
    does="find the venues that are free on {day}",
    params=[DAY],
    labels={"seats": "[seats|capacity]"},
)
def free_venues(state: dict[str, Any], day: str) -> JsonValue:
    """The venues without a match on a day."""
    return [{key: venue[key] for key in ("venue", "seats")} for venue in free_on(state, "venues", checked_day(day))]


@SPORTS.operation(
    names="[list|find|get|show] [free|available|unassigned] [referees|officials|umpires]",
    about="[List|Find|Get] the referees who have no match on a day, with their [levels|grades].",
    does="find the referees who are free on {day}",
    params=[DAY],
    labels={"level": "[level|grade|class]"},
)
def free_referees(state: dict[str, Any], day: str) -> JsonValue:
    """The referees without a match on a day."""
    return [dict(referee) for referee in free_on(state, "referees", checked_day(day))]


@SPORTS.operation(
    names="[assign|set|appoint|name|book] [referee|official|umpire]",
    about="[Assign|Appoint] a referee to a [match|game].",
    does="assign {referee} to match {match}",
    params=[MATCH, REFEREE],
    writes=True,
)
def assign_referee(state: dict[str, Any], match: int, referee: str) -> JsonValue:
    """Give a match its referee, who must be free on that day."""
    found, official = _open(state, match), _entry(state["referees"], referee, "referee")
    if found["referee"] != official["name"] and official not in free_on(state, "referees", found["day"]):
        raise RefusedError(f"{official['name']} has another match on {found['day']}", 409)
    found["referee"] = official["name"]
    return {"match": found["match"], "day": found["day"], "referee": found["referee"]}


@SPORTS.operation(
    names="[move|reschedule|shift|set date of|change date of] [match|game|fixture]",
    about="[Move|Reschedule] a [match|game] to another day[.|, at another time if one is given.]",
    does="move match {match} to {day}",
    params=[
        MATCH,
        DAY,
        Param("time", "[time|kick off|start] [time|at|]", clock(), "[new time|when it starts]", optional=True),
    ],
    labels=LABELS,
    writes=True,
)
def move_match(state: dict[str, Any], match: int, day: str, time: str | None) -> JsonValue:
    """Play a match on another day, if the venue is free then."""
    found, new = _open(state, match), checked_day(day)
    if new != found["day"] and found["venue"] not in [venue["venue"] for venue in free_on(state, "venues", new)]:
        raise RefusedError(f"{found['venue']} is taken on {new}", 409)
    found["day"] = new
    found["time"] = checked_clock(time) if time else found["time"]
    return {key: found[key] for key in ("match", "day", "time", "venue")}


@SPORTS.operation(
    names="[change|set|switch|update] [venue|ground|stadium|match venue|match ground]",
    about="[Move a match to another venue.|Change the venue of a match.|Let a match be played elsewhere.]",
    does="move match {match} to {venue}",
    params=[MATCH, VENUE],
    labels=LABELS,
    writes=True,
)
def change_venue(state: dict[str, Any], match: int, venue: str) -> JsonValue:
    """Play a match elsewhere, if that venue is free on the day."""
    found, ground = _open(state, match), _entry(state["venues"], venue, "venue")
    if ground not in free_on(state, "venues", found["day"]) and ground["venue"] != found["venue"]:
        raise RefusedError(f"{ground['venue']} is taken on {found['day']}", 409)
    found["venue"] = ground["venue"]
    return {key: found[key] for key in ("match", "day", "venue")}


@SPORTS.operation(
    names="[record|enter|save|report|submit] [result|score|final score]",
    about="[Record|Enter|Save] the [result|score] of a [match|game].",
    does="record {home_goals}-{away_goals} for match {match}",
    params=[
        MATCH,
        Param("home_goals", "[home|home team|hosts] [goals|score|points]", whole(0, 60)),
        Param("away_goals", "[away|away team|guests] [goals|score|points]", whole(0, 60)),
    ],
    writes=True,
)
def record_result(state: dict[str, Any], match: int, home_goals: int, away_goals: int) -> JsonValue:
    """Write down how a match ended; that can be done once."""
    found = _match(state, match)
    if found["score"]:
        raise RefusedError(f"match {match} has a result already: {_written(found['score'])}", 409)
    found["score"], found["status"] = [home_goals, away_goals], "played"
    return {"match": match, "home": found["home"], "away": found["away"], "score": _written(found["score"])}


@SPORTS.operation(
    names="[postpone|call off|put off|suspend] [match|game|fixture]",
    about="[Postpone|Call off|Put off] a [match|game] without a new date.",
    does="postpone match {match}< because of {reason}>",
    params=[MATCH, Param("reason", "[reason|cause|why|grounds|note]", text(), "why it can't be played", optional=True)],
    writes=True,
)
def postpone(state: dict[str, Any], match: int, reason: str | None) -> JsonValue:
    """Take a match off the schedule for now."""
    found = _open(state, match)
    found["status"] = "postponed"
    found["reason"] = reason
    return {"match": match, "home": found["home"], "away": found["away"], "status": "postponed"}
