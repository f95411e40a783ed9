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

from umi_local.engine.base import CancelToken, OnText, RoleTurn, SpeakOptions, Spoken
from umi_local.messages import CallerTurn, PlannerTurn, Role, SummarizerTurn, ToolSpec, Trajectory, Usage
from umi_local.prompts.base import render_call
from umi_local.prompts.decisions import NEXT

Line: TypeAlias = RoleTurn | Spoken | Exception | Callable[[Role, Trajectory], RoleTurn | Spoken]
"""One entry of a script: a turn, a turn with its figures, an error to raise, or what makes a turn when it is due."""

_SPEAKER = {PlannerTurn: Role.PLANNER, CallerTurn: Role.CALLER, SummarizerTurn: Role.SUMMARIZER}
_PIECE = re.compile(r"\s*\S+|\s+$")


class ScriptError(AssertionError):
    """The script and what was asked of it don't fit: a mistake of the test, so no part of the agent handles it."""


@dataclass(frozen=True, slots=True)
class Request:
    """What the engine was asked once."""

    role: Role
    trajectory: Trajectory
    options: SpeakOptions


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
            spoken = self._next(role, trajectory)
            for piece in _PIECE.findall(_text_of(spoken.turn)):
                cancel.check()
                on_text(piece)
            cancel.check()
            return spoken

    def close(self) -> None:
        """Note that it was closed."""
        self.is_closed = True

    def _next(self, role: Role, trajectory: Trajectory) -> Spoken:
        n = len(self.requests)
        if not self._lines:
            raise ScriptError(f"the script is over, but the {role.value} was asked for turn {n}")
        line = self._lines.popleft()
        if isinstance(line, Exception):
            raise line
        said = line if isinstance(line, (PlannerTurn, CallerTurn, SummarizerTurn, Spoken)) else line(role, trajectory)
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
