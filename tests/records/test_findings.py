"""What is wrong with a record whose form is right."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given

from tests.records.some_records import GOOD, TURNS, WEATHER, kinds_of, record, records, with_turn
from umi_local.messages import (
    CallerTurn,
    Decision,
    Observation,
    PlannerTurn,
    SummarizerTurn,
    ToolCall,
    ToolSpec,
    ToolTurn,
    Trajectory,
    UserTurn,
)
from umi_local.records.findings import Schemas, findings

USER, CALL, CALLER, TOOL, CONCLUDE, ANSWER, _, GIVE_UP = TURNS


def found(one):
    return [(f.kind, f.field, f.message) for f in findings(one, Schemas())]


def test_nothing_is_wrong_with_a_good_record():
    assert found(GOOD) == []


@pytest.mark.parametrize(
    ("turns", "at"),
    [
        ((CALL,), 0),
        ((USER, CALLER), 1),
        ((USER, CALL, TOOL), 2),
        ((USER, CALL, CALLER, CALL), 3),
        ((USER, CALL, CALLER, USER), 3),
        ((USER, CALL, CALLER, TOOL, ANSWER), 4),
        ((USER, CONCLUDE, CALLER), 2),
        ((USER, CALL, ANSWER), 2),
        ((USER, CONCLUDE, ANSWER, CONCLUDE), 3),
        ((USER, GIVE_UP, ANSWER), 2),
        ((USER, GIVE_UP, CALL), 2),
    ],
)
def test_turns_out_of_order_are_found_at_their_place(turns, at):
    wrong = [field for kind, field, _ in found(record(1, *turns)) if kind == "turn order"]
    assert wrong == [f"turns[{at}]"]


@pytest.mark.parametrize(
    "turns",
    [
        (USER, GIVE_UP),
        (USER, CONCLUDE, ANSWER),
        (USER, USER, CONCLUDE, ANSWER),
        (USER, CALL, CALLER, TOOL, CALL, CALLER, TOOL, CONCLUDE, ANSWER),
        (USER, CALL, CALLER, TOOL, USER, GIVE_UP),
        (USER, GIVE_UP, USER, CONCLUDE, ANSWER),
    ],
)
def test_turns_in_an_order_that_happens_are_right(turns):
    assert found(record(1, *turns)) == []


@pytest.mark.parametrize(
    ("turns", "after"),
    [
        ((USER, CALL), "a planner's 'call'"),
        ((USER, CONCLUDE), "a planner's 'conclude'"),
        ((USER, CALL, CALLER), "a caller's turn"),
        ((USER, CALL, CALLER, TOOL), "a tool's turn"),
        ((USER, CONCLUDE, ANSWER, USER), "a user's turn"),
    ],
)
def test_an_end_in_the_middle_is_found_unless_the_record_says_so(turns, after):
    expected = ("unterminated", f"turns[{len(turns) - 1}]", f"is the last, but after {after} something must come")
    assert found(record(1, *turns)) == [expected]
    assert found(record(1, *turns, metadata={"unfinished": True})) == []


def test_a_record_needs_turns_and_somebody_to_learn_from():
    assert kinds_of(replace(GOOD, trajectory=Trajectory((WEATHER,), ()), metadata={})) == ["no turns"]
    assert kinds_of(record(1, USER)) == ["nothing to learn"]


def test_an_unknown_tool_is_found_with_those_on_offer():
    call = CallerTurn(ToolCall("wether", {"city": "Köln"}))
    message = "is 'wether', which is not on offer; on offer: weather"
    assert found(with_turn(2, call)) == [("unknown tool", "turns[2].call.name", message)]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({}, "city is missing"),
        ({"city": 3}, "city must be string, not integer"),
        ({"city": "Köln", "days": "2"}, "days must be integer, not string"),
        ({"city": "Köln", "day": 2}, "day is unknown; did you mean days?"),
    ],
)
def test_arguments_that_do_not_fit_are_found(arguments, message):
    expected = ("arguments that don't fit", "turns[2].call.arguments", message)
    assert found(with_turn(2, CallerTurn(ToolCall("weather", arguments)))) == [expected]


@pytest.mark.parametrize(
    ("tool", "message"),
    [
        (ToolSpec("a b", "", {"type": "object"}), "names have 1 to 64 of the characters"),
        (ToolSpec("x" * 65, "", {"type": "object"}), "names have 1 to 64 of the characters"),
        (ToolSpec("a", "", {}), "its parameters are not a JSON Schema of type object"),
        (ToolSpec("a", "", {"type": "object", "properties": {"x": {"type": "text"}}}), "its schema is wrong at"),
        (ToolSpec("a", "", {"type": "object", "$ref": "http://x/y"}), "its schema refers to 'http://x/y'"),
    ],
)
def test_a_tool_that_can_not_be_offered_is_found_once(tool, message):
    one = replace(GOOD, trajectory=Trajectory((WEATHER, tool), TURNS))
    assert [(kind, field) for kind, field, _ in found(one)] == [("unusable tool", "tools[1]")]
    assert found(one)[0][2].startswith(message)


def test_a_call_of_an_unusable_tool_is_not_told_twice():
    tool = ToolSpec("weather", "", {"type": "object", "properties": 3})
    assert kinds_of(replace(GOOD, trajectory=Trajectory((tool,), TURNS))) == ["unusable tool"]


def test_two_tools_of_one_name_are_found():
    one = replace(GOOD, trajectory=Trajectory((WEATHER, WEATHER), TURNS))
    assert found(one) == [("tool named twice", "tools[1].name", "is 'weather', as that of tools[0]")]


@pytest.mark.parametrize(
    ("i", "turn", "kind", "field"),
    [
        (0, UserTurn(" \n"), "empty text", "turns[0].text"),
        (5, SummarizerTurn(""), "empty text", "turns[5].text"),
        (0, UserTurn("a\ud800"), "broken text", "turns[0].text"),
        (1, PlannerTurn("\udfff", Decision.CALL), "broken text", "turns[1].rationale"),
        (2, CallerTurn(ToolCall("weather", {"city": "\ud800"})), "broken text", "turns[2].call.arguments"),
        (3, ToolTurn(Observation("\ud800")), "broken text", "turns[3].observation.text"),
        (3, ToolTurn(Observation("", omitted_chars=-1)), "negative count", "turns[3].observation.omitted_chars"),
        (4, PlannerTurn("So.\nNext: summarizer", Decision.CONCLUDE), "marker in a rationale", "turns[4].rationale"),
        (4, PlannerTurn("  Next: up", Decision.CONCLUDE), "marker in a rationale", "turns[4].rationale"),
    ],
)
def test_texts_that_nobody_should_learn_from_are_found(i, turn, kind, field):
    assert [(k, f) for k, f, _ in found(with_turn(i, turn))] == [(kind, field)]


def test_an_empty_rationale_and_an_empty_observation_are_right():
    assert found(with_turn(1, PlannerTurn("", Decision.CALL))) == []
    assert found(with_turn(3, ToolTurn(Observation("")))) == []
    assert found(with_turn(1, PlannerTurn("What comes Next: I call.", Decision.CALL))) == []


@pytest.mark.parametrize("numbers", [[8], [-1], ["1"], 5, [True], [1.0]])
def test_numbers_of_turns_without_loss_must_be_numbers_of_turns(numbers):
    assert [(k, f) for k, f, _ in found(replace(GOOD, metadata={"no_loss": numbers}))] == [
        ("wrong metadata", "metadata.no_loss")
    ]


def test_unfinished_must_be_true_or_false():
    assert [f for _, f, _ in found(replace(GOOD, metadata={"unfinished": "yes"}))] == ["metadata.unfinished"]


@given(records)
def test_any_record_can_be_judged(one):
    for finding in findings(one, Schemas()):
        assert finding.kind
        assert finding.message


def test_validators_are_kept_for_the_tools_used_last():
    schemas = Schemas(n_kept=2)
    tools = [ToolSpec(f"t{n}", "", {"type": "object"}) for n in range(3)]
    first = schemas.of(tools[0])
    assert schemas.of(tools[0]) is first
    schemas.of(tools[1])
    schemas.of(tools[0])
    schemas.of(tools[2])  # drops t1
    assert schemas.of(tools[0]) is first
