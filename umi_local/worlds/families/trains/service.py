"""Trains of one day between a few towns, tickets for them, and what the railway's tools do."""

from __future__ import annotations

from typing import Any

from umi_local.messages import JsonValue
from umi_local.worlds.draw import Draw, Pool
from umi_local.worlds.errors import RefusedError
from umi_local.worlds.family import Family
from umi_local.worlds.operations import Param, clock, day, one_of, text, whole
from umi_local.worlds.play import Play
from umi_local.worlds.pools import people

TRAINS = Family(
    "trains",
    "[trains|rail|railway|timetable|stations|railinfo]",
    frozenset({"travel", "trains", "tickets", "timetables"}),
)

_FIRST = (
    *("Alder", "Ash", "Beck", "Birch", "Black", "Bram", "Cald", "Clay", "Cran", "Dar", "Eller", "Fair", "Farn", "Gran"),
    *(
        "Hart",
        "Hazel",
        "Kel",
        "Lang",
        "Lind",
        "Mar",
        "Mill",
        "Nor",
        "Oak",
        "Pen",
        "Raven",
        "Red",
        "Ross",
        "Sand",
        "Stan",
    ),
    *("Thorn", "Wal", "West", "Whit", "Win"),
)
_LAST = ("bridge", "burg", "bury", "dale", "field", "haven", "ley", "minster", "moor", "mouth", "port", "stead", "wick")
STATIONS = Pool(first + last for first in _FIRST for last in _LAST)
"""Towns of no real country, so that their trains may go anywhere."""

KINDS = ("IC", "RE", "EX", "RB")
CLASSES = ("first", "second")
FACILITIES = ("lockers", "lift", "ticket office", "bike parking", "waiting room")

START = Param("start", "[start|origin|from|departure] [|station|town|city]", text(), "[town|station] where it begins")
TO = Param("to", "[to|destination|arrival|target] [|station|town|city]", text(), "[town|station] where it ends")
DAY = Param("day", "[|travel|departure|journey] [day|date]", day(), "[day|date] of the journey")
TRAIN = Param(
    "train", "[train|service|connection] [|number|id|code]", text(), "[number|id] of the train, such as IC 123"
)
REFERENCE = Param(
    "reference",
    "[booking|ticket|reservation] [reference|code|number|id|ref]",
    text(),
    "[reference|code] of the booking",
)
PASSENGER = Param("passenger", "[passenger|traveller|customer|person] [|name|full name]", text(), "[full name|name]")
STATION = Param("station", "[station|stop|town|city] [|name]", text(), "[name of the station|which station]")
CLASS = Param("travel_class", "[travel|seat|carriage|ticket|comfort] [class|category]", one_of(*CLASSES))
AFTER = Param(
    "after", "[after|earliest|not before|from] [|time|departure]", clock(), "earliest departure", optional=True
)


@TRAINS.scene
def scene(draw: Draw) -> dict[str, Any]:
    """Three to six trains on each of three routes of one day, three stations with facilities, some tickets."""
    first, second, third, *between = draw.several_of(STATIONS, 7)
    at = draw.day("2026-01-10", "2026-12-10")
    numbers = draw.sample(range(100, 4999), 40)
    trains: dict[str, Any] = {}
    for start, to, count in ((first, second, 4), (second, third, 4), (first, third, 3)):
        for departs in sorted(draw.sample(range(380, 1130, 5), count)):
            name = f"{draw.pick(KINDS)} {numbers.pop()}"
            trains[name] = _train(draw, name, at, start, to, departs, draw.sample(between, 2))
    bookings = {}
    for passenger in people(draw, 4):
        booking = _booking(draw, passenger, draw.pick(list(trains.values())))
        bookings[booking["reference"]] = booking
    stations = {town: _station(draw, town) for town in (first, second, third)}
    return {"day": at, "route": [first, second, third], "trains": trains, "bookings": bookings, "stations": stations}


def _train(draw: Draw, name: str, at: str, start: str, to: str, departs: int, between: list[str]) -> dict[str, Any]:
    minutes = draw.whole(45, 260)
    stops = sorted(draw.sample(range(departs + 10, departs + minutes - 5), 2))
    return {
        "train": name,
        "day": at,
        "start": start,
        "to": to,
        "departs": written(departs),
        "arrives": written(departs + minutes),
        "price": draw.price(9, 140),
        "platform": draw.pick(("1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12", "3a", "5b", "7c")),
        "delay": draw.pick((0, 0, draw.whole(3, 40))),
        "is_cancelled": False,
        "free": {"first": draw.whole(0, 9), "second": draw.whole(2, 60)},
        "bikes": draw.pick((0, draw.whole(1, 6))),
        "stops": [{"station": town, "time": written(time)} for town, time in zip(between, stops, strict=True)],
    }


