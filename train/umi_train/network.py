"""A causal language model with adapters, computed row by row: hidden states, and losses where something must be said."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from umi_train.attention import Kept, Layout
from umi_train.causal import CausalModel
from umi_train.loss import CHUNK, target_losses
from umi_train.packing import FullRow
from umi_train.routing import Part, Route, Router
from umi_train.span import SpanRow


def context_limit(config: Any) -> int:
    """Return how many tokens a text may have: those of the model's context.

    Where longer texts' positions are scaled, it is the context that the model was first trained on: the scale follows the
    longest text of a row, so the others would not be computed as they are alone.
    """
    limit = int(config.max_position_embeddings)
    rope = getattr(config, "rope_parameters", None) or getattr(config, "rope_scaling", None) or {}
    if rope.get("rope_type") not in ("dynamic", "longrope"):
        return limit
    own = getattr(config, "original_max_position_embeddings", None)
    return min(limit, int(rope.get("original_max_position_embeddings") or own or limit))


@dataclass(frozen=True, slots=True)
class RowLoss:
    """The loss of a row.

    Attributes:
        total: The weighted sum, with a gradient.
        each: Cross entropy of each target in nats, (n,), without.
    """

    total: Tensor
    each: Tensor


class Network:
    """A PEFT model on the attention of packed rows.

    Args:
        model: A PEFT model over a causal language model that was loaded with `attn_implementation=attention.NAME`.

    Raises:
        BaseModelError: Its architecture isn't supported.
    """

    def __init__(self, model: Any) -> None:
        self.model = model
        self._causal = CausalModel(model.get_base_model())
        self.decoder = self._causal.decoder
        self.router = Router(model)

    @property
    def device(self) -> torch.device:
        """Where rows must be."""
        return self._causal.device

    @property
    def dtype(self) -> torch.dtype:
        """Of the activations."""
        return self._causal.dtype

    @property
    def has_dropout(self) -> bool:
        """Whether training draws random numbers."""
        return any(isinstance(module, torch.nn.Dropout) and module.p > 0 for module in self.model.modules())

    def checkpoint_activations(self) -> None:
        """Compute layers again in the backward pass instead of keeping their activations; a third slower, far less memory."""
        causal = self.model.get_base_model()
        enable = getattr(causal, "activation_checkpointing_enable", None) or causal.gradient_checkpointing_enable
        enable({"use_reentrant": False})

    def hidden(self, tokens: Tensor, positions: Tensor, layout: Layout) -> Tensor:
        """Return the last hidden states of a row, (T, h), along the router's present route."""
        return self._causal.hidden(tokens, positions, layout)

    def logits(self, states: Tensor) -> Tensor:
        """Return logits (n, V) of hidden states (n, h)."""
        return self._causal.logits(states)

    @torch.no_grad()
    def context(self, row: SpanRow) -> Kept:
        """Return the keys and values that the backbone, without any adapter, makes of a row's contexts."""
        kept: Kept = {}
        with self.router.along(()):
            self.hidden(row.context.tokens, row.context.positions, row.context.layout(kept))
        return kept

    def span_states(self, row: SpanRow, kept: Kept) -> Tensor:
        """Return the hidden states of a row's spans, (S, h); the router must be on the row's route."""
        return self.hidden(row.tokens, row.positions, row.layout(kept))

    def span_loss(self, row: SpanRow, weights: Tensor, chunk: int = CHUNK) -> RowLoss:
        """Return the loss of a row's spans; the router must be on its route until the backward pass is done.

        Args:
            weights: What each target counts, (n,).
        """
        states = self.span_states(row, self.context(row))
        return self._loss(states, row.targets.at, row.targets.ids, weights, chunk)

    def full_loss(self, row: FullRow, weights: Tensor, chunk: int = CHUNK) -> RowLoss:
        """Return the loss of a row that is read as a whole; the router must be on `full_route`.

        Args:
            weights: What each target counts, (n,).
        """
        states = self.hidden(row.text.tokens, row.text.positions, row.text.layout())
        return self._loss(states, row.targets.at, row.targets.ids, weights, chunk)

    def _loss(self, states: Tensor, at: Tensor, ids: Tensor, weights: Tensor, chunk: int) -> RowLoss:
        return RowLoss(*target_losses(states[at], ids, weights, self.logits, chunk))


def full_route(row: FullRow, adapter: str) -> Route:
    """Return a route on which one adapter is active over all of a row."""
    return (Part(adapter, 0, row.text.tokens.shape[1]),)
