"""Look a value up in a JSON or JSON Lines file; without a path, list what there is."""

from __future__ import annotations

import json
from collections.abc import Iterable

from umi_local.messages import JsonValue, ToolSpec
from umi_local.tools.base import Tool
from umi_local.tools.builtin.json_query import kind_of_json, lookup
from umi_local.tools.builtin.limits import (
    FILE_PATH,
    MAX_RESULT_CHARS,
    listing,
    object_schema,
    one_line,
    shortened,
    shown_bytes,
    text_property,
)
from umi_local.tools.builtin.roots import OpenFile, Roots
from umi_local.tools.builtin.textfile import detect_encoding

MAX_JSON_BYTES = 64 * 1024 * 1024
"""A larger file isn't read: its values take several times as much memory."""

MAX_LISTED = 60
"""Keys or items described of one value."""

_EXAMPLE_CHARS = 60


def json_lookup(path: str, query: str = "") -> str:
    """Return the value at a path in a JSON file; one too large to show is described by its keys or items.

    Raises:
        ValueError: The file isn't JSON or is too large, or the path can't be read.
        LookupError: Nothing is at the path; the message names what is near.
        BinaryFileError: The file isn't text.
        PathRefusedError, FileNotFoundError, IsADirectoryError: See `Roots.open_file`.
    """
    with Roots.current().open_file(path) as file:
        document = _load(file)
    found = lookup(document, query)
    notes = [f"{found.n_missing:,} item(s) lack it"] if found.n_missing else []
    value = found.value
    if isinstance(value, str):
        return listing(value, [], notes=notes)
    if query or not isinstance(value, (dict, list)):
        text = json.dumps(value, ensure_ascii=False)
        if len(text) <= MAX_RESULT_CHARS:
            return listing(text, [], notes=notes)
    return _described(value, notes)


def _load(file: OpenFile) -> JsonValue:
    if file.size_bytes > MAX_JSON_BYTES:
        raise ValueError(
            f"{file.shown!r} is {shown_bytes(file.size_bytes)}; at most {shown_bytes(MAX_JSON_BYTES)} can be read"
        )
    encoding = detect_encoding(file)
    text = file.handle.read().decode(encoding.name, "replace")
    try:
        return json.loads(text)
    except RecursionError:
        raise ValueError(f"{file.shown!r} is nested too deeply") from None
    except json.JSONDecodeError as error:
        lines = [line for line in text.splitlines() if line.strip()]
        if error.msg != "Extra data" or len(lines) < 2:
            raise ValueError(f"{file.shown!r} is not JSON: {error}") from None
        return _load_lines(file.shown, lines)
    except ValueError as error:  # such as a whole number with too many digits
        raise ValueError(f"{file.shown!r} can't be read: {error}") from None


def _load_lines(shown: str, lines: Iterable[str]) -> list[JsonValue]:
    values = []
    for number, line in enumerate(lines, 1):
        try:
            values.append(json.loads(line))
        except (ValueError, RecursionError) as error:
            raise ValueError(f"{shown!r} is neither JSON nor JSON Lines: line {number}: {error}") from None
    return values


def _described(value: JsonValue, notes: list[str]) -> str:
    if isinstance(value, dict):
        pairs = [(one_line(key), item) for key, item in value.items()]
    else:
        pairs = [(f"[{i}]", item) for i, item in enumerate(value)]
    lines = [f"{shortened(key, _EXAMPLE_CHARS)}: {_summary(item)}" for key, item in pairs[:MAX_LISTED]]
    return listing(kind_of_json(value), lines, more=len(pairs) - len(lines), notes=notes)


def _summary(value: JsonValue) -> str:
    if isinstance(value, dict):
        keys = ", ".join(one_line(key) for key in list(value)[:8])
        return shortened(f"{kind_of_json(value)}: {keys}", 2 * _EXAMPLE_CHARS)
    if isinstance(value, list):
        return kind_of_json(value)
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _EXAMPLE_CHARS else kind_of_json(value)


JSON_LOOKUP = Tool(
    spec=ToolSpec(
        name="json_lookup",
        description="Get a value out of a JSON file. Without query, list its keys.",
        parameters=object_schema(
            ["path"],
            path=FILE_PATH,
            query=text_property("path such as a.b[0].c or items[*].name"),
        ),
    ),
    function=json_lookup,
    location="umi_local.tools.builtin.json_lookup:JSON_LOOKUP",
)

TOOLS: tuple[Tool, ...] = (JSON_LOOKUP,)
