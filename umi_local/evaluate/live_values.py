"""The result of one live task: one line of a file of results."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from umi_local.evaluate.metrics.points import Metric, Scored
from umi_local.messages import Outcome, Trajectory, UsageByRole
from umi_local.worlds.family import Kind


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveResult:
    """How a system did on a task.

    Attributes:
        key: Hash of the task's content.
        task: Its id.
        variant: What exactly makes the kind.
        is_builtin: Whether the tools that do it are those that come with umi-local; others are invented.
        n_gold_calls: Calls that the gold plan makes, retries included.
        passed: The checker's verdict by state, answers and endings; `reasons` say what was wrong.
        outcome: How the last run of the task ended.
        n_calls: Calls that were made, the false ones included.
        n_false_calls: Calls of a tool that isn't on offer, or with arguments that don't fit its schema.
        n_errors: Observations that were errors.
        met_fault: Whether a tool failed on purpose during the run.
        ms: Wall time of the runs, in milliseconds.
        trajectory: What happened.
        error: What went wrong where the outcome is `failed`.
    """

    key: str
    task: str
    kind: Kind
    variant: str
    family: str
    is_builtin: bool
    n_gold_calls: int
    passed: bool
    reasons: tuple[str, ...]
    outcome: Outcome
    n_calls: int
    n_false_calls: int
    n_errors: int
    met_fault: bool
    ms: float
    trajectory: Trajectory
    usage: UsageByRole = field(default_factory=UsageByRole)
    error: str | None = None

    @property
    def gave_up(self) -> bool:
        """Whether the last run ended by giving up."""
        return self.outcome is Outcome.GAVE_UP

    @property
    def can_be_done(self) -> bool:
        """Whether anything but giving up is right."""
        return self.kind is not Kind.IMPOSSIBLE


LIVE: Mapping[str, Metric] = {
    "passed": Metric(title="Passed", meaning="final state, answers and endings are right, of all tasks"),
    "recovery": Metric(title="Recovery", meaning="passed, of tasks that can be done and in which a tool failed"),
    "refusal": Metric(title="Refusal", meaning="gave up, of tasks that can't be done"),
    "false_refusal": Metric(title="False refusal", meaning="gave up, of tasks that can be done", lower_is_better=True),
    "needless": Metric(title="Needless calls", meaning="called a tool, of tasks that need none", lower_is_better=True),
    "call_ratio": Metric(
        title="Calls / plan",
        meaning="calls by the gold plan's, of passed tasks that can be done with some",
        is_share=False,
    ),
    "false_calls": Metric(
        title="False calls", meaning="unknown tool or unfit arguments, a task", is_share=False, lower_is_better=True
    ),
    "tokens": Metric(title="Tokens", meaning="read anew or written, a task", is_share=False, lower_is_better=True),
    "seconds": Metric(title="Seconds", meaning="wall time of a task", is_share=False, lower_is_better=True),
}


def score_task(result: LiveResult) -> Scored:
    """Return what a task adds to the live metrics."""
    used = result.usage.total
    points = {
        "passed": float(result.passed),
        "false_calls": float(result.n_false_calls),
        "seconds": result.ms / 1000,
        "tokens": float(used.evaluated_tokens + used.forced_tokens + used.sampled_tokens),
        "false_refusal" if result.can_be_done else "refusal": float(result.gave_up),
    }
    if result.met_fault and result.can_be_done:
        points["recovery"] = float(result.passed)
    if result.n_gold_calls == 0:
        points["needless"] = float(result.n_calls > 0)
    elif result.passed and result.can_be_done:
        points["call_ratio"] = result.n_calls / result.n_gold_calls
    return Scored(points)
