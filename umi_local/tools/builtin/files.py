"""Built-in tools over files: list, find, read, search, describe, write and move.

Reading and describing stand here; `file_listing.py`, `file_search.py` and `file_changes.py` hold the others. Everything
goes through `Roots.current()`, so nothing outside the user's roots can be touched.
"""

from __future__ import annotations

import itertools
import os
from collections import deque
from collections.abc import Iterable

from umi_local.messages import JsonValue, ToolSpec
from umi_local.tools.base import Effect, Tool
from umi_local.tools.builtin.file_changes import MODES, move_file, write_file
from umi_local.tools.builtin.file_listing import MAX_FOUND, ORDERS, find_files, list_files
from umi_local.tools.builtin.file_search import search_files
from umi_local.tools.builtin.limits import (
    FILE_PATH,
    FOLDER_PATH,
    MAX_RESULT_CHARS,
    PATH_CHARS,
    choice_property,
    count_property,
    fitting,
    local_time,
    object_schema,
    shown_bytes,
    text_property,
    without_empty,
)
from umi_local.tools.builtin.roots import OpenFile, Roots
from umi_local.tools.builtin.textfile import BinaryFileError, detect_encoding, iter_lines

DEFAULT_LINES = 200
MAX_LINES = 1000
"""Lines of one reading, and how far from the end a reading may begin."""

MAX_SHOWN_OF_LINE = MAX_RESULT_CHARS - 50
"""Characters of one line; with the count of those cut off it still fits a result."""


def read_file(path: str, start_line: int = 1, n_lines: int = DEFAULT_LINES) -> str:
    """Return lines of a text file, and where to go on if there are more.

    Line 1 is the first; a `start_line` of -10 begins ten lines before the end.

    Raises:
        BinaryFileError: The file isn't text.
        ValueError: The file has fewer lines.
        PathRefusedError, FileNotFoundError, IsADirectoryError: See `Roots.open_file`.
    """
    n_lines = min(max(n_lines, 1), MAX_LINES)
    with Roots.current().open_file(path) as file:
        encoding = detect_encoding(file)
        numbered = enumerate(iter_lines(file, encoding), 1)
        wanted: Iterable[tuple[int, tuple[str, int]]]
        if start_line < 0:
            wanted = deque(numbered, maxlen=min(-start_line, MAX_LINES))
        else:
            wanted = itertools.islice(numbered, max(start_line, 1) - 1, None)
        # One line more than wanted tells whether there are more.
        found = list(itertools.islice(wanted, n_lines + 1))
        if not found:
            return _nothing_there(file, start_line)
    shown, _ = fitting(_whole(line, length) for _, (line, length) in found[:n_lines])
    notes = [encoding.note] if encoding.note else []
    if len(shown) < len(found):
        first, after = found[0][0], found[len(shown)][0]
        notes.insert(0, f"lines {first}-{after - 1}; more follow from start_line {after}")
    return "\n".join(shown + [f"({note})" for note in notes])


def file_info(path: str) -> dict[str, JsonValue]:
    """Return kind, size in bytes, time of change, and for text its encoding and number of lines.

    Raises:
        PathRefusedError, FileNotFoundError: See `Roots.open_file`.
    """
    roots = Roots.current()
    if roots.is_top(path):
        return {"path": ".", "kind": "roots", "entries": len(roots.roots)}
    with roots.place(path) as place:
        if place.name is None:
            folder = place.folder
            info = os.stat(folder.real if folder.fd is None else folder.fd)
            return {
                "path": place.shown,
                "kind": "folder",
                "entries": len(folder.entries()),
                "modified": local_time(info.st_mtime),
            }
        if place.info is None:
            raise roots.missing(place, what="file or folder")
    with roots.open_file(path) as file:
        described: dict[str, JsonValue] = {
            "path": file.shown,
            "kind": "text file",
            "size_bytes": file.size_bytes,
            "size": shown_bytes(file.size_bytes),
            "modified": local_time(file.info.st_mtime),
        }
        try:
            encoding = detect_encoding(file)
        except BinaryFileError as error:
            return described | {"kind": error.kind}
        n_lines = sum(1 for _ in iter_lines(file, encoding))
        return without_empty(described | {"lines": n_lines, "encoding": encoding.name, "note": encoding.note})


