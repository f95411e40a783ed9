"""OpenAI's chat messages as records."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.train.data_files import told, write_lines
from tests.train.openai_chats import SEARCH, calls, chat, says, tool, user
from umi_local.errors import RecordFileError
from umi_local.records import validate, write_records
from umi_train.importers.openai_messages import import_openai_messages, observation_of, tools_of
from umi_train.importers.report import ImportReport


def imported(tmp_path, *chats, **options):
    report = ImportReport()
    return list(import_openai_messages(write_lines(tmp_path / "chats.jsonl", chats), report, **options)), report


def test_a_chat_becomes_a_record(tmp_path):
    one = chat(
        user("Who?"), calls(("a", "who"), content="I search."), tool("a", "Ann"), says("Ann."), user("Ok"), says("Bye.")
    )
    (record,), _ = imported(tmp_path, one, license="MIT")
    turns = told(record)
    assert turns[:4] == [("user", "Who?"), ("call", "I search."), ("caller", "search", {"q": "who"}), ("tool", "Ann")]
    assert [kind for kind, *_ in turns[4:]] == ["conclude", "answer", "user", "conclude", "answer"]
    assert (record.id, record.license, record.split) == ("OpenAI messages/chats/1", "MIT", "train")
    write_records(tmp_path / "out.jsonl", [record])
    assert list(validate(tmp_path / "out.jsonl")) == []


def test_parallel_calls_come_one_after_the_other_with_their_own_results(tmp_path):
    one = chat(
        user("Both?"), calls(("a", "1"), ("b", "2"), content="Two."), tool("b", "two"), tool("a", "one"), says("So.")
    )
    (record,), _ = imported(tmp_path, one)
    assert [entry[1:] for entry in told(record) if entry[0] in ("caller", "tool")] == [
        *(("search", {"q": "1"}), ("one",), ("search", {"q": "2"}), ("two",))
    ]
    rationales = [rationale for kind, rationale, *_ in told(record) if kind == "call"]
    assert rationales[0] == "Two."
    assert rationales[1] not in ("", "Two.")


def test_reasoning_and_a_text_right_before_calls_are_the_rationale(tmp_path):
    first = chat(user("?"), says("Let me see."), calls(("a", "x")), tool("a", "y"), says("y"))
    second = chat(user("?"), calls(("a", "x"), reasoning_content="Hm."), tool("a", "y"), says("y"))
    records, _ = imported(tmp_path, first, second)
    assert [told(record)[1][1] for record in records] == ["Let me see.", "Hm."]


def test_calls_after_calls_are_further_steps(tmp_path):
    one = chat(user("?"), calls(("a", "1")), tool("a", "x"), calls(("a", "2")), tool("a", "y"), says("Done."))
    (record,), _ = imported(tmp_path, one)
    assert [text for kind, text in (t[:2] for t in told(record)) if kind == "tool"] == ["x", "y"]


def test_the_older_form_of_calls_is_read(tmp_path):
    call = {"role": "assistant", "content": None, "function_call": {"name": "search", "arguments": '{"q": "x"}'}}
    messages = [user("?"), call, {"role": "function", "name": "search", "content": "y"}, says("y.")]
    (record,), _ = imported(tmp_path, {"messages": messages, "functions": [SEARCH]})
    assert told(record)[2:4] == [("caller", "search", {"q": "x"}), ("tool", "y")]


def test_system_messages_are_left_out_or_kept_in_brackets(tmp_path):
    one = chat(
        {"role": "system", "content": "Today\nis Monday."},
        {"role": "developer", "content": "Be kind."},
        user("Hi"),
        says("Hi"),
    )
    (record,), report = imported(tmp_path, one)
    assert told(record)[0] == ("user", "Hi")
    assert report.changed["system messages left out"] == 2
    (record,), _ = imported(tmp_path, one, keep_system=True)
    assert told(record)[0] == ("user", "[Today is Monday.]\n[Be kind.]\nHi")


def test_parts_of_text_are_joined_and_refusals_are_answers(tmp_path):
    parts = [{"type": "text", "text": "a"}, {"type": "text", "text": "b"}]
    (record,), _ = imported(tmp_path, chat(user(parts), says(None, refusal="I won't.")))
    assert told(record)[0] == ("user", "a\nb")
    assert told(record)[2] == ("answer", "I won't.")


@pytest.mark.parametrize("last", [[], [tool("a", "one")]])
def test_a_missing_result_ends_the_record_early(tmp_path, last):
    (record,), _ = imported(tmp_path, chat(user("?"), calls(("a", "1"), ("b", "2")), *last, says("Never mind.")))
    assert record.is_unfinished
    assert told(record)[-1][0] == "caller"
    assert sum(kind == "caller" for kind, *_ in told(record)) == 1 + len(last)


def test_an_object_may_say_where_it_comes_from(tmp_path):
    one = chat(user("?"), says("!"), id="x", split="dev", source="s", license="l")
    (record,), _ = imported(tmp_path, one, split="test")
    assert (record.id, record.split, record.source, record.license) == ("x", "dev", "s", "l")


@pytest.mark.parametrize(
    ("messages", "reason"),
    [
        ([user([{"type": "image_url", "image_url": {}}]), says("x")], "a content that isn't text"),
        ([user(3), says("x")], "a content that isn't text"),
        ([user("?"), {"role": "critic", "content": "x"}], "a message with an unknown role"),
        ([user("?"), "x"], "a message that isn't an object"),
        ([user("?"), {"role": "function", "name": "search", "content": "y"}], "a result without a call"),
        ([user("?"), {"role": "assistant", "tool_calls": [{"id": "a"}]}], "a call without a function"),
        (
            [user("?"), says(None, function_call={"name": "search", "arguments": "{"})],
            "arguments that aren't a JSON object",
        ),
        ([user("?"), says(None, function_call={"name": "other", "arguments": "{}"})], "unknown tool"),
        ([user("?"), calls(("a", 3)), tool("a", "x"), says("x")], "arguments that don't fit"),
        ([says("Hello."), user("?"), says("!")], "turn order"),
        ([user("?")], "nothing to learn"),
        ([user(" "), says("x")], "empty text"),
        ([], "no turns"),
    ],
)
def test_what_can_not_be_a_record_is_dropped_and_counted(tmp_path, messages, reason):
    records, report = imported(tmp_path, chat(*messages), chat(user("?"), says("!")))
    assert len(records) == 1
    assert report.dropped == {reason: 1}


def test_an_object_without_messages_is_an_error_with_its_number(tmp_path):
    with pytest.raises(RecordFileError, match=r"chats\.jsonl:2: object 2 has no list of messages"):
        imported(tmp_path, chat(user("?"), says("!")), {"text": "x"})


def test_an_error_object_is_an_error():
    assert observation_of('{"error": "x"}').is_error
    assert not observation_of('{"error": "", "data": 1}').is_error
    assert not observation_of("error").is_error


def test_tools_without_parameters_are_on_offer_too():
    (made,) = tools_of({"tools": [{"type": "function", "function": {"name": "a"}}, 3, {"type": "web_search"}]})
    assert (made.name, made.parameters["properties"]) == ("a", {})


values = st.recursive(
    st.none() | st.integers() | st.text(max_size=6),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=4), inner, max_size=2),
    max_leaves=4,
)
messages_ = st.one_of(
    values,
    st.builds(user, values),
    st.builds(says, values),
    st.builds(tool, st.sampled_from("ab"), values),
    st.lists(st.tuples(st.sampled_from("ab"), st.text(max_size=3)), max_size=2).map(lambda pairs: calls(*pairs)),
    st.fixed_dictionaries({"role": st.just("assistant"), "tool_calls": values, "function_call": values}),
)


@given(st.lists(messages_, max_size=7), values)
def test_any_messages_give_sound_records_or_are_counted(tmp_path_factory, messages, tools):
    records, report = imported(tmp_path_factory.mktemp("chats"), chat(*messages), chat(*messages, tools=tools))
    assert len(records) == report.n_records == 2 - report.dropped.total()
