"""Search the text of files, line by line."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from umi_local.tools.builtin.folder_walk import LeftOut, path_below, walk
from umi_local.tools.builtin.folders import Folder, PathRefusedError
from umi_local.tools.builtin.limits import counted, listing, one_line
from umi_local.tools.builtin.patterns import Matcher, compile_pattern
from umi_local.tools.builtin.roots import OpenFile, Roots
from umi_local.tools.builtin.textfile import (
    MAX_LINE_CHARS,
    BinaryFileError,
    detect_encoding,
    iter_lines,
)

MAX_MATCHES = 50
"""Matching lines shown; the others are counted."""

EXCERPT_CHARS = 160
"""Characters shown of a matching line, around the match."""

_Find = Callable[[str], "re.Match[str] | None"]


def search_files(query: str, path: str = ".", glob: str = "*", regex: bool = False, ignore_case: bool = True) -> str:
    """Return the lines that hold a text, as `file:line: text`.

    Binary files, links and hidden folders are left out, and that is said.

    Raises:
        ValueError: The query is empty or not a regular expression.
        PathRefusedError, FileNotFoundError: See `Roots.open_folder`.
    """
    find = _compiled(query, regex=regex, ignore_case=ignore_case)
    search = _Search(find)
    for file in _files(Roots.current(), path, compile_pattern(glob), search):
        search.look_into(file)
    head = f"{counted(search.n_lines, 'matching line')} in {search.n_files:,} of {counted(search.n_searched, 'file')}"
    more = search.n_lines - len(search.shown)
    return listing(head, search.shown, more=more, notes=search.notes())


@dataclass(slots=True)
class _Search:
    find: _Find
    shown: list[str] = field(default_factory=list)
    left_out: LeftOut = field(default_factory=LeftOut)
    n_lines: int = 0
    n_files: int = 0
    n_searched: int = 0
    n_binary: int = 0
    n_long: int = 0

    def look_into(self, file: OpenFile) -> None:
        try:
            encoding = detect_encoding(file)
        except BinaryFileError:
            self.n_binary += 1
            return
        before = self.n_lines
        self.n_searched += 1
        for number, (line, length) in enumerate(iter_lines(file, encoding), 1):
            self.n_long += length > MAX_LINE_CHARS
            match = self.find(line)
            if match is None:
                continue
            self.n_lines += 1
            if len(self.shown) < MAX_MATCHES:
                self.shown.append(f"{one_line(file.shown)}:{number}: {_excerpt(line, match)}")
        self.n_files += self.n_lines > before

    def notes(self) -> list[str]:
        said = self.left_out.sentences()
        if self.n_binary:
            said.append(f"{self.n_binary:,} binary file(s) skipped")
        if self.n_long:
            said.append(f"{self.n_long:,} line(s) searched only up to character {MAX_LINE_CHARS:,}")
        return said


def _compiled(query: str, *, regex: bool, ignore_case: bool) -> _Find:
    if not query:
        raise ValueError("query is empty; say which text to search for")
    flags = re.IGNORECASE if ignore_case else re.RegexFlag(0)
    try:
        return re.compile(query if regex else re.escape(query), flags).search
    except re.error as error:
        raise ValueError(f"{query!r} is not a regular expression: {error}; set regex to false for plain text") from None


def _files(roots: Roots, path: str, matches: Matcher, search: _Search) -> Iterator[OpenFile]:
    if not roots.is_top(path):
        with roots.place(path) as place:
            is_file = place.name is not None and place.info is not None
        if is_file:
            with roots.open_file(path) as file:
                yield file
            return
    for folder in roots.folders(path):
        yield from _files_below(folder, matches, search)


def _files_below(folder: Folder, matches: Matcher, search: _Search) -> Iterator[OpenFile]:
    for holder, entry in walk(folder, search.left_out):
        if entry.kind != "file" or not matches(path_below(folder, holder, entry.name)):
            continue
        try:
            handle = holder.open(entry.name)
        except (OSError, PathRefusedError):
            search.left_out.unreadable += 1
            continue
        with handle:
            yield OpenFile(handle, holder.path_of(entry.name), os.fstat(handle.fileno()))


def _excerpt(line: str, match: re.Match[str]) -> str:
    begin = max(0, match.start() - EXCERPT_CHARS // 3)
    if len(line) - begin < EXCERPT_CHARS:
        begin = max(0, len(line) - EXCERPT_CHARS)
    piece = line[begin : begin + EXCERPT_CHARS]
    before = "..." if begin else ""
    after = "..." if begin + EXCERPT_CHARS < len(line) else ""
    return f"{before}{piece.strip()}{after}"
