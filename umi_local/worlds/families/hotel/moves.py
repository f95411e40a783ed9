"""Bookings moved to other dates and other rooms."""

from __future__ import annotations

from typing import Any

from umi_local.worlds.dates import days_later
from umi_local.worlds.families.hotel.scene import (
    HOTEL,
    any_booking,
    any_stay,
    free_between,
    nights_of,
)
from umi_local.worlds.family import Missing
from umi_local.worlds.play import Play
from umi_local.worlds.splits import Split


def _cheapest(rooms: list[dict[str, Any]]) -> dict[str, Any]:
    return min(rooms, key=lambda room: room["price"])


@HOTEL.intent(
    goal="move booking {code} to {first} until {last}, into another room if need be",
    wordings=(
        "Move booking {code} to {first} until {last}. If my room is taken then, the cheapest other one is fine.",
        "change the dates of {code} to {first} - {last}, in the cheapest free room if it can't be the same one",
        "We must come from {first} to {last} instead, booking {code}. If our room is gone then, take the cheapest one.",
        "shift {code} so that it begins on {first} and ends on {last}. If the room isn't free then, use "
        "the cheapest one.",
        "Rebook {code}: {first} to {last}. Same room if possible, or else the least expensive.",
        "put stay {code} on {first} to {last}, if necessary in the cheapest room that is free then",
        "~{code} -> {first} to {last}, other room ok (cheapest)",
        "~new dates {code}: {first} - {last}, same room or cheapest",
    ),
    essential="change_booking",
    split=Split.TRAIN,
)
def move_dates(play: Play) -> None:
    """One call, or three where the room is taken then."""
    booking = any_booking(play)
    first, last = any_stay(play)
    if first == booking["arrives_on"] or not free_between(play.state, first, last):
        raise play.unsuitable("the same day, or nothing free")
    if play.draw.chance(0.6):
        blocker = play.draw.pick([b for b in play.state["bookings"].values() if b is not booking])
        blocker.update(room=booking["room"], arrives_on=first, leaves_on=days_later(first, 2))
    play.ask(code=booking["code"], first=first, last=last)
    wanted = {"code": booking["code"], "arrives_on": first, "leaves_on": last}
    reply = play.attempt(
        "change_booking",
        wanted,
        why=(
            "I try to move {code} to {first} until {last} with {tool}, in the room that it has.",
            "First I give {code} the new dates with {tool}. If its room is taken then, I look for another.",
            "The new dates for {code} are {first} to {last}; {tool} will tell if the room is free then.",
        ),
    )
    if not reply.failed:
        play.learn(
            "{code} keeps room {room} and has the new dates.", "It worked, in room {room}.", room=booking["room"]
        )
        play.conclude(
            "Booking {code} is now from {first} to {last}, still in room {room}.",
            "Done. {code}: {first} to {last}, room {room} as before.",
            facts=["first", "last", "room"],
        )
        return
    play.learn(
        "Its room {old} is taken then, so it needs another one.", "Room {old} isn't free then.", old=booking["room"]
    )
    found = play.call("free_rooms", {"arrives_on": first, "leaves_on": last})
    best = _cheapest(found)
    play.learn(
        "Room {room} is free for {price:money} a night, the lowest price.",
        "The cheapest of {count:n free room} is {room}.",
        room=best["room"],
        price=best["price"],
        count=len(found),
    )
    play.call("change_booking", {**wanted, "room": best["room"]}, does="move {code} to room {room} and the new dates")
    play.learn("{code} has room {room} and the new dates.", "The change worked with room {room}.")
    play.conclude(
        "Booking {code} is now from {first} to {last}, in room {room}, because {old} is taken then.",
        "Done, but in another room: {code} has room {room} from {first} to {last}.",
        facts=["room", "first", "last"],
    )


@HOTEL.intent(
    goal="move booking {code} to the cheapest room of its kind and tell what that saves",
    wordings=(
        "move booking {code} to the cheapest room of the same kind, and tell me how much that saves in all",
        "Is there a cheaper {kind} room for {code}? If so, switch to it, and say what the whole stay gets cheaper by.",
        "We'd like to pay less for {code}. Take the cheapest {kind} room that is free and tell us what "
        "we save altogether.",
        "find the cheapest {kind} room for the nights of {code}, put the booking there, and work out the saving",
        "Make {code} cheaper: another {kind} room, lowest rate. I want to know the difference for the whole stay, too.",
        "The guest of {code} has to cut costs. Swap to the cheapest {kind} room and let me know the total saving.",
        "~{code}: cheapest {kind} room, saving?",
        "~switch {code} to cheapest {kind}, total saved",
    ),
    essential="change_booking",
    missing=Missing(
        wordings=(
            "move my booking to the cheapest {kind} room, and tell me how much that saves in all",
            "We'd like to pay less. Take the cheapest {kind} room that is free and tell us what we save altogether.",
            "find the cheapest {kind} room for our nights, put our booking there, and work out the saving",
            "~cheapest {kind} room for us, saving?",
        ),
        needs="the code of the booking",
        goal="move a booking to the cheapest room of its kind",
        slot="code",
    ),
    split=Split.TEST,
)
def cheaper_room(play: Play) -> None:
    """Four calls: the booking, its room's price, what else is free, and the change."""
    booking = any_booking(play)
    code, first, last = booking["code"], booking["arrives_on"], booking["leaves_on"]
    room = next(room for room in play.state["rooms"] if room["room"] == booking["room"])
    free = free_between(play.state, first, last, room["kind"])
    if not free:
        raise play.unsuitable("nothing else is free")
    room["price"] = max(room["price"], _cheapest(free)["price"] + play.draw.whole(5, 30))
    play.ask(code=code, kind=room["kind"])
    play.call("find_booking", {"code": code})
    play.learn(
        "{code} is room {old}, {nights:n night} from {first}.",
        "The stay is in room {old} from {first} to {last}.",
        old=room["room"],
        nights=nights_of(booking),
        first=first,
        last=last,
    )
    play.call("room_details", {"room": room["room"]})
    play.learn(
        "Room {old}, a {kind} room, costs {high:money}.", "{high:money} a night is the price now.", high=room["price"]
    )
    found = play.call("free_rooms", {"arrives_on": first, "leaves_on": last, "kind": room["kind"]})
    best = _cheapest(found)
    play.learn(
        "Room {room} costs only {low:money}, which saves {saved:money} over {nights:n night}.",
        "The cheapest, room {room}, is {low:money}; that makes {saved:money} less in all.",
        room=best["room"],
        low=best["price"],
        saved=round(nights_of(booking) * (room["price"] - best["price"]), 2),
    )
    play.call("change_booking", {"code": code, "room": best["room"]}, does="move {code} to room {room}")
    play.learn("{code} has moved to room {room}.", "The change to room {room} is made.")
    play.conclude(
        "Booking {code} is in room {room} now and costs {saved:money} less.",
        "I moved {code} to room {room}, {low:money} a night. You save {saved:money}.",
        facts=["room", "saved"],
        derived=["saved"],
    )
