"""What merging an adapter does to a weight: the kinds of patches.

All arithmetic is in float32, in PEFT's order (`peft: tuners/lora/layer.py`, `variants.py`, `dora.py`): the product B A first,
then the scale, then the sum. Results can differ from torch's in the last bit, since the two add up a product in different
orders. Matrices are loaded on first use and kept while there is room, so that chunks of a weight share them.

Shapes: `o` rows and `i` columns of the weight as it is stored, `r` the rank, `n` the rows at hand.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from umi_convert.patches import RowOrder, RowPatch
from umi_convert.tensors import Float32, Tensor, to_float32
from umi_local.engine.weights_fingerprint import product_of_row

CACHE_BYTES = 64 << 20
"""Of an adapter's matrices that are kept; one that is bigger is kept alone."""

RowIds = NDArray[np.intp]


class FactorCache:
    """The matrices of an adapter that were used last, as float32; may be used from several threads."""

    def __init__(self, limit_bytes: int = CACHE_BYTES) -> None:
        self._limit_bytes = limit_bytes
        self._kept: OrderedDict[str, Float32] = OrderedDict()
        self._lock = Lock()

    def values(self, tensor: Tensor) -> Float32:
        """Return all of a tensor's values in its shape."""
        with self._lock:
            found = self._kept.pop(tensor.name, None)
            if found is None:
                found = to_float32(tensor.whole(), tensor.dtype)
                self._make_room(found.nbytes)
            self._kept[tensor.name] = found
            return found

    def clear(self) -> None:
        """Forget all of them."""
        with self._lock:
            self._kept.clear()

    def _make_room(self, n_bytes: int) -> None:
        while self._kept and n_bytes + sum(values.nbytes for values in self._kept.values()) > self._limit_bytes:
            self._kept.popitem(last=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class LowRank:
    """The change that a LoRA makes: B A times a scale.

    Attributes:
        lora_a: (r, i), or (r, o) where `transposed`.
        lora_b: (o, r), or (i, r) where `transposed`.
        transposed: The weight is stored as (in, out): an embedding, or a layer with `fan_in_fan_out`.
    """

    lora_a: Tensor
    lora_b: Tensor
    scale: float
    transposed: bool = False
    cache: FactorCache = field(default_factory=FactorCache, compare=False)

    def rows(self, row_ids: RowIds) -> Float32:
        """Return some rows of the change, (n, i).

        Paper:
            Hu et al. 2021 (arXiv 2106.09685), section 4.1.
        """
        a, b = self.cache.values(self.lora_a), self.cache.values(self.lora_b)
        left, right = (a.T, b.T) if self.transposed else (b, a)
        with np.errstate(over="ignore", invalid="ignore"):  # the verdict finds a model that runs over
            change = _product(left[row_ids], right)
            change *= np.float32(self.scale)
        return change


@dataclass(frozen=True, slots=True)
class LoraPatch:
    """W + s B A."""

    change: LowRank

    def apply(self, rows: Float32, row_ids: RowIds) -> Float32:
        """Return rows with the change added."""
        with np.errstate(over="ignore"):
            return rows + self.change.rows(row_ids)


@dataclass(frozen=True, slots=True)
class DoraPatch:
    """m (W + s B A) / ||W + s B A||, the norm over each row: DoRA on a linear layer.

    A row whose norm is 0 stays 0; PEFT divides by it.

    Paper:
        Liu et al. 2024 (arXiv 2402.09353), equation 5.
    """

    change: LowRank
    magnitude: Tensor

    def apply(self, rows: Float32, row_ids: RowIds) -> Float32:
        """Return rows with the change added, at their magnitudes."""
        changed = rows + self.change.rows(row_ids)
        magnitude = self.change.cache.values(self.magnitude).reshape(-1)[row_ids]
        return _ratio(magnitude, _squares(changed, axis=1))[:, None] * changed


@dataclass(frozen=True, slots=True)
class ColumnDoraPatch:
    """DoRA on a weight that is stored as (in, out), such as an embedding: the norm is over each column of all rows."""

    change: LowRank
    magnitude: Tensor

    def over(self, weight: Tensor, row_order: RowOrder | None) -> RowPatch:
        """Return the patch for one weight; its columns are measured when the first rows are wanted."""

        def factors() -> Float32:
            squares = np.zeros(weight.shape[-1], np.float64)
            for start, stop in weight.chunks():
                ids = np.arange(start, stop, dtype=np.intp) if row_order is None else row_order[start:stop]
                changed = to_float32(weight.read(start, stop), weight.dtype) + self.change.rows(ids)
                squares += _squares(changed, axis=0)
            return _ratio(self.change.cache.values(self.magnitude).reshape(-1), squares)

        return _ScaledColumns(self.change, _Once(factors))


@dataclass(frozen=True, slots=True)
class ReplacePatch:
    """Another weight instead: `modules_to_save`, trained biases."""

    values: Tensor

    def apply(self, rows: Float32, row_ids: RowIds) -> Float32:
        """Return the other weight's rows."""
        if not len(row_ids):
            return rows
        start, stop = int(row_ids.min()), int(row_ids.max()) + 1
        return to_float32(self.values.read(start, stop), self.values.dtype)[row_ids - start]


@dataclass(frozen=True, slots=True)
class RowsPatch:
    """Some rows replaced: tokens that were trained on their own (`trainable_token_indices`).

    Attributes:
        rows: Which row of `values` belongs to which row of the weight.
    """

    rows: dict[int, int]
    values: Tensor

    def apply(self, rows: Float32, row_ids: RowIds) -> Float32:
        """Return rows with those replaced that are among the trained ones."""
        found = [(i, self.rows[row]) for i, row in enumerate(row_ids.tolist()) if row in self.rows]
        changed = rows.copy() if found else rows
        for i, trained in found:
            changed[i] = to_float32(self.values.read(trained, trained + 1), self.values.dtype)[0]
        return changed


@dataclass(frozen=True, slots=True)
class ShiftPatch:
    """A vector added, times a scale: `lora_bias`, which goes to the layer's bias."""

    shift: Tensor
    scale: float

    def apply(self, rows: Float32, row_ids: RowIds) -> Float32:
        """Return the vector, as a matrix of one row, shifted."""
        return rows + to_float32(self.shift.read(0, 1), self.shift.dtype) * np.float32(self.scale)


@dataclass(frozen=True, slots=True)
class _ScaledColumns:
    change: LowRank
    factors: _Once

    def apply(self, rows: Float32, row_ids: RowIds) -> Float32:
        return self.factors.value() * (rows + self.change.rows(row_ids))


class _Once:
    """A value that is computed when it is first wanted, once for all threads."""

    def __init__(self, compute: Callable[[], Float32]) -> None:
        self._compute = compute
        self._value: Float32 | None = None
        self._lock = Lock()

    def value(self) -> Float32:
        with self._lock:
            if self._value is None:
                self._value = self._compute()
            return self._value


def _product(left: Float32, right: Float32) -> Float32:
    """Return a product of matrices; a single row, as fingerprints take them, is the same on every machine."""
    if len(left) == 1:
        return product_of_row(left[0], right)[None]
    product: Float32 = left @ right
    return product


def _squares(values: Float32, axis: int) -> NDArray[np.float64]:
    """Return the sums of squares along an axis, added up in float64."""
    wide = values.astype(np.float64)
    squares: NDArray[np.float64] = np.einsum("ij,ij->i" if axis == 1 else "ij,ij->j", wide, wide)
    return squares


def _ratio(magnitude: Float32, squares: NDArray[np.float64]) -> Float32:
    norms = np.sqrt(squares).astype(np.float32)
    return np.divide(magnitude, norms, out=np.zeros_like(norms), where=norms > 0)
