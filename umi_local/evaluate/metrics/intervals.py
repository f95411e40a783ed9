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

    def means(self, metrics: Sequence[str]) -> dict[str, float | None]:
        """Return every metric's mean, without an interval; None where no step counts for it."""
        totals, counts = self.sums(self.groups, metrics)
        return {
            metric: float(totals[:, m].sum() / n) if len(counts) and (n := counts[:, m].sum()) else None
            for m, metric in enumerate(metrics)
        }

    def estimates(
        self, metrics: Sequence[str], *, seed: int = 0, n_resamples: int = N_RESAMPLES
    ) -> dict[str, Estimate]:
        """Return every metric's mean and interval."""
        return mean_estimates([self], metrics, seed=seed, n_resamples=n_resamples)

    def compared_with(
        self, other: Table, metrics: Sequence[str], *, seed: int = 0, n_resamples: int = N_RESAMPLES
    ) -> dict[str, Difference | None]:
        """Return by how much the other system has more, over the groups of both; None where a metric has no steps."""
        return mean_differences([self], [other], metrics, seed=seed, n_resamples=n_resamples)

    def sums(self, groups: Sequence[str], metrics: Sequence[str]) -> tuple[Floats, Floats]:
        """Return sums of points and counts by group; 0 for groups that it doesn't have. Shape (G, M) each."""
        import numpy as np

        cells = [[self._sums[group].get(metric, (0.0, 0)) for metric in metrics] for group in groups]
        array = np.array(cells, dtype=np.float64).reshape(len(groups), len(metrics), 2)
        return array[:, :, 0], array[:, :, 1]


def mean_estimates(
    repetitions: Sequence[Table], metrics: Sequence[str], *, seed: int = 0, n_resamples: int = N_RESAMPLES
) -> dict[str, Estimate]:
    """Return every metric's mean over repetitions of a system, such as trainings with other seeds, and its interval.

    All repetitions get the same draws: a group is drawn with what every one of them said there. So the interval is that of
    the groups; how far repetitions lie apart is not in it. `n` counts the steps of all of them.
    """
    groups = sorted({group for table in repetitions for group in table.groups})
    drawn = _Drawn([table.sums(groups, metrics) for table in repetitions], seed, n_resamples)
    return {metric: drawn.estimate(m) for m, metric in enumerate(metrics)}


def mean_differences(
    ours: Sequence[Table],
    theirs: Sequence[Table],
    metrics: Sequence[str],
    *,
    seed: int = 0,
    n_resamples: int = N_RESAMPLES,
) -> dict[str, Difference | None]:
    """Return by how much a second system has more than a first, each a mean over its repetitions.

    Only groups that every repetition of both was asked count; None where a metric has no steps in one of the systems.
    """
    both = [*ours, *theirs]
    groups = sorted(set[str].intersection(*(set(table.groups) for table in both)))
    drawn = _Drawn([table.sums(groups, metrics) for table in both], seed, n_resamples)
    return {metric: drawn.difference(m, len(ours)) for m, metric in enumerate(metrics)}


class _Drawn:
    """Several systems' sums over the same groups, and their means in every resample."""

    def __init__(self, systems: Sequence[tuple[Floats, Floats]], seed: int, n_resamples: int) -> None:
        self._systems = systems
        self._n_groups = len(systems[0][0]) if systems else 0
        self._draws = _ratios(systems, seed, n_resamples) if systems else []

    def estimate(self, m: int) -> Estimate:
        """Return the mean of all systems that have steps of metric `m`."""
        found = self._counting(m, range(len(self._systems)))
        if not found:
            return Estimate(None, None, None, 0)
        low, high = _middle(self._resampled(m, found))
        return Estimate(self._value(m, found), low, high, sum(self._n(m, i) for i in found))

    def difference(self, m: int, n_ours: int) -> Difference | None:
        """Return what the systems from number `n_ours` on have more of metric `m` than those before it."""
        ours = self._counting(m, range(n_ours))
        theirs = self._counting(m, range(n_ours, len(self._systems)))
        if not ours or not theirs:
            return None
        low, high = _middle(self._resampled(m, theirs) - self._resampled(m, ours))
        return Difference(self._value(m, theirs) - self._value(m, ours), low, high, self._n_groups)

    def _counting(self, m: int, numbers: Iterable[int]) -> list[int]:
        return [i for i in numbers if self._n(m, i)]

    def _n(self, m: int, i: int) -> int:
        counts = self._systems[i][1]
        return int(counts[:, m].sum()) if len(counts) else 0

    def _value(self, m: int, numbers: Sequence[int]) -> float:
        return sum(float(self._systems[i][0][:, m].sum()) / self._n(m, i) for i in numbers) / len(numbers)

    def _resampled(self, m: int, numbers: Sequence[int]) -> Floats:
        import numpy as np

        columns: Floats = np.stack([self._draws[i][:, m] for i in numbers])
        return np.asarray(columns.mean(axis=0))


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
