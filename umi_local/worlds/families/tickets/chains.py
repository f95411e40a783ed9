"""Longer ways: from a wish to seats."""

from __future__ import annotations

from umi_local.worlds.families.tickets.scene import (
    TICKETS,
    any_booking,
    any_performance,
    any_show,
    cheapest_seats,
    performances_of,
    price_of,
)
from umi_local.worlds.play import Play
from umi_local.worlds.pools import person
from umi_local.worlds.splits import Split


@TICKETS.intent(
    goal="book the {count} cheapest seats in one row for {title} on {day} for {name}",
    wordings=(
        "book the {count} cheapest seats for {title} on {day}, name {name}, all in one row",
        "{name} wants {count} seats in one row for {title} on {day}, for as little money as possible. Book them.",
        "get {name} {count} places in one row for {title} on {day}, at the lowest price",
        "We are {count} and short of cash, but want to see {title} on {day}, in one row. Please book under {name}.",
        "find the cheapest row for {title} on {day} with {count} free seats and book those for {name}",
        "I'd like {title} on {day} for {count} people in a row, the cheapest there is. The name is {name}.",
        "~{title} {day}, {count} cheapest in one row, {name}",
        "~book {name} {count} x {title}, {day}, cheapest row",
    ),
    essential="book_seats",
    split=Split.TRAIN,
)
def book_cheapest(play: Play) -> None:
    """Three calls: the performance, its seats, the booking."""
    performance = any_performance(play)
    same = [p for p in performances_of(play.state, performance["title"]) if p["day"] == performance["day"]]
    count = play.draw.whole(2, 4)
    seats = cheapest_seats(performance, count)
    if len(same) > 1 or not seats:
        raise play.unsuitable("two performances that day, or no such seats")
    free = next(row["free"] for row in performance["rows"] if row["row"] == seats[0][0])
    if len(free) > count:  # as many as wanted, so that it is clear which
        gone = free[count:]
        for row in performance["rows"]:
            row["free"] = [seat for seat in row["free"] if seat not in gone]
    play.ask(title=performance["title"], day=performance["day"], count=count, name=person(play.draw))
    found = play.call("performances", {"title": performance["title"], "day": performance["day"]})[0]
    play.learn(
        "On that day it is performance {performance} at {time}.",
        "The performance on {day} has the number {performance}.",
        performance=found["performance"],
        time=found["time"],
    )
    play.call("free_seats", {"performance": found["performance"]})
    play.learn(
        "The cheapest row with {count} free is {row}: {seats}.",
        "{seats} are in one row and cost least.",
        row=seats[0][0],
        seats=seats,
    )
    made = play.call("book_seats", {"performance": found["performance"], "seats": seats, "name": play.slots["name"]})
    play.learn(
        "They cost {total:money}; the code is {code}.",
        "Booking {code} is made.",
        code=made["code"],
        total=made["total"],
    )
    play.conclude(
        "I booked {seats} for {name}: code {code}, {total:money}.",
        "{title} on {day} at {time}: {seats}, booking {code}, {total:money} in all.",
        facts=["code", "total", "seats"],
    )


