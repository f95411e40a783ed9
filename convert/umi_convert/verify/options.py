"""How a verdict measures: contexts, budgets, and how progress is told."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, TypeAlias

from umi_local.messages import Role

OnProgress: TypeAlias = Callable[[str, int, int], None]
"""Gets what is being done ("reference", "candidate", "speed"), how much of it is done, and how much there is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgeOptions:
    """How both sides are measured; all but the types of keys and values is the same for both.

    Attributes:
        n_ctx: Tokens of context. Trajectories that don't fit are shortened, and that is said.
        n_batch: Tokens evaluated in one call. Equal cuts on both sides: other batches move logits by up to 0.7.
        n_threads: None for what the runtime would take.
        kv_type: The candidate's keys and values: what people run.
        reference_kv_type: f32 keeps the reference exact.
        residency: Layout `shared` only: which of the roles' weights are judged where a bundle has both; None for what the
            bundle says, or adapters.
        roles: Whose turns are judged; None for all that have weights here.
        max_trajectories: More are thinned out evenly, and that is said.
        positions_per_role: Next-token distributions compared per role, of turns spread evenly over the trajectories. 512
            put the standard error of the mean KL below a tenth of itself on SmolLM2, and take 100 MB of disk per role at
            49,152 tokens of vocabulary (512 x V x 4 bytes).
        spoken_per_role: Turns that each role speaks greedily, spread likewise.
        planner_tokens, caller_tokens, summarizer_tokens: Of a spoken turn, each.
    """

    n_ctx: int = 2048
    n_batch: int = 512
    n_threads: int | None = None
    kv_type: str = "f16"
    reference_kv_type: str = "f32"
    residency: Literal["adapters", "merged"] | None = None
    roles: tuple[Role, ...] | None = None
    max_trajectories: int = 64
    positions_per_role: int = 512
    spoken_per_role: int = 24
    planner_tokens: int = 24
    caller_tokens: int = 64
    summarizer_tokens: int = 24

    def __post_init__(self) -> None:
        for name in ("n_ctx", "n_batch", "max_trajectories", "positions_per_role", "spoken_per_role"):
            if getattr(self, name) < 1:
                raise ValueError(f"{name} is {getattr(self, name)}; expected 1 or more")


def no_progress(stage: str, done: int, total: int) -> None:
    """Tell nobody."""
