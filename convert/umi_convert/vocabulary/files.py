"""The JSON and text files beside a checkpoint, read with care: they come from strangers.

A file that isn't there is None; one that can't be what its name says is a CheckpointError, never an error of a library.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypeAlias

from umi_convert.errors import CheckpointError
from umi_convert.json_file import MAX_BYTES, read_json_object

JsonObject: TypeAlias = "dict[str, Any]"

MAX_TEXT_BYTES = 64 << 20
"""For merges.txt and chat templates; the biggest have a few MB."""


def read_text(path: Path) -> str | None:
    """Return a file's text with its line ends as newlines, or None where there is no such file.

    Raises:
        CheckpointError: It is absurdly big, can't be read or isn't UTF-8.
    """
    if not path.is_file():
        return None
    try:
        size = path.stat().st_size
        if size > MAX_TEXT_BYTES:
            raise CheckpointError(path, f"has {size:,} bytes; no such file needs more than {MAX_TEXT_BYTES:,}")
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise CheckpointError(path, f"can't be read: {error.strerror or error}") from error
    except UnicodeDecodeError as error:
        raise CheckpointError(path, f"isn't UTF-8 at byte {error.start}") from error


def contains(path: Path, pattern: re.Pattern[bytes]) -> bool:
    """Tell whether a pattern occurs in a file; False where there is no such file.

    Raises:
        CheckpointError: It can't be read.
    """
    if not path.is_file():
        return False
    try:
        with path.open("rb") as file:
            return pattern.search(file.read(MAX_BYTES)) is not None
    except OSError as error:
        raise CheckpointError(path, f"can't be read: {error.strerror or error}") from error


def read_object(path: Path) -> JsonObject | None:
    """Return the JSON object in a file, or None where there is no such file.

    Raises:
        CheckpointError: It can't be read, isn't JSON, or holds something other than an object.
    """
    return dict(read_json_object(path)) if path.is_file() else None


def member_object(path: Path, parent: JsonObject, key: str) -> JsonObject | None:
    """Return a member that is an object, or None where it is missing or null.

    Raises:
        CheckpointError: It is something else.
    """
    value = parent.get(key)
    if value is not None and not isinstance(value, dict):
        raise CheckpointError(path, f"{key!r} is a {type(value).__name__}, not an object")
    return value


def member_objects(path: Path, parent: JsonObject, key: str) -> list[JsonObject]:
    """Return a member that is a list of objects; empty where it is missing or null.

    Raises:
        CheckpointError: It is something else.
    """
    value = parent.get(key)
    if value is None:
        return []
    if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
        raise CheckpointError(path, f"{key!r} isn't a list of objects")
    return value


def token_ids(path: Path, table: JsonObject) -> Iterator[tuple[str, int]]:
    """Yield the pairs of an object that says which id a text has, as vocabularies and added_tokens.json do.

    Raises:
        CheckpointError: A value isn't a whole number of 0 or more.
    """
    for text, token_id in table.items():
        if not isinstance(token_id, int) or isinstance(token_id, bool) or token_id < 0:
            raise CheckpointError(path, f"token {text!r} has the id {token_id!r}")
        yield text, token_id


def token_content(path: Path, entry: object) -> str:
    """Return the text of a token that is described by an object, as in `added_tokens` and `added_tokens_decoder`.

    Raises:
        CheckpointError: It has none.
    """
    content = entry.get("content") if isinstance(entry, dict) else None
    if not isinstance(content, str):
        raise CheckpointError(path, f"an added token has no text: {entry!r:.80}")
    return content
