"""A record as a line of JSON, and back."""

from __future__ import annotations

import json

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.records.some_records import GOOD, record, records
from umi_local.messages import CallerTurn, ToolCall, Trajectory
from umi_local.records import Record, parse_record, render_record
from umi_local.records.record import MAX_DEPTH, RecordFormError


@given(records)
@example(GOOD)
def test_a_record_survives_being_written_and_read(one):
    line = render_record(one)
    assert parse_record(line) == one
    assert line.index(b"\n") == len(line) - 1
    line.decode("utf-8")


def test_the_keys_come_in_the_order_in_which_people_read():
    data = json.loads(render_record(GOOD))
    assert list(data) == ["id", "source", "license", "split", "tools", "turns", "metadata"]
    assert [turn["type"] for turn in data["turns"]] == [
        *("user", "planner", "caller", "tool", "planner", "summarizer", "user", "planner")
    ]


def test_only_tools_and_turns_are_needed():
    read = parse_record(b'{"tools": [], "turns": [{"type": "user", "text": "hi"}]}')
    assert (read.id, read.source, read.license, read.split, dict(read.metadata)) == ("", "", "", "train", {})


@pytest.mark.parametrize(
    ("line", "field", "message"),
    [
        (b'{"tools": [], "turns": [], "split": "all"}', "split", "is 'all'; expected one of train, dev, test"),
        (b'{"tools": [], "turnz": []}', "turnz", "is an unknown key; did you mean 'turns'?"),
        (b'{"tools": [], "turns": [{"type": "chef"}]}', "turns[0].type", "is 'chef'; expected one of user"),
        (b'{"tools": [], "turns": [{"type": "user", "text": 3}]}', "turns[0].text", "is 3; expected str"),
        (b'{"tools": [], "turns": [{"type": "planner", "rationale": ""}]}', "turns[0].decision", "is missing"),
        (b'{"tools": [{"name": "a"}], "turns": []}', "tools[0].description", "is missing"),
        (b"[]", "", "the line must be a table with keys"),
        (b"{", "", "not JSON: Expecting property name enclosed in double quotes at character 1"),
        (b'{"tools": [], "turns": [], "metadata": {"x": NaN}}', "", "not JSON: NaN is not a JSON value"),
        (b'{"id": "\xff"}', "", "byte 8 isn't UTF-8 text"),
        (b"[" * 5000 + b"]" * 5000, "", f"more than {MAX_DEPTH} lists and objects within each other"),
        (b'{"id": ' + b"9" * 5000 + b"}", "", "not JSON: Exceeds the limit"),
    ],
)
def test_what_is_no_record_is_said_with_its_field(line, field, message):
    with pytest.raises(RecordFormError) as caught:
        parse_record(line)
    found = [(where, what) for where, what in caught.value.problems if where == field]
    assert [what[: len(message)] for _, what in found] == [message]


def test_everything_wrong_with_a_form_is_said_at_once():
    with pytest.raises(RecordFormError) as caught:
        parse_record(b'{"id": 1, "tools": 2, "turns": [{"type": "user"}]}')
    assert [field for field, _ in caught.value.problems] == ["tools", "turns[0].text", "id"]


@given(st.binary(max_size=60) | st.text(max_size=60).map(str.encode))
def test_any_bytes_are_a_record_or_a_form_error(data):
    try:
        one = parse_record(data)
    except RecordFormError:
        return
    assert isinstance(one, Record)


def test_brackets_within_texts_are_no_nesting():
    one = record(1, *GOOD.trajectory.turns[:1], metadata={"art": "[[{{" * 200 + '"\\'})
    assert parse_record(render_record(one)) == one


@pytest.mark.parametrize("value", [float("nan"), float("inf"), {1, 2}, object()])
def test_what_is_not_json_can_not_be_written(value):
    one = Record(trajectory=Trajectory((), (CallerTurn(ToolCall("a", {"x": value})),)))
    with pytest.raises(ValueError, match=r"not JSON|Out of range|not JSON serializable"):
        render_record(one)


def test_turns_without_loss_are_known_by_number():
    assert GOOD.no_loss == {5}
    assert record(metadata={"no_loss": "5"}).no_loss == set()
    assert record(metadata={"no_loss": [1, "2"]}).no_loss == {1}
    assert record(metadata={"unfinished": True}).is_unfinished
    assert not record(metadata={"unfinished": 1}).is_unfinished
