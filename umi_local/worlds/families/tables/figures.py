"""Single figures: counts, sums, means, extremes, by row and by group."""

from __future__ import annotations

from umi_local.worlds.facts import Fact
from umi_local.worlds.families._papers.sheets import by_group, mean, total
from umi_local.worlds.families._papers.values import exact, plain
from umi_local.worlds.families.tables.service import TABLES, pick_sheet
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
    missing=Missing(
        wordings=(
            "what is the {which} {n_column} in my table?",
            "I want the {which} {n_column}, nothing else.",
            "find the {which} {n_column} in one of my tables",
            "~{which} {n_column}?",
        ),
        needs="the table",
        goal="find the {which} {n_column} of a table",
        slot="path",
    ),
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
    missing=Missing(
        wordings=(
            "what is the median of {n_column} in my table?",
            "The mean is misleading here. Give me the median of {n_column}.",
            "~median {n_column}",
        ),
        needs="the table it is in",
        goal="find the median of {n_column}",
        slot="path",
    ),
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
    missing=Missing(
        wordings=(
            "add up {n_column} separately for every {group_column}",
            "I need sub-totals of {n_column}, one for each {group_column}.",
            "group my table by {group_column} and sum {n_column}",
            "~{n_column} by {group_column}",
        ),
        needs="the name of the file",
        goal="add up {n_column} by {group_column}",
        slot="path",
    ),
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
    missing=Missing(
        wordings=(
            "which {group_column} has the highest total {n_column}?",
            "find the {group_column} that leads in {n_column}",
            "Who is on top if you add up {n_column} by {group_column}?",
            "~top {group_column} by {n_column}",
        ),
        needs="the file to look in",
        goal="find the {group_column} with the highest total of {n_column}",
        slot="path",
    ),
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
