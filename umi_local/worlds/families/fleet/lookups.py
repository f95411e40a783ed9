"""Questions about vehicles, drivers and trips: one call, sometimes with a sum or a comparison."""

from __future__ import annotations

from umi_local.worlds.facts import NO, YES
from umi_local.worlds.families.fleet.service import FLEET, any_driver, any_vehicle
from umi_local.worlds.family import Missing
from umi_local.worlds.play import Play
from umi_local.worlds.splits import Split

_ASPECTS = {
    "the mileage": ("km", "{plate} has done {value} km.", "The mileage of {plate} is {value} km."),
    "the number of seats": ("seats", "{plate} has {value} seats.", "There are {value} seats in {plate}."),
    "the depot": ("depot", "{plate} belongs to {value}.", "The depot of {plate} is {value}."),
    "the model": ("model", "{plate} is a {value}.", "The model of {plate} is {value}."),
    "the date of the next service": (
        "service_due",
        "The next service of {plate} is due on {value}.",
        "{plate} is due for service on {value}.",
    ),
}


@FLEET.intent(
    goal="tell {aspect} of {plate}",
    wordings=(
        "what is {aspect} of {plate}?",
        "tell me {aspect} of the vehicle with the plate {plate}",
        "look up {aspect} of {plate}",
        "I need {aspect} of {plate} for a form.",
        "find out {aspect} of our {plate}",
        "The insurance wants to know {aspect} of {plate}. Can you check?",
        "do you have {aspect} of vehicle {plate}?",
        "~{plate}: {aspect}?",
        "~{aspect}, {plate}",
    ),
    essential="find_vehicle",
    missing=Missing(
        wordings=(
            "what is {aspect} of my van?",
            "tell me {aspect} of the vehicle I've got",
            "I need {aspect} of one of our vehicles for a form.",
            "look up {aspect} of the car outside",
            "~{aspect} of my car?",
        ),
        needs="the licence plate",
        goal="look up {aspect} of a vehicle",
        slot="plate",
    ),
    split=Split.TRAIN,
)
def one_aspect(play: Play) -> None:
    """One call; then perhaps something that the record says, too."""
    aspect = play.draw.pick(list(_ASPECTS))
    key, *answers = _ASPECTS[aspect]
    play.ask(plate=any_vehicle(play)["plate"], aspect=aspect)
    found = play.call("find_vehicle", {"plate": play.slots["plate"]})
    play.learn(*answers, value=found[key])
    play.conclude(*answers, facts=["value"])
    if key != "status" and play.draw.chance(0.35):
        play.then_ask(
            "is it in the workshop or ready?",
            "And is it ready to drive?",
            "can I use it right away, or is it in the workshop?",
            goal="tell whether {plate} is ready",
        )
        play.conclude(
            "Its status is {status}.",
            "The record says {status}.",
            facts=["status"],
            why=(
                "The record that I looked up has the status of {plate}, {status}; another call isn't needed.",
                "I know this already: the status of {plate} is {status}.",
            ),
            status=found["status"],
        )


@FLEET.intent(
    goal="say whether {plate} is due for service before {limit}",
    wordings=(
        "is {plate} due for service before {limit}?",
        "does {plate} have to go to service before {limit}?",
        "check whether the next service of {plate} falls before {limit}",
        "I'll have {plate} until {limit}. Will it need its service before that day?",
        "find out if {plate} can run until {limit} without a service",
        "We lend {plate} to a partner; they bring it back on {limit}. Is a service due before then?",
        "tell me whether {plate} must be serviced earlier than {limit}",
        "~{plate} service before {limit}?",
        "~service due {plate}, before {limit} or later?",
    ),
    essential="find_vehicle",
    split=Split.DEV,
)
def due_before(play: Play) -> None:
    """One call; two dates are compared."""
    vehicle = any_vehicle(play)
    limit = play.draw.day("2026-04-01", "2027-02-28")
    if limit == vehicle["service_due"]:
        raise play.unsuitable("it is due on that very day")
    play.ask(plate=vehicle["plate"], limit=limit)
    due = play.call("find_vehicle", {"plate": vehicle["plate"]})["service_due"]
    if due < limit:
        play.learn(
            "The service is due on {due}, which is before {limit}.", "{due} comes earlier than {limit}.", due=due
        )
        play.conclude(
            "Yes, the service of {plate} is due on {due}.",
            "Yes: it is due on {due}, that's before {limit}.",
            facts=["due", YES],
        )
    else:
        play.learn("The service is due on {due}, which is after {limit}.", "{due} comes later than {limit}.", due=due)
        play.conclude(
            "No, the service of {plate} isn't due until {due}.",
            "No: it is due on {due}, that's after {limit}.",
            facts=["due", NO],
        )


