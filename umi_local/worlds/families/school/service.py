"""The school's office: its scene and what it can do."""

from __future__ import annotations

from typing import Any

from umi_local.messages import JsonValue
from umi_local.worlds.dates import checked_clock, checked_day
from umi_local.worlds.draw import Draw, Pool
from umi_local.worlds.errors import RefusedError
from umi_local.worlds.family import Family
from umi_local.worlds.operations import Param, clock, day, flag, ident, one_of, text
from umi_local.worlds.operations import number as decimal
from umi_local.worlds.play import Play
from umi_local.worlds.pools import people

FAMILY = SCHOOL = Family(
    "school", "[school|college|campus|classes|registrar|study]", frozenset({"school", "courses", "rooms"})
)

TITLES = Pool(
    """Accounting|Acoustics|African History|Algebra|Anatomy|Ancient Greek|Animal Biology|Arabic|Archery|Art History|Astronomy
    |Ballet|Basket Weaving|Bookkeeping|Botany|Bread Making|Calculus|Calligraphy|Ceramics|Chemistry|Choir|Civics|Climate Science
    |Coding Basics|Computer Graphics|Cooking|Creative Writing|Crystal Growing|Dance|Debating|Design|Drama|Drawing|Ecology
    |Economics|Electronics|Engineering|English Poetry|Environmental Law|Ethics|European History|Fashion Design|Fencing
    |Film Studies|First Aid|Folk Music|French|Game Design|Gardening|Genetics|Geography|Geology|Geometry|German|Graphic Design
    |Gymnastics|Hebrew|Human Biology|Italian|Japanese|Jazz Piano|Jewellery Making|Journalism|Kayaking|Latin|Linguistics
    |Logic|Marine Biology|Marketing|Mechanics|Medieval History|Meteorology|Modern Dance|Music Theory|Mythology|Natural Dyes
    |Norwegian|Nutrition|Oil Painting|Optics|Orchestra|Organic Chemistry|Philosophy|Photography|Physics|Pottery|Printmaking
    |Psychology|Public Speaking|Robotics|Rowing|Russian|Sailing|Sculpture|Sewing|Sign Language|Sociology|Spanish|Statistics
    |Stone Carving|Swimming|Technical Drawing|Theatre|Trigonometry|Typing|Volleyball|Web Design|Welding|Woodwork|Zoology"""
)
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday")
TIMES = ("08:00", "09:45", "11:30", "13:30", "15:15")
EXAMS = ("quiz", "essay", "midterm", "final", "project", "oral exam")

STUDENT = Param(
    "student", "[student|pupil|learner] [number|id|no]", ident(), "[number|id] of the [student|pupil], not the name"
)
COURSE = Param("course", "[course|class|subject] [code|id|key]", text(), "[code|id] of the course")
ROOM = Param("room", "[room|classroom|hall] [name|code|no|]", text(), "[name|number] of the room")
WEEKDAY = Param("weekday", "[weekday|day|day of week|on]", one_of(*WEEKDAYS))
TIME = Param("time", "[time|start|start time|begins at|from]", clock())
EXAM = Param("exam", "[exam|test|assessment] [name|kind|type|]", text(), "which [exam|piece of work], such as midterm")


@SCHOOL.scene
def scene(draw: Draw) -> dict[str, Any]:
    """Six courses at different times, six students with two or three of them each, and five rooms."""
    names, teachers = people(draw, 6), people(draw, 5)
    numbers = draw.sample(range(10_000, 99_999), 6)
    slots = draw.sample([(weekday, time) for weekday in WEEKDAYS for time in TIMES], 6)
    rooms = {name: _room(draw, name) for name in dict.fromkeys(draw.code("@###") for _ in range(5))}
    courses: dict[str, Any] = {}
    for i, title in enumerate(draw.several_of(TITLES, 6)):
        code = f"{title[:3].upper()}-{draw.whole(101, 490)}"
        weekday, time = slots[i]
        courses[code] = {
            "course": code,
            "title": title,
            "teacher": teachers[i % 5],
            "room": draw.pick(list(rooms)),
            "weekday": weekday,
            "time": time,
            "seats": draw.whole(12, 32),
            "others": draw.whole(5, 9),
            "students": [],
        }
    students = {}
    grades: list[dict[str, Any]] = []
    for name, number in zip(names, numbers, strict=True):
        students[str(number)] = {"student": number, "name": name, "form": f"{draw.whole(7, 12)}{draw.pick('ABCD')}"}
        for code in draw.sample(list(courses), draw.whole(2, 3)):
            courses[code]["students"].append(number)
            for exam in draw.sample(EXAMS[:4], 2):
                points = draw.whole(70, 200) / 2
                grades.append({"student": number, "course": code, "exam": exam, "points": points})
    absences = [_absence(draw, draw.pick(numbers)) for _ in range(8)]
    return {"students": students, "courses": courses, "rooms": rooms, "grades": grades, "absences": absences}


