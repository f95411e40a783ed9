"""What JSON files ask for, and what is worked out from their values."""

from __future__ import annotations

import json

from umi_local.worlds.families._papers.desks import put_file
from umi_local.worlds.families._papers.sheets import total
from umi_local.worlds.families.documents.service import DOCUMENTS, put_record
from umi_local.worlds.play import Play
from umi_local.worlds.splits import Split


@DOCUMENTS.intent(
    goal="count the days until {what}, as given in {path}",
    wordings=(
        "how many days are left until {what} in {path}?",
        "find out how many days it is until {what}; the date is in {path}",
        "look up {what} in {path} and count the days to it",
        "In {path} there's {what}. How many days from today is that?",
        "I have to be ready by {what}, see {path}. How many days do I have?",
        "count the days from now to {what}; {path} has the date",
        "get {what} from {path} and tell me how far off it is, in days",
        "~days to {what}, {path}",
    ),
    split=Split.TRAIN,
)
def days_to_value(play: Play) -> None:
    """Three calls: the keys, a date, the days until then."""
    path, record = put_record(play, "seats")
    day = record["values"]["day"]
    asked = next(asked for asked in record["asks"] if asked["said"] == "{day}")
    play.ask(path=path, what=asked["what"], day=day, query=asked["query"])
    play.call("json_lookup", {"path": path}, does="see which keys {path} has")
    play.learn("{what:cap} must be at {query}.", "I expect {what} at {query}.")
    play.call("json_lookup", {"path": path, "query": asked["query"]}, derived=["query"])
    play.learn("{what:cap} is {day}.", "It is {day}.")
    said = play.call(
        "date_difference",
        {"start": "today", "end": day},
        does="count the days from today to {day:iso}",
        derived=["start"],
    )
    play.learn("That is {count:n day} away.", "From today it is {count:n day}.", count=int(said.split()[0]))
    play.conclude(
        "It is {count:n day} until then: {what} is {day}.",
        "{count:n day}, until {day}.",
        "In {count:n day}, on {day}.",
        facts=["count"],
    )


@DOCUMENTS.intent(
    goal="work out how many seats are left, from {path}",
    wordings=(
        "how many seats are still free, going by {path}?",
        "tell me the number of seats in {path} that nobody has taken",
        "look at the seats in {path} and tell me how many are left",
        "{people} more people want to come. Look into {path}: how many seats are free?",
        "subtract the taken seats from all seats in {path}",
        "We need {people} seats. How many free ones does {path} show?",
        "Check {path}: how many seats aren't taken yet?",
        "~free seats, {path}",
    ),
    split=Split.TRAIN,
)
def seats_left(play: Play) -> None:
    """Two calls: two values at once, and their difference."""
    path, record = put_record(play, "seats")
    seats = record["document"]["seats"]
    play.ask(path=path, people=play.draw.whole(2, 6))
    play.call("json_lookup", {"path": path, "query": "seats"}, does="look up the seats in {path}", derived=["query"])
    play.learn(
        "{taken} of {all} seats are taken.",
        "There are {all} seats, and {taken} are taken.",
        all=seats["total"],
        taken=seats["taken"],
    )
    play.call("calculate", {"expression": f"{seats['total']} - {seats['taken']}"}, derived=["expression"])
    play.learn("That leaves {left}.", "{left} are free.", left=seats["total"] - seats["taken"])
    play.conclude(
        "{left} seats are still free.", "There are {left} free seats.", "{left} of {all} are free.", facts=["left"]
    )


@DOCUMENTS.intent(
    goal="add up the column that {path} names, in the table that it names",
    wordings=(
        "{path} says which table and which column to use. Add up that column of that table.",
        "read table and column from {path}, then sum that column",
        "What is the sum of the column that {path} points to? The table is named there, too.",
        "Do what {path} asks for: it gives a table and a column, and I need the sum.",
        "~sum as configured in {path}",
    ),
    split=Split.TEST,
)
def sum_as_configured(play: Play) -> None:
    """Three calls: what to do is read out of a file."""
    table, sheet = next(iter(play.state["sheets"].items()))
    path = _job(play, table, sheet["roles"]["n"])
    play.ask(path=path)
    play.call("json_lookup", {"path": path}, does="see what {path} has")
    play.learn("It has an entry input, with a table and a column.", "The entry input must say it.")
    play.call("json_lookup", {"path": path, "query": "input"})
    play.learn(
        "The table is {table}, the column {column}.",
        "I have to use {column} of {table}.",
        table=table,
        column=sheet["roles"]["n"],
    )
    play.call(
        "aggregate_column",
        {"path": table, "column": sheet["roles"]["n"], "operation": "sum"},
        does="add up {column} in {table}",
    )
    play.learn("That makes {sum}.", "{column} comes to {sum}.", sum=total(sheet["rows"]))
    play.conclude("The sum of {column} in {table} is {sum}.", "It is {sum}.", facts=["sum"])


def _job(play: Play, table: str, column: str) -> str:
    """Put a JSON file into the scene that names a table and a column; return its path."""
    path = f"{play.draw.pick(('job', 'task', 'report-job', 'run', 'input'))}-{play.draw.whole(2, 40)}.json"
    document = {
        "name": play.draw.pick(("weekly", "monthly", "check")),
        "input": {"table": table, "column": column},
        "output": "screen",
    }
    put_file(play.state, play.draw, path, json.dumps(document, indent=1) + "\n")
    return path


@DOCUMENTS.intent(
    goal="count the rows of the table that {path} names",
    wordings=(
        "how many rows has the table that {path} names under input.table?",
        "{path} names a table under input.table. Count its rows.",
        "look up input.table in {path} and count the rows of that file",
        "which table does input.table in {path} point to, and how many rows does it have?",
        "Take the file name from input.table in {path}; how many rows are in it?",
        "I'd like the number of rows of whatever table {path} has as input.table.",
        "go to the table named at input.table in {path} and tell me its number of rows",
        "~rows of input.table ({path})",
    ),
    split=Split.TRAIN,
)
def rows_as_configured(play: Play) -> None:
    """Two calls: a path is read out of a file and used."""
    table, sheet = next(iter(play.state["sheets"].items()))
    path = _job(play, table, sheet["roles"]["n"])
    play.ask(path=path, query="input.table")
    play.call("json_lookup", {"path": path, "query": "input.table"}, derived=["query"])
    play.learn("The table is {table}.", "It names {table}.", table=table)
    play.call("count_rows", {"path": table}, does="count the rows of {table}")
    play.learn("{table} has {rows} rows.", "There are {rows} rows in it.", rows=len(sheet["rows"]))
    play.conclude(
        "{table} has {rows} rows.", "It is {table}, with {rows} rows.", "{rows} rows, in {table}.", facts=["rows"]
    )
