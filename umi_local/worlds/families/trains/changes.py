"""Moving a ticket to another train."""

from __future__ import annotations

from umi_local.worlds.families.trains.service import (
    TRAINS,
    any_route,
    bookings_for,
    minutes,
    trains_between,
    written,
)
from umi_local.worlds.play import Play
from umi_local.worlds.splits import Split


@TRAINS.intent(
    goal="move booking {reference} to the first train from {start} to {to} on {day} after {after}",
    wordings=(
        "move my booking {reference} to the first train from {start} to {to} after {after} on {day}",
        "I won't make it in time. Rebook {reference} to the next train from {start} to {to} after {after} on {day}.",
        "change ticket {reference}: {start} to {to} on {day}, first departure after {after}",
        "my meeting in {start} lasts until {after} on {day}. Put {reference} on the first train to {to} after that.",
        "find the first train on {day} that leaves {start} for {to} after {after} and switch {reference} to it",
        "Booking {reference} should be on a later train, the earliest one after {after} from {start} to {to} on {day}.",
        "Please postpone {reference}. We can't leave {start} for {to} before {after} on {day}, so the first train after that.",
        "~{reference} -> first {start}-{to} after {after}, {day}",
        "~rebook {reference}: {start} {to} {day}, next after {after}",
    ),
    essential="change_booking",
    split=Split.TRAIN,
)
def later_train(play: Play) -> None:
    """Two calls: the first train after a time, and the change."""
    start, to = any_route(play)
    trains = trains_between(play, start, to)
    at = play.draw.whole(1, len(trains) - 1)
    booking = bookings_for(play, trains[0], 1)[0]
    trains[at]["free"] = {"first": 5, "second": 20}
    after = written((minutes(trains[at - 1]["departs"]) + minutes(trains[at]["departs"])) // 2)
    if not trains[at - 1]["departs"] < after < trains[at]["departs"]:
        raise play.unsuitable("they leave too soon after each other")
    play.ask(reference=booking["reference"], start=start, to=to, day=play.state["day"], after=after)
    found = play.call("find_trains", {"start": start, "to": to, "day": play.state["day"], "after": after})[0]
    play.learn(
        "The first one after {after} is {train} at {departs}.",
        "{train} leaves at {departs}, the first after {after}.",
        train=found["train"],
        departs=found["departs"],
    )
    play.call("change_booking", {"reference": booking["reference"], "train": found["train"]})
    play.learn("{reference} is on {train} now.", "The change to {train} worked.")
    play.conclude(
        "Booking {reference} is moved to {train} at {departs}.",
        "Done, {reference} is for {train} now, which leaves at {departs}.",
        facts=["train"],
    )


@TRAINS.intent(
    goal="see whether the train of {reference} runs, and move the booking to the next one if it is cancelled",
    wordings=(
        "is the train of my booking {reference} running? if it's cancelled, move me to the next one to the same place",
        "I heard that trains are cancelled. Check mine, {reference}, and rebook me to the next train if need be.",
        "check whether the train of {reference} is cancelled; in that case put the booking on the next train there",
        "My ticket is {reference}. If that train is cancelled, switch to the following one, otherwise just say that it runs.",
        "make sure that {reference} gets me there: if the train doesn't run, rebook to the next one",
        "see if my train (booking {reference}) goes today, and change to the next departure if it doesn't",
        "There's a strike. What about the train on {reference}? If cancelled, please move it to the next.",
        "~{reference} cancelled? then next train",
        "~check train of {reference}, rebook if cancelled",
    ),
    essential="find_booking",
    split=Split.TRAIN,
)
def rebook_if_cancelled(play: Play) -> None:
    """Two or four calls: booking, status, and if cancelled the next train and the change."""
    start, to = any_route(play)
    trains = trains_between(play, start, to)
    train, following = trains[-2], trains[-1]
    booking = bookings_for(play, train, 1)[0]
    train["is_cancelled"] = play.draw.chance(0.65)
    following["free"] = {"first": 6, "second": 30}
    play.ask(reference=booking["reference"])
    found = play.call("find_booking", {"reference": booking["reference"]})
    play.learn(
        "{reference} is for {train} on {day}.", "The train is {train}, {day}.", train=found["train"], day=found["day"]
    )
    status = play.call("train_status", {"train": found["train"]})
    play.slots.update({key: status[key] for key in ("start", "to", "departs", "platform")})
    if status["status"] != "cancelled":
        play.learn("{train} runs, from platform {platform}.", "{train} isn't cancelled; its platform is {platform}.")
        play.conclude(
            "{train} is running; it leaves from platform {platform}.",
            "No change was needed: {train} runs, platform {platform}.",
            facts=["train"],
        )
        return
    play.learn(
        "{train} at {departs} from {start} to {to} is cancelled.",
        "{train} doesn't run. It would have left {start} for {to} at {departs}.",
    )
    wanted = {"start": start, "to": to, "day": found["day"], "after": status["departs"]}
    later = play.call("find_trains", wanted)[0]
    play.learn(
        "The next one is {new} at {time}.", "{new} at {time} is next.", new=later["train"], time=later["departs"]
    )
    play.call("change_booking", {"reference": booking["reference"], "train": later["train"]})
    play.learn("{reference} is on {new} now.", "The booking was moved to {new}.")
    play.conclude(
        "{train} is cancelled, so I moved {reference} to {new} at {time}.",
        "Your train doesn't run; {reference} is now for {new}, which leaves at {time}.",
        facts=["new"],
    )


@TRAINS.intent(
    goal="move {first} and {second} to the first train from {start} to {to} on {day} after {after}",
    wordings=(
        "move the bookings {first} and {second} to the first train from {start} to {to} on {day} after {after}",
        "we travel together with {first} and {second}. Put both on the next train from {start} to {to} after {after} on {day}.",
        "Rebook two tickets, {first} and {second}: same new train, {start} to {to} on {day}, first one after {after}.",
        "change both {first} and {second} to whichever train leaves {start} for {to} first after {after} on {day}",
        "find the first departure after {after} on {day} from {start} to {to}, then switch {first} and {second} to it",
        "Both of us, {first} and {second}, will be late and need the first train after {after} from {start} to {to}, {day}.",
        "let {first} and {second} go later, on {day} from {start} to {to}, the first train after {after}",
        "~{first} + {second} -> {start}-{to} {day} after {after}",
    ),
    essential="change_booking",
    split=Split.TEST,
)
def move_both(play: Play) -> None:
    """Three calls: one search, two changes."""
    start, to = any_route(play)
    trains = trains_between(play, start, to)
    first, second = bookings_for(play, trains[0], 2)
    after = written((minutes(trains[0]["departs"]) + minutes(trains[1]["departs"])) // 2)
    if not trains[0]["departs"] < after < trains[1]["departs"]:
        raise play.unsuitable("they leave too soon after each other")
    trains[1]["free"] = {"first": 9, "second": 30}
    play.ask(
        first=first["reference"], second=second["reference"], start=start, to=to, day=play.state["day"], after=after
    )
    found = play.call("find_trains", {"start": start, "to": to, "day": play.state["day"], "after": after})[0]
    play.learn(
        "It is {train} at {departs}.",
        "{train} at {departs} is the first.",
        train=found["train"],
        departs=found["departs"],
    )
    play.call("change_booking", {"reference": first["reference"], "train": found["train"]})
    play.learn("{first} is moved, {second} is still to do.", "That was {first}; now {second}.")
    play.call("change_booking", {"reference": second["reference"], "train": found["train"]})
    play.learn("Both are on {train} now.", "{second} is moved, too.")
    play.conclude(
        "{first} and {second} are both on {train} now, which leaves at {departs}.",
        "I moved both bookings to {train} at {departs}.",
        facts=["train"],
    )
