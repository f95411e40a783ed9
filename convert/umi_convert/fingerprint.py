"""Which weights are these? A cheap identity of a model's tensors, however they are stored.

A fingerprint is the SHA-256, in hexadecimal digits, of
- the line `umi fingerprint 1`,
- then for each tensor, in the order of the names' UTF-8 bytes: a line of JSON, `[name,[dimension,...]]`, and of its first,
  middle and last row the first, middle and last 64 values (of rows up to 192, all of them) as little-endian float32.

Values are compared, not bytes: float16, bfloat16 and float32 files of the same values share a fingerprint, and a shape or name
that differs never does. Weights that differ only between the samples do share it: it says which model this is (training
changes a weight everywhere), not whether the file is undamaged. Names are part of it, so a checkpoint's weights and those
of a GGUF made from it have different ones; what is converted carries the checkpoint's along (`umi.fingerprint`).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable

from umi_convert.tensors import Float32, Tensor, to_float32

VERSION = b"umi fingerprint 1\n"
SAMPLE_VALUES = 64


def fingerprint_of(tensors: Iterable[Tensor]) -> str:
    """Return the fingerprint of a model's tensors; reads three rows of each.

    Raises:
        UmiError: A tensor can't be read.
    """
    digest = hashlib.sha256(VERSION)
    for tensor in sorted(tensors, key=lambda tensor: tensor.name.encode()):
        digest.update(json.dumps([tensor.name, tensor.shape], separators=(",", ":")).encode() + b"\n")
        for row in sorted({0, tensor.n_rows // 2, tensor.n_rows - 1} if tensor.n_values else ()):
            values = to_float32(tensor.read(row, row + 1), tensor.dtype).reshape(-1)
            digest.update(_sampled(values).astype("<f4", copy=False).tobytes())
    return digest.hexdigest()


def _sampled(values: Float32) -> Float32:
    if values.size <= 3 * SAMPLE_VALUES:
        return values
    begins = (0, (values.size - SAMPLE_VALUES) // 2, values.size - SAMPLE_VALUES)
    picked = [index for begin in begins for index in range(begin, begin + SAMPLE_VALUES)]
    return values[picked]
