"""Put a bundle on a hub: everything in its folder, as one commit, and only what has been verified.

A plan comes first, so that a person sees what will be sent and how much it is. The repository then holds the bundle and
nothing else that counts; a repository that holds something else is left alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from umi_local.bundles.checksums import SUMS_FILE, OnProgress, files_of, write_sums
from umi_local.bundles.hub import Listing, has_content, list_files, open_api, telling
from umi_local.bundles.hub_names import DEFAULT_REVISION, HubRepo, is_hidden
from umi_local.bundles.manifest import BUNDLE_FILE, LoadedBundle
from umi_local.bundles.package_files import is_package_file
from umi_local.bundles.portable import files_inside, problems_elsewhere
from umi_local.bundles.verify import verify
from umi_local.errors import BundleError, HubError

if TYPE_CHECKING:
    from huggingface_hub import HfApi

CARD_FILE = "README.md"

_FRONT_MATTER = re.compile(r"\A---\s*\n(.*?)^---\s*$", re.DOTALL | re.MULTILINE)
_LICENSE = re.compile(r"^license:[ \t]*(\S.*)$", re.MULTILINE)
_CARD_HINT = (
    "`umi convert bundle` writes one; by hand, begin it with the lines ---, license: apache-2.0 (or what is true), ---"
)
_HARMLESS = frozenset({CARD_FILE, "LICENSE", "LICENSE.txt", "LICENSE.md"})
"""What a repository may hold that isn't a bundle yet: what hubs offer to put into a new one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PushPlan:
    """What will be sent.

    Attributes:
        files: Names and sizes in bytes.
    """

    folder: Path
    repo: HubRepo
    files: tuple[tuple[str, int], ...]

    @property
    def n_bytes(self) -> int:
        """The size of all files together."""
        return sum(size for _, size in self.files)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pushed:
    """What was sent: the repository at the new commit, and the files of an older bundle that were removed there."""

    repo: HubRepo
    removed: tuple[str, ...]


def plan_push(loaded: LoadedBundle, repo: HubRepo, on_progress: OnProgress | None = None) -> PushPlan:
    """Verify a bundle and say what pushing it would send. Writes its SHA256SUMS where it has none.

    Raises:
        BundleError: It has no folder of its own, doesn't verify, names files that others won't have, or lacks a
            README.md that states a licence.
        StorageError: SHA256SUMS can't be written.
    """
    if loaded.manifest is None or loaded.manifest.name != BUNDLE_FILE:
        hint = f"Put it into a folder of its own, with a {BUNDLE_FILE} beside it."
        raise BundleError(f"{loaded.bundle.name} is not a folder with a {BUNDLE_FILE}", hint=hint)
    _refuse_what_stays_here(loaded)
    _check_card(loaded.folder / CARD_FILE)
    report = verify(loaded, on_progress)
    report.raise_if_wrong(hint=f"If the changes are meant, delete {SUMS_FILE}: pushing writes it anew.")
    if not (loaded.folder / SUMS_FILE).exists():
        known = {loaded.folder / check.file: check.sha256 for check in report.checks if check.sha256}
        write_sums(loaded.folder, on_progress, known=known)
    names = (*files_of(loaded.folder), SUMS_FILE)
    if behind_links := [name for name in files_inside(loaded.bundle) if name not in names]:
        hint = "Copy the folder itself into the bundle's."
        raise BundleError(f"{', '.join(behind_links)} lies in a folder that is only linked", hint=hint)
    return PushPlan(
        folder=loaded.folder,
        repo=repo,
        files=tuple((name, (loaded.folder / name).stat().st_size) for name in names),
    )


def push_bundle(plan: PushPlan, *, private: bool = False, message: str = "", shows_bars: bool = False) -> Pushed:
    """Send what was planned as one commit, and check that it is there.

    Args:
        private: Make a new repository private; one that is there stays what it is.
        message: Of the commit.
        shows_bars: Let huggingface_hub show its progress bars.

    Raises:
        HubError: The hub refuses or can't be reached, or its repository holds something that isn't a bundle.
        OfflineError: umi-local runs offline.
    """
    repo = plan.repo
    api = open_api(f"pushing to {repo}")
    revision = repo.revision or DEFAULT_REVISION
    with telling(repo), _bars(shown=shows_bars):
        api.create_repo(repo.id, private=private or None, exist_ok=True)
        if revision != DEFAULT_REVISION:
            api.create_branch(repo.id, branch=revision, exist_ok=True)
        before = list_files(repo)
        removed = _superseded(before, {name for name, _ in plan.files})
        commit = _commit(api, plan, before, removed, message or f"Bundle {plan.folder.name}")
    _check_arrived(plan, list_files(repo.at(commit)))
    return Pushed(repo=repo.at(commit), removed=removed)


