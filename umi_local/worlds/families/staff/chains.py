"""Longer ways: one answer leads to the next step, or to another way."""

from __future__ import annotations

from umi_local.worlds.dates import days_between, days_later
from umi_local.worlds.facts import NO
from umi_local.worlds.families.staff.service import (
    STAFF,
    add_meeting,
    any_person,
    any_slot,
    clash,
    leave_days,
    person_code,
    workdays,
)
from umi_local.worlds.family import Kind
from umi_local.worlds.play import Play
from umi_local.worlds.splits import Split


@STAFF.intent(
    goal="cancel whichever booking of {room} overlaps {start} to {end} on {day}",
    wordings=(
        "{room} must be empty on {day} from {start} to {end}. Cancel the booking that is in the way.",
        "the painters need {room} on {day} between {start} and {end}, can you cancel what is booked then?",
        "clear {room} on {day}, {start} to {end}, by cancelling the booking in that time, and tell me whose it was",
        "look who booked {room} on {day} at some time between {start} and {end}, and take that booking out",
        "We have a burst pipe in {room}! Whatever is booked there on {day} from {start} to {end} has to go.",
        "find the booking of {room} on {day} that touches {start} to {end} and cancel it",
        "~free up {room} {day} {start}-{end}",
        "~cancel booking in {room}, {day}, {start} to {end}",
    ),
    essential="cancel_booking",
    split=Split.DEV,
)
def clear_room(play: Play) -> None:
    """Two calls; overlaps are found by comparing times."""
    meeting = play.draw.pick(list(play.state["meetings"].values()))
    hour = int(meeting["start"][:2])
    start, end = f"{hour:02d}:45", f"{hour + 2:02d}:00"
    others = [m for m in play.state["meetings"].values() if (m["room"], m["day"]) == (meeting["room"], meeting["day"])]
    if sum(m["start"] < end and start < m["end"] for m in others) != 1:
        raise play.unsuitable("two bookings overlap")
    play.ask(room=meeting["room"], day=meeting["day"], start=start, end=end)
    listed = play.call("room_bookings", {"room": meeting["room"], "day": meeting["day"]})
    found = next(row for row in listed if row["start"] < end and start < row["end"])
    play.learn(
        "{booking} by {by} lasts from {begins} to {ends}, so it overlaps.",
        "In the way is {booking}: {begins} to {ends}, by {by}.",
        booking=found["booking"],
        by=found["by"],
        begins=found["start"],
        ends=found["end"],
    )
    play.call("cancel_booking", {"booking": found["booking"]})
    play.learn("{booking} is cancelled.", "The booking {booking} is out.")
    play.conclude(
        "I cancelled {booking}, by {by}, so {room} is empty then.",
        "{room} is free: the booking {booking} of {by} ({begins} to {ends}) is cancelled.",
        facts=["booking", "by"],
    )


@STAFF.intent(
    goal="move the {kind} of {name} to {first} until {last}",
    wordings=(
        "move the {kind} of {name} so that it begins on {first} and ends on {last}",
        "{name} can only go from {first} to {last}. Cancel the {kind} that is entered and request it for then.",
        "swap {name}'s {kind}: take the old one out and enter {first} to {last}",
        "The {kind} of {name} has to be shifted to {first} until {last}. Withdraw the present one first.",
        "rebook the {kind} that {name} has, new dates {first} to {last}",
        "I'm {name}, and my {kind} must be from {first} to {last} instead of the dates that are in.",
        "~{name} {kind} -> {first} to {last}",
        "~shift {kind}, {name}: {first} - {last}",
    ),
    essential="cancel_absence",
    split=Split.TEST,
)
def move_leave(play: Play) -> None:
    """Four calls: the person, the absence, its end, and a new one."""
    absence = play.draw.pick(list(play.state["absences"].values()))
    absence["kind"] = play.draw.pick(("vacation", "training"))
    person = play.state["persons"][absence["person"]]
    first = workdays(days_later(absence["last"], play.draw.whole(5, 20)), 1)[0]
    last = days_later(first, days_between(absence["first"], absence["last"]))
    if absence["kind"] == "vacation" and leave_days(first, last) > person["leave_left"]:
        raise play.unsuitable("too few days")
    play.ask(name=person["name"], kind=absence["kind"], first=first, last=last)
    code = person_code(play, person["name"])
    old = play.call("absences_of", {"person": code})[0]
    play.learn(
        "The {kind} is absence {old}, from {was} on.",
        "Absence {old} is the one to be moved.",
        old=old["absence"],
        was=old["first"],
    )
    play.call("cancel_absence", {"absence": old["absence"]}, does="cancel absence {old}")
    play.learn("{old} is out; now the new dates can go in.", "Absence {old} is cancelled, so {first} is next.")
    made = play.call(
        "request_leave",
        {"person": code, "kind": absence["kind"], "first": first, "last": last},
        does="request the {kind} from {first} to {last}",
    )
    play.learn("The new number is {new}.", "It is entered anew, as {new}.", new=made["absence"])
    play.conclude(
        "The {kind} of {name} is now from {first} to {last}, under the number {new}.",
        "I cancelled absence {old} and entered {first} to {last} as {new}.",
        facts=["first", "new"],
    )


