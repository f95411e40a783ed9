"""A folder of tables and texts, and some notes: the model for families over the tools that come with umi-local."""

from __future__ import annotations

import csv
import io
import re
from decimal import Decimal
from typing import Any

from umi_local.tools.builtin import builtin_tools
from umi_local.worlds.desk import BuiltinDesk
from umi_local.worlds.draw import Draw, Pool
from umi_local.worlds.facts import NO, Fact
from umi_local.worlds.family import Family, Kind, Missing
from umi_local.worlds.play import Play
from umi_local.worlds.pools import FIRST_NAMES, FOODS, GOODS, TOWNS, person
from umi_local.worlds.splits import Split

FAMILY = FILES = Family("files", "[files|documents]", frozenset({"files", "tables", "notes"}), desk=BuiltinDesk)

_TOOLS = {tool.name: tool for tool in builtin_tools()}
for _name, _does in {
    "list_files": "list what is in the folder",
    "find_files": "find files named {name}",
    "read_file": "read {path}",
    "search_files": "search the files for {query}",
    "file_info": "get the facts about {path}",
    "move_file": "move {source} to {destination}",
    "write_file": "write {path}",
    "table_columns": "see which columns {path} has",
    "count_rows": "count the rows of {path}< where {where_column} is {where_value}>",
    "find_rows": "find the rows of {path} where {where_column} is {where_value}",
    "aggregate_column": "compute the {operation} of {column} in {path}",
    "top_rows": "sort {path} by {column}",
    "add_note": "save a note",
    "search_notes": "search the notes for {query}",
    "finish_note": "mark note {id} as done",
    "list_notes": "list the notes",
    "convert_units": "convert {value} {from_unit} to {to_unit}",
}.items():
    FILES.builtin(_TOOLS[_name], does=_does)

FOLDERS = Pool(
    """admin|archive|attic|backup|bills|collected|contracts|copies|desktop|downloads|drafts|exports|family|finance|forms
    |garage|history|home|import|inbox|incoming|invoices|later|letters|lists|logs|misc|office|old|open|outbox|papers
    |personal|plans|private|projects|records|reports|research|sent|shared|sorted|study|temp|templates|todo|work|year"""
)
_CONTACTS = ("Contact", "Organizer", "Manager")
ROOTS = ("documents", "files", "data", "stuff", "desk")
SUBJECTS = Pool(
    """aquarium|archive|attic|balcony|band|bathroom|bike repair|birthday|boat|boiler|book club|budget|cabin|campaign|canteen
    |car|cellar|charity|choir|christening|cinema|clinic|club|concert|conference|contract|cooking class|course|dentist
    |election|event|excursion|exhibition|fence|festival|fireplace|fundraiser|furniture|garage|garden|greenhouse|gym
    |harvest|heating|holiday|house|insurance|internship|interview|kennel|kitchen|language course|laundry|lease|library
    |loan|lottery|market stall|meeting|moped|mortgage|move|museum|neighbours|newsletter|orchard|painting|parade|party
    |pension|piano|picnic|playground|pottery|project|quarterly review|quiz night|recipe|renovation|rent|roof|sailing|school
    |shed|ski trip|solar panels|stable|summer camp|survey|tax|theatre|training|trip|tutoring|visa|warranty|wedding|workshop"""
)
ERRANDS = Pool(
    """air the guest room|back up the laptop|book the train tickets|bring the bottles back|buy printer paper
    |call the plumber|cancel the magazine|change the light bulb|charge the drill|check the tyre pressure
    |clean the oven|collect the parcel|count the spare keys|cut the hedge|defrost the freezer|descale the kettle
    |dust the shelves|empty the mailbox|feed the fish|file the receipts|find the warranty card|fix the garden gate
    |fold the laundry|iron the shirts|label the boxes|mend the curtain|mop the hall|mow the lawn|oil the hinges
    |order new glasses|pack the suitcase|paint the fence|pay the water bill|pick up the dry cleaning|plan the menu
    |polish the shoes|post the letters|print the photos|prune the roses|read the meter|renew the passport
    |repair the bicycle|replace the filter|reply to the landlord|return the library books|scan the contract
    |set up the printer|sharpen the knives|sign the lease|sort the screws|start the dishwasher|submit the timesheet
    |sweep the yard|test the smoke alarm|thank the neighbours|tidy the garage|update the address book|vacuum the car
    |wash the car|water the plants|wind the clock|wrap the presents|write the thank-you cards"""
)


