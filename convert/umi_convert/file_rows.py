"""Positioned reads from a file that must not change meanwhile.

Nothing is mapped: pages of a mapped file count as resident memory of the process that touches them, and memory is what a
conversion must not need. A read opens the file for itself, which costs some 20 µs and makes reads from several threads
independent of each other on every system.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import numpy as np

from umi_convert.errors import CheckpointError
from umi_convert.tensors import Array
from umi_local.errors import UmiError

MAX_READ_BYTES = 1 << 30
"""Bytes asked for at once; Linux returns at most 2 GiB from one read."""


@dataclass(frozen=True, slots=True)
class FileRows:
    """A file as it was when it was opened first.

    Attributes:
        size: Bytes.
        modified_ns: When it was changed last.
        error: What is raised with the path and a reason.
    """

    path: Path
    size: int
    modified_ns: int
    error: Callable[[Path, str], UmiError] = CheckpointError

    @classmethod
    def of(cls, path: Path, error: Callable[[Path, str], UmiError] = CheckpointError) -> FileRows:
        """Look at a file.

        Raises:
            UmiError: `error`, if it is missing, isn't a file, or can't be looked at.
        """
        try:
            status = path.stat()
        except FileNotFoundError:
            raise error(path, "there is no such file") from None
        except (OSError, ValueError) as reason:  # ValueError: a zero byte in the path
            raise error(path, f"it can't be read: {reason}") from reason
        if not stat.S_ISREG(status.st_mode):  # opening a pipe would wait forever
            raise error(path, "this is a folder, device or pipe, not a file")
        return cls(path, status.st_size, status.st_mtime_ns, error)

    def rows(self, begin: int, shape: tuple[int, int], dtype: np.dtype[np.generic], what: str) -> Array:
        """Return little-endian values that stand one after the other from byte `begin`, as a fresh array.

        Raises:
            UmiError: The file ends before, can't be read, or isn't the one that was looked at.
        """
        rows = np.empty(shape, dtype.newbyteorder("<"))
        if rows.size:
            self._read_into(begin, rows.reshape(-1).view(np.uint8).data, what)
        return rows.astype(dtype, copy=False)

    def _read_into(self, begin: int, buffer: memoryview, what: str) -> None:
        try:
            with self.path.open("rb", buffering=0) as file:
                self._check_same(file)
                file.seek(begin)
                done = 0
                while done < len(buffer):
                    n = file.readinto(buffer[done : done + MAX_READ_BYTES])
                    if not n:
                        raise self.error(self.path, f"it ended at byte {begin + done:,} while {what} was read")
                    done += n
        except OSError as reason:
            raise self.error(self.path, f"{what} can't be read: {reason}") from reason

    def _check_same(self, file: BinaryIO) -> None:
        status = os.fstat(file.fileno())
        if (status.st_size, status.st_mtime_ns) != (self.size, self.modified_ns):
            raise self.error(self.path, "it was changed while it was being converted")
