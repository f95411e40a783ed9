import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from umi_local.engine.chat_api import Token
from umi_local.engine.remote_calls import (
    BadCallError,
    call_schema,
    decision_of,
    find_decision,
    probabilities_at,
    read_call,
)
from umi_local.messages import Decision, ToolSpec
from umi_local.prompts.decisions import NEXT

PLAIN = ToolSpec("plain", "", {"type": "object", "properties": {"n": {"type": "integer"}}, "required": ["n"]})
TREE = ToolSpec(
    "tree",
    "",
    {
        "type": "object",
        "properties": {"root": {"$ref": "#/$defs/node"}},
        "required": ["root"],
        "$defs": {
            "node": {
                "type": "object",
                "properties": {"children": {"type": "array", "items": {"$ref": "#/$defs/node"}}},
                "required": ["children"],
            }
        },
    },
)


@pytest.mark.parametrize(
    ("text", "decision"),
    [
        ("Next: caller", Decision.CALL),
        ("a\nb\nNext: summarizer", Decision.CONCLUDE),
        ("a\n  next : give_up.", Decision.GIVE_UP),
        ("**Next:** `Caller`", Decision.CALL),
        ("> Next: Give up, sorry", Decision.GIVE_UP),
        ("Next: giveup", Decision.GIVE_UP),
        ("Next: summarizer\nNext: caller", Decision.CONCLUDE),
    ],
)
def test_a_decision_is_found_as_instruct_models_write_it(text, decision):
    found = find_decision(text)
    assert found is not None
    assert decision_of(found["word"]) is decision


@pytest.mark.parametrize("text", ["", "caller", "The next: caller", "Next: callers", "Next: dinner", "Next:\ncaller"])
def test_other_text_is_no_decision(text):
    assert find_decision(text) is None


@given(st.text(st.characters(exclude_characters="xX")), st.sampled_from(Decision))
def test_our_own_markers_are_always_found_at_the_end(text, decision):
    found = find_decision(f"{text}\n{NEXT[decision]}")
    assert found is not None
    assert decision_of(found["word"]) is decision


def test_a_call_in_prose_is_read():
    call = read_call('Sure! ```json\n{"name": "plain", "arguments": {"n": 1}}\n``` Done {}', [TREE, PLAIN])
    assert (call.name, call.arguments) == ("plain", {"n": 1})


def test_arguments_are_held_to_the_tools_own_schema():
    with pytest.raises(BadCallError, match="n must be integer"):
        read_call('{"name": "plain", "arguments": {"n": "1"}}', [PLAIN])


@pytest.mark.parametrize(
    ("call", "is_valid"),
    [
        ({"name": "plain", "arguments": {"n": 1}}, True),
        ({"name": "plain", "arguments": {}}, False),
        ({"name": "tree", "arguments": {"root": {"children": [{"children": []}]}}}, True),
        ({"name": "tree", "arguments": {"root": {"children": [{}]}}}, False),
        ({"name": "tree", "arguments": {"n": 1}}, False),
        ({"name": "other", "arguments": {"n": 1}}, False),
        ({"name": "plain", "arguments": {"n": 1}, "more": 1}, False),
    ],
)
def test_the_schema_binds_each_name_to_its_own_arguments(call, is_valid):
    for tools in ([PLAIN, TREE], [TREE, PLAIN]):
        schema = call_schema(tools)
        Draft202012Validator.check_schema(schema)
        assert Draft202012Validator(json.loads(json.dumps(schema))).is_valid(call) is is_valid


def test_one_tool_needs_no_union():
    assert call_schema([PLAIN])["properties"]["name"]["const"] == "plain"
    assert Draft202012Validator(call_schema([TREE])).is_valid({"name": "tree", "arguments": {"root": {"children": []}}})


def tokens(*texts: str, top: dict[str, float] | None = None) -> list[Token]:
    return [Token(text, top or {}) for text in texts]


def test_probabilities_need_a_token_that_begins_with_the_word():
    top = {" caller": 0.0, "summarizer": 0.0}
    assert probabilities_at(tokens("Next:", " caller", top=top), 6) == {
        Decision.CALL: 0.5,
        Decision.CONCLUDE: 0.5,
        Decision.GIVE_UP: 0.0,
    }
    assert probabilities_at(tokens("Next: ca", "ller", top=top), 6) == {}
    assert probabilities_at(tokens("Next:", " caller"), 6) == {}
    assert probabilities_at([], 6) == {}
