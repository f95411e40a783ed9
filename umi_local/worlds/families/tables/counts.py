"""How many rows there are, all or some of them, and which columns."""

from __future__ import annotations

from umi_local.worlds.families._papers.sheets import matching, mean
from umi_local.worlds.families.tables.service import TABLES, pick_group, pick_sheet, where
from umi_local.worlds.family import Missing
from umi_local.worlds.play import Play
from umi_local.worlds.splits import Split


@TABLES.intent(
    goal="count the rows of {path} where {group_column} is {group}",
    wordings=(
        "how many rows of {path} have {group} as {group_column}?",
        "count the lines in {path} where {group_column} is {group}",
        "in {path}, how often is {group_column} {group}?",
        "tell me how many entries with {group_column} {group} there are in {path}",
        "how many times does {group} show up under {group_column} in {path}?",
        'The column {group_column} of {path} says "{group}" here and there. How often?',
        "I only care about {group} (column {group_column}). How many rows is that in {path}?",
        "~count {group_column}={group} in {path}",
        "~{path}: number of rows with {group_column} {group}",
    ),
    essential="count_rows",
    split=Split.TRAIN,
)
def count_matching(play: Play) -> None:
    """One call with a condition."""
    path, sheet = pick_sheet(play, "group")
    group = pick_group(play, sheet)
    play.ask()
    play.call(
        "count_rows",
        {"path": path, **where(sheet["roles"]["group"], group)},
        does="count the rows of {path} where {where_column} is {where_value}",
    )
    play.learn(
        "{count} of the {rows} rows in {path} have {group} as {group_column}.",
        "The count is {count}: that many rows have {group} as {group_column}.",
        count=len(matching(sheet, group=group)),
        rows=len(sheet["rows"]),
    )
    play.conclude(
        "{path} has {count:n row} where {group_column} is {group}.",
        "In {count} of {rows} rows, {group_column} is {group}.",
        "I counted {count:n row} with {group} as {group_column}.",
        facts=["count"],
    )


@TABLES.intent(
    goal="count the rows of {path} where {n_column} is {side} {limit}",
    wordings=(
        "how many rows in {path} have {n_column} {side} {limit}?",
        "count the entries of {path} with {n_column} {side} {limit}",
        "in {path}, for how many rows is {n_column} {side} {limit}?",
        "I'm looking for the number of rows in {path} where {n_column} is {side} {limit}.",
        "of all rows in {path}, how many are {side} {limit} in the column {n_column}?",
        "Everything {side} {limit} has to be checked. How many rows of {path} is that? The column is {n_column}.",
        "~{path}: {n_column} {side} {limit}, how many",
        "~count {n_column} {side} {limit} {path}",
    ),
    essential="count_rows",
    missing=Missing(
        wordings=(
            "how many rows in {path} have {n_column} {side} the limit?",
            "count the entries of {path} that are {side} the limit in {n_column}",
            "~{path}: {n_column} {side} limit",
        ),
        needs="the limit",
        goal="count the rows of {path} {side} a limit",
        slot="limit",
    ),
    split=Split.TRAIN,
)
def count_beyond(play: Play) -> None:
    """One call; a word becomes an operator."""
    path, sheet = pick_sheet(play, "n")
    side, operator = play.draw.pick((("above", "gt"), ("over", "gt"), ("below", "lt"), ("under", "lt")))
    limit = max(1, round(play.draw.pick(sheet["rows"])["n"]))
    is_over = operator == "gt"
    count = sum((row["n"] > limit) if is_over else (row["n"] < limit) for row in sheet["rows"])
    if not count:
        raise play.unsuitable("no row is beyond the limit")
    play.ask(side=side, limit=limit)
    play.call(
        "count_rows",
        {"path": path, **where(sheet["roles"]["n"], limit, operator)},
        does="count the rows of {path} where {where_column} is {side} {where_value}",
    )
    play.learn(
        "In {count} of {rows} rows, {n_column} is {side} {limit}.",
        "Rows {side} {limit}: {count} of {rows}.",
        count=count,
        rows=len(sheet["rows"]),
    )
    play.conclude(
        "{n_column} is {side} {limit} in {count:n row} of {path}.",
        "The number of rows {side} {limit}: {count} of {rows}.",
        "That holds for {count:n row}.",
        facts=["count"],
    )


