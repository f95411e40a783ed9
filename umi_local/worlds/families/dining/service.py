"""What the restaurants' tools do."""

from __future__ import annotations

from typing import Any

from umi_local.messages import JsonValue
from umi_local.worlds.dates import checked_clock, checked_day, minutes_later, weekday_of
from umi_local.worlds.errors import RefusedError
from umi_local.worlds.families.dining.scene import COURSES, CUISINES, DINING, best_table, free_of, house_of
from umi_local.worlds.operations import Param, clock, day, ident, one_of, part_of, text, whole

PLACE = Param(
    "restaurant",
    "[restaurant|place|venue|house|eatery|bistro] [name|title|]",
    text(),
    "[name of the restaurant|the restaurant's name]",
)

NUMBER = Param(
    "number",
    "[|table] [reservation|booking] [number|id|code|no|key|reference]",
    ident(),
    "[number|id] of the reservation",
)

DAY = Param("day", "[|visit|dinner|booking|meal|table|arrival|reservation] [day|date]", day())
TIME = Param("time", "[|arrival|start|meal|table|dinner|seating|clock|begin] [time|hour]", clock())

GUESTS = Param(
    "guests",
    "[[|number of] [guests|people|persons|seats|diners]|[party|group] size|[head|guest|person] count]",
    whole(1, 20),
)

NAME = Param("name", "[[|guest|booked|booking|host|full|reservation|customer] name|[reserved|booked] [for|by]]", text())


def _reservation(state: dict[str, Any], number: int) -> dict[str, Any]:
    found: dict[str, Any] | None = state["reservations"].get(str(number))
    if found is None:
        raise RefusedError(f"no reservation {number}")
    return found


def _check_open(house: dict[str, Any], day: str, time: str) -> None:
    if weekday_of(checked_day(day)) == house["closed_on"]:
        raise RefusedError(f"{house['restaurant']} is closed on {house['closed_on']}s", 409)
    latest = minutes_later(house["closes"], -60)
    if not house["opens"] <= checked_clock(time) <= latest:
        raise RefusedError(f"{house['restaurant']} takes guests from {house['opens']} to {latest}", 409)


_ROW = ("number", "restaurant", "name", "day", "time", "guests", "table")
_LABELS = {"guests": "[guests|people|party size|persons]", "name": "[name|guest|booked by]"}


@DINING.operation(
    names="[find|search|list|get|browse] [restaurants|places to eat|eateries|dining places]",
    about="[Find|List|Search] restaurants[.|, by cuisine or district if given.]",
    does="find the <{cuisine} >restaurants< in {district}>",
    params=[
        Param(
            "cuisine",
            "[[|food|menu] [cuisine|style]|[kind|type|style] of [food|cooking|cuisine]|kitchen]",
            one_of(*CUISINES),
            optional=True,
        ),
        Param(
            "district",
            "[|city|town] [district|quarter|area|neighbourhood|zone|part]",
            text(),
            optional=True,
        ),
    ],
    labels={"rating": "[rating|stars|score]", "district": "[district|quarter|area]"},
)
def find_restaurants(state: dict[str, Any], cuisine: str | None, district: str | None) -> JsonValue:
    """Restaurants with cuisine, district and rating."""
    found = [
        house
        for house in state["restaurants"].values()
        if cuisine in (None, house["cuisine"])
        and (district is None or district.strip().casefold() == house["district"].casefold())
    ]
    return [part_of(house, "restaurant", "cuisine", "district", "rating") for house in found]


@DINING.operation(
    names="[get|show|read|look up|fetch] [restaurant|eatery|dining place] [details|info|facts|profile]",
    about="[Get|Show] [address, phone and features of a restaurant|what a restaurant is like]: cards, dogs, steps.",
    does="look at the details of {restaurant}",
    params=[PLACE],
    labels={
        "cards": "[cards|takes cards|card payment]",
        "dogs": "[dogs|dogs allowed]",
        "step_free": "[step free|wheelchair access]",
    },
)
def restaurant_info(state: dict[str, Any], restaurant: str) -> JsonValue:
    """Address, phone, and what is allowed."""
    house = house_of(state, restaurant)
    return part_of(house, "restaurant", "cuisine", "address", "phone", "cards", "dogs", "step_free")