@FILES.scene
def scene(draw: Draw) -> dict[str, Any]:
    """Two tables, three texts and some notes, some of them in folders."""
    folders = ["", *(f"{name}/" for name in draw.several_of(FOLDERS, 2))]
    tables = {}
    for make in draw.sample((_expenses, _stock, _runs), 2):
        name, columns, rows = make(draw)
        tables[draw.pick(folders) + name] = {"columns": columns, "rows": rows}
    files = {path: _csv(table) for path, table in tables.items()}
    texts = {}
    for subject in draw.several_of(SUBJECTS, 3):
        path = f"{draw.pick(folders)}{subject.replace(' ', '-')}.txt"
        texts[path] = {"subject": subject, "lines": _lines(draw, subject)}
        files[path] = "\n".join(texts[path]["lines"]) + "\n"
    notes = [{"text": errand, "tag": draw.pick(("", "home", "work"))} for errand in draw.several_of(ERRANDS, 3)]
    now = f"{draw.day('2025-01-01', '2026-12-31')}T{draw.clock()}:00"
    return {
        "now": now,
        "root": draw.pick(ROOTS),
        "files": files,
        "notes": notes,
        "tables": tables,
        "texts": texts,
    }


def _expenses(draw: Draw) -> tuple[str, list[str], list[list[Any]]]:
    names = draw.several_of(FOODS, 6)
    shops = draw.several_of(FIRST_NAMES, 3)
    rows = [
        [draw.day("2026-01-01", "2026-06-30"), draw.pick(names), draw.pick(shops), draw.price(1, 60)]
        for _ in range(draw.whole(6, 14))
    ]
    return draw.pick(("expenses.csv", "spending.csv", "groceries.csv")), ["date", "item", "paid_by", "amount"], rows


def _stock(draw: Draw) -> tuple[str, list[str], list[list[Any]]]:
    towns = draw.several_of(TOWNS, 3)
    names = draw.several_of(GOODS, draw.whole(6, 12))
    rows = [[name, draw.pick(towns), draw.whole(0, 90), draw.price(3, 80)] for name in names]
    return draw.pick(("stock.csv", "inventory.csv", "goods.csv")), ["product", "town", "pieces", "price"], rows


def _runs(draw: Draw) -> tuple[str, list[str], list[list[Any]]]:
    people = draw.several_of(FIRST_NAMES, 3)
    rows = [
        [draw.day("2026-01-01", "2026-06-30"), draw.pick(people), draw.whole(20, 210) / 10, draw.whole(15, 120)]
        for _ in range(draw.whole(6, 14))
    ]
    return draw.pick(("runs.csv", "training.csv", "jogging.csv")), ["date", "runner", "km", "minutes"], rows


