"""One text's keys and values under torch, in the form that the engine's seats compute on (`umi_local.engine.kv`).

A buffer holds the conversation, and behind it the turn that is being spoken. Every decode says its position, and what stands
behind it is written over: so forking, cutting back and dropping a turn cost nothing, and move nothing.

An adapter is a name, active over what is decoded while it is in use; None is for the weights alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from torch import Tensor

from umi_local.engine.llama_c import ContextParams, Logits
from umi_local.engine.text import Words
from umi_local.errors import GenerationError
from umi_train.attention import Following, KeptText
from umi_train.causal import CausalModel
from umi_train.transformers_engine.switch import Switch


class TorchCells:
    """A text that grows token by token, on a model that others may share.

    Args:
        causal: The model; its head has at least the vocabulary's tokens.
        words: The vocabulary.
        switch: Switches adapters; None for a model that has none.
        params: Of which only the context's length and the batch's matter here.
    """

    def __init__(self, causal: CausalModel, words: Words, switch: Switch | None, params: ContextParams) -> None:
        self.model, self.params = words, params
        self._causal, self._switch = causal, switch
        self._kept = KeptText(params.n_ctx)
        self._adapter: str | None = None
        self._logits: Logits = np.empty((0, words.vocab.n_tokens), np.float32)

    @property
    def n_ctx(self) -> int:
        """Tokens that fit."""
        return self.params.n_ctx

    def use_adapter(self, adapter: Any) -> None:
        """Make an adapter, or none, active for what is decoded from now on."""
        self._adapter = adapter

    def decode(self, tokens: Sequence[int], position: int, sequence: int, *, every_logit: bool = False) -> None:
        """Evaluate tokens at positions from `position` on; logits are kept for the last one.

        Args:
            every_logit: Keep the logits of every token, (n, V).

        Raises:
            GenerationError: They don't fit, there is no memory, or the model computes nonsense.
        """
        n = len(tokens)
        if position + n > self.n_ctx:
            raise GenerationError(f"{position + n:,} tokens don't fit into a context of {self.n_ctx:,}")
        try:
            with torch.inference_mode():
                self._logits = self._computed(tokens, position, every_logit).float().cpu().numpy()
        except RuntimeError as error:  # torch's own, and what it raises where there is no memory
            reason = str(error).split("\n", 1)[0]
            raise GenerationError(f"torch could not compute {n} tokens: {reason}") from error
        if not np.isfinite(self._logits).all():
            raise GenerationError(
                "the model's logits aren't finite numbers", hint="Try it in float32; else the weights are broken."
            )

    def logits(self, index: int = -1) -> Logits:
        """Return the logits of a token of the last decode, shape (V,)."""
        row: Logits = self._logits[index]
        return row

    def cut(self, sequence: int, start: int) -> bool:
        """Forget from a position on: what stands there will be written over."""
        return True

    def copy(self, source: int, target: int, start: int = 0) -> None:
        """Share cells: the turn goes on behind the conversation, in the same buffer."""

    def _computed(self, tokens: Sequence[int], position: int, every_logit: bool) -> Tensor:
        if self._switch is not None:
            self._switch.active = self._adapter
        device = self._causal.device
        ids = torch.tensor([list(tokens)], device=device)
        positions = torch.arange(position, position + len(tokens), device=device)[None]
        states = self._causal.hidden(ids, positions, Following(self._kept, position))
        return self._causal.logits(states if every_logit else states[-1:])[:, : self.model.vocab.n_tokens]
