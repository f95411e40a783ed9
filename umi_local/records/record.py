"""A record: a trajectory to train or evaluate on, with where it comes from; and its JSON, one object a line.

    {"id", "source", "license", "split", "tools": [...], "turns": [...], "metadata": {...}}

`tools` and `turns` are those of `umi_local.messages`; the rest may be missing. Two keys of `metadata` mean something
everywhere, all others are free:

    no_loss     numbers of turns that are context only: nobody should learn to say them
    unfinished  true where the source ends before the answer, so that the last turn may be a call or an observation

No input or output here; nothing is judged but the form (`findings.py` judges the sense).
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import Literal, TypeAlias, get_args

from umi_local.jsonable import JsonableError, from_jsonable, to_jsonable
from umi_local.messages import JsonObject, JsonValue, ToolSpec, Trajectory, Turn

Split: TypeAlias = Literal["train", "dev", "test"]
SPLITS: tuple[Split, ...] = get_args(Split)

MAX_DEPTH = 100
"""Lists and objects within each other. Deeper ones end in Python's recursion limit somewhere, so they are refused at once."""

_BRACKETS = re.compile(rb"[\[\]{}]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """A trajectory with where it comes from.

    Attributes:
        id: Unique within a data set.
        source: What it was taken from, for people.
        license: An SPDX expression, or `unknown`.
        split: What it may be used for.
        metadata: Anything else; `no_loss` and `unfinished` as this module's docstring says.
    """

    trajectory: Trajectory
    id: str = ""
    source: str = ""
    license: str = ""
    split: Split = "train"
    metadata: JsonObject = field(default_factory=dict)

    @property
    def no_loss(self) -> frozenset[int]:
        """Numbers of the turns that nobody should learn to say."""
        numbers = self.metadata.get("no_loss", ())
        return (
            frozenset(n for n in numbers if isinstance(n, int)) if isinstance(numbers, (list, tuple)) else frozenset()
        )

    @property
    def is_unfinished(self) -> bool:
        """Whether the source ends before the answer."""
        return self.metadata.get("unfinished") is True


class RecordFormError(ValueError):
    """A line isn't a record; `problems` are pairs of a field (empty for the whole line) and a message."""

    def __init__(self, problems: list[tuple[str, str]]) -> None:
        self.problems = tuple(problems)
        super().__init__("; ".join(f"{field} {message}".lstrip() for field, message in problems))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Line:
    tools: tuple[ToolSpec, ...]
    turns: tuple[Turn, ...]
    id: str = ""
    source: str = ""
    license: str = ""
    split: Split = "train"
    metadata: JsonObject = field(default_factory=dict)


def parse_record(line: bytes) -> Record:
    """Return the record that a line of JSON describes.

    Raises:
        RecordFormError: It isn't one; everything that is wrong with its form is listed.
    """
    data = parse_json(line)
    try:
        read: _Line = from_jsonable(_Line, data)
    except JsonableError as error:
        raise RecordFormError([_placed(problem) for problem in error.problems]) from error
    return Record(
        id=read.id,
        source=read.source,
        license=read.license,
        split=read.split,
        trajectory=Trajectory(read.tools, read.turns),
        metadata=read.metadata,
    )


def render_record(record: Record) -> bytes:
    """Return a record as a line of JSON with its line end. What is empty is written too, so that all lines have one form.

    Raises:
        ValueError: A value isn't JSON: NaN, an infinity, or an object of Python's.
    """
    value = {
        "id": record.id,
        "source": record.source,
        "license": record.license,
        "split": record.split,
        "tools": to_jsonable(record.trajectory.tools),
        "turns": to_jsonable(record.trajectory.turns),
        "metadata": to_jsonable(record.metadata),
    }
    try:
        return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode() + b"\n"
    except UnicodeEncodeError:  # lone surrogates: as escapes they survive
        return json.dumps(value, allow_nan=False, separators=(",", ":")).encode() + b"\n"
    except (TypeError, RecursionError) as error:
        raise ValueError(str(error)) from error


def parse_json(data: bytes) -> JsonValue:
    """Return the value of strict JSON in UTF-8.

    Raises:
        RecordFormError: It isn't: not UTF-8, not JSON, NaN or an infinity, or nested too deeply.
    """
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise RecordFormError([("", f"byte {error.start} isn't UTF-8 text")]) from error
    if _depth(data) > MAX_DEPTH:
        raise RecordFormError([("", f"more than {MAX_DEPTH} lists and objects within each other")])
    try:
        return json.loads(text, parse_constant=_no_constant)
    except json.JSONDecodeError as error:
        raise RecordFormError([("", f"not JSON: {error.msg} at character {error.pos}")]) from error
    except (ValueError, RecursionError) as error:  # NaN, or an integer of thousands of digits
        raise RecordFormError([("", f"not JSON: {error}")]) from error


def _depth(data: bytes) -> int:
    """Return an upper bound of the nesting; brackets within texts count too where the quick look is over the limit."""
    depth = deepest = 0
    for bracket in _BRACKETS.findall(data):
        depth += 1 if bracket in b"[{" else -1
        deepest = max(deepest, depth)
    return deepest if deepest <= MAX_DEPTH else _exact_depth(data)


def _exact_depth(data: bytes) -> int:
    without_texts = re.sub(rb'"(?:[^"\\]|\\.)*"', b'""', data)
    depth = deepest = 0
    for bracket in _BRACKETS.findall(without_texts):
        depth += 1 if bracket in b"[{" else -1
        deepest = max(deepest, depth)
    return deepest


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is not a JSON value")


def _placed(problem: str) -> tuple[str, str]:
    """Return the field that a problem of `jsonable` names, and what it says of it."""
    if unknown := re.match(r"unknown key '([^']+)'", problem):
        return unknown[1], "is an unknown key" + problem[unknown.end() :]
    field_, _, message = problem.partition(" ")
    return ("", f"the line {message}") if field_ == "value" else (field_, message)
