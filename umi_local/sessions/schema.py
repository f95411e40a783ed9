"""The SQLite form of sessions: tables, their migrations, and how a connection is set up.

The schema's version is SQLite's `user_version`, which is the number of migrations applied. A
migration is never changed once released; a new one is added at the end.
"""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from umi_local.errors import SessionError

BUSY_TIMEOUT_S = 10.0
"""How long a process waits for another one's write; a write takes milliseconds."""

MIGRATIONS: tuple[tuple[str, ...], ...] = (
    (
        """CREATE TABLE sessions (
            id TEXT PRIMARY KEY,
            created TEXT NOT NULL,
            bundle TEXT NOT NULL,
            title TEXT NOT NULL,
            outcome TEXT,
            answer TEXT,
            n_steps INTEGER NOT NULL DEFAULT 0,
            ms REAL NOT NULL DEFAULT 0
        )""",
        "CREATE INDEX sessions_by_time ON sessions (created)",
        """CREATE TABLE events (
            session_id TEXT NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
            seq INTEGER NOT NULL,
            at TEXT NOT NULL,
            type TEXT NOT NULL,
            json TEXT NOT NULL,
            PRIMARY KEY (session_id, seq)
        )""",
    ),
)

_REMEDIES = (
    ("disk is full", "Free some disk space, or run with --no-session to keep no record."),
    ("disk i/o error", "Free some disk space, or run with --no-session to keep no record."),
    ("locked", "Another process holds the store; end it, or run with --no-session."),
    ("not a database", "Move the file away to begin a new store, or run with --no-session."),
    ("malformed", "Move the file away to begin a new store, or run with --no-session."),
)
_WRITABLE = "Make the folder writable, set UMI_DATA_DIR to another, or run with --no-session."


def connect(path: Path) -> sqlite3.Connection:
    """Open or create a store and bring its schema up to date. Several processes may do so at once.

    Raises:
        SessionError: It can't be opened or written, isn't a store, or is a newer version's.
    """
    with storing(path):
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))  # sessions are private
        connection = sqlite3.connect(path, timeout=BUSY_TIMEOUT_S, isolation_level=None, check_same_thread=False)
        try:
            _set_up(connection)
            _migrate(connection, path)
        except BaseException:
            connection.close()
            raise
    return connection


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[sqlite3.Connection]:
    """Do everything in the block or nothing; on return it is on the disk."""
    connection.execute("BEGIN IMMEDIATE")  # the write lock first: no upgrade can fail half-way
    try:
        yield connection
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:  # some errors, a full disk among them, roll back by themselves
            connection.execute("ROLLBACK")
        raise


@contextmanager
def storing(path: Path) -> Iterator[None]:
    """Turn what SQLite and the system raise into a SessionError that names the remedy."""
    try:
        yield
    except sqlite3.Error as error:
        raise _session_error(path, str(error)) from error
    except OSError as error:
        raise _session_error(path, error.strerror or str(error)) from error


def _session_error(path: Path, reason: str) -> SessionError:
    hint = next((remedy for sign, remedy in _REMEDIES if sign in reason.lower()), _WRITABLE)
    return SessionError(f"can't use the session store {path}: {reason}", hint=hint)


def _set_up(connection: sqlite3.Connection) -> None:
    """Set what isn't kept in the file, and write-ahead logging, which is.

    With a write-ahead log readers and one writer don't wait for each other, and a killed process
    leaves a log that the next one replays. `synchronous = FULL` flushes that log at every commit,
    so that a shown event also survives a power cut; NORMAL would only survive a killed process. It
    costs some milliseconds per event, and events are whole turns of a model, seconds apart.
    """
    connection.execute("PRAGMA foreign_keys = ON")
    _use_write_ahead_log(connection)
    connection.execute("PRAGMA synchronous = FULL")


def _use_write_ahead_log(connection: sqlite3.Connection) -> None:
    """Switch the file over, once; where the file system can't (some network ones), go on without.

    The switch needs the file for itself and fails at once if another process is opening it too:
    SQLite's busy timeout doesn't cover it, so we wait here.
    """
    deadline = time.monotonic() + BUSY_TIMEOUT_S
    while not _writes_ahead(connection, is_last_try=time.monotonic() > deadline):
        time.sleep(0.02)


def _writes_ahead(connection: sqlite3.Connection, *, is_last_try: bool) -> bool:
    """Try the switch; return whether it is done, by us or by another process, or impossible."""
    if connection.execute("PRAGMA journal_mode").fetchone()[0] == "wal":
        return True
    try:
        connection.execute("PRAGMA journal_mode = WAL")
    except sqlite3.OperationalError as error:
        if is_last_try or "locked" not in str(error):
            raise
        return False
    return True


def _migrate(connection: sqlite3.Connection, path: Path) -> None:
    if _version(connection) == len(MIGRATIONS):
        return
    with transaction(connection):  # whoever comes second finds the work done
        version = _version(connection)
        if version > len(MIGRATIONS):
            raise SessionError(
                f"the session store {path} has schema version {version}, written by a newer "
                f"umi-local; this one knows {len(MIGRATIONS)}",
                hint="Update umi-local, or set UMI_DATA_DIR to another folder.",
            )
        for statements in MIGRATIONS[version:]:
            for statement in statements:
                connection.execute(statement)
        connection.execute(f"PRAGMA user_version = {len(MIGRATIONS)}")


def _version(connection: sqlite3.Connection) -> int:
    version: int = connection.execute("PRAGMA user_version").fetchone()[0]
    return version
