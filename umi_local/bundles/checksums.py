"""SHA256SUMS: the hash of every file in a bundle's folder but its own, in the form that `sha256sum -c` reads.

With it every byte of a bundle is accounted for: the manifest, the model card and the verdict too, not only the files that
the manifest states a hash of. Hidden files (caches, notes of tools) are no part of a bundle. A name that every file system
can store is required, so that a bundle is the same everywhere.
"""

from __future__ import annotations

import errno
import hashlib
import os
import re
import stat
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TypeAlias

from umi_local.bundles.hub_names import is_hidden, path_problem
from umi_local.errors import BundleError
from umi_local.folders import atomic_write

SUMS_FILE = "SHA256SUMS"

CHUNK_BYTES = 1 << 20

OnProgress: TypeAlias = Callable[[str, int, int], None]
"""Gets what a file is for, the bytes read so far, and its size in bytes."""

_LINE = re.compile(r"([0-9a-f]{64}) [ *](.+)")


def files_of(folder: Path) -> tuple[str, ...]:
    """Return the files that make up a bundle's folder, SHA256SUMS itself not among them; with slashes, sorted.

    Links to files count as what they lead to; links to folders aren't followed.

    Raises:
        BundleError: A name can't be stored on every system, or the folder can't be read.
    """
    found, problems = [], []

    def fail(error: OSError) -> None:
        raise BundleError(f"can't read {error.filename}: {error.strerror or error}") from error

    for path, folders, names in os.walk(folder, onerror=fail):
        folders[:] = [name for name in folders if not name.startswith(".")]
        for name in names:
            relative = Path(path, name).relative_to(folder).as_posix()
            if is_hidden(relative) or relative == SUMS_FILE:
                continue
            if problem := path_problem(relative):
                problems.append(f"{relative!r} {problem}")
            found.append(relative)
    if problems:
        raise BundleError(f"{folder} holds files that can't be part of a bundle: {'; '.join(problems)}")
    return tuple(sorted(found))


def write_sums(folder: Path, on_progress: OnProgress | None = None, *, known: Mapping[Path, str] | None = None) -> Path:
    """Hash every file of a folder and write its SHA256SUMS; return that file's path.

    Args:
        known: Hashes that needn't be computed again, by path.

    Raises:
        BundleError: A file can't be read, or has a name that can't be stored everywhere.
        StorageError: The folder can't be written.
    """
    sums = {}
    for name in files_of(folder):
        path = folder / name
        sums[name] = (known or {}).get(path) or _readable_sha256(path, name, on_progress)
    atomic_write(folder / SUMS_FILE, render_sums(sums).encode("utf-8"))
    return folder / SUMS_FILE


def render_sums(sums: Mapping[str, str]) -> str:
    """Return the text of a SHA256SUMS of hexadecimal hashes by name."""
    return "".join(f"{sha256}  {name}\n" for name, sha256 in sorted(sums.items()))


def read_sums(folder: Path) -> dict[str, str] | None:
    """Return the hashes that a folder's SHA256SUMS states, by name; None where there is none.

    Raises:
        BundleError: It can't be read, or isn't of the form that `sha256sum` writes.
    """
    path = folder / SUMS_FILE
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return None
    except OSError as error:
        raise BundleError(f"can't read {path}: {error.strerror or error}") from error
    except UnicodeDecodeError as error:
        raise BundleError(f"{path}: byte {error.start} isn't UTF-8 text") from error
    return parse_sums(text, path)


def parse_sums(text: str, path: Path | str) -> dict[str, str]:
    """Return the hashes that the text of a SHA256SUMS states, by name.

    Args:
        path: Of the file, for messages.

    Raises:
        BundleError: A line has another form, names a file outside, or names one twice.
    """
    sums: dict[str, str] = {}
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.rstrip("\r"):
            continue
        found = _LINE.fullmatch(line.rstrip("\r"))
        if found is None:
            raise BundleError(f"{path}, line {number}: expected a sha256, two spaces and a file's name, not {line!r}")
        sha256, name = found.groups()
        if problem := path_problem(name):
            raise BundleError(f"{path}, line {number}: {name!r} {problem}")
        if name in sums:
            raise BundleError(f"{path}, line {number}: {name!r} is listed twice")
        sums[name] = sha256
    return sums


def sha256_of(path: Path, on_bytes: Callable[[int], None] | None = None) -> str:
    """Return the hash of a file.

    Args:
        on_bytes: Gets the bytes read so far.

    Raises:
        OSError: It can't be read, or is a pipe or the like.
    """
    if not stat.S_ISREG(path.stat().st_mode):  # opening a pipe would wait for a writer
        raise OSError(errno.EINVAL, "not a regular file", str(path))
    digest, done = hashlib.sha256(), 0
    with path.open("rb") as file:
        while chunk := file.read(CHUNK_BYTES):
            digest.update(chunk)
            done += len(chunk)
            if on_bytes is not None:
                on_bytes(done)
    return digest.hexdigest()


def unlisted(names: Iterable[str], sums: Mapping[str, str]) -> tuple[str, ...]:
    """Return the names that a SHA256SUMS doesn't list."""
    return tuple(name for name in names if name not in sums)


def _readable_sha256(path: Path, name: str, on_progress: OnProgress | None) -> str:
    try:
        size = path.stat().st_size
        return sha256_of(path, on_progress and (lambda done: on_progress(name, done, size)))
    except OSError as error:
        raise BundleError(f"can't read {path}: {error.strerror or error}") from error
