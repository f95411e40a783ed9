"""Adapters that are switched between decodes: one over all of what is decoded, or every row's own.

Training has a `Router`, which knows several adapters in one row, and gradients. Here nothing is trained and a step is often
few tokens, so what counts is the price of a call. On processors adapters are therefore computed in float32, whatever the
weights are: a product of a small matrix with a vector takes 3 microseconds there, and 16 in bfloat16 (measured at rank 16),
which would double the time of a token in a model of 210 linear layers.

All adapters of a layer lie in one pair of matrices. Where rows have different ones, everything is computed for every row, and
what isn't its own is multiplied by zero: two products a layer, however many adapters and rows, and of the same shapes whoever
speaks.

Shapes: `r` the sum of all adapters' ranks, `n` rows.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any, TypeAlias

import torch
from torch import Tensor
from torch.nn import functional

from umi_train.errors import BaseModelError

Places: TypeAlias = tuple[tuple[str, int, int], ...]
"""Adapters, and which of the r inner values are theirs: [begin, end)."""


class Switch:
    """Replaces the forward pass of a PEFT model's LoRA layers by one that adds the chosen adapter's change.

    Raises:
        BaseModelError: A layer's adapter isn't a pair of matrices.
    """

    def __init__(self, model: Any, *, dtype: torch.dtype) -> None:
        from peft.tuners.lora import LoraLayer

        self.choice: str | Rows | None = None
        layers: list[tuple[str, Any]] = [
            (name, module) for name, module in model.named_modules() if isinstance(module, LoraLayer)
        ]
        for name, layer in layers:
            if not layer.lora_A or layer.lora_embedding_A:
                raise BaseModelError(name, "its adapter isn't one of a linear layer", hint="Train linear layers only.")
            layer.forward = partial(_forward, layer.base_layer, _Changes(layer, dtype), self)

    def use(self, adapter: str | None) -> None:
        """Make an adapter, or none, active over all rows."""
        self.choice = adapter

    def use_rows(self, adapters: Sequence[str | None]) -> None:
        """Give every row its own adapter, or none."""
        self.choice = Rows(adapters) if any(adapters) else None


class Rows:
    """Every row's own adapter."""

    def __init__(self, adapters: Sequence[str | None]) -> None:
        self._adapters = adapters
        self._masks: dict[Places, Tensor] = {}

    def mask(self, places: Places, like: Tensor) -> Tensor:
        """Return 1 where an inner value is of the row's adapter, else 0, (n, r)."""
        if places not in self._masks:
            mask = torch.zeros(len(self._adapters), places[-1][2])
            for name, begin, end in places:
                mine = [row for row, adapter in enumerate(self._adapters) if adapter == name]
                mask[mine, begin:end] = 1
            self._masks[places] = mask.to(like)
        return self._masks[places]


class _Changes:
    """A layer's adapters.

    Attributes:
        down: A of all of them, (r, in).
        up: B of all of them with their scales in it, (out, r).
        single: The parts of `down` and `up` that are one adapter's.
    """

    def __init__(self, layer: Any, dtype: torch.dtype) -> None:
        downs, ups, places, end = [], [], [], 0
        for name in layer.lora_A:
            down, up = layer.lora_A[name].weight.data, layer.lora_B[name].weight.data
            downs.append(down.to(dtype))
            ups.append((up.float() * layer.scaling[name]).to(dtype))
            places.append((name, end, end + len(down)))
            end += len(down)
        self.down, self.up = torch.cat(downs), torch.cat(ups, dim=1)
        self.places: Places = tuple(places)
        self.single: Mapping[str, tuple[Tensor, Tensor]] = {
            name: (self.down[begin:end], self.up[:, begin:end]) for name, begin, end in places
        }


def _forward(base: Any, changes: _Changes, switch: Switch, x: Tensor) -> Tensor:
    """Return W x, plus s B A x where an adapter is active.

    Paper:
        Hu et al. 2021 (arXiv 2106.09685), equation 3.
    """
    result: Tensor = base(x)
    choice = switch.choice
    if choice is None:
        return result
    wide = x.to(changes.down.dtype)
    if isinstance(choice, Rows):
        inner = functional.linear(wide, changes.down)
        inner = inner * choice.mask(changes.places, inner)
        return result + functional.linear(inner, changes.up).to(result.dtype)
    if choice not in changes.single:
        return result
    down, up = changes.single[choice]
    return result + functional.linear(functional.linear(wide, down), up).to(result.dtype)
