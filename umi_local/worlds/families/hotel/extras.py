"""Extras and services during a stay."""

from __future__ import annotations

from umi_local.worlds.facts import NO, Fact
from umi_local.worlds.families.hotel.scene import EXTRAS, HOTEL, SERVICES, any_booking, nights_of
from umi_local.worlds.family import Missing
from umi_local.worlds.play import Play
from umi_local.worlds.splits import Split


@HOTEL.intent(
    goal="order {wish} for room {room}< at {time}>",
    wordings=(
        "order {wish} for room {room}< at {time}>",
        "get {wish} to room {room}<, at {time}>",
        "arrange {wish} in room {room}<, {time} would be good>",
        "I'm in room {room}. Could somebody see to {wish}, please?< {time} would suit me.>",
        "send somebody to room {room} for {wish}< at {time}>",
        "The people in room {room} rang down about {wish}.< They want it at {time}.> Put it in.",
        "~{wish} {room}< {time}>",
        "~room {room}: {wish}<, {time}>",
    ),
    essential="order_service",
    missing=Missing(
        wordings=(
            "order {wish} for my room< at {time}>",
            "Could somebody see to {wish}, please?< {time} would suit me.>",
            "I would like {wish} in my room<, at {time}>, please.",
            "~{wish}< {time}>",
        ),
        needs="the room number",
        goal="order {wish}",
        slot="room",
    ),
    split=Split.TRAIN,
)
def send_service(play: Play) -> None:
    """One call, with a time or without."""
    service = play.draw.pick(list(SERVICES))
    play.ask(
        room=play.draw.pick(play.state["rooms"])["room"],
        wish=SERVICES[service],
        time=play.draw.clock(6, 20) if play.draw.chance(0.6) else None,
    )
    made = play.call(
        "order_service",
        {"room": play.slots["room"], "service": service, "time": play.slots["time"]},
        does="order {wish} for room {room}< at {time}>",
    )
    play.learn(
        "The order is number {number}.",
        "The wish of room {room} is noted as number {number}.",
        number=made["number"],
    )
    play.conclude(
        "I ordered {wish} for room {room}< at {time}>.",
        "Done: {wish} in room {room}<, {time}>.",
        "The staff will see to it: {wish}, room {room}< at {time}>.",
        facts=["room"],
    )


@HOTEL.intent(
    goal="order {wish} at {time} for the room of {guest}",
    wordings=(
        "order {wish} at {time} for {guest}, whose room I don't know",
        "{guest} needs {wish} at {time}. Find the room and arrange it.",
        "arrange {wish} for our guest {guest} at {time}",
        "Whatever room {guest} is in, it should get {wish} at {time}.",
        "Guest {guest} called: {wish}, {time}. Sadly they didn't say which room.",
        "have somebody see to {wish} for {guest} at {time}",
        "~{guest}: {wish} {time}",
        "~{wish} for {guest}, {time}",
    ),
    essential="order_service",
    split=Split.TEST,
)
def service_by_name(play: Play) -> None:
    """Two calls: the room comes from the booking."""
    booking = any_booking(play, status="checked in")
    service = play.draw.pick(list(SERVICES))
    play.ask(guest=booking["guest"], wish=SERVICES[service], time=play.draw.clock(6, 20))
    room = play.call("bookings_of", {"guest": booking["guest"]})[0]["room"]
    play.learn("{guest} has room {room}.", "The booking of {guest} is for room {room}.", room=room)
    play.call(
        "order_service",
        {"room": room, "service": service, "time": play.slots["time"]},
        does="order {wish} for room {room} at {time}",
    )
    play.learn("Room {room} gets {wish} at {time}.", "The hotel has noted {wish} for room {room}.")
    play.conclude(
        "I ordered {wish} for room {room} at {time}.",
        "Room {room}, where {guest} stays, gets {wish} at {time}.",
        "Done: {wish} for {guest} in room {room}, {time}.",
        facts=["room", "time"],
    )


