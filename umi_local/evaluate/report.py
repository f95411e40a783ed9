"""Results summed up: metrics with intervals, breakdowns, confusion, skips, cost. Pure; tables and JSON are made of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from umi_local.evaluate.live_values import LIVE, LiveResult, score_task
from umi_local.evaluate.metrics.points import PAPER, STRICT, Metric
from umi_local.evaluate.scoring import decisions, score_step
from umi_local.evaluate.slices import MANY_CALLS, Item, Slice, calls_part, sliced
from umi_local.evaluate.values import Mode, StepResult, Utterance
from umi_local.messages import Usage
from umi_local.worlds.family import Kind

METRICS: Mapping[Mode, Mapping[str, Metric]] = {"paper": PAPER, "strict": STRICT}


@dataclass(frozen=True, slots=True, kw_only=True)
class StaticReport:
    """What a static evaluation of one system with one decoding found.

    Attributes:
        slices: All steps first, then the parts: by calls of the question, by the decision that was wanted, and by whether the
            wanted call's tool was seen in training.
        confusion: Steps by the decision that was wanted, then by the one that was made.
        skips: Steps that a metric leaves out, by reason.
        unread: Turns without a value, by role and reason.
        usage: What all turns cost together.
    """

    mode: Mode
    decoding: str
    slices: tuple[Slice, ...]
    confusion: Mapping[str, Mapping[str, int]]
    skips: Mapping[str, int]
    unread: Mapping[str, int]
    usage: Usage = field(default_factory=Usage)


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveReport:
    """What a live evaluation of one system found.

    Attributes:
        slices: All tasks first, then the parts: by kind and variant, by built-in or invented tools and calls where nothing
            fails or is out of reach, by calls of the gold plan, by family.
        outcomes: Tasks by how their last run ended.
        reasons: Tasks that didn't pass, by what the checker found first.
        usage: What all runs cost together.
    """

    slices: tuple[Slice, ...]
    outcomes: Mapping[str, int]
    reasons: Mapping[str, int]
    usage: Usage = field(default_factory=Usage)


def static_report(
    results: Sequence[StepResult], mode: Mode, *, seen_tools: Collection[str] | None = None, seed: int = 0
) -> StaticReport:
    """Sum up the results of one decoding.

    Args:
        seen_tools: Names of the tools of the training records; None to leave out that breakdown.
        seed: Of the intervals.
    """
    return StaticReport(
        mode=mode,
        decoding=results[0].decoding.value if results else "",
        slices=sliced(static_items(results, mode, seen_tools), list(METRICS[mode]), seed=seed),
        confusion=_confusion(results),
        skips=_counted(reason for result in results for reason in score_step(result, mode).skips),
        unread=_counted(
            f"{said.role.value}: {said.problem}"
            for result in results
            for said in _utterances(result)
            if said.turn is None
        ),
        usage=sum((said.usage for result in results for said in _utterances(result)), Usage()),
    )


def live_report(results: Sequence[LiveResult], *, seed: int = 0) -> LiveReport:
    """Sum up the results of a live evaluation.

    Args:
        seed: Of the intervals.
    """
    return LiveReport(
        slices=sliced(live_items(results), list(LIVE), seed=seed),
        outcomes=_counted(result.outcome.value for result in results),
        reasons=_counted(_why(result) for result in results if not result.passed),
        usage=sum((result.usage.total for result in results), Usage()),
    )


def static_items(results: Iterable[StepResult], mode: Mode, seen_tools: Collection[str] | None = None) -> list[Item]:
    """Return what each step adds, and the parts that it belongs to. Only steps that want a call are by seen tools."""
    known = None if seen_tools is None else frozenset(seen_tools)
    items = []
    for result in results:
        parts = {"calls": calls_part(result.n_calls), "decision": result.planner.decision.value}
        if known is not None and result.gold_call is not None:
            parts["tools"] = "seen" if result.gold_call.name in known else "unseen"
        items.append(Item(result.trajectory, score_step(result, mode).points, parts))
    return items


def live_items(results: Iterable[LiveResult]) -> list[Item]:
    """Return what each task adds, and the parts that it belongs to."""
    return [Item(result.key, score_task(result).points, _live_parts(result)) for result in results]


def _live_parts(result: LiveResult) -> dict[str, str]:
    parts = {"kind": result.kind.value}
    if result.variant:
        parts["variant"] = result.variant
    if result.kind in (Kind.PLAIN, Kind.MISSING_INFO) and result.n_gold_calls:
        several = (
            "1 call" if result.n_gold_calls == 1 else "2 to 4 calls" if result.n_gold_calls < MANY_CALLS else "more"
        )
        parts["tools"] = f"{'built-in' if result.is_builtin else 'invented'}, {several}"
    return {**parts, "calls": calls_part(result.n_gold_calls), "family": result.family}


def _confusion(results: Iterable[StepResult]) -> dict[str, dict[str, int]]:
    table: dict[str, dict[str, int]] = {}
    for wanted, made in sorted(map(decisions, results)):
        row = table.setdefault(wanted, {})
        row[made] = row.get(made, 0) + 1
    return table


def _counted(reasons: Iterable[str]) -> dict[str, int]:
    """Count reasons, the most frequent first, equals in order of their words."""
    return dict(sorted(Counter(reasons).items(), key=lambda pair: (-pair[1], pair[0])))


def _why(result: LiveResult) -> str:
    return result.error or (result.reasons[0] if result.reasons else result.outcome.value)


def _utterances(result: StepResult) -> list[Utterance]:
    return [said for said in (result.prediction.planner, result.prediction.follow) if said is not None]
