"""Rows are added, and rows are listed: filtered, or the first few."""

from __future__ import annotations

from typing import Any

from umi_local.worlds.families._papers.sheets import matching, row_text
from umi_local.worlds.families.tables.service import TABLES, pick_group, pick_sheet, where
from umi_local.worlds.play import Play
from umi_local.worlds.splits import Split


@TABLES.intent(
    goal="name the three rows of {path} with the {which} {n_column}",
    wordings=(
        "what are the three {which} by {n_column} in {path}?",
        "give me the top three of {path}, the ones with the {which} {n_column}",
        "list the three rows with the {which} {n_column} from {path}",
        "which three rows of {path} have the {which} {n_column}?",
        "Sorted by {n_column}, {which} first: what are the first three in {path}?",
        "I want to see the three {which} values of {n_column} in {path}, and what they belong to.",
        "~3 {which} {n_column} {path}",
    ),
    essential="top_rows",
    split=Split.DEV,
)
def top_three(play: Play) -> None:
    """One call with a limit and an order."""
    path, sheet = pick_sheet(play, "label", "n", plain=True)
    which, order = play.draw.pick((("largest", "largest"), ("highest", "largest"), ("smallest", "smallest")))
    sign = 1 if order == "smallest" else -1
    rows = sorted(sheet["rows"], key=lambda row: sign * row["n"])
    if len({row["n"] for row in rows[:4]}) < 4:
        raise play.unsuitable("rows share a place")
    play.ask(which=which)
    play.call(
        "top_rows",
        {"path": path, "column": sheet["roles"]["n"], "order": order, "limit": 3},
        does="get the three rows of {path} with the {which} {column}",
        derived=["limit"],
    )
    play.learn(
        "The three are {labels}.",
        "In order, the rows are those of {labels}.",
        labels=[f"{row['label']} ({play.text('{n}', {'n': row['n']})})" for row in rows[:3]],
        names=[row["label"] for row in rows[:3]],
    )
    play.conclude(
        "The three with the {which} {n_column} are {labels}.",
        "{labels}, in this order.",
        facts=["names"],
    )


@TABLES.intent(
    goal="list what {path} has where {group_column} is {group}",
    wordings=(
        "show me what {path} has with {group} under {group_column}",
        "list all entries of {path} whose {group_column} is {group}",
        "which rows in {path} have {group} as {group_column}?",
        "filter {path} by {group_column} {group} and tell me which {label_column} values are left",
        "Of everything in {path} I only want to see {group}; the column is {group_column}.",
        "who or what is listed in {path} with {group_column} {group}?",
        "pick out the rows with {group_column} = {group} in {path}",
        "~{path} where {group_column} is {group}",
    ),
    essential="find_rows",
    split=Split.TRAIN,
)
def filtered(play: Play) -> None:
    """One call; the answer lists up to four names."""
    path, sheet = pick_sheet(play, "label", "group", plain=True)
    group = pick_group(play, sheet)
    rows = matching(sheet, group=group)
    if len(rows) > 4:
        raise play.unsuitable("too many rows to list")
    play.ask()
    play.call(
        "find_rows",
        {"path": path, **where(sheet["roles"]["group"], group)},
        does="find the rows of {path} where {where_column} is {where_value}",
    )
    play.learn(
        "{count:n row} fit: {labels}.",
        "With {group_column} {group} there is: {labels}.",
        count=len(rows),
        labels=[row["label"] for row in rows],
    )
    play.conclude(
        "With {group} as {group_column} there is {labels}.",
        "In {path}, {group_column} is {group} for {labels}.",
        "That is {count:n entry}: {labels}.",
        facts=["labels"],
    )


@TABLES.intent(
    goal="add a row for {label} to {path}",
    wordings=(
        "add a row to {path}: {given}",
        "enter this into {path}: {given}",
        "I have one more {row} for {path}: {given}.",
        "put another line into {path}, with {given}",
        "Please append to {path}. {given:cap}.",
        "{path} needs one more {row}: {given}.",
        "write a new {row} into {path}, namely {given}",
        "~new {row} for {path}: {given}",
    ),
    essential="write_file",
    split=Split.TRAIN,
)
def add_row(play: Play) -> None:
    """Two calls: the order of the columns, then the row in that order."""
    path, sheet, row = _new_row(play)
    play.call("table_columns", {"path": path})
    play.learn(
        "The columns are {columns}, in this order.",
        "A row of {path} holds {columns}.",
        columns=list(sheet["columns"]),
    )
    line = row_text(sheet, row)
    play.call(
        "write_file",
        {"path": path, "text": line, "mode": "append"},
        does='append the line "{text}" to {path}',
        derived=["text"],
    )
    play.learn("The row for {label} is in {path} now.", "The line has been appended.")
    play.conclude(
        "I added the row for {label} to {path}.",
        "{path} has a new row: {line}",
        "The new row for {label} is entered in {path}.",
        facts=["label"],
        line=line,
    )


def _new_row(play: Play) -> tuple[str, dict[str, Any], dict[str, Any]]:
    """Ask for a row that the table doesn't have; the values come in another order than the columns."""
    path, sheet = pick_sheet(play, "label", plain=True)
    row = {**play.draw.pick(sheet["rows"]), "label": None}
    others = [other["label"] for other in sheet["rows"]]
    names = [label for label in sheet["more"] if label not in others]
    if not names:
        raise play.unsuitable("no label is left")
    row["label"] = play.draw.pick(names)
    if "date" in row:
        row["date"] = play.state["today"]
    given = [f"{sheet['roles'][role]} {_shown(sheet, role, row[role])}" for role in play.draw.shuffled(row)]
    play.ask(label=row["label"], given=given)
    return path, sheet, row


def _shown(sheet: dict[str, Any], role: str, value: Any) -> str:
    return f"{value:.2f}" if role in sheet["money"] else str(value)


@TABLES.intent(
    goal="add a row for {label} to {path} and tell how many rows there are then",
    wordings=(
        "add this to {path} and tell me how many rows it has then: {given}",
        "append a {row} to {path} ({given}), then count the rows",
        "Enter one more {row} into {path}: {given}. How many are there now?",
        "put {given} into {path} as a new row and check the number of rows afterwards",
        "I forgot a {row} in {path}: {given}. Add it, and say how long the table is after that.",
        "~{path} += {given}; then row count",
    ),
    essential="write_file",
    split=Split.TEST,
)
def add_row_and_count(play: Play) -> None:
    """Three calls; the last one checks the work."""
    path, sheet, row = _new_row(play)
    play.call("table_columns", {"path": path})
    play.learn(
        "A row has to give {columns}.",
        "The header is {columns}, so the values must stand in that order.",
        columns=list(sheet["columns"]),
    )
    play.call(
        "write_file",
        {"path": path, "text": row_text(sheet, row), "mode": "append"},
        does='append "{text}" to {path}',
        derived=["text"],
    )
    play.learn("The new row is written.", "{path} has got its new line.")
    play.call("count_rows", {"path": path})
    play.learn("It has {rows} rows now.", "The count is {rows}, the new row included.", rows=len(sheet["rows"]) + 1)
    play.conclude(
        "The row for {label} is in, and {path} has {rows} rows now.",
        "Added. There are {rows} rows in {path} with that one.",
        facts=["rows"],
    )