@STAFF.intent(
    goal="book {room} for {name} on {day} from {start} to {end}, unless {name} is away then",
    wordings=(
        "book {room} for {name} on {day} from {start} to {end}, unless they're away that day",
        "See if {name} is in on {day}. If so, reserve {room} from {start} to {end} in their name, if not, tell me.",
        "I want {name} to have {room} on {day}, {start} to {end}. No use, of course, if they are absent. Please check.",
        "if {name} isn't absent on {day}, can you book {room} from {start} to {end} for them?",
        "check the absences of {name} first, then book {room} on {day}, {start} until {end}, if nothing is in the way",
        "reserve {room} for {name}, {day} {start}-{end}, but not if an absence of theirs includes that day",
        "~{room} {day} {start}-{end} for {name} if present",
        "~{name} in on {day}? then {room}, {start} to {end}",
    ),
    split=Split.TRAIN,
)
def book_if_there(play: Play) -> None:
    """Two calls, and a third one where the person is there."""
    slot, person = any_slot(play), any_person(play)
    free = [r for r in play.state["rooms"] if clash(play.state, r, slot["day"], slot["start"], slot["end"]) is None]
    if not free:
        raise play.unsuitable("no room is free")
    for absence in play.state["absences"].values():
        if absence["person"] == person["person"]:
            absence.update(first=slot["day"], last=slot["day"])
    if play.draw.chance(0.4):
        absence = play.draw.pick(list(play.state["absences"].values()))
        absence.update(person=person["person"], first=slot["day"], last=days_later(slot["day"], play.draw.whole(1, 4)))
    play.ask(**slot, room=play.draw.pick(free), name=person["name"])
    code = person_code(play, person["name"])
    listed = play.call("absences_of", {"person": code}, does="list the absences of {name}")
    away = [row for row in listed if row["first"] <= slot["day"] <= row["last"]]
    if away:
        play.learn(
            "{name} is away on {day} ({kind}), until {last}.",
            "An absence ({kind}) lasts until {last} and includes {day}.",
            kind=away[0]["kind"],
            last=max(row["last"] for row in away),
        )
        play.conclude(
            "I booked nothing: {name} is away on {day}, until {last}.",
            "{name} is not there on {day} ({kind} until {last}), so {room} was not booked.",
            facts=[NO, "last"],
        )
        return
    play.learn("No absence of {name} includes {day}.", "{name} will be there on {day}.")
    made = play.call("book_room", {"room": play.slots["room"], **slot, "person": code}, does="book {room} for {code}")
    play.learn("The booking is {booking}.", "{room} is booked as {booking}.", booking=made["booking"])
    play.conclude(
        "{name} is there, so I booked {room} on {day} from {start} to {end}: {booking}.",
        "{room} is booked for {name}, code {booking}.",
        facts=["room", "booking"],
    )


