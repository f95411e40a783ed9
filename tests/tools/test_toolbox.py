"""The gate: names, arguments, policy and runner, in this order; and what can't be offered."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from umi_local.engine.base import CancelToken
from umi_local.errors import (
    CancelledError,
    ToolArgumentsError,
    ToolDefinitionError,
    ToolDeniedError,
    ToolFailedError,
    UnknownToolError,
)
from umi_local.messages import Observation, ToolCall, ToolSpec
from umi_local.tools.base import Effect, Tool
from umi_local.tools.builtin import builtin_tools
from umi_local.tools.policy import Answer, Policy
from umi_local.tools.runner import ToolRunner
from umi_local.tools.toolbox import Toolbox

SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {
        "path": {"type": "string", "minLength": 2, "maxLength": 10},
        "n": {"type": "integer", "minimum": 1, "maximum": 9},
        "mode": {"enum": ["fast", "slow"]},
        "items": {"type": "array", "items": {"$ref": "#/$defs/item"}, "maxItems": 2},
        "maybe": {"anyOf": [{"type": "integer"}, {"type": "null"}]},
    },
    "required": ["path"],
    "additionalProperties": False,
    "$defs": {"item": {"type": "object", "properties": {"id": {"type": "number"}}}},
}


@pytest.fixture
def runner() -> Iterator[ToolRunner]:
    runner = ToolRunner()
    yield runner
    runner.close()


def echo(**arguments: Any) -> Any:
    return arguments


def make(name: str = "echo", schema: Any = SCHEMA, effect: Effect = Effect.READ) -> Tool:
    return Tool(spec=ToolSpec(name, "Echo.", schema), function=echo, effect=effect)


def call(box: Toolbox, name: str, **arguments: Any) -> Observation:
    return box.call(ToolCall(name, arguments), CancelToken())[0]


def test_a_call_that_passes_the_gate_is_run(runner: ToolRunner) -> None:
    box = Toolbox([make()], Policy(), runner)

    observation, ms = box.call(ToolCall("echo", {"path": "ab", "n": 2}), CancelToken())

    assert observation == Observation('{"path":"ab","n":2}')
    assert ms > 0
    assert box.specs == (make().spec,)


def test_an_unknown_name_is_refused_with_the_nearest(runner: ToolRunner) -> None:
    box = Toolbox([make("read_file"), make("write_file"), make("zz")], Policy(), runner)

    with pytest.raises(UnknownToolError) as caught:
        call(box, "reed_file", path="ab")
    assert caught.value.nearest[0] == "read_file"
    with pytest.raises(UnknownToolError):
        call(box, "Read_File", path="ab")


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        ({}, "path is missing"),
        ({"path": 3}, "path must be string, not integer"),
        ({"path": "ab", "n": "3"}, "n must be integer, not string"),
        ({"path": "ab", "n": True}, "n must be integer, not boolean"),
        ({"path": "ab", "n": 10}, "n must be at most 9, not 10"),
        ({"path": "ab", "mode": "fats"}, "mode must be one of fast, slow"),
        ({"path": "ab", "pth": 1}, "pth is unknown; did you mean path?"),
        ({"path": "x" * 5000}, "path must have at most 10 characters, not 5000"),
        ({"path": "ab", "items": [{"id": "1"}]}, "items[0].id must be number, not string"),
        ({"path": "ab", "maybe": "x"}, "maybe must be integer, not string"),
    ],
)
def test_arguments_are_checked_with_short_problems(runner: ToolRunner, arguments: dict[str, Any], problem: str) -> None:
    with pytest.raises(ToolArgumentsError) as caught:
        call(Toolbox([make()], Policy(), runner), "echo", **arguments)

    assert caught.value.problems == (problem,)


def test_all_problems_are_told_at_once_up_to_five(runner: ToolRunner) -> None:
    arguments = {f"unknown_{i}": "x" * 1000 for i in range(20)}

    with pytest.raises(ToolArgumentsError) as caught:
        call(Toolbox([make()], Policy(), runner), "echo", **arguments)

    assert len(caught.value.problems) == 5
    assert caught.value.problems[-1] == "and 17 more"
    assert len(str(caught.value)) < 600


def test_policy_decides_after_the_arguments_were_checked(runner: ToolRunner) -> None:
    asked: list[str] = []

    def ask(tool: Tool, arguments: Any) -> Answer:
        asked.append(tool.name)
        return Answer.NO

    box = Toolbox([make(effect=Effect.WRITE)], Policy(), runner, ask)
    with pytest.raises(ToolArgumentsError):
        call(box, "echo")
    assert asked == []
    with pytest.raises(ToolDeniedError):
        call(box, "echo", path="ab")
    assert asked == ["echo"]


def test_without_anybody_to_ask_a_write_is_denied(runner: ToolRunner) -> None:
    box = Toolbox([make(effect=Effect.WRITE)], Policy(), runner)

    with pytest.raises(ToolDeniedError, match="--allow write"):
        call(box, "echo", path="ab")


def test_a_cancelled_call_is_not_run(runner: ToolRunner) -> None:
    cancel = CancelToken()
    cancel.cancel()

    with pytest.raises(CancelledError):
        Toolbox([make()], Policy(), runner).call(ToolCall("echo", {"path": "ab"}), cancel)


@pytest.mark.parametrize(
    ("tools", "reason"),
    [
        ([make(), make()], "two tools have this name"),
        ([make("a b")], "names have 1 to 64"),
        ([make("a\n")], "names have 1 to 64"),
        ([make(schema={"type": "string"})], "not a JSON Schema of type object"),
        ([make(schema=[])], "not a JSON Schema of type object"),
        (
            [make(schema={"type": "object", "properties": {"x": {"type": "strnig"}}})],
            "its schema is wrong at properties.x.type",
        ),
        (
            [make(schema={"type": "object", "$ref": "https://example.org/schema.json"})],
            "refers to 'https://example.org/schema.json', which is not in it",
        ),
        (
            [make(schema={"type": "object", "properties": {"x": {"$ref": "#/$defs/y"}}})],
            "refers to '#/$defs/y'",
        ),
    ],
)
def test_what_cannot_be_offered_is_refused_at_registration(runner: ToolRunner, tools: list[Tool], reason: str) -> None:
    with pytest.raises(ToolDefinitionError) as caught:
        Toolbox(tools, Policy(), runner)

    assert reason in str(caught.value)
    assert caught.value.hint


def test_importing_the_toolbox_does_not_import_jsonschema() -> None:
    code = "import sys, umi_local.tools.toolbox; sys.exit('jsonschema' in sys.modules)"
    subprocess.run([sys.executable, "-c", code], cwd=Path(__file__).parents[2], check=True)


def test_all_built_in_tools_can_be_offered_and_imported_by_a_host(runner: ToolRunner) -> None:
    tools = builtin_tools()
    box = Toolbox(tools, Policy(), runner)
    modules = {str(tool.location).partition(":")[0].rpartition(".")[2] for tool in tools}

    assert {"calculator", "dates", "units", "notes"} <= modules
    for tool in tools:
        assert tool.location is not None, tool.name
        assert tool.spec.parameters["additionalProperties"] is False, tool.name
    assert call(box, "calculate", expression="2^10").text == "1024"
    assert call(box, "convert_units", value=5, from_unit="mi", to_unit="km").text.endswith("km")
    with pytest.raises(ToolFailedError, match="CalculationError: division by zero"):
        call(box, "calculate", expression="1/0")


@pytest.mark.parametrize("tool", builtin_tools(), ids=lambda tool: tool.name)
def test_a_built_in_tools_location_leads_to_it(tool: Tool) -> None:
    from umi_local.tools.modules import load_location

    assert load_location(str(tool.location)) is tool
