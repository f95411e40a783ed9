"""What evaluation passes around: what a role said, what was wanted at a step, and the two together.

All go to JSON and back with `umi_local.jsonable`, so that a file of results can be scored again, in another mode or against
another system, without a model.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import Literal, TypeAlias

from umi_local.messages import (
    CallerTurn,
    Decision,
    PlannerTurn,
    Role,
    SummarizerTurn,
    ToolCall,
    ToolSpec,
    Trajectory,
    Usage,
)

FollowTurn: TypeAlias = CallerTurn | SummarizerTurn
"""What follows a planner's decision: a call or an answer; nothing follows on giving up."""

Mode: TypeAlias = Literal["paper", "strict"]


class Decoding(str, Enum):
    """Whether grammar and markers bind what a role writes."""

    CONSTRAINED = "constrained"
    FREE = "free"


class Route(str, Enum):
    """Who is asked at a step, and what they see."""

    ROLES = "roles"
    """Each role by itself: the caller and the summarizer see the planner's turn that was wanted."""

    PIPELINE = "pipeline"
    """The planner's own decision is followed, and its own turn is seen: the paper's static runtime (2.2)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Utterance:
    """What a role said at a step.

    Attributes:
        text: As it was written; empty where nothing came.
        turn: What it was read as; None where it can't be read.
        problem: Why there is no turn; empty where there is one.
    """

    role: Role
    text: str
    turn: PlannerTurn | CallerTurn | SummarizerTurn | None
    problem: str = ""
    usage: Usage = field(default_factory=Usage)

    @property
    def decision(self) -> Decision | None:
        """The planner's decision, where this is a planner's and could be read."""
        return self.turn.decision if isinstance(self.turn, PlannerTurn) else None

    @property
    def call(self) -> ToolCall | None:
        """The caller's call, where this is a caller's and could be read."""
        return self.turn.call if isinstance(self.turn, CallerTurn) else None

    @property
    def answer(self) -> str | None:
        """The summarizer's answer, where this is one."""
        return self.turn.text if isinstance(self.turn, SummarizerTurn) else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Prediction:
    """What a system said at a step.

    Attributes:
        planner: Always asked.
        follow: The caller's or the summarizer's; None where nobody was asked because giving up was wanted (`roles`) or
            chosen (`pipeline`).
    """

    planner: Utterance
    follow: Utterance | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class GoldStep:
    """A labelled step: a planner's turn with what followed it.

    Attributes:
        trajectory: Hash of the trajectory's content: what intervals resample by.
        place: Index of the planner's turn.
        history: Everything before that turn.
        n_calls: Calls that the whole question takes: those between the user's turns around this step.
    """

    trajectory: str
    place: int
    history: Trajectory
    planner: PlannerTurn
    follow: FollowTurn | None
    n_calls: int

    @property
    def tools(self) -> tuple[ToolSpec, ...]:
        """The tools on offer."""
        return self.history.tools


@dataclass(frozen=True, slots=True, kw_only=True)
class StepResult:
    """A step and what was said there: one line of a file of results.

    Attributes:
        key: Hash of the step's content and of how it was asked: what a resumed evaluation skips by.
        tools: Names of the tools on offer.
        problems: What is wrong with the predicted call by its tool's schema; empty where nothing is, or where there is no
            call of a tool on offer.
    """

    key: str
    trajectory: str
    place: int
    n_calls: int
    decoding: Decoding
    route: Route
    tools: tuple[str, ...]
    planner: PlannerTurn
    follow: FollowTurn | None
    prediction: Prediction
    problems: tuple[str, ...] = ()

    @property
    def gold_call(self) -> ToolCall | None:
        """The call that was wanted; None where the step is no call."""
        return self.follow.call if isinstance(self.follow, CallerTurn) else None

    @property
    def gold_answer(self) -> str | None:
        """The answer that was wanted; None where the step is no answer."""
        return self.follow.text if isinstance(self.follow, SummarizerTurn) else None

    @property
    def call(self) -> ToolCall | None:
        """The call that was predicted."""
        return self.prediction.follow.call if self.prediction.follow else None

    @property
    def answer(self) -> str | None:
        """The answer that was predicted."""
        return self.prediction.follow.answer if self.prediction.follow else None
