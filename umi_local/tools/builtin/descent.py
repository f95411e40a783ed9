"""The way from a root down to a path, one component at a time.

Links are resolved by hand against the folders already held open, so a path that was checked is never looked up again
as text. `..` goes back to a folder that is held, never through the file system's own `..`. What leads above the root is
refused. A hard link or a mount inside a root counts as inside.
"""

from __future__ import annotations

import contextlib
import difflib
import os
import re
import stat
from collections.abc import Sequence
from dataclasses import dataclass

from umi_local.tools.builtin.folder_walk import LeftOut, walk
from umi_local.tools.builtin.folders import ChangedError, Folder, PathRefusedError

MAX_LINKS = 40
"""Links followed for one path; Linux allows as many."""

MAX_CHANGES = 200
"""Times that a name may turn into another kind of thing while one path is being followed."""

MAX_NAMES_SHOWN = 8
"""Names shown when a path isn't found."""

_LOOK_AROUND = 2000  # entries looked at to find the same name in another folder


@dataclass(frozen=True, slots=True)
class Root:
    """A folder the user gave: its shown name, its real path and the path as given (absolute)."""

    name: str
    path: str
    given: str

    def parts_below(self, path: str) -> list[str] | None:
        """Return the components of an absolute path below this root, or None if it isn't below."""
        for base in (self.path, self.given):
            inside = os.path.join(base, "")
            if path == base or path.startswith(inside):
                return split(path[len(inside) :])
        return None


@dataclass(frozen=True, slots=True)
class Place:
    """Where a path led.

    Attributes:
        folders: The folders from the root down, all open.
        name: The last component, in the last folder; None where the path is that folder itself.
        info: What is known of `name` (a file, or a link that was not followed); None where nothing is there.
    """

    folders: list[Folder]
    name: str | None
    info: os.stat_result | None

    @property
    def folder(self) -> Folder:
        """The folder that the path ends in."""
        return self.folders[-1]

    @property
    def shown(self) -> str:
        """The path as people and models write it."""
        return (self.folder.shown or ".") if self.name is None else self.folder.path_of(self.name)

    def close(self) -> None:
        """Let go of all folders."""
        for folder in self.folders:
            folder.close()


def split(path: str) -> list[str]:
    """Return a path's components; empty ones and `.` are left out."""
    separators = r"[/\\]" if os.sep == "\\" else "/"
    return [part for part in re.split(separators, path) if part not in ("", ".")]


def descend(
    root: Root,
    parts: Sequence[str],
    *,
    start: Folder,
    asked: str,
    follow_last: bool = True,
    make_folders: bool = False,
) -> Place:
    """Follow components from `start`, which is the root held open and belongs to the result.

    `asked` is the path as it was asked for, named in errors. `follow_last` follows a link that is the last component.
    `make_folders` makes folders that are missing on the way; the last component is never made.

    Raises:
        PathRefusedError: The path leads out of the root, or to a device, FIFO or socket.
        FileNotFoundError: A folder on the way is missing.
        NotADirectoryError: Something on the way is a file.
    """
    descent = _Descent(root, asked, [start], list(reversed(parts)))
    try:
        return descent.run(follow_last=follow_last, make_folders=make_folders)
    except BaseException:
        for folder in descent.folders:
            folder.close()
        raise


