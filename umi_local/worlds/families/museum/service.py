"""The museum's scene and what its tools do."""

from __future__ import annotations

from typing import Any

from umi_local.messages import JsonValue
from umi_local.worlds.dates import checked_day, days_later, minutes_later, weekday_of
from umi_local.worlds.draw import Draw, Pool
from umi_local.worlds.errors import RefusedError
from umi_local.worlds.family import Family
from umi_local.worlds.operations import Param, day, ident, one_of, text, whole
from umi_local.worlds.play import Play
from umi_local.worlds.pools import TOWNS, people
from umi_local.worlds.speech import WEEKDAYS

MUSEUM = Family(
    "museum",
    "[museum|gallery|exhibition|collection|visitors]",
    # Wide: whoever else takes bookings or payments has tools that could be meant.
    frozenset({"events", "museum", "tickets", "bookings", "leisure", "reservations", "travel", "vehicles"}),
)

LANGUAGES = ("English", "French", "German", "Spanish", "Italian", "Dutch")
RATES = ("adult", "child", "student", "senior")
THEMES = (
    "highlights",
    "women in art",
    "daily life",
    "gold and silver",
    "the building",
    "trade and travel",
    "portraits",
)
HALLS = ("North Wing", "South Wing", "Tower Room", "Glass Court", "Blue Gallery", "Long Gallery", "Cellar", "Dome Hall")
_MATERIALS = (
    *(
        "bronze",
        "silver",
        "clay",
        "marble",
        "ivory",
        "oak",
        "linen",
        "copper",
        "glass",
        "amber",
        "jade",
        "iron",
        "gold",
    ),
    *("stone", "silk", "wax"),
)
_THINGS = (
    *("bowl", "brooch", "bust", "candlestick", "chest", "clock", "comb", "cup", "dagger", "figurine", "fan", "flute"),
    *("goblet", "horse", "key", "lamp", "mask", "mirror", "necklace", "plate", "ring", "saddle", "seal", "shield"),
    *("spoon", "sundial", "tablet", "vase"),
)
OBJECTS = Pool(f"{material} {thing}" for material in _MATERIALS for thing in _THINGS)
NUMBER = Param("number", "[exhibit|object|item|inventory] [number|id|no|key]", ident(), "[number|id] of the exhibit")
HALL = Param(
    "hall", "[hall|room|gallery|wing|hall or room] [name|title|label|]", text(), "[name of the hall|which hall]"
)
DAY = Param("day", "[|visit|museum|calendar|wanted|tour|opening|chosen] [day|date]", day())
TOUR = Param("tour", "[tour|guided tour|guided walk] [number|id|no|key]", ident(), "[number|id] of the tour")
CODE = Param("code", "[|tour|group|visit] [booking|reservation] [code|reference|id|key]", text(), "code of the booking")


@MUSEUM.scene
def scene(draw: Draw) -> dict[str, Any]:
    """Three halls with three or four exhibits each, tours on three days, three bookings."""
    halls = draw.sample(HALLS, 3)
    numbers = draw.sample(range(100, 999), 10)
    years = draw.sample(range(1210, 1920), 10)
    exhibits = {
        str(number): {
            "number": number,
            "title": title,
            "year": year,
            "origin": draw.of(TOWNS),
            "hall": halls[i % 3],
            "on_display": draw.chance(0.8),
        }
        for i, (number, title, year) in enumerate(zip(numbers, draw.several_of(OBJECTS, 10), years, strict=True))
    }
    start = draw.day("2026-01-05", "2027-12-01")
    state: dict[str, Any] = {
        "exhibits": exhibits,
        "opens": draw.pick(("09:00", "09:30", "10:00")),
        "closes": draw.pick(("17:00", "17:30", "18:00")),
        "closed_on": draw.pick(WEEKDAYS),
        "prices": [
            {"rate": rate, "price": draw.price(low, low + 9)} for rate, low in zip(RATES, (12, 3, 6, 7), strict=True)
        ],
        "tours": {},
        "bookings": {},
        "guides": [],
        "spare_codes": [draw.code("M@@-##") for _ in range(4)],
    }
    week = [days_later(start, i) for i in range(7)]
    tours = draw.sample(range(11, 99), 9)
    for date in draw.sample([date for date in week if weekday_of(date) != state["closed_on"]], 3):
        times = draw.sample(("10:15", "11:00", "13:30", "14:45", "15:30", "16:15"), 3)
        for time, theme in zip(sorted(times), draw.sample(THEMES, 3), strict=True):
            tour = tours.pop()
            state["tours"][str(tour)] = {
                "tour": tour,
                "day": date,
                "theme": theme,
                "begins": time,
                "minutes": draw.pick((45, 60, 75, 90)),
                "language": draw.pick(LANGUAGES[:3]),
                "places": draw.whole(0, 14),
            }
    for name in people(draw, 3):
        code = draw.code("M@@-##")
        tour = draw.pick(list(state["tours"].values()))
        state["bookings"][code] = {"code": code, "name": name, "tour": tour["tour"], "people": draw.whole(2, 6)}
    return state


