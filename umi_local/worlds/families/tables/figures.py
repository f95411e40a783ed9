"""Single figures: counts, sums, means, extremes, by row and by group."""

from __future__ import annotations

from umi_local.worlds.facts import Fact
from umi_local.worlds.families._papers.sheets import by_group, matching, mean, total
from umi_local.worlds.families._papers.values import exact, plain
from umi_local.worlds.families.tables.service import TABLES, pick_group, pick_sheet, where
from umi_local.worlds.family import Missing
from umi_local.worlds.play import Play
from umi_local.worlds.splits import Split


@TABLES.intent(
    goal="add up the column {n_column} of {path}",
    wordings=(
        "what is the total of {n_column} in {path}?",
        "add up [the|all the values of|everything in] {n_column} in {path}",
        "sum the column {n_column} of {path}",
        "what does {n_column} come to in {path}, all rows together?",
        "I need one number: the sum of {n_column} in {path}.",
        "tell me what {n_column} comes to in {path}",
        "In {path} there's a column called {n_column}. What do all its numbers make together?",
        "calculate the sum over {n_column}; the table is {path}",
        "~total {n_column} {path}",
        "~sum of {n_column}, {path}",
    ),
    essential="aggregate_column",
    missing=Missing(
        wordings=(
            "what is the total of {n_column} in my table?",
            "add up the column {n_column} for me",
            "sum up {n_column} in my csv file",
            "I need the sum of {n_column} out of a table.",
            "~total {n_column}",
        ),
        needs="the name of the file",
        goal="add up the column {n_column} of a table",
        slot="path",
    ),
    split=Split.TRAIN,
)
def total_of_column(play: Play) -> None:
    """One call."""
    path, sheet = pick_sheet(play, "n")
    play.ask()
    column = sheet["roles"]["n"]
    play.call("aggregate_column", {"path": path, "column": column, "operation": "sum"})
    play.learn(
        "The sum of {n_column} is {sum}.",
        "{n_column} adds up to {sum}.",
        "All {rows} rows together make {sum}.",
        sum=total(sheet["rows"]),
        rows=len(sheet["rows"]),
    )
    play.conclude(
        "The total of {n_column} in {path} is {sum}.",
        "{n_column} in {path} adds up to {sum}.",
        "It is {sum} {unit} altogether.",
        "Summed over all {rows} rows, {n_column} is {sum}.",
        facts=["sum"],
    )


@TABLES.intent(
    goal="find the {which} {n_column} in {path}",
    wordings=(
        "what is the {which} {n_column} in {path}?",
        "get the {which} value of {n_column} from {path}",
        "look through {path} and tell me the {which} {n_column}",
        "find the {which} {n_column} that {path} has",
        "how far {goes} does {n_column} go in {path}?",
        "In {path} there is a column {n_column}. I want its {which} value, nothing else.",
        "I wonder about {path}: [what's|give me] the {which} {n_column} in there[?|.]",
        "~{which} {n_column} {path}",
        "~{path}: {which} {n_column}",
    ),
    essential="aggregate_column",
    split=Split.TEST,
)
def extreme(play: Play) -> None:
    """One call with another operation."""
    path, sheet = pick_sheet(play, "n")
    which, operation, goes = play.draw.pick(
        (
            ("highest", "max", "up"),
            ("largest", "max", "up"),
            ("lowest", "min", "down"),
            ("smallest", "min", "down"),
        )
    )
    play.ask(which=which, goes=goes)
    play.call("aggregate_column", {"path": path, "column": sheet["roles"]["n"], "operation": operation})
    numbers = [exact(row["n"]) for row in sheet["rows"]]
    play.learn(
        "The {which} {n_column} in {path} is {found}.",
        "{found} is the {which} value of {n_column}.",
        found=plain(max(numbers) if operation == "max" else min(numbers)),
    )
    play.conclude(
        "The {which} {n_column} is {found}.",
        "In {path}, {n_column} has {found} as its {which} value.",
        "It's {found}, the {which} of all.",
        facts=["found"],
    )


@TABLES.intent(
    goal="compute the average of {n_column} in {path}",
    wordings=(
        "what is the average {n_column} in {path}?",
        "work out the mean of {n_column} in {path}",
        "how high is {n_column} on average, going by {path}?",
        "give me the average of the column {n_column} of {path}",
        "what does {n_column} average in {path}?",
        "I'd like to put an average into my report. Take {n_column} from {path}.",
        "compute the mean {n_column} over all rows of {path}",
        "~average {n_column} {path}",
        "~mean of {n_column} in {path} pls",
    ),
    essential="aggregate_column",
    missing=Missing(
        wordings=(
            "what is the average in {path}?",
            "compute the mean of one of the columns in {path}",
            "I'd like an average out of {path}.",
            "~average {path}",
        ),
        needs="the column",
        goal="compute an average from {path}",
        slot="n_column",
    ),
    split=Split.TRAIN,
)
def average(play: Play) -> None:
    """One call; a number that may have been rounded."""
    path, sheet = pick_sheet(play, "n")
    play.ask()
    play.call("aggregate_column", {"path": path, "column": sheet["roles"]["n"], "operation": "mean"})
    play.learn(
        "The mean of {n_column} is about {mean}.",
        "On average, {n_column} is {mean}.",
        mean=mean(sheet["rows"]),
    )
    play.conclude(
        "On average, {n_column} is {mean}.",
        "The average {n_column} in {path} is {mean}.",
        "The mean comes to {mean} {unit}.",
        facts=["mean"],
    )


