"""What a benchmark reports: figures with the bound they must keep, and how they came about."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One measured figure.

    Attributes:
        bound: What the value must reach (`at least`) or keep below (`at most`).
        parts: The measurements behind it, with units in their names.
    """

    name: str
    value: float
    bound: float
    at_most: bool = False
    parts: Mapping[str, float | int | str] = field(default_factory=dict)

    @property
    def is_met(self) -> bool:
        """Whether the bound is kept."""
        return self.value <= self.bound if self.at_most else self.value >= self.bound

    @property
    def requirement(self) -> str:
        """The bound in words."""
        return f"{'at most' if self.at_most else 'at least'} {self.bound:g}"


def alternating(a: Callable[[], object], b: Callable[[], object], rounds: int = 5) -> tuple[float, float]:
    """Return the median seconds of two pieces of work, run in turns so that noise meets both alike."""
    times: tuple[list[float], list[float]] = ([], [])
    for work in (a, b):  # once unmeasured: caches and pages
        work()
    for _ in range(rounds):
        for work, measured in zip((a, b), times, strict=True):
            started = time.perf_counter()
            work()
            measured.append(time.perf_counter() - started)
    return statistics.median(times[0]), statistics.median(times[1])
