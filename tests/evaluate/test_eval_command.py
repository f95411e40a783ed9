"""`umi eval` in this process: what is asked, kept, shown and refused."""

from __future__ import annotations

import gzip
import json
from typing import Any

import pytest
from click.testing import CliRunner

from tests.engine.chat_server import says, serving
from tests.evaluate.evaluation_setting import CONCLUDE, RECORDS, saying
from umi_local.cli import cli
from umi_local.commands.setup import Services
from umi_local.messages import CallerTurn, Decision, PlannerTurn, ToolCall
from umi_local.records import Record, render_record
from umi_local.testing import ScriptedEngine
from umi_local.worlds.generate import gold, tasks


@pytest.fixture
def records(tmp_path):
    path = tmp_path / "records.jsonl.gz"
    lines = [render_record(Record(trajectory=record, id=str(n))) for n, record in enumerate(RECORDS)]
    path.write_bytes(gzip.compress(b"".join(lines)))
    return path


def umi(*args, engine=None):
    """Run `umi eval ...`; an engine stands for any bundle."""

    def open_engine(loaded, options):
        assert engine is not None, "this test gave no engine"
        return engine

    result = CliRunner().invoke(cli, ["eval", *map(str, args)], obj=Services(open_engine=open_engine))
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def shown(*args, engine=None):
    result = umi(*args, "--output", "json", engine=engine)
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def values(report):
    return {name: estimate["value"] for name, estimate in report["slices"][0]["metrics"].items()}


def test_static_reports_both_decodings_with_intervals(records):
    found = shown("static", records, engine=saying())
    assert list(found["decodings"]) == ["constrained", "free"]
    assert found["route"] == "pipeline"
    for report in found["decodings"].values():
        assert values(report)["plan_acc"] == 1.0
        assert report["slices"][0]["metrics"]["plan_acc"]["n"] == 5
        assert report["slices"][0]["n_groups"] == 3
        assert report["mode"] == "paper"


def test_static_as_text_has_metrics_parts_and_confusion(records):
    wrong = {("What", 1): PlannerTurn("I guess.", Decision.GIVE_UP)}
    text = umi("static", records, "--decoding", "constrained", engine=saying(wrong)).stdout
    lines = [line.split() for line in text.splitlines()]
    assert lines[0][:3] == ["METRIC", "CONSTRAINED", "[95%]"]
    assert lines[1][:3] == ["Plan", "ACC", "80.0"]
    assert ["call", "1", "0", "1"] in lines
    assert any(line[:3] == ["decision", "call", "2"] for line in lines)


def test_static_keeps_results_and_goes_on(records, tmp_path):
    kept = tmp_path / "kept.jsonl"
    first = shown("static", records, "--limit", "1", "-o", kept, engine=saying())
    assert first["decodings"]["free"]["slices"][0]["n_items"] == 3
    engine = saying()
    found = shown("static", records, "-o", kept, engine=engine)
    assert found["decodings"]["free"]["slices"][0]["n_items"] == 5
    assert len(engine.requests) == 2 * 3
    assert (
        shown("static", records, "-o", kept, "--mode", "strict", engine=saying())["decodings"]["free"]["mode"]
        == "strict"
    )


def test_results_are_never_mixed_with_those_of_another_setting(records, tmp_path):
    kept = tmp_path / "kept.jsonl"
    shown("static", records, "-o", kept, engine=saying())
    refused = umi("static", records, "-o", kept, "--route", "roles", engine=saying())
    assert refused.exit_code == 2
    assert "route is 'pipeline' there, 'roles' here" in refused.stderr


def test_tools_of_training_records_are_told_from_unseen_ones(records, tmp_path):
    seen = tmp_path / "train.jsonl"
    seen.write_bytes(render_record(Record(trajectory=RECORDS[0])))
    found = shown("static", records, "--seen", seen, "--decoding", "free", engine=saying())
    parts = found["decodings"]["free"]["slices"]
    assert [(p["name"], p["n_items"]) for p in parts if p["kind"] == "tools"] == [("seen", 2)]


def test_a_model_behind_a_server_is_asked_with_its_own_tool_calling(records):
    with serving() as server:
        server.plays += [says("Hello to you")] * 5
        found = shown("static", records, "--server", server.url, "--model", "m")
    assert list(found["decodings"]) == ["free"]
    assert values(found["decodings"]["free"])["plan_acc"] == 2 / 5
    assert found["system"]["model"] == "m"
    assert all(body["tools"] for body in server.bodies)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--server", "http://127.0.0.1:1/v1"], "--server needs --model"),
        (["--server", "nonsense", "--model", "m"], "--server: url is 'nonsense'"),
        (["--server", "http://127.0.0.1:1/v1", "--model", "m", "--bundle", "x"], "are two systems"),
        (["--model", "m"], "belong to --server"),
        (["--server", "http://127.0.0.1:1/v1", "--model", "m", "--route", "roles"], "one turn"),
        (["--server", "http://127.0.0.1:1/v1", "--model", "m", "--decoding", "both"], "one turn"),
        (["--bundle", "no-such-bundle"], "there is no bundle"),
    ],
)
def test_what_cannot_be_asked_is_refused_with_the_reason(records, arguments, words):
    result = umi("static", records, *arguments, engine=saying())
    assert result.exit_code in (1, 2)
    assert words in result.stderr


