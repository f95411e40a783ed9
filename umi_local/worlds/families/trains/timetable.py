"""Questions about trains and stations: one call, sometimes with times to compare."""

from __future__ import annotations

from umi_local.worlds.facts import NO
from umi_local.worlds.families.trains.service import (
    TRAINS,
    any_route,
    any_train,
    lasting,
    minutes,
    trains_between,
    written,
)
from umi_local.worlds.family import Missing
from umi_local.worlds.play import Play
from umi_local.worlds.splits import Split


@TRAINS.intent(
    goal="tell the platform of {train}",
    wordings=(
        "which platform does {train} leave from?",
        "what is the platform of {train}?",
        "tell me where {train} departs, I mean the platform",
        "I'm at the station and can't find {train}. Which platform is it?",
        "find the platform for train {train}",
        "look up from where {train} leaves",
        "My mother has to get on {train} in ten minutes. On which platform does it stand?",
        "do you know the platform of {train}?",
        "~platform {train}",
        "~{train} platform?",
    ),
    essential="train_status",
    missing=Missing(
        wordings=(
            "which platform does my train leave from?",
            "I'm at the station and can't find my train. Which platform is it?",
            "find the platform for my train",
            "~platform of my train",
        ),
        needs="the number of the train",
        goal="tell the platform of a train",
        slot="train",
    ),
    split=Split.TRAIN,
)
def platform(play: Play) -> None:
    """One call; then perhaps the departure, which is known by then."""
    play.ask(train=any_train(play)["train"])
    found = play.call("train_status", {"train": play.slots["train"]})
    play.learn("{train} leaves from platform {platform}.", "The platform is {platform}.", platform=found["platform"])
    play.conclude("{train} leaves from platform {platform}.", "It is platform {platform}.", facts=["platform"])
    if play.draw.chance(0.3):
        play.then_ask(
            "And at what time, according to the timetable?",
            "what's its scheduled departure?",
            "when does the timetable say that it leaves?",
            goal="tell the scheduled departure of {train}",
        )
        play.conclude(
            "It is scheduled for {time}.",
            "According to the timetable it leaves at {time}.",
            facts=["time"],
            why=("The status of {train} had it: {time}.", "I have already seen that {train} is to leave at {time}."),
            time=found["departs"],
        )


@TRAINS.intent(
    goal="say whether {train} is late, and when it leaves",
    wordings=(
        "is {train} on time, and when does it leave?",
        "is {train} late? if so, when will it really leave?",
        "check {train} for delays and tell me the departure that I can count on",
        "I'm running late myself. When does {train} really leave today?",
        "find out if {train} is delayed, and the new departure time in that case",
        "tell me the actual departure of {train}, delay included",
        "Do I have to hurry for {train}, or is it late? Give me the time.",
        "how late is {train}, and at what time does it go then?",
        "~delay {train}? real departure?",
        "~{train} on time?",
    ),
    essential="train_status",
    missing=Missing(
        wordings=(
            "is my train on time, and when does it leave?",
            "I'm running late myself. When does my train really leave today?",
            "find out if my train is delayed, and the new departure time in that case",
            "~my train: delay?",
        ),
        needs="the number of the train",
        goal="say whether a train is late",
        slot="train",
    ),
    split=Split.TRAIN,
)
def is_late(play: Play) -> None:
    """One call; the real departure is worked out."""
    play.ask(train=any_train(play)["train"])
    found = play.call("train_status", {"train": play.slots["train"]})
    play.slots.update(time=found["departs"], delay=found["delay_minutes"])
    if not found["delay_minutes"]:
        play.learn("{train} is on time and leaves at {time}.", "There is no delay: {train} leaves at {time}.")
        play.conclude("{train} is on time; it leaves at {time}.", "It is on time and goes at {time}.", facts=["time"])
        return
    real = written(minutes(found["departs"]) + found["delay_minutes"])
    play.learn(
        "{train} should leave at {time} but is {delay:n minute} late, so it leaves at {real}.",
        "{time} plus {delay:n minute} of delay makes {real}.",
        real=real,
    )
    play.conclude(
        "{train} is {delay:n minute} late and leaves at {real}.",
        "It won't leave before {real}, {delay:n minute} late.",
        facts=["real"],
        derived=["real"],
    )


