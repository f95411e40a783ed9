"""Tool calls that a model asks its server for, gathered from the pieces of a streamed answer. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from umi_local.messages import JsonObject


@dataclass(frozen=True, slots=True)
class AskedCall:
    """One call as the server sent it; `arguments` is the text, which may be no JSON."""

    name: str
    arguments: str


class AskedCalls:
    """Gathers calls: a piece belongs to the call with its index, and names and arguments arrive bit by bit."""

    def __init__(self) -> None:
        self._names: dict[int, str] = {}
        self._arguments: dict[int, str] = {}

    def take(self, pieces: Iterable[JsonObject]) -> None:
        """Take up the `tool_calls` of one object of an answer. Pieces of an answer in one go may lack an index."""
        for place, piece in enumerate(pieces):
            index = piece.get("index", place)
            function = piece.get("function") or {}
            self._names[index] = self._names.get(index, "") + (function.get("name") or "")
            self._arguments[index] = self._arguments.get(index, "") + (function.get("arguments") or "")

    def finished(self) -> tuple[AskedCall, ...]:
        """Return the calls in their order."""
        return tuple(AskedCall(self._names[index], self._arguments[index]) for index in sorted(self._names))
