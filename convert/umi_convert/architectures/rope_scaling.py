"""What llama.cpp wants to know of stretched rotary positions: keys, and tensors computed from the configuration.

Names and formulas are those of llama.cpp (conversion/base.py, llama.py, phi.py), which follow transformers'
modeling_rope_utils.py.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
from gguf import Keys

from umi_convert.key_values import KeyValues
from umi_convert.rope import Rope
from umi_convert.tensors import DType, Float32, Tensor

_YARN_KEYS = (
    (Keys.Rope.SCALING_YARN_EXT_FACTOR, "extrapolation_factor"),
    (Keys.Rope.SCALING_YARN_ATTN_FACTOR, "attention_factor"),
    (Keys.Rope.SCALING_YARN_BETA_FAST, "beta_fast"),
    (Keys.Rope.SCALING_YARN_BETA_SLOW, "beta_slow"),
)
_UNSUPPORTED = (("mscale", None), ("mscale_all_dim", None), ("mrope_section", None), ("truncate", True))
"""Keys that transformers heeds, with the value at which they do nothing."""


def scaling_problems(rope: Rope, kinds: tuple[str, ...]) -> Iterator[str]:
    """Yield what of a rope scaling an architecture has no way to do.

    Args:
        kinds: The kinds that it has, other than `default`.
    """
    if rope.kind == "default":
        return
    if rope.kind not in kinds:
        known = ", ".join(kinds) or "none"
        yield f"rope scaling of the kind {rope.kind}; llama.cpp's kinds for this model are: {known}"
        return
    if rope.kind in ("linear", "yarn", "llama3") and not (rope.factor and rope.factor > 0):
        yield f"rope scaling of the kind {rope.kind} needs a factor above 0"
    if rope.kind in ("yarn", "llama3", "longrope") and rope.original_max_position_embeddings is None:
        yield f"rope scaling of the kind {rope.kind} needs original_max_position_embeddings"
    if rope.kind == "yarn":
        yield from _yarn_problems(rope)
    unknown = [key for key, without_effect in _UNSUPPORTED if rope.others.get(key, without_effect) != without_effect]
    if unknown:
        yield f"rope scaling has values that llama.cpp has no key for: {', '.join(unknown)}"


def _yarn_problems(rope: Rope) -> Iterator[str]:
    """Yield what of YaRN the loader doesn't heed, though there are keys for it (llama.cpp: src/llama-context.cpp)."""
    computed = {"beta_fast": 32.0, "beta_slow": 1.0, "extrapolation_factor": 1.0}
    if rope.factor and rope.factor > 0:
        computed["attention_factor"] = 0.1 * math.log(rope.factor) + 1 if rope.factor > 1 else 1.0
    for name, value in computed.items():
        given = getattr(rope, name)
        if given is not None and not math.isclose(given, value, rel_tol=1e-5):
            yield f"rope scaling has {name} {given:g}; llama.cpp always computes YaRN with {value:g} here"


def write_scaling(rope: Rope, metadata: KeyValues) -> None:
    """Set the keys of linear and YaRN scaling, the two kinds that are keys alone."""
    if rope.kind not in ("linear", "yarn") or rope.factor is None:
        return
    metadata.string(Keys.Rope.SCALING_TYPE, rope.kind)
    metadata.float32(Keys.Rope.SCALING_FACTOR, rope.factor)
    if rope.kind == "yarn":
        metadata.uint32(Keys.Rope.SCALING_ORIG_CTX_LEN, rope.original_max_position_embeddings or 0)
        for key, name in _YARN_KEYS:
            value = getattr(rope, name)
            if value is not None:
                metadata.float32(key, value)


def llama3_factors(rope: Rope, head_size: int) -> Float32:
    """Return what each frequency is divided by under Llama 3's scaling.

    Computed in float32 and in torch's order of operations (a number divided by a tensor is the tensor's reciprocal times
    the number), so that the result is the one that llama.cpp's converter writes. Powers are rounded from float64, which
    differs from torch's float32 powers in the last bit for some bases, but for none of Llama 3's.

    Shape:
        (head_size / 2,)
    """
    one = np.float32(1)
    factor = np.float32(rope.factor or 8.0)
    low, high = rope.low_freq_factor or 1.0, rope.high_freq_factor or 4.0
    length = rope.original_max_position_embeddings or 8192
    exponents = np.arange(0, head_size, 2, dtype=np.float32) / np.float32(head_size)
    powers = np.power(float(np.float32(rope.theta or 10000.0)), exponents.astype(np.float64)).astype(np.float32)
    wavelengths = (one / (one / powers)) * np.float32(2 * math.pi)
    with np.errstate(all="ignore"):  # where low = high there is nothing between them to be smoothed
        smooth = ((one / wavelengths) * np.float32(length) - np.float32(low)) / np.float32(high - low)
        between = one / ((one - smooth) / factor + smooth)
    factors = np.where(wavelengths > np.float32(length / low), factor, between)
    return np.where(wavelengths < np.float32(length / high), one, factors).astype(np.float32)


def vector(name: str, values: Float32) -> Tensor:
    """Return a tensor of values that are already here."""
    return Tensor(
        name=name, shape=values.shape, dtype=DType.F32, read=lambda start, stop: values.reshape(1, -1)[start:stop]
    )
