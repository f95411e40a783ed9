"""Find a bundle by name or path, and list those there are.

A name or path may be a folder with a bundle.toml, a TOML file, any GGUF (which becomes a `prompted`
bundle on the spot), the name of a sub-folder of the user's bundle folder, or `embedded`, which is
built in.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from umi_local.bundles.manifest import BUNDLE_FILE, LoadedBundle, load_bundle
from umi_local.bundles.values import Bundle, FileRef, Layout
from umi_local.errors import BundleError, ModelFileError
from umi_local.folders import bundles_folder

EMBEDDED = "embedded"
EMBEDDED_FOLDER = Path(__file__).parent / "embedded"

GGUF_MAGIC = b"GGUF"
AD_HOC_N_CTX = 4096
"""Enough for a few tools and steps; `--n-ctx` and umi.toml change it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BundleEntry:
    """A bundle that has a name; where it is broken, `problem` is set instead of `loaded`."""

    name: str
    folder: Path
    loaded: LoadedBundle | None = None
    problem: str | None = None


def find_bundle(name_or_path: str | Path) -> LoadedBundle:
    """Return the bundle with this name or at this path.

    Raises:
        BundleError: There is none, or it is broken.
        ModelFileError: The path is that of a file called .gguf which isn't one.
    """
    path = Path(name_or_path).expanduser()
    if (path / BUNDLE_FILE).is_file() or (path.suffix == ".toml" and path.is_file()):
        return load_bundle(path)
    if path.suffix.lower() == ".gguf":
        return bundle_of_gguf(path)
    name = str(name_or_path)
    known = dict(_named_folders())
    if name in known:
        return load_bundle(known[name])
    raise _not_found(name, path, sorted(known))


def list_bundles() -> tuple[BundleEntry, ...]:
    """Return all bundles that have a name, by name; broken ones with what is wrong."""
    return tuple(_entry(name, folder) for name, folder in sorted(_named_folders()))


def bundle_of_gguf(path: Path) -> LoadedBundle:
    """Return a bundle in which one instruct model speaks for all roles, by its own template.

    Raises:
        ModelFileError: There is no such file, or it isn't a GGUF.
    """
    try:
        with path.open("rb") as file:
            magic = file.read(len(GGUF_MAGIC))
    except OSError as error:
        hint = "Check the path."
        raise ModelFileError(path, error.strerror or str(error), hint=hint) from error
    if magic != GGUF_MAGIC:
        raise ModelFileError(path, f"starts with {magic!r}, not with {GGUF_MAGIC!r}")
    bundle = Bundle(
        name=re.sub(r"[^A-Za-z0-9._-]+", "-", path.stem).strip("-._")[:100] or "model",
        version="0",
        license="unknown",
        layout=Layout.PROMPTED,
        profile="prompted",
        markers="template",
        n_ctx=AD_HOC_N_CTX,
        description=f"made on the spot from {path.name}",
        base=FileRef(file=str(path.absolute())),
    )
    return LoadedBundle(bundle, path.absolute().parent)


def _named_folders() -> Iterator[tuple[str, Path]]:
    folder = bundles_folder()
    if folder.is_dir():
        for manifest in folder.glob(f"*/{BUNDLE_FILE}"):
            if not manifest.parent.name.startswith("."):  # a download that isn't finished
                yield manifest.parent.name, manifest.parent
    yield EMBEDDED, EMBEDDED_FOLDER  # last, so that the built-in one can't be replaced by accident


def _entry(name: str, folder: Path) -> BundleEntry:
    try:
        return BundleEntry(name=name, folder=folder, loaded=load_bundle(folder))
    except BundleError as error:
        return BundleEntry(name=name, folder=folder, problem=str(error))


def _not_found(name: str, path: Path, known: list[str]) -> BundleError:
    listed = "`umi bundle list` shows all bundles."
    if path.is_dir():
        return BundleError(f"the folder {path} has no {BUNDLE_FILE}", hint=listed)
    near = difflib.get_close_matches(name, known, n=3, cutoff=0.5)
    nearest = f"; nearest: {', '.join(near)}" if near else f"; known: {', '.join(known)}"
    return BundleError(f"there is no bundle {name!r}{nearest}", hint=listed)
