"""New appointments: the first free time, the nearest one, a place on the waiting list."""

from __future__ import annotations

from typing import Any

from umi_local.worlds.dates import minutes_of
from umi_local.worlds.facts import NO
from umi_local.worlds.families.clinic.service import CLINIC, any_doctor, any_patient, doctor_id, patient_number
from umi_local.worlds.family import Missing
from umi_local.worlds.play import Play
from umi_local.worlds.splits import Split


@CLINIC.intent(
    goal="book slot {slot} for patient {patient}",
    wordings=(
        "book slot {slot} for patient {patient}<, with the note {reason}>",
        "put patient {patient} into slot {slot}<; reason: {reason}>",
        "Patient {patient} takes {slot}.< Please note: {reason}.>",
        "reserve {slot} for file {patient}< and write {reason} as the reason>",
        "I was offered slot {slot} and it suits me. My patient number is {patient}.< It's about this: {reason}.>",
        "could you give {slot} to patient {patient}<, reason {reason}>?",
        "schedule patient {patient} for the free slot {slot}<, note: {reason}>",
        "~{slot} for {patient}<, {reason}>",
        "~book {patient} {slot}< ({reason})>",
    ),
    essential="book_slot",
    missing=Missing(
        wordings=(
            "book slot {slot} for me",
            "I was offered slot {slot} and it suits me. Book it, please.",
            "could you give {slot} to one of the patients?",
            "reserve the free slot {slot} for a patient",
            "~book {slot}",
        ),
        needs="the number of the patient",
        goal="book slot {slot}",
        slot="patient",
    ),
    split=Split.TRAIN,
)
def book_by_code(play: Play) -> None:
    """One call; the reason is given or not."""
    reasons = ("a form to sign", "yearly check", "a certificate for work", "second opinion", "papers for the insurer")
    reason = play.draw.pick(reasons) if play.draw.chance(0.45) and not play.asks_back else None
    play.ask(slot=play.draw.pick(list(play.state["slots"])), patient=any_patient(play)["patient"], reason=reason)
    made = play.call(
        "book_slot",
        {key: play.slots[key] for key in ("patient", "slot", "reason")},
        does="book slot {slot} for patient {patient}< with the reason {reason}>",
    )
    play.learn(
        "Slot {slot} became appointment {appointment}, on {date} at {time}.",
        "It is appointment {appointment}: {date} at {time}.",
        **made,
    )
    play.conclude(
        "Booked: appointment {appointment} on {date} at {time}.",
        "Patient {patient} has appointment {appointment}, on {date} at {time}.",
        "Slot {slot} is booked as appointment {appointment} ({date}, {time}).",
        facts=["appointment", "date", "time"],
    )


@CLINIC.intent(
    goal="book the first free slot with {doctor_name} for patient {patient}",
    wordings=(
        "book the first free slot with {doctor_name} for patient {patient}",
        "get patient {patient} in to see {doctor_name} as early as possible",
        "I need to see {doctor_name}, the sooner the better. My patient number is {patient}.",
        "What's the earliest that {doctor_name} has for patient {patient}? Book it at once.",
        "Patient {patient} should see {doctor_name}. Take the earliest time there is.",
        "make an appointment with {doctor_name} for {patient}, at the soonest free time",
        "find the next opening of {doctor_name} and give it to patient {patient}",
        "~first free with {doctor_name}, patient {patient}",
        "~{patient} to {doctor_name} asap",
    ),
    essential="book_slot",
    missing=Missing(
        wordings=(
            "book the first free slot for patient {patient}",
            "Patient {patient} wants to see a doctor. Take the earliest time there is.",
            "make an appointment for {patient} at the soonest free time",
            "~first free time for {patient}",
        ),
        needs="the name of the doctor",
        goal="book a first free slot for patient {patient}",
        slot="doctor_name",
    ),
    split=Split.TRAIN,
)
def book_first(play: Play) -> None:
    """Three calls: id, slots, booking."""
    slot = play.draw.pick(list(play.state["slots"].values()))
    play.ask(doctor_name=play.state["doctors"][slot["doctor"]]["name"], patient=any_patient(play)["patient"])
    free = play.call("free_slots", {"doctor": doctor_id(play, play.slots["doctor_name"])})
    first = free[0]
    play.learn(
        "The first free slot is {slot}, on {date} at {time}.",
        "{slot} comes first: {date} at {time}.",
        "Of {count:n free slot}, {slot} is the earliest ({date}, {time}).",
        count=len(free),
        **first,
    )
    made = play.call("book_slot", {"patient": play.slots["patient"], "slot": first["slot"]})
    play.learn(
        "It is appointment {number}.", "Patient {patient} has it as appointment {number}.", number=made["appointment"]
    )
    play.conclude(
        "Patient {patient} sees {doctor_name} on {date} at {time} (appointment {number}).",
        "I booked {date} at {time} with {doctor_name}: appointment {number}.",
        "The earliest was {date} at {time}. It is booked as appointment {number}.",
        facts=["date", "time", "number"],
    )