def _whole(line: str, length: int) -> str:
    if length <= MAX_SHOWN_OF_LINE:
        return line
    return f"{line[:MAX_SHOWN_OF_LINE]}...[+{length - MAX_SHOWN_OF_LINE:,} characters]"


def _nothing_there(file: OpenFile, start_line: int) -> str:
    if file.size_bytes == 0:
        return f"{file.shown!r} is empty"
    encoding = detect_encoding(file)
    n_lines = sum(1 for _ in iter_lines(file, encoding))
    raise ValueError(f"{file.shown!r} has {n_lines:,} lines; start_line {start_line} is past them")


LIST_FILES = Tool(
    spec=ToolSpec(
        name="list_files",
        description="List a folder's files and folders.",
        parameters=object_schema(
            path=FOLDER_PATH,
            pattern=text_property("names to show, such as '*.txt'; default all"),
            recursive={"type": "boolean", "description": "also sub-folders; default false"},
        ),
    ),
    function=list_files,
    location="umi_local.tools.builtin.files:LIST_FILES",
)

FIND_FILES = Tool(
    spec=ToolSpec(
        name="find_files",
        description="Find files by name in a folder and its sub-folders, with size and date.",
        parameters=object_schema(
            ["name"],
            name=text_property("pattern such as '*.csv', or part of the name; '*' for all"),
            path=FOLDER_PATH,
            sort_by=choice_property("order; default newest", ORDERS),
            limit=count_property("how many; default 20", maximum=MAX_FOUND),
        ),
    ),
    function=find_files,
    location="umi_local.tools.builtin.files:FIND_FILES",
)

READ_FILE = Tool(
    spec=ToolSpec(
        name="read_file",
        description="Read lines of a text file.",
        parameters=object_schema(
            ["path"],
            path=FILE_PATH,
            start_line=count_property("first line; default 1; -10 for the last 10", minimum=-MAX_LINES, maximum=10**9),
            n_lines=count_property(f"how many; default {DEFAULT_LINES}", maximum=MAX_LINES),
        ),
    ),
    function=read_file,
    location="umi_local.tools.builtin.files:READ_FILE",
)

SEARCH_FILES = Tool(
    spec=ToolSpec(
        name="search_files",
        description="Search for text inside files. Returns file, line number and line.",
        parameters=object_schema(
            ["query"],
            query={**text_property("text to search for"), "minLength": 1},
            path={**FOLDER_PATH, "description": "folder or file; default '.'"},
            glob=text_property("only files such as '*.py'; default all"),
            regex={"type": "boolean", "description": "query is a regular expression; default false"},
            ignore_case={"type": "boolean", "description": "default true"},
        ),
    ),
    function=search_files,
    location="umi_local.tools.builtin.files:SEARCH_FILES",
)

FILE_INFO = Tool(
    spec=ToolSpec(
        name="file_info",
        description="Get the size, date and kind of a file or folder, and its number of lines.",
        parameters=object_schema(["path"], path={**FILE_PATH, "description": "path of the file or folder"}),
    ),
    function=file_info,
    location="umi_local.tools.builtin.files:FILE_INFO",
)

WRITE_FILE = Tool(
    spec=ToolSpec(
        name="write_file",
        description="Write text to a file.",
        parameters=object_schema(
            ["path", "text"],
            path=FILE_PATH,
            text={"type": "string", "description": "the text to write"},
            mode=choice_property("create (default) refuses an existing file", MODES),
        ),
    ),
    function=write_file,
    effect=Effect.WRITE,
    location="umi_local.tools.builtin.files:WRITE_FILE",
)

MOVE_FILE = Tool(
    spec=ToolSpec(
        name="move_file",
        description="Move or rename a file or folder. Never overwrites.",
        parameters=object_schema(
            ["source", "destination"],
            source={**FILE_PATH, "description": "path now"},
            destination={
                "type": "string",
                "description": "new path, or a folder to move it into",
                "minLength": 1,
                "maxLength": PATH_CHARS,
            },
        ),
    ),
    function=move_file,
    effect=Effect.WRITE,
    location="umi_local.tools.builtin.files:MOVE_FILE",
)

TOOLS: tuple[Tool, ...] = (
    LIST_FILES,
    FIND_FILES,
    READ_FILE,
    SEARCH_FILES,
    FILE_INFO,
    WRITE_FILE,
    MOVE_FILE,
)
