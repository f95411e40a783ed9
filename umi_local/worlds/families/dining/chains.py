"""Longer ways: find, compare, choose, reserve."""

from __future__ import annotations

from umi_local.worlds.families.dining.scene import (
    DINING,
    any_house,
    any_reservation,
    best_table,
    fill,
    open_day,
    open_time,
)
from umi_local.worlds.play import Play
from umi_local.worlds.pools import person
from umi_local.worlds.splits import Split


@DINING.intent(
    goal="reserve at the best rated {cuisine} restaurant for {name}",
    wordings=(
        "reserve at the best rated {cuisine} restaurant on {day} at {time} for {guests}, name {name}",
        "{name} wants to impress {guests} guests with {cuisine} food on {day}, {time}. Take the house "
        "with the highest rating.",
        "book a table for {guests} at whichever {cuisine} place has the best rating, {day}, {time}, under {name}",
        "We're {guests} and in the mood for {cuisine} cooking on {day} at {time}. Choose the top rated "
        "house and book as {name}.",
        "find the {cuisine} restaurant with the best score and get {name} a table for {guests}, {day}, {time}",
        "I trust the ratings: best {cuisine} restaurant, {guests:n person}, {day} at {time}, for {name}. Reserve it.",
        "~best {cuisine}, {guests} pers., {day} {time}, {name}",
        "~reserve top rated {cuisine}: {name}, {guests}, {day}, {time}",
    ),
    essential="reserve_table",
    split=Split.TRAIN,
)
def reserve_best(play: Play) -> None:
    """Two calls: a comparison, then the reservation."""
    cuisine = any_house(play)["cuisine"]
    houses = [house for house in play.state["restaurants"].values() if house["cuisine"] == cuisine]
    best = max(houses, key=lambda house: house["rating"])
    day, time, guests = (
        open_day(play.draw, best, play.state["start"]),
        open_time(play.draw, best),
        play.draw.whole(2, 5),
    )
    if len(houses) < 2 or not best_table(play.state, best, day, time, guests):
        raise play.unsuitable("no choice, or no table")
    play.ask(cuisine=cuisine, day=day, time=time, guests=guests, name=person(play.draw))
    found = play.call("find_restaurants", {"cuisine": cuisine})
    play.learn(
        "{restaurant} is rated {rating}, more than the other{s}.",
        "The best rating, {rating}, belongs to {restaurant}.",
        restaurant=best["restaurant"],
        rating=best["rating"],
        s="s" if len(found) > 2 else " one",
    )
    made = play.call(
        "reserve_table",
        {key: play.slots[key] for key in ("restaurant", "day", "time", "guests", "name")},
        does="reserve a table for {guests} at {restaurant}",
    )
    play.learn("The reservation is made: {number}.", "{restaurant} confirms it as {number}.", number=made["number"])
    play.conclude(
        "I reserved at {restaurant} (rated {rating}), number {number}.",
        "{name} has a table for {guests} at {restaurant} on {day}, reservation {number}.",
        "{restaurant} has the best rating, {rating}. Your table there is number {number}.",
        facts=["restaurant", "number"],
    )


