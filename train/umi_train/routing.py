"""Which adapter is active over which tokens of a row: several roles' tokens go through the base's weights together.

PEFT makes the adapters' layers and reads and writes their files; their forward pass is replaced by one that follows a route.
PEFT's own computes one set of adapters for all tokens of a row, and several only outside of training.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeAlias

import torch
from torch import Tensor
from torch.nn import functional


@dataclass(frozen=True, slots=True)
class Part:
    """Tokens [begin, end) of a row, over which one adapter is active; None for none."""

    adapter: str | None
    begin: int
    end: int


Route: TypeAlias = tuple[Part, ...]
"""The parts of a row, in order and without gaps; empty where no adapter is active anywhere."""


class Router:
    """Replaces the forward pass of a PEFT model's LoRA layers by one that follows a route.

    Raises:
        ValueError: The model has no LoRA layers.
    """

    def __init__(self, model: Any) -> None:
        from peft.tuners.lora import LoraLayer

        self._here = threading.local()  # every thread computes a row of its own
        layers: list[Any] = [module for module in model.modules() if isinstance(module, LoraLayer)]
        if not layers:
            raise ValueError("the model has no LoRA layers")
        self.n_layers = len(layers)
        for layer in layers:
            layer.forward = partial(_forward, layer, self)

    @property
    def route(self) -> Route:
        """What is active where, in the row that this thread computes."""
        route: Route = getattr(self._here, "route", ())
        return route

    @contextmanager
    def along(self, route: Sequence[Part]) -> Iterator[None]:
        """Follow a route in the block. With activation checkpointing the backward pass belongs into it too."""
        before, self._here.route = self.route, tuple(route)
        try:
            yield
        finally:
            self._here.route = before


def _forward(layer: Any, router: Router, x: Tensor, *args: Any, **kwargs: Any) -> Tensor:
    """Return W x, plus s B A x over the parts that have an adapter.

    Shape:
        x (1, T, in), result (1, T, out).

    Paper:
        Hu et al. 2021 (arXiv 2106.09685), equation 3.
    """
    result: Tensor = layer.base_layer(x, *args, **kwargs)
    if not any(part.adapter for part in router.route):
        return result
    changes = [_change(layer, part, x) for part in router.route]
    if len(changes) == 1 and changes[0] is not None:
        return result + changes[0]
    filled = [
        result.new_zeros(1, part.end - part.begin, result.shape[-1]) if change is None else change
        for part, change in zip(router.route, changes, strict=True)
    ]
    return result + torch.cat(filled, dim=1)


def _change(layer: Any, part: Part, x: Tensor) -> Tensor | None:
    if part.adapter is None or part.adapter not in layer.lora_A:
        return None
    inner = layer.lora_dropout[part.adapter](x[:, part.begin : part.end])
    down, up = layer.lora_A[part.adapter].weight, layer.lora_B[part.adapter].weight  # float32, whatever x is
    inner = functional.linear(inner, down.to(x.dtype)) * layer.scaling[part.adapter]
    return functional.linear(inner, up.to(x.dtype))
