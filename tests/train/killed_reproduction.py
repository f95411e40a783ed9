"""A reproduction that is killed (SIGKILL) again and again, for the test of resuming.

Usage: killed_reproduction.py CONFIG POINT...

A point is `train:N` (after N steps of training), `ask:N` (after the model was asked N times) or `done:N` (right after the N-th
training has been written, before it is noted as done); a forked run is killed there, and the next one goes on. At the end one
runs through. Prints how often a run was killed, and how often the model was asked in all.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import torch

from tests.train.tiny_reproductions import Opened, Sayings
from umi_local.engine.base import CancelToken
from umi_train.reproduce import training
from umi_train.reproduce.config import load_reproduction
from umi_train.reproduce.running import Reproducing, Shown, jobs_of
from umi_train.setting import Watch

torch.set_num_threads(1)


class Until:
    """Counts something and dies at a point."""

    def __init__(self, limit: int | None) -> None:
        self._left = limit

    def count(self) -> None:
        if self._left is not None:
            self._left -= 1
            if self._left == 0:
                os.kill(os.getpid(), signal.SIGKILL)


def run(config: Path, point: str) -> None:
    """Reproduce until a point."""
    kind, _, number = point.partition(":")
    limits = {name: Until(int(number) if name == kind else None) for name in ("train", "ask", "done")}
    given = load_reproduction(config)
    real = vars(training)["atomic_write"]

    def noted(path: Path, content: bytes) -> None:
        limits["done"].count()
        real(path, content)

    vars(training)["atomic_write"] = noted

    @contextmanager
    def watching() -> Iterator[Watch]:
        yield Watch(on_progress=lambda stage, progress: limits["train"].count())

    def spoken() -> None:
        with config.with_name("asked.log").open("a") as file:
            file.write("asked\n")
        limits["ask"].count()

    running = Reproducing(given, opener=Opened(spoken))
    shown = Shown(say=lambda text: None, training=watching, evaluating=Sayings().shown.evaluating)
    for system, seed in jobs_of(given, (), (1,)):
        running.run(system, seed, shown, CancelToken())


def main() -> None:
    """Fork a run for each point, then one that ends by itself."""
    config, *points = sys.argv[1:]
    n_killed = 0
    for point in [*points, "never:0"]:
        child = os.fork()
        if child == 0:
            run(Path(config), point)
            os._exit(0)
        _, status = os.waitpid(child, 0)
        n_killed += os.WIFSIGNALED(status)
        if not os.WIFSIGNALED(status) and os.WEXITSTATUS(status):
            sys.exit(1)
    sys.stdout.write(f"{n_killed} {len(Path(config).with_name('asked.log').read_text().splitlines())}\n")


if __name__ == "__main__":
    main()
