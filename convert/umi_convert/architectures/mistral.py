"""Mistral 7B and its like, which are Llama to llama.cpp; its sliding window has no key there.

Facts from llama.cpp (conversion/llama.py) and transformers (models/mistral/configuration_mistral.py).
"""

from __future__ import annotations

from umi_convert.architectures.llama import LLAMA_WEIGHTS, InterleavedDecoder
from umi_convert.architectures.vocabularies import write_llama_vocabulary

ARCHITECTURE = InterleavedDecoder(
    hf_names=("MistralForCausalLM",),
    gguf_name="llama",
    weights=LLAMA_WEIGHTS,
    vocabulary=write_llama_vocabulary,
    rope_kinds=("linear", "llama3", "yarn"),
    defaults={
        "vocab_size": 32000,
        "hidden_size": 4096,
        "intermediate_size": 14336,
        "num_hidden_layers": 32,
        "num_attention_heads": 32,
        "num_key_value_heads": 8,
        "max_position_embeddings": 131072,
        "rms_norm_eps": 1e-6,
        "rope_theta": 10000.0,
        "tie_word_embeddings": False,
    },
)
