"""The vehicles of a company, who drives them and where, and what the tools of its fleet office do."""

from __future__ import annotations

from typing import Any

from umi_local.messages import JsonValue
from umi_local.worlds.draw import Draw, Pool
from umi_local.worlds.errors import RefusedError
from umi_local.worlds.family import Family
from umi_local.worlds.operations import Param, day, flag, ident, number, one_of, part_of, text, whole
from umi_local.worlds.play import Play
from umi_local.worlds.pools import TOWNS, people

FLEET = Family(
    "fleet", "[fleet|vehicles|carpool|motorpool|transport|garage]", frozenset({"vehicles", "drivers", "cars"})
)

_MAKES = ("Brisa", "Cavo", "Delvo", "Farra", "Kando", "Lomax", "Mirro", "Norra", "Osto", "Pallas", "Rondo", "Trako")
MODELS = Pool(f"{make} {size}" for make in _MAKES for size in ("100", "150", "200", "250", "300", "400"))
"""Made-up models."""

KINDS = ("car", "van", "truck")
LICENCES = ("B", "C1")

PLATE = Param(
    "plate",
    "[plate|licence plate|license plate|registration|registration plate|vehicle|car] [|number|code|id]",
    text(),
    "[registration|licence plate|plate] of the vehicle",
)
DRIVER = Param("driver", "[driver|person|employee|member] [|name|full name]", text(), "[full name|name] of the driver")
DAY = Param("day", "[|travel|booking|driving|chosen] [day|date]", day(), "[the day|which day]")
DEPOT = Param("depot", "[depot|site|location|base|branch] [|name|town|city]", text(), "[town|name] of the depot")
KIND = Param("kind", "[vehicle|] [kind|type|class|category|sort]", one_of(*KINDS), "[kind|type] of vehicle")
LICENCE = Param("licence", "[driving|driver|] [licence|license|permit] [|class|category]", one_of(*LICENCES))


@FLEET.scene
def scene(draw: Draw) -> dict[str, Any]:
    """Two depots with three to five vehicles and three drivers each, trips and fuel of some of them, a few bookings."""
    depots = draw.several_of(TOWNS, 2)
    names = people(draw, 6)
    licences = ("B", "B", "C1", "C1", draw.pick(LICENCES), draw.pick(LICENCES))
    drivers = [_driver(draw, name, depots[i % 2], licences[i]) for i, name in enumerate(names)]
    vehicles = [_vehicle(draw, depot) for depot in depots for _ in range(draw.whole(3, 5))]
    days = sorted({draw.day("2026-02-01", "2026-11-30") for _ in range(3)})
    bookings = {}
    for at in days:
        for vehicle, name in zip(draw.sample(vehicles, 3), draw.sample(names, 3), strict=False):
            booking = {"number": draw.whole(300, 999), "plate": vehicle["plate"], "driver": name, "day": at}
            bookings[str(booking["number"])] = booking
    return {
        "depots": depots,
        "vehicles": {vehicle["plate"]: vehicle for vehicle in vehicles},
        "drivers": drivers,
        "trips": [_trip(draw, vehicle, name) for vehicle in vehicles for name in draw.sample(names, 2)],
        "fuel": {vehicle["plate"]: [_fuelling(draw) for _ in range(draw.whole(2, 4))] for vehicle in vehicles},
        "bookings": bookings,
        "services": [],
        "full_days": {},
        "defects": [],
    }


def _vehicle(draw: Draw, depot: str) -> dict[str, Any]:
    kind = draw.weighted({"van": 0.5, "car": 0.3, "truck": 0.2})
    return {
        "plate": draw.code("@@-###"),
        "model": draw.of(MODELS),
        "kind": kind,
        "seats": {"car": draw.pick((4, 5)), "van": draw.pick((3, 6, 8, 9)), "truck": draw.pick((2, 3))}[kind],
        "depot": depot,
        "km": draw.whole(4000, 180000),
        "status": draw.weighted({"ready": 0.8, "workshop": 0.2}),
        "service_due": draw.day("2026-03-01", "2027-03-31"),
        "driver": None,
    }


