"""Static evaluation from end to end with scripted engines, whose scores are known beforehand."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.evaluate.evaluation_setting import (
    CALL,
    CONCLUDE,
    GIVE_UP,
    TOOLS,
    material,
    saying,
    system_of,
)
from umi_local.engine.base import CancelToken, Spoken, Written
from umi_local.errors import CancelledError, GenerationError, RoleUnreachableError, UsageError
from umi_local.evaluate.report import static_report
from umi_local.evaluate.results_file import read_results, results_at
from umi_local.evaluate.static import evaluate_static
from umi_local.evaluate.values import Decoding, Route, StepResult
from umi_local.messages import CallerTurn, PlannerTurn, Role, SummarizerTurn, ToolCall, Usage

FACTS = {"kind": "static"}
BOUND, FREE = Decoding.CONSTRAINED, Decoding.FREE


def evaluated(engine, *, route=Route.PIPELINE, decodings=(BOUND,), path=None, **options):
    with results_at(path, StepResult, FACTS) as results:
        return evaluate_static(system_of(engine), material(), results, route=route, decodings=decodings, **options)


def metrics(results, mode="paper", kind="", name="all", **options):
    report = static_report(results, mode, **options)
    part = next(part for part in report.slices if (part.kind, part.name) == (kind, name))
    return {key: estimate.value for key, estimate in part.metrics.items() if estimate.value is not None}


def free(text, cut=False):
    return Written(text=text, usage=Usage(calls=1), was_cut=cut)


PERFECT = {"plan_acc": 1, "act_em": 1, "hallu": 0, "arg_f1": 1, "arg_f1_easy": 1, "arg_f1_hard": 1, "rouge_l": 1}


@pytest.mark.parametrize("route", Route)
@pytest.mark.parametrize("decoding", Decoding)
def test_an_engine_that_says_what_was_wanted_scores_everything(route, decoding):
    engine = saying()
    results = evaluated(engine, route=route, decodings=(decoding,))
    assert metrics(results) == pytest.approx(PERFECT, abs=1e-7)
    strict = metrics(results, "strict")
    assert strict == {name: 0.0 if name in ("hallu", "unreadable") else 1.0 for name in strict}
    assert len(strict) == 8
    assert [(r.role, len(r.trajectory.turns), r.is_free) for r in engine.requests] == [
        *((role, n, decoding is FREE) for role, n in ((Role.PLANNER, 1), (Role.CALLER, 2))),
        *((role, n, decoding is FREE) for role, n in ((Role.PLANNER, 4), (Role.CALLER, 5))),
        *((role, n, decoding is FREE) for role, n in ((Role.PLANNER, 7), (Role.SUMMARIZER, 8))),
        *((role, n, decoding is FREE) for role, n in ((Role.PLANNER, 1), (Role.SUMMARIZER, 2))),
        (Role.PLANNER, 1, decoding is FREE),
    ]


def test_known_mistakes_give_known_scores():
    """Five steps. The first concludes instead of calling, the second calls with another city, the fourth says more."""
    wrong = {
        ("What", 1): PlannerTurn("I guess.", CONCLUDE),
        ("What", 2): SummarizerTurn("Paris"),
        ("What", 5): CallerTurn(ToolCall("get_weather", {"city": "Rome"})),
        ("Hello!", 2): SummarizerTurn("Hello to you my friend"),
    }
    results = evaluated(saying(wrong))
    # rouge-l: 1 and, with 3 of 5 and 3 of 3 words, 2 * 0.6 / 1.6 = 0.75
    assert metrics(results) == pytest.approx(
        {
            "plan_acc": 4 / 5,
            "act_em": 1 / 2,
            "hallu": 0,
            "arg_f1": (0 + 0.5) / 2,
            "arg_f1_easy": 0,  # the miss only
            "arg_f1_hard": (0 + 0.5) / 2,  # the miss counts here, too
            "rouge_l": (1 + 0.75) / 2,
        },
        abs=1e-7,
    )
    assert metrics(results, "strict") == pytest.approx(
        {
            "plan_acc": 4 / 5,
            "act_em": 1 / 2,
            "hallu": 0,
            "exact": 0,
            "arg_f1": 0,
            "valid": 1,
            "rouge_l": (1 + 0.75) / 2,
            "unreadable": 0,
        }
    )
    assert static_report(results, "strict").confusion == {
        "call": {"call": 1, "conclude": 1},
        "conclude": {"conclude": 2},
        "give_up": {"give_up": 1},
    }


def test_in_the_roles_route_a_wrong_plan_does_not_touch_the_caller():
    results = evaluated(saying({("What", 1): PlannerTurn("I guess.", CONCLUDE)}), route=Route.ROLES)
    found = metrics(results)
    assert (found["plan_acc"], found["act_em"], found["arg_f1"]) == (4 / 5, 1.0, 1.0)


def test_a_pipeline_goes_on_from_the_planners_own_words_and_the_roles_from_those_wanted():
    for route, thought in ((Route.PIPELINE, "My own words."), (Route.ROLES, "I need the cities.")):
        engine = saying({("What", 1): PlannerTurn("My own words.", CALL)})
        evaluated(engine, route=route)
        assert engine.requests[1].trajectory.turns[-1] == PlannerTurn(thought, CALL)


def test_parts_are_by_calls_by_decision_and_by_seen_tools():
    wrong = {("What", 5): CallerTurn(ToolCall("list_cities", {}))}
    results = evaluated(saying(wrong))
    seen = {"list_cities"}
    report = static_report(results, "paper", seen_tools=seen)
    assert [(part.kind, part.name, part.n_items) for part in report.slices] == [
        ("", "all", 5),
        ("calls", "0", 2),
        ("calls", "2", 3),
        ("decision", "call", 2),
        ("decision", "conclude", 2),
        ("decision", "give_up", 1),
        ("tools", "seen", 1),
        ("tools", "unseen", 1),
    ]
    assert metrics(results, kind="tools", name="seen", seen_tools=seen)["act_em"] == 1.0
    assert metrics(results, kind="tools", name="unseen", seen_tools=seen)["act_em"] == 0.0


def test_unbound_text_is_read_tolerantly_and_what_cannot_be_read_counts_against_it():
    wrong = {
        ("What", 1): free("Cities first.\n**Next:** caller\nAction: ..."),
        ("What", 2): free('```json\n{"name": "list_towns", "arguments": {}}\n```'),
        ("What", 4): free("I wonder"),
        ("What", 5): free("get_weather(city=Paris)", cut=True),
    }
    results = evaluated(saying(wrong), decodings=(FREE,))
    paper = metrics(results)
    # the unreadable planner counts as a call, as in the original; the unreadable call as none
    assert (paper["plan_acc"], paper["act_em"], paper["hallu"]) == (1.0, 0.0, 1 / 5)
    strict = metrics(results, "strict")
    assert (strict["plan_acc"], strict["hallu"], strict["valid"]) == (4 / 5, 1.0, 0.0)
    assert strict["unreadable"] == pytest.approx((0 + 2 / 2 + 0 + 0 + 0) / 5)
    assert static_report(results, "strict").unread == {
        "caller: there is no JSON object in it, cut at the token limit": 1,
        "planner: it names no decision": 1,
    }


def test_a_call_that_is_readable_but_malformed_keeps_its_name_in_the_papers_metrics():
    wrong = {("What", 5): free("Action: get_weather\nAction Input: {'city': 'Paris'}")}
    results = evaluated(saying(wrong), decodings=(FREE,))
    assert metrics(results)["act_em"] == 1.0
    assert metrics(results)["arg_f1_hard"] == 0.0
    assert metrics(results, "strict")["act_em"] == 1 / 2


def test_arguments_that_do_not_fit_the_schema_are_seen():
    wrong = {("What", 5): free('{"name": "get_weather", "arguments": {"town": "Paris"}}')}
    results = evaluated(saying(wrong), decodings=(FREE,))
    assert [r.problems for r in results if r.problems] == [("city is missing", "town is unknown; known: city")]
    assert metrics(results, "strict")["valid"] == 1 / 2


def test_a_turn_that_an_engine_could_not_make_is_a_problem_of_that_turn():
    wrong = {("What", 5): GenerationError("the caller could not finish its call")}
    results = evaluated(saying(wrong))
    assert results[1].prediction.follow.problem == "the caller could not finish its call"
    assert metrics(results, "strict")["act_em"] == 1 / 2
    assert metrics(results)["act_em"] == 1 / 2


def test_a_server_out_of_reach_ends_the_evaluation_and_is_nobodys_mistake(tmp_path):
    path = tmp_path / "results.jsonl"
    with pytest.raises(RoleUnreachableError):
        evaluated(saying({("What", 7): RoleUnreachableError("http://x", "refused")}), path=path)
    assert len(read_results(path, StepResult)) == 2
    assert metrics(evaluated(saying(), path=path)) == pytest.approx(PERFECT, abs=1e-7)


def test_an_interrupted_evaluation_goes_on_and_asks_nothing_twice(tmp_path):
    path = tmp_path / "results.jsonl"
    cancel, first = CancelToken(), saying()
    with pytest.raises(CancelledError):
        evaluated(first, path=path, cancel=cancel, on_step=lambda done, all_: cancel.cancel() if done == 2 else None)
    second = saying()
    results = evaluated(second, path=path)
    assert (len(first.requests), len(second.requests)) == (4, 5)
    assert metrics(results) == metrics(evaluated(saying()))


def test_a_killed_evaluation_goes_on_to_the_same_totals(tmp_path):
    path = tmp_path / "results.jsonl"
    code = Path(__file__).with_name("killed_evaluation.py")
    root = Path(__file__).parents[2]
    environment = {**os.environ, "PYTHONPATH": str(root)}
    done = subprocess.run([sys.executable, str(code), str(path), "5"], env=environment, cwd=root, check=False)
    assert done.returncode == -signal.SIGKILL
    with path.open("ab") as file:
        file.write(b'{"key":"half a li')
    engine = saying()
    results = evaluated(engine, path=path)
    assert len(engine.requests) == 9 - 4
    whole = evaluated(saying())
    assert [r.key for r in results] == [r.key for r in whole]
    assert static_report(results, "paper").slices == static_report(whole, "paper").slices
    assert len(read_results(path, StepResult)) == 5


def test_both_decodings_share_a_file_and_are_reported_apart(tmp_path):
    wrong = {("What", 1): free("Nothing of use.")}
    results = evaluated(saying(), path=tmp_path / "r.jsonl")
    both = evaluated(saying(wrong), decodings=(BOUND, FREE), path=tmp_path / "r.jsonl")
    assert [r for r in both if r.decoding is BOUND] == results
    free_ones = [r for r in both if r.decoding is FREE]
    assert metrics(free_ones, "strict")["plan_acc"] == 4 / 5


def test_several_workers_give_the_same_results_in_the_same_order():
    one, three = evaluated(saying()), evaluated(saying(), workers=3)
    assert one == three


def test_an_error_in_one_of_several_workers_comes_out():
    with pytest.raises(RoleUnreachableError):
        evaluated(saying({("What", 4): RoleUnreachableError("http://x", "refused")}), workers=3)


def test_progress_counts_steps_of_all_decodings():
    seen = []
    evaluated(saying(), decodings=(BOUND, FREE), on_step=lambda done, total: seen.append((done, total)))
    assert seen == [(n, 10) for n in range(1, 11)]


def test_usage_is_summed_over_all_turns():
    wrong = {("Hello!", 2): Spoken(turn=SummarizerTurn("Hello"), usage=Usage(calls=1, sampled_tokens=7))}
    report = static_report(evaluated(saying(wrong)), "paper")
    assert (report.usage.calls, report.usage.sampled_tokens) == (9, 7)


def test_an_engine_that_only_speaks_cannot_be_asked_to_write_unbound():
    class OnlySpeaks:
        def __init__(self):
            self._inner = saying()
            self.prepare, self.speak, self.close = self._inner.prepare, self._inner.speak, self._inner.close

    with pytest.raises(UsageError, match="can't write unbound"):
        evaluated(OnlySpeaks(), decodings=(FREE,))


def test_a_tool_that_cannot_be_offered_is_a_problem_of_the_calls():
    engine = saying()

    def refuse(tools):
        from umi_local.errors import ToolDefinitionError

        raise ToolDefinitionError(tools[0].name, "its schema is too wild")

    engine.prepare = refuse  # type: ignore[method-assign]  # an engine that is stricter than scripts are
    results = evaluated(engine)
    assert metrics(results, "strict")["act_em"] == 0.0
    assert metrics(results, "strict")["plan_acc"] == 1.0


def test_results_hold_the_names_of_the_tools_and_no_results_make_an_empty_report():
    assert {result.tools for result in evaluated(saying())} == {tuple(tool.name for tool in TOOLS)}
    assert static_report([], "paper").slices[0].n_items == 0


def test_giving_up_where_a_call_was_wanted_asks_nobody_else():
    engine = saying({("What", 1): PlannerTurn("No.", GIVE_UP)})
    results = evaluated(engine)
    assert results[0].prediction.follow is None
    assert metrics(results)["act_em"] == 1 / 2
