"""A stored session, shown as its runs were, or as an object."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from umi_local.commands.run_object import by_question, run_object
from umi_local.events import Event, RunFinished, RunStarted
from umi_local.messages import JsonValue
from umi_local.screen.clean import clean
from umi_local.screen.errors import show_error
from umi_local.screen.pen import Pen
from umi_local.screen.steps import StepsDisplay
from umi_local.sessions.records import SessionInfo


def session_object(info: SessionInfo, events: Sequence[Event]) -> dict[str, JsonValue]:
    """Return the object of a session's last question, when it was created, and `earlier` where it has other questions.

    An item of `earlier` is such an object with its `question` instead of session and bundle.
    """
    runs = by_question(events) or [[]]
    last = run_object(runs[-1], session=info.id, bundle=info.bundle)
    earlier = [_earlier(run, info) for run in runs[:-1]]
    return {**last, "created": info.created.isoformat(), **({"earlier": earlier} if earlier else {})}


def show_session(info: SessionInfo, events: Sequence[Event]) -> None:
    """Write a session to stdout: questions, steps, answers."""
    pen = Pen(sys.stdout)
    pen.line(f"session {info.id}, {info.created.astimezone():%Y-%m-%d %H:%M:%S}, bundle {clean(info.bundle)}", "dim")
    display = StepsDisplay(steps=sys.stdout)
    for run in by_question(events):
        started = run[0]
        if isinstance(started, RunStarted):
            pen.line(f"\n> {clean(started.question)}\n", "bold")
        for event in run:
            display.show(event)
        _show_end(info, run, display)


def _show_end(info: SessionInfo, run: Sequence[Event], display: StepsDisplay) -> None:
    end = run[-1]
    if not isinstance(end, RunFinished):
        display.pause()
        sys.stdout.write("\n(still running, or its process was ended)\n")
        return
    display.finish(run_object(run, session=info.id, bundle=info.bundle), end)
    if end.error is not None:
        sys.stdout.flush()
        show_error(end.error, end.hint)


def _earlier(run: Sequence[Event], info: SessionInfo) -> dict[str, JsonValue]:
    whole = run_object(run, session=info.id, bundle=info.bundle)
    question = next((event.question for event in run if isinstance(event, RunStarted)), "")
    return {"question": question, **{key: whole[key] for key in ("answer", "outcome", "steps", "usage")}}
