"""The grammar of calls: its text, and that tightening a schema never allows more than the schema does."""

from __future__ import annotations

import json

import jsonschema
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from umi_local.engine.constrain import check_tools
from umi_local.errors import ToolDefinitionError
from umi_local.messages import ToolSpec
from umi_local.prompts import CallForm
from umi_local.prompts.grammar import NUMBER_LIMIT, call_grammar, tighten

NAMES = st.sampled_from(["a", "b", "größe"])
TOOLS = (
    ToolSpec("add", "Add.", {"type": "object", "properties": {"a": {"type": "integer"}}, "required": ["a"]}),
    ToolSpec('say "hi"', "Say.", {"type": "object", "properties": {"größe": {"enum": ["klein", "groß"]}}}),
    ToolSpec("now", "", {"type": "object"}),
)


@pytest.mark.parametrize("form", list(CallForm), ids=lambda form: form.value)
def test_the_grammar_of_a_tool_set(golden, form):
    golden(f"call-{form.value}.lark", call_grammar(TOOLS, form))


def test_a_call_needs_a_tool():
    with pytest.raises(ValueError, match="at least one tool"):
        call_grammar([])


@pytest.mark.parametrize("form", list(CallForm), ids=lambda form: form.value)
def test_a_call_begins_with_the_blank_that_a_vocabulary_begins_every_text_with(form):
    plain, led = (call_grammar(TOOLS, form, lead=lead).splitlines() for lead in ("", " "))
    changed = [(a, b) for a, b in zip(plain, led, strict=True) if a != b]
    assert [b.replace(': " ', ': "', 1) for _, b in changed] == [a for a, _ in changed]
    assert len(changed) == len(TOOLS)


bounds = st.sampled_from([{}, {"minimum": 0}, {"maximum": 10}, {"exclusiveMinimum": -5, "maximum": 2 * NUMBER_LIMIT}])
scalars = (
    st.sampled_from(["integer", "number"]).flatmap(lambda kind: bounds.map(lambda b: {"type": kind, **b}))
    | st.integers(0, 3).map(lambda n: {"type": "string", "maxLength": n})
    | st.sampled_from([{}, True, {"type": "boolean"}, {"type": "null"}, {"type": ["number", "null"]}, {"minimum": 3}])
    | st.sampled_from(
        [{"enum": [1, "a", None]}, {"const": {"a": 1}}, {"$ref": "#/$defs/thing"}, {"description": "any"}]
    )
)


def containers(inner):
    return st.one_of(
        st.builds(lambda s: {"type": "array", "items": s}, inner),
        st.builds(lambda n: {"type": "array", "maxItems": n}, st.integers(0, 2)),
        st.builds(lambda s: {"type": "array", "prefixItems": s}, st.lists(inner, min_size=1, max_size=2)),
        objects(inner),
        st.builds(lambda s: {"type": "object", "additionalProperties": s}, inner),
        st.builds(lambda s: {"anyOf": s}, st.lists(inner, min_size=1, max_size=3)),
        st.builds(lambda s: {"allOf": s}, st.lists(inner, min_size=1, max_size=2)),
        st.builds(
            lambda o, names: {**o, "anyOf": [{"required": [name]} for name in names]},
            objects(inner),
            st.lists(NAMES, min_size=1, max_size=2),
        ),
    )


def objects(inner):
    return st.builds(
        lambda properties, required, extra: {
            "type": "object",
            "properties": properties,
            "required": sorted(set(required) & set(properties)),
            **extra,
        },
        st.dictionaries(NAMES, inner, max_size=3),
        st.lists(NAMES, max_size=2),
        st.sampled_from([{}, {"additionalProperties": True}, {"additionalProperties": False}]),
    )


schemas = st.recursive(scalars, containers, max_leaves=8)
thing = {"type": "object", "properties": {"a": {"type": "number"}, "b": {"$ref": "#/$defs/thing"}}}
whole = objects(schemas).map(lambda schema: {**schema, "$defs": {"thing": thing}})

