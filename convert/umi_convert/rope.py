"""Rotary positions as a checkpoint's configuration describes them.

Two forms are read: `rope_theta` with `rope_scaling` (transformers before 5), and `rope_parameters` (from 5 on), flat or
with one object for each type of layers. What a kind of scaling means is the architectures' business.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from umi_convert.errors import CheckpointError

if TYPE_CHECKING:
    from umi_convert.config import Config

FULL, SLIDING = "full_attention", "sliding_attention"
_NEEDS_ORIGINAL_LENGTH = ("llama3", "yarn", "longrope", "su")
_MAX_FACTORS = 4096


@dataclass(frozen=True, slots=True, kw_only=True)
class Rope:
    """Rotary positions of the layers with full attention.

    Attributes:
        theta: The base of the frequencies.
        kind: `default`, `linear`, `llama3`, `yarn`, `longrope`, or another word of transformers, in small letters.
        factor: By how much the context was stretched.
        original_max_position_embeddings: The context length before it was stretched; tokens.
        attention_factor: What queries and keys are multiplied by (YaRN).
        long_factors: For each frequency, what it is divided by in a long context (LongRoPE).
        short_factors: The same in a short one.
        partial_rotary_factor: The share of each head that is rotated.
        sliding_theta: The base of layers with a sliding window, where they have one of their own.
        others: Values that are none of the above, as they stand.
    """

    theta: float | None
    kind: str = "default"
    factor: float | None = None
    low_freq_factor: float | None = None
    high_freq_factor: float | None = None
    original_max_position_embeddings: int | None = None
    attention_factor: float | None = None
    extrapolation_factor: float | None = None
    beta_fast: float | None = None
    beta_slow: float | None = None
    long_factors: tuple[float, ...] = ()
    short_factors: tuple[float, ...] = ()
    partial_rotary_factor: float = 1.0
    sliding_theta: float | None = None
    others: Mapping[str, Any] = field(default_factory=dict)


def rope_of(config: Config) -> Rope:
    """Return the rotary positions of a configuration.

    Raises:
        CheckpointError: A value is of the wrong type.
    """
    full, sliding = _forms(config)
    values = config.part(full)
    kind = values.text("rope_type", values.text("type", "default")).lower()
    return Rope(
        theta=_number(values, "rope_theta") or _number(config, "rope_theta"),
        kind=kind,
        factor=_number(values, "factor"),
        low_freq_factor=_number(values, "low_freq_factor"),
        high_freq_factor=_number(values, "high_freq_factor"),
        original_max_position_embeddings=_original_length(config, values, kind),
        attention_factor=_number(values, "attention_factor") or _number(values, "attn_factor"),
        extrapolation_factor=_number(values, "extrapolation_factor"),
        beta_fast=_number(values, "beta_fast"),
        beta_slow=_number(values, "beta_slow"),
        long_factors=_factors(values, "long_factor"),
        short_factors=_factors(values, "short_factor"),
        partial_rotary_factor=values.number("partial_rotary_factor", config.number("partial_rotary_factor", 1.0)),
        sliding_theta=_number(config.part(sliding), "rope_theta") or _number(config, "rope_local_base_freq"),
        others={key: value for key, value in full.items() if key not in _KNOWN and value is not None},
    )


def _forms(config: Config) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    """Return what is said of layers with full attention, and of those with a sliding window."""
    old, new = config.mapping("rope_scaling"), config.mapping("rope_parameters")
    if FULL not in new and SLIDING not in new:
        # as in transformers: the old form, where it says anything, stands before the new one
        return old or new, {}
    layers = config.part(new)
    return {**layers.mapping(FULL), **old}, layers.mapping(SLIDING)


def _original_length(config: Config, values: Config, kind: str) -> int | None:
    for owner in (values, config):
        if owner.has("original_max_position_embeddings"):
            return owner.integer("original_max_position_embeddings", minimum=1)
    if kind in _NEEDS_ORIGINAL_LENGTH and config.has("max_position_embeddings"):
        return config.integer("max_position_embeddings", minimum=1)
    return None


def _number(values: Config, key: str) -> float | None:
    return values.number(key) if values.has(key) else None


def _factors(values: Config, key: str) -> tuple[float, ...]:
    factors = values.get(key)
    if factors is None:
        return ()
    if not isinstance(factors, list) or len(factors) > _MAX_FACTORS:
        raise CheckpointError(values.path, f"{key} of its rope scaling isn't a list of at most {_MAX_FACTORS} numbers")
    return tuple(values.part({key: factor}).number(key) for factor in factors)


_KNOWN = frozenset(
    {
        "rope_theta",
        "rope_type",
        "type",
        "factor",
        "low_freq_factor",
        "high_freq_factor",
        "original_max_position_embeddings",
        "attention_factor",
        "attn_factor",
        "extrapolation_factor",
        "beta_fast",
        "beta_slow",
        "long_factor",
        "short_factor",
        "partial_rotary_factor",
    }
)
