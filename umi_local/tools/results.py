"""What a tool's function returned or raised, as text for the planner.

Runs where the function runs, so that only what the planner is shown leaves that process. A reply
is plain JSON: `{"text": ..., "omitted_chars": ...}` or `{"error": ...}`.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping, Set
from dataclasses import dataclass, fields, is_dataclass
from enum import Enum
from typing import Any

from umi_local.errors import ToolError
from umi_local.tools.hints import call_with_json

MAX_ERROR_CHARS = 500


@dataclass(frozen=True, slots=True)
class LongText:
    """A result of which only the beginning is here.

    Attributes:
        n_more: Characters, or bytes, that come after it.
    """

    text: str
    n_more: int = 0


def perform(function: Callable[..., Any], arguments: Mapping[str, Any], max_chars: int) -> dict[str, Any]:
    """Call a function with JSON arguments and return the reply, whatever happens.

    Args:
        max_chars: Characters of the result that are kept; the rest is only counted.
    """
    try:
        value = call_with_json(function, arguments)
        text, n_more = (value.text, value.n_more) if isinstance(value, LongText) else (result_text(value), 0)
    except BaseException as error:  # noqa: BLE001  # a tool may raise anything, SystemExit included
        return {"error": failure_text(error)}
    return {"text": _presentable(text[:max_chars]), "omitted_chars": max(0, len(text) - max_chars) + n_more}


def result_text(value: Any) -> str:
    """Return the text form of a result: text as it is, None as nothing, the rest as compact JSON.

    Raises:
        ValueError: The result is bytes that aren't text, or contains itself.
    """
    if value is None:
        return ""
    if isinstance(value, (bytes, bytearray)):
        try:
            return bytes(value).decode("utf-8")
        except UnicodeDecodeError as error:
            raise ValueError(f"returned {len(value):,} bytes that aren't text") from error
    try:
        plain = _plain(value)
    except RecursionError as error:
        raise ValueError("returned a value that contains itself or is nested too deep") from error
    if isinstance(plain, str):
        return plain
    return json.dumps(plain, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def failure_text(error: BaseException) -> str:
    """Return what the planner is told about an exception: its type and message, in one line."""
    try:
        message = " ".join(str(error).split())
    except Exception:  # noqa: BLE001  # an exception whose own __str__ fails still has a type
        message = ""
    if isinstance(error, SystemExit):
        text = f"called sys.exit({message})"
    elif isinstance(error, ToolError):  # written for the planner already
        text = " ".join(filter(None, (message, error.hint)))
    else:
        text = f"{type(error).__name__}: {message}" if message else type(error).__name__
    if len(text) > MAX_ERROR_CHARS:
        text = text[: MAX_ERROR_CHARS - 1] + "…"
    return _presentable(text)


def _plain(value: Any) -> Any:
    if isinstance(value, Enum):
        return _plain(value.value)
    if value is None or isinstance(value, (str, bool, int)):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else str(value)
    if is_dataclass(value) and not isinstance(value, type):
        return {f.name: _plain(getattr(value, f.name)) for f in fields(value)}
    if isinstance(value, Mapping):
        return {str(_plain(key)): _plain(entry) for key, entry in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(entry) for entry in value]
    if isinstance(value, Set):
        return sorted((_plain(entry) for entry in value), key=str)  # the same text in every run
    if isinstance(value, (bytes, bytearray)):
        return result_text(value)
    return str(value)


def _presentable(text: str) -> str:
    """Replace what can't be stored or sent: lone surrogates and NUL."""
    joined = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return joined.replace("\0", "\N{REPLACEMENT CHARACTER}")
