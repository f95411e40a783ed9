"""Dates: how far apart, how far ahead, on which weekday, how old."""

from __future__ import annotations

from umi_local.worlds.dates import days_later
from umi_local.worlds.dates import weekday_of as day_name  # an intent has the other name
from umi_local.worlds.facts import Fact
from umi_local.worlds.families.reckoning.service import RECKONING
from umi_local.worlds.family import Missing
from umi_local.worlds.play import Play
from umi_local.worlds.pools import FIRST_NAMES, person
from umi_local.worlds.splits import Split

_EVENTS = ("the exam", "my holiday", "the wedding", "the move", "the concert", "my flight", "the deadline", "the visit")


@RECKONING.intent(
    goal="count the days until {day}",
    wordings=(
        "how many days are there until {day}?",
        "how long is it until {day}, in days?",
        "count the days from today to {day}",
        "{event:cap} is on {day}. How many days do I still have to wait?",
        "how many days are left before {day}?",
        "I can't wait for {day}. How many more days is it?",
        "tell me in how many days {event} is; it's on {day}",
        "~days until {day}",
        "~{event}, {day}: days left?",
    ),
    essential="date_difference",
    missing=Missing(
        wordings=(
            "how many days are left before {event}?",
            "count the days from today to {event}",
            "I can't wait for {event}. How many more days is it?",
            "~days until {event}",
        ),
        needs="the date",
        goal="count the days until {event}",
        slot="day",
    ),
    split=Split.TRAIN,
)
def days_until(play: Play) -> None:
    """One call; the tool knows today."""
    day = days_later(play.state["today"], play.draw.whole(3, 400))
    play.ask(day=day, event=play.draw.pick(_EVENTS))
    said = play.call(
        "date_difference",
        {"start": "today", "end": day},
        does="count the days from today to {end:iso}",
        derived=["start"],
    )
    play.learn("It is {count:n day} until {day}.", "From today it is {count:n day}.", count=int(said.split()[0]))
    play.conclude(
        "There are {count:n day} until {day}.",
        "It is {count:n day} from now.",
        "{count:n day} to go.",
        facts=["count"],
    )


@RECKONING.intent(
    goal="count the {unit} from {first} to {last}",
    wordings=(
        "how many {unit} are there between {first} and {last}?",
        "count the {unit} from {first} to {last}",
        "what is the time from {first} to {last}, in {unit}?",
        "I worked there from {first} to {last}. How many {unit} is that?",
        "How long is it from {first} until {last}? Give it in {unit}.",
        "The lease ran from {first} to {last}. Tell me how long that was in {unit}.",
        "work out how many {unit} lie between {first} and {last}",
        "~{unit} from {first} to {last}",
    ),
    essential="date_difference",
    split=Split.TRAIN,
)
def between(play: Play) -> None:
    """One call with a unit."""
    first = play.draw.day("2019-01-01", "2025-12-31")
    unit = play.draw.pick(("days", "days", "weeks", "months"))
    last = days_later(first, play.draw.whole(40, 1500))
    play.ask(first=first, last=last, unit=unit)
    said = play.call(
        "date_difference",
        {"start": first, "end": last, "unit": unit},
        does="count the {unit} from {start:iso} to {end:iso}",
    )
    play.learn("That is {said}.", "The difference is {said}.", said=said)
    play.conclude(
        "It is {said}.", "From {first} to {last} it is {said}.", "That makes {said}.", facts=[Fact("text", said)]
    )


@RECKONING.intent(
    goal="name the weekday of {day}",
    wordings=(
        "what weekday is {day}?",
        "on which day of the week does {day} fall?",
        "tell me the weekday of {day}",
        "{person} was born on {day}. What day of the week was that?",
        "Is {day} a weekend day? Just name the weekday.",
        "I want to invite people for {day}. Which weekday is that?",
        "look up which day of the week {day} is",
        "~weekday of {day}",
        "~{day}: Monday, Tuesday, ...?",
    ),
    essential="weekday",
    missing=Missing(
        wordings=(
            "what weekday is that date?",
            "tell me the weekday of a date",
            "I want to invite people. Which weekday is that day?",
            "~weekday?",
        ),
        needs="the date",
        goal="name the weekday of a date",
        slot="day",
    ),
    split=Split.TRAIN,
)
def weekday_of(play: Play) -> None:
    """One call."""
    day = play.draw.day("1960-01-01", "2032-12-31")
    play.ask(day=day, person=play.draw.of(FIRST_NAMES))
    play.call("weekday", {"date": day})
    play.learn("{day} is a {name}.", "It is a {name}.", name=day_name(day))
    play.conclude("{day} is a {name}.", "It's a {name}.", "That is a {name}.", facts=["name"])


