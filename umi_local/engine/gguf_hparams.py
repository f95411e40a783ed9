"""Are a model's hyperparameters numbers that a model can have?

Types and limits only, the same for every architecture; how they must fit one another is `gguf_architecture`'s question.
llama.cpp computes sizes from these numbers and asserts some of them, which ends the process.
"""

from __future__ import annotations

import math
from typing import Any

from umi_local.engine.gguf_format import ValueType
from umi_local.engine.gguf_reader import GGUFArray, GGUFHeader
from umi_local.errors import ModelFileError

MAX_LAYERS = 512  # llama.cpp: LLAMA_MAX_LAYERS
MAX_EXPERTS = 1024  # llama.cpp: LLAMA_MAX_EXPERTS
MAX_INT32 = (1 << 31) - 1

REQUIRED = ("block_count", "context_length", "embedding_length")

SCALARS: dict[str, tuple[int, int]] = {
    "block_count": (1, MAX_LAYERS),
    "context_length": (1, MAX_INT32),
    "embedding_length": (1, 1 << 20),
    "attention.key_length": (1, 1 << 16),
    "attention.value_length": (1, 1 << 16),
    "attention.key_length_mla": (1, 1 << 16),
    "attention.kv_lora_rank": (0, 1 << 16),
    "rope.dimension_count": (0, 1 << 16),
    "vocab_size": (1, 1 << 24),
    "expert_count": (0, MAX_EXPERTS),
    "expert_group_count": (0, MAX_EXPERTS),
    "expert_group_used_count": (0, MAX_EXPERTS),
    "nextn_predict_layers": (0, MAX_LAYERS),
}
"""Smallest and largest sane value of a hyperparameter that is one number."""

PER_LAYER: dict[str, tuple[int, int]] = {
    "attention.head_count": (0, 1 << 16),
    "attention.head_count_kv": (0, 1 << 16),
    "feed_forward_length": (0, 1 << 24),
    "expert_used_count": (0, MAX_EXPERTS),
}
"""The same for those that may also be a list with one number a layer."""

ROPE_SCALING = frozenset({"none", "linear", "yarn", "longrope"})


def check_numbers(header: GGUFHeader) -> None:
    """Check types and limits of the numbers that sizes are computed from, and that all floats are finite.

    Raises:
        ModelFileError: One of them is missing, of another type, or out of its limits.
    """
    for name in REQUIRED:
        if header.hparam(name) is None:
            raise ModelFileError(header.path, f"'{header.architecture}.{name}' is missing")
    for name, limits in SCALARS.items():
        if header.hparam(name) is not None:
            _check_number(header, name, header.hparam(name), limits)
    n_layers = header.hparam("block_count")
    for name, limits in PER_LAYER.items():
        _check_layer_values(header, name, n_layers, limits)
    if header.hparam("nextn_predict_layers", 0) > n_layers:
        raise ModelFileError(header.path, f"more layers predict further tokens than the {n_layers} it has")
    _check_floats(header)


def _check_number(header: GGUFHeader, name: str, value: Any, limits: tuple[int, int]) -> None:
    key, (low, high) = f"{header.architecture}.{name}", limits
    if header.value_types[key] is not ValueType.UINT32:
        raise ModelFileError(header.path, f"{key!r} has the type {header.value_types[key].name}; expected UINT32")
    if not low <= value <= high:
        raise ModelFileError(header.path, f"{key!r} is {value:,}; expected {low:,} to {high:,}")


def _check_layer_values(header: GGUFHeader, name: str, n_layers: int, limits: tuple[int, int]) -> None:
    value = header.hparam(name)
    if not isinstance(value, GGUFArray):
        if value is not None:
            _check_number(header, name, value, limits)
        return
    key, (low, high) = f"{header.architecture}.{name}", limits
    if value.length != n_layers:
        raise ModelFileError(header.path, f"{key!r} has {value.length:,} items for {n_layers} layers")
    if value.item_type not in (ValueType.UINT32, ValueType.INT32):
        raise ModelFileError(header.path, f"{key!r} has items of type {value.item_type.name}; expected UINT32")
    for item in value.values or ():
        if not low <= item <= high:
            raise ModelFileError(header.path, f"{key!r} has the item {item:,}; expected {low:,} to {high:,}")


def _check_floats(header: GGUFHeader) -> None:
    for key, value in header.metadata.items():
        if isinstance(value, float) and not math.isfinite(value):
            raise ModelFileError(header.path, f"{key!r} is {value}, not a finite number")
        if key.endswith("_epsilon") and not (isinstance(value, float) and value >= 0):
            raise ModelFileError(header.path, f"{key!r} is {value!r}; expected a number of 0 or more")
    scaling = header.hparam("rope.scaling.type", "none")
    if scaling not in ROPE_SCALING:
        known = ", ".join(sorted(ROPE_SCALING))
        raise ModelFileError(header.path, f"rope scaling {scaling!r} is not known; known: {known}")


def layer_values(header: GGUFHeader, name: str) -> tuple[int, ...]:
    """Return a hyperparameter's value for every layer, whether the file has one number or a list; () where it has none."""
    value = header.hparam(name)
    if value is None:
        return ()
    if isinstance(value, GGUFArray):
        return value.values or ()
    return (int(value),) * int(header.hparam("block_count"))