@FLEET.intent(
    goal="give the phone number of the driver {driver}",
    wordings=(
        "what is the phone number of {driver}?",
        "give me {driver}'s number, I have to call about a delivery",
        "how can I reach {driver} on the road?",
        "look up the phone of our driver {driver}",
        "A customer is waiting for {driver} and wants to phone. Under which number?",
        "find {driver}'s telephone number",
        "I can't get hold of {driver}. Is there a phone number?",
        "~phone {driver}",
        "~number of driver {driver}",
    ),
    essential="find_driver",
    missing=Missing(
        wordings=(
            "what is the driver's phone number?",
            "give me the number of one of our drivers",
            "how can I reach the driver?",
            "~driver's phone?",
        ),
        needs="the driver's name",
        goal="give the phone number of a driver",
        slot="driver",
    ),
    split=Split.TRAIN,
)
def driver_phone(play: Play) -> None:
    """One call; then perhaps another question, about something that the same record says."""
    play.ask(driver=any_driver(play)["name"])
    found = play.call("find_driver", {"driver": play.slots["driver"]})
    play.learn("{driver}'s number is {phone}.", "{driver} can be reached under {phone}.", phone=found["phone"])
    play.conclude(
        "{driver}'s phone number is {phone}.", "It's {phone}.", "You reach {driver} at {phone}.", facts=["phone"]
    )
    if play.draw.chance(0.3):
        play.then_ask(
            "And how many hours has that driver done this week?",
            "how many hours was that this week, by the way?",
            "Also, how many hours were driven this week?",
            goal="tell how many hours {driver} has driven this week",
        )
        play.conclude(
            "{driver} has driven {hours:n hour} this week.",
            "It's {hours:n hour} this week.",
            facts=["hours"],
            why=(
                "{driver}'s record says {hours:n hour}, so I needn't call again.",
                "I have seen that: {hours:n hour}.",
            ),
            hours=found["hours"],
        )


@FLEET.intent(
    goal="tell how many km {driver} has driven in all",
    wordings=(
        "how many km has {driver} driven in total?",
        "add up the distances of all trips by {driver}",
        "how far did {driver} drive, all trips together?",
        "I do the mileage allowance of {driver}. What is the sum of the km?",
        "work out the total distance of {driver}'s trips",
        "tell me the number of kilometres that {driver} has in the logbook",
        "For {driver} I need one number: km altogether.",
        "~total km {driver}",
        "~sum of trips, {driver}, in km",
    ),
    essential="trips_of",
    missing=Missing(
        wordings=(
            "how many km did our driver do in total?",
            "add up the distances of all trips by that driver",
            "I do somebody's mileage allowance. What is the sum of the km?",
            "~total km of a driver",
        ),
        needs="the name of the driver",
        goal="add up a driver's trips",
        slot="driver",
    ),
    split=Split.TRAIN,
)
def km_of_driver(play: Play) -> None:
    """One call and a sum; a driver without trips is answered, too."""
    driver = any_driver(play)["name"]
    own = [trip for trip in play.state["trips"] if trip["driver"] == driver]
    if len(own) > 5:
        raise play.unsuitable("too many trips for one list")
    play.ask(driver=driver)
    trips = play.call("trips_of", {"driver": driver})
    if not trips:
        play.learn("The logbook has no trip of {driver}.", "There is no trip under the name {driver}.")
        play.conclude("{driver} has no trips in the logbook, so 0 km.", "There are no trips by {driver}.", facts=[NO])
        return
    play.learn(
        "{count} trips with {each} km make {sum} km." if len(trips) > 1 else "{driver} made one trip, of {sum} km.",
        "{driver}'s distances are {each} km, in all {sum} km for {count:n trip}.",
        count=len(trips),
        each=[trip["km"] for trip in trips],
        sum=sum(trip["km"] for trip in trips),
    )
    play.conclude(
        "{driver} has driven {sum} km in {count:n trip}.",
        "In all it is {sum} km.",
        "The trips of {driver} add up to {sum} km.",
        facts=["sum"],
        derived=["sum"],
    )


