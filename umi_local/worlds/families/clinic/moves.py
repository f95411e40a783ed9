"""Appointments that are cancelled or moved, and what stands in the way."""

from __future__ import annotations

from umi_local.worlds.facts import NO
from umi_local.worlds.families.clinic.service import CLINIC, any_appointment
from umi_local.worlds.family import Kind, Missing
from umi_local.worlds.play import Play
from umi_local.worlds.splits import Split


@CLINIC.intent(
    goal="cancel the appointment of patient {patient} with {who}",
    wordings=(
        "cancel the appointment of patient {patient} with {who}",
        "Patient {patient} can't come to {who}, so call that appointment off.",
        "I won't make it to {who}. Please cancel, my patient number is {patient}.",
        "call off what patient {patient} has with {who}",
        "take patient {patient} off the list of {who}",
        "My son is well again, so he doesn't need to see {who}. Please cancel. His number is {patient}.",
        "find the appointment that patient {patient} has with {who} and delete it",
        "~cancel {patient} / {who}",
        "~{who}: {patient} isn't coming, cancel",
    ),
    essential="cancel_appointment",
    missing=Missing(
        wordings=(
            "cancel my appointment with {who}",
            "I won't make it to {who}. Please cancel.",
            "My son doesn't need to see {who} any more. Please call it off.",
            "can you take me off the list of {who}?",
            "~cancel {who}",
        ),
        needs="the patient number",
        goal="cancel an appointment with {who}",
        slot="patient",
    ),
    split=Split.TRAIN,
)
def cancel(play: Play) -> None:
    """Two calls: the number comes from the list."""
    found = any_appointment(play)
    play.ask(patient=found["patient"], who=play.state["doctors"][found["doctor"]]["name"])
    listed = play.call("appointments_of", {"patient": found["patient"]})
    row = next(row for row in listed if row["with"] == play.slots["who"])
    play.learn(
        "The appointment with {who} is number {appointment}, on {date}.",
        "Number {appointment}, on {date} at {time}, is the one with {who}.",
        **{key: row[key] for key in ("appointment", "date", "time")},
    )
    play.call("cancel_appointment", {"appointment": row["appointment"]})
    play.learn("Appointment {appointment} is cancelled.", "It is called off.")
    play.conclude(
        "Appointment {appointment} with {who} on {date} is cancelled.",
        "I cancelled appointment {appointment} ({who}, {date}).",
        "Done: patient {patient} is no longer expected by {who} on {date}.",
        facts=["date"],
    )


@CLINIC.intent(
    goal="move patient {patient}'s appointment with {who} to {date}",
    wordings=(
        "move patient {patient}'s appointment with {who} to {date}",
        "Patient {patient} would rather see {who} on {date}, so please shift the appointment.",
        "I can't come to {who} as planned. {date} would be fine, at any time. Patient {patient}.",
        "reschedule {patient} with {who}: any free time on {date}",
        "shift the visit of patient {patient} to {who} to the first free time on {date}",
        "Something came up. Could {who} see me on {date} instead? I'm patient {patient}, please change it.",
        "change the appointment that {patient} has with {who} to {date}, first thing that's free",
        "~move {patient}, {who}, to {date}",
        "~{who} {patient}, new day {date}",
    ),
    split=Split.TRAIN,
)
def move(play: Play) -> None:
    """Three calls: appointment, free slots of its doctor, move."""
    found = any_appointment(play)
    slots = [s for s in play.state["slots"].values() if s["doctor"] == found["doctor"] and s["date"] != found["date"]]
    if not slots:
        raise play.unsuitable("nothing free")
    date = play.draw.pick(slots)["date"]
    play.ask(patient=found["patient"], who=play.state["doctors"][found["doctor"]]["name"], date=date)
    listed = play.call("appointments_of", {"patient": found["patient"]})
    row = next(row for row in listed if row["with"] == play.slots["who"])
    play.learn(
        "Appointment {number} is meant, with doctor {doctor}.",
        "It is appointment {number}; {who} has the id {doctor}.",
        number=row["appointment"],
        doctor=row["doctor"],
    )
    free = play.call("free_slots", {"doctor": row["doctor"], "date": date})
    play.learn("On {date}, {slot} at {time} is the first.", "{slot} is free at {time} on {date}.", **free[0])
    play.call("move_appointment", {"appointment": row["appointment"], "slot": free[0]["slot"]})
    play.learn("Appointment {number} is at {time} on {date} now.", "The move to {date} worked.")
    play.conclude(
        "Appointment {number} with {who} is now on {date} at {time}.",
        "I moved it: {who} expects patient {patient} on {date} at {time}.",
        "Done. The new time with {who} is {time} on {date}.",
        facts=["date", "time"],
    )


