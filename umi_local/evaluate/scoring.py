"""From results to points, in either mode: the one place that knows how a step's values become the paper's texts.

In `paper` mode a turn that could be read is written as the released checkpoints write it, whatever form the model used, and a
text that couldn't be read stays as it is. So equal behaviour scores equally in every prompt profile.
"""

from __future__ import annotations

from umi_local.evaluate.metrics import paper, strict
from umi_local.evaluate.metrics.points import Scored
from umi_local.evaluate.values import Mode, Route, StepResult, Utterance
from umi_local.messages import CallerTurn, Decision, PlannerTurn, Role, SummarizerTurn
from umi_local.prompts.alpha_umi import planner_text, render_action

_LABELS = {Role.CALLER: "caller", Role.SUMMARIZER: "conclusion", Role.PLANNER: "assistant"}


def score_step(result: StepResult, mode: Mode) -> Scored:
    """Return what a result adds to the metrics of a mode."""
    return _score_paper(result) if mode == "paper" else _score_strict(result)


def decisions(result: StepResult) -> tuple[str, str]:
    """Return the decision that was wanted and the one that was made, strictly read."""
    return strict.confusion_cell(_wanted(result), _said(result))


def _score_paper(result: StepResult) -> Scored:
    reference = paper.parse_output(_gold_text(result))
    planned = paper.cleaned(_text_of(result.prediction.planner))
    if result.route is Route.PIPELINE:
        said = paper.parse_output(_joined(planned, result.prediction.follow))
        return paper.score(reference, said.plan, said, result.tools)
    wanted = planner_text(result.planner.rationale, result.planner.decision)
    said = paper.parse_output(_joined(wanted, result.prediction.follow))
    return paper.score(reference, paper.read_plan(planned), said, result.tools)


def _gold_text(result: StepResult) -> str:
    wanted = planner_text(result.planner.rationale, result.planner.decision)
    if result.follow is None:
        return wanted
    role = Role.CALLER if isinstance(result.follow, CallerTurn) else Role.SUMMARIZER
    return f"{wanted}{paper.END}{_LABELS[role]}: {_written(result.follow)}{paper.END}"


def _joined(planned: str, follow: Utterance | None) -> str:
    """Return the prediction's text; where nobody followed, the planner's alone, which is then no call."""
    if follow is None:
        return planned
    return f"{planned}{paper.END}{_LABELS[follow.role]}: {paper.cleaned(_text_of(follow))}"


def _text_of(utterance: Utterance) -> str:
    return utterance.text if utterance.turn is None else _written(utterance.turn)


def _written(turn: PlannerTurn | CallerTurn | SummarizerTurn) -> str:
    match turn:
        case PlannerTurn(rationale, decision):
            return planner_text(rationale, decision)
        case CallerTurn(call):
            return render_action(call)
        case SummarizerTurn(text):
            return text


def _score_strict(result: StepResult) -> Scored:
    asked = [u for u in (result.prediction.planner, result.prediction.follow) if u is not None]
    return strict.score(
        _wanted(result),
        _said(result),
        tools=result.tools,
        is_valid=not result.problems,
        n_asked=len(asked),
        n_unread=sum(utterance.turn is None for utterance in asked),
    )


def _wanted(result: StepResult) -> strict.Values:
    return strict.Values(decision=result.planner.decision, call=result.gold_call, answer=result.gold_answer)


def _said(result: StepResult) -> strict.Values:
    """Return what counts as said: in a pipeline a call or an answer that no decision of the planner led to does not."""
    decision = result.prediction.planner.decision
    is_pipeline = result.route is Route.PIPELINE
    may_call = not is_pipeline or decision is Decision.CALL
    may_answer = not is_pipeline or decision is Decision.CONCLUDE
    return strict.Values(
        decision=decision, call=result.call if may_call else None, answer=result.answer if may_answer else None
    )
