"""What the hotel's tools do."""

from __future__ import annotations

from typing import Any

from umi_local.messages import JsonValue
from umi_local.worlds.dates import checked_clock, checked_day
from umi_local.worlds.errors import RefusedError
from umi_local.worlds.families.hotel.scene import (
    HOTEL,
    KINDS,
    METHODS,
    SERVICES,
    bill_of,
    free_between,
    is_free,
    nights_of,
    room_of,
)
from umi_local.worlds.operations import Param, clock, day, ident, one_of, part_of, text, whole
from umi_local.worlds.operations import number as decimal

CODE = Param(
    "code",
    "[|hotel|room] [booking|reservation|stay] [code|reference|id|number|key]",
    text(),
    "[code|id] of the booking",
)

GUEST = Param(
    "guest",
    "[guest|visitor|booker|client|hotel guest] [name|full name|]",
    text(),
    "[full name|name] of the guest",
)

ROOM = Param(
    "room", "[hotel|guest|] [room|room number|room no|room id|room nr|unit number]", ident(), "number of the room"
)

ARRIVES = Param("arrives_on", "[arrival|check in|start|from|begin|checkin] [date|day|]", day())
LEAVES = Param("leaves_on", "[departure|check out|end|until|leaving|checkout] [date|day|]", day())
KIND = Param("kind", "[|room|hotel room|wanted] [kind|type|category|class]", one_of(*KINDS))


def _booking(state: dict[str, Any], code: str) -> dict[str, Any]:
    found: dict[str, Any] | None = state["bookings"].get(code.strip().upper())
    if found is None:
        raise RefusedError(f"no booking with the code {code}")
    return found


def _check_stay(arrives_on: str, leaves_on: str) -> None:
    if checked_day(leaves_on) <= checked_day(arrives_on):
        raise RefusedError("the departure must be after the arrival", 422)


def _check_free(state: dict[str, Any], room: int, arrives_on: str, leaves_on: str, beside: str = "") -> None:
    if not is_free(state, room, arrives_on, leaves_on, beside=beside):
        raise RefusedError(f"room {room} is taken between {arrives_on} and {leaves_on}", 409)


def _summary(booking: dict[str, Any]) -> dict[str, JsonValue]:
    return part_of(booking, "code", "guest", "room", "arrives_on", "leaves_on", "status")


_DATE_LABELS = {
    "arrives_on": "[arrives on|arrival|check in|from]",
    "leaves_on": "[leaves on|departure|check out|to]",
    "status": "[status|state]",
}


@HOTEL.operation(
    names="[find|list|get|search|show] [free|available|vacant] [rooms|hotel rooms]",
    about="[List|Find|Show] the rooms that are [free|available] [for a stay|between two dates][.|, of one kind or any.]",
    does="find the free <{kind} >rooms from {arrives_on} to {leaves_on}",
    params=[ARRIVES, LEAVES, KIND.or_none()],
    labels={"price": "[price|price per night|rate|nightly rate]", "kind": "[kind|type|category]"},
)
def free_rooms(state: dict[str, Any], arrives_on: str, leaves_on: str, kind: str | None) -> JsonValue:
    """The rooms that nobody has then, by number."""
    _check_stay(arrives_on, leaves_on)
    found = free_between(state, arrives_on, leaves_on, kind or "")
    return [part_of(room, "room", "kind", "view", "price") for room in found]


@HOTEL.operation(
    names="[get|show|read|describe|look up|view] room [details|facts|info|description|data|record]",
    about="[Describe|Show|Get] [a|one] room: view, size, beds, balcony and price[.| per night.]",
    does="look at room {room}",
    params=[ROOM],
    labels={"size": "[size|square metres|area]", "price": "[price|price per night|rate|nightly rate]"},
)
def room_details(state: dict[str, Any], room: int) -> JsonValue:
    """What a room is like."""
    return dict(room_of(state, room))


@HOTEL.operation(
    names="[book|reserve|take|create|make|add] [room|hotel room|room booking|room reservation|stay]",
    about="[Book|Reserve] a room for a [guest|visitor], [from one day to another|for a stay].",
    does="book room {room} for {guest} from {arrives_on} to {leaves_on}",
    params=[GUEST, ROOM, ARRIVES, LEAVES],
    writes=True,
    labels={"nights": "[nights|number of nights]", "total": "[total|room charge|amount]"},
)
def book_room(state: dict[str, Any], guest: str, room: int, arrives_on: str, leaves_on: str) -> JsonValue:
    """A new booking, if the room is free."""
    price = room_of(state, room)["price"]
    _check_stay(arrives_on, leaves_on)
    _check_free(state, room, arrives_on, leaves_on)
    code = state["spare_codes"].pop(0) if state["spare_codes"] else f"{room}-{arrives_on}"
    booking: dict[str, Any] = {
        "code": code,
        "guest": guest,
        "room": room,
        "arrives_on": arrives_on,
        "leaves_on": leaves_on,
        "status": "confirmed",
        "extras": [],
        "paid": 0.0,
    }
    state["bookings"][code] = booking
    return {"code": code, "room": room, "nights": nights_of(booking), "total": round(nights_of(booking) * price, 2)}


