"""Rooms and times of courses."""

from __future__ import annotations

from umi_local.worlds.dates import minutes_later
from umi_local.worlds.facts import NO
from umi_local.worlds.families.school.service import SCHOOL, TIMES, WEEKDAYS, any_course, enrolled, free_at
from umi_local.worlds.family import Missing
from umi_local.worlds.play import Play
from umi_local.worlds.splits import Split


@SCHOOL.intent(
    goal="name the largest room with a projector that is free on {weekday} at {time}",
    wordings=(
        "which is the largest free room with a projector on {weekday} at {time}?",
        "find the biggest room that has a projector and is free on {weekday} at {time}",
        "I want to show a film on {weekday} at {time}. Which free room with a projector has the most seats?",
        "name a room for a slide show on {weekday}, {time}: free, with a projector, as many seats as possible",
        "of the rooms free at {time} on {weekday}, which one with a projector is the largest?",
        "The choir's photo evening is on {weekday} at {time} and needs a projector. What's the largest room we can have?",
        "~largest free room + projector, {weekday} {time}",
        "~{weekday} {time}: room w/ projector, biggest",
    ),
    essential="free_rooms",
    missing=Missing(
        wordings=(
            "which is the largest free room with a projector on {weekday}?",
            "I want to show a film on {weekday}. Which free room with a projector has the most seats?",
            "find the biggest room that has a projector and is free on {weekday}",
            "~largest free room + projector, {weekday}",
        ),
        needs="the time",
        goal="name the largest free room with a projector on {weekday}",
        slot="time",
    ),
    split=Split.TRAIN,
)
def film_room(play: Play) -> None:
    """One call, a condition and a comparison; there may be no such room."""
    course = any_course(play)
    rooms = free_at(play.state, course["weekday"], course["time"])
    if play.draw.chance(0.2):
        for room in rooms:
            room["projector"] = False
    sizes = [room["seats"] for room in rooms if room["projector"]]
    if sizes and sizes.count(max(sizes)) > 1:
        raise play.unsuitable("two are equally large")
    play.ask(weekday=course["weekday"], time=course["time"])
    listed = play.call("free_rooms", {"weekday": course["weekday"], "time": course["time"]})
    found = [room for room in listed if room["projector"]]
    if not found:
        play.learn(
            "None of the {n} free rooms has a projector.", "{n} rooms are free, all without a projector.", n=len(listed)
        )
        play.conclude(
            "No free room has a projector on {weekday} at {time}.",
            "There is no room with a projector then; the {n} free ones don't have any.",
            facts=[NO],
        )
        return
    best = max(found, key=lambda room: room["seats"])
    play.learn(
        "Of the free rooms, {k} [have|come with] a projector, and {room} is the largest with {seats} seats."
        if len(found) > 1
        else "Only {room} with {seats} seats has a projector.",
        k=len(found),
        room=best["room"],
        seats=best["seats"],
    )
    play.conclude(
        "Take {room}: it has a projector and {seats} seats.",
        "{room} is the largest free one with a projector, {seats} seats.",
        "On {weekday} at {time} that would be {room}, with {seats} seats.",
        facts=["room"],
    )


@SCHOOL.intent(
    goal="move {course} to room {room}",
    wordings=(
        "move {course} to room {room}",
        "{course} should take place in {room}. Change the room.",
        "give {course} the room {room}",
        "put course {course} into room {room} from now on",
        "The heating in our room is broken, so {course} has to go to {room}.",
        "switch the room of {course} to {room}",
        "let {course} have its lessons in {room}",
        "~{course} -> room {room}",
        "~room {room} for {course}",
    ),
    essential="set_room",
    missing=Missing(
        wordings=(
            "move {course} to another room",
            "The heating in our room is broken, so {course} has to go somewhere else.",
            "switch the room of {course}",
            "~other room for {course}",
        ),
        needs="the new room",
        goal="move {course} to another room",
        slot="room",
    ),
    split=Split.TRAIN,
)
def other_room(play: Play) -> None:
    """One call."""
    course = any_course(play)
    room = play.draw.pick(free_at(play.state, course["weekday"], course["time"]))
    play.ask(course=course["course"], room=room["room"])
    done = play.call("set_room", {"course": course["course"], "room": room["room"]})
    play.learn(
        "{course} is in {room} now, still on {weekday} at {time}.",
        "The room of {course} has been changed to {room}.",
        weekday=done["weekday"],
        time=done["time"],
    )
    play.conclude(
        "{course} takes place in {room} now.",
        "I moved {course} to {room} ({weekday}, {time}).",
        "Done, {course} has room {room}.",
        facts=["room"],
    )


