"""What a model sees of an operation, and the way from its arguments to the operation's and back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from umi_local.messages import JsonObject, JsonValue, ToolCall, ToolSpec
from umi_local.worlds.draw import Draw
from umi_local.worlds.errors import WorldError
from umi_local.worlds.grammar import variants
from umi_local.worlds.naming import MAX_NAME_CHARS, Case, Style, draw_style
from umi_local.worlds.operations import Operation, Param
from umi_local.worlds.shapes import Shape, draw_shape
from umi_local.worlds.splits import Split, part


@dataclass(frozen=True, slots=True)
class Service:
    """One provider of a family's operations: how it names things and writes results."""

    family: str
    style: Style
    shape: Shape


@dataclass(frozen=True, slots=True)
class Surface:
    """One tool: an operation as a service offers it.

    Attributes:
        names: The name of each parameter by its key.
        labels: The words for keys of the result.
        as_text: Parameters whose numbers this service writes as text.
    """

    operation: Operation
    service: Service
    spec: ToolSpec
    names: Mapping[str, str]
    labels: Mapping[str, str]
    as_text: frozenset[str]

    def call(self, arguments: JsonObject) -> ToolCall:
        """Return the call with these arguments, given by key, in the order of the schema.

        Raises:
            WorldError: The operation has no such parameter.
        """
        unknown = set(arguments) - set(self.names)
        if unknown:
            raise WorldError(f"{self.operation.key} has no parameter {sorted(unknown)[0]!r}")
        given = {
            name: str(arguments[key]) if key in self.as_text else arguments[key]
            for key, name in self.names.items()
            if arguments.get(key) is not None
        }
        return ToolCall(self.spec.name, given)

    def arguments(self, call: ToolCall) -> dict[str, JsonValue]:
        """Return a valid call's arguments by key; what the operation doesn't know is dropped.

        Raises:
            ValueError: A number that this service takes as text isn't one.
        """
        keys = {name: key for key, name in self.names.items()}
        found = {keys[name]: value for name, value in call.arguments.items() if name in keys}
        return {key: int(value) if key in self.as_text else value for key, value in found.items()}

    def write(self, value: JsonValue) -> str:
        """Return a result as this tool writes it; built-in tools return text."""
        return value if self.operation.builtin else self.service.shape.write(value, self.labels)


def draw_service(draw: Draw, family: str, areas: tuple[str, ...], *, distinct: bool = False) -> Service:
    """Return a provider; `distinct` where another one does the same."""
    style = draw_style(draw, areas, distinct=distinct)
    return Service(family, style, draw_shape(draw, style.keys))


def draw_surface(draw: Draw, operation: Operation, service: Service, taken: frozenset[str] | set[str]) -> Surface:
    """Return a tool whose name isn't taken.

    Raises:
        WorldError: The operation has no name left in this split.
    """
    if operation.builtin:
        spec = operation.builtin.spec
        properties = {param.key: param.key for param in operation.params}
        return Surface(operation, service, spec, properties, {}, frozenset())
    name = _free_name(draw, operation, service.style, taken)
    names, as_text = _parameter_names(draw, operation, service.style)
    about = _about(draw, operation, service.style)
    spec = ToolSpec(name, about, _schema(draw, operation, service.style, names, as_text))
    labels = {key: draw.pick(_labels(words, draw.split)) for key, words in operation.labels.items()}
    return Surface(operation, service, spec, names, labels, as_text)


def _free_name(draw: Draw, operation: Operation, style: Style, taken: frozenset[str] | set[str]) -> str:
    for words in draw.shuffled(tool_words(operation, draw.split)):
        name = style.tool_name(words)
        if name not in taken and len(name) <= MAX_NAME_CHARS:
            return name
    raise WorldError(
        f"{operation.family}.{operation.key} has no name left for {draw.split.value}", hint="Give it more names."
    )


_TOOL_AFFIXES = (
    "{} request",
    "{} api",
    "{} v2",
    "run {}",
    "{} tool",
    "do {}",
    "{} action",
    "{} service",
    "{} now",
    "api {}",
)
_PARAM_AFFIXES = ("target {}", "given {}", "requested {}", "{} value", "selected {}", "wanted {}", "input {}", "{} in")
_ABOUT_AFFIXES = (
    "Use this to {}",
    "Lets you {}",
    "Allows you to {}",
    "Call it to {}",
    "Helps you {}",
    "Can be used to {}",
)

ENOUGH = 3
"""Names of a thing in a split below which others are made from all its names, with an affix."""


@cache
def _own_part(template: str, split: Split, affixes: tuple[str, ...] = ()) -> tuple[str, ...]:
    """Return the variants of a template that belong to a split; where they are few, with affixed ones beside them."""
    every = variants(template)
    own = part(every, split)
    if len(own) >= ENOUGH or not affixes:
        return own
    more = (affix.format(text[:1].lower() + text[1:]) for affix in affixes for text in every)
    return (*own, *tuple(dict.fromkeys(part(more, split)))[: ENOUGH - len(own)])


def tool_words(operation: Operation, split: Split) -> tuple[str, ...]:
    """Return the names, as words, that an operation's tools have in a split."""
    return _own_part(operation.names, split, _TOOL_AFFIXES)


def param_words(param: Param, split: Split) -> tuple[str, ...]:
    """Return the names, as words, that a parameter has in a split."""
    return _own_part(param.names, split, _PARAM_AFFIXES)


def about_texts(operation: Operation, split: Split) -> tuple[str, ...]:
    """Return the descriptions that an operation's tools have in a split."""
    return _own_part(operation.about, split, _ABOUT_AFFIXES)


def _labels(template: str, split: Split) -> tuple[str, ...]:
    return _own_part(template, split) or variants(template)


def _parameter_names(draw: Draw, operation: Operation, style: Style) -> tuple[dict[str, str], frozenset[str]]:
    names: dict[str, str] = {}
    as_text = set()
    idents_are_text = draw.chance(0.4)
    for param in operation.params:
        words = draw.shuffled(param_words(param, draw.split))
        case = style.keys if style.case is not Case.KEBAB or draw.chance(0.5) else Case.KEBAB
        free = [name for name in map(case.spell, words) if name not in names.values()]
        names[param.key] = free[0] if free else f"{case.spell(words[0])}2"
        if param.kind.is_ident and idents_are_text:
            as_text.add(param.key)
    return names, frozenset(as_text)


def _about(draw: Draw, operation: Operation, style: Style) -> str:
    about = draw.pick(about_texts(operation, draw.split))
    brand = style.brand.capitalize()
    if style.tells_brand:
        return f"{brand}: {about}" if draw.chance(0.5) else f"{about.rstrip('.')} (from {brand})."
    return about


def _schema(
    draw: Draw, operation: Operation, style: Style, names: Mapping[str, str], as_text: frozenset[str]
) -> JsonObject:
    says_little = draw.chance(0.15)
    properties: dict[str, Any] = {}
    for param in operation.params:
        schema = {"type": "string"} if param.key in as_text else dict(param.kind.schema)
        told = [] if says_little or not param.about else [draw.pick(_labels(param.about, draw.split))]
        note = ", ".join((*told, *([param.kind.note] if param.kind.note else [])))
        properties[names[param.key]] = {**schema, "description": note} if note else schema
    required = [names[param.key] for param in operation.params if not param.optional]
    closed = {"additionalProperties": False} if style.is_closed else {}
    return {"type": "object", "properties": properties, "required": required, **closed}
