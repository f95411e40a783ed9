"""Seats: how many are free, and booking them."""

from __future__ import annotations

from umi_local.worlds.facts import NO
from umi_local.worlds.families.trains.service import (
    TRAINS,
    any_route,
    any_train,
    trains_between,
)
from umi_local.worlds.family import Missing
from umi_local.worlds.play import Play
from umi_local.worlds.pools import person
from umi_local.worlds.splits import Split


@TRAINS.intent(
    goal="book {seats:n seat} in {travel_class} class on {train} for {passenger}",
    wordings=(
        "book {seats:n seat} on {train} for {passenger}, {travel_class} class",
        "get {passenger} {seats:n ticket} for {train} in {travel_class} class",
        "{passenger} wants to travel on {train}, {travel_class} class, {seats:n seat}. Please book.",
        "reserve {seats:n seat} in {travel_class} class of {train} in the name of {passenger}",
        "I'm {passenger}. {seats:n ticket} on {train}, please, {travel_class} class.",
        "buy {seats:n ticket} ({travel_class} class) for {train}; the name is {passenger}",
        "For {passenger}: {train}, {travel_class} class, {seats:n seat}. Can you arrange it?",
        "~{train} {seats:n seat} {travel_class} class, {passenger}",
        "~tickets {passenger}: {seats} x {train}, {travel_class} class",
    ),
    essential="book_seats",
    missing=Missing(
        wordings=(
            "book {seats:n seat} for {passenger}, {travel_class} class",
            "{passenger} needs {seats:n ticket} in {travel_class} class. Please book.",
            "I'm {passenger}. {seats:n ticket}, please, {travel_class} class.",
            "~{seats:n seat} {travel_class} class, {passenger}",
        ),
        needs="the train",
        goal="book {seats:n seat} for {passenger}",
        slot="train",
    ),
    split=Split.TRAIN,
)
def book(play: Play) -> None:
    """One call with four arguments; there may be too few seats."""
    train = any_train(play)
    passenger, seats = person(play.draw), play.draw.whole(1, 5)
    play.ask(train=train["train"], passenger=passenger, seats=seats, travel_class=play.draw.pick(("first", "second")))
    free = train["free"][play.slots["travel_class"]]
    wanted = {key: play.slots[key] for key in ("train", "passenger", "travel_class", "seats")}
    reply = play.attempt("book_seats", wanted)
    if reply.failed:
        play.learn(
            "{train} has only {free:n seat} left in {travel_class} class, not {seats}.",
            "The booking was refused, because only {free} of {seats} are free.",
            free=free,
        )
        play.conclude(
            "I could not book that: {train} has only {free:n seat} left in {travel_class} class.",
            "There are not enough seats; {travel_class} class of {train} has {free} left.",
            facts=[NO, "free"],
        )
    else:
        play.learn(
            "The booking is {reference}; it costs {price:money}.",
            "Reference {reference}, coach {coach}, {price:money}.",
            **{key: reply.value[key] for key in ("reference", "price", "coach")},
        )
        play.conclude(
            "Booked: {seats:n seat} on {train} for {passenger}, {price:money}. The reference is {reference}.",
            "{passenger} has {seats:n seat} in coach {coach} of {train}, reference {reference}, for {price:money}.",
            facts=["reference"],
        )


@TRAINS.intent(
    goal="book {passenger} on the cheapest train from {start} to {to} on {day}",
    wordings=(
        "book the cheapest train from {start} to {to} on {day} for {passenger}, {seats:n seat} in second class",
        "{passenger} has to go from {start} to {to} on {day} and wants to pay as little as possible. "
        "{seats:n seat}, second class.",
        "find the train with the lowest fare from {start} to {to} on {day} and book {seats:n second class seat} "
        "for {passenger}",
        "On {day}, get {passenger} from {start} to {to} for the least money. Second class, {seats:n seat}.",
        "I'm {passenger}. Which train from {start} to {to} is cheapest on {day}? Book me {seats:n second class seat} on it.",
        "reserve {seats:n seat} in second class for {passenger} on whichever train from {start} to {to} costs least on {day}",
        "buy {passenger} a ticket from {start} to {to}, {day}, second class, {seats:n seat}, lowest price",
        "~cheapest {start}-{to} {day}, {seats:n seat} second class, {passenger}",
        "~{passenger}: {start} to {to}, {day}, lowest fare, {seats:n seat} second class",
    ),
    essential="book_seats",
    split=Split.TRAIN,
)
def book_cheapest(play: Play) -> None:
    """Two calls: fares are compared, the cheapest is booked."""
    start, to = any_route(play)
    trains = trains_between(play, start, to)
    prices = sorted(train["price"] for train in trains)
    if prices[0] == prices[1]:
        raise play.unsuitable("two cost the same")
    play.ask(start=start, to=to, day=play.state["day"], passenger=person(play.draw), seats=1)
    found = play.call("find_trains", {"start": start, "to": to, "day": play.state["day"]})
    best = min(found, key=lambda train: train["price"])
    play.learn(
        "Of {count} trains, {train} at {departs} is the cheapest: {price:money}.",
        "{train} costs {price:money}, less than the others.",
        count=len(found),
        train=best["train"],
        departs=best["departs"],
        price=best["price"],
    )
    wanted = {"train": best["train"], "passenger": play.slots["passenger"], "travel_class": "second", "seats": 1}
    booked = play.call("book_seats", wanted)
    play.learn(
        "The seat is booked, reference {reference}.", "{reference} is the reference.", reference=booked["reference"]
    )
    play.conclude(
        "{passenger} is booked on {train} at {departs} for {price:money}, reference {reference}.",
        "I booked {train} ({departs}), the cheapest at {price:money}. The reference is {reference}.",
        facts=["train", "reference"],
    )