@TRAINS.intent(
    goal="find the last train from {start} to {to} on {day} that arrives before {limit}",
    wordings=(
        "which is the last train from {start} to {to} on {day} that gets there before {limit}?",
        "I have to be in {to} before {limit} on {day}. What is the latest train I can take from {start}?",
        "find the latest connection from {start} to {to} on {day} with an arrival before {limit}",
        "My interview in {to} is at {limit} on {day}. How late can I leave {start} by train?",
        "on {day}, with which train from {start} can I sleep longest and still be in {to} before {limit}?",
        "look for the latest departure from {start} that reaches {to} before {limit} on {day}",
        "tell me the last train I can catch in {start} on {day} to be in {to} before {limit}",
        "~{start}-{to} {day}, latest, arrive before {limit}",
        "~last train {start} to {to}, there before {limit}, {day}",
    ),
    essential="find_trains",
    split=Split.TRAIN,
)
def arrive_before(play: Play) -> None:
    """One call; times are compared, and there may be none."""
    start, to = any_route(play)
    trains = trains_between(play, start, to)
    arrivals = sorted(minutes(train["arrives"]) for train in trains)
    limit = play.draw.pick(arrivals) + play.draw.pick((-3, 4, 10, 20))
    play.ask(start=start, to=to, day=play.state["day"], limit=written(limit))
    found = play.call("find_trains", {"start": start, "to": to, "day": play.state["day"]})
    fitting = [train for train in found if train["arrives"] < play.slots["limit"]]
    if not fitting:
        play.learn(
            "The earliest arrival is {first}, which is not before {limit}.",
            "None arrives before {limit}; the earliest is there at {first}.",
            first=min(train["arrives"] for train in found),
        )
        play.conclude(
            "No train gets there before {limit}; the earliest arrives at {first}.",
            "There is none before {limit}. The first one is in {to} at {first}.",
            facts=[NO],
        )
        return
    last = max(fitting, key=lambda train: train["departs"])
    play.learn(
        "{count} of {all} arrive before {limit}; of these {train} leaves last, at {departs}."
        if len(fitting) > 1
        else "Only {train} at {departs} arrives before {limit}.",
        "{train} leaves at {departs} and arrives at {arrives}, the last one before {limit}.",
        count=len(fitting),
        all=len(found),
        train=last["train"],
        departs=last["departs"],
        arrives=last["arrives"],
    )
    play.conclude(
        "Take {train} at {departs}; it arrives at {arrives}.",
        "The last one is {train}: it leaves {start} at {departs} and is in {to} at {arrives}.",
        facts=["train", "departs"],
    )


@TRAINS.intent(
    goal="find the fastest train from {start} to {to} on {day}",
    wordings=(
        "which train from {start} to {to} on {day} is the fastest, and how long does it take?",
        "find the quickest connection between {start} and {to} on {day}, with the minutes",
        "I get restless on trains. Which one takes the shortest time from {start} to {to} on {day}? How many minutes?",
        "compare the travel times from {start} to {to} on {day} and name the fastest train, with its minutes",
        "what is the shortest journey by train from {start} to {to} on {day}, in minutes?",
        "look for the train that needs the fewest minutes from {start} to {to} on {day}, and say how many",
        "tell me the fastest way from {start} to {to} by rail on {day}, and its duration",
        "~fastest train {start} {to} on {day}, minutes?",
        "~{start} to {to}, {day}: shortest travel time, which train",
    ),
    essential="find_trains",
    split=Split.TEST,
)
def fastest(play: Play) -> None:
    """One call; durations are worked out and compared."""
    start, to = any_route(play)
    times = sorted(lasting(train) for train in trains_between(play, start, to))
    if times[0] == times[1]:
        raise play.unsuitable("two are equally fast")
    play.ask(start=start, to=to, day=play.state["day"])
    found = play.call("find_trains", {"start": start, "to": to, "day": play.state["day"]})
    best = min(found, key=lasting)
    play.learn(
        "The trains take {each} minutes; {train} with {least} is the fastest.",
        "{train} needs {least} minutes, less than the others.",
        each=[lasting(train) for train in found],
        least=lasting(best),
        train=best["train"],
        departs=best["departs"],
        arrives=best["arrives"],
    )
    play.conclude(
        "{train} is the fastest: {least} minutes, from {departs} to {arrives}.",
        "The shortest journey takes {least} minutes, with {train} at {departs}.",
        facts=["train", "least"],
        derived=["least"],
    )


@TRAINS.intent(
    goal="find a train from {start} to {to} on {day} after {after}, or else the last one of that day",
    wordings=(
        "which train goes from {start} to {to} on {day} after {after}? if there is none, name the last one before that",
        "is there any train from {start} to {to} later than {after} on {day}, and if not, when is the last one?",
        "look for a late train on {day}: {start} to {to}, after {after}; otherwise tell me the last one",
        "The concert in {start} ends at {after} on {day}. Is there a train to {to} after that, or what would be the last one?",
        "find me something from {start} to {to} that leaves after {after} on {day}, or else the last train of that day",
        "I'd like to stay in {start} until {after} on {day}. Is a train to {to} left then? If not, which is the last one?",
        "check if one can still leave {start} for {to} after {after} on {day}; failing that, I need the last departure",
        "~{start}-{to}, {day}, after {after}, else last train",
        "~train {start} {to} {day} after {after}? or last one",
    ),
    essential="find_trains",
    split=Split.DEV,
)
def nothing_so_late(play: Play) -> None:
    """One call that finds nothing, and a second one that says what the last train would be."""
    start, to = any_route(play)
    trains = trains_between(play, start, to)
    after = written(max(minutes(train["departs"]) for train in trains) + play.draw.whole(15, 90, 5))
    play.ask(start=start, to=to, day=play.state["day"], after=after)
    route = {"start": start, "to": to, "day": play.state["day"]}
    play.call("find_trains", {**route, "after": after}, decides=True)
    play.learn("Nothing leaves after {after}.", "The search after {after} found no train.")
    found = play.call(
        "find_trains",
        route,
        why=(
            "In that case the user wants the last one, so I look at the whole day with {tool}.",
            "Then it is the last train that counts. I call {tool} again, without a time.",
        ),
    )
    play.learn(
        "The last train is {train} at {last}.",
        "{train} at {last} is the last.",
        train=found[-1]["train"],
        last=found[-1]["departs"],
    )
    play.conclude(
        "There is no train after {after}; the last one, {train}, leaves at {last}.",
        "None leaves so late. The last train from {start} to {to} is {train} at {last}.",
        facts=[NO, "last"],
    )
