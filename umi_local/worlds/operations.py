"""What a tool does, apart from how it is called: an operation with its parameters, by their logical keys.

How an operation looks to a model (its name, its parameters' names, its description, the shape of its results) is drawn
for every task anew; see `surfaces.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from umi_local.messages import JsonObject, JsonValue
from umi_local.tools.base import Tool


def part_of(record: Mapping[str, Any], *keys: str) -> dict[str, JsonValue]:
    """Return some keys of a record, for a result that shows no more than these."""
    return {key: record[key] for key in keys}


@dataclass(frozen=True, slots=True)
class Kind:
    """What values a parameter takes.

    Attributes:
        schema: JSON Schema of the value.
        note: What the description must add, such as the form of a date.
        is_ident: A number that names something; some services write it as a number, some as text.
    """

    schema: JsonObject
    note: str = ""
    is_ident: bool = False


def text() -> Kind:
    """Return the kind of free text."""
    return Kind({"type": "string"})


def whole(minimum: int | None = None, maximum: int | None = None) -> Kind:
    """Return the kind of whole numbers, within bounds where they are given."""
    return Kind({"type": "integer", **_bounds(minimum, maximum)})


def number(minimum: float | None = None, maximum: float | None = None) -> Kind:
    """Return the kind of numbers, within bounds where they are given."""
    return Kind({"type": "number", **_bounds(minimum, maximum)})


def flag() -> Kind:
    """Return the kind of true or false."""
    return Kind({"type": "boolean"})


def one_of(*words: str) -> Kind:
    """Return the kind of a word out of a list."""
    return Kind({"type": "string", "enum": list(words)})


def day() -> Kind:
    """Return the kind of dates, which models write as YYYY-MM-DD."""
    return Kind({"type": "string"}, note="YYYY-MM-DD")


def clock() -> Kind:
    """Return the kind of times, which models write as HH:MM."""
    return Kind({"type": "string"}, note="HH:MM")


def ident() -> Kind:
    """Return the kind of whole numbers that name something; operations always get them as int."""
    return Kind({"type": "integer"}, is_ident=True)


def texts() -> Kind:
    """Return the kind of lists of text."""
    return Kind({"type": "array", "items": {"type": "string"}})


def _bounds(minimum: float | None, maximum: float | None) -> dict[str, float]:
    given = {"minimum": minimum, "maximum": maximum}
    return {key: value for key, value in given.items() if value is not None}


@dataclass(frozen=True, slots=True)
class Param:
    """A parameter of an operation.

    Attributes:
        key: Its logical name, which the operation's function and the plans use.
        names: The words it may be called by, as a template: `order [number|id|code]`.
        kind: What values it takes.
        about: What it means, as a template of a few words; empty where the name says it all.
        optional: Whether calls may leave it out.
    """

    key: str
    names: str
    kind: Kind
    about: str = ""
    optional: bool = False

    def or_none(self) -> Param:
        """Return the same parameter, optional."""
        return replace(self, optional=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """Something a service can do.

    Attributes:
        family: The family it belongs to.
        key: Its logical name.
        names: The words its tools are called by, as a template: `[find|get|fetch] [order|purchase]`.
        about: What tools say about themselves, as a template of one sentence.
        does: What calling it does, as a template in the infinitive over its parameters: `look up order {number}`.
        run: The behaviour: the family's state first, then the arguments by key. Returns plain JSON; raises
            `RefusedError`.
        writes: Whether it changes the state.
        labels: Other words for keys of its result, as templates.
        builtin: The real tool, where it is one of those that come with umi-local.
    """

    family: str
    key: str
    names: str
    about: str
    does: str
    params: tuple[Param, ...] = ()
    run: Callable[..., JsonValue]
    writes: bool = False
    labels: Mapping[str, str] = field(default_factory=dict)
    builtin: Tool | None = None

    def param(self, key: str) -> Param | None:
        """Return the parameter with this key."""
        return next((param for param in self.params if param.key == key), None)

    def perform(self, state: Any, arguments: JsonObject) -> JsonValue:
        """Run it with arguments by key; optional ones that weren't given are None."""
        left_out = {param.key: None for param in self.params if param.key not in arguments}
        return self.run(state, **arguments, **left_out)
