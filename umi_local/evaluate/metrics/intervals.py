"""Means of points with bootstrap intervals, resampled by group: steps of one trajectory are not independent.

A metric is a ratio: points by counts, each summed over groups. A resample draws as many groups as there are, with
replacement, and takes the ratio again; the interval is that of the middle 95% (percentile bootstrap, Efron & Tibshirani 1993,
chapter 13). The same draws serve all metrics, and both systems of a paired comparison, so differences are those of systems
and not of draws. Equal seeds give equal intervals, in whatever order results were written.

Shapes: `G` groups, `M` metrics, `B` resamples.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Floats = npt.NDArray[np.float64]

N_RESAMPLES = 2000
LEVEL = 0.95
_CHUNK = 64  # resamples drawn at once: 64 x 60,000 groups stay below 32 MB


@dataclass(frozen=True, slots=True)
class Estimate:
    """A mean with its interval. `n` counts what it is a mean of; everything else is None where that is 0."""

    value: float | None
    low: float | None
    high: float | None
    n: int


@dataclass(frozen=True, slots=True)
class Difference:
    """What a second system has more than a first, over the groups that both were asked."""

    value: float
    low: float
    high: float
    n_groups: int

    @property
    def is_clear(self) -> bool:
        """Whether the interval leaves out 0."""
        return self.low > 0 or self.high < 0


Points = Mapping[str, float]


class Table:
    """Points of many steps, summed by group.

    Args:
        points: The group of each step, and its points. Groups are ordered by name, so the order here doesn't matter.
    """

    def __init__(self, points: Iterable[tuple[str, Points]]) -> None:
        self._sums: dict[str, dict[str, tuple[float, int]]] = {}
        for group, step in points:
            sums = self._sums.setdefault(group, {})
            for metric, value in step.items():
                total, n = sums.get(metric, (0.0, 0))
                sums[metric] = (total + value, n + 1)

    @property
    def groups(self) -> list[str]:
        """The names of the groups, in order."""
        return sorted(self._sums)

    def estimates(
        self, metrics: Sequence[str], *, seed: int = 0, n_resamples: int = N_RESAMPLES
    ) -> dict[str, Estimate]:
        """Return every metric's mean and interval."""
        import numpy as np

        totals, counts = self._arrays(self.groups, metrics)
        draws = _ratios([(totals, counts)], seed, n_resamples)[0]
        found = {}
        for m, metric in enumerate(metrics):
            n = int(counts[:, m].sum()) if len(counts) else 0
            if n == 0:
                found[metric] = Estimate(None, None, None, 0)
                continue
            low, high = _middle(draws[:, m])
            found[metric] = Estimate(float(np.sum(totals[:, m]) / n), low, high, n)
        return found

    def compared_with(
        self, other: Table, metrics: Sequence[str], *, seed: int = 0, n_resamples: int = N_RESAMPLES
    ) -> dict[str, Difference | None]:
        """Return by how much the other system has more, over the groups of both; None where a metric has no steps."""
        groups = sorted(self._sums.keys() & other._sums.keys())
        ours, theirs = self._arrays(groups, metrics), other._arrays(groups, metrics)
        first, second = _ratios([ours, theirs], seed, n_resamples)
        found: dict[str, Difference | None] = {}
        for m, metric in enumerate(metrics):
            n_ours, n_theirs = (int(counts[:, m].sum()) if len(counts) else 0 for _, counts in (ours, theirs))
            if not n_ours or not n_theirs:
                found[metric] = None
                continue
            low, high = _middle(second[:, m] - first[:, m])
            value = float(theirs[0][:, m].sum() / n_theirs - ours[0][:, m].sum() / n_ours)
            found[metric] = Difference(value, low, high, len(groups))
        return found

    def _arrays(self, groups: Sequence[str], metrics: Sequence[str]) -> tuple[Floats, Floats]:
        """Return sums of points and counts. Shape (G, M) each."""
        import numpy as np

        cells = [[self._sums[group].get(metric, (0.0, 0)) for metric in metrics] for group in groups]
        array = np.array(cells, dtype=np.float64).reshape(len(groups), len(metrics), 2)
        return array[:, :, 0], array[:, :, 1]


def _ratios(systems: Sequence[tuple[Floats, Floats]], seed: int, n_resamples: int) -> list[Floats]:
    """Return each system's resampled means, from the same draws; NaN where a draw holds nothing. Shape (B, M) each."""
    import numpy as np

    found: list[list[Floats]] = [[] for _ in systems]
    for draws in _draws(len(systems[0][0]), seed, n_resamples):
        for rows, (totals, counts) in zip(found, systems, strict=True):
            with np.errstate(invalid="ignore", divide="ignore"):
                rows.append((draws @ totals) / (draws @ counts))
    return [np.concatenate(rows) if rows else np.empty((0, systems[0][0].shape[1])) for rows in found]


def _draws(n_groups: int, seed: int, n_resamples: int) -> Iterator[Floats]:
    """Yield how often each group is drawn. Shape (at most _CHUNK, G) each."""
    import numpy as np

    if n_groups == 0:
        return
    random = np.random.default_rng(seed)
    for begin in range(0, n_resamples, _CHUNK):
        n = min(_CHUNK, n_resamples - begin)
        picked = random.integers(n_groups, size=(n, n_groups)) + np.arange(n)[:, None] * n_groups
        yield np.bincount(picked.ravel(), minlength=n * n_groups).reshape(n, n_groups).astype(np.float64)


def _middle(values: Floats) -> tuple[float, float]:
    """Return the ends of the middle 95%, of the draws that hold something."""
    import numpy as np

    low, high = np.nanquantile(values, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return float(low), float(high)
