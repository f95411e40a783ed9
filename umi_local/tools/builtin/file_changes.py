"""Write and move files. New content goes to a temporary name in the same folder, is flushed, and renamed.

An interrupted write leaves the old file as it was, and at worst a `.umi-*.tmp` beside it.
"""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
from collections.abc import Iterable, Iterator

from umi_local.tools.builtin.folders import BINARY, NO_FOLLOW, Folder
from umi_local.tools.builtin.roots import OpenFile, Place, Roots, plain_error
from umi_local.tools.builtin.textfile import Encoding, detect_encoding

MODES = ("create", "overwrite", "append")

_NEW_FILE: int = os.O_WRONLY | os.O_CREAT | os.O_EXCL | NO_FOLLOW | BINARY
_CAN_LINK = os.link in os.supports_dir_fd and os.link in os.supports_follow_symlinks
# What linking says where the file system has no hard links, or source and target are on two of them.
_NO_LINKS = {errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK, errno.EXDEV}


def write_file(path: str, text: str, mode: str = "create") -> str:
    """Write a text file as UTF-8; appending keeps the encoding of what is there.

    Missing folders are made. Appended text begins on a line of its own.

    Raises:
        FileExistsError: `mode` is create, and something is there.
        IsADirectoryError: The path is a folder.
        ValueError: The mode is unknown, or the text doesn't fit the file's encoding.
        PathRefusedError: The path leads out of its root.
    """
    if mode not in MODES:
        raise ValueError(f"mode is {mode!r}; use one of {', '.join(MODES)}")
    data = _encoded(text, "utf-8", path)
    roots = Roots.current()
    with roots.place(path, make_folders=True) as place, _plain_errors(path):
        name = _file_name(place)
        if place.info is not None and mode == "create":
            raise _exists(place.shown)
        if place.info is not None and mode == "append":
            with roots.open_file(path) as file:
                _put(place.folder, name, _extended(file, text), like=file.info, replace=True)
        else:
            _put(place.folder, name, [data], like=place.info, replace=mode != "create")
        done = "appended" if mode == "append" and place.info is not None else "wrote"
        return f"{done} {len(text):,} characters ({len(data):,} bytes of UTF-8) to {place.shown!r}"


def move_file(source: str, destination: str) -> str:
    """Move or rename a file or folder; never onto something that exists.

    An existing folder as destination means: into it. A link is moved itself, not what it points to.

    Raises:
        FileExistsError: Something is at the destination.
        FileNotFoundError: Nothing is at the source.
        ValueError: A root would be moved, or a folder into itself.
        PathRefusedError: A path leads out of its root.
    """
    roots = Roots.current()
    with roots.place(source, follow_last=False) as origin, _plain_errors(source):
        if origin.name is not None and origin.info is None:
            raise roots.missing(origin, what="file or folder")
        holder, name = _held_name(origin)
        into = destination + name if destination.endswith("/") else destination
        with roots.place(into, make_folders=True) as target:
            if target.name is not None and target.info is not None:
                raise _exists(target.shown)
            new_name = target.name or name
            shown = target.folder.path_of(new_name)
            if origin.name is None and f"{shown}/".startswith(f"{origin.shown}/"):
                raise ValueError(f"{origin.shown!r} can't be moved into itself")
            if target.folder.stat(new_name) is not None:
                raise _exists(shown)
            _move(holder, name, target.folder, new_name, is_folder=origin.name is None)
        return f"moved {origin.shown!r} to {shown!r}"


def _file_name(place: Place) -> str:
    if place.name is None:
        raise IsADirectoryError(f"{place.shown!r} is a folder, not a file")
    return place.name


def _held_name(place: Place) -> tuple[Folder, str]:
    """Return the folder that holds what a place is, and its name in there."""
    if place.name is not None:
        return place.folder, place.name
    if len(place.folders) == 1:
        raise ValueError(f"{place.shown!r} is a root; it can't be moved")
    return place.folders[-2], place.folder.shown.rpartition("/")[2]


def _exists(shown: str) -> FileExistsError:
    return FileExistsError(f"{shown!r} exists already; nothing was changed")