@STAFF.intent(
    goal="book desk {desk} for {person} on {day} and tell who is absent then",
    wordings=(
        "book desk {desk} for {person} on {day}, and tell me who is absent then",
        "Two things for {day}: desk {desk} for {person}, and a list of those who are off.",
        "I'm {person} and will be in on {day}, at desk {desk}, please. Who won't be there that day?",
        "reserve {desk} on {day} for staff number {person} and also look up the absences of that day",
        "who's off on {day}? And please give me desk {desk} then, I'm {person}.",
        "I'd like desk {desk} on {day} ({person}). While you're at it, who is missing on that date?",
        "~desk {desk}, {day}, {person} + who's off",
        "~{day}: book {desk} for {person}, list absences",
    ),
    essential="book_desk",
    split=Split.DEV,
)
def desk_and_absences(play: Play) -> None:
    """Two requests, two calls."""
    person, day = any_person(play), play.draw.pick(play.state["days"][:4])
    bookings = play.state["desk_bookings"]
    bookings[:] = [b for b in bookings if (b["day"], b["person"]) != (day, person["person"])]
    taken = {b["desk"] for b in bookings if b["day"] == day}
    desk = play.draw.pick([d for d in play.state["desks"] if d not in taken])
    play.ask(person=person["person"], day=day, desk=desk)
    play.call(
        "book_desk",
        {"desk": desk, "day": day, "person": person["person"]},
        why=(
            "Of the two wishes I take the desk first, with {tool}. The absences come second.",
            "{tool} books {desk}; after that I look at the absences of {day}.",
        ),
    )
    play.learn("Desk {desk} is booked; the absences are still open.", "The desk is done.")
    names = [row["name"] for row in play.call("absent_on", {"day": day})]
    play.slots.update(names=names)
    if names:
        play.learn("Absent then: {names}.", "The list for {day} has {names}.")
        play.conclude(
            "Desk {desk} is booked for {day}. Absent that day: {names}.",
            "You have desk {desk}; {names} will be off.",
            facts=["names"],
        )
    else:
        play.learn("The list of absences has no entry for {day}.", "On {day} everybody is there.")
        play.conclude(
            "Desk {desk} is booked, and nobody is absent on {day}.",
            "You have desk {desk}. There is no absence on {day}.",
            facts=[NO],
        )


@STAFF.intent(
    goal="book {room} for {person} on {day} from {start} to {end} if it is free",
    wordings=(
        "is {room} free on {day} from {start} to {end}? If yes, book it for {person}.",
        "book {room} on {day}, {start} to {end}, for {person}, provided that it's free",
        "If nobody is in {room} on {day} between {start} and {end}, it's for {person}. Please book.",
        "see whether {room} can be had on {day} from {start} until {end} and, if so, put {person} in",
        "I'd need {room} on {day}, {start}-{end}, staff number {person}. Look first if it is free.",
        "check the free rooms on {day} from {start} to {end} for {room}, and book that one for {person} if you can",
        "~{room} free {day} {start}-{end}? book for {person}",
        "~{person}: {room}, {day} {start} to {end}, if free",
    ),
    kind=Kind.RECOVER,
    breaks="free_rooms",
    split=Split.TEST,
)
def room_by_calendar(play: Play) -> None:
    """The list of free rooms fails; the room's own bookings tell it as well."""
    slot, person = any_slot(play), any_person(play)
    is_free = play.draw.chance(0.6)
    fitting = [
        room
        for room in play.state["rooms"]
        if (clash(play.state, room, slot["day"], slot["start"], slot["end"]) is None) is is_free
    ]
    if not fitting:
        raise play.unsuitable("no such room")
    room = play.draw.pick(fitting)
    if is_free and not any((m["room"], m["day"]) == (room, slot["day"]) for m in play.state["meetings"].values()):
        add_meeting(play.state, room, slot["day"], "17:30", "18:30", person["name"])
    play.ask(**slot, room=room, person=person["person"])
    failed = play.attempt("free_rooms", slot)
    play.learn("I can't get the free rooms: the tool {said}.", "The list of free rooms {said}.", said=failed.error)
    listed = play.call(
        "room_bookings",
        {"room": room, "day": slot["day"]},
        why=(
            "The bookings of {room} itself also tell if it is free; {tool} has them.",
            "I can see from the calendar of {room}, with {tool}, whether anything is in the way.",
        ),
    )
    others = [row for row in listed if row["start"] < slot["end"] and slot["start"] < row["end"]]
    if others:
        play.learn(
            "{by} has {room} from {begins} to {ends}.",
            "In the way is the booking of {by}, {begins} to {ends}.",
            by=others[0]["by"],
            begins=others[0]["start"],
            ends=others[0]["end"],
        )
        play.conclude(
            "{room} is not free: {by} has it from {begins} to {ends}.",
            "No, {by} booked {room} from {begins} to {ends}, so I did nothing.",
            facts=[NO, "by"],
        )
        return
    play.learn("No booking of {room} touches {start} to {end}.", "The calendar of {room} leaves that time open.")
    made = play.call("book_room", {"room": room, **slot, "person": person["person"]}, does="book {room}")
    play.learn("The code is {booking}.", "It is booked as {booking}.", booking=made["booking"])
    play.conclude(
        "{room} was free and is booked for {person}, code {booking}.",
        "Yes, it was free: {room} is yours on {day} from {start} to {end}, code {booking}.",
        facts=["room", "booking"],
    )


