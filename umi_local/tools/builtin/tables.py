"""Built-in tools over CSV and TSV files, with flat arguments that a small model can fill.

Sums and means are exact decimals. Filters and sums stream; only medians, distinct groups and the rows shown are kept in
memory. What was left out of a figure (empty cells, cells that aren't numbers) is always said.
"""

from __future__ import annotations

import heapq
from decimal import Decimal

from umi_local.messages import JsonObject, ToolSpec
from umi_local.tools.base import Tool
from umi_local.tools.builtin.limits import (
    FILE_PATH,
    choice_property,
    count_property,
    counted,
    listing,
    object_schema,
    one_line,
    text_property,
)
from umi_local.tools.builtin.table_conditions import OPERATORS
from umi_local.tools.builtin.table_file import open_table
from umi_local.tools.builtin.table_rows import (
    MAX_NAMES,
    MAX_ROWS,
    Filter,
    Keyed,
    Shown,
    cell_text,
    limited,
    notes_on,
)
from umi_local.tools.builtin.table_sums import OPERATIONS, Tally
from umi_local.tools.builtin.table_values import Column, Kind

MAX_GROUPS = 100_000
"""Different values that rows are grouped by."""

ORDERS = ("largest", "smallest")


def table_columns(path: str) -> str:
    """Return the columns with their kind and an example, and the number of rows.

    Raises:
        ValueError: The file is no sound table. See `open_table` for what else may be raised.
    """
    with open_table(path) as table:
        first = next(table.rows(), None)
        columns = table.columns(table.names)
        mark = {"\t": "tab"}.get(table.delimiter, repr(table.delimiter))
        lines = [
            f"{one_line(column.name)}: {column.kind.value}" + (f", such as {cell_text(first[i])!r}" if first else "")
            for i, column in enumerate(columns[:MAX_NAMES])
        ]
        head = f"{table.file.shown!r}: {counted(table.n_rows, 'row')}, {counted(len(columns), 'column')}, separated by {mark}"
        return listing(head, lines, more=len(columns) - len(lines), notes=notes_on(table))


def count_rows(path: str, where_column: str = "", where_op: str = "eq", where_value: str = "") -> str:
    """Return how many rows there are, or how many meet a condition.

    Raises:
        ValueError: A column or the condition is wrong. See `open_table` for what else may be raised.
    """
    with open_table(path) as table:
        wanted = Filter(table, where_column, where_op, where_value)
        count = sum(1 for _ in wanted.rows())
        head = f"{count:,} of {counted(wanted.n_seen, 'row')}{wanted.having}" if wanted.said else counted(count, "row")
        return listing(head, [], notes=notes_on(table, wanted.column))


def find_rows(
    path: str,
    where_column: str,
    where_op: str = "eq",
    where_value: str = "",
    show: str = "",
    limit: int = 10,
) -> str:
    """Return the first rows that meet a condition; `show` names the columns to show, separated by commas.

    Raises:
        ValueError: A column or the condition is wrong. See `open_table` for what else may be raised.
    """
    with open_table(path) as table:
        wanted = Filter(table, where_column, where_op, where_value)
        shown = Shown(table, show)
        lines: list[str] = []
        count = 0
        for row in wanted.rows():
            count += 1
            if len(lines) < limited(limit):
                lines.append(shown.line(row))
        found = f"{count:,} of {counted(wanted.n_seen, 'row')}{wanted.having}"
        lines = [shown.header, *lines] if lines else []
        more = count - max(len(lines) - 1, 0)
        return listing(found, lines, more=more, notes=notes_on(table, wanted.column, shown.note))


