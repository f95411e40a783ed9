"""Questions about people, absences, rooms and hours."""

from __future__ import annotations

from umi_local.worlds.facts import NO
from umi_local.worlds.families.staff.service import STAFF, any_person, person_code
from umi_local.worlds.family import Kind, Missing
from umi_local.worlds.play import Play
from umi_local.worlds.splits import Split


@STAFF.intent(
    goal="tell the phone extension of {name}",
    wordings=(
        "what's the extension of {name}?",
        "how do I reach {name} by phone?",
        "look up the phone extension of {name}",
        "I have to call {name}, but don't know the number. What is it?",
        "find the internal number of {name} in the directory",
        "Which extension must I dial for {name}?",
        "give me the phone number of {name}, the internal one",
        "~{name} phone",
        "~extension {name}?",
    ),
    essential="find_person",
    missing=Missing(
        wordings=(
            "what's the extension of that colleague?",
            "I have to call somebody, but don't know the number. What is it?",
            "look up a phone extension for me",
            "~phone extension?",
        ),
        needs="the name of the person",
        goal="tell somebody's phone extension",
        slot="name",
    ),
    split=Split.TRAIN,
)
def extension(play: Play) -> None:
    """One call; then perhaps the office, which the same row has."""
    person = any_person(play)
    play.ask(name=person["name"])
    found = play.call("find_person", {"name": person["name"]})[0]
    play.learn(
        "{name} has the extension {phone}.",
        "The directory says {phone} for {name}.",
        phone=found["phone"],
        office=found["office"],
        department=found["department"],
    )
    play.conclude(
        "The extension of {name} is {phone}.",
        "You reach {name} on {phone}.",
        "{phone} is the number of {name}.",
        facts=["phone"],
    )
    if play.draw.chance(0.35):
        play.then_ask(
            "And in which office do I find {name}?",
            "where does {name} sit?",
            "What about the office?",
            goal="tell the office of {name}",
        )
        play.conclude(
            "{name} sits in office {office}.",
            "It's office {office}.",
            facts=["office"],
            why="The entry of {name} also has the office, {office}. That is all I need.",
        )


@STAFF.intent(
    goal="tell who is absent on {day}",
    wordings=(
        "who is absent on {day}?",
        "is anybody off on {day}, and who?",
        "look up who won't be in on {day}",
        "I'm planning a team lunch on {day}. Who can't come because they're away?",
        "tell me which colleagues are not here on {day}",
        "Which people have an absence on {day}?",
        "I want to invite everybody on {day}. Name those who are off.",
        "~off on {day}?",
        "~absences {day}",
    ),
    essential="absent_on",
    missing=Missing(
        wordings=(
            "who will be absent that day?",
            "I'm planning a team lunch. Who can't come because they're away?",
            "tell me which colleagues are not here",
            "I want to invite everybody. Name those who are off.",
            "~absences?",
        ),
        needs="the date",
        goal="tell who is absent on a day",
        slot="day",
    ),
    split=Split.TRAIN,
)
def who_is_off(play: Play) -> None:
    """One call; some people or nobody."""
    play.ask(day=play.draw.pick(play.state["days"]))
    found = play.call("absent_on", {"day": play.slots["day"]})
    names = [row["name"] for row in found]
    if not names:
        play.learn("The list for {day} is empty.", "No absence includes {day}.")
        play.conclude("Nobody is absent on {day}.", "There is no absence on {day}.", facts=[NO])
        return
    told = [f"{row['name']} ({row['kind']})" for row in found]
    play.learn("Absent on {day}: {told}.", "{told} will not be there on {day}.", told=told, names=names)
    play.conclude("Absent on {day}: {told}.", "That's {names}.", "{told} won't be in on {day}.", facts=["names"])


