"""Write records as JSONL: in one go, gzipped where the name says so, and the same bytes for the same records."""

from __future__ import annotations

import gzip
from collections.abc import Iterable
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import BinaryIO

from umi_local.errors import RecordFileError
from umi_local.folders import replacing, storage_error
from umi_local.records.record import Record, render_record

COMPRESSION = 6


def write_records(path: Path, records: Iterable[Record]) -> int:
    """Write records to a file and return how many there were.

    The file appears complete or not at all: where the records' iterator raises, what was at `path` before stays. A name that
    ends in `.gz` is gzipped, without time or name in the header.

    Raises:
        StorageError: The disk is full, or the folder can't be written.
        RecordFileError: A record can't be written as JSON.
    """
    n_records = 0
    with replacing(path) as temporary, LineWriter(temporary, is_gzip=path.suffix == ".gz", shown_as=path) as lines:
        for record in records:
            try:
                line = render_record(record)
            except ValueError as error:
                raise RecordFileError(path, f"record {record.id!r} can't be written: {error}") from error
            lines.write(line)
            n_records += 1
    return n_records


class LineWriter:
    """Writes bytes to a file, gzipped or not; what goes wrong is a StorageError that names `shown_as`."""

    def __init__(self, path: Path, *, is_gzip: bool, shown_as: Path) -> None:
        self._path, self._is_gzip, self._shown_as = path, is_gzip, shown_as
        self._stack = ExitStack()
        self._file: BinaryIO

    def write(self, data: bytes) -> None:
        """Write some bytes.

        Raises:
            StorageError: They can't be written.
        """
        try:
            self._file.write(data)
        except OSError as error:
            raise storage_error(self._shown_as, error) from error

    def __enter__(self) -> LineWriter:
        try:
            raw = self._stack.enter_context(self._path.open("wb"))
        except OSError as error:
            raise storage_error(self._shown_as, error) from error
        self._file = raw
        if self._is_gzip:
            packed = gzip.GzipFile(filename="", mode="wb", compresslevel=COMPRESSION, fileobj=raw, mtime=0)
            self._file = self._stack.enter_context(packed)  # type: ignore[assignment]  # it has all of a binary file
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        try:
            self._stack.close()
        except OSError as failure:
            if error is None:  # else the first error is the one to tell
                raise storage_error(self._shown_as, failure) from failure
