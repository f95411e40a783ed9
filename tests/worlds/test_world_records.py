"""Generated records: the same everywhere, apart between splits, true, and of a size that small models can read."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from collections import Counter
from functools import cache
from itertools import pairwise

import pytest

from umi_local.errors import UsageError
from umi_local.jsonable import from_jsonable, to_jsonable
from umi_local.messages import CallerTurn, Decision, PlannerTurn, SummarizerTurn, ToolTurn, UserTurn
from umi_local.tools.builtin import builtin_tools
from umi_local.tools.validation import check_spec, find_problems
from umi_local.worlds import Kind, Record, Split, Task, generate, statistics, tasks
from umi_local.worlds.generate import default_worlds
from umi_local.worlds.splits import normalized

BUILTIN = {tool.name for tool in builtin_tools()}
N = 800


@cache
def records(split: str) -> tuple[Record, ...]:
    return tuple(generate(split, N, seed=3))


def digest(found) -> str:
    text = json.dumps([to_jsonable(record) for record in found], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


OTHER_PROCESS = """
import hashlib, json
from umi_local.jsonable import to_jsonable
from umi_local.worlds import generate
text = json.dumps([to_jsonable(record) for record in generate("test", 40, seed=5)], sort_keys=True)
print(hashlib.sha256(text.encode()).hexdigest())
"""


def test_another_process_makes_the_same_records():
    env = {**os.environ, "PYTHONHASHSEED": "77", "TZ": "Asia/Tokyo"}
    done = subprocess.run([sys.executable, "-c", OTHER_PROCESS], env=env, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == digest(generate("test", 40, seed=5))


def test_the_number_of_processes_changes_nothing():
    alone = list(generate("train", 150, seed=9))
    assert list(generate("train", 150, seed=9, processes=2)) == alone


def test_records_can_be_made_from_any_number_on():
    whole = list(generate("dev", 30, seed=2))
    assert list(generate("dev", 12, seed=2, start=18)) == whole[18:]


def test_another_seed_makes_other_records():
    assert digest(generate("train", 20, seed=1)) != digest(generate("train", 20, seed=2))


def invented_names(record):
    for tool in record.trajectory.tools:
        if tool.name not in BUILTIN:
            yield tool.name


def parameters(record):
    for tool in record.trajectory.tools:
        if tool.name not in BUILTIN:
            yield from tool.parameters["properties"]


MARKS = {
    "intents": lambda record: [(record.family, record.intent)],
    "wordings": lambda record: record.wordings,
    "tool names": lambda record: map(normalized, invented_names(record)),
    "parameter names": lambda record: map(normalized, parameters(record)),
    "questions": lambda record: [t.text for t in record.trajectory.turns[:1] if isinstance(t, UserTurn)],
}
SHORT_TALK = 12
"""Greetings and the like may be the same words anywhere."""


@pytest.mark.parametrize("what", MARKS)
def test_splits_share_no(what):
    found = {split: {mark for record in records(split) for mark in MARKS[what](record)} for split in Split}
    assert all(len(marks) >= 3 for marks in found.values())
    for one, other in (("train", "dev"), ("train", "test"), ("dev", "test")):
        shared = found[Split(one)] & found[Split(other)]
        assert not {
            mark for mark in shared if not (isinstance(mark, str) and what == "questions" and len(mark) < SHORT_TALK)
        }


def test_every_kind_comes_and_every_call_is_offered_and_fits_its_schema():
    kinds = Counter(record.kind for record in records("train"))
    assert set(kinds) == set(Kind)
    for record in records("train"):
        validators = {tool.name: check_spec(tool) for tool in record.trajectory.tools}
        assert len(validators) == len(record.trajectory.tools)
        for turn in record.trajectory.turns:
            if isinstance(turn, CallerTurn):
                assert find_problems(validators[turn.call.name], turn.call.arguments) == ()
                tool = record.trajectory.tool(turn.call.name)
                assert tool is not None
                order = list(tool.parameters["properties"])
                assert sorted(turn.call.arguments, key=order.index) == list(turn.call.arguments)


def test_turns_follow_the_agents_order():
    after = {
        "user": {"planner"},
        "planner": {"caller", "summarizer", "end"},
        "caller": {"tool"},
        "tool": {"planner"},
        "summarizer": {"user", "end"},
    }
    for record in records("train"):
        kinds = [turn.type for turn in record.trajectory.turns]
        assert kinds[0] == "user"
        for kind, following in zip(kinds, [*kinds[1:], "end"], strict=True):
            assert following in after[kind], record.id
        for turn, after_it in pairwise(record.trajectory.turns):
            if isinstance(turn, PlannerTurn):
                assert isinstance(after_it, CallerTurn) == (turn.decision is Decision.CALL)


def test_failures_are_met_and_got_over():
    found = [record for record in records("train") if record.variant in ("retry", "other_tool")]
    assert len(found) > 50
    for record in found:
        turns = record.trajectory.turns
        calls = [turn.call for turn in turns if isinstance(turn, CallerTurn)]
        observed = [turn.observation for turn in turns if isinstance(turn, ToolTurn)]
        if record.variant == "retry":
            failures = [i for i, observation in enumerate(observed[:-1]) if observation.is_error]  # refusals among them
            assert any(calls[i] == calls[i + 1] and observed[i] != observed[i + 1] for i in failures)
        else:
            assert len({call.name for call in calls}) > 1
        assert isinstance(turns[-1], SummarizerTurn)


def test_nothing_is_called_where_nothing_is_needed_or_nothing_fits():
    found = [r for r in records("test") if r.kind is Kind.NO_TOOL or r.variant in ("none_fits", "near_miss")]
    assert len(found) > 50
    assert all(record.n_calls == 0 for record in found)
    assert all(record.trajectory.tools for record in found)


def test_records_are_small_enough_for_small_models():
    lengths = statistics(records("train")).lengths
    assert 3 <= lengths["tools on offer"].median <= 7
    assert lengths["tools on offer"].longest <= 8
    assert lengths["tools (characters)"].p95 <= 2800
    assert lengths["observation (characters)"].p95 <= 400
    assert 8 <= lengths["rationale (words)"].median <= 30
    assert lengths["rationale (words)"].p95 <= 40
    assert lengths["answer (words)"].p95 <= 40


def test_statistics_count_every_record_once():
    found = statistics(records("dev"))
    assert found.n_records == N
    assert sum(found.by_kind.values()) == sum(found.by_calls.values()) == sum(found.by_family.values()) == N
    assert ("all", "records", f"{N:,}") in list(found.rows())


def test_records_and_tasks_go_to_json_and_back():
    for record, task in zip(generate("dev", 20), tasks("dev", 20), strict=True):
        assert from_jsonable(Record, json.loads(json.dumps(to_jsonable(record)))) == record
        assert from_jsonable(Task, json.loads(json.dumps(to_jsonable(task)))) == task
        assert record.id == task.id
        assert record.trajectory.tools == task.tools


def test_families_and_kinds_narrow_what_is_drawn():
    found = list(generate("train", 40, families=["shop"], kinds=["recover", Kind.PLAIN]))
    assert {record.family for record in found} == {"shop"}
    assert {record.kind for record in found} == {Kind.RECOVER, Kind.PLAIN}


def test_what_can_not_be_drawn_is_said_at_once():
    with pytest.raises(UsageError, match="no family 'shpo'"):
        generate("train", 1, families=["shpo"])
    with pytest.raises(UsageError, match="no intent of the train split"):
        generate("train", 1, families=["talk"], kinds=["recover"])
    assert list(default_worlds().recipes(Split.TRAIN, ())) == []
