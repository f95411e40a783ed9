"""A bundle of which roles are replaced: what of it stays, bit for bit, and whether that is still what it says.

Files inside its folder are copied; those that it names elsewhere (other folders, packages, hubs) are named again.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from umi_convert.base_model import GGUFModel, merged
from umi_convert.parts import Given
from umi_convert.problems import Problems
from umi_convert.request import BundleRequest, Kept
from umi_local.bundles.assembly import assembled
from umi_local.bundles.catalog import find_bundle
from umi_local.bundles.checksums import SUMS_FILE, files_of, read_sums
from umi_local.bundles.hub_names import path_problem
from umi_local.bundles.manifest import BUNDLE_FILE, LoadedBundle
from umi_local.bundles.portable import is_inside
from umi_local.bundles.values import Bundle, FileRef, Layout
from umi_local.engine.file_types import FILE_TYPES
from umi_local.engine.gguf_header import read_header
from umi_local.engine.gguf_splits import part_paths
from umi_local.errors import UmiError
from umi_local.messages import Role

VERDICT_FILE, CARD_FILE = "verdict.json", "README.md"

_WRITTEN_ANEW = (BUNDLE_FILE, SUMS_FILE, VERDICT_FILE, CARD_FILE)


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptFile:
    """A file that is copied.

    Attributes:
        name: In both bundles, with slashes.
        sha256: As the old bundle states it; None where it doesn't.
    """

    name: str
    path: Path
    n_bytes: int
    sha256: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class OldBundle:
    """The bundle that roles are replaced in.

    Attributes:
        replaced: Roles that get something new.
        files: Those that are copied.
    """

    loaded: LoadedBundle
    replaced: tuple[Role, ...]
    files: tuple[KeptFile, ...]

    @property
    def bundle(self) -> Bundle:
        """What its manifest says."""
        return self.loaded.bundle

    @property
    def names(self) -> frozenset[str]:
        """Names that the new bundle's own files can't have."""
        return frozenset(file.name for file in self.files)

    @property
    def base(self) -> Path | None:
        """Where its base is."""
        ref = self.bundle.base
        return self.loaded.path_of(ref) if ref is not None else None

    @property
    def file_type(self) -> str | None:
        """The file type of the weights that are replaced, or else of the base."""
        refs = [self.bundle.roles.of(role).model or self.bundle.base for role in self.replaced]
        ref = next((ref for ref in refs if ref is not None), None)
        if ref is None:
            return None
        number = read_header(self.loaded.path_of(ref)).metadata.get("general.file_type")
        return next((kind.name for kind in FILE_TYPES.values() if kind.number == number), None)

    @property
    def kept(self) -> Kept:
        """What the weights of the replaced roles are stored as, in layout `shared`."""
        specs = [self.bundle.roles.of(role) for role in self.replaced]
        needs_model = self.bundle.residency == "merged" or any(spec.model is not None for spec in specs)
        needs_adapter = self.bundle.residency == "adapters" or any(spec.adapter is not None for spec in specs)
        return "both" if needs_model and needs_adapter else "merged" if needs_model else "adapters"

    def renamed(self) -> Bundle:
        """Return what its manifest says, files named so that it is true of the new folder too."""
        return self.bundle.with_files(lambda ref: ref if _is_copied(ref) else _from_the_root(self.loaded, ref))

    def absolute(self) -> Bundle:
        """Return what its manifest says, files named so that it is true anywhere on this machine."""
        return self.bundle.with_files(lambda ref: _from_the_root(self.loaded, ref))


def open_old(request: BundleRequest, problems: Problems) -> OldBundle | None:
    """Open the bundle that a request begins with; None where there is none, or it can't be opened.

    Args:
        problems: Gets what is wrong with the bundle, such as missing files and files of another size.
    """
    if request.from_bundle is None:
        return None
    with problems.collected("--from-bundle"):
        loaded = assembled(find_bundle(request.from_bundle))
        replaced = tuple(role for role in Role if role in request.roles)
        return OldBundle(loaded=loaded, replaced=replaced, files=_files(loaded, replaced, problems))
    return None


def replacing_problems(request: BundleRequest, old: OldBundle, layout: Layout) -> Iterator[str]:
    """Yield what in a request doesn't go with replacing roles of a bundle."""
    name = f"bundle {old.bundle.name!r}"
    if not request.roles:
        yield "--from-bundle replaces roles, and none is given: name one with --planner, --caller or --summarizer"
    if layout is not old.bundle.layout:
        yield f"--layout {layout.value} isn't that of {name}, which is {old.bundle.layout.value!r}"
    elif layout not in (Layout.MERGED, Layout.ADAPTERS, Layout.SHARED):
        yield f"{name} has layout {layout.value!r}, whose roles have no weights of their own to replace"
    if len(request.quantization.types) > 1:
        yield "--from-bundle makes one bundle: give one type"
    for option, wanted, there in (
        ("profile", request.profile, old.bundle.profile),
        ("markers", request.markers, old.bundle.markers),
    ):
        if wanted is not None and wanted != there:
            yield f"--{option} {wanted} would change the roles that stay: {name} has {there!r}"


