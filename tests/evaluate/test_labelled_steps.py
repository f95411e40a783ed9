"""Which turns of a record are labels, and what makes two steps the same."""

from __future__ import annotations

from dataclasses import replace

from tests.evaluate.evaluation_setting import CALL, CONCLUDE, GREETING, HOPELESS, TOOLS, WEATHER, calls, concludes
from umi_local.evaluate.static import NO_STEPS, TWICE, UNLABELLED, material_of
from umi_local.evaluate.steps import labelled_steps, step_key
from umi_local.evaluate.values import Decoding, Route
from umi_local.messages import Decision, PlannerTurn, SummarizerTurn, Trajectory, UserTurn


def places(trajectory, context=()):
    return [step.place for step in labelled_steps(trajectory, context).steps]


def test_every_planners_turn_with_what_it_asks_for_is_a_step():
    assert places(WEATHER) == [1, 4, 7]
    assert [step.history.turns for step in labelled_steps(WEATHER).steps] == [WEATHER.turns[:n] for n in (1, 4, 7)]
    assert [step.planner.decision for step in labelled_steps(HOPELESS).steps] == [Decision.GIVE_UP]


def test_a_planners_turn_without_what_it_asks_for_is_counted_and_stays_in_the_history():
    stray = Trajectory(
        TOOLS,
        (UserTurn("Hi"), PlannerTurn("Hm.", CALL), UserTurn("Yes?"), PlannerTurn("Hm.", CONCLUDE), *concludes("Hello")),
    )
    found = labelled_steps(stray)
    assert (found.n_unlabelled, [step.place for step in found.steps]) == (2, [4])
    assert found.steps[0].history.turns == stray.turns[:4]


def test_a_decision_to_call_that_an_answer_follows_is_no_label():
    wrong = Trajectory(TOOLS, (UserTurn("Hi"), PlannerTurn("Hm.", CALL), SummarizerTurn("Hello")))
    assert places(wrong) == []


def test_turns_that_are_context_only_are_not_asked_for():
    assert places(WEATHER, context=(1,)) == [4, 7]
    assert places(WEATHER, context=(5,)) == [1, 7]


def test_calls_are_counted_by_the_question_around_a_step():
    two = Trajectory(TOOLS, (*WEATHER.turns, UserTurn("And Rome?"), *calls("Rome.", "get_weather", "20", city="Rome")))
    assert [step.n_calls for step in labelled_steps(two).steps] == [2, 2, 2, 1]


def test_keys_differ_by_everything_that_is_seen_or_compared():
    step = labelled_steps(WEATHER).steps[1]
    others = [
        step_key(step, Route.ROLES, Decoding.FREE),
        step_key(step, Route.PIPELINE, Decoding.CONSTRAINED),
        step_key(replace(step, planner=PlannerTurn("Rome.", CALL)), Route.PIPELINE, Decoding.FREE),
        step_key(replace(step, history=Trajectory(TOOLS[:1], step.history.turns)), Route.PIPELINE, Decoding.FREE),
        step_key(labelled_steps(WEATHER).steps[0], Route.PIPELINE, Decoding.FREE),
    ]
    assert len({step_key(step, Route.PIPELINE, Decoding.FREE), *others}) == 6


def test_records_of_equal_content_count_once_and_those_without_steps_are_counted():
    empty = Trajectory(TOOLS, (UserTurn("Hi"), PlannerTurn("Hm.", CALL)))
    found = material_of((record, ()) for record in (WEATHER, GREETING, WEATHER, empty))
    assert (len(found.records), found.n_steps) == (2, 4)
    assert found.left_out == {TWICE: 1, NO_STEPS: 1, UNLABELLED: 1}