@dataclass(slots=True)
class _Descent:
    root: Root
    asked: str
    folders: list[Folder]
    pending: list[str]  # components still to go, the next one last
    links: int = 0
    changes: int = 0

    def run(self, *, follow_last: bool, make_folders: bool) -> Place:
        first = True
        while self.pending:
            name, here = self.pending.pop(), self.folders[-1]
            last, was_first, first = not self.pending, first, False
            if name == "..":
                self._up()
                continue
            info = here.stat(name)
            if info is None:
                if was_first and name == self.root.name and not (last and make_folders):
                    continue  # the root's own name in front of the path
                if last:
                    return Place(self.folders, name, None)
                self._missing(name, make_folders=make_folders)
            elif stat.S_ISLNK(info.st_mode):
                if last and not follow_last:
                    return Place(self.folders, name, info)
                self._follow(name)
            elif stat.S_ISDIR(info.st_mode):
                self._enter(name)
            elif not stat.S_ISREG(info.st_mode):
                raise self._refusal("leads to a device, FIFO or socket")
            elif not last:
                raise NotADirectoryError(f"{here.path_of(name)!r} is a file, not a folder")
            else:
                return Place(self.folders, name, info)
        return Place(self.folders, None, None)

    def _up(self) -> None:
        if len(self.folders) == 1:
            raise self._refusal("leads out of the root")
        self.folders.pop().close()

    def _enter(self, name: str) -> None:
        try:
            self.folders.append(self.folders[-1].enter(name))
        except ChangedError:
            self._try_again(name)

    def _follow(self, name: str) -> None:
        target = self.folders[-1].read_link(name)
        if target is None:
            self._try_again(name)
            return
        self.links += 1
        if self.links > MAX_LINKS:
            raise self._refusal(f"follows more than {MAX_LINKS} links")
        target = target.removeprefix("\\\\?\\")  # how Windows marks a link's absolute target
        parts: list[str] | None = split(target)
        if os.path.isabs(target):
            parts = self.root.parts_below(target)
            while len(self.folders) > 1:
                self.folders.pop().close()
        if parts is None:
            raise self._refusal("leads out of the root through a link")
        self.pending.extend(reversed(parts))

    def _missing(self, name: str, *, make_folders: bool) -> None:
        here = self.folders[-1]
        if not make_folders:
            raise not_found(self.root, here, name, what="folder")
        # Where somebody else made it, or put something else there, it is looked at again.
        with contextlib.suppress(FileExistsError):
            os.mkdir(here.at(name), dir_fd=here.fd)
        self._try_again(name)

    def _try_again(self, name: str) -> None:
        self.changes += 1
        if self.changes > MAX_CHANGES:
            raise OSError(f"{self.asked!r} keeps changing while it is being opened")
        self.pending.append(name)

    def _refusal(self, reason: str) -> PathRefusedError:
        return PathRefusedError(self.asked, self.root.name, reason)


def not_found(root: Root, folder: Folder, name: str, *, what: str) -> FileNotFoundError:
    """Return the error for a missing name, with the nearest names there are.

    `what` was looked for: `file`, `folder` or `file or folder`.
    """
    where = f"in {folder.shown!r}" if folder.shown else f"in the root {root.name!r}"
    names = [entry.name + ("/" if entry.kind == "folder" else "") for entry in folder.entries()]
    by_fold = {known.casefold().rstrip("/"): known for known in names}
    near = difflib.get_close_matches(name.casefold(), by_fold, n=3, cutoff=0.5)
    elsewhere = _same_name_below(folder, name)
    if elsewhere:
        advice = f"but there is {_listed(elsewhere)}"
    elif near:
        advice = f"nearest: {_listed([folder.path_of(by_fold[key]) for key in near])}"
    else:
        advice = f"it holds: {_listed(names)}" if names else "it is empty"
    return FileNotFoundError(f"no {what} {name!r} {where}; {advice}")


def _same_name_below(folder: Folder, name: str) -> list[str]:
    wanted, found = name.casefold(), []
    for holder, entry in walk(folder, LeftOut(), max_entries=_LOOK_AROUND):
        if entry.name.casefold() == wanted:
            found.append(holder.path_of(entry.name))
            if len(found) == 3:
                break
    return found


def _listed(names: Sequence[str]) -> str:
    shown = ", ".join(repr(name) for name in names[:MAX_NAMES_SHOWN])
    rest = len(names) - MAX_NAMES_SHOWN
    return f"{shown} and {rest:,} more" if rest > 0 else shown
