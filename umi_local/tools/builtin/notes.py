"""Notes to oneself, in an SQLite file: add, list, search, finish.

The file is `notes.db` in the data folder (`UMI_DATA_DIR` moves it). Several processes may use it at
once: writers wait for each other for up to five seconds. Notes are never deleted, only finished.
"""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from umi_local.folders import data_folder
from umi_local.messages import ToolSpec
from umi_local.tools.base import Effect, Tool
from umi_local.tools.builtin.dates import now
from umi_local.tools.builtin.limits import count_property, listing, object_schema, text_property

MAX_NOTE_CHARS = 2000
MAX_TAG_CHARS = 40
MAX_LISTED = 50
BUSY_TIMEOUT_S = 5.0

_CREATE = """
CREATE TABLE IF NOT EXISTS notes (
    id INTEGER PRIMARY KEY,
    text TEXT NOT NULL,
    tag TEXT NOT NULL,
    created TEXT NOT NULL,
    finished TEXT
)
"""


def notes_path() -> Path:
    """Return where the notes are, whether or not there are any."""
    return data_folder() / "notes.db"


def add_note(text: str, tag: str = "") -> str:
    """Store a note and return its number.

    Raises:
        ValueError: The text is empty.
    """
    if not text.strip():
        raise ValueError("the note is empty")
    with _database() as database:
        row = (text.strip(), tag.strip().lower(), now().isoformat(timespec="seconds"))
        added = database.execute("INSERT INTO notes (text, tag, created) VALUES (?, ?, ?)", row)
        return f"added note {added.lastrowid}"


def list_notes(tag: str = "", include_done: bool = False) -> str:
    """Return the newest notes, one a line; without a tag those of all tags."""
    conditions, values = [], []
    if tag.strip():
        conditions.append("tag = ?")
        values.append(tag.strip().lower())
    if not include_done:
        conditions.append("finished IS NULL")
    return _shown(conditions, values)


def search_notes(query: str) -> str:
    """Return the notes, finished ones too, whose text or tag has all words of the query.

    Raises:
        ValueError: The query is empty.
    """
    words = query.split()
    if not words:
        raise ValueError("the query is empty")
    condition = "(text || ' ' || tag) LIKE ? ESCAPE '\\'"
    return _shown([condition] * len(words), [f"%{_escaped(word)}%" for word in words])


def finish_note(id: int) -> str:  # the argument's name that models are shown
    """Mark a note as done.

    Raises:
        LookupError: There is no such note.
    """
    with _database() as database:
        row = database.execute("SELECT text, finished FROM notes WHERE id = ?", (id,)).fetchone()
        if row is None:
            raise LookupError(f"there is no note {id}; list_notes shows their numbers")
        if row[1] is not None:
            return f"note {id} was finished already: {row[0]}"
        finished = now().isoformat(timespec="seconds")
        database.execute("UPDATE notes SET finished = ? WHERE id = ?", (finished, id))
        return f"finished note {id}: {row[0]}"


def _shown(conditions: list[str], values: list[str]) -> str:
    if not notes_path().exists():
        return "no notes"
    where = f"WHERE {' AND '.join(conditions)}" if conditions else ""
    with _database() as database:
        count = database.execute(f"SELECT count(*) FROM notes {where}", values).fetchone()[0]
        rows = database.execute(
            f"SELECT id, text, tag, created, finished FROM notes {where} ORDER BY id DESC LIMIT {MAX_LISTED}",
            values,
        ).fetchall()
    if not rows:
        return "no notes"
    head, *lines = [_line(*row) for row in rows]
    return listing(head, lines, more=count - len(rows))


def _line(number: int, text: str, tag: str, created: str, finished: str | None) -> str:
    label = f" [{tag}]" if tag else ""
    done = f", done {finished[:10]}" if finished else ""
    return f"{number}.{label} {' '.join(text.split())} ({created[:10]}{done})"


def _escaped(word: str) -> str:
    return word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


@contextlib.contextmanager
def _database() -> Iterator[sqlite3.Connection]:
    """Open the notes for one transaction, which writers get one after the other."""
    path = notes_path()
    path.parent.mkdir(parents=True, exist_ok=True)
    database = sqlite3.connect(path, timeout=BUSY_TIMEOUT_S, isolation_level=None)
    with contextlib.closing(database):
        _use_write_ahead_log(database)
        database.execute("BEGIN IMMEDIATE")
        database.execute(_CREATE)
        yield database
        database.execute("COMMIT")  # after an exception, closing rolls back


def _use_write_ahead_log(database: sqlite3.Connection) -> None:
    """Let readers go on while another process writes; the setting stays with the file."""
    # Switching doesn't wait for other processes. Where one is in the way, the file is used as it
    # is, which is as safe, and the next call switches it.
    with contextlib.suppress(sqlite3.OperationalError):
        database.execute("PRAGMA journal_mode = WAL")


_TAG = text_property("such as shopping", max_length=MAX_TAG_CHARS)

ADD_NOTE = Tool(
    spec=ToolSpec(
        "add_note",
        "Save a note or a task.",
        object_schema(["text"], text=text_property("the note", max_length=MAX_NOTE_CHARS), tag=_TAG),
    ),
    function=add_note,
    effect=Effect.WRITE,
    timeout_s=10.0,
    location="umi_local.tools.builtin.notes:ADD_NOTE",
)
LIST_NOTES = Tool(
    spec=ToolSpec(
        "list_notes",
        "List the saved notes, the newest first.",
        object_schema(
            tag=_TAG,
            include_done={"type": "boolean", "description": "finished ones too; default false"},
        ),
    ),
    function=list_notes,
    timeout_s=10.0,
    location="umi_local.tools.builtin.notes:LIST_NOTES",
)
SEARCH_NOTES = Tool(
    spec=ToolSpec(
        "search_notes",
        "Find saved notes by words.",
        object_schema(["query"], query=text_property("words that the note has")),
    ),
    function=search_notes,
    timeout_s=10.0,
    location="umi_local.tools.builtin.notes:SEARCH_NOTES",
)
FINISH_NOTE = Tool(
    spec=ToolSpec(
        "finish_note",
        "Mark a note as done.",
        object_schema(["id"], id=count_property("number of the note", maximum=2**31)),
    ),
    function=finish_note,
    effect=Effect.WRITE,
    timeout_s=10.0,
    location="umi_local.tools.builtin.notes:FINISH_NOTE",
)
TOOLS: tuple[Tool, ...] = (ADD_NOTE, LIST_NOTES, SEARCH_NOTES, FINISH_NOTE)
