"""Two months, two groups, a part and the whole, two tables held against each other."""

from __future__ import annotations

from umi_local.worlds.families._papers.sheets import by_group, matching, total
from umi_local.worlds.families._papers.values import exact, plain
from umi_local.worlds.families.tables.service import (
    TABLES,
    look_at_columns,
    month_name,
    pick_group,
    pick_sheet,
    where,
)
from umi_local.worlds.family import Missing
from umi_local.worlds.play import Play
from umi_local.worlds.splits import Split


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
    missing=Missing(
        wordings=(
            "what percentage of all {n_column} in {path} goes to that part?",
            "I want a share as a percentage, by {n_column}, in {path}.",
            "~share in {path}, % of {n_column}",
        ),
        needs="the part whose share you want",
        goal="work out a share of all {n_column} in {path}",
        slot="group",
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
        "tell me whether {path} or {other_path} has more entries",
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
