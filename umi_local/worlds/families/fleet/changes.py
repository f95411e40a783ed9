"""What users have the fleet office note in one or two calls, refusals included."""

from __future__ import annotations

from umi_local.worlds.facts import NO
from umi_local.worlds.families.fleet.service import FLEET, any_vehicle
from umi_local.worlds.family import Missing
from umi_local.worlds.play import Play
from umi_local.worlds.splits import Split

DEFECTS = {
    "a cracked windscreen": True,
    "a broken wing mirror": True,
    "a dent in the rear door": True,
    "a torn driver's seat": True,
    "a jammed sliding door": True,
    "a weak handbrake": True,
    "a heater that doesn't work": True,
    "a flat front tyre": False,
    "a leaking radiator": False,
    "a dead battery": False,
    "a snapped clutch cable": False,
    "smoke from the engine": False,
    "a gearbox that won't shift": False,
}
DRIVES = {
    True: ("it can still be driven", "it still drives", "it is fit for the road", "it is safe to drive"),
    False: ("it can't be driven", "it won't move", "it had to be towed", "nobody can drive it like that"),
}


@FLEET.intent(
    goal="set the mileage of {plate} to {km} km",
    wordings=(
        "{plate} now has {km} km on the clock. Please note that.",
        "set the mileage of {plate} to {km} km",
        "enter {km} km for {plate}",
        "record an odometer reading of {km} km for vehicle {plate}",
        "I just parked {plate}. The odometer says {km}. Put it in the system.",
        "update {plate}: {km} km",
        "note down that {plate} stands at {km} km",
        "make {km} km the current reading of {plate}",
        "~{plate}: {km} km",
        "~odometer {plate} = {km}",
    ),
    essential="record_mileage",
    missing=Missing(
        wordings=(
            "record an odometer reading of {km} km",
            "I just parked. The odometer says {km}. Put it in the system.",
            "enter {km} km for my van",
            "~odometer = {km}",
        ),
        needs="the licence plate",
        goal="record a mileage",
        slot="plate",
    ),
    split=Split.TRAIN,
)
def new_mileage(play: Play) -> None:
    """One call that writes."""
    vehicle = any_vehicle(play)
    play.ask(plate=vehicle["plate"], km=vehicle["km"] + play.draw.whole(20, 900))
    play.call("record_mileage", {"plate": vehicle["plate"], "km": play.slots["km"]})
    play.learn("The reading of {km} km is stored.", "{plate} stands at {km} km in the records now.")
    play.conclude(
        "I noted {km} km for {plate}.",
        "Done, the mileage of {plate} is {km} km now.",
        "{plate} is at {km} km.",
        facts=["km"],
    )


@FLEET.intent(
    goal="enter {km} km as the mileage of {plate}",
    wordings=(
        "write {km} km into the record of {plate}",
        "Today's reading of {plate} is {km} km. Would you enter it?",
        "I read {km} km in {plate}, though the display was dirty. Enter it, please.",
        "put {km} down as the kilometres of {plate}",
        "let the system know that {plate} has {km} km",
        "Odometer reading from last night: {plate}, {km} km. Please store it.",
        "add the reading {km} km to vehicle {plate}",
        "~reading {plate}: {km}",
        "~{km} km -> {plate}",
    ),
    essential="record_mileage",
    split=Split.TEST,
)
def mileage_too_low(play: Play) -> None:
    """The reading can't be right, and the refusal says why."""
    vehicle = any_vehicle(play)
    play.ask(plate=vehicle["plate"], km=vehicle["km"] - play.draw.whole(40, 3000))
    play.attempt("record_mileage", {"plate": vehicle["plate"], "km": play.slots["km"]})
    play.learn(
        "It was refused: {plate} stands at {old} km already, which is more than {km}.",
        "{km} km is too low, since {old} km are stored for {plate}.",
        old=vehicle["km"],
    )
    play.conclude(
        "I could not enter {km} km: {plate} stands at {old} km already. Please read it again.",
        "That can't be right, {old} km are stored for {plate}. Could you check the reading?",
        "The system did not accept {km} km, because it has {old} km for {plate}.",
        facts=[NO, "old"],
        why=("Only the user can read the odometer again.", "I must not invent another reading, so I report it."),
    )


