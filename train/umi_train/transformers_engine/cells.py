"""One text's keys and values under torch, in the form that the engine's seats compute on (`umi_local.engine.kv`).

A buffer holds the conversation, and behind it the turn that is being spoken. Every decode says its position, and what stands
behind it is written over: so forking, cutting back and dropping a turn cost nothing, and move nothing.

An adapter is a name, active over what is decoded while it is in use; None is for the weights alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from umi_local.engine.llama_c import ContextParams, Logits
from umi_local.engine.text import Words
from umi_local.errors import GenerationError
from umi_train.attention import KeptText
from umi_train.transformers_engine.batcher import Batcher, Piece


class TorchCells:
    """A text that grows token by token, on a model that others may share.

    Args:
        batcher: Computes on the model.
        words: The vocabulary.
        params: Of which only the context's length and the batch's matter here.
    """

    def __init__(self, batcher: Batcher, words: Words, params: ContextParams) -> None:
        self.model, self.params = words, params
        self._batcher = batcher
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
            self._logits = self._batcher.compute(
                Piece(self._kept, tokens, position, adapter=self._adapter, every_logit=every_logit)
            )
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