def with_old_base(given: Given, old: OldBundle, layout: Layout, problems: Problems) -> Given:
    """Take an old bundle's base for new adapters, and compare it with the one that is named, if one is."""
    if layout not in (Layout.ADAPTERS, Layout.SHARED) or old.base is None:
        return given
    with problems.collected("--from-bundle"):
        base = GGUFModel(old.base)
        if given.base is None:
            return replace(given, base=base)
        with problems.collected("BASE"):
            if merged(given.base, given.below).fingerprint != base.fingerprint:
                problems.append(
                    f"BASE isn't what the base of bundle {old.bundle.name!r} was made from; leave it out to use that one"
                    + ("" if given.backbone else ", or name the adapter that was merged into it with --backbone")
                )
    return given


def _files(loaded: LoadedBundle, replaced: Sequence[Role], problems: Problems) -> tuple[KeptFile, ...]:
    """Return the files that stay: those of roles that stay, and whatever else belongs to the bundle."""
    owns_folder = loaded.manifest is not None and loaded.manifest.name == BUNDLE_FILE
    sums = read_sums(loaded.folder) or {} if owns_folder else {}
    gone = tuple(f"roles.{role.value}." for role in replaced)
    refs = [(where, ref) for where, ref in loaded.bundle.files() if not where.startswith(gone)]
    found: dict[str, KeptFile] = {}
    for where, ref in refs:
        with problems.collected(f"--from-bundle, {where}"):
            named = dict(_parts(loaded, ref))
            if _is_copied(ref):
                stated = sums | ({ref.file: ref.sha256} if ref.sha256 else {})
                found |= {name: _kept(name, path, stated) for name, path in named.items()}
                problems += _wrong_size(where, ref, found[ref.file])
    if owns_folder:
        others = set(files_of(loaded.folder)) - {*found, *_unused(loaded, gone), *_WRITTEN_ANEW}
        found |= {name: _kept(name, loaded.folder / name, sums) for name in sorted(others)}
    return tuple(found.values())


def _unused(loaded: LoadedBundle, gone: tuple[str, ...]) -> Iterator[str]:
    """Yield the names of files that only replaced roles have; they may be broken, that may be why they are replaced."""
    for where, ref in loaded.bundle.files():
        if where.startswith(gone) and _is_copied(ref):
            yield ref.file
            with suppress(UmiError):
                yield from (name for name, _ in _parts(loaded, ref))


def _wrong_size(where: str, ref: FileRef, file: KeptFile) -> Iterator[str]:
    if ref.size is not None and file.n_bytes != ref.size:
        yield f"--from-bundle, {where}: {ref.file} has {file.n_bytes:,} bytes, the bundle says {ref.size:,}"


def _kept(name: str, path: Path, stated: Mapping[str, str]) -> KeptFile:
    return KeptFile(name=name, path=path, n_bytes=path.stat().st_size, sha256=stated.get(name))


def _parts(loaded: LoadedBundle, ref: FileRef) -> Iterator[tuple[str, Path]]:
    """Yield a file, or all parts of a split one, each with its name in the bundle."""
    for path in part_paths(read_header(loaded.path_of(ref))):
        yield (PurePosixPath(ref.file).parent / path.name).as_posix(), path


def _is_copied(ref: FileRef) -> bool:
    """Whether a file lies in the bundle's own folder."""
    return is_inside(ref) and path_problem(ref.file) is None and not ref.file.startswith("~")


def _from_the_root(loaded: LoadedBundle, ref: FileRef) -> FileRef:
    """Return a file named from the root, unless it is a package's or a hub's."""
    return replace(ref, file=str(loaded.path_of(ref).absolute())) if is_inside(ref) else ref
