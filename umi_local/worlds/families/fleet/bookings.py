"""Booking vehicles and giving them back: what is free, what isn't, and what to take instead."""

from __future__ import annotations

from typing import Any

from umi_local.worlds.facts import NO
from umi_local.worlds.families.fleet.service import FLEET, any_driver, booked_on, only_other_free
from umi_local.worlds.family import Missing
from umi_local.worlds.play import Play
from umi_local.worlds.splits import Split


def _free(play: Play, depot: str, day: str) -> list[dict[str, Any]]:
    taken = booked_on(play, day)
    own = [v for v in play.state["vehicles"].values() if v["depot"] == depot and v["status"] == "ready"]
    return [vehicle for vehicle in own if vehicle["plate"] not in taken]


def _any_booking(play: Play) -> dict[str, Any]:
    """Pick a booking that its driver and its day tell apart."""
    booking: dict[str, Any] = play.draw.pick(list(play.state["bookings"].values()))
    bookings = play.state["bookings"].values()
    if sum((one["driver"], one["day"]) == (booking["driver"], booking["day"]) for one in bookings) > 1:
        raise play.unsuitable("two bookings of one driver")
    return booking


@FLEET.intent(
    goal="book {plate} for {driver} on {day}",
    wordings=(
        "book {plate} for {driver} on {day}",
        "reserve the vehicle {plate} on {day}, the driver is {driver}",
        "{driver} needs {plate} on {day}. Please book it.",
        "put {driver} down for {plate} on {day}",
        "On {day} I have to visit a customer and would like {plate}. My name is {driver}.",
        "can {driver} have {plate} on {day}? then book it, please",
        "make a booking: {day}, {plate}, {driver}",
        "I'm {driver}. Keep {plate} free for me on {day}.",
        "~{plate} {day} {driver}",
        "~book {driver}: {plate} on {day}",
    ),
    essential="book_vehicle",
    missing=Missing(
        wordings=(
            "book {plate} for {driver}",
            "{driver} needs {plate} for a day. Please book it.",
            "reserve {plate}, the driver is {driver}",
            "~{plate} for {driver}",
        ),
        needs="the day",
        goal="book {plate} for {driver}",
        slot="day",
    ),
    split=Split.TRAIN,
)
def book_one(play: Play) -> None:
    """One call; somebody may have been faster, or the vehicle is in the workshop."""
    day = play.draw.pick([booking["day"] for booking in play.state["bookings"].values()])
    vehicle = play.draw.pick(list(play.state["vehicles"].values()))
    play.ask(plate=vehicle["plate"], driver=any_driver(play)["name"], day=day)
    reply = play.attempt("book_vehicle", {key: play.slots[key] for key in ("plate", "driver", "day")})
    if not reply.failed:
        play.learn(
            "{plate} is booked for {day} under number {booking}.",
            "The booking has the number {booking}.",
            booking=reply.value["number"],
        )
        play.conclude(
            "{plate} is booked for {driver} on {day}, number {booking}.",
            "Done: booking {booking}, {plate} on {day}.",
            facts=["booking"],
        )
    elif vehicle["status"] != "ready":
        play.learn(
            "The booking was refused: {plate} is in the workshop.", "{plate} can't be had, it is in the workshop."
        )
        play.conclude(
            "{plate} can't be booked, it is in the workshop.",
            "Sorry, {plate} isn't available: it is in the workshop.",
            facts=[NO, "where"],
            where="workshop",
        )
    else:
        taken = next(b for b in play.state["bookings"].values() if (b["plate"], b["day"]) == (vehicle["plate"], day))
        play.learn(
            "{other} has already booked {plate} for {day}.",
            "On {day}, {plate} belongs to {other}.",
            other=taken["driver"],
        )
        play.conclude(
            "{plate} is not free on {day}: {other} has booked it.",
            "I could not book {plate}, because {other} has it on {day}.",
            facts=[NO, "other"],
        )


