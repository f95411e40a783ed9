"""The reference's logits on disk: exact float32 rows, one after the other, in a file that has no name.

A row of a vocabulary of 150,000 takes 600 KB, so thousands of them don't belong into memory, and cutting them to the likeliest
tokens would make the divergence a guess. The file vanishes when it is closed, also when the process is killed.

Shapes: a row is (V,), V the vocabulary's size.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO, cast

import numpy as np

from umi_convert.verify.turns import Place
from umi_local.engine.llama_c import Logits
from umi_local.errors import StorageError
from umi_local.folders import storage_error

_ITEM_BYTES = 4


class LogitRows:
    """Rows of logits by turn; written once, read as often as needed.

    Args:
        folder: Where the file is; None for the system's folder of temporary files.

    Raises:
        StorageError: There is no room for `n_bytes`, or the folder can't be written.
    """

    def __init__(self, folder: Path | None, n_bytes: int) -> None:
        self._folder = Path(folder or tempfile.gettempdir())
        self._where: dict[Place, tuple[int, int, int]] = {}  # offset in bytes, rows, V
        try:
            free = shutil.disk_usage(self._folder).free
            if free < n_bytes:
                raise StorageError(
                    self._folder,
                    f"the reference's logits take {n_bytes:,} bytes and {free:,} are free",
                    hint="Free some disk space, point TMPDIR at a folder that has it, or judge fewer positions.",
                )
            self._file = cast(BinaryIO, tempfile.TemporaryFile(dir=self._folder))  # noqa: SIM115  # lives as long as this
        except OSError as error:
            raise storage_error(self._folder, error) from error

    def __contains__(self, place: Place) -> bool:
        return place in self._where

    def add(self, place: Place, rows: Iterable[Logits]) -> None:
        """Append a turn's rows.

        Raises:
            StorageError: The disk is full.
        """
        try:
            start, n_rows, n_vocab = self._file.seek(0, 2), 0, 0
            for row in rows:
                self._file.write(np.ascontiguousarray(row, np.float32).data)
                n_rows, n_vocab = n_rows + 1, len(row)
        except OSError as error:
            raise storage_error(self._folder, error) from error
        self._where[place] = (start, n_rows, n_vocab)

    def read(self, place: Place) -> Iterator[Logits]:
        """Yield a turn's rows, each in memory of its own."""
        start, n_rows, n_vocab = self._where[place]
        self._file.seek(start)
        for _ in range(n_rows):
            yield np.frombuffer(self._file.read(n_vocab * _ITEM_BYTES), np.float32)

    def n_vocab(self, place: Place) -> int:
        """Return V of a turn's rows."""
        return self._where[place][2]

    def close(self) -> None:
        """Remove the file. Safe to call twice."""
        self._file.close()