@TICKETS.intent(
    goal="book {count:n seat} for {title} for {name}, as early as possible",
    wordings=(
        "book {count} seats in the {category} for {title}, name {name}, on the first day where that many "
        "are free there",
        "{name} can't wait to see {title}. Book {count} seats in the {category} at the earliest "
        "performance that has them.",
        "get {name} {count} seats in the {category} for {title}, as early as possible",
        "The sooner the better: {title}, {count} seats, {category}, for {name}.",
        "reserve {count} in the {category} for {name}, first possible performance of {title}",
        "We're {count} big fans of {title} and want the {category} as soon as it can be had. Book as {name}.",
        "~{title} x {count}, {category}, earliest, {name}",
        "~earliest {title}: {count} {category} seats for {name}",
    ),
    essential="book_seats",
    split=Split.TEST,
)
def book_earliest(play: Play) -> None:
    """Three or four calls: performance by performance until there is room."""
    show = any_show(play)
    category = play.draw.pick(("stalls", "circle", "balcony"))
    count = play.draw.whole(2, 4)
    own = performances_of(play.state, show["title"])
    for i, performance in enumerate(own[:2]):
        row = next(row for row in performance["rows"] if row["category"] == category)
        if len(row["free"]) < count and i:
            raise play.unsuitable("too few seats")
        row["free"] = row["free"][: count if i or play.draw.chance(0.4) else count - 1]
    if len(next(row for row in own[0]["rows"] if row["category"] == category)["free"]) == 0:
        raise play.unsuitable("nothing to see in the first")
    play.ask(title=show["title"], category=category, count=count, name=person(play.draw))
    listed = play.call("performances", {"title": show["title"]})
    play.learn(
        "The earliest one is {first}.",
        "I begin with performance {first}, the earliest.",
        first=listed[0]["performance"],
    )
    for one in listed:
        play.slots.update(performance=one["performance"], day=one["day"], time=one["time"])
        row = play.call(
            "free_seats",
            {"performance": one["performance"], "category": category},
            does="see the free seats of performance {performance} in the {category}",
        )[0]
        if len(row["free"]) >= count:
            break
        play.learn(
            "The {category} has only {few:n free seat} there, so the next performance comes in.",
            "With {few:n free seat} it is too few; the next one may have more.",
            few=len(row["free"]),
        )
    seats = row["free"][:count]
    play.learn("{seats} are free on {day}.", "On {day}, {seats} can be had.", seats=seats)
    made = play.call(
        "book_seats", {"performance": play.slots["performance"], "seats": seats, "name": play.slots["name"]}
    )
    play.learn("The booking is {code}.", "It is booked as {code}.", code=made["code"], total=made["total"])
    play.conclude(
        "{name} has {seats} for {day} at {time}, code {code}, {total:money}.",
        "Booked for {day}, {time}: {seats}. The code is {code}, the total {total:money}.",
        facts=["code", "day", "seats"],
    )


@TICKETS.intent(
    goal="book {seats} of performance {performance} for {name}, or others in the same row",
    wordings=(
        "Book {seats} of performance {performance} for {name}. If one of them is taken, the first free "
        "ones of that row will do.",
        "try to get {seats} in performance {performance} for {name}, or else the first free ones of the same row",
        "{name} would like {seats} for {performance}. Should they be gone, take the lowest free numbers "
        "of the same row.",
        "get {name} {seats} in performance {performance}, or if need be the first free seats of the same row",
        "I want {seats}, performance {performance}, for {name}, but I'm flexible: same row, lowest free "
        "numbers, if mine are sold.",
        "reserve {seats} of {performance} under {name}, or as many of the first free seats in that row",
        "~{performance}: {seats} or same row (lowest free), {name}",
        "~{name}, {performance}, {seats}, else first free in the row",
    ),
    essential="book_seats",
    split=Split.TRAIN,
)
def seats_or_same_row(play: Play) -> None:
    """One call, or three where a seat is taken."""
    performance = any_performance(play)
    row = play.draw.pick([row for row in performance["rows"] if len(row["free"]) > 3])
    wished = row["free"][1:3]
    if play.draw.chance(0.7):
        row["free"] = [seat for seat in row["free"] if seat != wished[0]]
    play.ask(performance=performance["performance"], seats=wished, name=person(play.draw))
    asked = {"performance": performance["performance"], "name": play.slots["name"]}
    reply = play.attempt(
        "book_seats",
        {**asked, "seats": wished},
        why=(
            "I try {seats} first, for {name}, with {tool}.",
            "Whether {seats} of {performance} are free will show when I book them for {name} with {tool}.",
        ),
    )
    if not reply.failed:
        play.learn("{seats} are booked as {code}.", "They were free; the code is {code}.", code=reply.value["code"])
        play.slots["total"] = reply.value["total"]
        play.conclude(
            "{seats} are booked for {name}, code {code}, {total:money}.",
            "You have the seats that you wanted, {seats}: booking {code}.",
            facts=["seats", "code"],
        )
        return
    play.learn("Seat {gone} is taken.", "{gone} has been sold, so I need the free seats of the row.", gone=wished[0])
    found = play.call("free_seats", {"performance": performance["performance"]})
    others = next(one["free"] for one in found if one["row"] == row["row"])[:2]
    play.learn(
        "The lowest free numbers of row {row} are {others}.",
        "In row {row}, {others} come first.",
        row=row["row"],
        others=others,
    )
    made = play.call("book_seats", {**asked, "seats": others}, does="book {others} instead")
    play.learn("{others} are booked as {code}.", "That worked: {code}.", code=made["code"])
    play.conclude(
        "{gone} is taken, so I booked {others} in the same row. The code is {code}.",
        "Seats {others} for {name}, booking {code}; {gone} was taken.",
        facts=["others", "code"],
    )


