"""Tools as other projects describe them, made into tools that can be offered."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from umi_local.errors import ToolDefinitionError
from umi_local.messages import JsonObject, JsonValue, ToolSpec
from umi_local.tools.base import NAME_PATTERN
from umi_local.tools.validation import check_spec

MAX_NAME = 64
JSON_TYPES = ("string", "integer", "number", "boolean", "array", "object", "null")


def tool_name(name: str) -> str:
    """Return a name that can be offered: the last 64 characters, others than letters, digits, `_`, `.` and `-` replaced.

    The tail is kept since ToolBench's names end in what tells them apart (`<function>_for_<service>`).
    """
    return re.sub(r"[^A-Za-z0-9_.-]", "_", name)[-MAX_NAME:] or "_"


def sound_tool(name: str, description: str, parameters: JsonValue) -> ToolSpec:
    """Return a tool that can be offered, whatever is wrong with its schema: what isn't JSON Schema is left out.

    A property whose schema is broken keeps its description only, so that any value fits it.
    """
    made = ToolSpec(tool_name(name), description, _object(parameters))
    if is_sound(made):
        return made
    properties = made.parameters["properties"]
    kept = {key: _sound_property(key, value) for key, value in properties.items()}
    return ToolSpec(
        made.name,
        description,
        {"type": "object", "properties": kept, "required": [key for key in made.parameters["required"] if key in kept]},
    )


def is_sound(tool: ToolSpec) -> bool:
    """Whether a tool can be offered as it is."""
    try:
        check_spec(tool)
    except ToolDefinitionError:
        return False
    return bool(NAME_PATTERN.fullmatch(tool.name))


def _object(parameters: JsonValue) -> dict[str, Any]:
    given: JsonObject = parameters if isinstance(parameters, Mapping) else {}
    properties, required = given.get("properties"), given.get("required")
    return {
        **given,
        "type": "object",
        "properties": dict(properties) if isinstance(properties, Mapping) else {},
        "required": [key for key in required if isinstance(key, str)] if isinstance(required, (list, tuple)) else [],
    }


def _sound_property(key: str, value: JsonValue) -> JsonObject:
    probe = ToolSpec("probe", "", {"type": "object", "properties": {key: value}})
    if isinstance(value, Mapping) and is_sound(probe):
        return value
    description = value.get("description") if isinstance(value, Mapping) else None
    return {"description": description} if isinstance(description, str) else {}
