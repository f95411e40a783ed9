"""Entering grades."""

from __future__ import annotations

from umi_local.worlds.families.school.service import EXAMS, SCHOOL, any_enrolment
from umi_local.worlds.family import Missing
from umi_local.worlds.play import Play
from umi_local.worlds.splits import Split


@SCHOOL.intent(
    goal="record {points} points for student {student} in the {exam} of {course}",
    wordings=(
        "record {points} points for student {student} in the {exam} of {course}",
        "enter the {exam} result of student {student} in {course}: {points} points",
        "student {student} got {points} in the {course} {exam}. Please save it.",
        "put {points} points into the records, {exam} in {course}, student {student}",
        "I've just marked the {exam} of {course}. Number {student} has {points} points, so enter that.",
        "save a {exam} grade for {student}: course {course}, {points} points",
        "add {points} points to the record of student {student} for the {exam} in {course}",
        "~{student} {course} {exam} {points}",
        "~grade {points}: {course} {exam}, student {student}",
    ),
    essential="record_grade",
    missing=Missing(
        wordings=(
            "record a grade for student {student} in the {exam} of {course}",
            "I've just marked the {exam} of {course} that student {student} wrote. Enter the points.",
            "enter the {exam} result of student {student} in {course}",
            "~grade {student} {course} {exam}",
        ),
        needs="the number of points",
        goal="record a grade of student {student}",
        slot="points",
    ),
    split=Split.TRAIN,
)
def enter_points(play: Play) -> None:
    """One call with four arguments, one of them a decimal."""
    student, course = any_enrolment(play)
    play.ask(
        student=student["student"],
        course=course["course"],
        exam=play.draw.pick(EXAMS[4:]),
        points=play.draw.whole(80, 199) / 2,
    )
    play.call("record_grade", {key: play.slots[key] for key in ("student", "course", "exam", "points")})
    play.learn("The {points} points are recorded.", "The {exam} of student {student} is saved with {points} points.")
    play.conclude(
        "I recorded {points} points for student {student} in the {exam} of {course}.",
        "Saved: {exam} of {course}, student {student}, {points} points.",
        "Student {student} now has {points} points in the {exam} of {course}.",
        facts=["points"],
    )


@SCHOOL.intent(
    goal="record {points} points for {name} in the {exam} of {course}",
    wordings=(
        "record {points} points for {name} in the {exam} of {course}",
        "{name} reached {points} points in the {course} {exam}. Put it into the records.",
        "give {name} {points} points for the {exam} in {course}",
        "the {exam} of {name} in {course} was worth {points} points. Please enter it.",
        "I don't have the student number at hand, only the name: {name}, {exam} in {course}, {points} points. Save that.",
        "enter {points} as {name}'s {exam} result in {course}",
        "~{name}: {course} {exam} = {points}",
        "~enter {points} p. {name}, {exam} {course}",
    ),
    essential="record_grade",
    split=Split.TRAIN,
)
def enter_by_name(play: Play) -> None:
    """Two calls: the number comes from the name."""
    student, course = any_enrolment(play)
    play.ask(
        name=student["name"],
        course=course["course"],
        exam=play.draw.pick(EXAMS[4:]),
        points=play.draw.whole(80, 199) / 2,
    )
    number = play.call("find_student", {"name": student["name"]})["student"]
    play.learn("{name} is number {number}.", "The records have {name} as {number}.", number=number)
    wanted = {key: play.slots[key] for key in ("course", "exam", "points")}
    play.call("record_grade", {"student": number, **wanted})
    play.learn("The points of {name} are saved.", "{name} has {points} points in the {exam} now.")
    play.conclude(
        "{name} has {points} points in the {exam} of {course} now.",
        "I entered {points} points for {name} ({exam}, {course}).",
        "Done: {exam} of {course}, {name}, {points} points.",
        facts=["points"],
    )


@SCHOOL.intent(
    goal="record {points} points for student {student} in the {exam} of {course}, or tell the points that are there",
    wordings=(
        "record {points} points for student {student} in the {exam} of {course}, or tell me the points if there is an entry",
        "Has the {course} {exam} of student {student} been entered? If not, it's {points} points; if so, how many?",
        "try to save {points} points for {student} in the {exam} of {course}; should a grade exist, tell me which",
        "put {points} down for student {student}, {exam} in {course}, unless there is a result, which I'd like to hear then",
        "I may have done this yesterday. Enter {points} points, student {student}, {course}, {exam}. "
        "If it's there, what did I give?",
        "enter {points} points in the {exam} of {course} for {student}, and if the system won't take it, say what it has",
        "~{student} {course} {exam} {points}, else existing points",
        "~save {points} ({course}, {exam}, {student}) or tell old grade",
    ),
    split=Split.TEST,
)
def enter_or_tell(play: Play) -> None:
    """The refusal says the points that are known."""
    student, course = any_enrolment(play)
    own = [
        one for one in play.state["grades"] if (one["student"], one["course"]) == (student["student"], course["course"])
    ]
    exam = play.draw.pick(own)["exam"] if play.draw.chance(0.75) else play.draw.pick(EXAMS[4:])
    play.ask(student=student["student"], course=course["course"], exam=exam, points=play.draw.whole(80, 199) / 2)
    tried = play.attempt(
        "record_grade",
        {key: play.slots[key] for key in ("student", "course", "exam", "points")},
        why=(
            "{tool} saves the points if the {exam} has none and else says what it has. So I call it.",
            "I let {tool} decide: it either takes the {points} points or refuses because there is a grade.",
        ),
    )
    if tried.error is None:
        play.learn("There was no entry, and {points} points are saved now.", "The {points} points were taken.")
        play.conclude(
            "There was no entry yet, so the {exam} has {points} points now.",
            "I saved {points} points; the {exam} had no grade before.",
            facts=["points"],
        )
        return
    known = next(one["points"] for one in own if one["exam"] == exam)
    play.learn(
        "It was refused: the {exam} has {known} points already.", "There is a grade, {known} points.", known=known
    )
    play.conclude(
        "The {exam} of student {student} already has {known} points, so nothing was changed.",
        "There is an entry already: {known} points.",
        facts=["known"],
    )
