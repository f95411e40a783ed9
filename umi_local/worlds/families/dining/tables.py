"""Tables that are free, taken, or waited for; and how full a day is."""

from __future__ import annotations

from umi_local.worlds.dates import days_later, weekday_of
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
    goal="find out how many guests {restaurant} expects on {day}",
    wordings=(
        "how many guests has {restaurant} got on {day}, all reservations together?",
        "add up the people who have reserved at {restaurant} for {day}",
        "I'm planning the shopping for {restaurant}. How many guests are booked in on {day}?",
        "count the guests, not the tables, that {restaurant} has on its list for {day}",
        "tell me the total number of people expected at {restaurant} on {day:weekday}, {day}",
        "The chef of {restaurant} wants to know how many mouths to feed on {day}.",
        "~{restaurant} {day}: total guests",
        "~guests booked {day}, {restaurant}",
    ),
    essential="reservations_on",
    missing=Missing(
        wordings=(
            "how many guests has {restaurant} got that day?",
            "add up the people who have reserved at {restaurant}",
            "I'm planning the shopping for {restaurant}. How many guests will come?",
            "~total guests {restaurant}",
        ),
        needs="the date",
        goal="find out how many guests {restaurant} expects",
        slot="day",
    ),
    split=Split.TRAIN,
)
def expected_guests(play: Play) -> None:
    """One call and a sum."""
    booked = any_reservation(play)
    alike = play.draw.sample(list(play.state["reservations"].values()), 2)
    for other in alike:
        if other is not booked:
            other.update(restaurant=booked["restaurant"], day=booked["day"], time=play.draw.pick(("18:00", "20:15")))
    play.ask(restaurant=booked["restaurant"], day=booked["day"])
    found = play.call("reservations_on", {"restaurant": booked["restaurant"], "day": booked["day"]})
    numbers = [one["guests"] for one in found]
    play.learn(
        "The list has {n:n reservation}: {numbers:added}, so {total} guests in all.",
        "{numbers} make {total} guests." if len(found) > 1 else "There is only one reservation, for {total}.",
        n=len(found),
        numbers=numbers,
        total=sum(numbers),
    )
    play.conclude(
        "{restaurant} expects {total:n guest} on {day}.",
        "{total:n person}, in {n:n reservation}.",
        "For {day} it's {total:n guest} altogether.",
        facts=["total"],
        derived=["total"],
    )


@DINING.intent(
    goal="reserve a table in the {place} of {restaurant}, or the smallest one that fits",
    wordings=(
        "Reserve at {restaurant} for {guests} on {day} at {time}, name {name}. In the {place} if that's "
        "free, else the smallest table that fits.",
        "{name} would like to sit in the {place} of {restaurant} with {guests:n person} on {day}, {time}. "
        "If that can't be, take the smallest table that is large enough.",
        "get {name} a table at {restaurant}, {day}, {time}, {guests:n person}, in the {place} or else "
        "the smallest that is big enough",
        "Look which tables {restaurant} has on {day} at {time}. We are {guests} and prefer the {place}. "
        "If nothing is left there, the smallest other table will do. The name is {name}.",
        "book {guests:n seat} at {restaurant} for {name} on {day} at {time}, preferably in the {place}, "
        "otherwise at the smallest table possible",
        "~{restaurant} {day} {time}, {guests} pers., {name}: {place}, or smallest table",
        "try to seat {name} and company ({guests} in all) in the {place} of {restaurant} on {day} at "
        "{time}, or failing that at the smallest free table for them",
        "~{name} x {guests}, {restaurant}, {day}, {time}, {place} if free else smallest fitting",
    ),
    essential="reserve_table",
    split=Split.TRAIN,
)
def wished_place(play: Play) -> None:
    """Two calls: the wish, or what comes closest."""
    house = any_house(play)
    day, time = open_day(play.draw, house, play.state["start"]), open_time(play.draw, house)
    places = ("terrace", "garden", "hall", "corner")
    for table, seats, place in zip(house["tables"], (2, 4, 6, 8), play.draw.shuffled(places), strict=True):
        table.update(seats=seats, place=place)
    guests = play.draw.whole(2, 5)
    fitting = [table for table in free_of(play.state, house, day, time) if table["seats"] >= guests]
    if not fitting:
        raise play.unsuitable("no table is free")
    place = play.draw.pick(places)
    wished = [table for table in fitting if table["place"] == place]
    play.ask(restaurant=house["restaurant"], day=day, time=time, guests=guests, name=person(play.draw), place=place)
    asked = {"restaurant": house["restaurant"], "day": day, "time": time}
    play.call("free_tables", asked)
    table = (wished or [min(fitting, key=lambda table: table["seats"])])[0]
    play.slots.update(table=table["table"], seats=table["seats"], where=table["place"])
    if wished:
        play.learn(
            "Table {table} is in the {place}, with {seats:n seat}.", "In the {place}, table {table} is free and fits."
        )
    else:
        play.learn(
            "No fitting table is left in the {place}; the smallest other one is {table}, with {seats:n seat}.",
            "Nothing in the {place} fits, so it has to be table {table} in the {where}.",
        )
    made = play.call(
        "reserve_table",
        {**asked, "guests": guests, "name": play.slots["name"], "table": table["table"]},
        does="reserve table {table} for {name}",
    )
    play.learn("The reservation is number {number}.", "Table {table} is kept, number {number}.", number=made["number"])
    if wished:
        play.conclude(
            "{name} has table {table} in the {place}, reservation {number}.",
            "Done: table {table} in the {place} is yours, number {number}.",
            facts=["table", "number"],
        )
    else:
        play.conclude(
            "The {place} has nothing that fits, so I reserved table {table} in the {where}: number {number}.",
            "Nothing was free in the {place}. {name} has table {table} ({where}), reservation {number}.",
            facts=["table", "number"],
        )


