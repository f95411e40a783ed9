"""Points summed up, for all and for each part, with intervals. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from umi_local.evaluate.metrics.intervals import Estimate, Table

ALL = ""
"""The kind of the slice that holds everything."""

MANY_CALLS = 5
"""Questions that take so many calls or more are one part."""


@dataclass(frozen=True, slots=True)
class Item:
    """What one step or one task adds.

    Attributes:
        group: What intervals resample by: its trajectory, or itself.
        parts: The part that it belongs to, by kind of part.
    """

    group: str
    points: Mapping[str, float]
    parts: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Slice:
    """The metrics of some of the items.

    Attributes:
        kind: What it is a part by, such as `calls`; empty for everything.
        name: Which part.
        n_groups: What intervals were resampled by.
    """

    kind: str
    name: str
    n_items: int
    n_groups: int
    metrics: Mapping[str, Estimate]


def sliced(items: Sequence[Item], metrics: Sequence[str], *, seed: int) -> tuple[Slice, ...]:
    """Return the metrics of all items, then of every part, by kind and name.

    Args:
        seed: Of the intervals.
    """
    names = {(kind, name): None for item in items for kind, name in item.parts.items()}
    kinds = list(dict.fromkeys(kind for kind, _ in names))
    parts = sorted(names, key=lambda part: (kinds.index(part[0]), part[1]))
    chosen = [(kind, name, [item for item in items if item.parts.get(kind) == name]) for kind, name in parts]
    return tuple(_slice(*part, metrics, seed) for part in ((ALL, "all", items), *chosen))


def calls_part(n_calls: int) -> str:
    """Return the part of questions that take so many calls."""
    return str(n_calls) if n_calls < MANY_CALLS else f"{MANY_CALLS}+"


def _slice(kind: str, name: str, items: Sequence[Item], metrics: Sequence[str], seed: int) -> Slice:
    table = Table((item.group, item.points) for item in items)
    return Slice(
        kind=kind,
        name=name,
        n_items=len(items),
        n_groups=len(table.groups),
        metrics=table.estimates(metrics, seed=seed),
    )
