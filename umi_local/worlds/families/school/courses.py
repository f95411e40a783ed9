"""Questions about courses."""

from __future__ import annotations

from umi_local.worlds.facts import NO
from umi_local.worlds.families.school.service import SCHOOL, TITLES, any_course, enrolled
from umi_local.worlds.family import Kind, Missing
from umi_local.worlds.play import Play
from umi_local.worlds.pools import person
from umi_local.worlds.splits import Split


@SCHOOL.intent(
    goal="tell who teaches {course}",
    wordings=(
        "who teaches {course}?",
        "who is the teacher of course {course}?",
        "tell me the name of the person who teaches {course}",
        "give me the teacher for {course}",
        "I left my umbrella in {course} and would like to ask the teacher. Who is that?",
        "look up who gives the course {course}",
        "My son came home with a note from the {course} teacher that I can't read. What is the teacher's name?",
        "~teacher {course}",
        "~who gives {course}",
    ),
    essential="course_info",
    missing=Missing(
        wordings=(
            "who teaches the course?",
            "give me the name of the teacher, please. It's for my course.",
            "look up who gives this course",
            "~teacher of the course?",
        ),
        needs="the code of the course",
        goal="tell who teaches a course",
        slot="course",
    ),
    split=Split.TRAIN,
)
def teacher(play: Play) -> None:
    """One call; then perhaps a question that its result answers as well."""
    play.ask(course=any_course(play)["course"])
    found = play.call("course_info", {"course": play.slots["course"]})
    play.learn(
        "{course}, {title}, is taught by {teacher}.",
        "The teacher of {course} is {teacher}.",
        **{key: found[key] for key in ("title", "teacher", "room", "weekday", "time")},
    )
    play.conclude(
        "{teacher} teaches {course}.",
        "The teacher of {title} ({course}) is {teacher}.",
        "It's {teacher} who teaches {course}.",
        facts=["teacher"],
    )
    if play.draw.chance(0.35):
        play.then_ask(
            "and which room is it in?",
            "in what room does it take place?",
            "And the room?",
            "~room?",
            goal="tell the room of {course}",
        )
        play.conclude(
            "{course} takes place in {room}.",
            "The room of {course} is {room}.",
            facts=["room"],
            why=(
                "The course's data, which I have, also name the room: {room}.",
                "I saw the room already, {room}, so there is nothing to call.",
            ),
        )


@SCHOOL.intent(
    goal="tell on which day, when and where {course} takes place",
    wordings=(
        "when and where is {course}?",
        "on which weekday, at what time and in which room does {course} take place?",
        "give me day, time and room of {course}",
        "I'm new and lost. Where do I have to be for {course}, on what day and at what time?",
        "tell a substitute teacher day, time and room of course {course}",
        "look up the slot and the room of {course}",
        "~{course} day/time/room",
        "~where + when {course}",
    ),
    essential="course_info",
    split=Split.TEST,
)
def slot_and_room(play: Play) -> None:
    """One call, three values."""
    play.ask(course=any_course(play)["course"])
    found = play.call("course_info", {"course": play.slots["course"]})
    play.learn(
        "{course} is on {weekday} at {time} in {room}.",
        "The slot of {course} is {weekday}, {time}, room {room}.",
        **{key: found[key] for key in ("weekday", "time", "room")},
    )
    play.conclude(
        "{course} takes place on {weekday} at {time} in room {room}.",
        "On {weekday} at {time}, in {room}.",
        "Room {room}, {weekday} at {time}.",
        facts=["weekday", "time", "room"],
    )


@SCHOOL.intent(
    goal="tell how many seats are left in {course}",
    wordings=(
        "how many seats are left in {course}?",
        "how many more students can still join {course}?",
        "are there places left in {course}, and how many?",
        "tell me the number of free places in {course}",
        "A friend of mine is thinking about {course}. How many places are still open?",
        "work out how many seats {course} has left",
        "~free seats {course}",
        "~{course}: places left?",
    ),
    essential="course_info",
    missing=Missing(
        wordings=(
            "how many seats are left in the course?",
            "tell me the number of free places in that course",
            "A friend of mine is thinking about a course. How many places are still open there?",
            "~places left?",
        ),
        needs="the course code",
        goal="tell how many seats a course has left",
        slot="course",
    ),
    split=Split.TRAIN,
)
def seats_left(play: Play) -> None:
    """One call and a difference, which may be nothing."""
    course = any_course(play)
    if play.draw.chance(0.25):
        course["seats"] = enrolled(course)
    play.ask(course=course["course"])
    found = play.call("course_info", {"course": course["course"]})
    play.learn(
        "{course} has {seats} seats and {taken} are taken, which leaves {left}.",
        "{taken} of {seats} seats are taken, so {left} remain.",
        seats=found["seats"],
        taken=found["enrolled"],
        left=found["seats"] - found["enrolled"],
    )
    if play.slots["left"]:
        play.conclude(
            "{course} has {left:n seat} left.",
            "There is room for {left} more in {course}.",
            "{left} of the {seats} seats in {course} are free.",
            facts=["left"],
            derived=["left"],
        )
    else:
        play.conclude(
            "No seat is left in {course}; all {seats} are taken.",
            "{course} is full: none of its {seats} seats is free.",
            facts=["left"],
            derived=["left"],
        )


