"""The table as a picture: a panel for each metric, a row for each system, its mean with interval by decoding.

Needs matplotlib, which the extra `train` brings.
"""

from __future__ import annotations

import importlib.util
from pathlib import Path

from umi_local.evaluate.metrics.points import Metric
from umi_local.folders import replacing
from umi_train.reproduce.markdown import columns_of, kinds_of
from umi_train.reproduce.table import LIVE_KEY, Report

OFFSET = 0.16
"""How far apart two decodings of one system are drawn, of a row."""


def draw_table(report: Report, path: Path) -> Path | None:
    """Draw the static part of a table; return the PNG, or None where matplotlib isn't installed or there is nothing to show.

    Raises:
        StorageError: The picture can't be written.
    """
    kinds = [kind for kind in kinds_of(report) if kind != LIVE_KEY]
    if importlib.util.find_spec("matplotlib") is None or not kinds:
        return None
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    metrics = columns_of(report, kinds[0])
    rows = report.rows[::-1]  # the first one at the top
    figure = Figure(figsize=(2.9 * len(metrics), 1.9 + 0.55 * len(rows)), layout="constrained")
    FigureCanvasAgg(figure)
    panels = figure.subplots(1, len(metrics), sharey=True, squeeze=False)[0]
    for axes, (name, metric) in zip(panels, metrics.items(), strict=True):
        for number, kind in enumerate(kinds):
            points = _points(report, kind, name, metric)
            at = [y + (len(kinds) - 1 - 2 * number) * OFFSET / 2 for y, *_ in points]
            axes.errorbar(
                [value for _, value, _, _ in points],
                at,
                xerr=[[value - low for _, value, low, _ in points], [high - value for _, value, _, high in points]],
                fmt="o",
                markersize=4,
                capsize=2,
                color=f"C{number}",
                label=kind,
            )
        axes.set(title=metric.title, xlabel="%, less is better" if metric.lower_is_better else "%")
        axes.grid(alpha=0.3)
    panels[0].set_yticks(range(len(rows)), [row.system for row in rows])
    panels[0].set_ylim(-0.6, len(rows) - 0.4)
    drawn, names = panels[0].get_legend_handles_labels()
    figure.legend(drawn, names, title="decoding", loc="outside lower center", ncols=len(kinds), fontsize="small")
    figure.suptitle(f"{report.steps:,} steps, mode {report.mode}, means over seeds with 95% intervals")
    with replacing(path) as temporary:
        figure.savefig(temporary, format="png", dpi=120)
    return path


def _points(report: Report, kind: str, name: str, metric: Metric) -> list[tuple[int, float, float, float]]:
    """Return a system's row from below, its mean, and the ends of its interval, of those that have one."""
    scale = 100 if metric.is_share else 1
    points = []
    for y, row in enumerate(report.rows[::-1]):
        found = row.scores[kind].metrics[name] if kind in row.scores else None
        if found is not None and found.value is not None and found.low is not None and found.high is not None:
            low, high = (
                min(found.low, found.value),
                max(found.high, found.value),
            )  # a skewed bootstrap may leave the mean out
            points.append((y, found.value * scale, low * scale, high * scale))
    return points
