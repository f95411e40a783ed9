"""A value is read in one place and used in another: written, noted, appended, looked up in a table."""

from __future__ import annotations

from typing import Any

from umi_local.worlds.facts import Fact
from umi_local.worlds.families._papers.forms import contacts
from umi_local.worlds.families.documents.service import DOCUMENTS, pick_fact, put_form
from umi_local.worlds.family import Missing
from umi_local.worlds.play import Play
from umi_local.worlds.splits import Split


@DOCUMENTS.intent(
    goal='append {what} from {path} to {target}, as "{title}: "',
    wordings=(
        'look up {what} in {path} and append it to {target} as "{title}: " and the value',
        'find {what} in {path} and add it to the end of {target}, after "{title}: "',
        'add a line "{title}: " with {what} from {path} to {target}',
        "{target} lacks one thing: {what}, from {path}. Append it there as {title}, colon, value.",
        'read {path}, find {what}, and write it at the end of {target} in the form "{title}: value"',
        "I'd like {what} (it's in {path}) at the end of {target}: {title}, colon, and the value.",
        "copy {what} from {path} into {target}, on a new last line that begins with {title} and a colon",
        '~{path} {what} >> {target}, "{title}: ..."',
    ),
    essential="write_file",
    missing=Missing(
        wordings=(
            'look up {what} in {path} and append it to another file as "{title}: " and the value',
            'add a line "{title}: " with {what} from {path} to one of my files',
            '~{path} {what} >> "{title}: ..."',
        ),
        needs="the file to append to",
        goal="append {what} from {path} to a file",
        slot="target",
    ),
    split=Split.TRAIN,
)
def append_fact(play: Play) -> None:
    """Two calls: a value is read here and appended there."""
    path, _, facts = pick_fact(play)
    target = play.draw.pick([found for found in play.state["texts"] if found != path])
    title = play.draw.pick(("noted", "see also", "from the papers", "checked", "info"))
    value = _in_text(play, path)
    play.ask(target=target, title=title)
    play.call("read_file", {"path": path})
    play.learn("{what:cap} is {value}.", "{path} says {value}.", value=value)
    play.call(
        "write_file",
        {"path": target, "text": f"{title}: {value}", "mode": "append"},
        does='append "{text}" to {target}',
        derived=["text"],
    )
    play.learn("{target} has that line now.", "The line is appended.")
    play.conclude(
        "I appended {title}: {value} to {target}.",
        "{target} now ends with {title}: {value}.",
        "{what:cap} is {value}; {target} has it now.",
        facts=facts,
    )


def _in_text(play: Play, path: str) -> str:
    """Return what is asked for as the text itself has it.

    Raises:
        UnsuitableError: The text says it in other words.
    """
    text = play.state["texts"][path]
    asked = next(found for found in text["asks"] if found["what"] == play.slots["what"])
    names = [name for name in text["values"] if f"{{{name}}}" in asked["said"] or f"{{{name}:" in asked["said"]]
    value = str(text["values"][names[0]])
    if len(names) != 1 or value not in text["text"]:
        raise play.unsuitable("the text says it in other words")
    return value


@DOCUMENTS.intent(
    goal="write {what} from {path} to {target}",
    wordings=(
        "write {what} from {path} into a new file {target}, only that",
        "save just {what} of {path} as {target}",
        "I need {target} with nothing in it but {what} from {path}.",
        "put {what}, which stands in {path}, into {target}; no other words",
        "extract {what} from {path} to {target}",
        "make a file {target} that only says {what}; look it up in {path}",
        "{target} should have one line: {what}, taken from {path}.",
        "~{what} ({path}) > {target}, bare",
    ),
    essential="write_file",
    missing=Missing(
        wordings=(
            "write {what} from {path} into a new file, only that",
            "save just {what} of {path} somewhere",
            "I need a file with nothing in it but {what} from {path}.",
            "~{what} ({path}) > file",
        ),
        needs="the name of the new file",
        goal="write {what} from {path} to a file",
        slot="target",
    ),
    split=Split.TRAIN,
)
def fact_to_file(play: Play) -> None:
    """Two calls: a value is read and written."""
    path, _, facts = pick_fact(play)
    value = _in_text(play, path)
    play.ask(target=play.draw.pick(("extract.txt", "value.txt", "answer.txt", "just-this.txt", "one-line.txt")))
    play.call("read_file", {"path": path})
    play.learn("It is {value}.", "{what:cap} is {value} there.", value=value)
    play.call("write_file", {"path": play.slots["target"], "text": value}, does="write {text} to {target}")
    play.learn("{target} says {value} now.", "It is written to {target}.")
    play.conclude(
        "{target} now has {what}: {value}.", "I wrote {value} to {target}.", "Saved in {target}: {value}.", facts=facts
    )


