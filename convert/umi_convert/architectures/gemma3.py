"""Gemma 3, and the text model of its bigger kind that also sees pictures.

Facts from llama.cpp (conversion/gemma.py, src/models/gemma3.cpp) and transformers
(models/gemma3/configuration_gemma3.py). What sees pictures is
left out when the checkpoint is opened.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from gguf import Keys

from umi_convert.architectures.gemma import GemmaDecoder, layer_type_problems
from umi_convert.architectures.vocabularies import write_gemma3_vocabulary
from umi_convert.architectures.weights import (
    ATTENTION,
    EMBEDDING,
    FINAL_NORM,
    FOUR_NORMS,
    GATED_MLP,
    HEAD,
    HEAD_NORMS,
    WeightTable,
)
from umi_convert.config import Config
from umi_convert.key_values import KeyValues


@dataclass(frozen=True, kw_only=True)
class Gemma3Decoder(GemmaDecoder):
    """Gemma 3."""

    def problems(self, config: Config) -> Iterator[str]:
        """Yield what in this configuration can't be converted."""
        yield from super().problems(config)
        config = self.completed(config)
        if config.has("attn_logit_softcapping"):
            yield "attn_logit_softcapping is set; llama.cpp's gemma3 has none"
        if not _slides(config):
            yield from layer_type_problems(config, 1)
            return
        if not config.has("sliding_window"):
            yield "sliding_window is null, but the layers have one"
        if config.integer("sliding_window_pattern", 6) != 6:
            yield f"sliding_window_pattern is {config.integer('sliding_window_pattern')}; llama.cpp computes 6 or 1"
        yield from layer_type_problems(config, 6)

    def gguf_tensor_name(self, hf_name: str) -> str | None:
        """Return llama.cpp's name for a tensor, with or without the prefixes of a model that has other parts."""
        return super().gguf_tensor_name(hf_name.replace("language_model.", "", 1))

    def write_hparams(self, config: Config, metadata: KeyValues) -> None:
        """Set the keys that describe the model's shape."""
        super().write_hparams(config, metadata)
        config = self.completed(config)
        final_cap = config.number("final_logit_softcapping", 0)
        if final_cap:
            metadata.float32(Keys.LLM.FINAL_LOGIT_SOFTCAPPING, final_cap)
        if _slides(config):
            metadata.uint32(Keys.Attention.SLIDING_WINDOW, config.integer("sliding_window"))


def _slides(config: Config) -> bool:
    """Say whether some layers have a sliding window; this is how llama.cpp's converter finds out."""
    return config.integer("sliding_window_pattern", 6) != 1


ARCHITECTURE = Gemma3Decoder(
    hf_names=("Gemma3ForCausalLM", "Gemma3ForConditionalGeneration"),
    gguf_name="gemma3",
    weights=WeightTable((EMBEDDING, *FOUR_NORMS, *ATTENTION, *HEAD_NORMS, *GATED_MLP, FINAL_NORM, HEAD)),
    vocabulary=write_gemma3_vocabulary,
    activation=("hidden_activation", ("gelu_pytorch_tanh",)),
    rope_kinds=("linear", "yarn"),
    big=62,
    defaults={
        "vocab_size": 262208,
        "hidden_size": 2304,
        "intermediate_size": 9216,
        "num_hidden_layers": 26,
        "num_attention_heads": 8,
        "num_key_value_heads": 4,
        "head_dim": 256,
        "max_position_embeddings": 131072,
        "rms_norm_eps": 1e-6,
        "rope_theta": 1000000.0,
        "rope_local_base_freq": 10000.0,
        "query_pre_attn_scalar": 256,
        "sliding_window": 4096,
        "tie_word_embeddings": True,
    },
)
