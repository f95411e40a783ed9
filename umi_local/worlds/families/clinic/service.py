"""The clinic's calendar and files. Administration only: nothing here says anything about anybody's health."""

from __future__ import annotations

from typing import Any

from umi_local.messages import JsonValue
from umi_local.worlds.dates import days_later
from umi_local.worlds.draw import Draw
from umi_local.worlds.errors import RefusedError
from umi_local.worlds.family import Family
from umi_local.worlds.operations import Param, day, ident, one_of, text
from umi_local.worlds.play import Play
from umi_local.worlds.pools import people
from umi_local.worlds.splits import Split

FAMILY = CLINIC = Family(
    "clinic",
    "[clinic|practice|frontdesk|reception|medical office|appointments]",
    frozenset({"clinic", "appointments", "calendar", "patients", "bookings", "contacts"}),
)

FIELDS = (
    *("cardiology", "dentistry", "dermatology", "neurology", "nutrition", "ophthalmology", "orthopaedics"),
    *("paediatrics", "physiotherapy", "radiology"),
)
AIDS = (
    *(
        "insoles",
        "compression stockings",
        "a knee brace",
        "a wrist support",
        "a hearing aid battery pack",
        "a back belt",
    ),
    *("a walking stick", "contact lenses", "a neck pillow", "a mouth guard", "massage sessions", "a peak flow meter"),
)
INSURERS = ("Novacare", "Helvia", "Medibund", "Sanora", "Vitalis", "Curanta")

DOCTOR = Param("doctor", "[doctor|physician|practitioner|dr] [id|code|key]", text(), "[id|code] of the doctor")
PATIENT = Param("patient", "[patient|file|chart|person] [number|id|no]", ident(), "number of the patient")
SLOT = Param("slot", "[slot|opening|time slot|free slot] [id|code]", text(), "[id|code] of a free slot")
APPOINTMENT = Param("appointment", "[appointment|visit|booking] [number|id|no]", ident(), "number of the appointment")


@CLINIC.scene
def scene(draw: Draw) -> dict[str, Any]:
    """Four doctors with free slots and appointments over a few days, and four patients."""
    first = draw.day("2026-02-01", "2026-11-20")
    days = [days_later(first, n) for n in sorted(draw.sample(range(9), 4))]
    names = people(draw, 8)
    fields = draw.sample(FIELDS, 3)
    codes = draw.sample(range(11, 99), 4)
    doctors = {
        f"D{code}": {"doctor": f"D{code}", "name": f"Dr. {name}", "field": field, "room": draw.whole(1, 40)}
        for code, name, field in zip(codes, names[:4], (*fields, fields[0]), strict=True)
    }
    patients = {
        str(number): {
            "patient": number,
            "name": name,
            "born": draw.day("1941-01-01", "2016-12-31"),
            "phone": draw.code("0###-######"),
            "insurer": draw.pick(INSURERS),
        }
        for number, name in zip(draw.sample(range(3000, 9999), 4), names[4:], strict=True)
    }
    state: dict[str, Any] = {
        "days": days,
        "doctors": doctors,
        "patients": patients,
        "slots": {},
        "appointments": {},
        "prescriptions": {},
        "waiting": [],
    }
    times = [f"{hour:02d}:{minute}" for hour in range(8, 18) for minute in ("00", "20", "40")]
    taken = {code: draw.sample([(day, time) for day in days for time in times], 9) for code in doctors}
    for code, moments in taken.items():
        for at, time in moments[:5]:
            _add_slot(state, draw.code("S####"), code, at, time)
        for at, time in moments[5:7]:
            _add_appointment(state, draw.whole(100, 999), draw.pick(list(patients.values())), code, at, time)
    codes = draw.sample(range(1000, 9999), 5)
    for number, item in zip(codes, draw.sample(AIDS, 5), strict=True):
        state["prescriptions"][f"RX-{number}"] = {
            "prescription": f"RX-{number}",
            "patient": draw.pick(list(patients.values()))["patient"],
            "item": item,
            "repeats_left": draw.whole(0, 4),
            "status": draw.pick(("ready", "collected", "collected", "in preparation")),
        }
    return state


def _add_slot(state: dict[str, Any], code: str, doctor: str, at: str, time: str) -> None:
    state["slots"][code] = {"slot": code, "doctor": doctor, "date": at, "time": time}


def _add_appointment(
    state: dict[str, Any], number: int, patient: dict[str, Any], doctor: str, at: str, time: str
) -> None:
    state["appointments"][str(number)] = {
        "appointment": number,
        "patient": patient["patient"],
        "doctor": doctor,
        "date": at,
        "time": time,
        "status": "planned",
    }