@CLINIC.intent(
    goal="cancel appointment {appointment}",
    wordings=(
        "cancel appointment {appointment}",
        "Please don't expect me at appointment {appointment}. Cancel it.",
        "Appointment number {appointment} has to be called off.",
        "I'd like to get rid of appointment {appointment} if I still can.",
        "We have decided not to come. The appointment number is {appointment}, please cancel it.",
        "delete appointment {appointment} from the calendar",
        "can appointment {appointment} be cancelled?",
        "~cancel {appointment}",
        "~appointment {appointment} off",
    ),
    essential="cancel_appointment",
    split=Split.DEV,
)
def cancel_by_number(play: Play) -> None:
    """One call, which is refused where the appointment is over."""
    found = any_appointment(play)
    if play.draw.chance(0.5):
        found["status"] = "over"
    play.ask(appointment=found["appointment"])
    done = play.attempt("cancel_appointment", {"appointment": found["appointment"]})
    if done.failed:
        play.learn("It is over already, so there is nothing to cancel.", "Appointment {appointment} lies in the past.")
        play.conclude(
            "Appointment {appointment} can't be cancelled any more, because it is over.",
            "It is too late to cancel {appointment}: that appointment is over and can't be undone.",
            facts=[NO, "over"],
            over="over",
        )
        return
    play.learn("The status of {appointment} is cancelled.", "{appointment} is off.")
    play.conclude(
        "I called off appointment {appointment}.", "{appointment} is off the calendar.", facts=["appointment"]
    )


@CLINIC.intent(
    goal="move appointment {appointment} with doctor {doctor} to the morning of {date}, if a slot before noon is free",
    wordings=(
        "move appointment {appointment} with doctor {doctor} to the morning of {date} if there's a slot before noon",
        "I'd rather come before noon on {date}. It's appointment {appointment}, doctor {doctor}. Leave it if nothing fits.",
        "Has doctor {doctor} a slot before 12:00 on {date}? If so, shift appointment {appointment} there.",
        "shift {appointment} to {date}, but only to a time before noon; the doctor is {doctor}",
        "Should {doctor} be free on the morning of {date}, reschedule appointment {appointment}. Otherwise nothing changes.",
        "see whether appointment {appointment} can be had on the morning of {date} with {doctor}, and move it if yes",
        "My afternoons are busy. Can {appointment} with {doctor} go to a morning time on {date}?",
        "~{appointment} to {date} a.m. if free, dr {doctor}",
        "~morning of {date} for {appointment}? {doctor}",
    ),
    split=Split.TEST,
)
def move_to_morning(play: Play) -> None:
    """The free slots decide whether there is a second call."""
    found = any_appointment(play)
    slots = [s for s in play.state["slots"].values() if s["doctor"] == found["doctor"] and s["date"] != found["date"]]
    if not slots:
        raise play.unsuitable("nothing free")
    date = play.draw.pick(slots)["date"]
    play.ask(appointment=found["appointment"], doctor=found["doctor"], date=date)
    free = play.call("free_slots", {"doctor": found["doctor"], "date": date}, decides=True)
    early = [slot for slot in free if slot["time"] < "12:00"]
    if not early:
        play.learn(
            "That day has only {times}, nothing before noon.",
            "Before noon nothing is free; there's just {times}.",
            times=[slot["time"] for slot in free],
        )
        play.conclude(
            "No slot before noon is free on {date}, only {times}. I left appointment {appointment} as it is.",
            "Nothing changed: {doctor} has no morning slot on {date}, just {times}.",
            facts=[NO, "times"],
        )
        return
    play.learn("{slot} at {time} is before noon.", "The morning has {slot}, at {time}.", **early[0])
    play.call("move_appointment", {"appointment": found["appointment"], "slot": early[0]["slot"]})
    play.learn("{appointment} is at {time} now.", "It was moved to {time}.")
    play.conclude(
        "Appointment {appointment} is now on {date} at {time}.",
        "There was a morning slot: {appointment} is moved to {time} on {date}.",
        facts=["time"],
    )


