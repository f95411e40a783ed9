"""ToolAlpaca's format as records."""

from __future__ import annotations

import json

import pytest

from tests.train.data_files import told, write_json
from umi_local.errors import RecordFileError
from umi_local.records import validate, write_records
from umi_train.importers.report import ImportReport
from umi_train.importers.toolalpaca import import_toolalpaca, tools_of

DESCRIBED = (
    'Find birds.\nParameters: {"colour": "Required. string. One of: [red, blue]. Of the feathers.", "n": "integer. How many.", '
    '"tags": "Array[string]. Any.", "odd": "Something"}\nOutput: Successful response.\n - Format: application/json'
)
OPENAPI = {
    "paths": {
        "/birds": {
            "get": {
                "parameters": [
                    {
                        "name": "colour",
                        "in": "query",
                        "required": True,
                        "description": "Of the feathers.",
                        "schema": {"type": "string", "example": "red"},
                    },
                    {"name": "n", "in": "query", "schema": {"type": "integer"}},
                    3,
                ]
            },
            "post": {
                "requestBody": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Bird"}}}}
            },
        }
    },
    "components": {
        "schemas": {
            "Bird": {
                "type": "object",
                "properties": {"name": {"type": "string"}, "nest": {"$ref": "#/x"}},
                "required": ["name"],
            }
        }
    },
}


def api(*instances, **fields):
    return {
        "Name": "Birds & Co",
        "Function_Description": {"findBirds": DESCRIBED, "components": ""},
        "Function_Projection": {"findBirds": ["/birds", "get"]},
        "Documentation": json.dumps(OPENAPI),
        "Instances": list(instances),
        **fields,
    }


def step(
    action="findBirds",
    arguments='{"colour": "red"}',
    observation="Status Code: 200. Response: robin",
    thought="I look.",
):
    text = f" Thought: {thought}\nAction: {action}\nAction Input: {arguments}"
    return [[action, arguments, text], observation]


def instance(*steps, **fields):
    return {
        "input": "Any red birds?\nHint: use findBirds",
        "output": "The robin.",
        "Final Thought": "I know it.",
        "intermediate_steps": list(steps) or [step()],
        **fields,
    }


def imported(tmp_path, *apis):
    report = ImportReport()
    return list(import_toolalpaca(write_json(tmp_path / "train_data.json", list(apis)), report)), report


def test_an_instance_becomes_a_record(tmp_path):
    (record,), _ = imported(tmp_path, api(instance()))
    assert told(record) == [
        ("user", "Any red birds?"),
        ("call", "I look."),
        ("caller", "findBirds", {"colour": "red"}),
        ("tool", "Status Code: 200. Response: robin"),
        ("conclude", "I know it."),
        ("answer", "The robin."),
    ]
    assert (record.id, record.license) == ("toolalpaca/train_data/1-Birds___Co/0", "Apache-2.0")
    write_records(tmp_path / "out.jsonl", [record])
    assert list(validate(tmp_path / "out.jsonl")) == []


def test_parameters_are_those_that_the_models_were_shown():
    (tool,) = tools_of(api())
    assert (tool.name, tool.description) == ("findBirds", "Find birds.")
    assert tool.parameters == {
        "type": "object",
        "properties": {
            "colour": {"type": "string", "enum": ["red", "blue"], "description": "Of the feathers."},
            "n": {"type": "integer", "description": "How many."},
            "tags": {"type": "array", "description": "Any."},
            "odd": {"description": "Something"},
        },
        "required": ["colour"],
    }


@pytest.mark.parametrize("text", ["Find birds.", "Find birds.\nParameters: {oops"])
def test_parameters_come_from_the_document_where_none_are_shown(text):
    (tool,) = tools_of(api(Function_Description={"findBirds": text}))
    assert tool.parameters["properties"] == {
        "colour": {"type": "string", "description": "Of the feathers."},
        "n": {"type": "integer"},
    }
    assert tool.parameters["required"] == ["colour"]


