"""The company's people, leave, rooms, desks and hours: no leave beyond the days left, one desk a day for each person."""

from __future__ import annotations

from datetime import date
from typing import Any

from umi_local.messages import JsonValue
from umi_local.worlds.dates import checked_clock, checked_day, days_between, days_later
from umi_local.worlds.draw import Draw, Pool
from umi_local.worlds.errors import RefusedError
from umi_local.worlds.family import Family
from umi_local.worlds.operations import Param, clock, day, ident, number, one_of, text, whole
from umi_local.worlds.play import Play
from umi_local.worlds.pools import DEPARTMENTS, people
from umi_local.worlds.splits import Split

FAMILY = STAFF = Family(
    "staff",
    "[staff|people|workplace|hr|office|company]",
    frozenset({"staff", "people", "calendar", "contacts", "rooms", "reservations", "working hours"}),
)

ROOMS = Pool(
    """Acacia|Agave|Alder|Almond|Anise|Aspen|Aster|Azalea|Bamboo|Basil|Begonia|Birch|Borage|Bracken|Camellia|Caraway|Cedar
    |Chestnut|Clover|Cypress|Dahlia|Daisy|Elder|Fennel|Fern|Foxglove|Gardenia|Gentian|Ginkgo|Hawthorn|Hazel|Heather
    |Hibiscus|Hyacinth|Iris|Ivy|Jasmine|Juniper|Larch|Laurel|Lavender|Lilac|Lotus|Lupin|Magnolia|Mallow|Maple|Mimosa
    |Mistletoe|Myrtle|Nettle|Oleander|Orchid|Palm|Peony|Poplar|Poppy|Primrose|Rosemary|Rowan|Sage|Sorrel|Spruce|Sumac
    |Sycamore|Tansy|Thistle|Thyme|Tulip|Verbena|Violet|Walnut|Willow|Wisteria|Yarrow|Yucca|Zinnia"""
)
_FIRST = (
    "Amber",
    "Blue",
    "Copper",
    "Crystal",
    "Eagle",
    "Golden",
    "Granite",
    "Green",
    "Iron",
    "Nordic",
    "Rapid",
    "Silver",
)
_SECOND = (
    "Anchor",
    "Arrow",
    "Bridge",
    "Comet",
    "Delta",
    "Falcon",
    "Gate",
    "Harbor",
    "Lantern",
    "Meadow",
    "Orbit",
    "Pine",
)
PROJECTS = Pool(f"{first} {second}" for first in _FIRST for second in _SECOND)
LEAVE_KINDS = ("vacation", "training", "unpaid")
ABSENCES = ("vacation", "sick", "training", "business trip")
MAX_HOURS = 12.0

PERSON = Param(
    "person", "[person|employee|staff|personnel] [id|number|code]", text(), "[staff number|id of the person]"
)
DAY = Param("day", "[day|date|on day|which day|calendar day]", day())
START = Param("start", "[start|begin|from|starting] [time|at]", clock())
END = Param("end", "[end|until|to|ending] [time|at]", clock())
ROOM = Param("room", "[room|meeting room|room name|space]", text(), "[name of the room|]")


@STAFF.scene
def scene(draw: Draw) -> dict[str, Any]:
    """Six people in two departments with absences and hours, four rooms with bookings, and desks on two floors."""
    days = workdays(draw.day("2026-01-05", "2027-12-01"), 6)
    names = people(draw, 6)
    departments = draw.several_of(DEPARTMENTS, 2)
    codes = [f"E{n}" for n in draw.sample(range(1000, 9900), 6)]
    persons = {
        code: {
            "person": code,
            "name": name,
            "department": departments[at % 2],
            "phone": phone,
            "office": f"{draw.whole(1, 4)}.{draw.whole(10, 39)}",
            "manager": codes[at % 2],
            "leave_left": draw.whole(4, 24),
        }
        for at, (code, name, phone) in enumerate(zip(codes, names, draw.sample(range(200, 990), 6), strict=True))
    }
    projects = draw.several_of(PROJECTS, 3)
    absences = {}
    for code, absence in zip(draw.sample(codes[2:], 3), draw.sample(range(300, 999), 3), strict=True):
        first = draw.whole(0, 3)
        absences[str(absence)] = {
            "absence": absence,
            "person": code,
            "kind": draw.pick(ABSENCES),
            "first": days[first],
            "last": days[min(5, first + draw.whole(0, 2))],
        }
    sizes = draw.sample((4, 6, 8, 10, 12, 16, 20), 4)
    rooms = {
        name: {"room": name, "seats": seats, "floor": draw.whole(1, 3), "screen": draw.chance(0.6)}
        for name, seats in zip(draw.several_of(ROOMS, 4), sizes, strict=True)
    }
    state: dict[str, Any] = {
        "days": days,
        "persons": persons,
        "departments": departments,
        "projects": projects,
        "absences": absences,
        "rooms": rooms,
        "meetings": {},
        "desks": [f"{floor}-{place}" for floor in (2, 3) for place in sorted(draw.sample(range(10, 60), 4))],
        "desk_bookings": [],
        "hours": [],
        "next": {"absence": 1001, "meeting": draw.whole(100, 800)},
    }
    for room in rooms:
        for at in draw.sample(range(4), 2):
            start = draw.pick(("09:00", "10:30", "13:00", "15:00"))
            add_meeting(state, room, days[at], start, f"{int(start[:2]) + 1:02d}{start[2:]}", draw.pick(names))
    for workday in days[:4]:
        for desk, code in zip(draw.sample(state["desks"], 3), draw.sample(codes, 3), strict=True):
            state["desk_bookings"].append({"desk": desk, "day": workday, "person": code})
    for code in codes:
        for workday in days[:4]:
            hours = draw.pick((3.5, 4.0, 6.5, 7.0, 7.5, 8.0, 8.25, 9.5))
            state["hours"].append({"person": code, "day": workday, "project": draw.pick(projects), "hours": hours})
    return state


