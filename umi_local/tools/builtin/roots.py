"""The folders that file tools may touch, and the one door to everything below them.

With one root, paths are relative to it and `.` is the root. With several, `.` stands above them, and a path's first
component picks the root by its name. An absolute path is accepted where it lies below a root. `..`, absolute paths and
links that lead out are refused, also while somebody swaps folders for links (see `descent.py`; on Windows that last
protection isn't there, see `folders.py`). A link from one root into another counts as leading out.

Tools run in another process than the agent, so the roots travel in the environment variable `UMI_ROOTS`.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import BinaryIO

from umi_local.tools.builtin.descent import (
    MAX_CHANGES,
    Place,
    Root,
    descend,
    not_found,
    split,
)
from umi_local.tools.builtin.folders import (
    HAS_DESCRIPTORS,
    ChangedError,
    Folder,
    PathRefusedError,
)

__all__ = ["ROOTS_VARIABLE", "OpenFile", "PathRefusedError", "Place", "Root", "Roots"]

ROOTS_VARIABLE = "UMI_ROOTS"
"""Environment variable with the roots' absolute paths, separated by `os.pathsep`."""


@dataclass(frozen=True, slots=True)
class OpenFile:
    """A regular file that is open for reading; `shown` is its path as people and models write it."""

    handle: BinaryIO
    shown: str
    info: os.stat_result

    @property
    def size_bytes(self) -> int:
        """The size when it was opened."""
        return self.info.st_size


