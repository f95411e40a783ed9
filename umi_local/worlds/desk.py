"""Where built-in tools work: a temporary folder with generated files, a notes database, and a clock that stands still.

A scene for built-in tools is `{"now": ..., "root": name, "files": {path: text}, "modified": {path: time}, "notes": [...]}`;
only `now` is needed, and whatever else a scene holds is for its plans. Nothing is written to disk before a tool is called.
The tools find their folders in the environment, so calls of several worlds in one process take turns.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from umi_local.messages import JsonObject, JsonValue, Observation
from umi_local.tools.base import Tool

_ENVIRONMENT = threading.RLock()
"""Held while a tool runs: it reads the environment of this whole process."""

_DATA = ".data"
"""The folder of the notes, beside the root; a root's name never begins with a dot."""

_NOTES_TABLE = """
CREATE TABLE IF NOT EXISTS notes (
    id INTEGER PRIMARY KEY, text TEXT NOT NULL, tag TEXT NOT NULL, created TEXT NOT NULL, finished TEXT
)
"""


class BuiltinDesk:
    """Files and notes made from a scene, on which built-in tools run as they do in a real run.

    Args:
        scene: See the module's docstring. Notes are objects with `text` and, if wanted, `tag`, `created` and `finished`;
            they are numbered from 1. Times are ISO without an offset.
    """

    def __init__(self, scene: Mapping[str, Any]) -> None:
        self._scene = scene
        self._root = scene.get("root", "documents")
        self._folder: Path | None = None
        self._made: set[str] = set()

    def perform(self, tool: Tool, arguments: JsonObject) -> Observation:
        """Run a built-in tool in this thread."""
        from umi_local.tools.results import perform

        self._make(_needs(tool))
        with self._at_home():
            reply = perform(tool.function, arguments, tool.max_chars)
        if "error" in reply:
            return Observation(reply["error"], is_error=True)
        return Observation(reply["text"], omitted_chars=reply["omitted_chars"])

    def snapshot(self) -> JsonObject:
        """Return the files by path and the notes, without when they were made."""
        return {"files": self._files(), "notes": self._notes()}

    def close(self) -> None:
        """Remove the folder."""
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)
            self._folder = None

    def _home(self) -> Path:
        if self._folder is None:
            self._folder = Path(tempfile.mkdtemp(prefix="umi-world-"))
            (self._folder / self._root).mkdir()
            (self._folder / _DATA).mkdir()
        return self._folder

    def _make(self, what: str) -> None:
        """Write the scene's files or notes, once, when the first tool needs them."""
        if what in self._made:
            return
        self._made.add(what)
        if what == "files":
            self._write_files(self._home() / self._root)
        elif what == "notes" and self._scene.get("notes"):
            self._write_notes(self._home() / _DATA)

    def _write_files(self, root: Path) -> None:
        times = self._scene.get("modified", {})
        for name, text in self._scene.get("files", {}).items():
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text.encode())
            at = datetime.fromisoformat(times.get(name, self._scene["now"])).replace(tzinfo=timezone.utc)
            os.utime(path, (at.timestamp(), at.timestamp()))

    def _write_notes(self, data: Path) -> None:
        import sqlite3

        rows = [
            (note["text"], note.get("tag", ""), note.get("created", self._scene["now"]), note.get("finished"))
            for note in self._scene["notes"]
        ]
        with closing(sqlite3.connect(data / "notes.db")) as database, database:
            database.execute("PRAGMA synchronous = OFF")
            database.execute(_NOTES_TABLE)
            database.executemany("INSERT INTO notes (text, tag, created, finished) VALUES (?, ?, ?, ?)", rows)

    def _files(self) -> JsonObject:
        if "files" not in self._made:
            return dict(self._scene.get("files", {}))
        root = self._home() / self._root
        paths = sorted(path for path in root.rglob("*") if path.is_file())
        return {path.relative_to(root).as_posix(): path.read_text(encoding="utf-8", errors="replace") for path in paths}

    def _notes(self) -> list[JsonValue]:
        import sqlite3

        if "notes" not in self._made:
            return [_note(i, note) for i, note in enumerate(self._scene.get("notes", ()), 1)]
        path = self._home() / _DATA / "notes.db"
        if not path.exists():
            return []
        with closing(sqlite3.connect(path)) as database:
            rows = database.execute("SELECT id, text, tag, finished FROM notes ORDER BY id").fetchall()
        return [_note(row[0], {"text": row[1], "tag": row[2], "finished": row[3]}) for row in rows]

    @contextmanager
    def _at_home(self) -> Iterator[None]:
        """Let the tools find this desk's folders and time; put everything back afterwards."""
        with _ENVIRONMENT:
            home = self._home()
            own = {
                "UMI_ROOTS": str(home / self._root),
                "UMI_DATA_DIR": str(home / _DATA),
                "UMI_NOW": self._scene["now"],
                "TZ": "UTC",
            }
            before = {name: os.environ.get(name) for name in own}
            os.environ.update(own)
            _read_time_zone()
            try:
                yield
            finally:
                for name, value in before.items():
                    if value is None:
                        del os.environ[name]
                    else:
                        os.environ[name] = value
                _read_time_zone()


def _needs(tool: Tool) -> str:
    """Return what of a scene a tool works on: files, notes, or neither."""
    module = (tool.location or "").partition(":")[0].rpartition(".")[2]
    return {"notes": "notes", "calculator": "", "dates": "", "units": ""}.get(module, "files")


def _note(number: int, note: Mapping[str, Any]) -> JsonObject:
    return {"id": number, "text": note["text"], "tag": note.get("tag", ""), "done": bool(note.get("finished"))}


def _read_time_zone() -> None:
    if hasattr(time, "tzset"):  # not on Windows, where dates of files keep the machine's offset
        time.tzset()
