"""Single rows: found by what they say, the first or last of all, looked up for one cell, added."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from umi_local.worlds.families._papers.sheets import SheetKind, best, matching
from umi_local.worlds.families._papers.values import exact, plain
from umi_local.worlds.families.tables.service import TABLES, look_at_columns, pick_sheet, where
from umi_local.worlds.family import Missing
from umi_local.worlds.play import Play
from umi_local.worlds.splits import Split


@TABLES.intent(
    goal="find the row of {path} with the largest {n_column}",
    wordings=(
        "find the row with the largest {n_column} in {path}",
        "what stands in the row of {path} that has the largest {n_column}?",
        "which row of {path} has the highest {n_column}?",
        "{path} has a column {n_column}. Which {row} is first if you sort by it?",
        "sort {path} by {n_column} and tell me which {row} comes out on top",
        "show me the biggest {row} in {path}, by {n_column}",
        "{most:cap}? Sort {path} by {n_column} and you'll see.",
        "~{path}: max {n_column}, which {row}",
        "~biggest {row} by {n_column}, {path}",
    ),
    essential="top_rows",
    split=Split.TRAIN,
)
def largest_row(play: Play) -> None:
    """One call; the answer names the row and its number."""
    path, sheet = pick_sheet(play, "label", "n", plain=True)
    row = best(sheet)
    if row is None:
        raise play.unsuitable("two rows share the first place")
    play.ask()
    play.call(
        "top_rows",
        {"path": path, "column": sheet["roles"]["n"], "limit": 1},
        does="find the row of {path} with the largest {column}",
        derived=["limit"],
    )
    play.learn(
        "The first row is {label} with {found} as {n_column}.",
        "{label} has the largest {n_column}: {found}.",
        label=row["label"],
        found=row["n"],
    )
    play.conclude(
        "It is {label}, with {found} {unit}.",
        "{label} comes first: {n_column} is {found}.",
        "The largest {number} is that of {label}: {found} {unit}.",
        facts=["label", "found"],
    )


@TABLES.intent(
    goal="answer from {path}: {most}",
    wordings=(
        "in {path}, {most}?",
        "looking at {path}, {most}?",
        "according to my table {path}, {most}?",
        "{most:cap}? It must be in {path}.",
        "I have everything in {path}. {most:cap}?",
        "We had an argument about this: {most}? The answer should be in {path}.",
        "open {path} and tell me this: {most}",
        "~{path}: {most}",
    ),
    split=Split.TRAIN,
)
def most_of_all(play: Play) -> None:
    """Two calls: which column counts, then the first row by it."""
    path, sheet = pick_sheet(play, "label", "n", plain=True)
    row = best(sheet)
    if row is None:
        raise play.unsuitable("two rows share the first place")
    play.ask()
    look_at_columns(
        play,
        path,
        sheet,
        "The column that counts is {n_column}, with the {number}.",
        "{n_column} holds the {number}, so I sort by that.",
    )
    play.call(
        "top_rows",
        {"path": path, "column": sheet["roles"]["n"], "limit": 1},
        does="get the row with the largest {column}",
        derived=["limit"],
    )
    play.learn(
        "The top row is that of {label}, with {found}.",
        "{label} is first with {found} as {n_column}.",
        label=row["label"],
        found=row["n"],
    )
    play.conclude(
        "That is {label}: {found} {unit}.",
        "{label}, with {found} {unit}.",
        "Going by {n_column}, it is {label} ({found} {unit}).",
        facts=["label", "found"],
    )


@TABLES.intent(
    goal="look up the {number} of {label} in {path}",
    wordings=(
        "what is the {number} of {label} in {path}?",
        "look up {label} in {path} and tell me the {number}",
        "Find {label} in {path}. What does it say for the {number}?",
        "In {path} there should be a row for {label}. I'd like to know the {number}.",
        "I need the {number} for {label}; it's in {path}.",
        "get the {number} for {label} out of {path}",
        "what does {path} give as {number} for {label}?",
        "~{label}: {number}? ({path})",
        "~{number} of {label}, {path}",
    ),
    missing=Missing(
        wordings=(
            "what is the {number} of it in {path}?",
            "look up the {number} of one entry in {path}",
            "find a row in {path} and tell me the {number} in it",
            "I need one {number} from {path}.",
            "~{number} in {path}?",
        ),
        needs="the name of the entry",
        goal="look up the {number} of an entry in {path}",
        slot="label",
    ),
    split=Split.TRAIN,
)
def one_cell(play: Play) -> None:
    """Two calls: the columns, then the row; one of its cells is the answer."""
    path, sheet, row = _single(play, "n")
    play.ask(label=row["label"])
    look_at_columns(
        play,
        path,
        sheet,
        "{label} must stand under {label_column}, and the {number} under {n_column}.",
        "The rows are told apart by {label_column}; {n_column} has the {number}.",
    )
    play.call(
        "find_rows",
        {"path": path, **where(sheet["roles"]["label"], row["label"])},
        does="find the row of {path} where {where_column} is {label}",
    )
    play.learn(
        "The row of {label} has {found} as {n_column}.",
        "Under {n_column} it says {found} for {label}.",
        found=row["n"],
    )
    play.conclude(
        "The {number} of {label} is {found}.",
        "{label} has {found} as {n_column}.",
        "For {label} it is {found} {unit}.",
        facts=["found"],
    )


def _single(
    play: Play, *roles: str, fits: Callable[[SheetKind], bool] = lambda kind: True
) -> tuple[str, dict[str, Any], dict[str, Any]]:
    """Pick a row that its label tells from all others."""
    path, sheet = pick_sheet(play, "label", *roles, plain=True, fits=fits)
    row = play.draw.pick(sheet["rows"])
    if len(matching(sheet, label=row["label"])) > 1:
        raise play.unsuitable("the label comes twice")
    return path, sheet, row


@TABLES.intent(
    goal="find the latest entry of {path}",
    wordings=(
        "what is the latest entry in {path}, by {date_column}?",
        "what does the row of {path} with the latest {date_column} say?",
        "find the most recent {row} in {path}; go by {date_column}",
        "Look at {date_column} in {path}: what is the newest entry?",
        "Someone added to {path}. Tell me the row with the latest {date_column}.",
        "give me the newest {row} from {path}, by {date_column}",
        "~latest {date_column} in {path}, which {row}",
        "~newest entry by {date_column}, {path}",
    ),
    essential="top_rows",
    split=Split.TEST,
)
def latest_row(play: Play) -> None:
    """One call over dates."""
    path, sheet = pick_sheet(play, "label", "date", plain=True)
    row = best(sheet, "date")
    if row is None:
        raise play.unsuitable("two rows of the last day")
    play.ask()
    play.call(
        "top_rows",
        {"path": path, "column": sheet["roles"]["date"], "limit": 1},
        does="get the row of {path} with the latest {column}",
        derived=["limit"],
    )
    play.learn(
        "The latest row is {label} of {day}.",
        "{day} is the latest {date_column}; the row is about {label}.",
        label=row["label"],
        day=row["date"],
    )
    play.conclude(
        "The latest {row} is {label}, {day}.",
        "It is {label} on {day}.",
        "The newest entry has {day} as {date_column}: {label}.",
        facts=["label", "day"],
    )


@TABLES.intent(
    goal="count the days since the last {row} in {path}",
    wordings=(
        "how long ago was the last {row} in {path}?",
        "how many days have passed since the last {row} in {path}?",
        "count the days from the latest date in {path} to today",
        "I should keep {path} up to date. How many days is the last {row} old?",
        "looking at {path}, how many days lie between the newest {row} and now?",
        "find out how many days ago {path} got its last {row}",
        "~days since last {row}, {path}",
    ),
    split=Split.TEST,
)
def days_since_last(play: Play) -> None:
    """Three calls: the columns, the last date, the days since then."""
    path, sheet = pick_sheet(play, "date", events=True)
    days = [row["date"] for row in sheet["rows"]]
    if max(days) >= play.state["today"]:
        raise play.unsuitable("not over yet")
    play.ask()
    look_at_columns(
        play,
        path,
        sheet,
        "The dates are in {date_column}.",
        "{date_column} is the column with the dates.",
    )
    play.call(
        "aggregate_column",
        {"path": path, "column": sheet["roles"]["date"], "operation": "max"},
        does="get the latest {column} in {path}",
    )
    play.learn("The latest {date_column} is {day}.", "The last {row} was on {day}.", day=max(days))
    said = play.call(
        "date_difference",
        {"start": max(days), "end": "today"},
        does="count the days from {day} to today",
        derived=["end"],
    )
    play.learn("That is {count:n day} ago.", "{count:n day} have passed since.", count=int(said.split()[0]))
    play.conclude(
        "The last {row} was {count:n day} ago, on {day}.",
        "It is {count:n day} since {day}, the latest {date_column}.",
        facts=["count"],
    )


@TABLES.intent(
    goal="tell what {pieces} x {label} cost, going by {path}",
    wordings=(
        "what do {pieces} x {label} cost? The prices are in {path}.",
        "look up the price of {label} in {path} and work out what {pieces} of them cost",
        "work out the price of {pieces} x {label}, with the prices in {path}",
        "going by {path}, how much would I pay for {pieces} x {label}?",
        "I'm thinking of taking {pieces} x {label}. Look up the price in {path} and tell me what that makes.",
        "multiply the price of {label} in {path} by {pieces}",
        "according to {path}, what would {pieces} times {label} come to?",
        "~{pieces} x {label}, see {path}",
    ),
    split=Split.TRAIN,
)
def price_of_several(play: Play) -> None:
    """Three calls: the columns, a cell, and that times a number of the question."""
    path, sheet, row = _single(play, "m", fits=lambda kind: "m" in kind.money)
    pieces = play.draw.whole(3, 25)
    play.ask(label=row["label"], pieces=pieces)
    look_at_columns(
        play,
        path,
        sheet,
        "The names are under {label_column} and the prices under {m_column}.",
        "{label_column} has the names, {m_column} the prices.",
    )
    play.call(
        "find_rows",
        {"path": path, **where(sheet["roles"]["label"], row["label"])},
        does="find the row where {where_column} is {label}",
    )
    play.learn("{label} has {each:money} as {m_column}.", "One costs {each:money}.", each=row["m"])
    play.call(
        "calculate",
        {"expression": f"{pieces} * {play.text('{each}')}"},
        derived=["expression"],
    )
    cost = plain(exact(row["m"]) * pieces)
    play.learn("{pieces} times {each:money} is {cost}.", "Together that makes {cost}.", cost=cost)
    play.conclude(
        "{pieces} x {label} cost {cost:money}.",
        "That comes to {cost:money}, at {each:money} each.",
        "You would pay {cost:money} for {pieces}.",
        facts=["cost"],
    )