@DINING.operation(
    names="[get|show|check|look up|read] [opening|business|restaurant] hours",
    about="[Get|Show|Look up] when a restaurant opens and closes, and its [closing day|day off].",
    does="look up the opening hours of {restaurant}",
    params=[PLACE],
    labels={
        "opens": "[opens|from|opening]",
        "closes": "[closes|until|closing]",
        "closed_on": "[closed on|day off|rest day]",
    },
)
def opening_hours(state: dict[str, Any], restaurant: str) -> JsonValue:
    """The same hours on every day but one."""
    return part_of(house_of(state, restaurant), "restaurant", "opens", "closes", "closed_on")


@DINING.operation(
    names="[get|show|read|list|fetch] [menu|dishes|menu card|food menu|meals]",
    about="[Show|Get|Read] the menu of a restaurant[.|, all of it or one course.]",
    does="read the menu of {restaurant}< ({course})>",
    params=[
        PLACE,
        Param(
            "course",
            "[[|menu] [course|part|section]|[course|section] name|[kind|type] of [dish|course]]",
            one_of(*COURSES),
            optional=True,
        ),
    ],
    labels={"dish": "[dish|name|item]", "price": "[price|cost]", "vegetarian": "[vegetarian|veggie|meat free]"},
)
def show_menu(state: dict[str, Any], restaurant: str, course: str | None) -> JsonValue:
    """Dishes with course, price, and whether they are vegetarian."""
    dishes = house_of(state, restaurant)["dishes"]
    return [
        part_of(dish, "dish", "course", "price", "vegetarian") for dish in dishes if course in (None, dish["course"])
    ]


@DINING.operation(
    names="[get|show|list|check|look up] [allergens|allergen list|food allergens|allergy info]",
    about="[List|Show|Get] the allergens in a dish of a restaurant.",
    does="look up the allergens in the {dish} of {restaurant}",
    params=[
        PLACE,
        Param("dish", "[dish|meal|menu item|food|plate] [|name|title]", text(), "as on the menu"),
    ],
)
def dish_allergens(state: dict[str, Any], restaurant: str, dish: str) -> JsonValue:
    """What a dish has in it that some people can't eat."""
    house = house_of(state, restaurant)
    found = next((one for one in house["dishes"] if one["dish"] == dish.strip().casefold()), None)
    if found is None:
        raise RefusedError(f"{house['restaurant']} has no {dish!r} on its menu")
    return part_of(found, "dish", "allergens")


@DINING.operation(
    names="[find|list|get|check|show] [free|available|open] [tables|restaurant tables]",
    about="[List|Find] the tables that are free in a restaurant at [a given time|some time of a day].",
    does="find the free tables at {restaurant} on {day} at {time}",
    params=[PLACE, DAY, TIME],
    labels={"seats": "[seats|size|places]", "place": "[place|position|where|spot]"},
)
def free_tables(state: dict[str, Any], restaurant: str, day: str, time: str) -> JsonValue:
    """Tables with their size and place."""
    house = house_of(state, restaurant)
    _check_open(house, day, time)
    return [dict(table) for table in free_of(state, house, day, time)]


