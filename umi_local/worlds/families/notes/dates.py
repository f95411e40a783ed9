"""Notes with dates: overdue, due next, how many days are left, on which weekday, new ones with a date to be computed."""

from __future__ import annotations

from umi_local.worlds.dates import days_later, weekday_of
from umi_local.worlds.facts import NO, Fact
from umi_local.worlds.families.notes.service import NOTES, new_errand, pick_note
from umi_local.worlds.family import Missing
from umi_local.worlds.play import Play
from umi_local.worlds.splits import Split


def _dated(play: Play) -> list[tuple[str, str]]:
    """Return date and errand of all notes with a date, the earliest first."""
    return sorted((note["due"], note["errand"]) for note in play.state["notes"] if note["due"])


@NOTES.intent(
    goal="find the notes that are overdue",
    wordings=(
        "which of my notes is overdue?",
        "is anything in my notes overdue?",
        "check my notes for tasks whose date has passed",
        "what should I have done by now, according to my notes?",
        "I'm afraid I've missed something. Which dates in my notes are over?",
        "tell me what is late on my list",
        "go through my notes and find those that are past their date",
        "have I let any date in my notes slip?",
        "~overdue notes?",
        "~notes: what's late",
    ),
    split=Split.TRAIN,
)
def overdue(play: Play) -> None:
    """Two calls: the dates in the notes, and today's."""
    today = play.state["today"]
    dated = _dated(play)
    late = [errand for day, errand in dated if day < today]
    if not dated or len(late) > 3 or today in [day for day, _ in dated]:
        raise play.unsuitable("no dates, or too many, or one is today's")
    play.ask()
    play.call("list_notes", {}, does="list the open notes with their dates")
    play.learn(
        "{count:n note} {verb} a date to be done by, the earliest is {first}.",
        "There are dates in {count:n note}, from {first} on.",
        count=len(dated),
        verb="has" if len(dated) == 1 else "have",
        first=dated[0][0],
    )
    play.call("current_time", {}, why=("To see which have passed I need today's date, so I call {tool}.",))
    if late:
        play.learn(
            "Today is {today}, so this is overdue: {late}.", "It is {today}. Late: {late}.", today=today, late=late
        )
        play.conclude(
            "Overdue: {late}.",
            "The date has passed for: {late}.",
            "{late_count:n note} overdue: {late}.",
            facts=["late"],
            late_count=len(late),
        )
    else:
        play.learn(
            "Today is {today}, before all of these dates.",
            "It is {today}; the first date is still to come.",
            today=today,
        )
        play.conclude(
            "No, nothing is overdue; the next date is {first}.",
            "No note is overdue. The first date, {first}, is still ahead.",
            facts=[NO, "first"],
        )


@NOTES.intent(
    goal="find the note that is due next",
    wordings=(
        "what is due next in my notes?",
        "which task has the nearest date ahead?",
        "what do my notes say I must do next, by date?",
        "I have some time today. Which note has the next deadline?",
        "Look through my notes: which date comes up first from now on?",
        "~next due note",
    ),
    split=Split.TEST,
)
def due_next(play: Play) -> None:
    """Two calls and a comparison of dates."""
    today = play.state["today"]
    ahead = [(day, errand) for day, errand in _dated(play) if day > today]
    if not ahead or len(_dated(play)) < 2:
        raise play.unsuitable("no date is ahead")
    play.ask()
    play.call("current_time", {}, does="get today's date")
    play.learn("Today is {today}.", "It is {today} now.", today=today)
    play.call("list_notes", {}, does="list the open notes")
    play.learn(
        "The first date after that is {day}: {errand}.",
        "{errand} is next, by {day}.",
        day=ahead[0][0],
        errand=ahead[0][1],
    )
    play.conclude("Next is: {errand}, by {day}.", "You must {errand} by {day}.", facts=["errand", "day"])