@FLEET.intent(
    goal="cancel {driver}'s booking of {day}",
    wordings=(
        "cancel {driver}'s booking of {day}",
        "{driver} is ill and won't need the vehicle on {day}. Cancel the booking.",
        "drop the reservation that {driver} has for {day}",
        "I'm {driver}, and my trip on {day} fell through. Give the vehicle back, please.",
        "release whatever {driver} has booked for {day}",
        "the vehicle that {driver} reserved on {day} isn't needed. Please free it.",
        "find the booking of {driver} on {day} and delete it",
        "~cancel booking {driver} {day}",
        "~{driver} {day}: booking off",
    ),
    essential="cancel_booking",
    missing=Missing(
        wordings=(
            "cancel {driver}'s booking",
            "{driver} is ill and won't need the vehicle. Cancel the booking.",
            "drop the reservation that {driver} has",
            "~cancel booking of {driver}",
        ),
        needs="the day of the booking",
        goal="cancel a booking of {driver}",
        slot="day",
    ),
    split=Split.TRAIN,
)
def cancel_of_driver(play: Play) -> None:
    """Two calls: the number comes from the list of that day."""
    booking = _any_booking(play)
    play.ask(driver=booking["driver"], day=booking["day"])
    found = next(b for b in play.call("bookings_on", {"day": booking["day"]}) if b["driver"] == booking["driver"])
    play.learn(
        "{driver}'s booking on {day} is number {number}, vehicle {plate}.",
        "Booking {number} is the one of {driver}; it is for {plate}.",
        number=found["number"],
        plate=found["plate"],
    )
    play.call("cancel_booking", {"booking": found["number"]})
    play.learn("Booking {number} is gone.", "{plate} is free again on {day}.")
    play.conclude(
        "I cancelled booking {number}: {driver} no longer has {plate} on {day}.",
        "Done, booking {number} of {driver} is cancelled.",
        "{driver}'s booking {number} ({plate}) is cancelled.",
        facts=["number"],
    )


@FLEET.intent(
    goal="book the free vehicle in {depot} with the most seats for {driver} on {day}",
    wordings=(
        "book the largest free vehicle in {depot} for {driver} on {day}",
        "On {day}, {driver} takes a group on a tour. Reserve the free vehicle in {depot} with the most seats.",
        "find the vehicle in {depot} that is free on {day} and has the most seats, and book it for {driver}",
        "{driver} needs as many seats as possible on {day}. Please book something from {depot}.",
        "which vehicle of {depot} is free on {day} and seats most people? book it for {driver}",
        "I'm {driver} and have a lot of passengers on {day}. Get me the roomiest vehicle that {depot} has left.",
        "reserve for {driver} on {day} whatever free vehicle in {depot} seats most people",
        "~{depot} {day}: most seats, free, for {driver}",
        "~biggest free vehicle {depot}, {driver}, {day}",
    ),
    essential="book_vehicle",
    split=Split.TRAIN,
)
def book_most_seats(play: Play) -> None:
    """Three calls: what there is, what is taken, and the best of the rest."""
    depot = play.draw.pick(play.state["depots"])
    day = play.draw.pick([booking["day"] for booking in play.state["bookings"].values()])
    free = _free(play, depot, day)
    seats = sorted(vehicle["seats"] for vehicle in free)
    if not free or seats[-1:] == seats[-2:-1]:
        raise play.unsuitable("none is the largest")
    play.ask(depot=depot, day=day, driver=any_driver(play)["name"])
    listed = play.call("vehicles_at", {"depot": depot})
    ready = [vehicle for vehicle in listed if vehicle["status"] == "ready"]
    play.learn(
        "Ready in {depot}: {plates}. I don't know yet which of them are booked.",
        "{plates} are in order, but some may be booked on {day}." if len(ready) > 1 else "Only {plates} is in order.",
        plates=[vehicle["plate"] for vehicle in ready],
    )
    taken = {booking["plate"] for booking in play.call("bookings_on", {"day": day})}
    best = max((one for one in ready if one["plate"] not in taken), key=lambda one: one["seats"])
    busy = [vehicle["plate"] for vehicle in ready if vehicle["plate"] in taken]
    play.learn(
        "< Booked already: {busy}.> Of the free ones, {plate} has the most seats, {seats}.",
        "{plate} is free and has {seats} seats, more than any other free one.< Taken: {busy}.>",
        busy=busy,
        plate=best["plate"],
        seats=best["seats"],
    )
    booked = play.call("book_vehicle", {"plate": best["plate"], "driver": play.slots["driver"], "day": day})
    play.learn("Booking {booking} is made.", "It is booked as number {booking}.", booking=booked["number"])
    play.conclude(
        "I booked {plate} with {seats} seats for {driver} on {day}, number {booking}.",
        "{driver} gets {plate} ({seats} seats) on {day}; the booking is number {booking}.",
        facts=["plate"],
    )


