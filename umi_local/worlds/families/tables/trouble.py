"""Where something isn't as the user thinks: wrong columns, wrong folders, values that never come, empty cells."""

from __future__ import annotations

from umi_local.worlds.facts import NO
from umi_local.worlds.families._papers.desks import name_of
from umi_local.worlds.families._papers.sheets import by_group, csv_text, matching, total
from umi_local.worlds.families.tables.service import TABLES, pick_group, pick_sheet, where
from umi_local.worlds.family import Kind
from umi_local.worlds.play import Play
from umi_local.worlds.splits import Split

_WRONG = ("value", "figure", "result_total", "num", "qty_total", "amt")


@TABLES.intent(
    goal="add up the column {wrong} of {path}",
    wordings=(
        "What is the total of the column {wrong} in {path}? I mean the {number}.",
        "total the {number} in {path}; the column should be named {wrong}",
        "add up {wrong} in {path}, it's the {number} of each {row}",
        "sum up {wrong} in {path} (that's the column with the {number})",
        "In {path} there must be a column {wrong} for the {number}. What is its sum?",
        "How much is {wrong} in {path}, added up? it holds the {number}.",
        "I think it's called {wrong}: the {number} in {path}. Add it all up.",
        "~sum {wrong} (the {number}) {path}",
    ),
    kind=Kind.RECOVER,
    split=Split.TRAIN,
)
def wrong_column(play: Play) -> None:
    """The column has another name, which the error lists."""
    path, sheet = pick_sheet(play, "n")
    wrong = play.draw.pick([name for name in _WRONG if name not in sheet["columns"]])
    play.ask(wrong=wrong)
    play.attempt("aggregate_column", {"path": path, "column": wrong, "operation": "sum"})
    play.learn(
        "There is no column {wrong}; the columns are {columns}. The {number} must be in {n_column}.",
        "{path} has no {wrong}. Of its columns, {n_column} fits the {number} best.",
        columns=list(sheet["columns"]),
    )
    play.call(
        "aggregate_column",
        {"path": path, "column": sheet["roles"]["n"], "operation": "sum"},
        why=("So I call {tool} again, with {n_column}.", "I use {tool} once more, to add up {n_column}."),
    )
    play.learn("{n_column} comes to {sum}.", "The sum of {n_column} is {sum}.", sum=total(sheet["rows"]))
    play.conclude(
        "There is no column {wrong}, but {n_column} adds up to {sum}.",
        "The {number} is in the column {n_column}; its total is {sum}.",
        facts=["sum"],
    )


@TABLES.intent(
    goal="count the rows of {wrong}",
    wordings=(
        "how many rows are in {wrong}?",
        "count the rows in {wrong}",
        "{wrong} should be around here. How many rows does it have?",
        "tell me how many entries {wrong} holds",
        "open {wrong} and count its rows",
        "~{wrong} rows",
    ),
    kind=Kind.RECOVER,
    split=Split.DEV,
)
def wrong_place(play: Play) -> None:
    """The table lies in a folder, which the error names."""
    folded = [path for path in play.state["sheets"] if "/" in path]
    if not folded:
        raise play.unsuitable("no table is in a folder")
    path = play.draw.pick(folded)
    play.ask(wrong=name_of(path), path=path)
    play.attempt("count_rows", {"path": name_of(path)})
    play.learn(
        "It isn't there, but the error says that there is {path}.",
        "{wrong} lies elsewhere: the message points to {path}.",
    )
    play.call("count_rows", {"path": path})
    play.learn("That one has {rows} rows.", "There I find {rows} rows.", rows=len(play.state["sheets"][path]["rows"]))
    play.conclude(
        "{path} has {rows} rows; that's where the file is.",
        "I found it as {path}. It has {rows} rows.",
        facts=["rows"],
    )