@dataclass(frozen=True, slots=True)
class Roots:
    """The folders that tools may touch.

    `held` is False where folders can't be held open by descriptor (Windows).
    """

    roots: tuple[Root, ...]
    held: bool = HAS_DESCRIPTORS

    @classmethod
    def from_paths(cls, paths: Sequence[str | os.PathLike[str]]) -> Roots:
        """Return the roots for a list of existing folders; their names are made unique.

        Raises:
            FileNotFoundError: A folder isn't there.
            NotADirectoryError: A path is no folder.
            ValueError: The list is empty.
        """
        roots: dict[str, Root] = {}
        names: set[str] = set()
        for path in paths:
            given = os.path.abspath(path)
            real = os.path.realpath(given)
            if not os.path.exists(real):
                raise FileNotFoundError(f"the root folder {given!r} doesn't exist")
            if not os.path.isdir(real):
                raise NotADirectoryError(f"the root {given!r} is not a folder")
            if real not in roots:
                name = _unique(os.path.basename(given) or "root", names)
                names.add(name)
                roots[real] = Root(name, real, given)
        if not roots:
            raise ValueError("no root folder was given")
        return cls(tuple(roots.values()))

    @classmethod
    def current(cls) -> Roots:
        """Return the roots named by `UMI_ROOTS`, or the current folder.

        Raises:
            FileNotFoundError, NotADirectoryError: A root isn't a folder (any more).
        """
        listed = os.environ.get(ROOTS_VARIABLE, "").split(os.pathsep)
        return cls.from_paths([path for path in listed if path] or [os.getcwd()])

    def is_top(self, path: str) -> bool:
        """Return whether the path stands above several roots."""
        return len(self.roots) > 1 and not os.path.isabs(path) and not split(path)

    @contextmanager
    def place(self, path: str, *, follow_last: bool = True, make_folders: bool = False) -> Iterator[Place]:
        """Follow a path and hold the folders on its way; whether something is there is left open.

        Raises:
            PathRefusedError: The path leads out of its root, or to a device, FIFO or socket.
            FileNotFoundError, NotADirectoryError: The way there is missing or is a file.
        """
        root, parts = self._locate(path)
        prefix = root.name if len(self.roots) > 1 else ""
        try:
            start = Folder.open_root(root.path, shown=prefix, held=self.held)
            place = descend(
                root,
                parts,
                start=start,
                asked=path,
                follow_last=follow_last,
                make_folders=make_folders,
            )
        except OSError as error:
            raise plain_error(error, path) from error
        try:
            yield place
        finally:
            place.close()

    @contextmanager
    def open_file(self, path: str) -> Iterator[OpenFile]:
        """Open a regular file for reading.

        Raises:
            PathRefusedError: The path leads out of its root, or to a device, FIFO or socket.
            FileNotFoundError: Nothing is there; the message names what is near.
            IsADirectoryError: It is a folder.
        """
        if self.is_top(path):
            raise IsADirectoryError(f"{path!r} holds the roots {self._names()}; it is not a file")
        for _ in range(MAX_CHANGES):
            with self.place(path) as place:
                if place.name is None:
                    raise IsADirectoryError(f"{place.shown!r} is a folder, not a file")
                if place.info is None:
                    raise self.missing(place, what="file")
                try:
                    handle = place.folder.open(place.name)
                except ChangedError:
                    continue
                except OSError as error:
                    raise plain_error(error, place.shown) from error
                shown = place.shown
            with handle:
                yield OpenFile(handle, shown, os.fstat(handle.fileno()))
                return
        raise OSError(f"{path!r} keeps changing while it is being opened")

    @contextmanager
    def open_folder(self, path: str) -> Iterator[Folder]:
        """Open a folder.

        Raises:
            PathRefusedError: The path leads out of its root.
            FileNotFoundError: Nothing is there; the message names what is near.
            NotADirectoryError: It is a file.
        """
        with self.place(path) as place:
            if place.name is not None and place.info is not None:
                raise NotADirectoryError(f"{place.shown!r} is a file, not a folder")
            if place.name is not None:
                raise self.missing(place, what="folder")
            yield place.folder

    def folders(self, path: str) -> Iterator[Folder]:
        """Yield the folder of a path, or each root in turn for the top of several; open until the next."""
        paths = [root.name for root in self.roots] if self.is_top(path) else [path]
        for each in paths:
            with self.open_folder(each) as folder:
                yield folder

    def missing(self, place: Place, *, what: str) -> FileNotFoundError:
        """Return the error for a place where nothing is, with the nearest names."""
        base = place.folders[0].base
        root = next(root for root in self.roots if root.path == base)
        return not_found(root, place.folder, place.name or "", what=what)

    def _locate(self, path: str) -> tuple[Root, list[str]]:
        _check_text(path)
        if os.path.isabs(path):
            # The longest first, so that a root inside another root wins.
            for root in sorted(self.roots, key=lambda root: len(root.path), reverse=True):
                below = root.parts_below(path)
                if below is not None:
                    return root, below
            raise PathRefusedError(path, self._names(), "lies outside; give a path below the root")
        parts = split(path)
        if len(self.roots) == 1:
            return self.roots[0], parts
        if not parts:
            raise IsADirectoryError(f"{path!r} holds several roots; begin the path with one of {self._names()}")
        for root in self.roots:
            if root.name == parts[0]:
                return root, parts[1:]
        if parts[0] == "..":
            raise PathRefusedError(path, self._names(), "leads out of the roots")
        raise FileNotFoundError(f"no root {parts[0]!r}; begin the path with one of {self._names()}")

    def _names(self) -> str:
        return ", ".join(root.name for root in self.roots)


def plain_error(error: OSError, path: str) -> OSError:
    """Return an error of the same class whose message is one sentence with the given path."""
    if error.errno is None:  # one of ours: a sentence already
        return error
    return type(error)(f"{path!r}: {(error.strerror or 'unknown error').lower()}")


def _check_text(path: str) -> None:
    try:
        encoded = os.fsencode(path)
    except UnicodeEncodeError:
        raise ValueError(f"{path!a} holds characters that no path can hold") from None
    if b"\0" in encoded:
        raise ValueError(f"{path!r} holds a zero character, which no path can hold")


def _unique(name: str, taken: set[str]) -> str:
    number, unique = 2, name
    while unique in taken:
        unique, number = f"{name}-{number}", number + 1
    return unique
