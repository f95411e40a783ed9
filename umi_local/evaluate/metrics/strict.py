"""Strict static metrics: values are compared, not texts; nothing is searched for in substrings, and nothing is left out.

What can't be read is wrong. Hallucinations are counted among predicted calls, so that a planner that never calls has none to
show instead of a low share. Arguments compare as JSON does, and a call counts as exact or not.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from umi_local.evaluate.metrics.arguments import json_equal, strict_f1
from umi_local.evaluate.metrics.points import Scored
from umi_local.evaluate.metrics.rouge import plain_f
from umi_local.messages import Decision, ToolCall

UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True, kw_only=True)
class Values:
    """What was wanted or said at a step; None where there is nothing of the kind."""

    decision: Decision | None
    call: ToolCall | None = None
    answer: str | None = None


def score(
    wanted: Values, said: Values, *, tools: Collection[str], is_valid: bool = True, n_asked: int = 1, n_unread: int = 0
) -> Scored:
    """Return what a step adds to `plan_acc`, `act_em`, `hallu`, `exact`, `arg_f1`, `valid`, `rouge_l` and `unreadable`.

    Args:
        tools: Names of the tools on offer.
        is_valid: Whether the arguments of the call that was said fit its tool's schema.
        n_asked: Turns that were asked for at this step.
        n_unread: Those among them that could not be read.
    """
    points = {"plan_acc": float(said.decision is wanted.decision), "unreadable": n_unread / n_asked}
    if said.call is not None:
        is_known = said.call.name in tools
        points |= {"hallu": float(not is_known), "valid": float(is_known and is_valid)}
    if wanted.call is not None:
        points |= _call_points(wanted.call, said.call)
    if wanted.answer is not None:
        points["rouge_l"] = plain_f(said.answer, wanted.answer) if said.answer is not None else 0.0
    return Scored(points)


def confusion_cell(wanted: Values, said: Values) -> tuple[str, str]:
    """Return the decision that was wanted and the one that was said, for a table of both."""
    return _word(wanted.decision), _word(said.decision)


def _call_points(wanted: ToolCall, said: ToolCall | None) -> dict[str, float]:
    if said is None or said.name != wanted.name:
        return {"act_em": 0.0, "exact": 0.0, "arg_f1": 0.0}
    return {
        "act_em": 1.0,
        "exact": float(json_equal(wanted.arguments, said.arguments)),
        "arg_f1": strict_f1(wanted.arguments, said.arguments),
    }


def _word(decision: Decision | None) -> str:
    return decision.value if decision is not None else UNREADABLE
