"""Who drove, who may drive, who has time: from one list to the next."""

from __future__ import annotations

from umi_local.worlds.facts import NO
from umi_local.worlds.families.fleet.service import FLEET, any_driver, any_vehicle
from umi_local.worlds.family import Kind
from umi_local.worlds.play import Play
from umi_local.worlds.splits import Split


@FLEET.intent(
    goal="tell who drove {plate} on {day} and under which number that driver can be reached",
    wordings=(
        "who drove {plate} on {day}, and what is their phone number?",
        "{plate} was flashed for speeding on {day}. Who was driving, and how do I reach that person?",
        "find out who had {plate} on {day} and give me the phone number",
        "Somebody left a jacket in {plate} on {day}. Tell me the driver's name and number.",
        "check the logbook for the driver of {plate} on {day}; I'd like to call that person",
        "I have to phone whoever took {plate} on {day}. Name and number, please.",
        "which driver used {plate} on {day}? I need a name and a phone number",
        "~driver of {plate} {day} + phone",
        "~{plate} {day}: who, phone?",
    ),
    essential="trips_of",
    split=Split.TEST,
)
def who_drove(play: Play) -> None:
    """Two calls: the logbook names the driver, the driver's record the number."""
    vehicle = any_vehicle(play)
    trip = play.draw.pick([trip for trip in play.state["trips"] if trip["plate"] == vehicle["plate"]])
    same = [one for one in play.state["trips"] if (one["plate"], one["day"]) == (trip["plate"], trip["day"])]
    if len(same) > 1:
        raise play.unsuitable("two trips on that day")
    play.ask(plate=trip["plate"], day=trip["day"])
    found = next(one for one in play.call("trips_of", {"plate": trip["plate"]}) if one["day"] == trip["day"])
    play.learn(
        "On {day} it was {driver} who drove {plate}, to {town}.",
        "The trip of {day} was made by {driver}.",
        driver=found["driver"],
        town=found["to"],
    )
    person = play.call("find_driver", {"driver": found["driver"]})
    play.learn("{driver} has the phone number {phone}.", "{phone} is {driver}'s number.", phone=person["phone"])
    play.conclude(
        "{driver} drove {plate} on {day}; the phone number is {phone}.",
        "It was {driver}, who can be reached at {phone}.",
        facts=["driver", "phone"],
    )


@FLEET.intent(
    goal="give {plate} to {driver}, or else to the suitable driver in {depot} with the fewest hours",
    wordings=(
        "make {driver} the regular driver of {plate}; if that isn't allowed, take whoever in {depot} has the right "
        "licence and the fewest hours",
        "assign {plate} to {driver} or, should the licence not do, to the driver in {depot} with that licence and the "
        "least hours",
        "{driver} should get {plate}. If the licence is wrong, give it to the one in {depot} who has it and drove least.",
        "I'd like {driver} to have {plate} for good. When that's refused, pick the person with the needed licence and the "
        "fewest hours in {depot}.",
        "try {driver} as the driver of {plate}, otherwise the least busy one at {depot} with the licence for it",
        "Who gets {plate}? {driver}, if permitted. Otherwise somebody from {depot} with the licence it takes, and the "
        "fewest hours.",
        "hand {plate} over to {driver}, or to the properly licensed driver of {depot} with the fewest hours this week",
        "~{plate} -> {driver}, else right licence + fewest hours in {depot}",
    ),
    essential="assign_driver",
    split=Split.TRAIN,
)
def assign_suited(play: Play) -> None:
    """The refusal says which licence it takes; among those who have it, the hours decide."""
    truck = any_vehicle(play, "truck")
    depot = truck["depot"]
    suited = [one for one in play.state["drivers"] if (one["depot"], one["licence"]) == (depot, "C1")]
    if len({one["hours"] for one in suited}) < max(len(suited), 1):
        raise play.unsuitable("nobody has the fewest hours")
    driver = any_driver(play, "B")["name"]
    play.ask(plate=truck["plate"], driver=driver, depot=depot)
    play.attempt("assign_driver", {"plate": truck["plate"], "driver": driver}, decides=True)
    play.learn(
        "It was refused: {plate} is a truck and needs licence {licence}, which {driver} doesn't have.",
        "{driver} may not drive {plate}, because a truck needs {licence}.",
        licence="C1",
    )
    people = play.call("drivers_at", {"depot": depot, "licence": "C1"})
    best = min(people, key=lambda one: one["hours"])
    play.learn(
        "Of those with {licence} in {depot}, {other} has the fewest hours: {hours}.",
        "{other} has {licence} and only {hours:n hour} this week, fewer than anybody else there."
        if len(people) > 1
        else "The only one with {licence} there is {other}.",
        other=best["name"],
        hours=best["hours"],
    )
    play.call("assign_driver", {"plate": truck["plate"], "driver": best["name"]})
    play.learn("{other} is the regular driver of {plate} now.", "{plate} is assigned to {other}.")
    play.conclude(
        "{driver} has no {licence} licence, so {plate} goes to {other}.",
        "{other} is the driver of {plate} now, since {driver} doesn't have licence {licence}.",
        "{plate} was given to {other} ({hours:n hour} this week); {driver} has no {licence} licence.",
        facts=["other", NO],
    )


