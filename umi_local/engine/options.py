"""How engines are opened: what a person may choose, with defaults that fit this machine."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Literal

from umi_local.engine.machine import physical_cores


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineOptions:
    """Choices for engines in this process.

    Attributes:
        n_ctx: Tokens of context; None for what the bundle says.
        n_batch: Tokens evaluated in one call; also how long cancelling can take.
        n_threads: None for one thread per physical core, less one where there are more than four.
        n_gpu_layers: Layers on a GPU; "auto" for all that fit where the build has a device.
        kv_type: Type of keys and values: f16, f32, bf16, q8_0 or q4_0.
        residency: How role weights of layout `shared` are kept; None for what the bundle says.
        prefix_cache_bytes: Cap of the prefix cache on disk; 0 switches it off.
    """

    n_ctx: int | None = None
    n_batch: int = 512
    n_threads: int | None = None
    n_gpu_layers: int | Literal["auto"] = "auto"
    kv_type: str = "f16"
    residency: Literal["auto", "adapters", "merged"] | None = None
    prefix_cache_bytes: int = 2 * 1024**3


def is_offline() -> bool:
    """Whether the user forbade the network with `UMI_OFFLINE`."""
    return os.environ.get("UMI_OFFLINE", "") not in ("", "0")


def default_threads() -> int:
    """Return a thread per physical core, less one where there are more than four: the machine stays usable."""
    n = physical_cores()
    return n - 1 if n > 4 else n