@SCHOOL.intent(
    goal="find out whether there is a course in {title}",
    wordings=(
        "is there a course in {title}, and what is its code?",
        "do you offer {title}?",
        "what is the code of the {title} course?",
        "I'd love to learn something about {title}. Do you have a course on it?",
        "search the courses for {title} and give me the code",
        "My grandmother wants to take up {title}. Is there anything for her, and under which code?",
        "find the course {title}; I need the code for the form",
        "~code of {title} course",
        "~{title} course?",
    ),
    essential="find_courses",
    split=Split.TRAIN,
)
def is_offered(play: Play) -> None:
    """One call; half of the time there is no such course."""
    titles = [course["title"] for course in play.state["courses"].values()]
    if play.draw.chance(0.55):
        play.ask(title=play.draw.pick([one for one in titles if sum(one in other for other in titles) == 1] or titles))
        found = play.call("find_courses", {"words": play.slots["title"]})[0]
        play.learn(
            "{title} has the code {course} and is taught by {teacher}.",
            "There is such a course: {course}.",
            course=found["course"],
            teacher=found["teacher"],
        )
        play.conclude(
            "Yes, {title} is offered as {course}.",
            "The code of {title} is {course}.",
            "There is a course in {title}: {course}, taught by {teacher}.",
            facts=["course"],
        )
        return
    own = [title for title in TITLES.of(play.draw.split) if not any(title in other for other in titles)]
    play.ask(title=play.draw.pick(own))
    play.call("find_courses", {"words": play.slots["title"]})
    play.learn("The search for {title} finds no course.", "No course has {title} in its title.")
    play.conclude(
        "There is no course in {title}.",
        "No, {title} isn't offered at the moment.",
        "I found no course on {title}, so there is no code for it.",
        facts=[NO],
    )


@SCHOOL.intent(
    goal="tell when the course in {title} is",
    wordings=(
        "when is the course in {title}?",
        "on what day and at what time is {title} taught?",
        "find the {title} course and tell me its day and time",
        "I have piano practice on most days. When exactly is {title}?",
        "tell me the weekday and the starting time of {title}",
        "My shifts change next month, so I need to know when {title} takes place.",
        "look up when {title} is held",
        "~{title}: day, time?",
        "~when's {title}",
    ),
    essential="course_info",
    split=Split.TRAIN,
)
def when_is(play: Play) -> None:
    """Two calls: the search names the code."""
    titles = [course["title"] for course in play.state["courses"].values()]
    course = any_course(play)
    if sum(course["title"] in other for other in titles) > 1:
        raise play.unsuitable("two courses match")
    play.ask(title=course["title"])
    code = play.call("find_courses", {"words": course["title"]})[0]["course"]
    play.learn("{title} is {course}.", "The code of the course is {course}.", course=code)
    found = play.call("course_info", {"course": code})
    play.learn(
        "{course} is held on {weekday} at {time}.",
        "It takes place each {weekday} at {time}.",
        weekday=found["weekday"],
        time=found["time"],
    )
    play.conclude(
        "{title} ({course}) is on {weekday} at {time}.",
        "The course {title} starts at {time} each {weekday}.",
        "{title} is taught each {weekday} at {time}.",
        facts=["weekday", "time"],
    )


@SCHOOL.intent(
    goal="tell who teaches the course {wrong}, {title}",
    wordings=(
        "who teaches {wrong}, the course in {title}?",
        "give me the teacher of {title}, code {wrong}",
        "I'm enrolled for {title} under the code {wrong}, or so it says on my slip. Who is the teacher?",
        "look up course {wrong} ({title}) and tell me who gives it",
        "My timetable says {wrong} for {title}. Who is the teacher there?",
        "Please tell me who is responsible for {title}. The code should be {wrong}.",
        "~teacher of {wrong}, {title}",
        "~{title} ({wrong}) who teaches",
    ),
    kind=Kind.RECOVER,
    split=Split.TEST,
)
def wrong_code(play: Play) -> None:
    """No course has that code; the title leads to the right one."""
    titles = [course["title"] for course in play.state["courses"].values()]
    course = any_course(play)
    if sum(course["title"] in other for other in titles) > 1:
        raise play.unsuitable("two courses match")
    prefix = course["course"].partition("-")[0]
    known = play.state["courses"]
    codes = (f"{prefix}-{n}" for n in iter(lambda: play.draw.whole(101, 490), None))
    play.ask(title=course["title"], wrong=next(code for code in codes if code not in known))
    play.attempt("course_info", {"course": play.slots["wrong"]})
    play.learn("There is no course {wrong}.", "{wrong} isn't the code of any course.")
    found = play.call(
        "find_courses",
        {"words": course["title"]},
        why=(
            "The title is known, so I search for {title} with {tool}.",
            "Perhaps the code is wrong but the title isn't: I look for {title} with {tool}.",
        ),
    )[0]
    play.learn(
        "{title} is {course}, and {teacher} teaches it.",
        "The right code is {course}; the teacher is {teacher}.",
        course=found["course"],
        teacher=found["teacher"],
    )
    play.conclude(
        "{title} is taught by {teacher}. Its code is {course}, not {wrong}.",
        "The teacher is {teacher}; the right code of {title} is {course}.",
        facts=["teacher"],
    )


@SCHOOL.intent(
    goal="make {name} the teacher of {course}",
    wordings=(
        "make {name} the teacher of {course}",
        "put {name} in charge of the course {course}",
        "{name} takes over {course} from next week. Change the teacher, please.",
        "let {name} teach {course} instead of the teacher it has now",
        "The head wants {name} to teach {course}. Please enter that.",
        "replace the teacher of {course} by {name}",
        "~teacher {course} -> {name}",
        "~{name} new teacher of {course}",
    ),
    kind=Kind.IMPOSSIBLE,
    split=Split.TRAIN,
    weight=0.6,
)
def new_teacher(play: Play) -> None:
    """No tool of the office changes who teaches."""
    play.ask(course=any_course(play)["course"], name=person(play.draw))
    play.give_up()
