"""Adapters that are switched between decodes: one at a time, over all of what is decoded.

Training has a `Router`, which knows several adapters in one row, and gradients. Here nothing is trained and a step is often
one token, so what counts is the price of a call. On processors adapters are therefore computed in float32, whatever the weights
are: a product of a small matrix with a vector takes 3 microseconds there, and 16 in bfloat16 (measured at rank 16), which would
double the time of a token in a model of 210 linear layers.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any, TypeAlias

import torch
from torch import Tensor
from torch.nn import functional

from umi_train.errors import BaseModelError

Change: TypeAlias = tuple[Tensor, Tensor]
"""A (r, in), and B (out, r) with the scale in it."""


class Switch:
    """Replaces the forward pass of a PEFT model's LoRA layers by one that adds the active adapter's change.

    Attributes:
        active: The adapter's name; None for the weights alone.

    Raises:
        BaseModelError: A layer's adapter isn't a pair of matrices.
    """

    def __init__(self, model: Any, *, dtype: torch.dtype) -> None:
        from peft.tuners.lora import LoraLayer

        self.active: str | None = None
        layers: list[tuple[str, Any]] = [
            (name, module) for name, module in model.named_modules() if isinstance(module, LoraLayer)
        ]
        for name, layer in layers:
            if not layer.lora_A or layer.lora_embedding_A:
                raise BaseModelError(name, "its adapter isn't one of a linear layer", hint="Train linear layers only.")
            changes: dict[str | None, Change] = {a: _change(layer, a, dtype) for a in layer.lora_A}
            layer.forward = partial(_forward, layer.base_layer, changes, self)


def _change(layer: Any, adapter: str, dtype: torch.dtype) -> Change:
    down, up = layer.lora_A[adapter].weight.data, layer.lora_B[adapter].weight.data
    return down.to(dtype), (up.float() * layer.scaling[adapter]).to(dtype)


def _forward(base: Any, changes: Mapping[str | None, Change], switch: Switch, x: Tensor) -> Tensor:
    """Return W x, plus s B A x where an adapter is active.

    Paper:
        Hu et al. 2021 (arXiv 2106.09685), equation 3.
    """
    result: Tensor = base(x)
    change = changes.get(switch.active)
    if change is None:
        return result
    down, up = change
    return result + functional.linear(functional.linear(x.to(down.dtype), down), up).to(result.dtype)
