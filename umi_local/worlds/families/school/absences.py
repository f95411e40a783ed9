"""Days that students missed."""

from __future__ import annotations

from umi_local.worlds.families.school.service import SCHOOL, any_student
from umi_local.worlds.family import Missing
from umi_local.worlds.play import Play
from umi_local.worlds.splits import Split


@SCHOOL.intent(
    goal="record an {kind} absence of student {student} on {day}",
    wordings=(
        "record an {kind} absence of student {student} on {day}",
        "student {student} was absent on {day}, {kind}. Enter that.",
        "note that {student} missed school on {day}; it's {kind}",
        "put down {day} as an {kind} missed day for student {student}",
        "Number {student} didn't come in on {day}. Please enter the absence as {kind}.",
        "add an absence, {kind}, for student {student}: {day}",
        "mark student {student} as absent on {day}, {kind}",
        "~absent {student} {day} {kind}",
        "~{kind} absence, {day}, student {student}",
    ),
    essential="record_absence",
    missing=Missing(
        wordings=(
            "record an {kind} absence of student {student}",
            "Number {student} didn't come in. Please enter the absence as {kind}.",
            "add an absence, {kind}, for student {student}",
            "~{kind} absence, student {student}",
        ),
        needs="the day",
        goal="record an absence of student {student}",
        slot="day",
    ),
    split=Split.TRAIN,
)
def note_absence(play: Play) -> None:
    """One call with a date and a boolean."""
    excused = play.draw.chance(0.5)
    play.ask(
        student=any_student(play)["student"],
        day=play.draw.day("2026-06-22", "2026-07-24"),
        kind="excused" if excused else "unexcused",
    )
    done = play.call("record_absence", {"student": play.slots["student"], "day": play.slots["day"], "excused": excused})
    play.learn(
        "The absence on {day} is recorded; student {student} now has {n:n absence}.",
        "{day} is entered as {kind} for student {student}.",
        n=done["absences"],
    )
    play.conclude(
        "I recorded an {kind} absence of student {student} on {day}.",
        "Student {student} is marked as absent on {day} ({kind}).",
        "Done: {day}, {kind}, student {student}.",
        facts=["day"],
    )


@SCHOOL.intent(
    goal="count the {kind} absences of {name}",
    wordings=(
        "how many {kind} absences does {name} have?",
        "count the days {name} was away, only the {kind} ones",
        "tell me the number of {kind} absences of {name}",
        "I'm meeting the parents of {name}. How many {kind} absences are there?",
        "how often has {name} been absent so far? I mean {kind} absences",
        "Look into {name}'s absences: how many are {kind}?",
        "~{kind} absences {name}",
        "~{name}: days missed, {kind}",
    ),
    essential="absences_of",
    split=Split.TRAIN,
)
def count_absences(play: Play) -> None:
    """Two calls and a count, which may be zero."""
    student, excused = any_student(play), play.draw.chance(0.5)
    play.ask(name=student["name"], kind="excused" if excused else "unexcused")
    number = play.call("find_student", {"name": student["name"]})["student"]
    play.learn("{name} carries the number {number}.", "{number} stands for {name}.", number=number)
    listed = play.call("absences_of", {"student": number})
    play.learn(
        "The list has {n:n absence}, and the number of {kind} ones is {count}.",
        "I count {count} as {kind}, out of {n:n absence}.",
        n=len(listed),
        count=sum(one["excused"] is excused for one in listed),
    )
    if play.slots["count"]:
        play.conclude(
            "For {name}, the count of {kind} absences is {count}.",
            "The number of {kind} absences of {name} is {count}, out of {n} in all.",
            facts=["count"],
            derived=["count"],
        )
    else:
        play.conclude(
            "{name} has no {kind} absences.",
            "None of the absences of {name} is {kind}.",
            facts=["count"],
            derived=["count"],
        )


@SCHOOL.intent(
    goal="tell when student {student} was last absent",
    wordings=(
        "when was student {student} last absent?",
        "on what day did student {student} miss school for the last time?",
        "find the most recent absence of student {student}",
        "tell me the date of student {student}'s latest absence",
        "The doctor asks on which day student {student} was last away.",
        "go through the missed days of {student} and give me the latest",
        "~last absence {student}",
        "~{student} latest missed day",
    ),
    essential="absences_of",
    split=Split.DEV,
)
def last_absence(play: Play) -> None:
    """One call, the latest of several dates."""
    counts = [one["student"] for one in play.state["absences"]]
    play.ask(student=play.draw.pick(counts))
    listed = play.call("absences_of", {"student": play.slots["student"]})
    play.learn(
        "The latest of {n:n absence} was on {day}.",
        "{day} is the last day on the list.",
        n=len(listed),
        day=listed[-1]["day"],
    )
    play.conclude(
        "Student {student} was last absent on {day}.",
        "The latest absence of student {student} was on {day}.",
        facts=["day"],
    )
