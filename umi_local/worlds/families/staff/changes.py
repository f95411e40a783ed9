"""What users have entered, booked and cancelled."""

from __future__ import annotations

from umi_local.worlds.dates import days_later
from umi_local.worlds.facts import NO
from umi_local.worlds.families.staff.service import STAFF, add_meeting, any_person, any_slot, clash, leave_days
from umi_local.worlds.family import Missing
from umi_local.worlds.play import Play
from umi_local.worlds.splits import Split


@STAFF.intent(
    goal="request vacation for {person} from {first} to {last}",
    wordings=(
        "request vacation for {person} from {first} to {last}",
        "I'm {person} and want to go on vacation from {first} until {last}. Please put it in.",
        "enter a vacation for staff number {person}, first day {first}, last day {last}",
        "We have found a cheap flight! Vacation for {person}, please: {first} to {last}.",
        "can {person} take vacation from {first} to {last}? if so, request it",
        "apply for vacation in my name, staff number {person}, starting {first} and ending {last}",
        "The kids are off from {first} to {last}, so I need vacation then. My number is {person}.",
        "~vacation {person} {first} - {last}",
        "~{person}: off {first} to {last}, vacation",
    ),
    essential="request_leave",
    missing=Missing(
        wordings=(
            "request vacation for {person}, starting {first}",
            "I'm {person} and want to go on vacation on {first}. Please put it in.",
            "enter a vacation for staff number {person}, first day {first}",
            "We have found a cheap flight! Vacation for {person}, please, beginning on {first}.",
            "~vacation {person} from {first}",
        ),
        needs="the last day",
        goal="request vacation for {person} from {first} on",
        slot="last",
        replies=("{value}", "until {value}", "The last day is {value}."),
    ),
    split=Split.TRAIN,
)
def vacation(play: Play) -> None:
    """One call; refused where too few days are left."""
    person = any_person(play)
    for key in [key for key, a in play.state["absences"].items() if a["person"] == person["person"]]:
        del play.state["absences"][key]
    first = play.draw.pick(play.state["days"])
    last = days_later(first, play.draw.whole(1, 16))
    takes = leave_days(first, last)
    person["leave_left"] = takes - 1 if not play.asks_back and play.draw.chance(0.3) else takes + play.draw.whole(0, 12)
    play.ask(person=person["person"], first=first, last=last)
    wish = {"person": person["person"], "kind": "vacation", "first": first, "last": last}
    reply = play.attempt("request_leave", wish, does="request vacation for {person}")
    if reply.failed:
        play.learn(
            "It takes {takes:n day}, and only {left} are left." if takes > 2 else "Too few days are left: {left}.",
            "The request is refused, as {person} has {left:n day} left and needs {takes}.",
            takes=takes,
            left=takes - 1,
        )
        play.conclude(
            "That isn't possible: it would take {takes:n day} of leave, and {left} are left."
            if takes > 2
            else "That isn't possible: it takes {takes:n day} of leave, and just {left:n day} can be used.",
            "The vacation was not entered, since {person} has {left:n day} of leave and would need {takes}.",
            facts=[NO, "left"],
            why=("The user may want to choose other days, so I report that.", "So there's nothing to enter."),
        )
        return
    assert isinstance(reply.value, dict)
    play.learn(
        "Absence {absence} takes {days:n day} and leaves {rest}.",
        "It is entered as {absence}; {rest:n day} are left." if reply.value["leave_left"] != 1 else "It is {absence}.",
        absence=reply.value["absence"],
        days=reply.value["days"],
        rest=reply.value["leave_left"],
    )
    play.conclude(
        "The vacation is entered as number {absence}. It takes {days:n day}, so {rest} remain.",
        "Vacation from {first} to {last} is in (number {absence}); days left: {rest}.",
        "Done, number {absence}: {days:n day} of leave, {rest} left.",
        facts=["absence", "rest"],
    )