def _booking(draw: Draw, passenger: str, train: dict[str, Any]) -> dict[str, Any]:
    seats = draw.whole(1, 3)
    return {
        "reference": draw.code("@@@###"),
        "passenger": passenger,
        "train": train["train"],
        "day": train["day"],
        "travel_class": draw.pick(CLASSES),
        "seats": seats,
        "coach": draw.whole(1, 14),
        "price": round(seats * train["price"], 2),
        "bikes": 0,
    }


def _station(draw: Draw, town: str) -> dict[str, Any]:
    opens, closes = draw.whole(5, 8), draw.whole(18, 22)
    return {
        "station": town,
        "platforms": draw.whole(4, 20),
        "facilities": draw.sample(FACILITIES, draw.whole(2, 4)),
        "office_opens": f"{opens:02d}:{draw.pick((0, 15, 30)):02d}",
        "office_closes": f"{closes:02d}:{draw.pick((0, 15, 30, 45)):02d}",
    }


def minutes(time: str) -> int:
    """Return the minutes since midnight."""
    return int(time[:2]) * 60 + int(time[3:])


def written(time: int) -> str:
    """Return minutes since midnight as HH:MM."""
    return f"{time // 60 % 24:02d}:{time % 60:02d}"


def lasting(train: dict[str, Any]) -> int:
    """Return how many minutes a train takes."""
    return minutes(train["arrives"]) - minutes(train["departs"])


def _train_of(state: dict[str, Any], name: str) -> dict[str, Any]:
    train: dict[str, Any] | None = state["trains"].get(name.strip().upper())
    if train is None:
        raise RefusedError(f"there is no train {name}")
    return train


def _booking_of(state: dict[str, Any], reference: str) -> dict[str, Any]:
    booking: dict[str, Any] | None = state["bookings"].get(reference.strip().upper())
    if booking is None:
        raise RefusedError(f"there is no booking {reference}")
    return booking


def _take(train: dict[str, Any], travel_class: str, seats: int) -> None:
    free = train["free"][travel_class]
    if train["is_cancelled"]:
        raise RefusedError(f"{train['train']} is cancelled", 409)
    if free < seats:
        raise RefusedError(f"{train['train']} has only {free} seats left in {travel_class} class", 409)
    train["free"][travel_class] = free - seats


@TRAINS.operation(
    names="[find|search|list|get] [trains|connections|direct trains|journeys] [|between stations|between towns]",
    about="[Find|List|Search] the [direct trains|trains] between two [towns|stations] on a day.",
    does="find the trains from {start} to {to} on {day}< after {after}>",
    params=[START, TO, DAY, AFTER],
    labels={
        "departs": "[departs|departure|leaves|from]",
        "arrives": "[arrives|arrival|until]",
        "price": "[price|fare]",
    },
)
def find_trains(state: dict[str, Any], start: str, to: str, day: str, after: str | None) -> JsonValue:
    """Trains by departure, at most six."""
    own = [
        train
        for train in state["trains"].values()
        if (train["start"].casefold(), train["to"].casefold()) == (start.strip().casefold(), to.strip().casefold())
        and train["day"] == day
        and not train["is_cancelled"]
        and (after is None or train["departs"] >= after)
    ]
    own.sort(key=lambda train: train["departs"])
    return [{key: train[key] for key in ("train", "departs", "arrives", "price")} for train in own[:6]]


@TRAINS.operation(
    names="[get|show|check|track] [train|live|running] [status|information|state]",
    about="[Get|Show|Check] [whether a train is on time|how a train is running][, and its platform|].",
    does="[check how {train} is running|get the status of {train}]",
    params=[TRAIN],
    labels={
        "delay_minutes": "[delay minutes|delay|minutes late]",
        "platform": "[platform|track|departs from platform]",
    },
)
def train_status(state: dict[str, Any], train: str) -> JsonValue:
    """Platform and delay of one train."""
    found = _train_of(state, train)
    status = "cancelled" if found["is_cancelled"] else "delayed" if found["delay"] else "on time"
    shown = {key: found[key] for key in ("train", "start", "to", "departs", "arrives", "platform")}
    return {**shown, "status": status, "delay_minutes": found["delay"]}


