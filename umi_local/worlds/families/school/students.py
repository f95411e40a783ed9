"""Students, their timetables, and advice that needs no data."""

from __future__ import annotations

from umi_local.worlds.facts import NO, Fact
from umi_local.worlds.families.school.service import SCHOOL, WEEKDAYS, any_student
from umi_local.worlds.family import Kind, Missing
from umi_local.worlds.play import Play
from umi_local.worlds.pools import person
from umi_local.worlds.splits import Split


@SCHOOL.intent(
    goal="tell the student number of {name}",
    wordings=(
        "what is the student number of {name}?",
        "find the number of our student {name}",
        "tell me under which student number {name} is registered",
        "{name} forgot the student number again. What is it?",
        "I'm filling in a form for {name} and need the student number.",
        "look up {name}'s number for the library card",
        "can you find {name} among the students? I only want the number",
        "~student no. {name}",
        "~{name} number?",
    ),
    essential="find_student",
    missing=Missing(
        wordings=(
            "what is the student number?",
            "find the number of one of our students",
            "I'm filling in a form for a student and need the student number.",
            "~student no.?",
        ),
        needs="the student's name",
        goal="tell the number of a student",
        slot="name",
    ),
    split=Split.TRAIN,
)
def student_number(play: Play) -> None:
    """One call."""
    play.ask(name=any_student(play)["name"])
    found = play.call("find_student", {"name": play.slots["name"]})
    play.learn(
        "{name} of form {form} has the number {number}.",
        "The record of {name} gives {number} as the number.",
        number=found["student"],
        form=found["form"],
    )
    play.conclude(
        "The student number of {name} is {number}.",
        "{name} has the number {number}.",
        "{name}, form {form}, is student {number}.",
        facts=["number"],
    )


@SCHOOL.intent(
    goal="find {name} among the students",
    wordings=(
        "is {name} a student here?",
        "which form is {name} in?",
        "do we have a student named {name}, and in which form?",
        "find {name} in the student records",
        "Someone called {name} left a scarf in the hall. In what form are they?",
        "check whether {name} goes to this school",
        "~form of {name}",
        "~{name} a student?",
    ),
    split=Split.TRAIN,
    weight=0.8,
)
def is_student(play: Play) -> None:
    """A student, or nobody that the school knows."""
    if play.draw.chance(0.5):
        play.ask(name=any_student(play)["name"])
        found = play.call("find_student", {"name": play.slots["name"]})
        play.learn("{name} is in form {form}.", "The records have {name} in form {form}.", form=found["form"])
        play.conclude(
            "{name} is a student of form {form}.",
            "{name} is a student here, in form {form}.",
            "{name} is in {form}.",
            facts=["form"],
        )
        return
    known = {student["name"] for student in play.state["students"].values()}
    name = person(play.draw)
    if name in known:
        raise play.unsuitable("known after all")
    play.ask(name=name)
    play.attempt("find_student", {"name": name})
    play.learn("The school has no student called {name}.", "No record carries the name {name}.")
    play.conclude(
        "There is no student called {name} here.",
        "No, the school doesn't know anybody named {name}.",
        "I couldn't find {name} among the students; is the name spelled right?",
        facts=[NO],
    )


@SCHOOL.intent(
    goal="tell which courses {name} has on {weekday}",
    wordings=(
        "which courses does {name} have on {weekday}?",
        "what's on {name}'s timetable for {weekday}?",
        "tell me what {name} has on {weekday}s",
        "I want to book the dentist for {name} on a {weekday}. Which courses would that collide with?",
        "Look at {name}'s timetable: what is there on {weekday}?",
        "{name} says there is nothing on {weekday}. Is that so, or which courses are there?",
        "list the {weekday} courses of {name}",
        "~{name} on {weekday}?",
        "~{weekday} timetable {name}",
    ),
    essential="timetable",
    split=Split.TRAIN,
)
def courses_on(play: Play) -> None:
    """Two calls; the day may be free."""
    student = any_student(play)
    own = [one["weekday"] for one in play.state["courses"].values() if student["student"] in one["students"]]
    play.ask(name=student["name"], weekday=play.draw.pick((*own, *own, play.draw.pick(WEEKDAYS))))
    number = play.call("find_student", {"name": student["name"]})["student"]
    play.learn("{name} is student {number}.", "The number of {name} is {number}.", number=number)
    found = [one for one in play.call("timetable", {"student": number}) if one["weekday"] == play.slots["weekday"]]
    if not found:
        play.learn("The timetable has nothing on {weekday}.", "On {weekday}, {name} has no course.")
        play.conclude("{name} has no course on {weekday}.", "Nothing: {weekday} is free for {name}.", facts=[NO])
        return
    play.learn(
        "On {weekday} there {listed}.",
        "The timetable for {weekday}: {titles}.",
        listed="is one course, " + found[0]["title"]
        if len(found) == 1
        else "are " + " and ".join(one["title"] for one in found),
        titles=[one["title"] for one in found],
        when=[f"{one['title']} at {one['time']}" for one in found],
    )
    play.conclude(
        "On {weekday}, {name} has {when}.",
        "{name} has {titles} on {weekday}.",
        "The timetable of {name} shows {when} for {weekday}.",
        facts=["titles"],
    )


