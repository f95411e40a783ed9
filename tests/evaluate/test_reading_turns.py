"""Unbound text read as turns: what is tolerated, and what isn't."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from umi_local.evaluate.reading import UnreadableError, has_decided, read_call, read_plan, read_turn
from umi_local.evaluate.systems import text_of
from umi_local.messages import CallerTurn, Decision, PlannerTurn, Role, SummarizerTurn, ToolCall
from umi_local.prompts.alpha_umi import planner_text, render_action

CALL, CONCLUDE, GIVE_UP = Decision.CALL, Decision.CONCLUDE, Decision.GIVE_UP

PLANS = [
    ("I need the weather.\nNext: caller", "I need the weather.", CALL),
    ("I know it.\n Next: conclusion.", "I know it.", CONCLUDE),
    ("I know it.\nNext: summarizer\nIt is warm.", "I know it.", CONCLUDE),
    ("Next: give up", "", GIVE_UP),
    ('Done.\n**Next:** "summarizer"', "Done.", CONCLUDE),
    ("Hm.\n> next: GIVE_UP!", "Hm.", GIVE_UP),
    # the first line that begins with a decision counts, before and after mentions within lines
    ("I could say Next: give up but no.\nNext: caller\nNext: summarizer", "I could say Next: give up but no.", CALL),
    # where no line does, the last mention counts
    ("First Next: caller, and then Next: summarizer.", "First Next: caller, and then", CONCLUDE),
]


@pytest.mark.parametrize(("text", "rationale", "decision"), PLANS)
def test_a_decision_is_found_where_it_stands(text, rationale, decision):
    assert read_plan(text) == PlannerTurn(rationale, decision)


@pytest.mark.parametrize("text", ["", "I think we are done.", "Next: nothing", "Next up: caller", "The next caller"])
def test_a_text_without_a_decision_cannot_be_read(text):
    with pytest.raises(UnreadableError, match="names no decision"):
        read_plan(text)


@pytest.mark.parametrize(
    ("text", "is_done"),
    [
        ("a\nNext: caller", False),
        ("a\nNext: caller\n", True),
        ("a Next: caller\n", False),
        ("a\nNext: give up. x\ny", True),
    ],
)
def test_a_planner_is_stopped_after_the_line_with_its_decision(text, is_done):
    assert has_decided(text) is is_done


CALLS = [
    ('{"name":"f","arguments":{"a":1}}', ToolCall("f", {"a": 1})),
    ('Sure:\n```json\n{"name": "f", "arguments": {}}\n```\nDone {"name": "g"}', ToolCall("f", {})),
    ('Action: f\nAction Input: {"a": 1}', ToolCall("f", {"a": 1})),
    ('Action: no\nAction Input: {}\nAction: f\nAction Input:\n{\n  "a": 1\n}\n', ToolCall("f", {"a": 1})),
]


@pytest.mark.parametrize(("text", "call"), CALLS)
def test_a_call_is_found_in_either_form(text, call):
    assert read_call(text) == call


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("f(a=1)", "no JSON object in it"),
        ('{"name": "f", "arguments": {"a": 1}', "can't be read"),
        ('{"name": "f"}', "lacks"),
        ('{"name": 1, "arguments": {}}', "lacks"),
        ('{"name": "f", "arguments": "{}"}', "lacks"),
        ("Action: f\nAction Input: {} and so on", "no JSON object"),
        ("Action Input: {}", "no `Action:` before it"),
        ('{"a":' * 50_000, "can't be read"),
    ],
)
def test_what_is_no_call_says_why(text, problem):
    with pytest.raises(UnreadableError, match=problem):
        read_call(text)


def test_an_answer_is_the_text_as_it_is_be_it_empty():
    assert read_turn(Role.SUMMARIZER, " It is warm.\n") == SummarizerTurn("It is warm.")
    assert read_turn(Role.SUMMARIZER, "") == SummarizerTurn("")


RATIONALES = st.text(st.characters(exclude_characters=":\r\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029")).map(str.strip)
ARGUMENTS = st.dictionaries(st.text(), st.integers() | st.text() | st.booleans() | st.none(), max_size=3)
NAMES = st.from_regex(r"[A-Za-z0-9_.-]{1,10}", fullmatch=True)


@given(RATIONALES, st.sampled_from(Decision))
def test_planners_turns_are_read_back_from_both_forms(rationale, decision):
    turn = PlannerTurn(rationale, decision)
    assert read_plan(text_of(turn)) == turn
    assert read_plan(planner_text(rationale, decision)) == turn


@given(NAMES, ARGUMENTS)
def test_calls_are_read_back_from_both_forms(name, arguments):
    call = ToolCall(name, arguments)
    if not any("Action Input:" in str(part) for part in (*arguments, *arguments.values())):
        assert read_call(text_of(CallerTurn(call))) == call
        assert read_call(render_action(call)) == call


@given(st.sampled_from(Role), st.text(alphabet='NextActioInpu: {}"\n1'))
def test_any_text_is_read_or_refused(role, text):
    try:
        read_turn(role, text)
    except UnreadableError as error:
        assert str(error)  # noqa: PT017  # the other outcome is as good
