"""What happens during a run, as typed values: the agent yields them, sessions store them, the command line shows them.

Each event's JSON form carries its kind as `"type"`; `Event` is the union of all. Deltas (`TextDelta`) are for people who
watch; everything needed to rebuild a run is in the others.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import ClassVar, TypeAlias

from umi_local.messages import (
    CallerTurn,
    Decision,
    Outcome,
    PlannerTurn,
    Role,
    SummarizerTurn,
    ToolSpec,
    ToolTurn,
    Trajectory,
    Usage,
    UsageByRole,
    UserTurn,
)


@dataclass(frozen=True, slots=True)
class RunStarted:
    """A question was taken up; `tools` are all that are on offer. `session` is empty where none is kept."""

    type: ClassVar[str] = "run_started"
    question: str
    bundle: str
    tools: tuple[ToolSpec, ...] = ()
    session: str = ""


@dataclass(frozen=True, slots=True)
class RoleStarted:
    """A role begins its turn; `step` counts planner turns from 1."""

    type: ClassVar[str] = "role_started"
    role: Role
    step: int


@dataclass(frozen=True, slots=True)
class TextDelta:
    """A piece of the text that a role is writing."""

    type: ClassVar[str] = "text_delta"
    role: Role
    text: str


@dataclass(frozen=True, slots=True)
class PlannerSpoke:
    """The planner's finished turn.

    `probabilities` are those of the three markers at the moment of choice, among each other; empty where the engine
    can't know them. `forced` says why the agent, not the model, made the decision.
    """

    type: ClassVar[str] = "planner_spoke"
    turn: PlannerTurn
    probabilities: Mapping[Decision, float] = field(default_factory=dict)
    usage: Usage = field(default_factory=Usage)
    forced: str | None = None


@dataclass(frozen=True, slots=True)
class CallerSpoke:
    """The caller's finished turn; `margin` is the probability lead of the chosen tool's name over the next best."""

    type: ClassVar[str] = "caller_spoke"
    turn: CallerTurn
    margin: float | None = None
    usage: Usage = field(default_factory=Usage)


@dataclass(frozen=True, slots=True)
class ToolFinished:
    """A tool returned, failed, was denied or was ended; `ms` is wall time, or None where nothing was run."""

    type: ClassVar[str] = "tool_finished"
    turn: ToolTurn
    ms: float | None = None


@dataclass(frozen=True, slots=True)
class SummarizerSpoke:
    """The answer."""

    type: ClassVar[str] = "summarizer_spoke"
    turn: SummarizerTurn
    usage: Usage = field(default_factory=Usage)


@dataclass(frozen=True, slots=True)
class Notice:
    """Something that the reader should know: a limit that was hit, text that was shortened, a role tried again."""

    type: ClassVar[str] = "notice"
    text: str


@dataclass(frozen=True, slots=True)
class RunFinished:
    """The end of a run. `error` and `hint` are set where the outcome is `failed`."""

    type: ClassVar[str] = "run_finished"
    outcome: Outcome
    answer: str | None
    usage: UsageByRole
    ms: float = 0.0
    error: str | None = None
    hint: str | None = None


Event: TypeAlias = (
    RunStarted
    | RoleStarted
    | TextDelta
    | PlannerSpoke
    | CallerSpoke
    | ToolFinished
    | SummarizerSpoke
    | Notice
    | RunFinished
)


def trajectory_of(events: Iterable[Event]) -> Trajectory:
    """Return the turns that the events tell of, in order, and the tools last on offer.

    A session may hold several questions. Turns are kept as they happened: a run that was cut off in the middle ends with
    whatever turn was its last.
    """
    trajectory = Trajectory()
    for event in events:
        match event:
            case RunStarted(question=question, tools=tools):
                trajectory = Trajectory(tools, (*trajectory.turns, UserTurn(question)))
            case PlannerSpoke() | CallerSpoke() | ToolFinished() | SummarizerSpoke():
                trajectory = trajectory.with_turn(event.turn)
            case _:  # deltas, notices, starts and ends carry no turn
                pass
    return trajectory