@CLINIC.intent(
    goal="get appointment {appointment} of patient {patient} into slot {slot}, by a new booking if need be",
    wordings=(
        "change appointment {appointment} to slot {slot}; if that fails, book {slot} for {patient} and cancel the old one",
        "I want slot {slot} and no longer appointment {appointment}. Move it, or else book anew and cancel. Patient {patient}.",
        "move {appointment} to {slot}, and should moving not work, make a new booking for {patient} and drop the old one",
        "Patient {patient} should be in {slot} instead of {appointment}, by a move or by a new booking and a cancellation.",
        "try to shift {appointment} into {slot}; plan B is to book {slot} for patient {patient} and call {appointment} off",
        "swap appointment {appointment} of patient {patient} for slot {slot}, whether by moving or by booking and cancelling",
        "see that patient {patient} has slot {slot} and not appointment {appointment}; moving it is best, rebooking will do",
        "~{patient}: {appointment} to {slot}, move or rebook + cancel",
        "~move {appointment} to {slot} (else book {patient}, cancel old)",
    ),
    kind=Kind.RECOVER,
    breaks="move_appointment",
    split=Split.TEST,
)
def rebook(play: Play) -> None:
    """Moving fails; a new booking and a cancellation come to the same."""
    found = any_appointment(play)
    slot = play.draw.pick(list(play.state["slots"].values()))["slot"]
    play.ask(appointment=found["appointment"], patient=found["patient"], slot=slot)
    failed = play.attempt("move_appointment", {"appointment": found["appointment"], "slot": slot})
    play.learn("Moving does not work, the tool {said}.", "I can't move it: that tool {said}.", said=failed.error)
    made = play.call(
        "book_slot",
        {"patient": found["patient"], "slot": slot},
        why=("So I take the second way and first book {slot} with {tool}.",),
    )
    play.learn(
        "{slot} is booked as {new}, for {date} at {time}.",
        "The new appointment is {new}.",
        new=made["appointment"],
        date=made["date"],
        time=made["time"],
    )
    play.call(
        "cancel_appointment", {"appointment": found["appointment"]}, does="cancel the old appointment {appointment}"
    )
    play.learn("The old one, {appointment}, is off.", "{appointment} is cancelled in its place.")
    play.conclude(
        "Moving failed, so I booked anew: appointment {new} on {date} at {time}. {appointment} is cancelled.",
        "Patient {patient} has appointment {new} ({date}, {time}) instead of {appointment}.",
        facts=["new", "date", "time"],
    )


@CLINIC.intent(
    goal="cancel the appointment that {name} has with {doctor_name} on {date}",
    wordings=(
        "cancel the appointment that {name} has with {doctor_name} on {date}",
        "{name} is not coming to {doctor_name} on {date}. Cancel it, please.",
        "call off {name}'s visit to {doctor_name}, the one on {date}",
        "I'm {name}. I was to see {doctor_name} on {date}, but I can't come. Please cancel that.",
        "strike {name} from the list of {doctor_name} for {date}",
        "{doctor_name} expects {name} on {date}. That appointment is to be cancelled.",
        "remove {name}'s appointment from the day of {doctor_name}, {date}",
        "~{name} / {doctor_name} / {date}: cancel",
        "~cancel {date}, {doctor_name}, {name}",
    ),
    kind=Kind.RECOVER,
    breaks="find_patient",
    split=Split.TRAIN,
)
def cancel_by_day(play: Play) -> None:
    """The patients can't be searched, but the doctor's day names the appointment."""
    found = any_appointment(play)
    name = play.state["patients"][str(found["patient"])]["name"]
    doctor = play.state["doctors"][found["doctor"]]["name"]
    play.ask(name=name, doctor_name=doctor, date=found["date"])
    failed = play.attempt("find_patient", {"name": name})
    play.learn(
        "I don't get the patient number: the search {said}.", "The search for patients {said}.", said=failed.error
    )
    code = play.call(
        "find_doctors",
        {"called": doctor},
        why=(
            "The appointment must also be on the doctor's list. {tool} gives me the id of {doctor_name} for it.",
            "I can get there through the doctor's day as well, and begin with the id from {tool}.",
        ),
    )[0]["doctor"]
    play.learn("{doctor_name} is {doctor}.", "The id is {doctor}.", doctor=code)
    listed = play.call("day_plan", {"doctor": code, "date": found["date"]})
    row = next(row for row in listed if row["patient_name"] == name)
    play.learn(
        "{name} is on the list at {time}, with appointment {number}.",
        "The list shows {name} as appointment {number}.",
        number=row["appointment"],
        time=row["time"],
    )
    play.call("cancel_appointment", {"appointment": row["appointment"]})
    play.learn("Number {number} is cancelled now.", "The appointment at {time} is off.")
    play.conclude(
        "{name}'s appointment {number} on {date} is cancelled.",
        "I cancelled appointment {number}, {name} with {doctor_name} at {time}.",
        facts=["number"],
    )
