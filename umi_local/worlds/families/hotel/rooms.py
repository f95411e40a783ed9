"""What users ask about rooms: what they are like, cost, and whether they are free."""

from __future__ import annotations

from umi_local.worlds.facts import NO, YES
from umi_local.worlds.families.hotel.scene import HOTEL, KINDS, any_stay, free_between
from umi_local.worlds.family import Missing
from umi_local.worlds.play import Play
from umi_local.worlds.splits import Split


@HOTEL.intent(
    goal="tell whether room {room} has a balcony, and what it overlooks",
    wordings=(
        "does room {room} have a balcony, and what is the view?",
        "check if there is a balcony in room {room} and what one sees from it",
        "has room {room} got a balcony? and what does it look out on?",
        "My mother gets room {room} and loves to sit outside. Is there a balcony, and what would she see?",
        "tell me about the balcony and the view of room {room}",
        "is there a balcony in {room}, and what does the room overlook?",
        "~room {room} balcony? view?",
        "~{room}: balcony / view",
    ),
    essential="room_details",
    missing=Missing(
        wordings=(
            "does my room have a balcony, and what is the view?",
            "check whether there is a balcony in that room, and the view",
            "We would like to sit outside. Does the room have a balcony, and what does it overlook?",
            "~balcony? view?",
        ),
        needs="the room number",
        goal="tell about the balcony and the view of a room",
        slot="room",
    ),
    split=Split.TRAIN,
)
def balcony_and_view(play: Play) -> None:
    """One call: yes or no, and a word."""
    play.ask(room=play.draw.pick(play.state["rooms"])["room"])
    found = play.call("room_details", {"room": play.slots["room"]})
    play.slots["view"] = found["view"]
    if found["balcony"]:
        play.learn("Room {room} has a balcony, and its view is {view}.", "There is a balcony, view: {view}.")
        play.conclude(
            "Yes, room {room} has a balcony. The view: {view}.",
            "It does have a balcony, and it overlooks the {view}.",
            "Yes, with a view of the {view}.",
            facts=[YES, "view"],
        )
    else:
        play.learn("Room {room} has no balcony; its view is {view}.", "No balcony there, and the view is {view}.")
        play.conclude(
            "No, room {room} has no balcony. It overlooks the {view}.",
            "There is no balcony in room {room}; the view is of the {view}.",
            facts=[NO, "view"],
        )


@HOTEL.intent(
    goal="find out whether a {kind} room is free from {first} to {last}",
    wordings=(
        "is there a {kind} room from {first} to {last}?",
        "do you have any {kind} room left between {first} and {last}?",
        "see if a {kind} room is vacant from {first} until {last}",
        "We'd come on {first} and leave on {last}. Is a {kind} room available?",
        "check for me whether there is still a {kind} room, arriving {first}, leaving {last}",
        "My brother wants a {kind} room from {first} to {last}. Any chance?",
        "~{kind} room free {first} - {last}?",
        "~any {kind} rooms, {first} to {last}",
    ),
    essential="free_rooms",
    split=Split.TRAIN,
)
def kind_is_taken(play: Play) -> None:
    """One call with nothing in its result, which is an answer."""
    first, last = any_stay(play)
    kinds = [kind for kind in KINDS if not free_between(play.state, first, last, kind)]
    play.ask(kind=play.draw.pick(kinds), first=first, last=last)
    play.call("free_rooms", {"arrives_on": first, "leaves_on": last, "kind": play.slots["kind"]})
    play.learn(
        "The list is empty: no {kind} room is free from {first} to {last}.",
        "Nothing is listed, so there is no {kind} room to be had in that time.",
    )
    play.conclude(
        "No, there is no {kind} room free from {first} to {last}.",
        "I'm sorry, no {kind} room is available between {first} and {last}.",
        "None: a {kind} room is not to be had from {first} to {last}.",
        facts=[NO],
    )


