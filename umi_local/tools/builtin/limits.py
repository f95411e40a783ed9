"""What built-in tools return: short text that says what was left out, and the schemas they share.

A tool's result is cut at 4,000 characters by default. Staying below that here keeps the sentence about what was left
out, which a blind cut would lose.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from umi_local.messages import JsonObject, JsonValue

MAX_RESULT_CHARS = 3600
"""Characters of a tool's text, the sentence about what was left out not counted."""

PATH_CHARS = 300
QUERY_CHARS = 200

FILE_PATH: JsonObject = {
    "type": "string",
    "description": "path of the file",
    "minLength": 1,
    "maxLength": PATH_CHARS,
}
FOLDER_PATH: JsonObject = {
    "type": "string",
    "description": "folder; default '.'",
    "maxLength": PATH_CHARS,
}


def object_schema(required: Iterable[str] = (), **properties: JsonObject) -> JsonObject:
    """Return the JSON Schema of a tool's arguments."""
    return {
        "type": "object",
        "properties": properties,
        "required": list(required),
        "additionalProperties": False,
    }


def text_property(description: str, *, max_length: int = QUERY_CHARS) -> JsonObject:
    """Return the schema of a text of limited length."""
    return {"type": "string", "description": description, "maxLength": max_length}


def count_property(description: str, *, maximum: int, minimum: int = 1) -> JsonObject:
    """Return the schema of a whole number with bounds."""
    return {
        "type": "integer",
        "description": description,
        "minimum": minimum,
        "maximum": maximum,
    }


def choice_property(description: str, choices: Iterable[str]) -> JsonObject:
    """Return the schema of one word out of a list."""
    return {"type": "string", "description": description, "enum": list(choices)}


def fitting(lines: Iterable[str], *, max_chars: int = MAX_RESULT_CHARS) -> tuple[list[str], int]:
    """Return the first lines that fit together, and how many were left out; the first always stays.

    A single line that doesn't fit is shortened.
    """
    shown: list[str] = []
    room, left_out = max_chars, 0
    for line in lines:
        if not shown:
            shown.append(shortened(line, max_chars))
        elif left_out or len(line) + 1 > room:
            left_out += 1
            continue
        else:
            shown.append(line)
        room -= len(shown[-1]) + 1
    return shown, left_out


def listing(head: str, lines: Iterable[str], *, more: int = 0, notes: Iterable[str] = ()) -> str:
    """Return a heading, the lines that fit, how many were left out, and notes in brackets.

    `more` lines were left out before.
    """
    shown, left_out = fitting([head, *lines])
    left_out += more
    if left_out:
        shown.append(f"... and {left_out:,} more")
    return "\n".join(shown + [f"({note})" for note in notes])


def shortened(text: str, max_chars: int) -> str:
    """Return the text, cut with a remark if it is longer than `max_chars`."""
    if len(text) <= max_chars:
        return text
    return f"{text[:max_chars]}...[+{len(text) - max_chars:,} characters]"


def one_line(text: str) -> str:
    """Return text such as a file name with everything that isn't printable escaped."""
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() else char.encode("unicode_escape").decode() for char in text)


def shown_bytes(size: int) -> str:
    """Return a size as people read it, such as `1.2 MB`; units are powers of 1000."""
    value, unit = float(size), "bytes"
    for larger in ("kB", "MB", "GB", "TB"):
        if value < 999.95:
            break
        value, unit = value / 1000, larger
    return f"{size:,} bytes" if unit == "bytes" else f"{value:.1f} {unit}"


def counted(number: int, noun: str) -> str:
    """Return a number with its noun, such as `1 row` or `1,200 rows`."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def local_time(timestamp: float) -> str:
    """Return a time in seconds since the epoch as ISO local time with its offset."""
    return datetime.fromtimestamp(timestamp).astimezone().isoformat(timespec="seconds")


def without_empty(values: Mapping[str, JsonValue]) -> dict[str, JsonValue]:
    """Return the entries whose value is neither None nor empty text."""
    return {key: value for key, value in values.items() if value is not None and value != ""}
