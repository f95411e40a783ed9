"""Live evaluation on real worlds with scripted engines: one that follows the gold plans, and ones that err in known ways."""

from __future__ import annotations

from typing import Any

import pytest

from tests.evaluate.evaluation_setting import system_of
from umi_local.engine.base import CancelToken
from umi_local.errors import CancelledError, GenerationError, RoleUnreachableError
from umi_local.evaluate.live import evaluate_live
from umi_local.evaluate.live_values import LiveResult
from umi_local.evaluate.report import live_report
from umi_local.evaluate.results_file import read_results, results_at
from umi_local.messages import CallerTurn, Decision, Outcome, PlannerTurn, SummarizerTurn, ToolCall
from umi_local.run import Limits
from umi_local.testing import ScriptedEngine
from umi_local.worlds.family import Kind
from umi_local.worlds.generate import default_worlds, gold, tasks

FACTS = {"kind": "live"}
N = 24


@pytest.fixture(scope="module")
def some_tasks():
    """Tasks of every kind that there is."""
    return [*tasks("train", N), *tasks("train", 8, 1, kinds=["recover", "impossible", "no_tool", "missing_info"])]


def names(tools):
    return tuple(tool.name for tool in tools)


def following_plans(tasks_, *, wrong=None, n=2000):
    """An engine that says what the gold plans say; `wrong` may say something else instead (None: no)."""
    plans = {(task.questions[0], names(task.tools)): gold(task) for task in tasks_}

    def say(role, history):
        other = wrong(role, history) if wrong else None
        plan = plans[history.turns[0].text, names(history.tools)]
        return plan.turns[len(history.turns)] if other is None else other

    return ScriptedEngine([say] * n)


def evaluated(tasks_, engine, path=None, **options):
    with results_at(path, LiveResult, FACTS) as results:
        return evaluate_live(system_of(engine), default_worlds(), tasks_, results, **options)


def metrics(results):
    return {name: estimate.value for name, estimate in live_report(results).slices[0].metrics.items()}


def test_whoever_follows_the_gold_plans_passes_everything(some_tasks):
    results = evaluated(some_tasks, following_plans(some_tasks))
    assert [(r.task, r.reasons) for r in results if not r.passed] == []
    assert [r.task for r in results] == [task.id for task in some_tasks]
    assert [r.n_calls for r in results] == [task.n_calls for task in some_tasks]
    assert all((r.outcome is Outcome.GAVE_UP) == (r.kind is Kind.IMPOSSIBLE) for r in results)
    found = metrics(results)
    expected = {
        "passed": 1,
        "recovery": 1,
        "refusal": 1,
        "false_refusal": 0,
        "needless": 0,
        "call_ratio": 1,
        "false_calls": 0,
    }
    assert {name: found[name] for name in expected} == pytest.approx(expected)
    assert any(r.met_fault for r in results)
    assert [turn for r, task in zip(results, some_tasks, strict=True) for turn in r.trajectory.turns] == [
        turn for task in some_tasks for turn in gold(task).turns
    ]


def test_parts_are_by_kind_family_and_calls_of_the_plan(some_tasks):
    report = live_report(evaluated(some_tasks, following_plans(some_tasks)))
    kinds = {part.name: part.n_items for part in report.slices if part.kind == "kind"}
    assert kinds == {k.value: n for k in Kind if (n := sum(task.kind is k for task in some_tasks))}
    assert len(kinds) >= 4
    assert sum(part.n_items for part in report.slices if part.kind == "calls") == len(some_tasks)
    assert {part.name for part in report.slices if part.kind == "family"} == {t.recipe.family for t in some_tasks}
    sorts = {part.name: part.n_items for part in report.slices if part.kind == "tools"}
    easy = [task for task in some_tasks if task.kind in (Kind.PLAIN, Kind.MISSING_INFO) and task.n_calls]
    assert sum(sorts.values()) == len(easy)
    one_builtin = [task for task in easy if task.is_builtin and task.n_calls == 1]
    assert sorts["built-in, 1 call"] == len(one_builtin) > 0
    assert {part.name for part in report.slices if part.kind == "variant"} == {t.variant for t in some_tasks} - {""}


def test_whoever_always_gives_up_passes_only_what_cannot_be_done(some_tasks):
    engine = ScriptedEngine([PlannerTurn("No.", Decision.GIVE_UP)] * 100)
    results = evaluated(some_tasks, engine)
    assert {r.task for r in results if r.passed} <= {task.id for task in some_tasks if task.kind is Kind.IMPOSSIBLE}
    found = metrics(results)
    assert (found["refusal"], found["false_refusal"], found["needless"]) == (1.0, 1.0, 0.0)
    assert (found["call_ratio"], found["recovery"]) == (None, None)
    assert live_report(results).outcomes == {"gave_up": len(some_tasks)}


