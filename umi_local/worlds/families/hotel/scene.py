"""The hotel's scene: rooms, bookings, extras, and what plans pick from them."""

from __future__ import annotations

from typing import Any

from umi_local.worlds.dates import days_between, days_later
from umi_local.worlds.draw import Draw
from umi_local.worlds.errors import RefusedError
from umi_local.worlds.family import Family
from umi_local.worlds.play import Play
from umi_local.worlds.pools import people

HOTEL = Family(
    "hotel",
    "[hotel|inn|rooms|lodging|front desk|guesthouse|stays]",
    # Wide: whoever else takes bookings or payments has tools that could be meant.
    frozenset({"lodging", "payments", "rooms", "bookings", "leisure", "reservations", "travel", "vehicles"}),
)

SLEEPS = {"single": 1, "double": 2, "twin": 2, "triple": 3, "family": 5}
KINDS = tuple(SLEEPS)
VIEWS = ("sea", "garden", "street", "courtyard", "park", "harbour", "river", "hills")
METHODS = ("card", "cheque", "voucher", "transfer")

SERVICES = {
    "cleaning": "cleaning",
    "wake_up_call": "a wake-up call",
    "fresh_towels": "fresh towels",
    "luggage_help": "help with the luggage",
    "ironing": "ironing",
    "shoe_polish": "shoe polishing",
    "extra_pillows": "extra pillows",
    "taxi": "a taxi",
    "newspaper": "a newspaper",
    "minibar_refill": "a refill of the minibar",
}
"""What can be ordered to a room, and how people say it."""

EXTRAS = (
    *("breakfast", "parking", "spa access", "late checkout", "bicycle hire", "lunch", "airport pickup", "champagne"),
    *("sauna access", "dinner", "cot hire", "laundry service", "afternoon tea", "pool access", "gym access"),
)


@HOTEL.scene
def scene(draw: Draw) -> dict[str, Any]:
    """Seven rooms, and seven bookings of six guests around one fortnight."""
    kinds = draw.sample(KINDS, 3)
    views = draw.sample(VIEWS, 3)
    prices = draw.sample(range(48, 210), 7)
    numbers = sorted(draw.sample([100 * floor + n for floor in range(1, 5) for n in range(1, 15)], 7))
    rooms = [
        {
            "room": number,
            "kind": kinds[i % 3],
            "view": draw.pick(views),
            "price": prices[i] + draw.pick((0.0, 0.5, 0.9)),
            "sleeps": SLEEPS[kinds[i % 3]],
            "size": draw.whole(12, 48),
            "balcony": draw.chance(0.5),
        }
        for i, number in enumerate(numbers)
    ]
    extras = [{"extra": name, "price": draw.price(4, 60)} for name in draw.sample(EXTRAS, 5)]
    pattern = draw.pick(("@@-####", "@@@##", "#####@", "@##-@##", "@####"))
    codes = list(dict.fromkeys(draw.code(pattern) for _ in range(14)))
    start = draw.day("2026-01-10", "2027-11-10")
    guests = people(draw, 6)
    bookings: dict[str, Any] = {}
    for room, guest in zip(rooms, [*guests, draw.pick(guests)], strict=True):
        arrives_on = days_later(start, draw.whole(0, 7))
        booking: dict[str, Any] = {
            "code": codes.pop(),
            "guest": guest,
            "room": room["room"],
            "arrives_on": arrives_on,
            "leaves_on": days_later(arrives_on, draw.whole(1, 6)),
            "status": "confirmed",
            "extras": [dict(extra) for extra in draw.sample(extras, draw.whole(0, 2))],
            "paid": 0.0,
        }
        bookings[booking["code"]] = booking
    return {"rooms": rooms, "extras": extras, "bookings": bookings, "orders": [], "spare_codes": codes[:4]}


def nights_of(booking: dict[str, Any]) -> int:
    """Return how many nights a booking has."""
    return days_between(booking["arrives_on"], booking["leaves_on"])


def is_free(state: dict[str, Any], room: int, arrives_on: str, leaves_on: str, *, beside: str = "") -> bool:
    """Return whether nobody has a room in any night between two days; `beside` is a booking that doesn't count."""
    return not any(
        booking["room"] == room
        and booking["status"] != "cancelled"
        and booking["code"] != beside
        and booking["arrives_on"] < leaves_on
        and arrives_on < booking["leaves_on"]
        for booking in state["bookings"].values()
    )


def bill_of(state: dict[str, Any], booking: dict[str, Any]) -> dict[str, Any]:
    """Return what a booking costs, and how much of it is still due."""
    charge = round(nights_of(booking) * room_of(state, booking["room"])["price"], 2)
    extras = round(sum(extra["price"] * extra.get("quantity", 1) for extra in booking["extras"]), 2)
    due = round(charge + extras - booking["paid"], 2)
    return {
        "code": booking["code"],
        "room_charge": charge,
        "extras": extras,
        "paid": booking["paid"],
        "due": due,
    }


def any_booking(play: Play, **changes: Any) -> dict[str, Any]:
    """Pick a booking whose guest has no other, with some of its fields changed."""
    guests = [booking["guest"] for booking in play.state["bookings"].values()]
    alone = [booking for booking in play.state["bookings"].values() if guests.count(booking["guest"]) == 1]
    booking: dict[str, Any] = play.draw.pick(alone)
    booking.update(changes)
    return booking


def any_stay(play: Play, longest: int = 5) -> tuple[str, str]:
    """Return first and last day of a stay in the fortnight that the bookings are in."""
    first = min(booking["arrives_on"] for booking in play.state["bookings"].values())
    arrives_on = days_later(first, play.draw.whole(0, 12))
    return arrives_on, days_later(arrives_on, play.draw.whole(1, longest))


def free_between(state: dict[str, Any], arrives_on: str, leaves_on: str, kind: str = "") -> list[dict[str, Any]]:
    """Return the free rooms of a kind, or of any."""
    return [
        room
        for room in state["rooms"]
        if kind in ("", room["kind"]) and is_free(state, room["room"], arrives_on, leaves_on)
    ]


def room_of(state: dict[str, Any], number: int) -> dict[str, Any]:
    """Return the room of this number.

    Raises:
        RefusedError: There is none.
    """
    found: dict[str, Any] | None = next((room for room in state["rooms"] if room["room"] == number), None)
    if found is None:
        raise RefusedError(f"there is no room {number}")
    return found