def workdays(first: str, count: int) -> list[str]:
    """Return so many days from Monday to Friday, the first one on or after a date."""
    found: list[str] = []
    while len(found) < count:
        if date.fromisoformat(first).weekday() < 5:
            found.append(first)
        first = days_later(first, 1)
    return found


def leave_days(first: str, last: str) -> int:
    """Return how many days of leave a time takes: those from Monday to Friday."""
    span = [days_later(first, at) for at in range(days_between(first, last) + 1)]
    return sum(date.fromisoformat(at).weekday() < 5 for at in span)


def add_meeting(state: dict[str, Any], room: str, at: str, start: str, end: str, by: str) -> str:
    """Book a room, whatever else is there; a plan may do so before it asks."""
    code = f"M{state['next']['meeting']}"
    state["next"]["meeting"] += 1
    state["meetings"][code] = {"booking": code, "room": room, "day": at, "start": start, "end": end, "by": by}
    return code


def clash(state: dict[str, Any], room: str, at: str, start: str, end: str) -> dict[str, Any] | None:
    """Return a booking of the room that overlaps the time."""
    for meeting in state["meetings"].values():
        if (meeting["room"], meeting["day"]) == (room, at) and meeting["start"] < end and start < meeting["end"]:
            found: dict[str, Any] = meeting
            return found
    return None


def _person(state: dict[str, Any], code: str) -> dict[str, Any]:
    found: dict[str, Any] | None = state["persons"].get(code.strip())
    if found is None:
        raise RefusedError(f"nobody has the staff number {code}")
    return found


def _room(state: dict[str, Any], name: str) -> dict[str, Any]:
    for room in state["rooms"].values():
        if room["room"].casefold() == name.strip().casefold():
            found: dict[str, Any] = room
            return found
    raise RefusedError(f"there is no room {name}; there are {', '.join(state['rooms'])}")


def _times(start: str, end: str) -> tuple[str, str]:
    start, end = checked_clock(start), checked_clock(end)
    if start >= end:
        raise RefusedError(f"{start} is not before {end}", 422)
    return start, end


@STAFF.operation(
    names="[find|search|look up|get] [person|colleague|employee|staff member]",
    about="[Find|Look up|Search for] a [person|colleague] by name[.|: staff number, department, phone and office.]",
    does="look up {name}",
    params=[Param("name", "[name|full name|person name|employee name|who]", text(), "[full name|name]")],
    labels={"person": "[person|staff number|id]", "phone": "[phone|extension|phone extension]"},
)
def find_person(state: dict[str, Any], name: str) -> JsonValue:
    """People by name."""
    wanted = name.strip().casefold()
    keys = ("person", "name", "department", "phone", "office")
    return [{key: p[key] for key in keys} for p in state["persons"].values() if wanted in p["name"].casefold()]


@STAFF.operation(
    names="[list|get|show|find] [department|team|department members|people of department]",
    about="[List|Show|Get] the people of a department.",
    does="list the people in {department}",
    params=[Param("department", "[department|team|unit|division|section]", text(), "name of the department")],
    labels={"person": "[person|staff number|id]", "phone": "[phone|extension|phone extension]"},
)
def list_department(state: dict[str, Any], department: str) -> JsonValue:
    """Who works in a department."""
    wanted = department.strip().casefold()
    own = [person for person in state["persons"].values() if person["department"].casefold() == wanted]
    if not own:
        raise RefusedError(f"there is no department {department}")
    return [{"person": p["person"], "name": p["name"], "phone": p["phone"]} for p in own]