@RECKONING.intent(
    goal="find the date {count} {unit} after {day}",
    wordings=(
        "what date is it {count} {unit} after {day}?",
        "add {count} {unit} to {day}",
        "which date is {count} {unit} from {day}?",
        "The term of {count} {unit} begins on {day}. When does it end?",
        "I borrowed it on {day} for {count} {unit}. When must I bring it back?",
        "count {count} {unit} on from {day} and tell me the date",
        "It started on {day} and takes {count} {unit}, so which date do we reach?",
        "~{day} + {count} {unit}",
        "~{count} {unit} after {day}",
    ),
    essential="add_to_date",
    missing=Missing(
        wordings=(
            "what date is it {count} {unit} later?",
            "add {count} {unit} to a date",
            "I borrowed it for {count} {unit}. When must I bring it back?",
            "~+ {count} {unit}",
        ),
        needs="the date to count from",
        goal="find the date {count} {unit} later",
        slot="day",
    ),
    split=Split.TRAIN,
)
def date_after(play: Play) -> None:
    """One call with one of several optional arguments."""
    day = play.draw.day("2024-01-01", "2027-12-28")
    unit, low, high = play.draw.pick((("days", 5, 120), ("weeks", 2, 30), ("months", 2, 30), ("years", 2, 12)))
    count = play.draw.whole(low, high)
    play.ask(day=day, unit=unit, count=count)
    said = play.call("add_to_date", {"date": day, unit: count}, does="go on {count} {unit} from {day:iso}")
    play.learn("It is {found}, a {name}.", "{count} {unit} on is {found}.", found=said[:10], name=day_name(said[:10]))
    play.conclude(
        "It is {found}.",
        "{count} {unit} after {day} is {found}, a {name}.",
        "That is {found}.",
        facts=["found"],
    )


@RECKONING.intent(
    goal="find the date {count} {unit} before {day}",
    wordings=(
        "what date was it {count} {unit} before {day}?",
        "tell me the date that is {count} {unit} earlier than {day}",
        "{day} is the day. I want to start {count} {unit} ahead of it. When is that?",
        "go back {count} {unit} from {day}",
        "I must book {count} {unit} before {day}. By which date is that?",
        "which date lies {count} {unit} ahead of {day}?",
        "Notice has to be given {count} {unit} before {day}. What is the last day for it?",
        "~{day} - {count} {unit}",
    ),
    essential="add_to_date",
    split=Split.TRAIN,
)
def date_before(play: Play) -> None:
    """One call with a negative number."""
    day = play.draw.day("2025-01-01", "2027-12-28")
    unit, low, high = play.draw.pick((("days", 5, 120), ("weeks", 2, 20), ("months", 2, 12)))
    count = play.draw.whole(low, high)
    play.ask(day=day, unit=unit, count=count)
    said = play.call(
        "add_to_date",
        {"date": day, unit: -count},
        does="go back {count} {unit} from {day:iso}",
        derived=[unit],
    )
    play.learn(
        "Going back leads to {found}.",
        "{found} lies {count} {unit} before.",
        found=said[:10],
        name=day_name(said[:10]),
    )
    play.conclude(
        "That was {found}, a {name}." if said[:10] < play.state["today"] else "That will be {found}, a {name}.",
        facts=["found"],
    )


@RECKONING.intent(
    goal="tell how old somebody born on {born} is today",
    wordings=(
        "how old is somebody today who was born on {born}?",
        "{person} was born on {born}. How old is that today?",
        "what is the age of a person born on {born}, in full years?",
        "work out {person}'s age: born {born}",
        "My neighbour {person} was born on {born}. What age is that now?",
        "how many years old is {person}, born on {born}?",
        "I have to fill in the age of {person}, born {born}. What do I write today?",
        "~age, born {born}",
    ),
    essential="date_difference",
    missing=Missing(
        wordings=(
            "how old is {person} today?",
            "work out the age of {person} in full years",
            "~age of {person}",
        ),
        needs="the date of birth",
        goal="tell the age of {person}",
        slot="born",
    ),
    split=Split.TRAIN,
)
def age(play: Play) -> None:
    """One call in years."""
    born = days_later(play.state["today"], -play.draw.whole(1500, 33000))
    play.ask(born=born, person=person(play.draw))
    said = play.call(
        "date_difference",
        {"start": born, "end": "today", "unit": "years"},
        does="count the years from {born:iso} to today",
        derived=["end"],
    )
    if "year" not in said:
        raise play.unsuitable("not a year old")
    play.learn("That is {said}.", "{said} lie between.", said=said, years=int(said.split()[0]))
    play.conclude("{years} years old.", "The age is {years}.", "Born on {born}, one is {years} today.", facts=["years"])


