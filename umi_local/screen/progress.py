"""A progress bar for reading bytes: with rate and end on a terminal, silent in a pipe."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from umi_local.screen.terminal import allows_style, console_for


@contextmanager
def bytes_bar() -> Iterator[Callable[[str, int, int], None]]:
    """Give a function that takes a name, the bytes done and the bytes there are; each name has a bar of its own."""
    if not allows_style(sys.stderr):
        yield lambda name, done, total: None
        return
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn, TransferSpeedColumn

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        DownloadColumn(),
        TransferSpeedColumn(),
        TimeRemainingColumn(),
    )
    tasks = {}
    with Progress(*columns, console=console_for(sys.stderr), transient=True) as progress:

        def show(name: str, done: int, total: int) -> None:
            if name not in tasks:
                tasks[name] = progress.add_task(name, total=total)
            progress.update(tasks[name], completed=done)

        yield show