@DINING.intent(
    goal="reserve for {name} at {first}, or at {second} if {first} is full",
    wordings=(
        "Reserve for {name} at {first}, {day}, {time}, {guests:n person}. If they are full, try {second}.",
        "get {name} a table for {guests} on {day} at {time}, at {first} or, if they have none, at {second}",
        "My favourite is {first}, but {second} is fine as well. {guests:n person}, {day}, {time}, name "
        "{name}. Book the first that works.",
        "book {first} for {guests} on {day} at {time} in the name of {name}, and {second} instead in "
        "case {first} says no",
        "{name} would like {first} on {day} at {time} with {guests:n guest}; the second choice is "
        "{second}. Please reserve.",
        "see to it that {name} gets a table for {guests} on {day} at {time}, at {first} if possible or "
        "else at {second}",
        "~{day} {time}, {guests} pers., {name}: {first}, else {second}",
        "~table for {name} ({guests}): {first} or {second}, {day}, {time}",
    ),
    essential="reserve_table",
    split=Split.TRAIN,
)
def first_or_second(play: Play) -> None:
    """One call or two: the second choice where the first refuses."""
    one, other = play.draw.sample(list(play.state["restaurants"].values()), 2)
    day, time, guests = (
        open_day(play.draw, other, play.state["start"]),
        open_time(play.draw, other),
        play.draw.whole(2, 5),
    )
    if time > f"{int(one['closes'][:2]) - 1}:00" or not best_table(play.state, other, day, time, guests):
        raise play.unsuitable("too late for the first, or no table at the second")
    if play.draw.chance(0.6):
        fill(play, one, day, time)
    asked = {"day": day, "time": time, "guests": guests, "name": person(play.draw)}
    play.ask(**asked, first=one["restaurant"], second=other["restaurant"])
    reply = play.attempt(
        "reserve_table",
        {**asked, "restaurant": one["restaurant"]},
        why=(
            "The first choice is {first}. I try to reserve there with {tool}: {guests:n person}, {day}, "
            "{time}, for {name}.",
            "I begin with {first} and let {tool} reserve for {name}; if it refuses, there is {second}.",
        ),
    )
    if not reply.failed:
        play.learn(
            "{first} has a table, number {number}.", "It worked at {first}: {number}.", number=reply.value["number"]
        )
        play.conclude(
            "{first} it is: reservation {number} for {name}.",
            "{name} has a table at {first}, number {number}.",
            facts=["first", "number"],
        )
        return
    play.learn("{first} refuses, so {second} is next.", "There is no table at {first} on that day at {time}.")
    made = play.call(
        "reserve_table",
        {**asked, "restaurant": other["restaurant"]},
        does="reserve a table for {guests} at {second}",
    )
    play.learn("{second} has a table, number {number}.", "{second} says yes: {number}.", number=made["number"])
    play.conclude(
        "{first} had no table, so {name} goes to {second}: reservation {number}.",
        "It's {second}, number {number}, since {first} could not take you.",
        facts=["second", "number"],
    )


@DINING.intent(
    goal="reserve for {name} wherever the {course} is cheaper, at {one} or at {other}",
    wordings=(
        "Compare the cheapest {course} at {one} and at {other}, then reserve for {name} where it costs "
        "less: {day}, {time}, {guests:n person}.",
        "reserve for {name}, {guests:n person}, {day} at {time}, at {one} or {other}, depending on who "
        "has the cheaper {course}",
        "{name} can't decide between {one} and {other}. The cheaper {course} wins. Then book {day}, "
        "{time}, for {guests}.",
        "look at the {course} prices of {one} and {other}, and get {name} a table for {guests} at the "
        "cheaper one, {day} at {time}",
        "We'll go to {one} or {other} on {day} at {time}, wherever the lowest {course} price is. Book "
        "for {guests}, name {name}.",
        "find out whether {one} or {other} has the cheaper {course} and book {guests:n seat} there for "
        "{name} on {day} at {time}",
        "~cheaper {course}: {one} / {other}? book {name}, {guests}, {day} {time}",
        "~{name} x {guests}, {day} {time} at {one} or {other}, lower {course} price",
    ),
    essential="reserve_table",
    split=Split.TRAIN,
)
def cheaper_of_two(play: Play) -> None:
    """Three calls: two menus, then the reservation."""
    one, other = play.draw.sample(list(play.state["restaurants"].values()), 2)
    course = play.draw.pick(("starter", "main", "dessert"))
    lows = {
        house["restaurant"]: min((d for d in house["dishes"] if d["course"] == course), key=lambda d: d["price"])
        for house in (one, other)
    }
    prices = [low["price"] for low in lows.values()]
    winner = min((one, other), key=lambda house: lows[house["restaurant"]]["price"])
    day, time = open_day(play.draw, winner, play.state["start"]), open_time(play.draw, winner)
    guests = play.draw.whole(2, 5)
    if prices[0] == prices[1] or not best_table(play.state, winner, day, time, guests):
        raise play.unsuitable("equal prices, or no table")
    asked = {"day": day, "time": time, "guests": guests, "name": person(play.draw)}
    said = "main course" if course == "main" else course
    play.ask(**asked, course=said, one=one["restaurant"], other=other["restaurant"])
    play.call("show_menu", {"restaurant": one["restaurant"], "course": course}, does="read the menu of {restaurant}")
    play.learn("The cheapest {course} at {one} is {low:money}.", "{one} begins at {low:money}.", low=prices[0])
    play.call("show_menu", {"restaurant": other["restaurant"], "course": course}, does="read the menu of {restaurant}")
    play.learn(
        "At {other} it is {high:money}, so {restaurant} is the place.",
        "{other} begins at {high:money}; {restaurant} is cheaper.",
        high=prices[1],
        restaurant=winner["restaurant"],
        price=min(prices),
    )
    made = play.call(
        "reserve_table",
        {**asked, "restaurant": winner["restaurant"]},
        does="reserve a table for {guests} at {restaurant}",
    )
    play.learn("It is reserved as {number}.", "{restaurant} confirms number {number}.", number=made["number"])
    play.conclude(
        "{restaurant} is cheaper, with {price:money}. I reserved there, number {number}.",
        "Reservation {number} at {restaurant}, where the cheapest {course} is {price:money}.",
        facts=["restaurant", "number"],
    )