@STAFF.operation(
    names="[get|show|read|open] [person|employee|personnel|staff] record",
    about="[Show|Get|Read] the record of a person[.|: department, manager and days of leave left.]",
    does="open the record of {person}",
    params=[PERSON],
    labels={"manager": "[manager|reports to|superior]", "leave_left": "[leave left|days of leave left|leave days]"},
)
def person_record(state: dict[str, Any], person: str) -> JsonValue:
    """A person's record."""
    found = _person(state, person)
    manager = state["persons"][found["manager"]]["name"] if found["manager"] != found["person"] else None
    return {
        "name": found["name"],
        "department": found["department"],
        "manager": manager,
        "office": found["office"],
        "leave_left": found["leave_left"],
    }


def _absence(state: dict[str, Any], absence: dict[str, Any]) -> dict[str, Any]:
    return {
        "absence": absence["absence"],
        "name": _person(state, absence["person"])["name"],
        "kind": absence["kind"],
        "first": absence["first"],
        "last": absence["last"],
    }


_ABSENCE = {
    "absence": "[absence|absence number|number]",
    "first": "[first|from|first day]",
    "last": "[last|to|last day]",
}


@STAFF.operation(
    names="[list|get|show|find] [absences|absent people|who is away|people off]",
    about="[List|Show|Get] who is [absent|away] on a day[.|, why, and until when.]",
    does="list who is absent on {day}",
    params=[DAY],
    labels=_ABSENCE,
)
def absent_on(state: dict[str, Any], day: str) -> JsonValue:
    """Absences that include a day."""
    at = checked_day(day)
    return [_absence(state, a) for a in state["absences"].values() if a["first"] <= at <= a["last"]]


@STAFF.operation(
    names="[list|get|show|read] [leave|absence|time off] [of person|of employee|records]",
    about="[List|Show|Get] the absences of one person.",
    does="list the absences of {person}",
    params=[PERSON],
    labels=_ABSENCE,
)
def absences_of(state: dict[str, Any], person: str) -> JsonValue:
    """A person's absences, the next one first."""
    code = _person(state, person)["person"]
    own = sorted((a for a in state["absences"].values() if a["person"] == code), key=lambda a: str(a["first"]))
    return [_absence(state, absence) for absence in own]


@STAFF.operation(
    names="[request|enter|apply for|book] [leave|time off|days off]",
    about="[Request|Enter|Apply for] leave for a person.",
    does="request {kind} leave for {person} from {first} to {last}",
    params=[
        PERSON,
        Param("kind", "[kind|type|leave type|leave kind]", one_of(*LEAVE_KINDS)),
        Param("first", "[first|start|begin|from] [day|date]", day()),
        Param("last", "[last|end|final|until] [day|date]", day()),
    ],
    writes=True,
    labels={"absence": "[absence|absence number|number]", "leave_left": "[leave left|days left|remaining days]"},
)
def request_leave(state: dict[str, Any], person: str, kind: str, first: str, last: str) -> JsonValue:
    """An absence; vacation takes days that must be left."""
    found, first, last = _person(state, person), checked_day(first), checked_day(last)
    if first > last:
        raise RefusedError(f"{first} is after {last}", 422)
    days = leave_days(first, last)
    own = [absence for absence in state["absences"].values() if absence["person"] == found["person"]]
    if any(absence["first"] <= last and first <= absence["last"] for absence in own):
        raise RefusedError(f"{found['name']} is absent in that time already", 409)
    if kind == "vacation":
        if days > found["leave_left"]:
            raise RefusedError(f"that takes {days} days of leave and only {found['leave_left']} are left", 409)
        found["leave_left"] -= days
    code = state["next"]["absence"]
    state["next"]["absence"] += 1
    state["absences"][str(code)] = {
        "absence": code,
        "person": found["person"],
        "kind": kind,
        "first": first,
        "last": last,
    }
    return {"absence": code, "days": days, "leave_left": found["leave_left"]}