@SCHOOL.intent(
    goal="count the courses that {name} takes",
    wordings=(
        "how many courses does {name} take?",
        "count {name}'s courses",
        "in how many courses is {name} enrolled at the moment?",
        "I think {name} has too much on. How many courses is it?",
        "tell me the number of courses on the timetable of {name}",
        "The fee depends on the number of courses. How many does {name} have?",
        "~number of courses {name}",
        "~{name}, how many courses?",
    ),
    essential="timetable",
    split=Split.DEV,
)
def number_of_courses(play: Play) -> None:
    """Two calls and a count."""
    play.ask(name=any_student(play)["name"])
    number = play.call("find_student", {"name": play.slots["name"]})["student"]
    play.learn("{name} has the student number {number}.", "Number {number} is {name}.", number=number)
    titles = [one["title"] for one in play.call("timetable", {"student": number})]
    play.learn(
        "The timetable lists {n:n course}: {titles}.",
        "{titles}, that makes {n:n course}.",
        n=len(titles),
        titles=titles,
    )
    play.conclude(
        "{name} takes {n:n course}: {titles}.",
        "It is {n:n course} for {name}: {titles}.",
        facts=["n"],
        derived=["n"],
    )


TERMS = {
    "a syllabus": ("is the plan of what a course will cover", "plan"),
    "a midterm": ("is an exam in the middle of a term", "middle"),
    "an elective": ("is a course that you may choose but don't have to take", "choose"),
    "a semester": ("is one half of the school or university year", "half"),
    "a seminar": ("is a small class in which the participants discuss and present a subject", "discuss"),
    "tuition": ("is the money that is paid for being taught", "money"),
    "a transcript": ("is the official list of a student's courses and grades", "list"),
    "plagiarism": ("means handing in somebody else's work as your own", "else"),
    "a scholarship": ("is money that a student is given to pay for studying", "money"),
    "a prerequisite": ("is something that you must have done before you may take a course", "before"),
}


@SCHOOL.intent(
    goal="explain what {term} is",
    wordings=(
        "what is {term}, in school language?",
        "explain {term} to me in one sentence",
        "Our letter from the school speaks of {term}. What does that mean?",
        "I'm the first in my family to go to college. What is {term}?",
        "what do schools mean by {term}?",
        "say in simple words what {term} is",
        "~{term} (school) meaning?",
        "~define {term}, as in studies",
    ),
    kind=Kind.NO_TOOL,
    split=Split.TRAIN,
    weight=0.6,
)
def school_term(play: Play) -> None:
    """Common knowledge."""
    term = play.draw.pick(list(TERMS))
    play.ask(term=term, meaning=TERMS[term][0])
    play.conclude(
        "{term:cap} {meaning}.",
        "In schools, {term} {meaning}.",
        facts=[Fact("text", TERMS[term][1])],
        why=(
            "What {term} is doesn't stand in the records of a school; I know it anyway.",
            "This only asks for the meaning of a word, so I explain it myself.",
        ),
    )


TIPS = {
    "learn new words of a language": (
        "repeat them a few minutes every day instead of an hour once a week",
        "every day",
    ),
    "prepare for an oral exam": ("explain the subject aloud to a friend, without looking at your notes", "aloud"),
    "stop putting homework off": ("start with just ten minutes and put the phone into another room", "phone"),
    "remember dates in history": ("draw a timeline and tie each date to a small story", "timeline"),
    "stay awake while studying": ("open a window, drink water and take a short walk every hour", "walk"),
    "take good notes in class": ("write key words instead of sentences and go over them the same evening", "key words"),
    "understand a hard formula": ("put simple numbers into it and watch what comes out", "numbers"),
    "be less nervous before a test": (
        "sleep well, come early and breathe slowly a few times before you begin",
        "breathe",
    ),
}


@SCHOOL.intent(
    goal="give a tip on how to {aim}",
    wordings=(
        "how can I {aim}? one good tip, please",
        "what helps to {aim}?",
        "give me some advice, I'd like to {aim}",
        "I find it so hard to {aim}. Do you have a tip?",
        "what would you tell a student who wants to {aim}?",
        "name one thing that makes it easier to {aim}",
        "~tip: {aim}",
        "~how to {aim}?",
    ),
    kind=Kind.NO_TOOL,
    split=Split.TEST,
    weight=0.6,
)
def study_tip(play: Play) -> None:
    """Advice."""
    aim = play.draw.pick(list(TIPS))
    play.ask(aim=aim, tip=TIPS[aim][0])
    play.conclude(
        "My tip: {tip}.",
        "If you want to {aim}, {tip}.",
        facts=[Fact("text", TIPS[aim][1])],
        why=(
            "That is a wish for advice on studying, and no record would help.",
            "I can give a tip on how to {aim} from what I know.",
        ),
    )