@DINING.intent(
    goal="swap reservation {number} for the same at {restaurant}",
    wordings=(
        "Swap reservation {number} for one at {restaurant}, same day, time and number of people.",
        "cancel reservation {number} and book the same thing at {restaurant} instead",
        "We changed our minds: instead of {number} we want {restaurant}, with everything else as it was.",
        "give up {number} and reserve at {restaurant} for the same name, day, time and party",
        "I'd rather go to {restaurant} than to the house of reservation {number}. Please switch, all details the same.",
        "make reservation {number} one at {restaurant}, keeping name, day, time and guests, and drop the old one",
        "~{number} -> {restaurant}, rest as before",
        "~switch {number} to {restaurant}, same day/time/guests",
    ),
    essential="reserve_table",
    split=Split.TEST,
)
def other_house(play: Play) -> None:
    """Three calls: look up, reserve elsewhere, cancel the old one."""
    booked = any_reservation(play)
    houses = [house for name, house in play.state["restaurants"].items() if name != booked["restaurant"]]
    house = play.draw.pick(houses)
    house["opens"], house["closes"] = "12:00", "23:30"
    day = open_day(play.draw, house, play.state["start"])
    booked["day"] = day
    if not best_table(play.state, house, day, booked["time"], booked["guests"]):
        raise play.unsuitable("no table there")
    play.ask(number=booked["number"], restaurant=house["restaurant"])
    found = play.call("find_reservation", {"number": booked["number"]})
    play.learn(
        "{number} is for {name}, {guests:n person}, on {day} at {time}.",
        "{name} has {guests:n seat} on {day} at {time}.",
        name=found["name"],
        guests=found["guests"],
        day=found["day"],
        time=found["time"],
    )
    asked = {key: found[key] for key in ("day", "time", "guests", "name")}
    made = play.call(
        "reserve_table", {**asked, "restaurant": house["restaurant"]}, does="reserve the same at {restaurant}"
    )
    play.learn(
        "{restaurant} has a table, number {new}. The old reservation can go.",
        "The new reservation is {new}, so {number} isn't needed any more.",
        new=made["number"],
    )
    play.call("cancel_reservation", {"number": booked["number"]})
    play.learn("{number} is cancelled.", "Number {number} is gone.")
    play.conclude(
        "You have a table at {restaurant} on {day} at {time}, number {new}. Reservation {number} is cancelled.",
        "Done: {new} at {restaurant} instead of {number}, for {guests} on {day} at {time}.",
        facts=["new", "restaurant"],
    )


@DINING.intent(
    goal="cancel reservation {number} and tell when {restaurant} closes",
    wordings=(
        "Cancel reservation {number}. And also, when does {restaurant} close?",
        "Two things, please: call off reservation {number}, and look up the closing time of {restaurant}.",
        "We won't make it to reservation {number}, so drop it. How late could we still go to {restaurant} instead?",
        "call off {number} and tell me how late {restaurant} is open",
        "until when is {restaurant} open? And {number} can be cancelled, by the way.",
        "drop table booking {number}, then find out until what time {restaurant} serves",
        "~cancel {number}; closing time {restaurant}?",
        "~{restaurant} closes when? also cancel {number}",
    ),
    split=Split.TRAIN,
)
def cancel_and_hours(play: Play) -> None:
    """Two calls that have nothing to do with each other."""
    booked = any_reservation(play)
    others = [name for name in play.state["restaurants"] if name != booked["restaurant"]]
    play.ask(number=booked["number"], restaurant=play.draw.pick(others))
    play.call(
        "cancel_reservation",
        {"number": booked["number"]},
        why=(
            "These are two requests. I begin with the cancellation of {number}, which {tool} does.",
            "First I cancel reservation {number} with {tool}, then I look up {restaurant}.",
            "The user wants two things; reservation {number} comes first, and {tool} cancels it.",
        ),
    )
    play.learn("Reservation {number} is off.", "That was the first part: {number} is cancelled.")
    found = play.call("opening_hours", {"restaurant": play.slots["restaurant"]})
    play.learn("{restaurant} closes at {closes}.", "The hours end at {closes}.", closes=found["closes"])
    play.conclude(
        "Reservation {number} is cancelled. {restaurant} closes at {closes}.",
        "I cancelled {number}, and {restaurant} is open until {closes}.",
        facts=["closes"],
    )
