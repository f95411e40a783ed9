"""Llama 1, 2 and 3, and the many models that are built the same: SmolLM, TinyLlama, Yi, CodeLlama, ...

Facts from llama.cpp (conversion/llama.py) and transformers (models/llama/configuration_llama.py).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from gguf import Keys
from numpy.typing import NDArray

from umi_convert.architectures.decoder import Decoder, head_size, n_heads, n_key_heads, write_head_size
from umi_convert.architectures.rope_scaling import llama3_factors, vector
from umi_convert.architectures.row_order import interleaved_halves
from umi_convert.architectures.vocabularies import write_llama_vocabulary
from umi_convert.architectures.weights import (
    ATTENTION,
    EMBEDDING,
    FINAL_NORM,
    GATED_MLP,
    HEAD,
    TWO_NORMS,
    WeightTable,
    layer,
    with_key,
)
from umi_convert.config import Config
from umi_convert.key_values import KeyValues
from umi_convert.tensors import Tensor

BIASES = (
    layer("self_attn.q_proj.bias", "attn_q.bias", "queries", needed=with_key("attention_bias")),
    layer("self_attn.k_proj.bias", "attn_k.bias", "keys", needed=with_key("attention_bias")),
    layer("self_attn.v_proj.bias", "attn_v.bias", "keys", needed=with_key("attention_bias")),
    layer("self_attn.o_proj.bias", "attn_output.bias", "hidden", needed=with_key("attention_bias")),
    layer("mlp.gate_proj.bias", "ffn_gate.bias", "feed_forward", needed=with_key("mlp_bias")),
    layer("mlp.up_proj.bias", "ffn_up.bias", "feed_forward", needed=with_key("mlp_bias")),
    layer("mlp.down_proj.bias", "ffn_down.bias", "hidden", needed=with_key("mlp_bias")),
)

LLAMA_WEIGHTS = WeightTable((EMBEDDING, *TWO_NORMS, *ATTENTION, *GATED_MLP, *BIASES, FINAL_NORM, HEAD))


@dataclass(frozen=True, kw_only=True)
class InterleavedDecoder(Decoder):
    """A decoder in whose heads llama.cpp interleaves the halves of queries and keys."""

    def row_order(self, gguf_name: str, n_rows: int, config: Config) -> NDArray[np.intp] | None:
        """Return the order of rows of queries and keys."""
        config = self.completed(config)
        if gguf_name.endswith((".attn_q.weight", ".attn_q.bias")):
            return interleaved_halves(n_rows, n_heads(config))
        if gguf_name.endswith((".attn_k.weight", ".attn_k.bias")):
            return interleaved_halves(n_rows, n_key_heads(config))
        return None

    def extra_tensors(self, config: Config) -> Iterator[Tensor]:
        """Yield the frequencies' factors of Llama 3's rope scaling."""
        config = self.completed(config)
        if config.rope.kind == "llama3":
            yield vector("rope_freqs.weight", llama3_factors(config.rope, head_size(config)))

    def write_hparams(self, config: Config, metadata: KeyValues) -> None:
        """Set the keys that describe the model's shape."""
        super().write_hparams(config, metadata)
        config = self.completed(config)
        write_head_size(config, metadata)  # transformers' class always knows head_dim
        metadata.uint32(Keys.LLM.VOCAB_SIZE, config.integer("vocab_size"))
        metadata.uint32(Keys.Rope.DIMENSION_COUNT, head_size(config))


ARCHITECTURE = InterleavedDecoder(
    hf_names=("LlamaForCausalLM", "LLaMAForCausalLM"),
    gguf_name="llama",
    weights=LLAMA_WEIGHTS,
    vocabulary=write_llama_vocabulary,
    rope_kinds=("linear", "llama3", "yarn"),
    may_have_bias=("attention_bias", "mlp_bias"),
    defaults={
        "vocab_size": 32000,
        "hidden_size": 4096,
        "intermediate_size": 11008,
        "num_hidden_layers": 32,
        "num_attention_heads": 32,
        "max_position_embeddings": 2048,
        "rms_norm_eps": 1e-6,
        "rope_theta": 10000.0,
        "tie_word_embeddings": False,
    },
)