@HOTEL.intent(
    goal="count the rooms that are free from {first} to {last} and find the lowest price",
    wordings=(
        "how many rooms are free from {first} to {last}, and what does the cheapest cost a night?",
        "count the vacant rooms between {first} and {last} and give me the lowest nightly rate",
        "I might bring friends, {first} to {last}. How many rooms could we have, and from which price per night?",
        "between {first} and {last}, how many rooms could I choose from, and at what lowest rate?",
        "tell me the number of rooms left from {first} till {last}, with the best price among them",
        "For a quote I need two numbers: rooms still open from {first} to {last}, and the lowest rate.",
        "~{first} to {last}: number of free rooms, lowest price",
        "~free rooms {first} - {last}, how many, cheapest?",
    ),
    essential="free_rooms",
    split=Split.TEST,
)
def count_free(play: Play) -> None:
    """One call; a count and a minimum are worked out."""
    first, last = any_stay(play)
    if not free_between(play.state, first, last):
        raise play.unsuitable("nothing is free")
    play.ask(first=first, last=last)
    found = play.call("free_rooms", {"arrives_on": first, "leaves_on": last})
    play.learn(
        "{count:n room} can be had, the cheapest for {price:money} a night.",
        "I count {count:n free room}; the lowest rate among them is {price:money}, that of room {room}.",
        count=len(found),
        price=min(room["price"] for room in found),
        room=min(found, key=lambda room: room["price"])["room"],
    )
    play.conclude(
        "{count:n room} free, from {price:money} a night.",
        "There is a choice of {count:n room}; the cheapest is {price:money} a night.",
        "From {first} to {last} there are {count} to choose from, the best price is {price:money}."
        if len(found) > 1
        else "Only {count}, room {room}, for {price:money} a night.",
        facts=["count", "price"],
        derived=["count"],
    )


@HOTEL.intent(
    goal="work out what {nights:n night} in room {room} cost",
    wordings=(
        "what would {nights:n night} in room {room} cost?",
        "work out the price of {nights:n night} in room {room}",
        "how much is room {room} for {nights:n night}?",
        "I'd like to treat myself to {nights:n night} in room {room}. What would I pay for the room?",
        "calculate {nights:n night} in room {room} for me",
        "We liked room {room} very much last year. How much would it be altogether for {nights:n night}?",
        "~room {room} x {nights:n night} = ?",
        "~price {nights:n night} room {room}",
    ),
    essential="room_details",
    split=Split.TRAIN,
)
def price_of_nights(play: Play) -> None:
    """One call and a product; sometimes the same again with another number."""
    room = play.draw.pick(play.state["rooms"])
    nights = play.draw.whole(2, 9)
    play.ask(room=room["room"], nights=nights)
    price = play.call("room_details", {"room": room["room"]})["price"]
    play.learn(
        "A night in room {room} costs {price:money}, so {nights} cost {total:money}.",
        "{nights} times {price:money} makes {total:money}.",
        price=price,
        total=round(nights * price, 2),
    )
    play.conclude(
        "{nights:n night} in room {room} cost {total:money}.",
        "{total:money}: that is {nights} times {price:money}.",
        "Room {room} for {nights:n night} comes to {total:money}.",
        facts=["total"],
        derived=["total"],
    )
    if play.draw.chance(0.4):
        longer = nights + play.draw.whole(1, 4)
        play.then_ask(
            "And for {longer:n night}?",
            "What if I stay {longer:n night} instead?",
            "What would it be for {longer:n night}?",
            goal="work out the price of {longer:n night} in room {room}",
            longer=longer,
            more=round(longer * price, 2),
        )
        play.conclude(
            "{longer:n night} would cost {more:money}.",
            "For {longer:n night} it comes to {more:money}.",
            facts=["more"],
            derived=["more"],
            why=(
                "I know that a night costs {price:money}; {longer} of them make {more:money}.",
                "The price per night, {price:money}, is known already, so it is {more:money}.",
            ),
        )