def _room(draw: Draw, name: str) -> dict[str, Any]:
    return {"room": name, "seats": draw.whole(10, 60), "projector": draw.chance(0.5)}


def _absence(draw: Draw, student: int) -> dict[str, Any]:
    return {"student": student, "day": draw.day("2026-01-12", "2026-06-19"), "excused": draw.chance(0.5)}


def any_course(play: Play) -> dict[str, Any]:
    """Return one of the courses."""
    found: dict[str, Any] = play.draw.pick(list(play.state["courses"].values()))
    return found


def any_student(play: Play) -> dict[str, Any]:
    """Return one of the students."""
    found: dict[str, Any] = play.draw.pick(list(play.state["students"].values()))
    return found


def any_enrolment(play: Play) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return a student and one of the student's courses."""
    student = any_student(play)
    own = [course for course in play.state["courses"].values() if student["student"] in course["students"]]
    return student, play.draw.pick(own)


def other_course(play: Play, student: dict[str, Any]) -> dict[str, Any]:
    """Return a course that a student isn't in, with seats left."""
    courses = [course for course in play.state["courses"].values() if student["student"] not in course["students"]]
    found: dict[str, Any] = play.draw.pick(courses)
    found["seats"] = enrolled(found) + play.draw.whole(1, 8)
    return found


def enrolled(course: dict[str, Any]) -> int:
    """Return how many are enrolled in a course; most of them stay nameless."""
    return len(course["students"]) + int(course["others"])


def free_at(state: dict[str, Any], weekday: str, time: str) -> list[dict[str, Any]]:
    """Return the rooms in which no course takes place then."""
    taken = {one["room"] for one in state["courses"].values() if (one["weekday"], one["time"]) == (weekday, time)}
    return [room for name, room in state["rooms"].items() if name not in taken]


def _student(state: dict[str, Any], number: int) -> dict[str, Any]:
    found: dict[str, Any] | None = state["students"].get(str(number))
    if found is None:
        raise RefusedError(f"there is no student {number}")
    return found


def _course(state: dict[str, Any], code: str) -> dict[str, Any]:
    found: dict[str, Any] | None = state["courses"].get(code.strip().upper())
    if found is None:
        raise RefusedError(f"there is no course {code}")
    return found


def _found_room(state: dict[str, Any], name: str) -> dict[str, Any]:
    found: dict[str, Any] | None = state["rooms"].get(name.strip().upper())
    if found is None:
        raise RefusedError(f"there is no room {name}")
    return found


@SCHOOL.operation(
    names="[find|look up|search|get] [student|pupil|learner] [by name|record|]",
    about="[Find|Look up|Search] a [student|pupil] by name[.| and get the number.]",
    does="look up {name}",
    params=[Param("name", "[student|pupil|full|learner] name", text(), "first and last name")],
    labels={"student": "[student|student number|number]", "form": "[form|group|class]"},
)
def find_student(state: dict[str, Any], name: str) -> JsonValue:
    """A student's number and form."""
    wanted = name.strip().casefold()
    for student in state["students"].values():
        if student["name"].casefold() == wanted:
            return dict(student)
    raise RefusedError(f"there is no student called {name}")


@SCHOOL.operation(
    names="[get|show|read|look up] [course|class|subject] [info|details|card|]",
    about="[Show|Get|Look up] a course: its teacher, room, time, seats and how many are enrolled.",
    does="look up course {course}",
    params=[COURSE],
    labels={"enrolled": "[enrolled|participants|taken]", "seats": "[seats|places|capacity]", "time": "[time|start]"},
)
def course_info(state: dict[str, Any], course: str) -> JsonValue:
    """A course."""
    found = _course(state, course)
    shown = {key: found[key] for key in ("course", "title", "teacher", "room", "weekday", "time", "seats")}
    return {**shown, "enrolled": enrolled(found)}


@SCHOOL.operation(
    names="[search|find|list|browse] [courses|classes|subjects] [by title|by words|]",
    about="[Search|Find|List] courses by words of their titles.",
    does="search the courses for {words}",
    params=[Param("words", "[search|title|query|subject] [words|text|term]", text(), "[words of|part of] the title")],
    labels={"course": "[course|code|course code]"},
)
def find_courses(state: dict[str, Any], words: str) -> JsonValue:
    """Courses whose title has all the words."""
    wanted = words.casefold().split()
    own = [one for one in state["courses"].values() if all(word in one["title"].casefold() for word in wanted)]
    return [{key: course[key] for key in ("course", "title", "teacher")} for course in own]