def aggregate_column(
    path: str,
    column: str,
    operation: str,
    where_column: str = "",
    where_op: str = "eq",
    where_value: str = "",
) -> str:
    """Return the count, sum, mean, min, max or median of a column, over all rows or those that meet a condition.

    Raises:
        ValueError: A column, the operation or the condition is wrong, or the column has nothing to add up. See
            `open_table` for what else may be raised.
    """
    with open_table(path) as table:
        position = table.index(column)
        described, *_ = table.columns(_named(column, where_column))
        wanted = Filter(table, where_column, where_op, where_value)
        tally = Tally(operation, described)
        for row in wanted.rows():
            tally.add(row[position])
        head = f"{operation} of {described.name}{wanted.having}: {tally.result()}"
        return listing(head, [], notes=[*tally.notes(), *notes_on(table, described, wanted.column)])


def group_rows(
    path: str,
    group_by: str,
    operation: str = "count",
    column: str = "",
    where_column: str = "",
    where_op: str = "eq",
    where_value: str = "",
    limit: int = 20,
) -> str:
    """Return one figure for each different value of a column, largest first.

    Values that differ only in case or in space around them are one group. Without `column`, rows are counted.

    Raises:
        ValueError: A column, the operation or the condition is wrong, or there are too many groups. See `open_table`
            for what else may be raised.
    """
    if not column and operation != "count":
        raise ValueError(f"operation {operation} needs a column")
    with open_table(path) as table:
        key_position, position = table.index(group_by), table.index(column or group_by)
        known = table.columns(_named(column, where_column))
        described = known[0] if column else Column(table.names[position], Kind.TEXT)
        wanted = Filter(table, where_column, where_op, where_value)
        groups: dict[str, tuple[str, Tally]] = {}
        for row in wanted.rows():
            key = row[key_position].strip()
            if key.casefold() not in groups and len(groups) >= MAX_GROUPS:
                raise ValueError(f"column {group_by!r} has more than {MAX_GROUPS:,} different values")
            _, tally = groups.setdefault(key.casefold(), (key, Tally(operation, described, rows=not column)))
            tally.add(row[position])
        figure = f"{operation} of {described.name}" if column else "number of rows"
        head = f"{figure} by {table.names[key_position]}{wanted.having}: {counted(len(groups), 'group')}"
        best = heapq.nsmallest(limited(limit), groups.values(), key=_largest_first)
        lines = [f"{cell_text(name) or '(empty)'}: {tally.result(missing='none')}" for name, tally in best]
        left_out = sum(tally.n_other for _, tally in groups.values())
        notes = [f"{left_out:,} cell(s) of {described.name} left out: not of its kind"] if left_out else []
        notes += notes_on(table, described, wanted.column)
        return listing(head, lines, more=len(groups) - len(lines), notes=notes)


def top_rows(
    path: str,
    column: str,
    order: str = "largest",
    limit: int = 5,
    show: str = "",
    where_column: str = "",
    where_op: str = "eq",
    where_value: str = "",
) -> str:
    """Return the rows with the largest or smallest values of a column; equal ones in the file's order.

    Raises:
        ValueError: A column, the order or the condition is wrong. See `open_table` for what else may be raised.
    """
    if order not in ORDERS:
        raise ValueError(f"order is {order!r}; use one of {', '.join(ORDERS)}")
    with open_table(path) as table:
        position = table.index(column)
        described, *_ = table.columns(_named(column, where_column))
        wanted = Filter(table, where_column, where_op, where_value)
        shown = Shown(table, show)
        keyed = Keyed(described, position, wanted.rows())
        pick = heapq.nlargest if order == "largest" else heapq.nsmallest
        best = pick(limited(limit), keyed, key=lambda pair: pair[0])
        lines = [shown.header, *(shown.line(row) for _, row in best)] if best else []
        notes = [f"{keyed.n_left_out:,} row(s) have no {described.kind.value} there"] if keyed.n_left_out else []
        notes += notes_on(table, described, wanted.column, shown.note)
        head = f"{len(best):,} {order} of {counted(keyed.n_kept, 'row')} by {described.name}{wanted.having}"
        return listing(head, lines, notes=notes)


def _named(*names: str) -> list[str]:
    """Return the names that aren't empty, to learn about several columns in one pass."""
    return [name for name in names if name.strip()]