@STAFF.operation(
    names="[cancel|delete|withdraw|remove] [absence|leave|time off|leave request]",
    about="[Cancel|Delete|Withdraw|Remove] an absence[.|; days of vacation are given back.]",
    does="cancel absence {absence}",
    params=[Param("absence", "[absence|leave|time off] [number|id|no]", ident(), "number of the absence")],
    writes=True,
    labels={"leave_left": "[leave left|days left|remaining days]"},
)
def cancel_absence(state: dict[str, Any], absence: int) -> JsonValue:
    """The absence is gone."""
    found = state["absences"].pop(str(absence), None)
    if found is None:
        raise RefusedError(f"there is no absence {absence}")
    person = _person(state, found["person"])
    if found["kind"] == "vacation":
        person["leave_left"] += leave_days(found["first"], found["last"])
    return {"cancelled": absence, "leave_left": person["leave_left"]}


@STAFF.operation(
    names="[list|find|get|show] [free|available] [rooms|meeting rooms]",
    about="[List|Find|Show] the rooms that are free at a time[.|, with seats, floor and whether there is a screen.]",
    does="list the free rooms on {day} from {start} to {end}",
    params=[
        DAY,
        START,
        END,
        Param("seats", "[seats|min seats|people|number of people]", whole(1), "at least", optional=True),
    ],
    labels={"screen": "[screen|has screen|with screen]", "seats": "[seats|capacity]"},
)
def free_rooms(state: dict[str, Any], day: str, start: str, end: str, seats: int | None) -> JsonValue:
    """Rooms without a booking then."""
    at, (start, end) = checked_day(day), _times(start, end)
    found = [room for name, room in state["rooms"].items() if clash(state, name, at, start, end) is None]
    return [dict(room) for room in found if seats is None or room["seats"] >= seats]


@STAFF.operation(
    names="[list|get|show|read] [room bookings|room calendar|room plan|meetings of room]",
    about="[List|Show|Get] the bookings of a room on a day.",
    does="list the bookings of {room} on {day}",
    params=[ROOM, DAY],
    labels={"by": "[by|booked by|host]", "booking": "[booking|booking code|code]"},
)
def room_bookings(state: dict[str, Any], room: str, day: str) -> JsonValue:
    """Who has the room when."""
    name, at = _room(state, room)["room"], checked_day(day)
    own = [meeting for meeting in state["meetings"].values() if (meeting["room"], meeting["day"]) == (name, at)]
    own.sort(key=lambda meeting: str(meeting["start"]))
    return [{key: meeting[key] for key in ("booking", "start", "end", "by")} for meeting in own]


@STAFF.operation(
    names="[book|reserve|take] [room|meeting room|space]",
    about="[Book|Reserve] a room for a person.",
    does="book {room} on {day} from {start} to {end}",
    params=[ROOM, DAY, START, END, PERSON],
    writes=True,
    labels={"booking": "[booking|booking code|code]"},
)
def book_room(state: dict[str, Any], room: str, day: str, start: str, end: str, person: str) -> JsonValue:
    """A booking, unless there is another one."""
    name, at, (start, end) = _room(state, room)["room"], checked_day(day), _times(start, end)
    by = _person(state, person)["name"]
    other = clash(state, name, at, start, end)
    if other:
        raise RefusedError(f"{name} is booked by {other['by']} from {other['start']} to {other['end']}", 409)
    code = add_meeting(state, name, at, start, end, by)
    return {"booking": code, "room": name, "day": at, "start": start, "end": end}


@STAFF.operation(
    names="[cancel|delete|release|free] [room booking|meeting|room reservation]",
    about="[Cancel|Delete|Release|Remove] the booking of a room[.|, by its code.]",
    does="cancel the room booking {booking}",
    params=[Param("booking", "[booking|meeting|reservation] [code|id|key]", text(), "code of the booking")],
    writes=True,
)
def cancel_booking(state: dict[str, Any], booking: str) -> JsonValue:
    """The room is free again."""
    found = state["meetings"].pop(booking.strip(), None)
    if found is None:
        raise RefusedError(f"there is no room booking {booking}")
    return {"cancelled": found["booking"], "room": found["room"], "day": found["day"], "start": found["start"]}


@STAFF.operation(
    names="[list|find|get|show] [free|available] [desks|workplaces|work desks]",
    about="[List|Find|Show] the desks that are free on a day[.|, on one floor if given.]",
    does="list the free desks on {day}< on floor {floor}>",
    params=[DAY, Param("floor", "[floor|storey|level|floor number]", whole(1), optional=True)],
)
def free_desks(state: dict[str, Any], day: str, floor: int | None) -> JsonValue:
    """Desks without a booking that day."""
    at = checked_day(day)
    taken = {booking["desk"] for booking in state["desk_bookings"] if booking["day"] == at}
    return [d for d in state["desks"] if d not in taken and (floor is None or d.startswith(f"{floor}-"))]