def test_records_that_are_none_or_hold_no_steps_are_refused(tmp_path):
    broken, empty = tmp_path / "broken.jsonl", tmp_path / "empty.jsonl"
    broken.write_text("{}\n")
    empty.write_text("")
    assert f"{broken}:1" in umi("static", broken, engine=saying()).stderr
    result = umi("static", empty, engine=saying())
    assert (result.exit_code, "no labelled step" in result.stderr) == (2, True)
    assert umi("static", tmp_path / "missing.jsonl", engine=saying()).exit_code == 1


def evaluated(records, tmp_path, name, wrong=None):
    path = tmp_path / f"{name}.jsonl"
    shown("static", records, "-o", path, "--name", name, engine=saying(wrong))
    return path


def test_compare_shows_systems_and_paired_differences(records, tmp_path):
    worse = evaluated(records, tmp_path, "worse", {("Hello!", 1): PlannerTurn("No.", Decision.GIVE_UP)})
    better = evaluated(records, tmp_path, "better")
    found = shown("compare", worse, better, "--decoding", "free")
    assert [system["name"] for system in found["systems"]] == ["worse free", "better free"]
    assert (found["n_items"], found["n_groups"]) == (5, 3)
    difference = found["systems"][1]["differences"]["plan_acc"]
    assert difference["value"] == pytest.approx(1 / 5)
    assert difference["low"] == 0.0  # a third of the records differs: resamples without it are common
    text = umi("compare", worse, better, "--decoding", "free").stdout
    assert "more than worse free" in text
    assert "+20.0 [+0.0," in text


def test_compare_takes_only_what_all_have_results_for(records, tmp_path):
    whole = evaluated(records, tmp_path, "whole")
    part = tmp_path / "part.jsonl"
    shown("static", records, "-o", part, "--limit", "2", engine=saying())
    found = shown("compare", whole, part, "--decoding", "constrained", "--mode", "strict")
    assert found["n_items"] == 4
    assert [system["n_left_out"] for system in found["systems"]] == [1, 0]


def test_one_file_may_compare_its_own_decodings(records, tmp_path):
    found = shown("compare", evaluated(records, tmp_path, "x"))
    assert [system["name"] for system in found["systems"]] == ["x constrained", "x free"]


def test_systems_of_one_name_are_numbered(records, tmp_path):
    path = evaluated(records, tmp_path, "x")
    found = shown("compare", path, path, "--decoding", "free")
    assert [system["name"] for system in found["systems"]] == ["x free #1", "x free #2"]


def test_what_cannot_be_compared_is_refused(records, tmp_path):
    path = evaluated(records, tmp_path, "x")
    roles = tmp_path / "roles.jsonl"
    shown("static", records, "-o", roles, "--route", "roles", engine=saying())
    assert "route is 'roles' in one" in umi("compare", path, roles).stderr
    assert "one system alone" in umi("compare", path, "--decoding", "free").stderr
    assert "no file of evaluation results" in umi("compare", path, records).stderr


def test_live_runs_tasks_and_reports_how_they_ended(tmp_path):
    arguments = ("live", "--split", "train", "--n", "6", "--seed", "3")
    plans = {task.questions[0]: gold(task) for task in tasks("train", 6, 3)}

    def say(role: Any, history: Any) -> Any:
        return plans[history.turns[0].text].turns[len(history.turns)]

    follow = ScriptedEngine([say] * 200)
    kept = tmp_path / "live.jsonl"
    found = shown(*arguments, "-o", kept, "--name", "gold", engine=follow)
    assert values(found["report"])["passed"] == 1.0
    assert found["report"]["slices"][0]["n_items"] == 6
    text = umi(*arguments, "-o", kept, "--name", "gold", engine=ScriptedEngine([])).stdout
    assert [line.split()[:3] for line in text.splitlines()][1] == ["Passed", "100.0", "[100.0,"]
    other = tmp_path / "other.jsonl"
    never = ScriptedEngine([PlannerTurn("No.", Decision.GIVE_UP)] * 50)
    shown(*arguments, "-o", other, "--name", "never", engine=never)
    compared = shown("compare", kept, other)
    assert compared["kind"] == "live"
    assert compared["systems"][1]["differences"]["passed"]["value"] < 0


def test_static_and_live_results_do_not_compare(records, tmp_path):
    live, static = tmp_path / "live.jsonl", evaluated(records, tmp_path, "x")
    never = ScriptedEngine([PlannerTurn("No.", Decision.GIVE_UP)] * 50)
    shown("live", "--split", "train", "--n", "1", "-o", live, engine=never)
    assert "can't be compared: kind is" in umi("compare", static, live).stderr


def test_live_refuses_families_that_are_not_there():
    result = umi("live", "--family", "no_such_family", engine=ScriptedEngine([]))
    assert (result.exit_code, "there is no family" in result.stderr) == (2, True)


def test_reasons_are_listed_the_most_frequent_first(records):
    wrong = {
        ("What", 2): CallerTurn(ToolCall("list_towns", {})),
        ("What", 7): PlannerTurn("I know.", CONCLUDE),
    }
    text = umi("static", records, "--mode", "strict", "--decoding", "free", engine=saying(wrong)).stdout
    line = next(line for line in text.splitlines() if line.startswith("Hallu."))
    assert line.split()[4] == "50.0"  # one of two predicted calls
