"""Numbers and dates that are read from texts, tables and notes first, and reckoned with afterwards."""

from __future__ import annotations

import re
from typing import Any

from umi_local.worlds.dates import days_later
from umi_local.worlds.facts import Fact
from umi_local.worlds.families._papers.desks import add_text
from umi_local.worlds.families._papers.words import slug
from umi_local.worlds.families.reckoning.service import RECKONING, money, result
from umi_local.worlds.play import Play
from umi_local.worlds.speech import ISO_DATE
from umi_local.worlds.splits import Split


def dates_in(text: dict[str, Any]) -> list[tuple[str, str]]:
    """Return what a text may be asked for that is a date by itself, and the date."""
    return [
        (asked["what"], str(text["values"][name]))
        for asked in text["asks"]
        for name in re.findall(r"^\{(\w+)\}$", asked["said"])
        if ISO_DATE.fullmatch(str(text["values"][name]))
    ]


def dated_text(play: Play, *, is_ahead: bool) -> tuple[str, dict[str, Any], str]:
    """Pick a text that gives a date by itself, ahead or over; path, text and date. Fills `path`, `called` and `what`."""
    today = play.state["today"]

    def dates(text: dict[str, Any]) -> list[tuple[str, str]]:
        return [item for item in dates_in(text) if (item[1] > today if is_ahead else item[1] < today)]

    fitting = [path for path, text in play.state["texts"].items() if dates(text)]
    path = play.draw.pick(fitting) if fitting else add_text(play.state, play.draw, lambda text: bool(dates(text)))
    if not path:
        raise play.unsuitable("no text has such a date")
    text = play.state["texts"][path]
    what, day = play.draw.pick(dates(text))
    play.slots.update(path=path, called=text["called"], what=what, day=day, word=text["word"])
    return path, text, day


@RECKONING.intent(
    goal="count the days until {what}, as given in {path}",
    wordings=(
        "how many days are left until {what} in {path}?",
        "look up {what} in {path} and count the days from today",
        "In {path} you find {what}. How many days away is that?",
        "How long is it until {what}, in days? It stands in {path}.",
        "take {what} from {path} and tell me how many days remain",
        "I must not miss it: {what}, see {path}. How many days do I have?",
        "count down to {what} for me; the date is in {path}",
        "~days until {what} ({path})",
        "~{path}: {what}, in how many days",
    ),
    split=Split.TRAIN,
)
def days_until_read(play: Play) -> None:
    """Two calls: a date is read, then counted to."""
    path, _, day = dated_text(play, is_ahead=True)
    play.ask()
    play.call("read_file", {"path": path})
    play.learn("{what:cap} is {day}.", "It gives {day} for {what}.")
    said = play.call(
        "date_difference",
        {"start": "today", "end": day},
        does="count the days from today to {end:iso}",
        derived=["start"],
    )
    play.learn("It is {count:n day} away.", "{count:n day} to go.", count=int(said.split()[0]))
    play.conclude(
        "{count:n day}: {what} is {day}.",
        "It is {count:n day} until {day}.",
        "You have {count:n day}, until {day}.",
        facts=["count"],
    )


@RECKONING.intent(
    goal="find {called} and name the weekday of {what}",
    wordings=(
        "on which weekday is {what} in {called}?",
        "find out which day of the week {what} in {called} falls on",
        "I have {called} among my files. What weekday is {what}?",
        "find {called} and tell me the weekday of {what}",
        "What day of the week is {what}? Look into {called}.",
        "I can't find {called} now. Which weekday is {what} in it?",
        "look up {what} in {called}; I need the day of the week",
        "~weekday of {what} in {called}",
    ),
    split=Split.TRAIN,
)
def weekday_of_found(play: Play) -> None:
    """Three calls: the file, its date, the weekday."""
    path, text, day = dated_text(play, is_ahead=True)
    play.ask()
    play.call("find_files", {"name": slug(text["word"])})
    play.learn("{path} is the file.", "It is the file {path}.")
    play.call("read_file", {"path": path})
    play.learn("There {what} is {day}.", "{day} is given as {what}.")
    said = play.call("weekday", {"date": day})
    play.learn("That day is a {name}.", "{day}: a {name}.", name=said)
    play.conclude("It is a {name}, {day}.", "{what:cap} is on a {name}.", facts=["name"])