def _nearest(free: list[dict[str, Any]], wished: str) -> dict[str, Any]:
    return min(free, key=lambda slot: abs(minutes_of(slot["time"]) - minutes_of(wished)))


@CLINIC.intent(
    goal="book {time} on {date} with doctor {doctor} for patient {patient}, or the nearest free time of that day",
    wordings=(
        "book patient {patient} with {doctor} on {date} at {time}, or at the nearest free time",
        "I'd like to come to doctor {doctor} on {date}, around {time}. Take whatever is closest. Patient {patient}.",
        "put patient {patient} down with doctor {doctor} for {time} on {date}; if that's gone, the closest time that day",
        "give patient {patient} the slot with {doctor} that is nearest to {time} on {date}",
        "Is {time} free with doctor {doctor} on {date}? If not, the nearest time will do. It's for patient {patient}.",
        "{date}, {time}, doctor {doctor}, patient {patient}: book that or the nearest you find on the day.",
        "reserve a time with {doctor} for {patient} on {date}, as close to {time} as you can",
        "~{patient}, {doctor}, {date} {time} or nearest",
        "~book {doctor} {date} near {time} for {patient}",
    ),
    essential="book_slot",
    split=Split.TRAIN,
)
def book_nearest(play: Play) -> None:
    """Two calls; the plan measures which free time is nearest."""
    slot = play.draw.pick(list(play.state["slots"].values()))
    same = [s for s in play.state["slots"].values() if (s["doctor"], s["date"]) == (slot["doctor"], slot["date"])]
    wished = slot["time"] if play.draw.chance(0.3) else play.draw.clock(8, 17, 10)
    away = sorted(abs(minutes_of(s["time"]) - minutes_of(wished)) for s in same)
    if len(away) > 1 and away[0] == away[1]:
        raise play.unsuitable("two are equally near")
    play.ask(doctor=slot["doctor"], date=slot["date"], time=wished, patient=any_patient(play)["patient"])
    free = play.call("free_slots", {"doctor": slot["doctor"], "date": slot["date"]})
    best = _nearest(free, wished)
    play.slots.update(slot=best["slot"], at=best["time"], times=[row["time"] for row in free])
    if best["time"] == wished:
        play.learn("{time} is free, as slot {slot}.", "The wished time is there: slot {slot}.")
    elif len(free) == 1:
        play.learn("The only free time is {at}, slot {slot}.", "{time} isn't free; {at} is all there is (slot {slot}).")
    else:
        play.learn(
            "Free are {times}; {at} is nearest to {time}, slot {slot}.", "Of {times}, {at} comes closest: {slot}."
        )
    made = play.call("book_slot", {"patient": play.slots["patient"], "slot": best["slot"]})
    play.learn(
        "It became appointment {number}.", "The appointment has the number {number}.", number=made["appointment"]
    )
    play.conclude(
        "Patient {patient} comes to {doctor} on {date} at {at}: appointment {number}.",
        "Appointment {number} is booked for {date} at {at}.",
        facts=["at", "number"],
    )


