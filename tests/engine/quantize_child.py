"""Quantizes in a process of its own, which is then interrupted, killed, or runs out of disk space.

Arguments: source, target, and what happens at the third tensor: `interrupt`, `kill`, or a limit for the size of files.
"""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

from umi_local.engine.quantizer import quantize_file
from umi_local.errors import StorageError


def main(source: str, target: str, fate: str) -> int:
    if fate.isdecimal():
        import resource

        resource.setrlimit(resource.RLIMIT_FSIZE, (int(fate), int(fate)))

    def on_tensor(index: int, _total: int, _name: str) -> None:
        if index == 3 and fate in ("interrupt", "kill"):
            os.kill(os.getpid(), signal.SIGINT if fate == "interrupt" else signal.SIGKILL)

    try:
        quantize_file(Path(source), Path(target), "Q8_0", n_threads=1, on_tensor=on_tensor)
    except StorageError as error:
        sys.stdout.write(f"{error}\n{error.hint}\n")
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
