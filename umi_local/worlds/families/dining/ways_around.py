"""Where a tool is broken, a name is unknown or a time is refused."""

from __future__ import annotations

from umi_local.worlds.facts import NO
from umi_local.worlds.families.dining.scene import (
    DINING,
    any_house,
    any_reservation,
    open_day,
)
from umi_local.worlds.family import Kind
from umi_local.worlds.play import Play
from umi_local.worlds.pools import person
from umi_local.worlds.splits import Split


@DINING.intent(
    goal="find out when {nick} opens",
    wordings=(
        "when does {nick} open?",
        "look up the opening time of a place that I only know as {nick}",
        "Everybody calls it {nick}, I don't know the full name. When do they open?",
        "from what time can one eat at {nick}?",
        "find out at what time {nick} starts serving",
        "A friend told me about {nick}. At what time do they open their doors?",
        "~{nick} opens when?",
        "~opening time {nick}",
    ),
    kind=Kind.RECOVER,
    split=Split.TRAIN,
)
def half_a_name(play: Play) -> None:
    """The name is unknown; the list of restaurants has one that it is part of."""
    house = any_house(play)
    nick = house["restaurant"].partition(" ")[2]
    if sum(nick in name for name in play.state["restaurants"]) > 1:
        raise play.unsuitable("two restaurants share the word")
    play.ask(nick=nick)
    play.attempt("opening_hours", {"restaurant": nick})
    play.learn("No restaurant is called just {nick}.", "{nick} isn't a full name.")
    play.call(
        "find_restaurants",
        {},
        why=(
            "I list all restaurants with {tool} and look for {nick} among them.",
            "{tool} may show whose name has {nick} in it.",
        ),
    )
    play.learn("It must be {restaurant}.", "{restaurant} has {nick} in its name.", restaurant=house["restaurant"])
    found = play.call("opening_hours", {"restaurant": house["restaurant"]})
    play.learn("{restaurant} opens at {opens}.", "The hours begin at {opens}.", opens=found["opens"])
    play.conclude(
        "{restaurant} opens at {opens}.",
        "You mean {restaurant}: it opens at {opens}.",
        facts=["restaurant", "opens"],
    )


@DINING.intent(
    goal="find the address of {nick}",
    wordings=(
        "what's the address of {nick}, to use the little I remember of its name?",
        "tell me the address of a restaurant with {nick} in its name",
        "The taxi needs an address and all I have is the name {nick}.",
        "in which street is {nick}, or whatever it is called in full?",
        "I was told to come to {nick}. What is the address?",
        "look up the street and number of {nick} for me",
        "~{nick} address",
        "~where is {nick}? street",
    ),
    kind=Kind.RECOVER,
    split=Split.TEST,
)
def address_of_half_a_name(play: Play) -> None:
    """The same trouble for another purpose."""
    house = any_house(play)
    nick = house["restaurant"].partition(" ")[2]
    if sum(nick in name for name in play.state["restaurants"]) > 1:
        raise play.unsuitable("two restaurants share the word")
    play.ask(nick=nick)
    play.attempt("restaurant_info", {"restaurant": nick})
    play.learn("There is no restaurant named {nick}.", "{nick} is only part of a name.")
    play.call(
        "find_restaurants",
        {},
        why=(
            "{tool} lists them all, and one may have {nick} in its name.",
            "So I go through the whole list, which {tool} gives.",
        ),
    )
    play.learn("{restaurant} fits.", "That must be {restaurant}.", restaurant=house["restaurant"])
    found = play.call("restaurant_info", {"restaurant": house["restaurant"]})
    play.learn("The address is {address}.", "{restaurant} is in {address}.", address=found["address"])
    play.conclude(
        "It is {restaurant}, {address}.",
        "The full name is {restaurant}, at {address}.",
        facts=["restaurant", "address"],
    )


