"""What the box office's tools do."""

from __future__ import annotations

import re
from typing import Any

from umi_local.messages import JsonValue
from umi_local.worlds.dates import checked_day
from umi_local.worlds.errors import RefusedError
from umi_local.worlds.families.tickets.scene import (
    CATEGORIES,
    DISCOUNTS,
    GENRES,
    KINDS,
    METHODS,
    SEATS_A_ROW,
    TICKETS,
    cheapest_seats,
    n_free,
    performances_of,
    price_of,
)
from umi_local.worlds.operations import Param, day, ident, one_of, text, texts

CODE = Param(
    "code", "[|ticket|seat] [booking|order] [code|reference|id|key]", text(), "[code|reference] of the booking"
)

TITLE = Param("title", "[show|film|event|production|programme] [title|name|]", text(), "title of the film or play")

PERFORMANCE = Param(
    "performance",
    "[performance|showing|screening|show time] [number|id|no|key]",
    ident(),
    "[number|id] of one performance",
)

DAY = Param("day", "[|show|event|performance|screening|visit] [day|date]", day())

NAME = Param(
    "name", "[|booking|customer|holder|full|buyer|guest|owner] name", text(), "[full name|whose booking it is]"
)

EMAIL = Param("email", "[|customer|recipient|contact|target] [email|mail|email address|mail address]", text())


def _performance(state: dict[str, Any], number: int) -> dict[str, Any]:
    found: dict[str, Any] | None = state["performances"].get(str(number))
    if found is None:
        raise RefusedError(f"no performance {number}")
    return found


def _booking(state: dict[str, Any], code: str) -> dict[str, Any]:
    found: dict[str, Any] | None = state["bookings"].get(code.strip().upper())
    if found is None:
        raise RefusedError(f"no booking with the code {code}")
    return found


def _take(performance: dict[str, Any], seats: list[str]) -> list[str]:
    """Take seats away, or refuse."""
    wanted = list(dict.fromkeys(seat.strip().upper().replace(" ", "") for seat in seats))
    if not wanted:
        raise RefusedError("no seats were given", 422)
    for seat in wanted:
        if not re.fullmatch(rf"[A-C][1-{SEATS_A_ROW}]", seat):
            raise RefusedError(f"there is no seat {seat}")
        if not any(seat in row["free"] for row in performance["rows"]):
            raise RefusedError(f"seat {seat} is taken", 409)
    for row in performance["rows"]:
        row["free"] = [seat for seat in row["free"] if seat not in wanted]
    return wanted


def _give_back(performance: dict[str, Any], seats: list[str]) -> None:
    for row in performance["rows"]:
        row["free"] = sorted({*row["free"], *(seat for seat in seats if seat[0] == row["row"])})


def _listed(performance: dict[str, Any]) -> dict[str, JsonValue]:
    free = n_free(performance)
    shown: dict[str, JsonValue] = {key: performance[key] for key in ("performance", "venue", "day", "time")}
    return {**shown, "free_seats": free}


def _summary(state: dict[str, Any], booking: dict[str, Any]) -> dict[str, JsonValue]:
    performance = _performance(state, booking["performance"])
    return {
        "code": booking["code"],
        "title": performance["title"],
        "performance": booking["performance"],
        "day": performance["day"],
        "time": performance["time"],
        "seats": booking["seats"],
        "total": booking["total"],
        "status": booking["status"],
    }


_LABELS = {
    "performance": "[performance|showing|screening]",
    "free_seats": "[free seats|seats left|available]",
    "status": "[status|state]",
    "total": "[total|price|amount]",
}


@TICKETS.operation(
    names="[find|list|search|browse|get] [shows|films and plays|programme|productions|titles]",
    about="[Find|List|Browse] [films and plays|what is on the programme][.|, by genre or kind if given.]",
    does="find the <{genre} >shows on the programme",
    params=[
        Param("genre", "[|show|film|programme|event|play] [genre|style]", one_of(*GENRES), optional=True),
        Param("kind", "[|show|event|programme] [kind|type|form]", one_of(*KINDS), optional=True),
    ],
    labels={"minutes": "[minutes|length|running time]", "min_age": "[min age|age limit|from age]"},
)
def find_shows(state: dict[str, Any], genre: str | None, kind: str | None) -> JsonValue:
    """Titles with their length and age limit."""
    found = [s for s in state["shows"].values() if genre in (None, s["genre"]) and kind in (None, s["kind"])]
    return [{key: show[key] for key in ("title", "kind", "genre", "minutes", "min_age")} for show in found]


