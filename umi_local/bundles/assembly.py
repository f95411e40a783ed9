"""Bundles whose base is put together at first use: from what a package or a hub carries, and a small adapter that they ship.

The result is an ordinary bundle in the cache folder, made once for the same inputs; who makes it registers a function under the
name `assemble` in the entry-point group `umi_local.assembly`, and umi_convert does.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from hashlib import sha256
from importlib.metadata import entry_points
from pathlib import Path
from typing import TypeAlias

from umi_local.bundles.manifest import BUNDLE_FILE, LoadedBundle, load_bundle
from umi_local.errors import BundleError, UsageError
from umi_local.folders import cache_folder
from umi_local.jsonable import to_jsonable

GROUP, NAME = "umi_local.assembly", "assemble"

FORMAT = 1
"""Raised whenever the same inputs make another result."""

OnStep: TypeAlias = Callable[[str, int, int], None]
"""Gets what is being done, how many bytes of it are done, and how many there are."""

Assemble: TypeAlias = Callable[[LoadedBundle, Path, OnStep], None]
"""Makes a bundle's folder, whole or not at all.

What is there already is thrown away first.

Raises:
    UsageError: Somebody else has made it meanwhile.
    UmiError: It can't be made; a file isn't what the bundle says, or the disk is full.
"""


def assembled(loaded: LoadedBundle, on_step: OnStep | None = None) -> LoadedBundle:
    """Return a bundle that can be opened: this one, or what is put together from it, now where that wasn't done before.

    Raises:
        BundleError: A file of it is missing, or isn't what it says, or nobody here can put it together.
        StorageError: The cache folder can't be written.
    """
    if loaded.bundle.assembly is None:
        return loaded
    folder = assembled_folder(loaded)
    if not is_assembled(loaded):
        try:
            _assembler()(loaded, folder, on_step or (lambda what, done, total: None))
        except UsageError:  # it is there: another process was quicker
            if not is_assembled(loaded):
                raise
    return load_bundle(folder)


def is_assembled(loaded: LoadedBundle) -> bool:
    """Whether a bundle can be opened without being put together first: sizes are compared, not hashes."""
    if loaded.bundle.assembly is None:
        return True
    folder = assembled_folder(loaded)
    if not (folder / BUNDLE_FILE).is_file():
        return False
    try:
        made = load_bundle(folder)
        return all(made.path_of(ref).stat().st_size == ref.size for _, ref in made.bundle.files())
    except (BundleError, OSError):
        return False


def assembled_folder(loaded: LoadedBundle) -> Path:
    """Return where a bundle is put together: its name, and the hash of everything that the result follows from."""
    facts = json.dumps([FORMAT, to_jsonable(loaded.bundle)], sort_keys=True)
    return cache_folder() / "assembled" / f"{loaded.bundle.name}-{sha256(facts.encode()).hexdigest()[:16]}"


def _assembler() -> Assemble:
    for point in entry_points(group=GROUP):
        if point.name == NAME:
            try:
                found: Assemble = point.load()
            except ImportError as error:
                raise BundleError(
                    f"this bundle is put together at its first use, and that needs a package that isn't here: {error}",
                    hint="pip install 'umi-local[embedded]'",
                ) from error
            return found
    raise BundleError(
        "this bundle is put together at its first use, and nothing here can do that",
        hint="Install umi-local as a whole, with umi_convert.",
    )