@SCHOOL.operation(
    names="[get|show|list|read] [timetable|schedule|student courses|courses of student|week plan]",
    about="[Show|Get|List] the [timetable|courses and times] of a [student|pupil].",
    does="get the timetable of student {student}",
    params=[STUDENT],
    labels={"course": "[course|code|course code]", "time": "[time|start|starts at]"},
)
def timetable(state: dict[str, Any], student: int) -> JsonValue:
    """The courses of a student through the week."""
    number = _student(state, student)["student"]
    own = [course for course in state["courses"].values() if number in course["students"]]
    own.sort(key=lambda course: (WEEKDAYS.index(course["weekday"]), course["time"]))
    return [{key: course[key] for key in ("course", "title", "weekday", "time", "room")} for course in own]


@SCHOOL.operation(
    names="[enrol|enroll|register|sign up|add] [student|pupil|in course|for course|to class]",
    about="[Enrol|Register] a [student|pupil] in a course that has seats left.",
    does="enrol student {student} in {course}",
    params=[STUDENT, COURSE],
    writes=True,
)
def enrol(state: dict[str, Any], student: int, course: str) -> JsonValue:
    """Enrol a student; there must be a seat, and no other course at the time."""
    number, found = _student(state, student)["student"], _course(state, course)
    if number in found["students"]:
        raise RefusedError(f"{number} is in {found['course']} already", 409)
    if enrolled(found) >= found["seats"]:
        raise RefusedError(f"{found['course']} is full, all {found['seats']} seats are taken", 409)
    slot = (found["weekday"], found["time"])
    for other in state["courses"].values():
        if number in other["students"] and (other["weekday"], other["time"]) == slot:
            raise RefusedError(f"{number} has {other['course']} at that time ({slot[0]} {slot[1]})", 409)
    found["students"].append(number)
    return {
        "student": number,
        "course": found["course"],
        "title": found["title"],
        "seats_left": found["seats"] - enrolled(found),
    }


@SCHOOL.operation(
    names="[drop|leave|remove from|withdraw from|unenrol from] [course|class|subject]",
    about="[Take a student out of a course.|Withdraw a student from a course.|Remove a student from a course.]",
    does="take student {student} out of {course}",
    params=[STUDENT, COURSE],
    writes=True,
)
def drop_course(state: dict[str, Any], student: int, course: str) -> JsonValue:
    """Take a student out of a course."""
    number, found = _student(state, student)["student"], _course(state, course)
    if number not in found["students"]:
        raise RefusedError(f"{number} isn't in {found['course']}")
    found["students"].remove(number)
    return {"student": number, "left": found["course"], "enrolled": enrolled(found)}


@SCHOOL.operation(
    names="[list|get|show|read] [grades|marks|exam results|points] [of student|of pupil|]",
    about="[List|Get|Show] the [grades|marks] of a [student|pupil][.|, of one course if it is given.]",
    does="get the grades of student {student}< in {course}>",
    params=[STUDENT, COURSE.or_none()],
    labels={"points": "[points|mark|grade]", "exam": "[exam|test|assessment]"},
)
def grades_of(state: dict[str, Any], student: int, course: str | None) -> JsonValue:
    """A student's grades, out of 100 points."""
    number = _student(state, student)["student"]
    code = _course(state, course)["course"] if course else None
    own = [grade for grade in state["grades"] if grade["student"] == number and code in (None, grade["course"])]
    return [{key: grade[key] for key in ("course", "exam", "points")} for grade in own]


@SCHOOL.operation(
    names="[record|enter|save|add|set] [grade|mark|exam result|points]",
    about="[Record|Enter|Save] the [points|mark] of a [student|pupil] in one exam.",
    does="record {points} points for student {student} in the {exam} of {course}",
    params=[STUDENT, COURSE, EXAM, Param("points", "[points|mark|score|result] [out of 100|value|]", decimal(0, 100))],
    writes=True,
)
def record_grade(state: dict[str, Any], student: int, course: str, exam: str, points: float) -> JsonValue:
    """Write down a grade; that can be done once."""
    number, code = _student(state, student)["student"], _course(state, course)["course"]
    for grade in state["grades"]:
        if (grade["student"], grade["course"], grade["exam"]) == (number, code, exam.strip().casefold()):
            raise RefusedError(f"the {grade['exam']} of {number} in {code} has {grade['points']:g} points already", 409)
    made = {"student": number, "course": code, "exam": exam.strip().casefold(), "points": points}
    state["grades"].append(made)
    return dict(made)


