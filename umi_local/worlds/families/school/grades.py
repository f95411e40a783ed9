"""What students have reached."""

from __future__ import annotations

from umi_local.worlds.families.school.service import SCHOOL, any_course, any_enrolment
from umi_local.worlds.family import Kind, Missing
from umi_local.worlds.play import Play
from umi_local.worlds.splits import Split


@SCHOOL.intent(
    goal="tell how many points {name} got in the {exam} of {course}",
    wordings=(
        "how many points did {name} get in the {exam} of {course}?",
        "what was {name}'s result in the {course} {exam}?",
        "tell me the points of {name} in the {exam}, course {course}",
        "{name} won't tell me how the {exam} in {course} went. How many points was it?",
        "look up the {course} {exam} of {name}",
        "As {name}'s tutor I need to know the points from the {exam} in {course}.",
        "~{name} {exam} {course} points",
        "~points: {course}, {exam}, {name}",
    ),
    essential="grades_of",
    missing=Missing(
        wordings=(
            "how many points was it in the {exam} of {course}?",
            "Somebody wrote the {exam} in {course}. How many points did they get?",
            "look up a result in the {course} {exam}",
            "~{exam} {course} points?",
        ),
        needs="the name of the student",
        goal="tell how many points a student got in the {exam} of {course}",
        slot="name",
    ),
    split=Split.TRAIN,
)
def exam_points(play: Play) -> None:
    """Two calls: the number comes from the first."""
    student, course = any_enrolment(play)
    exam = play.draw.pick(
        [
            one
            for one in play.state["grades"]
            if (one["student"], one["course"]) == (student["student"], course["course"])
        ]
    )["exam"]
    play.ask(name=student["name"], course=course["course"], exam=exam)
    number = play.call("find_student", {"name": student["name"]})["student"]
    play.learn("{name} has number {number}.", "{name} is registered as {number}.", number=number)
    found = play.call("grades_of", {"student": number, "course": course["course"]})
    play.learn(
        "In the {exam}, {name} got {points} points.",
        "The {exam} of {course} was worth {points} points to {name}.",
        points=next(one["points"] for one in found if one["exam"] == exam),
    )
    play.conclude(
        "{name} got {points} points in the {exam} of {course}.",
        "It was {points} points in the {course} {exam}.",
        "{points} points: that is {name}'s result in the {exam}.",
        facts=["points"],
    )


@SCHOOL.intent(
    goal="work out the average of {name} in {course}",
    wordings=(
        "what is {name}'s average in {course}?",
        "work out the average of {name}'s grades in {course}",
        "how many points does {name} have on average in {course}?",
        "take all the {course} grades of {name} and tell me the mean",
        "I'm writing {name}'s report. What does the average in {course} come to?",
        "The prize goes to anyone above ninety. What is the average of {name} in {course}?",
        "~average {name} {course}",
        "~{course} mean points, {name}",
    ),
    essential="grades_of",
    split=Split.TRAIN,
)
def average(play: Play) -> None:
    """Two calls and a mean."""
    student, course = any_enrolment(play)
    play.ask(name=student["name"], course=course["course"])
    number = play.call("find_student", {"name": student["name"]})["student"]
    play.learn("The student number of {name} is {number}.", "{name} can be found under {number}.", number=number)
    points = [one["points"] for one in play.call("grades_of", {"student": number, "course": course["course"]})]
    play.learn(
        "The grades are {points}, so the average is {mean}.",
        "{points} make an average of {mean}.",
        points=points,
        mean=round(sum(points) / len(points), 2),
    )
    play.conclude(
        "{name} has an average of {mean} points in {course}.",
        "The average in {course} is {mean} (grades: {points}).",
        "{mean} points: that is {name}'s average in {course}.",
        facts=["mean"],
        derived=["mean"],
    )


