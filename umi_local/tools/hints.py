"""Python type hints to JSON Schema, and JSON values back to what the hints say.

Covers str, int, float, bool, Literal, Enum, list[T], dict[str, T], unions, Annotated[T, "text"],
TypedDict and dataclasses. Everything else is refused with the reason and the remedy, since a hint
that is guessed at becomes a call that fails. Schemas only use keywords that grammars can express.
"""

from __future__ import annotations

import inspect
import json
import math
import types
import typing
from collections.abc import Callable, Mapping, Sequence
from dataclasses import MISSING, dataclass, fields, is_dataclass
from enum import Enum
from functools import lru_cache
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

from umi_local.jsonable import to_jsonable


class UnsupportedHintError(ValueError):
    """A hint that has no JSON Schema; the message is the reason, `hint` the remedy."""

    def __init__(self, reason: str, hint: str) -> None:
        self.hint = hint
        super().__init__(reason)


@dataclass(frozen=True, slots=True)
class Kind:
    """What a hint means: its schema, which JSON values it takes, and how they become Python's."""

    schema: Mapping[str, Any]
    accepts: Callable[[Any], bool]
    convert: Callable[[Any], Any] = lambda value: value


def call_with_json(function: Callable[..., Any], arguments: Mapping[str, Any]) -> Any:
    """Call a function with JSON arguments, turned into what its hints say.

    Parameters whose hints are missing or not understood get the JSON value as it is.
    """
    plain = getattr(function, "__func__", function)  # a method's hints are its function's
    converters = _converters(plain) if inspect.isfunction(plain) else {}
    return function(**{k: converters[k](v) if k in converters else v for k, v in arguments.items()})


def kind_of(hint: Any, *, inside: tuple[Any, ...] = ()) -> Kind:
    """Return what a type hint means in JSON.

    Args:
        inside: The classes that are being read already; a hint that leads back to one is refused.

    Raises:
        UnsupportedHintError: The hint can't be expressed.
    """
    origin = get_origin(hint)
    if origin is Annotated:
        return _annotated(hint, inside)
    if str(origin).rpartition(".")[2] in ("Required", "NotRequired", "ReadOnly"):
        return kind_of(get_args(hint)[0], inside=inside)
    if origin in (Union, types.UnionType):
        return _union(get_args(hint), inside)
    if origin is Literal:
        return _choice(get_args(hint), lambda value: value)
    if origin is list:
        return _list(get_args(hint)[0], inside)
    if origin is dict:
        return _dict(get_args(hint), inside)
    if hint in _PLAIN:
        return _PLAIN[hint]
    if isinstance(hint, type):
        return _class(hint, inside)
    raise _unsupported(hint)


@lru_cache(maxsize=512)
def _converters(function: Callable[..., Any]) -> dict[str, Callable[[Any], Any]]:
    try:
        hints = get_type_hints(function, include_extras=True)
    except (NameError, TypeError):  # names that can't be resolved, or hints that aren't types
        return {}
    converters = {}
    for name, hint in hints.items():
        try:
            converters[name] = kind_of(hint).convert
        except UnsupportedHintError:
            continue
    return converters


def _is_integral(value: Any) -> bool:
    if isinstance(value, bool):
        return False
    return isinstance(value, int) or (isinstance(value, float) and value.is_integer())


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


_PLAIN: dict[Any, Kind] = {
    str: Kind({"type": "string"}, lambda value: isinstance(value, str)),
    int: Kind({"type": "integer"}, _is_integral, lambda value: int(value)),
    float: Kind({"type": "number"}, _is_number, lambda value: _float(value)),
    bool: Kind({"type": "boolean"}, lambda value: isinstance(value, bool)),
    type(None): Kind({"type": "null"}, lambda value: value is None),
}


def _float(value: Any) -> float:
    try:
        return float(value)
    except OverflowError:  # an integer beyond 1.8e308, which JSON allows
        return math.inf if value > 0 else -math.inf


def _annotated(hint: Any, inside: tuple[Any, ...]) -> Kind:
    kind = kind_of(get_args(hint)[0], inside=inside)
    text = next((extra for extra in hint.__metadata__ if isinstance(extra, str)), None)
    if text is None:
        return kind
    schema = {**kind.schema, "description": " ".join(text.split())}
    return Kind(schema, kind.accepts, kind.convert)


def _union(options: Sequence[Any], inside: tuple[Any, ...]) -> Kind:
    kinds = [kind_of(option, inside=inside) for option in options]

    def convert(value: Any) -> Any:
        fitting = next((kind for kind in kinds if kind.accepts(value)), None)
        return fitting.convert(value) if fitting else value

    if all(set(kind.schema) == {"type"} and isinstance(kind.schema["type"], str) for kind in kinds):
        schema: dict[str, Any] = {"type": [kind.schema["type"] for kind in kinds]}
    else:
        schema = {"anyOf": [dict(kind.schema) for kind in kinds]}
    return Kind(schema, lambda value: any(kind.accepts(value) for kind in kinds), convert)