@TICKETS.operation(
    names="[get|show|read|look up] [show|film|title|production] [details|info|facts]",
    about="[Show|Get|Look up] [length, age limit and language|the facts] of a film or play.",
    does="look up the details of {title}",
    params=[TITLE],
    labels={"minutes": "[minutes|length|running time]", "min_age": "[min age|age limit|from age]"},
)
def show_details(state: dict[str, Any], title: str) -> JsonValue:
    """Length, age limit, language."""
    found = next((s for s in state["shows"].values() if s["title"].casefold() == title.strip().casefold()), None)
    if found is None:
        raise RefusedError(f"nothing on the programme is called {title!r}")
    return dict(found)


@TICKETS.operation(
    names="[list|find|get|show] [performances|showings|screenings|show times] [|of show|of title]",
    about="[List|Find|Show] the [performances|showings] of a film or play[.|, on all days or one.]",
    does="list the performances of {title}< on {day}>",
    params=[TITLE, DAY.or_none()],
    labels=_LABELS,
)
def performances(state: dict[str, Any], title: str, day: str | None) -> JsonValue:
    """When and where, with the number of free seats."""
    wanted = checked_day(day) if day else None
    return [_listed(p) for p in performances_of(state, title) if wanted in (None, p["day"])]


@TICKETS.operation(
    names="[get|show|list|read] [day programme|programme of house|venue programme|what is on]",
    about="[Show|List] what a cinema or theatre [shows|plays] on a day.",
    does="read what is on at {venue} on {day}",
    params=[
        Param("venue", "[venue|house|theatre|cinema|place|location] [name|]", text(), "name of the cinema or theatre"),
        DAY,
    ],
    labels=_LABELS,
)
def whats_on(state: dict[str, Any], venue: str, day: str) -> JsonValue:
    """The day's performances in one house, by time."""
    wanted = venue.strip().casefold()
    if wanted not in {p["venue"].casefold() for p in state["performances"].values()}:
        raise RefusedError(f"no cinema or theatre is called {venue!r}")
    own = [
        p for p in state["performances"].values() if p["venue"].casefold() == wanted and p["day"] == checked_day(day)
    ]
    own.sort(key=lambda p: (p["time"], p["performance"]))
    return [
        {"performance": p["performance"], "title": p["title"], "time": p["time"], "free_seats": n_free(p)} for p in own
    ]


@TICKETS.operation(
    names="[list|find|get|show|check] [free|available|open] [seats|places]",
    about="[List|Show] the free seats of a performance by row, with prices[.|, in one category if given.]",
    does="see the free seats of performance {performance}",
    params=[
        PERFORMANCE,
        Param("category", "[|seat|price|seating] [category|class|area|section]", one_of(*CATEGORIES), optional=True),
    ],
    labels={"price": "[price|price per seat|seat price]", "free": "[free|free seats|available]"},
)
def free_seats(state: dict[str, Any], performance: int, category: str | None) -> JsonValue:
    """Row by row."""
    rows = _performance(state, performance)["rows"]
    return [dict(row) for row in rows if category in (None, row["category"])]


