"""A config.json made from a GGUF's metadata: as much of it as an architecture needs to find its way in the tensors.

It can't stand for the original one: what llama.cpp doesn't use isn't in a GGUF.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from umi_convert.config import Config
from umi_convert.errors import CheckpointError, UnsupportedArchitectureError
from umi_convert.source import ModelSource

_KEYS = {
    "hidden_size": "embedding_length",
    "intermediate_size": "feed_forward_length",
    "max_position_embeddings": "context_length",
    "num_hidden_layers": "block_count",
    "num_attention_heads": "attention.head_count",
    "num_key_value_heads": "attention.head_count_kv",
    "head_dim": "attention.key_length",
    "rms_norm_eps": "attention.layer_norm_rms_epsilon",
    "rope_theta": "rope.freq_base",
    "sliding_window": "attention.sliding_window",
}
"""Keys of config.json and, without the architecture, llama.cpp's for the same number."""


def config_of_gguf(source: ModelSource, path: Path) -> Config:
    """Return the configuration that a GGUF's metadata describe.

    Where there is no file for its architecture, `architecture` is llama.cpp's name of it.

    Args:
        path: The GGUF, for messages.

    Raises:
        CheckpointError: Its layers differ in a number that config.json has once for all.
    """
    shapes = {tensor.name: tensor.shape for tensor in source.tensors}
    described: dict[str, Any] = {"architectures": [_hf_name(source.arch, path)]}
    for name, key in _KEYS.items():
        if (value := source.metadata.get(f"{source.arch}.{key}")) is not None:
            described[name] = _one(value.value, f"{source.arch}.{key}", path)
    if "token_embd.weight" in shapes:
        described["vocab_size"] = shapes["token_embd.weight"][0]
    described["tie_word_embeddings"] = "output.weight" not in shapes
    described["attention_bias"] = "blk.0.attn_q.bias" in shapes
    return Config.of(described, path)


def _one(value: object, key: str, path: Path) -> object:
    """Return a number, or the one that all layers share."""
    if not isinstance(value, Sequence) or isinstance(value, (str, bytes)):
        return value
    if len(set(value)) > 1:
        raise CheckpointError(
            path,
            f"{key} differs from layer to layer, which no architecture here knows",
            hint="It can be quantized; merge adapters into its Hugging Face checkpoint with the model's own code.",
        )
    return value[0]


def _hf_name(arch: str, path: Path) -> str:
    from umi_convert.architectures import architecture_of_gguf

    try:
        return architecture_of_gguf(arch, path).hf_names[0]
    except UnsupportedArchitectureError:
        return arch
