"""Cross entropy where something must be said, and only there: logits of other positions are never computed.

With 50,000 to 250,000 tokens in a vocabulary, logits take more memory than all layers together. Here the hidden states
of the target positions go through the head in chunks, whose gradients are taken at once, so that one chunk's logits are
held at a time.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

CHUNK = 256
"""Positions whose logits are held together: 50 MB for 49,152 tokens in float32."""

Head = Callable[[Tensor], Tensor]
"""Hidden states (n, h) to logits (n, V)."""


def target_losses(
    hidden: Tensor, targets: Tensor, weights: Tensor, head: Head, chunk: int = CHUNK
) -> tuple[Tensor, Tensor]:
    """Return the weighted sum of cross entropies, and each of them.

    Args:
        hidden: States before the head that predict a target, (n, h).
        targets: Token ids, (n,).
        weights: What each target counts, (n,).
        head: Must not be trained: gradients go to `hidden` only.

    Returns:
        The sum, a scalar with a gradient; and the cross entropies in nats, (n,), float32, without.
    """
    total, each = _ChunkedLoss.apply(hidden, targets, weights, head, chunk)  # type: ignore[no-untyped-call]  # torch
    return total, each


class _ChunkedLoss(torch.autograd.Function):
    @staticmethod
    def forward(
        ctx: Any, hidden: Tensor, targets: Tensor, weights: Tensor, head: Head, chunk: int
    ) -> tuple[Tensor, Tensor]:
        wants_gradient = hidden.requires_grad
        gradients: list[Tensor] = []
        losses: list[Tensor] = []
        for begin in range(0, len(targets), chunk):
            part = slice(begin, begin + chunk)
            states = hidden[part].detach().requires_grad_(wants_gradient)
            with torch.set_grad_enabled(wants_gradient):
                logits = head(states)
            each, upstream = _cross_entropy(logits.detach(), targets[part], weights[part] if wants_gradient else None)
            if upstream is not None:
                gradients += torch.autograd.grad(logits, states, upstream)
            losses.append(each)
        all_losses = torch.cat(losses) if losses else hidden.new_zeros(0, dtype=torch.float32)
        if wants_gradient:
            ctx.save_for_backward(torch.cat(gradients) if gradients else torch.zeros_like(hidden))
        ctx.mark_non_differentiable(all_losses)
        return (all_losses * weights).sum(), all_losses

    @staticmethod
    def backward(ctx: Any, *upstream: Tensor) -> tuple[Tensor, None, None, None, None]:
        (gradient,) = ctx.saved_tensors
        return gradient * upstream[0].to(gradient.dtype), None, None, None, None


def _cross_entropy(logits: Tensor, targets: Tensor, weights: Tensor | None) -> tuple[Tensor, Tensor | None]:
    """Return cross entropies in nats, (n,), and the gradient of their weighted sum by the logits, where weights are given.

    With p the softmax, the gradient is w (p - 1[target]). One buffer of float32 is worked on in place: twice as fast as
    torch's own two functions, which write four.
    """
    wide = logits.float() if logits.dtype is not torch.float32 else logits.clone()
    wide -= wide.amax(1, keepdim=True)
    of_target = wide.gather(1, targets[:, None])[:, 0]
    total = wide.exp_().sum(1)
    each = total.log() - of_target
    if weights is None:
        return each, None
    wide *= (weights / total)[:, None]
    wide[torch.arange(len(targets), device=targets.device), targets] -= weights
    return each, wide.to(logits.dtype)
