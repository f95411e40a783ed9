"""Misspelt units, dates that could be two or are none, tools that are out of order."""

from __future__ import annotations

from umi_local.worlds.dates import days_later, weekday_of
from umi_local.worlds.facts import Fact
from umi_local.worlds.families.reckoning.service import RECKONING, result
from umi_local.worlds.family import Kind
from umi_local.worlds.play import Play
from umi_local.worlds.splits import Split

_MISSPELT = (
    ("killometers", "km", "miles"),
    ("milez", "mile", "km"),
    ("poundz", "pound", "kg"),
    ("inchs", "inch", "cm"),
    ("litters", "litre", "gallons"),
    ("onces", "ounce", "grams"),
    ("galons", "gallon", "litres"),
    ("kilogramms", "kilogram", "pounds"),
    ("hektares", "hectare", "acres"),
)
"""What the user writes, what is meant, and the unit wanted."""


@RECKONING.intent(
    goal="convert {value} {wrong} to {to_unit}",
    wordings=(
        "convert {value} {wrong} to {to_unit}",
        "give me {value} {wrong} in {to_unit}",
        "how many {to_unit} are {value} {wrong}?",
        "what is {value} {wrong} in {to_unit}?",
        "It says {value} {wrong} here. What is that in {to_unit}?",
        "put {value} {wrong} into {to_unit}",
        "I need {value} {wrong} in {to_unit}.",
        "~{value} {wrong} in {to_unit}",
    ),
    kind=Kind.RECOVER,
    split=Split.TRAIN,
)
def misspelt_unit(play: Play) -> None:
    """The unit isn't known as it is written; the error says what may be meant."""
    wrong, meant, to_unit = play.draw.pick(_MISSPELT)
    value = play.draw.whole(2, 90)
    play.ask(value=value, wrong=wrong, to_unit=to_unit)
    tried = play.attempt("convert_units", {"value": value, "from_unit": wrong, "to_unit": to_unit})
    if not tried.failed or meant not in str(tried.error):
        raise play.unsuitable("the error doesn't name the unit")
    play.learn(
        '"{wrong}" isn\'t known, but {meant} must be meant.',
        "The tool asks if {meant} is meant; so it is.",
        meant=meant,
    )
    said = play.call(
        "convert_units",
        {"value": value, "from_unit": meant, "to_unit": to_unit},
        why=(
            "I call {tool} again, with {from_unit} as the unit.",
            "So I convert from {from_unit} to {to_unit} with {tool}.",
        ),
    )
    play.learn("That gives {found} {to_unit}.", "With {meant} it is {found} {to_unit}.", found=result(said))
    play.conclude(
        "That is {found} {to_unit}, taking {wrong} as {meant}.",
        "{found} {to_unit}, if {meant} is meant.",
        facts=["found"],
    )


_BY_HAND = (
    ("miles", "km", "1.609344", "a mile is 1.609344 km"),
    ("inches", "cm", "2.54", "an inch is 2.54 cm"),
    ("feet", "metres", "0.3048", "a foot is 0.3048 metres"),
    ("hours", "minutes", "60", "an hour has 60 minutes"),
    ("pounds", "kg", "0.45359237", "a pound is 0.45359237 kg"),
    ("days", "hours", "24", "a day has 24 hours"),
    ("weeks", "days", "7", "a week has 7 days"),
    ("stone", "pounds", "14", "a stone is 14 pounds"),
)


@RECKONING.intent(
    goal="convert {value} {from_unit} into {to_unit}",
    wordings=(
        "how many {to_unit} make {value} {from_unit}?",
        "change {value} {from_unit} into {to_unit}",
        "what do {value} {from_unit} come to in {to_unit}?",
        "{value} {from_unit}, please, but in {to_unit}.",
        "Someone gave me {value} {from_unit}. I think in {to_unit}. What is it?",
        "get me {value} {from_unit} as {to_unit}",
        "state {value} {from_unit} in {to_unit}",
        "~{value} {from_unit} => {to_unit}",
    ),
    kind=Kind.RECOVER,
    breaks="convert_units",
    split=Split.TRAIN,
)
def convert_by_hand(play: Play) -> None:
    """The converter is out of order; a known factor does it."""
    from_unit, to_unit, factor, known = play.draw.pick(_BY_HAND)
    value = play.draw.whole(2, 300)
    play.ask(value=value, from_unit=from_unit, to_unit=to_unit, factor=factor, known=known)
    tried = play.attempt("convert_units", {"value": value, "from_unit": from_unit, "to_unit": to_unit})
    play.learn("The converter doesn't work: {error}.", "It failed: {error}.", error=str(tried.error).rstrip("."))
    said = play.call(
        "calculate",
        {"expression": f"{value} * {factor}"},
        why=("I know that {known}, so {tool} can do it.", "Since {known}, I multiply with {tool} instead."),
        derived=["expression"],
    )
    play.learn("{value} times {factor} is {found}.", "The product is {found} {to_unit}.", found=result(said))
    play.conclude(
        "{value} {from_unit} make {found} {to_unit}.", "It is {found} {to_unit}, since {known}.", facts=["found"]
    )


