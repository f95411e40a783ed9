"""Several systems on the same work: each one's metrics, and how each differs from the first, paired.

Only what all of them have results for is compared: a longer file has no advantage. Differences are resampled together, which is
what makes small ones visible (the systems share the hard steps and the easy ones).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from umi_local.errors import UsageError
from umi_local.evaluate.metrics.intervals import Difference, Estimate, Table
from umi_local.evaluate.slices import Item


@dataclass(frozen=True, slots=True)
class Entry:
    """A system's results: what each step or task adds, by what makes it the same step or task for everybody."""

    name: str
    items: Mapping[str, Item]


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """One system among others.

    Attributes:
        differences: From the first system, by metric; empty for that one, None where a metric has nothing to compare.
        n_left_out: Results of it that another system lacks.
    """

    name: str
    metrics: Mapping[str, Estimate]
    differences: Mapping[str, Difference | None]
    n_left_out: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Systems on their common work, the first one being what the others are measured against."""

    n_items: int
    n_groups: int
    systems: tuple[Compared, ...]


def compared(entries: Sequence[Entry], metrics: Sequence[str], *, seed: int = 0) -> Comparison:
    """Return the metrics of all systems and the differences from the first.

    Args:
        seed: Of the intervals.

    Raises:
        UsageError: They have nothing in common.
    """
    common = sorted(set[str].intersection(*(set(entry.items) for entry in entries)))
    if not common:
        names = ", ".join(entry.name for entry in entries)
        raise UsageError(f"{names} have no result in common", hint="Evaluate them on the same records or tasks.")
    tables = [Table((entry.items[key].group, entry.items[key].points) for key in common) for entry in entries]
    systems = [
        Compared(
            name=entry.name,
            metrics=table.estimates(metrics, seed=seed),
            differences=tables[0].compared_with(table, metrics, seed=seed) if number else {},
            n_left_out=len(entry.items) - len(common),
        )
        for number, (entry, table) in enumerate(zip(entries, tables, strict=True))
    ]
    return Comparison(n_items=len(common), n_groups=len(tables[0].groups), systems=tuple(systems))