@contextlib.contextmanager
def _plain_errors(path: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise plain_error(error, path) from error


def _encoded(text: str, encoding: str, path: str) -> bytes:
    try:
        return text.encode(encoding)
    except UnicodeEncodeError as error:
        wrong = text[error.start : error.end]
        raise ValueError(f"{path!r} is {encoding}, which can't hold {wrong!a}") from None


def _extended(file: OpenFile, text: str) -> Iterator[bytes]:
    """Yield what is in a file, then the text in the file's encoding, on a line of its own."""
    encoding = detect_encoding(file)
    ends_line, last = True, b""
    while chunk := file.handle.read(1 << 20):
        last = (last + chunk)[-8:]
        yield chunk
    if last:
        codec = _codec_without_mark(file, encoding)
        ends_line = last.endswith("\n".encode(codec))
        added = text if ends_line else f"\n{text}"
        yield _encoded(added, codec, file.shown)
    else:
        yield _encoded(text, "utf-8", file.shown)


def _codec_without_mark(file: OpenFile, encoding: Encoding) -> str:
    """Return the codec that goes on in the file's byte order without a second mark."""
    if encoding.name not in ("utf-16", "utf-32"):
        return encoding.name.removesuffix("-sig")
    file.handle.seek(0)
    little = file.handle.read(1) == b"\xff"
    return f"{encoding.name}-{'le' if little else 'be'}"


def _put(
    folder: Folder,
    name: str,
    chunks: Iterable[bytes],
    *,
    like: os.stat_result | None,
    replace: bool,
) -> None:
    """Write content under a temporary name, flush it, and give it its name.

    Permissions are taken from `like`; None means those of a new file. With `replace`, the content takes the place of
    what has the name; without it that is a FileExistsError.
    """
    temporary = f".umi-{secrets.token_hex(8)}.tmp"
    fd = os.open(folder.at(temporary), _NEW_FILE, 0o666, dir_fd=folder.fd)
    try:
        with os.fdopen(fd, "wb") as out:
            for chunk in chunks:
                out.write(chunk)
            if like is not None and hasattr(os, "fchmod"):
                os.fchmod(out.fileno(), like.st_mode & 0o777)
            out.flush()
            os.fsync(out.fileno())
        if replace:
            _replace(folder, temporary, folder, name)
        else:
            _rename_new(folder, temporary, folder, name)
    except BaseException:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(folder.at(temporary), dir_fd=folder.fd)
        raise
    _flush_names(folder)


def _move(holder: Folder, name: str, target: Folder, new_name: str, *, is_folder: bool) -> None:
    try:
        if is_folder:
            _rename_new_folder(holder, name, target, new_name)
        else:
            _rename_new(holder, name, target, new_name)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        if is_folder:
            raise OSError(f"{target.path_of(new_name)!r} is on another disk; move the files one by one") from None
        _copy_over(holder, name, target, new_name)
    _flush_names(target)
    _flush_names(holder)


def _copy_over(holder: Folder, name: str, target: Folder, new_name: str) -> None:
    with holder.open(name) as source:
        chunks = iter(lambda: source.read(1 << 20), b"")
        _put(target, new_name, chunks, like=os.fstat(source.fileno()), replace=False)
    os.unlink(holder.at(name), dir_fd=holder.fd)


def _replace(holder: Folder, name: str, target: Folder, new_name: str) -> None:
    os.replace(holder.at(name), target.at(new_name), src_dir_fd=holder.fd, dst_dir_fd=target.fd)


def _rename_new(holder: Folder, name: str, target: Folder, new_name: str) -> None:
    """Rename a file unless the new name is taken, in one step that nobody can come between."""
    if _CAN_LINK and holder.fd is not None:
        try:
            os.link(
                holder.at(name),
                target.at(new_name),
                src_dir_fd=holder.fd,
                dst_dir_fd=target.fd,
                follow_symlinks=False,
            )
        except OSError as error:
            if error.errno not in _NO_LINKS:
                raise
        else:
            os.unlink(holder.at(name), dir_fd=holder.fd)
            return
    # Without hard links: take the name with an empty file, then rename over it.
    os.close(os.open(target.at(new_name), _NEW_FILE, 0o666, dir_fd=target.fd))
    try:
        _replace(holder, name, target, new_name)
    except BaseException:
        os.unlink(target.at(new_name), dir_fd=target.fd)
        raise


def _rename_new_folder(holder: Folder, name: str, target: Folder, new_name: str) -> None:
    os.mkdir(target.at(new_name), dir_fd=target.fd)  # a rename may replace an empty folder only
    try:
        _replace(holder, name, target, new_name)
    except BaseException:
        os.rmdir(target.at(new_name), dir_fd=target.fd)
        raise


def _flush_names(folder: Folder) -> None:
    if folder.fd is not None:
        os.fsync(folder.fd)
