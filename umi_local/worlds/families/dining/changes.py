"""Reservations made, changed and cancelled."""

from __future__ import annotations

from umi_local.worlds.dates import minutes_later
from umi_local.worlds.facts import NO
from umi_local.worlds.families.dining.scene import (
    DINING,
    any_house,
    any_reservation,
    best_table,
    fill,
    free_of,
    open_day,
    open_time,
)
from umi_local.worlds.family import Missing
from umi_local.worlds.play import Play
from umi_local.worlds.pools import person
from umi_local.worlds.splits import Split


@DINING.intent(
    goal="reserve a table for {guests} at {restaurant} on {day} for {name}",
    wordings=(
        "reserve a table for {guests} at {restaurant} on {day} at {time}, name {name}",
        "book us into {restaurant}: {day}, {time}, {guests:n person}, in the name of {name}",
        "I'd like to eat at {restaurant} on {day:weekday}, {day}, at {time}. There are {guests} of us; "
        "the name is {name}.",
        "{name} wants a table at {restaurant}, {time} on {day}, party of {guests}. Please reserve it.",
        "get {name} a table at {restaurant} for {guests}, on {day} at {time}",
        "We are {guests} and will be hungry at {time} on {day}. A table at {restaurant}, please, under {name}.",
        "~table {restaurant} {day} {time}, {guests:n person}, {name}",
        "~{name}, {guests} pers., {restaurant}, {day} {time}",
    ),
    essential="reserve_table",
    missing=Missing(
        wordings=(
            "reserve a table for {guests} at {restaurant} on {day}, name {name}",
            "We are {guests} and would like to eat at {restaurant} on {day}, under the name of {name}.",
            "get {name} a table at {restaurant} for {guests}, on {day}",
            "~table {restaurant} {day}, {guests:n person}, {name}",
        ),
        needs="the time",
        goal="reserve a table at {restaurant} for {day}",
        slot="time",
        replies=("at {value}", "{value}", "{value}, please", "let's say {value}", "We'd come at {value}."),
    ),
    split=Split.TRAIN,
)
def reserve(play: Play) -> None:
    """One call with five arguments."""
    house = any_house(play)
    day, time, guests = (
        open_day(play.draw, house, play.state["start"]),
        open_time(play.draw, house),
        play.draw.whole(2, 6),
    )
    if not best_table(play.state, house, day, time, guests):
        raise play.unsuitable("no table is free")
    play.ask(restaurant=house["restaurant"], day=day, time=time, guests=guests, name=person(play.draw))
    keys = ("restaurant", "day", "time", "guests", "name")
    made = play.call(
        "reserve_table",
        {key: play.slots[key] for key in keys},
        does="reserve a table for {guests} at {restaurant} on {day} at {time}",
    )
    play.learn(
        "It worked: reservation {number}, table {table}.",
        "{restaurant} keeps table {table}, number {number}.",
        number=made["number"],
        table=made["table"],
    )
    play.conclude(
        "The table is reserved: number {number}, table {table}.",
        "{restaurant} expects {guests:n person} on {day} at {time}. The reservation has the number {number}.",
        "Done, {name} has table {table} at {restaurant}, reservation {number}.",
        facts=["number"],
    )


@DINING.intent(
    goal="cancel reservation {number}",
    wordings=(
        "cancel reservation {number}",
        "call off the table with the number {number}",
        "Nobody is hungry any more, so please cancel {number}.",
        "give up our reservation {number}",
        "we have to stay at home with a cold. Can you cancel table booking {number}?",
        "withdraw the reservation {number} for us",
        "I made reservation {number} for the wrong evening. Drop it, please.",
        "~cancel {number}",
        "~reservation {number} off",
    ),
    essential="cancel_reservation",
    missing=Missing(
        wordings=(
            "cancel my reservation",
            "call off the table that I booked",
            "We have to stay at home with a cold. Can you cancel our table?",
            "give up our reservation",
            "~cancel table",
        ),
        needs="the reservation number",
        goal="cancel a reservation",
        slot="number",
    ),
    split=Split.TRAIN,
)
def cancel(play: Play) -> None:
    """One call."""
    play.ask(number=any_reservation(play)["number"])
    made = play.call("cancel_reservation", {"number": play.slots["number"]})
    play.learn(
        "Reservation {number} at {restaurant} is cancelled.",
        "{restaurant} has taken {number} off its list.",
        restaurant=made["restaurant"],
    )
    play.conclude(
        "Reservation {number} at {restaurant} is cancelled.",
        "Done: the table at {restaurant} ({number}) is given up.",
        "I cancelled {number}. {restaurant} knows that you won't come.",
        facts=["restaurant"],
    )


