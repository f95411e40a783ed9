"""What judging takes: how the reference is stored, and the disk and memory that it needs."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeAlias

from umi_convert.old_bundle import OldBundle
from umi_convert.parts import BASE, Parts, Weights
from umi_convert.request import Reference
from umi_convert.source import ModelSource
from umi_convert.storing import Storing
from umi_convert.tensors import DType
from umi_convert.verify.options import JudgeOptions
from umi_local.bundles.values import Layout
from umi_local.engine.estimate import Use, estimate
from umi_local.engine.gguf_header import check_model
from umi_local.engine.machine import memory_bytes

Stored: TypeAlias = Literal["f32", "source"]
"""How the reference is stored: in float32, or as its source is."""

_SHARE_OF_MEMORY = 0.8
"""Of the memory that is available now, a reference in float32 may take this much."""


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgingCost:
    """What judging takes.

    Attributes:
        stored: None where nothing is judged.
        disk_bytes: For the reference and its logits, at once.
        memory_bytes: For the reference when it is loaded.
    """

    stored: Stored | None
    disk_bytes: int = 0
    memory_bytes: int = 0
    notices: tuple[str, ...] = ()


def judging_cost(
    wanted: Reference, storing: Storing, reference_base: Weights | None, old: OldBundle | None
) -> JudgingCost:
    """Return what judging takes: in float32 where that is asked for or memory allows.

    Args:
        reference_base: What is written as the reference's base, though it isn't part of the bundle.
    """
    if wanted == "none":
        return JudgingCost(stored=None, notices=("nothing is judged: --reference none",))
    estimating = _Estimating(storing, reference_base, old)
    if wanted == "source":
        return estimating.cost("source")
    exact = estimating.cost("f32")
    if wanted == "f32" or exact.memory_bytes <= _SHARE_OF_MEMORY * memory_bytes()[1]:
        return exact
    cost = estimating.cost("source")
    notice = (
        f"judged against the source as it is stored: in float32 it takes {exact.memory_bytes / 1e9:.1f} GB of memory"
    )
    return JudgingCost(stored="source", disk_bytes=cost.disk_bytes, memory_bytes=cost.memory_bytes, notices=(notice,))


def reference_dtype(stored: Stored, source: ModelSource) -> DType:
    """Return how a model is stored as the reference."""
    return DType.F32 if stored == "f32" else source.dtype


@dataclass(frozen=True, slots=True)
class _Estimating:
    storing: Storing
    reference_base: Weights | None
    old: OldBundle | None

    def cost(self, stored: Stored) -> JudgingCost:
        """Return what a reference takes that is stored in some way."""
        parts = self.storing.parts
        written = [*parts.weights.values(), *([self.reference_base] if self.reference_base else [])]
        disk, memory = [0], [0]
        for weights in written:
            dtype = reference_dtype(stored, weights.source)
            disk.append(weights.size(dtype))
            memory.append(self._memory(self.storing.outline(weights, dtype), _n_roles(parts, weights.key)))
        if (
            not self._is_one_by_one
            and self.reference_base is None
            and self.old is not None
            and self.old.base is not None
        ):
            memory.append(self._memory(self.old.base, len(parts.roles)))
        at_once = max if self._is_one_by_one else sum
        return JudgingCost(
            stored=stored, disk_bytes=at_once(disk) + self._logits_bytes(written), memory_bytes=at_once(memory)
        )

    @property
    def _is_one_by_one(self) -> bool:
        """Whether each model is judged before the next one is written."""
        return self.storing.parts.layout is Layout.MERGED

    def _memory(self, path: Path, n_roles: int) -> int:
        shares = self.storing.parts.layout in (Layout.SHARED, Layout.PROMPTED)
        judged = JudgeOptions()
        n_contexts = 1 if shares else max(1, n_roles)
        use = Use(n_ctx=judged.n_ctx, kv_type=judged.reference_kv_type, n_contexts=n_contexts)
        return estimate(check_model(path), use).total_bytes

    def _logits_bytes(self, written: list[Weights]) -> int:
        n_vocab = max(
            (shape[0] for w in written for name, shape in w.base.shapes.items() if "embed_tokens" in name), default=0
        )
        return len(self.storing.parts.roles) * JudgeOptions().positions_per_role * n_vocab * 4


def _n_roles(parts: Parts, key: str) -> int:
    return sum((part.weights or BASE) == key for part in parts.roles.values())
