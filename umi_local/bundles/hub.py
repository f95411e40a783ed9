"""A model hub, through huggingface_hub: what a repository holds, and errors in our own words.

Who one is there (HF_TOKEN, or what `hf auth login` stored), which hub (HF_ENDPOINT), proxies and certificates are
huggingface_hub's business. Offline nothing of it is imported and nothing is asked. Files are fetched by `hub_download.py`.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from umi_local import __version__
from umi_local.bundles.checksums import CHUNK_BYTES
from umi_local.bundles.hub_errors import endpoint, in_our_words
from umi_local.bundles.hub_names import HubRepo
from umi_local.engine.options import is_offline
from umi_local.errors import OfflineError, UmiError

if TYPE_CHECKING:
    from huggingface_hub import HfApi

TIMEOUT_S = 30.0
"""Seconds without a byte from the hub after which a connection counts as broken."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoteFile:
    """A file in a repository.

    Attributes:
        size: In bytes.
        sha256: Of the content; hubs state it for big files.
        git_oid: The SHA-1 that git knows the content by, for the others.
    """

    path: str
    size: int
    sha256: str | None = None
    git_oid: str

    @property
    def content_id(self) -> str:
        """What tells this content from any other."""
        return self.sha256 or self.git_oid


@dataclass(frozen=True, slots=True)
class Listing:
    """What a repository holds; `repo` names the very commit."""

    repo: HubRepo
    files: tuple[RemoteFile, ...]

    def find(self, path: str) -> RemoteFile | None:
        """Return the file at a path."""
        return next((file for file in self.files if file.path == path), None)


def open_api(purpose: str) -> HfApi:
    """Return huggingface_hub's interface to the hub.

    Args:
        purpose: What the network is wanted for, to be said offline.

    Raises:
        OfflineError: umi-local runs offline.
    """
    if is_offline():
        raise OfflineError(purpose)
    from huggingface_hub import HfApi

    return HfApi(endpoint=endpoint(), library_name="umi-local", library_version=__version__)


def list_files(repo: HubRepo) -> Listing:
    """Return what a repository holds at its revision, hidden files too.

    Raises:
        HubError: There is no such repository or revision, it may not be read, or the hub can't be reached.
        OfflineError: umi-local runs offline.
    """
    api = open_api(f"listing {repo}")
    with telling(repo):
        commit = _hexadecimal(api.model_info(repo.id, revision=repo.revision, timeout=TIMEOUT_S).sha, 40)
        entries = list(api.list_repo_tree(repo.id, recursive=True, revision=commit))
        files = tuple(_remote_file(entry) for entry in entries if hasattr(entry, "blob_id"))  # folders have none
    return Listing(repo.at(commit), files)


@contextmanager
def telling(repo: HubRepo) -> Iterator[None]:
    """Turn whatever huggingface_hub raises in the block into our own errors; ours pass through.

    Raises:
        HubError: The hub refused, answered nonsense, or could not be reached.
    """
    try:
        yield
    except UmiError:
        raise
    except Exception as error:  # whatever a strange answer makes the library trip over, and hf_xet's own kinds
        raise in_our_words(error, repo) from error


def has_content(path: Path, file: RemoteFile) -> bool:
    """Whether a file on this machine is what the hub lists.

    Raises:
        OSError: It can't be read.
    """
    if not path.is_file() or path.stat().st_size != file.size:
        return False
    digest = hashlib.sha256() if file.sha256 else hashlib.sha1(b"blob %d\0" % file.size, usedforsecurity=False)
    with path.open("rb") as content:
        while chunk := content.read(CHUNK_BYTES):
            digest.update(chunk)
    return digest.hexdigest() == file.content_id


def _remote_file(entry: Any) -> RemoteFile:
    size = entry.size
    if not isinstance(entry.path, str) or not isinstance(size, int) or size < 0:
        raise ValueError(f"it lists {entry.path!r} with {size!r} bytes")
    sha256 = _hexadecimal(entry.lfs.sha256, 64) if entry.lfs else None
    return RemoteFile(path=entry.path, size=size, sha256=sha256, git_oid=_hexadecimal(entry.blob_id, 40))


def _hexadecimal(value: Any, n_digits: int) -> str:
    if not isinstance(value, str) or not re.fullmatch(rf"[0-9a-f]{{{n_digits}}}", value):
        raise ValueError(f"it states {value!r} where a hash is expected")
    return value
