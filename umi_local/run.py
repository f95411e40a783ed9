"""What a run is: what it needs of tools, its limits, its state while it goes on, and its result."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Protocol, TypeAlias

from umi_local.engine.base import CancelToken
from umi_local.errors import ToolError, ToolFailedError, ToolTimeoutError, UmiError
from umi_local.events import Event, RunFinished
from umi_local.guard import RepeatGuard
from umi_local.messages import Observation, Outcome, Role, ToolCall, ToolSpec, Trajectory, Turn, UsageByRole

OnRoleText: TypeAlias = Callable[[Role, str], None]


class Tools(Protocol):
    """What the agent needs of a toolbox."""

    @property
    def specs(self) -> tuple[ToolSpec, ...]:
        """The tools on offer."""

    def call(self, call: ToolCall, cancel: CancelToken) -> tuple[Observation, float | None]:
        """Run a call through its gate; return the observation and the wall time in milliseconds.

        Raises:
            ToolError: The call was refused or went wrong.
        """


def observe(tools: Tools, call: ToolCall, cancel: CancelToken) -> tuple[Observation, float | None]:
    """Run a call and return what the planner sees of it, errors included, and the wall time in ms; None where none was run.

    Raises:
        CancelledError: `cancel` was set.
    """
    started = time.perf_counter()
    try:
        return tools.call(call, cancel)
    except (ToolFailedError, ToolTimeoutError) as error:  # it ran, and that took time
        return Observation(str(error), is_error=True), (time.perf_counter() - started) * 1000
    except ToolError as error:
        return Observation(str(error), is_error=True), None


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """When a run ends by itself.

    Attributes:
        max_steps: Planner turns of one question.
        timeout_s: Wall time of one question in seconds; None for no limit.
        retries: How often an unreachable remote role is tried again, after 1, 2, 4, ... seconds.
    """

    max_steps: int = 12
    timeout_s: float | None = None
    retries: int = 3


@dataclass(frozen=True, slots=True)
class RunResult:
    """A finished run: how it ended, what was said, and every event."""

    outcome: Outcome
    answer: str | None
    trajectory: Trajectory
    usage: UsageByRole
    events: tuple[Event, ...] = field(repr=False)


class RunState:
    """What one question's run has come to.

    Args:
        timeout_s: Cancels the run after that many seconds; None for no limit.
    """

    def __init__(
        self, trajectory: Trajectory, cancel: CancelToken, on_text: OnRoleText, timeout_s: float | None
    ) -> None:
        self.trajectory, self.cancel, self.on_text = trajectory, cancel, on_text
        self.usage = UsageByRole()
        self.guard = RepeatGuard()
        self.is_late = False
        self._told: set[str] = set()
        self._started = time.perf_counter()
        self._timer = threading.Timer(timeout_s, self._time_is_up) if timeout_s is not None else None
        if self._timer is not None:
            self._timer.daemon = True
            self._timer.start()

    def add(self, turn: Turn) -> None:
        """Take a finished turn into the conversation."""
        self.trajectory = self.trajectory.with_turn(turn)

    def news(self, notices: Iterable[str]) -> list[str]:
        """Return the notices that weren't given yet."""
        new = [text for text in notices if text not in self._told]
        self._told.update(new)
        return new

    def finished(self, outcome: Outcome, answer: str | None, error: UmiError | None = None) -> RunFinished:
        """Return the last event, with time and usage up to now."""
        self.close()  # the consumer may take its time with the last event
        ms = (time.perf_counter() - self._started) * 1000
        message, hint = (str(error), error.hint or None) if error else (None, None)
        return RunFinished(outcome, answer, self.usage, ms, message, hint)

    def close(self) -> None:
        """Stop the clock."""
        if self._timer is not None:
            self._timer.cancel()

    def _time_is_up(self) -> None:
        self.is_late = not self.cancel.is_cancelled
        self.cancel.cancel()
