"""Questions about appointments, files and the doctors' days."""

from __future__ import annotations

from umi_local.worlds.dates import days_between
from umi_local.worlds.facts import NO
from umi_local.worlds.families.clinic.service import (
    CLINIC,
    any_appointment,
    any_patient,
    doctor_id,
    patient_number,
)
from umi_local.worlds.family import Missing
from umi_local.worlds.play import Play
from umi_local.worlds.pools import person
from umi_local.worlds.splits import Split


@CLINIC.intent(
    goal="tell when the next appointment of patient {patient} is",
    wordings=(
        "when is the next appointment of patient {patient}?",
        "look up when patient {patient} has to come in next",
        "I have lost my appointment card. My patient number is {patient}. When do I have to be there?",
        "what day and time is patient {patient} down for next?",
        "check the next visit of patient {patient}",
        "My mother, patient {patient}, can't remember her appointment. Which day is it, and at what time?",
        "find the date and time of the next appointment on file {patient}",
        "~next appointment {patient}",
        "~patient {patient}: when?",
    ),
    essential="appointments_of",
    missing=Missing(
        wordings=(
            "when is my next appointment?",
            "look up when I have to come in next",
            "I have lost my appointment card. When do I have to be there?",
            "can you check the date of my visit?",
            "~next appointment?",
        ),
        needs="the patient number",
        goal="tell when the next appointment is",
        slot="patient",
    ),
    split=Split.TRAIN,
)
def next_visit(play: Play) -> None:
    """One call, a day and a time; who it is with is known by then."""
    play.ask(patient=any_appointment(play)["patient"])
    first = play.call("appointments_of", {"patient": play.slots["patient"]})[0]
    play.learn(
        "The earliest appointment is on {date} at {time}, with {who}.",
        "Patient {patient} is to see {who} on {date} at {time}.",
        date=first["date"],
        time=first["time"],
        who=first["with"],
    )
    play.conclude(
        "The next appointment is on {date} at {time}.",
        "Patient {patient} should come on {date} at {time}.",
        "It's on {date}, at {time}.",
        facts=["date", "time"],
    )
    if play.draw.chance(0.4):
        play.then_ask(
            "and which doctor is it with?",
            "who is it with?",
            "Which doctor will that be?",
            goal="tell whom patient {patient} will see",
        )
        play.conclude(
            "It is with {who}.",
            "The appointment is with {who}.",
            facts=["who"],
            why="The list already named {who} for that appointment, so I just answer.",
        )


@CLINIC.intent(
    goal="count the patients that {doctor_name} sees on {date}",
    wordings=(
        "how many patients does {doctor_name} see on {date}?",
        "count the appointments that {doctor_name} has on {date}",
        "is {date} a full day for {doctor_name}, and how many are coming?",
        "{doctor_name} would like to leave early on {date}. How many people are on the list?",
        "look at the day of {doctor_name} on {date} and count who is coming",
        "I'm planning the staff for {date}. What's the number of patients for {doctor_name}?",
        "tell the number of visits that {doctor_name} has on {date}",
        "~{doctor_name}, {date}: how many?",
        "~number of patients {date}, {doctor_name}",
    ),
    essential="day_plan",
    missing=Missing(
        wordings=(
            "how many patients does {doctor_name} see that day?",
            "count the appointments of {doctor_name} for one day",
            "{doctor_name} would like to leave early. How many people are on the list that day?",
            "~{doctor_name}: how many patients?",
        ),
        needs="the date",
        goal="count the patients of {doctor_name} on one day",
        slot="date",
    ),
    split=Split.TRAIN,
)
def count_patients(play: Play) -> None:
    """Two calls and a count, which may be none."""
    doctor = play.draw.pick(list(play.state["doctors"].values()))
    play.ask(doctor_name=doctor["name"], date=play.draw.pick(play.state["days"]))
    listed = play.call("day_plan", {"doctor": doctor_id(play, doctor["name"]), "date": play.slots["date"]})
    names = [row["patient_name"] for row in listed]
    if len(set(names)) < len(names):
        raise play.unsuitable("one patient comes twice")
    play.slots.update(count=len(names), names=names)
    if not names:
        play.learn("Nobody is on the list of {doctor_name} for {date}.", "The list for {date} is empty.")
        play.conclude(
            "{doctor_name} has no patients on {date}.", "Nobody is coming to {doctor_name} on {date}.", facts=[NO]
        )
        return
    play.learn("On the list for {date}: {names}.", "The list has {count:n entry}: {names}.")
    play.conclude(
        "{doctor_name} sees {count:n patient} on {date}.",
        "{count:n patient} on {date}: {names}.",
        "I count {count} for {doctor_name} that day.",
        facts=["count"],
        derived=["count"],
    )