@RECKONING.intent(
    goal="find the weekday of {day}",
    wordings=(
        "which weekday does {day} have?",
        "what day of the week will it be on {day}?",
        "find out what weekday {day} is",
        "I was asked for the weekday of {day}. Which is it?",
        "say the day of the week for {day}",
        "~weekday {day}",
    ),
    kind=Kind.RECOVER,
    breaks="weekday",
    split=Split.TEST,
)
def weekday_by_other_means(play: Play) -> None:
    """The tool for weekdays is out of order; another one names the weekday beside the date."""
    day = play.draw.day("2024-01-01", "2028-12-31")
    play.ask(day=day)
    tried = play.attempt("weekday", {"date": day})
    play.learn("I get an error: {error}.", "The tool fails: {error}.", error=str(tried.error).rstrip("."))
    play.call(
        "add_to_date",
        {"date": day, "days": 0},
        why=(
            "Adding no days leaves the date as it is, and {tool} names the weekday beside it.",
            "I can use {tool} with 0 days: it shows the weekday, too.",
        ),
        derived=["days"],
    )
    play.learn("It shows {name}.", "Beside the date stands {name}.", name=weekday_of(day))
    play.conclude("The weekday of {day} is {name}.", "{name}: that is the weekday of {day}.", facts=["name"])


@RECKONING.intent(
    goal="count the days from today to {unclear}",
    wordings=(
        "how many days is it until {unclear}?",
        "tell me how many days are left until {unclear}",
        "count the days to {unclear}",
        "how long do I have until {unclear}, in days?",
        "My visa ends on {unclear}. How many days are left?",
        "work out the days between now and {unclear}",
        "The offer is valid until {unclear}. How many days is that from now?",
        "~days to {unclear}",
    ),
    essential="date_difference",
    split=Split.TRAIN,
)
def ambiguous_date(play: Play) -> None:
    """A date that could be two: the tool refuses it, the user is asked, and then it can be counted."""
    first, second = play.draw.sample(range(1, 13), 2)
    year = int(play.state["today"][:4]) + 1
    one, other = f"{year}-{second:02d}-{first:02d}", f"{year}-{first:02d}-{second:02d}"
    unclear = f"{first:02d}/{second:02d}/{year}"
    play.ask(unclear=unclear)
    play.attempt(
        "date_difference",
        {"start": "today", "end": unclear},
        does="count the days from today to {unclear}",
        derived=["start"],
    )
    play.learn(
        "{unclear} could be {one:iso} or {other:iso}.",
        "The tool can't tell {one:iso} from {other:iso} there.",
        one=one,
        other=other,
    )
    play.conclude(
        "Do you mean {one:iso} or {other:iso}?",
        "{unclear} can be read in two ways: {one:iso} or {other:iso}. Which one is right?",
        facts=["one", "other"],
        why=("Guessing would be wrong, so I ask which of the two is meant.", "I have to ask the user which it is."),
    )
    play.then_ask(
        "I mean {meant:iso}.",
        "The {nth}, {meant:iso}.",
        "It's {meant:iso}, of course.",
        "{meant:iso}",
        goal="count the days from today to {meant:iso}",
        meant=one,
        nth="first of the two",
    )
    said = play.call(
        "date_difference",
        {"start": "today", "end": one},
        does="count the days from today to {end:iso}",
        derived=["start"],
    )
    play.learn("To {meant:iso} it is {count:n day}.", "Now it is clear: {count:n day}.", count=int(said.split()[0]))
    play.conclude("It is {count:n day} until {meant}.", "{count:n day} from today.", facts=["count"])


@RECKONING.intent(
    goal="name the weekday of {wrong}",
    wordings=(
        "what weekday is {wrong}?",
        "on which day of the week does {wrong} fall?",
        "We meet on {wrong}. Which weekday is that?",
        "look up the day of the week for {wrong}",
        "~{wrong}, weekday?",
    ),
    essential="weekday",
    split=Split.DEV,
)
def no_such_day(play: Play) -> None:
    """A day that isn't in the calendar: the refusal is the answer."""
    year = play.draw.pick((2025, 2026, 2027))
    month, days = play.draw.pick((("February", 30), ("April", 31), ("June", 31), ("September", 31), ("November", 31)))
    play.ask(wrong=f"{month} {days}, {year}", month=month, days=days)
    play.attempt("weekday", {"date": f"{month} {days}, {year}"}, does="get the weekday of {wrong}")
    play.learn("There is no {wrong}.", "That day isn't in the calendar.")
    play.conclude(
        "There is no {wrong}: {month} has no {days} days.",
        "{wrong} does not exist; {month} is shorter than that.",
        facts=[Fact("no"), "month"],
    )


@RECKONING.intent(
    goal="find the day {count} days from today",
    wordings=(
        "what date is it in {count} days?",
        "which day will it be {count} days from now?",
        "tell me the date in {count} days",
        "I'll be back in {count} days. What date is that?",
        "go {count} days ahead and name the date",
        "The paint needs {count} days to dry. On which date is it ready?",
        "~today + {count} days",
        "~date in {count} days",
    ),
    essential="add_to_date",
    split=Split.TRAIN,
)
def days_ahead(play: Play) -> None:
    """One call that begins at today."""
    count = play.draw.whole(3, 200)
    play.ask(count=count)
    play.call("add_to_date", {"date": "today", "days": count}, does="go {count} days on from today", derived=["date"])
    day = days_later(play.state["today"], count)
    play.learn("{count} days from now is {day}.", "It will be {day}, a {name}.", day=day, name=weekday_of(day))
    play.conclude("In {count} days it is {day}.", "That is {day}, a {name}.", "{day}.", facts=["day"])
