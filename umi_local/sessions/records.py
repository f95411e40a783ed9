"""The rows of the session store as values, and back. No input or output."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from umi_local.errors import SessionError
from umi_local.events import (
    CallerSpoke,
    Event,
    Notice,
    PlannerSpoke,
    RunFinished,
    RunStarted,
    SummarizerSpoke,
    ToolFinished,
)
from umi_local.jsonable import JsonableError, from_jsonable
from umi_local.messages import JsonValue, Outcome

TITLE_CHARS = 200
COLUMNS = "id, created, bundle, title, outcome, answer, n_steps, ms"
"""What `info_of_row` expects, in this order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionInfo:
    """What is known about a session without its events.

    Attributes:
        created: In UTC.
        title: The beginning of the first question.
        outcome: Of the last question; None while it runs, or if the process was ended.
        n_steps: The planner's turns, over all questions.
        ms: Milliseconds of all finished questions.
    """

    id: str
    created: datetime
    bundle: str
    title: str
    outcome: Outcome | None
    answer: str | None
    n_steps: int
    ms: float


@dataclass(frozen=True, slots=True)
class StoredEvent:
    """An event, its number within the session (from 1) and when it was stored, in UTC."""

    seq: int
    at: datetime
    event: Event


def info_of_row(row: tuple[Any, ...]) -> SessionInfo:
    """Return a session from its `COLUMNS`."""
    session_id, created, bundle, title, outcome, answer, n_steps, ms = row
    return SessionInfo(
        id=session_id,
        created=datetime.fromisoformat(created),
        bundle=bundle,
        title=title,
        outcome=None if outcome is None else Outcome(outcome),
        answer=answer,
        n_steps=n_steps,
        ms=ms,
    )


def stored_event_of_row(session_id: str, row: tuple[Any, ...]) -> StoredEvent:
    """Return an event from its number, time and JSON.

    Raises:
        SessionError: The JSON isn't an event that this version knows.
    """
    seq, at, text = row
    try:
        event: Event = from_jsonable(Event, json.loads(text))
    except (JsonableError, json.JSONDecodeError) as error:
        raise SessionError(
            f"event {seq} of session {session_id} can't be read: {error}",
            hint="A newer umi-local may have written it: update, or delete the session.",
        ) from error
    return StoredEvent(seq, datetime.fromisoformat(at), event)


def says(text: str, needle: str) -> bool:
    """Whether an event's JSON holds a text that was asked, thought, called, observed or answered.

    Args:
        text: The JSON. One that can't be read says nothing.
        needle: Case-folded.
    """
    try:
        event: Event = from_jsonable(Event, json.loads(text))
    except (JsonableError, json.JSONDecodeError):  # reported when the session is opened
        return False
    return any(needle in words.casefold() for words in _words_of(event))


def storable(text: str) -> str:
    """Return text as SQLite takes it: lone surrogates, as in a command line, are escaped."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def title_of(question: str) -> str:
    """Return a question as one line of at most `TITLE_CHARS` characters."""
    line = " ".join(storable(question).split())
    return line if len(line) <= TITLE_CHARS else f"{line[: TITLE_CHARS - 1]}…"


def time_text(moment: datetime) -> str:
    """Return a time in the form that sorts as text."""
    return moment.isoformat(timespec="microseconds")


def _words_of(event: Event) -> Iterator[str]:
    match event:
        case RunStarted(question=text) | Notice(text=text):
            yield text
        case PlannerSpoke(turn=turn):
            yield turn.rationale
        case CallerSpoke(turn=turn):
            yield turn.call.name
            yield from _strings_in(turn.call.arguments)
        case ToolFinished(turn=turn):
            yield turn.observation.text
        case SummarizerSpoke(turn=turn):
            yield turn.text
        case RunFinished(error=str(text)):
            yield text


def _strings_in(value: JsonValue) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from _strings_in(item)
    elif isinstance(value, (list, tuple)):
        for item in value:
            yield from _strings_in(item)
