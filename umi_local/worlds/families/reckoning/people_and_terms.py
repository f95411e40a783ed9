"""Birthdays and contracts: ages, the next birthday, when something ends or must be cancelled."""

from __future__ import annotations

from datetime import date

from umi_local.worlds.dates import days_later
from umi_local.worlds.families._papers.forms import birthdays, contract
from umi_local.worlds.families.reckoning.service import RECKONING, put_form
from umi_local.worlds.play import Play
from umi_local.worlds.splits import Split


@RECKONING.intent(
    goal="tell how old {name} is, from {path}",
    wordings=(
        "How old is {name}? The birthdays are in {path}.",
        "look up when {name} was born in {path} and tell me the age",
        "what age is {name} now, going by {path}?",
        "I need {name}'s age for a form. The date of birth is in {path}.",
        "{path} lists our birthdays. How old is {name} today?",
        "work out the age of {name}; you'll find the birthday in {path}",
        "~age of {name}, see {path}",
        "~{path}: how old is {name}",
    ),
    split=Split.TRAIN,
)
def age_from_list(play: Play) -> None:
    """Two calls: a date of birth is read, then counted from."""
    form = birthdays(play.draw, play.state["today"])
    path = put_form(play, form)
    name = play.draw.pick(list(form["born"]))
    play.ask(name=name, born=form["born"][name])
    play.call("read_file", {"path": path})
    play.learn("{name} was born on {born}.", "The line of {name} says {born}.")
    said = play.call(
        "date_difference",
        {"start": form["born"][name], "end": "today", "unit": "years"},
        does="count the years from {born:iso} to today",
        derived=["end"],
    )
    play.learn("That makes {years} full years.", "It is {said} since then.", years=int(said.split()[0]), said=said)
    play.conclude(
        "{name} is {years} years old.", "{name} is {years}.", "Born on {born}, {name} is {years} now.", facts=["years"]
    )


@RECKONING.intent(
    goal="count the days until the next birthday of {name}",
    wordings=(
        "In how many days is {name}'s birthday? See {path}.",
        "tell me how many days it is to the next birthday of {name}; {path} has the dates",
        "When I look into {path}, how long is it until {name} celebrates again, in days?",
        "count down to the birthday of {name}, which is in {path}",
        "how many days until {name} has a birthday, going by {path}?",
        "look up {name}'s birthday in {path} and count the days until the next one",
        "I want to be on time for {name}'s birthday. {path} has the date. How many days are left?",
        "~days to {name}'s birthday ({path})",
    ),
    split=Split.TRAIN,
)
def next_birthday(play: Play) -> None:
    """Three calls: the day is found, today's year decides which one is next, the days are counted."""
    form = birthdays(play.draw, play.state["today"])
    path = put_form(play, form)
    name = play.draw.pick(list(form["born"]))
    born, today = form["born"][name], play.state["today"]
    year = int(today[:4]) + (born[5:] <= today[5:])
    coming = f"{year}{born[4:]}"
    play.ask(name=name, born=born)
    play.call("search_files", {"query": name, "path": path}, does="search {path} for {query}")
    play.learn("{name}'s day of birth is {born}.", "It says {born} for {name}.")
    play.call("current_time", {})
    play.learn(
        "Today is {today}, so the next birthday is on {coming}.",
        "It is {today}; the day comes next on {coming}.",
        today=today,
        coming=coming,
    )
    said = play.call(
        "date_difference",
        {"start": today, "end": coming},
        does="count the days from {start:iso} to {end:iso}",
        derived=["end"],
    )
    play.learn("That is {count:n day} from now.", "Until then it is {count:n day}.", count=int(said.split()[0]))
    play.conclude("{name}'s next birthday is in {count:n day}.", "In {count:n day}, on {coming}.", facts=["count"])


@RECKONING.intent(
    goal="find the day on which the {title} in {path} ends",
    wordings=(
        "when does the {title} in {path} end?",
        "On which date is the {title} over? See {path}.",
        "work out the end of the {title} from {path}",
        "{path} says when my {title} began and for how long it runs. When does it end?",
        "read {path} and tell me the last date of the {title}, counted from its start",
        "I need the end date of the {title}; {path} has the start and the term",
        "~end of {title}? {path}",
        "~{path}: runs until when",
    ),
    split=Split.TRAIN,
)
def contract_end(play: Play) -> None:
    """Two calls: start and term are read, then added."""
    form = contract(play.draw, play.state["today"])
    path = put_form(play, form)
    play.ask(title=form["title"])
    play.call("read_file", {"path": path})
    play.learn(
        "It began on {begin} and runs for {months} months.",
        "The term is {months} months from {begin} on.",
        begin=form["begin"],
        months=form["months"],
    )
    said = play.call(
        "add_to_date",
        {"date": form["begin"], "months": form["months"]},
        does="go {months} months on from {begin:iso}",
    )
    play.learn("It ends on {end}.", "{months} months later it is {end}.", end=said[:10])
    play.conclude(
        "The {title} ends on {end}.", "It runs until {end}.", "On {end}, {months} months after {begin}.", facts=["end"]
    )


