"""Phi-3, 3.5 and 4 (mini): queries, keys and values in one weight, gate and up in another, and LongRoPE.

Facts from llama.cpp (conversion/phi.py) and transformers (models/phi3/configuration_phi3.py).
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from gguf import Keys

from umi_convert.architectures.decoder import Decoder, n_heads, write_bases, write_norms, write_shape
from umi_convert.architectures.rope_scaling import vector
from umi_convert.architectures.vocabularies import write_phi3_vocabulary
from umi_convert.architectures.weights import EMBEDDING, FINAL_NORM, HEAD, TWO_NORMS, WeightTable, layer
from umi_convert.config import Config
from umi_convert.key_values import KeyValues
from umi_convert.rope import Rope
from umi_convert.tensors import Tensor

FUSED = (
    layer("self_attn.qkv_proj.weight", "attn_qkv.weight", "queries_keys_values", "hidden"),
    layer("self_attn.o_proj.weight", "attn_output.weight", "hidden", "queries"),
    layer("mlp.gate_up_proj.weight", "ffn_up.weight", "gate_and_up", "hidden"),
    layer("mlp.down_proj.weight", "ffn_down.weight", "hidden", "feed_forward"),
)


@dataclass(frozen=True, kw_only=True)
class Phi3Decoder(Decoder):
    """Phi-3 and its successors."""

    def rope(self, config: Config) -> Rope:
        """Return how positions are encoded, the older names of LongRoPE understood as transformers does."""
        rope = super().rope(config)
        return replace(rope, kind="longrope") if rope.kind in ("su", "yarn") else rope

    def problems(self, config: Config) -> Iterator[str]:
        """Yield what in this configuration can't be converted."""
        yield from super().problems(config)
        config = self.completed(config)
        rope = self.rope(config)
        pairs = _rotated(config, rope) // 2
        if rope.kind == "longrope" and not len(rope.long_factors) == len(rope.short_factors) == pairs:
            found = f"{len(rope.long_factors)} and {len(rope.short_factors)}"
            yield f"rope scaling has {found} long and short factors; there must be {pairs} of each"

    def extra_tensors(self, config: Config) -> Iterator[Tensor]:
        """Yield LongRoPE's factors."""
        rope = self.rope(self.completed(config))
        if rope.long_factors:
            yield vector("rope_factors_long.weight", np.array(rope.long_factors, dtype=np.float32))
            yield vector("rope_factors_short.weight", np.array(rope.short_factors, dtype=np.float32))

    def write_hparams(self, config: Config, metadata: KeyValues) -> None:
        """Set the keys that describe the model's shape."""
        config = self.completed(config)
        rope = self.rope(config)
        length = config.integer("max_position_embeddings", minimum=1)
        original = rope.original_max_position_embeddings or length
        if rope.long_factors:
            metadata.float32(Keys.Rope.SCALING_ATTN_FACTOR, _attention_factor(length, original))
        write_shape(config, metadata)
        metadata.uint32(Keys.Rope.SCALING_ORIG_CTX_LEN, original)
        write_norms(config, metadata)
        metadata.uint32(Keys.Rope.DIMENSION_COUNT, _rotated(config, rope))
        write_bases(config, metadata)
        metadata.uint32(Keys.Attention.SLIDING_WINDOW, config.integer("sliding_window", 0))


def _rotated(config: Config, rope: Rope) -> int:
    """Return how many values of each head are rotated."""
    return int(rope.partial_rotary_factor * config.integer("hidden_size")) // n_heads(config)


def _attention_factor(length: int, original: int) -> float:
    scale = length / original
    return math.sqrt(1 + math.log(scale) / math.log(original)) if scale > 1 and original > 1 else 1.0


ARCHITECTURE = Phi3Decoder(
    hf_names=("Phi3ForCausalLM",),
    gguf_name="phi3",
    weights=WeightTable((EMBEDDING, *TWO_NORMS, *FUSED, FINAL_NORM, HEAD)),
    vocabulary=write_phi3_vocabulary,
    rope_kinds=("longrope",),
    has_head_dim=False,
    defaults={
        "vocab_size": 32064,
        "hidden_size": 3072,
        "intermediate_size": 8192,
        "num_hidden_layers": 32,
        "num_attention_heads": 32,
        "max_position_embeddings": 4096,
        "original_max_position_embeddings": 4096,
        "rms_norm_eps": 1e-5,
        "rope_theta": 10000.0,
        "partial_rotary_factor": 1.0,
        "tie_word_embeddings": False,
    },
)
