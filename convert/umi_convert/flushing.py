"""Flush files to the disk while other work goes on: a disk takes its time, and nothing needs its answer before the end."""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from types import TracebackType

from umi_local.folders import flush_file, storage_error


class Flusher:
    """Flushes files one after the other in a thread of its own, for as long as the block runs."""

    def __init__(self) -> None:
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="umi-flush")
        self._waiting: list[tuple[Path, Future[None]]] = []

    def __enter__(self) -> Flusher:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._pool.shutdown(wait=True, cancel_futures=True)

    def add(self, path: Path) -> None:
        """Begin to flush a file that is complete."""
        self._waiting.append((path, self._pool.submit(flush_file, path)))

    def wait(self) -> None:
        """Return when all files are on the disk.

        Raises:
            StorageError: One can't be written; the disk is full, or broken.
        """
        while self._waiting:
            path, flushed = self._waiting.pop(0)
            try:
                flushed.result()
            except OSError as error:
                raise storage_error(path, error) from error