@TICKETS.intent(
    goal="swap {name}'s booking for {count:n seat} at {title} on {day}",
    wordings=(
        "Cancel {name}'s booking, and book {count} of the cheapest seats in one row for {title} on {day} "
        "instead, same name.",
        "{name} would rather see {title} on {day}. Cancel the old booking and get {count} seats in the "
        "cheapest row that has them.",
        "give back {name}'s tickets and take {count} in the cheapest possible row for {title}, {day}, "
        "under the same name",
        "I'm {name}. I don't want my tickets any more; I want {title} on {day}, {count} seats in one "
        "row, the cheapest. Change it all.",
        "swap the booking of {name} for {count} seats in the cheapest row at {title} on {day}",
        "drop whatever {name} has booked and book {title} on {day} in its place: {count} seats in a row, lowest price",
        "~{name}: old booking off, {title} {day}, {count} in cheapest row",
        "~cancel {name}, then {count} x {title} {day}, cheapest row",
    ),
    essential="cancel_booking",
    split=Split.TRAIN,
)
def all_new(play: Play) -> None:
    """Five calls, from the old booking to the new one."""
    booking = any_booking(play)
    others = [p for p in play.state["performances"].values() if p["performance"] != booking["performance"]]
    new = play.draw.pick(others)
    same = [p for p in performances_of(play.state, new["title"]) if p["day"] == new["day"]]
    count = play.draw.whole(2, 4)
    seats = cheapest_seats(new, count)
    if len(same) > 1 or not seats:
        raise play.unsuitable("two performances that day, or no such seats")
    for row in new["rows"]:
        if row["row"] == seats[0][0]:
            row["free"] = seats
    play.ask(name=booking["name"], title=new["title"], day=new["day"], count=count)
    found = play.call("bookings_by", {"name": booking["name"]})[0]
    play.learn(
        "{name} has booking {code}.", "The old booking is {code}, for {old}.", code=found["code"], old=found["title"]
    )
    play.call("cancel_booking", {"code": found["code"]})
    play.learn("{code} is cancelled.", "The old tickets are given back.")
    listed = play.call("performances", {"title": new["title"], "day": new["day"]})[0]
    play.learn(
        "On {day} it is performance {performance}.",
        "{title} has performance {performance} on {day}.",
        performance=listed["performance"],
    )
    play.call("free_seats", {"performance": listed["performance"]})
    play.learn(
        "{seats} are the cheapest {count} in one row.",
        "Row {row} is the cheapest with {count} free: {seats}.",
        seats=seats,
        row=seats[0][0],
    )
    made = play.call("book_seats", {"performance": listed["performance"], "seats": seats, "name": booking["name"]})
    play.learn("The new code is {new}.", "It is booked: {new}.", new=made["code"], total=price_of(new, seats))
    play.conclude(
        "{code} is cancelled, and {name} has {seats} for {title}: code {new}, {total:money}.",
        "Done. The new booking is {new}, {seats} on {day}, for {total:money}; {code} is cancelled.",
        facts=["new", "total", "seats"],
    )
