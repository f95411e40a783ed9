"""A process that trains and is killed (SIGKILL) again and again, for the test of resuming.

Usage: killed_child.py CONFIG POINT...

Each point is the number of a step after which, or `save:N` for the N-th checkpoint in whose middle, a forked run is killed;
then the next one goes on. At the end one runs through. Prints how often a run was killed.
"""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path
from typing import Any

import torch

from umi_train.config import load_config
from umi_train.stages import Watch, train_all

torch.set_num_threads(1)


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def run(config: Path, point: str) -> None:
    """Train until a point."""
    kind, _, number = point.rpartition(":")
    if kind == "save":
        real, n_saved = torch.save, 0

        def half(content: Any, path: Path) -> None:
            nonlocal n_saved
            n_saved += 1
            real(content, path)
            if n_saved == int(number):
                path.write_bytes(path.read_bytes()[:5000])
                die()

        torch.save = half  # type: ignore[assignment]  # as it is called here
    n_steps = 0

    def count(stage: str, progress: object) -> None:
        nonlocal n_steps
        n_steps += 1
        if not kind and n_steps == int(number):
            die()

    train_all(load_config(config), watch=Watch(on_progress=count))


def main() -> None:
    """Fork a run for each point, then one that ends by itself."""
    config, *points = sys.argv[1:]
    n_killed = 0
    for point in [*points, "never"]:
        child = os.fork()
        if child == 0:
            if point == "never":
                train_all(load_config(Path(config)))
            else:
                run(Path(config), point)
            os._exit(0)
        _, status = os.waitpid(child, 0)
        n_killed += os.WIFSIGNALED(status)
        if not os.WIFSIGNALED(status) and os.WEXITSTATUS(status):
            sys.exit(1)
    sys.stdout.write(f"{n_killed}\n")


if __name__ == "__main__":
    main()