@SCHOOL.intent(
    goal="move {course} to the smallest free room that has enough seats for everyone in it",
    wordings=(
        "move {course} to the smallest free room that has enough seats for everyone in it",
        "find {course} another room at its time: the smallest free one in which all participants can sit",
        "{course} needs a different room, as small as possible but with a seat for each participant. Arrange that.",
        "Our room is being painted. Put {course} into a free room that just holds everybody, no bigger than needed.",
        "look which rooms are free when {course} is on and give it the smallest that fits all its participants",
        "which free room would just fit {course}? Move it there, and don't waste a bigger one.",
        "~{course}: smallest free room that fits, move",
        "~new room {course}, just big enough",
    ),
    essential="set_room",
    split=Split.TRAIN,
)
def fitting_room(play: Play) -> None:
    """Three calls: slot and size, the free rooms, the move."""
    course = any_course(play)
    fits = [
        room["seats"]
        for room in free_at(play.state, course["weekday"], course["time"])
        if room["seats"] >= enrolled(course) and room["room"] != course["room"]
    ]
    if not fits or fits.count(min(fits)) > 1:
        raise play.unsuitable("no room fits, or two alike")
    play.ask(course=course["course"])
    found = play.call("course_info", {"course": course["course"]})
    play.learn(
        "{course} has {n} participants and is on {weekday} at {time}.",
        "On {weekday} at {time}, {course} needs {n} seats.",
        n=found["enrolled"],
        weekday=found["weekday"],
        time=found["time"],
    )
    listed = play.call("free_rooms", {"weekday": found["weekday"], "time": found["time"]})
    best = min((room for room in listed if room["seats"] >= found["enrolled"]), key=lambda room: room["seats"])
    play.learn(
        "The smallest free room with at least {n} seats is {room}, which has {seats}.",
        "With {seats} seats, {room} is the smallest that holds all {n}.",
        room=best["room"],
        seats=best["seats"],
    )
    play.call("set_room", {"course": course["course"], "room": best["room"]})
    play.learn("{course} moved to {room}.", "{room} belongs to {course} now.")
    play.conclude(
        "{course} with its {n} participants is in {room} now, which has {seats} seats.",
        "I moved {course} to {room}: {seats} seats for {n} people.",
        facts=["room"],
    )


@SCHOOL.intent(
    goal="move {course} to {weekday} at {time}",
    wordings=(
        "move {course} to {weekday} at {time}",
        "{course} shall be on {weekday}, {time}, from next week on. Please change it.",
        "shift the course {course} to {weekday} at {time}",
        "let {course} start at {time} on {weekday} instead",
        "Most people in {course} work on the usual day, so put it on {weekday} at {time}.",
        "reschedule {course}: new day {weekday}, new time {time}",
        "~{course} -> {weekday} {time}",
        "~{weekday} {time} for {course}, change",
    ),
    essential="move_course",
    split=Split.TRAIN,
)
def reschedule(play: Play) -> None:
    """One call with a weekday and a time."""
    course = any_course(play)
    taken = {(one["weekday"], one["time"]) for one in play.state["courses"].values()}
    weekday, time = play.draw.pick([(d, t) for d in WEEKDAYS for t in TIMES if (d, t) not in taken])
    play.ask(course=course["course"], weekday=weekday, time=time)
    done = play.call("move_course", {"course": course["course"], "weekday": weekday, "time": time})
    play.learn(
        "{course} is on {weekday} at {time} now, in {room}.", "The new time of {course} stands.", room=done["room"]
    )
    play.conclude(
        "{course} now takes place on {weekday} at {time}.",
        "I moved {course} to {weekday}, {time}; the room is still {room}.",
        "Done: {course}, {weekday} at {time}.",
        facts=["weekday", "time"],
    )


@SCHOOL.intent(
    goal="move {course} to {weekday} at {time}, or half an hour later if that is refused",
    wordings=(
        "move {course} to {weekday} at {time}, or half an hour later if that doesn't work",
        "try {weekday} at {time} for {course}; if the room or the teacher is busy then, make it thirty minutes later",
        "I'd like {course} on {weekday} at {time}. Should there be a clash, start it half an hour after that.",
        "put {course} on {weekday}, {time}, and if that is refused, on the same day 30 minutes later",
        "shift {course} to {weekday} {time} if possible, else to half an hour after",
        "Could {course} be at {time} on {weekday}? In case it can't, then half an hour later that day. Please change it.",
        "~{course} {weekday} {time}, else +30 min",
        "~reschedule {course}: {weekday} {time} or 30 min later",
    ),
    split=Split.TEST,
)
def half_an_hour_later(play: Play) -> None:
    """The slot may be taken; the other time is worked out."""
    course, other = any_course(play), any_course(play)
    if course is other:
        raise play.unsuitable("only one course")
    if play.draw.chance(0.75):
        key = play.draw.pick(("room", "teacher"))
        course[key] = other[key]
    elif course["room"] == other["room"] or course["teacher"] == other["teacher"]:
        raise play.unsuitable("they clash")
    play.ask(course=course["course"], weekday=other["weekday"], time=other["time"])
    slot = {"course": course["course"], "weekday": other["weekday"]}
    tried = play.attempt("move_course", {**slot, "time": other["time"]}, decides=True)
    if tried.error is None:
        play.learn("{course} could be moved to {weekday} at {time}.", "Nothing was in the way of {weekday}, {time}.")
        play.conclude(
            "{course} is on {weekday} at {time} now.", "That worked: {course}, {weekday}, {time}.", facts=["time"]
        )
        return
    later = minutes_later(other["time"], 30)
    play.learn("There is a clash: {said}.", "It was refused, because {said}.", said=tried.error, later=later)
    play.call(
        "move_course",
        {**slot, "time": later},
        derived=["time"],
        why=("Half an hour later is {later}; I call {tool} with that.", "So I try {later} with {tool}."),
    )
    play.learn("{course} is on {weekday} at {later} now.", "{later} was accepted.")
    play.conclude(
        "{time} was taken, so {course} is on {weekday} at {later} now.",
        "{course} starts at {later} on {weekday}; at {time} there was a clash.",
        facts=["later"],
        derived=["later"],
    )