@DINING.intent(
    goal="move the reservation of {name} by {minutes} minutes to an {which} time",
    wordings=(
        "move the table of {name} {minutes} minutes {which}",
        "{name} will be there {minutes} minutes {which} than planned. Please adjust the reservation.",
        "make the reservation in the name of {name} {minutes} minutes {which}",
        "change {name}'s table so that it begins {minutes} minutes {which}",
        "Traffic is what it is: could {name}'s reservation start {minutes} minutes {which}? Change it, please.",
        "shift the dinner of {name} by {minutes} minutes, to be {which}",
        "~{name} table {minutes} min {which}",
        "~reservation {name}: {minutes} minutes {which}",
    ),
    essential="change_reservation",
    split=Split.TRAIN,
)
def shift_time(play: Play) -> None:
    """Two calls: number and time come from the list, the new time is worked out."""
    booked = any_reservation(play)
    booked["time"] = play.draw.pick(("18:30", "19:00", "19:15"))
    which, minutes = play.draw.pick(("earlier", "later")), play.draw.pick((15, 20, 30, 45))
    new = minutes_later(booked["time"], minutes if which == "later" else -minutes)
    house = play.state["restaurants"][booked["restaurant"]]
    free = free_of(play.state, house, booked["day"], new, booked["number"])
    if not any(table["seats"] >= booked["guests"] for table in free):
        raise play.unsuitable("no table is free then")
    play.ask(name=booked["name"], minutes=minutes, which=which)
    found = play.call("reservations_of", {"name": booked["name"]})[0]
    play.learn(
        "Reservation {number} is for {time}, and {minutes} minutes {which} is {new}.",
        "{name} has {number} at {time}, so the new time is {new}.",
        number=found["number"],
        time=found["time"],
        new=minutes_later(found["time"], minutes if which == "later" else -minutes),
    )
    play.call(
        "change_reservation",
        {"number": found["number"], "time": play.slots["new"]},
        does="move reservation {number} to {new}",
        derived=["time"],
    )
    play.learn("{number} is at {new} now.", "The new time, {new}, is accepted.")
    play.conclude(
        "The reservation of {name} is at {new} now.",
        "Done: {name} is expected at {new} instead of {time}.",
        "I moved {number} from {time} to {new}.",
        facts=["new"],
    )


@DINING.intent(
    goal="add {more:n guest} to reservation {number}",
    wordings=(
        "There will be {more} more of us for reservation {number}. Please change it if you can.",
        "add {more:n guest} to reservation {number}",
        "reservation {number} grows by {more:n person}. Is there room? If so, change it.",
        "Some friends invited themselves: {more} more for {number}. See whether the restaurant can take them.",
        "make it {more} more people on table booking {number}",
        "try to raise the number of guests of {number} by {more}",
        "~{number}: +{more:n guest}",
        "~{more} more for reservation {number}",
    ),
    essential="change_reservation",
    missing=Missing(
        wordings=(
            "There will be {more} more of us for our table. Please change it if you can.",
            "add {more:n guest} to our reservation",
            "make it {more} more people on our table booking",
            "~+{more:n guest} for our table",
        ),
        needs="the number of the reservation",
        goal="add {more:n guest} to a reservation",
        slot="number",
    ),
    split=Split.TEST,
)
def more_guests(play: Play) -> None:
    """Two calls; the sum may be too many for the tables that are free."""
    booked = any_reservation(play)
    house = play.state["restaurants"][booked["restaurant"]]
    if play.draw.chance(0.5):
        fill(play, house, booked["day"], booked["time"])
    more = play.draw.whole(1, 3)
    seats = [t["seats"] for t in free_of(play.state, house, booked["day"], booked["time"], booked["number"])]
    fits = max(seats) >= booked["guests"] + more
    play.ask(number=booked["number"], more=more)
    found = play.call("find_reservation", {"number": booked["number"]})
    play.learn(
        "{number} is for {guests:n person}, so it must become {new}.",
        "{guests} are booked; with {more} more it makes {new}.",
        guests=found["guests"],
        new=found["guests"] + more,
        restaurant=found["restaurant"],
    )
    reply = play.attempt(
        "change_reservation",
        {"number": booked["number"], "guests": play.slots["new"]},
        does="change reservation {number} to {new} guests",
        derived=["guests"],
    )
    assert reply.failed is not fits
    if fits:
        play.learn("{restaurant} has room for {new}.", "The change to {new} is accepted.")
        play.conclude(
            "Reservation {number} is for {new} guests now.",
            "Done, {restaurant} expects {new} of you.",
            facts=["new"],
            derived=["new"],
        )
    else:
        play.learn("{restaurant} has no table for {new} then.", "It is refused: no table for {new} is free.")
        play.conclude(
            "I'm sorry, {restaurant} has no table for {new} at that time. The reservation stays at {guests}.",
            "That does not work: there is no free table for {new}, so {number} stays as it is.",
            facts=[NO, "new"],
            derived=["new"],
        )


@DINING.intent(
    goal="look up reservation {number}",
    wordings=(
        "what do we have under reservation {number}?",
        "look up table booking {number}",
        "where and when is reservation {number}?",
        "My calendar only says {number}. Which restaurant is that, and when?",
        "give me the details of the reservation {number}",
        "find out what reservation {number} is about",
        "~{number}: where, when?",
        "~details {number}",
    ),
    essential="find_reservation",
    missing=Missing(
        wordings=(
            "where and when is our reservation?",
            "look up a table booking for me",
            "I forgot which restaurant we booked, and for when. Can you check?",
            "~reservation: where, when?",
        ),
        needs="the reservation number",
        goal="look up a reservation",
        slot="number",
    ),
    split=Split.DEV,
)
def details(play: Play) -> None:
    """One call; sometimes a second question about the same."""
    play.ask(number=any_reservation(play)["number"])
    found = play.call("find_reservation", {"number": play.slots["number"]})
    play.learn(
        "{number} is at {restaurant} on {day} at {time}.",
        "It is for {guests:n person} at {restaurant}, {day}, {time}.",
        restaurant=found["restaurant"],
        day=found["day"],
        time=found["time"],
        guests=found["guests"],
    )
    play.conclude(
        "It is at {restaurant}, on {day} at {time}.",
        "{restaurant}, {day}, {time}.",
        "Reservation {number}: {restaurant} on {day} at {time}, for {guests}.",
        facts=["restaurant", "day", "time"],
    )
    if play.draw.chance(0.4):
        play.then_ask(
            "And for how many people is it?",
            "How many of us are expected?",
            "How many seats did we book?",
            goal="tell how many people reservation {number} is for",
        )
        play.conclude(
            "For {guests:n person}.",
            "It is for {guests}.",
            facts=["guests"],
            why=(
                "The reservation that I looked up is for {guests:n person}.",
                "That stood in the same record: {guests:n person}.",
            ),
        )
