"""What users have the hotel book, cancel and change."""

from __future__ import annotations

from umi_local.worlds.dates import days_between, days_later
from umi_local.worlds.facts import NO
from umi_local.worlds.families.hotel.scene import HOTEL, any_booking, any_stay, free_between, is_free, nights_of
from umi_local.worlds.family import Missing
from umi_local.worlds.play import Play
from umi_local.worlds.pools import person
from umi_local.worlds.splits import Split


@HOTEL.intent(
    goal="book room {room} for {guest}, {nights:n night} from {first}",
    wordings=(
        "book room {room} for {guest}, {nights:n night} from {first}",
        "reserve room {room} in the name of {guest} for {nights:n night}, arriving {first}",
        "{guest} would like room {room} from {first} for {nights:n night}. Please book it.",
        "put {guest} into room {room}: arrival {first}, {nights:n night}",
        "My colleague {guest} comes on {first} and stays {nights:n night}. Room {room} is agreed, just enter it.",
        "make a booking: guest {guest}, room {room}, {nights:n night}, first one on {first}",
        "I promised room {room} to {guest} for {nights:n night} as of {first}, so take it down please.",
        "~book {room}, {guest}, {first}, {nights:n night}",
        "~{guest} / room {room} / {nights:n night} from {first}",
    ),
    essential="book_room",
    missing=Missing(
        wordings=(
            "book room {room} for {nights:n night} from {first}",
            "I need room {room} from {first}, {nights:n night}. Please book it.",
            "reserve room {room}, arriving {first}, {nights:n night}",
            "~book {room}, {first}, {nights:n night}",
        ),
        needs="the name of the guest",
        goal="book room {room} from {first}",
        slot="guest",
    ),
    split=Split.TRAIN,
)
def book(play: Play) -> None:
    """One call; the day of departure is worked out."""
    first, last = any_stay(play)
    free = free_between(play.state, first, last)
    if not free:
        raise play.unsuitable("nothing is free")
    guest = person(play.draw)
    play.ask(room=play.draw.pick(free)["room"], guest=guest, first=first, nights=days_between(first, last))
    made = play.call(
        "book_room",
        {"guest": guest, "room": play.slots["room"], "arrives_on": first, "leaves_on": last},
        derived=["leaves_on"],
    )
    play.learn(
        "The booking has the code {code} and costs {total:money}.",
        "Room {room} is booked as {code}, until {last}.",
        code=made["code"],
        total=made["total"],
        last=last,
    )
    play.conclude(
        "Room {room} is booked for {guest}. The code is {code}, the price {total:money}.",
        "Done: booking {code}, room {room} from {first} to {last}, {total:money}.",
        "{guest} has room {room} until {last}. Booking code {code}, total {total:money}.",
        facts=["code", "total"],
    )


@HOTEL.intent(
    goal="cancel booking {code}",
    wordings=(
        "cancel booking {code}",
        "call off the stay with the code {code}",
        "I can't come after all, please cancel {code}.",
        "withdraw reservation {code}[| for me]",
        "Our flight was dropped, so we won't need {code} any more. Cancel it, please.",
        "strike {code} from the books",
        "get rid of my reservation with the code {code}",
        "~cancel {code}",
        "~{code} pls cancel",
    ),
    essential="cancel_booking",
    missing=Missing(
        wordings=(
            "cancel my booking",
            "I can't come after all, please cancel my room.",
            "call off my stay with you",
            "Our flight was dropped. Please cancel the reservation.",
            "~cancel booking",
        ),
        needs="the booking code",
        goal="cancel a booking",
        slot="code",
    ),
    split=Split.TRAIN,
)
def cancel(play: Play) -> None:
    """One call; the hotel refuses where the guest is there already."""
    booking = any_booking(play)
    booking["status"] = play.draw.pick(("confirmed", "confirmed", "checked in"))
    play.ask(code=booking["code"])
    reply = play.attempt("cancel_booking", {"code": booking["code"]})
    if reply.failed:
        play.learn(
            "The hotel refuses, because the guest of {code} is checked in.",
            "{code} is checked in already, so it can't be cancelled.",
        )
        play.conclude(
            "Booking {code} can't be cancelled, since the guest is checked in.",
            "I could not cancel {code}: it is checked in already.",
            facts=[NO],
        )
        return
    play.learn("Booking {code} is cancelled.", "The cancellation of {code} went through.")
    play.conclude(
        "Booking {code} is cancelled.",
        "Done, I cancelled {code}.",
        "The stay {code} has been called off.",
        facts=["code"],
    )


