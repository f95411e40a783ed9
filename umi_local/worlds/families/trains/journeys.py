"""Journeys with more to them: the platform of a booked train, changing on the way, delays."""

from __future__ import annotations

from umi_local.worlds.facts import NO, YES
from umi_local.worlds.families.trains.service import (
    TRAINS,
    any_booking,
    minutes,
    trains_between,
    written,
)
from umi_local.worlds.play import Play
from umi_local.worlds.splits import Split


@TRAINS.intent(
    goal="tell the platform of the train that {reference} is booked on",
    wordings=(
        "from which platform does the train of my booking {reference} leave?",
        "I have ticket {reference}. Which platform do I have to go to?",
        "find the platform for my reservation {reference}",
        "look up my booking {reference} and tell me the platform of that train",
        "Where do I have to be? My booking code is {reference}, I need the platform.",
        "tell me on which platform my train stands; the ticket is {reference}",
        "My friend travels with {reference}. At which platform can I wave goodbye?",
        "check the platform of the train on ticket {reference}",
        "~platform for booking {reference}",
        "~{reference}: platform?",
    ),
    essential="train_status",
    split=Split.TRAIN,
)
def booked_platform(play: Play) -> None:
    """Two calls: the booking names the train."""
    play.ask(reference=any_booking(play)["reference"])
    train = play.call("find_booking", {"reference": play.slots["reference"]})["train"]
    play.learn("{reference} is booked on {train}.", "The train of {reference} is {train}.", train=train)
    found = play.call("train_status", {"train": train})
    play.learn(
        "{train} leaves from platform {platform}.", "The platform of {train} is {platform}.", platform=found["platform"]
    )
    play.conclude(
        "Your train, {train}, leaves from platform {platform}.",
        "Go to platform {platform}; the train is {train}.",
        facts=["platform", "train"],
    )


@TRAINS.intent(
    goal="plan the journey from {start} via {via} to {to} on {day} after {after}",
    wordings=(
        "plan a journey on {day} from {start} via {via} to {to}: the first train after {after}, then the next one, and tell "
        "me how long I wait",
        "I want to go from {start} to {to} on {day} with a change in {via}. What's the first train after {after}, what the "
        "next one from there, and how long is the wait?",
        "which train do I take first from {start} to {via} on {day} after {after}, and which is the next one from there to "
        "{to}? how many minutes are in between?",
        "find the first train after {after} on {day} from {start} to {via}, the next one on to {to}, and the minutes between",
        "On {day} I leave {start} with the first train after {after}, change in {via} and go on to {to} with the next one. "
        "Which trains are that, and how many minutes lie between them?",
        "work out the connection {start}, {via}, {to} on {day}: first train after {after}, first one onward, time to change",
        "tell me how to get from {start} to {to} by way of {via} on {day}, with the first trains after {after}, and how long "
        "I wait in {via}",
        "~{day} {start} > {via} > {to}, first trains after {after}: which, how long to wait",
    ),
    essential="find_trains",
    split=Split.TEST,
)
def via_change(play: Play) -> None:
    """Two calls: the second begins when the first arrives; the wait is worked out."""
    start, via, to = play.state["route"]
    leg = play.draw.pick(trains_between(play, start, via)[:2])
    onward = [train for train in trains_between(play, via, to) if train["departs"] > leg["arrives"]]
    if not onward or leg["arrives"] < leg["departs"]:
        raise play.unsuitable("nothing goes on from there")
    after = written(minutes(leg["departs"]) - play.draw.whole(3, 6))
    earlier = [t for t in trains_between(play, start, via) if after <= t["departs"] < leg["departs"]]
    if earlier:
        raise play.unsuitable("another one leaves in between")
    play.ask(start=start, via=via, to=to, day=play.state["day"], after=after)
    one = play.call("find_trains", {"start": start, "to": via, "day": play.state["day"], "after": after})[0]
    play.learn(
        "{first} leaves at {departs} and is in {via} at {arrives}.",
        "The first one is {first}: it reaches {via} at {arrives}.",
        first=one["train"],
        departs=one["departs"],
        arrives=one["arrives"],
    )
    other = play.call("find_trains", {"start": via, "to": to, "day": play.state["day"], "after": one["arrives"]})[0]
    play.learn(
        "{second} goes on at {time}, {wait:n minute} later.",
        "From {arrives} to {time}, when {second} leaves, it is {wait:n minute}.",
        second=other["train"],
        time=other["departs"],
        end=other["arrives"],
        wait=minutes(other["departs"]) - minutes(one["arrives"]),
    )
    play.conclude(
        "Take {first} at {departs} to {via} and {second} from there at {time}; you wait {wait:n minute}.",
        "{first} ({departs}), then {second} ({time}), with {wait:n minute} in {via}.",
        facts=["first", "second", "wait"],
        derived=["wait"],
    )