@TRAINS.intent(
    goal="book {seats} seats for {passenger} on the first train from {start} to {to} on {day} that has enough",
    wordings=(
        "book {seats} seats in {travel_class} class for {passenger} on the first train from {start} to {to} on {day} that "
        "has enough",
        "{passenger} and friends, {seats} people in all, go from {start} to {to} on {day}. Take the earliest train with "
        "enough seats in {travel_class} class and book it.",
        "find the earliest train on {day} from {start} to {to} with {seats} free seats in {travel_class} class, and reserve "
        "them for {passenger}",
        "I'm {passenger}. We're {seats} and want to get from {start} to {to} on {day}, {travel_class} class, as early as "
        "there's room for us. Please book.",
        "get {passenger} {seats} seats together from {start} to {to} on {day}: {travel_class} class, first train that isn't "
        "too full",
        "As early as possible on {day}, from {start} to {to}, {seats} places in {travel_class} class for {passenger}; skip "
        "trains with fewer free seats.",
        "~{day} {start}-{to}: first train with {seats} free {travel_class} class seats, for {passenger}",
        "~{passenger}, {seats} x {travel_class} class, {start} to {to}, {day}, earliest with room",
    ),
    essential="book_seats",
    split=Split.TRAIN,
)
def first_with_room(play: Play) -> None:
    """Three or four calls: the trains, the seats of one after the other, the booking."""
    start, to = any_route(play)
    first, second, *_ = trains_between(play, start, to)
    travel_class, seats = play.draw.pick(("first", "second")), play.draw.whole(2, 6)
    first["free"][travel_class] = play.draw.pick(
        (play.draw.whole(0, seats - 1), play.draw.whole(0, seats - 1), seats + 3)
    )
    second["free"][travel_class] = seats + play.draw.whole(0, 8)
    play.ask(
        start=start, to=to, day=play.state["day"], travel_class=travel_class, seats=seats, passenger=person(play.draw)
    )
    found = play.call("find_trains", {"start": start, "to": to, "day": play.state["day"]})
    play.learn(
        "The earliest is {train} at {departs}.",
        "{train} leaves first, at {departs}.",
        train=found[0]["train"],
        departs=found[0]["departs"],
    )
    for train in found:
        play.slots.update(train=train["train"], departs=train["departs"])
        free = play.call("free_seats", {"train": train["train"], "travel_class": travel_class})["free"]
        play.slots.update(free=free)
        if free >= seats:
            play.learn("{train} has {free} free seats, which is enough.", "With {free} free seats, {train} will do.")
            break
        play.learn(
            "{train} has {free} free, too few for {seats}, so the next train has to be checked.",
            "Only {free} of {seats} are free on {train}; on to the one after it.",
        )
    wanted = {"train": play.slots["train"], "passenger": play.slots["passenger"], "travel_class": travel_class}
    booked = play.call("book_seats", {**wanted, "seats": seats})
    play.learn(
        "They are booked as {reference} for {price:money}.",
        "The reference is {reference}, the price {price:money}.",
        reference=booked["reference"],
        price=booked["price"],
    )
    play.conclude(
        "I booked {seats} seats on {train} at {departs}: reference {reference}, {price:money}.",
        "{train} ({departs}) is the first with enough seats. Reference {reference}, {price:money} in all.",
        facts=["train", "reference"],
    )


@TRAINS.intent(
    goal="tell how many seats in {travel_class} class are free on {train}",
    wordings=(
        "how many seats in {travel_class} class are left on {train}?",
        "are there still seats in {travel_class} class on {train}? how many?",
        "check how full {train} is, {travel_class} class, and give me the number of free seats",
        "We're a large party and think of taking {train}. How many places are free in {travel_class} class?",
        "look up the free seats of {train} in {travel_class} class",
        "tell me how many people could still travel {travel_class} class on {train}",
        "Before I decide I want to know how many seats {train} has left, {travel_class} class.",
        "~free seats {train} {travel_class} class",
        "~{train}, {travel_class} class, how many left",
    ),
    essential="free_seats",
    split=Split.DEV,
)
def seats_left(play: Play) -> None:
    """One call with a word out of a list; none may be left."""
    train = any_train(play)
    if play.draw.chance(0.25):
        train["free"] = {"first": 0, "second": 0}
    play.ask(train=train["train"], travel_class=play.draw.pick(("first", "second")))
    free = play.call("free_seats", {"train": train["train"], "travel_class": play.slots["travel_class"]})["free"]
    if free:
        play.learn("{free:n seat} are free." if free > 1 else "One seat is free.", free=free)
        play.conclude(
            "{train} has {free:n seat} left in {travel_class} class.",
            "There [are|are still] {free} free." if free > 1 else "Just {free} seat is free.",
            facts=["free"],
        )
    else:
        play.learn("No seat in {travel_class} class is free on {train}.", "{train} is full in {travel_class} class.")
        play.conclude(
            "None: {train} is full in {travel_class} class.",
            "There are no seats left in {travel_class} class.",
            facts=[NO],
        )
