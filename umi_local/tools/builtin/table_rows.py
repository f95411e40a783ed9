"""The rows of a table that a tool works on: those that meet a condition, and what is shown of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from decimal import Decimal

from umi_local.tools.builtin.limits import one_line, shortened
from umi_local.tools.builtin.table_conditions import Matches, condition
from umi_local.tools.builtin.table_file import Row, Table
from umi_local.tools.builtin.table_values import Column

MAX_ROWS = 50
"""Rows or groups of one result."""

MAX_NAMES = 40
"""Columns described or shown."""

MAX_CELL_CHARS = 80


class Filter:
    """The rows that meet a condition; all rows if no column is named."""

    def __init__(self, table: Table, column: str, operator: str, value: str) -> None:
        self._table = table
        self._position: int | None = None
        self._test: Matches = lambda cell: True
        self.column: Column | None = None
        self.said = ""
        self.n_seen = 0
        if not column.strip():
            if value.strip():
                raise ValueError(f"where_value is {value!r}, but where_column is missing")
            return
        self._position = table.index(column)
        self.column = table.columns([column])[0]
        self._test = condition(self.column, operator, str(value))
        compared = "" if operator == "is_empty" else f" {value.strip()!r}"
        self.said = f"{self.column.name} {operator}{compared}"

    @property
    def having(self) -> str:
        """The condition as a phrase that follows a noun; empty without one."""
        return f" where {self.said}" if self.said else ""

    def rows(self) -> Iterator[list[str]]:
        """Yield the rows that meet the condition."""
        self.n_seen = 0
        for row in self._table.rows():
            self.n_seen += 1
            if self._position is None or self._test(row[self._position]):
                yield row


class Shown:
    """The columns that are shown of a row."""

    def __init__(self, table: Table, show: str) -> None:
        names = [name for name in show.split(",") if name.strip()]
        positions = [table.index(name) for name in names] or list(range(len(table.names)))
        self._positions = positions[:MAX_NAMES]
        self.header = " | ".join(cell_text(table.names[i]) for i in self._positions)
        hidden = len(positions) - len(self._positions)
        self.note = f"{hidden:,} more columns are not shown" if hidden else ""

    def line(self, row: Row) -> str:
        """Return the shown cells of a row."""
        return " | ".join(cell_text(row[i]) for i in self._positions)


class Keyed:
    """Rows with what they are sorted by; rows without are counted."""

    def __init__(self, column: Column, position: int, rows: Iterable[list[str]]) -> None:
        self._column, self._position, self._rows = column, position, rows
        self.n_kept = self.n_left_out = 0

    def __iter__(self) -> Iterator[tuple[Decimal | datetime | str, list[str]]]:
        for row in self._rows:
            key = self._column.key(row[self._position])
            if key is None:
                self.n_left_out += 1
            else:
                self.n_kept += 1
                yield key, row


def limited(limit: int) -> int:
    """Return how many rows are shown where so many were asked for."""
    return min(max(limit, 1), MAX_ROWS)


def cell_text(cell: str) -> str:
    """Return a cell on one line, shortened if it is long."""
    return shortened(one_line(" ".join(cell.split())), MAX_CELL_CHARS)


def notes_on(table: Table, *more: Column | str | None) -> list[str]:
    """Return what must be said of a table and of the columns a figure was made from, each once."""
    notes = [item.note() if isinstance(item, Column) else item for item in more]
    if table.n_long:
        notes.append(f"{table.n_long:,} row(s) have more cells than the header")
    notes.append(table.encoding.note)
    return list(dict.fromkeys(note for note in notes if note))
