"""Who is enrolled where, and what happens where a course is full."""

from __future__ import annotations

from umi_local.worlds.families.school.service import (
    SCHOOL,
    any_course,
    any_enrolment,
    any_student,
    enrolled,
    other_course,
)
from umi_local.worlds.family import Missing
from umi_local.worlds.play import Play
from umi_local.worlds.splits import Split


@SCHOOL.intent(
    goal="enrol student {student} in {course}",
    wordings=(
        "enrol student {student} in {course}",
        "sign student {student} up for {course}",
        "put number {student} on the list of course {course}",
        "student {student} would like to take {course}. Please register them.",
        "register {student} for the course {course}",
        "The parents have signed the form: student {student} joins {course}.",
        "let student {student} into {course}",
        "add a participant to {course}: student {student}",
        "~enrol {student} {course}",
        "~{course} + student {student}",
    ),
    essential="enrol",
    missing=Missing(
        wordings=(
            "enrol student {student} in another course",
            "student {student} would like to take one more course. Please register them.",
            "The parents have signed the form, so student {student} joins the course.",
            "~enrol {student}",
        ),
        needs="the code of the course",
        goal="enrol student {student} in a course",
        slot="course",
    ),
    split=Split.TRAIN,
)
def sign_up(play: Play) -> None:
    """One call."""
    student = any_student(play)
    play.ask(student=student["student"], course=other_course(play, student)["course"])
    done = play.call("enrol", {"student": student["student"], "course": play.slots["course"]})
    play.learn(
        "Student {student} is in {course} now, {title}.",
        "The enrolment in {title} worked; {left:n seat} left.",
        title=done["title"],
        left=done["seats_left"],
    )
    play.conclude(
        "Student {student} is enrolled in {course} ({title}).",
        "Done: {student} takes {title} now.",
        "I enrolled student {student} in {title}, {course}.",
        facts=["student"],
    )


@SCHOOL.intent(
    goal="enrol {name} in {course}, or in {second} if it is full",
    wordings=(
        "enrol {name} in {course}, or in {second} if it's full",
        "{name} wants to take {course}. If there's no seat left, {second} will do.",
        "get {name} a place in {course}, failing that in {second}",
        "sign {name} up for {course} and, should that be full, for {second} instead",
        "First choice {course}, second choice {second}: please enrol our student {name}.",
        "I promised {name} a seat in {course}. In case I promised too much, take {second}.",
        "~{name}: {course}, else {second}",
        "~enrol {name} -> {course} / plan b {second}",
    ),
    split=Split.TRAIN,
)
def second_choice(play: Play) -> None:
    """Two calls, or three where the first course is full."""
    student = any_student(play)
    course, second = other_course(play, student), other_course(play, student)
    if course is second:
        raise play.unsuitable("no second course")
    if play.draw.chance(0.7):
        course["seats"] = enrolled(course)
    play.ask(name=student["name"], course=course["course"], second=second["course"])
    number = play.call("find_student", {"name": student["name"]})["student"]
    play.learn("{name} is registered under {number}.", "The number that belongs to {name} is {number}.", number=number)
    if play.attempt("enrol", {"student": number, "course": course["course"]}).failed:
        play.learn("{course} is full.", "All seats of {course} are taken.")
        play.call(
            "enrol",
            {"student": number, "course": second["course"]},
            why=("So it has to be {second}, which I try with {tool}.", "The second choice is {second}; {tool} again."),
        )
        play.learn("{second} had a seat for {name}.", "{name} is in {second} now.")
        play.conclude(
            "{course} is full, so {name} is enrolled in {second}.",
            "{name} got a seat in {second}; {course} had none left.",
            facts=["second"],
        )
        return
    play.learn("{course} had a seat, and {name} is enrolled.", "{name} got the first choice, {course}.")
    play.conclude("{name} is enrolled in {course}.", "There was a seat: {name} takes {course}.", facts=["course"])


