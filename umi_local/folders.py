"""Where umi-local keeps its files, and how it writes one so that nobody ever sees half of it.

The folders are the system's own (platformdirs); `UMI_DATA_DIR`, `UMI_CACHE_DIR` and `UMI_CONFIG`
move them. Nothing is created before something is written.
"""

from __future__ import annotations

import errno
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import platformdirs

from umi_local.errors import StorageError

APP_NAME = "umi-local"

_TEMPORARY = ".tmp"


def data_folder() -> Path:
    """Return the folder of what must not be lost: bundles and sessions."""
    return _from_environment("UMI_DATA_DIR") or platformdirs.user_data_path(APP_NAME, False)


def cache_folder() -> Path:
    """Return the folder of what can be made again: assembled models and prefix caches."""
    return _from_environment("UMI_CACHE_DIR") or platformdirs.user_cache_path(APP_NAME, False)


def config_path() -> Path:
    """Return where the user's own umi.toml is, whether or not it exists."""
    return _from_environment("UMI_CONFIG") or platformdirs.user_config_path(APP_NAME, False) / "umi.toml"


def bundles_folder() -> Path:
    """Return the folder of the user's bundles, one sub-folder each."""
    return data_folder() / "bundles"


def sessions_path() -> Path:
    """Return the SQLite file of the sessions."""
    return data_folder() / "sessions.sqlite3"


def atomic_write(path: Path, content: bytes) -> None:
    """Write a file in one go: readers see the old content or the new, never a part.

    The content goes to a temporary name next to `path`, is flushed to the disk, and is renamed over
    it. The folder is created where it is missing. Whatever goes wrong, the temporary file is
    removed and the old content stays.

    Raises:
        StorageError: The disk is full, or the folder can't be written.
    """
    with replacing(path) as temporary:
        try:
            temporary.write_bytes(content)
        except OSError as error:
            raise storage_error(path, error) from error


@contextmanager
def replacing(path: Path, *, durable: bool = True) -> Iterator[Path]:
    """Give a temporary name beside `path`; the file that the block writes there takes its place at the end.

    It is flushed to the disk before it is renamed. If the block raises, it is removed and what was at `path` stays. What
    killed runs left behind for the same path is removed first; it never has the final name.

    Args:
        durable: False leaves the flushing to whoever needs the file to outlive a power cut.

    Raises:
        StorageError: The folder can't be written, or the file can't be flushed or put in place. Failures inside the block
            are the block's own.
    """
    temporary = temporary_name(path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        remove_leftovers(path)
    except OSError as error:
        raise storage_error(path, error) from error
    try:
        yield temporary
        try:
            if durable:
                flush_file(temporary)
            temporary.replace(path)
            if durable:
                flush_folder(path.parent)
        except OSError as error:
            raise storage_error(path, error) from error
    finally:
        with suppress(OSError):  # already in place, or in a folder that has become unwritable
            temporary.unlink(missing_ok=True)


def storage_error(path: Path | str, error: OSError) -> StorageError:
    """Return our error for a failed write, with the remedy that fits its cause."""
    reason = error.strerror or str(error)
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return StorageError(path, reason, hint="Free some disk space, then run the same command again.")
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        hint = "Make the folder writable, or choose another with UMI_DATA_DIR and UMI_CACHE_DIR."
        return StorageError(path, reason, hint=hint)
    return StorageError(path, reason)


def _from_environment(name: str) -> Path | None:
    value = os.environ.get(name)
    return Path(value).expanduser() if value else None


def flush_folder(folder: Path) -> None:
    """Make the rename itself durable; Windows can't open folders and does without."""
    if os.name == "nt":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def temporary_name(path: Path, suffix: str = _TEMPORARY) -> Path:
    """Return a new name beside `path` for what will take its place; it starts with a dot and tells which process made it."""
    return path.with_name(f".{path.name}.{os.getpid()}-{secrets.token_hex(4)}{suffix}")


def remove_leftovers(path: Path, suffix: str = _TEMPORARY) -> None:
    """Remove what has a temporary name for `path` and whose maker is gone: files as big as models, or whole folders.

    Raises:
        OSError: The folder can't be read.
    """
    begin = f".{path.name}."
    names = [name for name in os.listdir(path.parent) if name.startswith(begin) and name.endswith(suffix)]
    if not names:
        return
    import psutil

    for name in names:
        maker = name.removeprefix(begin).partition("-")[0]
        if maker.isdecimal() and not psutil.pid_exists(int(maker)):
            _remove(path.with_name(name))


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        import shutil

        shutil.rmtree(path, ignore_errors=True)
        return
    with suppress(OSError):  # another run may remove it in the same moment
        path.unlink(missing_ok=True)


def flush_file(path: Path) -> None:
    """Make a file's content reach the disk.

    Raises:
        OSError: It can't be written.
    """
    with path.open("r+b") as file:
        os.fsync(file.fileno())
