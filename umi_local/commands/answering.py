"""What `umi run` does once its arguments are read: open everything, take one turn, show the end."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from umi_local.commands.options import RunChoices
from umi_local.commands.run_object import run_object
from umi_local.commands.setup import Services, ready_agent
from umi_local.commands.turns import INTERRUPTED, take_turn
from umi_local.errors import UmiError
from umi_local.events import Event, RunFinished
from umi_local.messages import Outcome, UsageByRole
from umi_local.screen.displays import Display, JsonDisplay, JsonLinesDisplay
from umi_local.screen.errors import show_error
from umi_local.sessions.store import SessionRecorder, SessionStore
from umi_local.tools.policy import Ask

EXIT_CODES = {
    Outcome.ANSWERED: 0,
    Outcome.FAILED: 1,
    Outcome.GAVE_UP: 3,
    Outcome.STEP_LIMIT: 4,
    Outcome.CANCELLED: INTERRUPTED,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is asked, and how the run is shown: `text`, `json` or `jsonl`."""

    text: str
    output: str = "text"
    quiet: bool = False


@dataclass(slots=True)
class _Progress:
    """How far a run has come, for the object that is also written when it fails."""

    session: str = ""
    bundle: str = ""
    events: list[Event] = field(default_factory=list)


def answer(question: Question, choices: RunChoices, services: Services) -> int:
    """Answer a question and return the exit code.

    Raises:
        UmiError: The run could not be made. What `--output json` promises is written already.
        BrokenPipeError: Nobody reads our output any more.
    """
    display = _display(question)
    progress = _Progress()
    try:
        end = _run(question, choices, services, display, progress)
    except UmiError as error:
        if error.exit_code != 2:  # wrong usage is no run
            ended = RunFinished(Outcome.FAILED, None, UsageByRole(), 0.0, str(error), error.hint or None)
            _show_early_end(display, ended, progress)
        raise
    except KeyboardInterrupt:  # before the run began; from then on Ctrl-C cancels it
        _show_early_end(display, RunFinished(Outcome.CANCELLED, None, UsageByRole()), progress)
        raise
    display.finish(run_object(progress.events, session=progress.session, bundle=progress.bundle), end)
    if end.error is not None:
        show_error(end.error, end.hint)
    return EXIT_CODES[end.outcome]


def person_to_ask(display: Display, *, is_text: bool = True) -> Ask | None:
    """Return how to ask for permission, or None where nobody could answer."""
    from umi_local.screen.asking import asking
    from umi_local.screen.terminal import can_ask

    return asking(display.pause) if is_text and can_ask() else None


@contextmanager
def store_if(wanted: bool) -> Iterator[SessionStore | None]:
    """Open the user's sessions, if they are wanted.

    Raises:
        SessionError: They can't be read or written.
    """
    if not wanted:
        yield None
        return
    with SessionStore() as store:
        yield store


def _run(
    question: Question, choices: RunChoices, services: Services, display: Display, progress: _Progress
) -> RunFinished:
    ask = person_to_ask(display, is_text=question.output == "text")
    with (
        store_if(choices.keeps_session) as store,  # first: a store that can't be written costs no time
        ready_agent(services, choices, ask=ask, loading=display.loading) as ready,
    ):
        progress.bundle = ready.bundle
        recorder: SessionRecorder | None = store.create(bundle=ready.bundle) if store else None
        progress.session = recorder.id if recorder else ""
        return take_turn(ready.agent, question.text, display=display, recorder=recorder, events=progress.events)


def _display(question: Question) -> Display:
    if question.output == "json":
        return JsonDisplay()
    if question.output == "jsonl":
        return JsonLinesDisplay()
    from umi_local.screen.steps import StepsDisplay

    return StepsDisplay(quiet=question.quiet)


def _show_early_end(display: Display, end: RunFinished, progress: _Progress) -> None:
    """Show that a run ended before the agent could say so."""
    display.pause()
    if isinstance(display, JsonDisplay):
        progress.events.append(end)
        display.show(end)
        display.finish(run_object(progress.events, session=progress.session, bundle=progress.bundle), end)