def _choice(values: Sequence[Any], make: Callable[[Any], Any]) -> Kind:
    strange = [v for v in values if v is not None and not isinstance(v, (str, int, float))]
    if strange or not values:
        raise UnsupportedHintError(
            f"the choice {strange[0]!r} isn't a JSON value" if strange else "there are no choices",
            "Use texts, numbers or booleans as choices.",
        )
    # json's types, not Python's: 1 == True == 1.0, and only the first two differ in JSON
    keys = {(isinstance(v, bool), v) for v in values}
    names = {_PLAIN[type(v)].schema["type"] for v in values if type(v) in _PLAIN}
    named = {"type": names.pop()} if len(names) == 1 else {}
    schema = {**named, "enum": list(values)}

    def accepts(value: Any) -> bool:
        return isinstance(value, (str, int, float, type(None))) and ((isinstance(value, bool), value) in keys)

    return Kind(schema, accepts, make)


def _list(item: Any, inside: tuple[Any, ...]) -> Kind:
    kind = kind_of(item, inside=inside)
    return Kind(
        {"type": "array", "items": dict(kind.schema)},
        lambda value: isinstance(value, list) and all(map(kind.accepts, value)),
        lambda value: [kind.convert(entry) for entry in value],
    )


def _dict(args: tuple[Any, ...], inside: tuple[Any, ...]) -> Kind:
    if args[0] is not str:
        raise UnsupportedHintError("the keys of a JSON object are texts", "Write dict[str, ...].")
    kind = kind_of(args[1], inside=inside)
    return Kind(
        {"type": "object", "additionalProperties": dict(kind.schema)},
        lambda value: isinstance(value, dict) and all(map(kind.accepts, value.values())),
        lambda value: {key: kind.convert(entry) for key, entry in value.items()},
    )


def _class(cls: type, inside: tuple[Any, ...]) -> Kind:
    if issubclass(cls, Enum):
        return _choice([member.value for member in cls], cls)
    if cls in inside:
        raise UnsupportedHintError(
            f"{cls.__name__} contains itself", "Flatten it: tools need arguments of finite depth."
        )
    if is_dataclass(cls):
        return _dataclass(cls, inside)
    if typing.is_typeddict(cls) or type(cls).__name__ == "_TypedDictMeta":  # typing_extensions'
        return _object(_kinds(cls, inside), _required_keys(cls), dict)
    raise _unsupported(cls)


def _required_keys(cls: Any) -> set[str]:
    """Return a TypedDict's required keys; its own list is wrong where hints are texts."""
    marks = {
        name: str(get_origin(hint)).rpartition(".")[2]
        for name, hint in get_type_hints(cls, include_extras=True).items()
    }
    return {
        name
        for name, mark in marks.items()
        if mark == "Required" or (mark != "NotRequired" and name in cls.__required_keys__)
    }


def _dataclass(cls: type, inside: tuple[Any, ...]) -> Kind:
    taken = {f.name: f for f in fields(cls) if f.init}
    kinds = {name: kind for name, kind in _kinds(cls, inside).items() if name in taken}
    for name, f in taken.items():
        if f.default is not MISSING and (default := json_default(f.default)) is not None:
            kind = kinds[name]
            kinds[name] = Kind({**kind.schema, "default": default}, kind.accepts, kind.convert)
    required = {name for name, f in taken.items() if f.default is MISSING and f.default_factory is MISSING}
    return _object(kinds, required, lambda values: cls(**values))


def _kinds(cls: type, inside: tuple[Any, ...]) -> dict[str, Kind]:
    try:
        hints = get_type_hints(cls, include_extras=True)
    except NameError as error:
        raise UnsupportedHintError(
            f"the hints of {cls.__name__} can't be read: {error}",
            "Define what they name at the top level of the module.",
        ) from error
    found = {}
    for name, hint in hints.items():
        if get_origin(hint) is typing.ClassVar:
            continue
        try:
            found[name] = kind_of(hint, inside=(*inside, cls))
        except UnsupportedHintError as error:
            raise UnsupportedHintError(f"in {cls.__name__}.{name}, {error}", error.hint) from error
    return found


def _object(kinds: Mapping[str, Kind], required: set[str], make: Callable[[dict[str, Any]], Any]) -> Kind:
    schema: dict[str, Any] = {
        "type": "object",
        "properties": {name: dict(kind.schema) for name, kind in kinds.items()},
        "required": [name for name in kinds if name in required],
        "additionalProperties": False,
    }

    def accepts(value: Any) -> bool:
        return (
            isinstance(value, dict)
            and required <= value.keys() <= kinds.keys()
            and all(kinds[name].accepts(entry) for name, entry in value.items())
        )

    def convert(value: Any) -> Any:
        return make({name: kinds[name].convert(entry) for name, entry in value.items()})

    return Kind(schema, accepts, convert)


def json_default(default: Any) -> Any:
    """Return a parameter's default as JSON, or None where a model has no use for it."""
    value = to_jsonable(default)
    try:
        json.dumps(value, allow_nan=False)
    except (TypeError, ValueError):
        return None
    return value


def _unsupported(hint: Any) -> UnsupportedHintError:
    name = inspect.formatannotation(hint)
    if hint in (list, dict):
        example = "list[str]" if hint is list else "dict[str, str]"
        return UnsupportedHintError(f"{name} doesn't say what it holds", f"Write {example}.")
    return UnsupportedHintError(
        f"{name} has no JSON form",
        "Use str, int, float, bool, Literal, Enum, list[T], dict[str, T], a TypedDict or a "
        "dataclass, and convert inside the function.",
    )