def _found(table: dict[str, Any], key: object, kind: str) -> dict[str, Any]:
    row: dict[str, Any] | None = table.get(str(key))
    if row is None:
        raise RefusedError(f"no {kind} {key}")
    return row


def _moment(row: dict[str, Any]) -> tuple[str, str]:
    return row["date"], row["time"]


@CLINIC.operation(
    names="[find|list|search|look up] [doctors|physicians|practitioners]",
    about="[Find|List|Search] doctors of the [clinic|practice] by name, by field, or both.",
    does="look up< {called}>< the doctors for {field}>",
    params=[
        Param("called", "[name|doctor name|last name|full name]", text(), "[name|part of the name]", optional=True),
        Param("field", "[field|speciality|department|discipline]", one_of(*FIELDS), "", optional=True),
    ],
    labels={"doctor": "[doctor|doctor id|id]", "field": "[field|speciality|department]"},
)
def find_doctors(state: dict[str, Any], called: str | None, field: str | None) -> JsonValue:
    """Doctors, by what is given."""
    words = (called or "").casefold().replace(".", "").split()
    return [
        dict(doctor)
        for doctor in state["doctors"].values()
        if field in (None, doctor["field"])
        and all(word in doctor["name"].casefold().replace(".", "").split() for word in words)
    ]


@CLINIC.operation(
    names="[list|get|show|find] [free slots|free times|openings|open slots]",
    about="[List|Show|Get] the free slots of a doctor, the earliest first[.|, of one day or of all days.]",
    does="list the free slots of {doctor}< on {date}>",
    params=[DOCTOR, Param("date", "[date|day|on|on day]", day(), "only this day", optional=True)],
    labels={"slot": "[slot|slot id|code]", "time": "[time|begins|start]"},
)
def free_slots(state: dict[str, Any], doctor: str, date: str | None) -> JsonValue:
    """When a doctor has time, at most six."""
    _found(state["doctors"], doctor, "doctor")
    own = [slot for slot in state["slots"].values() if slot["doctor"] == doctor and date in (None, slot["date"])]
    return [{key: slot[key] for key in ("slot", "date", "time")} for slot in sorted(own, key=_moment)[:6]]


@CLINIC.operation(
    names="[find|search|look up|get] [patient|patients|file]",
    about="[Find|Look up|Search] patients by name[.|, and by date of birth where two have the same.]",
    does="look up the patient {name}",
    params=[
        Param("name", "[name|full name|patient name|called]", text(), "[full|] name"),
        Param("born", "[born|birth date|born on|date of birth]", day(), "date of birth", optional=True),
    ],
    labels={"patient": "[patient|patient number|file number]", "born": "[born|date of birth|birth date]"},
)
def find_patient(state: dict[str, Any], name: str, born: str | None) -> JsonValue:
    """Patients by name."""
    wanted = name.strip().casefold()
    return [
        {key: patient[key] for key in ("patient", "name", "born")}
        for patient in state["patients"].values()
        if wanted in patient["name"].casefold() and born in (None, patient["born"])
    ]


@CLINIC.operation(
    names="[get|show|read|open] [patient|chart|file] [record|data|details]",
    about="[Show|Get|Return] phone, insurer and date of birth of a patient.",
    does="open the file of patient {patient}",
    params=[PATIENT],
    labels={"phone": "[phone|telephone|phone number]", "insurer": "[insurer|insurance|insured with]"},
)
def patient_record(state: dict[str, Any], patient: int) -> JsonValue:
    """The data on the file's cover."""
    return dict(_found(state["patients"], patient, "patient"))


@CLINIC.operation(
    names="[list|get|show|find] [appointments|visits|bookings] [of patient|for patient|by patient]",
    about="[List|Show|Get] the appointments of a patient, the earliest first.",
    does="list the appointments of patient {patient}",
    params=[PATIENT],
    labels={
        "appointment": "[appointment|appointment number|visit]",
        "status": "[status|state]",
        "with": "[with|seen by]",
    },
)
def appointments_of(state: dict[str, Any], patient: int) -> JsonValue:
    """A patient's appointments, at most five."""
    _found(state["patients"], patient, "patient")
    own = sorted((a for a in state["appointments"].values() if a["patient"] == patient), key=_moment)
    shown = ("appointment", "doctor", "date", "time", "status")
    return [{**{key: a[key] for key in shown}, "with": state["doctors"][a["doctor"]]["name"]} for a in own[:5]]


