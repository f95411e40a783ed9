"""What the decoder models of Hugging Face have in common when they become GGUFs.

Each architecture's file makes a `Decoder`, or a class made from it that overrides the difference. Keys and their order
are those of llama.cpp's converter (conversion/base.py, `set_gguf_parameters`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from gguf import Keys
from numpy.typing import NDArray

from umi_convert.architectures.rope_scaling import scaling_problems, write_scaling
from umi_convert.architectures.row_order import in_order
from umi_convert.architectures.vocabularies import WriteVocabulary
from umi_convert.architectures.weights import WeightTable
from umi_convert.config import Config
from umi_convert.key_values import KeyValues
from umi_convert.rope import Rope
from umi_convert.tensors import Tensor

MAX_LAYERS = 4096
MAX_HEAD_SIZE = 1 << 16
_IGNORED = (".attention.masked_bias", ".attention.bias", ".rotary_emb.inv_freq")
"""Ends of names of what old checkpoints keep beside their weights (llama.cpp: conversion/base.py, `prepare_tensors`)."""


@dataclass(frozen=True, kw_only=True)
class Decoder:
    """A decoder model; implements `Architecture` (base.py).

    Attributes:
        weights: Its tensors.
        vocabulary: Writes the tokenizer's keys.
        defaults: What transformers' configuration class takes for keys that config.json lacks.
        activation: (key, the values that mean what llama.cpp computes).
        rope_kinds: Kinds of rope scaling besides none.
        has_head_dim: Whether heads may have another size than hidden_size / num_attention_heads.
        may_have_bias: Keys of the configuration that switch on biases, which llama.cpp's loader takes.
    """

    hf_names: tuple[str, ...]
    gguf_name: str
    weights: WeightTable
    vocabulary: WriteVocabulary
    defaults: Mapping[str, Any]
    unties: bool = True
    activation: tuple[str, tuple[str, ...]] = ("hidden_act", ("silu", "swish"))
    rope_kinds: tuple[str, ...] = ("linear", "yarn")
    has_head_dim: bool = True
    may_have_bias: tuple[str, ...] = ()

    def completed(self, config: Config) -> Config:
        """Return a configuration with what transformers would take for keys that aren't there."""
        return config.with_defaults(self.defaults)

    def rope(self, config: Config) -> Rope:
        """Return how positions are encoded, of a completed configuration."""
        return config.rope

    def problems(self, config: Config) -> Iterator[str]:
        """Yield what in this configuration can't be converted."""
        config = self.completed(config)
        yield from _size_problems(config, has_head_dim=self.has_head_dim)
        rope = self.rope(config)
        yield from scaling_problems(rope, self.rope_kinds)
        if rope.theta is not None and rope.theta <= 0:
            yield f"rope_theta is {rope.theta:g}; it must be above 0"
        key, computed = self.activation
        if config.text(key, computed[0]) not in computed:
            yield f"{key} is {config.text(key)}; llama.cpp computes {self.gguf_name} with {computed[0]}"
        if rope.partial_rotary_factor != 1 and "partial_rotary_factor" not in self.defaults:
            yield f"partial_rotary_factor is {rope.partial_rotary_factor:g}; llama.cpp rotates whole heads here"
        for key in ("attention_bias", "mlp_bias"):
            if config.boolean(key, False) and key not in self.may_have_bias:
                yield f"{key} is set; llama.cpp's {self.gguf_name} has no such biases"

    def gguf_tensor_name(self, hf_name: str) -> str | None:
        """Return llama.cpp's name for a tensor, or None for one that isn't written."""
        return None if hf_name.endswith(_IGNORED) else self.weights.gguf_name(hf_name)

    def hf_tensor_name(self, gguf_name: str) -> str | None:
        """Return Hugging Face's name for a GGUF tensor, or None for one that was computed."""
        try:
            return self.weights.hf_name(gguf_name)
        except KeyError:
            return None

    def tensor_shapes(self, config: Config) -> Mapping[str, tuple[int, ...]]:
        """Return the shapes, row-major, of all tensors that a checkpoint may have, by llama.cpp's names."""
        config = self.completed(config)
        words = sizes(config)
        names = (gguf for _, gguf, _ in self.weights.names(config, n_layers(config)))
        return {name: tuple(words[word] for word in self.weights.shape(name)) for name in names}

    def missing_tensors(self, config: Config, names: Iterable[str]) -> tuple[str, ...]:
        """Return the tensors that a complete checkpoint of a configuration has, and this one lacks.

        Args:
            names: llama.cpp's names of those that are there.
        """
        config, there = self.completed(config), frozenset(names)
        rows = self.weights.names(config, n_layers(config))
        return tuple(hf for hf, gguf, needed in rows if needed and gguf not in there)

    def row_order(self, gguf_name: str, n_rows: int, config: Config) -> NDArray[np.intp] | None:
        """Return, for each row of the GGUF tensor, which row of Hugging Face's it is; None where the order is the same."""
        return None

    def converted(self, tensor: Tensor, config: Config) -> Tensor | None:
        """Return a checkpoint's tensor under llama.cpp's name, in its row order and with its values."""
        name = self.gguf_tensor_name(tensor.name)
        if name is None:
            return None
        n_rows = tensor.n_values if len(tensor.shape) == 1 else tensor.n_rows
        order = self.row_order(name, n_rows, config)
        if order is not None:
            tensor = in_order(tensor, order, head_size(self.completed(config)))
        return tensor.renamed(name)

    def extra_tensors(self, config: Config) -> Iterable[Tensor]:
        """Yield tensors that are computed from the configuration."""
        return ()

    def write_hparams(self, config: Config, metadata: KeyValues) -> None:
        """Set the keys that describe the model's shape."""
        config = self.completed(config)
        write_shape(config, metadata)
        write_scaling(config.rope, metadata)
        write_bases(config, metadata)
        write_norms(config, metadata)
        if config.has("head_dim"):
            write_head_size(config, metadata)

    def write_vocabulary(
        self, folder: Path, config: Config, metadata: KeyValues, pre_tokenizer: str | None = None
    ) -> None:
        """Set the tokenizer's keys from the files in the checkpoint's folder."""
        self.vocabulary(folder, self.completed(config), metadata, pre_tokenizer)


