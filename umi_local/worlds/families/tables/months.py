"""What people really ask: sums over a category, a person or a month, in a table that must be found and understood first."""

from __future__ import annotations

from typing import Any

from umi_local.worlds.families._papers.sheets import by_group, matching, total
from umi_local.worlds.families._papers.values import exact, plain
from umi_local.worlds.families.tables.service import (
    TABLES,
    look_at_columns,
    month_name,
    pick_group,
    pick_month,
    pick_sheet,
    where,
)
from umi_local.worlds.family import Missing
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
    missing=Missing(
        wordings=(
            "{how_much_of}?",
            "{how_much_of:cap}? It must be in one of my tables.",
            "work out {total_of} from my table",
            "I need {total_of} out of a table.",
            "~{total_of}",
        ),
        needs="the name of the table",
        goal="work out {total_of}",
        slot="path",
    ),
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


@TABLES.intent(
    goal="compare {n_column} in {month} and in {other_month}",
    wordings=(
        "in {path}, was {n_column} higher in {month} or in {other_month}, and by how much?",
        "Compare {month} with {other_month} in {path}: which has more {n_column}, and how much more?",
        "take {n_column} from {path} and set {month} against {other_month}; tell me which is ahead and by how much",
        "I'd like to compare two months, {month} and {other_month}. Which has more {n_column} in {path}, and how much more?",
        "Which month was stronger in {n_column}, {month} or {other_month}, and what is the gap? the table is {path}.",
        "~{path}: {n_column} {month} vs {other_month}",
    ),
    split=Split.TEST,
)
def two_months(play: Play) -> None:
    """Four calls: the columns, two sums, their difference."""
    path, sheet = pick_sheet(play, "date", "n", events=True)
    months = sorted({row["date"][:7] for row in sheet["rows"]})
    if len(months) < 2 or len({month[5:] for month in months}) < len(months):
        raise play.unsuitable("no two months")
    first, second = play.draw.sample(months, 2)
    one, other = (total(matching(sheet, date=month)) for month in (first, second))
    if one == other:
        raise play.unsuitable("both months are the same")
    play.ask(month=month_name(first), other_month=month_name(second))
    look_at_columns(
        play,
        path,
        sheet,
        "{date_column} has the dates. I take {first} for {month} and {second} for {other_month}.",
        "By {date_column}, {month} begins with {first} and {other_month} with {second}.",
        first=first,
        second=second,
    )
    does = "add up {column} where {where_column} begins with {where_value}"
    arguments = {"path": path, "column": sheet["roles"]["n"], "operation": "sum"}
    in_first = {**arguments, **where(sheet["roles"]["date"], first, "starts_with")}
    play.call("aggregate_column", in_first, does=does, derived=["where_value"])
    play.learn("{month} has {one}.", "For {month} the sum is {one}.", one=one)
    in_second = {**arguments, **where(sheet["roles"]["date"], second, "starts_with")}
    play.call("aggregate_column", in_second, does=does, derived=["where_value"])
    play.learn("{other_month} has {other}, and {month} has {one}.", "It is {other} in {other_month}.", other=other)
    larger, smaller = max(one, other), min(one, other)
    expression = play.text("{larger} - {smaller}", {"larger": larger, "smaller": smaller})
    play.call("calculate", {"expression": expression}, derived=["expression"])
    play.learn(
        "{higher} is ahead by {gap}.",
        "The difference is {gap}, and {higher} has more.",
        gap=plain(exact(larger) - exact(smaller)),
        higher=play.slots["month" if one > other else "other_month"],
    )
    play.conclude(
        "{higher} was higher, by {gap} {unit}.",
        "It was more in {higher}: {gap} {unit} more.",
        facts=["gap", "higher"],
    )


@TABLES.intent(
    goal="tell how far {one} and {other} are apart in {path}",
    wordings=(
        "going by {path}, how much more {n_column} does {one} have than {other}?",
        "what is the difference in {n_column} between {one} and {other} in {path}?",
        "Compare {one} and {other} in {path}. By how much does {one} lead in {n_column}?",
        "{one} claims to be far ahead of {other}. Check {n_column} in {path}: how far, exactly?",
        "add up {n_column} for {one} and for {other} in {path} and subtract",
        "I need the gap between {one} and {other}, in {n_column}. It's in {path}.",
        "~{path}: {n_column} of {one} minus {other}",
    ),
    split=Split.TEST,
)
def two_groups(play: Play) -> None:
    """Three calls: the columns, the sums of all groups, the difference of two."""
    path, sheet = pick_sheet(play, "group", "n")
    groups = list(by_group(sheet).items())
    if len(groups) < 2 or groups[0][1] == groups[1][1]:
        raise play.unsuitable("nobody is ahead")
    (one, more), (other, less) = groups[:2]
    play.ask(one=one, other=other)
    look_at_columns(
        play,
        path,
        sheet,
        "{one} and {other} must be values of {group_column}.",
        "The column for {one} and {other} is {group_column}.",
    )
    play.call(
        "group_rows",
        {"path": path, "group_by": sheet["roles"]["group"], "operation": "sum", "column": sheet["roles"]["n"]},
        does="add up {column} for every {group_by}",
    )
    play.learn("{one} has {more} and {other} has {less}.", "It is {more} against {less}.", more=more, less=less)
    play.call("calculate", {"expression": play.text("{more} - {less}")}, derived=["expression"])
    gap = plain(exact(more) - exact(less))
    play.learn("{one} is {gap} ahead of {other}.", "The gap is {gap}.", gap=gap)
    play.conclude(
        "{one} has {gap} {unit} more than {other}.",
        "The difference is {gap} {unit}: {more} for {one}, {less} for {other}.",
        facts=["gap"],
    )


