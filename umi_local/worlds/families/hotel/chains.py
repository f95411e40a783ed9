"""Longer ways: find, compare, choose, act."""

from __future__ import annotations

from typing import Any

from umi_local.worlds.facts import NO, YES
from umi_local.worlds.families.hotel.scene import (
    HOTEL,
    VIEWS,
    any_stay,
    free_between,
    is_free,
)
from umi_local.worlds.play import Play
from umi_local.worlds.pools import person
from umi_local.worlds.splits import Split


def _free_kind(play: Play, first: str, last: str, at_least: int) -> str:
    """Pick a kind of which so many rooms are free."""
    kinds = [room["kind"] for room in free_between(play.state, first, last)]
    enough = sorted({kind for kind in kinds if kinds.count(kind) >= at_least})
    if not enough:
        raise play.unsuitable("too few free rooms of one kind")
    kind: str = play.draw.pick(enough)
    return kind


def _cheapest(rooms: list[dict[str, Any]]) -> dict[str, Any]:
    return min(rooms, key=lambda room: room["price"])


@HOTEL.intent(
    goal="book the cheapest {kind} room for {guest} from {first} to {last}",
    wordings=(
        "book the cheapest {kind} room from {first} to {last} for {guest}",
        "{guest} needs a {kind} room, {first} to {last}. Take whichever costs least.",
        "find the least expensive {kind} room between {first} and {last} and reserve it for {guest}",
        "Money is tight: a {kind} room for {guest}, arriving {first}, leaving {last}, at the lowest rate, please.",
        "get {guest} a {kind} room for as little as possible, in on {first}, out on {last}",
        "I don't care about the view. Just book the cheapest {kind} room for {guest} from {first} till {last}.",
        "~cheapest {kind} room, {guest}, {first} - {last}",
        "~book {guest} {first} to {last}, {kind}, lowest price",
    ),
    essential="book_room",
    split=Split.TRAIN,
)
def book_cheapest(play: Play) -> None:
    """Two calls: compare, then book."""
    first, last = any_stay(play)
    kind = _free_kind(play, first, last, 2)
    guest = person(play.draw)
    play.ask(kind=kind, guest=guest, first=first, last=last)
    found = play.call("free_rooms", {"arrives_on": first, "leaves_on": last, "kind": kind})
    best = _cheapest(found)
    play.learn(
        "Of {count} {kind} rooms, room {room} costs least: {price:money} a night.",
        "Room {room} is the cheapest, at {price:money} a night.",
        count=len(found),
        room=best["room"],
        price=best["price"],
    )
    made = play.call("book_room", {"guest": guest, "room": best["room"], "arrives_on": first, "leaves_on": last})
    play.learn(
        "The code is {code}, and the stay costs {total:money}.",
        "{code} is booked.",
        code=made["code"],
        total=made["total"],
    )
    play.conclude(
        "Room {room} is booked for {guest}: code {code}, {total:money} in all.",
        "I booked room {room}, the cheapest, as {code}. It comes to {total:money}.",
        "{guest} has room {room}; booking {code}, total {total:money}.",
        facts=["room", "code", "total"],
    )


@HOTEL.intent(
    goal="book a room with a view of the {view} for {guest} from {first} to {last}, if one is free",
    wordings=(
        "If any room with a view of the {view} is free from {first} to {last}, book it for {guest}.",
        "{guest} insists on seeing the {view} from the window. Book such a room from {first} to {last} "
        "if there is one.",
        "from {first} to {last}, is there a room that looks out on the {view}? I want it for {guest}, or nothing.",
        "get {guest} a room overlooking the {view}, {first} to {last}, and tell me if there isn't any",
        "Reserve something with a view of the {view} for {guest}, in {first}, out {last}. Without it "
        "we'll go elsewhere.",
        "It's our anniversary and we want the {view} under our window. {first} to {last}, name {guest}. "
        "Possible? Then book.",
        "~{view} view, {first} - {last}, {guest}, else nothing",
        "~book {guest}: {view} view only, {first} to {last}",
    ),
    split=Split.TEST,
)
def book_with_view(play: Play) -> None:
    """One call or two: it depends on what is free."""
    first, last = any_stay(play)
    rooms = free_between(play.state, first, last)
    views = {room["view"] for room in rooms}
    view = play.draw.pick(VIEWS) if play.draw.chance(0.3) or not views else play.draw.pick(sorted(views))
    if sum(room["view"] == view for room in rooms) > 1:
        raise play.unsuitable("several rooms have the view")
    guest = person(play.draw)
    play.ask(view=view, guest=guest, first=first, last=last)
    found = play.call(
        "free_rooms",
        {"arrives_on": first, "leaves_on": last},
        why=(
            "I need the rooms that are free from {first} to {last}, with their views; {tool} lists them.",
            "First I find out with {tool} which rooms are free from {first} to {last}, and what they overlook.",
            "Whether a room with a view of the {view} can be had from {first} to {last} shows in the list of {tool}.",
        ),
    )
    fitting = [room for room in found if room["view"] == view]
    if not fitting:
        play.learn("None of the free rooms overlooks the {view}.", "There is no free room with a view of the {view}.")
        play.conclude(
            "No room with a view of the {view} is free from {first} to {last}, so I booked nothing.",
            "I'm sorry, there is none with a view of the {view} in that time. Nothing was booked.",
            facts=[NO],
        )
        return
    room = fitting[0]["room"]
    play.learn("Room {room} overlooks the {view}.", "Only room {room} has a view of the {view}.", room=room)
    made = play.call("book_room", {"guest": guest, "room": room, "arrives_on": first, "leaves_on": last})
    play.learn("The booking is {code}.", "Room {room} is reserved as {code}.", code=made["code"])
    play.conclude(
        "Room {room} has the view and is booked for {guest}, code {code}.",
        "Yes: I booked room {room} with a view of the {view}. The code is {code}.",
        facts=["room", "code"],
    )