def test_the_fields_of_a_body_are_parameters_too():
    (tool,) = tools_of(api(Function_Description={}, Function_Projection={"addBird": ["/birds", "POST"]}))
    assert tool.parameters["properties"] == {"name": {"type": "string"}, "nest": {}}
    assert tool.parameters["required"] == ["name"]


@pytest.mark.parametrize(
    "fields", [{"Documentation": "{"}, {"Documentation": 3}, {"Function_Projection": {"f": ["/none", "get"]}}]
)
def test_a_document_that_says_nothing_leaves_no_parameters(fields):
    (tool,) = tools_of(api(Function_Description={}, **fields))
    assert tool.parameters["properties"] == {}


def test_the_older_key_of_functions_is_read():
    (tool,) = tools_of({"Name": "x", "Functions": {"f": "Does.\nParameters: {}", "components": "c"}})
    assert (tool.name, tool.description) == ("f", "Does.")


def test_asking_for_details_becomes_an_answer_and_the_users_next_words(tmp_path):
    asks = step("getDetails", '{"Question": "Which colour?"}', "Red ones.", "I must ask.")
    (record,), _ = imported(tmp_path, api(instance(asks, step())))
    assert told(record)[1:4] == [("conclude", "I must ask."), ("answer", "Which colour?"), ("user", "Red ones.")]


def test_a_status_of_failure_is_an_error(tmp_path):
    failed = step(observation="Status Code: 404. Response: nothing")
    (record,), _ = imported(tmp_path, api(instance(failed, step())))
    assert told(record)[3] == ("error", "Status Code: 404. Response: nothing")


def test_thoughts_lose_their_labels(tmp_path):
    one = instance(step(thought="I\nlook. ASSISTANT"), **{"Final Thought": "Thought: I know."})
    (record,), _ = imported(tmp_path, api(one))
    assert told(record)[1] == ("call", "I look.")
    assert told(record)[4] == ("conclude", "I know.")


def test_missing_thoughts_are_made(tmp_path):
    one = instance([["findBirds", {"colour": "red"}, ""], "robin"], **{"Final Thought": None})
    (record,), report = imported(tmp_path, api(one))
    assert all(rationale for kind, rationale, *_ in told(record) if kind in ("call", "conclude"))
    assert report.changed["rationales made"] == 2


@pytest.mark.parametrize(
    ("one", "reason"),
    [
        ({}, "an instance without input"),
        ("x", "an instance without input"),
        ({"input": "x"}, "an instance without steps"),
        (instance(*[step()] * 6), "an instance with more than 5 steps"),
        (instance(step("getDetails", '{"Question": "?"}')), "an instance that only asks for details"),
        (instance(step(), step("getDetails", "{}")), "a request for details without a question"),
        (instance(step(arguments="red")), "arguments that aren't a JSON object"),
        (instance(step(arguments='{"colour": "green"}')), "arguments that don't fit"),
        (instance(step("noBirds")), "unknown tool"),
        (instance(output=""), "an instance without output"),
        (instance(output="Agent stopped due to iteration limit or time limit."), "an instance without output"),
        (instance([["a", "b"], "c"]), "a step that isn't [[action, input, text], observation]"),
        (instance([["a", "{}", "c"], None]), "a step that isn't [[action, input, text], observation]"),
        (instance(3), "a step that isn't [[action, input, text], observation]"),
    ],
)
def test_what_can_not_be_a_record_is_dropped_and_counted(tmp_path, one, reason):
    records, report = imported(tmp_path, api(one, instance()))
    assert len(records) == 1
    assert report.dropped == {reason: 1}


def test_an_api_without_instances_is_counted(tmp_path):
    assert imported(tmp_path, api())[1].dropped == {"an API without instances": 1}
    assert imported(tmp_path, {"Name": "x", "Golden_Answers": []})[1].dropped == {"an API without instances": 1}


def test_what_is_no_api_is_an_error_with_its_number(tmp_path):
    with pytest.raises(RecordFileError, match=r"train_data\.json:2: object 2 has no Name"):
        imported(tmp_path, api(), {"name": "x"})
