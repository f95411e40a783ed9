"""Where files from a hub lie on this machine: in our own cache, or in the one of huggingface_hub.

The latter is only read, by its documented layout (https://huggingface.co/docs/huggingface_hub/guides/manage-cache), without
importing the library: offline nothing of it must run. In ours, files lie under their commit as the runtime's do.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

from umi_convert.checkpoint import read_index
from umi_convert.errors import CheckpointError
from umi_convert.hub_files import index_of, weight_files
from umi_convert.weight_parts import missing_parts
from umi_local.bundles.hub_names import DEFAULT_REVISION, HubFile, HubRepo
from umi_local.bundles.manifest import pulled_path
from umi_local.folders import atomic_write, cache_folder

_COMMIT = re.compile(r"[0-9a-f]{40}")


def own_path(repo: HubRepo, name: str) -> Path:
    """Return where a file of a repository at a commit is kept, or would be."""
    return pulled_path(HubFile(repo, name))


def remember_commit(repo: HubRepo, commit: str) -> None:
    """Note which commit a branch or tag was at.

    Raises:
        StorageError: The note can't be written.
    """
    atomic_write(_note(repo, "refs", repo.revision or DEFAULT_REVISION), commit.encode())


def remember_whole(repo: HubRepo) -> None:
    """Note that all that is needed of a repository at a commit is here.

    Raises:
        StorageError: The note can't be written.
    """
    atomic_write(_note(repo, "whole", str(repo.revision)), str(repo.revision).encode())


def is_whole(repo: HubRepo) -> bool:
    """Whether all that is needed of a repository at a commit is here."""
    return _commit_in(_note(repo, "whole", str(repo.revision))) == repo.revision


def cached_folder(repo: HubRepo) -> Path | None:
    """Return a folder with a repository's checkpoint or adapter, without asking the hub; None where there is none."""
    commit = _commit_of(repo, _note(repo, "refs", repo.revision or DEFAULT_REVISION))
    if commit is not None and is_whole(repo.at(commit)):
        return own_path(repo.at(commit), "README.md").parent
    commit = _commit_of(repo, _theirs(repo) / "refs" / (repo.revision or DEFAULT_REVISION))
    if commit is not None and _looks_whole(snapshot_folder(repo.at(commit))):
        return snapshot_folder(repo.at(commit))
    return None


def cached_file(file: HubFile) -> Path | None:
    """Return a file of a repository, without asking the hub; None where it isn't here."""
    repo, revision = file.repo, file.repo.revision or DEFAULT_REVISION
    ours = _commit_of(repo, _note(repo, "refs", revision))
    if ours is not None and own_path(repo.at(ours), file.path).is_file():
        return own_path(repo.at(ours), file.path)
    theirs = _commit_of(repo, _theirs(repo) / "refs" / revision)
    if theirs is not None and (snapshot_folder(repo.at(theirs)) / file.path).is_file():
        return snapshot_folder(repo.at(theirs)) / file.path
    return None


def snapshot_folder(repo: HubRepo) -> Path:
    """Return where huggingface_hub keeps the files of a repository at a commit, or would."""
    return _theirs(repo) / "snapshots" / str(repo.revision)


def _note(repo: HubRepo, kind: str, revision: str) -> Path:
    return cache_folder() / "hub" / repo.owner / repo.name / f".{kind}" / revision


def _theirs(repo: HubRepo) -> Path:
    return _huggingface_cache() / f"models--{repo.owner}--{repo.name}"


def _huggingface_cache() -> Path:
    if named := os.environ.get("HF_HUB_CACHE") or os.environ.get("HUGGINGFACE_HUB_CACHE"):
        return Path(named).expanduser()
    if home := os.environ.get("HF_HOME"):
        return Path(home).expanduser() / "hub"
    return Path(os.environ.get("XDG_CACHE_HOME") or "~/.cache").expanduser() / "huggingface" / "hub"


def _commit_of(repo: HubRepo, note: Path) -> str | None:
    if repo.revision is not None and _COMMIT.fullmatch(repo.revision):
        return repo.revision
    return _commit_in(note)


def _commit_in(path: Path) -> str | None:
    try:
        with path.open("rb") as file:
            text = file.read(64).decode("ascii", "replace").strip()
    except OSError:
        return None
    return text if _COMMIT.fullmatch(text) else None


def _looks_whole(folder: Path) -> bool:
    """Whether a download that somebody else made seems to have ended: configuration and all weights are there."""
    try:
        names = sorted(path.name for path in folder.iterdir() if path.is_file())  # a link to nothing isn't one
        index = index_of(names)
        weights = weight_files(names, set(read_index(folder / index).values()) if index else ())
    except (OSError, CheckpointError):
        return False
    configured = {"config.json", "adapter_config.json"} & set(names)
    return bool(configured and weights) and set(weights) <= set(names) and not missing_parts(weights)