def test_false_calls_are_unknown_tools_and_unfit_arguments(some_tasks):
    task = next(t for t in some_tasks if t.n_calls and len(t.questions) == 1)
    tool = task.tools[0].name
    script: list[Any] = [
        PlannerTurn("One.", Decision.CALL),
        CallerTurn(ToolCall("no_such_tool", {})),
        PlannerTurn("Two.", Decision.CALL),
        CallerTurn(ToolCall(tool, {"no such argument": [1]})),
        PlannerTurn("Enough.", Decision.CONCLUDE),
        SummarizerTurn("I don't know."),
    ]
    (result,) = evaluated([task], ScriptedEngine(script))
    assert result.n_calls == 2
    assert result.n_false_calls >= 1
    assert result.n_errors >= 1
    assert not result.passed
    assert result.reasons


def test_calls_where_none_are_needed_are_counted():
    (task,) = tasks("train", 1, kinds=["no_tool"])
    script: list[Any] = [
        PlannerTurn("Look it up.", Decision.CALL),
        CallerTurn(ToolCall(task.tools[0].name, {})),
        PlannerTurn("Enough.", Decision.CONCLUDE),
        SummarizerTurn("Hello."),
    ]
    results = evaluated([task], ScriptedEngine(script))
    assert metrics(results)["needless"] == 1.0
    assert not results[0].passed


def test_the_limit_of_steps_is_an_outcome(some_tasks):
    task = next(t for t in some_tasks if t.n_calls and len(t.questions) == 1)
    (result,) = evaluated([task], following_plans([task]), limits=Limits(max_steps=1))
    assert (result.outcome, result.passed) == (Outcome.STEP_LIMIT, False)


def test_a_turn_that_fails_ends_its_task_only(some_tasks):
    def fail_once(role, history):
        is_first = history.turns[0].text == some_tasks[0].questions[0]
        if is_first:
            raise GenerationError("the grammar stopped")

    results = evaluated(some_tasks[:3], following_plans(some_tasks, wrong=fail_once))
    assert [r.outcome is Outcome.FAILED for r in results] == [True, False, False]
    assert results[0].error == "the grammar stopped"
    assert live_report(results).reasons == {"the grammar stopped": 1}


def test_a_server_out_of_reach_ends_the_evaluation_to_be_resumed(some_tasks, tmp_path):
    path = tmp_path / "live.jsonl"

    def lost(role, history):
        if history.turns[0].text == some_tasks[2].questions[0]:
            raise RoleUnreachableError("http://x", "refused")

    with pytest.raises(RoleUnreachableError):
        evaluated(some_tasks[:4], following_plans(some_tasks, wrong=lost), path)
    assert [r.task for r in read_results(path, LiveResult)] == [task.id for task in some_tasks[:2]]
    results = evaluated(some_tasks[:4], following_plans(some_tasks), path)
    assert [r.passed for r in results] == [True] * 4


def test_an_interrupted_evaluation_goes_on_and_runs_nothing_twice(some_tasks, tmp_path):
    path, cancel = tmp_path / "live.jsonl", CancelToken()
    with pytest.raises(CancelledError):
        evaluated(
            some_tasks,
            following_plans(some_tasks),
            path,
            cancel=cancel,
            on_task=lambda done, _: cancel.cancel() if done == 3 else None,
        )
    engine = following_plans(some_tasks)
    results = evaluated(some_tasks, engine, path)
    whole = evaluated(some_tasks, following_plans(some_tasks))
    assert [(r.key, r.passed, r.trajectory) for r in results] == [(r.key, r.passed, r.trajectory) for r in whole]
    asked = {request.trajectory.turns[0].text for request in engine.requests}
    assert not asked & {task.questions[0] for task in some_tasks[:3]}


def test_a_task_that_is_interrupted_leaves_no_result(some_tasks, tmp_path):
    path, cancel = tmp_path / "live.jsonl", CancelToken()

    def interrupt(role, history):
        cancel.cancel()

    with pytest.raises(CancelledError):
        evaluated(some_tasks, following_plans(some_tasks, wrong=interrupt), path, cancel=cancel)
    assert len(read_results(path, LiveResult)) == 0


def test_several_workers_give_the_same_verdicts_in_the_same_order(some_tasks):
    one = evaluated(some_tasks, following_plans(some_tasks))
    three = evaluated(some_tasks, following_plans(some_tasks), workers=3)
    assert [(r.key, r.passed, r.n_calls, r.trajectory) for r in one] == [
        (r.key, r.passed, r.n_calls, r.trajectory) for r in three
    ]
