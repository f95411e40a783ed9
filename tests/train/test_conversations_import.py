"""The paper's five-role conversations as records."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.train.data_files import told, write_json, write_lines
from tests.train.five_role_talks import FIND, GOOD, conversation
from umi_local.errors import RecordFileError
from umi_local.messages import Decision
from umi_local.records import read_records, write_records
from umi_train.five_roles import SPEAKERS, conversation_of_trajectory
from umi_train.importers.conversations import action_of, import_conversations, planned, tool_of_doc
from umi_train.importers.report import ImportReport
from umi_train.paper_samples import Kind, paper_samples


def imported(tmp_path, *conversations, **options):
    report = ImportReport()
    return list(import_conversations(write_json(tmp_path / "c.json", list(conversations)), report, **options)), report


@pytest.mark.parametrize("write", [write_json, write_lines])
def test_a_conversation_becomes_a_record_with_where_it_comes_from(tmp_path, write):
    path = write(tmp_path / "c.json", [conversation(*GOOD)])
    (record,) = import_conversations(path, source="mine", license="CC0-1.0", split="dev")
    assert told(record) == [
        ("user", "Where?"),
        ("call", "I look."),
        ("caller", "find", {"q": "it"}),
        ("tool", "There."),
        ("conclude", "Found."),
        ("answer", "It is there."),
    ]
    assert (record.id, record.license, record.split) == ("mine/c/1", "CC0-1.0", "dev")


@pytest.mark.parametrize(
    ("value", "rationale", "decision"),
    [
        ("I look.\n Next: caller.", "I look.", Decision.CALL),
        ("I look. Next: caller.", "I look.", Decision.CALL),
        (" Next: conclusion", "", Decision.CONCLUDE),
        ("Next: caller. Next: conclusion.", "", Decision.CONCLUDE),
        ("a Next: give up. b Next: conclusion.", "a b", Decision.GIVE_UP),
        ("No marker.", "No marker.", None),
        ("Next: nobody.", "Next: nobody.", None),
    ],
)
def test_a_planners_marker_decides_in_the_papers_order(value, rationale, decision):
    assert planned(value) == (rationale, decision)


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ('Action: find\nAction Input: {"a": 1}', ("find", '{"a": 1}')),
        ("Action: a\nAction: b\nAction Input: x\nAction Input: y", ("b\nAction Input: x", "y")),
        ("Action Input: {}", ("", "{}")),
        ("find", ("", "find")),
    ],
)
def test_a_call_is_read_from_its_last_action_and_input(value, found):
    assert action_of(value) == found


def test_docs_become_schemas_that_require_nothing():
    tool = tool_of_doc(FIND)
    assert tool.parameters["properties"] == {
        "q": {"type": "string", "description": "what"},
        "n": {"type": "integer"},
        "x": {"description": "odd thing"},
    }
    assert tool.parameters["required"] == []
    assert tool_of_doc({"Name": "a", "input": 3}).parameters["properties"] == {}


def test_the_follower_decides_where_there_is_no_marker(tmp_path):
    (record,), _ = imported(tmp_path, conversation(GOOD[0], ("assistant", "Hm."), *GOOD[2:]))
    assert told(record)[1] == ("call", "Hm.")


def test_an_assistant_that_nothing_follows_is_left_out(tmp_path):
    (record,), report = imported(tmp_path, conversation(GOOD[0], ("assistant", "Hm."), *GOOD[1:]))
    assert told(record)[1] == ("call", "I look.")
    assert report.changed["assistant's turns that nothing follows left out"] == 1


def test_giving_up_ends_a_question(tmp_path):
    (record,), _ = imported(tmp_path, conversation(GOOD[0], ("assistant", "No.\n Next: give up."), *GOOD))
    assert [kind for kind, *_ in told(record)][:3] == ["user", "give_up", "user"]


@pytest.mark.parametrize("value", ["none", "", " none\n"])
def test_a_missing_answer_ends_the_record(tmp_path, value):
    (record,), _ = imported(tmp_path, conversation(*GOOD[:5], ("conclusion", value), *GOOD))
    assert told(record)[-1] == ("tool", "There.")
    assert record.is_unfinished


def test_a_call_without_an_observation_ends_the_record(tmp_path):
    (record,), report = imported(tmp_path, conversation(*GOOD[:3], *GOOD[4:]))
    assert told(record)[-1][0] == "caller"
    assert report.changed["turns after a missing answer or result left out"] == 2


@pytest.mark.parametrize(
    ("turns", "reason"),
    [
        ((), "doesn't begin with the user"),
        (GOOD[1:], "doesn't begin with the user"),
        ((GOOD[0], *GOOD[2:]), "a turn of 'caller' without the assistant's"),
        ((*GOOD[:2], ("caller", "Action: find\nAction Input: {1}"), *GOOD[3:]), "arguments that aren't a JSON object"),
        ((*GOOD[:2], ("caller", 'Action: find\nAction Input: {"n": "1"}'), *GOOD[3:]), "arguments that don't fit"),
        ((GOOD[0],), "nothing to learn"),
    ],
)
def test_what_can_not_be_a_record_is_dropped_and_counted(tmp_path, turns, reason):
    records, report = imported(tmp_path, conversation(*turns), conversation(*GOOD))
    assert len(records) == report.n_records == 1
    assert report.dropped == {reason: 1}


def test_what_is_no_conversation_is_an_error_with_its_number(tmp_path):
    with pytest.raises(RecordFileError, match=r"c\.json:2: object 2: tools is not a list"):
        imported(tmp_path, conversation(*GOOD), {"conversations": []})


def test_a_record_makes_the_papers_samples_again(tmp_path):
    """There and back: what a record's paper samples say is what the conversation said, layout of arguments aside."""
    (record,), _ = imported(tmp_path, conversation(*GOOD))
    write_records(tmp_path / "r.jsonl", [record])
    (again,) = read_records(tmp_path / "r.jsonl")
    back = conversation_of_trajectory(again.trajectory)
    assert [turn.speaker for turn in back.turns] == [speaker for speaker, _ in GOOD]
    assert len(list(paper_samples([back], Kind.PLANNER))) == 2


spoken = st.tuples(
    st.sampled_from(SPEAKERS),
    st.text(max_size=10)
    | st.sampled_from(
        ["x\n Next: caller.", " Next: give up.", "Next: conclusion.", GOOD[2][1], "Action: a\nAction Input: {}"]
    ),
)


@given(st.lists(st.lists(spoken, max_size=8), max_size=3), st.booleans())
def test_any_conversations_give_sound_records_or_are_counted(tmp_path_factory, some, keep):
    records, report = imported(
        tmp_path_factory.mktemp("c"), *(conversation(*turns) for turns in some), keep_search_prompts=keep
    )
    assert len(records) == report.n_records == len(some) - report.dropped.total()
