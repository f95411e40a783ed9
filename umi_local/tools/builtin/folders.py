"""A folder that is held open, and what may be looked at in it by plain names.

A `Folder` keeps a descriptor, and everything goes from that descriptor by one plain name (no separator, no `..`) and
without following links, so nobody can swap a folder for a link between a check and its use. Finding the folder for a
path is `descent.py`'s work; changing files is `file_changes.py`'s.

Where the system can't open relative to a descriptor (Windows), a `Folder` keeps a real path instead and compares
`os.path.realpath` before each use. That stops links that lead out, but NOT a link swapped in between check and use:
the protection from races isn't there.
"""

from __future__ import annotations

import errno
import os
import stat
from dataclasses import dataclass
from types import TracebackType
from typing import BinaryIO

HAS_DESCRIPTORS = (
    {os.open, os.stat, os.readlink, os.mkdir, os.unlink, os.rename} <= os.supports_dir_fd
    and os.scandir in os.supports_fd
    and hasattr(os, "O_NOFOLLOW")
    and hasattr(os, "O_DIRECTORY")
)
NO_FOLLOW: int = getattr(os, "O_NOFOLLOW", 0)
BINARY: int = getattr(os, "O_BINARY", 0)  # Windows would translate line ends without it
_OPEN_FOLDER = os.O_RDONLY | getattr(os, "O_DIRECTORY", 0)
# Without O_NONBLOCK, opening a FIFO would wait for a writer.
_OPEN_FILE: int = os.O_RDONLY | NO_FOLLOW | BINARY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOCTTY", 0)
# What opening says when the name has become a link, another kind of thing, or nothing since it was looked at.
_CHANGED = {errno.ELOOP, errno.EMLINK, errno.ENOTDIR, errno.ENOENT, errno.ENXIO}


class PathRefusedError(ValueError):
    """A path leads out of its root, or to something that is neither a file nor a folder."""

    def __init__(self, path: str, root: str, reason: str) -> None:
        self.path = path
        self.root = root
        super().__init__(f"{path!r} is refused: it {reason} (root {root!r})")


class ChangedError(OSError):
    """Something became another kind of thing between being looked at and being opened."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One name in a folder. `kind` is file, folder, link or special; links are not followed."""

    name: str
    kind: str
    size_bytes: int
    modified: float


class Folder:
    """A folder held open. Close it, or use it as a context manager.

    Attributes:
        fd: The descriptor, or None where the system has none for folders.
        real: The real absolute path; used for work only where `fd` is None.
        base: Real path of the root that the folder belongs to.
        shown: The path as people and models write it; empty for a root on its own.
    """

    __slots__ = ("base", "fd", "real", "shown")

    def __init__(self, *, fd: int | None, real: str, base: str, shown: str) -> None:
        self.fd = fd
        self.real = real
        self.base = base
        self.shown = shown

    @classmethod
    def open_root(cls, path: str, *, shown: str, held: bool) -> Folder:
        """Open a folder that the user named; only here links in the path are followed."""
        fd = os.open(path, _OPEN_FOLDER) if held else None
        return cls(fd=fd, real=path, base=path, shown=shown)

    def __enter__(self) -> Folder:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the descriptor. Safe to call twice."""
        fd, self.fd = self.fd, None
        if fd is not None:
            os.close(fd)

    def path_of(self, name: str) -> str:
        """Return the path of a name in here, as people and models write it."""
        return f"{self.shown}/{name}" if self.shown else name

    def at(self, name: str) -> str:
        """Return what to pass to `os` functions, together with `dir_fd=folder.fd`.

        Raises:
            ValueError: The name isn't one plain name.
        """
        plain = name not in ("", ".", "..") and not {"/", os.sep, "\0"} & set(name)
        if not plain or os.path.splitdrive(name)[0]:
            raise ValueError(f"{name!r} is not a plain name")
        return name if self.fd is not None else os.path.join(self.real, name)

    def stat(self, name: str) -> os.stat_result | None:
        """Return what is known of a name without following it, or None if there is nothing."""
        try:
            return os.stat(self.at(name), dir_fd=self.fd, follow_symlinks=False)
        except FileNotFoundError:
            return None

    def read_link(self, name: str) -> str | None:
        """Return where a link points, or None if the name isn't a link (any more)."""
        try:
            return os.readlink(self.at(name), dir_fd=self.fd)
        except OSError as error:
            if error.errno in (errno.EINVAL, errno.ENOENT):
                return None
            raise

    def enter(self, name: str) -> Folder:
        """Open a folder in here, which the caller closes.

        Raises:
            ChangedError: The name is no folder (any more).
            PathRefusedError: Without descriptors: the name leads out.
        """
        fd, real = None, os.path.join(self.real, name)
        if self.fd is not None:
            try:
                fd = os.open(self.at(name), _OPEN_FOLDER | NO_FOLLOW, dir_fd=self.fd)
            except OSError as error:
                raise _told_changed(error) from error
        else:
            real = self._checked(name)
        return Folder(fd=fd, real=real, base=self.base, shown=self.path_of(name))

    def open(self, name: str) -> BinaryIO:
        """Open a regular file in here for reading.

        Raises:
            ChangedError: The name is no regular file (any more), but a link, a folder or nothing.
            PathRefusedError: It is a device, a FIFO or a socket.
        """
        path = self.at(name) if self.fd is not None else self._checked(name)
        try:
            fd = os.open(path, _OPEN_FILE, dir_fd=self.fd)
        except OSError as error:
            raise _told_changed(error) from error
        mode = os.fstat(fd).st_mode
        if stat.S_ISREG(mode):
            return os.fdopen(fd, "rb")
        os.close(fd)
        if stat.S_ISDIR(mode):
            raise ChangedError(f"{self.path_of(name)!r} became a folder")
        raise PathRefusedError(self.path_of(name), os.path.basename(self.base), "is no regular file")

    def entries(self) -> list[Entry]:
        """Return everything in here, by name."""
        with os.scandir(self.fd if self.fd is not None else self.real) as found:
            entries = [entry for item in found if (entry := _entry(item)) is not None]
        return sorted(entries, key=lambda entry: entry.name)

    def _checked(self, name: str) -> str:
        real = os.path.realpath(self.at(name))
        inside = os.path.join(self.base, "")  # with exactly one separator at its end
        if real != self.base and not real.startswith(inside):
            root = os.path.basename(self.base)
            raise PathRefusedError(self.path_of(name), root, "leads out of the root")
        return real


def kind_of(mode: int) -> str:
    """Return file, folder, link or special for a mode of `os.stat`."""
    if stat.S_ISREG(mode):
        return "file"
    if stat.S_ISDIR(mode):
        return "folder"
    return "link" if stat.S_ISLNK(mode) else "special"


def _entry(item: os.DirEntry[str]) -> Entry | None:
    try:
        info = item.stat(follow_symlinks=False)
    except FileNotFoundError:  # removed while the folder was being read
        return None
    return Entry(item.name, kind_of(info.st_mode), info.st_size, info.st_mtime)


def _told_changed(error: OSError) -> OSError:
    return ChangedError(error.errno, error.strerror) if error.errno in _CHANGED else error
