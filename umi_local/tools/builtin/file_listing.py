"""List the files of a folder, and find files by name."""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Callable, Iterator

from umi_local.tools.builtin.folder_walk import LeftOut, path_below, walk
from umi_local.tools.builtin.folders import Entry, Folder
from umi_local.tools.builtin.limits import counted, listing, local_time, one_line, shown_bytes
from umi_local.tools.builtin.patterns import Matcher, compile_pattern, has_wildcards
from umi_local.tools.builtin.roots import Roots

MAX_LISTED = 200
"""Lines of one listing."""

MAX_FOUND = 100
"""Files that one search by name may return."""

ORDERS = ("newest", "oldest", "largest", "smallest", "name")


def list_files(path: str = ".", pattern: str = "*", recursive: bool = False) -> str:
    """Return a folder's entries with their sizes, folders marked by a final `/`.

    Links are listed, not followed. Recursion leaves hidden folders out and says so.

    Raises:
        PathRefusedError, FileNotFoundError, NotADirectoryError: See `Roots.open_folder`.
    """
    roots = Roots.current()
    if roots.is_top(path) and not recursive:
        return listing(f"{len(roots.roots)} roots", (f"{root.name}/" for root in roots.roots))
    matches, left_out = compile_pattern(pattern), LeftOut()
    counts = {"file": 0, "folder": 0, "link": 0, "special": 0}
    lines: list[str] = []
    for folder in roots.folders(path):
        for holder, entry in _entries(folder, recursive or "/" in pattern, left_out):
            if matches(path_below(folder, holder, entry.name)):
                counts[entry.kind] += 1
                if len(lines) < MAX_LISTED:
                    lines.append(_line(holder, entry))
    kept = {kind: n for kind, n in counts.items() if n}
    head = ", ".join(counted(n, kind) for kind, n in kept.items())
    more = sum(counts.values()) - len(lines)
    return listing(head or "nothing found", lines, more=more, notes=left_out.sentences())


def find_files(name: str, path: str = ".", sort_by: str = "newest", limit: int = 20) -> str:
    """Return the files below a folder whose name fits, with size and time of change.

    `name` is a pattern such as `*.csv`; without wildcards, a part of the name.

    Raises:
        ValueError: The order is unknown.
        PathRefusedError, FileNotFoundError, NotADirectoryError: See `Roots.open_folder`.
    """
    if sort_by not in ORDERS:
        raise ValueError(f"sort_by is {sort_by!r}; use one of {', '.join(ORDERS)}")
    pattern = name if has_wildcards(name) else f"*{name}*"
    left_out, tally = LeftOut(), itertools.count()
    found = _found(Roots.current(), path, compile_pattern(pattern), left_out, tally)
    best = heapq.nsmallest(min(max(limit, 1), MAX_FOUND), found, key=_ORDER_KEYS[sort_by])
    total = next(tally)
    order = "by name" if sort_by == "name" else f"{sort_by} first"
    head = f"{counted(total, 'file')} named {name!r}, {order}"
    lines = (
        f"{one_line(shown)} ({shown_bytes(entry.size_bytes)}, {local_time(entry.modified)})" for shown, entry in best
    )
    return listing(head, lines, more=total - len(best), notes=left_out.sentences())


_Found = tuple[str, Entry]

_ORDER_KEYS: dict[str, Callable[[_Found], tuple[float | str, str]]] = {
    "newest": lambda found: (-found[1].modified, found[0]),
    "oldest": lambda found: (found[1].modified, found[0]),
    "largest": lambda found: (-found[1].size_bytes, found[0]),
    "smallest": lambda found: (found[1].size_bytes, found[0]),
    "name": lambda found: (found[0], found[0]),
}


def _found(roots: Roots, path: str, matches: Matcher, left_out: LeftOut, tally: Iterator[int]) -> Iterator[_Found]:
    for folder in roots.folders(path):
        for holder, entry in walk(folder, left_out):
            if entry.kind == "file" and matches(path_below(folder, holder, entry.name)):
                next(tally)
                yield holder.path_of(entry.name), entry


def _entries(folder: Folder, deep: bool, left_out: LeftOut) -> Iterator[tuple[Folder, Entry]]:
    if deep:
        return walk(folder, left_out)
    return ((folder, entry) for entry in folder.entries())


def _line(holder: Folder, entry: Entry) -> str:
    shown = one_line(holder.path_of(entry.name))
    if entry.kind == "folder":
        return f"{shown}/"
    return f"{shown} ({shown_bytes(entry.size_bytes) if entry.kind == 'file' else entry.kind})"