@HOTEL.operation(
    names="[find|get|look up|show|read|open] [booking|reservation]",
    about="[Get|Find|Look up|Show] [a booking|one booking|a reservation] by its code.",
    does="look up booking {code}",
    params=[CODE],
    labels=_DATE_LABELS,
)
def find_booking(state: dict[str, Any], code: str) -> JsonValue:
    """Who has which room, and when."""
    booking = _booking(state, code)
    return {**_summary(booking), "extras": [extra["extra"] for extra in booking["extras"]]}


@HOTEL.operation(
    names="[list|find|get|show|search] [bookings|reservations] [of guest|by guest|by name|for guest]",
    about="[List|Find|Show] [all|the] [bookings|reservations] [of a guest|made for one guest].",
    does="find the bookings of {guest}",
    params=[GUEST],
    labels=_DATE_LABELS,
)
def bookings_of(state: dict[str, Any], guest: str) -> JsonValue:
    """The bookings of a guest, the earliest first."""
    own = [b for b in state["bookings"].values() if b["guest"].casefold() == guest.strip().casefold()]
    return [_summary(booking) for booking in sorted(own, key=lambda b: (b["arrives_on"], b["code"]))]


@HOTEL.operation(
    names="[list|get|show|find] [arrivals|arriving guests|check ins|arriving bookings]",
    about="[List|Show] the bookings [that begin|whose guests arrive] on a [day|date].",
    does="list the arrivals of {day}",
    params=[Param("day", "[|arrival|check in|requested|list] [day|date]", day())],
)
def arrivals_on(state: dict[str, Any], day: str) -> JsonValue:
    """Who arrives on a day, by room."""
    own = [b for b in state["bookings"].values() if b["arrives_on"] == checked_day(day) and b["status"] != "cancelled"]
    return [part_of(booking, "room", "guest", "code", "leaves_on") for booking in sorted(own, key=lambda b: b["room"])]


@HOTEL.operation(
    names="[change|update|modify|edit|move] [booking|reservation|stay]",
    about="[Change|Update|Modify] the dates or the room of a [booking|reservation]; what isn't given [stays|stays as it is].",
    does="[change|update] booking {code}",
    params=[CODE, ARRIVES.or_none(), LEAVES.or_none(), ROOM.or_none()],
    writes=True,
    labels=_DATE_LABELS,
)
def change_booking(
    state: dict[str, Any], code: str, arrives_on: str | None, leaves_on: str | None, room: int | None
) -> JsonValue:
    """Other dates, another room, or both, if that is free."""
    booking = _booking(state, code)
    wanted = {
        "arrives_on": arrives_on or booking["arrives_on"],
        "leaves_on": leaves_on or booking["leaves_on"],
        "room": room_of(state, booking["room"] if room is None else room)["room"],
    }
    if booking["status"] == "cancelled":
        raise RefusedError(f"booking {code} is cancelled", 409)
    _check_stay(wanted["arrives_on"], wanted["leaves_on"])
    _check_free(state, wanted["room"], wanted["arrives_on"], wanted["leaves_on"], booking["code"])
    booking.update(wanted)
    return part_of(booking, "code", "room", "arrives_on", "leaves_on")


@HOTEL.operation(
    names="[cancel|call off|drop|void|withdraw] [booking|reservation|stay]",
    about="[Cancel|Call off|Withdraw] a [booking|reservation] whose guest [has not arrived|is not there yet].",
    does="cancel booking {code}",
    params=[CODE],
    writes=True,
    labels={"status": "[status|state]"},
)
def cancel_booking(state: dict[str, Any], code: str) -> JsonValue:
    """Cancel what hasn't begun."""
    booking = _booking(state, code)
    if booking["status"] != "confirmed":
        raise RefusedError(f"booking {code} is {booking['status']} and can't be cancelled", 409)
    booking["status"] = "cancelled"
    return part_of(booking, "code", "status")


@HOTEL.operation(
    names="[list|get|show|read|fetch] [extras|hotel extras|addons|extra services|extras menu|priced extras]",
    about="[List|Show] the extras that guests can [add to a stay|have], with their prices.",
    does="see which extras there are",
    labels={"extra": "[extra|name|item]", "price": "[price|unit price|cost]"},
)
def list_extras(state: dict[str, Any]) -> JsonValue:
    """What can be added to a stay."""
    return [dict(extra) for extra in state["extras"]]


