"""A stage's losses as a picture, drawn from its log; needs matplotlib, which the extra `train` brings."""

from __future__ import annotations

import importlib.util
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

from umi_local.folders import replacing
from umi_train.run_log import read_log

SMOOTHING = 0.9
"""Share of the past in the thick line."""


def draw_curves(folder: Path, title: str) -> Path | None:
    """Draw a stage's curves into its folder; return the PNG, or None where matplotlib isn't installed or nothing was logged.

    Raises:
        StorageError: The picture can't be written.
    """
    lines = read_log(folder)
    if importlib.util.find_spec("matplotlib") is None or not lines:
        return None
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    trained, measured = series(lines, "losses"), series(lines, "dev")
    figure = Figure(figsize=(8, 4.5), layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.add_subplot()
    for number, name in enumerate(sorted({*trained, *measured})):
        color = f"C{number}"
        steps, losses = trained.get(name, ([], []))
        axes.plot(steps, losses, color=color, alpha=0.25, linewidth=0.8)
        axes.plot(steps, smoothed(losses), color=color, label=name)
        axes.plot(*measured.get(name, ([], [])), color=color, linestyle="--", marker="o", markersize=3)
    axes.set(title=title, xlabel="step", ylabel="loss, nats a token (dashed: dev)")
    axes.grid(alpha=0.3)
    axes.legend()
    path = folder / "curves.png"
    with replacing(path) as temporary:
        figure.savefig(temporary, format="png", dpi=120)
    return path


def series(lines: Sequence[dict[str, object]], key: str) -> dict[str, tuple[list[int], list[float]]]:
    """Return steps and values by role, of the log's lines that have a table of this name."""
    found: dict[str, tuple[list[int], list[float]]] = defaultdict(lambda: ([], []))
    for line in lines:
        table = line.get(key)
        for role, loss in table.items() if isinstance(table, dict) else ():
            steps, losses = found[role]
            steps.append(int(str(line["step"])))
            losses.append(float(loss))
    return dict(found)


def smoothed(values: Sequence[float]) -> list[float]:
    """Return an exponential moving average that begins at the first value."""
    result: list[float] = []
    for value in values:
        result.append(SMOOTHING * result[-1] + (1 - SMOOTHING) * value if result else value)
    return result
