"""Write a model as a GGUF, a few rows at a time.

Some threads read and cast rows ahead while the calling one writes them in order, so that neither the model nor a tensor is
ever in memory as a whole. The header comes from gguf-py. Quantizing is llama.cpp's business, not done here.
"""

from __future__ import annotations

import io
import os
import shutil
import struct
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import gguf
import numpy as np
from gguf.gguf_writer import WriterState

from umi_convert.errors import ConvertError
from umi_convert.key_values import Value
from umi_convert.source import ModelSource
from umi_convert.tensors import Array, DType, Tensor, cast
from umi_local.engine.base import CancelToken
from umi_local.errors import StorageError
from umi_local.folders import replacing, storage_error

OnProgress = Callable[[int, int], None]
"""Gets the bytes that are written, and how many there will be."""

MAX_IN_FLIGHT_BYTES = 96 << 20
"""Of rows that are read ahead and not written yet."""

_FILE_TYPES = {
    DType.F32: gguf.LlamaFileType.ALL_F32,
    DType.F16: gguf.LlamaFileType.MOSTLY_F16,
    DType.BF16: gguf.LlamaFileType.MOSTLY_BF16,
}
_WEIGHTS = (".weight", ".lora_a", ".lora_b")


@dataclass(frozen=True, slots=True)
class _Piece:
    """Some rows of a tensor, and how they are written."""

    tensor: Tensor
    dtype: DType
    start: int
    stop: int

    @property
    def n_bytes(self) -> int:
        return (self.stop - self.start) * self.tensor.shape[-1] * self.dtype.numpy.itemsize

    @property
    def is_last(self) -> bool:
        return self.stop == self.tensor.n_rows

    def read(self) -> Array:
        rows = self.tensor.read(self.start, self.stop)
        return np.ascontiguousarray(cast(rows, self.tensor.dtype, self.dtype))


def stored_dtype(tensor: Tensor, dtype: DType) -> DType:
    """Return how a tensor is written in a file of a type: vectors and norms stay float32.

    Source:
        llama.cpp: conversion/base.py, `prepare_tensors`.
    """
    stays = len(tensor.shape) <= 1 or tensor.name.endswith("_norm.weight") or not tensor.name.endswith(_WEIGHTS)
    return DType.F32 if stays else dtype


def planned_size(source: ModelSource, dtype: DType, *, extra: Mapping[str, Value] | None = None) -> int:
    """Return how many bytes `write_gguf` will write.

    Raises:
        ConvertError: The metadata can't be stored.
    """
    return len(_header(source, dtype, extra or {})) + values_size(source, dtype)


def values_size(source: ModelSource, dtype: DType) -> int:
    """Return how many bytes of what `write_gguf` writes are values; the others, the header's, don't depend on the type."""
    return sum(_padded(n) for n in _sizes(source, dtype))


def write_outline(path: Path, source: ModelSource, dtype: DType) -> None:
    """Write a file of the right header and size that holds no values, for planning; where the disk can, it takes no room.

    Raises:
        StorageError: The folder can't be written.
    """
    header = _header(source, dtype, {})
    with _storing(path), path.open("xb") as file:
        file.write(header)
        file.truncate(len(header) + values_size(source, dtype))


def write_gguf(
    path: Path,
    source: ModelSource,
    dtype: DType,
    *,
    on_progress: OnProgress | None = None,
    cancel: CancelToken | None = None,
    n_threads: int | None = None,
    extra: Mapping[str, Value] | None = None,
    durable: bool = True,
) -> int:
    """Write a model under a name that holds nothing, or the old file, until it is complete and on the disk.

    Args:
        dtype: Of the weights; vectors and norms are always float32.
        n_threads: Threads that read and cast; None for as many as there are processors, at most 4.
        extra: Keys that are added, or replaced.
        durable: False for a file that is only needed on the way, or is flushed later.

    Returns:
        How many bytes were written.

    Raises:
        StorageError: The disk is full, or the folder can't be written.
        CheckpointError: The weights can't be read.
        CancelledError: `cancel` was set.
    """
    header = _header(source, dtype, extra or {})
    total = len(header) + values_size(source, dtype)
    with replacing(path, durable=durable) as temporary:
        _check_space(path, total)
        with _storing(path):
            file = temporary.open("xb", buffering=0)
        with file:
            done = _write(file, path, header)
            for piece, rows in _read_ahead(_pieces(source, dtype), n_threads):
                if cancel is not None:
                    cancel.check()
                done += _write(file, path, memoryview(rows.data).cast("B"))
                if piece.is_last:
                    done += _write(file, path, bytes(-done % gguf.GGUF_DEFAULT_ALIGNMENT))
                if on_progress is not None:
                    on_progress(done, total)
    return done