@RECKONING.intent(
    goal="count the days since {what}, as given in {path}",
    wordings=(
        "how many days ago was {what} in {path}?",
        "How long ago is {what}, in days? See {path}.",
        "read {path} and count the days from {what} until now",
        "Time flies. How many days have passed since {what} in {path}?",
        "count the days since {what}; you'll find it in {path}",
        "~days since {what} ({path})",
    ),
    split=Split.DEV,
)
def days_since_read(play: Play) -> None:
    """Two calls: a date that is over."""
    path, _, day = dated_text(play, is_ahead=False)
    play.ask()
    play.call("read_file", {"path": path})
    play.learn("{path} has {day} for {what}.", "{what:cap} was {day}.")
    said = play.call(
        "date_difference",
        {"start": day, "end": "today"},
        does="count the days from {start:iso} to today",
        derived=["end"],
    )
    play.learn("{count:n day} since then.", "That was {count:n day} ago.", count=int(said.split()[0]))
    play.conclude("That was {count:n day} ago, on {day}.", "{count:n day} since {day}.", facts=["count"])


@RECKONING.intent(
    goal="count the days between {first_what} and {second_what}",
    wordings=(
        "how many days lie between {first_what} in {path} and {second_what} in {other}?",
        "Take {first_what} from {path} and {second_what} from {other}: how many days are they apart?",
        "I have two dates, {first_what} in {path} and {second_what} in {other}. How many days are between them?",
        "count the days from one date to the other: {first_what} ({path}) and {second_what} ({other})",
        "~{first_what} ({path}) to {second_what} ({other}), days",
    ),
    split=Split.TEST,
)
def between_two_texts(play: Play) -> None:
    """Three calls: two dates from two texts, and the time between them."""
    path, _, first = dated_text(play, is_ahead=True)
    first_what = play.slots["what"]
    dates = [
        (found, what, day)
        for found, text in play.state["texts"].items()
        for what, day in dates_in(text)
        if found != path and day != first
    ]
    if not dates:
        raise play.unsuitable("no second date")
    other, second_what, second = play.draw.pick(dates)
    play.ask(path=path, other=other, first_what=first_what, second_what=second_what)
    play.call("read_file", {"path": path})
    play.learn("{first_what:cap} is {first}.", "The first date is {first}.", first=first)
    play.call("read_file", {"path": other})
    play.learn("{second_what:cap} is {second}.", "The second date is {second}.", second=second)
    early, late = sorted((first, second))
    said = play.call(
        "date_difference",
        {"start": early, "end": late},
        does="count the days from {start:iso} to {end:iso}",
    )
    play.learn("They are {count:n day} apart.", "Between them lie {count:n day}.", count=int(said.split()[0]))
    play.conclude(
        "They are {count:n day} apart: {early} and {late}.", "{count:n day}.", facts=["count"], early=early, late=late
    )


@RECKONING.intent(
    goal="work out {factor} times {what} of {path}",
    wordings=(
        "What would {factor} times {what} be? It's in {path}.",
        "look up {what} in {path} and multiply it by {factor}",
        "read {what} out of {path}; I need {factor} times as much",
        "In {path} you find {what}. How much is that {factor} times over?",
        "take {what} from {path} times {factor}",
        "I pay that {factor} times: {what}, see {path}. How much is it in all?",
        "multiply {what} (in {path}) by {factor}",
        "~{factor} x {what}, {path}",
        "~{path}: {what} * {factor}",
    ),
    split=Split.TRAIN,
)
def times_a_value(play: Play) -> None:
    """Two calls: a number is read, then multiplied."""
    path, _, value, _ = _amount(play)
    factor = play.draw.whole(3, 24)
    play.ask(factor=factor)
    play.call("read_file", {"path": path})
    play.learn("{what:cap} is {value}.", "It says {value} for {what}.", value=value)
    said = play.call("calculate", {"expression": f"{factor} * {money(value)}"}, derived=["expression"])
    play.learn("{factor} times that is {found}.", "Multiplied it is {found}.", found=result(said))
    play.conclude(
        "{factor} times {value} is {found} {unit}.",
        "It comes to {found} {unit}.",
        "{found} {unit} in all.",
        facts=["found"],
    )