@TABLES.intent(
    goal="find the median of {n_column} in {path}",
    wordings=(
        "what is the median of {n_column} in {path}?",
        "find the median {n_column} in {path}",
        "which value of {n_column} lies in the middle in {path}?",
        "The mean is misleading here. Give me the median of {n_column} from {path}.",
        "compute the median over {n_column}, file {path}",
        "~median {n_column} {path}",
    ),
    essential="aggregate_column",
    split=Split.DEV,
)
def median(play: Play) -> None:
    """One call."""
    path, sheet = pick_sheet(play, "n")
    play.ask()
    play.call("aggregate_column", {"path": path, "column": sheet["roles"]["n"], "operation": "median"})
    numbers = sorted(exact(row["n"]) for row in sheet["rows"])
    middle = len(numbers) // 2
    found = numbers[middle] if len(numbers) % 2 else (numbers[middle - 1] + numbers[middle]) / 2
    play.learn("The median of {n_column} is {median}.", "Half of the values lie below {median}.", median=plain(found))
    play.conclude(
        "The median of {n_column} is {median}.",
        "It is {median}: half of the rows lie below that.",
        facts=["median"],
    )


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
    play.learn("{path} holds {rows} rows.", "There are {rows} rows in it.", rows=len(sheet["rows"]))
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
    goal="tell {n_column} for every {group_column} in {path}",
    wordings=(
        "how much {n_column} is it for each {group_column} in {path}?",
        "break {n_column} in {path} down by {group_column}",
        "add up {n_column} in {path} separately for every {group_column}",
        "what is the sum of {n_column} per {group_column} in {path}?",
        "I need sub-totals from {path}: {n_column}, one for each {group_column}.",
        "group {path} by {group_column} and sum {n_column}",
        "~{n_column} by {group_column}, {path}",
        "~{path} totals per {group_column} ({n_column})",
    ),
    essential="group_rows",
    split=Split.TEST,
)
def totals_by_group(play: Play) -> None:
    """One call, several figures as the answer."""
    path, sheet = pick_sheet(play, "group", "n")
    play.ask()
    play.call(
        "group_rows",
        {
            "path": path,
            "group_by": sheet["roles"]["group"],
            "operation": "sum",
            "column": sheet["roles"]["n"],
        },
        does="add up {n_column} in {path} for every {group_column}",
    )
    groups = by_group(sheet)
    play.learn(
        "The sums are {sums}.",
        "By {group_column} it is {sums}.",
        sums=[f"{name}: {play.text('{value}', {'value': value})}" for name, value in groups.items()],
    )
    play.conclude(
        "By {group_column}: {sums}.",
        "The sums of {n_column} are {sums}.",
        facts=[Fact("number", value) for value in groups.values()],
    )


@TABLES.intent(
    goal="find the {group_column} with the highest total of {n_column} in {path}",
    wordings=(
        "which {group_column} has the highest total {n_column} in {path}?",
        "in {path}, which {group_column} comes first if you add up {n_column}?",
        "find the {group_column} that leads {path} in {n_column}",
        "tell me which {group_column} stands for the most {n_column} in {path}",
        "Add up {n_column} by {group_column} in {path}. Who or what is on top?",
        "rank the values of {group_column} in {path} by their sum of {n_column} and name the first",
        "~top {group_column} by {n_column}, {path}",
        "~{path}: {group_column} with most {n_column}",
    ),
    essential="group_rows",
    split=Split.TRAIN,
)
def leading_group(play: Play) -> None:
    """One call; the first of its lines is the answer."""
    path, sheet = pick_sheet(play, "group", "n")
    groups = list(by_group(sheet).items())
    if len(groups) < 2 or groups[0][1] == groups[1][1]:
        raise play.unsuitable("nobody leads")
    play.ask()
    play.call(
        "group_rows",
        {
            "path": path,
            "group_by": sheet["roles"]["group"],
            "operation": "sum",
            "column": sheet["roles"]["n"],
        },
        does="add up {n_column} for every {group_column} of {path}",
    )
    play.learn(
        "{first} leads with {most}, before {second} with {less}.",
        "The largest sum is {most}, that of {first}.",
        first=groups[0][0],
        most=groups[0][1],
        second=groups[1][0],
        less=groups[1][1],
    )
    play.conclude(
        "{first} is on top with {most} {unit}.",
        "It is {first}: {most} {unit} in all.",
        "The highest total is that of {first}, {most} {unit}; next is {second} with {less}.",
        facts=["first", "most"],
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
