"""Sessions in SQLite: one row per session, one row per event.

An event is committed when `SessionRecorder.append` returns, so whoever appends before showing loses
nothing that was shown, however the process ends. Several processes may use one store at once. Text
deltas aren't stored: the finished turn that follows them holds the same text.

A store that can't be opened or written raises; going on without one is the user's decision
(`--no-session`), never ours.
"""

from __future__ import annotations

import json
import secrets
import sqlite3
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timezone
from pathlib import Path
from types import TracebackType
from typing import Any

from umi_local.errors import SessionError
from umi_local.events import Event, PlannerSpoke, RunFinished, RunStarted, TextDelta, trajectory_of
from umi_local.folders import sessions_path
from umi_local.jsonable import to_jsonable
from umi_local.messages import Outcome, Trajectory
from umi_local.sessions.records import (
    COLUMNS,
    SessionInfo,
    StoredEvent,
    info_of_row,
    says,
    storable,
    stored_event_of_row,
    time_text,
    title_of,
)
from umi_local.sessions.schema import connect, storing, transaction

LAST = "last"

_ID_ALPHABET = "abcdefghijkmnpqrstuvwxyz23456789"  # without what is easily confused: l, o, 0, 1
_ID_RANDOM_CHARS = 4
_PAGE = 200


class SessionStore:
    """The sessions of one SQLite file. Safe to use from several threads.

    Example:
        with SessionStore() as store:
            session = store.create(bundle="embedded")
            session.append(RunStarted("What is 2 + 2?", "embedded"))
            print(store.trajectory(session.id).turns)
    """

    def __init__(self, path: Path | None = None, *, clock: Callable[[], datetime] | None = None) -> None:
        """Open the store, or create it.

        Args:
            path: The file; the user's own store by default.
            clock: Returns the time in UTC; for tests.

        Raises:
            SessionError: It can't be opened or written.
        """
        self.path = path or sessions_path()
        self._clock = clock or (lambda: datetime.now(timezone.utc))
        self._lock = threading.RLock()
        self._connection = connect(self.path)
        self._connection.create_function("says", 2, says, deterministic=True)

    def create(self, *, bundle: str, title: str = "") -> SessionRecorder:
        """Begin a session; without a title the first question becomes it.

        Raises:
            SessionError: It can't be stored.
        """
        now = self._clock()
        while True:
            session_id = _new_id(now)
            row = (session_id, time_text(now), storable(bundle), title_of(title))
            columns = "INSERT OR IGNORE INTO sessions (id, created, bundle, title) VALUES (?, ?, ?, ?)"
            with self._writing() as connection:
                if connection.execute(columns, row).rowcount:
                    return SessionRecorder(self, session_id)

    def resume(self, session: str) -> SessionRecorder:
        """Return a recorder that appends to a session there is already (id, prefix or `last`).

        Raises:
            SessionError: There is no such session.
        """
        return SessionRecorder(self, self.get(session).id)

    def list(self, limit: int = 20, *, outcome: Outcome | None = None, containing: str = "") -> tuple[SessionInfo, ...]:
        """Return the newest sessions first.

        Args:
            limit: At most so many.
            outcome: Only those whose last question ended so.
            containing: Only those in which this text was asked, thought, called, observed or
                answered; upper and lower case are the same.

        Raises:
            SessionError: The store can't be read.
        """
        conditions, values = ["1"], []
        if outcome is not None:
            conditions.append("outcome = ?")
            values.append(outcome.value)
        if containing:
            conditions.append("id IN (SELECT session_id FROM events WHERE says(json, ?))")
            values.append(storable(containing).casefold())
        where = " AND ".join(conditions)
        query = f"SELECT {COLUMNS} FROM sessions WHERE {where} ORDER BY created DESC, id DESC LIMIT ?"
        return tuple(map(info_of_row, self._rows(query, (*values, limit))))

    def get(self, session: str) -> SessionInfo:
        """Return a session by its id, a unique beginning of it, or `last`.

        Raises:
            SessionError: There is none, or several begin so.
        """
        if session == LAST:
            found = self.list(1)
        else:
            query = f"SELECT {COLUMNS} FROM sessions WHERE substr(id, 1, ?) = ? ORDER BY id LIMIT 5"
            prefix = storable(session)
            found = tuple(map(info_of_row, self._rows(query, (len(prefix), prefix)))) if prefix else ()
        exact = [info for info in found if info.id == session]
        if len(found) == 1 or exact:
            return (exact or found)[0]
        if not found:
            what = "there are no sessions yet" if session == LAST else f"there is no session {session!r}"
            raise SessionError(what, hint="`umi session list` shows the sessions there are.")
        begin = ", ".join(info.id for info in found)
        raise SessionError(f"several sessions begin with {session!r}: {begin}", hint="Give more of the id.")

    def stored_events(self, session: str) -> Iterator[StoredEvent]:
        """Yield a session's events with their numbers and times, oldest first.

        Raises:
            SessionError: There is no such session, or an event can't be read.
        """
        session_id, last = self.get(session).id, 0
        query = "SELECT seq, at, json FROM events WHERE session_id = ? AND seq > ? ORDER BY seq LIMIT ?"
        while rows := self._rows(query, (session_id, last, _PAGE)):  # pages: memory stays flat
            for row in rows:
                stored = stored_event_of_row(session_id, row)
                yield stored
                last = stored.seq

    def events(self, session: str) -> Iterator[Event]:
        """Yield a session's events, oldest first.

        Raises:
            SessionError: There is no such session, or an event can't be read.
        """
        return (stored.event for stored in self.stored_events(session))

    def trajectory(self, session: str) -> Trajectory:
        """Return a session's turns, of all its questions, and the tools last on offer.

        Raises:
            SessionError: There is no such session, or an event can't be read.
        """
        return trajectory_of(self.events(session))

    def delete(self, session: str) -> SessionInfo:
        """Remove a session and its events; return what it was.

        Raises:
            SessionError: There is no such session, or the store can't be written.
        """
        info = self.get(session)
        with self._writing() as connection:
            connection.execute("DELETE FROM sessions WHERE id = ?", (info.id,))
        return info

    def close(self) -> None:
        """Close the file. Safe to call twice."""
        with self._lock:
            self._connection.close()

    def __enter__(self) -> SessionStore:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def _append(self, session_id: str, event: Event) -> int:
        text = json.dumps(to_jsonable(event), separators=(",", ":"))  # ASCII: any str can be stored
        at = time_text(self._clock())
        with self._writing() as connection:
            query = "SELECT coalesce(max(seq), 0) + 1 FROM events WHERE session_id = ?"
            seq: int = connection.execute(query, (session_id,)).fetchone()[0]
            query = "INSERT INTO events (session_id, seq, at, type, json) VALUES (?, ?, ?, ?, ?)"
            try:
                connection.execute(query, (session_id, seq, at, event.type, text))
            except sqlite3.IntegrityError as error:
                raise SessionError(f"session {session_id} was deleted while it ran") from error
            _update_session(connection, session_id, event)
        return seq

    def _rows(self, query: str, values: tuple[object, ...]) -> Sequence[tuple[Any, ...]]:
        with self._lock, storing(self.path):
            return self._connection.execute(query, values).fetchall()

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        with self._lock, storing(self.path), transaction(self._connection) as connection:
            yield connection


