"""A run as people read it: the steps on stderr as they happen, the answer on stdout.

    • The product of 17 and 23 is needed. → call
      calculate(expression="17 * 23")
      391
    • The product is known. → answer

    17 times 23 is 391.

    2 steps · read 1,204 tokens (980 reused) · wrote 61 · 3.2 s · session 20261123-114455-x7k2

On a terminal the answer appears word by word; in a pipe it is written once it is whole, so that nobody reads half of one.
"""

from __future__ import annotations

import sys
from contextlib import AbstractContextManager, nullcontext
from typing import TextIO

from umi_local.events import (
    CallerSpoke,
    Event,
    Notice,
    PlannerSpoke,
    RoleStarted,
    RunFinished,
    SummarizerSpoke,
    ToolFinished,
)
from umi_local.messages import Decision, JsonValue, Observation, Outcome, Role, ToolCall, Usage
from umi_local.screen.calls import arguments_text, observation_lines
from umi_local.screen.clean import clean, visible
from umi_local.screen.flow import Flow
from umi_local.screen.pen import Pen
from umi_local.screen.rationale import RationaleStream
from umi_local.screen.spinner import Spinner
from umi_local.screen.terminal import is_terminal

_INDENT = "  "
_DECISIONS = {Decision.CALL: "call", Decision.CONCLUDE: "answer", Decision.GIVE_UP: "give up"}
_WAITING = {
    Role.PLANNER: "the planner reads",
    Role.CALLER: "the caller writes",
    Role.SUMMARIZER: "the summarizer reads",
}
_ENDS = {
    Outcome.GAVE_UP: "The planner gave up: it sees no way to an answer with these tools.",
    Outcome.CANCELLED: "Cancelled.",
}


class StepsDisplay:
    """Shows runs to a person, one after the other.

    Args:
        quiet: Leave out the steps and the footer; which limits were hit is still said.
        steps: Where the steps go; stderr by default.
    """

    def __init__(self, *, quiet: bool = False, steps: TextIO | None = None) -> None:
        self._quiet = quiet
        self._streams = is_terminal(sys.stdout)
        self._out, self._err = Pen(sys.stdout), Pen(steps or sys.stderr)
        self._spinner = Spinner(steps or sys.stderr)
        self._rationale = RationaleStream()
        self._thought: Flow | None = None
        self._answer: Flow | None = None

    def loading(self, name: str) -> AbstractContextManager[object]:
        """Spin while models are being loaded."""
        return nullcontext() if self._quiet else self._spinner.during(f"loading {clean(name)}")

    def on_text(self, role: Role, text: str) -> None:
        """Show the rationale and the answer as they are written; a call is shown once it is whole."""
        if role is Role.PLANNER and not self._quiet:
            self._show_rationale(self._rationale.push(text))
        elif role is Role.SUMMARIZER and self._streams:
            self._show_answer(text)

    def show(self, event: Event) -> None:
        """Show an event."""
        match event:
            case RoleStarted(role=role):
                self._rationale = RationaleStream()
                if not self._quiet:
                    self._spinner.start(_WAITING[role])
            case Notice(text=text):
                self._end_lines()
                self._say(f"note: {text}", "yellow", indent=_INDENT)
            case SummarizerSpoke(turn=turn):
                if self._answer is None:  # nothing was streamed: a pipe, or an engine that doesn't
                    self._show_answer(turn.text)
                self._end_lines()
            case PlannerSpoke() | CallerSpoke() | ToolFinished() if not self._quiet:
                self._show_step(event)
            case RunFinished():
                self._end_lines()

    def pause(self) -> None:
        """Take the spinner off the screen."""
        self._spinner.stop()

    def finish(self, result: dict[str, JsonValue], end: RunFinished) -> None:
        """Show how the run ended and what it took."""
        self._end_lines()
        if end.outcome in _ENDS:
            self._say(_ENDS[end.outcome], "yellow")
        if not self._quiet:
            text = footer_text(len(result["steps"]), end.usage.total, end.ms, result["session"], dot=self._err.dot)
            self._err.line()
            self._say(text, "dim")

    def _show_step(self, event: PlannerSpoke | CallerSpoke | ToolFinished) -> None:
        self.pause()
        match event:
            case PlannerSpoke(turn=turn):
                self._show_rationale(self._rationale.rest(turn.rationale))
                self._show_decision(turn.decision)
            case CallerSpoke(turn=turn):
                self._show_call(turn.call)
                self._spinner.start(f"{visible(turn.call.name)} runs")
            case ToolFinished(turn=turn):
                self._show_observation(turn.observation)

    def _show_rationale(self, text: str) -> None:
        if not text:
            return
        self.pause()
        if self._thought is None:
            self._err.write(f"{self._err.bullet} ", "blue")
            self._thought = self._err.flow("dim", indent=_INDENT, column=len(_INDENT))
        self._thought.push(text)

    def _show_decision(self, decision: Decision) -> None:
        if self._thought is None:
            self._err.write(self._err.bullet, "blue")
        else:
            self._thought.finish()
            self._thought = None
        self._err.line(
            f" {self._err.arrow} {_DECISIONS[decision]}", "yellow" if decision is Decision.GIVE_UP else "blue"
        )

    def _show_call(self, call: ToolCall) -> None:
        name = visible(call.name)
        self._err.write(_INDENT)
        self._err.write(name, "bold cyan")
        flow = self._err.flow("cyan", indent=_INDENT * 2, column=len(_INDENT) + len(name))
        flow.push(f"({arguments_text(call)})")
        flow.finish()
        self._err.line()

    def _show_observation(self, observation: Observation) -> None:
        width = self._err.width
        style = "red" if observation.is_error else ""
        for line in observation_lines(observation, width - len(_INDENT) if width else None):
            self._err.line(f"{_INDENT}{line}", "dim" if line.startswith("…") else style)

    def _show_answer(self, text: str) -> None:
        self.pause()
        if self._answer is None:
            if not self._quiet:
                self._err.line()
            self._answer = self._out.flow()
        self._answer.push(text)

    def _say(self, text: str, style: str, *, indent: str = "") -> None:
        self._err.write(indent)
        flow = self._err.flow(style, indent=indent, column=len(indent))
        flow.push(text)
        flow.finish()
        self._err.line()

    def _end_lines(self) -> None:
        """End the line of a turn that is finished or was cut off."""
        self.pause()
        for flow, pen in ((self._thought, self._err), (self._answer, self._out)):
            if flow is not None:
                flow.finish()
                pen.line()
        self._thought = self._answer = None


def footer_text(n_steps: int, total: Usage, ms: float, session: str, *, dot: str = "·") -> str:
    """Return steps, tokens, time and session in a line."""
    parts = [f"{n_steps} step{'' if n_steps == 1 else 's'}"]
    if total.prompt_tokens:
        parts.append(f"read {total.prompt_tokens:,} tokens ({total.reused_tokens:,} reused)")
        parts.append(f"wrote {total.sampled_tokens + total.forced_tokens:,}")
    parts.append(f"{ms / 1000:.1f} s")
    if session:
        parts.append(f"session {session}")
    return f" {dot} ".join(parts)