@HOTEL.intent(
    goal="cancel the {which} of the two bookings of {guest}",
    wordings=(
        "{guest} has two bookings. Cancel the {which} one.",
        "cancel the {which} of {guest}'s two stays",
        "call off the {which} of the two reservations in the name of {guest}",
        "I booked twice by mistake, under {guest}. Please drop the {which} of the two stays.",
        "find the two bookings of {guest} and cancel whichever is {which}",
        "~{guest}: cancel {which} booking of two",
        "We only need one of the two rooms for {guest}; the {which} stay can go. Cancel that, please.",
        "take {guest}'s {which} booking out of the books and leave the other one in",
    ),
    essential="cancel_booking",
    split=Split.TRAIN,
)
def cancel_one_of_two(play: Play) -> None:
    """Two calls: the dates of the list decide which."""
    bookings = list(play.state["bookings"].values())
    guest = bookings[-1]["guest"]  # the seventh booking is a second one of somebody
    own = sorted((b for b in bookings if b["guest"] == guest), key=lambda b: b["arrives_on"])
    if own[0]["arrives_on"] == own[1]["arrives_on"]:
        own[1]["arrives_on"] = days_later(own[0]["arrives_on"], 9)
        own[1]["leaves_on"] = days_later(own[1]["arrives_on"], 2)
    play.ask(guest=guest, which=play.draw.pick(("earlier", "later")))
    listed = play.call("bookings_of", {"guest": guest})
    chosen, other = listed if play.slots["which"] == "earlier" else reversed(listed)
    play.learn(
        "{code} begins on {day} and the other one on {kept}, so {code} is the {which} one.",
        "The {which} of the two is {code}, from {day}.",
        code=chosen["code"],
        day=chosen["arrives_on"],
        kept=other["arrives_on"],
    )
    play.call("cancel_booking", {"code": chosen["code"]})
    play.learn("{code} is cancelled.", "Booking {code} is called off; the one from {kept} stays.")
    play.conclude(
        "I cancelled {code}, which was to begin on {day}.",
        "The {which} booking, {code} from {day}, is cancelled. The other one stays.",
        "Booking {code} is cancelled.",
        facts=["code"],
    )


@HOTEL.intent(
    goal="make booking {code} longer by {more:n night}",
    wordings=(
        "extend booking {code} by {more:n night}",
        "make the stay {code} {more:n night} longer",
        "The guest with {code} wants to stay {more:n night} more. Please extend it if the room is free.",
        "add {more:n night} at the end of {code}, if possible",
        "It's so lovely here that we want to stay on, {more:n night} more. Our booking is {code}.",
        "could {code} be prolonged by {more:n night}?",
        "try to move the departure of {code} back by {more:n night}",
        "~{code} +{more:n night}",
        "~prolong {code}, {more:n night}",
    ),
    essential="change_booking",
    missing=Missing(
        wordings=(
            "extend my booking by {more:n night}",
            "We'd love to stay {more:n night} longer. Can you arrange that?",
            "add {more:n night} at the end of my stay",
            "~prolong stay, {more:n night}",
        ),
        needs="the booking code",
        goal="make a booking longer by {more:n night}",
        slot="code",
    ),
    split=Split.TRAIN,
)
def extend(play: Play) -> None:
    """Two calls; the new day of departure is worked out, and the room may be taken by then."""
    booking = any_booking(play)
    more = play.draw.whole(1, 4)
    if play.draw.chance(0.4):
        blocker = play.draw.pick([b for b in play.state["bookings"].values() if b is not booking])
        nights = nights_of(blocker)
        blocker.update(room=booking["room"], arrives_on=booking["leaves_on"])
        blocker["leaves_on"] = days_later(booking["leaves_on"], nights)
    play.ask(code=booking["code"], more=more)
    found = play.call("find_booking", {"code": booking["code"]})
    play.learn(
        "{code} ends on {last} now; {more:n night} later is {new}.",
        "The departure is {last}, so it has to become {new}.",
        last=found["leaves_on"],
        new=days_later(found["leaves_on"], more),
        room=found["room"],
    )
    reply = play.attempt(
        "change_booking",
        {"code": booking["code"], "leaves_on": play.slots["new"]},
        does="move the departure of {code} to {new}",
        derived=["leaves_on"],
    )
    if reply.failed:
        play.learn("Room {room} is taken in those nights.", "The hotel refuses: somebody else has room {room} then.")
        play.conclude(
            "Sorry, that is not possible: room {room} is taken, so {code} still ends on {last}.",
            "I could not extend {code}, since room {room} is taken from {last} on.",
            facts=[NO, "last"],
        )
    else:
        play.learn("{code} now ends on {new}.", "The stay lasts until {new} now.")
        play.conclude(
            "Booking {code} now lasts until {new}.",
            "Done: the departure of {code} is {new}.",
            "{code} is extended to {new}.",
            facts=["new"],
        )


@HOTEL.intent(
    goal="move the guest of booking {code} to room {room} if it is free",
    wordings=(
        "move booking {code} to room {room}, if that's possible",
        "The guest of {code} would prefer room {room}. See if you can change it.",
        "try to give {code} room {room} instead",
        "Room {room} has the better bed, says the guest with {code}. Please swap if nobody is in it.",
        "put {code} into room {room} unless it is taken",
        "could {code} have room {room}?",
        "~{code} -> room {room} if free",
        "~swap {code} to {room}",
    ),
    essential="change_booking",
    split=Split.DEV,
)
def other_room(play: Play) -> None:
    """One call that may be refused."""
    booking = any_booking(play)
    others = [room["room"] for room in play.state["rooms"] if room["room"] != booking["room"]]
    room = play.draw.pick(others)
    play.ask(code=booking["code"], room=room)
    reply = play.attempt(
        "change_booking", {"code": booking["code"], "room": room}, does="move booking {code} to room {room}"
    )
    if is_free(play.state, room, booking["arrives_on"], booking["leaves_on"], beside=booking["code"]):
        play.learn("{code} is in room {room} now.", "The change to room {room} worked.")
        play.conclude(
            "Booking {code} has room {room} now.", "Done, {code} is moved to room {room}.", facts=["code", "room"]
        )
    else:
        assert reply.failed
        play.learn("Room {room} is taken in that time.", "It is refused, as room {room} isn't free then.")
        play.conclude(
            "Room {room} is not free in that time, so {code} stays where it is.",
            "I'm afraid room {room} is taken then; nothing was changed.",
            facts=[NO, "room"],
        )
