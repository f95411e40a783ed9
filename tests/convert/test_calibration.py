"""Trajectories: those that come along are real and reproducible, those of a user are checked, and all are made to fit."""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.convert.verdict_setting import OPTIONS, TRAJECTORIES, bundle_of, make_files
from umi_convert.calibration import load_trajectories, trajectory_file
from umi_convert.calibration.fitting import fit, fit_all
from umi_convert.errors import ConvertError, TrajectoryFileError
from umi_convert.verify import measure_reference
from umi_local.engine.constrain import check_tools
from umi_local.jsonable import to_jsonable
from umi_local.messages import CallerTurn, Decision, PlannerTurn, SummarizerTurn, ToolSpec, ToolTurn, Trajectory
from umi_local.tools.validation import check_spec, find_problems

ROOT = Path(__file__).parents[2]


def write(path, *lines):
    path.write_text("\n".join(line if isinstance(line, str) else json.dumps(line) for line in lines))
    return path


def problems_of(path):
    with pytest.raises(TrajectoryFileError) as caught:
        load_trajectories(path)
    assert str(path) in str(caught.value)
    return caught.value.problems


GOOD = to_jsonable(TRAJECTORIES[0])


def test_what_comes_along_covers_every_way_that_a_run_can_go():
    found = load_trajectories()
    assert len(found) == 24
    turns = [turn for trajectory in found for turn in trajectory.turns]
    decisions = [turn.decision for turn in turns if isinstance(turn, PlannerTurn)]
    assert {decision: decisions.count(decision) >= 3 for decision in Decision} == dict.fromkeys(Decision, True)
    errors = [turn for turn in turns if isinstance(turn, ToolTurn) and turn.observation.is_error]
    assert len(errors) >= 3
    called = {turn.call.name for turn in turns if isinstance(turn, CallerTurn)}
    assert len(called) >= 12
    assert sum(isinstance(turn, SummarizerTurn) for turn in turns) >= 20
    assert all(2 <= len(trajectory.tools) <= 5 for trajectory in found)
    assert any(not any(isinstance(turn, CallerTurn) for turn in trajectory.turns) for trajectory in found)
    assert 30_000 < trajectory_file.BUILT_IN.stat().st_size < 60_000


def test_every_call_that_comes_along_fits_its_tool_and_every_tool_its_grammar():
    for trajectory in load_trajectories():
        check_tools(trajectory.tools)
        for turn in trajectory.turns:
            if isinstance(turn, CallerTurn):
                [tool] = [tool for tool in trajectory.tools if tool.name == turn.call.name]
                assert find_problems(check_spec(tool), turn.call.arguments) == ()


