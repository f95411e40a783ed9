"""The fingerprint of tensors as the converter has them; what it is says `umi_local/engine/weights_fingerprint.py`."""

from __future__ import annotations

from collections.abc import Iterable

from umi_convert.tensors import Float32, Tensor, to_float32
from umi_local.engine.weights_fingerprint import Weight, fingerprint_of_weights


def fingerprint_of(tensors: Iterable[Tensor]) -> str:
    """Return the fingerprint of a model's tensors; reads three rows of each.

    Raises:
        UmiError: A tensor can't be read.
    """
    return fingerprint_of_weights(_weight(tensor) for tensor in tensors)


def _weight(tensor: Tensor) -> Weight:
    def row(at: int) -> Float32:
        return to_float32(tensor.read(at, at + 1), tensor.dtype).reshape(-1)

    return Weight(tensor.name, tensor.shape, row)
