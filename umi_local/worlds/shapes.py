"""How a service writes its results and errors: JSON, flat or wrapped, lines, tables, sentences of keys and values.

Text without brackets is as common as JSON: a model must read both. Nothing is left out of a result by its shape.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from umi_local.messages import JsonValue
from umi_local.worlds.draw import Draw
from umi_local.worlds.naming import Case
from umi_local.worlds.speech import number_text

RECORD_SHAPES = {"json": 0.4, "wrapped": 0.2, "lines": 0.2, "line": 0.2}
LIST_SHAPES = {"json": 0.3, "wrapped": 0.22, "table": 0.16, "csv": 0.12, "bullets": 0.2}
ERROR_SHAPES = {"plain": 0.45, "coded": 0.25, "json": 0.3}

_WRAPPERS = ("result", "data", "response", "payload")
_LIST_WRAPPERS = ("items", "results", "data", "entries")
_NOTHING = ("no results", "nothing found", "no matches", "(none)", "0 results")
_DONE = ("ok", "done", "success")


@dataclass(frozen=True, slots=True)
class Shape:
    """One service's way of writing results.

    Attributes:
        keys: The case of keys in JSON; text shapes write words.
        wrapper, list_wrapper: The key that a wrapped result stands under.
        nothing: What stands for an empty list in text shapes.
    """

    record: str
    listing: str
    error: str
    keys: Case
    wrapper: str
    list_wrapper: str
    nothing: str
    done: str

    def write(self, value: JsonValue, labels: Mapping[str, str]) -> str:
        """Return a result as text; `labels` are the words for its keys."""
        if value is None:
            return self.done if self.record in ("lines", "line") else _json({"status": self.done})
        if isinstance(value, Mapping):
            return self._record(value, labels)
        if isinstance(value, (list, tuple)):
            return self._list(value, labels)
        if self.record in ("lines", "line"):
            return _cell(value)
        return _json({self.wrapper: value})

    def write_error(self, reason: str, code: int) -> str:
        """Return what is said instead of a result."""
        match self.error:
            case "coded":
                return f"{code} {_STATUS.get(code, 'Error')}: {reason}"
            case "json":
                return _json({"error": {"code": code, "message": reason}})
        return reason[:1].upper() + reason[1:] if self.record == "lines" else reason

    def _record(self, record: Mapping[str, Any], labels: Mapping[str, str]) -> str:
        match self.record:
            case "lines":
                return "\n".join(f"{_words(key, labels)}: {_cell(value)}" for key, value in record.items())
            case "line":
                return "; ".join(f"{_words(key, labels)}: {_cell(value)}" for key, value in record.items())
            case "wrapped":
                return _json({self.wrapper: self._named(record, labels)})
        return _json(self._named(record, labels))

    def _list(self, items: Sequence[Any], labels: Mapping[str, str]) -> str:
        if self.listing == "json":
            return _json(self._named(items, labels))
        if self.listing == "wrapped":
            return _json({"count": len(items), self.list_wrapper: self._named(items, labels)})
        if not items:
            return self.nothing
        if not isinstance(items[0], Mapping):
            return ", ".join(map(_cell, items)) if self.listing == "csv" else "\n".join(f"- {_cell(i)}" for i in items)
        if self.listing == "bullets":
            return "\n".join(
                "- " + ", ".join(f"{_words(key, labels)}: {_cell(value)}" for key, value in item.items())
                for item in items
            )
        mark = " | " if self.listing == "table" else ","
        keys = list(dict.fromkeys(key for item in items for key in item))
        head = mark.join(self._key(key, labels) for key in keys)
        rows = (mark.join(_quoted(_cell(item.get(key)), mark) for key in keys) for item in items)
        return "\n".join((head, *rows))

    def _named(self, value: Any, labels: Mapping[str, str]) -> Any:
        if isinstance(value, Mapping):
            return {self._key(key, labels): self._named(inner, labels) for key, inner in value.items()}
        if isinstance(value, (list, tuple)):
            return [self._named(inner, labels) for inner in value]
        return value

    def _key(self, key: str, labels: Mapping[str, str]) -> str:
        return self.keys.spell(_words(key, labels))


_STATUS = {
    400: "Bad Request",
    401: "Unauthorized",
    403: "Forbidden",
    404: "Not Found",
    408: "Request Timeout",
    409: "Conflict",
    410: "Gone",
    422: "Unprocessable Entity",
    429: "Too Many Requests",
    500: "Internal Server Error",
    502: "Bad Gateway",
    503: "Service Unavailable",
    504: "Gateway Timeout",
}


def draw_shape(draw: Draw, keys: Case) -> Shape:
    """Return a service's way of writing results."""
    record = draw.weighted(RECORD_SHAPES)
    listing = draw.weighted(LIST_SHAPES)
    error = draw.weighted(ERROR_SHAPES)
    return Shape(
        record,
        listing,
        error,
        keys,
        draw.pick(_WRAPPERS),
        draw.pick(_LIST_WRAPPERS),
        draw.pick(_NOTHING),
        draw.pick(_DONE),
    )


def _words(key: str, labels: Mapping[str, str]) -> str:
    return labels.get(key) or key.replace("_", " ")


def _cell(value: Any) -> str:
    if value is None:
        return "-"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return number_text(value)
    if isinstance(value, Mapping):
        return ", ".join(f"{key.replace('_', ' ')} {_cell(inner)}" for key, inner in value.items())
    if isinstance(value, (list, tuple)):
        between = "; " if value and isinstance(value[0], Mapping) else ", "
        return between.join(map(_cell, value)) or "-"
    return str(value)


def _quoted(cell: str, mark: str) -> str:
    return f'"{cell}"' if mark == "," and "," in cell else cell


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
