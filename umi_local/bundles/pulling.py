"""Bring a bundle from a hub to this machine: whole, right, and under its name only then.

Files come into a hidden folder beside the bundle's own and stay there until all are there, so that an interrupted download
goes on where it ended. The manifest comes first and is judged before anything big is fetched.
"""

from __future__ import annotations

import json
import re
import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from umi_local.bundles.catalog import EMBEDDED
from umi_local.bundles.checksums import SUMS_FILE, OnProgress, read_sums, sha256_of
from umi_local.bundles.hub import Listing, RemoteFile, list_files
from umi_local.bundles.hub_download import fetch
from umi_local.bundles.hub_names import HubFile, HubRepo, is_hidden, path_problem
from umi_local.bundles.manifest import BUNDLE_FILE, LoadedBundle, load_bundle, pulled_path
from umi_local.bundles.placing import put_in_place, staging_of
from umi_local.bundles.portable import files_inside, problems_elsewhere, remarks
from umi_local.bundles.values import FileRef
from umi_local.bundles.verify import verify
from umi_local.errors import BundleError, HubError, StorageError
from umi_local.folders import atomic_write, bundles_folder, cache_folder, storage_error

ORIGIN_FILE = ".pulled.json"
"""In a pulled bundle's folder: where it came from. Hidden, so no part of the bundle."""

_PARTIALS = ".partial"
_LARGEST_MANIFEST = 1 << 20
_ROOM_LEFT_BYTES = 64 << 20  # file systems slow down, and logs stop, on the last bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Pulled:
    """What pulling did.

    Attributes:
        n_bytes: Downloaded this time; what an earlier try had brought doesn't count.
        left_out: Files of the repository that are no part of the bundle.
        remarks: What somebody should know before running it.
    """

    loaded: LoadedBundle
    n_bytes: int
    origin: HubRepo | None = None
    left_out: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Pull:
    """How files are brought here: what is told meanwhile, and how long a failed try waits for the next."""

    on_progress: OnProgress = lambda name, done, total: None
    wait: Callable[[float], None] = time.sleep

    def fetch(self, listing: Listing, file: RemoteFile, target: Path, partials: Path) -> int:
        """Bring one file here; return the bytes downloaded."""
        on_bytes = partial(self._tell, file)
        return fetch(listing.repo, file, target, partials=partials, on_bytes=on_bytes, wait=self.wait)

    def _tell(self, file: RemoteFile, done: int) -> None:
        self.on_progress(file.path, done, file.size)


def pull_bundle(repo: HubRepo, *, name: str | None = None, force: bool = False, how: Pull | None = None) -> Pulled:
    """Download a bundle from a hub, check it, and put it among the user's bundles.

    Args:
        name: What to call it here; the repository's name by default.
        force: Replace a bundle of that name.

    Raises:
        BundleError: The repository holds no sound bundle, or the name is taken.
        HubError: The hub refuses or can't be reached; what was downloaded is kept for the next try.
        OfflineError: umi-local runs offline.
        StorageError: The disk is full, or can't be written.
    """
    how = how or Pull()
    target = _target(name or repo.name, force=force)
    listing = list_files(repo)
    staging = staging_of(target)
    n_bytes = sum(how.fetch(listing, file, staging / file.path, staging / _PARTIALS) for file in _first(listing))
    loaded = load_bundle(staging)
    files = _chosen(listing, loaded)
    _remove_others(staging, {file.path for file in files})
    _check_room(staging, [file for file in files if not (staging / file.path).exists()])
    for file in files:
        n_bytes += how.fetch(listing, file, staging / file.path, staging / _PARTIALS)
    n_bytes += complete(loaded, how)
    known = {staging / file.path: file.sha256 for file in files if file.sha256}  # computed when they arrived
    verify(loaded, how.on_progress, known=known).raise_if_wrong()
    shutil.rmtree(staging / _PARTIALS, ignore_errors=True)
    origin = {"repository": repo.id, "revision": repo.revision, "commit": listing.repo.revision}
    atomic_write(staging / ORIGIN_FILE, json.dumps(origin).encode("utf-8"))
    put_in_place(staging, target, replace=force)
    left_out = {file.path for file in listing.files if not is_hidden(file.path)} - {file.path for file in files}
    return Pulled(
        loaded=load_bundle(target),
        n_bytes=n_bytes,
        origin=listing.repo,
        left_out=tuple(sorted(left_out)),
        remarks=tuple(remarks(loaded.bundle)),
    )