def _pieces(source: ModelSource, dtype: DType) -> Iterator[_Piece]:
    for tensor in source.tensors:
        for start, stop in tensor.chunks():
            yield _Piece(tensor, stored_dtype(tensor, dtype), start, stop)


def _read_ahead(pieces: Iterator[_Piece], n_threads: int | None) -> Iterator[tuple[_Piece, Array]]:
    """Yield the pieces in order with their rows, while the next ones are being read."""
    n_threads = n_threads or min(4, os.cpu_count() or 1)
    waiting: deque[tuple[_Piece, Future[Array]]] = deque()
    in_flight = 0
    with ThreadPoolExecutor(n_threads, thread_name_prefix="umi-convert") as pool:
        try:
            for piece in pieces:
                waiting.append((piece, pool.submit(piece.read)))
                in_flight += piece.n_bytes
                while in_flight > MAX_IN_FLIGHT_BYTES or len(waiting) > 4 * n_threads:
                    in_flight -= waiting[0][0].n_bytes
                    yield _taken(*waiting.popleft())
            while waiting:
                yield _taken(*waiting.popleft())
        finally:
            pool.shutdown(wait=True, cancel_futures=True)


def _taken(piece: _Piece, reading: Future[Array]) -> tuple[_Piece, Array]:
    rows = reading.result()
    if rows.nbytes != piece.n_bytes:
        raise ConvertError(f"{piece.tensor.name} gave {rows.nbytes:,} bytes where {piece.n_bytes:,} were expected")
    return piece, rows


def _sizes(source: ModelSource, dtype: DType) -> Iterator[int]:
    for tensor in source.tensors:
        yield tensor.n_values * stored_dtype(tensor, dtype).numpy.itemsize


def _header(source: ModelSource, dtype: DType, extra: Mapping[str, Value]) -> bytes:
    """Return everything before the first tensor's values."""
    writer = gguf.GGUFWriter(path=None, arch=source.arch)
    metadata = source.metadata.copy()
    for key, value in extra.items():
        metadata.set(key, value)
    if not _is_adapter(source):
        metadata.uint32(gguf.Keys.General.FILE_TYPE, _FILE_TYPES[dtype])
    for key, value in metadata:
        if key != gguf.Keys.General.ARCHITECTURE:
            writer.add_key_value(key, value.value, value.type, value.element_type)
    for tensor, n_bytes in zip(source.tensors, _sizes(source, dtype), strict=True):
        qtype = gguf.GGMLQuantizationType[stored_dtype(tensor, dtype).value]
        writer.add_tensor_info(tensor.name, tensor.shape, np.dtype(np.float32), n_bytes, raw_dtype=qtype)
    buffer = io.BytesIO()
    writer.fout = [buffer]  # type: ignore[list-item]  # all that it needs is write and flush
    writer.state = WriterState.EMPTY
    try:
        writer.write_header_to_file()
        writer.write_kv_data_to_file()
        writer.write_ti_data_to_file()
    except (ValueError, TypeError, struct.error) as error:
        raise ConvertError(f"the metadata holds a value that a GGUF can't: {error}") from error
    return buffer.getvalue() + bytes(-buffer.tell() % gguf.GGUF_DEFAULT_ALIGNMENT)


def _is_adapter(source: ModelSource) -> bool:
    kind = source.metadata.get(gguf.Keys.General.TYPE)
    return kind is not None and kind.value == gguf.GGUFType.ADAPTER


def _padded(n_bytes: int) -> int:
    return n_bytes + -n_bytes % gguf.GGUF_DEFAULT_ALIGNMENT


def _check_space(path: Path, total: int) -> None:
    with _storing(path):
        free = shutil.disk_usage(path.parent).free
    if free < total:
        reason = f"it needs {total / 1e9:.2f} GB, and {free / 1e9:.2f} GB are free on that disk"
        raise StorageError(path, reason, hint="Free some disk space, or write to another disk.")


def _write(file: io.FileIO, path: Path, content: bytes | memoryview) -> int:
    """Write all of it, however little the system takes at once."""
    rest = memoryview(content)
    with _storing(path):
        while rest:
            rest = rest[file.write(rest) :]
    return len(content)


@contextmanager
def _storing(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise storage_error(path, error) from error