@CLINIC.intent(
    goal="book {name} with {doctor_name} on {date}, or put them on the waiting list if that day is full",
    wordings=(
        "book {name} with {doctor_name} on {date}; if the day is full, use the waiting list",
        "{name} wants to see {doctor_name} on {date}. Should nothing be free, put them on the waiting list.",
        "get {name} in with {doctor_name} on {date}, else onto the waiting list",
        "I'm {name}. Have you got any time with {doctor_name} on {date}? If not, I'd like to be on the list.",
        "see if {doctor_name} has a free slot on {date} for {name}, and if there's none, add {name} to the waiting list",
        "take the first time that {doctor_name} has on {date} for {name}, or the waiting list if there is none",
        "It has to be {date} for {name}, with {doctor_name}. The waiting list is plan B.",
        "~{name}, {doctor_name}, {date}, or waiting list",
        "~{date} {doctor_name} for {name}, else wait list",
    ),
    split=Split.TRAIN,
)
def book_or_wait(play: Play) -> None:
    """Four calls; the last one depends on whether anything is free."""
    doctor = any_doctor(play)
    date = play.draw.pick(play.state["days"])
    if play.draw.chance(0.3):
        own = [code for code, s in play.state["slots"].items() if (s["doctor"], s["date"]) == (doctor["doctor"], date)]
        for code in own:
            del play.state["slots"][code]
    play.ask(name=any_patient(play)["name"], doctor_name=doctor["name"], date=date)
    code = doctor_id(play, doctor["name"])
    free = play.call("free_slots", {"doctor": code, "date": date})
    if free:
        play.learn("{slot} at {time} is free that day.", "There is {slot}, at {time}.", **free[0])
        number = patient_number(play, play.slots["name"])
        made = play.call("book_slot", {"patient": number, "slot": free[0]["slot"]})
        play.learn("{name} has appointment {appointment} now.", "It is booked as {appointment}.", **made)
        play.conclude(
            "{name} sees {doctor_name} on {date} at {time} (appointment {appointment}).",
            "There was a free slot: {name} comes on {date} at {time}, appointment {appointment}.",
            facts=["time", "appointment"],
        )
        return
    play.learn("Nothing is free on {date}.", "{doctor_name} has no free slot on {date}.")
    number = patient_number(play, play.slots["name"])
    place = play.call("join_waiting_list", {"patient": number, "doctor": code})["place"]
    play.learn("{name} is at place {place} of the list.", "The place on the list is {place}.", place=place)
    play.conclude(
        "{doctor_name} has nothing free on {date}. {name} is on the waiting list, at place {place}.",
        "No slot was free on {date}, so {name} waits at place {place}.",
        facts=[NO, "place"],
    )


@CLINIC.intent(
    goal="book the earliest free slot for {field} for {name}, with whichever doctor",
    wordings=(
        "book {name} the earliest slot for {field}, no matter with whom",
        "{name} needs an appointment in {field}. Take the doctor who has time first.",
        "I'm {name} and have to go to {field}. Which doctor is free first? Book that one.",
        "find out who in {field} has the earliest opening and book it for {name}",
        "make the soonest possible appointment in {field} for {name}; any of the doctors will do",
        "compare the doctors for {field} and give {name} the first free time",
        "Any doctor for {field} is fine for {name}, as long as it's early. Please book.",
        "~{field}, earliest, {name}",
        "~{name}: first free slot in {field}, any doctor",
    ),
    essential="book_slot",
    split=Split.TEST,
)
def earliest_of_field(play: Play) -> None:
    """Five calls: two doctors are compared."""
    fields = [doctor["field"] for doctor in play.state["doctors"].values()]
    field = next(field for field in fields if fields.count(field) == 2)
    play.ask(field=field, name=any_patient(play)["name"])
    doctors = play.call("find_doctors", {"field": field}, does="list the doctors for {field}")
    names = {doctor["doctor"]: doctor["name"] for doctor in doctors}
    play.learn("There are two for {field}: {names}.", "{names} do {field}.", names=list(names.values()))
    offers = []
    for code, name in names.items():
        free = play.call("free_slots", {"doctor": code}, does=f"get the free slots of {name}")
        if not free:
            raise play.unsuitable("a doctor without slots")
        offers.append({**free[0], "who": name})
        play.learn("{who} has {date} at {time} first.", "First with {who}: {date}, {time}.", **offers[-1])
    if (offers[0]["date"], offers[0]["time"]) == (offers[1]["date"], offers[1]["time"]):
        raise play.unsuitable("both at once")
    best = min(offers, key=lambda offer: (offer["date"], offer["time"]))
    play.learn("So {who} is earlier, with slot {slot}.", "Slot {slot} with {who} is the earlier one.", **best)
    number = patient_number(play, play.slots["name"])
    made = play.call("book_slot", {"patient": number, "slot": best["slot"]})
    play.learn("Appointment {appointment} is made.", "That gives appointment {appointment}.", **made)
    play.conclude(
        "{name} sees {who} on {date} at {time}, appointment {appointment}.",
        "{who} was free first: {date} at {time}. The appointment of {name} is number {appointment}.",
        facts=["who", "date", "time", "appointment"],
    )