@SCHOOL.intent(
    goal="tell in which course and exam student {student} has the {which} result",
    wordings=(
        "in which course does student {student} have the {which} result, and in what exam was it?",
        "what is the {which} result of student {student}, and where was it?",
        "look through all grades of {student} and name the {which} one with course and exam",
        "Student {student} is applying for a place. Which course and exam brought the {which} number of points?",
        "find the {which} grade that student {student} ever got here and tell me the course and the exam",
        "I'd like to know where student {student} had the {which} result: which course, which exam?",
        "~{which} grade of {student}, course + exam",
        "~student {student} {which} result?",
    ),
    essential="grades_of",
    split=Split.TEST,
)
def extreme_grade(play: Play) -> None:
    """One call without the optional argument, and a comparison."""
    student, _ = any_enrolment(play)
    which = play.draw.pick(("best", "worst"))
    points = [one["points"] for one in play.state["grades"] if one["student"] == student["student"]]
    if len(set(points)) < len(points):
        raise play.unsuitable("two results are equal")
    play.ask(student=student["student"], which=which)
    found = play.call("grades_of", {"student": student["student"]})
    best = (max if which == "best" else min)(found, key=lambda one: one["points"])
    play.learn(
        "Of {n:n grade}, the {which} is the {exam} of {course} with {points} points.",
        "{points} points in the {exam} of {course} is the {which} result.",
        n=len(found),
        **best,
    )
    play.conclude(
        "The {which} result is the {exam} of {course}: {points} points.",
        "It was the {exam} in {course}, with {points} points.",
        facts=["course", "exam"],
    )


@SCHOOL.intent(
    goal="find out who got the most points in the {exam} of {course}",
    wordings=(
        "who got the most points in the {exam} of {course}?",
        "which student of {course} did best in the {exam}?",
        "go through the students of {course} and find out who had the best {exam}",
        "The book prize goes to the best {exam} in {course}. Who wins it?",
        "compare the {exam} results in {course} and name the student with the most points",
        "tell me who came first in the {course} {exam}, and with how many points",
        "~best {exam} in {course}, who?",
        "~{course} {exam}: top student",
    ),
    essential="class_list",
    split=Split.TRAIN,
)
def best_in_exam(play: Play) -> None:
    """One call for the students, one for each of them, and a comparison."""
    course, exam = any_course(play), play.draw.pick(("midterm", "final"))
    students = course["students"]
    if not 2 <= len(students) <= 4:
        raise play.unsuitable("too few or too many students")
    kept = [one for one in play.state["grades"] if one["course"] != course["course"]]
    scores = play.draw.sample(range(80, 200), len(students))
    play.state["grades"] = [
        *kept,
        *(
            {"student": n, "course": course["course"], "exam": exam, "points": s / 2}
            for n, s in zip(students, scores, strict=True)
        ),
    ]
    play.ask(course=course["course"], exam=exam)
    listed = play.call("class_list", {"course": course["course"]})
    play.learn(
        "{course} has {names} in it.", "The students of {course} are {names}.", names=[one["name"] for one in listed]
    )
    points: dict[str, float] = {}
    for one in listed:
        found = play.call(
            "grades_of",
            {"student": one["student"], "course": course["course"]},
            does=f"get the grades of {one['name']}, number {one['student']}",
        )
        points[one["name"]] = found[0]["points"]
        if len(points) < len(listed):
            play.learn(
                "{who} got {points} points.",
                "The {exam} of {who} has {points}.",
                who=one["name"],
                points=points[one["name"]],
            )
    best = max(points, key=lambda name: points[name])
    play.learn(
        "{who} got {last} points; the most, {points}, belong to {best}."
        if best != listed[-1]["name"]
        else "{who} got {last} points, which is the most of all.",
        "With {last} points for {who} the list is complete, and {best} is first.",
        who=listed[-1]["name"],
        last=points[listed[-1]["name"]],
        best=best,
        points=points[best],
    )
    play.conclude(
        "{best} did best in the {exam} of {course}, with {points} points.",
        "The most points in the {exam} went to {best}: {points}.",
        "{best} came first in the {course} {exam} ({points} points).",
        facts=["best"],
    )


