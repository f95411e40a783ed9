"""Phone numbers, repeat prescriptions and files."""

from __future__ import annotations

from umi_local.worlds.facts import NO
from umi_local.worlds.families.clinic.service import AIDS, CLINIC, any_appointment, any_patient, patient_number
from umi_local.worlds.family import Kind, Missing
from umi_local.worlds.play import Play
from umi_local.worlds.splits import Split


@CLINIC.intent(
    goal="change the phone number of {name} to {phone}",
    wordings=(
        "change the phone number of {name} to {phone}",
        "{name} has a new phone number: {phone}. Please update the file.",
        "update {name}'s telephone: {phone}",
        "I'm {name} and I can be reached under {phone} from now on.",
        "The number that we have for {name} is wrong. Set it to {phone}.",
        "put {phone} into the file of {name} as the phone number",
        "Nobody picks up when we call {name}. The right number is {phone}, please correct it.",
        "~{name} new phone {phone}",
        "~phone {name} = {phone}",
    ),
    essential="update_phone",
    missing=Missing(
        wordings=(
            "change the phone number of {name}",
            "{name} has a new phone number. Please update the file.",
            "I'm {name} and I have another phone number from now on.",
            "can you correct the telephone number that we have for {name}?",
            "~{name} new phone",
        ),
        needs="the new phone number",
        goal="change the phone number of {name}",
        slot="phone",
    ),
    split=Split.TRAIN,
)
def new_phone(play: Play) -> None:
    """Two calls; a text with digits that must not change."""
    play.ask(name=any_patient(play)["name"], phone=play.draw.code("0###-######"))
    number = patient_number(play, play.slots["name"])
    play.call("update_phone", {"patient": number, "phone": play.slots["phone"]})
    play.learn("{phone} is in the file of {name} now.", "The file says {phone} now.")
    play.conclude(
        "The phone number of {name} is {phone} now.",
        "I changed it: {name} can be reached under {phone}.",
        "Done. File {patient} has the phone number {phone}.",
        facts=["phone"],
    )


@CLINIC.intent(
    goal="order a repeat of the prescription for {item}, patient {patient}",
    wordings=(
        "order a repeat of the prescription for {item}, patient {patient}",
        "Patient {patient} needs {item} again, so ask for a repeat.",
        "I've run out and need another prescription for {item}. I'm patient {patient}.",
        "renew {patient}'s prescription for {item}",
        "Could patient {patient} have one more prescription for {item}? Please order it.",
        "request the next repeat of {item} on file {patient}",
        "My father is patient {patient}. He would like his prescription for {item} once more.",
        "~repeat {item}, {patient}",
        "~{patient}: {item} again",
    ),
    essential="repeat_prescription",
    missing=Missing(
        wordings=(
            "order a repeat of my prescription for {item}",
            "I've run out and need another prescription for {item}.",
            "can I have one more prescription for {item}?",
            "My father would like his prescription for {item} once more.",
            "~repeat {item}",
        ),
        needs="the patient number",
        goal="order a repeat of the prescription for {item}",
        slot="patient",
    ),
    split=Split.TRAIN,
)
def repeat(play: Play) -> None:
    """Two calls; refused where no repeat is left."""
    script = play.draw.pick(list(play.state["prescriptions"].values()))
    script["repeats_left"] = play.draw.pick((0, 1, 2, 3))
    play.ask(item=script["item"], patient=script["patient"])
    listed = play.call("prescriptions_of", {"patient": script["patient"]})
    row = next(row for row in listed if row["item"] == script["item"])
    play.learn(
        "{code} is the prescription for {item}, with {left:n repeat} left.",
        "The prescription for {item} is {code}.",
        code=row["prescription"],
        left=row["repeats_left"],
    )
    done = play.attempt("repeat_prescription", {"prescription": row["prescription"]})
    if done.failed:
        play.learn(
            "No repeat is left on {code}; the doctor must see the patient first.",
            "{code} is used up, which takes a visit to the doctor.",
        )
        play.conclude(
            "No repeats are left on {code}. Patient {patient} has to see the doctor first.",
            "{code} can't be repeated: nothing is left on it, so an appointment with the doctor is needed.",
            facts=[NO, "code"],
        )
        return
    assert isinstance(done.value, dict)
    play.learn(
        "The repeat will be ready on {ready}.", "{code} can be collected on {ready}.", ready=done.value["ready_on"]
    )
    play.conclude(
        "I ordered a repeat of {code}; it is ready on {ready}.",
        "The prescription for {item} can be picked up on {ready}.",
        "Ordered. {code} will be ready on {ready}.",
        facts=["ready"],
    )


