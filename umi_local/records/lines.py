"""The lines of a text file, gzipped or not, one at a time: numbers, a limit on a line's length, and progress.

Whether a file is gzipped is read off its first bytes, not off its name. Memory is bounded by the longest line allowed.
"""

from __future__ import annotations

import gzip
import io
import os
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, TypeAlias

from umi_local.errors import RecordFileError

MAX_LINE_BYTES = 16 << 20

OnBytes: TypeAlias = Callable[[int, int], None]
"""Gets the bytes of the file that were read so far, and the file's size."""

_GZIP = b"\x1f\x8b"
_BUFFER_BYTES = 1 << 17
_FETCH = "The file was cut off or damaged: copy or write it again."
GZIP_ERRORS = (gzip.BadGzipFile, EOFError, zlib.error)


@dataclass(frozen=True, slots=True)
class Line:
    """A line without its end; `data` is None where the line is longer than allowed."""

    number: int
    data: bytes | None


def read_lines(path: Path, *, max_line_bytes: int = MAX_LINE_BYTES, on_bytes: OnBytes | None = None) -> Iterator[Line]:
    """Yield the lines that aren't blank, numbered from 1.

    Raises:
        RecordFileError: The file can't be read, or its gzip data is broken; then the line at which it breaks is named.
    """
    number = 0
    try:
        with opened(path, on_bytes) as file:
            while piece := file.readline(max_line_bytes + 1):
                number += 1
                if len(piece) > max_line_bytes and not piece.endswith(b"\n"):  # the line end itself isn't counted
                    _skip_line(file)
                    yield Line(number, None)
                elif data := piece.strip(b"\r\n\t "):
                    yield Line(number, data)
    except GZIP_ERRORS as error:
        raise RecordFileError(path, f"the gzip data is broken: {error}", line=number + 1, hint=_FETCH) from error
    except OSError as error:
        raise unreadable(path, error) from error


def unreadable(path: Path, error: OSError) -> RecordFileError:
    """Return our error for a file that the system won't let us read."""
    return RecordFileError(
        path, f"can't be read: {error.strerror or error}", hint="Check the name and the permissions."
    )


@contextmanager
def opened(path: Path, on_bytes: OnBytes | None = None) -> Iterator[BinaryIO]:
    """Open a file for reading, unpacked where it is gzipped; reading it reports progress.

    Raises:
        OSError: It can't be opened.
    """
    with io.BufferedReader(_Watched(path, on_bytes), _BUFFER_BYTES) as raw:
        if raw.peek(2)[:2] != _GZIP:
            yield raw
            return
        with gzip.GzipFile(fileobj=raw) as unpacked:  # its own buffer gives what is sound before it raises
            yield unpacked  # type: ignore[misc]  # it has all of a binary file


class _Watched(io.FileIO):
    """A file that says how far it has been read."""

    def __init__(self, path: Path, on_bytes: OnBytes | None) -> None:
        super().__init__(path, "rb")
        self._on_bytes, self._done, self._size = on_bytes, 0, os.fstat(self.fileno()).st_size

    def readinto(self, buffer: Any, /) -> int | None:
        n_bytes = super().readinto(buffer)
        self._done += n_bytes or 0
        if self._on_bytes is not None:
            self._on_bytes(self._done, max(self._size, self._done))
        return n_bytes


def _skip_line(file: BinaryIO) -> None:
    while piece := file.readline(_BUFFER_BYTES):
        if piece.endswith(b"\n"):
            return
