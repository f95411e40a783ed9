"""What an engine is: something that lets a role speak its next turn.

Three implementations: `seated` (in this process), `remote` (an OpenAI-compatible server) and `scripted` (a queue, for
tests). The agent knows this module only. Nothing here imports a foreign library.
"""

from __future__ import annotations

import threading
import weakref
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol, TypeAlias, runtime_checkable

from umi_local.errors import CancelledError
from umi_local.messages import (
    CallerTurn,
    Decision,
    PlannerTurn,
    Role,
    SummarizerTurn,
    ToolSpec,
    Trajectory,
    Usage,
)

RoleTurn: TypeAlias = PlannerTurn | CallerTurn | SummarizerTurn
OnText: TypeAlias = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sampling:
    """How the next token is chosen. Temperature 0 is greedy; the other values then have no effect.

    `top_k` 0, `top_p` 1 and `min_p` 0 switch these filters off. Equal seeds give equal tokens.
    """

    temperature: float = 0.0
    top_k: int = 0
    top_p: float = 1.0
    min_p: float = 0.0
    seed: int = 0

    def __post_init__(self) -> None:
        if self.temperature < 0:
            raise ValueError(f"temperature is {self.temperature}; expected 0 or more")
        if not 0 < self.top_p <= 1:
            raise ValueError(f"top_p is {self.top_p}; expected a value above 0, at most 1")
        if not 0 <= self.min_p < 1:
            raise ValueError(f"min_p is {self.min_p}; expected at least 0, below 1")
        if self.top_k < 0:
            raise ValueError(f"top_k is {self.top_k}; expected 0 (off) or more")


@dataclass(frozen=True, slots=True, kw_only=True)
class SpeakOptions:
    """Sampling and the token limit of each role's turn.

    `sampling` None leaves each role to what its bundle says. `planner_tokens` limits the rationale: after that many the marker
    is forced. `caller_tokens` limits a call: after that many it is brought to its shortest valid end. `summarizer_tokens`
    limits the answer, which then ends with a notice.
    """

    sampling: Sampling | None = None
    planner_tokens: int = 192
    caller_tokens: int = 512
    summarizer_tokens: int = 768


@dataclass(frozen=True, slots=True, kw_only=True)
class Spoken:
    """A role's finished turn and what it cost; `notices` say what was shortened or cut."""

    turn: RoleTurn
    usage: Usage
    probabilities: Mapping[Decision, float] = field(default_factory=dict)
    margin: float | None = None
    notices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """What a role wrote where nothing bound it: its text as it is, which may be no valid turn.

    `was_cut` says that it was still writing at its token limit.
    """

    text: str
    usage: Usage
    was_cut: bool = False
    notices: tuple[str, ...] = ()


class CancelToken:
    """A flag that any thread may set and that the engine looks at between decode calls."""

    def __init__(self) -> None:
        self._event = threading.Event()
        self._children: weakref.WeakSet[CancelToken] = weakref.WeakSet()

    def cancel(self) -> None:
        """Ask whoever holds this token, or one derived from it, to stop."""
        self._event.set()
        for child in list(self._children):
            child.cancel()

    def child(self) -> CancelToken:
        """Return a token that is cancelled with this one, and may be cancelled without it."""
        token = CancelToken()
        self._children.add(token)
        if self.is_cancelled:
            token.cancel()
        return token

    @property
    def is_cancelled(self) -> bool:
        """Whether somebody asked to stop."""
        return self._event.is_set()

    def wait(self, timeout_s: float) -> bool:
        """Wait until cancelled or until the time is up; return whether it was cancelled."""
        return self._event.wait(timeout_s)

    def check(self) -> None:
        """Raise if somebody asked to stop.

        Raises:
            CancelledError: Somebody did.
        """
        if self._event.is_set():
            raise CancelledError


class Engine(Protocol):
    """Lets roles speak. Safe to use from several threads; calls are served one after the other."""

    def prepare(self, tools: Sequence[ToolSpec]) -> None:
        """Check that every tool can be offered to this engine's roles, and warm up for them.

        Raises:
            ToolDefinitionError: A tool's schema can't be expressed as a grammar; the reason is in the message.
        """

    def speak(
        self,
        role: Role,
        trajectory: Trajectory,
        *,
        options: SpeakOptions,
        cancel: CancelToken,
        on_text: OnText,
    ) -> Spoken:
        """Return the role's next turn after `trajectory`.

        Args:
            on_text: Gets the turn's text piece by piece, in the caller's thread.

        Raises:
            CancelledError: `cancel` was set.
            ContextOverflowError: What must not be cut doesn't fit.
            RoleUnreachableError: A remote role did not answer.
            GenerationError: The role could not finish its turn.
        """

    def close(self) -> None:
        """Free everything. Safe to call twice."""


@runtime_checkable
class FreeWriter(Protocol):
    """An engine that can also let roles write unbound, which says what their grammar and their markers hide."""

    def write(
        self,
        role: Role,
        trajectory: Trajectory,
        *,
        options: SpeakOptions,
        cancel: CancelToken,
        is_done: Callable[[str], bool],
    ) -> Written:
        """Return what the role writes after `trajectory`, from the prompt that `speak` gives it, without grammar or repair.

        Args:
            options: The role's token limit is the one of `speak`; a planner gets room for its last line on top.
            is_done: Looks at the text so far; True ends it there.

        Raises:
            CancelledError: `cancel` was set.
            ContextOverflowError: What must not be cut doesn't fit.
            RoleUnreachableError: A remote role did not answer.
            GenerationError: The role could not be run.
        """


DECISION_LINE_TOKENS = 16
"""Room for the line with a planner's decision, beside its rationale."""


def free_limit(role: Role, options: SpeakOptions) -> int:
    """Return how many tokens a role may write unbound."""
    return {
        Role.PLANNER: options.planner_tokens + DECISION_LINE_TOKENS,
        Role.CALLER: options.caller_tokens,
        Role.SUMMARIZER: options.summarizer_tokens,
    }[role]