@RECKONING.intent(
    goal="find the last day for giving notice of the {title}",
    wordings=(
        "until when can I cancel the {title} in {path}?",
        "What is the last day for giving notice, going by {path}? It's about the {title}.",
        "I want out of the {title}. {path} has start, term and notice period. By which date must I cancel?",
        "work out from {path} by when the {title} has to be cancelled, and how many days that leaves me",
        "~{path}: last day to cancel",
    ),
    split=Split.TEST,
)
def notice_day(play: Play) -> None:
    """Four calls: what the contract says, its end, the weeks before it, the days left."""
    form = contract(play.draw, play.state["today"])
    path = put_form(play, form)
    play.ask(title=form["title"], begin=form["begin"], term=form["months"], notice=form["weeks"])
    play.call("read_file", {"path": path})
    play.learn(
        "It began on {begin} for {term} months, with {notice} weeks' notice.",
        "From {begin} on it runs {term} months; notice is {notice} weeks.",
    )
    end = play.call(
        "add_to_date",
        {"date": form["begin"], "months": form["months"]},
        does="get the end, {term} months after {begin:iso}",
    )[:10]
    play.learn("So its end is {end}.", "The end is {end}.", end=end)
    last = days_later(end, -7 * form["weeks"])
    if last <= play.state["today"]:
        raise play.unsuitable("it is too late")
    play.call(
        "add_to_date",
        {"date": end, "weeks": -form["weeks"]},
        does="go back {notice} weeks from {end:iso}",
        derived=["weeks"],
    )
    play.learn("Notice must be given by {last}.", "{notice} weeks before that is {last}.", last=last)
    said = play.call(
        "date_difference",
        {"start": "today", "end": last},
        does="count the days from today to {last:iso}",
        derived=["start"],
    )
    play.learn("Up to then it is {count:n day}.", "Until {last} it is {count:n day}.", count=int(said.split()[0]))
    play.conclude(
        "You must cancel by {last}; that leaves {count:n day}.",
        "By {last}, which is {count:n day} from now.",
        facts=["last", "count"],
    )


@RECKONING.intent(
    goal="find out who is older, {first} or {second}",
    wordings=(
        "Who is older, {first} or {second}, and by how much? The birthdays are in {path}.",
        "tell me whether {first} or {second} is older and how much time lies between; the dates are in {path}",
        "One of {first} and {second} must be older. Look into {path} and tell me who, and by how long.",
        "By how many years and months is one of {first} and {second} older? See {path}.",
        "Compare {first} and {second} in {path}: who is older, and what is the difference?",
        "{first} and {second} argue about who is older. Settle it with {path} and give the difference.",
        "look up {first} and {second} in {path} and tell me who is older and by how long",
        "~{path}: {first} or {second} older, by how much",
    ),
    split=Split.TRAIN,
)
def who_is_older(play: Play) -> None:
    """Two calls: two dates of birth are read, and the time between them."""
    form = birthdays(play.draw, play.state["today"])
    path = put_form(play, form)
    first, second = play.draw.sample(list(form["born"]), 2)
    older, younger = sorted((first, second), key=lambda name: form["born"][name])
    gap = (date.fromisoformat(form["born"][younger]) - date.fromisoformat(form["born"][older])).days
    if gap < 400:
        raise play.unsuitable("nearly the same age")
    play.ask(first=first, second=second)
    play.call("read_file", {"path": path})
    play.learn(
        "{older} was born on {one} and {younger} on {two}.",
        "{older} has {one}, {younger} {two}.",
        older=older,
        younger=younger,
        one=form["born"][older],
        two=form["born"][younger],
    )
    said = play.call(
        "date_difference",
        {"start": form["born"][older], "end": form["born"][younger], "unit": "years"},
        does="get the time from {one:iso} to {two:iso}",
    )
    play.learn("{older} is {said} older.", "The difference is {said}; {older} is the older one.", said=said)
    play.conclude(
        "{older} is older, by {said}.",
        "It is {older}: {said} older than {younger}.",
        "{older} was born {said} before {younger}.",
        facts=["older", "said"],
    )