@DINING.operation(
    names="[reserve|book] [table|a table|restaurant table|dinner table]",
    about="[Reserve|Book] a table in a restaurant[.|; any that fits, or the one that is named.]",
    does="reserve a table for {guests} at {restaurant} on {day} at {time}, in the name of {name}",
    params=[
        PLACE,
        DAY,
        TIME,
        GUESTS,
        NAME,
        Param(
            "table",
            "[|wanted|preferred|chosen] table [|number|no|id|code]",
            whole(1, 99),
            optional=True,
        ),
    ],
    writes=True,
    labels={"number": "[number|reservation|confirmation]"},
)
def reserve_table(
    state: dict[str, Any], restaurant: str, day: str, time: str, guests: int, name: str, table: int | None
) -> JsonValue:
    """The smallest table that is free and large enough, or the one wanted."""
    house = house_of(state, restaurant)
    _check_open(house, day, time)
    chosen = best_table(state, house, day, time, guests)
    if table is not None:
        chosen = next((one for one in free_of(state, house, day, time) if one["table"] == table), None)
        if chosen is not None and chosen["seats"] < guests:
            raise RefusedError(f"table {table} has only {chosen['seats']} seats", 409)
    if chosen is None:
        what = f"table {table}" if table is not None else f"no table for {guests}"
        raise RefusedError(f"{what} is {'taken' if table is not None else 'free'} on {day} at {time}", 409)
    number = state["next_number"]
    state["next_number"] += 1
    booked = {
        "number": number,
        "restaurant": house["restaurant"],
        "name": name,
        "day": day,
        "time": time,
        "guests": guests,
        "table": chosen["table"],
        "wishes": [],
    }
    state["reservations"][str(number)] = booked
    return part_of(booked, "number", "restaurant", "day", "time", "guests", "table")


@DINING.operation(
    names="[find|get|look up|show|read|open] [reservation|table booking|booked table]",
    about="[Find|Get|Show] a [reservation|table booking] by its number.",
    does="look up reservation {number}",
    params=[NUMBER],
    labels=_LABELS,
)
def find_reservation(state: dict[str, Any], number: int) -> JsonValue:
    """Who comes where, when, and with how many."""
    return part_of(_reservation(state, number), *_ROW)


@DINING.operation(
    names="[list|find|get|search] [reservations|table bookings] [of guest|by name|for guest|of person]",
    about="[List|Find] the [reservations|table bookings] in [somebody's|a guest's] name.",
    does="find the reservations in the name of {name}",
    params=[NAME],
    labels={"guests": _LABELS["guests"]},
)
def reservations_of(state: dict[str, Any], name: str) -> JsonValue:
    """The reservations of a guest."""
    own = [b for b in state["reservations"].values() if b["name"].casefold() == name.strip().casefold()]
    return [part_of(booked, "number", "restaurant", "day", "time", "guests") for booked in own]


@DINING.operation(
    names="[list|show|get|read] [day list|reservations of day|bookings of day|day sheet|guest list]",
    about="[List|Show] all reservations [that a restaurant has on a day|of a restaurant for one day].",
    does="list the reservations at {restaurant} on {day}",
    params=[PLACE, DAY],
    labels=_LABELS,
)
def reservations_on(state: dict[str, Any], restaurant: str, day: str) -> JsonValue:
    """A day's reservations by time."""
    house = house_of(state, restaurant)
    own = [
        booked
        for booked in state["reservations"].values()
        if booked["restaurant"] == house["restaurant"] and booked["day"] == checked_day(day)
    ]
    own.sort(key=lambda booked: (booked["time"], booked["number"]))
    return [part_of(booked, "number", "time", "name", "guests", "table") for booked in own]


