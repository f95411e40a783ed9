"""What users ask the hotel about bookings and arrivals."""

from __future__ import annotations

from typing import Any

from umi_local.worlds.dates import days_between, days_later
from umi_local.worlds.facts import NO, YES
from umi_local.worlds.families.hotel.scene import HOTEL, any_booking, nights_of
from umi_local.worlds.family import Missing
from umi_local.worlds.play import Play
from umi_local.worlds.splits import Split


@HOTEL.intent(
    goal="tell which days and which room booking {code} is for",
    wordings=(
        "which days and which room is booking {code} for?",
        "look up the dates and the room of [booking|reservation] {code}",
        "from when to when is booking {code}, and in which room?",
        "I have the code {code} on a slip of paper. Which room is that, and for which days?",
        "remind me when stay {code} begins and ends and which room it has",
        "A guest just handed me the confirmation {code}. What are the dates and the room?",
        "~{code}: dates + room",
        "~room and dates of {code}?",
    ),
    essential="find_booking",
    missing=Missing(
        wordings=(
            "which days and which room is my booking for?",
            "look up the dates and the room of a reservation",
            "I forgot when my stay begins and ends, and the room number too. Can you look it up?",
            "~dates and room of my booking",
        ),
        needs="the booking code",
        goal="tell the dates and the room of a booking",
        slot="code",
    ),
    split=Split.TRAIN,
)
def dates_and_room(play: Play) -> None:
    """One call, and sometimes a question that its result answers, too."""
    booking = any_booking(play)
    play.ask(code=booking["code"])
    found = play.call("find_booking", {"code": booking["code"]})
    play.learn(
        "Booking {code} is room {room} from {first} to {last}.",
        "{code} runs from {first} to {last}, in room {room}.",
        "{guest} has room {room} from {first} to {last}.",
        room=found["room"],
        first=found["arrives_on"],
        last=found["leaves_on"],
        guest=found["guest"],
    )
    play.conclude(
        "Booking {code} is for room {room}, from {first} to {last}.",
        "Room {room}, {first} to {last}.",
        "From {first} to {last} in room {room}.",
        facts=["room", "first", "last"],
    )
    if play.draw.chance(0.4):
        play.then_ask(
            "And in whose name is it?",
            "Who made that booking?",
            "Thanks. Under which name was it booked?",
            goal="tell the name on booking {code}",
        )
        play.conclude(
            "It is in the name of {guest}.",
            "The guest is {guest}.",
            facts=["guest"],
            why=(
                "The booking that I opened names the guest: {guest}. I needn't look again.",
                "I have seen the name on {code} already, it is {guest}.",
            ),
        )


@HOTEL.intent(
    goal="tell who arrives on {day} and how many bookings that makes",
    wordings=(
        "who arrives on {day}, and how many bookings is that?",
        "give me the names of everybody arriving on {day} and count the bookings",
        "how many bookings begin on {day}, and in whose names?",
        "I'm drawing up the rota for {day}. How many arrivals do we have, and who are they?",
        "list the guests who check in on {day} and say how many bookings there are",
        "we need name cards for the arrivals of {day}: which names, and how many?",
        "~arrivals {day}: names, number",
        "~who checks in {day}? how many?",
    ),
    essential="arrivals_on",
    missing=Missing(
        wordings=(
            "who arrives that day, and how many bookings is it?",
            "list the arriving guests and count the bookings",
            "I'm drawing up the rota. Who arrives, and how many bookings are there?",
            "~arrivals: names, number",
        ),
        needs="the date",
        goal="list the arrivals of a day",
        slot="day",
    ),
    split=Split.TRAIN,
)
def arrivals(play: Play) -> None:
    """One call: names, and their count."""
    play.ask(day=any_booking(play)["arrives_on"])
    found = play.call("arrivals_on", {"day": play.slots["day"]})
    play.learn(
        "{count:n booking} on {day}: {names}.",
        "The list of {day} has {count:n booking}, for {names}.",
        count=len(found),
        names=list(dict.fromkeys(one["guest"] for one in found)),
    )
    play.conclude(
        "{count:n booking} on {day}: {names}.",
        "{names}, so {count:n booking} in all.",
        "On {day} there are {count} arrivals to expect: {names}." if len(found) > 1 else "Only {count}: {names}.",
        facts=["count", "names"],
        derived=["count"],
    )


