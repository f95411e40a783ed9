"""`umi convert` in a process that sends itself a signal: `convert_child.py SIGNAL WHAT ARGUMENT...`.

The signal comes when progress on something whose name begins with WHAT is told for the first time; with an empty WHAT never.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from umi_local.cli import main
from umi_local.screen import progress


def interrupted_at(name: str, what: str) -> Any:
    """Return a progress bar that shows nothing and sends this process a signal."""
    sent: list[str] = []

    def show(stage: str, *_: object) -> None:
        if what and stage.startswith(what) and not sent:
            sent.append(stage)
            os.kill(os.getpid(), signal.Signals[name])

    @contextmanager
    def bar() -> Iterator[Any]:
        yield show

    return bar


if __name__ == "__main__":
    setattr(progress, "stage_bar", interrupted_at(sys.argv[1], sys.argv[2]))  # noqa: B010  # before anything imports it
    sys.exit(main(["convert", *sys.argv[3:]]))