@CLINIC.operation(
    names="[show|get|list|read] [day plan|schedule|day list|agenda] [of doctor|for doctor|]",
    about="[Show|Get|List] who comes to a doctor on a day[.|, with times and appointment numbers.]",
    does="see who comes to {doctor} on {date}",
    params=[DOCTOR, Param("date", "[date|day|on|on day]", day(), "which day")],
    labels={"appointment": "[appointment|appointment number|visit]", "patient_name": "[patient name|patient|name]"},
)
def day_plan(state: dict[str, Any], doctor: str, date: str) -> JsonValue:
    """A doctor's day."""
    _found(state["doctors"], doctor, "doctor")
    rows = (a for a in state["appointments"].values() if a["status"] != "cancelled")
    own = [a for a in rows if (a["doctor"], a["date"]) == (doctor, date)]
    return [
        {
            "time": a["time"],
            "appointment": a["appointment"],
            "patient_name": state["patients"][str(a["patient"])]["name"],
        }
        for a in sorted(own, key=_moment)
    ]


@CLINIC.operation(
    names="[book|reserve|take|schedule] [slot|appointment|visit|opening]",
    about="[Book|Reserve|Take] a free slot for a patient.",
    does="book slot {slot} for patient {patient}",
    params=[
        PATIENT,
        SLOT,
        Param("reason", "[reason|note|remark|comment]", text(), "a word for the doctor", optional=True),
    ],
    writes=True,
)
def book_slot(state: dict[str, Any], patient: int, slot: str, reason: str | None) -> JsonValue:
    """An appointment takes the slot's place."""
    found, who = state["slots"].get(slot), _found(state["patients"], patient, "patient")
    if found is None:
        raise RefusedError(f"slot {slot} is taken or does not exist", 409)
    del state["slots"][slot]
    number = max((int(key) for key in state["appointments"]), default=100) + 1
    _add_appointment(state, number, who, found["doctor"], found["date"], found["time"])
    if reason:
        state["appointments"][str(number)]["reason"] = reason
    return {"appointment": number, "date": found["date"], "time": found["time"]}


@CLINIC.operation(
    names="[cancel|call off|delete|drop] [appointment|visit|booking]",
    about="[Cancel|Call off|Delete] an appointment[.| by its number.]",
    does="cancel appointment {appointment}",
    params=[APPOINTMENT],
    writes=True,
)
def cancel_appointment(state: dict[str, Any], appointment: int) -> JsonValue:
    """Call it off, unless it is over."""
    found = _found(state["appointments"], appointment, "appointment")
    if found["status"] == "over":
        raise RefusedError(f"appointment {appointment} is over and can't be cancelled", 409)
    found["status"] = "cancelled"
    return {"appointment": appointment, "status": "cancelled"}


@CLINIC.operation(
    names="[move|shift|reschedule|change] [appointment|visit|booking]",
    about="[Move|Reschedule|Shift] an appointment to a free slot[.| of the same doctor.]",
    does="move appointment {appointment} to slot {slot}",
    params=[APPOINTMENT, SLOT],
    writes=True,
)
def move_appointment(state: dict[str, Any], appointment: int, slot: str) -> JsonValue:
    """The old time becomes free."""
    found, to = _found(state["appointments"], appointment, "appointment"), state["slots"].get(slot)
    if to is None:
        raise RefusedError(f"slot {slot} is taken or does not exist", 409)
    if to["doctor"] != found["doctor"]:
        raise RefusedError(f"slot {slot} belongs to another doctor", 422)
    to["date"], found["date"] = found["date"], to["date"]
    to["time"], found["time"] = found["time"], to["time"]
    return {"appointment": appointment, "date": found["date"], "time": found["time"]}


@CLINIC.operation(
    names="[add to|join|enter|put on] [waiting list|wait list|waitlist]",
    about="[Put|Enter] a patient on the waiting list of a doctor[.| who has no free slot.]",
    does="put patient {patient} on the waiting list of {doctor}",
    params=[PATIENT, DOCTOR],
    writes=True,
)
def join_waiting_list(state: dict[str, Any], patient: int, doctor: str) -> JsonValue:
    """The next place in the line."""
    _found(state["patients"], patient, "patient")
    _found(state["doctors"], doctor, "doctor")
    place = sum(entry["doctor"] == doctor for entry in state["waiting"]) + 1
    state["waiting"].append({"patient": patient, "doctor": doctor, "place": place})
    return {"doctor": doctor, "patient": patient, "place": place}