@HOTEL.intent(
    goal="open booking {code}",
    wordings=(
        "what do you have under booking {code}?",
        "is {code} a booking of ours?",
        "open reservation {code}",
        "Somebody at the door says the booking code is {code}. Can you find it?",
        "see whether there is a stay with the code {code}",
        "I got {code} as my confirmation but never heard anything. Am I in the books?",
        "~booking {code}?",
        "~check code {code}",
    ),
    split=Split.TRAIN,
    weight=0.6,
)
def unknown_booking(play: Play) -> None:
    """There is no such booking, and the answer says so."""
    play.ask(code=play.state["spare_codes"][0])
    play.attempt("find_booking", {"code": play.slots["code"]})
    play.learn("No booking has the code {code}.", "{code} is not known to the hotel.")
    play.conclude(
        "There is no booking {code}. Please check the code.",
        "I could not find {code} in the books; is it spelled correctly?",
        "The hotel has no booking with the code {code}.",
        facts=[NO],
        why=("All I can do is say so.", "Nothing else can be looked up with this code, so I report that."),
    )


@HOTEL.intent(
    goal="tell how many nights booking {code} has",
    wordings=(
        "how many nights does booking {code} have?",
        "for how many nights is {code} booked?",
        "count the nights of reservation {code}",
        "how long is the stay with the code {code}, in nights?",
        "I always mix up days and nights. How many nights are in booking {code}?",
        "tell me the length of stay {code}",
        "~nights {code}",
        "~{code} how many nights",
    ),
    essential="find_booking",
    missing=Missing(
        wordings=(
            "how many nights did I book?",
            "count the nights of my reservation",
            "I can't remember how long my stay is. How many nights?",
            "~nights of my booking?",
        ),
        needs="the code of the booking",
        goal="count the nights of a booking",
        slot="code",
    ),
    split=Split.DEV,
)
def count_nights(play: Play) -> None:
    """One call and a difference of dates."""
    booking = any_booking(play)
    play.ask(code=booking["code"])
    found = play.call("find_booking", {"code": booking["code"]})
    play.learn(
        "From {first} to {last} it is {nights:n night}.",
        "{code} begins on {first} and ends on {last}: {nights:n night}.",
        first=found["arrives_on"],
        last=found["leaves_on"],
        nights=days_between(found["arrives_on"], found["leaves_on"]),
    )
    play.conclude(
        "Booking {code} has {nights:n night}, from {first} to {last}.",
        "{nights:n night}.",
        "It is {nights:n night}, until {last}.",
        facts=["nights"],
        derived=["nights"],
    )


@HOTEL.intent(
    goal="tell whether the bookings {one} and {other} overlap",
    wordings=(
        "do the bookings {one} and {other} overlap?",
        "are the guests of {one} and {other} in the house at the same time?",
        "compare the stays {one} and {other}: do they overlap?",
        "Two friends booked separately, {one} and {other}. Will they meet here?",
        "check whether {one} and {other} share any night",
        "I have to seat {one} and {other} at one table if both are here. Do their stays overlap?",
        "~overlap {one} / {other}?",
        "~{one} and {other} at the same time?",
    ),
    essential="find_booking",
    split=Split.TEST,
)
def stays_overlap(play: Play) -> None:
    """Two calls and a comparison of their dates."""
    one, other = play.draw.sample(list(play.state["bookings"].values()), 2)
    if play.draw.chance(0.5):
        nights = nights_of(other)
        other["arrives_on"] = days_later(one["leaves_on"], play.draw.whole(1, 4))
        other["leaves_on"] = days_later(other["arrives_on"], nights)
    play.ask(one=one["code"], other=other["code"])
    found = play.call("find_booking", {"code": one["code"]})
    play.learn("{one} runs from {first} to {last}.", "Stay {one}: {first} to {last}.", **_span(found, "first", "last"))
    found = play.call("find_booking", {"code": other["code"]})
    begin, end = max(one["arrives_on"], other["arrives_on"]), min(one["leaves_on"], other["leaves_on"])
    play.slots.update(begin=begin, end=end, nights=days_between(begin, end), **_span(found, "start", "finish"))
    if begin < end:
        play.learn(
            "{other} runs from {start} to {finish}, so both are here from {begin} to {end}.",
            "With {start} to {finish} for {other}, they share the time from {begin} to {end}.",
        )
        play.conclude(
            "Yes, they overlap from {begin} to {end}.",
            "Yes: both are here from {begin} until {end}.",
            facts=[YES, "begin", "end"],
        )
    else:
        play.learn(
            "{other} runs from {start} to {finish}: one has left before the other comes.",
            "{other} is from {start} to {finish}, which doesn't touch {first} to {last}.",
        )
        play.conclude(
            "No, they don't overlap: one ends on {end}, the other begins on {begin}.",
            "They do not meet. The earlier stay ends on {end}, the later one begins on {begin}.",
            facts=[NO, "begin", "end"],
        )


def _span(found: dict[str, Any], first: str, last: str) -> dict[str, Any]:
    return {first: found["arrives_on"], last: found["leaves_on"]}