@FLEET.intent(
    goal="report {defect} on {plate}",
    wordings=(
        "{plate} has {defect}, {drives}. Please report it.",
        "report {defect} on {plate}; {drives}",
        "I'm sorry to say that {plate} has {defect}. At least you should know: {drives}.",
        "file a damage report for {plate}: {defect}, {drives}",
        "There's {defect} on the vehicle {plate}, and {drives}. Enter that, please.",
        "I came back with {plate} and noticed {defect}; {drives}. Can you report this?",
        "add a defect for {plate}, namely {defect}; {drives}",
        "let the workshop know about {defect} on {plate} ({drives})",
        "~{plate}: {defect}, {drives}",
        "~defect {plate} - {defect} - {drives}",
    ),
    essential="report_defect",
    missing=Missing(
        wordings=(
            "report {defect}; {drives}",
            "My van has {defect}, {drives}. Please report it.",
            "I noticed {defect} this morning, {drives}. Can you report this?",
            "~defect: {defect}, {drives}",
        ),
        needs="the licence plate",
        goal="report {defect}",
        slot="plate",
    ),
    split=Split.TRAIN,
)
def new_defect(play: Play) -> None:
    """One call with a text and a yes or no."""
    defect = play.draw.pick(list(DEFECTS))
    vehicle = any_vehicle(play)
    vehicle["status"] = "ready"
    play.ask(plate=vehicle["plate"], defect=defect, drives=play.draw.pick(DRIVES[DEFECTS[defect]]))
    noted = play.call(
        "report_defect",
        {"plate": vehicle["plate"], "defect": defect, "drivable": DEFECTS[defect]},
        why=(
            "I have to {does} with {tool}. About its use the user says that {drives}.",
            "The user wants me to {does}, which {tool} can do; {drives}, they say.",
            "{tool} is there to {does}. It also wants to know if it can be driven: {drives}.",
            "What is needed is to {does}. I call {tool} and pass on that {drives}.",
        ),
    )
    play.learn(
        "The report has the number {report}, and the status of {plate} is {status}.",
        "Report {report} is filed; {plate} counts as {status}.",
        report=noted["report"],
        status=noted["status"],
    )
    play.conclude(
        "I reported {defect} on {plate} under number {report}.",
        "Report {report} for {plate} is filed: {defect}.",
        "Done, the defect has the report number {report}.",
        facts=["report"],
    )


@FLEET.intent(
    goal="enter {litres} litres of fuel and {km} km for {plate}",
    wordings=(
        "I put {litres} litres into {plate} on {day} for {cost:money}; the odometer showed {km} km. Enter both.",
        "log a fuel stop for {plate} ({day}, {litres} litres, {cost:money}) and also set its mileage to {km} km",
        "note for {plate}: on {day} {litres} litres at {cost:money} in all, and the mileage is {km} km now",
        "Two entries for {plate}, please: fuel of {litres} litres for {cost:money} on {day}, and a reading of {km} km.",
        "enter my receipt of {day} for {plate}, {litres} litres and {cost:money}, and update the odometer to {km} km",
        "Here is my receipt: {plate}, {day}, {litres} litres, {cost:money}. And the new mileage is {km} km. Store it all.",
        "add {litres} litres for {cost:money} to the fuel log of {plate} with the date {day}, then record {km} km",
        "~{plate} {day}: {litres} l, {cost:money}; km {km}",
        "~fuel {plate} {day}: {litres} litres, {cost:money}; mileage {km}",
    ),
    split=Split.TRAIN,
)
def fuel_and_mileage(play: Play) -> None:
    """Two entries in one request."""
    vehicle = any_vehicle(play)
    litres = play.draw.whole(180, 720) / 10
    play.ask(
        plate=vehicle["plate"],
        day=play.draw.day("2026-02-01", "2026-11-30"),
        litres=litres,
        cost=round(litres * play.draw.whole(150, 195) / 100, 2),
        km=vehicle["km"] + play.draw.whole(200, 900),
    )
    fuel = {key: play.slots[key] for key in ("plate", "day", "litres", "cost")}
    play.call("add_fuel", fuel)
    play.learn(
        "The fuel is entered; the mileage is still to do.", "The {litres} litres are in the log, the km aren't yet."
    )
    play.call("record_mileage", {"plate": vehicle["plate"], "km": play.slots["km"]})
    play.learn("Both entries for {plate} are made.", "Now {plate} stands at {km} km, too.")
    play.conclude(
        "I entered {litres} litres for {cost:money} and {km} km for {plate}.",
        "Both are stored for {plate}: {litres} litres on {day}, and a mileage of {km} km.",
        "Done: fuel log and mileage ({km} km) of {plate} are up to date, with {litres} litres added.",
        facts=["litres", "km"],
    )


@FLEET.intent(
    goal="look up vehicle {plate}",
    wordings=(
        "what do we know about the vehicle {plate}?",
        "show me the record of {plate}",
        "is {plate} one of ours? if so, where does it belong?",
        "A vehicle with the plate {plate} blocks my garage. Does it belong to your fleet?",
        "find out which depot {plate} comes from",
        "I got a parking ticket for {plate}. Which of our depots has that vehicle?",
        "check {plate} in the fleet list",
        "~{plate}, ours?",
        "~whose is {plate}",
    ),
    split=Split.DEV,
    weight=0.7,
)
def unknown_plate(play: Play) -> None:
    """There is no such vehicle, and the answer says so."""
    plate = play.draw.code("@@-###")
    if plate in play.state["vehicles"]:
        raise play.unsuitable("that one exists")
    play.ask(plate=plate)
    play.attempt("find_vehicle", {"plate": plate})
    play.learn("No vehicle of the fleet has the plate {plate}.", "{plate} isn't known to the fleet.")
    play.conclude(
        "There is no vehicle {plate} in the fleet.",
        "{plate} isn't one of the fleet's vehicles.",
        "The fleet has no vehicle with the plate {plate}.",
        facts=[NO],
        why=("So there is nothing more to find out about it.", "That is all that can be said of it."),
    )
