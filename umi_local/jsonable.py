"""Frozen dataclasses to JSON and back, strictly, with every problem named at once.

`to_jsonable` writes dataclasses, enums, mappings, sequences and plain values. `from_jsonable` reads them back by type
annotation: unknown keys are errors with a suggestion, missing keys and wrong types are named with their path, and all
problems of a value are reported together. A dataclass with a class variable `type` is written with that tag, and a union
of such classes is read by it. Used for turns, events and sessions (JSON) and for configuration and bundles (TOML).
"""

from __future__ import annotations

import difflib
import types
from collections.abc import Mapping, Sequence
from dataclasses import MISSING, Field, fields, is_dataclass
from enum import Enum
from functools import cache
from pathlib import Path
from typing import Any, ClassVar, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

from umi_local.messages import JsonValue

T = TypeVar("T")


class JsonableError(ValueError):
    """A value doesn't have the form of its type; `problems` names every place."""

    def __init__(self, problems: Sequence[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("; ".join(self.problems))


def to_jsonable(value: Any) -> JsonValue:
    """Return the JSON form of a value made of dataclasses, enums, mappings, sequences and plain values."""
    if isinstance(value, Enum):
        return value.value
    if is_dataclass(value) and not isinstance(value, type):
        kind = _tag(type(value))
        tag = {"type": kind} if kind else {}
        return tag | {f.name: to_jsonable(getattr(value, f.name)) for f in fields(value)}
    if isinstance(value, Mapping):
        return {(k.value if isinstance(k, Enum) else k): to_jsonable(v) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [to_jsonable(item) for item in value]
    if isinstance(value, Path):
        return str(value)
    return value


def from_jsonable(cls: type[T] | Any, data: JsonValue, *, where: str = "") -> T:
    """Return the value of type `cls` (a dataclass or a union of tagged ones) that `data` describes.

    Args:
        where: Prefix of the places named in problems, such as `roles.planner`.

    Raises:
        JsonableError: The data doesn't fit; all problems are listed.
    """
    problems: list[str] = []
    value = _read(cls, data, where, problems)
    if problems:
        raise JsonableError(problems)
    return value  # type: ignore[no-any-return]  # _read returns what the annotation says


def _tag(cls: type) -> str | None:
    tag = getattr(cls, "type", None)
    return tag if isinstance(tag, str) else None


@cache
def _hints(cls: type) -> dict[str, Any]:
    return {k: v for k, v in get_type_hints(cls).items() if get_origin(v) is not ClassVar}


def _read(annotation: Any, data: Any, where: str, problems: list[str]) -> Any:
    origin = get_origin(annotation)
    if annotation is Any:
        return data
    if origin in (Union, types.UnionType):
        return _read_union(get_args(annotation), data, where, problems)
    if is_dataclass(annotation):
        return _read_dataclass(annotation, data, where, problems)  # type: ignore[arg-type]  # a class, not an instance
    if origin is tuple or origin is list or origin is Sequence:
        return _read_sequence(annotation, data, where, problems)
    if origin in (dict, Mapping) or (isinstance(origin, type) and issubclass(origin, Mapping)):
        return _read_mapping(annotation, data, where, problems)
    if isinstance(annotation, type) and issubclass(annotation, Enum):
        return _read_choice(annotation, [e.value for e in annotation], data, where, problems)
    if origin is not None and str(origin) == "typing.Literal":
        return _read_choice(lambda v: v, list(get_args(annotation)), data, where, problems)
    return _read_plain(annotation, data, where, problems)


def _read_union(options: tuple[Any, ...], data: Any, where: str, problems: list[str]) -> Any:
    if data is None and type(None) in options:
        return None
    choices = [option for option in options if option is not type(None)]
    if len(choices) == 1:
        return _read(choices[0], data, where, problems)
    tagged = {_tag(option): option for option in choices if isinstance(option, type) and _tag(option)}
    if tagged and isinstance(data, Mapping):
        tag = data.get("type")
        if tag in tagged:
            return _read(tagged[tag], data, where, problems)
        problems.append(f"{_at(where, 'type')} is {tag!r}; expected one of {', '.join(map(str, tagged))}")
        return None
    for option in choices:  # plain alternatives, such as int | str: the first that fits
        attempt: list[str] = []
        value = _read(option, data, where, attempt)
        if not attempt:
            return value
    names = " or ".join(_name(option) for option in choices)
    problems.append(f"{where or 'value'} is {data!r}; expected {names}")
    return None


def _read_dataclass(cls: type, data: Any, where: str, problems: list[str]) -> Any:
    if not isinstance(data, Mapping):
        problems.append(f"{where or 'value'} must be a table with keys, not {data!r}")
        return None
    hints = _hints(cls)
    known = {f.name: f for f in fields(cls)}
    for key in data:
        if key not in known and not (key == "type" and _tag(cls)):
            near = difflib.get_close_matches(str(key), known, n=1)
            advice = f"; did you mean {near[0]!r}?" if near else f"; known: {', '.join(known)}"
            problems.append(f"unknown key {_at(where, str(key))!r}{advice}")
    before, values = len(problems), {}  # `values` holds what could be read
    for name, f in known.items():
        if name in data:
            n_problems = len(problems)
            value = _read(hints[name], data[name], _at(where, name), problems)
            if len(problems) == n_problems:
                values[name] = value
        elif _is_required(f):
            problems.append(f"{_at(where, name)} is missing")
    if any(name not in values and _is_required(f) for name, f in known.items()):
        return None
    try:
        value = cls(**values)  # also after other problems, for those of the values that could be read
    except ValueError as error:  # the dataclass checks its own values in __post_init__
        problems.append(f"{where}: {error}" if where else str(error))
    return value if len(problems) == before else None


def _read_sequence(annotation: Any, data: Any, where: str, problems: list[str]) -> Any:
    if isinstance(data, str) or not isinstance(data, Sequence):
        problems.append(f"{where or 'value'} must be a list, not {data!r}")
        return ()
    args = get_args(annotation)
    item = args[0] if args else Any
    values = [_read(item, entry, f"{where}[{i}]", problems) for i, entry in enumerate(data)]
    return values if get_origin(annotation) is list else tuple(values)


def _read_mapping(annotation: Any, data: Any, where: str, problems: list[str]) -> Any:
    if not isinstance(data, Mapping):
        problems.append(f"{where or 'value'} must be a table with keys, not {data!r}")
        return {}
    key_type, value_type = get_args(annotation) or (str, Any)
    return {
        _read(key_type, k, _at(where, str(k)), problems): _read(value_type, v, _at(where, str(k)), problems)
        for k, v in data.items()
    }


def _read_choice(make: Any, choices: list[Any], data: Any, where: str, problems: list[str]) -> Any:
    if data in choices:
        return make(data)
    problems.append(f"{where or 'value'} is {data!r}; expected one of {', '.join(map(str, choices))}")
    return None


def _read_plain(annotation: Any, data: Any, where: str, problems: list[str]) -> Any:
    if annotation is float and isinstance(data, int) and not isinstance(data, bool):
        return float(data)
    if annotation is Path and isinstance(data, str):
        return Path(data)
    if (
        isinstance(annotation, type)
        and isinstance(data, annotation)
        and not (isinstance(data, bool) and annotation is not bool)
    ):
        return data
    name = getattr(annotation, "__name__", str(annotation))
    problems.append(f"{where or 'value'} is {data!r}; expected {name}")
    return None


def _is_required(f: Field[Any]) -> bool:
    return f.default is MISSING and f.default_factory is MISSING


def _name(annotation: Any) -> str:
    if get_origin(annotation) is Literal:
        return " or ".join(map(repr, get_args(annotation)))
    return getattr(annotation, "__name__", str(annotation))


def _at(where: str, key: str) -> str:
    return f"{where}.{key}" if where else key
