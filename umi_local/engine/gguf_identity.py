"""Who is this file? A cheap identity for cache keys, and a full hash for integrity."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

from umi_local.engine.gguf_reader import GGUFHeader, read_header
from umi_local.engine.gguf_splits import part_paths
from umi_local.errors import ModelFileError

SAMPLE_BYTES = 64 << 10
N_SAMPLES = 32
CHUNK_BYTES = 1 << 20


def fingerprint(path: Path | str) -> str:
    """Return a cheap identity of a GGUF, for cache keys: SHA-256 over its header, its size and samples of its data.

    The samples are 32 pieces of 64 KiB, evenly spaced, the first and the last included; of a split model, those of every
    part. Files that differ only between the samples share a fingerprint, so this says which file it is, not whether it
    is undamaged; that is what `sha256_file` is for.

    Returns:
        64 hexadecimal digits.

    Raises:
        ModelFileError: The file can't be read as a GGUF.
    """
    header = read_header(path)
    digest = hashlib.sha256()
    for part in part_paths(header):
        part_header = header if part == header.path else read_header(part)
        _add_part(digest, part_header)
    return digest.hexdigest()


def _add_part(digest: Any, header: GGUFHeader) -> None:
    digest.update(header.file_size.to_bytes(8, "little"))
    last = max(header.data_offset, header.file_size - SAMPLE_BYTES)
    step = (last - header.data_offset) / (N_SAMPLES - 1)
    begins = sorted({header.data_offset + round(step * n) for n in range(N_SAMPLES)})
    try:
        with header.path.open("rb") as file:
            _add_range(digest, file, 0, header.data_offset)
            for begin in begins:
                _add_range(digest, file, begin, SAMPLE_BYTES)
    except OSError as error:
        raise ModelFileError(header.path, f"it can't be read: {error}") from error


def _add_range(digest: Any, file: Any, begin: int, n: int) -> None:
    file.seek(begin)
    while n > 0:
        chunk = file.read(min(n, CHUNK_BYTES))
        if not chunk:
            return
        digest.update(chunk)
        n -= len(chunk)


def sha256_file(path: Path | str, on_progress: Callable[[int, int], None] | None = None) -> str:
    """Return the SHA-256 of a whole file, in hexadecimal digits.

    Args:
        on_progress: Gets the bytes read so far and the file's size, after every 4 MiB or so and at the end.

    Raises:
        ModelFileError: The file can't be read.
    """
    path = Path(path)
    digest, done = hashlib.sha256(), 0
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            while chunk := file.read(4 * CHUNK_BYTES):
                digest.update(chunk)
                done += len(chunk)
                if on_progress is not None:
                    on_progress(done, size)
    except OSError as error:
        raise ModelFileError(path, f"it can't be read: {error}") from error
    return digest.hexdigest()