@DINING.operation(
    names="[change|update|modify|edit|move] [reservation|table booking|booked table]",
    about="[Change|Update|Modify] day, time or number of guests of a reservation[.|; leave out what stays.]",
    does="change reservation {number}",
    params=[NUMBER, DAY.or_none(), TIME.or_none(), GUESTS.or_none()],
    writes=True,
    labels=_LABELS,
)
def change_reservation(
    state: dict[str, Any], number: int, day: str | None, time: str | None, guests: int | None
) -> JsonValue:
    """Another day, time or number of people, at the same table if that works, or else at another."""
    booked = _reservation(state, number)
    house = house_of(state, booked["restaurant"])
    wanted: dict[str, Any] = {
        "day": day or booked["day"],
        "time": time or booked["time"],
        "guests": guests or booked["guests"],
    }
    _check_open(house, wanted["day"], wanted["time"])
    free = free_of(state, house, wanted["day"], wanted["time"], number)
    fitting = [table for table in free if table["seats"] >= wanted["guests"]]
    fitting.sort(key=lambda table: (table["table"] != booked["table"], table["seats"], table["table"]))
    if not fitting:
        raise RefusedError(f"no table for {wanted['guests']} is free on {wanted['day']} at {wanted['time']}", 409)
    booked.update(wanted, table=fitting[0]["table"])
    return part_of(booked, "number", "restaurant", "day", "time", "guests", "table")


@DINING.operation(
    names="[cancel|call off|withdraw|drop|void] [reservation|table booking|booked table]",
    about="[Cancel|Call off|Withdraw] a [reservation|table booking].",
    does="cancel reservation {number}",
    params=[NUMBER],
    writes=True,
)
def cancel_reservation(state: dict[str, Any], number: int) -> JsonValue:
    """Give a table back."""
    booked = state["reservations"].pop(str(_reservation(state, number)["number"]))
    return {**part_of(booked, "number", "restaurant"), "status": "cancelled"}


@DINING.operation(
    names="[add|attach|send|note] [wish|request|special request|guest wish] [|to reservation|for reservation]",
    about="[Add|Attach] a wish to a reservation, [in free words|as a short text].",
    does="pass on the wish for reservation {number}",
    params=[
        NUMBER,
        Param(
            "wish",
            "[|guest|special] [wish|request|note|message|remark|comment]",
            text(),
            "[what is wanted|in a few words]",
        ),
    ],
    writes=True,
)
def add_wish(state: dict[str, Any], number: int, wish: str) -> JsonValue:
    """Something that the restaurant should know."""
    booked = _reservation(state, number)
    booked["wishes"].append(wish)
    return part_of(booked, "number", "restaurant", "wishes")


@DINING.operation(
    names="[join|enter|add to|sign up for] [waiting list|waitlist|table queue|standby list]",
    about="[Put a party on|Join] the waiting list of a restaurant for a day.",
    does="put {name} on the waiting list of {restaurant} for {day}",
    params=[PLACE, DAY, NAME, GUESTS],
    writes=True,
    labels={"position": "[position|place|rank]"},
)
def join_waitlist(state: dict[str, Any], restaurant: str, day: str, name: str, guests: int) -> JsonValue:
    """Wait for a table."""
    house = house_of(state, restaurant)
    entry = {"restaurant": house["restaurant"], "day": checked_day(day), "name": name, "guests": guests}
    state["waiting"].append(entry)
    alike = [one for one in state["waiting"] if (one["restaurant"], one["day"]) == (entry["restaurant"], entry["day"])]
    return {**entry, "position": len(alike)}


@DINING.operation(
    names="[leave|write|post|submit|add] [review|restaurant review|rating|feedback]",
    about="[Leave|Post|Submit] a review of a restaurant[.|, with a comment if wanted.]",
    does="leave a review of {restaurant} with {n_stars} stars",
    params=[
        PLACE,
        Param("n_stars", "[[|star|review|guest] [rating|score|mark]|stars|number of stars|star count]", whole(1, 5)),
        Param("comment", "[|review|guest|written] [comment|text|remark|opinion|message]", text(), optional=True),
    ],
    writes=True,
    labels={"n_stars": "[stars|rating|score]"},
)
def leave_review(state: dict[str, Any], restaurant: str, n_stars: int, comment: str | None) -> JsonValue:
    """One to five stars."""
    review = {"restaurant": house_of(state, restaurant)["restaurant"], "n_stars": n_stars, "comment": comment or ""}
    state["reviews"].append(review)
    return {"review": len(state["reviews"]), "restaurant": review["restaurant"], "n_stars": n_stars}