def _driver(draw: Draw, name: str, depot: str, licence: str) -> dict[str, Any]:
    return {
        "name": name,
        "depot": depot,
        "licence": licence,
        "hours": draw.whole(6, 39),
        "phone": draw.code("0###-######"),
    }


def _trip(draw: Draw, vehicle: dict[str, Any], driver: str) -> dict[str, Any]:
    return {
        "trip": draw.whole(1000, 9999),
        "plate": vehicle["plate"],
        "driver": driver,
        "day": draw.day("2026-01-05", "2026-01-31"),
        "to": draw.of(TOWNS),
        "km": draw.whole(12, 640),
    }


def _fuelling(draw: Draw) -> dict[str, Any]:
    litres = draw.whole(180, 720) / 10
    return {"day": draw.day("2026-01-05", "2026-01-31"), "litres": litres, "cost": round(litres * 1.72, 2)}


def _found(state: dict[str, Any], plate: str) -> dict[str, Any]:
    vehicle: dict[str, Any] | None = state["vehicles"].get(plate.strip().upper())
    if vehicle is None:
        raise RefusedError(f"no vehicle has the plate {plate}")
    return vehicle


def _person(state: dict[str, Any], name: str) -> dict[str, Any]:
    driver: dict[str, Any] | None = next(
        (one for one in state["drivers"] if one["name"].casefold() == name.strip().casefold()), None
    )
    if driver is None:
        raise RefusedError(f"no driver is called {name}")
    return driver


def _is_same(one: str, other: str | None) -> bool:
    return other is None or one.casefold() == other.strip().casefold()


@FLEET.operation(
    names="[find|get|look up|show|fetch] [vehicle|fleet vehicle|vehicle record] [|details|by plate|data]",
    about="[Get|Show|Look up|Return] [the record of a vehicle|one vehicle] by its [plate|registration].",
    does="[look up|check] vehicle {plate}",
    params=[PLATE],
    labels={"km": "[km|mileage|odometer|km reading]", "service_due": "[service due|next service|service date]"},
)
def find_vehicle(state: dict[str, Any], plate: str) -> JsonValue:
    """One vehicle with its mileage, place and next service."""
    return part_of(_found(state, plate), "plate", "model", "kind", "seats", "depot", "km", "status", "service_due")


@FLEET.operation(
    names="[list|get|show|search|all] [vehicles|cars|fleet vehicles] [|at depot|of depot|by depot|at site]",
    about="[List|Show|Get] the vehicles [of|at] a depot[|, if wanted only those of one kind].",
    does="list the vehicles in {depot}< of the kind {kind}>",
    params=[DEPOT, KIND.or_none()],
    labels={"km": "[km|mileage|odometer]", "status": "[status|state|condition]", "seats": "[seats|places]"},
)
def vehicles_at(state: dict[str, Any], depot: str, kind: str | None) -> JsonValue:
    """The vehicles of a depot, by plate."""
    own = [v for v in state["vehicles"].values() if _is_same(v["depot"], depot) and _is_same(v["kind"], kind)]
    own.sort(key=lambda vehicle: vehicle["plate"])
    return [part_of(vehicle, "plate", "kind", "seats", "km", "status") for vehicle in own]


@FLEET.operation(
    names="[list|get|show|find] [bookings|reservations|vehicle bookings] [on|for|of|by] [day|date]",
    about="[List|Show|Get] [which vehicles are booked|all bookings] on a day[, and by whom|].",
    does="see which vehicles are booked on {day}",
    params=[DAY],
    labels={"number": "[booking|booking number|reservation]", "driver": "[driver|booked by|for]"},
)
def bookings_on(state: dict[str, Any], day: str) -> JsonValue:
    """The bookings of a day, by number."""
    own = [booking for booking in state["bookings"].values() if booking["day"] == day]
    return [part_of(booking, "number", "plate", "driver") for booking in sorted(own, key=lambda one: one["number"])]