@SCHOOL.operation(
    names="[list|get|show|read] [class list|course list|participants|course members|enrolled students]",
    about="[List|Get|Show] the [students|pupils] of a course who are known by name, with their numbers.",
    does="list the students of {course}",
    params=[COURSE],
    labels={"student": "[student|student number|number]"},
)
def class_list(state: dict[str, Any], course: str) -> JsonValue:
    """The students of a course."""
    own = [state["students"][str(number)] for number in _course(state, course)["students"]]
    return [{"student": student["student"], "name": student["name"]} for student in own]


@SCHOOL.operation(
    names="[find|list|get|show] [free|available|empty|open] [rooms|classrooms]",
    about="[Find|List|Get] the rooms that are [free|not in use] at a time.",
    does="find the rooms that are free on {weekday} at {time}",
    params=[WEEKDAY, TIME],
    labels={"seats": "[seats|places|capacity]", "projector": "[projector|has projector|beamer]"},
)
def free_rooms(state: dict[str, Any], weekday: str, time: str) -> JsonValue:
    """The rooms without a course at that time."""
    return [dict(room) for room in free_at(state, weekday, checked_clock(time))]


@SCHOOL.operation(
    names="[set|change|assign|switch] [room|classroom|course room|class room]",
    about="[Move a course to another room.|Change the room of a course.|Give a course another room.]",
    does="move {course} to room {room}",
    params=[COURSE, ROOM],
    writes=True,
)
def set_room(state: dict[str, Any], course: str, room: str) -> JsonValue:
    """Give a course another room, which must be free at its time."""
    found, new = _course(state, course), _found_room(state, room)
    if new["room"] != found["room"] and new not in free_at(state, found["weekday"], found["time"]):
        raise RefusedError(f"{new['room']} is taken on {found['weekday']} at {found['time']}", 409)
    found["room"] = new["room"]
    return {key: found[key] for key in ("course", "room", "weekday", "time")}


@SCHOOL.operation(
    names="[move|reschedule|shift|set time of] [course|class|lesson]",
    about="[Move|Reschedule] a course to another weekday and time.",
    does="move {course} to {weekday} at {time}",
    params=[COURSE, WEEKDAY, TIME],
    writes=True,
)
def move_course(state: dict[str, Any], course: str, weekday: str, time: str) -> JsonValue:
    """Hold a course at another time, if its room and its teacher are free then."""
    found, slot = _course(state, course), (weekday, checked_clock(time))
    for other in state["courses"].values():
        if other is found or (other["weekday"], other["time"]) != slot:
            continue
        for key in ("room", "teacher"):
            if other[key] == found[key]:
                raise RefusedError(f"{key} {found[key]} has {other['course']} on {weekday} at {time}", 409)
    found["weekday"], found["time"] = slot
    return {key: found[key] for key in ("course", "weekday", "time", "room")}


@SCHOOL.operation(
    names="[list|get|show|read] [absences|missed days|days missed|absence record]",
    about="[List|Get|Show] the days that a [student|pupil] [was absent|has missed].",
    does="list the absences of student {student}",
    params=[STUDENT],
    labels={"excused": "[excused|is excused|with excuse]", "day": "[day|date]"},
)
def absences_of(state: dict[str, Any], student: int) -> JsonValue:
    """The days a student was absent."""
    number = _student(state, student)["student"]
    own = [absence for absence in state["absences"] if absence["student"] == number]
    own.sort(key=lambda absence: str(absence["day"]))
    return [{"day": absence["day"], "excused": absence["excused"]} for absence in own]


@SCHOOL.operation(
    names="[record|enter|report|add|note] [absence|missed day|sick day]",
    about="[Record|Enter|Note] that a [student|pupil] [was|is] absent on a day.",
    does="record that student {student} is absent on {day}",
    params=[
        STUDENT,
        Param("day", "[day|date|missed day|absent on]", day()),
        Param("excused", "[excused|is excused|has excuse|with note]", flag(), "whether there is an excuse"),
    ],
    writes=True,
)
def record_absence(state: dict[str, Any], student: int, day: str, excused: bool) -> JsonValue:
    """Write down an absence."""
    number = _student(state, student)["student"]
    state["absences"].append({"student": number, "day": checked_day(day), "excused": excused})
    total = sum(absence["student"] == number for absence in state["absences"])
    return {"student": number, "day": day, "excused": excused, "absences": total}
