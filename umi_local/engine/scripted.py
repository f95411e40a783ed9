"""An engine that says what it was told to: for tests of whatever drives an engine, ours and users'.

It obeys the same contract as the real ones (streaming, cancelling, errors, closing) and uses no
model.
"""

from __future__ import annotations

import re
import threading
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from umi_local.engine.base import CancelToken, OnText, RoleTurn, SpeakOptions, Spoken, Written
from umi_local.messages import CallerTurn, PlannerTurn, Role, SummarizerTurn, ToolSpec, Trajectory, Usage
from umi_local.prompts.base import render_call
from umi_local.prompts.decisions import NEXT

Saying: TypeAlias = RoleTurn | Spoken | Written
Line: TypeAlias = Saying | Exception | Callable[[Role, Trajectory], Saying]
"""One entry of a script: a turn, a turn with its figures, unbound text, an error to raise, or what makes one when due."""

_SPEAKER = {PlannerTurn: Role.PLANNER, CallerTurn: Role.CALLER, SummarizerTurn: Role.SUMMARIZER}
_PIECE = re.compile(r"\s*\S+|\s+$")


class ScriptError(AssertionError):
    """The script and what was asked of it don't fit: a mistake of the test, so no part of the agent handles it."""


@dataclass(frozen=True, slots=True)
class Request:
    """What the engine was asked once; `is_free` where it was asked to write unbound."""

    role: Role
    trajectory: Trajectory
    options: SpeakOptions
    is_free: bool = False


class ScriptedEngine:
    """Says the turns of a script, one per request, in order.

    Attributes:
        requests: Every request, also those that ended in an error.
        prepared: The tools of the last `prepare`; None before it.
        is_closed: Whether `close` was called.
    """

    def __init__(self, turns: Iterable[Line]) -> None:
        self._lines = deque(turns)
        self._lock = threading.Lock()
        self.requests: list[Request] = []
        self.prepared: tuple[ToolSpec, ...] | None = None
        self.is_closed = False

    @property
    def n_left(self) -> int:
        """How many entries of the script nobody has asked for yet."""
        return len(self._lines)

    def prepare(self, tools: Sequence[ToolSpec]) -> None:
        """Remember the tools; every tool can be offered."""
        self.prepared = tuple(tools)

    def speak(
        self,
        role: Role,
        trajectory: Trajectory,
        *,
        options: SpeakOptions,
        cancel: CancelToken,
        on_text: OnText,
    ) -> Spoken:
        """Say the next turn of the script, streamed word by word.

        Raises:
            CancelledError: `cancel` was set; the turn is used up if its text had begun.
            ScriptError: The script is over, or its next turn is another role's.
            Exception: What the script says.
        """
        with self._lock:
            cancel.check()
            self.requests.append(Request(role, trajectory, options))
            spoken = self._next_turn(role, trajectory)
            for piece in _PIECE.findall(_text_of(spoken.turn)):
                cancel.check()
                on_text(piece)
            cancel.check()
            return spoken

    def write(
        self,
        role: Role,
        trajectory: Trajectory,
        *,
        options: SpeakOptions,
        cancel: CancelToken,
        is_done: Callable[[str], bool],
    ) -> Written:
        """Write the next entry of the script: unbound text as it is, a turn as its role would write it.

        Raises:
            CancelledError: `cancel` was set.
            ScriptError: The script is over, or its next turn is another role's.
            Exception: What the script says.
        """
        with self._lock:
            cancel.check()
            self.requests.append(Request(role, trajectory, options, is_free=True))
            said = self._next(role, trajectory)
            if isinstance(said, Written):
                return said
            return Written(text=_text_of(said.turn), usage=said.usage)

    def close(self) -> None:
        """Note that it was closed."""
        self.is_closed = True

    def _next_turn(self, role: Role, trajectory: Trajectory) -> Spoken:
        said = self._next(role, trajectory)
        if isinstance(said, Written):
            n = len(self.requests)
            raise ScriptError(f"turn {n} of the script is unbound text, but the {role.value} was asked to speak")
        return said

    def _next(self, role: Role, trajectory: Trajectory) -> Spoken | Written:
        n = len(self.requests)
        if not self._lines:
            raise ScriptError(f"the script is over, but the {role.value} was asked for turn {n}")
        line = self._lines.popleft()
        if isinstance(line, Exception):
            raise line
        said = line(role, trajectory) if callable(line) else line
        if isinstance(said, Written):
            return said
        spoken = said if isinstance(said, Spoken) else Spoken(turn=said, usage=Usage(calls=1))
        speaker = _SPEAKER[type(spoken.turn)]
        if speaker is not role:
            raise ScriptError(f"turn {n} of the script is the {speaker.value}'s, but the {role.value} was asked")
        return spoken


def _text_of(turn: RoleTurn) -> str:
    match turn:
        case PlannerTurn(rationale=rationale, decision=decision):
            return f"{rationale}\n{NEXT[decision]}" if rationale else NEXT[decision]
        case CallerTurn(call=call):
            return render_call(call)
        case SummarizerTurn(text=text):
            return text
