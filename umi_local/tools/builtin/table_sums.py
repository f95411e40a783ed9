"""One figure over a column: count, sum, mean, min, max or median, cell by cell."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from decimal import ROUND_HALF_EVEN, Context, Decimal, localcontext

from umi_local.tools.builtin.limits import counted
from umi_local.tools.builtin.table_values import EXACT_DIGITS, Column, Kind, plain_number

OPERATIONS = ("count", "sum", "mean", "min", "max", "median")

_BATCH = 4096
"""Numbers added up at a time: a sum at full precision costs more to set up than to do."""


class Tally:
    """Collects the cells of a column and gives one figure.

    `count` counts cells that aren't empty, or all rows with `rows=True`. `sum`, `mean` and `median` need numbers; `min`
    and `max` take the column's kind. Only the median keeps its numbers.

    Raises:
        ValueError: The operation is unknown, or the column doesn't hold numbers where numbers are needed.
    """

    def __init__(self, operation: str, column: Column, *, rows: bool = False) -> None:
        if operation not in OPERATIONS:
            raise ValueError(f"operation is {operation!r}; use one of {', '.join(OPERATIONS)}")
        if operation in ("sum", "mean", "median") and column.kind is not Kind.NUMBER:
            raise ValueError(f"column {column.name!r} holds {_holds(column)}; {operation} needs numbers")
        self._operation, self._column, self._rows = operation, column, rows
        self._numbers: list[Decimal] = []
        self._total = Decimal(0)
        self._best: tuple[Decimal | datetime | str, str] | None = None
        self.n_used = self.n_empty = self.n_other = 0

    def add(self, cell: str) -> None:
        """Take one more cell into account."""
        if self._rows:
            self.n_used += 1
        elif not cell.strip():
            self.n_empty += 1
        elif self._operation == "count":
            self.n_used += 1
        else:
            self._add_filled(cell)

    def value(self) -> Decimal | str | None:
        """Return the figure: a number, or the cell itself for the min or max of dates and texts; None if there is none."""
        if self._operation == "count":
            return Decimal(self.n_used)
        if not self.n_used:
            return None
        if self._operation == "sum":
            return self._sum()
        if self._operation == "mean":
            return quotient(self._sum(), self.n_used)[0]
        if self._operation == "median":
            return self._median()
        return self._extreme()

    def result(self, *, missing: str = "nothing to compute from") -> str:
        """Return the figure as text, with the column's unit."""
        value = self.value()
        if value is None:
            return missing
        if isinstance(value, str):
            return value
        unit = self._column.unit if self._operation != "count" else ""
        return plain_number(value) + (f" {unit}" if unit else "")

    def notes(self) -> list[str]:
        """Say what the figure is made from and what was left out of it."""
        kind = "cell" if self._operation == "count" else self._column.kind.value
        said = [f"from {counted(self.n_used, kind)}"] if not self._rows else []
        if self.n_empty:
            said.append(f"{self.n_empty:,} empty")
        if self.n_other:
            said.append(f"{self.n_other:,} not a {kind}, left out")
        rounded = self._operation == "mean" and self.n_used and quotient(self._sum(), self.n_used)[1]
        return ["; ".join(said)] + (["rounded"] if rounded else [])

    def _add_filled(self, cell: str) -> None:
        key = self._column.key(cell)
        if key is None:
            self.n_other += 1
            return
        self.n_used += 1
        if self._operation in ("min", "max"):
            self._keep_extreme(key, cell.strip())
        elif isinstance(key, Decimal):
            self._numbers.append(key)
            if self._operation != "median" and len(self._numbers) >= _BATCH:
                self._sum()

    def _keep_extreme(self, key: Decimal | datetime | str, cell: str) -> None:
        best = self._best[0] if self._best else key
        # Keys of one column are of one kind, which the type can't say.
        better = key > best if self._operation == "max" else key < best  # type: ignore[operator]
        if self._best is None or better:
            self._best = key, cell

    def _extreme(self) -> Decimal | str | None:
        if self._best is None:
            return None
        key, cell = self._best
        return key if isinstance(key, Decimal) else cell

    def _sum(self) -> Decimal:
        if self._operation != "median":
            self._total = exact_sum([self._total, *self._numbers])
            self._numbers.clear()
        return self._total

    def _median(self) -> Decimal:
        ordered, middle = sorted(self._numbers), len(self._numbers) // 2
        if len(ordered) % 2:
            return ordered[middle]
        # Half of a decimal number is a decimal number: no rounding.
        with localcontext(Context(prec=EXACT_DIGITS)):
            return (ordered[middle - 1] + ordered[middle]) * Decimal("0.5")


def exact_sum(numbers: Iterable[Decimal]) -> Decimal:
    """Return the sum without any rounding."""
    with localcontext(Context(prec=EXACT_DIGITS)):
        return sum(numbers, Decimal(0))


def quotient(total: Decimal, count: int) -> tuple[Decimal, bool]:
    """Return total / count, and whether it had to be rounded (to 6 decimals, or 6 digits if below 0.001)."""
    with localcontext(Context(prec=EXACT_DIGITS, rounding=ROUND_HALF_EVEN)) as context:
        exact = total / count
        if exact != 0 and abs(exact) < Decimal("0.001"):
            context.prec = 6
            rounded = +exact
        else:
            rounded = exact.quantize(Decimal("0.000001"))
        context.prec = EXACT_DIGITS
        return rounded, rounded * count != total


def _holds(column: Column) -> str:
    return {"empty": "nothing", "number": "numbers", "date": "dates"}.get(column.kind.value, "text")
