"""The objects of a file that is one JSON list, or one object after another (JSONL), read one at a time.

Memory is bounded by the largest object allowed, whatever the size of the list. Gzip is unpacked.
"""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from umi_local.errors import RecordFileError
from umi_local.messages import JsonObject
from umi_local.records.lines import GZIP_ERRORS, OnBytes, opened, unreadable

MAX_ITEM_CHARS = 64 << 20

_CHUNK_BYTES = 1 << 18
_BETWEEN = re.compile(r"[\s,]*")


@dataclass(frozen=True, slots=True)
class Item:
    """An object and its number in the file, from 1."""

    number: int
    value: JsonObject


def read_items(path: Path, *, max_item_chars: int = MAX_ITEM_CHARS, on_bytes: OnBytes | None = None) -> Iterator[Item]:
    """Yield the objects of a file: those of its one list, or those that stand one after another.

    Raises:
        RecordFileError: The file can't be read or isn't such JSON; the number of the object is named.
    """
    try:
        with opened(path, on_bytes) as file:
            yield from _Reader(path, file, max_item_chars).items()
    except GZIP_ERRORS as error:
        raise RecordFileError(path, f"the gzip data is broken: {error}", hint=_REMEDY) from error
    except OSError as error:
        raise unreadable(path, error) from error


_REMEDY = "The file was cut off or damaged: fetch it again."


class _Reader:
    """Holds the part of the text that isn't read yet."""

    def __init__(self, path: Path, file: BinaryIO, max_item_chars: int) -> None:
        self._path, self._file, self._limit = path, file, max_item_chars
        self._decode = codecs.getincrementaldecoder("utf-8-sig")().decode
        self._json = json.JSONDecoder(parse_constant=_no_constant)
        self._text, self._at, self._is_over = "", 0, False

    def items(self) -> Iterator[Item]:
        """Yield the objects."""
        is_list = self._next_letter() == "["
        if is_list:
            self._at += 1
        number = 0
        while (letter := self._next_letter(separators=number > 0)) not in ("", "]" if is_list else ""):
            number += 1
            if letter != "{":
                raise self._broken(f"object {number} begins with {letter!r} instead of a brace", number)
            yield Item(number, self._object(number))
        if is_list:
            self._close(letter, number)

    def _close(self, letter: str, number: int) -> None:
        if letter != "]":
            raise self._broken("the list isn't closed", number + 1)
        self._at += 1
        if self._next_letter():
            raise self._broken("something follows the list", number + 1)

    def _next_letter(self, *, separators: bool = False) -> str:
        """Go on to the next character that isn't blank (nor a comma, after the first object) and return it."""
        blank = _BETWEEN if separators else _BLANK
        while True:
            found = blank.match(self._text, self._at)
            self._at = found.end() if found else self._at
            if self._at < len(self._text):
                return self._text[self._at]
            if not self._more():
                return ""

    def _object(self, number: int) -> JsonObject:
        while True:
            try:
                value, self._at = self._json.raw_decode(self._text, self._at)
            except json.JSONDecodeError as error:
                n_chars = len(self._text) - self._at
                if n_chars > self._limit:
                    raise self._broken(f"object {number} has more than {self._limit:,} characters", number) from error
                if not self._more(at_least=n_chars):  # twice as much each time, so that trying again stays cheap
                    raise self._broken(f"object {number} isn't JSON: {error.msg}", number) from error
            except (ValueError, RecursionError) as error:
                raise self._broken(f"object {number} isn't JSON: {error}", number) from error
            else:
                return value  # type: ignore[no-any-return]  # it begins with a brace

    def _more(self, at_least: int = 0) -> bool:
        """Read on; return whether there was anything."""
        if self._is_over:
            return False
        data = self._file.read(max(_CHUNK_BYTES, at_least))
        self._is_over = not data
        try:
            text = self._decode(data, final=self._is_over)
        except UnicodeDecodeError as error:
            raise RecordFileError(self._path, f"holds bytes that aren't UTF-8: {error.reason}", hint=_REMEDY) from error
        self._text, self._at = self._text[self._at :] + text, 0
        return bool(text) or not self._is_over

    def _broken(self, reason: str, number: int) -> RecordFileError:
        return RecordFileError(self._path, reason, line=number, hint=_REMEDY)


_BLANK = re.compile(r"\s*")


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is not a JSON value")
