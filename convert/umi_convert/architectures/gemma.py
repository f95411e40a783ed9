"""What the Gemma models have in common: norms stored as distances from 1, and heads of a size of their own.

Not an architecture itself. Facts from llama.cpp (conversion/gemma.py, src/models/gemma*.cpp).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from umi_convert.architectures.decoder import Decoder, head_size, n_heads, n_layers
from umi_convert.config import Config
from umi_convert.tensors import Array, DType, Tensor, cast, to_float32

SLIDING = "sliding_attention"
FULL = "full_attention"


@dataclass(frozen=True, kw_only=True)
class GemmaDecoder(Decoder):
    """A decoder of the Gemma family.

    Attributes:
        big: How many layers the model has whose queries llama.cpp scales by hidden_size / num_attention_heads.
    """

    big: int

    def problems(self, config: Config) -> Iterator[str]:
        """Yield what in this configuration can't be converted."""
        yield from super().problems(config)
        config = self.completed(config)
        scale = config.integer("query_pre_attn_scalar")
        known = config.integer("hidden_size") // n_heads(config) if n_layers(config) == self.big else head_size(config)
        if scale != known:
            yield f"query_pre_attn_scalar is {scale}; llama.cpp computes this model with {known}"
        if config.boolean("use_bidirectional_attention", False):
            yield "use_bidirectional_attention is set, so it isn't a model that writes text"

    def converted(self, tensor: Tensor, config: Config) -> Tensor | None:
        """Return a checkpoint's tensor as llama.cpp wants it: norms as factors."""
        result = super().converted(tensor, config)
        return plus_one(result) if result is not None and result.name.endswith("norm.weight") else result


def plus_one(tensor: Tensor) -> Tensor:
    """Return a tensor with 1 added, in float32; one that is stored as float16 is rounded to that, as llama.cpp's is."""

    def read(start: int, stop: int) -> Array:
        rows = to_float32(tensor.read(start, stop), tensor.dtype) + 1
        return cast(cast(rows, DType.F32, DType.F16), DType.F16, DType.F32) if tensor.dtype is DType.F16 else rows

    return replace(tensor, dtype=DType.F32, read=read)


def layer_types(config: Config, period: int) -> Sequence[str]:
    """Return each layer's kind of attention: every `period`-th sees everything."""
    return [SLIDING if (number + 1) % period else FULL for number in range(n_layers(config))]


def layer_type_problems(config: Config, period: int) -> Iterator[str]:
    """Yield where layers have another kind of attention than llama.cpp computes."""
    if config.has("layer_types") and config.get("layer_types") != layer_types(config, period):
        yield f"layer_types isn't full attention in every layer number {period}, as llama.cpp computes it"
