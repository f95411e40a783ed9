"""Everything below a folder, one entry at a time, with an account of what was not looked into."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from umi_local.tools.builtin.folders import Entry, Folder, PathRefusedError

MAX_DEPTH = 60
"""Levels below the start; each holds a descriptor, and a process may have only 256 (macOS)."""

MAX_ENTRIES = 200_000
"""Entries of one walk."""


@dataclass(slots=True)
class LeftOut:
    """What a walk did not look into."""

    hidden: int = 0
    unreadable: int = 0
    too_deep: int = 0
    cut_at: int = 0

    def sentences(self) -> list[str]:
        """Say what was left out, one sentence each; empty if nothing was."""
        said = [
            f"{count:,} {what}"
            for count, what in (
                (self.hidden, "hidden folder(s) were not entered"),
                (self.unreadable, "file(s) or folder(s) could not be read"),
                (self.too_deep, f"folder(s) lie deeper than {MAX_DEPTH} levels"),
            )
            if count
        ]
        return said + ([f"stopped after {self.cut_at:,} entries"] if self.cut_at else [])


def walk(
    folder: Folder, left_out: LeftOut, *, enter_hidden: bool = False, max_entries: int = MAX_ENTRIES
) -> Iterator[tuple[Folder, Entry]]:
    """Yield every entry below a folder with the folder that holds it, depth first, by name.

    The holding folder is open until the next item is asked for. Links are yielded, never entered; folders whose names
    begin with a dot are entered only with `enter_hidden`. `left_out` gets the counts of what isn't looked into.
    """
    budget = [max_entries]
    yield from _walk(folder, left_out, enter_hidden, budget, 0)
    if budget[0] < 0:
        left_out.cut_at = max_entries


def _walk(
    folder: Folder, left_out: LeftOut, enter_hidden: bool, budget: list[int], depth: int
) -> Iterator[tuple[Folder, Entry]]:
    try:
        entries = folder.entries()
    except OSError:
        left_out.unreadable += 1
        return
    for entry in entries:
        budget[0] -= 1
        if budget[0] < 0:
            return
        yield folder, entry
        if entry.kind != "folder":
            continue
        if entry.name.startswith(".") and not enter_hidden:
            left_out.hidden += 1
        elif depth >= MAX_DEPTH:
            left_out.too_deep += 1
        else:
            yield from _walk_below(folder, entry, left_out, enter_hidden, budget, depth)


def _walk_below(
    folder: Folder, entry: Entry, left_out: LeftOut, enter_hidden: bool, budget: list[int], depth: int
) -> Iterator[tuple[Folder, Entry]]:
    try:
        below = folder.enter(entry.name)
    except (OSError, PathRefusedError):
        left_out.unreadable += 1
        return
    with below:
        yield from _walk(below, left_out, enter_hidden, budget, depth + 1)


def path_below(start: Folder, holder: Folder, name: str) -> str:
    """Return the path of a name in `holder`, relative to a folder above it."""
    return holder.path_of(name)[len(start.path_of("")) :]
