"""Gemma 2: soft caps, and full attention in every second layer.

Facts from llama.cpp (conversion/gemma.py, src/models/gemma2.cpp) and transformers
(models/gemma2/configuration_gemma2.py). The loader always uses the embedding as the output.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from gguf import Keys

from umi_convert.architectures.decoder import write_head_size, write_norms, write_shape
from umi_convert.architectures.gemma import GemmaDecoder, layer_type_problems
from umi_convert.architectures.vocabularies import write_gemma2_vocabulary
from umi_convert.architectures.weights import ATTENTION, EMBEDDING, FINAL_NORM, FOUR_NORMS, GATED_MLP, WeightTable
from umi_convert.config import Config
from umi_convert.key_values import KeyValues

_NEEDED = ("attn_logit_softcapping", "final_logit_softcapping", "sliding_window")


@dataclass(frozen=True, kw_only=True)
class Gemma2Decoder(GemmaDecoder):
    """Gemma 2."""

    def problems(self, config: Config) -> Iterator[str]:
        """Yield what in this configuration can't be converted."""
        yield from super().problems(config)
        config = self.completed(config)
        yield from layer_type_problems(config, 2)
        if not config.boolean("tie_word_embeddings"):
            yield "tie_word_embeddings is false; llama.cpp's gemma2 has no output weights of its own"
        if config.rope.theta != 10000:
            yield f"rope_theta is {config.rope.theta:g}; there is no key for it in llama.cpp's gemma2, which takes 10000"
        for key in _NEEDED:
            if not config.has(key):
                yield f"{key} is null, but llama.cpp's gemma2 always computes it"

    def gguf_tensor_name(self, hf_name: str) -> str | None:
        """Return llama.cpp's name for a tensor; a copy of the embedding under the head's name isn't written."""
        return None if hf_name == "lm_head.weight" else super().gguf_tensor_name(hf_name)

    def write_hparams(self, config: Config, metadata: KeyValues) -> None:
        """Set the keys that describe the model's shape."""
        config = self.completed(config)
        write_shape(config, metadata)
        write_norms(config, metadata)
        write_head_size(config, metadata)
        metadata.float32(Keys.LLM.ATTN_LOGIT_SOFTCAPPING, config.number("attn_logit_softcapping"))
        metadata.float32(Keys.LLM.FINAL_LOGIT_SOFTCAPPING, config.number("final_logit_softcapping"))
        metadata.uint32(Keys.Attention.SLIDING_WINDOW, config.integer("sliding_window"))


ARCHITECTURE = Gemma2Decoder(
    hf_names=("Gemma2ForCausalLM",),
    gguf_name="gemma2",
    weights=WeightTable((EMBEDDING, *FOUR_NORMS, *ATTENTION, *GATED_MLP, FINAL_NORM)),
    vocabulary=write_gemma2_vocabulary,
    unties=False,
    activation=("hidden_activation", ("gelu_pytorch_tanh",)),
    rope_kinds=(),
    big=46,
    defaults={
        "vocab_size": 256000,
        "hidden_size": 2304,
        "intermediate_size": 9216,
        "num_hidden_layers": 26,
        "num_attention_heads": 8,
        "num_key_value_heads": 4,
        "head_dim": 256,
        "max_position_embeddings": 8192,
        "rms_norm_eps": 1e-6,
        "rope_theta": 10000.0,
        "query_pre_attn_scalar": 256,
        "sliding_window": 4096,
        "attn_logit_softcapping": 50.0,
        "final_logit_softcapping": 30.0,
        "tie_word_embeddings": True,
    },
)