@HOTEL.intent(
    goal="add {extra} for every night of booking {code}",
    wordings=(
        "add {extra} to booking {code}, once for every night",
        "The guest with {code} wants {extra} each day, so once a night. Add it.",
        "put {extra} on {code} as many times as there are nights",
        "book {extra} for the whole stay {code}, one a night",
        "We'd like {extra} on all nights of our booking {code}, please.",
        "My booking is {code}. Add {extra} for each of my nights.",
        "~{code}: {extra} x nights",
        "~{extra} every night, {code}",
    ),
    essential="add_extra",
    missing=Missing(
        wordings=(
            "add {extra} to my booking, once for every night",
            "We'd like {extra} on all nights of our booking, please.",
            "book {extra} for our whole stay, one a night",
            "~{extra} every night",
        ),
        needs="the code of the booking",
        goal="add {extra} for every night of a booking",
        slot="code",
    ),
    split=Split.TEST,
)
def extra_every_night(play: Play) -> None:
    """Two calls: the quantity is worked out of the dates."""
    booking = any_booking(play)
    play.ask(code=booking["code"], extra=play.draw.pick(play.state["extras"])["extra"])
    play.call("find_booking", {"code": booking["code"]})
    play.learn(
        "From {first} to {last} there are {nights:n night}, so {extra} is needed {nights:n time}.",
        "{code} has {nights:n night}, so the quantity is {nights}.",
        first=booking["arrives_on"],
        last=booking["leaves_on"],
        nights=nights_of(booking),
    )
    made = play.call(
        "add_extra",
        {"code": booking["code"], "extra": play.slots["extra"], "quantity": play.slots["nights"]},
        derived=["quantity"],
    )
    play.learn("That costs {cost:money}.", "{nights} x {extra} makes {cost:money}.", cost=made["cost"])
    play.conclude(
        "{extra:cap} is added {nights:n time} to {code}, for {cost:money}.",
        "{code} has {extra} for {nights:n night} now; that is {cost:money} more.",
        "Added: {nights} x {extra}, {cost:money}.",
        facts=["cost"],
    )


@HOTEL.intent(
    goal="add {extra} to booking {code} if it costs at most {limit}",
    wordings=(
        "add {extra} to booking {code} if it costs no more than {limit}",
        "What does {extra} cost here? If it's {limit} or less, put it on {code}.",
        "If {extra} is not dearer than {limit}, book it for {code}.",
        "My limit is {limit}. If {extra} stays within that, add it to my booking {code}, otherwise leave it.",
        "put {extra} on {code}, provided that the price is {limit} at most",
        "We would love {extra} with our stay {code}, but only up to {limit}. Please see to it.",
        "~{code} + {extra} if up to {limit}",
        "~{extra} for {code}, max {limit}",
    ),
    split=Split.TRAIN,
)
def extra_within_limit(play: Play) -> None:
    """One call or two: the price decides."""
    booking = any_booking(play)
    item = play.draw.pick(play.state["extras"])
    limit = max(2, round(item["price"]) + play.draw.whole(-6, 10))
    play.ask(code=booking["code"], extra=item["extra"], limit=limit)
    listed = play.call(
        "list_extras",
        why=(
            "Whether {extra} stays within {limit} decides, so I look at the prices with {tool} first.",
            "Before I add {extra} to {code}, I must know its price. {tool} lists it.",
            "The price of {extra} comes first, and {tool} has the prices.",
        ),
    )
    price = next(one["price"] for one in listed if one["extra"] == item["extra"])
    play.slots["price"] = price
    if price > limit:
        play.learn(
            "{extra:cap} costs {price:money}, which is more than {limit}, so I leave it.",
            "At {price:money}, {extra} is above the limit of {limit}.",
        )
        play.conclude(
            "{extra:cap} costs {price:money}, so I did not add it.",
            "I have not booked it: {extra} is {price:money}, above your {limit}.",
            facts=[NO, "price"],
        )
        return
    play.learn(
        "{extra:cap} costs {price:money}, which is within {limit}.", "The price of {extra} is {price:money}, fine."
    )
    play.call("add_extra", {"code": booking["code"], "extra": item["extra"]})
    play.learn("It is on the bill of {code}.", "{extra:cap} is added.")
    play.conclude(
        "{extra:cap} costs {price:money} and is added to {code}.",
        "I added {extra} to {code} for {price:money}.",
        facts=["price"],
    )


@HOTEL.intent(
    goal="add {extra} to booking {code}",
    wordings=(
        "add {extra} to booking {code}",
        "We'd like {extra} with our stay. The booking is {code}.",
        "put {extra} on the bill of {code}",
        "My wife has set her heart on {extra}. Please add it to {code}.",
        "could you include {extra} in reservation {code}?",
        "book {extra} for the people with {code}",
        "~{code} + {extra}",
        "~{extra} for {code} pls",
    ),
    split=Split.DEV,
)
def extra_not_offered(play: Play) -> None:
    """The hotel doesn't have it; the list tells what there is instead."""
    offered = [extra["extra"] for extra in play.state["extras"]]
    play.ask(code=any_booking(play)["code"], extra=play.draw.pick([name for name in EXTRAS if name not in offered]))
    play.attempt(
        "add_extra",
        {"code": play.slots["code"], "extra": play.slots["extra"]},
        why=(
            "The user wants {extra} added to booking {code}. I try that with {tool}.",
            "I should put {extra} on booking {code}, which is what {tool} does.",
        ),
    )
    play.learn("{extra:cap} is not offered here.", "The hotel has no {extra}.")
    play.call("list_extras", why="To tell the user what can be had instead, I list the extras with {tool}.")
    play.learn("It offers {offered}.", "What there is: {offered}.", offered=offered)
    play.conclude(
        "The hotel does not offer {extra}. It has {offered}.",
        "I could not add {extra}, since it isn't offered. There are {offered}.",
        facts=[NO, *(Fact("text", name) for name in offered)],
    )
