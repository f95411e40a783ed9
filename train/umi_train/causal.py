"""A causal language model on the attention of packed rows: from tokens to hidden states, and from those to logits.

Adapters, where there are any, are switched by a `Router` around the calls; here nothing is known of them.

Shapes: `T` tokens of a row, `h` hidden size, `V` rows of the head.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor
from torch.nn import functional

from umi_train import attention
from umi_train.attention import Layout
from umi_train.errors import BaseModelError

SUPPORTED = ("gemma", "gemma2", "gemma3_text", "llama", "mistral", "phi3", "qwen2", "qwen3")
"""Model types of transformers whose layers pass the attention's layout on, and whose head is a linear layer."""


class CausalModel:
    """A model of transformers, with or without adapters in its layers.

    Attributes:
        config: The model's own.

    Raises:
        BaseModelError: Its architecture isn't supported.
    """

    def __init__(self, causal: Any) -> None:
        self.config = causal.config
        if self.config.model_type not in SUPPORTED:
            raise BaseModelError(
                self.config.name_or_path or self.config.model_type,
                f"models of type {self.config.model_type!r} can't be trained; these can: {', '.join(SUPPORTED)}",
            )
        attention.register()
        causal.set_attn_implementation(attention.NAME)
        self.decoder = causal.get_decoder()
        self._head = causal.get_output_embeddings()
        self._softcap = getattr(self.config, "final_logit_softcapping", None)
        self._wide: Tensor | None = None

    @property
    def device(self) -> torch.device:
        """Where rows must be."""
        device: torch.device = self._head.weight.device
        return device

    @property
    def dtype(self) -> torch.dtype:
        """Of the activations."""
        dtype: torch.dtype = self._head.weight.dtype
        return dtype

    @property
    def n_rows(self) -> int:
        """Rows of the head: at least the vocabulary's tokens."""
        return int(self._head.weight.shape[0])

    def widen_head(self) -> None:
        """Compute logits in float32 from now on, for choosing tokens; nothing changes where they are already.

        bfloat16 has steps of 1/8 between 16 and 32, so the likeliest tokens would often tie. Costs a copy of the head.
        """
        if self._head.weight.dtype is not torch.float32:
            self._wide = self._head.weight.detach().float()

    def hidden(self, tokens: Tensor, positions: Tensor, layout: Layout) -> Tensor:
        """Return the last hidden states of a row, (T, h)."""
        output = self.decoder(input_ids=tokens, position_ids=positions, use_cache=False, umi=layout)
        states: Tensor = output.last_hidden_state[0]
        return states

    def logits(self, states: Tensor) -> Tensor:
        """Return logits (n, V) of hidden states (n, h)."""
        if self._wide is None:
            logits: Tensor = self._head(states)
        else:
            logits = functional.linear(states.float(), self._wide, self._head.bias)
        if self._softcap:
            logits = torch.tanh(logits / self._softcap) * self._softcap
        return logits