@STAFF.intent(
    goal="tell how many days of leave {person} has left",
    wordings=(
        "how many days of leave do I have left? my staff number is {person}",
        "how much vacation is left for {person}?",
        "My number is {person}. I'd like to know how many days off I still have.",
        "look up the remaining leave of staff number {person}",
        "Before I book a flight: how many days of leave are left for {person}?",
        "check the leave account of {person} for me",
        "what does the record of {person} say about remaining leave?",
        "~leave left {person}",
        "~{person}: how many days off left",
    ),
    essential="person_record",
    missing=Missing(
        wordings=(
            "how many days of leave do I have left?",
            "Before I book a flight: how many days of leave have I left?",
            "check my leave account",
            "I'd like to know how many days off I still have.",
            "~leave left?",
        ),
        needs="the staff number",
        goal="tell how many days of leave are left",
        slot="person",
    ),
    split=Split.TRAIN,
)
def leave_left(play: Play) -> None:
    """One call; then perhaps whether a wish fits."""
    person = any_person(play)
    play.ask(person=person["person"])
    days = play.call("person_record", {"person": person["person"]})["leave_left"]
    play.learn("{person} has {days:n day} of leave left.", "There are {days:n day} left for {person}.", days=days)
    play.conclude(
        "There are {days:n day} of leave left.",
        "Staff number {person} still has {days:n day} of leave.",
        "You have {days:n day} left.",
        facts=["days"],
    )
    if play.draw.chance(0.35):
        wish = play.draw.whole(1, 25)
        play.then_ask(
            "Would that be enough for {wish:n day} off?",
            "I'd like to take {wish:n day}. Does that fit?",
            goal="say whether {wish:n day} of leave are possible",
            wish=wish,
        )
        if wish <= days:
            play.conclude(
                "Yes, {rest:n day} would be left after that.",
                "It fits, with {rest:n day} to spare.",
                facts=["rest"],
                derived=["rest"],
                rest=days - wish,
                why="{days} minus {wish} leaves {rest}, so it is possible.",
            )
        else:
            play.conclude(
                "No, that's {more} too many: there are only {days}.",
                "That does not fit; {days:n day} are left, which is {more} short.",
                facts=[NO, "more"],
                derived=["more"],
                more=wish - days,
                why="{wish} is more than {days}, by {more}.",
            )


@STAFF.intent(
    goal="tell who has room {room} on {day} at {time}",
    wordings=(
        "who has {room} on {day} at {time}?",
        "by whom is room {room} booked on {day}, around {time}?",
        "Somebody sits in {room} on {day} at {time}. Who is it?",
        "look at the bookings of {room} on {day} and tell me who is in there at {time}",
        "I'd like to swap rooms with whoever is in {room} at {time} on {day}. Who do I ask?",
        "is {room} taken on {day} at {time}, and by whom?",
        "find out who booked {room} for {day}, {time}",
        "~{room}, {day} {time}: who",
        "~booked by? {room} {day} {time}",
    ),
    essential="room_bookings",
    split=Split.TRAIN,
)
def who_has_room(play: Play) -> None:
    """One call and a comparison of times; somebody or nobody."""
    meeting = play.draw.pick(list(play.state["meetings"].values()))
    hour = int(meeting["start"][:2])
    time = play.draw.pick((meeting["start"], f"{hour:02d}:45", "12:15", f"{hour + 2:02d}:45"))
    play.ask(room=meeting["room"], day=meeting["day"], time=time)
    listed = play.call("room_bookings", {"room": meeting["room"], "day": meeting["day"]})
    then = [row for row in listed if row["start"] <= time < row["end"]]
    if not then:
        play.learn("No booking of {room} includes {time}.", "At {time} {room} has no booking.")
        play.conclude("Nobody has booked {room} on {day} at {time}.", "{room} is not taken at {time}.", facts=[NO])
        return
    play.learn(
        "{by} has it from {start} to {end}.",
        "The booking from {start} to {end} includes {time}; it is by {by}.",
        by=then[0]["by"],
        start=then[0]["start"],
        end=then[0]["end"],
    )
    play.conclude(
        "{by} has {room} then, from {start} to {end}.",
        "It's {by}, who booked {room} until {end}.",
        facts=["by"],
    )


@STAFF.intent(
    goal="tell how many hours {person} entered on {project} from {first} to {last}",
    wordings=(
        "how many hours did {person} work on {project} from {first} to {last}?",
        "add up the hours of {person} on the project {project} between {first} and {last}",
        "The client of {project} wants a bill. How many hours has {person} entered for it from {first} to {last}?",
        "sum up what {person} logged on {project}, {first} to {last}",
        "my staff number is {person}, how much time did I put into {project} from {first} until {last}?",
        "work out the time that {person} spent on {project} in the days from {first} to {last}",
        "From {first} to {last}, total hours on {project}, staff number {person}, please.",
        "~hours {person} {project} {first} - {last}",
        "~{project}: total {person}, {first} to {last}",
    ),
    essential="hours_of",
    split=Split.TRAIN,
)
def project_hours(play: Play) -> None:
    """One call and a sum."""
    person = any_person(play)
    own = [row for row in play.state["hours"] if row["person"] == person["person"]]
    project = play.draw.pick(play.state["projects"])
    for row in play.draw.sample(own, play.draw.pick((1, 2, 3))):
        row["project"] = project
    first, last = play.state["days"][0], play.state["days"][play.draw.pick((3, 4))]
    play.ask(person=person["person"], project=project, first=first, last=last)
    listed = play.call("hours_of", {"person": person["person"], "first": first, "last": last})
    each = [row["hours"] for row in listed if row["project"] == project]
    play.slots.update(total=sum(each), each=each, count=len(each))
    if len(each) == 1:
        play.learn("Only one entry is for {project}: {total:n hour}.", "{project} has one entry, of {total:n hour}.")
    else:
        play.learn("The entries for {project} are {each:added}, which makes {total}.", "{each} come to {total:n hour}.")
    play.conclude(
        "It was {total:n hour} on {project}.",
        "{person} entered {total:n hour} for {project}.",
        "{total:n hour} in all.",
        facts=["total"],
        derived=["total"],
    )


