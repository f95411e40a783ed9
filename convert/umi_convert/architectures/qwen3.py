"""Qwen 3 (dense): norms on the heads of queries and keys, and no biases.

Facts from llama.cpp (conversion/qwen.py) and transformers (models/qwen3/configuration_qwen3.py).
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
    HEAD_NORMS,
    TWO_NORMS,
    WeightTable,
)

ARCHITECTURE = Decoder(
    hf_names=("Qwen3ForCausalLM",),
    gguf_name="qwen3",
    weights=WeightTable((EMBEDDING, *TWO_NORMS, *ATTENTION, *HEAD_NORMS, *GATED_MLP, FINAL_NORM, HEAD)),
    vocabulary=write_qwen_vocabulary,
    defaults={
        "vocab_size": 151936,
        "hidden_size": 4096,
        "intermediate_size": 22016,
        "num_hidden_layers": 32,
        "num_attention_heads": 32,
        "num_key_value_heads": 32,
        "head_dim": 128,
        "max_position_embeddings": 32768,
        "rms_norm_eps": 1e-6,
        "rope_theta": 10000.0,
        "tie_word_embeddings": False,
    },
)
