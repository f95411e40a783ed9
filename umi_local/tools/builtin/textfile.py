"""Text out of files: which encoding, and lines one by one.

A byte order mark decides; without one it is UTF-8 if the bytes are, else Latin-1, which is said. Files with zero bytes
or the signature of a binary format are refused with their type and size. UTF-16 without a mark counts as binary.
"""

from __future__ import annotations

import codecs
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from umi_local.tools.builtin.limits import shown_bytes
from umi_local.tools.builtin.roots import OpenFile

CHECKED_BYTES = 8 * 1024 * 1024
"""How much of a file is tried as UTF-8; wrong bytes after that are shown as U+FFFD."""

MAX_LINE_CHARS = 20_000
"""Characters of a line that are kept in memory; the rest is counted."""

_HEAD_BYTES = 8192

_MARKS = (  # UTF-32 first: its little-endian mark begins with that of UTF-16
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_SIGNATURES = (
    (b"\x89PNG", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF8", "a GIF image"),
    (b"%PDF-", "a PDF document"),
    (b"PK\x03\x04", "a ZIP archive (as are .docx, .xlsx, .odt)"),
    (b"PK\x05\x06", "an empty ZIP archive"),
    (b"\xd0\xcf\x11\xe0", "an old Office document"),
    (b"\x1f\x8b", "gzip data"),
    (b"BZh", "bzip2 data"),
    (b"\xfd7zXZ", "xz data"),
    (b"7z\xbc\xaf", "a 7-Zip archive"),
    (b"SQLite format 3\x00", "a SQLite database"),
    (b"\x7fELF", "an ELF program"),
    (b"GGUF", "a GGUF model"),
    (b"OggS", "Ogg media"),
    (b"ID3", "an MP3 recording"),
    (b"RIFF", "RIFF media (WAV, AVI, WebP)"),
)
_CONTROL = re.compile(rb"[\x00-\x06\x0e-\x1a\x1c-\x1f\x7f]")


class BinaryFileError(ValueError):
    """The file isn't text; `kind` says what it seems to be."""

    def __init__(self, path: str, kind: str, size_bytes: int) -> None:
        self.kind = kind
        super().__init__(f"{path!r} is {kind}, {shown_bytes(size_bytes)}; it can't be read as text")


@dataclass(frozen=True, slots=True)
class Encoding:
    """How bytes are read as text; `note` says so where it had to be assumed."""

    name: str
    note: str = ""


def binary_kind(head: bytes) -> str | None:
    """Return what a file is that begins like this, or None if it may be text."""
    if any(head.startswith(mark) for mark, _ in _MARKS):
        return None
    for signature, kind in _SIGNATURES:
        if head.startswith(signature) and (len(signature) > 4 or not _is_plain(head)):
            return kind
    return "binary" if b"\0" in head else None


def detect_encoding(file: OpenFile) -> Encoding:
    """Return the encoding of an open file and go back to its start.

    Raises:
        BinaryFileError: It isn't text.
    """
    head = file.handle.read(_HEAD_BYTES)
    kind = binary_kind(head)
    if kind is not None:
        raise BinaryFileError(file.shown, kind, file.size_bytes)
    for mark, name in _MARKS:
        if head.startswith(mark):
            file.handle.seek(0)
            return Encoding(name)
    if _is_utf8(head, file.handle):
        encoding = Encoding("utf-8")
    elif _CONTROL.search(head):
        raise BinaryFileError(file.shown, "binary", file.size_bytes)
    else:
        encoding = Encoding("latin-1", "not UTF-8; read as Latin-1")
    file.handle.seek(0)
    return encoding


def as_text(handle: BinaryIO, encoding: Encoding, *, newline: str | None = None) -> io.TextIOWrapper:
    """Return the handle as text from its start; `newline` as for `open`.

    Closing the result closes the handle; call `detach()` on it to keep the handle.
    """
    handle.seek(0)
    return io.TextIOWrapper(handle, encoding=encoding.name, errors="replace", newline=newline)


def iter_lines(file: OpenFile, encoding: Encoding) -> Iterator[tuple[str, int]]:
    """Yield each line without its end, and its length; at most MAX_LINE_CHARS of it are kept."""
    text = as_text(file.handle, encoding)
    try:
        while piece := text.readline(MAX_LINE_CHARS):
            kept, length = piece.rstrip("\n"), len(piece.rstrip("\n"))
            while not piece.endswith("\n") and (piece := text.readline(MAX_LINE_CHARS)):
                length += len(piece.rstrip("\n"))
            yield kept, length
    finally:
        if not file.handle.closed:  # an abandoned generator may end after its file was closed
            text.detach()


def _is_plain(head: bytes) -> bool:
    # Short signatures such as `RIFF` or `ID3` may begin a text as well.
    return not _CONTROL.search(head)


def _is_utf8(head: bytes, handle: BinaryIO) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    checked, chunk = 0, head
    try:
        while chunk and checked < CHECKED_BYTES:
            decoder.decode(chunk)
            checked += len(chunk)
            chunk = handle.read(1 << 20)
        decoder.decode(b"", final=not chunk)
    except UnicodeDecodeError:
        return False
    return True
