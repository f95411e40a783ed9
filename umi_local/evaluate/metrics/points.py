"""What one step, or one task, adds to each metric. Every metric is a mean of points over those that count for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Scored:
    """Points by metric, each from 0 to 1 where the metric is a share.

    Attributes:
        points: A metric that is not in here doesn't count this step.
        skips: Why the step is left out of a metric that it would have counted for, one reason each.
    """

    points: Mapping[str, float] = field(default_factory=dict)
    skips: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Metric:
    """How a metric is shown.

    Attributes:
        title: Its name in tables.
        meaning: In words, with what it is a share of.
        is_share: Shown as a percentage.
        lower_is_better: As for hallucinations.
    """

    title: str
    meaning: str
    is_share: bool = True
    lower_is_better: bool = False


PAPER: Mapping[str, Metric] = {
    "plan_acc": Metric(title="Plan ACC", meaning="right plans, of all steps"),
    "act_em": Metric(title="Act. EM", meaning="right tool names, of wanted calls"),
    "hallu": Metric(title="Hallu.", meaning="steps that call an unknown tool, of all steps", lower_is_better=True),
    "arg_f1": Metric(title="Arg. F1", meaning="mean over wanted calls, half a point for a key with another value"),
    "arg_f1_easy": Metric(title="easy", meaning="Arg. F1 where no arguments are wanted, or the name is wrong"),
    "arg_f1_hard": Metric(title="hard", meaning="Arg. F1 where arguments are wanted, or the name is wrong"),
    "rouge_l": Metric(title="R-L", meaning="rouge 1.0.1's rouge-l F, mean over wanted answers"),
}

STRICT: Mapping[str, Metric] = {
    "plan_acc": Metric(title="Plan ACC", meaning="right decisions, of all steps; unreadable ones are wrong"),
    "act_em": Metric(title="Act. EM", meaning="right tool names, of wanted calls"),
    "hallu": Metric(title="Hallu.", meaning="calls of unknown tools, of predicted calls", lower_is_better=True),
    "exact": Metric(title="Exact", meaning="right tool with exactly the right arguments, of wanted calls"),
    "arg_f1": Metric(title="Arg. F1", meaning="mean over wanted calls, no points for other values"),
    "valid": Metric(title="Valid", meaning="calls of a tool on offer that fit its schema, of predicted calls"),
    "rouge_l": Metric(title="R-L", meaning="ROUGE-L F over lowercase words, mean over wanted answers"),
    "unreadable": Metric(title="Unread.", meaning="turns that can't be read, of all asked for", lower_is_better=True),
}
