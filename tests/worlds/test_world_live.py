"""Tasks played live: by the real agent with the gold turns, and by runs that do the wrong thing."""

from __future__ import annotations

import os
from dataclasses import replace
from functools import cache
from itertools import pairwise

import pytest

from umi_local.agent import Agent
from umi_local.engine.base import CancelToken
from umi_local.engine.scripted import ScriptedEngine
from umi_local.errors import CancelledError
from umi_local.messages import (
    CallerTurn,
    Decision,
    PlannerTurn,
    SummarizerTurn,
    ToolCall,
    ToolTurn,
    Trajectory,
    UserTurn,
)
from umi_local.worlds import Kind, Split, WorldError, check, gold, open_world, tasks
from umi_local.worlds.checker import differences
from umi_local.worlds.generate import default_worlds
from umi_local.worlds.review import lazy


@cache
def some_tasks(n=120, **narrowed):
    return tuple(tasks("test", n, seed=4, **narrowed))


def run_live(task, turns):
    """Let the agent run a task's questions, the roles saying these turns."""
    engine = ScriptedEngine([turn for turn in turns if isinstance(turn, (PlannerTurn, CallerTurn, SummarizerTurn))])
    with open_world(task) as world:
        agent, history = Agent(engine, world), Trajectory()
        for question in task.questions:
            history = agent.run(question, history=history).trajectory
        return history, check(task, history, world)


def test_the_agent_with_the_gold_turns_makes_the_gold_run_and_passes():
    kinds = set()
    for task in some_tasks():
        trajectory, verdict = run_live(task, gold(task).turns)
        assert trajectory == gold(task), task.id
        assert verdict.passed, (task.id, verdict.reasons)
        kinds.add(task.kind)
    assert kinds == set(Kind)


def test_saying_done_and_nothing_else_never_passes():
    for task in some_tasks():
        with open_world(task) as world:
            built = default_worlds().build(task.recipe)
            assert not check(task, lazy(built), world).passed, task.id


def test_giving_up_at_once_passes_only_where_nothing_could_be_done():
    for task in some_tasks():
        turns = tuple(t for q in task.questions for t in (UserTurn(q), PlannerTurn("I can't.", Decision.GIVE_UP)))
        with open_world(task) as world:
            verdict = check(task, Trajectory(task.tools, turns), world)
        assert verdict.passed == (task.kind is Kind.IMPOSSIBLE), task.id


def test_the_right_words_without_the_deed_fail():
    tried = 0
    for task in some_tasks():
        built = default_worlds().build(task.recipe)
        if built.after[task.recipe.family] == built.before:
            continue
        said = tuple(turn for turn in gold(task).turns if not isinstance(turn, (CallerTurn, ToolTurn)))
        with open_world(task) as world:
            verdict = check(task, Trajectory(task.tools, said), world)
        assert not verdict.passed
        assert "should be" in verdict.reasons[0]
        tried += 1
    assert tried > 8


def test_the_answer_to_another_task_fails():
    tried = 0
    for intent in {task.recipe.intent for task in some_tasks()}:
        alike = [t for t in some_tasks() if t.recipe.intent == intent and t.kind in (Kind.PLAIN, Kind.RECOVER)]
        for task, other in pairwise(alike):
            own, answer = gold(task).turns, gold(other).turns[-1]
            assert isinstance(answer, SummarizerTurn)
            facts = default_worlds().build(task.recipe).parts[-1].facts
            if all(fact.is_said(answer.text) for fact in facts):
                continue
            _, verdict = run_live(task, (*own[:-1], answer))
            assert not verdict.passed, (task.id, answer)
            tried += 1
    assert tried > 15


def test_a_call_that_changes_something_else_fails():
    task = next(t for t in some_tasks(kinds=("plain",), families=("shop",)) if t.recipe.intent == "order_arrival")
    built = default_worlds().build(task.recipe)
    changing = [s for s in built.surfaces if s.operation.key == "cancel_order"]
    with default_worlds().builder.open(built) as world:
        place = world.place("shop")
        number = next(o["number"] for o in place.state["orders"].values() if o["status"] in ("pending", "packed"))
        for surface in changing:
            world.run(surface.call({"number": number}))
        if not changing:
            place.state["orders"][str(number)]["status"] = "cancelled"
        verdict = check(task, gold(task), world)
    assert not verdict.passed
    assert (
        verdict.reasons[0]
        == f"shop: orders.{number}.status is 'cancelled', should be {built.start['orders'][str(number)]['status']!r}"
    )