@TRAINS.operation(
    names="[list|get|show] [stops|stations|route|calling points] [|of train|for train]",
    about="[List|Show|Get] the stations where a train stops[, with the times|].",
    does="list the stops of {train}",
    params=[TRAIN],
    labels={"time": "[time|stops at|at]", "station": "[station|stop|town]"},
)
def stops_of(state: dict[str, Any], train: str) -> JsonValue:
    """All stops, the first and the last included."""
    found = _train_of(state, train)
    first = {"station": found["start"], "time": found["departs"]}
    return [first, *found["stops"], {"station": found["to"], "time": found["arrives"]}]


@TRAINS.operation(
    names="[show|get|list|read] [departures|departure board|station board|next trains]",
    about="[Show|Get|List] the trains that leave a station[, with their platforms|].",
    does="read the departures of {station}< after {after}>",
    params=[STATION, AFTER],
    labels={"delay_minutes": "[delay minutes|delay|minutes late]", "departs": "[departs|time|departure]"},
)
def departures(state: dict[str, Any], station: str, after: str | None) -> JsonValue:
    """The board of a station, the next five trains."""
    own = [
        train
        for train in state["trains"].values()
        if train["start"].casefold() == station.strip().casefold() and (after is None or train["departs"] >= after)
    ]
    own.sort(key=lambda train: train["departs"])
    return [
        {
            "train": train["train"],
            "to": train["to"],
            "departs": train["departs"],
            "platform": train["platform"],
            "delay_minutes": train["delay"],
        }
        for train in own[:7]
    ]


@TRAINS.operation(
    names="[check|get|count|show] [free|available|open] [seats|places]",
    about="[Check|Tell|Show] how many seats of a train are [free|still available].",
    does="check the free seats in {travel_class} class of {train}",
    params=[TRAIN, CLASS],
    labels={"free": "[free|free seats|seats left|available]"},
)
def free_seats(state: dict[str, Any], train: str, travel_class: str) -> JsonValue:
    """Seats in one class."""
    found = _train_of(state, train)
    return {"train": found["train"], "travel_class": travel_class, "free": found["free"][travel_class]}


@TRAINS.operation(
    names="[book|reserve|buy|order] [seats|seat|ticket|tickets|train seat]",
    about="[Book|Reserve|Buy] [seats|tickets] on a train.",
    does="book {seats:n seat} in {travel_class} class on {train} for {passenger}",
    params=[
        TRAIN,
        PASSENGER,
        CLASS,
        Param("seats", "[seats|number of seats|passengers|how many|count|tickets]", whole(1, 9), "how many seats"),
    ],
    writes=True,
    labels={"reference": "[reference|booking reference|booking code|ticket]"},
)
def book_seats(state: dict[str, Any], train: str, passenger: str, travel_class: str, seats: int) -> JsonValue:
    """Sell a ticket, if there are so many seats."""
    found = _train_of(state, train)
    _take(found, travel_class, seats)
    booking = {
        "reference": f"{found['train'][:2]}{len(state['bookings'])}{found['train'][3:]}",
        "passenger": passenger,
        "train": found["train"],
        "day": found["day"],
        "travel_class": travel_class,
        "seats": seats,
        "coach": len(state["bookings"]) % 9 + 1,
        "price": round(found["price"] * seats, 2),
        "bikes": 0,
    }
    state["bookings"][booking["reference"]] = booking
    return {key: booking[key] for key in ("reference", "train", "seats", "coach", "price")}


@TRAINS.operation(
    names="[find|get|show|look up|fetch] [booking|ticket|reservation] [|details|by reference]",
    about="[Get|Show|Look up] a [booking|ticket] by its reference.",
    does="look up booking {reference}",
    params=[REFERENCE],
    labels={"price": "[price|paid|fare]", "coach": "[coach|carriage|car]"},
)
def find_booking(state: dict[str, Any], reference: str) -> JsonValue:
    """One booking."""
    booking = _booking_of(state, reference)
    return {key: booking[key] for key in ("passenger", "train", "day", "travel_class", "seats", "coach", "price")}


