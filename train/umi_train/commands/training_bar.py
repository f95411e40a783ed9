"""The live display of a training run on stderr: step, tokens per second, losses by role, time left. Quiet in a pipe."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from umi_local.screen.clean import clean_line
from umi_local.screen.terminal import allows_style, console_for

if TYPE_CHECKING:
    from rich.progress import TaskID

    from umi_train.stages import Watch


@contextmanager
def training_bar() -> Iterator[Watch]:
    """Give what a stage reports to; notices are written as lines of their own, also in a pipe."""
    from umi_train.loop import Progress
    from umi_train.stages import Watch

    def note(text: str) -> None:
        click.echo(clean_line(text), err=True)

    if not allows_style(sys.stderr):
        yield Watch(on_notice=note)
        return
    from rich.progress import BarColumn, TextColumn
    from rich.progress import Progress as Bars

    columns = (TextColumn("{task.description}"), BarColumn(bar_width=24), TextColumn("{task.fields[news]}"))
    with Bars(*columns, console=console_for(sys.stderr), transient=True) as bars:
        tasks: dict[str, TaskID] = {}

        def task(name: str, total: int | None) -> TaskID:
            if name not in tasks:
                for other in list(tasks):
                    bars.remove_task(tasks.pop(other))
                tasks[name] = bars.add_task(name, total=total, news="")
            return tasks[name]

        def show(stage: str, progress: Progress) -> None:
            bars.update(task(stage, progress.n_steps), completed=progress.step, news=news(progress))

        def read(name: str, done: int) -> None:
            bars.update(task(f"reading {name}", None), news=f"{done:,} records")

        yield Watch(on_records=read, on_progress=show, on_notice=lambda text: bars.console.print(clean_line(text)))


def news(progress: object) -> str:
    """Return what is said beside the bar: step, losses in nats a token by role, tokens per second, time left."""
    from umi_train.loop import Progress

    assert isinstance(progress, Progress)
    losses = " ".join(f"{role.value} {loss:.3f}" for role, loss in progress.losses.items())
    left = duration(progress.seconds_left)
    return f"{progress.step:,}/{progress.n_steps:,}  {losses}  {progress.tokens_per_s:,.0f} tokens/s  {left} left"


def duration(seconds: float) -> str:
    """Return a time as hours and minutes, or minutes and seconds."""
    whole = round(seconds)
    hours, minutes = divmod(whole // 60, 60)
    return f"{hours}:{minutes:02}:{whole % 60:02}" if hours else f"{minutes}:{whole % 60:02}"