def test_a_distractors_side_effect_fails_too():
    tried = 0
    effects = {"add_note": {"text": "I was here"}, "write_file": {"path": "here.txt", "text": "I was here"}}
    for task in some_tasks(600):
        if task.kind is not Kind.PLAIN:
            continue
        built = default_worlds().build(task.recipe)
        others = [s for s in built.surfaces if s.operation.family != task.recipe.family]
        foreign = next((s for s in others if s.operation.key in effects), None)
        if foreign is None:
            continue
        with open_world(task) as world:
            for turn in gold(task).turns:
                if isinstance(turn, CallerTurn):
                    world.run(turn.call)
            assert check(task, gold(task), world).passed
            world.run(foreign.call(effects[foreign.operation.key]))
            assert not check(task, gold(task), world).passed
        tried += 1
    assert tried


def test_calls_where_none_was_needed_fail():
    task = next(task for task in some_tasks() if task.kind is Kind.NO_TOOL and task.tools)
    turns = gold(task).turns
    call = (PlannerTurn("Let me see.", Decision.CALL), CallerTurn(ToolCall(task.tools[0].name, {})))
    _, verdict = run_live(task, (turns[0], *call, *turns[1:]))
    assert "a tool was called where none was needed" in verdict.reasons


def test_asking_back_needs_a_question():
    task = next(task for task in some_tasks() if task.kind is Kind.MISSING_INFO)
    turns = list(gold(task).turns)
    turns[2] = SummarizerTurn("It is fine.")
    _, verdict = run_live(task, turns)
    assert verdict.reasons == ("question 1: should have asked for what is missing",)


def test_whichever_provider_is_called_first_fails():
    task = next(task for task in some_tasks() if task.variant == "other_tool" and task.n_calls == 2)
    turns = gold(task).turns
    first, second = (turn.call for turn in turns if isinstance(turn, CallerTurn))
    with open_world(task) as world:
        assert world.call(second)[0] != [t for t in turns if isinstance(t, ToolTurn)][1].observation
        observation, _ = world.call(first)
    assert not observation.is_error


def test_wrong_names_and_arguments_are_observations_with_the_toolboxs_words():
    task, call = next(
        (task, turn.call)
        for task in some_tasks()
        for turn in gold(task).turns
        if isinstance(turn, CallerTurn)
        and any(tool.name == turn.call.name and tool.parameters["required"] for tool in task.tools)
    )
    with open_world(task) as world:
        unknown = world.call(ToolCall(call.name + "x", {}))[0]
        wrong = world.call(ToolCall(call.name, {}))[0]
    assert unknown.is_error
    assert unknown.text.startswith(f"no tool is named '{call.name}x'")
    assert wrong.is_error
    assert wrong.text.startswith(f"arguments of {call.name} are wrong: ")
    assert "is missing" in wrong.text


def test_a_cancelled_run_makes_no_call():
    task = some_tasks()[0]
    cancel = CancelToken()
    cancel.cancel()
    with open_world(task) as world, pytest.raises(CancelledError):
        world.call(ToolCall("x", {}), cancel)


def test_a_task_of_other_families_is_refused():
    task = some_tasks()[0]
    with pytest.raises(WorldError, match="another version"):
        open_world(replace(task, questions=("Something else?",)))
    recipe = replace(task.recipe, intent="gone")
    with pytest.raises(WorldError, match="no family here has the intent"):
        open_world(replace(task, recipe=recipe))


def test_builtin_tools_leave_the_environment_and_the_disk_as_they_were(tmp_path, monkeypatch):
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.delenv("UMI_ROOTS", raising=False)
    before = dict(os.environ)
    for task in tasks("train", 12, families=["files"], kinds=["plain"]):
        with open_world(task) as world:
            for turn in gold(task).turns:
                if isinstance(turn, CallerTurn):
                    world.run(turn.call)
            assert len(list(tmp_path.iterdir())) == 1
        assert list(tmp_path.iterdir()) == []
    assert dict(os.environ) == before


def test_differences_between_states_are_told_with_their_places():
    one = {"orders": {"7": {"status": "sent", "tags": ["a", "b"]}}, "log": []}
    other = {"orders": {"7": {"status": "lost", "tags": ["a", "c"]}, "8": {}}, "log": []}
    assert [place for place, _, _ in differences(one, other)] == ["orders.7.status", "orders.7.tags[1]", "orders.8"]


def test_free_texts_may_differ_in_a_word_but_not_in_a_number():
    def is_same(one, other):
        return not list(differences({"text": one}, {"text": other}))

    assert is_same("Call Marta about the invoice.", "call marta about invoice")
    assert not is_same("Move 3 boxes to the cellar", "Move 4 boxes to the cellar")
    assert not is_same("Call Marta about the invoice", "Buy milk")
    assert not is_same("shipped", "Shipped")


def test_splits_are_named_in_ids():
    assert all(task.id.startswith("test-4-") and task.recipe.split is Split.TEST for task in some_tasks())