@NOTES.intent(
    goal="tell how many days are left to {errand}",
    wordings=(
        "how many days do I have left to {errand}?",
        "how long do I have for the {thing} in my notes, in days?",
        "Check my notes: how many days remain for the {thing}?",
        "I noted a date for the {thing}. How many days is that from today?",
        "count the days until I must {errand}; the date is in my notes",
        "My notes say by when I must {errand}. How much time is left, in days?",
        "work out the days left for the note on the {thing}",
        "~days left: {thing}",
        "~{thing} due in how many days",
    ),
    missing=Missing(
        wordings=(
            "how many days are left for one of my tasks?",
            "count the days until a date in my notes",
            "~days left?",
        ),
        needs="the task",
        goal="count the days left for a task",
        slot="errand",
        replies=("the one to {value}", "I must {value}", "{value}"),
    ),
    split=Split.TRAIN,
)
def days_left(play: Play) -> None:
    """Two calls: a date out of a note, and the days until then."""
    number, note = pick_note(play, due=True)
    if note["due"] <= play.state["today"]:
        note["due"] = days_later(play.state["today"], play.draw.whole(2, 40))
        note["text"] = f"{note['errand']} by {note['due']}"
    play.ask()
    play.call("search_notes", {"query": play.slots["thing"]})
    play.learn("Note {number} has the date {due}.", "It is due by {due}.", due=note["due"], number=number)
    said = play.call(
        "date_difference",
        {"start": "today", "end": note["due"]},
        does="count the days from today to {due:iso}",
        derived=["start"],
    )
    play.learn("That leaves {count:n day}.", "{count:n day} from today.", count=int(said.split()[0]))
    play.conclude(
        "You have {count:n day} left, until {due}.",
        "It is due in {count:n day}.",
        "{count:n day}: the date is {due}.",
        facts=["count"],
    )


@NOTES.intent(
    goal="name the weekday of the date noted for the {thing}",
    wordings=(
        "on which weekday must I {errand} at the latest, according to my notes?",
        "what day of the week is the date in my note about the {thing}?",
        "My note on the {thing} has a date. What weekday is that?",
        "find out which weekday I have to {errand} by; it's in my notes",
        "Which day of the week is the deadline for the {thing}? See my notes.",
        "~weekday of {thing} note",
    ),
    missing=Missing(
        wordings=(
            "on which weekday is the date in one of my notes?",
            "find out the weekday of a date that I noted",
            "~weekday of a note",
        ),
        needs="what the note is about",
        goal="name the weekday of a noted date",
        slot="thing",
    ),
    split=Split.TEST,
)
def weekday_due(play: Play) -> None:
    """Two calls: a date out of a note, and its weekday."""
    _, note = pick_note(play, due=True)
    play.ask()
    play.call("search_notes", {"query": play.slots["thing"]})
    play.learn("The note says by {due}.", "The date is {due}.", due=note["due"])
    play.call("weekday", {"date": note["due"]})
    name = weekday_of(note["due"])
    play.learn("So the weekday is {name}.", "{due} is a {name}.", name=name)
    play.conclude("It is due on a {name}, {due}.", "{due} is a {name}.", facts=["name"])


@NOTES.intent(
    goal='note "{errand}" with the date {count} {unit} from today',
    wordings=(
        'note "{errand} by YYYY-MM-DD", with the date {count} {unit} from today',
        'make a note that says "{errand} by" and the date in {count} {unit}, as YYYY-MM-DD',
        "I have to {errand} within {count} {unit}. Note that, in the form: {errand} by YYYY-MM-DD",
        'work out which date it is in {count} {unit} and save the note "{errand} by (date as YYYY-MM-DD)"',
        "Give me {count} {unit} to {errand}. Put it into my notes as: {errand} by YYYY-MM-DD, with the right date.",
        "The deadline is {count} {unit} from now: {errand}. I'd like a note, {errand} by YYYY-MM-DD.",
        'add "{errand} by YYYY-MM-DD" to my notes, where the date is today plus {count} {unit}',
        "~note in {count} {unit}: {errand} by YYYY-MM-DD",
    ),
    essential="add_note",
    split=Split.TRAIN,
)
def note_with_date(play: Play) -> None:
    """Two calls: the date is computed, then noted."""
    unit, factor = play.draw.pick((("days", 1), ("weeks", 7)))
    count = play.draw.whole(2, 9) if unit == "weeks" else play.draw.whole(3, 60)
    errand = new_errand(play)
    play.ask(errand=errand, count=count, unit=unit)
    play.call(
        "add_to_date",
        {"date": "today", unit: count},
        does="get the date {count} {unit} after today",
        derived=["date"],
    )
    due = days_later(play.state["today"], count * factor)
    play.learn("That is {due}.", "{count} {unit} from now it is {due}.", due=due)
    text = f"{errand} by {due}"
    play.call("add_note", {"text": text}, derived=["text"])
    play.learn('"{text}" is noted.', "The note with {due} is saved.", text=text)
    play.conclude(
        "I noted: {errand}, by {due}.",
        "The note is saved, with {due} as the date.",
        "Noted for {due}: {errand}.",
        facts=["due"],
    )