@FLEET.operation(
    names="[book|reserve|take|request] [vehicle|pool vehicle|fleet vehicle] [|for driver|for day|for date]",
    about="[Book|Reserve] a vehicle for a driver[ for a day| on a date|, for one whole day].",
    does="book {plate} for {driver} on {day}",
    params=[PLATE, DRIVER, DAY],
    writes=True,
    labels={"number": "[booking|booking number|reservation number]"},
)
def book_vehicle(state: dict[str, Any], plate: str, driver: str, day: str) -> JsonValue:
    """Book a vehicle that is in order and that nobody has booked on that day."""
    vehicle, name = _found(state, plate), _person(state, driver)["name"]
    if vehicle["status"] != "ready":
        raise RefusedError(f"{vehicle['plate']} is in the workshop", 409)
    taken = next((b for b in state["bookings"].values() if (b["plate"], b["day"]) == (vehicle["plate"], day)), None)
    if taken:
        raise RefusedError(f"{vehicle['plate']} is booked by {taken['driver']} on {day}", 409)
    booking = {
        "number": max((int(key) for key in state["bookings"]), default=300) + 1,
        "plate": vehicle["plate"],
        "driver": name,
        "day": day,
    }
    state["bookings"][str(booking["number"])] = booking
    return dict(booking)


@FLEET.operation(
    names="[cancel|delete|drop|release|remove|free] [booking|reservation|vehicle booking]",
    about="[Cancel|Delete|Drop] [a booking|the booking] of a vehicle by its number.",
    does="cancel booking {booking}",
    params=[Param("booking", "[booking|reservation] [number|id|no|key|ref|]", ident(), "[number|id] of the booking")],
    writes=True,
)
def cancel_booking(state: dict[str, Any], booking: int) -> JsonValue:
    """Give a vehicle back before it is used."""
    gone = state["bookings"].pop(str(booking), None)
    if gone is None:
        raise RefusedError(f"there is no booking {booking}")
    return {"cancelled": booking, "plate": gone["plate"], "day": gone["day"]}


@FLEET.operation(
    names="[find|get|look up|show|fetch] [driver|person|driver record] [|details|data|by name]",
    about="[Get|Show|Look up] a driver by [name|full name][: phone, licence and hours|].",
    does="look up the driver {driver}",
    params=[DRIVER],
    labels={"hours": "[hours this week|hours driven|weekly hours]", "licence": "[licence|license|permit]"},
)
def find_driver(state: dict[str, Any], driver: str) -> JsonValue:
    """One driver."""
    return part_of(_person(state, driver), "name", "depot", "licence", "hours", "phone")


@FLEET.operation(
    names="[list|get|show|search|all] [drivers|staff drivers|people] [at|of|by|in] [depot|site]",
    about="[List|Show|Get] the drivers [of|at] a depot[|, if wanted only those with one licence].",
    does="list the drivers in {depot}< with licence {licence}>",
    params=[DEPOT, LICENCE.or_none()],
    labels={"hours": "[hours this week|hours driven|weekly hours]", "licence": "[licence|license|permit]"},
)
def drivers_at(state: dict[str, Any], depot: str, licence: str | None) -> JsonValue:
    """The drivers of a depot, by name."""
    own = [d for d in state["drivers"] if _is_same(d["depot"], depot) and _is_same(d["licence"], licence)]
    own.sort(key=lambda driver: driver["name"])
    return [part_of(driver, "name", "licence", "hours", "phone") for driver in own]