@STAFF.intent(
    goal="cancel the {kind} of {person} that begins on {first}",
    wordings=(
        "cancel the {kind} of {person} that begins on {first}",
        "I'm {person}. My {kind} from {first} on has fallen through, please take it out.",
        "withdraw the absence of staff number {person}, I mean the {kind} starting {first}",
        "The {kind} that {person} wanted as of {first} won't happen. Cancel it.",
        "delete the {kind} with the first day {first} from the absences of {person}",
        "could you call off the {kind} of {person} on {first}?",
        "remove what stands for {person} from {first} on, it's marked as {kind}",
        "~cancel {kind} {person}, {first}",
        "~{person}: no {kind} on {first} after all",
    ),
    essential="cancel_absence",
    missing=Missing(
        wordings=(
            "cancel my {kind} that begins on {first}",
            "My {kind} from {first} on has fallen through, please take it out.",
            "withdraw an absence for me, the {kind} starting {first}",
            "could you call off my {kind} on {first}?",
            "~cancel {kind} {first}",
        ),
        needs="the staff number",
        goal="cancel a {kind} that begins on {first}",
        slot="person",
    ),
    split=Split.TRAIN,
)
def cancel_leave(play: Play) -> None:
    """Two calls; the number comes from the list."""
    absence = play.draw.pick(list(play.state["absences"].values()))
    absence["kind"] = play.draw.pick(("vacation", "training", "business trip"))
    play.ask(person=absence["person"], kind=absence["kind"], first=absence["first"])
    listed = play.call("absences_of", {"person": absence["person"]})
    found = next(row for row in listed if row["first"] == absence["first"])
    play.learn(
        "The {kind} from {first} on is absence {absence}.",
        "Absence {absence} begins on {first}.",
        absence=found["absence"],
    )
    done = play.call("cancel_absence", {"absence": found["absence"]})
    play.learn(
        "{absence} is cancelled, and {person} has {left:n day} of leave.",
        "Number {absence} is gone.",
        left=done["leave_left"],
    )
    play.conclude(
        "The {kind} from {first} on (number {absence}) is cancelled.",
        "I cancelled absence {absence}, so {person} is not away as of {first}.",
        "Done: number {absence} is out. Days of leave now: {left}.",
        facts=["absence"],
    )


@STAFF.intent(
    goal="book the smallest free room for {count:n person} on {day} from {start} to {end}, for {person}",
    wordings=(
        "book a room for {count:n person} on {day} from {start} to {end}, the smallest that fits, on {person}",
        "We are {count} and need a room on {day}, {start} to {end}. No bigger than necessary, please. I'm {person}.",
        "find the smallest free room with at least {count} seats on {day} between {start} and {end}; book it for {person}",
        "Meeting with {count:n person} on {day}, {start} until {end}, staff number {person}. Take the smallest room.",
        "reserve the smallest room where {count} can sit, {day} from {start} to {end}, in the name of {person}",
        "I don't want to block a hall for {count:n person}. Book the smallest room for {person}, {day}, {start}-{end}.",
        "~room for {count}, {day} {start}-{end}, smallest, {person}",
        "~{person}: smallest room >= {count} seats, {day} {start} to {end}",
    ),
    essential="book_room",
    split=Split.TRAIN,
)
def smallest_room(play: Play) -> None:
    """Two calls: compare, then book."""
    slot, person = any_slot(play), any_person(play)
    free = [r for name, r in play.state["rooms"].items() if clash(play.state, name, **_at(slot)) is None]
    sizes = sorted(room["seats"] for room in free)
    if len(sizes) < 2:
        raise play.unsuitable("too few free rooms")
    play.ask(**slot, person=person["person"], count=sizes[-2] - play.draw.whole(0, 1))
    found = play.call("free_rooms", {**slot, "seats": play.slots["count"]}, does="list the free rooms of that size")
    best = min(found, key=lambda row: int(row["seats"]))
    play.learn(
        "{room}, with {seats} seats, is the smallest that fits.",
        "Of {options:n room}, {room} is the smallest: {seats} seats.",
        room=best["room"],
        seats=best["seats"],
        options=len(found),
    )
    made = play.call("book_room", {"room": best["room"], **slot, "person": person["person"]}, does="book {room}")
    play.learn("The booking code is {booking}.", "{room} is booked as {booking}.", booking=made["booking"])
    play.conclude(
        "{room} ({seats} seats) is booked on {day} from {start} to {end}, code {booking}.",
        "I booked {room}, the smallest that fits, with {seats} seats. The code is {booking}.",
        facts=["room", "booking"],
    )


def _at(slot: dict[str, str]) -> dict[str, str]:
    return {"at": slot["day"], "start": slot["start"], "end": slot["end"]}