def n_layers(config: Config) -> int:
    """Return how many layers there are."""
    return config.integer("num_hidden_layers", minimum=1, maximum=MAX_LAYERS)


def n_heads(config: Config) -> int:
    """Return how many heads the queries have."""
    return config.integer("num_attention_heads", minimum=1)


def n_key_heads(config: Config) -> int:
    """Return how many heads the keys and values have."""
    return config.integer("num_key_value_heads", n_heads(config), minimum=1)


def head_size(config: Config) -> int:
    """Return how many values a head has."""
    even_share = config.integer("hidden_size", minimum=1) // n_heads(config)
    return config.integer("head_dim", even_share, minimum=1, maximum=MAX_HEAD_SIZE)


def sizes(config: Config) -> Mapping[str, int]:
    """Return the sizes that weights' shapes are made of, by the words of weights.py."""
    size, feed_forward = head_size(config), config.integer("intermediate_size", minimum=1)
    queries, keys = n_heads(config) * size, n_key_heads(config) * size
    return {
        "vocab": config.integer("vocab_size", minimum=1),
        "hidden": config.integer("hidden_size", minimum=1),
        "head": size,
        "queries": queries,
        "keys": keys,
        "queries_keys_values": queries + 2 * keys,
        "feed_forward": feed_forward,
        "gate_and_up": 2 * feed_forward,
    }


def write_shape(config: Config, metadata: KeyValues) -> None:
    """Set how many layers, heads and values there are."""
    metadata.uint32(Keys.LLM.BLOCK_COUNT, n_layers(config))
    metadata.uint32(Keys.LLM.CONTEXT_LENGTH, config.integer("max_position_embeddings", minimum=1))
    metadata.uint32(Keys.LLM.EMBEDDING_LENGTH, config.integer("hidden_size"))
    metadata.uint32(Keys.LLM.FEED_FORWARD_LENGTH, config.integer("intermediate_size"))
    metadata.uint32(Keys.Attention.HEAD_COUNT, n_heads(config))
    metadata.uint32(Keys.Attention.HEAD_COUNT_KV, n_key_heads(config))


def write_bases(config: Config, metadata: KeyValues) -> None:
    """Set the bases of the rotary frequencies."""
    rope = config.rope
    if rope.theta is not None:
        metadata.float32(Keys.Rope.FREQ_BASE, rope.theta)
    if rope.sliding_theta is not None:
        metadata.float32(Keys.Rope.FREQ_BASE_SWA, rope.sliding_theta)


def write_norms(config: Config, metadata: KeyValues) -> None:
    """Set what the norms add to a variance."""
    metadata.float32(Keys.Attention.LAYERNORM_RMS_EPS, config.number("rms_norm_eps"))


def write_head_size(config: Config, metadata: KeyValues) -> None:
    """Set how many values a head has."""
    metadata.uint32(Keys.Attention.KEY_LENGTH, head_size(config))
    metadata.uint32(Keys.Attention.VALUE_LENGTH, head_size(config))


def _size_problems(config: Config, *, has_head_dim: bool) -> Iterator[str]:
    hidden, heads, keys, size = config.integer("hidden_size"), n_heads(config), n_key_heads(config), head_size(config)
    if heads % keys:
        yield f"num_attention_heads is {heads}, which isn't a multiple of num_key_value_heads, {keys}"
    if size % 2:
        yield f"heads have {size} values; rotary positions need an even number"
    if not has_head_dim and size * heads != hidden:
        yield f"head_dim is {size}; llama.cpp takes hidden_size / num_attention_heads, which is {hidden / heads:g}"
    if config.has("quantization_config"):
        yield "the weights are quantized (quantization_config); take the checkpoint in full precision"
    for key in ("num_local_experts", "num_experts", "n_routed_experts"):
        if config.has(key) and config.integer(key):
            yield f"{key} is {config.integer(key)}; mixtures of experts aren't supported"