@DOCUMENTS.intent(
    goal='note {what} from {path} as "{title}: " with the value',
    wordings=(
        'save a note that says "{title}: " and then {what}, as {path} has it',
        'look up {what} in {path} and note "{title}: (value)"',
        "I keep forgetting {what}. It's in {path}. Note it as {title}, colon, value.",
        "put {what} out of {path} into my notes: {title}, a colon, and the value",
        '~note "{title}: {what}" ({path})',
    ),
    essential="add_note",
    missing=Missing(
        wordings=(
            "make a note of {what} in {path}, after a title and a colon",
            "put {what} out of {path} into my notes, under some title",
            "~note {what} ({path}) with title",
        ),
        needs="the title for the note",
        goal="note {what} from {path}",
        slot="title",
    ),
    split=Split.TEST,
)
def fact_to_note(play: Play) -> None:
    """Two calls: a value is read and noted."""
    path, _, facts = pick_fact(play)
    value = _in_text(play, path)
    title = play.draw.pick(("remember", "important", "keep", "look here"))
    play.ask(title=title)
    play.call("read_file", {"path": path})
    play.learn("The value for the note is {value}.", "For {what} it has {value}.", value=value)
    play.call("add_note", {"text": f"{title}: {value}"}, derived=["text"])
    play.learn("The note says {title}: {value}.", "{value} is noted.")
    play.conclude("I saved the note {title}: {value}.", "Your notes have it now, {title}: {value}.", facts=facts)


def _with_person(play: Play) -> tuple[str, dict[str, Any], str, str]:
    """Pick a text that names a person by a role, and put a table of contacts beside it; path, contacts, table and person."""
    fitting = [
        (path, asked["what"], text["values"][asked["said"].strip("{}")])
        for path, text in play.state["texts"].items()
        for asked in text["asks"]
        if asked["what"].startswith("the name of") and " " in str(text["values"].get(asked["said"].strip("{}"), ""))
    ]
    if not fitting:
        raise play.unsuitable("no text names a person")
    path, what, person = play.draw.pick(fitting)
    form = contacts(play.draw, [person])
    table = put_form(play, form, "csv")
    play.slots.update(
        path=path,
        table=table,
        person=person,
        who=what.removeprefix("the name of "),
        column=form["columns"][0],
        phone=form["phones"][person],
    )
    return path, form, table, person


@DOCUMENTS.intent(
    goal="find the phone number of {who} in {path}",
    wordings=(
        "What is the phone number of {who} in {path}? My contacts are in {table}.",
        "find out the name of {who} in {path} and look up the number in {table}",
        "I must call {who}, see {path}. The numbers are in {table}. What do I dial?",
        "look up the number of {who} ({path}) in {table}",
        "who is {who} in {path}, and which phone number does {table} have for that name?",
        "get the name of {who} from {path}, then the number from {table}",
        "{path} says the name of {who}, {table} has all numbers. Which number do I call?",
        "~phone of {who} ({path}), numbers in {table}",
    ),
    split=Split.TRAIN,
)
def phone_of(play: Play) -> None:
    """Three calls: a name from a text, the columns of a table, the row of that name."""
    path, form, table, person = _with_person(play)
    play.ask()
    play.call("read_file", {"path": path})
    play.learn("The name of {who} is {person}.", "{person} is the name I need.")
    play.call("table_columns", {"path": table})
    play.learn("Names are in the column {column}.", "I look under {column} for the name.")
    play.call(
        "find_rows",
        {"path": table, "where_column": form["columns"][0], "where_op": "eq", "where_value": person},
        does="find the row of {table} where {where_column} is {person}",
    )
    play.learn("The number of {person} is {phone}.", "{person} has {phone}.")
    play.conclude(
        "{person}: {phone}.",
        "It is {person}, {phone}.",
        "You can reach {person} at {phone}.",
        facts=["person", Fact("text", form["phones"][person])],
    )


