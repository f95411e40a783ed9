"""ToolBench's answer files: every quirk of the paper's two steps, and the records made of them."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.train.data_files import told, write_json
from tests.train.toolbench_answers import ANSWERED, FINISH, SEARCH, SEARCHED, answer_file, call, finish, result
from umi_local.errors import RecordFileError
from umi_local.prompts.alpha_umi import render_docs
from umi_local.records import validate, write_records
from umi_train.importers.report import ImportReport
from umi_train.importers.toolbench import import_toolbench
from umi_train.toolbench import AnswerFileError, doc_of, final_answer, observation_of, query_id, stage_one, stage_two


def conversation(*messages):
    return [(turn.speaker, turn.value) for turn in stage_two(stage_one(answer_file(*messages))).turns]


def imported(path, **options):
    report = ImportReport()
    return list(import_toolbench(path, report, **options)), report


def test_the_last_message_list_without_its_first_two_messages_is_the_conversation():
    assert conversation(*SEARCHED, ANSWERED) == [
        ("user", "Which number has Momo?"),
        ("assistant", "I search.\n Next: caller."),
        ("caller", 'Action: search_for_books\nAction Input: {\n  "title": "Momo"\n}'),
        ("observation", "{'id': 7}"),
        ("assistant", "Found.\n Next: conclusion."),
        ("conclusion", "It is book 7."),
    ]


def test_docs_keep_the_tail_of_names_the_head_of_descriptions_and_the_tail_of_arguments():
    function = {
        "name": "a" * 10 + "b" * 64,
        "description": "c" * 256 + "d",
        "parameters": {
            "properties": {
                "long": {"type": "string", "description": "e" + "f" * 256},
                "empty": {"type": "string", "description": ""},
                "bare": {"type": "integer", "enum": [1], "default": 1, "example_value": 1},
            }
        },
    }
    assert doc_of(function) == {
        "Name": "b" * 64,
        "function": "c" * 256,
        "input": {"long": "string, " + "f" * 256, "empty": "string, ", "bare": "integer"},
    }


def test_finish_is_no_tool():
    assert [doc["Name"] for doc in stage_one(answer_file(*SEARCHED)).tools] == ["search_for_books"]


@pytest.mark.parametrize(
    ("content", "planner"), [(None, " Next: caller."), ("", "\n Next: caller."), ("Hm", "Hm\n Next: caller.")]
)
def test_a_call_without_a_thought_is_only_the_marker(content, planner):
    assert conversation(call("search_for_books", "{}", content))[1] == ("assistant", planner)


@pytest.mark.parametrize(
    ("arguments", "content", "answer"),
    [
        ('{"return_type": "give_answer", "final_answer": "42"}', "x", "42"),
        ({"return_type": "give_answer", "final_answer": "42"}, "x", "42"),
        ('{"return_type": "give_answer"}', "x", "none"),
        ('{"return_type": "give_up_and_restart"}', "x", None),
        ({"return_type": "give_up_and_restart"}, "x", None),
        ('{"return_type": "give_up_and_restart"', "x", None),
        ('{"return": "give_up_and_restart"}', "x", None),
        ('{"return_type": "give_answer", "final_answer": "a "quoted" word"}', "x", 'a "quoted" word'),
        ('{"final_answer": "no kind"}', "x", "no kind"),
        ('{"final_answer": "cut in the mid', "x", "cut in the mid"),
        ('{"return_type": "give_answer",\n "final_answer": "with a line end"\n}', "x", "with a line end"),
        ('{"return_type": oops,\n "final_answer": "with a line end"\n}', "x", 'with a line end"\n'),
        ("oops", "What I said.", "What I said."),
        ("oops", None, "none"),
        (None, None, "none"),
        ('{"return_type": "give_answer", "final_answer": 42}', "x", "42"),
    ],
)
def test_a_finish_answers_or_gives_up_however_broken_it_is(arguments, content, answer):
    assert final_answer(arguments, content) == answer


def test_giving_up_is_a_planners_turn_and_nothing_more():
    assert conversation(*SEARCHED, finish("No.", return_type="give_up_and_restart"))[-1] == (
        *("assistant", "No.\n Next: give up."),
    )


@pytest.mark.parametrize(
    ("content", "observation"),
    [
        ('{"error": "", "response": "{\'a\': 1}"}', "{'a': 1}"),
        ('{"error": "", "response": {"a": 1}}', "{'a': 1}"),
        ('{"error": "", "response": "cut her...', ' "cut her...'),
        ('{"error": "x"}', ""),
        ("nothing like it", ""),
        ("[]", ""),
    ],
)
def test_an_observation_is_the_response_or_what_is_left_of_it(content, observation):
    assert observation_of(content) == observation


def test_a_message_without_a_call_is_dropped_and_the_search_prompt_kept_verbatim():
    prompt = "This is not the first time you try this task, all previous trails failed.\n"
    found = conversation({"role": "assistant", "content": "Thinking"}, {"role": "user", "content": prompt}, *SEARCHED)
    assert [speaker for speaker, _ in found] == ["user", "user", "assistant", "caller", "observation"]
    assert found[1] == ("user", prompt)


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        ({}, "no answer_generation"),
        ({"answer_generation": 3}, "no answer_generation"),
        ({"answer_generation": {"query": "x"}}, "no train_messages"),
        ({"answer_generation": {"train_messages": []}}, "no train_messages"),
        ({"answer_generation": {"train_messages": [3]}}, "no train_messages"),
    ],
)
def test_a_file_without_messages_gives_nothing(answer, reason):
    with pytest.raises(AnswerFileError, match=reason):
        stage_one(answer)


def test_the_query_id_is_what_stands_before_the_first_underscore():
    assert query_id("123_DFS_woFilter_w2.json") == "123"


def test_a_folder_becomes_sound_records_with_full_schemas(tmp_path):
    write_json(tmp_path / "G1_answer" / "5_x.json", answer_file(*SEARCHED, ANSWERED))
    write_json(tmp_path / "G2_answer" / "6_x.json", answer_file(finish("Never.", return_type="give_up_and_restart")))
    records, report = imported(tmp_path)
    assert [record.id for record in records] == ["toolbench/G1/5_x", "toolbench/G2/6_x"]
    assert told(records[0]) == [
        ("user", "Which number has Momo?"),
        ("call", "I search."),
        ("caller", "search_for_books", {"title": "Momo"}),
        ("tool", "{'id': 7}"),
        ("conclude", "Found."),
        ("answer", "It is book 7."),
    ]
    assert told(records[1])[-1] == ("give_up", "Never.")
    assert records[0].trajectory.tools[0].parameters["required"] == ["title"]
    assert not report.dropped
    write_records(tmp_path / "out.jsonl", records)
    assert list(validate(tmp_path / "out.jsonl")) == []


def test_the_profile_cuts_the_records_tools_as_the_paper_did(tmp_path):
    long = {**SEARCH, "name": "x" * 70 + "_for_books", "description": "d" * 300}
    write_json(tmp_path / "1_x.json", answer_file(finish(return_type="give_up_and_restart"), functions=[long, FINISH]))
    (record,), _ = imported(tmp_path)
    assert render_docs(record.trajectory.tools) == json.dumps(doc_of(long)) + "\n"


def test_test_queries_are_left_out_by_their_ids_as_texts(tmp_path):
    for n in (5, 6, 7):
        write_json(tmp_path / "answers" / f"{n}_x.json", answer_file(*SEARCHED, ANSWERED))
    lists = [write_json(tmp_path / "a.json", {"5": 1}), write_json(tmp_path / "b.json", [7])]
    records, report = imported(tmp_path / "answers", exclude=lists)
    assert [record.id for record in records] == ["toolbench/6_x"]
    assert report.dropped == {"a test query": 2}


@pytest.mark.parametrize(
    ("messages", "reason"),
    [
        ((call("search_for_books", "{oops"), result("x"), ANSWERED), "arguments that aren't a JSON object"),
        ((call("search_for_books", "[1]"), result("x"), ANSWERED), "arguments that aren't a JSON object"),
        ((call("search_for_books", '{"n": 1}'), result("x"), ANSWERED), "arguments that don't fit"),
        ((call("search_for_books", '{"title": 1}'), result("x"), ANSWERED), "arguments that don't fit"),
        ((ANSWERED, ANSWERED), "turn order"),
        ((result("x"), ANSWERED), "a turn of 'observation' without the assistant's"),
    ],
)
def test_what_can_not_be_a_record_is_dropped_and_counted(tmp_path, messages, reason):
    records, report = imported(write_json(tmp_path / "1_x.json", answer_file(*messages)))
    assert records == []
    assert report.dropped == {reason: 1}


def test_a_call_of_a_function_that_there_is_not_is_left_out_with_its_result(tmp_path):
    wrong = call("invalid_hallucination_function_name", "{}", "I guess.")
    path = write_json(
        tmp_path / "1_x.json", answer_file(wrong, result("", error="No such function"), *SEARCHED, ANSWERED)
    )
    (record,), report = imported(path)
    assert [kind for kind, *_ in told(record)] == ["user", "call", "caller", "tool", "conclude", "answer"]
    assert report.changed["calls of functions that there aren't left out"] == 1


def test_search_prompts_are_left_out_unless_wanted(tmp_path):
    prompt = {"role": "user", "content": "This is not the first time you try this task, all previous trails failed."}
    path = write_json(tmp_path / "1_x.json", answer_file(*SEARCHED, prompt, ANSWERED))
    (record,), report = imported(path)
    assert [kind for kind, *_ in told(record)].count("user") == 1
    assert report.changed["search prompts left out"] == 1
    (record,), _ = imported(path, keep_search_prompts=True)
    assert [kind for kind, *_ in told(record)].count("user") == 2


def test_a_missing_answer_ends_the_record_early(tmp_path):
    path = write_json(tmp_path / "1_x.json", answer_file(*SEARCHED, finish("Done.", return_type="give_answer")))
    (record,), _ = imported(path)
    assert record.is_unfinished
    assert told(record)[-1] == ("tool", "{'id': 7}")


def test_the_remains_of_a_broken_observation_are_tidied(tmp_path):
    broken = {"role": "function", "content": '{"error": "", "response": "{\'id\': 7, \'more'}
    path = write_json(tmp_path / "1_x.json", answer_file(SEARCHED[0], broken, ANSWERED))
    (record,), _ = imported(path)
    assert told(record)[3] == ("tool", "{'id': 7, 'more")


def test_a_broken_schema_loses_what_is_broken_only(tmp_path):
    broken = {
        **SEARCH,
        "name": "a b!",
        "parameters": {"type": "object", "properties": {"x": {"type": "NUMBER"}, "y": 3}},
    }
    write_json(tmp_path / "1_x.json", answer_file(*SEARCHED, ANSWERED, functions=[SEARCH, broken]))
    (record,), _ = imported(tmp_path)
    assert record.trajectory.tools[1].name == "a_b_"
    assert record.trajectory.tools[1].parameters["properties"] == {"x": {}, "y": {}}


@pytest.mark.parametrize("text", ["", "{", "[1, 2", "\x00"])
def test_a_file_that_is_no_json_is_an_error_with_its_name(tmp_path, text):
    (tmp_path / "1_x.json").write_text(text)
    with pytest.raises(RecordFileError, match=r"1_x\.json: not JSON"):
        imported(tmp_path)


def test_an_empty_folder_is_an_error(tmp_path):
    with pytest.raises(RecordFileError, match=r"holds no \.json file"):
        imported(tmp_path)


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
messages = st.fixed_dictionaries(
    {"role": st.sampled_from(["user", "assistant", "function", "system"]) | values},
    optional={
        "content": values,
        "function_call": values
        | st.fixed_dictionaries(
            {
                "name": st.sampled_from(["Finish", "search_for_books"]) | values,
                "arguments": st.text(max_size=30) | values,
            }
        ),
    },
)


@given(st.lists(messages, max_size=6), st.lists(values, max_size=2))
def test_any_messages_give_a_conversation(some, functions):
    answer = answer_file(*some, functions=[SEARCH, *functions])
    for turn in stage_two(stage_one(json.loads(json.dumps(answer)))).turns:
        assert isinstance(turn.value, str)