@FLEET.operation(
    names="[assign|give|hand|allocate|set] [driver to vehicle|vehicle to driver|regular driver|vehicle driver]",
    about="[Make somebody|Set] the regular driver of a vehicle.",
    does="make {driver} the regular driver of {plate}",
    params=[PLATE, DRIVER],
    writes=True,
)
def assign_driver(state: dict[str, Any], plate: str, driver: str) -> JsonValue:
    """Give a vehicle to somebody who may drive it."""
    vehicle, person = _found(state, plate), _person(state, driver)
    if vehicle["kind"] == "truck" and person["licence"] != "C1":
        raise RefusedError(
            f"{vehicle['plate']} is a truck and needs licence C1, {person['name']} has {person['licence']}", 403
        )
    vehicle["driver"] = person["name"]
    return {"plate": vehicle["plate"], "driver": person["name"]}


@FLEET.operation(
    names="[list|get|show|find|search] [trips|journeys|drives|logbook entries] [|in logbook|from logbook|made|on record]",
    about="[List|Show|Get] [trips|journeys] [from the logbook|in the logbook], of a driver or of a vehicle.",
    does="list the trips< of {driver}>< made with {plate}>",
    params=[DRIVER.or_none(), PLATE.or_none()],
    labels={"to": "[to|destination|where to]", "km": "[km|distance|kilometres]"},
)
def trips_of(state: dict[str, Any], driver: str | None, plate: str | None) -> JsonValue:
    """Trips by day, the first six."""
    wanted = plate and plate.strip().upper()
    own = [t for t in state["trips"] if _is_same(t["driver"], driver) and wanted in (None, t["plate"])]
    return [dict(trip) for trip in sorted(own, key=lambda trip: (trip["day"], trip["trip"]))[:6]]


@FLEET.operation(
    names="[record|set|update|enter|log] [mileage|odometer|km reading|kilometres|odometer reading]",
    about="[Record|Enter|Update] the [mileage|odometer reading] of a vehicle[.|, in km.]",
    does="set the mileage of {plate} to {km} km",
    params=[PLATE, Param("km", "[km|mileage|kilometres|odometer|reading] [|now|value|total]", whole(0), "in km")],
    writes=True,
)
def record_mileage(state: dict[str, Any], plate: str, km: int) -> JsonValue:
    """An odometer only counts up."""
    vehicle = _found(state, plate)
    if km < vehicle["km"]:
        raise RefusedError(f"the mileage of {vehicle['plate']} is {vehicle['km']} km already, it can't go down", 422)
    vehicle["km"] = km
    return {"plate": vehicle["plate"], "km": km}


@FLEET.operation(
    names="[list|get|show|read] [fuel|refuelling|fuel card] [log|entries|history|receipts|stops]",
    about="[List|Show|Get] when a vehicle was refuelled[, how much and for what price|].",
    does="list the refuelling stops of {plate}",
    params=[PLATE],
    labels={"litres": "[litres|amount|quantity]", "cost": "[cost|price|paid]", "day": "[day|date]"},
)
def fuel_log(state: dict[str, Any], plate: str) -> JsonValue:
    """What was filled in, by day."""
    stops = state["fuel"].get(_found(state, plate)["plate"], [])
    return [dict(stop) for stop in sorted(stops, key=lambda stop: (stop["day"], stop["cost"]))]


@FLEET.operation(
    names="[add|enter|record|log|save] [fuel|refuelling|fuel receipt|fuel stop|tank stop]",
    about="[Add|Enter|Record] [a fuel receipt|a refuelling stop] of a vehicle.",
    does="enter {litres} litres for {cost:money} for {plate}",
    params=[
        PLATE,
        Param("day", "[receipt|fuel|refuelling|] [day|date]", day(), "[day|date] of the receipt"),
        Param(
            "litres", "[litres|liters|fuel amount|fuel quantity|litres of fuel]", number(minimum=0), "how many litres"
        ),
        Param("cost", "[cost|price|total price|amount paid|sum paid]", number(minimum=0), "[total cost|what was paid]"),
    ],
    writes=True,
)
def add_fuel(state: dict[str, Any], plate: str, day: str, litres: float, cost: float) -> JsonValue:
    """Note what was filled in."""
    stops = state["fuel"].setdefault(_found(state, plate)["plate"], [])
    stops.append({"day": day, "litres": litres, "cost": cost})
    return {"plate": plate, "day": day, "litres": litres, "stops": len(stops)}


