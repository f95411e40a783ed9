"""Evaluations as tables for people and as one JSON object for programs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import click

from umi_local.evaluate.comparing import Comparison
from umi_local.evaluate.live_values import LIVE
from umi_local.evaluate.metrics.intervals import Difference, Estimate
from umi_local.evaluate.metrics.points import Metric
from umi_local.evaluate.report import METRICS, LiveReport, StaticReport
from umi_local.evaluate.slices import Slice
from umi_local.jsonable import to_jsonable
from umi_local.messages import JsonValue
from umi_local.screen.displays import write_json
from umi_local.screen.tables import show_rows

NOTHING = "-"
_MAX_REASONS = 8


def show_static(
    facts: Mapping[str, JsonValue], left_out: Mapping[str, int], reports: Sequence[StaticReport], *, output: str
) -> None:
    """Write what a static evaluation found.

    Args:
        left_out: What was not asked, by reason.
    """
    if output == "json":
        found = {report.decoding: to_jsonable(report) for report in reports}
        write_json({**facts, "left_out": dict(left_out), "decodings": found})
        return
    metrics = METRICS[reports[0].mode]
    _show_metrics(metrics, {report.decoding: report.slices[0].metrics for report in reports})
    for report in reports:
        title(f"{report.decoding}: parts, as means of their steps")
        _show_parts(metrics, report.slices, "STEPS")
        title(f"{report.decoding}: decisions wanted (rows) and made (columns)")
        _show_confusion(report.confusion)
        _show_counts(f"{report.decoding}: left out of a metric", report.skips)
        _show_counts(f"{report.decoding}: turns that could not be read", report.unread)
    _show_counts("not asked", left_out)


def show_live(facts: Mapping[str, JsonValue], report: LiveReport, *, output: str) -> None:
    """Write what a live evaluation found."""
    if output == "json":
        write_json({**facts, "report": to_jsonable(report)})
        return
    _show_metrics(LIVE, {"tasks": report.slices[0].metrics})
    title("parts, as means of their tasks")
    _show_parts(LIVE, report.slices, "TASKS")
    _show_counts("how runs ended", report.outcomes)
    _show_counts("why tasks did not pass", report.reasons)


def show_comparison(kind: str, found: Comparison, metrics: Mapping[str, Metric], *, output: str) -> None:
    """Write how systems compare."""
    if output == "json":
        write_json({"kind": kind, **to_jsonable(found)})
        return
    _show_metrics(metrics, {system.name: system.metrics for system in found.systems})
    first, *others = found.systems
    title(f"more than {first.name} (paired; * where the interval leaves out 0)")
    rows = [
        (_titled(metric), *(_difference(system.differences[key], metric) for system in others))
        for key, metric in metrics.items()
    ]
    show_rows(("METRIC", *(system.name.upper() for system in others)), rows, is_list=False)
    what = "tasks" if kind == "live" else "steps"
    title(f"on the {found.n_items:,} {what} that all have results for, resampled by {found.n_groups:,} groups")
    _show_counts(f"{what} that others lack", {s.name: s.n_left_out for s in found.systems if s.n_left_out})


def title(text: str) -> None:
    """Write a heading with an empty line before it."""
    click.echo(f"\n{text}")


def shown(estimate: Estimate, metric: Metric) -> str:
    """Return a mean with its interval."""
    if estimate.value is None or estimate.low is None or estimate.high is None:
        return NOTHING
    low, high = (number(value, metric) for value in (estimate.low, estimate.high))
    return f"{number(estimate.value, metric)} [{low}, {high}]"


def number(value: float | None, metric: Metric, *, sign: bool = False) -> str:
    """Return a share as percents, anything else as it is."""
    if value is None:
        return NOTHING
    return f"{value * (100 if metric.is_share else 1):{'+' if sign else ''}.{1 if metric.is_share else 2}f}"


def _show_metrics(metrics: Mapping[str, Metric], columns: Mapping[str, Mapping[str, Estimate]]) -> None:
    rows = [
        (
            _titled(metric),
            *(shown(found[key], metric) for found in columns.values()),
            str(max(found[key].n for found in columns.values())),
            metric.meaning,
        )
        for key, metric in metrics.items()
    ]
    show_rows(("METRIC", *(f"{name.upper()} [95%]" for name in columns), "N", "MEANING"), rows, is_list=False)


def _titled(metric: Metric) -> str:
    return f"{metric.title} (less is better)" if metric.lower_is_better else metric.title


def _difference(difference: Difference | None, metric: Metric) -> str:
    if difference is None:
        return NOTHING
    value, low, high = (number(part, metric, sign=True) for part in (difference.value, difference.low, difference.high))
    return f"{value} [{low}, {high}]{' *' if difference.is_clear else ''}"


def _show_parts(metrics: Mapping[str, Metric], slices: Sequence[Slice], items: str) -> None:
    headers = ("PART", items, *(metric.title.upper() for metric in metrics.values()))
    rows = [
        (
            f"{part.kind} {part.name}".strip(),
            str(part.n_items),
            *(number(part.metrics[key].value, metric) for key, metric in metrics.items()),
        )
        for part in slices
    ]
    show_rows(headers, rows, is_list=False)


def _show_confusion(confusion: Mapping[str, Mapping[str, int]]) -> None:
    made = sorted({name for row in confusion.values() for name in row})
    rows = [(wanted, *(str(row.get(name, 0)) for name in made)) for wanted, row in confusion.items()]
    show_rows(("WANTED", *(name.upper() for name in made)), rows, is_list=False)


def _show_counts(heading: str, counts: Mapping[str, int]) -> None:
    if not counts:
        return
    title(heading)
    listed = list(counts.items())
    rows = [(str(count), reason) for reason, count in listed[:_MAX_REASONS]]
    if len(listed) > _MAX_REASONS:
        rows.append((str(sum(count for _, count in listed[_MAX_REASONS:])), "for other reasons; --output json has all"))
    show_rows(("COUNT", "REASON"), rows, is_list=False)