@CLINIC.intent(
    goal="find the file of {name}",
    wordings=(
        "do we have a patient called {name}?",
        "find the file number of {name}",
        "is {name} one of our patients?",
        "{name} is on the phone and says that we have a file. What is the number?",
        "look up {name} among the patients",
        "A letter came for {name}. I need the patient number for it.",
        "search our patients for {name}",
        "~file number {name}",
        "~{name}, patient of ours?",
    ),
    split=Split.TRAIN,
    weight=0.7,
)
def unknown_patient(play: Play) -> None:
    """Nobody of that name, said plainly; or there is, and the number is the answer."""
    known = {patient["name"]: patient["patient"] for patient in play.state["patients"].values()}
    name = play.draw.pick(list(known)) if play.draw.chance(0.35) else person(play.draw)
    play.ask(name=name)
    found = play.call("find_patient", {"name": name})
    if found:
        play.learn("{name} is patient {number}.", "There is a file of {name}: {number}.", number=found[0]["patient"])
        play.conclude("Yes, {name} has the number {number}.", "The file of {name} is {number}.", facts=["number"])
        return
    play.learn("Nobody called {name} was found.", "The search for {name} came back empty.")
    play.conclude(
        "We have no patient called {name}.",
        "There is no file under the name {name}.",
        "I did not find anybody named {name}.",
        facts=[NO],
        why=("Another spelling might exist, but I only know this one.", "So I say that there is no such file."),
    )


@CLINIC.intent(
    goal="tell which phone number and insurer the file of patient {patient} has",
    wordings=(
        "what phone number and insurer do we have for patient {patient}?",
        "read me phone and insurance from file {patient}",
        "I must call patient {patient} and then the insurer. What is the number, and which insurer is it?",
        "look up how to reach patient {patient} and who insures them",
        "open file {patient} and read out phone and insurer",
        "what is the telephone number of patient {patient}, and who is the insurer?",
        "For a form I need the phone number of patient {patient} and the name of the insurer.",
        "~{patient} phone + insurer",
        "~contact and insurance, patient {patient}",
    ),
    essential="patient_record",
    split=Split.DEV,
)
def phone_and_insurer(play: Play) -> None:
    """One call, two things out of one row."""
    patient = any_patient(play)
    play.ask(patient=patient["patient"])
    found = play.call("patient_record", {"patient": patient["patient"]})
    play.learn(
        "The file says {phone} and {insurer}.",
        "Phone {phone}, insured with {insurer}.",
        phone=found["phone"],
        insurer=found["insurer"],
    )
    play.conclude(
        "The phone number is {phone}, the insurer is {insurer}.",
        "Patient {patient} can be reached under {phone} and is insured with {insurer}.",
        facts=["phone", "insurer"],
    )


@CLINIC.intent(
    goal="tell when {name}, born on {born}, has the next appointment",
    wordings=(
        "when does {name}, born on {born}, have to come?",
        "find the next appointment of {name}, date of birth {born}",
        "There are two people called {name} here. I mean the one born on {born}. When is the appointment?",
        "{name} is my name, born {born}. On which day am I expected, and at what time?",
        "look up when {name} (born {born}) is due next",
        "check the next visit for {name}; the birth date is {born}",
        "which day and time is {name}, born {born}, booked for?",
        "~{name}, {born}: next appointment",
        "~appointment {name} b. {born}",
    ),
    essential="appointments_of",
    missing=Missing(
        wordings=(
            "When does {name} have to come? There are two people of that name.",
            "There are two people called {name} here. When is the appointment of the one on the phone?",
            "find the next appointment of {name}, and mind that we have two of them",
            "~next appointment {name} (two in the files)",
        ),
        needs="the date of birth",
        goal="tell when {name} has the next appointment",
        slot="born",
        replies=("born on {value}", "The birth date is {value}.", "the one from {value}"),
    ),
    split=Split.DEV,
)
def same_name(play: Play) -> None:
    """Two people have one name; the date of birth tells them apart."""
    appointment = any_appointment(play)
    patients = play.state["patients"]
    patient = patients[str(appointment["patient"])]
    other = play.draw.pick([p for p in patients.values() if p is not patient])
    other["name"] = patient["name"]
    if other["born"] == patient["born"]:
        raise play.unsuitable("twins")
    play.ask(name=patient["name"], born=patient["born"])
    found = play.call("find_patient", {"name": patient["name"], "born": patient["born"]})
    play.learn("The one born on {born} is patient {number}.", "With {born}, it's {number}.", number=found[0]["patient"])
    first = play.call("appointments_of", {"patient": found[0]["patient"]})[0]
    play.learn(
        "Next in line is {date} at {time}.", "{date}, {time}, comes first.", date=first["date"], time=first["time"]
    )
    play.conclude(
        "{name} is expected on {date} at {time}.",
        "The appointment is on {date}, {time}.",
        facts=["date", "time"],
    )


