"""What another package opens for evaluation: adapters as they were trained, before anything is converted.

Nothing here knows torch. Whoever can open such folders registers a function under the name `peft` in the entry-point group
`umi_local.evaluated`; umi_train does.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol, TypeAlias

from umi_local.engine.base import Engine
from umi_local.messages import JsonValue

GROUP = "umi_local.evaluated"
PEFT = "peft"

Dtype: TypeAlias = Literal["auto", "float32", "bfloat16"]
Device: TypeAlias = Literal["auto", "cpu", "cuda"]


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainedRequest:
    """Which adapters are to speak, and on what.

    Attributes:
        folders: Adapters' folders, or folders of those.
        base: Where the base is; None for where the adapters say that it is.
        dtype: Of the weights; `auto` is bfloat16 where the hardware computes with it.
        four_bit: Keep the base's weights in 4 bits.
        n_ctx: Tokens of context; None for what suits the model.
        n_threads: None for torch's own choice.
        n_parallel: How many may speak at once.
    """

    folders: tuple[Path, ...]
    base: str | None = None
    dtype: Dtype = "auto"
    device: Device = "auto"
    four_bit: bool = False
    n_ctx: int | None = None
    n_threads: int | None = None
    n_parallel: int = 1


class TrainedEngine(Engine, Protocol):
    """An engine that says which weights it speaks with."""

    @property
    def facts(self) -> Mapping[str, JsonValue]:
        """What identifies the weights and how they are computed."""


OpenTrained: TypeAlias = Callable[[TrainedRequest], TrainedEngine]
