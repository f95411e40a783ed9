"""Changes to the weights of a model: what merging an adapter means, row by row.

A patch gets rows of a weight in float32 and returns them changed; several are applied one after the other, and only the
writer rounds. The kinds of patches are in `merge.py`, and which weight gets which is read off an adapter in
`adapter_patches.py`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol, TypeAlias, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from umi_convert.tensors import Array, DType, Float32, Tensor, to_float32

RowOrder: TypeAlias = NDArray[np.intp]
"""For each row of a tensor, which row of Hugging Face's weight it is."""


class RowPatch(Protocol):
    """A change to one weight that is made row by row."""

    def apply(self, rows: Float32, row_ids: NDArray[np.intp]) -> Float32:
        """Return rows after the change.

        Shape:
            rows (n, in), row_ids (n,), result (n, in).

        Args:
            rows: Some rows of the weight; not to be changed in place.
            row_ids: Which rows these are, counted in Hugging Face's order.
        """
        ...


@runtime_checkable
class WholePatch(Protocol):
    """A change that depends on all of a weight, such as on the norms of its columns."""

    def over(self, weight: Tensor, row_order: RowOrder | None) -> RowPatch:
        """Return the change for one weight, which may be read when rows are wanted.

        Args:
            row_order: As in `patched`.
        """
        ...


Patch: TypeAlias = "RowPatch | WholePatch"
"""A change to one weight."""


def patched(tensor: Tensor, patches: Sequence[Patch], row_order: RowOrder | None = None) -> Tensor:
    """Return a tensor with patches applied; the same tensor when there are none.

    Args:
        row_order: For each row of the tensor, which row of Hugging Face's weight it is, where the order differs (a base
            that is a GGUF). For a vector, the same of its values.
    """
    for patch in patches:
        bound = patch.over(tensor, row_order) if isinstance(patch, WholePatch) else patch
        tensor = _patched_by(bound, tensor, row_order)
    return tensor


def _patched_by(patch: RowPatch, tensor: Tensor, row_order: RowOrder | None) -> Tensor:
    def read(start: int, stop: int) -> Array:
        rows = to_float32(tensor.read(start, stop), tensor.dtype)
        if row_order is None:
            return patch.apply(rows, np.arange(start, stop, dtype=np.intp))
        if len(tensor.shape) > 1:
            return patch.apply(rows, row_order[start:stop])
        ordered = np.empty_like(rows)
        ordered[:, row_order] = rows
        return patch.apply(ordered, np.zeros(1, np.intp))[:, row_order]

    return replace(tensor, dtype=DType.F32, read=read)
