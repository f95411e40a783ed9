"""The decorator: schemas from hints and docstrings, refusals, and arguments turned into types."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from types import FunctionType
from typing import Annotated, Any, Literal, TypedDict

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from umi_local.errors import ToolDefinitionError
from umi_local.tools.base import Effect, Tool
from umi_local.tools.functions import tool, tool_from_function
from umi_local.tools.hints import UnsupportedHintError, call_with_json, kind_of


class Colour(str, Enum):
    RED = "red"
    BLUE = "blue"


class Level(Enum):
    LOW = 1
    HIGH = 2


@dataclass
class Point:
    x: float
    y: float = 0.0
    colour: Colour = Colour.RED


class Place(TypedDict, total=False):
    city: Annotated[str, "without the country"]
    zip_code: int


@dataclass
class Tree:
    children: list[Tree]


@tool
def water(
    plant: str,
    litres: float = 0.5,
    *,
    colours: list[Colour] | None = None,
    mode: Literal["mist", "pour"] = "pour",
    where: Annotated[str | None, "the room"] = None,
) -> str:
    """Water a plant, slowly,
    until it is wet.

    More text that no model reads.

    Args:
        plant: Name of the plant,
            as on its label.
        litres (float): How much.

    Returns:
        plant: Not a parameter section.
    """
    return f"{plant} {litres} {colours} {mode} {where}"


def test_schema_and_description_come_from_hints_and_docstring() -> None:
    assert water.spec.description == "Water a plant, slowly, until it is wet."
    assert water.spec.parameters == {
        "type": "object",
        "properties": {
            "plant": {"type": "string", "description": "Name of the plant, as on its label."},
            "litres": {"type": "number", "description": "How much.", "default": 0.5},
            "colours": {
                "anyOf": [
                    {"type": "array", "items": {"type": "string", "enum": ["red", "blue"]}},
                    {"type": "null"},
                ]
            },
            "mode": {"type": "string", "enum": ["mist", "pour"], "default": "pour"},
            "where": {"type": ["string", "null"], "description": "the room"},
        },
        "required": ["plant"],
        "additionalProperties": False,
    }


def test_a_decorated_function_is_a_tool_and_can_still_be_called() -> None:
    assert isinstance(water, Tool)
    assert (water.name, water.effect) == ("water", Effect.READ)
    assert water("fern", 1.0) == "fern 1.0 None pour None"


def test_options_of_the_decorator_become_the_tools() -> None:
    @tool(name="garden.water", effect="write", timeout_s=2.5, max_chars=10)
    def inner() -> None:
        """Water."""

    assert (inner.name, inner.effect) == ("garden.water", Effect.WRITE)
    assert (inner.timeout_s, inner.max_chars) == (2.5, 10)


def test_only_functions_that_another_process_can_import_have_a_location() -> None:
    def closure() -> None:
        """Do."""

    assert water.location == f"{__name__}:water"
    assert tool_from_function(closure).location is None
    script = FunctionType(closure.__code__, {"__name__": "__main__"}, "script")
    script.__doc__, script.__qualname__ = "Do.", "script"
    assert script.__module__ == "__main__"
    assert tool_from_function(script).location is None


def test_nested_objects_come_from_dataclasses_and_typed_dicts() -> None:
    @tool
    def go(to: Point, via: dict[str, Place]) -> None:
        """Go."""

    properties = go.spec.parameters["properties"]
    assert properties["to"] == {
        "type": "object",
        "properties": {
            "x": {"type": "number"},
            "y": {"type": "number", "default": 0.0},
            "colour": {"type": "string", "enum": ["red", "blue"], "default": "red"},
        },
        "required": ["x"],
        "additionalProperties": False,
    }
    assert properties["via"]["additionalProperties"] == {
        "type": "object",
        "properties": {
            "city": {"type": "string", "description": "without the country"},
            "zip_code": {"type": "integer"},
        },
        "required": [],
        "additionalProperties": False,
    }


def test_arguments_reach_the_function_as_what_its_hints_say() -> None:
    def take(point: Point, levels: list[Level], by: dict[str, Level | int], n: int) -> Any:
        return point, levels, by, n

    arguments = {
        "point": {"x": 1, "colour": "blue"},
        "levels": [1, 2],
        "by": {"a": 2, "b": 7},
        "n": 3.0,
    }
    point, levels, by, n = call_with_json(take, arguments)

    assert point == Point(1.0, 0.0, Colour.BLUE)
    assert isinstance(point.x, float)
    assert levels == [Level.LOW, Level.HIGH]
    assert by == {"a": Level.HIGH, "b": 7}
    assert isinstance(n, int)


def test_arguments_of_methods_are_turned_into_types_too() -> None:
    class Lamp:
        __hash__ = None  # type: ignore[assignment]  # as an ordinary dataclass has it

        def set(self, level: Level) -> Level:
            """Set."""
            return level

    method = tool_from_function(Lamp().set)

    assert method.spec.parameters["properties"] == {"level": {"type": "integer", "enum": [1, 2]}}
    assert call_with_json(method.function, {"level": 2}) is Level.HIGH


def _starred(*names: str) -> None:
    """Do."""


def _open(**names: str) -> None:
    """Do."""


def _positional(name: str, /) -> None:
    """Do."""


def _untyped(name) -> None:
    """Do."""


def _bytes(name: bytes) -> None:
    """Do."""


def _bare_list(name: list) -> None:  # type: ignore[type-arg]  # what is tested
    """Do."""


def _recursive(name: Tree) -> None:
    """Do."""


def _unknown(name: Missing) -> None:  # type: ignore[name-defined]  # noqa: F821
    """Do."""


def _undocumented(name: str) -> None:
    pass


def _misspelt(name: str) -> None:
    """Do.

    Args:
        nmae: The name.
    """


async def _async(name: str) -> None:
    """Do."""


@pytest.mark.parametrize(
    ("function", "reason", "remedy"),
    [
        (_starred, "'names' takes any number", "list[T]"),
        (_open, "'names' takes any number", "dict[str, T]"),
        (_positional, "'name' is positional-only", "leave out the `/`"),
        (_untyped, "'name' has no type hint", "name: str"),
        (_bytes, "'name': bytes has no JSON form", "Use str"),
        (_bare_list, "'name': list doesn't say what it holds", "list[str]"),
        (_recursive, "'name': in Tree.children, Tree contains itself", "Flatten"),
        (_unknown, "'Missing' is not defined", "top level"),
        (_undocumented, "no docstring", "one sentence"),
        (_misspelt, "'nmae', which is not a parameter", "name"),
        (_async, "async", "asyncio.run"),
        (len, "builtin_function_or_method, not a function", "def"),
    ],
)
def test_what_models_cannot_call_is_refused_with_reason_and_remedy(
    function: Callable[..., Any], reason: str, remedy: str
) -> None:
    with pytest.raises(ToolDefinitionError) as caught:
        tool_from_function(function)

    assert reason in str(caught.value)
    assert remedy in caught.value.hint


@pytest.mark.parametrize(
    "options",
    [{"name": "with space"}, {"name": "x" * 65}, {"name": ""}, {"timeout_s": 0}, {"max_chars": 0}],
)
def test_options_out_of_bounds_are_refused(options: dict[str, Any]) -> None:
    def fine() -> None:
        """Do."""

    assert tool_from_function(fine, name="x" * 64).name == "x" * 64
    with pytest.raises(ToolDefinitionError):
        tool_from_function(fine, **options)


def test_an_unknown_effect_is_refused_with_the_known_ones() -> None:
    with pytest.raises(ToolDefinitionError) as caught:

        @tool(effect="delete")
        def erase() -> None:
            """Erase."""

    assert "read, write, execute, network" in caught.value.hint


_HINTS = st.recursive(
    st.sampled_from([str, int, float, bool, Colour, Level, Literal["a", 1, True], Point, Place, type(None)]),
    lambda inner: st.one_of(
        inner.map(lambda hint: list[hint]),  # type: ignore[valid-type]
        inner.map(lambda hint: dict[str, hint]),  # type: ignore[valid-type]
        st.tuples(inner, inner).map(lambda pair: pair[0] | pair[1] if _can_unite(pair) else str),
        inner.map(lambda hint: Annotated[hint, "text"]),
    ),
    max_leaves=4,
)
_VALUES = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(-3, 3),
        st.floats(allow_nan=False, allow_infinity=False),
        st.sampled_from(["red", "a", "1", ""]),
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(st.sampled_from(["x", "y", "city", "zip_code", "k"]), inner, max_size=3),
    ),
    max_leaves=4,
)


def _can_unite(pair: tuple[Any, Any]) -> bool:
    return all(hasattr(type(hint), "__or__") for hint in pair)


@settings(deadline=None, max_examples=300)
@given(_HINTS, _VALUES)
def test_a_schema_accepts_exactly_what_its_hint_accepts_and_conversion_takes(hint: Any, value: Any) -> None:
    kind = kind_of(hint)
    Draft202012Validator.check_schema(kind.schema)

    accepted = Draft202012Validator(kind.schema).is_valid(value)

    assert kind.accepts(value) == accepted
    if accepted:
        kind.convert(value)


@settings(deadline=None, max_examples=100)
@given(st.floats(), st.floats(), st.sampled_from(Colour))
def test_a_dataclass_argument_arrives_as_the_value_that_it_describes(x: float, y: float, colour: Colour) -> None:
    point = kind_of(Point).convert({"x": x, "y": y, "colour": colour.value})

    assert (repr(point.x), repr(point.y)) == (repr(x), repr(y))
    assert point.colour is colour


def test_hints_without_a_json_form_say_what_to_use() -> None:
    with pytest.raises(UnsupportedHintError, match="keys of a JSON object are texts"):
        kind_of(dict[int, str])
    with pytest.raises(UnsupportedHintError, match="isn't a JSON value"):
        kind_of(Literal[b"x"])
