"""Fetch one file from a hub, going on where an earlier try ended.

Over plain HTTP with ranges: huggingface_hub 2.4 throws a partial file away when a download ends early, and xet transfers
don't resume (huggingface_hub issues 3648, 4196, 4620), while models are large and connections break. Whatever arrives is
compared with the hash that the hub lists before it gets its name.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from umi_local import __version__
from umi_local.bundles.hub import TIMEOUT_S, RemoteFile, has_content, open_api, telling
from umi_local.bundles.hub_errors import endpoint
from umi_local.bundles.hub_names import HubRepo
from umi_local.errors import HubError
from umi_local.folders import storage_error

_MAX_FAILURES = 5  # in a row that bring nothing new
_LONGEST_WAIT_S = 16.0


def fetch(
    repo: HubRepo,
    file: RemoteFile,
    target: Path,
    *,
    partials: Path,
    on_bytes: Callable[[int], None] = lambda done: None,
    wait: Callable[[float], None] = time.sleep,
) -> int:
    """Bring a file to this machine and return the bytes that were downloaded for it: 0 if it was here.

    Args:
        repo: At a commit, so that every try gets the same content.
        target: Where the file goes when it is whole and right.
        partials: Folder of what has arrived so far; by content, so that another revision's is never gone on with.
        on_bytes: Gets the bytes that are here so far.
        wait: Sleeps between two tries, for so many seconds.

    Raises:
        HubError: The hub refuses, can't be reached, or sends other content than it lists.
        OfflineError: umi-local runs offline.
        StorageError: The disk is full, or can't be written.
    """
    with _storing(target):
        if has_content(target, file):
            on_bytes(file.size)
            return 0
        target.parent.mkdir(parents=True, exist_ok=True)
        partials.mkdir(parents=True, exist_ok=True)
    open_api(f"downloading {repo}/{file.path}")  # offline this is where it ends
    partial = partials / file.content_id
    n_bytes = _complete(repo, file, partial, on_bytes, wait)
    with _storing(target):
        if not has_content(partial, file):
            partial.unlink()
            raise HubError(
                f"{repo}/{file.path}",
                "what was sent doesn't have the hash that the hub lists",
                hint="Run the same command again; if that doesn't help, something on the way changes files.",
            )
        partial.replace(target)
    return n_bytes


def _complete(
    repo: HubRepo, file: RemoteFile, partial: Path, on_bytes: Callable[[int], None], wait: Callable[[float], None]
) -> int:
    """Ask until all bytes are here, again and again as long as some arrive; return how many arrived."""
    n_bytes = failures = 0
    with _storing(partial), partial.open("ab") as out:  # made here if it is to be empty
        if out.tell() > file.size:
            out.truncate(0)
    while (have := _size(partial)) < file.size:
        try:
            with telling(repo):
                _append(repo, file, partial, on_bytes)
        except HubError as error:
            failures = 1 if _size(partial) > have else failures + 1
            if failures > _MAX_FAILURES or not error.is_temporary:
                raise
            wait(min(2.0 ** (failures - 1), _LONGEST_WAIT_S))
        finally:
            n_bytes += max(0, _size(partial) - have)
    return n_bytes


def _append(repo: HubRepo, file: RemoteFile, partial: Path, on_bytes: Callable[[int], None]) -> None:
    """Ask for what is missing and write it as it comes."""
    from huggingface_hub import get_session, hf_hub_url, hf_raise_for_status
    from huggingface_hub.utils import build_hf_headers  # type: ignore[attr-defined]  # its __init__ has no __all__

    name, have = f"{repo}/{file.path}", _size(partial)
    headers = {
        **build_hf_headers(library_name="umi-local", library_version=__version__),
        "Accept-Encoding": "identity",  # ranges are those of the file itself
        **({"Range": f"bytes={have}-"} if have else {}),
    }
    url = hf_hub_url(repo.id, file.path, revision=repo.revision, endpoint=endpoint())
    with get_session().stream("GET", url, headers=headers, timeout=TIMEOUT_S) as response:
        if response.status_code == 416:  # a partial file that the server doesn't know how to go on with
            partial.unlink()
            raise HubError(name, "the hub doesn't go on with this download", is_temporary=True)
        if response.status_code >= 400:
            response.read()
        hf_raise_for_status(response)
        done = have if _continues(response, have) else 0
        with _storing(partial), partial.open("ab") as out:
            out.truncate(done)
            for chunk in _chunks(response, repo):
                if done + len(chunk) > file.size:
                    raise HubError(name, f"the hub sends more than the {file.size:,} bytes that it lists")
                done += out.write(chunk)
                on_bytes(done)
            out.flush()
            os.fsync(out.fileno())
    if done < file.size:
        raise HubError(name, f"the hub sent {done:,} of {file.size:,} bytes", is_temporary=True)


def _continues(response: Any, have: int) -> bool:
    """Whether an answer begins where our file ends; else it is the whole file."""
    stated: str = response.headers.get("Content-Range", "")
    return bool(response.status_code == 206) and stated.startswith(f"bytes {have}-")


def _chunks(response: Any, repo: HubRepo) -> Iterator[bytes]:
    with telling(repo):  # here, so that a broken connection isn't taken for a broken disk
        yield from response.iter_bytes()


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0


@contextmanager
def _storing(path: Path) -> Iterator[None]:
    """Turn a failed write in the block into our own error."""
    try:
        yield
    except OSError as error:
        raise storage_error(path, error) from error