@TRAINS.operation(
    names="[list|find|get|show] [bookings|tickets|reservations] [of|by|for] [passenger|traveller|customer]",
    about="[List|Show|Find] [all|the] [bookings|tickets] of a passenger.",
    does="list the bookings of {passenger}",
    params=[PASSENGER],
    labels={"reference": "[reference|booking reference|booking code|ticket]"},
)
def bookings_of(state: dict[str, Any], passenger: str) -> JsonValue:
    """What a passenger has booked, by reference."""
    own = [one for one in state["bookings"].values() if one["passenger"].casefold() == passenger.strip().casefold()]
    own.sort(key=lambda one: one["reference"])
    return [{key: one[key] for key in ("reference", "train", "day", "seats", "price")} for one in own]


@TRAINS.operation(
    names="[change|move|rebook|switch|transfer] [booking|ticket|reservation] [|to train|to other train]",
    about="[Change|Move|Rebook] a booking to another train.",
    does="move booking {reference} to {train}",
    params=[
        REFERENCE,
        Param("train", "[new|other|next|to] [train|service|train number|train id]", text(), "[new|other] train"),
    ],
    writes=True,
)
def change_booking(state: dict[str, Any], reference: str, train: str) -> JsonValue:
    """Another train, if it has room."""
    booking, found = _booking_of(state, reference), _train_of(state, train)
    _take(found, booking["travel_class"], booking["seats"])
    booking |= {"train": found["train"], "day": found["day"]}
    return {"reference": booking["reference"], "train": found["train"], "departs": found["departs"]}


@TRAINS.operation(
    names="[cancel|return|void|refund|give back] [booking|ticket|reservation]",
    about="[Cancel|Return|Give back] a [booking|ticket]; tells what is refunded.",
    does="cancel booking {reference}",
    params=[REFERENCE],
    writes=True,
    labels={"refund": "[refund|refunded|money back]"},
)
def cancel_booking(state: dict[str, Any], reference: str) -> JsonValue:
    """Give a ticket back; a tenth is kept."""
    booking = _booking_of(state, reference)
    del state["bookings"][booking["reference"]]
    return {"reference": booking["reference"], "refund": round(booking["price"] * 0.9, 2)}


@TRAINS.operation(
    names="[add|reserve|book|put] [bike|bicycle] [|space|place] [|to booking|to ticket]",
    about="[Add|Reserve|Book] [a place for a bike|a bicycle place] [for|to] a booking.",
    does="add a bike to booking {reference}",
    params=[REFERENCE],
    writes=True,
)
def add_bike(state: dict[str, Any], reference: str) -> JsonValue:
    """A place for a bike, where the train has any left."""
    booking = _booking_of(state, reference)
    train = state["trains"][booking["train"]]
    if not train["bikes"]:
        raise RefusedError(f"{train['train']} has no bike places left", 409)
    train["bikes"] -= 1
    booking["bikes"] += 1
    return {"reference": booking["reference"], "train": train["train"], "bikes": booking["bikes"]}


@TRAINS.operation(
    names="[get|show|look up|find] [station|stop] [info|information|details|facilities]",
    about="[Show|Get|Tell] what a station has[: facilities and office hours|].",
    does="look up the station {station}",
    params=[STATION],
    labels={
        "office_opens": "[office opens|ticket office opens]",
        "office_closes": "[office closes|ticket office closes]",
    },
)
def station_info(state: dict[str, Any], station: str) -> JsonValue:
    """One station."""
    found = next(
        (one for name, one in state["stations"].items() if name.casefold() == station.strip().casefold()), None
    )
    if found is None:
        raise RefusedError(f"there is no station {station}")
    return dict(found)


def any_train(play: Play) -> dict[str, Any]:
    """Pick a train."""
    return play.draw.pick(list(play.state["trains"].values()))


def any_booking(play: Play) -> dict[str, Any]:
    """Pick a booking."""
    return play.draw.pick(list(play.state["bookings"].values()))


def trains_between(play: Play, start: str, to: str) -> list[dict[str, Any]]:
    """Return the trains of a route, by departure."""
    own = [train for train in play.state["trains"].values() if (train["start"], train["to"]) == (start, to)]
    return sorted(own, key=lambda train: train["departs"])


def any_route(play: Play) -> tuple[str, str]:
    """Pick two towns with trains between them."""
    first, second, third = play.state["route"]
    return play.draw.pick(((first, second), (second, third), (first, third)))


def bookings_for(play: Play, train: dict[str, Any], count: int) -> list[dict[str, Any]]:
    """Put some bookings on a train."""
    chosen: list[dict[str, Any]] = play.draw.sample(list(play.state["bookings"].values()), count)
    for booking in chosen:
        booking |= {"train": train["train"], "day": train["day"]}
    return chosen
