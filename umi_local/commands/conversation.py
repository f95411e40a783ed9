"""What `umi chat` does: read a line, take a turn, and again. The conversation is kept in one session."""

from __future__ import annotations

import sys
from dataclasses import dataclass, field

from umi_local.commands.answering import person_to_ask, store_if
from umi_local.commands.options import RunChoices
from umi_local.commands.run_object import run_object
from umi_local.commands.setup import Ready, Services, ready_agent
from umi_local.commands.turns import take_turn
from umi_local.events import Event, trajectory_of
from umi_local.messages import Outcome, Trajectory
from umi_local.screen.clean import clean_line
from umi_local.screen.errors import show_error
from umi_local.screen.steps import StepsDisplay
from umi_local.screen.terminal import is_terminal
from umi_local.sessions.store import SessionRecorder, SessionStore

PROMPT = "> "

HELP = """\
/help   this list
/tools  the tools on offer
/quit   leave (or Ctrl-D)
Ctrl-C stops the answer that is being made."""

_NOT_REMEMBERED = (Outcome.CANCELLED, Outcome.FAILED)
"""A question that ended so is no part of the conversation: roles were never trained on halves of turns."""


def converse(choices: RunChoices, services: Services) -> None:
    """Answer lines from stdin until they end.

    Raises:
        UmiError: The agent can't be opened, or a turn can't be stored.
    """
    is_person = is_terminal(sys.stdin)
    display = StepsDisplay()
    ask = person_to_ask(display)
    with (
        store_if(choices.keeps_session) as store,
        ready_agent(services, choices, ask=ask, loading=display.loading) as ready,
    ):
        if is_person:
            _edit_lines()
            _say(
                f"umi-local, bundle {ready.bundle}, {len(ready.toolbox.tools)} tools. /help lists commands, Ctrl-D leaves."
            )
        talk = _Talk(ready, display, store)
        while (line := _read_line(is_person)) is not None:
            if line.startswith("/"):
                if not _obey(line, ready):
                    return
            elif line:
                talk.answer(line)


@dataclass(slots=True)
class _Talk:
    """The conversation so far."""

    ready: Ready
    display: StepsDisplay
    store: SessionStore | None
    history: Trajectory = field(default_factory=Trajectory)
    recorder: SessionRecorder | None = None

    def answer(self, question: str) -> None:
        """Answer a question and remember it."""
        if self.store is not None and self.recorder is None:  # a chat without a question leaves no session
            self.recorder = self.store.create(bundle=self.ready.bundle)
        events: list[Event] = []
        end = take_turn(
            self.ready.agent,
            question,
            display=self.display,
            recorder=self.recorder,
            events=events,
            history=self.history,
        )
        session = self.recorder.id if self.recorder else ""
        self.display.finish(run_object(events, session=session, bundle=self.ready.bundle), end)
        if end.error is not None:
            show_error(end.error, end.hint)
        if end.outcome not in _NOT_REMEMBERED:
            now = trajectory_of(events)
            self.history = Trajectory(now.tools, self.history.turns + now.turns)


def _obey(line: str, ready: Ready) -> bool:
    """Carry out a command; return whether to go on."""
    command = line.split()[0]
    if command in ("/quit", "/exit"):
        return False
    if command == "/tools":
        _say(
            "\n".join(
                f"{tool.name} ({tool.effect.value}): {clean_line(tool.spec.description)}"
                for tool in ready.toolbox.tools
            )
        )
    elif command == "/help":
        _say(HELP)
    else:
        _say(f"There is no command {clean_line(command)}.\n{HELP}")
    return True


def _read_line(is_person: bool) -> str | None:
    """Return the next line, stripped; None at the end."""
    if not is_person:
        line = sys.stdin.readline()
        return line.strip() if line else None
    try:
        return input(f"\n{PROMPT}").strip()
    except EOFError:
        _say("")
        return None
    except KeyboardInterrupt:  # drops the line, as shells do
        _say("")
        return ""


def _edit_lines() -> None:
    """Switch on line editing and this chat's history of lines, where Python has them."""
    try:
        import readline
    except ImportError:  # Windows
        return
    readline.set_auto_history(True)


def _say(text: str) -> None:
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()