@STAFF.intent(
    goal="book {wished} for {person} on {day} from {start} to {end}, or else the largest free room",
    wordings=(
        "book {wished} for {person} on {day} from {start} to {end}; if it's taken, the largest room that is free",
        "I'm {person} and would like {wished} on {day}, {start} to {end}. Otherwise give me the biggest room there is.",
        "try to get room {wished} on {day} between {start} and {end} for {person}, or else the one with most seats",
        "We always meet in {wished}. Book it on {day}, {start} until {end}, on {person}. Plan B: the largest free room.",
        "reserve {wished}, {day}, {start}-{end}, staff number {person}. In case of a clash, take the largest other room.",
        "for {person}, is {wished} free on {day} from {start} to {end}? book it, or the biggest of the free ones if it isn't",
        "~{wished} {day} {start}-{end} for {person}, else largest",
        "~{person}: {wished} or biggest free room, {day} {start} to {end}",
    ),
    essential="book_room",
    split=Split.TRAIN,
)
def room_or_largest(play: Play) -> None:
    """One call, or three where the room is taken."""
    slot, person = any_slot(play), any_person(play)
    taken = [name for name in play.state["rooms"] if clash(play.state, name, **_at(slot))]
    free = [name for name in play.state["rooms"] if name not in taken]
    if not free:
        raise play.unsuitable("no room is free")
    if not taken and len(free) > 1:
        taken = [free.pop()]
        add_meeting(play.state, taken[0], **_at(slot), by=any_person(play)["name"])
    wished = play.draw.pick(taken if play.draw.chance(0.75) else free)
    play.ask(**slot, person=person["person"], wished=wished)
    reply = play.attempt(
        "book_room",
        {"room": wished, **slot, "person": person["person"]},
        why=(
            "I try to book {wished} with {tool}; a clash would be named.",
            "{wished} is the first wish, so I ask {tool} for it.",
            "If {wished} is free on {day} from {start} to {end}, one call of {tool} settles it.",
        ),
    )
    if not reply.failed:
        assert isinstance(reply.value, dict)
        play.learn("It was free; the code is {booking}.", "{wished} is booked.", booking=reply.value["booking"])
        play.conclude(
            "{wished} is booked for {person} on {day} from {start} to {end}, code {booking}.",
            "You have {wished} on {day}, {start} to {end} (code {booking}).",
            facts=["wished", "booking"],
        )
        return
    other = clash(play.state, wished, **_at(slot))
    assert other is not None
    play.learn("{wished} is booked by {by} then.", "{by} has {wished} at that time.", by=other["by"])
    found = play.call("free_rooms", slot)
    best = max(found, key=lambda row: int(row["seats"]))
    play.learn(
        "The largest free room is {room}, with {seats} seats.",
        "{room} has the most seats of those that are free, {seats}.",
        room=best["room"],
        seats=best["seats"],
    )
    made = play.call("book_room", {"room": best["room"], **slot, "person": person["person"]}, does="book {room}")
    play.learn("{room} is booked, code {booking}.", "That worked: {booking}.", booking=made["booking"])
    play.conclude(
        "{wished} is taken by {by}, so I booked {room} with {seats} seats. The code is {booking}.",
        "You have {room} instead of {wished}, on {day} from {start} to {end} (code {booking}).",
        facts=["room", "booking"],
    )