def tours_of(state: dict[str, Any], day: str) -> list[dict[str, Any]]:
    """Return the tours of a day, the earliest first."""
    own = [tour for tour in state["tours"].values() if tour["day"] == day]
    return sorted(own, key=lambda tour: (tour["begins"], tour["tour"]))


def any_tour(play: Play) -> dict[str, Any]:
    """Pick a tour."""
    tour: dict[str, Any] = play.draw.pick(list(play.state["tours"].values()))
    return tour


def any_exhibit(play: Play) -> dict[str, Any]:
    """Pick an exhibit."""
    exhibit: dict[str, Any] = play.draw.pick(list(play.state["exhibits"].values()))
    return exhibit


def _booking(state: dict[str, Any], code: str) -> dict[str, Any]:
    found: dict[str, Any] | None = state["bookings"].get(code.strip().upper())
    if found is None:
        raise RefusedError(f"no tour booking {code}")
    return found


def _tour(state: dict[str, Any], number: int) -> dict[str, Any]:
    found: dict[str, Any] | None = state["tours"].get(str(number))
    if found is None:
        raise RefusedError(f"there is no tour {number}")
    return found


@MUSEUM.operation(
    names="[find|search|look up|get|query] [exhibits|objects|collection|catalogue|museum pieces]",
    about="[Search|Look through] the collection[.| by words in the names of exhibits.]",
    does="search the collection for {words}",
    params=[
        Param("words", "[|search|query|title|object] [words|text|term|phrase]", text(), "[part of|words of] the name")
    ],
    labels={"title": "[title|name|object]", "number": "[number|inventory number|id]"},
)
def find_exhibits(state: dict[str, Any], words: str) -> JsonValue:
    """Exhibits whose name has all the words."""
    wanted = words.casefold().split()
    found = [e for e in state["exhibits"].values() if wanted and all(word in e["title"].split() for word in wanted)]
    return [{"number": e["number"], "title": e["title"], "hall": e["hall"]} for e in found[:6]]


@MUSEUM.operation(
    names="[get|show|read|describe] [exhibit|object|museum piece|item] [details|facts|record|label]",
    about="[Show|Get|Read] what is known about [an exhibit|one exhibit]: age, origin, hall.",
    does="look up exhibit {number}",
    params=[NUMBER],
    labels={"year": "[year|made in|from year]", "on_display": "[on display|shown|on view]"},
)
def exhibit_details(state: dict[str, Any], number: int) -> JsonValue:
    """Year, origin, hall, and whether it can be seen."""
    found = state["exhibits"].get(str(number))
    if found is None:
        raise RefusedError(f"the museum has no exhibit {number}")
    return dict(found)


@MUSEUM.operation(
    names="[list|show|get|read] [hall|room|gallery] [exhibits|objects|contents|pieces]",
    about="[List|Show] the exhibits of a hall, with [their years|the year of each].",
    does="list what is in the {hall}",
    params=[HALL],
    labels={"year": "[year|made in|from year]", "title": "[title|name|object]"},
)
def hall_exhibits(state: dict[str, Any], hall: str) -> JsonValue:
    """What stands in a hall."""
    own = [e for e in state["exhibits"].values() if e["hall"].casefold() == hall.strip().casefold()]
    if not own:
        raise RefusedError(f"there is no hall named {hall!r}")
    return [{key: e[key] for key in ("number", "title", "year", "on_display")} for e in own]


@MUSEUM.operation(
    names="[get|show|check|read] [museum|opening|visiting|visitor] [hours|times]",
    about="[Show|Get] when the museum is open on a day.",
    does="check the hours of {day}",
    params=[DAY],
    labels={"opens": "[opens|from|opening]", "closes": "[closes|until|closing]"},
)
def opening_times(state: dict[str, Any], day: str) -> JsonValue:
    """The same on every day but one."""
    if weekday_of(checked_day(day)) == state["closed_on"]:
        raise RefusedError(f"the museum is closed on {state['closed_on']}s", 409)
    return {"day": day, "opens": state["opens"], "closes": state["closes"]}