values = st.recursive(
    st.sampled_from([None, True, 0, 1, 3.5, -6, 10**15, 10**16, 1e300, "", "a", "four"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3),
    max_leaves=6,
)
numbers = st.sampled_from([0, 1, 3, 3.5, -6, 11, 10**15, 10**16, -(10**16), 1e300])


def fitting(schema):
    """Values that often, not always, fit a schema: chance would hardly find any."""
    if not isinstance(schema, dict) or not {"type", "enum", "const", "$ref", "anyOf", "allOf"} & set(schema):
        return values
    if "enum" in schema or "const" in schema:
        return st.sampled_from(schema.get("enum", [schema.get("const")]))
    if "$ref" in schema:
        return st.builds(lambda n: {"a": n, "b": {}}, numbers) | values
    if "properties" in schema:
        return _fitting_table(schema)
    for key in ("anyOf", "allOf"):
        if key in schema:
            return st.one_of([fitting(part) for part in schema[key]])
    match schema["type"]:
        case "object":
            return st.dictionaries(NAMES, fitting(schema.get("additionalProperties", True)), max_size=2)
        case "array" if "prefixItems" in schema:
            return st.tuples(*map(fitting, schema["prefixItems"])).map(list)
        case "array":
            return st.lists(fitting(schema.get("items", True)), max_size=2)
        case "string":
            return st.sampled_from(["", "a", "four"])
        case "boolean" | "null" | "integer" | "number":
            return numbers | st.booleans() | st.none()
    return values


def _fitting_table(schema):
    declared = {name: fitting(part) for name, part in schema["properties"].items()}
    required = {name: part for name, part in declared.items() if name in schema["required"]}
    optional = {name: part for name, part in declared.items() if name not in required}
    table = st.fixed_dictionaries(required, optional=optional)
    return (
        table
        | table
        | st.builds(lambda table, more: {**more, **table}, table, st.dictionaries(NAMES, values, max_size=1))
    )


def with_values(schemas):
    return schemas.flatmap(lambda schema: st.tuples(st.just(schema), fitting(schema)))


def accepts(schema, value):
    return jsonschema.Draft202012Validator(schema).is_valid(value)


@settings(max_examples=400)
@given(case=with_values(whole))
def test_what_a_tightened_schema_allows_its_schema_allows(case):
    schema, value = case
    tightened = tighten(schema)
    jsonschema.Draft202012Validator.check_schema(tightened)
    if accepts(tightened, value):
        assert accepts(schema, value)


@settings(max_examples=100)
@given(case=with_values(whole))
def test_ordinary_declared_values_stay_allowed(case):
    """Tightening takes away undeclared properties, huge numbers, and depth below "anything", and nothing else."""
    schema, value = case
    assume(accepts(schema, value))
    text = json.dumps(value)
    assume(not any(huge in text for huge in ("1e+300", "0" * 16)))
    assume(all(name in schema["properties"] for name in value))
    plain = [v for v in value.values() if not isinstance(v, (dict, list))]
    assume(len(plain) == len(value))
    assert accepts(tighten(schema), value)


def test_tightening_leaves_its_argument_alone():
    schema = {"type": "object", "properties": {"a": {"type": "array", "items": True}}, "additionalProperties": True}
    before = json.dumps(schema)
    tighten(schema)
    assert json.dumps(schema) == before


@pytest.mark.parametrize(
    ("schema", "allowed", "refused"),
    [
        ({"type": "number"}, 5, 10**16),
        ({"type": "integer", "maximum": 10**20}, 10**19, -(10**16)),
        ({}, {"a": [1][0]}, 10**16),
        ({"type": "array"}, [1, "a"], [1e300]),
        ({"type": "array", "items": True}, [1, "a"], [1e300]),
        ({"type": "object"}, {"any": "thing"}, {"any": 1e300}),
        ({"type": "object", "additionalProperties": True}, {"any": "thing"}, {"any": 1e300}),
        ({"type": "object", "properties": {}}, {}, {"any": "thing"}),
        (
            {
                "type": "object",
                "properties": {"a": {"type": "array", "items": {"type": "array", "items": {"type": "string"}}}},
                "anyOf": [{"required": ["a"]}],
            },
            {"a": [["x"]]},
            {},
        ),
    ],
)
def test_what_tightening_keeps_and_takes(schema, allowed, refused):
    tightened = tighten({"type": "object", "properties": {"x": schema}})
    assert accepts(tightened, {"x": allowed})
    assert not accepts(tightened, {"x": refused})
    check_tools([ToolSpec("t", "", {"type": "object", "properties": {"x": schema}})])


def test_a_tool_without_parameters_is_called_without_arguments():
    assert not accepts(tighten({"type": "object"}), {"any": "thing"})
    assert accepts(tighten({"type": "object"}), {})


def one_of(*parts):
    return {"type": "object", "properties": {"x": {"oneOf": list(parts)}}}


def table(**properties):
    return {"type": "object", "properties": properties, "required": [name for name in properties if name != "c"]}


def test_alternatives_that_exclude_each_other_only_when_tightened_are_refused():
    schema = one_of(table(a={"type": "integer"}), table(c={"type": "integer"}))
    assert accepts(tighten(schema), {"x": {"a": 1}})
    assert not accepts(schema, {"x": {"a": 1}})
    with pytest.raises(ToolDefinitionError, match="oneOf"):
        check_tools([ToolSpec("t", "", schema)])


@pytest.mark.parametrize(
    "schema",
    [
        one_of({"type": "string"}, table(a={"type": "integer"})),
        one_of(table(kind={"const": "a"}, n={"type": "integer"}), table(kind={"const": "b"}, n={"type": "string"})),
    ],
)
def test_alternatives_of_other_types_or_with_a_tag_are_offered(schema):
    check_tools([ToolSpec("t", "", schema)])
