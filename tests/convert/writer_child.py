"""Convert a checkpoint in a process of its own, to be killed or limited: `writer_child.py FOLDER OUT DTYPE [MODE [NUMBER]]`.

Modes: `stop-at` kills the process with SIGKILL once that many bytes are written; `file-limit` sets the biggest file allowed;
`peak` prints the peak of resident memory, in bytes.
"""

from __future__ import annotations

import os
import resource
import signal
import sys
from pathlib import Path

from umi_convert.model import convert_model
from umi_convert.tensors import DType
from umi_local.errors import UmiError


def main(folder: str, out: str, dtype: str, mode: str = "", number: str = "0") -> None:
    limit = int(number)

    def on_progress(done: int, total: int) -> None:
        if mode == "stop-at" and done >= limit:
            os.kill(os.getpid(), signal.SIGKILL)

    if mode == "file-limit":
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    try:
        convert_model(Path(folder), Path(out), DType(dtype), on_progress)
    except UmiError as error:
        print(f"{type(error).__name__}: {error}")  # noqa: T201
        sys.exit(3)
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    if mode == "peak":
        print(before * 1024, after * 1024)  # noqa: T201


if __name__ == "__main__":
    main(*sys.argv[1:])