@MUSEUM.operation(
    names="[list|show|get|read] [ticket|entrance|entry|admission] [prices|rates|fees]",
    about="[List|Show] what the entrance costs [for each group of visitors|by rate].",
    does="read the entrance prices",
    labels={"rate": "[rate|group|visitor]", "price": "[price|fee|cost]"},
)
def entrance_prices(state: dict[str, Any]) -> JsonValue:
    """Price by rate."""
    return [dict(price) for price in state["prices"]]


@MUSEUM.operation(
    names="[list|find|show|get|read|browse] [tours|guided tours|guided walks|tour dates|museum tours|tour programme]",
    about="[List|Find|Show] the guided tours of a day[.|, with language and free places.]",
    does="list the tours of {day}",
    params=[DAY],
    labels={"places": "[places|free places|places left]", "begins": "[begins|start|time]"},
)
def tours_on(state: dict[str, Any], day: str) -> JsonValue:
    """The day's tours by time."""
    keys = ("tour", "theme", "begins", "minutes", "language", "places")
    return [{key: tour[key] for key in keys} for tour in tours_of(state, checked_day(day))]


@MUSEUM.operation(
    names="[book|reserve|join|sign up for|take|enter] [tour|guided tour|tour places|guided walk|museum tour]",
    about="[Book|Reserve] places on a guided tour.",
    does="book {people} places on tour {tour} for {name}",
    params=[
        TOUR,
        Param("people", "[|number of] [people|persons|visitors|places|heads]", whole(1, 30)),
        Param("name", "[|booking|group|visitor|guest|contact] name", text()),
    ],
    writes=True,
    labels={"begins": "[begins|start|time]"},
)
def book_tour(state: dict[str, Any], tour: int, people: int, name: str) -> JsonValue:
    """Places on a tour, if there are enough."""
    chosen = _tour(state, tour)
    if chosen["places"] < people:
        raise RefusedError(f"tour {tour} has only {chosen['places']} places left", 409)
    chosen["places"] -= people
    code = state["spare_codes"].pop(0) if state["spare_codes"] else f"M{tour}-{chosen['places']}"
    state["bookings"][code] = {"code": code, "name": name, "tour": tour, "people": people}
    return {"code": code, "tour": tour, "day": chosen["day"], "begins": chosen["begins"], "people": people}


@MUSEUM.operation(
    names="[find|get|look up|show|read|open|fetch] [tour booking|tour reservation|group booking|group visit]",
    about="[Find|Get|Show] a tour booking by its code.",
    does="look up tour booking {code}",
    params=[CODE],
    labels={"begins": "[begins|start|time]", "people": "[people|persons|visitors]"},
)
def find_tour_booking(state: dict[str, Any], code: str) -> JsonValue:
    """Who comes on which tour, with how many."""
    booking = _booking(state, code)
    tour = _tour(state, booking["tour"])
    return {**booking, "day": tour["day"], "begins": tour["begins"], "language": tour["language"]}


@MUSEUM.operation(
    names="[cancel|call off|drop|withdraw|void|delete] [tour booking|tour reservation|group booking|group visit]",
    about="[Cancel|Call off] a tour booking.",
    does="cancel tour booking {code}",
    params=[CODE],
    writes=True,
)
def cancel_tour_booking(state: dict[str, Any], code: str) -> JsonValue:
    """Give the places back."""
    booking = state["bookings"].pop(_booking(state, code)["code"])
    _tour(state, booking["tour"])["places"] += booking["people"]
    return {"code": booking["code"], "status": "cancelled"}


@MUSEUM.operation(
    names="[reserve|order|book|set aside] [audio guides|headsets|audio devices]",
    about="[Reserve|Set aside] audio guides for a day, in one language.",
    does="reserve {count} audio guides for {day}",
    params=[
        DAY,
        Param("count", "[|number of|how many|wanted] [guides|audio guides|devices|headsets|pieces]", whole(1, 40)),
        Param("language", "[|audio|guide|spoken|wanted] [language|tongue]", one_of(*LANGUAGES)),
    ],
    writes=True,
)
def reserve_guides(state: dict[str, Any], day: str, count: int, language: str) -> JsonValue:
    """Audio guides at the desk."""
    guide = {"day": checked_day(day), "count": count, "language": language}
    state["guides"].append(guide)
    return {"reservation": len(state["guides"]), **guide}


def end_of(tour: dict[str, Any]) -> str:
    """Return when a tour is over."""
    return minutes_later(tour["begins"], tour["minutes"])