@FLEET.intent(
    goal="book {plate} for {driver} on {day}, or else another {kind} in {depot}",
    wordings=(
        "book {plate} for {driver} on {day}; if it's taken, any other {kind} in {depot} will do",
        "{driver} would like {plate} on {day}. Should it be gone, take another {kind} from {depot}.",
        "try to get {plate} for {driver} on {day}, otherwise some other {kind} from {depot}",
        "I'm {driver}. On {day} I'd like to have {plate}, but I'd take any {kind} in {depot} instead.",
        "reserve {plate} on {day} for {driver} or, failing that, a different {kind} at {depot}",
        "For {driver}, {day}: preferably {plate}, if not then a free {kind} of {depot}. Please book.",
        "get {driver} a {kind} in {depot} for {day}, ideally {plate}",
        "~{day} {driver}: {plate}, else other {kind} {depot}",
        "~{plate} or any {kind} in {depot} for {driver} on {day}",
    ),
    essential="book_vehicle",
    split=Split.TEST,
)
def book_or_another(play: Play) -> None:
    """Up to four calls: refused, what else there is, what of it is taken, book that."""
    booking = _any_booking(play)
    day, wanted = booking["day"], play.state["vehicles"][booking["plate"]]
    kind, depot = wanted["kind"], wanted["depot"]
    driver = any_driver(play)["name"]
    if driver == booking["driver"]:
        raise play.unsuitable("it is the same driver")
    other = only_other_free(play, wanted, day)
    wanted["status"] = "ready"
    play.ask(plate=wanted["plate"], driver=driver, day=day, kind=kind, depot=depot)
    play.attempt("book_vehicle", {"plate": wanted["plate"], "driver": driver, "day": day}, decides=True)
    play.learn(
        "{plate} is booked by {holder} on {day}, so I need another {kind}.",
        "{holder} has {plate} on {day}; another {kind} in {depot} will do.",
        holder=booking["driver"],
    )
    listed = play.call("vehicles_at", {"depot": depot, "kind": kind})
    play.learn(
        "Beside {plate}, {depot} has {others} ready.",
        "That leaves {others}, if not booked as well.",
        others=[one["plate"] for one in listed if one["status"] == "ready" and one["plate"] != wanted["plate"]],
    )
    play.call("bookings_on", {"day": day})
    play.learn("{other} is free on {day}.", "Nobody has booked {other} on that day.", other=other)
    booked = play.call("book_vehicle", {"plate": other, "driver": driver, "day": day})
    play.learn("That worked: booking {number}.", "{other} is booked as number {number}.", number=booked["number"])
    play.conclude(
        "{plate} was taken, so I booked {other} for {driver} on {day}, number {number}.",
        "{driver} gets {other} instead of {plate} on {day}; booking {number}.",
        facts=["other"],
    )


@FLEET.intent(
    goal="move {driver}'s booking from {day} to {new}",
    wordings=(
        "move {driver}'s booking from {day} to {new}",
        "{driver} can't go on {day} and wants the same vehicle on {new} instead. Rebook it.",
        "change the reservation of {driver}: not {day} but {new}",
        "postpone what {driver} booked for {day} to {new}, with the same vehicle",
        "I'm {driver}; my appointment on {day} was put off to {new}. Please move my vehicle, too.",
        "cancel {driver}'s booking on {day} and book that vehicle on {new}",
        "the trip of {driver} is on {new} now, not on {day}. Rebook the vehicle.",
        "~{driver}: {day} -> {new}, same vehicle",
        "~rebook {driver} from {day} to {new}",
    ),
    essential="book_vehicle",
    split=Split.DEV,
)
def move_booking(play: Play) -> None:
    """Three calls: which it is, away with it, and the same on the other day."""
    booking = _any_booking(play)
    vehicle = play.state["vehicles"][booking["plate"]]
    vehicle["status"] = "ready"
    new = play.draw.day("2026-12-01", "2026-12-20")
    play.ask(driver=booking["driver"], day=booking["day"], new=new)
    found = next(b for b in play.call("bookings_on", {"day": booking["day"]}) if b["driver"] == booking["driver"])
    play.learn(
        "{driver} has {plate} on {day}, booking {number}.",
        "It is booking {number} of vehicle {plate}.",
        number=found["number"],
        plate=found["plate"],
    )
    play.call("cancel_booking", {"booking": found["number"]})
    play.learn(
        "Booking {number} is cancelled; the new one has to follow.", "The old booking {number} no longer stands."
    )
    booked = play.call("book_vehicle", {"plate": found["plate"], "driver": booking["driver"], "day": new})
    play.learn("{plate} is booked on {new}, number {other}.", "The new booking is {other}.", other=booked["number"])
    play.conclude(
        "{driver} has {plate} on {new} now: booking {other} replaces {number}.",
        "I moved it: {plate} on {new}, with the new booking number {other}.",
        facts=["new"],
    )