@RECKONING.intent(
    goal="tell today's date",
    wordings=(
        "what day is it today?",
        "what's the date?",
        "tell me today's date and the weekday",
        "which day of the week is it, and what date?",
        "I've lost track of time. What is today's date?",
        "I need the date for a letter. What is it today?",
        "could you look up the date of today?",
        "~date?",
        "~today?",
    ),
    essential="current_time",
    split=Split.TRAIN,
)
def today(play: Play) -> None:
    """One call without arguments."""
    play.ask()
    play.call("current_time", {})
    play.learn(
        "Today is {day}, a {name}.",
        "It is {name}, {day}.",
        day=play.state["today"],
        name=day_name(play.state["today"]),
    )
    play.conclude("Today is {name}, {day}.", "It is {day}, a {name}.", "{name}, {day}.", facts=["day", "name"])


@RECKONING.intent(
    goal="count the days left in this year",
    wordings=(
        "how many days are left in this year?",
        "how many days until the end of the year?",
        "count the days from today to the 31st of December",
        "The year is running out. How many days are left of it?",
        "~days left this year",
    ),
    split=Split.DEV,
)
def year_left(play: Play) -> None:
    """Two calls: the year comes from the first."""
    end = f"{play.state['today'][:4]}-12-31"
    if play.state["today"] == end:
        raise play.unsuitable("the year is over")
    play.ask()
    play.call("current_time", {})
    play.learn(
        "Today is {day}, so the year ends on {end}.",
        "It is {day}; the last day is {end}.",
        day=play.state["today"],
        end=end,
    )
    said = play.call(
        "date_difference",
        {"start": play.state["today"], "end": end},
        does="count the days from {start:iso} to {end:iso}",
        derived=["end"],
    )
    play.learn(
        "That leaves {count:n day} of this year.",
        "{count:n day} of it, counted from today.",
        count=int(said.split()[0]),
    )
    play.conclude("The year still has {count:n day}.", facts=["count"])


@RECKONING.intent(
    goal="count the days until {day} and name its weekday",
    wordings=(
        "how many days is it until {day}, and what weekday is that?",
        "work out the weekday of {day} and the days that are left until it comes",
        "tell me the weekday of {day} and also how many days are left until then",
        "{event:cap} is on {day}. Which weekday is that, and in how many days is it?",
        "I need two things about {day}: the weekday, and the number of days from today.",
        "count the days to {day}, and say what day of the week it is",
        "For {event} on {day}: what weekday, and how many days from now?",
        "~{day}: weekday + days left",
    ),
    split=Split.TRAIN,
)
def days_and_weekday(play: Play) -> None:
    """Two calls that don't depend on each other."""
    day = days_later(play.state["today"], play.draw.whole(3, 250))
    play.ask(day=day, event=play.draw.pick(_EVENTS))
    said = play.call(
        "date_difference",
        {"start": "today", "end": day},
        does="count the days from today to {end:iso}",
        derived=["start"],
    )
    play.learn("It is {count:n day}; now the weekday.", "The rest is {count:n day}.", count=int(said.split()[0]))
    play.call("weekday", {"date": day})
    play.learn("And it is a {name}.", "The weekday is {name}.", name=day_name(day))
    play.conclude(
        "{day} is a {name}, in {count:n day}.",
        "It is {count:n day} until then, and it's a {name}.",
        "A {name}, {count:n day} from now.",
        facts=["count", "name"],
    )


@RECKONING.intent(
    goal="find out whether {count} {unit} after {day} is a weekend",
    wordings=(
        "does the day {count} {unit} after {day} fall on a weekend?",
        "is it a weekend {count} {unit} after {day}?",
        "The course ends {count} {unit} after {day}. Is that on a Saturday or Sunday?",
        "check if {day} plus {count} {unit} is a weekend day, and give me the date",
        "I can only come at weekends. Does {count} {unit} after {day} suit me?",
        "~{day} + {count} {unit}: weekend?",
    ),
    essential="add_to_date",
    split=Split.DEV,
)
def is_weekend(play: Play) -> None:
    """One call; the weekday in the result decides."""
    day = play.draw.day("2025-01-01", "2027-12-28")
    unit, count = play.draw.pick((("days", play.draw.whole(4, 90)), ("months", play.draw.whole(2, 11))))
    play.ask(day=day, unit=unit, count=count)
    found = play.call("add_to_date", {"date": day, unit: count}, does="go {count} {unit} on from {day:iso}")[:10]
    name = day_name(found)
    is_free = name in ("Saturday", "Sunday")
    play.learn("The day is {found}, a {name}.", "{name}, {found}.", found=found, name=name)
    if is_free:
        play.conclude("Yes, {found} is a {name}.", "Yes, it is a {name}: {found}.", facts=[Fact("yes"), "name"])
    else:
        play.conclude("No, {found} is a {name}.", "No, it is a {name}: {found}.", facts=[Fact("no"), "name"])
