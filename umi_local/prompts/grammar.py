"""Tool specs to the Lark text that llguidance compiles: one rule a tool, so that a name is bound to its own arguments.

Pure text; `umi_local.engine.constrain` compiles it. Schemas are tightened first (`tighten`), to a subset that always ends
in JSON that Python and jsonschema accept: a grammar may be narrower than its schema, never wider.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from umi_local.messages import JsonObject, JsonValue, ToolSpec
from umi_local.prompts.base import CallForm, compact_json

COMPACT = {"whitespace_flexible": False, "item_separator": ",", "key_separator": ":"}

NUMBER_LIMIT = 10**15
"""Numbers without bounds get these: exactly representable, and no exponent can overflow to infinity."""


def call_grammar(tools: Sequence[ToolSpec], form: CallForm = CallForm.JSON, *, lead: str = "") -> str:
    """Return the Lark grammar of one call of any of the tools.

    Args:
        lead: What the call's first token begins with, where a vocabulary begins every text with a blank.

    Raises:
        ValueError: There are no tools.
    """
    if not tools:
        raise ValueError("a call needs at least one tool")
    start = "start: " + " | ".join(f"call{i}" for i in range(len(tools)))
    rules = [line for i, tool in enumerate(tools) for line in _call_rules(i, tool, form, lead)]
    return "\n".join((start, *rules))


def _call_rules(i: int, tool: ToolSpec, form: CallForm, lead: str) -> tuple[str, str]:
    layout = {"x-guidance": COMPACT} if form is CallForm.JSON else {}  # the released callers indent their arguments
    schema = compact_json(tighten(tool.parameters) | layout)
    if form is CallForm.JSON:
        opening = f'{lead}{{"name":{compact_json(tool.name)},"arguments":'
        call = f'call{i}: {json.dumps(opening)} arguments{i} "}}"'
    else:
        opening = f"{lead}Action: {tool.name}\nAction Input: "
        call = f"call{i}: {json.dumps(opening)} arguments{i}"
    return call, f"arguments{i}: %json {schema}"


_DECIDES = ("type", "enum", "const", "$ref", "anyOf", "oneOf", "allOf", "properties", "items", "pattern")
_DECLARES = frozenset((*_DECIDES[1:], "additionalProperties", "patternProperties", "required"))
_MAPS = ("properties", "$defs", "definitions", "patternProperties")


def tighten(schema: JsonObject, *, close: bool = True) -> dict[str, JsonValue]:
    """Return a schema that allows a subset: no undeclared properties, numbers within ±10^15, no bare "anything".

    Args:
        close: Whether an object may be closed to undeclared properties; false inside `allOf`, whose parts would then
            exclude each other's properties.
    """
    result = dict(schema)
    if not any(key in result for key in _DECIDES):
        return {**_anything(), **result}
    is_decided = any(key in result for key in ("type", "properties", "$ref", "enum", "const"))
    combined = any(key in result for key in ("anyOf", "oneOf", "allOf", "$ref"))
    for key in ("items", "additionalProperties"):
        if key in result:
            result[key] = _tighten_part(result[key])
    for key in ("anyOf", "oneOf", "allOf", "prefixItems"):
        if isinstance(result.get(key), list):
            inner = key == "prefixItems" or (key != "allOf" and "properties" not in result)
            bare = is_decided and key != "prefixItems"
            result[key] = [
                part if bare and _is_bare(part) else _tighten_part(part, close=inner) for part in result[key]
            ]
    for key in _MAPS:
        if isinstance(result.get(key), Mapping):
            result[key] = {name: _tighten_part(s) for name, s in result[key].items()}
    kinds = result.get("type")
    kinds = kinds if isinstance(kinds, list) else [kinds]
    if close and not combined and "object" in kinds:
        result.setdefault("additionalProperties", False)
    if not combined and "array" in kinds:
        result.setdefault("items", _anything())
    if "number" in kinds or "integer" in kinds:
        if not {"minimum", "exclusiveMinimum"} & result.keys():
            result["minimum"] = -NUMBER_LIMIT
        if not {"maximum", "exclusiveMaximum"} & result.keys():
            result["maximum"] = NUMBER_LIMIT
    return result


def _is_bare(part: JsonValue) -> bool:
    """Whether a part of a combination only narrows what its schema decides, such as `{"required": ["a"]}`."""
    return part is True or (isinstance(part, Mapping) and not any(key in part for key in _DECIDES))


def _tighten_part(schema: JsonValue, *, close: bool = True) -> JsonValue:
    if schema is True:
        return _anything()
    if isinstance(schema, Mapping) and schema.get("type") == "object" and not _DECLARES.intersection(schema):
        schema = {**schema, "additionalProperties": _anything()}  # a free table: closed, it could only be empty
    return tighten(schema, close=close) if isinstance(schema, Mapping) else schema


def _anything() -> dict[str, JsonValue]:
    """Return a schema of plain values, lists and tables of them: enough for a call, and always finite numbers."""
    number = {"type": "number", "minimum": -NUMBER_LIMIT, "maximum": NUMBER_LIMIT}
    plain = [{"type": "string"}, number, {"type": "boolean"}, {"type": "null"}]
    nested = [
        {"type": "array", "items": {"anyOf": plain}},
        {"type": "object", "additionalProperties": {"anyOf": plain}},
    ]
    return {"anyOf": [*plain, *nested]}