@HOTEL.intent(
    goal="book room {room} for {guest}, or else the cheapest free one",
    wordings=(
        "Book room {room} for {guest} from {first} to {last}. If it's taken, the cheapest free room will do.",
        "try to get room {room} for {guest}, {first} to {last}, and failing that whichever room costs least",
        "{guest} liked room {room}. Book it from {first} to {last}, or the cheapest other one if somebody has it.",
        "reserve {room} for {guest}, in on {first}, out on {last}. Plan B is the cheapest room that is left.",
        "I'd love room {room} again, {first} to {last}, name {guest}. If that's gone, give me the cheapest, please.",
        "book room {room} for {guest}, arriving {first}, leaving {last}, or if need be the least expensive free room",
        "~{guest} {first} to {last}: room {room}, else cheapest",
        "~book {room} or cheapest, {guest}, {first} - {last}",
    ),
    essential="book_room",
    split=Split.TRAIN,
)
def book_or_cheapest(play: Play) -> None:
    """One call, or three where the wish is refused."""
    first, last = any_stay(play)
    free = free_between(play.state, first, last)
    taken = [room for room in play.state["rooms"] if room not in free]
    if not free or not taken:
        raise play.unsuitable("no free room, or none taken")
    wished = play.draw.pick(taken if play.draw.chance(0.75) else free)
    guest = person(play.draw)
    play.ask(room=wished["room"], guest=guest, first=first, last=last)
    stay = {"guest": guest, "arrives_on": first, "leaves_on": last}
    reply = play.attempt(
        "book_room",
        {**stay, "room": wished["room"]},
        why=(
            "I try to book room {room} for {guest} from {first} to {last} with {tool}.",
            "The first choice is room {room}, so I ask {tool} for it, from {first} to {last}.",
            "Room {room} may be taken from {first} to {last}. Booking it with {tool} will show that.",
        ),
    )
    if not reply.failed:
        play.learn(
            "Room {room} was free and is booked as {code}.", "It worked, the code is {code}.", code=reply.value["code"]
        )
        play.conclude(
            "Room {room} is booked for {guest}, code {code}.",
            "{guest} gets room {room} as wished; the booking is {code}.",
            facts=["room", "code"],
        )
        return
    play.learn("Room {room} is taken then.", "Somebody has room {room} in that time.")
    found = play.call("free_rooms", {"arrives_on": first, "leaves_on": last})
    best = _cheapest(found)
    play.learn(
        "The cheapest room left is {other}, at {price:money} a night.",
        "{count:n room} can be had; {other} costs least, {price:money}.",
        other=best["room"],
        price=best["price"],
        count=len(found),
    )
    made = play.call("book_room", {**stay, "room": best["room"]})
    play.learn("Room {other} is booked as {code}.", "The code is {code}.", code=made["code"])
    play.conclude(
        "Room {room} is taken, so I booked room {other} for {price:money} a night. The code is {code}.",
        "{guest} gets room {other} instead, code {code}, at {price:money} a night; {room} was not free.",
        facts=["other", "code"],
    )


@HOTEL.intent(
    goal="tell which of the rooms {one} and {other} is larger, and whether that one is free from {first} to {last}",
    wordings=(
        "which is larger, room {one} or room {other}, and is the larger one free from {first} to {last}?",
        "compare the size of rooms {one} and {other} and check if the bigger one is free from {first} to {last}",
        "We are deciding between {one} and {other}. Which has more space, and can we have it from {first} to {last}?",
        "of {one} and {other} I want the roomier one. Which is it, and is it vacant from {first} until {last}?",
        "I have lots of luggage, so tell me if {one} or {other} is bigger, and if the bigger one can be "
        "had {first} to {last}.",
        "look at the rooms {one} and {other}: which has the larger area, and would it be available {first} to {last}?",
        "~bigger: {one} or {other}? free {first} - {last}?",
        "~{one} vs {other} size, then free {first} to {last}?",
    ),
    essential="room_details",
    split=Split.TRAIN,
)
def larger_and_free(play: Play) -> None:
    """Three calls: a comparison, then a look whether the winner is free."""
    one, other = play.draw.sample(play.state["rooms"], 2)
    if one["size"] == other["size"]:
        raise play.unsuitable("equal sizes")
    first, last = any_stay(play, 3)
    play.ask(one=one["room"], other=other["room"], first=first, last=last)
    size = play.call("room_details", {"room": one["room"]})["size"]
    play.learn("Room {one} has {size} square metres.", "{one} measures {size} square metres.", size=size)
    play.call("room_details", {"room": other["room"]})
    large, small = (one, other) if one["size"] > other["size"] else (other, one)
    play.learn(
        "Room {other} has {second}, so {large} is the larger one.",
        "With {second} square metres in {other}, the bigger room is {large}.",
        second=other["size"],
        large=large["room"],
        most=large["size"],
        least=small["size"],
    )
    play.call("free_rooms", {"arrives_on": first, "leaves_on": last})
    if is_free(play.state, large["room"], first, last):
        play.learn("Room {large} is among the free rooms.", "{large} is on the list, so it is free.")
        play.conclude(
            "Room {large} is larger, {most} against {least} square metres, and it is free.",
            "{large} has more space ({most} square metres), and yes, you can have it.",
            facts=["large", YES],
        )
    else:
        play.learn("Room {large} isn't among the free ones.", "{large} is missing from the list, so it is taken.")
        play.conclude(
            "Room {large} is larger, {most} against {least} square metres, but it is not free then.",
            "{large} has more space ({most} square metres). It isn't free from {first} to {last}, though.",
            facts=["large", NO],
        )