@TABLES.intent(
    goal="add up {n_column} by {group_column} in {path}",
    wordings=(
        "What is {n_column} for {group} in {path}, all together? the column is {group_column}.",
        "add up what {path} has under {n_column} for the {group_column} {group}",
        "sum {n_column} of {path} for {group} ({group_column})",
        "I want the total {n_column} for {group} in {path}; look under {group_column}.",
        "in {path}, how much {n_column} does {group} have under {group_column}, in all?",
        "give me the sum of {n_column} where {group_column} is {group}, from {path}",
        "Please look at {path}. {group} stands under {group_column}; add up its {n_column}.",
        "~{n_column} {group} total, {path} ({group_column})",
    ),
    kind=Kind.RECOVER,
    breaks="aggregate_column",
    split=Split.TRAIN,
)
def sum_by_other_means(play: Play) -> None:
    """Sums can't be computed with one tool; grouping gives the same figure."""
    path, sheet = pick_sheet(play, "group", "n")
    group = pick_group(play, sheet)
    play.ask()
    columns = {"column": sheet["roles"]["n"], "operation": "sum"}
    tried = play.attempt(
        "aggregate_column",
        {"path": path, **columns, **where(sheet["roles"]["group"], group)},
        does="add up {column} where {where_column} is {where_value}",
    )
    play.learn("That tool doesn't work now: {error}.", "It failed with: {error}.", error=str(tried.error).rstrip("."))
    play.call(
        "group_rows",
        {"path": path, "group_by": sheet["roles"]["group"], **columns},
        why=(
            "The sums of all groups hold the one for {group}, so I call {tool} instead.",
            "Grouping by {group_column} gives me the same figure; {tool} can do that.",
        ),
    )
    play.learn(
        "The group {group} has {sum} there.", "In the list, {group} stands with {sum}.", sum=by_group(sheet)[group]
    )
    play.conclude(
        "The total for {group} is {sum}.",
        "{group} has {sum} {unit} in all.",
        facts=["sum"],
    )


@TABLES.intent(
    goal="tell what {path} says about {label}",
    wordings=(
        "is {label} in {path}? look under {label_column}",
        "search {path} for a row whose {label_column} is {label}",
        "does {path} have a row with {label} under {label_column}?",
        "check whether {label} is listed in {path} as {label_column}",
        "I'm not sure if we ever entered {label} in {path}. The column would be {label_column}. Did we?",
        "look for {label} in the column {label_column} of {path}",
        "tell me if {path} lists {label} under {label_column}",
        "~{label_column} {label} in {path}?",
    ),
    essential="find_rows",
    split=Split.TRAIN,
)
def not_listed(play: Play) -> None:
    """No row: that is the answer."""
    path, sheet = pick_sheet(play, "label")
    known = [row["label"] for row in sheet["rows"]]
    others = [label for label in sheet["more"] if label not in known]
    if not others:
        raise play.unsuitable("no label is left")
    play.ask(label=play.draw.pick(others))
    play.call(
        "find_rows",
        {"path": path, **where(sheet["roles"]["label"], play.slots["label"])},
        does="find the rows of {path} where {where_column} is {label}",
    )
    play.learn("None of the {rows} rows is about {label}.", "0 of {rows} rows fit.", rows=len(sheet["rows"]))
    play.conclude(
        "No, {label} is not in {path}.",
        "{path} doesn't list {label}.",
        "There is no row for {label} in {path}.",
        facts=[NO],
    )


@TABLES.intent(
    goal="count the rows of {path} without {group_column}",
    wordings=(
        "in how many rows of {path} is {group_column} empty?",
        "count the rows of {path} that have nothing under {group_column}",
        "how many entries of {path} lack a {group_column}?",
        "Somebody filled in {path} carelessly. How many times is {group_column} missing?",
        "look for gaps in the column {group_column} of {path} and tell me how many there are",
        "~{path}: empty {group_column}, count",
    ),
    essential="count_rows",
    split=Split.TEST,
)
def gaps(play: Play) -> None:
    """One call with an operator that needs no value."""
    path, sheet = pick_sheet(play, "group")
    count = play.draw.whole(1, 3)
    for row in play.draw.sample(sheet["rows"], count):
        row["group"] = ""
    play.state["files"][path] = csv_text(sheet)
    play.ask()
    play.call(
        "count_rows",
        {"path": path, "where_column": sheet["roles"]["group"], "where_op": "is_empty"},
        does="count the rows of {path} where {where_column} is empty",
    )
    play.learn(
        "{count:n row} of {path} have no {group_column}." if count > 1 else "One row of {path} has no {group_column}.",
        count=len(matching(sheet, group="")),
    )
    play.conclude(
        "{group_column} is empty in {count:n row} of {path}.",
        "There are {count:n gap} in {group_column}." if count > 1 else "There is 1 gap in {group_column}.",
        facts=["count"],
    )
