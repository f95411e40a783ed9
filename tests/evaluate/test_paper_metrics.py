"""The paper's metrics on texts, edge case by edge case, with every number worked out by hand."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from umi_local.evaluate.metrics.paper import Parsed, Plan, Skip, cleaned, parse_output, score

TOOLS = ("get_weather", "list_cities")


def call_text(arguments='{"city": "Paris"}', name="get_weather", thought="Look it up."):
    return f"assistant: {thought}\n Next: caller.</s>caller: Action: {name}\nAction Input: {arguments}"


def finish_text(answer="It is warm", thought="Done."):
    return f"assistant: {thought}\n Next: conclusion.</s>conclusion: {answer}"


WHOLE = "<the whole text>"
GIVE_UP = "assistant: No tool helps.\n Next: give up."

PARSED = [
    (call_text(), Parsed(plan=Plan.CALL, name="get_weather", arguments='{"city": "Paris"}')),
    (call_text() + "</s>", Parsed(plan=Plan.CALL, name="get_weather", arguments='{"city": "Paris"}')),
    (finish_text(), Parsed(plan=Plan.FINISH, answer="It is warm")),
    (finish_text() + "</s>", Parsed(plan=Plan.FINISH, answer="It is warm")),
    (GIVE_UP, Parsed(plan=Plan.GIVE_UP)),
    # markers are searched in the whole text, give up before conclusion
    (finish_text(answer="I said Next: give up"), Parsed(plan=Plan.GIVE_UP)),
    (call_text(thought="Next: conclusion comes later."), Parsed(plan=Plan.FINISH, answer=WHOLE)),
    # so arguments that mention a marker flip the plan; nobody concluded in words, so all of it is the answer
    (call_text(arguments='{"city": "Next: conclusion"}'), Parsed(plan=Plan.FINISH, answer=WHOLE)),
    # the period doesn't matter
    ("x Next: conclusion</s>conclusion: yes", Parsed(plan=Plan.FINISH, answer="yes")),
    # no marker at all is a call
    ("Hm.</s>caller: nothing of use", Parsed(plan=Plan.CALL, name="none", arguments="{}")),
    ("Hm.", Parsed(plan=Plan.CALL, trouble=Skip.NO_END)),
    # the last Action: and the last Action Input: count
    (
        "t</s>caller: Action: a\nAction Input: {}\nAction: b\nAction Input: {1}",
        Parsed(plan=Plan.CALL, name="b", arguments="{1}"),
    ),
    ("t</s>caller: Action: \nAction Input: {}", Parsed(plan=Plan.CALL, name="", arguments="{}")),
    ("t</s>caller: Action: a", Parsed(plan=Plan.CALL, name="none", arguments="{}")),
    ("t</s>caller: Action Input: {}", Parsed(plan=Plan.CALL, name="none", arguments="{}")),
    # only the second part is looked at
    ("t</s>caller: x</s>Action: a\nAction Input: {}", Parsed(plan=Plan.CALL, name="none", arguments="{}")),
    # an answer that itself says `conclusion: ` is cut
    (finish_text(answer="My conclusion: it rains"), Parsed(plan=Plan.FINISH, answer="it rains")),
    ("Next: conclusion.</s>conclusion:it rains", Parsed(plan=Plan.FINISH, trouble=Skip.NO_SPACE)),
    ("Next: conclusion. It rains</s>", Parsed(plan=Plan.FINISH, answer=WHOLE)),
]


@pytest.mark.parametrize(("text", "expected"), PARSED)
def test_texts_are_read_as_the_evaluator_reads_them(text, expected):
    assert parse_output(text) == (replace(expected, answer=text) if expected.answer == WHOLE else expected)


@pytest.mark.parametrize(
    ("raw", "passed_on"), [("", "none"), (".", "none"), (",", "none"), (": yes", "yes"), (": .", "none"), ("ok", "ok")]
)
def test_outputs_are_cleaned_as_the_static_runtime_does(raw, passed_on):
    assert cleaned(raw) == passed_on


def points(reference, prediction):
    said = parse_output(prediction)
    found = score(parse_output(reference), said.plan, said, TOOLS)
    return {name: pytest.approx(value, abs=1e-7) for name, value in found.points.items()}, found.skips


WRONG_NAME = {"plan_acc": 1, "hallu": 0, "act_em": 0, "arg_f1": 0, "arg_f1_easy": 0, "arg_f1_hard": 0}
NO_CALL = {**WRONG_NAME, "plan_acc": 0}

# reference, prediction, points by hand, reasons for skips
STEPS = [
    (call_text(), call_text(), {"plan_acc": 1, "hallu": 0, "act_em": 1, "arg_f1": 1, "arg_f1_hard": 1}, ()),
    (
        call_text("{}"),
        call_text("{}"),
        {"plan_acc": 1, "hallu": 0, "act_em": 1, "arg_f1": 1, "arg_f1_easy": 1},
        (),
    ),
    (
        call_text("{}"),
        call_text('{"city": "Paris"}'),
        {"plan_acc": 1, "hallu": 0, "act_em": 1, "arg_f1": 0, "arg_f1_easy": 0},
        (),
    ),
    # another city: half a point of one key
    (
        call_text(),
        call_text('{"city": "Rome"}'),
        {"plan_acc": 1, "hallu": 0, "act_em": 1, "arg_f1": 0.5, "arg_f1_hard": 0.5},
        (),
    ),
    # a wrong name is tested first and adds a 0 to easy and hard, whatever the reference's arguments are
    (call_text(), call_text(name="list_cities"), WRONG_NAME, ()),
    (call_text("broken"), call_text(name="list_cities"), WRONG_NAME, ()),
    (call_text(), call_text(name="get_wether"), {**WRONG_NAME, "hallu": 1}, ()),
    # an empty name is a hallucination, a missing one isn't
    (call_text(), "t</s>caller: Action: \nAction Input: {}", {**WRONG_NAME, "hallu": 1}, ()),
    (call_text(), "t</s>caller: gibberish", WRONG_NAME, ()),
    (call_text(), finish_text(), NO_CALL, ()),
    (call_text(), GIVE_UP, NO_CALL, ()),
    # a reference that is no JSON is dropped from Arg. F1 and from nothing else
    (call_text("broken"), call_text(), {"plan_acc": 1, "hallu": 0, "act_em": 1}, (Skip.BAD_REFERENCE.value,)),
    (
        call_text(),
        call_text("{'city': 1}"),
        {"plan_acc": 1, "hallu": 0, "act_em": 1, "arg_f1": 0, "arg_f1_hard": 0},
        (),
    ),
    # answers: 2 of 3 different words in common on both sides
    (finish_text("it is warm"), finish_text("it is cold"), {"plan_acc": 1, "hallu": 0, "rouge_l": 2 / 3}, ()),
    (finish_text("it is warm"), call_text(), {"plan_acc": 0, "hallu": 0, "rouge_l": 0}, ()),
    (finish_text("it is warm"), GIVE_UP, {"plan_acc": 0, "hallu": 0, "rouge_l": 0}, ()),
    # a prediction of "none" against a reference that says none is full marks, as in the original
    (finish_text("none"), GIVE_UP, {"plan_acc": 0, "hallu": 0, "rouge_l": 1}, ()),
    (finish_text(), finish_text("..."), {"plan_acc": 1, "hallu": 0}, (Skip.EMPTY_HYPOTHESIS.value,)),
    (finish_text("..."), finish_text(), {"plan_acc": 1, "hallu": 0}, (Skip.EMPTY_REFERENCE.value,)),
    (finish_text(), "Next: conclusion.</s>conclusion:warm", {"plan_acc": 1, "hallu": 0}, (Skip.NO_SPACE.value,)),
    # giving up counts for the plan only; a call there may still be a hallucination
    (GIVE_UP, GIVE_UP, {"plan_acc": 1, "hallu": 0}, ()),
    (GIVE_UP, call_text(name="magic"), {"plan_acc": 0, "hallu": 1}, ()),
    # a call without an end of turn: the plan is known, the rest isn't
    (call_text(), "Hm.", {"plan_acc": 1}, (Skip.NO_END.value,)),
    (GIVE_UP, "Hm.", {"plan_acc": 0}, (Skip.NO_END.value,)),
    (finish_text("warm"), "Hm.", {"plan_acc": 0, "rouge_l": 0}, (Skip.NO_END.value,)),
    ("Hm.", call_text(), {"plan_acc": 1, "hallu": 0}, (Skip.NO_END.value,)),
]


@pytest.mark.parametrize(("reference", "prediction", "expected", "skips"), STEPS)
def test_a_step_adds_what_a_hand_computes(reference, prediction, expected, skips):
    found, reasons = points(reference, prediction)
    assert expected == found
    assert reasons == skips


def test_a_plan_may_be_judged_apart_from_the_call():
    said = parse_output(call_text())
    found = score(parse_output(call_text()), Plan.FINISH, said, TOOLS)
    assert found.points["plan_acc"] == 0.0
    assert found.points["act_em"] == 1.0


NOISE = st.text(alphabet="ab.{}\n", max_size=8)
PIECES = st.sampled_from(
    ["Next: give up", "Next: conclusion", "Next: caller.", "</s>", "Action:", "Action Input:", "conclusion:", " ", "{}"]
)
TEXTS = st.lists(PIECES | NOISE, max_size=8).map("".join)


@given(TEXTS, TEXTS)
def test_no_text_breaks_the_metrics_and_all_points_are_shares(reference, prediction):
    said = parse_output(prediction)
    found = score(parse_output(reference), said.plan, said, TOOLS)
    assert all(0.0 <= value <= 1.0 for value in found.points.values())
    assert {"plan_acc"} <= set(found.points)


@given(TEXTS)
def test_a_perfect_prediction_scores_everything_it_is_counted_for(text):
    said = parse_output(text)
    found = score(said, said.plan, said, (*TOOLS, said.name))
    for name, value in found.points.items():
        assert value == pytest.approx(0.0 if name == "hallu" else 1.0, abs=1e-7)
