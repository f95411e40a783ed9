"""Keys and values of long prefixes on disk, so that a second process doesn't read the same tools again.

A file holds the state of a trunk's first blocks. Its name is the hash of everything that shapes it: the identity of model
and adapter, the library's version, the context's parameters, and the tokens in their chunks. Its first bytes are a checksum of
the rest: a damaged file is removed and missed. Least recently used files go when the folder outgrows its cap. The cache may
fail in any way (no space, no permission): then it is not there, a warning says so once, and the run goes on.
"""

from __future__ import annotations

import contextlib
import ctypes
import hashlib
import json
import logging
import os
import threading
from collections.abc import Sequence
from pathlib import Path

from umi_local.engine.kv import Chunk, Trunk
from umi_local.errors import StorageError
from umi_local.folders import atomic_write

logger = logging.getLogger(__name__)

MIN_TOKENS = 128
"""Shorter prefixes are evaluated faster than they are read."""

_DIGEST_BYTES = 32


class PrefixCache:
    """A folder of saved prefixes.

    Args:
        identity: What shapes the keys and values besides the tokens; goes into every key.
        cap_bytes: What the folder may hold.
    """

    def __init__(self, folder: Path, identity: Sequence[str], *, cap_bytes: int) -> None:
        self._folder, self._identity, self._cap = folder, list(identity), cap_bytes
        self._writer: threading.Thread | None = None
        self._warned = False

    def load(self, trunk: Trunk, chunks: Sequence[Chunk]) -> bool:
        """Put a saved prefix into an empty trunk; False where there is none that fits."""
        if sum(map(len, chunks)) < MIN_TOKENS:
            return False
        path = self._path(chunks)
        try:
            data = path.read_bytes()
        except OSError:
            return False
        state = memoryview(data)[_DIGEST_BYTES:]
        if hashlib.blake2b(state, digest_size=_DIGEST_BYTES).digest() != data[:_DIGEST_BYTES]:
            try:
                path.unlink(missing_ok=True)
            except OSError as error:
                self._warn(error)
            return False
        buffer = (ctypes.c_uint8 * len(state)).from_buffer_copy(state)
        if not trunk.restore(buffer, chunks):
            return False
        try:
            os.utime(path)  # recently used
        except OSError as error:
            self._warn(error)
        return True

    def store(self, trunk: Trunk, chunks: Sequence[Chunk]) -> None:
        """Save a trunk that holds exactly these chunks; writing happens in the background."""
        path = self._path(chunks)
        if sum(map(len, chunks)) < MIN_TOKENS or os.path.exists(path):  # Path.exists raises for some folders
            return
        self.wait()
        self._writer = threading.Thread(target=self._write, args=(path, trunk.save()), daemon=True)
        self._writer.start()

    def wait(self) -> None:
        """Wait until what is being written is on disk."""
        if self._writer is not None:
            self._writer.join()
            self._writer = None

    def _path(self, chunks: Sequence[Chunk]) -> Path:
        key = json.dumps([self._identity, [list(chunk) for chunk in chunks]])
        return self._folder / f"{hashlib.sha256(key.encode()).hexdigest()[:40]}.kv"

    def _write(self, path: Path, state: bytes) -> None:
        try:
            if len(state) > self._cap:
                return
            self._folder.mkdir(parents=True, exist_ok=True)
            digest = hashlib.blake2b(state, digest_size=_DIGEST_BYTES).digest()
            atomic_write(path, digest + state)
            self._evict(keep=path)
        except (OSError, StorageError) as error:
            self._warn(error)

    def _evict(self, keep: Path) -> None:
        files = []
        for path in self._folder.glob("*.kv"):
            with contextlib.suppress(FileNotFoundError):  # another process evicts, too
                facts = path.stat()
                files.append((facts.st_mtime, facts.st_size, path))
        total = 0
        for _, size, path in sorted(files, reverse=True):
            total += size
            if total > self._cap and path != keep:
                path.unlink(missing_ok=True)

    def _warn(self, error: Exception) -> None:
        if not self._warned:
            self._warned = True
            logger.warning(
                "the prefix cache in %s can't be used: %s (set UMI_CACHE_DIR to another folder, or --no-prefix-cache)",
                self._folder,
                error,
            )