@SCHOOL.intent(
    goal="tell how many points lie between {name}'s {exam} and {second} in {course}",
    wordings=(
        "how many points lie between {name}'s {exam} and {second} in {course}?",
        "did {name} do better in the {second} of {course} than in the {exam}, and by how many points?",
        "compare the {exam} and the {second} of {name} in {course}",
        "{name} studied hard between the {exam} and the {second} in {course}. By how many points did it change?",
        "what's the difference in points between the {exam} and the {second} that {name} wrote in {course}?",
        "tell me the gap between {name}'s results in the {exam} and the {second} of {course}",
        "~{name} {course}: {exam} vs {second}",
        "~difference {exam}/{second}, {course}, {name}",
    ),
    essential="grades_of",
    split=Split.DEV,
)
def two_exams(play: Play) -> None:
    """Two calls and a difference."""
    student, course = any_enrolment(play)
    own = [
        one for one in play.state["grades"] if (one["student"], one["course"]) == (student["student"], course["course"])
    ]
    first, second = own[:2]
    if first["points"] == second["points"]:
        raise play.unsuitable("equal points")
    play.ask(name=student["name"], course=course["course"], exam=first["exam"], second=second["exam"])
    number = play.call("find_student", {"name": student["name"]})["student"]
    play.learn("{name} goes by the number {number}.", "{number} is the number of {name}.", number=number)
    found = {
        one["exam"]: one["points"] for one in play.call("grades_of", {"student": number, "course": course["course"]})
    }
    a, b = found[first["exam"]], found[second["exam"]]
    play.learn(
        "The {exam} has {a} points and the {second} {b}, {gap} [apart|of difference].",
        "{a} in the {exam} and {b} in the {second}: the difference is {gap}.",
        a=a,
        b=b,
        gap=abs(a - b),
        better=first["exam"] if a > b else second["exam"],
    )
    play.conclude(
        "The {better} was better by {gap} points: {a} in the {exam}, {b} in the {second}.",
        "{gap} points lie between the {exam} ({a}) and the {second} ({b}).",
        facts=["gap"],
        derived=["gap"],
    )


@SCHOOL.intent(
    goal="tell how many points {name} has in the {exam} of {course}",
    wordings=(
        "which result does {name} from the course {course} have in the {exam}?",
        "find the {exam} points of {name}, who is in {course}",
        "{name} sits in {course}. What did the {exam} bring?",
        "get me {name}'s points in the {exam}; the course is {course}",
        "I teach {course} and mislaid the {exam} of {name}. How many points did I give?",
        "check what {name} reached in the {exam} that was written in {course}",
        "~{exam} of {name} in course {course}",
        "~{course}/{exam}/{name}: result?",
    ),
    kind=Kind.RECOVER,
    breaks="find_student",
    split=Split.TRAIN,
)
def points_by_list(play: Play) -> None:
    """Names can't be looked up, but the course's list has the number."""
    student, course = any_enrolment(play)
    own = [
        one for one in play.state["grades"] if (one["student"], one["course"]) == (student["student"], course["course"])
    ]
    exam = play.draw.pick(own)["exam"]
    play.ask(name=student["name"], course=course["course"], exam=exam)
    failed = play.attempt("find_student", {"name": student["name"]}).error
    play.learn("The search for students {said}.", "I can't look up the name, as the tool {said}.", said=failed)
    listed = play.call(
        "class_list",
        {"course": course["course"]},
        why=(
            "But {name} is in {course}, so {tool} should show the number.",
            "The list of {course} has numbers, too: I get it with {tool}.",
        ),
    )
    number = next(one["student"] for one in listed if one["name"] == student["name"])
    play.learn("There, {name} has number {number}.", "The list gives {number} for {name}.", number=number)
    found = play.call("grades_of", {"student": number, "course": course["course"]})
    play.learn(
        "The {exam} shows {points} points.",
        "For the {exam}, {name} has {points} points.",
        points=next(one["points"] for one in found if one["exam"] == exam),
    )
    play.conclude(
        "{name} has {points} points in the {exam} of {course}.",
        "The {exam} brought {name} {points} points.",
        "In {course}, {name}'s {exam} has {points} points.",
        facts=["points"],
    )