@CLINIC.intent(
    goal="cancel appointment {appointment} and change the phone number of patient {patient} to {phone}",
    wordings=(
        "cancel appointment {appointment} and change the phone number of patient {patient} to {phone}",
        "Two things for patient {patient}: appointment {appointment} is off, and the new phone number is {phone}.",
        "call off {appointment}, and also set the telephone of {patient} to {phone}",
        "I'm moving away for a while. Cancel my appointment {appointment}; my phone is {phone} now. Patient {patient}.",
        "put {phone} into file {patient}, then delete appointment {appointment}",
        "Please drop appointment {appointment}. And patient {patient} can be reached under {phone} now.",
        "update patient {patient} to phone {phone} and cancel visit {appointment} on top of that",
        "~{appointment} off + phone {patient}: {phone}",
        "~patient {patient}: phone {phone}, cancel {appointment}",
    ),
    essential="update_phone",
    split=Split.TRAIN,
)
def two_wishes(play: Play) -> None:
    """Two requests, two calls."""
    found = any_appointment(play)
    phone = play.draw.code("0###-######")
    play.ask(appointment=found["appointment"], patient=found["patient"], phone=phone)
    play.call("cancel_appointment", {"appointment": found["appointment"]})
    play.learn(
        "{appointment} is cancelled; the phone number comes next.", "The cancellation is done, that leaves the phone."
    )
    play.call("update_phone", {"patient": found["patient"], "phone": phone})
    play.learn("Both are done: the file says {phone}.", "And {phone} is saved for patient {patient}.")
    play.conclude(
        "Appointment {appointment} is cancelled, and file {patient} has the phone number {phone}.",
        "Both done: {appointment} is off, the new phone number is {phone}.",
        facts=["appointment", "phone"],
    )


@CLINIC.intent(
    goal="order a repeat of every prescription of {name} that has repeats left",
    wordings=(
        "order a repeat of every prescription of {name} that has repeats left",
        "{name} will be abroad for months. Repeat whatever can still be repeated, please.",
        "look through {name}'s prescriptions and order again all that have a repeat left",
        "I'm {name}. Please order everything again that I may still have repeated.",
        "ask for repeats of all of {name}'s prescriptions, leaving out those that are used up",
        "go through the prescriptions of {name}: as long as there's a repeat left, order it",
        "{name} wants it all once more. Skip the prescriptions without repeats.",
        "~repeat all for {name}, if repeats left",
        "~{name}: every prescription with repeats, again",
    ),
    essential="repeat_prescription",
    split=Split.TEST,
)
def repeat_all(play: Play) -> None:
    """A name, a list, and one call for each that qualifies."""
    scripts = list(play.state["prescriptions"].values())
    patient = play.state["patients"][str(play.draw.pick(scripts)["patient"])]
    for script in play.draw.sample(scripts, play.draw.whole(2, 3)):
        script["patient"] = patient["patient"]
    if sum(script["patient"] == patient["patient"] for script in scripts) > 4:
        raise play.unsuitable("too many")
    play.ask(name=patient["name"])
    listed = play.call("prescriptions_of", {"patient": patient_number(play, patient["name"])})
    open_ones = [row for row in listed if row["repeats_left"]]
    codes = [row["prescription"] for row in open_ones]
    play.slots.update(codes=codes, total=len(listed))
    if not open_ones:
        play.learn("All {total:n prescription} are used up.", "There is no repeat left on any of them.")
        play.conclude("None of the prescriptions of {name} has a repeat left.", "No repeats are left.", facts=[NO])
        return
    play.learn("With repeats left: {codes}.", "{total:n prescription} in the list; a repeat is left on {codes}.")
    for row in open_ones:
        done = play.call("repeat_prescription", {"prescription": row["prescription"]})
        play.learn("{last} is ordered for {ready}.", last=row["prescription"], ready=done["ready_on"])
    play.conclude(
        "Ordered again: {codes}. They will be ready on {ready}.",
        "I ordered {codes}, ready on {ready}.",
        facts=["codes", "ready"],
    )


@CLINIC.intent(
    goal="issue a new prescription for {item} for patient {patient}",
    wordings=(
        "write patient {patient} a first prescription for {item}",
        "issue a new prescription for {item} on file {patient}, there was none before",
        "Patient {patient} never had {item} prescribed and would like that. Make a prescription.",
        "Can you prescribe {item} for patient {patient}? It would be the first time.",
        "I'd like {item} on prescription. I'm patient {patient} and have not had it so far.",
        "create a prescription for {item}, for the first time, for {patient}",
        "put a new prescription for {item} into file {patient}",
        "~new prescription {item}, {patient}",
        "~{patient}: first prescription for {item}",
    ),
    kind=Kind.IMPOSSIBLE,
    split=Split.TRAIN,
    weight=0.6,
)
def prescribe(play: Play) -> None:
    """A desk can repeat a prescription but never issue one."""
    patient = any_patient(play)
    had = [s["item"] for s in play.state["prescriptions"].values() if s["patient"] == patient["patient"]]
    play.ask(patient=patient["patient"], item=play.draw.pick([item for item in AIDS if item not in had]))
    play.give_up(
        "A new prescription for {item} is for a doctor to write. No tool here can issue one, so I have to give up.",
        "None of the tools issues prescriptions; at most they repeat old ones. I can't do this.",
        "Only a doctor may prescribe {item}, and no tool is there for it. I give up.",
    )
