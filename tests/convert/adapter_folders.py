"""PEFT folders and bases made of plain arrays: no torch, no PEFT, and a writer that shares no code with the reader."""

from __future__ import annotations

import json
import struct
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from umi_convert.adapter_patches import AdapterPatches, patches_of_all
from umi_convert.architectures import architecture_of
from umi_convert.config import Config
from umi_convert.patches import patched
from umi_convert.peft_adapter import PeftAdapter, open_adapter
from umi_convert.tensors import Array, DType, Tensor

HIDDEN, FEED_FORWARD, VOCAB = 16, 24, 40
MODULES = {
    "self_attn.q_proj": (HIDDEN, HIDDEN),
    "self_attn.k_proj": (8, HIDDEN),
    "self_attn.v_proj": (8, HIDDEN),
    "self_attn.o_proj": (HIDDEN, HIDDEN),
    "mlp.gate_proj": (FEED_FORWARD, HIDDEN),
    "mlp.up_proj": (FEED_FORWARD, HIDDEN),
    "mlp.down_proj": (HIDDEN, FEED_FORWARD),
}
PREFIX = "base_model.model."
FINGERPRINT = "ab" * 32


def llama_config(**options: Any) -> Config:
    """Return the configuration of a llama of two layers with four heads."""
    raw = {
        "architectures": ["LlamaForCausalLM"],
        "hidden_size": HIDDEN,
        "intermediate_size": FEED_FORWARD,
        "num_hidden_layers": 2,
        "num_attention_heads": 4,
        "num_key_value_heads": 2,
        "vocab_size": VOCAB,
        **options,
    }
    return Config.of(raw, Path("config.json"))


def llama_weights(*, tied: bool = False, seed: int = 0) -> dict[str, Array]:
    """Return random weights of such a llama, by Hugging Face's names."""
    rng = np.random.default_rng(seed)
    shapes: dict[str, tuple[int, ...]] = {"model.embed_tokens.weight": (VOCAB, HIDDEN), "model.norm.weight": (HIDDEN,)}
    for layer in range(2):
        shapes |= {f"model.layers.{layer}.{module}.weight": shape for module, shape in MODULES.items()}
    if not tied:
        shapes["lm_head.weight"] = (VOCAB, HIDDEN)
    return {name: rng.normal(size=shape).astype(np.float32) for name, shape in shapes.items()}


def lora(module: str, shape: tuple[int, int], rank: int, *, seed: int = 0, scale: float = 0.3) -> dict[str, Array]:
    """Return random A and B of a module, by PEFT's names."""
    rng = np.random.default_rng([seed, *module.encode()])
    return {
        f"{PREFIX}{module}.lora_A.weight": rng.normal(size=(rank, shape[1]), scale=scale).astype(np.float32),
        f"{PREFIX}{module}.lora_B.weight": rng.normal(size=(shape[0], rank), scale=scale).astype(np.float32),
    }


def embedding_lora(module: str, shape: tuple[int, int], rank: int, *, seed: int = 0) -> dict[str, Array]:
    """Return random A and B of an embedding of shape (tokens, hidden)."""
    rng = np.random.default_rng([seed, *module.encode()])
    return {
        f"{PREFIX}{module}.lora_embedding_A": rng.normal(size=(rank, shape[0]), scale=0.3).astype(np.float32),
        f"{PREFIX}{module}.lora_embedding_B": rng.normal(size=(shape[1], rank), scale=0.3).astype(np.float32),
    }


def all_linear(rank: int = 4, *, seed: int = 0) -> dict[str, Array]:
    """Return random A and B of every linear layer of the llama."""
    modules = {f"model.layers.{layer}.{module}": shape for layer in range(2) for module, shape in MODULES.items()}
    return {
        name: values
        for module, shape in modules.items()
        for name, values in lora(module, shape, rank, seed=seed).items()
    }


def write_adapter(
    folder: Path, tensors: Mapping[str, Array], *, card: Mapping[str, Any] | None = None, **options: Any
) -> Path:
    """Write a PEFT folder; options that are None are left out of its configuration."""
    folder.mkdir(parents=True, exist_ok=True)
    config = {"peft_type": "LORA", "r": 4, "lora_alpha": 8, **options}
    kept = {key: value for key, value in config.items() if value is not None}
    (folder / "adapter_config.json").write_text(json.dumps(kept), encoding="utf-8")
    (folder / "adapter_model.safetensors").write_bytes(safetensors(tensors))
    if card is not None:
        (folder / "umi_role.json").write_text(json.dumps(card), encoding="utf-8")
    return folder


def safetensors(tensors: Mapping[str, Array]) -> bytes:
    """Return the content of a safetensors file (huggingface/safetensors: README.md, "Format")."""
    names = {np.dtype(np.float32): "F32", np.dtype(np.float16): "F16", np.dtype(np.uint16): "BF16"}
    header, data = {}, b""
    for name, values in tensors.items():
        begin, data = len(data), data + np.ascontiguousarray(values).tobytes()
        header[name] = {
            "dtype": names[values.dtype],
            "shape": list(values.shape),
            "data_offsets": [begin, len(data)],
        }
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    return struct.pack("<Q", len(text)) + text + data


def changes_of(
    adapters: Path | PeftAdapter | list[Path], weights: Mapping[str, Array], **config: Any
) -> AdapterPatches:
    """Return what adapters do to weights."""
    given = adapters if isinstance(adapters, list) else [adapters]
    opened = [open_adapter(adapter) if isinstance(adapter, Path) else adapter for adapter in given]
    shapes = {name: values.shape for name, values in weights.items()}
    configuration = llama_config(**config)
    tied = "lm_head.weight" not in weights
    return patches_of_all(opened, configuration, architecture_of(configuration), shapes, tied=tied)


def merged(adapters: Path | list[Path], weights: Mapping[str, Array], **config: Any) -> dict[str, Array]:
    """Return weights with adapters merged, read in small pieces; an untied head is among them."""
    changes = changes_of(adapters, weights, **config)
    result = dict(weights)
    if changes.untied:
        result["lm_head.weight"] = weights["model.embed_tokens.weight"]
    assert set(changes.patches) <= set(result)
    return {
        name: in_chunks(patched(tensor_of(name, values), changes.patches.get(name, ())))
        for name, values in result.items()
    }


def tensor_of(name: str, values: Array) -> Tensor:
    """Return a float32 array as a tensor that is read by rows."""
    rows = values.reshape(-1, values.shape[-1])
    return Tensor(name=name, shape=values.shape, dtype=DType.F32, read=lambda start, stop: rows[start:stop])


def in_chunks(tensor: Tensor, n_values: int = 100) -> Array:
    """Return all of a tensor, read as the writer reads it, a few rows at a time."""
    return np.concatenate([tensor.read(start, stop) for start, stop in tensor.chunks(n_values)]).reshape(tensor.shape)
