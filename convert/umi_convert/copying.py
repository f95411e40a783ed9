"""Copy a file bit for bit, flushed to the disk, and hash it on the way."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from pathlib import Path

from umi_local.folders import storage_error

_CHUNK_BYTES = 8 << 20


def copy_file(source: Path, target: Path, on_progress: Callable[[int, int], None]) -> str:
    """Copy a file to a name that holds nothing, and return its SHA-256 in hexadecimal digits.

    Args:
        on_progress: Gets the bytes that are written, and how many there will be.

    Raises:
        StorageError: It can't be read or written.
    """
    digest = hashlib.sha256()
    try:
        size = source.stat().st_size
        target.parent.mkdir(parents=True, exist_ok=True)
        with source.open("rb") as reader, target.open("xb") as writer:
            while chunk := reader.read(_CHUNK_BYTES):
                digest.update(chunk)
                writer.write(chunk)
                on_progress(writer.tell(), size)
            writer.flush()
            os.fsync(writer.fileno())
    except OSError as error:
        raise storage_error(target, error) from error
    return digest.hexdigest()
