"""Paths into JSON values: dotted (`a.b[0].c`, `a[*].name`) or JSON Pointer (`/a/b/0/c`, RFC 6901).

`[*]` stands for every item of a list or every value of an object; items without the rest of the path are left out and
counted. A key with a dot or a bracket is written `["like.this"]`. A leading `$` is accepted, `[-1]` is the last item.
"""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

from umi_local.messages import JsonValue
from umi_local.tools.builtin.limits import counted

MAX_KEYS_NAMED = 12

_PART = re.compile(
    r"""\.?(?:
        \[\s*(?P<index>-?[0-9]+)\s*\]
      | \[\s*(?P<all>\*)\s*\]
      | \[\s*(?P<quoted>"(?:[^"\\]|\\.)*")\s*\]
      | \[\s*'(?P<single>[^']*)'\s*\]
      | (?P<key>[^.\[\]]+)
    )""",
    re.VERBOSE | re.DOTALL,
)


class _All:
    """Stands for `[*]` in a path."""


ALL = _All()
Part: TypeAlias = str | int | _All


@dataclass(frozen=True, slots=True)
class Found:
    """What a path leads to; `n_missing` items of a `[*]` lacked the rest of the path."""

    value: JsonValue
    n_missing: int = 0


def parse_path(query: str) -> list[Part]:
    """Return the parts of a path.

    Raises:
        ValueError: The path can't be read; the message says from where on.
    """
    if query.startswith("/"):
        return [part.replace("~1", "/").replace("~0", "~") for part in query[1:].split("/")]
    rest = query.strip()
    rest = rest[1:] if rest == "$" or rest.startswith(("$.", "$[")) else rest
    parts: list[Part] = []
    at = 0
    while at < len(rest):
        match = _PART.match(rest, at)
        if match is None:
            raise ValueError(f"can't read {query!r} from {rest[at:]!r} on; write it like a.b[0].c")
        parts.append(_part(match))
        at = match.end()
    return parts


def lookup(value: JsonValue, query: str) -> Found:
    """Return what a path leads to in a value; an empty path leads to the value itself.

    Raises:
        ValueError: The path can't be read.
        LookupError: Nothing is there; the message names what is.
    """
    return _follow(value, parse_path(query), "")


def _part(match: re.Match[str]) -> Part:
    if match["index"] is not None:
        return int(match["index"])
    if match["all"] is not None:
        return ALL
    if match["quoted"] is not None:
        try:
            return str(json.loads(match["quoted"], strict=False))
        except ValueError:
            raise ValueError(f"can't read the quoted key {match['quoted']}") from None
    if match["single"] is not None:
        return match["single"]
    return ALL if match["key"].strip() == "*" else match["key"]


def _follow(value: JsonValue, parts: Sequence[Part], where: str) -> Found:
    for i, part in enumerate(parts):
        if isinstance(part, _All):
            return _follow_all(value, parts[i + 1 :], where)
        value = _step(value, part, where)
        where += f"[{part}]" if isinstance(part, int) else f".{part}" if where else part
    return Found(value)


def _follow_all(value: JsonValue, rest: Sequence[Part], where: str) -> Found:
    if not isinstance(value, (list, dict)):
        raise LookupError(f"{_named(where)} is {kind_of_json(value)}; [*] needs a list or an object")
    items = value if isinstance(value, list) else list(value.values())
    found: list[JsonValue] = []
    n_missing = 0
    first_error: LookupError | None = None
    for i, item in enumerate(items):
        try:
            below = _follow(item, rest, f"{where}[{i}]")
        except LookupError as error:
            n_missing += 1
            first_error = first_error or error
            continue
        found.append(below.value)
        n_missing += below.n_missing
    if first_error is not None and not found:
        raise first_error
    return Found(found, n_missing)


def _step(value: JsonValue, part: str | int, where: str) -> JsonValue:
    if isinstance(value, list):
        return _item(value, part, where)
    if not isinstance(value, dict):
        raise LookupError(f"{_named(where)} is {kind_of_json(value)}; it has no {part!r} below it")
    key = str(part)
    if key in value:
        return value[key]
    keys = list(value)
    near = difflib.get_close_matches(key, keys, n=3, cutoff=0.6)
    if near:
        raise LookupError(f"no key {key!r} in {_named(where)}; nearest: {_listed(near)}")
    raise LookupError(f"no key {key!r} in {_named(where)}; keys: {_listed(keys)}")


def _item(value: list[JsonValue], part: str | int, where: str) -> JsonValue:
    if isinstance(part, str):
        if not re.fullmatch(r"-?[0-9]{1,18}", part):
            raise LookupError(
                f"{_named(where)} is {kind_of_json(value)}; write [0] for its first item or [*] for all, then {part!r}"
            )
        part = int(part)
    if not -len(value) <= part < len(value):
        raise LookupError(f"no item {part} in {_named(where)}, which is {kind_of_json(value)}; the first is 0")
    return value[part]


def kind_of_json(value: JsonValue) -> str:
    """Return what a value is, in words such as `a list of 3`."""
    if isinstance(value, dict):
        return f"an object with {counted(len(value), 'key')}"
    if isinstance(value, list):
        return f"a list of {len(value):,}"
    if isinstance(value, str):
        return f"text of {len(value):,} characters"
    return json.dumps(value) if value is None or isinstance(value, bool) else "a number"


def _named(where: str) -> str:
    return repr(where) if where else "the top"


def _listed(keys: Sequence[str]) -> str:
    shown = ", ".join(repr(key) for key in keys[:MAX_KEYS_NAMED])
    rest = len(keys) - MAX_KEYS_NAMED
    return (f"{shown} and {rest:,} more" if rest > 0 else shown) or "none"