@TICKETS.operation(
    names="[book|reserve|take|buy] [seats|tickets|places]",
    about="[Book|Reserve] [certain seats|seats by their numbers] of a performance.",
    does="book {seats} of performance {performance} for {name}",
    params=[
        PERFORMANCE,
        Param(
            "seats", "[|wanted|chosen|requested|selected] [seats|seat numbers|places|seat list]", texts(), "such as A1"
        ),
        NAME,
    ],
    writes=True,
    labels={"total": "[total|price|amount]"},
)
def book_seats(state: dict[str, Any], performance: int, seats: list[str], name: str) -> JsonValue:
    """A new booking, if all the seats are free."""
    chosen = _performance(state, performance)
    taken = _take(chosen, seats)
    code = state["spare_codes"].pop(0) if state["spare_codes"] else f"{performance}{taken[0]}"
    total = price_of(chosen, taken)
    state["bookings"][code] = {
        "code": code,
        "name": name,
        "performance": performance,
        "seats": taken,
        "total": total,
        "status": "reserved",
    }
    return {"code": code, "title": chosen["title"], "seats": taken, "total": total}


@TICKETS.operation(
    names="[find|get|look up|show|open] [ticket booking|ticket order|booking|seat booking]",
    about="[Find|Get|Show] a booking by its code: show, seats, price and status.",
    does="look up booking {code}",
    params=[CODE],
    labels=_LABELS,
)
def find_booking(state: dict[str, Any], code: str) -> JsonValue:
    """What was booked, and whether it is paid."""
    return _summary(state, _booking(state, code))


@TICKETS.operation(
    names="[list|find|get|search] [bookings|ticket bookings|ticket orders] [by name|of customer|of person]",
    about="[List|Find] the ticket bookings in [somebody's|a customer's] name.",
    does="find the bookings of {name}",
    params=[NAME],
    labels=_LABELS,
)
def bookings_by(state: dict[str, Any], name: str) -> JsonValue:
    """The bookings of a customer."""
    own = [b for b in state["bookings"].values() if b["name"].casefold() == name.strip().casefold()]
    return [_summary(state, booking) for booking in own]


@TICKETS.operation(
    names="[cancel|void|call off|return|give back] [ticket booking|tickets|seat booking|ticket order]",
    about="[Cancel|Give back] a booking whose tickets were not [collected|picked up] yet.",
    does="cancel booking {code}",
    params=[CODE],
    writes=True,
    labels={"seats": "[seats|released seats]"},
)
def cancel_booking(state: dict[str, Any], code: str) -> JsonValue:
    """Free the seats again."""
    booking = _booking(state, code)
    if booking["status"] == "collected":
        raise RefusedError(f"the tickets of booking {code} were collected, so it can't be cancelled", 409)
    del state["bookings"][booking["code"]]
    _give_back(_performance(state, booking["performance"]), booking["seats"])
    return {"code": booking["code"], "status": "cancelled", "seats": booking["seats"]}


@TICKETS.operation(
    names="[exchange|swap|move|switch|rebook] [tickets|ticket booking|seats|booking]",
    about="[Exchange|Move|Switch] a booking to another performance[.|; it gets as many seats there.]",
    does="move booking {code} to performance {performance}",
    params=[CODE, PERFORMANCE],
    writes=True,
    labels={"total": "[total|new total|price]"},
)
def exchange(state: dict[str, Any], code: str, performance: int) -> JsonValue:
    """The same number of seats elsewhere."""
    booking, new = _booking(state, code), _performance(state, performance)
    seats = cheapest_seats(new, len(booking["seats"]))
    if not seats:
        raise RefusedError(f"performance {performance} has no {len(booking['seats'])} seats in one row", 409)
    _give_back(_performance(state, booking["performance"]), booking["seats"])
    booking.update(performance=performance, seats=_take(new, seats), total=price_of(new, seats))
    return {key: booking[key] for key in ("code", "performance", "seats", "total")}


@TICKETS.operation(
    names="[apply|add|enter|grant] [discount|reduction|concession|reduced rate]",
    about="[Apply|Add] a discount to a whole booking[.|, such as that for students.]",
    does="apply the {discount} discount to booking {code}",
    params=[
        CODE,
        Param("discount", "[discount|reduction|concession|rate|tariff] [|kind|type|name]", one_of(*DISCOUNTS)),
    ],
    writes=True,
    labels={"total": "[total|new total|price]"},
)
def apply_discount(state: dict[str, Any], code: str, discount: str) -> JsonValue:
    """So many percent off, once."""
    booking = _booking(state, code)
    if booking.get("discount"):
        raise RefusedError(f"booking {code} has the {booking['discount']} discount already", 409)
    if booking["status"] != "reserved":
        raise RefusedError(f"booking {code} is {booking['status']} already", 409)
    booking["discount"] = discount
    booking["total"] = round(booking["total"] * (100 - DISCOUNTS[discount]) / 100, 2)
    return {"code": booking["code"], "discount": discount, "percent": DISCOUNTS[discount], "total": booking["total"]}