@STAFF.intent(
    goal="book a free desk on floor {floor} for {person} on {day}",
    wordings=(
        "book a desk on floor {floor} for {person} on {day}, the one with the lowest number",
        "I'm coming to the office on {day}. A desk on floor {floor} for {person}, please, the first one that's free.",
        "reserve the first free desk on floor {floor} for staff number {person}, {day}",
        "{person} needs somewhere to sit on {day}. Floor {floor}, take the lowest free desk number.",
        "which desks are free on floor {floor} on {day}? give the first of them to {person}",
        "get me the free desk with the lowest number on floor {floor}, {day}, I'm {person}",
        "My team sits on floor {floor}. Book the first free desk there for me, {person}, on {day}.",
        "~desk floor {floor}, {day}, {person}, first free",
        "~{person} {day}: lowest free desk on floor {floor}",
    ),
    essential="book_desk",
    missing=Missing(
        wordings=(
            "book a desk on floor {floor} for {person}, the one with the lowest number",
            "I'm coming to the office. A desk on floor {floor} for {person}, please, the first one that's free.",
            "My team sits on floor {floor}. Book the first free desk there for me, {person}.",
            "~desk floor {floor}, {person}, first free",
        ),
        needs="the date",
        goal="book a desk on floor {floor} for {person}",
        slot="day",
    ),
    split=Split.TRAIN,
)
def desk(play: Play) -> None:
    """Two calls, or one where the floor is full."""
    person, floor = any_person(play), play.draw.pick((2, 3))
    day = play.draw.pick(play.state["days"])
    bookings = play.state["desk_bookings"]
    bookings[:] = [b for b in bookings if (b["day"], b["person"]) != (day, person["person"])]
    if not play.asks_back and play.draw.chance(0.2):
        free = [d for d in play.state["desks"] if d.startswith(f"{floor}-")]
        others = [code for code in play.state["persons"] if code != person["person"]]
        bookings[:] = [b for b in bookings if b["day"] != day]
        bookings += [{"desk": d, "day": day, "person": code} for d, code in zip(free, others, strict=False)]
    play.ask(person=person["person"], floor=floor, day=day)
    found = play.call("free_desks", {"day": day, "floor": floor}, decides=True)
    if not found:
        play.learn("No desk on floor {floor} is free on {day}.", "Floor {floor} is full that day.")
        play.conclude(
            "I could not book a desk: floor {floor} is full on {day}.",
            "There is no free desk on floor {floor} on {day}.",
            facts=[NO],
            why=("Another floor was not asked for, so I stop here.", "The user must decide what to do instead."),
        )
        return
    play.learn(
        "The first free one is {desk}.",
        "{count:n desk} can be had, and {desk} has the lowest number.",
        desk=found[0],
        count=len(found),
    )
    play.call("book_desk", {"desk": found[0], "day": day, "person": person["person"]})
    play.learn("Desk {desk} is booked.", "{desk} belongs to {person} on {day}.")
    play.conclude(
        "Desk {desk} is booked for {person} on {day}.",
        "You have desk {desk} on {day}.",
        "Done: {day}, desk {desk}.",
        facts=["desk_code"],
        desk_code=str(found[0]),
    )


@STAFF.intent(
    goal="enter {hours:n hour} on {project} for {person} on {day}",
    wordings=(
        "enter {hours:n hour} on {project} for {person} on {day}",
        "I'm {person}. On {day} I worked {hours:n hour} on {project}, please log that.",
        "log {hours:n hour} for staff number {person}, project {project}, {day}",
        "I forgot my timesheet for {day}: {hours:n hour}, {project}, {person}.",
        "put {hours:n hour} of {project} into the timesheet of {person} for {day}",
        "add to {day} that {person} spent {hours:n hour} on {project}",
        "would you record {hours:n hour} on the project {project}? it was on {day}, staff number {person}",
        "~{person} {day} {project} {hours:n hour}",
        "~log {hours} h {project}, {person}, {day}",
    ),
    essential="add_hours",
    split=Split.TRAIN,
)
def log_hours(play: Play) -> None:
    """One call; more than twelve hours a day are refused."""
    person = any_person(play)
    day = play.draw.pick(play.state["days"])
    hours = play.draw.pick((1.5, 2.0, 2.25, 2.5, 3.0, 4.25, 5.5, 6.75))
    rows = [row for row in play.state["hours"] if (row["person"], row["day"]) == (person["person"], day)]
    before = sum(row["hours"] for row in rows)
    play.ask(person=person["person"], day=day, project=play.draw.pick(play.state["projects"]), hours=hours)
    wish = {"person": person["person"], "day": day, "project": play.slots["project"], "hours": hours}
    reply = play.attempt("add_hours", wish)
    if reply.failed:
        play.learn(
            "{person} has {before:n hour} on that day already, and {most} are the limit.",
            "With the {before:n hour} that are there, it would be more than the {most} that are allowed.",
            before=before,
            most=12,
        )
        play.conclude(
            "I could not enter it: {day} has {before:n hour} already, and no more than {most} are allowed.",
            "Not possible, since with the {before:n hour} of that day it would be more than {most}.",
            facts=[NO, "before"],
        )
        return
    assert isinstance(reply.value, dict)
    play.learn(
        "The day has {total:n hour} now.",
        "That is entered; {day} adds up to {total:n hour}.",
        total=reply.value["hours_that_day"],
    )
    play.conclude(
        "I entered {hours:n hour} on {project}; {day} has {total:n hour} now.",
        "Done, {day} adds up to {total:n hour}.",
        "{hours:n hour} on {project} are in. The total of that day is {total}."
        if hours != 1
        else "It is in; the total of that day is {total}.",
        facts=["total"],
    )