@DINING.intent(
    goal="cancel the table of {name} at {restaurant} on {day}",
    wordings=(
        "cancel the table that {name} has at {restaurant} on {day}",
        "{name} can't come to {restaurant} on {day}. Please cancel.",
        "call off {name}'s reservation at {restaurant} for {day}",
        "I'm {name}. I have a table at {restaurant} on {day}, but I fell ill. Cancel it for me, please.",
        "take {name} off the list of {restaurant} for {day}",
        "find the reservation of {name} at {restaurant}, {day}, and cancel it",
        "~{name}, {restaurant}, {day}: cancel",
        "~cancel table {restaurant} {day} {name}",
    ),
    kind=Kind.RECOVER,
    breaks="reservations_of",
    split=Split.TRAIN,
)
def cancel_by_day_list(play: Play) -> None:
    """The search by name is broken; the restaurant's list for the day has the number, too."""
    booked = any_reservation(play)
    play.ask(name=booked["name"], restaurant=booked["restaurant"], day=booked["day"])
    reply = play.attempt("reservations_of", {"name": booked["name"]})
    play.learn("The search by name {error}.", "I can't search by name, because that tool {error}.", error=reply.error)
    found = play.call(
        "reservations_on",
        {"restaurant": booked["restaurant"], "day": booked["day"]},
        why=(
            "But {tool} can list what {restaurant} has on {day}, and {name} must be there.",
            "The list of {restaurant} for {day}, which {tool} gives, should have {name} on it.",
        ),
    )
    number = next(one["number"] for one in found if one["name"] == booked["name"])
    play.learn("{name} is there with number {number}.", "The number of {name} is {number}.", number=number)
    play.call("cancel_reservation", {"number": number})
    play.learn("Reservation {number} is off the list.", "Number {number} is cancelled.")
    play.conclude(
        "The table of {name} at {restaurant} is cancelled (number {number}).",
        "Done: I cancelled reservation {number} of {name}.",
        facts=["number"],
    )


@DINING.intent(
    goal="reserve at {restaurant} for {name} at {time}",
    wordings=(
        "reserve at {restaurant} on {day} at {time} for {guests}, name {name}",
        "{name} would like to come to {restaurant} on {day} at {time} with {guests:n person}. Please reserve.",
        "get {name} a table at {restaurant}, {day}, {time}, {guests:n person}",
        "We come off the late shift and would eat at {restaurant} on {day} at {time}. {guests:n person}, {name}.",
        "book a late table at {restaurant} for {name}: {guests:n person}, {day}, {time}",
        "could we have a table at {restaurant} on {day} at {time}, {guests:n person}, under {name}?",
        "~{restaurant} {day} {time} {guests} {name}",
        "~late table {restaurant}, {day}, {time}, {guests:n person}, {name}",
    ),
    split=Split.DEV,
)
def too_late(play: Play) -> None:
    """The restaurant refuses and says until when it takes guests."""
    house = any_house(play)
    house["closes"] = play.draw.pick(("21:30", "22:00", "22:30"))
    latest = f"{int(house['closes'][:2]) - 1}{house['closes'][2:]}"
    day = open_day(play.draw, house, play.state["start"])
    play.ask(
        restaurant=house["restaurant"],
        day=day,
        time=play.draw.pick(("22:15", "22:45", "23:00")),
        guests=play.draw.whole(2, 5),
        name=person(play.draw),
    )
    play.attempt("reserve_table", {key: play.slots[key] for key in ("restaurant", "day", "time", "guests", "name")})
    play.learn(
        "{restaurant} takes guests only until {latest}, so {time} is too late.",
        "It is refused: the last guests are taken at {latest}.",
        latest=latest,
    )
    play.conclude(
        "{restaurant} can't take you at {time}; the latest is {latest}. Would an earlier time do?",
        "That is not possible: at {restaurant}, the last time is {latest}.",
        facts=[NO, "latest"],
        why=(
            "I can't choose another time for the user, so I report that.",
            "The user has to say if an earlier time suits.",
        ),
    )
