"""A file of results: one JSON object a line, appended as results come, found again by their keys.

The first line says what was evaluated and how; a file is only ever continued with equal facts. A line that a kill or a full
disk cut off is no result: it is dropped when the file is opened again, and the rest goes on from there.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Generic, Protocol, TypeVar

from umi_local.errors import StorageError, UsageError
from umi_local.jsonable import JsonableError, from_jsonable, to_jsonable
from umi_local.messages import JsonValue

FORMAT = 1
_HEAD = b'{"format":1,'


class Keyed(Protocol):
    """A result that says what it is a result of."""

    @property
    def key(self) -> str:
        """Equal for equal work."""


R = TypeVar("R", bound=Keyed)


class Results(Generic[R]):
    """Results by key, in a file or, without one, in memory only. Not safe to use from several threads.

    Attributes:
        facts: What was evaluated and how.
    """

    def __init__(self, facts: Mapping[str, JsonValue], found: Mapping[str, R], append: Callable[[bytes], None]) -> None:
        self.facts = facts
        self._found = dict(found)
        self._append = append

    def get(self, key: str) -> R | None:
        """Return the result with this key, if there is one."""
        return self._found.get(key)

    def add(self, result: R) -> None:
        """Keep a result; it is on disk when this returns.

        Raises:
            StorageError: It can't be written.
        """
        self._append(_line(to_jsonable(result)))
        self._found[result.key] = result

    def __iter__(self) -> Iterator[R]:
        return iter(self._found.values())

    def __len__(self) -> int:
        return len(self._found)


@contextmanager
def results_at(path: Path | None, kind: type[R], facts: Mapping[str, JsonValue]) -> Iterator[Results[R]]:
    """Open a file of results to go on with, or begin one.

    Args:
        path: None to keep results in memory.

    Raises:
        UsageError: The file holds something else, or results of unequal facts.
        StorageError: It can't be read or written.
    """
    facts = json.loads(json.dumps(to_jsonable(facts)))  # as they will be read back
    if path is None:
        yield Results(facts, {}, lambda line: None)
        return
    try:
        with path.open("ab+") as file:
            data = _whole_lines(path)
            found: dict[str, R] = {}
            if data:
                known, found = _parsed(path, data, kind)
                _check_equal(path, known, facts)
            appended = _appending(path, file.fileno())
            if not data:
                appended(_line({"format": FORMAT, **facts}))
            yield Results(facts, found, appended)
    except OSError as error:
        raise StorageError(path, error.strerror or str(error), hint="Name another file with -o.") from error


def read_results(path: Path, kind: type[R]) -> Results[R]:
    """Return what a file of results holds; a last line that was cut off is left out.

    Raises:
        UsageError: The file isn't one, or can't be read.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise UsageError(f"{path} can't be read: {error.strerror or error}") from error
    facts, found = _parsed(path, data[: data.rfind(b"\n") + 1], kind)
    return Results(facts, found, lambda line: None)


def facts_of(path: Path) -> Mapping[str, JsonValue]:
    """Return the first line of a file of results.

    Raises:
        UsageError: The file isn't one, or can't be read.
    """
    try:
        with path.open("rb") as file:
            return _facts(path, file.readline(1 << 20))
    except OSError as error:
        raise UsageError(f"{path} can't be read: {error.strerror or error}") from error


def _whole_lines(path: Path) -> bytes:
    """Return a file's complete lines, having cut off what follows them."""
    data = path.read_bytes()
    end = data.rfind(b"\n") + 1
    if end < len(data):
        if end == 0 and data[: len(_HEAD)] != _HEAD[: len(data)]:
            raise _no_results(path)  # somebody else's file, not ours cut off in its first line
        os.truncate(path, end)
    return data[:end]


def _parsed(path: Path, data: bytes, kind: type[R]) -> tuple[dict[str, JsonValue], dict[str, R]]:
    lines = data.splitlines()
    facts = _facts(path, lines[0] if lines else b"")
    found = {}
    for number, line in enumerate(lines[1:], 2):
        try:
            result: R = from_jsonable(kind, json.loads(line))
        except (ValueError, JsonableError) as error:
            raise UsageError(
                f"{path}, line {number}, is no result of this evaluation: {str(error)[:200]}",
                hint="Remove the line; that result will be made again.",
            ) from error
        found[result.key] = result
    return facts, found


def _facts(path: Path, line: bytes) -> dict[str, JsonValue]:
    try:
        facts = json.loads(line)
    except ValueError:
        facts = None
    if not isinstance(facts, dict) or facts.pop("format", None) != FORMAT:
        raise _no_results(path)
    return facts


def _no_results(path: Path) -> UsageError:
    return UsageError(
        f"{path} is no file of evaluation results", hint="Name another file, or one that `umi eval` wrote."
    )


def _check_equal(path: Path, known: Mapping[str, JsonValue], wanted: Mapping[str, JsonValue]) -> None:
    unequal = [name for name in {**known, **wanted} if known.get(name) != wanted.get(name)]
    if unequal:
        listed = "; ".join(f"{name} is {known.get(name)!r} there, {wanted.get(name)!r} here" for name in unequal)
        raise UsageError(
            f"{path} holds results of another evaluation: {listed}",
            hint="Name another file with -o, or ask the same way.",
        )


def _appending(path: Path, descriptor: int) -> Callable[[bytes], None]:
    def append(line: bytes) -> None:
        try:
            view = memoryview(line)
            while view:
                view = view[os.write(descriptor, view) :]
            os.fsync(descriptor)
        except OSError as error:
            raise StorageError(
                path, error.strerror or str(error), hint="Make room and run the same command again: it goes on."
            ) from error

    return append


def _line(value: JsonValue) -> bytes:
    return json.dumps(value, separators=(",", ":")).encode("ascii") + b"\n"
