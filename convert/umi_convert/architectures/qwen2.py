"""Qwen 2 and 2.5: biases on queries, keys and values, and none elsewhere.

Facts from llama.cpp (conversion/qwen.py) and transformers (models/qwen2/configuration_qwen2.py).
"""

from __future__ import annotations

from umi_convert.architectures.decoder import Decoder
from umi_convert.architectures.vocabularies import write_qwen_vocabulary
from umi_convert.architectures.weights import (
    ATTENTION,
    EMBEDDING,
    FINAL_NORM,
    GATED_MLP,
    HEAD,
    TWO_NORMS,
    WeightTable,
    layer,
)

BIASES = (
    layer("self_attn.q_proj.bias", "attn_q.bias", "queries"),
    layer("self_attn.k_proj.bias", "attn_k.bias", "keys"),
    layer("self_attn.v_proj.bias", "attn_v.bias", "keys"),
)

ARCHITECTURE = Decoder(
    hf_names=("Qwen2ForCausalLM",),
    gguf_name="qwen2",
    weights=WeightTable((EMBEDDING, *TWO_NORMS, *ATTENTION, *BIASES, *GATED_MLP, FINAL_NORM, HEAD)),
    vocabulary=write_qwen_vocabulary,
    has_head_dim=False,
    defaults={
        "vocab_size": 151936,
        "hidden_size": 4096,
        "intermediate_size": 22016,
        "num_hidden_layers": 32,
        "num_attention_heads": 32,
        "num_key_value_heads": 32,
        "max_position_embeddings": 32768,
        "rms_norm_eps": 1e-6,
        "rope_theta": 10000.0,
        "tie_word_embeddings": False,
    },
)
