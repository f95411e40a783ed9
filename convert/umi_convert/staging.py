"""Folders that are filled beside their target: one that appears under its name complete or not at all, one that is thrown away.

Their names start with a dot and tell the process that made them; what a killed run left behind is removed by the next run with
the same target. The exchange of names itself is the runtime's (`umi_local.bundles.placing`).
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from umi_local.bundles.placing import put_in_place, recover
from umi_local.errors import UsageError
from umi_local.folders import remove_leftovers, storage_error, temporary_name

_SUFFIX = ".umi-tmp"


@contextmanager
def staged_folder(target: Path, *, force: bool = False) -> Iterator[Path]:
    """Give a folder to fill, and put it in place under `target` when the block ends without an error.

    Raises:
        UsageError: There is something at `target`, and `force` is not set.
        StorageError: The folder can't be written or put in place.
    """
    target = target.absolute()
    recover(target)
    if not force:
        refuse_existing(target)
    with temporary_folder(target) as staging:
        yield staging
        if not force:
            refuse_existing(target)  # somebody else may have been quicker
        put_in_place(staging, target, replace=True)


@contextmanager
def temporary_folder(target: Path) -> Iterator[Path]:
    """Give a folder on the disk of `target` for what is only needed on the way, and remove it afterwards.

    Raises:
        StorageError: It can't be made.
    """
    target = target.absolute()
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        remove_leftovers(target, _SUFFIX)
        folder = temporary_name(target, _SUFFIX)
        folder.mkdir()
    except OSError as error:
        raise storage_error(target, error) from error
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def refuse_existing(target: Path) -> None:
    """Raise if there is something under a name that is to be written.

    Raises:
        UsageError: There is, and it isn't an empty folder.
    """
    if target.is_dir() and not any(target.iterdir()):
        return
    if os.path.lexists(target):
        raise UsageError(f"{target} is already there", hint="Choose another name with -o, or replace it with --force.")


def refuse_target(target: Path, sources: Iterable[Path | None], *, force: bool) -> None:
    """Raise if a name can't be written to: since there is something, or since that is what the result is made from.

    Raises:
        UsageError: There is, and `force` isn't set; or it is a source, or a folder that holds one.
    """
    place = target.absolute().resolve()
    for source in sources:
        path = source.absolute().resolve() if source is not None else None
        if path is not None and place in (path, *path.parents) and place.exists():
            raise UsageError(f"{target} would replace its own source {source}", hint="Choose another name with -o.")
    if not force:
        refuse_existing(target)