def test_the_script_writes_what_comes_along():
    """The tools still say what the file has them say; run scripts/make-calibration where they were changed on purpose."""
    done = subprocess.run(
        [sys.executable, str(ROOT / "scripts" / "make-calibration"), "--check"], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("packed", [False, True])
def test_a_file_of_ones_own_is_read_packed_or_plain(tmp_path, packed):
    path = tmp_path / "mine.jsonl"
    extras = {"id": "x/1", "source": "me", "split": "dev", "metadata": {"family": "shop"}}
    lines = [{**to_jsonable(one), **extras} for one in TRAJECTORIES]
    text = "\n" + "\n\n".join(json.dumps(line) for line in lines)
    path.write_bytes(gzip.compress(text.encode()) if packed else text.encode())
    assert load_trajectories(path) == TRAJECTORIES


BROKEN = [
    ("{", "line 2: not JSON:"),
    ("[" * 100_000, "line 2: more than 100 lists and objects within each other"),
    ("[1]", "line 2: the line must be a table with keys"),
    ({"tools": []}, "line 2: turns is missing"),
    ({**GOOD, "tols": []}, "line 2: tols is an unknown key; did you mean 'tools'?"),
    ({**GOOD, "turns": [{"type": "plannr"}]}, "line 2: turns[0].type is 'plannr'"),
    (
        {**GOOD, "turns": [{"type": "planner", "rationale": 1, "decision": "stop"}]},
        "line 2: turns[0].rationale is 1; expected str",
    ),
    ({**GOOD, "turns": [{"type": "user", "text": "Hi"}]}, "line 2: turns holds no turn of a planner"),
    (
        {**GOOD, "turns": [{"type": "caller", "call": {"name": "rm", "arguments": {}}}]},
        "line 2: turns[0].call.name is 'rm', which is not among the tools",
    ),
    ({**GOOD, "tools": GOOD["tools"] * 2}, "line 2: tools[2].name is 'read_file', as an earlier one's"),
    (
        {**GOOD, "tools": [{"name": "f", "description": "", "parameters": {"properties": [1]}}]},
        "line 2: tools[0].parameters.properties must be an object",
    ),
]


@pytest.mark.parametrize(("line", "problem"), BROKEN, ids=[problem[8:40] for _, problem in BROKEN])
def test_a_line_that_is_no_trajectory_is_named_with_its_field(tmp_path, line, problem):
    found = problems_of(write(tmp_path / "t.jsonl", GOOD, line))
    assert any(one.startswith(problem) for one in found), found


def test_all_problems_are_told_up_to_a_few(tmp_path):
    found = problems_of(write(tmp_path / "t.jsonl", *["{}"] * 1000))
    assert trajectory_file.MAX_PROBLEMS <= len(found) < 2 * trajectory_file.MAX_PROBLEMS


def test_files_that_cannot_be_read_are_our_errors(tmp_path):
    packed = gzip.compress(json.dumps(GOOD).encode() * 50)
    for name, content, reason in (
        ("empty", b"", "it holds no trajectory"),
        ("blank", b"\n \n", "it holds no trajectory"),
        ("bytes", b"\xff\xfe\x00", "line 1: byte 0 isn't UTF-8 text"),
        ("cut.gz", packed[: len(packed) // 2], "the gzip data is broken"),
        ("bad.gz", packed[:12] + b"\x00" * 40, "the gzip data is broken"),
    ):
        path = tmp_path / name
        path.write_bytes(content)
        assert problems_of(path)[0].startswith(reason)
    assert "can't be read" in problems_of(tmp_path / "missing")[0]
    assert "can't be read" in problems_of(tmp_path)[0]


def test_a_file_that_unpacks_to_too_much_is_refused_early(tmp_path, monkeypatch):
    path = tmp_path / "bomb.gz"
    path.write_bytes(gzip.compress(b" " * 6_000_000))
    assert problems_of(path)[0] == f"line 1 has more than {trajectory_file.MAX_LINE_BYTES:,} bytes"
    monkeypatch.setattr(trajectory_file, "MAX_BYTES", 1000)
    assert problems_of(write(tmp_path / "many.jsonl", *[GOOD] * 20)) == ("it holds more than 1,000 bytes",)


@given(st.binary(max_size=300))
def test_no_content_ends_in_anything_but_our_error(tmp_path_factory, content):
    path = tmp_path_factory.mktemp("any") / "t.jsonl"
    path.write_bytes(content)
    with pytest.raises(TrajectoryFileError):
        load_trajectories(path)


def by_words(trajectory):
    """Tokens as 10 a tool and 5 a turn."""
    return 10 * len(trajectory.tools) + 5 * len(trajectory.turns)


def fitted(trajectory, n_ctx):
    return fit(trajectory, by_words, n_ctx)


def test_tools_that_are_never_called_go_before_turns_do():
    whole = TRAJECTORIES[0]  # two tools, one of which is called, and six turns: 50
    assert fit(whole, by_words, 50) == (whole, "")
    fewer, what = fitted(whole, 45)
    assert [tool.name for tool in fewer.tools] == ["read_file"]
    assert (fewer.turns, what) == (whole.turns, "1 tool(s) that it never calls were dropped")
    short, what = fitted(whole, 34)
    assert short.turns == whole.turns[:3]  # no result at the end that nobody reads
    assert what == "1 tool(s) that it never calls and its last 3 turn(s) were dropped"
    assert fit(whole, by_words, 15) == (None, "all of it was dropped")


@given(st.integers(0, 60))
def test_what_fits_is_kept_in_order_and_the_rest_is_said(n_ctx):
    fitted, notices = fit_all(TRAJECTORIES, by_words, n_ctx)
    assert all(by_words(one) <= n_ctx for one in fitted)
    assert len(notices) == (0 if n_ctx >= 50 else 2)
    for one in fitted:
        assert any(whole.turns[: len(one.turns)] == one.turns for whole in TRAJECTORIES)


def test_a_small_context_shortens_what_is_judged_and_says_so(tmp_path):
    loaded = bundle_of(make_files(tmp_path), "prompted")
    many = tuple(ToolSpec(f"tool_{i}", "Does something. " * 9, TRAJECTORIES[0].tools[0].parameters) for i in range(12))
    crowded = (Trajectory(TRAJECTORIES[0].tools + many, TRAJECTORIES[0].turns), *TRAJECTORIES)
    with_room = measure_reference(loaded, crowded, options=OPTIONS)
    with_room.close()
    [notice] = with_room.notices
    assert notice.startswith("trajectory 1: ")
    assert notice.endswith(" tool(s) that it never calls were dropped to fit n_ctx=1,024")
    assert 2 <= len(with_room.trajectories[0].tools) < 14
    fewer = measure_reference(loaded, TRAJECTORIES * 3, options=replace(OPTIONS, max_trajectories=2))
    fewer.close()
    assert fewer.notices == ("2 of 6 trajectories were used, evenly spaced",)
    with pytest.raises(ConvertError, match="there are no trajectories to judge on"):
        measure_reference(loaded, (), options=OPTIONS)
    with pytest.raises(ConvertError, match="none of 2 trajectories fits n_ctx=300"):
        measure_reference(loaded, TRAJECTORIES, options=replace(OPTIONS, n_ctx=300))
