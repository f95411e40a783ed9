"""Service and breakdowns: dates that don't suit, the vehicle that needs it most, a way round a tool that fails."""

from __future__ import annotations

from umi_local.worlds.families.fleet.changes import DEFECTS
from umi_local.worlds.families.fleet.service import FLEET, any_vehicle, only_other_free
from umi_local.worlds.family import Kind, Missing
from umi_local.worlds.play import Play
from umi_local.worlds.splits import Split


@FLEET.intent(
    goal="schedule the service of {plate} on {day} or the next free day",
    wordings=(
        "schedule the service of {plate} on {day}, or on the next day the workshop has room",
        "{plate} should go to service on {day}. If they're full, take the next free day.",
        "get {plate} into the workshop on {day} or as soon after that as possible",
        "plan the service of {plate} for {day}; when there's no room, the next possible date is fine",
        "I can do without {plate} from {day} on. Find the first day for its service, beginning with that one.",
        "arrange a workshop visit of {plate}: {day} if possible, else their next free date",
        "Our {plate} is due. I'd say {day}, but any later day that is free will do. Schedule it.",
        "~service {plate} {day} or next free",
        "~{plate} workshop {day}, else first free day",
    ),
    essential="schedule_service",
    missing=Missing(
        wordings=(
            "schedule a service on {day}, or on the next day the workshop has room",
            "My van should go to service on {day}. If they're full, take the next free day.",
            "arrange a workshop visit, {day} if possible, else their next free date",
            "~service {day} or next free",
        ),
        needs="the licence plate",
        goal="schedule a service",
        slot="plate",
    ),
    split=Split.TRAIN,
)
def service_on_free_day(play: Play) -> None:
    """A refusal names the day that works."""
    day = play.draw.day("2026-03-01", "2026-03-20")
    if play.draw.chance(0.7):
        play.state["full_days"][day] = play.draw.day("2026-03-22", "2026-04-10")
    play.ask(plate=any_vehicle(play)["plate"], day=day)
    wanted = {"plate": play.slots["plate"], "day": day}
    reply = play.attempt("schedule_service", wanted, decides=True)
    at = day
    if reply.failed:
        at = play.state["full_days"][day]
        play.learn(
            "The workshop is full on {day}; its next free day is {at}.",
            "{day} isn't possible, but {at} is.",
            at=at,
        )
        play.call(
            "schedule_service",
            {**wanted, "day": at},
            why=(
                "A later day is fine with the user, so I {does} with {tool}.",
                "That is what the user wants in this case: {does}, with {tool} again.",
                "I call {tool} once more, to {does}.",
            ),
        )
    play.learn("The service of {plate} is fixed for {at}.", "{plate} goes to the workshop on {at}.", at=at)
    if reply.failed:
        play.conclude(
            "The workshop is full on {day}, so the service of {plate} is on {at}.",
            "{plate} goes to service on {at}, the first free day after {day}.",
            facts=["at"],
        )
    else:
        play.conclude(
            "The service of {plate} is scheduled on {at}.",
            "{at} worked: {plate} has its service on that day.",
            facts=["at"],
        )


@FLEET.intent(
    goal="schedule a service on {day} for the vehicle in {depot} with the most km",
    wordings=(
        "schedule a service on {day} for the vehicle in {depot} that has the most km",
        "find out which vehicle at {depot} has the highest mileage and send it to service on {day}",
        "The workshop has kept {day} for {depot}. Put down whichever vehicle there has driven farthest.",
        "which vehicle in {depot} has the most kilometres? it should get a service on {day}",
        "book the workshop on {day} for the most driven vehicle of {depot}",
        "I want the vehicle with the highest odometer in {depot} checked on {day}. Arrange that.",
        "plan {day} as service day for the {depot} vehicle that has run the most",
        "~{depot}: most km -> service {day}",
        "~service {day}, vehicle with highest mileage, {depot}",
    ),
    essential="schedule_service",
    split=Split.TEST,
)
def service_most_driven(play: Play) -> None:
    """Two calls: the largest number in a list decides."""
    depot = play.draw.pick(play.state["depots"])
    play.ask(depot=depot, day=play.draw.day("2026-03-01", "2026-05-31"))
    listed = play.call("vehicles_at", {"depot": depot})
    most = max(listed, key=lambda vehicle: vehicle["km"])
    play.learn(
        "{plate} has the highest mileage in {depot}, {km} km.",
        "With {km} km, {plate} has driven more than the others.",
        plate=most["plate"],
        km=most["km"],
    )
    play.call("schedule_service", {"plate": most["plate"], "day": play.slots["day"]})
    play.learn("The workshop expects {plate} on {day}.", "{plate} has its date, {day}.")
    play.conclude(
        "{plate} has the most km ({km}) and goes to service on {day}.",
        "The service on {day} is for {plate}, which has done {km} km.",
        facts=["plate"],
    )