@TRAINS.intent(
    goal="say whether one reaches {second} when changing from {first} in {via}",
    wordings=(
        "I'm on {first} and change in {via} to {second}. Will I make it, and with how many minutes to spare?",
        "do I still get {second} in {via} when I come with {first}, and how long do I have to change?",
        "check whether the change from {first} to {second} in {via} works with today's delays; if so, with how many minutes",
        "{first} seems to be late. Can I still catch {second} in {via}? Tell me how many minutes I'd have.",
        "find out if {first} reaches {via} before {second} leaves there, and how much before",
        "With today's delays, is the connection from {first} to {second} in {via} still possible? How many minutes are left?",
        "tell me how much time I have in {via} between {first} and {second}, or whether it's too late",
        "My plan is {first} to {via} and then {second}. Look up the delays: is that still on, and how many minutes remain?",
        "~{first} -> {second} in {via}, ok? minutes?",
        "~change {via}: {first} to {second}, minutes left",
    ),
    essential="train_status",
    split=Split.TRAIN,
)
def makes_connection(play: Play) -> None:
    """Two calls, two delays, one comparison."""
    start, via, to = play.state["route"]
    pairs = [
        (one, other)
        for one in trains_between(play, start, via)
        for other in trains_between(play, via, to)
        if 1 <= minutes(other["departs"]) - minutes(one["arrives"]) <= 120
    ]
    if not pairs:
        raise play.unsuitable("nothing connects")
    one, other = play.draw.pick(pairs)
    between = minutes(other["departs"]) - minutes(one["arrives"])
    one["delay"] = play.draw.pick((0, max(1, between - 4), between + 7))
    other["delay"] = play.draw.pick((0, 0, 2))
    wait = between - one["delay"] + other["delay"]
    if abs(wait) < 2:
        raise play.unsuitable("that is too close to call")
    play.ask(first=one["train"], second=other["train"], via=via)
    arriving = play.call("train_status", {"train": one["train"]})
    play.learn(
        "{first} is due in {via} at {due} and {late:n minute} late, so it arrives at {arrives}.",
        "With {late:n minute} of delay {first} arrives at {arrives}.",
        due=arriving["arrives"],
        late=arriving["delay_minutes"],
        arrives=written(minutes(arriving["arrives"]) + arriving["delay_minutes"]),
    )
    play.call("train_status", {"train": other["train"]})
    play.learn(
        "{second} leaves at {leaves}, which is {wait:n minute} later."
        if wait > 0
        else "{second} leaves at {leaves}, before {first} gets there.",
        leaves=written(minutes(other["departs"]) + other["delay"]),
        wait=wait,
    )
    if wait > 0:
        play.conclude(
            "Yes: {first} is in {via} at {arrives} and {second} leaves at {leaves}, {wait:n minute} later.",
            "Yes, you have {wait:n minute} in {via}.",
            facts=[YES, "wait"],
            derived=["wait"],
        )
    else:
        play.conclude(
            "No, {first} arrives at {arrives}, and {second} leaves at {leaves}.",
            "No, {second} is gone at {leaves}; {first} isn't in {via} before {arrives}.",
            facts=[NO],
        )
