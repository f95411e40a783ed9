"""Which weights are these? A cheap identity of a model's tensors, however they are stored.

A fingerprint is the SHA-256, in hexadecimal digits, of
- the line `umi fingerprint 1`,
- then for each tensor, in the order of the names' UTF-8 bytes: a line of JSON, `[name,[dimension,...]]`, and of its first,
  middle and last row the first, middle and last 64 values (of rows up to 192, all of them) as little-endian float32.

Values are compared, not bytes: float16, bfloat16 and float32 files of the same values share a fingerprint, and a shape or name
that differs never does. Weights that differ only between the samples do share it: it says which model this is (training
changes a weight everywhere), not whether the file is undamaged. Names are part of it, so a checkpoint's weights and those
of a GGUF made from it have different ones; what is converted carries the checkpoint's along (`umi.fingerprint`).

The trainer writes it into umi_role.json and the converter compares, perhaps on another machine: this is the one place that
computes it, and where an adapter is merged into a row its product is added up in one order everywhere (`product_of_row`).
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

VERSION = b"umi fingerprint 1\n"
SAMPLE_VALUES = 64

Float32 = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Weight:
    """A tensor whose rows are read when they are wanted; shapes are row-major, and a vector is one row.

    Attributes:
        row: Returns one row, flat.
    """

    name: str
    shape: tuple[int, ...]
    row: Callable[[int], Float32]


def fingerprint_of_weights(weights: Iterable[Weight]) -> str:
    """Return the fingerprint of a model's tensors; reads three rows of each."""
    digest = hashlib.sha256(VERSION)
    for weight in sorted(weights, key=lambda weight: weight.name.encode()):
        digest.update(json.dumps([weight.name, weight.shape], separators=(",", ":")).encode() + b"\n")
        n_rows = math.prod(weight.shape[:-1])
        for row in sorted({0, n_rows // 2, n_rows - 1} if math.prod(weight.shape) else ()):
            digest.update(_sampled(weight.row(row)).astype("<f4", copy=False).tobytes())
    return digest.hexdigest()


def product_of_row(row: Float32, matrix: Float32) -> Float32:
    """Return a row (r,) times a matrix (r, i), as (i,), equal to the last bit on every machine.

    BLAS adds up in an order, and with roundings, that depend on the processor.
    """
    total = np.zeros(matrix.shape[1], np.float32)
    for factor, values in zip(row, matrix, strict=True):
        total += factor * values
    return total


def _sampled(values: Float32) -> Float32:
    if values.size <= 3 * SAMPLE_VALUES:
        return values
    begins = (0, (values.size - SAMPLE_VALUES) // 2, values.size - SAMPLE_VALUES)
    return np.concatenate([values[begin : begin + SAMPLE_VALUES] for begin in begins])