def _csv(table: dict[str, Any]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(table["columns"])
    writer.writerows(table["rows"])
    return out.getvalue()


def _lines(draw: Draw, subject: str) -> list[str]:
    phone = draw.code("0###-######")
    lines = [
        f"{draw.pick(_CONTACTS)}: {person(draw)}, {phone}",
        f"{draw.pick(('Deadline', 'Due date', 'Closing date'))}: {draw.day('2026-01-01', '2027-06-30')}",
        f"{draw.pick(('Cost', 'Limit', 'Deposit'))}: {draw.whole(20, 900, 5)} euros",
        f"Place: {draw.of(TOWNS)}",
    ]
    return [subject.capitalize(), *draw.sample(lines, draw.whole(2, 4))]


_NUMBERS = {"amount": "amount", "pieces": "pieces", "price": "price", "km": "km", "minutes": "minutes"}


def _table(play: Play, *columns: str) -> tuple[str, dict[str, Any], str]:
    """Pick a table that has one of the columns, and the column."""
    fitting = [
        (path, table, column)
        for path, table in play.state["tables"].items()
        for column in table["columns"]
        if column in (columns or _NUMBERS)
    ]
    if not fitting:
        raise play.unsuitable("no such column")
    return play.draw.pick(fitting)


def _values(table: dict[str, Any], column: str) -> list[Decimal]:
    at = table["columns"].index(column)
    return [Decimal(str(row[at])) for row in table["rows"]]


def _sum(table: dict[str, Any], column: str) -> float | int:
    return _plain(sum(_values(table, column), Decimal(0)))


def _plain(value: Decimal) -> float | int:
    return int(value) if value == int(value) else float(value)


@FILES.intent(
    goal="add up the column {column} of {path}",
    wordings=(
        "what is the total of {column} in {path}?",
        "add up [the|all] {column} in {path}",
        "sum the column {column} of {path}",
        "how much is {column} in {path} altogether?",
        "I need one number: the sum of {column} in {path}.",
        "tell me what {column} comes to in {path}",
        "~total {column} {path}",
        "~sum of {column}, {path}",
    ),
    essential="aggregate_column",
    missing=Missing(
        wordings=(
            "what is the total of that column in my table?",
            "add up the numbers in a table for me",
            "sum up my csv file",
            "~total of the table",
        ),
        needs="the file and the column",
        goal="add up a column",
        slot="what",
    ),
    split=Split.TRAIN,
)
def total(play: Play) -> None:
    """One call."""
    path, table, column = _table(play, "amount", "pieces", "km", "minutes")
    play.ask(path=path, column=column, what=f"{column} in {path}")
    play.call("aggregate_column", {"path": path, "column": column, "operation": "sum"})
    play.learn(
        "The sum of {column} is {total}.",
        "{column} adds up to {total}.",
        "All {n} rows together make {total}.",
        total=_sum(table, column),
        n=len(table["rows"]),
    )
    play.conclude(
        "The total of {column} in {path} is {total}.",
        "{column} in {path} adds up to {total}.",
        "It is {total} altogether.",
        "Summed over all rows, {column} is {total}.",
        facts=["total"],
    )


@FILES.intent(
    goal="find the {which} of {column} in {path}",
    wordings=(
        "what is the {which} {column} in {path}?",
        "get the {which} value of {column} from {path}",
        "look through {path} and tell me the {which} {column}",
        "find the {which} {column} that {path} has",
        "In {path} there is a column {column}. I want its {which} value.",
        "~{which} {column} {path}",
    ),
    essential="aggregate_column",
    split=Split.TEST,
)
def extreme(play: Play) -> None:
    """One call with another operation."""
    path, table, column = _table(play)
    which, operation = play.draw.pick((("highest", "max"), ("largest", "max"), ("lowest", "min"), ("smallest", "min")))
    play.ask(path=path, column=column, which=which)
    play.call("aggregate_column", {"path": path, "column": column, "operation": operation})
    values = _values(table, column)
    play.learn(
        "The {which} {column} in {path} is {found}.",
        "{found} is the {which} value of {column}.",
        found=_plain(max(values) if operation == "max" else min(values)),
    )
    play.conclude(
        "The {which} {column} is {found}.",
        "In {path}, {column} has {found} as its {which} value.",
        "It's {found}.",
        facts=["found"],
    )


@FILES.intent(
    goal="count the rows of {path} where {column} is {value}",
    wordings=(
        "how many rows of {path} have {value} as {column}?",
        "count the lines in {path} where {column} is {value}",
        "in {path}, how often is {column} {value}?",
        "tell me how many entries with {column} {value} there are in {path}",
        "how many times does {value} show up under {column} in {path}?",
        "~count {column}={value} in {path}",
    ),
    essential="count_rows",
    split=Split.TRAIN,
)
def count_matching(play: Play) -> None:
    """One call with a condition."""
    path, table, column = _table(play, "paid_by", "town", "runner")
    at = table["columns"].index(column)
    value = play.draw.pick(table["rows"])[at]
    play.ask(path=path, column=column, value=value)
    play.call("count_rows", {"path": path, "where_column": column, "where_op": "eq", "where_value": value})
    play.learn(
        "{count} of the {n} rows in {path} have {value} as {column}.",
        "The count is {count}: that many rows have {value} as {column}.",
        count=sum(row[at] == value for row in table["rows"]),
        n=len(table["rows"]),
    )
    play.conclude(
        "{path} has {count:n row} where {column} is {value}.",
        "In {count} of {n} rows, {column} is {value}.",
        "I counted {count:n row} with {value} as {column}.",
        facts=["count"],
    )


@FILES.intent(
    goal="say how many lines {path} has",
    wordings=(
        "how many lines does {path} have?",
        "count the lines of {path}",
        "how long is {path}, in lines?",
        "tell me the number of lines in {path}",
        "~line count {path}",
    ),
    essential="file_info",
    missing=Missing(
        wordings=(
            "how many lines does my file have?",
            "count the lines of a file for me",
            "tell me how long my text is, in lines",
            "~line count?",
        ),
        needs="the name of the file",
        goal="say how many lines a file has",
        slot="path",
    ),
    split=Split.DEV,
)
def line_count(play: Play) -> None:
    """One call; text in JSON."""
    path = play.draw.pick(list(play.state["texts"]))
    play.ask(path=path)
    play.call("file_info", {"path": path})
    play.learn("{path} has {n} lines.", "The file has {n} lines.", n=len(play.state["texts"][path]["lines"]))
    play.conclude("{path} has {n} lines.", "It has {n} lines.", "There are {n} lines in {path}.", facts=["n"])


@FILES.intent(
    goal="find the file about {subject} and say what it says after {label}",
    wordings=(
        "look in the {subject} file: what does it say under {label}?",
        "what is the {label:lower} in my file about the {subject}?",
        "I have a text file about the {subject} somewhere. What is the {label:lower} in it?",
        "find my {subject} text and tell me the {label:lower}",
        "~{label:lower} for {subject}, see file",
    ),
    essential="read_file",
    split=Split.TRAIN,
)
def find_and_read(play: Play) -> None:
    """Two calls: the path comes from the first."""
    path = play.draw.pick(list(play.state["texts"]))
    text = play.state["texts"][path]
    label, _, value = play.draw.pick(text["lines"][1:]).partition(": ")
    play.ask(subject=text["subject"], label=label)
    word = text["subject"].replace(" ", "-")
    play.call("find_files", {"name": word})
    play.learn("The file is {path}.", "There is one file for that: {path}.", path=path)
    play.call("read_file", {"path": path})
    play.learn("{path} says {label}: {value}.", "After {label} it says {value}.", value=value)
    play.conclude(
        "{path} says {label}: {value}.",
        "According to {path}, the {label:lower} is {value}.",
        "The {label:lower} for the {subject}: {value}.",
        facts=["value"],
    )


@FILES.intent(
    goal="find which file mentions {name}",
    wordings=(
        "which file mentions {name}?",
        "in which of my files does {name} appear?",
        "search my files for {name} and tell me where it is",
        "find the file with {name} in it",
        "I wrote down {name} somewhere. In which file?",
        "~which file: {name}",
    ),
    essential="search_files",
    split=Split.TEST,
)
def where_is_it(play: Play) -> None:
    """One call, a path as the answer."""
    names = {path: name for path, text in play.state["texts"].items() if (name := _name_in(text))}
    if not names:
        raise play.unsuitable("no file names anybody")
    path, name = play.draw.pick(list(names.items()))
    play.ask(name=name)
    play.call("search_files", {"query": name})
    play.learn("{name} appears in {path}.", "The only line with {name} is in {path}.", path=path)
    play.conclude(
        "{name} is in {path}.", "It is {path} that mentions {name}.", "You find {name} in {path}.", facts=["path"]
    )


def _name_in(text: dict[str, Any]) -> str | None:
    for line in text["lines"]:
        label, _, value = line.partition(": ")
        if label in _CONTACTS:
            return str(value.partition(",")[0])
    return None


@FILES.intent(
    goal="save the note: {text}",
    wordings=(
        "note down: {text}",
        "remember to {text}. Put it into my notes.",
        "save a note that I have to {text}",
        "write a note: {text}",
        "I must {text}. Make a note of that.",
        "~note: {text}",
        "~new note {text}",
    ),
    essential="add_note",
    split=Split.TRAIN,
)
def take_note(play: Play) -> None:
    """One call that writes; the text is given word for word."""
    known = {note["text"] for note in play.state["notes"]}
    text = play.draw.pick([errand for errand in ERRANDS.of(play.draw.split) if errand not in known])
    play.ask(text=text)
    play.call("add_note", {"text": text}, does="save the note {text}")
    play.learn("The note is saved.", "It is note {number} now.", number=len(play.state["notes"]) + 1)
    play.conclude(
        "I noted: {text}.",
        "Saved as note {number}: {text}.",
        "Your note is saved: {text}.",
        facts=[Fact("text", text)],
    )


@FILES.intent(
    goal="mark the note about the task to {text} as done",
    wordings=(
        "I managed to {text}. Tick it off in my notes.",
        "mark the note as done that says {text}",
        'the task "{text}" is done, update my notes',
        "tick off the note: {text}",
        "finish the note that reads {text}",
        "~done: {text}",
    ),
    essential="finish_note",
    split=Split.TRAIN,
)
def tick_off(play: Play) -> None:
    """Two calls: the note's number comes from the search."""
    number = play.draw.whole(1, len(play.state["notes"]))
    text = play.state["notes"][number - 1]["text"]
    play.ask(text=text)
    play.call("search_notes", {"query": text})
    play.learn("The note is number {number}.", "Note {number} says that.", number=number)
    play.call("finish_note", {"id": number})
    play.learn("Note {number} is done.", "Note {number} is ticked off now.")
    play.conclude(
        "Note {number} ({text}) is marked as done.",
        "I ticked off note {number}.",
        "Done: note {number} is finished.",
        facts=["number"],
    )


@FILES.intent(
    goal="tell how many miles are in {path} altogether",
    wordings=(
        "how many miles are that in total in {path}?",
        "add up the km in {path} and give me the sum in miles",
        "what is the whole distance in {path}, in miles?",
        "I ran a lot, see {path}. How many miles was it all together?",
        "~total miles {path}",
    ),
    essential="aggregate_column",
    split=Split.TEST,
)
def total_in_miles(play: Play) -> None:
    """Two calls: a sum, converted."""
    path, table, column = _table(play, "km")
    play.ask(path=path)
    total_km = _sum(table, column)
    play.call("aggregate_column", {"path": path, "column": "km", "operation": "sum"}, derived=["column"])
    play.learn("The runs in {path} come to {km} km.", "All in all it is {km} km.", km=total_km)
    said = play.call("convert_units", {"value": total_km, "from_unit": "km", "to_unit": "mile"}, derived=["to_unit"])
    miles = float(re.findall(r"[\d.]+", said.replace(",", ""))[-1])
    play.learn("{km} km are {miles} miles.", "That is {miles} miles.", miles=round(miles, 2))
    play.conclude("It is {miles} miles in total.", "Altogether {km} km, or {miles} miles.", facts=["miles"])


@FILES.intent(
    goal="move the file about the {subject} into the folder {folder}",
    wordings=(
        "move the {subject} file into {folder}",
        "put my text about the {subject} into the folder {folder}",
        "the {subject} file belongs into {folder}. Please move it there.",
        "tidy up: {subject} file to {folder}",
        "~mv {subject} file -> {folder}",
    ),
    essential="move_file",
    split=Split.TRAIN,
)
def put_away(play: Play) -> None:
    """Two calls; the path comes from the first, the folder from the user."""
    path = play.draw.pick([path for path in play.state["texts"] if "/" not in path] or [""])
    folders = sorted({other.partition("/")[0] for other in play.state["files"] if "/" in other})
    if not path or not folders:
        raise play.unsuitable("nothing to move, or nowhere to")
    subject = play.state["texts"][path]["subject"]
    play.ask(subject=subject, folder=play.draw.pick(folders))
    play.call("find_files", {"name": subject.replace(" ", "-")})
    play.learn("The file is {path}.", "It is called {path}.", path=path)
    new = f"{play.slots['folder']}/{path}"
    play.call("move_file", {"source": path, "destination": new}, derived=["destination"])
    play.learn("{path} is in {folder} now.", "The file is now {new}.", new=new)
    play.conclude(
        "I moved {path} to {folder}.",
        "{path} is in the folder {folder} now.",
        "Done, you find it as {new}.",
        facts=["folder"],
    )


@FILES.intent(
    goal="read the {label:lower} in {wrong}",
    wordings=(
        "what {label:lower} does {wrong} give?",
        "open {wrong} and tell me the {label:lower}",
        "read {wrong}: what is the {label:lower}?",
        "I need the {label:lower} from {wrong}.",
        "~{wrong}: {label:lower}?",
    ),
    kind=Kind.RECOVER,
    split=Split.TRAIN,
)
def wrong_folder(play: Play) -> None:
    """The file isn't where the user says; it is found by its name."""
    path = play.draw.pick([path for path in play.state["texts"] if "/" in path] or [""])
    if not path:
        raise play.unsuitable("no file in a folder")
    name = path.rpartition("/")[2]
    label, _, value = play.draw.pick(play.state["texts"][path]["lines"][1:]).partition(": ")
    play.ask(wrong=name, label=label)
    play.attempt("read_file", {"path": name})
    play.learn("There is no {wrong} at that place.", "{wrong} isn't there.")
    play.call("find_files", {"name": name}, why="It may be in another folder, so I look for it with {tool}.")
    play.learn("It is {path}.", "The file lies at {path}.", path=path)
    play.call("read_file", {"path": path})
    play.learn("{path} says {label}: {value}.", "The line with {label} says {value}.", value=value)
    play.conclude(
        "The {label:lower} is {value} (the file is {path}).",
        "I found the file as {path}. It says {label}: {value}.",
        facts=["value"],
    )


@FILES.intent(
    goal="say whether {path} mentions {name}",
    wordings=(
        "does {path} say anything about {name}?",
        "is {name} mentioned in {path}?",
        "check {path} for {name}",
        "look whether the name {name} is in {path}",
        "~{name} in {path}?",
    ),
    essential="search_files",
    split=Split.TRAIN,
)
def not_mentioned(play: Play) -> None:
    """An empty result is an answer, too."""
    path = play.draw.pick(list(play.state["texts"]))
    play.ask(path=path, name=person(play.draw))
    play.call("search_files", {"query": play.slots["name"], "path": path})
    play.learn("No line of {path} has {name}.", "The search found nothing about {name} in {path}.")
    play.conclude("No, {path} doesn't mention {name}.", "{name} is not mentioned in {path}.", facts=[NO])