@SCHOOL.intent(
    goal="enrol student {student} in {course} if it has seats left, else tell how many seats it has",
    wordings=(
        "are there seats left in {course}? Then enrol student {student}, otherwise tell me how many seats it has.",
        "Check {course} for free seats and enrol student {student} if there are any. If not, how many seats has it got?",
        "If {course} isn't full, student {student} takes it. If it is, tell me for how many people it is meant.",
        "see if {course} still has room. If so put {student} in, if not I need the number of its seats for a complaint.",
        "Only enrol student {student} if there is a free seat in {course}. Is there none, then say how big the course is.",
        "look at the seats of {course}: one free, then student {student} gets it, none free, then tell me the total",
        "~{course} seat free? enrol {student}, else total seats",
        "~enrol {student} in {course} if room, otherwise capacity",
    ),
    essential="course_info",
    split=Split.TEST,
)
def if_room(play: Play) -> None:
    """One call where it is full, two where it isn't."""
    student = any_student(play)
    course = other_course(play, student)
    if play.draw.chance(0.5):
        course["seats"] = enrolled(course)
    play.ask(student=student["student"], course=course["course"])
    found = play.call("course_info", {"course": course["course"]}, decides=True)
    play.slots.update(taken=found["enrolled"], seats=found["seats"])
    if found["enrolled"] >= found["seats"]:
        play.learn("All {seats} seats of {course} are in use.", "{course} is full, {taken} of {seats}.")
        play.conclude(
            "{course} is full; it has {seats} seats.",
            "There is no seat left: all {seats} in {course} are taken.",
            facts=["seats"],
        )
        return
    play.learn(
        "{taken} of {seats} seats in {course} are taken, so there is room.",
        "With {taken} of {seats} seats taken, {course} has room.",
    )
    play.call("enrol", {"student": student["student"], "course": course["course"]})
    play.learn("Student {student} got a seat in {course}.", "{course} has student {student} on its list.")
    play.conclude(
        "There was room, so student {student} is in {course} now.",
        "Student {student} is enrolled; {taken} of {seats} seats were taken before.",
        facts=["student"],
    )


@SCHOOL.intent(
    goal="move {name} from {old} to {course}, keeping {old} if {course} is full",
    wordings=(
        "move {name} from {old} to {course}, but keep {old} if {course} is full",
        "{name} would like to swap {old} for {course}. Don't drop {old} unless there is a seat in the other one.",
        "switch {name} over from {old} to {course} if there's a place",
        "try to get {name} into {course}; if that works, take them out of {old}, if it doesn't, leave things as they are",
        "I'd rather have {name} in {course} than in {old}, but only if {course} takes them.",
        "change {name}'s course: {course} instead of {old}, provided there is room",
        "~{name}: {old} -> {course} if seat free",
        "~swap {old} for {course}, {name}, keep if full",
    ),
    split=Split.TRAIN,
)
def swap(play: Play) -> None:
    """Three calls, or two where there is no seat."""
    student, old = any_enrolment(play)
    course = other_course(play, student)
    if play.draw.chance(0.35):
        course["seats"] = enrolled(course)
    play.ask(name=student["name"], old=old["course"], course=course["course"])
    number = play.call("find_student", {"name": student["name"]})["student"]
    play.learn("{name} is student number {number}.", "{name} has {number} as the student number.", number=number)
    tried = play.attempt(
        "enrol",
        {"student": number, "course": course["course"]},
        why=(
            "To be safe I first try to get a seat in {course} with {tool}, before {old} is dropped.",
            "{old} must not be lost, so the seat in {course} comes first: {tool}.",
        ),
    )
    if tried.failed:
        play.learn("{course} is full, so {old} stays.", "There is no seat in {course}; {name} keeps {old}.")
        play.conclude(
            "{course} is full, so {name} stays in {old}.",
            "I changed nothing: there is no seat in {course}, and {name} keeps {old}.",
            facts=["old"],
        )
        return
    play.learn("{course} took {name}.", "{name} has a seat in {course}.")
    play.call("drop_course", {"student": number, "course": old["course"]})
    play.learn("{name} is out of {old}.", "The enrolment in {old} has ended.")
    play.conclude(
        "{name} moved from {old} to {course}.",
        "{name} is in {course} now and no longer in {old}.",
        facts=["course"],
    )