@DOCUMENTS.intent(
    goal="note whom to call: {who} in {path}",
    wordings=(
        'note "call " with the name of {who} in {path}, a comma, and the number from {table}',
        "make a note that says call NAME, NUMBER for {who} in {path}; you find the number in {table}",
        "Tomorrow I want to ring {who} ({path}). Note it as call NAME, NUMBER, with the number from {table}.",
        "look up {who} in {path} and the phone number in {table}, then take the note call NAME, NUMBER",
        "I have to call {who} from {path}. Make a note: call NAME, NUMBER. The numbers are in {table}.",
        'find the name of {who} in {path} and the number in {table}, and note it as "call NAME, NUMBER"',
        "put into my notes whom to call, as call NAME, NUMBER: it's {who} in {path}, and {table} has the number",
        '~note "call NAME, NUMBER": {who} ({path}), numbers in {table}',
    ),
    essential="add_note",
    split=Split.TRAIN,
)
def note_to_call(play: Play) -> None:
    """Four calls: a name, the columns, a number, a note of both."""
    path, form, table, person = _with_person(play)
    play.ask()
    play.call("read_file", {"path": path})
    play.learn("It is {person}.", "{path} names {person}.")
    play.call("table_columns", {"path": table})
    play.learn("The names must be under {column}.", "{column} is the column with the names.")
    play.call(
        "find_rows",
        {"path": table, "where_column": form["columns"][0], "where_op": "eq", "where_value": person},
        does="look for {person} under {where_column} in {table}",
    )
    play.learn("{phone} is the number of {person}.", "The row has {phone}.")
    play.call("add_note", {"text": f"call {person}, {form['phones'][person]}"}, derived=["text"])
    play.learn("That is in the notes now.", "The call is noted.")
    play.conclude(
        "I noted: call {person}, {phone}.",
        "The note says call {person}, {phone}.",
        facts=["person", Fact("text", form["phones"][person])],
    )


@DOCUMENTS.intent(
    goal="look up {what} in {path} and say whether {other} says the same",
    wordings=(
        "what is {what} in {path}, and does {other} mention that, too?",
        "take {what} from {path} and check if {other} mentions it",
        "Look up {what} in {path}; does the same stand anywhere in {other}?",
        "I want to be sure that {path} and {other} fit together. Is {what} of the first one mentioned in the second?",
        "~{what} from {path}, also in {other}?",
    ),
    split=Split.DEV,
)
def also_elsewhere(play: Play) -> None:
    """Two calls: a value is read, then searched for in another file."""
    path, _, facts = pick_fact(play)
    value = _in_text(play, path)
    other = play.draw.pick([found for found in play.state["texts"] if found != path])
    if value.casefold() in play.state["files"][other].casefold():
        raise play.unsuitable("it is there")
    play.ask(other=other)
    play.call("read_file", {"path": path})
    play.learn("{what:cap} is {value} in {path}.", "It has {value}.", value=value)
    play.call("search_files", {"query": value, "path": other}, does='search {other} for "{query}"')
    play.learn("{other} has no line with {value}.", "{value} isn't in {other}.")
    play.conclude(
        "{what:cap} is {value}, but {other} does not mention it.",
        "It is {value}; {other} says nothing of that.",
        facts=[*facts, Fact("no")],
    )