@FLEET.operation(
    names="[schedule|book|plan|arrange|set] [service|maintenance|workshop visit|inspection] [|for vehicle]",
    about="[Schedule|Plan|Arrange|Book] the service of a vehicle in the workshop[.|, one day.]",
    does="schedule the service of {plate} on {day}",
    params=[PLATE, Param("day", "[service|workshop|visit|] [day|date|on]", day(), "[day|date] of the service")],
    writes=True,
)
def schedule_service(state: dict[str, Any], plate: str, day: str) -> JsonValue:
    """Send a vehicle to the workshop, if it has room on that day."""
    vehicle = _found(state, plate)
    if day in state["full_days"]:
        free = state["full_days"][day]
        raise RefusedError(f"the workshop is full on {day}, the next free day is {free}", 409)
    state["services"].append({"plate": vehicle["plate"], "day": day})
    return {"plate": vehicle["plate"], "service": day}


@FLEET.operation(
    names="[report|record|file|enter|note] [defect|damage|fault|breakdown|problem] [|of vehicle]",
    about="[Report|Record|File] a [defect|damage|fault] of a vehicle[.|, and whether it can still be driven.]",
    does="report {defect} on {plate}",
    params=[
        PLATE,
        Param("defect", "[defect|damage|fault|problem] [|description|text|details]", text(), "what is wrong"),
        Param(
            "drivable", "[drivable|can drive|roadworthy|is drivable|still drives|usable]", flag(), "can be driven on"
        ),
    ],
    writes=True,
    labels={"report": "[report|report number|case]"},
)
def report_defect(state: dict[str, Any], plate: str, defect: str, drivable: bool) -> JsonValue:
    """Note a defect; what can't be driven goes to the workshop."""
    vehicle = _found(state, plate)
    if not drivable:
        vehicle["status"] = "workshop"
    state["defects"].append({"plate": vehicle["plate"], "defect": defect, "drivable": drivable})
    return {"report": 70 + len(state["defects"]), "plate": vehicle["plate"], "status": vehicle["status"]}


def any_vehicle(play: Play, kind: str | None = None) -> dict[str, Any]:
    """Pick a vehicle, of a kind if one is given."""
    fitting = [vehicle for vehicle in play.state["vehicles"].values() if kind in (None, vehicle["kind"])]
    if not fitting:
        raise play.unsuitable(f"there is no {kind}")
    return play.draw.pick(fitting)


def any_driver(play: Play, licence: str | None = None) -> dict[str, Any]:
    """Pick a driver, with a licence if one is given."""
    return play.draw.pick([driver for driver in play.state["drivers"] if licence in (None, driver["licence"])])


def only_other_free(play: Play, vehicle: dict[str, Any], at: str) -> str:
    """Make exactly one vehicle of the same kind and depot free on a day; return its plate."""
    taken = booked_on(play, at)
    rest = [one for one in play.state["vehicles"].values() if one is not vehicle and one["plate"] not in taken]
    if not rest:
        raise play.unsuitable("all are booked")
    chosen = play.draw.pick(rest)
    for one in rest:
        if (one["kind"], one["depot"]) == (vehicle["kind"], vehicle["depot"]):
            one["status"] = "workshop"
    chosen |= {key: vehicle[key] for key in ("kind", "seats", "depot")} | {"status": "ready"}
    return str(chosen["plate"])


def booked_on(play: Play, at: str) -> set[str]:
    """Return the plates that are booked on a day."""
    return {booking["plate"] for booking in play.state["bookings"].values() if booking["day"] == at}
