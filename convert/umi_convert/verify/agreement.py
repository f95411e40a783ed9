"""Do two sides say the same? Greedy turns token by token, the planner's decisions, the caller's calls.

A choice between two tokens that are nearly equally likely may fall either way after the smallest rounding, and says nothing
about a file. So the choices of which the reference was sure are counted apart, and only those are demanded (`SURE`).

Turns that the reference itself could not finish are left out; one that only the candidate could not finish differs.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from umi_convert.verify.probes import n_equal
from umi_convert.verify.turns import Place
from umi_convert.verify.values import GreedyAgreement, Share
from umi_local.engine.scoring import Said
from umi_local.messages import CallerTurn, Decision, Role, ToolCall

SURE = 0.3
"""A choice is sure if it leads by this much probability. Turning it over takes more than half of that as total variation,
which a divergence of 0.05 nats can't do at the average position (Pinsker: the square root of half the divergence)."""


@dataclass(frozen=True, slots=True)
class Spoken:
    """A turn that was spoken greedily, its tokens, and what a planner decides after the trajectory's own rationale.

    Attributes:
        decision: With its lead; None but for planners.
    """

    said: Said
    tokens: tuple[int, ...]
    decision: tuple[Decision, float] | None = None


@dataclass(frozen=True, slots=True)
class Pair:
    """The same turn, spoken by the reference and by the candidate."""

    reference: Spoken
    candidate: Spoken | None


def pairs_of(
    role: Role, reference: Mapping[Place, Spoken | None], candidate: Mapping[Place, Spoken | None]
) -> list[Pair]:
    """Return a role's turns that both sides were asked for and that the reference finished."""
    return [
        Pair(spoken, candidate[place])
        for place, spoken in reference.items()
        if place.role is role and place in candidate and spoken is not None
    ]


def greedy_agreement(pairs: Sequence[Pair]) -> GreedyAgreement:
    """Return how many turns have the same tokens, and how far they go together."""
    prefixes = [n_equal(pair.candidate.tokens if pair.candidate else (), pair.reference.tokens) for pair in pairs]
    n = max(len(pairs), 1)
    return GreedyAgreement(
        identical=_share(pairs, lambda spoken: spoken.tokens, lambda spoken: spoken.said.margin),
        mean_prefix_tokens=sum(prefixes) / n,
        mean_tokens=sum(len(pair.reference.tokens) for pair in pairs) / n,
    )


def same_decisions(pairs: Sequence[Pair]) -> Share:
    """Return how often the planner decides the same after the same rationale."""
    return _share(pairs, lambda spoken: _decided(spoken)[0], lambda spoken: _decided(spoken)[1])


def same_names(pairs: Sequence[Pair]) -> Share:
    """Return how often the caller takes the same tool."""
    return _share(pairs, lambda spoken: _call(spoken).name, lambda spoken: spoken.said.name_margin or 0.0)


def same_calls(pairs: Sequence[Pair]) -> Share:
    """Return how often the caller takes the same tool with the same arguments, whatever their order."""
    return _share(pairs, lambda spoken: _canonical(_call(spoken)), lambda spoken: spoken.said.margin)


def _share(pairs: Sequence[Pair], what: Callable[[Spoken], object], margin: Callable[[Spoken], float]) -> Share:
    is_same = [pair.candidate is not None and what(pair.candidate) == what(pair.reference) for pair in pairs]
    is_sure = [margin(pair.reference) >= SURE for pair in pairs]
    return Share(
        n=len(pairs),
        n_same=sum(is_same),
        n_sure=sum(is_sure),
        n_sure_same=sum(same and sure for same, sure in zip(is_same, is_sure, strict=True)),
    )


def _decided(spoken: Spoken) -> tuple[Decision, float]:
    assert spoken.decision is not None  # planners are always asked
    return spoken.decision


def _call(spoken: Spoken) -> ToolCall:
    assert isinstance(spoken.said.turn, CallerTurn)  # the caller speaks no other
    return spoken.said.turn.call


def _canonical(call: ToolCall) -> str:
    return json.dumps([call.name, call.arguments], sort_keys=True)
