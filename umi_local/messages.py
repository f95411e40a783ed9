"""The words that everything else speaks: roles, turns, trajectories, outcomes, usage.

All values are frozen dataclasses, compare by content, and go to JSON and back with `umi_local.jsonable`. A turn's JSON
form carries its kind as `"type"`. This module imports only the standard library and does no input or output.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from enum import Enum
from typing import Any, ClassVar, TypeAlias

JsonValue: TypeAlias = Any
"""Anything that `json.loads` returns. (A recursive alias costs more in casts than it catches.)"""

JsonObject: TypeAlias = Mapping[str, JsonValue]


class Role(str, Enum):
    """The three experts of α-UMi (Shen et al. 2024, arXiv 2401.07324)."""

    PLANNER = "planner"
    CALLER = "caller"
    SUMMARIZER = "summarizer"


class Decision(str, Enum):
    """What the planner wants to happen next."""

    CALL = "call"
    CONCLUDE = "conclude"
    GIVE_UP = "give_up"


class Outcome(str, Enum):
    """How a run ended."""

    ANSWERED = "answered"
    GAVE_UP = "gave_up"
    STEP_LIMIT = "step_limit"
    CANCELLED = "cancelled"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class ToolSpec:
    """What a model is told about a tool; `parameters` is a JSON Schema of type object."""

    name: str
    description: str
    parameters: JsonObject


@dataclass(frozen=True, slots=True)
class ToolCall:
    """One call of one tool."""

    name: str
    arguments: JsonObject


@dataclass(frozen=True, slots=True)
class Observation:
    """What a tool returned, or the error that the planner is shown instead.

    `omitted_chars` counts characters that were cut off the end of `text`.
    """

    text: str
    is_error: bool = False
    omitted_chars: int = 0


@dataclass(frozen=True, slots=True)
class UserTurn:
    """The user's words."""

    type: ClassVar[str] = "user"
    text: str


@dataclass(frozen=True, slots=True)
class PlannerTurn:
    """The planner's reasoning and what it decided."""

    type: ClassVar[str] = "planner"
    rationale: str
    decision: Decision


@dataclass(frozen=True, slots=True)
class CallerTurn:
    """The caller's tool call."""

    type: ClassVar[str] = "caller"
    call: ToolCall


@dataclass(frozen=True, slots=True)
class ToolTurn:
    """The observation that followed a call."""

    type: ClassVar[str] = "tool"
    observation: Observation


@dataclass(frozen=True, slots=True)
class SummarizerTurn:
    """The answer to the user."""

    type: ClassVar[str] = "summarizer"
    text: str


Turn: TypeAlias = UserTurn | PlannerTurn | CallerTurn | ToolTurn | SummarizerTurn


@dataclass(frozen=True, slots=True)
class Trajectory:
    """Tools on offer and the turns so far.

    The one type for the runtime's history, a saved session, a training record and an evaluation record. A conversation
    with several user turns is one trajectory.
    """

    tools: tuple[ToolSpec, ...] = ()
    turns: tuple[Turn, ...] = ()

    def with_turn(self, *turns: Turn) -> Trajectory:
        """Return the trajectory with turns added at its end."""
        return Trajectory(self.tools, self.turns + turns)

    def tool(self, name: str) -> ToolSpec | None:
        """Return the offered tool with exactly this name."""
        return next((tool for tool in self.tools if tool.name == name), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """What a role's turns cost. All counts are tokens, but `calls` (turns) and `ms` (milliseconds).

    `prompt_tokens` = `reused_tokens` (their keys and values were there already) + `evaluated_tokens`.
    `forced_tokens` were the only ones the grammar allowed, so they were decoded without sampling.
    """

    calls: int = 0
    prompt_tokens: int = 0
    reused_tokens: int = 0
    evaluated_tokens: int = 0
    forced_tokens: int = 0
    sampled_tokens: int = 0
    ms: float = 0.0

    def __add__(self, other: Usage) -> Usage:
        return Usage(**{f.name: getattr(self, f.name) + getattr(other, f.name) for f in fields(self)})


@dataclass(frozen=True, slots=True)
class UsageByRole:
    """Usage of a run, role by role."""

    planner: Usage = field(default_factory=Usage)
    caller: Usage = field(default_factory=Usage)
    summarizer: Usage = field(default_factory=Usage)

    @property
    def total(self) -> Usage:
        """The sum over the roles."""
        return self.planner + self.caller + self.summarizer

    def adding(self, role: Role, usage: Usage) -> UsageByRole:
        """Return these figures with one role's usage added."""
        values = {f.name: getattr(self, f.name) for f in fields(self)}
        values[role.value] += usage
        return UsageByRole(**values)