@TICKETS.operation(
    names="[check|get|show|read] [gift card|voucher card|card] [balance|credit]",
    about="[Check|Show|Get] how much is left on a gift card.",
    does="check the balance of gift card {card}",
    params=[Param("card", "[gift card|card|voucher|gift voucher] [code|id|number|no]", text(), "such as GC-1234")],
    labels={"balance": "[balance|credit|left]"},
)
def card_balance(state: dict[str, Any], card: str) -> JsonValue:
    """The money on a card."""
    found = card.strip().upper()
    if found not in state["cards"]:
        raise RefusedError(f"no gift card {card}")
    return {"card": found, "balance": state["cards"][found]}


@TICKETS.operation(
    names="[pay|settle|pay for] [ticket booking|tickets|booking|ticket order]",
    about="[Pay|Settle] a booking by card, cash or gift card[.|; with a gift card, give its code.]",
    does="pay booking {code}< with gift card {card}>",
    params=[
        CODE,
        Param("method", "[|payment|paying] [method|means|way]", one_of(*METHODS)),
        Param(
            "card", "[gift card|voucher|gift voucher] [code|id|number|no]", text(), "for gift cards only", optional=True
        ),
    ],
    writes=True,
    labels={"balance": "[balance|credit left|left on card]"},
)
def pay_booking(state: dict[str, Any], code: str, method: str, card: str | None) -> JsonValue:
    """Pay the whole booking; a gift card must cover it."""
    booking = _booking(state, code)
    if booking["status"] != "reserved":
        raise RefusedError(f"booking {code} is {booking['status']} already", 409)
    paid: dict[str, JsonValue] = {"code": booking["code"], "paid": booking["total"]}
    if method == "gift_card":
        found = (card or "").strip().upper()
        if found not in state["cards"]:
            raise RefusedError(f"no gift card {card or 'was given'}")
        if state["cards"][found] < booking["total"]:
            raise RefusedError(f"only {state['cards'][found]:.2f} left on {found}", 409)
        state["cards"][found] = round(state["cards"][found] - booking["total"], 2)
        paid["balance"] = state["cards"][found]
    booking["status"] = "paid"
    return paid


@TICKETS.operation(
    names="[send|email|mail|deliver] [tickets|e tickets|tickets by mail|booked tickets]",
    about="[Send|Email] the tickets of a booking to [an address|an email address].",
    does="send the tickets of {code} to {email}",
    params=[CODE, EMAIL],
    writes=True,
)
def send_tickets(state: dict[str, Any], code: str, email: str) -> JsonValue:
    """Tickets by email."""
    booking = _booking(state, code)
    if "@" not in email:
        raise RefusedError(f"{email!r} is no email address", 422)
    state["sent"].append({"code": booking["code"], "email": email})
    return {"code": booking["code"], "sent_to": email, "tickets": len(booking["seats"])}


@TICKETS.operation(
    names="[watch|follow|set alert for|notify about] [performance|showing|returned tickets|seats]",
    about="[Send|Set] an alert [when a sold-out performance gets seats back|for returned tickets of a performance].",
    does="set an alert on performance {performance} for {email}",
    params=[PERFORMANCE, EMAIL],
    writes=True,
)
def watch(state: dict[str, Any], performance: int, email: str) -> JsonValue:
    """Tell somebody when tickets come back."""
    if n_free(_performance(state, performance)):
        raise RefusedError(f"performance {performance} is not sold out", 409)
    state["watching"].append({"performance": performance, "email": email})
    return {"alert": len(state["watching"]), "performance": performance, "email": email}
