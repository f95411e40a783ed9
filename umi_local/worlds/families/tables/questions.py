"""Questions that name no file: the table is looked for among all tables, then understood, then asked."""

from __future__ import annotations

from typing import Any

from umi_local.worlds.families._papers.sheets import best, matching, total
from umi_local.worlds.families.tables.results import new_target
from umi_local.worlds.families.tables.service import (
    TABLES,
    look_at_columns,
    pick_group,
    pick_month,
    pick_sheet,
    where,
)
from umi_local.worlds.play import Play
from umi_local.worlds.splits import Split


def _find_table(play: Play, *learned: str) -> None:
    """Call `find_files` for all tables and learn which one it must be."""
    play.call("find_files", {"name": "*.csv"}, does="see which tables there are", derived=["name"])
    play.learn(*learned, count=len(play.state["sheets"]))


@TABLES.intent(
    goal="find out {total_of}",
    wordings=(
        "[so|all in all], {how_much_of}?",
        "{how_much_of:cap}?",
        "I'd like to know {total_of}. I don't know in which of my tables it is.",
        "{how_much_of:cap}, all in all? One of my tables should tell.",
        "find out {total_of}; it must be in one of my tables",
        "go through my tables and tell me {total_of}",
        "For the tax form I need {total_of}.",
        "My partner asks: {how_much_of}? Look it up, please.",
        "could you work out {total_of} for me?",
        "~{how_much_of}?",
        "~{total_of}?",
    ),
    split=Split.TRAIN,
    weight=2.0,
)
def group_anywhere(play: Play) -> None:
    """Three calls: the tables, the columns of one, a sum with a condition."""
    path, sheet = pick_sheet(play, "group", "n")
    group = pick_group(play, sheet)
    play.ask()
    _find_table(
        play,
        "Of the {count} tables, {path} must have it.",
        "By its name, {path} is the one I need.",
    )
    look_at_columns(
        play,
        path,
        sheet,
        "It has {group_column} for {group} and {n_column} for the {number}.",
        "{group} is to be found under {group_column}, the {number} under {n_column}.",
    )
    arguments = {"path": path, "column": sheet["roles"]["n"], "operation": "sum"}
    play.call(
        "aggregate_column",
        {**arguments, **where(sheet["roles"]["group"], group)},
        does="add up {column} where {where_column} is {where_value}",
    )
    play.learn(
        "For {group} that makes {sum} {unit}.",
        "{group} comes to {sum} {unit} there.",
        sum=total(matching(sheet, group=group)),
    )
    play.conclude(
        "{total_of:cap}: {sum} {unit}, going by {path}.",
        "It comes to {sum} {unit} for {group}.",
        "{sum} {unit}. I took that from {path}.",
        facts=["sum"],
    )


@TABLES.intent(
    goal="find out {total_of} in {month}",
    wordings=(
        "{how_much_of:cap} in {month}?",
        "{how_much_of:cap} in {month} {year}?",
        "for {month}, {how_much_of}?",
        "I'm curious about {month} {year}. {how_much_of:cap}?",
        "find out {total_of} in {month} {year}",
        "tell me {total_of} in {month}; one of my tables must have it",
        "What was {total_of} in {month} {year}? I wrote it all down somewhere.",
        "We talked about {month}. {how_much_of:cap} then? My tables should know.",
        "~{month}: {how_much_of}?",
        "~{total_of}, {month} {year}",
    ),
    split=Split.TRAIN,
    weight=2.0,
)
def month_anywhere(play: Play) -> None:
    """Three calls: the tables, the columns of one, the groups of a month."""
    path, sheet, month, group = _in_month(play)
    play.ask()
    _find_table(play, "The name says that {path} must be it.", "{path} is the table for that question.")
    look_at_columns(
        play,
        path,
        sheet,
        "I need the rows of {iso_month} by {date_column}, and their {n_column} for each {group_column}.",
        "{date_column} must be in {iso_month}; {group} stands under {group_column} and the {number} under {n_column}.",
    )
    _group_month(play, path, sheet, month)
    play.learn(
        "{group} has {sum} in that month.",
        "That month the sum for {group} is {sum}.",
        sum=total(matching(sheet, date=month, group=group)),
    )
    play.conclude(
        "In {month} it was {sum} {unit}.",
        "{sum} {unit} in {month} {year}, according to {path}.",
        "For {group} it was {sum} {unit} that month.",
        facts=["sum"],
    )


def _in_month(play: Play) -> tuple[str, dict[str, Any], str, str]:
    """Pick a table, a month of it in the year that its first row shows, and a group in that month."""
    path, sheet = pick_sheet(play, "group", "date", "n", events=True)
    year = sheet["rows"][0]["date"][:4]
    month = pick_month(play, {**sheet, "rows": [row for row in sheet["rows"] if row["date"].startswith(year)]})
    in_month = {**sheet, "rows": matching(sheet, date=month)}
    return path, sheet, month, pick_group(play, in_month)


