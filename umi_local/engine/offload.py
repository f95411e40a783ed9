"""How many layers go to a GPU when nobody said."""

from __future__ import annotations


def auto_gpu_layers(header: object, *, n_ctx: int) -> int:
    return 0
