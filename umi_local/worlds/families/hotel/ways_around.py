"""Where a tool is broken or a code is wrong, the plan finds another way."""

from __future__ import annotations

from umi_local.worlds.families.hotel.scene import (
    HOTEL,
    any_booking,
)
from umi_local.worlds.family import Kind
from umi_local.worlds.play import Play
from umi_local.worlds.splits import Split


@HOTEL.intent(
    goal="tell the room of {guest}, who arrives on {day}",
    wordings=(
        "which room does {guest} get, arriving on {day}?",
        "{guest} arrives on {day}. Which room is it?",
        "look up the room of {guest}, who comes on {day}",
        "I'm writing the key card for {guest}, due on {day}. What room number goes on it?",
        "in what room did we put {guest}, the guest coming on {day}?",
        "tell me where {guest} sleeps, arriving {day}",
        "~room of {guest}, arriving {day}",
        "~{guest} {day} which room",
    ),
    kind=Kind.RECOVER,
    breaks="bookings_of",
    split=Split.TRAIN,
)
def room_without_search(play: Play) -> None:
    """The search by name is broken; the arrivals of the day have the guest, too."""
    booking = any_booking(play)
    play.ask(guest=booking["guest"], day=booking["arrives_on"])
    reply = play.attempt("bookings_of", {"guest": booking["guest"]})
    play.learn("The search by name fails with an error.", "The search by name {error}.", error=reply.error)
    found = play.call(
        "arrivals_on",
        {"day": booking["arrives_on"]},
        why=(
            "But the user said the day of arrival, so {guest} must be on the list that {tool} gives for {day}.",
            "The arrivals of {day} should have {guest} as well, and {tool} lists them.",
        ),
    )
    room = next(one["room"] for one in found if one["guest"] == booking["guest"])
    play.learn("{guest} is listed with room {room}.", "On that list {guest} has room {room}.", room=room)
    play.conclude("{guest} gets room {room}.", "It is room {room}.", "Room {room} is for {guest}.", facts=["room"])


@HOTEL.intent(
    goal="tell when {guest}, with booking {wrong}, leaves",
    wordings=(
        "when does {guest} leave, with booking {wrong}?",
        "look up {wrong}, {guest}, and tell me the day of departure",
        "what is the last day of booking {wrong}, in the name of {guest}?",
        "My name is {guest}, my booking is {wrong}. When do I have to be out?",
        "I took down {wrong} over the phone for {guest}. Until which day is that stay?",
        "tell me the departure of {guest}, code {wrong}",
        "~{wrong} ({guest}) departure?",
        "~leaving date {guest}, {wrong}",
    ),
    kind=Kind.RECOVER,
    split=Split.TEST,
)
def mistyped_code(play: Play) -> None:
    """The code is unknown; the name finds the booking."""
    booking = any_booking(play)
    play.ask(guest=booking["guest"], wrong=play.state["spare_codes"][1])
    play.attempt("find_booking", {"code": play.slots["wrong"]})
    play.learn("There is no booking {wrong}.", "The code {wrong} is unknown.")
    found = play.call(
        "bookings_of",
        {"guest": booking["guest"]},
        why=(
            "But I have the name, so I look for {guest} with {tool}.",
            "It may be mistyped; {tool} finds bookings by name.",
        ),
    )[0]
    play.learn(
        "{guest} has booking {code}, until {last}.",
        "The right code is {code}, and that stay ends on {last}.",
        code=found["code"],
        last=found["leaves_on"],
    )
    play.conclude(
        "{guest} leaves on {last}. The booking is {code}, by the way, not {wrong}.",
        "On {last}. The code {wrong} is wrong; the booking of {guest} is {code}.",
        facts=["last", "code"],
    )


@HOTEL.intent(
    goal="tell what is due for booking {wrong} of {guest}",
    wordings=(
        "how much is due for {guest}, booking {wrong}?",
        "open the bill of {wrong}, that's {guest}, and tell me what is still to pay",
        "{guest} is at the desk with the code {wrong} and wants to know the open amount.",
        "tell me the amount that {guest} has left to pay, code {wrong}",
        "I'm {guest}, booking {wrong}. What do I still owe you?",
        "what has {guest} got left to pay under {wrong}?",
        "~{wrong} / {guest}: amount due",
        "~due: {guest}, {wrong}",
    ),
    kind=Kind.RECOVER,
    split=Split.TRAIN,
)
def bill_with_wrong_code(play: Play) -> None:
    """The bill can't be found by the code; the name gives the right one."""
    booking = any_booking(play)
    play.ask(guest=booking["guest"], wrong=play.state["spare_codes"][2])
    play.attempt("show_bill", {"code": play.slots["wrong"]})
    play.learn("No booking has the code {wrong}.", "{wrong} doesn't exist.")
    found = play.call(
        "bookings_of",
        {"guest": booking["guest"]},
        why=(
            "The name may lead to the right one: {tool} lists the bookings of {guest}.",
            "I'll find the right code by the name of {guest}, using {tool}.",
        ),
    )[0]
    play.learn("The right code for {guest} is {code}.", "{guest} has the code {code}.", code=found["code"])
    bill = play.call("show_bill", {"code": found["code"]})
    play.learn("{due:money} is open on the bill of {code}.", "The open amount is {due:money}.", due=bill["due"])
    play.conclude(
        "{due:money} is due. The right booking code is {code}.",
        "{guest} still has to pay {due:money} (booking {code}; {wrong} doesn't exist).",
        facts=["due", "code"],
    )
