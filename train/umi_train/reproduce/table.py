"""Results to one table: means over seeds with intervals, differences to the baselines, and what each system learned. Pure.

An interval is a bootstrap over records: all seeds of a system get the same draws, and so do the two systems of a difference.
It says how sure the mean over these seeds is on other records; how far seeds lie apart is told beside it (`by_seed`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from umi_local.evaluate.live_values import LIVE, LiveResult
from umi_local.evaluate.metrics.intervals import Difference, Estimate, Table, mean_differences, mean_estimates
from umi_local.evaluate.report import METRICS, live_items, static_items
from umi_local.evaluate.slices import Item
from umi_local.evaluate.values import Decoding, Mode, StepResult
from umi_train.reproduce.systems import BASELINES, SYSTEMS, SystemName

COLUMNS = ("plan_acc", "act_em", "hallu", "arg_f1", "rouge_l")
"""The metrics of the paper's table; both modes have them."""

LIVE_KEY = "live"
"""What live results are called beside the decodings."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What one system of one seed learned and said.

    Attributes:
        targets: Tokens learned, by role, counted each time they were seen.
        tokens: Tokens read in training.
        seconds: Spent in training.
    """

    system: SystemName
    seed: int
    targets: Mapping[str, int]
    tokens: int
    seconds: float
    static: Sequence[StepResult]
    live: Sequence[LiveResult] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Scores:
    """What a system came to with one decoding, or live.

    Attributes:
        metrics: Means over seeds.
        by_seed: The same of each seed, in their order.
        differences: What it has more than a baseline, by baseline and metric, over the seeds that both have.
    """

    metrics: Mapping[str, Estimate]
    by_seed: Mapping[str, tuple[float | None, ...]]
    differences: Mapping[str, Mapping[str, Difference | None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One system.

    Attributes:
        targets: Tokens learned with one seed, by role.
        tokens: Tokens read in training, a mean over seeds.
        seconds: Spent in training, a mean over seeds.
        scores: By decoding, and `live`.
    """

    system: SystemName
    title: str
    seeds: tuple[int, ...]
    targets: Mapping[str, int]
    tokens: float
    seconds: float
    scores: Mapping[str, Scores]


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """All systems that are done with at least one seed.

    Attributes:
        steps: That each system was asked with one decoding.
        records: That they are from, which is what intervals are resampled by.
        tasks: Of the live evaluation.
    """

    mode: Mode
    route: str
    passes: int
    steps: int
    records: int
    tasks: int
    rows: tuple[Row, ...]


def report_of(outcomes: Sequence[Outcome], *, mode: Mode, route: str, passes: int, seed: int = 0) -> Report:
    """Return the table of what systems said.

    Args:
        seed: Of the intervals.
    """
    tables = {(o.system, o.seed): _tables(o, mode) for o in outcomes}
    kinds = [*(d.value for d in Decoding), LIVE_KEY]
    names = [name for name in SYSTEMS if any(o.system == name for o in outcomes)]
    first = next(iter(outcomes), None)
    return Report(
        mode=mode,
        route=route,
        passes=passes,
        steps=len({(r.trajectory, r.place) for r in first.static}) if first else 0,
        records=len({r.trajectory for r in first.static}) if first else 0,
        tasks=len(first.live) if first else 0,
        rows=tuple(_row(name, [o for o in outcomes if o.system == name], tables, kinds, mode, seed) for name in names),
    )


_Tables = Mapping[tuple[SystemName, int], Mapping[str, Table]]


def _row(
    name: SystemName, outcomes: Sequence[Outcome], tables: _Tables, kinds: Sequence[str], mode: Mode, seed: int
) -> Row:
    ordered = sorted(outcomes, key=lambda outcome: outcome.seed)
    seeds = tuple(outcome.seed for outcome in ordered)
    scores = {}
    for kind in kinds:
        own = {at: tables[name, at][kind] for at in seeds if kind in tables[name, at]}
        if own:
            baselines: dict[str, dict[int, Table]] = {
                baseline: {at: tables[baseline, at][kind] for at in own if kind in tables.get((baseline, at), {})}
                for baseline in BASELINES
                if baseline != name
            }
            scores[kind] = _scores(own, baselines, metrics_of(kind, mode), seed)
    return Row(
        system=name,
        title=SYSTEMS[name].title,
        seeds=seeds,
        targets=dict(ordered[0].targets),
        tokens=sum(outcome.tokens for outcome in ordered) / len(ordered),
        seconds=sum(outcome.seconds for outcome in ordered) / len(ordered),
        scores=scores,
    )


def metrics_of(kind: str, mode: Mode) -> tuple[str, ...]:
    """Return the metrics of a decoding, or of live results."""
    return tuple(LIVE if kind == LIVE_KEY else METRICS[mode])


def _scores(
    own: Mapping[int, Table], baselines: Mapping[str, Mapping[int, Table]], metrics: Sequence[str], seed: int
) -> Scores:
    means = [table.means(metrics) for table in own.values()]
    return Scores(
        metrics=mean_estimates(list(own.values()), metrics, seed=seed),
        by_seed={metric: tuple(found[metric] for found in means) for metric in metrics},
        differences={
            name: mean_differences(list(theirs.values()), [own[at] for at in theirs], metrics, seed=seed)
            for name, theirs in baselines.items()
            if theirs
        },
    )


def _tables(outcome: Outcome, mode: Mode) -> dict[str, Table]:
    tables = {}
    for decoding in Decoding:
        results = [result for result in outcome.static if result.decoding is decoding]
        if results:
            tables[decoding.value] = _table(static_items(results, mode))
    if outcome.live:
        tables[LIVE_KEY] = _table(live_items(outcome.live))
    return tables


def _table(items: Sequence[Item]) -> Table:
    return Table((item.group, item.points) for item in items)
