"""Strict metrics of a step, with every number worked out by hand."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from umi_local.evaluate.metrics.strict import Values, confusion_cell, score
from umi_local.messages import Decision, ToolCall

TOOLS = ("get_weather", "list_cities")
CALL, CONCLUDE, GIVE_UP = Decision.CALL, Decision.CONCLUDE, Decision.GIVE_UP


def calls(name="get_weather", **arguments):
    return Values(decision=CALL, call=ToolCall(name, arguments))


def concludes(answer):
    return Values(decision=CONCLUDE, answer=answer)


GIVES_UP = Values(decision=GIVE_UP)
NOTHING = Values(decision=None)
MISSED = {"plan_acc": 0, "unreadable": 0, "act_em": 0, "exact": 0, "arg_f1": 0}

BY_HAND = [
    (
        calls(city="Paris"),
        calls(city="Paris"),
        {"plan_acc": 1, "unreadable": 0, "hallu": 0, "valid": 1, "act_em": 1, "exact": 1, "arg_f1": 1},
    ),
    # no half points: 1 of 2 pairs is right
    (
        calls(city="Paris", day=1),
        calls(city="Paris", day=2),
        {"plan_acc": 1, "unreadable": 0, "hallu": 0, "valid": 1, "act_em": 1, "exact": 0, "arg_f1": 0.5},
    ),
    # a hallucination is one of the predicted calls, and never valid
    (calls(), calls("get_wether"), {**MISSED, "plan_acc": 1, "hallu": 1, "valid": 0}),
    (calls(), calls("list_cities"), {**MISSED, "plan_acc": 1, "hallu": 0, "valid": 1}),
    # without a call there is nothing to hallucinate
    (calls(), concludes("warm"), MISSED),
    (calls(), NOTHING, MISSED),
    (concludes("It is warm."), concludes("it is WARM"), {"plan_acc": 1, "unreadable": 0, "rouge_l": 1}),
    (concludes("it is warm"), concludes("it is"), {"plan_acc": 1, "unreadable": 0, "rouge_l": 4 / 5}),
    (concludes("it is warm"), GIVES_UP, {"plan_acc": 0, "unreadable": 0, "rouge_l": 0}),
    (concludes("it is warm"), concludes(""), {"plan_acc": 1, "unreadable": 0, "rouge_l": 0}),
    (GIVES_UP, GIVES_UP, {"plan_acc": 1, "unreadable": 0}),
    (GIVES_UP, calls("magic"), {"plan_acc": 0, "unreadable": 0, "hallu": 1, "valid": 0}),
]


@pytest.mark.parametrize(("wanted", "said", "expected"), BY_HAND)
def test_a_step_adds_what_a_hand_computes(wanted, said, expected):
    assert dict(score(wanted, said, tools=TOOLS).points) == pytest.approx(expected)


def test_arguments_that_do_not_fit_the_schema_are_not_valid_but_may_be_what_was_wanted():
    found = score(calls(city=1), calls(city=1), tools=TOOLS, is_valid=False).points
    assert (found["valid"], found["hallu"], found["exact"]) == (0.0, 0.0, 1.0)


def test_unread_turns_count_by_the_turns_that_were_asked_for():
    assert score(calls(), NOTHING, tools=TOOLS, n_asked=2, n_unread=1).points["unreadable"] == 0.5


def test_the_confusion_names_what_could_not_be_read():
    assert confusion_cell(calls(), concludes("warm")) == ("call", "conclude")
    assert confusion_cell(GIVES_UP, NOTHING) == ("give_up", "unreadable")


VALUES = st.one_of(
    st.builds(Values, decision=st.just(CALL), call=st.builds(ToolCall, st.sampled_from("ab"), st.just({"x": 1}))),
    st.builds(Values, decision=st.just(CONCLUDE), answer=st.text(max_size=5)),
    st.sampled_from([GIVES_UP, NOTHING]),
)


@given(VALUES, VALUES)
def test_points_are_shares_and_saying_what_was_wanted_scores_everything(wanted, said):
    assert all(0.0 <= value <= 1.0 for value in score(wanted, said, tools=("a",)).points.values())
    for name, value in score(wanted, wanted, tools=("a", "b")).points.items():
        assert value == (0.0 if name in ("hallu", "unreadable") else 1.0)
