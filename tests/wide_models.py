"""A small llama whose rows are whole blocks of 256, so that every type of llama.cpp's quantizer can hold them.

Random weights, SmolLM2's tokenizer cut to its first tokens, about 2 MB in F32. Tests that need other dimensions say so.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import gguf
import numpy as np

from tests.models import _cut_vocabulary, real_gguf
from umi_local.bench.gguf_files import F32, Array, add_tensor, add_value, finish, metadata_of, normal
from umi_local.engine.gguf_header import read_header

EPSILON = 1e-5
HEADS, HEADS_KV = 4, 2


def write_wide_llama(
    path: Path,
    *,
    seed: int = 0,
    ftype: gguf.GGMLQuantizationType = F32,
    hidden: int = 256,
    ff: int = 256,
    n_layers: int = 1,
    n_vocab: int = 320,
    tied: bool = True,
    n_experts: int = 0,
) -> Path:
    """Write a llama with random weights; with experts, two of them are used per token."""
    writer = gguf.GGUFWriter(path, "llama")
    writer.add_type("model")
    writer.add_block_count(n_layers)
    writer.add_context_length(2048)
    writer.add_embedding_length(hidden)
    writer.add_feed_forward_length(ff)
    writer.add_head_count(HEADS)
    writer.add_head_count_kv(HEADS_KV)
    writer.add_rope_dimension_count(hidden // HEADS)
    writer.add_layer_norm_rms_eps(EPSILON)
    if n_experts:
        writer.add_expert_count(n_experts)
        writer.add_expert_used_count(2)
    for key, value, types in metadata_of(real_gguf()):
        if key.startswith("tokenizer."):
            add_value(writer, key, _cut_vocabulary(key, value, n_vocab), types)
    writer.add_vocab_size(n_vocab)
    rng = np.random.default_rng(seed)
    for name, weight in _weights(rng, hidden, ff, n_layers, n_vocab, n_experts):
        add_tensor(writer, name, weight, F32 if weight.ndim == 1 or "gate_inp" in name else ftype)
    if not tied:
        add_tensor(writer, "output.weight", normal(rng, (n_vocab, hidden), 0.3), ftype)
    return finish(writer, path)


def _weights(
    rng: np.random.Generator, hidden: int, ff: int, n_layers: int, n_vocab: int, n_experts: int
) -> Iterator[tuple[str, Array]]:
    kv = hidden // HEADS * HEADS_KV
    deep = (n_experts,) if n_experts else ()
    suffix = "_exps" if n_experts else ""
    shapes: dict[str, tuple[int, ...]] = {
        "attn_q": (hidden, hidden),
        "attn_k": (kv, hidden),
        "attn_v": (kv, hidden),
        "attn_output": (hidden, hidden),
        f"ffn_gate{suffix}": (*deep, ff, hidden),
        f"ffn_up{suffix}": (*deep, ff, hidden),
        f"ffn_down{suffix}": (*deep, hidden, ff),
    }
    if n_experts:
        shapes["ffn_gate_inp"] = (n_experts, hidden)
    yield "token_embd.weight", normal(rng, (n_vocab, hidden), 0.3)
    for layer in range(n_layers):
        yield f"blk.{layer}.attn_norm.weight", 1 + normal(rng, (hidden,), 0.1)
        yield f"blk.{layer}.ffn_norm.weight", 1 + normal(rng, (hidden,), 0.1)
        for name, shape in shapes.items():
            yield f"blk.{layer}.{name}.weight", normal(rng, shape, 1.5 / np.sqrt(shape[-1]))
    yield "output_norm.weight", np.ones(hidden, np.float32)


def read_weights(path: Path) -> dict[str, Array]:
    """Return every tensor of a GGUF in float32, in its own shape; an oracle that shares no code with llama.cpp."""
    header = read_header(path)
    weights = {}
    for tensor in header.tensors:
        raw = np.fromfile(path, np.uint8, tensor.n_bytes, offset=header.data_offset + tensor.offset)
        rows = raw.reshape(-1, tensor.type.row_bytes(tensor.shape[0]))
        weights[tensor.name] = dequantized(rows, tensor.type.name).reshape(tuple(reversed(tensor.shape)))
    return weights


def dequantized(rows: Array, qtype: str) -> Array:
    """Return stored rows in float32; two types that `gguf` can't read are unpacked as `ggml-common.h` lays them out."""
    if qtype in ("Q1_0", "Q2_0"):
        block_bytes = 18
        blocks = rows.reshape(-1, block_bytes)
        scales = blocks[:, :2].copy().view(np.float16).astype(np.float32)
        bits = np.unpackbits(blocks[:, 2:], axis=1, bitorder="little")
        if qtype == "Q1_0":
            return np.where(bits, scales, -scales).astype(np.float32)
        return (bits[:, 0::2] + 2.0 * bits[:, 1::2] - 1).astype(np.float32) * scales
    plain = {"F32": np.float32, "F16": np.float16}
    if qtype in plain:
        return rows.view(plain[qtype]).astype(np.float32)
    values: Array = gguf.dequantize(rows, gguf.GGMLQuantizationType[qtype])
    return np.asarray(values, np.float32)
