"""What a verdict demands, in three degrees, and the sentences that say what misses it.

Where the numbers come from: llama.cpp's own table for Llama 3 8B (tools/perplexity/README.md in its repository) gives mean KL
divergences from F16 of 0.0014 for Q8_0, 0.005 for Q6_K, 0.031 for Q4_K_M, 0.036 for IQ4_NL, 0.072 for Q4_0, 0.10 for
Q3_K_M, and 0.33 to 0.45 for Q2_K, which people call broken. The smaller a model, the more it loses: SmolLM2-135M, a hard case
(untrained for its roles, rows of 576), was measured here at 0.0002 for BF16, 0.004 for Q8_0, 0.008 for Q6_K, 0.07 for Q4_K_M,
0.21 for IQ4_NL, 0.32 for Q4_0 and 0.49 for Q2_K. Up to Q6_K all its sure choices stayed the same.

- `strict` is for types that claim to lose nothing (F16, BF16, Q8_0, Q6_K).
- `normal` lets good 4-bit types pass: Q4_K_M of that model, all of them of an 8B one.
- `loose` lets through whatever still does mostly the same, down to Q4_0 of that model. Broken files (rows in a wrong order,
  other adapters) are far beyond it.

Token ids and prompts must be equal in every degree: a difference there is a mistake, not a loss. Decisions and calls are
demanded where the reference was sure of its own (`agreement.SURE`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from umi_convert.verify.values import RoleVerdict, Share


@dataclass(frozen=True, slots=True, kw_only=True)
class Thresholds:
    """Limits that every role must keep; shares are between 0 and 1.

    Attributes:
        max_mean_kl: Nats.
        max_p99_kl: Nats; a few positions that are far off show here first.
        min_top1, min_top10: Agreement on the likeliest token, and on the ten likeliest.
        min_decisions: Same decisions of the planner, of those the reference is sure of.
        min_names, min_calls: Same tool, and same whole call, of the caller, likewise.
    """

    max_mean_kl: float
    max_p99_kl: float
    min_top1: float
    min_top10: float
    min_decisions: float
    min_names: float
    min_calls: float


STRICTNESS = {
    "strict": Thresholds(
        max_mean_kl=0.02,
        max_p99_kl=0.25,
        min_top1=0.93,
        min_top10=0.92,
        min_decisions=0.95,
        min_names=0.95,
        min_calls=0.9,
    ),
    "normal": Thresholds(
        max_mean_kl=0.15,
        max_p99_kl=1.5,
        min_top1=0.85,
        min_top10=0.8,
        min_decisions=0.75,
        min_names=0.85,
        min_calls=0.7,
    ),
    "loose": Thresholds(
        max_mean_kl=0.5,
        max_p99_kl=5.0,
        min_top1=0.7,
        min_top10=0.65,
        min_decisions=0.6,
        min_names=0.7,
        min_calls=0.25,
    ),
}


def problems_of(verdict: RoleVerdict, thresholds: Thresholds) -> tuple[str, ...]:
    """Return what stands against one role, one sentence each."""
    role = verdict.role.value
    found = tuple(_differences(verdict)) or tuple(
        _misses(verdict, thresholds)
    )  # over other tokens figures mean nothing
    return tuple(f"{role}: {sentence}" for sentence in found)


def _differences(verdict: RoleVerdict) -> Iterator[str]:
    if verdict.token_ids.difference is not None:
        yield f"token ids differ: {verdict.token_ids.difference}"
    if verdict.prompts.difference is not None:
        yield f"prompts differ: {verdict.prompts.difference}"


def _misses(verdict: RoleVerdict, limits: Thresholds) -> Iterator[str]:
    found = verdict.distributions
    if found is None:
        yield "there is no turn of this role to judge it by; give trajectories that have some"
        return
    if found.n_not_finite:
        yield f"logits at {found.n_not_finite} of {found.n_positions} positions are not finite numbers"
    if found.mean_kl > limits.max_mean_kl:
        yield f"mean KL is {found.mean_kl:.4g} nats; at most {limits.max_mean_kl:g} are allowed"
    if found.p99_kl > limits.max_p99_kl:
        yield f"the 99th percentile of KL is {found.p99_kl:.4g} nats; at most {limits.max_p99_kl:g} are allowed"
    yield from _below("top-1 agreement", found.top1, limits.min_top1)
    yield from _below("top-10 agreement", found.top10, limits.min_top10)
    yield from _too_few("decisions", verdict.decisions, limits.min_decisions)
    yield from _too_few("tool names", verdict.names, limits.min_names)
    yield from _too_few("calls", verdict.calls, limits.min_calls)


def _below(what: str, value: float, limit: float) -> Iterator[str]:
    if value < limit:
        yield f"{what} is {value:.1%}; at least {limit:.0%} is demanded"


def _too_few(what: str, share: Share | None, limit: float) -> Iterator[str]:
    if share is not None and share.sure < limit:
        yield (
            f"of {share.n_sure} {what} that the reference is sure of, {share.n_sure_same} are the same; "
            f"at least {limit:.0%} is demanded"
        )