@FLEET.intent(
    goal="find the longest trip made with {plate}",
    wordings=(
        "what was the longest trip with {plate}?",
        "where did {plate} go on its longest trip, and how far was it?",
        "find the trip of {plate} with the most km",
        "which journey of {plate} was the longest? I'd like destination and distance.",
        "look through the logbook for {plate} and name the longest trip",
        "Somebody drove {plate} rather far. What is the longest distance in the logbook, and where to?",
        "tell me the destination of the longest drive with {plate}, and the km",
        "~longest trip {plate}",
        "~{plate} max km in logbook + where to",
    ),
    essential="trips_of",
    split=Split.TEST,
)
def longest_trip(play: Play) -> None:
    """One call with the other optional argument; the longest is picked."""
    plate = any_vehicle(play)["plate"]
    own = sorted(trip["km"] for trip in play.state["trips"] if trip["plate"] == plate)
    if own[-1] == own[-2]:
        raise play.unsuitable("two are equally long")
    play.ask(plate=plate)
    longest = max(play.call("trips_of", {"plate": plate}), key=lambda trip: trip["km"])
    play.learn(
        "The longest trip of {plate} went to {town}: {km} km.",
        "{km} km to {town} is the most in the logbook of {plate}.",
        town=longest["to"],
        km=longest["km"],
    )
    play.conclude(
        "The longest trip of {plate} was to {town}, {km} km.",
        "It was the one to {town} with {km} km.",
        facts=["town", "km"],
    )


@FLEET.intent(
    goal="count the {kind}s in {depot} that are ready",
    wordings=(
        "how many {kind}s in {depot} are ready?",
        "count the {kind}s at {depot} that aren't in the workshop",
        "I plan the week for {depot}. With how many {kind}s can I reckon?",
        "tell me how many {kind}s of {depot} can be used",
        "are there any {kind}s in {depot} that I can use, and how many?",
        "find out how many usable {kind}s the depot {depot} has got",
        "We need to know for {depot}: number of {kind}s in working order.",
        "~{kind}s ready in {depot}, how many",
        "~count: {depot}, {kind}s, not in workshop",
    ),
    essential="vehicles_at",
    split=Split.TRAIN,
)
def count_ready(play: Play) -> None:
    """One call with an optional argument; zero is an answer."""
    depot, kind = play.draw.pick(play.state["depots"]), play.draw.weighted({"car": 0.3, "van": 0.4, "truck": 0.3})
    play.ask(depot=depot, kind=kind)
    found = play.call("vehicles_at", {"depot": depot, "kind": kind})
    ready = [vehicle["plate"] for vehicle in found if vehicle["status"] == "ready"]
    if not found:
        play.learn("The list is empty: {depot} has no {kind}.", "There is no {kind} in {depot} at all.")
        play.conclude("{depot} has no {kind} at all.", "There are no {kind}s in {depot}.", facts=[NO])
    elif not ready:
        play.learn("{depot} has {all:n " + kind + "}, but none of them is ready.", all=len(found))
        play.conclude(
            "None: every {kind} in {depot} is in the workshop.", "No {kind} in {depot} is ready now.", facts=[NO]
        )
    else:
        play.learn(
            "{ready} of {all} can be used: {plates}.",
            "In {depot}, {plates} have the status ready, so {ready} of {all}.",
            ready=len(ready),
            all=len(found),
            plates=ready,
        )
        play.conclude(
            "{ready:n " + kind + "} in {depot} can be used: {plates}.",
            "There [are|are now] {ready} ready in {depot}: {plates}." if len(ready) > 1 else "One is ready: {plates}.",
            facts=["ready"],
            derived=["ready"],
        )
