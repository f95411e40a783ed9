"""Progress bars: with rate and end on a terminal, silent in a pipe."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol

from umi_local.screen.terminal import allows_style, console_for

if TYPE_CHECKING:
    from rich.progress import Progress, ProgressColumn, TaskID


class ShowStage(Protocol):
    """Takes what is being done, how much of it is done, how much there is, and of what."""

    def __call__(self, what: str, done: int, total: int, unit: str = "bytes", /) -> None:
        """Show it."""


@contextmanager
def bytes_bar() -> Iterator[Callable[[str, int, int], None]]:
    """Give a function that takes a name, the bytes done and the bytes there are; each name has a bar of its own."""
    with _bars(keeps_finished=True) as show:
        yield show


@contextmanager
def stage_bar() -> Iterator[ShowStage]:
    """Give a function for work of many stages; a stage that is finished gives way to the next one."""
    with _bars(keeps_finished=False) as show:
        yield show


@contextmanager
def _bars(*, keeps_finished: bool) -> Iterator[ShowStage]:
    if not allows_style(sys.stderr):
        yield lambda what, done, total, unit="bytes", /: None
        return
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), *_amount_columns(), TimeRemainingColumn())
    tasks: dict[str, TaskID] = {}
    with Progress(*columns, console=console_for(sys.stderr), transient=True) as progress:

        def show(what: str, done: int, total: int, unit: str = "bytes", /) -> None:
            if what not in tasks:
                for name in [] if keeps_finished else _finished(progress, tasks):
                    progress.remove_task(tasks.pop(name))
                tasks[what] = progress.add_task(what, total=total, completed=done, unit=unit)
            progress.update(tasks[what], completed=done)

        yield show


def _finished(progress: Progress, tasks: dict[str, TaskID]) -> list[str]:
    return [task.description for task in progress.tasks if task.finished and task.description in tasks]


def _amount_columns() -> tuple[ProgressColumn, ProgressColumn]:
    """Return columns for how much is done and how fast, which know bytes from other things."""
    from rich.progress import DownloadColumn, ProgressColumn, Task, TransferSpeedColumn
    from rich.text import Text

    class Amount(ProgressColumn):
        def render(self, task: Task) -> Text:
            if task.fields["unit"] == "bytes":
                return DownloadColumn().render(task)
            return Text(f"{task.completed:,.0f}/{task.total or 0:,.0f} {task.fields['unit']}")

    class Rate(ProgressColumn):
        def render(self, task: Task) -> Text:
            if task.fields["unit"] == "bytes":
                return TransferSpeedColumn().render(task)
            speed = task.finished_speed or task.speed
            return Text(f"{speed:,.1f} {task.fields['unit']}/s" if speed else "")

    return Amount(), Rate()