@HOTEL.operation(
    names="[add|book|put|order] [extra|an extra|addon|extras] [|to booking|to stay|for booking]",
    about="[Add|Put] [an extra|something extra] to a [booking|reservation][.|, once or several times.]",
    does="add {extra} to booking {code}",
    params=[
        CODE,
        Param("extra", "[extra|addon|item|extra item|service] [|name|title]", text(), "name of the extra"),
        Param(
            "quantity",
            "[|extra|item|addon] [quantity|count|times|units|how many]",
            whole(1, 30),
            "1 if left out",
            optional=True,
        ),
    ],
    writes=True,
    labels={"extra": "[extra|name|item]"},
)
def add_extra(state: dict[str, Any], code: str, extra: str, quantity: int | None) -> JsonValue:
    """Put an extra on a booking's bill."""
    booking = _booking(state, code)
    found = next((item for item in state["extras"] if item["extra"] == extra.strip().casefold()), None)
    if found is None:
        raise RefusedError(f"the hotel does not offer {extra!r}")
    booking["extras"].append({**found, "quantity": quantity or 1})
    cost = round(found["price"] * (quantity or 1), 2)
    return {"code": booking["code"], "extra": found["extra"], "quantity": quantity or 1, "cost": cost}


@HOTEL.operation(
    names="[show|get|read|open|fetch] [bill|invoice|account|folio] [|of booking|of stay]",
    about="[Show|Get] the bill of a [booking|stay]: room, extras, what was paid and what is due.",
    does="open the bill of booking {code}",
    params=[CODE],
    labels={"due": "[due|open amount|still to pay|balance]", "room_charge": "[room charge|lodging|room total|nights]"},
)
def show_bill(state: dict[str, Any], code: str) -> JsonValue:
    """What a stay costs, and how much of it is open."""
    return bill_of(state, _booking(state, code))


@HOTEL.operation(
    names="[record|enter|take|register|book|add] [payment|bill payment|guest payment|stay payment]",
    about="[Record|Enter|Register] a payment [for a stay|towards the bill of a booking].",
    does="record {amount:money} for booking {code}, paid by {method}",
    params=[
        CODE,
        Param("amount", "[|paid|payment|received] [amount|sum|value|total]", decimal(minimum=0)),
        Param("method", "[|payment|paying] [method|means|way|kind|type]", one_of(*METHODS)),
    ],
    writes=True,
    labels={"due": "[due|open amount|still to pay|balance]"},
)
def record_payment(state: dict[str, Any], code: str, amount: float, method: str) -> JsonValue:
    """Money that a guest paid; not more than is due."""
    booking = _booking(state, code)
    due = bill_of(state, booking)["due"]
    if amount > due:
        raise RefusedError(f"only {due:.2f} is due for booking {code}", 409)
    booking["paid"] = round(booking["paid"] + amount, 2)
    booking["paid_by"] = method
    return {"code": booking["code"], "paid": booking["paid"], "due": bill_of(state, booking)["due"]}


@HOTEL.operation(
    names="[[check out|sign out] [guest|visitor|hotel guest|booking]|[end|close|complete|finish] [stay|visit|hotel stay]]",
    about="Check [a guest|the guest of a booking] out[.|; the bill must be settled.]",
    does="check out booking {code}",
    params=[CODE],
    writes=True,
    labels={"status": "[status|state]"},
)
def check_out(state: dict[str, Any], code: str) -> JsonValue:
    """The end of a stay, once everything is paid."""
    booking = _booking(state, code)
    if booking["status"] != "checked in":
        raise RefusedError(f"booking {code} is {booking['status']}, not checked in", 409)
    due = bill_of(state, booking)["due"]
    if due:
        raise RefusedError(f"{due:.2f} is still due for booking {code}", 409)
    booking["status"] = "checked out"
    return part_of(booking, "code", "guest", "room", "status")


@HOTEL.operation(
    names="[order|request|arrange|schedule|ask for] [service|room service|housekeeping|room help|staff help]",
    about="[Order|Request|Arrange] a service to a room, such as cleaning or a wake-up call[.|, at a time if wanted.]",
    does="order a service for room {room}< at {time}>",
    params=[
        ROOM,
        Param("service", "[|kind of|room|wanted|type of] [service|task|wish|help]", one_of(*SERVICES)),
        Param("time", "[|clock|desired|service|wanted|preferred] [time|hour]", clock(), optional=True),
    ],
    writes=True,
)
def order_service(state: dict[str, Any], room: int, service: str, time: str | None) -> JsonValue:
    """Something for the staff to do."""
    order = {"room": room_of(state, room)["room"], "service": service, "time": checked_clock(time) if time else "any"}
    state["orders"].append(order)
    return {"number": len(state["orders"]), **order}