def _refuse_what_stays_here(loaded: LoadedBundle) -> None:
    problems = list(problems_elsewhere(loaded.bundle))
    problems += [
        f"{where}.file is {ref.file!r}, which is part of a Python package and not of the bundle"
        for where, ref in loaded.bundle.files()
        if is_package_file(ref.file)
    ]
    if problems:
        listed = "".join(f"\n  {problem}" for problem in problems)
        raise BundleError(
            f"{loaded.bundle.name} can't be pushed, since others would not have all of its files:{listed}",
            hint="Copy the files into the bundle's folder, and name them relative to bundle.toml.",
        )


def _check_card(path: Path) -> None:
    """Refuse a bundle that doesn't say on which terms others may use it."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "not UTF-8 text"
        hint = _CARD_HINT
        raise BundleError(f"{path} can't be read ({reason}); a pushed bundle needs a model card", hint=hint) from error
    front = _FRONT_MATTER.match(text)
    if front is None or not _LICENSE.search(front.group(1)):
        raise BundleError(f"{path} states no licence, so nobody may use what is pushed", hint=_CARD_HINT)


def _superseded(before: Listing, names: set[str]) -> tuple[str, ...]:
    """Return the files of an older bundle that the new one lacks.

    Raises:
        HubError: The repository holds something else than a bundle, which is not ours to replace.
    """
    there = {file.path for file in before.files if not is_hidden(file.path)}
    if BUNDLE_FILE not in there and (others := sorted(there - _HARMLESS - names)):
        reason = f"holds something that isn't a bundle ({', '.join(others[:5])}{', ...' if len(others) > 5 else ''})"
        raise HubError(str(before.repo.at(None)), reason, hint="Push to a new repository, or empty this one first.")
    return tuple(sorted(there - names))


def _commit(api: HfApi, plan: PushPlan, before: Listing, removed: tuple[str, ...], message: str) -> str:
    """Send what differs from what is there; return the new commit, or the old one where nothing does."""
    from huggingface_hub import CommitOperationAdd, CommitOperationDelete

    there = {file.path: file for file in before.files}
    changed = [name for name, _ in plan.files if name not in there or not has_content(plan.folder / name, there[name])]
    operations: list[CommitOperationAdd | CommitOperationDelete] = [
        CommitOperationAdd(name, plan.folder / name) for name in changed
    ]
    operations += [CommitOperationDelete(name) for name in removed]
    if not operations:
        return before.repo.revision or ""
    commit = api.create_commit(
        plan.repo.id,
        operations,
        commit_message=message,
        revision=plan.repo.revision,
        parent_commit=before.repo.revision,
    )
    return commit.oid


def _check_arrived(plan: PushPlan, listing: Listing) -> None:
    """Raise if the new commit isn't what lies here: hubs leave out what a .gitignore there names."""
    found = {file.path: file for file in listing.files}
    wrong = [name for name, _ in plan.files if name not in found or not has_content(plan.folder / name, found[name])]
    if wrong:
        reason = f"the hub's copy of {', '.join(wrong)} is missing or isn't what was sent"
        raise HubError(str(plan.repo), reason, hint="Look for a .gitignore in the repository, and push again.")


@contextmanager
def _bars(*, shown: bool) -> Iterator[None]:
    """Keep huggingface_hub's progress bars off the screen."""
    from huggingface_hub.utils import (  # type: ignore[attr-defined]  # its __init__ has no __all__
        are_progress_bars_disabled,
        disable_progress_bars,
        enable_progress_bars,
    )

    if shown or are_progress_bars_disabled():
        yield
        return
    disable_progress_bars()
    try:
        yield
    finally:
        enable_progress_bars()
