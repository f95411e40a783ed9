"""Put a finished folder under its name, and take one away, so that nobody ever sees half of it.

A folder is prepared under a hidden name beside its own, on the same file system, and renamed. Whatever is interrupted leaves
hidden folders at most, which the next time for the same name takes away, or gives their name back.
"""

from __future__ import annotations

import os
import re
import secrets
import shutil
from pathlib import Path

from umi_local.errors import BundleError
from umi_local.folders import flush_folder, storage_error

_REMOVED, _REPLACED = "removed", "replaced"


def staging_of(target: Path) -> Path:
    """Return the hidden folder in which a folder is prepared; always the same, so that work on it can go on."""
    return target.with_name(f".{target.name}.unfinished")


def put_in_place(staging: Path, target: Path, *, replace: bool = False) -> None:
    """Give a finished folder its name.

    Args:
        replace: Whether what has the name may be thrown away; it is kept until the new one has its place.

    Raises:
        BundleError: The name is taken, and `replace` isn't given.
        StorageError: The folder can't be written.
    """
    try:
        if not _is_there(target):
            staging.rename(target)
        elif not replace:
            raise BundleError(f"{target} is already there", hint="Use another name, or --force to replace it.")
        else:
            _exchange(staging, target)
        flush_folder(target.parent)
    except OSError as error:
        raise storage_error(target, error) from error
    _discard_leftovers(target)


def discard(path: Path) -> None:
    """Take a folder away: out of sight at once, then off the disk. Of a link, only the link.

    Raises:
        StorageError: It can't be removed.
    """
    try:
        if _is_there(path):
            path.rename(_out_of_sight(path))
            flush_folder(path.parent)
    except OSError as error:
        raise storage_error(path, error) from error
    _discard_leftovers(path)


def recover(target: Path) -> None:
    """Give a folder its name back that somebody was killed while replacing: between two renames nothing had the name.

    Raises:
        StorageError: It can't be renamed.
    """
    try:
        if _is_there(target) or not target.parent.is_dir():
            return
        for path in target.parent.iterdir():
            if re.fullmatch(rf"\.{re.escape(target.name)}\.{_REPLACED}-[0-9a-f]{{8}}", path.name):
                path.rename(target)
                flush_folder(target.parent)
                return
    except OSError as error:
        raise storage_error(target, error) from error


def _exchange(staging: Path, target: Path) -> None:
    old = _out_of_sight(target, _REPLACED)
    target.rename(old)
    try:
        staging.rename(target)
    except OSError:
        old.rename(target)
        raise


def _out_of_sight(target: Path, why: str = _REMOVED) -> Path:
    return target.with_name(f".{target.name}.{why}-{secrets.token_hex(4)}")


def _discard_leftovers(target: Path) -> None:
    """Delete what lies out of sight, this time's and that of interrupted times; what resists stays there."""
    leftover = re.compile(rf"\.{re.escape(target.name)}\.({_REMOVED}|{_REPLACED})-[0-9a-f]{{8}}")
    for path in target.parent.iterdir():
        if leftover.fullmatch(path.name):
            if path.is_symlink() or not path.is_dir():
                path.unlink(missing_ok=True)
            else:
                shutil.rmtree(path, ignore_errors=True)


def _is_there(path: Path) -> bool:
    return os.path.lexists(path)