@STAFF.intent(
    goal="tell whether {name} or {other} worked more from {first} to {last}",
    wordings=(
        "who worked more from {first} to {last}, {name} or {other}, and by how many hours?",
        "compare the hours of {name} and {other} between {first} and {last}",
        "{name} says that {other} works less. Look at {first} to {last} and tell me who has more hours, by how much.",
        "how far apart are the timesheets of {name} and {other} from {first} to {last}, in hours?",
        "I have to share out a bonus between {name} and {other}. Whose hours from {first} to {last} are higher, by what?",
        "add up the hours for {name} and for {other}, {first} until {last}, and give me the difference",
        "~hours {name} vs {other}, {first} - {last}",
        "~{first} to {last}: {name} or {other} more hours?",
    ),
    essential="hours_of",
    split=Split.TEST,
)
def compare_hours(play: Play) -> None:
    """Four calls, two sums and a difference."""
    one, other = play.draw.sample(list(play.state["persons"].values()), 2)
    first, last = play.state["days"][0], play.state["days"][play.draw.pick((2, 3))]
    play.ask(name=one["name"], other=other["name"], first=first, last=last)
    codes = [person_code(play, person["name"]) for person in (one, other)]
    totals: list[float] = []
    for code, person in zip(codes, (one, other), strict=True):
        rows = play.call(
            "hours_of",
            {"person": code, "first": first, "last": last},
            does=f"list the hours of {person['name']} in that time",
        )
        totals.append(sum(row["hours"] for row in rows))
        play.learn(
            "{whose} has {sum:n hour}.", "That makes {sum:n hour} for {whose}.", whose=person["name"], sum=totals[-1]
        )
    if totals[0] == totals[1]:
        raise play.unsuitable("the same")
    play.slots.update(mine=max(totals), theirs=min(totals), gap=abs(totals[0] - totals[1]))
    play.slots.update(ahead=(one if totals[0] > totals[1] else other)["name"])
    play.learn("So {ahead} is ahead by {gap:n hour}.", "The difference is {gap:n hour}, in favour of {ahead}.")
    play.conclude(
        "{ahead} worked more: {mine:n hour} against {theirs}, so {gap} more.",
        "It's {ahead}, by {gap:n hour} ({mine} and {theirs}).",
        facts=["ahead", "gap"],
        derived=["gap"],
    )


@STAFF.intent(
    goal="tell how far the hours of {person} from {first} to {last} are from {target}",
    wordings=(
        "has {person} reached {target} hours from {first} to {last}, and how far off is it?",
        "I'm {person} and must work {target} hours from {first} to {last}. How many too many or too few do I have?",
        "take the hours of {person} between {first} and {last} and compare them with the {target} of the contract",
        "check whether the entries of {person} from {first} to {last} come to {target} hours, with the difference",
        "{target} hours are due from {first} to {last}. What is {person} over or under?",
        "what's the balance of {person} against {target} hours for the days {first} to {last}?",
        "~{person} {first} - {last} vs {target} h",
        "~over/under {target} hours, {person}, {first} to {last}",
    ),
    essential="hours_of",
    split=Split.TRAIN,
)
def over_or_under(play: Play) -> None:
    """One call, a sum and a difference that goes either way."""
    person = any_person(play)
    first, last = play.state["days"][0], play.state["days"][3]
    play.ask(person=person["person"], first=first, last=last, target=play.draw.pick((24, 28, 30, 32)))
    rows = play.call("hours_of", {"person": person["person"], "first": first, "last": last})
    total, target = sum(row["hours"] for row in rows), play.slots["target"]
    if total == target:
        raise play.unsuitable("just reached")
    play.slots.update(total=total, gap=abs(total - target), side="over" if total > target else "under")
    play.learn(
        "The {count} entries are {hours:added}, which is {gap} {side} {target}.",
        "In all it is {total:n hour}: {gap} {side} the {target}.",
        count=len(rows),
        hours=[row["hours"] for row in rows],
    )
    play.conclude(
        "{person} has {total:n hour}, that is {gap} {side} {target}.",
        "It's {gap:n hour} {side}: {total} of {target}.",
        facts=["total", "gap"],
        derived=["total", "gap"],
    )