def complete_bundle(loaded: LoadedBundle, *, how: Pull | None = None) -> Pulled:
    """Download the files that a bundle names on a hub, as far as they aren't here; see `pull_bundle`."""
    return Pulled(loaded=loaded, n_bytes=complete(loaded, how or Pull()))


def complete(loaded: LoadedBundle, how: Pull) -> int:
    """Download the files that a bundle names on a hub, and return the bytes that took.

    Raises:
        BundleError: The hub has another file than the bundle states.
        HubError, OfflineError, StorageError: See `pull_bundle`.
    """
    n_bytes = 0
    listings: dict[HubRepo, Listing] = {}
    for where, ref in loaded.bundle.files():
        if ref.hub is None or _is_here(ref, ref.hub):
            continue
        repo = ref.hub.repo
        listing = listings[repo] if repo in listings else listings.setdefault(repo, list_files(repo))
        n_bytes += how.fetch(listing, _stated(where, ref, ref.hub, listing), pulled_path(ref.hub), _hub_partials())
    return n_bytes


def origin_of(loaded: LoadedBundle) -> HubRepo | None:
    """Return the repository and commit that a bundle was pulled from; None where that isn't known."""
    try:
        found = json.loads((loaded.folder / ORIGIN_FILE).read_text(encoding="utf-8"))
        owner, _, name = str(found["repository"]).partition("/")
        return HubRepo(owner, name, str(found["commit"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _target(name: str, *, force: bool) -> Path:
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}", name) or path_problem(name):
        raise BundleError(f"{name!r} can't be a bundle's name", hint="Use --name with letters, digits, '.', '_', '-'.")
    if name == EMBEDDED:
        raise BundleError(f"{name!r} is the built-in bundle", hint="Choose another name with --name.")
    target = bundles_folder() / name
    if target.exists() and not force:
        raise BundleError(
            f"there is already a bundle {name!r} in {target}", hint="Use --name, or --force to replace it."
        )
    return target


def _first(listing: Listing) -> list[RemoteFile]:
    """Return what says which files there are: the manifest, and the checksums where there are some."""
    manifest, sums = listing.find(BUNDLE_FILE), listing.find(SUMS_FILE)
    if manifest is None:
        raise BundleError(
            f"{listing.repo} holds no {BUNDLE_FILE}, so it is no bundle",
            hint="A GGUF in it can be downloaded and run with --bundle FILE.gguf; checkpoints become bundles with "
            "`umi convert bundle`.",
        )
    files = [file for file in (manifest, sums) if file is not None]
    for file in files:
        if file.size > _LARGEST_MANIFEST:
            raise BundleError(f"{listing.repo}/{file.path} has {file.size:,} bytes, which no such file needs")
    return files


def _chosen(listing: Listing, loaded: LoadedBundle) -> list[RemoteFile]:
    """Return the files to download: what SHA256SUMS lists, or all where there is none.

    Raises:
        BundleError: Files are missing or of another size, or names aren't safe to write.
    """
    sums = read_sums(loaded.folder)
    visible = (file.path for file in listing.files if not is_hidden(file.path))
    names = list(visible) if sums is None else [SUMS_FILE, *sums]
    needed = list(dict.fromkeys((*names, *files_inside(loaded.bundle))))
    problems = [*problems_elsewhere(loaded.bundle)]
    problems += [f"{name!r} {problem}" for name in names if (problem := path_problem(name))]
    problems += [f"{name!r} is hidden" for name in names if is_hidden(name)]
    found = {file.path: file for file in listing.files}
    if not problems:
        problems += [f"{name} is missing in the repository" for name in needed if name not in found]
        problems += _differences(loaded, found)
        problems += _colliding(needed)
    if problems:
        listed = "".join(f"\n  {problem}" for problem in problems)
        raise BundleError(f"{listing.repo} has {len(problems)} problem(s):{listed}", hint="Its owner has to mend it.")
    return sorted((found[name] for name in needed), key=lambda file: (file.size, file.path))


def _differences(loaded: LoadedBundle, found: dict[str, RemoteFile]) -> list[str]:
    """Return where the hub's listing already contradicts the manifest: nothing needs to be downloaded to know."""
    pairs = [(where, ref, found[ref.file]) for where, ref in loaded.bundle.files() if ref.file in found]
    return [problem for where, ref, file in pairs for problem in _contradictions(where, ref, file)]


def _contradictions(where: str, ref: FileRef, file: RemoteFile) -> list[str]:
    problems = []
    if ref.size is not None and ref.size != file.size:
        problems.append(f"{where}: {file.path} has {file.size:,} bytes there, the bundle says {ref.size:,}")
    if None not in (ref.sha256, file.sha256) and ref.sha256 != file.sha256:
        problems.append(f"{where}: {file.path} has sha256 {file.sha256} there, the bundle says {ref.sha256}")
    return problems


def _colliding(names: list[str]) -> list[str]:
    folded = [name.casefold() for name in names]
    return [f"{name} differs from another file in case only" for name in names if folded.count(name.casefold()) > 1]


def _check_room(folder: Path, files: list[RemoteFile]) -> None:
    """Refuse to begin what the disk can't hold; what has arrived already lies on it."""
    arrived = {path.name: path.stat().st_size for path in (folder / _PARTIALS).glob("*")}
    needed = sum(max(0, file.size - arrived.get(file.content_id, 0)) for file in files)
    try:
        free = shutil.disk_usage(folder).free
    except OSError as error:
        raise storage_error(folder, error) from error
    if needed and needed + _ROOM_LEFT_BYTES > free:
        reason = f"{needed:,} bytes are still to come, {free:,} are free"
        raise StorageError(folder, reason, hint="Free some disk space, or move the bundles with UMI_DATA_DIR.")


def _remove_others(staging: Path, names: set[str]) -> None:
    """Remove what an earlier try, of another commit, left behind."""
    try:
        for path in sorted(staging.rglob("*"), reverse=True):  # what is in a folder comes before it
            name = path.relative_to(staging).as_posix()
            if is_hidden(name) or name in names:
                continue
            if not path.is_dir() or path.is_symlink():
                path.unlink()
            elif not any(path.iterdir()):
                path.rmdir()
    except OSError as error:
        raise storage_error(staging, error) from error


def _is_here(ref: FileRef, file: HubFile) -> bool:
    """Whether a file is here for sure, without asking the hub: by its hash, or by a commit, which never changes."""
    path = pulled_path(file)
    if not path.is_file() or ref.size not in (None, path.stat().st_size):
        return False
    if ref.sha256 is not None:
        return sha256_of(path) == ref.sha256
    return re.fullmatch(r"[0-9a-f]{40}", file.repo.revision or "") is not None


def _stated(where: str, ref: FileRef, name: HubFile, listing: Listing) -> RemoteFile:
    file = listing.find(name.path)
    if file is None:
        raise HubError(str(name), "there is no such file in the repository")
    if problems := _contradictions(where, ref, file):
        raise BundleError("; ".join(problems), hint=f"Name the revision that the bundle was made for: {name.repo}@...")
    return file


def _hub_partials() -> Path:
    return cache_folder() / "hub" / _PARTIALS
