"""The table for people, in Markdown: means with intervals, differences to the baselines, seeds apart, what was learned."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from umi_local.evaluate.live_values import LIVE
from umi_local.evaluate.metrics.intervals import Difference, Estimate
from umi_local.evaluate.metrics.points import Metric
from umi_local.evaluate.report import METRICS
from umi_local.messages import Role
from umi_train.reproduce.systems import BASELINES
from umi_train.reproduce.table import COLUMNS, LIVE_KEY, Report, Row, Scores

NOTHING = "-"
LIVE_COLUMNS = ("passed", "recovery", "refusal", "false_refusal", "call_ratio")


def markdown(report: Report) -> str:
    """Return the whole table as a page."""
    return "\n".join(_lines(report)) + "\n"


def columns_of(report: Report, kind: str) -> Mapping[str, Metric]:
    """Return the metrics that are shown of a decoding, or of live results."""
    known, names = (LIVE, LIVE_COLUMNS) if kind == LIVE_KEY else (METRICS[report.mode], COLUMNS)
    return {name: known[name] for name in names}


def kinds_of(report: Report) -> list[str]:
    """Return the decodings that there are results of, and `live`, in their order."""
    return list(dict.fromkeys(kind for row in report.rows for kind in row.scores))


def cells_of(row: Row, kind: str, metrics: Mapping[str, Metric]) -> list[str]:
    """Return a system's means with their intervals, as texts."""
    scores = row.scores.get(kind)
    return [_estimate(scores.metrics[name], metric) if scores else NOTHING for name, metric in metrics.items()]


def _lines(report: Report) -> Iterator[str]:
    yield "# Systems compared"
    yield ""
    yield (
        f"{report.steps:,} steps of {report.records:,} records, metrics of the mode `{report.mode}`, route `{report.route}`. "
        f"Means over seeds with 95% intervals (bootstrap over records). "
        f"Every role learned each of its target tokens {report.passes} times in every system."
    )
    for kind in kinds_of(report):
        yield from _section(report, kind)
    yield from ("", "## What was learned", "")
    yield from _learned(report.rows)


def _section(report: Report, kind: str) -> Iterator[str]:
    metrics = columns_of(report, kind)
    rows = [row for row in report.rows if kind in row.scores]
    titles = [_titled(metric) for metric in metrics.values()]
    what = f"Live, {report.tasks:,} tasks" if kind == LIVE_KEY else f"Decoding {kind}"
    yield from ("", f"## {what}", "")
    yield from _table(
        ("system", "seeds", *titles),
        [(_named(row), str(len(row.seeds)), *cells_of(row, kind, metrics)) for row in rows],
    )
    for baseline in BASELINES:
        compared = [row for row in rows if baseline in row.scores[kind].differences]
        if compared:
            yield from ("", f"More than `{baseline}` (paired; * where the interval leaves out 0):", "")
            yield from _table(
                ("system", *titles),
                [(_named(row), *_differences(row.scores[kind], baseline, metrics)) for row in compared],
            )
    if any(len(row.seeds) > 1 for row in rows):
        yield from ("", "Lowest and highest of the seeds:", "")
        yield from _table(("system", *titles), [(_named(row), *_spread(row.scores[kind], metrics)) for row in rows])


def _learned(rows: Sequence[Row]) -> Iterator[str]:
    roles = [role.value for role in Role if any(role.value in row.targets for row in rows)]
    yield "Target tokens by role, the same for every seed; tokens read and seconds of training steps, means over seeds."
    yield ""
    yield from _table(
        ("system", *roles, "tokens read", "seconds"),
        [
            (
                _named(row),
                *(f"{row.targets.get(role, 0):,}" for role in roles),
                f"{row.tokens:,.0f}",
                f"{row.seconds:,.0f}",
            )
            for row in rows
        ],
    )


def _table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    yield f"| {' | '.join(header)} |"
    yield f"|{'---|' * len(header)}"
    for row in rows:
        yield f"| {' | '.join(row)} |"


def _named(row: Row) -> str:
    return f"`{row.system}` {row.title}"


def _titled(metric: Metric) -> str:
    return f"{metric.title} (less is better)" if metric.lower_is_better else metric.title


def _estimate(estimate: Estimate, metric: Metric) -> str:
    if estimate.value is None:
        return NOTHING
    return f"{_number(estimate.value, metric)} [{_number(estimate.low, metric)}, {_number(estimate.high, metric)}]"


def _differences(scores: Scores, baseline: str, metrics: Mapping[str, Metric]) -> list[str]:
    found = scores.differences[baseline]
    return [_difference(found[name], metric) for name, metric in metrics.items()]


def _difference(difference: Difference | None, metric: Metric) -> str:
    if difference is None:
        return NOTHING
    value, low, high = (_number(part, metric, sign="+") for part in (difference.value, difference.low, difference.high))
    return f"{value} [{low}, {high}]{' *' if difference.is_clear else ''}"


def _spread(scores: Scores, metrics: Mapping[str, Metric]) -> list[str]:
    texts = []
    for name, metric in metrics.items():
        values = [value for value in scores.by_seed[name] if value is not None]
        texts.append(f"{_number(min(values), metric)} to {_number(max(values), metric)}" if values else NOTHING)
    return texts


def _number(value: float | None, metric: Metric, *, sign: str = "") -> str:
    """Return a share as percents, anything else as it is."""
    if value is None:
        return NOTHING
    return f"{value * (100 if metric.is_share else 1):{sign}.2f}"