def _amount(play: Play) -> tuple[str, dict[str, Any], float, str]:
    """Pick a text that gives an amount of money; path, text, value and unit. Fills `path`, `what` and `unit`."""
    fitting = [
        (path, text, asked["what"], text["values"][name], unit)
        for path, text in play.state["texts"].items()
        for asked in text["asks"]
        for name, unit in re.findall(r"^\{(\w+)(?::money)?\} (euros)$", asked["said"])
    ]
    if not fitting:
        raise play.unsuitable("no text has an amount")
    path, text, what, value, unit = play.draw.pick(fitting)
    play.slots.update(path=path, called=text["called"], what=what, unit=unit)
    return path, text, value, unit


@RECKONING.intent(
    goal="work out {what} of {path} plus {percent} percent",
    wordings=(
        "what is {what} in {path} with {percent}% added?",
        "add {percent} percent to {what}, which is in {path}",
        "They will raise it by {percent}%: {what}, see {path}. What will it be then?",
        "read {path} and work out {what} plus {percent} percent",
        "if {what} in {path} goes up by {percent} percent, how much is it?",
        "~{what} ({path}) + {percent}%",
    ),
    split=Split.TEST,
)
def raised(play: Play) -> None:
    """Two calls: a number is read, then raised."""
    path, _, value, _ = _amount(play)
    percent = play.draw.whole(2, 25)
    play.ask(percent=percent)
    play.call("read_file", {"path": path})
    play.learn("{what:cap} is {value} now.", "Now it is {value}.", value=value)
    said = play.call("calculate", {"expression": f"round({money(value)} + {percent}%, 2)"}, derived=["expression"])
    play.learn("With {percent} percent more it is {found:money}.", "Then it is {found:money}.", found=result(said))
    play.conclude("It would be {found:money} euros.", "{found:money} euros, up from {value}.", facts=["found"])


@RECKONING.intent(
    goal="find the date {months} months after {what}, as given in {path}",
    wordings=(
        "which date is {months} months after {what} in {path}?",
        "find {what} in {path} and go {months} months on from there",
        "take {what} from {path} and add {months} months",
        "Look up {what} in {path}. What is the date {months} months later?",
        "It takes {months} months from {what} on, see {path}. When is it over?",
        "Read {path}: if {what} is the start, what date is it after {months} months?",
        "~{what} ({path}) + {months} months",
        "work out the day {months} months past {what}; the date is in {path}",
    ),
    split=Split.TRAIN,
)
def months_after_read(play: Play) -> None:
    """Two calls: a date is read, then moved on."""
    path, _, day = dated_text(play, is_ahead=play.draw.chance(0.5))
    months = play.draw.whole(2, 18)
    play.ask(months=months)
    play.call("read_file", {"path": path})
    play.learn("{path} gives {day}.", "{what:cap} is {day}; from there it is {months} months.")
    said = play.call("add_to_date", {"date": day, "months": months}, does="go {months} months on from {day:iso}")
    play.learn("That leads to {found}.", "It is {found} then.", found=said[:10])
    play.conclude(
        "It is {found}.", "{months} months after {day} it is {found}.", "The date is {found}.", facts=["found"]
    )


@RECKONING.intent(
    goal="tell whether {what} comes before {other}",
    wordings=(
        "is {what} in {path} before {other}?",
        "I have a plan for {other}. Does {what} in {path} come before that?",
        "check in {path} if {what} comes before {other}",
        "I'm away from {other} on. Will {what} be over by then? See {path}.",
        "Does {what} fall before {other}? It's in {path}.",
        "Look into {path}: is {what} earlier than {other}?",
        "~{path}: {what} before {other}?",
        "find out from {path} whether {what} is earlier than {other}",
    ),
    essential="read_file",
    split=Split.TRAIN,
)
def before_date(play: Play) -> None:
    """One call and a comparison of dates."""
    path, _, day = dated_text(play, is_ahead=True)
    other = days_later(day, play.draw.pick((-20, -6, 5, 17)))
    play.ask(other=other)
    play.call("read_file", {"path": path})
    if day < other:
        play.learn("{what:cap} is {day}, which is before {other}.", "It gives {day}, earlier than {other}.")
        play.conclude("Yes, {what} is {day}.", "Yes: {day} comes before {other}.", facts=[Fact("yes"), "day"])
    else:
        play.learn("{what:cap} is {day}, which is after {other}.", "It gives {day}, later than {other}.")
        play.conclude("No, {what} is {day}.", "No: {day} comes after {other}.", facts=[Fact("no"), "day"])