@CLINIC.operation(
    names="[list|get|show|find] [prescriptions|scripts|repeat slips] [of patient|for patient|]",
    about="[List|Show|Get] the prescriptions of a patient[.|, with status and repeats left.]",
    does="list the prescriptions of patient {patient}",
    params=[PATIENT],
    labels={"repeats_left": "[repeats left|refills left|remaining repeats]", "status": "[status|state]"},
)
def prescriptions_of(state: dict[str, Any], patient: int) -> JsonValue:
    """What was prescribed."""
    _found(state["patients"], patient, "patient")
    own = [script for script in state["prescriptions"].values() if script["patient"] == patient]
    return [{key: s[key] for key in ("prescription", "item", "repeats_left", "status")} for s in own]


@CLINIC.operation(
    names="[repeat|reorder|renew|refill] [prescription|script|repeat slip]",
    about="[Ask for|Order|Request] a repeat of a prescription.",
    does="order a repeat of {prescription}",
    params=[
        Param("prescription", "[prescription|script] [code|id|number]", text(), "[code|id] of the prescription"),
    ],
    writes=True,
)
def repeat_prescription(state: dict[str, Any], prescription: str) -> JsonValue:
    """One more, while there are repeats left."""
    found = _found(state["prescriptions"], prescription, "prescription")
    if found["repeats_left"] < 1:
        raise RefusedError(f"no repeats left on {prescription}, the doctor must see the patient first", 409)
    found["repeats_left"] -= 1
    found["status"] = "in preparation"
    ready = days_later(state["days"][0], 2)
    return {"prescription": prescription, "ready_on": ready, "repeats_left": found["repeats_left"]}


@CLINIC.operation(
    names="[update|change|set|correct] [patient|] [phone|phone number|telephone]",
    about="[Change|Update|Correct] the phone number of a patient.",
    does="set the phone number of patient {patient} to {phone}",
    params=[PATIENT, Param("phone", "[new|] [phone|phone number|telephone]", text(), "digits and a dash")],
    writes=True,
)
def update_phone(state: dict[str, Any], patient: int, phone: str) -> JsonValue:
    """Another number on the file."""
    found = _found(state["patients"], patient, "patient")
    found["phone"] = phone
    return {"patient": patient, "phone": phone}


def any_doctor(play: Play) -> dict[str, Any]:
    """Pick a doctor."""
    doctor: dict[str, Any] = play.draw.pick(list(play.state["doctors"].values()))
    return doctor


def any_patient(play: Play) -> dict[str, Any]:
    """Pick a patient."""
    patient: dict[str, Any] = play.draw.pick(list(play.state["patients"].values()))
    return patient


def any_appointment(play: Play) -> dict[str, Any]:
    """Pick an appointment that its patient has only once with this doctor."""
    rows = list(play.state["appointments"].values())
    appointment: dict[str, Any] = play.draw.pick(rows)
    pair = (appointment["patient"], appointment["doctor"])
    if sum((row["patient"], row["doctor"]) == pair for row in rows) > 1:
        raise play.unsuitable("two with one doctor")
    if sum(row["patient"] == pair[0] for row in rows) > 5:
        raise play.unsuitable("too many appointments")
    return appointment


_PATIENT_SAID = {
    Split.TRAIN: (
        "{patient_name} has the patient number {patient}.",
        "The file of {patient_name} is number {patient}.",
        "Number {patient} is {patient_name}.",
    ),
    Split.DEV: ("The patient number is {patient}.", "{patient_name} is filed under {patient}."),
    Split.TEST: ("{patient_name} is known as patient {patient}.", "I found {patient_name}: patient {patient}."),
}
_DOCTOR_SAID = {
    Split.TRAIN: (
        "{doctor_name} has the id {doctor}.",
        "The id of {doctor_name} is {doctor}.",
        "{doctor} stands for {doctor_name}.",
    ),
    Split.DEV: ("{doctor_name} is {doctor} in the system.", "The system knows {doctor_name} as {doctor}."),
    Split.TEST: ("{doctor_name} is listed with the id {doctor}.", "{doctor} belongs to {doctor_name}."),
}


def patient_number(play: Play, name: str) -> int:
    """Look a patient up by name, say so, and return the number."""
    number = int(play.call("find_patient", {"name": name})[0]["patient"])
    play.learn(*_PATIENT_SAID[play.draw.split], patient_name=name, patient=number)
    return number


def doctor_id(play: Play, name: str) -> str:
    """Look a doctor up by name, say so, and return the id."""
    code = str(play.call("find_doctors", {"called": name}, does="look up {called}")[0]["doctor"])
    play.learn(*_DOCTOR_SAID[play.draw.split], doctor_name=name, doctor=code)
    return code