@FLEET.intent(
    goal="report {defect} on {plate} and book {driver} another {kind} in {depot} on {day}",
    wordings=(
        "report {defect} on {plate}, it can't be driven, and book {driver} another {kind} in {depot} for {day}",
        "{plate} is out of use: {defect}. Report it and find {driver} a different {kind} at {depot} for {day}.",
        "I'm {driver} and stranded, {plate} has {defect} and won't move. Report that and book me another {kind} "
        "of {depot} on {day}.",
        "Two things about {plate}: {defect}, not drivable, needs a report; and {driver} needs another {kind} from "
        "{depot} on {day}.",
        "enter {defect} for {plate} (not drivable) and then get {driver} a free {kind} of {depot} on {day}",
        "{defect:cap} on {plate}, and it had to be towed. File a report, and reserve some other {kind} in {depot} on {day} "
        "for {driver}.",
        "file that {plate} can't be driven because of {defect}, then reserve a {kind} in {depot} for {driver} on {day}",
        "~{plate} {defect}, undrivable: report; other {kind} {depot} {day} for {driver}",
    ),
    essential="report_defect",
    split=Split.TRAIN,
)
def replace_broken(play: Play) -> None:
    """Four calls: report, what there is, what is taken, book."""
    defect = play.draw.pick([defect for defect, drives in DEFECTS.items() if not drives])
    vehicle = any_vehicle(play)
    kind, depot = vehicle["kind"], vehicle["depot"]
    day = play.draw.pick([booking["day"] for booking in play.state["bookings"].values()])
    vehicle["status"] = "ready"
    other = only_other_free(play, vehicle, day)
    driver = play.draw.pick([one["name"] for one in play.state["drivers"]])
    play.ask(plate=vehicle["plate"], defect=defect, kind=kind, depot=depot, day=day, driver=driver)
    noted = play.call("report_defect", {"plate": vehicle["plate"], "defect": defect, "drivable": False})
    play.learn(
        "Report {report} is filed, and {plate} is in the workshop now.",
        "The defect has the number {report}. Now for another {kind}.",
        report=noted["report"],
    )
    listed = play.call("vehicles_at", {"depot": depot, "kind": kind})
    ready = [one["plate"] for one in listed if one["status"] == "ready"]
    play.learn(
        "Still ready in {depot}: {ready}.",
        "As {kind}s that are ready, {depot} has {ready}." if len(ready) > 1 else "The only {kind} left is {ready}.",
        ready=ready,
    )
    play.call("bookings_on", {"day": day})
    play.learn("{other} is not booked on {day}.", "On {day} nobody has {other}.", other=other)
    booked = play.call("book_vehicle", {"plate": other, "driver": driver, "day": day})
    play.learn(
        "Booking {number} gives {driver} {other}.", "{other} is booked, number {number}.", number=booked["number"]
    )
    play.conclude(
        "The defect on {plate} is reported ({report}), and {driver} has {other} on {day}: booking {number}.",
        "Both done. Report {report} for {plate}; {other} is booked for {driver} on {day}, number {number}.",
        facts=["other"],
    )


@FLEET.intent(
    goal="tell the mileage of {plate} in {depot}",
    wordings=(
        "what is the mileage of {plate}? it's one of those in {depot}",
        "how many km does {plate}, stationed in {depot}, have?",
        "tell me how far {plate} from the {depot} depot has been driven",
        "I need the odometer reading of {plate}. The vehicle is based in {depot}.",
        "check the kilometres of {plate} ({depot})",
        "Our people in {depot} forgot to write down the km of {plate}. What do the records say?",
        "find out the current km of the {depot} vehicle {plate}",
        "~km {plate}, {depot}",
        "~{depot} {plate} mileage",
    ),
    kind=Kind.RECOVER,
    breaks="find_vehicle",
    split=Split.TRAIN,
)
def mileage_from_list(play: Play) -> None:
    """The lookup fails for good; the depot's list has the number, too."""
    vehicle = any_vehicle(play)
    play.ask(plate=vehicle["plate"], depot=vehicle["depot"])
    reply = play.attempt("find_vehicle", {"plate": vehicle["plate"]})
    play.learn("The lookup by plate {said}.", "{plate} can't be looked up, since that tool {said}.", said=reply.error)
    listed = play.call(
        "vehicles_at",
        {"depot": vehicle["depot"]},
        why=(
            "The vehicle is in {depot}, so the list of that depot must have it; {tool} shows that.",
            "Another way is to {does} with {tool}, as it is based there.",
            "I can {does} with {tool} instead and look for {plate}.",
        ),
    )
    found = next(one for one in listed if one["plate"] == vehicle["plate"])
    play.learn("The list has {plate} with {km} km.", "There {plate} stands with {km} km.", km=found["km"])
    play.conclude(
        "{plate} has {km} km.",
        "The mileage of {plate} is {km} km.",
        "It's {km} km, says the list of {depot}.",
        facts=["km"],
    )


