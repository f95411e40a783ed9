"""The tables of weights that decoder models are made of: Hugging Face's names, llama.cpp's, and their shapes.

`{}` in a name stands for the layer's number. Names are facts of the two projects (transformers: models/*/modeling_*.py;
llama.cpp: gguf-py/gguf/constants.py, tensor_mapping.py). Which biases there are depends on the configuration.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from umi_convert.config import Config


def always(config: Config) -> bool:
    """Say that a checkpoint can't do without a weight."""
    return True


def never(config: Config) -> bool:
    """Say that a checkpoint may have a weight or not."""
    return False


def untied(config: Config) -> bool:
    """Say whether the output has weights of its own."""
    return not config.boolean("tie_word_embeddings", False)


def with_key(key: str) -> Callable[[Config], bool]:
    """Return a check of whether a key of the configuration is true."""

    def is_set(config: Config) -> bool:
        return config.boolean(key, False)

    return is_set


@dataclass(frozen=True, slots=True)
class Weight:
    """A weight of each layer, or of the whole model.

    Attributes:
        hf: Hugging Face's name.
        gguf: llama.cpp's name.
        shape: Row-major, in the words of `sizes` in decoder.py.
        needed: Whether a checkpoint of a configuration is incomplete without it.
    """

    hf: str
    gguf: str
    shape: tuple[str, ...]
    needed: Callable[[Config], bool] = always


EMBEDDING = Weight("model.embed_tokens.weight", "token_embd.weight", ("vocab", "hidden"))
FINAL_NORM = Weight("model.norm.weight", "output_norm.weight", ("hidden",))
HEAD = Weight("lm_head.weight", "output.weight", ("vocab", "hidden"), untied)


def layer(hf: str, gguf: str, *shape: str, needed: Callable[[Config], bool] = always) -> Weight:
    """Return the row of a weight that every layer has."""
    return Weight(f"model.layers.{{}}.{hf}", f"blk.{{}}.{gguf}", shape, needed)


ATTENTION = (
    layer("self_attn.q_proj.weight", "attn_q.weight", "queries", "hidden"),
    layer("self_attn.k_proj.weight", "attn_k.weight", "keys", "hidden"),
    layer("self_attn.v_proj.weight", "attn_v.weight", "keys", "hidden"),
    layer("self_attn.o_proj.weight", "attn_output.weight", "hidden", "queries"),
)
HEAD_NORMS = (
    layer("self_attn.q_norm.weight", "attn_q_norm.weight", "head"),
    layer("self_attn.k_norm.weight", "attn_k_norm.weight", "head"),
)
GATED_MLP = (
    layer("mlp.gate_proj.weight", "ffn_gate.weight", "feed_forward", "hidden"),
    layer("mlp.up_proj.weight", "ffn_up.weight", "feed_forward", "hidden"),
    layer("mlp.down_proj.weight", "ffn_down.weight", "hidden", "feed_forward"),
)
TWO_NORMS = (
    layer("input_layernorm.weight", "attn_norm.weight", "hidden"),
    layer("post_attention_layernorm.weight", "ffn_norm.weight", "hidden"),
)
FOUR_NORMS = (
    layer("input_layernorm.weight", "attn_norm.weight", "hidden"),
    layer("post_attention_layernorm.weight", "post_attention_norm.weight", "hidden"),
    layer("pre_feedforward_layernorm.weight", "ffn_norm.weight", "hidden"),
    layer("post_feedforward_layernorm.weight", "post_ffw_norm.weight", "hidden"),
)

_NUMBER = re.compile(r"(?<=\.)(0|[1-9]\d{0,4})(?=\.)")


class WeightTable:
    """The weights of an architecture, found by either name."""

    def __init__(self, weights: Iterable[Weight]) -> None:
        self._weights = tuple(weights)
        self._by_hf: Mapping[str, Weight] = {weight.hf: weight for weight in self._weights}
        self._by_gguf: Mapping[str, Weight] = {weight.gguf: weight for weight in self._weights}

    def gguf_name(self, hf_name: str) -> str:
        """Return llama.cpp's name.

        Raises:
            KeyError: There is no such weight.
        """
        pattern, number = _split(hf_name)
        return self._by_hf[pattern].gguf.format(number)

    def hf_name(self, gguf_name: str) -> str:
        """Return Hugging Face's name.

        Raises:
            KeyError: There is no such weight.
        """
        pattern, number = _split(gguf_name)
        return self._by_gguf[pattern].hf.format(number)

    def shape(self, gguf_name: str) -> tuple[str, ...]:
        """Return a weight's shape in words.

        Raises:
            KeyError: There is no such weight.
        """
        return self._by_gguf[_split(gguf_name)[0]].shape

    def names(self, config: Config, n_layers: int) -> Iterator[tuple[str, str, bool]]:
        """Yield (Hugging Face's name, llama.cpp's name, whether it is needed) of all weights of a model."""
        for weight in self._weights:
            needed = weight.needed(config)
            for number in range(n_layers) if "{}" in weight.hf else (0,):
                yield weight.hf.format(number), weight.gguf.format(number), needed


def _split(name: str) -> tuple[str, int]:
    """Return a name with its layer's number replaced, and the number."""
    found = _NUMBER.search(name)
    if found is None or "{" in name:
        return ("" if "{" in name else name), 0
    return f"{name[: found.start()]}{{}}{name[found.end() :]}", int(found[0])
