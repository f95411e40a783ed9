"""The order of the rows of a weight, where llama.cpp's differs from Hugging Face's.

In the `llama` architecture each head's first and second half are interleaved, because its rotary positions turn pairs
of neighbours where transformers turns a value of the first half with one of the second.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from umi_convert.tensors import Array, Tensor


def interleaved_halves(n_rows: int, n_heads: int) -> NDArray[np.intp]:
    """Return, for each row of llama.cpp's weight, which row of Hugging Face's it is.

    Source:
        llama.cpp: conversion/llama.py, `permute`.
    """
    rows = np.arange(n_rows, dtype=np.intp)
    return rows.reshape(n_heads, 2, n_rows // n_heads // 2).swapaxes(1, 2).reshape(-1)


def in_order(tensor: Tensor, order: NDArray[np.intp], block: int) -> Tensor:
    """Return a tensor whose rows (a vector's values) stand in another order.

    Args:
        order: For each row of the result, which row it is now.
        block: The order stays within blocks of so many rows; only these are read to give a row.
    """
    if len(tensor.shape) == 1:
        return replace(tensor, read=lambda start, stop: tensor.read(start, stop)[:, order])

    def read(start: int, stop: int) -> Array:
        first = start // block * block
        last = min(-(-stop // block) * block, tensor.n_rows)
        return tensor.read(first, last)[order[start:stop] - first]

    return replace(tensor, read=read)