@STAFF.operation(
    names="[book|reserve|take] [desk|workplace|work desk]",
    about="[Book|Reserve] a desk for a person on a day.",
    does="book desk {desk} for {person} on {day}",
    params=[Param("desk", "[desk|workplace|place] [code|id|no]", text(), "[code of the desk|]"), DAY, PERSON],
    writes=True,
)
def book_desk(state: dict[str, Any], desk: str, day: str, person: str) -> JsonValue:
    """A desk for a day; each person has one."""
    at, code = checked_day(day), _person(state, person)["person"]
    if desk.strip() not in state["desks"]:
        raise RefusedError(f"there is no desk {desk}")
    for booking in state["desk_bookings"]:
        if booking["day"] == at and booking["desk"] == desk.strip():
            raise RefusedError(f"desk {desk} is taken on {at}", 409)
        if booking["day"] == at and booking["person"] == code:
            raise RefusedError(f"{code} has desk {booking['desk']} on {at} already", 409)
    state["desk_bookings"].append({"desk": desk.strip(), "day": at, "person": code})
    return {"desk": desk.strip(), "day": at, "person": code}


@STAFF.operation(
    names="[list|get|show|read] [hours|timesheet|worked hours|working time]",
    about="[List|Show|Get] the hours that a person entered, from one day to another.",
    does="list the hours of {person} from {first} to {last}",
    params=[
        PERSON,
        Param("first", "[first|start|begin|from] [day|date]", day()),
        Param("last", "[last|end|final|until] [day|date]", day()),
    ],
)
def hours_of(state: dict[str, Any], person: str, first: str, last: str) -> JsonValue:
    """A person's timesheet."""
    code, first, last = _person(state, person)["person"], checked_day(first), checked_day(last)
    own = [row for row in state["hours"] if row["person"] == code and first <= row["day"] <= last]
    return [{key: row[key] for key in ("day", "project", "hours")} for row in own[:6]]


@STAFF.operation(
    names="[add|enter|log|record] [hours|working time|worked hours]",
    about="[Enter|Log|Record] hours that a person worked on a project.",
    does="enter {hours:n hour} on {project} for {person} on {day}",
    params=[
        PERSON,
        DAY,
        Param("project", "[project|project name|job|assignment]", text()),
        Param("hours", "[hours|number of hours|worked hours|duration in hours]", number(minimum=0)),
    ],
    writes=True,
)
def add_hours(state: dict[str, Any], person: str, day: str, project: str, hours: float) -> JsonValue:
    """More hours on a day, up to the law's limit."""
    code, at = _person(state, person)["person"], checked_day(day)
    name = next((name for name in state["projects"] if name.casefold() == project.strip().casefold()), None)
    if name is None:
        raise RefusedError(f"there is no project {project}; there are {', '.join(state['projects'])}")
    before = sum(row["hours"] for row in state["hours"] if (row["person"], row["day"]) == (code, at))
    if before + hours > MAX_HOURS:
        raise RefusedError(f"{code} has {before} hours on {at}, and more than {MAX_HOURS:.0f} are not allowed", 409)
    state["hours"].append({"person": code, "day": at, "project": name, "hours": hours})
    return {"day": at, "project": name, "hours": hours, "hours_that_day": before + hours}


def any_person(play: Play) -> dict[str, Any]:
    """Pick a person who has a manager."""
    person: dict[str, Any] = play.draw.pick(
        [person for person in play.state["persons"].values() if person["manager"] != person["person"]]
    )
    return person


def any_slot(play: Play) -> dict[str, str]:
    """Pick a day and a time of an hour or more."""
    start, end = play.draw.pick((("09:00", "10:30"), ("10:00", "11:00"), ("13:30", "15:00"), ("15:30", "17:00")))
    return {"day": play.draw.pick(play.state["days"][:5]), "start": start, "end": end}


_PERSON_SAID = {
    Split.TRAIN: (
        "The staff number of {seen} is {code}.",
        "{seen} has the number {code}.",
        "{seen} is {code} in the directory.",
    ),
    Split.DEV: ("{seen} is listed under {code}.", "I find {code} for {seen}."),
    Split.TEST: ("In the directory {seen} has the number {code}.", "{code} is the staff number of {seen}."),
}


def person_code(play: Play, name: str) -> str:
    """Look a person up by name, say so, and return the staff number."""
    code = str(play.call("find_person", {"name": name})[0]["person"])
    play.learn(*_PERSON_SAID[play.draw.split], seen=name, code=code)
    return code