class SessionRecorder:
    """Appends events to one session."""

    def __init__(self, store: SessionStore, session_id: str) -> None:
        self.id = session_id
        self._store = store

    def append(self, event: Event) -> int | None:
        """Store an event and return its number, or None for a text delta, which isn't stored.

        On return the event is on the disk: show it after, not before.

        Raises:
            SessionError: It can't be stored. What was appended before is safe.
        """
        return None if isinstance(event, TextDelta) else self._store._append(self.id, event)


def _update_session(connection: sqlite3.Connection, session_id: str, event: Event) -> None:
    """Keep a session's own row in step with its events."""
    values: tuple[object, ...] = ()
    match event:
        case RunStarted(question=question):
            change = "outcome = NULL, answer = NULL, title = CASE title WHEN '' THEN ? ELSE title END"
            values = (title_of(question),)
        case PlannerSpoke():
            change = "n_steps = n_steps + 1"
        case RunFinished(outcome=outcome, answer=answer, ms=ms):
            change = "outcome = ?, answer = ?, ms = ms + ?"
            values = (outcome.value, None if answer is None else storable(answer), ms)
        case _:
            return
    connection.execute(f"UPDATE sessions SET {change} WHERE id = ?", (*values, session_id))


def _new_id(now: datetime) -> str:
    """Return such as 20261123-114455-x7k2: sorts by time, and two in one second still differ."""
    random = "".join(secrets.choice(_ID_ALPHABET) for _ in range(_ID_RANDOM_CHARS))
    return f"{now:%Y%m%d-%H%M%S}-{random}"