@DINING.intent(
    goal="get {name} a table at {restaurant}, or else a place on the waiting list",
    wordings=(
        "Try to reserve at {restaurant} for {guests} on {day} at {time}, name {name}. If it's full, the "
        "waiting list will do.",
        "get {name} a table for {guests} at {restaurant} on {day} at {time}, or a place on the waiting "
        "list if there is none",
        "{name} must eat at {restaurant} on {day}, {time}, with {guests:n person}. No table? Then the "
        "waiting list, please.",
        "reserve for {name} at {restaurant}, {day}, {time}, {guests:n person}, and if they have nothing, "
        "put us down to wait",
        "We'd be {guests} at {restaurant} on {day} at {time}. Book under {name}, or let us queue up for "
        "that day if all is taken.",
        "see if {restaurant} has a table for {guests} on {day} at {time} and reserve it for {name}, or "
        "else put the party on the waiting list",
        "~{restaurant} {day} {time} x {guests} {name}, else waitlist",
        "~table or waitlist: {restaurant}, {day}, {time}, {guests:n person}, {name}",
    ),
    split=Split.TRAIN,
)
def table_or_wait(play: Play) -> None:
    """One call, or two where the first is refused."""
    house = any_house(play)
    day, time, guests = (
        open_day(play.draw, house, play.state["start"]),
        open_time(play.draw, house),
        play.draw.whole(2, 6),
    )
    if play.draw.chance(0.7):
        fill(play, house, day, time)
    fits = best_table(play.state, house, day, time, guests) is not None
    asked = {"restaurant": house["restaurant"], "day": day, "guests": guests, "name": person(play.draw)}
    play.ask(**asked, time=time)
    reply = play.attempt(
        "reserve_table",
        {**asked, "time": time},
        why=(
            "I ask {tool} for a table for {guests} at {restaurant}, {day}, {time}, in the name of {name}.",
            "First I try to reserve at {restaurant} for {name} with {tool}: {guests:n person}, {day}, {time}.",
            "Whether {restaurant} has a table for {guests} on {day} at {time} shows when I call {tool} for {name}.",
        ),
    )
    assert reply.failed is not fits
    if fits:
        play.learn(
            "There was one: number {number}.", "It worked, the number is {number}.", number=reply.value["number"]
        )
        play.conclude(
            "{name} has a table at {restaurant}, reservation {number}.",
            "It worked: {restaurant} on {day} at {time}, number {number}.",
            facts=["number"],
        )
        return
    play.learn("{restaurant} has no table for {guests} then.", "All tables that would fit are taken.")
    waits = play.call("join_waitlist", asked)
    play.learn(
        "{name} is number {position} on the list.", "The place in line is {position}.", position=waits["position"]
    )
    play.conclude(
        "{restaurant} has no free table for {guests}; {name} is on the waiting list, in place {position}.",
        "No table was left, so {name} waits in position {position} for {day}.",
        facts=[NO, "position"],
    )


