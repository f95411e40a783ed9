"""What the readers of safetensors and PyTorch files share: from a stored tensor's description to rows that can be read.

Tensors of types that mean nothing without more knowledge (float8 weights without their scales, packed integers) are kept
apart with a reason. Whether one of them is needed, only the architecture knows: a table of integer positions that nobody
converts is no fault of a checkpoint.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from umi_convert.errors import CheckpointError
from umi_convert.file_rows import FileRows
from umi_convert.tensors import Array, DType, Tensor

READABLE = {"F64": DType.F32, "F32": DType.F32, "F16": DType.F16, "BF16": DType.BF16}
"""Stored types, by safetensors' names, and what their rows are read as; F64 is rounded, since GGUF models stop at F32."""

_BY_BITS = {
    128: ("C128",),
    64: ("F64", "I64", "U64", "C64"),
    32: ("F32", "I32", "U32"),
    16: ("F16", "BF16", "I16", "U16"),
    8: ("I8", "U8", "BOOL", "F8_E4M3", "F8_E5M2", "F8_E8M0", "F8_E4M3FNUZ", "F8_E5M2FNUZ"),
    6: ("F6_E2M3", "F6_E3M2"),
    4: ("F4",),
}
DTYPE_BITS = {dtype: bits for bits, dtypes in _BY_BITS.items() for dtype in dtypes}
"""Bits of a value, for every type that safetensors 0.8 or torch 2.13 writes, by safetensors' names."""

_STORED = {"F64": np.dtype(np.float64)}

_PACKED = "integers aren't weights, and packed ones mean nothing without their scales: use the unquantized model"
_FLOAT8 = "float8 weights need their scales, which only the software that made them knows: use the bf16 version"
_REASONS = (
    (("F8_", "F6_", "F4"), _FLOAT8),
    (("I", "U", "BOOL"), _PACKED),
    (("C",), "complex numbers can't be weights of a GGUF"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredTensor:
    """Where a tensor's values stand in a file, row after row.

    Attributes:
        shape: Row-major; a single number has no dimension.
        dtype: By safetensors' names.
        begin: Byte in the file.
    """

    name: str
    shape: tuple[int, ...]
    dtype: str
    begin: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TensorFile:
    """The tensors of one file.

    Attributes:
        tensors: Those whose rows can be read, in the order in which llama.cpp's converter sees them.
        unreadable: For each of the others, a text that begins with its type and says why.
    """

    path: Path
    tensors: Mapping[str, Tensor]
    unreadable: Mapping[str, str]

    def all_readable(self) -> dict[str, Tensor]:
        """Return the tensors of a file that needs all of them, such as an adapter.

        Raises:
            CheckpointError: Some can't be read; all are listed by type.
        """
        if self.unreadable:
            raise unreadable_error(self.path, self.unreadable)
        return dict(self.tensors)


def tensor_file(file: FileRows, stored: Iterable[StoredTensor], others: Mapping[str, str]) -> TensorFile:
    """Return a file's tensors, ready to be read.

    Args:
        others: Tensors that can't be read for a reason of their own.
    """
    tensors, unreadable = {}, dict(others)
    for entry in stored:
        if entry.dtype in READABLE:
            tensors[entry.name] = _tensor(file, entry)
        else:
            unreadable[entry.name] = f"{entry.dtype}: {_reason(entry.dtype)}"
    return TensorFile(path=file.path, tensors=tensors, unreadable=unreadable)


def unreadable_error(path: Path, unreadable: Mapping[str, str]) -> CheckpointError:
    """Return the error for tensors that are needed and can't be read, listed by type."""
    return CheckpointError(
        path,
        "it has weights that can't be read:" + "".join(f"\n  {line}" for line in unreadable_lines(unreadable)),
        hint="Convert the model in bfloat16, float16 or float32.",
    )


def unreadable_lines(unreadable: Mapping[str, str]) -> list[str]:
    """Return one line for each reason: how many tensors have it, and the first of them."""
    by_reason: dict[str, list[str]] = {}
    for name, reason in unreadable.items():
        by_reason.setdefault(reason, []).append(name)
    lines = []
    for reason, names in by_reason.items():
        more = f" and {len(names) - 1:,} more" if len(names) > 1 else ""
        lines.append(f"{names[0]!r}{more}: {reason}")
    return lines


def _tensor(file: FileRows, entry: StoredTensor) -> Tensor:
    dtype = READABLE[entry.dtype]
    stored = _STORED.get(entry.dtype, dtype.numpy)
    shape = entry.shape or (1,)
    width = shape[-1]
    what = f"tensor {entry.name!r}"

    def read(start: int, stop: int) -> Array:
        begin = entry.begin + start * width * stored.itemsize
        rows = file.rows(begin, (stop - start, width), stored, what)
        if stored is dtype.numpy:
            return rows
        with np.errstate(over="ignore"):  # too big for float32 becomes infinity, as everywhere
            return rows.astype(dtype.numpy)

    return Tensor(name=entry.name, shape=shape, dtype=dtype, read=read)


def _reason(dtype: str) -> str:
    return next((reason for begins, reason in _REASONS if dtype.startswith(begins)), "it is unknown here")


def n_bytes_of(shape: tuple[int, ...], dtype: str) -> int | None:
    """Return how many bytes the values take; None where they don't fill whole bytes."""
    n_bits = math.prod(shape) * DTYPE_BITS[dtype]
    return None if n_bits % 8 else n_bits // 8


def describe_foreign(head: bytes) -> tuple[str, str] | None:
    """Say what a file that isn't a weights file seems to be, from its first bytes, and what to do about it."""
    text = head.lstrip().lower()
    if not head:
        return "the file is empty", "Download it again."
    if text.startswith(b"version https://git-lfs"):
        return "this is a git-lfs pointer, not the weights that it points to", "Run `git lfs pull` in its folder."
    if text.startswith((b"<!doctype", b"<html", b"<?xml")):
        return "this is a web page (a failed download?), not weights", "Download it again."
    if head.startswith(b"GGUF"):
        return "this is a GGUF, which is converted already", "Give it as the base itself, with a name ending in .gguf."
    return None
