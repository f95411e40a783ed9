"""The paper's static metrics, edge cases included: a step is a pair of texts, and markers are searched in all of each.

The texts have the form of the released checkpoints: a planner's turn, `</s>`, the downstream role's label and its turn. The
evaluator reads the plan from the whole text, so a call whose arguments mention `Next: conclusion` counts as a conclusion.
Where the original raises, the step is left out of the metrics that need what is missing, and of no other, with a `Skip` that
says why; skips are counted and reported.

Paper:
    X-PLUG/Multi-LLM-Agent at f9eeef7, GLPFT/inference_utils/toolbench/evaluate-multi_agent.py: Plan ACC, Act. EM, Hallu.,
    Arg. F1 (with easy and hard), R-L.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from enum import Enum

from umi_local.evaluate.metrics.arguments import BadReferenceError, paper_f1, read_object
from umi_local.evaluate.metrics.points import Scored
from umi_local.evaluate.metrics.rouge import EmptyTextError, summary_f

END = "</s>"
NOTHING = "none"
NO_ARGUMENTS = "{}"


class Plan(str, Enum):
    """What a text is read as."""

    CALL = "call"
    FINISH = "finish"
    GIVE_UP = "give up"


class Skip(str, Enum):
    """Where the original stops with an exception, or drops a step in silence."""

    NO_END = "the text of a call has no end of turn (IndexError in the original)"
    NO_SPACE = "`conclusion:` without a space after it (ValueError in the original)"
    BAD_REFERENCE = "the wanted arguments are no JSON object (dropped by the original)"
    EMPTY_HYPOTHESIS = "the predicted answer holds no words (ValueError in the original)"
    EMPTY_REFERENCE = "the wanted answer holds no words (ValueError in the original)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Parsed:
    """What a text was read as. `name` and `arguments` (a text) belong to a call, `answer` to a finish.

    `trouble` says where the original would have raised instead; the rest is then of no meaning, but for `plan`.
    """

    plan: Plan
    name: str = NOTHING
    arguments: str = NO_ARGUMENTS
    answer: str = NOTHING
    trouble: Skip | None = None


def cleaned(text: str) -> str:
    """Return a model's output as the static runtime passes it on: without a leading `: `, and never empty."""
    text = text.removeprefix(": ")
    return NOTHING if text in ("", ".", ",") else text


def read_plan(text: str) -> Plan:
    """Return the plan of a text: give up before conclusion, and a call where neither marker is found."""
    if "Next: give up" in text:
        return Plan.GIVE_UP
    return Plan.FINISH if "Next: conclusion" in text else Plan.CALL


def parse_output(text: str) -> Parsed:
    """Return what the evaluator reads off a text."""
    plan = read_plan(text)
    if plan is Plan.GIVE_UP:
        return Parsed(plan=plan)
    return _read_answer(text) if plan is Plan.FINISH else _read_call(text)


def _read_call(text: str) -> Parsed:
    parts = text.split(END)
    if len(parts) < 2:
        return Parsed(plan=Plan.CALL, trouble=Skip.NO_END)
    call = parts[1]
    start, stop = call.rfind("Action:"), call.rfind("Action Input:")
    arguments = call[stop + len("Action Input:") :].strip() if stop >= 0 else NO_ARGUMENTS
    name = call[start + len("Action:") : stop].strip() if 0 <= start < stop else NOTHING
    return Parsed(plan=Plan.CALL, name=name, arguments=arguments)


def _read_answer(text: str) -> Parsed:
    """Read what follows the last `conclusion: `; the whole text where nobody concluded in words."""
    if "conclusion:" not in text:
        return Parsed(plan=Plan.FINISH, answer=text)
    if "conclusion: " not in text:
        return Parsed(plan=Plan.FINISH, trouble=Skip.NO_SPACE)
    return Parsed(plan=Plan.FINISH, answer=text.rsplit("conclusion: ", 1)[1].replace(END, ""))


def score(reference: Parsed, planned: Plan, said: Parsed, tools: Collection[str]) -> Scored:
    """Return what a step adds to `plan_acc`, `hallu`, `act_em`, `arg_f1`, `arg_f1_easy`, `arg_f1_hard` and `rouge_l`.

    Args:
        planned: What the planner chose. In the paper's runtime always the plan of `said`; perhaps another where each role is
            asked by itself.
        tools: Names of the tools on offer.
    """
    points = {"plan_acc": float(planned is reference.plan)}
    skips: list[Skip] = []
    if said.plan is Plan.CALL and said.trouble is not None:
        skips.append(said.trouble)
    else:
        points["hallu"] = float(said.plan is Plan.CALL and said.name != NOTHING and said.name not in tools)
    if reference.plan is Plan.CALL and not skips:
        _score_call(reference, said, points, skips)
    if reference.plan is Plan.FINISH:
        _score_answer(reference, said, points, skips)
    return Scored(points, tuple(skip.value for skip in skips))


def _score_call(reference: Parsed, said: Parsed, points: dict[str, float], skips: list[Skip]) -> None:
    if reference.trouble is not None:
        skips.append(reference.trouble)
        return
    name = said.name if said.plan is Plan.CALL else NOTHING
    points["act_em"] = float(name == reference.name)
    if name != reference.name:  # tested before anything else, and a miss among the easy and the hard ones
        points |= {"arg_f1": 0.0, "arg_f1_easy": 0.0, "arg_f1_hard": 0.0}
        return
    try:
        f1 = paper_f1(reference.arguments, said.arguments)
    except BadReferenceError:
        skips.append(Skip.BAD_REFERENCE)
        return
    is_hard = bool(read_object(reference.arguments))
    points |= {"arg_f1": f1, "arg_f1_hard" if is_hard else "arg_f1_easy": f1}


def _score_answer(reference: Parsed, said: Parsed, points: dict[str, float], skips: list[Skip]) -> None:
    is_finish = said.plan is Plan.FINISH
    trouble = reference.trouble or (said.trouble if is_finish else None)
    if trouble is not None:
        skips.append(trouble)
        return
    try:
        points["rouge_l"] = summary_f(said.answer if is_finish else NOTHING, reference.answer)
    except EmptyTextError as error:
        skips.append(Skip.EMPTY_HYPOTHESIS if error.which == "hypothesis" else Skip.EMPTY_REFERENCE)