@DINING.intent(
    goal="reserve at {restaurant} for {name} on {day}, or the day after if it is closed",
    wordings=(
        "Reserve at {restaurant} on {day}, {time}, {guests:n person}, name {name}. If that's their day "
        "off, the day after is fine.",
        "book {restaurant} for {name} ({guests:n person}) on {day} at {time}, or one day later if they are closed",
        "I'd like {day} at {restaurant}, {time}, for {guests}, under {name}. Should they be closed that "
        "day, take the next.",
        "get {name} a table for {guests} at {restaurant} at {time} on {day}, or on the following day if "
        "they rest on that one",
        "We come to town on {day}. A table at {restaurant} at {time} for {guests}, name {name}; if "
        "they're shut, the day after.",
        "{name} asks for {restaurant}: {guests:n person}, {time}, {day}, and if it isn't open then, the "
        "next day. Reserve it.",
        "~{restaurant}, {name}, {guests} pers., {day} {time}, if closed +1 day",
        "~table {restaurant} {day} or day after, {time}, {guests:n person}, {name}",
    ),
    essential="reserve_table",
    split=Split.DEV,
)
def next_day_if_closed(play: Play) -> None:
    """Two calls: the refusal decides, and the date is worked out."""
    house = any_house(play)
    time, guests = open_time(play.draw, house), play.draw.whole(2, 5)
    day = next(d for d in (days_later(play.state["start"], i) for i in range(7)) if weekday_of(d) == house["closed_on"])
    later = days_later(day, 1)
    if not best_table(play.state, house, later, time, guests):
        raise play.unsuitable("no table on the day after")
    asked = {"restaurant": house["restaurant"], "time": time, "guests": guests, "name": person(play.draw)}
    play.ask(**asked, day=day)
    play.attempt(
        "reserve_table",
        {**asked, "day": day},
        why=(
            "I try {day} first: {tool} may reserve at {restaurant} for {name}, {guests:n person}, {time}.",
            "Whether {restaurant} is open on {day} will show when I reserve with {tool}.",
        ),
    )
    play.learn(
        "{restaurant} is closed on that day, so it becomes {later}.",
        "That is the day off, and the day after is {later}.",
        later=later,
    )
    made = play.call(
        "reserve_table", {**asked, "day": later}, does="reserve at {restaurant} for {later}", derived=["day"]
    )
    play.learn("The reservation has the number {number}.", "{later} works: number {number}.", number=made["number"])
    play.conclude(
        "{restaurant} is closed on {day}, so I reserved for {later}. The number is {number}.",
        "You have a table on {later} at {time}, number {number}; on {day} they are closed.",
        facts=["later", "number"],
    )


@DINING.intent(
    goal="count the free tables at {restaurant} on {day} at {time} and name the largest",
    wordings=(
        "how many tables are free at {restaurant} on {day} at {time}, and how many people fit at the largest?",
        "count the free tables of {restaurant} for {day}, {time}, and tell me the size of the largest",
        "Before I invite more people: at {restaurant} on {day}, {time}, how many tables are left, and "
        "what's the biggest one?",
        "check {restaurant} for {day} at {time}: number of free tables, seats at the largest of them",
        "what is still to be had at {restaurant} on {day} at {time}? I want the number of tables and the "
        "most seats at one.",
        "tell me how many tables {restaurant} could give us on {day} at {time}, and the seats of the largest one",
        "~{restaurant} {day} {time}: tables free, largest?",
        "~free tables + biggest, {restaurant}, {day}, {time}",
    ),
    essential="free_tables",
    split=Split.TEST,
)
def count_tables(play: Play) -> None:
    """One call: a count and a maximum."""
    house = any_house(play)
    day, time = open_day(play.draw, house, play.state["start"]), open_time(play.draw, house)
    if not free_of(play.state, house, day, time):
        raise play.unsuitable("nothing is free")
    play.ask(restaurant=house["restaurant"], day=day, time=time)
    found = play.call("free_tables", {"restaurant": house["restaurant"], "day": day, "time": time})
    play.learn(
        "{n:n table} can be had, the largest with {seats:n seat}.",
        "I count {n:n free table}; the most seats at one of them are {seats}.",
        n=len(found),
        seats=max(table["seats"] for table in found),
    )
    play.conclude(
        "{n:n table} free, the largest for {seats}.",
        "There is a choice of {n:n table}; at the largest, {seats} people can sit.",
        "{restaurant} still has {n}, the biggest with {seats:n seat}.",
        facts=["n", "seats"],
        derived=["n"],
    )