@NOTES.intent(
    goal="put off the note about the {thing} by {count} days",
    wordings=(
        'put off the {thing} by {count} days: finish the old note and add "{errand} by YYYY-MM-DD" with the new date',
        "move the date in my note about the {thing} {count} days on; "
        "that means a new note, {errand} by YYYY-MM-DD, and the old one done",
        "I will not manage the {thing} in time. Give me {count} more days: finish the note and save {errand} by YYYY-MM-DD.",
        "replace the note on the {thing} by one that is due {count} days later ({errand} by YYYY-MM-DD), and close the old one",
        "I need {count} days more for the {thing}. Tick off the old note and make a new one, {errand} by YYYY-MM-DD.",
        'extend the deadline in my note about the {thing} by {count} days (new note "{errand} by YYYY-MM-DD", old one done)',
        "The note on the {thing} is too tight. Close it and note the same with a date {count} days later, as YYYY-MM-DD.",
        "~postpone {thing} {count} days: old note done, new one {errand} by YYYY-MM-DD",
    ),
    split=Split.TRAIN,
)
def put_off(play: Play) -> None:
    """Four calls: found, the new date, the old one finished, the new one saved."""
    number, note = pick_note(play, due=True)
    count = play.draw.whole(3, 20)
    play.ask(count=count)
    play.call("search_notes", {"query": play.slots["thing"]})
    play.learn("It is note {number}, due by {due}.", "Note {number} has {due}.", number=number, due=note["due"])
    play.call(
        "add_to_date",
        {"date": note["due"], "days": count},
        does="get the date {count} days after {due:iso}",
    )
    new = days_later(note["due"], count)
    play.learn("The new date is {new}.", "{count} days later is {new}.", new=new)
    play.call("finish_note", {"id": number})
    play.learn("The old note is closed.", "Note {number} is out of the way.")
    text = f"{note['errand']} by {new}"
    play.call("add_note", {"text": text}, derived=["text"])
    play.learn("The new note has {new}.", '"{text}" is saved.', text=text)
    play.conclude(
        "The new date for the {thing} is {new}; the old note is done.",
        "I closed note {number} and noted {new} as the new date.",
        facts=["new"],
    )


@NOTES.intent(
    goal="say whether the date noted for the {thing} comes before {other}",
    wordings=(
        "does the date in my note on the {thing} come before {other}?",
        "my notes have a date for the {thing}; tell me if that is before {other}",
        "check if I must {errand} before {other}, going by my notes",
        "I'm away from {other} on. Must I {errand} before that? See my notes.",
        "Look at the note on the {thing}: does its date come before {other}?",
        "My holiday begins on {other}. Do I have to {errand} before? The date is in my notes.",
        "By {other}, will I have to be done with the {thing}? My notes have the date.",
        "~{thing} due before {other}?",
    ),
    essential="search_notes",
    split=Split.TRAIN,
)
def due_before(play: Play) -> None:
    """One call; the plan compares two dates itself."""
    _, note = pick_note(play, due=True)
    other = days_later(note["due"], play.draw.pick((-9, -4, 3, 8)))
    play.ask(other=other)
    play.call("search_notes", {"query": play.slots["thing"]})
    if note["due"] < other:
        play.learn("It is due by {due}, which is before {other}.", "{due} comes before {other}.", due=note["due"])
        play.conclude("Yes, it is due by {due}, before {other}.", "Yes: the date is {due}.", facts=[Fact("yes"), "due"])
    else:
        play.learn("It is due by {due}, which is after {other}.", "{due} comes later than {other}.", due=note["due"])
        play.conclude("No, it is due by {due}.", "No, only by {due}, after {other}.", facts=[NO, "due"])