@STAFF.intent(
    goal="tell the extension of {name} from {department}",
    wordings=(
        "what's the extension of {name} from {department}?",
        "I need to phone {name}, who works in {department}. Which number?",
        "look up how to call {name} in {department}",
        "{name} of {department} rang me and I missed it. What's the extension?",
        "find the phone extension of {name}, department {department}",
        "can you get me the number of {name}? the department is {department}",
        "connect me with {department}, or rather with {name} there. What do I dial?",
        "~{name} ({department}) extension",
        "~phone {name}, {department}",
    ),
    kind=Kind.RECOVER,
    breaks="find_person",
    split=Split.TRAIN,
)
def by_department(play: Play) -> None:
    """The search by name fails; the department's list has the number."""
    person = any_person(play)
    play.ask(name=person["name"], department=person["department"])
    failed = play.attempt("find_person", {"name": person["name"]})
    play.learn("Looking up the name is no use: the tool {said}.", "The directory search {said}.", said=failed.error)
    listed = play.call(
        "list_department",
        {"department": person["department"]},
        why=(
            "I know the department, so {tool} can list its people, with {name} among them.",
            "{name} should be among the people of {department}, whom {tool} lists.",
        ),
    )
    found = next(row for row in listed if row["name"] == person["name"])
    play.learn(
        "In the list of {count:n person}, {name} has {phone}.",
        "{name} is there, with the extension {phone}.",
        count=len(listed),
        phone=found["phone"],
    )
    play.conclude(
        "{name} has the extension {phone}.",
        "Dial {phone} for {name}.",
        facts=["phone"],
    )


@STAFF.intent(
    goal="tell the phone extension of {name}'s manager",
    wordings=(
        "what's the phone extension of {name}'s manager?",
        "I need to speak to the boss of {name}. Who is that, and what's the extension?",
        "find out who manages {name} and how I reach that person by phone",
        "{name} isn't answering, so give me the number of the person {name} reports to.",
        "who is above {name}, and on which extension?",
        "Whom do I call if I want to praise {name} to the manager? With the extension, please.",
        "get me the manager of {name}, I mean the name and the extension",
        "~manager of {name}: phone",
        "~{name}'s boss, extension?",
    ),
    essential="person_record",
    split=Split.TEST,
)
def managers_phone(play: Play) -> None:
    """Three calls; the second person's name comes from the record."""
    person = any_person(play)
    play.ask(name=person["name"])
    record = play.call("person_record", {"person": person_code(play, person["name"])})
    play.learn(
        "{name} reports to {manager}.",
        "The manager is {manager}; what is missing is the extension.",
        manager=record["manager"],
    )
    found = play.call("find_person", {"name": record["manager"]}, does="look up {manager}")[0]
    play.learn("The extension of {manager} is {phone}.", "{manager} can be reached on {phone}.", phone=found["phone"])
    play.conclude(
        "{manager} is the manager of {name}, on extension {phone}.",
        "That's {manager}. The extension is {phone}.",
        facts=["manager", "phone"],
    )


@STAFF.intent(
    goal="tell who of {department} is there on {day}",
    wordings=(
        "who of {department} is there on {day}?",
        "which people of {department} are not off on {day}?",
        "I want to drop by at {department} on {day}. Whom will I meet there?",
        "make a list of those in {department} who aren't absent on {day}",
        "On {day} I need somebody from {department}. Who could it be, leaving out all who are away?",
        "go through {department} and tell me who will be in on {day}",
        "~{department} present {day}",
        "~who's in, {department}, {day}",
    ),
    essential="list_department",
    split=Split.TEST,
)
def who_is_in(play: Play) -> None:
    """Two calls; one list without the other."""
    person = any_person(play)
    absence = play.draw.pick(list(play.state["absences"].values()))
    absence["person"] = person["person"]
    play.ask(department=person["department"], day=absence["first"])
    listed = play.call("list_department", {"department": person["department"]})
    everyone = [row["name"] for row in listed]
    play.learn(
        "{department:cap} has {everyone}. Some of them may be away.",
        "These belong to {department}: {everyone}.",
        everyone=everyone,
    )
    away = {row["name"] for row in play.call("absent_on", {"day": absence["first"]})}
    present = [name for name in everyone if name not in away]
    gone = [name for name in everyone if name in away]
    if not present:
        raise play.unsuitable("nobody is there")
    play.learn(
        "Without {gone}, that leaves {present}.",
        "{gone} will be away, which leaves {present}.",
        gone=gone,
        present=present,
    )
    play.conclude(
        "In {department}, {present} will be there on {day}.",
        "You will meet {present}.",
        facts=["present"],
    )
