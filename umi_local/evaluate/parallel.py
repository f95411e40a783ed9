"""Jobs side by side: the first that fails, or a cancel, ends them all; what they had finished stays."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait

from umi_local.engine.base import CancelToken
from umi_local.errors import CancelledError

Job = Callable[[CancelToken], None]


def run_all(jobs: Iterable[Job], *, workers: int, cancel: CancelToken) -> None:
    """Run jobs in threads, begun in their order; with one worker in this thread.

    Args:
        workers: llama.cpp in this process serves one call after the other, so more than one only help with servers, with
            engines under transformers, and with tools that wait.

    Raises:
        CancelledError: `cancel` was set.
        Exception: What the first job that failed raised, after all others have ended.
    """
    if workers == 1:
        for job in jobs:
            cancel.check()
            job(cancel)
        return
    stop = cancel.child()
    with ThreadPoolExecutor(workers) as pool:
        futures = [pool.submit(_guarded, job, stop) for job in jobs]
        try:
            wait(futures, return_when=FIRST_EXCEPTION)
        finally:
            stop.cancel()  # nothing is left to do, or somebody failed, or Ctrl-C
    errors = [error for future in futures if (error := future.exception()) is not None]
    for error in sorted(errors, key=lambda e: isinstance(e, CancelledError)):  # the cause before its consequences
        raise error


def _guarded(job: Job, stop: CancelToken) -> None:
    stop.check()
    job(stop)