@FLEET.intent(
    goal="find out whether {first} or {second} used more fuel",
    wordings=(
        "which used more fuel, {first} or {second}?",
        "compare the fuel of {first} and {second} and say which got more litres",
        "did {first} or {second} take more litres, and how many?",
        "find out whether {first} needed more fuel than {second}",
        "I want to know which of the two drinks more: {first} or {second}. Add up their litres.",
        "add up the litres of {first} and of {second} and tell me who is ahead",
        "My boss thinks that {first} burns more than {second}. Is that so, in litres?",
        "~more fuel: {first} or {second}",
        "~{first} vs {second}, litres",
    ),
    essential="fuel_log",
    split=Split.TEST,
)
def more_fuel(play: Play) -> None:
    """Two calls, two sums, one comparison."""
    first, second = play.draw.sample(list(play.state["vehicles"]), 2)
    sums = {p: round(sum(stop["litres"] for stop in play.state["fuel"][p]), 1) for p in (first, second)}
    if sums[first] == sums[second]:
        raise play.unsuitable("they used the same")
    play.ask(first=first, second=second)
    for plate, name in ((first, "one"), (second, "other")):
        play.call("fuel_log", {"plate": plate})
        play.slots.update({name: sums[plate], "this": plate})
        play.learn("{this} took {" + name + "} litres.", "The stops of {this} come to {" + name + "} litres.")
    more, less = sorted(sums, key=lambda plate: -sums[plate])
    play.learn("So {more} used more.", "That is more for {more}.", more=more)
    play.conclude(
        "{more} used more fuel: {most} litres against {least} litres of {less}.",
        "{more}, with {most} litres; {less} took {least} litres.",
        facts=["more"],
        most=sums[more],
        least=sums[less],
        less=less,
    )


@FLEET.intent(
    goal="tell what the fuel of {plate} cost in all",
    wordings=(
        "what did the fuel of {plate} cost altogether?",
        "add up the fuel costs of {plate}",
        "how much money went into the tank of {plate}?",
        "sum up all refuelling stops of {plate}, in money",
        "I need the total of the fuel receipts of {plate} for the accounts.",
        "tell me the overall fuel bill of {plate}",
        "Accounting asks what we paid for fuel for {plate}. What is the sum?",
        "~fuel cost total {plate}",
        "~{plate} sum of fuel receipts",
    ),
    essential="fuel_log",
    missing=Missing(
        wordings=(
            "what did the fuel for my van cost altogether?",
            "add up the fuel costs of one of our vehicles",
            "I need the total of the fuel receipts of a vehicle.",
            "~fuel cost total",
        ),
        needs="the licence plate",
        goal="add up the fuel costs of a vehicle",
        slot="plate",
    ),
    split=Split.TRAIN,
)
def fuel_cost(play: Play) -> None:
    """One call and a sum."""
    play.ask(plate=any_vehicle(play)["plate"])
    stops = play.call("fuel_log", {"plate": play.slots["plate"]})
    play.learn(
        "{stops:n stop}: {costs:added}, which makes {sum:money}.",
        "{each} come to {sum:money} for {stops:n stop}.",
        stops=len(stops),
        each=[f"{stop['cost']:.2f}" for stop in stops],
        costs=[stop["cost"] for stop in stops],
        sum=round(sum(stop["cost"] for stop in stops), 2),
    )
    play.conclude(
        "The fuel of {plate} cost {sum:money} in all.",
        "It comes to {sum:money} for {stops:n stop}.",
        "{sum:money} were paid for the fuel of {plate}.",
        facts=["sum"],
        derived=["sum"],
    )
