"""What every tool over files must be: a sound schema that fits its function, and a location to import it from."""

from __future__ import annotations

import importlib
import inspect
import json

import jsonschema
import pytest

from umi_local.tools.base import Effect, Tool
from umi_local.tools.builtin import checksum, disk, files, json_lookup, tables, text_stats

TOOLS = [tool for module in (files, disk, checksum, tables, json_lookup, text_stats) for tool in module.TOOLS]

every_tool = pytest.mark.parametrize("tool", TOOLS, ids=lambda tool: tool.name)


def test_all_tools_are_there_under_different_names() -> None:
    assert len({tool.name for tool in TOOLS}) == len(TOOLS) == 17


@every_tool
def test_the_schema_is_sound_closed_and_fits_the_function(tool: Tool) -> None:
    schema = tool.spec.parameters
    jsonschema.Draft202012Validator.check_schema(schema)
    parameters = inspect.signature(tool.function).parameters
    assert list(schema["properties"]) == [name for name in schema["properties"] if name in parameters]
    assert set(schema["properties"]) == set(parameters)
    assert set(schema["required"]) >= {n for n, p in parameters.items() if p.default is p.empty}
    assert schema["additionalProperties"] is False


@every_tool
def test_texts_and_numbers_are_bounded_and_described(tool: Tool) -> None:
    for name, schema in tool.spec.parameters["properties"].items():
        assert schema["description"], name
        if schema["type"] == "integer":
            assert schema["minimum"] <= schema["maximum"]
        if schema["type"] == "string" and (tool.name, name) != ("write_file", "text"):
            assert "enum" in schema or schema["maxLength"]


@every_tool
def test_the_location_leads_to_the_tool_itself(tool: Tool) -> None:
    module, _, name = str(tool.location).partition(":")
    assert getattr(importlib.import_module(module), name) is tool


@every_tool
def test_the_docs_are_terse(tool: Tool) -> None:
    assert len(tool.spec.description) <= 100
    assert len(json.dumps(tool.spec.parameters, separators=(",", ":"))) <= 1100


def test_only_writing_and_moving_change_files() -> None:
    assert {tool.name for tool in TOOLS if tool.effect is not Effect.READ} == {"write_file", "move_file"}
