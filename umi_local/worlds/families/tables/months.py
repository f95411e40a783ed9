"""What people really ask: sums over a category, a person or a month, in a table that must be found and understood first."""

from __future__ import annotations

from typing import Any

from umi_local.worlds.families._papers.sheets import matching, total
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


@TABLES.intent(
    goal="work out {total_of} from {path}",
    wordings=(
        "according to {path}, {how_much_of}?",
        "going by {path}, {how_much_of}?",
        "{how_much_of:cap}? You'll find it in {path}.",
        "work out {total_of}, based on {path}",
        "look into {path} and add up {total_of}",
        "I keep everything in {path}. {how_much_of:cap}?",
        "I need {total_of} for my records. The table is {path}.",
        "~{how_much_of}? {path}",
        "~{total_of} ({path})",
    ),
    essential="aggregate_column",
    split=Split.TRAIN,
)
def sum_of_group(play: Play) -> None:
    """Two calls: the columns, then a sum with a condition."""
    path, sheet = pick_sheet(play, "group", "n")
    group = pick_group(play, sheet)
    play.ask()
    look_at_columns(
        play,
        path,
        sheet,
        "The numbers are in {n_column}, and {group} must be a value of {group_column}.",
        "Of the columns {columns}, {group_column} names the {groups} and {n_column} holds the {number}.",
    )
    arguments = {"path": path, "column": sheet["roles"]["n"], "operation": "sum"}
    play.call(
        "aggregate_column",
        {**arguments, **where(sheet["roles"]["group"], group)},
        does="add up {column} where {where_column} is {where_value}",
    )
    play.learn(
        "For {group} it is {sum} {unit}.",
        "The sum of {n_column} for {group} is {sum}.",
        sum=total(matching(sheet, group=group)),
    )
    play.conclude(
        "For {group} it comes to {sum} {unit}.",
        "{sum} {unit}, according to {path}.",
        "{total_of:cap}: {sum} {unit}.",
        facts=["sum"],
    )


@TABLES.intent(
    goal="work out {total_of} in {month} from {path}",
    wordings=(
        "{how_much_of:cap} in {month} {year}? It's all in {path}.",
        "add up {total_of} for {month} {year}; the table is {path}",
        "going by {path}, {how_much_of} in {month} {year}?",
        "work out {total_of} in {month} {year} from {path}",
        "Take {path} and tell me about {month} {year}: {how_much_of}?",
        "I'm closing the books for {month} {year}. Use {path}: {how_much_of}?",
        "For {month} {year} only, what is {total_of}? See {path}.",
        "~{path}, {month} {year}: {total_of}",
    ),
    essential="group_rows",
    split=Split.TRAIN,
)
def group_in_month(play: Play) -> None:
    """Two calls: two conditions at once are a group under a condition."""
    path, sheet = pick_sheet(play, "group", "date", "n", events=True)
    month = pick_month(play, sheet)
    group = str(play.draw.pick(matching(sheet, date=month))["group"])
    _ask_for_group(play, sheet, group)
    _group_in_month(play, path, sheet, month, group)
    play.conclude(
        "For {group} in {month} {year} it is {sum} {unit}.",
        "In {month} {year} it comes to {sum} {unit} for {group}.",
        "{sum} {unit} in {month}.",
        facts=["sum"],
    )


def _ask_for_group(play: Play, sheet: dict[str, Any], group: str) -> None:
    for phrase in ("total_of", "how_much_of"):
        play.slots[phrase] = play.slots[phrase].format(group=group)
    play.ask(group=group)


def _group_in_month(play: Play, path: str, sheet: dict[str, Any], month: str, group: str) -> None:
    look_at_columns(
        play,
        path,
        sheet,
        "I need the rows whose {date_column} is in {iso_month}, and of them the {number} of each {group_column}.",
        "{group} is a value of {group_column}; {date_column} has to be in {iso_month}, and {n_column} has the numbers.",
    )
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
        does="add up {column} by {group_by} where {where_column} starts with {where_value}",
        derived=["where_value"],
    )
    play.learn(
        "The group {group} has {sum}.",
        "For {group} the sum in that month is {sum}.",
        sum=total(matching(sheet, date=month, group=group)),
    )


@TABLES.intent(
    goal="work out {total_of} in {month}",
    wordings=(
        "{how_much_of:cap} in {month} {year}? I keep a table called {word}.",
        "I forgot the exact file name, something with {word}. {how_much_of:cap} in {month} {year}?",
        "I have a {word} table somewhere. {how_much_of:cap} in {month} {year}?",
        "find my {word} table and work out {total_of} in {month} {year}",
        "Look up my {word}: {how_much_of} in {month} {year}?",
        "My accountant asks for {total_of} in {month} {year}. It should be in a file called {word} or the like.",
        "check the {word} file and tell me {total_of} in {month} {year}",
        "~{word} {month} {year}: {how_much_of}",
    ),
    split=Split.TRAIN,
)
def found_group_in_month(play: Play) -> None:
    """Three calls: the file, its columns, the groups of a month."""
    path, sheet = pick_sheet(play, "group", "date", "n", events=True)
    month = pick_month(play, sheet)
    group = str(play.draw.pick(matching(sheet, date=month))["group"])
    _ask_for_group(play, sheet, group)
    play.call("find_files", {"name": sheet["word"].replace(" ", "-")})
    play.learn("The table is {path}.", "There is {path}.")
    _group_in_month(play, path, sheet, month, group)
    play.conclude(
        "In {month} {year}, {total_of} was {sum} {unit}.",
        "According to {path} it was {sum} {unit} in {month} {year}.",
        "{sum} {unit} for {group} in {month} {year}.",
        facts=["sum"],
    )


@TABLES.intent(
    goal="tell what {n_column} comes to in {month} {year}",
    wordings=(
        "what does {n_column} in {path} come to for {month} {year}?",
        "add up {n_column} for {month} {year} in {path}",
        "From {path} I only want {month} {year}: what is the sum of {n_column}?",
        "Leave out everything but {month} {year} in {path}. What is the total {n_column}?",
        "sum {n_column} over the rows of {month} {year} ({path})",
        "~{path} {month} {year} sum {n_column}",
    ),
    split=Split.DEV,
)
def month_total(play: Play) -> None:
    """Two calls: the columns, then a sum over the rows of a month."""
    path, sheet = pick_sheet(play, "date", "n", events=True)
    month = pick_month(play, sheet)
    play.ask()
    look_at_columns(
        play,
        path,
        sheet,
        "The dates are in {date_column}, so {month} {year} means that it begins with {iso_month}.",
        "I can pick the month by {date_column}, which must begin with {iso_month}.",
    )
    arguments = {"path": path, "column": sheet["roles"]["n"], "operation": "sum"}
    play.call(
        "aggregate_column",
        {**arguments, **where(sheet["roles"]["date"], month, "starts_with")},
        does="sum {column} where {where_column} begins with {where_value}",
        derived=["where_value"],
    )
    play.learn("The month has {sum}.", "That month it was {sum}.", sum=total(matching(sheet, date=month)))
    play.conclude(
        "{n_column} comes to {sum} in {month} {year}.",
        "For {month} {year} the total is {sum} {unit}.",
        facts=["sum"],
    )
