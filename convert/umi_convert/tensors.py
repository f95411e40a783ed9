"""A tensor that is read by rows, so that no model is ever in memory as a whole.

A `Tensor` is a name, a shape and a function that returns some of its rows; renaming, reordering rows, merging an adapter
and dequantizing are all made by wrapping that function. No file is opened here.

Shapes are row-major as in torch and numpy: `(out, in)`. GGUF lists them the other way round, which is the writer's
business. A vector is a matrix of one row.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from enum import Enum
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

Array: TypeAlias = NDArray[Any]
Float32: TypeAlias = NDArray[np.float32]

CHUNK_VALUES = 1 << 21
"""Values of a tensor that are in memory at once: 8 MiB as float32."""


class DType(str, Enum):
    """How values are stored, by safetensors' names. numpy has no bfloat16: its bits are kept as uint16."""

    F32 = "F32"
    F16 = "F16"
    BF16 = "BF16"

    @property
    def numpy(self) -> np.dtype[Any]:
        """The element type of the arrays that hold it."""
        return np.dtype({"F32": np.float32, "F16": np.float16, "BF16": np.uint16}[self.value])


@dataclass(frozen=True, slots=True, kw_only=True)
class Tensor:
    """A tensor whose rows are read when they are wanted.

    Attributes:
        name: In a checkpoint, Hugging Face's name; in what is written, GGUF's.
        shape: Row-major, one or more dimensions.
        dtype: Of the rows that `read` returns.
        read: Returns rows `start` to `stop` as an array of shape (stop - start, shape[-1]) and type `dtype.numpy`. May be
            called from several threads at once.
    """

    name: str
    shape: tuple[int, ...]
    dtype: DType
    read: Callable[[int, int], Array]

    @property
    def n_rows(self) -> int:
        """How many rows there are; one for a vector."""
        return math.prod(self.shape[:-1])

    @property
    def n_values(self) -> int:
        """How many values there are."""
        return math.prod(self.shape)

    def renamed(self, name: str) -> Tensor:
        """Return the same tensor under another name."""
        return replace(self, name=name)

    def chunks(self, n_values: int = CHUNK_VALUES) -> Iterator[tuple[int, int]]:
        """Yield the ranges of rows to read one after the other, each of at most `n_values` values or one row."""
        step = max(1, n_values // max(1, self.shape[-1]))
        for start in range(0, self.n_rows, step):
            yield start, min(start + step, self.n_rows)

    def whole(self) -> Array:
        """Return all of it in its own shape; for small tensors and tests."""
        return self.read(0, self.n_rows).reshape(self.shape)


def to_float32(rows: Array, dtype: DType) -> Float32:
    """Return stored values as float32, exactly."""
    if dtype is DType.BF16:
        return (rows.astype(np.uint32) << np.uint32(16)).view(np.float32)
    return rows.astype(np.float32, copy=False)


def from_float32(rows: Float32, dtype: DType) -> Array:
    """Return float32 values as stored ones, rounded to nearest, ties to even; NaN stays NaN.

    As in `gguf-py: quants.py` (BF16) and IEEE 754.
    """
    if dtype is DType.F32:
        return rows
    if dtype is DType.F16:
        with np.errstate(over="ignore"):  # too big for float16 becomes infinity, as everywhere
            return rows.astype(np.float16)
    bits = np.ascontiguousarray(rows).view(np.uint32)
    rounded = (bits + (np.uint32(0x7FFF) + ((bits >> np.uint32(16)) & np.uint32(1)))) >> np.uint32(16)
    nan = np.isnan(rows)
    if nan.any():
        rounded = np.where(nan, (bits >> np.uint32(16)) | np.uint32(64), rounded)
    return rounded.astype(np.uint16)


def cast(rows: Array, source: DType, target: DType) -> Array:
    """Return stored values in another way of storing them; the same array when nothing changes."""
    return rows if source is target else from_float32(to_float32(rows, source), target)