def _group_month(play: Play, path: str, sheet: dict[str, Any], month: str) -> None:
    """Call `group_rows` for the rows of a month."""
    arguments = {
        "path": path,
        "group_by": sheet["roles"]["group"],
        "operation": "sum",
        "column": sheet["roles"]["n"],
        **where(sheet["roles"]["date"], month, "starts_with"),
    }
    play.call(
        "group_rows",
        arguments,
        does="add up {column} by {group_by}, where {where_column} starts with {where_value}",
        derived=["where_value"],
    )


@TABLES.intent(
    goal="find out {total_of} in {month} and write the number to {target}",
    wordings=(
        "{how_much_of:cap} in {month}? Put the number, nothing else, into {target}.",
        "find out {total_of} in {month} {year} and save just the number as {target}",
        "I need {total_of} in {month} {year} in a file {target}, only the figure. It's in one of my tables.",
        "put {total_of} in {month} into {target} (the bare number); the table is somewhere here",
        "~{target}: {total_of} in {month} (number only)",
    ),
    essential="write_file",
    split=Split.TEST,
)
def month_anywhere_to_file(play: Play) -> None:
    """Four calls: found, understood, added up, written."""
    path, sheet, month, group = _in_month(play)
    play.ask(target=new_target(play))
    _find_table(play, "I expect that in {path}.", "{path} looks like the table for it.")
    look_at_columns(
        play,
        path,
        sheet,
        "By {date_column} I take {iso_month}; {group} is in {group_column}, and {n_column} is what I add up.",
        "The columns I need are {date_column}, for {iso_month}, then {group_column} and {n_column}.",
    )
    _group_month(play, path, sheet, month)
    play.learn(
        "In {iso_month}, {group} comes to {sum}.",
        "The line of {group} says {sum}.",
        sum=total(matching(sheet, date=month, group=group)),
    )
    play.call("write_file", {"path": play.slots["target"], "text": play.text("{sum}")}, does="write {text} to {target}")
    play.learn("The number stands in {target}.", "{target} is written, with {sum} in it.")
    play.conclude("It was {sum} {unit}; {target} has the number.", "{sum} {unit}, saved as {target}.", facts=["sum"])


@TABLES.intent(
    goal="find out: {most}",
    wordings=(
        "{most:cap}?",
        "find out for me: {most}",
        "I wonder, {most}? It should be in one of my tables.",
        "Look through my tables, please. {most:cap}?",
        "tell me from my tables, {most}",
        "~{most}?",
    ),
    split=Split.TEST,
)
def most_anywhere(play: Play) -> None:
    """Three calls: the tables, the columns of one, its first row."""
    path, sheet = pick_sheet(play, "label", "n", plain=True)
    row = best(sheet)
    if row is None:
        raise play.unsuitable("two rows share the first place")
    play.ask()
    _find_table(play, "{path} is about that.", "It should be in {path}.")
    look_at_columns(
        play, path, sheet, "The number to go by is {n_column}.", "I have to sort by {n_column}, which is the {number}."
    )
    play.call(
        "top_rows",
        {"path": path, "column": sheet["roles"]["n"], "limit": 1},
        does="get the first row by {column}",
        derived=["limit"],
    )
    play.learn("{label} is first, with {found}.", "First comes {label}: {found}.", label=row["label"], found=row["n"])
    play.conclude(
        "{label} ({found} {unit}).", "It is {label} with {found} {unit}, says {path}.", facts=["label", "found"]
    )


@TABLES.intent(
    goal="find out {total}",
    wordings=(
        "{how_much:cap} altogether?",
        "find out {total}, over everything that is in the table",
        "I have a table about that somewhere. {how_much:cap} in all?",
        "tell me {total}; it is in one of my tables",
        "~{how_much} in all?",
    ),
    split=Split.DEV,
)
def total_anywhere(play: Play) -> None:
    """Three calls: the tables, the columns of one, the sum of all rows."""
    path, sheet = pick_sheet(play, "n")
    play.ask()
    _find_table(play, "That must be in {path}.", "Among the {count} tables I choose {path}.")
    look_at_columns(play, path, sheet, "The column to add up is {n_column}.", "{n_column} has the numbers for that.")
    play.call("aggregate_column", {"path": path, "column": sheet["roles"]["n"], "operation": "sum"})
    play.learn("All rows come to {sum} {unit}.", "The whole is {sum} {unit}.", sum=total(sheet["rows"]))
    play.conclude("{sum} {unit} altogether.", "In {path} it comes to {sum} {unit}.", facts=["sum"])