@TABLES.intent(
    goal="work out which share of all {n_column} belongs to {group}",
    wordings=(
        "what percentage of all {n_column} in {path} goes to {group}?",
        "in {path}, how many percent of {n_column} belong to {group}?",
        "work out the share of {group} in the total {n_column} of {path}, as a percentage",
        "I want a percentage: {group} out of everything, by {n_column}, in {path}.",
        "how big is the part of {group} in {path}, in percent of {n_column}?",
        "For a chart I need the share of {group}, in percent. Use {n_column} in {path}.",
        "~{group} as % of {n_column}, {path}",
        "~share of {group} in {path}, % of {n_column}",
    ),
    split=Split.TRAIN,
)
def share_of_group(play: Play) -> None:
    """Four calls: the columns, the whole, the part, the division."""
    path, sheet = pick_sheet(play, "group", "n")
    group = pick_group(play, sheet)
    whole, part = total(sheet["rows"]), total(matching(sheet, group=group))
    if part == whole or not part:
        raise play.unsuitable("the part is no part")
    play.ask()
    look_at_columns(
        play,
        path,
        sheet,
        "{group} must stand under {group_column}.",
        "I find {group} by the column {group_column}.",
    )
    arguments = {"path": path, "column": sheet["roles"]["n"], "operation": "sum"}
    play.call("aggregate_column", arguments, does="add up {column} over all rows")
    play.learn("The whole is {whole}.", "All rows together have {whole}.", whole=whole)
    play.call(
        "aggregate_column",
        {**arguments, **where(sheet["roles"]["group"], group)},
        does="add up {column} where {where_column} is {where_value}",
    )
    play.learn("{group} has {part} of {whole}.", "The part of {group} is {part}, of {whole} in all.", part=part)
    expression = play.text("round({part} / {whole} * 100, 1)")
    said = play.call("calculate", {"expression": expression}, derived=["expression"])
    play.learn("That is {percent} percent.", "The share is {percent} percent.", percent=float(said))
    play.conclude(
        "{group} makes up {percent} percent of {n_column}.",
        "The share of {group} is {percent} percent.",
        "{percent} percent: {part} of {whole} {unit}.",
        facts=["percent"],
    )


@TABLES.intent(
    goal="tell whether {path} or {other_path} has more rows",
    wordings=(
        "which is longer, {path} or {other_path}?",
        "which of the two tables has more rows, {path} or {other_path}?",
        "compare the number of rows in {path} and {other_path}",
        "I have {path} and {other_path}. Which one holds more entries?",
        "does {path} or {other_path} have more rows, and how many are they?",
        "count the rows of {path} and of {other_path} and tell me which is ahead",
        "~more rows: {path} or {other_path}?",
    ),
    split=Split.TRAIN,
)
def longer_table(play: Play) -> None:
    """Two calls and a comparison that the plan makes itself."""
    path, sheet = pick_sheet(play)
    other, second = play.draw.pick([item for item in play.state["sheets"].items() if item[0] != path])
    rows, others = len(sheet["rows"]), len(second["rows"])
    if rows == others:
        raise play.unsuitable("both have as many rows")
    play.ask(other_path=other)
    play.call("count_rows", {"path": path})
    play.learn("{path} has {rows} rows.", "The first one has {rows} rows.", rows=rows)
    play.call("count_rows", {"path": other})
    play.learn(
        "{other_path} has {others}, so {winner} is longer.",
        "It has {others} rows and the other one {rows}: {winner} wins.",
        others=others,
        winner=path if rows > others else other,
    )
    play.conclude(
        "{winner} has more rows: {most} against {fewest}.",
        "{winner} is the longer one, with {most} rows to {fewest}.",
        facts=["winner", "most"],
        most=max(rows, others),
        fewest=min(rows, others),
    )