@TABLES.intent(
    goal="count all rows of {path}",
    wordings=(
        "how many rows does {path} have?",
        "count the rows of {path}",
        "how many entries are in {path}?",
        "tell me the number of rows in {path}",
        "I want to know how long the table {path} is, without its header.",
        "~rows in {path}?",
    ),
    essential="count_rows",
    missing=Missing(
        wordings=(
            "how many rows does my table have?",
            "count the rows of a csv file for me",
            "I want to know how long my table is.",
            "~row count?",
        ),
        needs="the file",
        goal="count the rows of a table",
        slot="path",
    ),
    split=Split.DEV,
)
def row_count(play: Play) -> None:
    """One call without a condition."""
    path, sheet = pick_sheet(play)
    play.ask()
    play.call("count_rows", {"path": path})
    play.learn("{path} holds {rows} rows.", "It is {rows} rows long.", rows=len(sheet["rows"]))
    play.conclude("There are {rows} rows in {path}.", "There are {rows} entries in {path}.", facts=["rows"])


@TABLES.intent(
    goal="name the columns of {path}",
    wordings=(
        "which columns does {path} have?",
        "what's in {path}, I mean, what are the columns called?",
        "list the column names of {path}",
        "tell me how the columns in {path} are called",
        "Before I use {path}, I have to know its columns.",
        "read the header of {path} to me",
        "Someone sent me {path}. [What columns are there?|What does it hold, column by column?]",
        "~columns of {path}",
        "~header {path}?",
    ),
    essential="table_columns",
    split=Split.TRAIN,
)
def columns(play: Play) -> None:
    """One call, a list as the answer."""
    path, sheet = pick_sheet(play)
    play.ask()
    play.call("table_columns", {"path": path})
    play.learn(
        "The columns are {columns}.",
        "{path} has {count} columns: {columns}.",
        columns=list(sheet["columns"]),
        count=len(sheet["columns"]),
    )
    play.conclude(
        "{path} has the columns {columns}.",
        "There are {count} columns: {columns}.",
        "The columns are called {columns}.",
        facts=["columns"],
    )


@TABLES.intent(
    goal="tell the number of rows of {path} and the average of {n_column}",
    wordings=(
        "how many rows does {path} have, and what is the average {n_column}?",
        "count the rows of {path} and also give me the mean of {n_column}",
        "I need two things from {path}: the number of rows and the average {n_column}.",
        "For {path}: how many entries are there? And what is {n_column} on average?",
        "tell me how long {path} is and what {n_column} is on average",
        "check how many rows {path} has, then average {n_column}",
        "~{path}: row count + mean {n_column}",
        "~rows and avg of {n_column}, {path}",
    ),
    split=Split.TRAIN,
)
def count_and_average(play: Play) -> None:
    """Two calls that don't depend on each other."""
    path, sheet = pick_sheet(play, "n")
    play.ask()
    play.call("count_rows", {"path": path})
    play.learn("{path} has {rows} rows; that is the first answer.", "There are {rows} rows.", rows=len(sheet["rows"]))
    play.call("aggregate_column", {"path": path, "column": sheet["roles"]["n"], "operation": "mean"})
    play.learn("The mean is {mean}.", "{n_column} is {mean} on average.", mean=mean(sheet["rows"]))
    play.conclude(
        "{path} has {rows} rows, and {n_column} is {mean} on average.",
        "There are {rows} rows; the average {n_column} is {mean}.",
        "{rows} rows, with {mean} as the mean of {n_column}.",
        facts=["rows", "mean"],
    )