@FLEET.intent(
    goal="name the driver in {depot} with the fewest hours, with the phone number",
    wordings=(
        "which driver in {depot} has the fewest hours this week? I need the phone number, too",
        "find the least busy driver at {depot} and give me name and phone",
        "Somebody in {depot} has to take an extra tour. Who has driven least this week, and what is the number?",
        "who of the drivers in {depot} has worked the fewest hours? name and phone, please",
        "I need a driver from {depot} for tonight, best the one with the lowest hours. Whom do I call?",
        "get me the name and number of the {depot} driver with the fewest hours",
        "tell me whom in {depot} I can ask for one more trip, going by the hours, and the phone number",
        "~{depot}: driver with fewest hours + phone",
        "~least hours {depot}, number?",
    ),
    essential="drivers_at",
    split=Split.TRAIN,
)
def least_busy(play: Play) -> None:
    """One call; the smallest number decides."""
    depot = play.draw.pick(play.state["depots"])
    hours = sorted(one["hours"] for one in play.state["drivers"] if one["depot"] == depot)
    if hours[0] == hours[1]:
        raise play.unsuitable("two have the fewest hours")
    play.ask(depot=depot)
    best = min(play.call("drivers_at", {"depot": depot}), key=lambda one: one["hours"])
    play.learn(
        "{name} has the fewest hours in {depot}, {hours}; the phone number is {phone}.",
        "With {hours:n hour}, {name} has driven least. The number is {phone}.",
        name=best["name"],
        hours=best["hours"],
        phone=best["phone"],
    )
    play.conclude(
        "{name} has the fewest hours ({hours}) and can be reached at {phone}.",
        "Call {name} at {phone}: only {hours:n hour} so far this week.",
        facts=["name", "phone"],
    )


@FLEET.intent(
    goal="find out which licence {driver} from {depot} has",
    wordings=(
        "which licence does {driver} from {depot} have?",
        "check the driving licence class of {driver}, who works in {depot}",
        "find out whether {driver} of the {depot} depot has B or C1",
        "I want to put {driver} ({depot}) on another vehicle. What licence is it?",
        "tell me the licence of our {depot} driver {driver}",
        "{driver} in {depot} says the papers are in order. What class of licence do we have on file?",
        "what kind of licence is stored for {driver}? it's a driver in {depot}",
        "~licence {driver}, {depot}",
        "~{driver} ({depot}): B or C1",
    ),
    kind=Kind.RECOVER,
    breaks="find_driver",
    split=Split.TEST,
)
def licence_from_list(play: Play) -> None:
    """The lookup by name fails for good; the depot's list says it, too."""
    person = any_driver(play)
    play.ask(driver=person["name"], depot=person["depot"])
    reply = play.attempt("find_driver", {"driver": person["name"]})
    play.learn(
        "Looking up drivers by name is impossible now: that tool {said}.",
        "The tool for single drivers {said}.",
        said=reply.error,
    )
    people = play.call(
        "drivers_at",
        {"depot": person["depot"]},
        why=(
            "{driver} works in {depot}, so I {does} with {tool}.",
            "But {tool} can {does}, and {driver} must be among them.",
        ),
    )
    found = next(one for one in people if one["name"] == person["name"])
    play.learn("The list gives {driver} licence {licence}.", "There, {driver} has {licence}.", licence=found["licence"])
    play.conclude(
        "{driver} has licence {licence}.",
        "On file for {driver} is licence {licence}.",
        facts=["licence"],
    )