@SCHOOL.intent(
    goal="take student {student} out of {course} and tell how many remain",
    wordings=(
        "take student {student} out of {course} and tell me how many are left in it",
        "Student {student} is leaving {course}. Remove them. How many stay?",
        "withdraw student {student} from {course} and give me the new number of participants",
        "drop {student} from the course {course}, then tell me how many people it still has",
        "Number {student} has changed schools. Take them off {course} and say how many that leaves.",
        "strike student {student} off {course} and count those who remain",
        "~{course} - {student}, how many left?",
        "~withdraw {student} from {course} + new count",
    ),
    essential="drop_course",
    missing=Missing(
        wordings=(
            "take student {student} out of a course and tell me how many are left in it",
            "Student {student} is leaving a course. Remove them. How many stay?",
            "withdraw student {student} from one course and give me the new number of participants",
            "~withdraw {student}, new count",
        ),
        needs="the course to leave",
        goal="take student {student} out of a course",
        slot="course",
    ),
    split=Split.DEV,
)
def withdraw(play: Play) -> None:
    """One call, whose result holds a number."""
    student, course = any_enrolment(play)
    play.ask(student=student["student"], course=course["course"])
    done = play.call("drop_course", {"student": student["student"], "course": course["course"]})
    play.learn(
        "Student {student} has left {course}, where {n} remain.",
        "{course} has {n} participants now.",
        n=done["enrolled"],
    )
    play.conclude(
        "Student {student} is out of {course}; {n} remain.",
        "{course} now has {n} participants, without student {student}.",
        facts=["n"],
    )


@SCHOOL.intent(
    goal="enrol {name} in the course in {title}",
    wordings=(
        "enrol {name} in the course in {title}",
        "sign our student {name} up for {title}",
        "{name} has decided on {title}. Please do the enrolment.",
        "put {name} into the {title} course",
        "I don't know the codes, but {name} should be in {title} from now on.",
        "Register {name} for {title}, please; look up number and code yourself.",
        "~{name} -> {title} course",
        "~enrol {name}: {title}",
    ),
    essential="enrol",
    split=Split.TRAIN,
)
def sign_up_by_title(play: Play) -> None:
    """Three calls: a number, a code, and the enrolment."""
    student = any_student(play)
    course = other_course(play, student)
    if sum(course["title"] in one["title"] for one in play.state["courses"].values()) > 1:
        raise play.unsuitable("two courses match")
    play.ask(name=student["name"], title=course["title"])
    number = play.call("find_student", {"name": student["name"]})["student"]
    play.learn("{name} has {number}.", "The student number is {number}.", number=number)
    code = play.call("find_courses", {"words": course["title"]})[0]["course"]
    play.learn("{title} has the code {code}.", "The code for {title} is {code}.", code=code)
    done = play.call("enrol", {"student": number, "course": code})
    play.learn(
        "{name} is enrolled in {title}.", "{code} has {name} on its list; {left:n seat} left.", left=done["seats_left"]
    )
    play.conclude(
        "{name} is enrolled in {title} ({code}).",
        "I enrolled {name} in {title}, course {code}.",
        "Done. {name} takes {title} now.",
        facts=["title"],
    )


@SCHOOL.intent(
    goal="tell which of {first} and {second} has more people in it, and how many more",
    wordings=(
        "which has more people in it, {first} or {second}, and how many more?",
        "compare how many are enrolled in {first} and in {second}",
        "is {first} bigger than {second}, by the number enrolled, and by how many?",
        "We have one large hall and two courses, {first} and {second}. Which has more participants, and how many more?",
        "by how many people do the courses {first} and {second} differ, and which is the larger?",
        "count the participants of {first} and {second} and tell me the larger one with the difference",
        "~participants {first} vs {second}",
        "~larger course: {first} / {second}?",
    ),
    essential="course_info",
    split=Split.TEST,
)
def compare_courses(play: Play) -> None:
    """Two calls that don't depend on each other, and a difference."""
    one, other = any_course(play), any_course(play)
    if one is other or enrolled(one) == enrolled(other):
        raise play.unsuitable("nothing to compare")
    play.ask(first=one["course"], second=other["course"])
    a = play.call("course_info", {"course": one["course"]})["enrolled"]
    play.learn("{first} has {a} participants.", "{a} are enrolled in {first}.", a=a)
    b = play.call("course_info", {"course": other["course"]})["enrolled"]
    play.learn(
        "{second} has {b}, so {larger} is ahead by {gap}.",
        "With {b} in {second}, {larger} has {gap} more.",
        b=b,
        larger=one["course"] if a > b else other["course"],
        gap=abs(a - b),
    )
    play.conclude(
        "{larger} has {gap} more: {a} in {first}, {b} in {second}.",
        "{larger} is the larger course, by {gap}.",
        facts=["larger", "gap"],
        derived=["gap"],
    )
