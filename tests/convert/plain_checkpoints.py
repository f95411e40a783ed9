"""Checkpoints written without torch: for tests that must be quick, or big."""

from __future__ import annotations

import json
import struct
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from tests.convert.tokenizers_for_tests import write_config, write_json, write_llama2
from umi_convert.tensors import Array, DType, from_float32

BASE: Mapping[str, Any] = {"vocab_size": 420, "tie_word_embeddings": True}


def llama_shapes(config: Mapping[str, Any]) -> dict[str, tuple[int, ...]]:
    """Return the shapes of a llama's weights by name."""
    hidden, feed_forward = config["hidden_size"], config["intermediate_size"]
    keys = hidden // config["num_attention_heads"] * config["num_key_value_heads"]
    shapes: dict[str, tuple[int, ...]] = {"model.embed_tokens.weight": (config["vocab_size"], hidden)}
    for number in range(config["num_hidden_layers"]):
        begin = f"model.layers.{number}."
        shapes |= {begin + f"{name}_layernorm.weight": (hidden,) for name in ("input", "post_attention")}
        shapes |= {begin + f"self_attn.{name}_proj.weight": (hidden, hidden) for name in "qo"}
        shapes |= {begin + f"self_attn.{name}_proj.weight": (keys, hidden) for name in "kv"}
        shapes |= {begin + f"mlp.{name}_proj.weight": (feed_forward, hidden) for name in ("gate", "up")}
        shapes[begin + "mlp.down_proj.weight"] = (hidden, feed_forward)
    shapes["model.norm.weight"] = (hidden,)
    if not config.get("tie_word_embeddings"):
        shapes["lm_head.weight"] = (config["vocab_size"], hidden)
    return shapes


def write_llama(folder: Path, *, dtype: DType = DType.BF16, seed: int = 0, **changes: Any) -> Path:
    """Write a random llama with Llama 2's kind of tokenizer, tied unless it is said otherwise."""
    write_llama2(folder)
    write_config(folder, **{**BASE, **changes})
    config = json.loads((folder / "config.json").read_text())
    write_safetensors(folder / "model.safetensors", llama_shapes(config), dtype, seed=seed)
    return folder


def write_safetensors(path: Path, shapes: Mapping[str, tuple[int, ...]], dtype: DType, *, seed: int = 0) -> None:
    """Write random values, the same few millions again and again where more are wanted."""
    header, at = {}, 0
    for name in sorted(shapes):
        size = int(np.prod(shapes[name])) * dtype.numpy.itemsize
        header[name] = {"dtype": dtype.value, "shape": list(shapes[name]), "data_offsets": [at, at + size]}
        at += size
    values = np.random.default_rng(seed).standard_normal(min(at // dtype.numpy.itemsize, 1 << 21)).astype(np.float32)
    block = from_float32(values, dtype).tobytes()
    encoded = json.dumps(header).encode()
    encoded += b" " * (-len(encoded) % 8)
    with path.open("wb") as file:
        file.write(struct.pack("<Q", len(encoded)) + encoded)
        for begin in range(0, at, len(block)):
            file.write(block[: at - begin])


def read_safetensors(path: Path) -> dict[str, Array]:
    """Return all values of a file of bfloat16, float16 or float32 as stored."""
    content = path.read_bytes()
    (length,) = struct.unpack_from("<Q", content)
    found = {}
    for name, entry in json.loads(content[8 : 8 + length]).items():
        begin, end = (8 + length + offset for offset in entry["data_offsets"])
        found[name] = np.frombuffer(content[begin:end], DType(entry["dtype"]).numpy).reshape(entry["shape"])
    return found


def edit_config(folder: Path, **changes: Any) -> None:
    """Change keys of config.json; None leaves one out."""
    config = {**json.loads((folder / "config.json").read_text()), **changes}
    write_json(folder / "config.json", {key: value for key, value in config.items() if value is not None})