def _largest_first(group: tuple[str, Tally]) -> tuple[bool, Decimal, str]:
    name, tally = group
    value = tally.value()
    number = value if isinstance(value, Decimal) else None
    return number is None, (number or Decimal(0)).copy_negate(), name.casefold()


_WHERE: dict[str, JsonObject] = {
    "where_column": text_property("only rows where this column"),
    "where_op": choice_property("compares so (default eq)", OPERATORS),
    "where_value": text_property("with this number, date or text"),
}
_TABLE: JsonObject = {**FILE_PATH, "description": "path of the CSV file"}
_COLUMN = {**text_property("name of the column"), "minLength": 1}
_SHOW = text_property("columns to show, comma-separated; default all")

TABLE_COLUMNS = Tool(
    spec=ToolSpec(
        name="table_columns",
        description="Get the column names and the number of rows of a CSV file.",
        parameters=object_schema(["path"], path=_TABLE),
    ),
    function=table_columns,
    location="umi_local.tools.builtin.tables:TABLE_COLUMNS",
)

COUNT_ROWS = Tool(
    spec=ToolSpec(
        name="count_rows",
        description="Count the rows of a CSV file, all or those that meet a condition.",
        parameters=object_schema(["path"], path=_TABLE, **_WHERE),
    ),
    function=count_rows,
    location="umi_local.tools.builtin.tables:COUNT_ROWS",
)

FIND_ROWS = Tool(
    spec=ToolSpec(
        name="find_rows",
        description="Show the rows of a CSV file that meet a condition.",
        parameters=object_schema(
            ["path", "where_column", "where_op"],
            path=_TABLE,
            **{**_WHERE, "where_op": choice_property("compares so", OPERATORS)},
            show=_SHOW,
            limit=count_property("rows shown; default 10", maximum=MAX_ROWS),
        ),
    ),
    function=find_rows,
    location="umi_local.tools.builtin.tables:FIND_ROWS",
)

AGGREGATE_COLUMN = Tool(
    spec=ToolSpec(
        name="aggregate_column",
        description="Compute the sum, mean, min, max, median or count of a column of a CSV file.",
        parameters=object_schema(
            ["path", "column", "operation"],
            path=_TABLE,
            column=_COLUMN,
            operation=choice_property("what to compute", OPERATIONS),
            **_WHERE,
        ),
    ),
    function=aggregate_column,
    location="umi_local.tools.builtin.tables:AGGREGATE_COLUMN",
)

GROUP_ROWS = Tool(
    spec=ToolSpec(
        name="group_rows",
        description="Compute a figure for each different value of a column of a CSV file.",
        parameters=object_schema(
            ["path", "group_by"],
            path=_TABLE,
            group_by={**text_property("column with the groups"), "minLength": 1},
            operation=choice_property("default count", OPERATIONS),
            column=text_property("column to compute it from; not needed for count"),
            **_WHERE,
            limit=count_property("groups shown; default 20", maximum=MAX_ROWS),
        ),
    ),
    function=group_rows,
    location="umi_local.tools.builtin.tables:GROUP_ROWS",
)

TOP_ROWS = Tool(
    spec=ToolSpec(
        name="top_rows",
        description="Show the rows of a CSV file with the largest or smallest values of a column.",
        parameters=object_schema(
            ["path", "column"],
            path=_TABLE,
            column=_COLUMN,
            order=choice_property("default largest", ORDERS),
            limit=count_property("rows shown; default 5", maximum=MAX_ROWS),
            show=_SHOW,
            **_WHERE,
        ),
    ),
    function=top_rows,
    location="umi_local.tools.builtin.tables:TOP_ROWS",
)

TOOLS: tuple[Tool, ...] = (
    TABLE_COLUMNS,
    COUNT_ROWS,
    FIND_ROWS,
    AGGREGATE_COLUMN,
    GROUP_ROWS,
    TOP_ROWS,
)