@CLINIC.intent(
    goal="tell how many days lie between the first and the last appointment of {name}",
    wordings=(
        "how many days lie between the first and the last appointment of {name}?",
        "count the days from the earliest to the latest appointment of {name}",
        "I'm {name}. How many days after my first appointment is my last one?",
        "work out the number of days between {name}'s first and last visit",
        "{name} has to travel in between. How many days are there from the first appointment to the last?",
        "what's the gap in days between the earliest and the latest visit that {name} has?",
        "how far apart are the first and the last of {name}'s appointments, in days?",
        "~days from first to last visit, {name}",
        "~{name}: span of appointments in days",
    ),
    essential="appointments_of",
    split=Split.TEST,
)
def span(play: Play) -> None:
    """Two calls; the difference of two dates."""
    appointment = any_appointment(play)
    own = [a for a in play.state["appointments"].values() if a["patient"] == appointment["patient"]]
    if len({a["date"] for a in own}) < 2:
        raise play.unsuitable("all on one day")
    name = play.state["patients"][str(appointment["patient"])]["name"]
    play.ask(name=name)
    listed = play.call("appointments_of", {"patient": patient_number(play, name)})
    first, last = listed[0]["date"], listed[-1]["date"]
    play.learn(
        "The first is on {first}, the last on {last}, so {days:n day} lie between.",
        "From {first} to {last} it is {days:n day}.",
        first=first,
        last=last,
        days=days_between(first, last),
    )
    play.conclude(
        "{days:n day}, from {first} to {last}.",
        "The last one is {days:n day} after the first.",
        facts=["days"],
        derived=["days"],
    )


@CLINIC.intent(
    goal="tell which prescriptions of {name} are ready",
    wordings=(
        "which prescriptions of {name} are ready to be picked up?",
        "Has {name} anything to collect? I mean prescriptions that are ready.",
        "Can {name} come by for a prescription today? Tell me what is ready.",
        "look up what {name} can collect, out of all the prescriptions",
        "{name} asks if there's something ready. What are the prescription codes?",
        "name the prescriptions that lie ready for {name}",
        "I'm {name}'s neighbour and could bring the prescriptions along. Which ones are ready?",
        "~ready prescriptions {name}",
        "~{name}, what's ready?",
    ),
    essential="prescriptions_of",
    missing=Missing(
        wordings=(
            "which prescriptions are ready to be picked up?",
            "Somebody asks if there's a prescription ready. What are the codes?",
            "could you look up what I can collect, out of all my prescriptions?",
            "name the prescriptions that lie ready for one of our patients",
            "~ready prescriptions?",
        ),
        needs="the name of the patient",
        goal="tell which prescriptions of a patient are ready",
        slot="name",
        replies=("the patient's name is {value}", "{value}, that's the patient", "I'm asking about {value}."),
    ),
    split=Split.TEST,
)
def what_is_ready(play: Play) -> None:
    """Two calls and a choice by status; perhaps nothing."""
    script = play.draw.pick(list(play.state["prescriptions"].values()))
    script["status"] = play.draw.pick(("ready", "ready", "collected"))
    name = play.state["patients"][str(script["patient"])]["name"]
    play.ask(name=name)
    listed = play.call("prescriptions_of", {"patient": patient_number(play, name)})
    ready = [f"{row['prescription']} ({row['item']})" for row in listed if row["status"] == "ready"]
    codes = [row["prescription"] for row in listed if row["status"] == "ready"]
    play.slots.update(ready=ready, codes=codes, count=len(listed))
    if not ready:
        play.learn("The status says ready nowhere.", "Of {count:n prescription}, not one is ready.")
        play.conclude("Nothing is ready for {name}.", "No prescription of {name} is ready yet.", facts=[NO])
        return
    play.learn("Ready to collect: {ready}.", "Those with the status ready: {ready}.")
    play.conclude("Ready for {name}: {ready}.", "{name} can pick up {ready}.", facts=["codes"])
