"""A model that can be written as a GGUF: metadata and tensors, whatever it was read from."""

from __future__ import annotations

from dataclasses import dataclass

from umi_convert.key_values import KeyValues
from umi_convert.tensors import DType, Tensor


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelSource:
    """Everything that a GGUF will hold, in llama.cpp's names.

    Attributes:
        arch: `general.architecture`.
        metadata: All keys but `general.file_type`, which depends on how the tensors are written.
        tensors: In the order in which they are written.
        dtype: How the weights are stored at the source, where it says; what 'auto' keeps.
        fingerprint: Of the weights that an adapter would be trained on; 64 hexadecimal digits.
    """

    arch: str
    metadata: KeyValues
    tensors: tuple[Tensor, ...]
    dtype: DType
    fingerprint: str
