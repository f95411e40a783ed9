"""A whole reproduction on a tiny random model: all systems, equal tokens, a table; resumed, in parts, and refused."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
import torch

from tests.train.test_resuming import environment
from tests.train.tiny_reproductions import Opened, Sayings, tiny_reproduction, write_reproduction
from tests.train.tiny_runs import record, write_base, write_config
from umi_local.engine.base import CancelToken
from umi_local.errors import CancelledError, UmiError, UsageError
from umi_local.evaluate.results_file import read_results
from umi_local.evaluate.values import StepResult
from umi_local.messages import Role
from umi_train import checkpoint
from umi_train.command import train
from umi_train.config import load_config
from umi_train.errors import ResumeError, TrainError
from umi_train.lora import read_weights
from umi_train.measuring import measure_for
from umi_train.reproduce.config import load_reproduction
from umi_train.reproduce.markdown import markdown
from umi_train.reproduce.places import Place
from umi_train.reproduce.running import Reproducing, jobs_of
from umi_train.reproduce.systems import SYSTEMS
from umi_train.role_folder import read_card
from umi_train.stages import train_global

torch.set_num_threads(1)
ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def base(tmp_path_factory) -> Path:
    return write_base(tmp_path_factory.mktemp("base"))


def umi(arguments: list[str]) -> int:
    try:
        train.main(arguments, prog_name="umi train", standalone_mode=False)
    except UmiError as error:
        sys.stderr.write(f"{error}\n{error.hint}\n")
        return error.exit_code
    return 0


@pytest.fixture(scope="module")
def whole(base, tmp_path_factory):
    """All systems of the first seed, trained and asked."""
    folder, opened, sayings = tmp_path_factory.mktemp("whole"), Opened(), Sayings()
    given = tiny_reproduction(folder, base)
    running = Reproducing(given, opener=opened)
    for system, seed in jobs_of(given, (), (1,)):
        running.run(system, seed, sayings.shown, CancelToken())
    return given, running, opened, sayings


def test_every_system_learns_the_same_number_of_target_tokens_for_each_role(base, whole):
    """Counted here from the records themselves, times the passes."""
    _, running, _, _ = whole
    counts: Counter[str] = Counter()
    for i in range(14):
        counts.update({role.value: n for role, n in measure_for(str(base))(record(i)).targets.items()})
    expected = {role: 2 * n for role, n in counts.items()}
    report = running.report("paper")
    assert [row.system for row in report.rows] == list(SYSTEMS)
    assert set(expected) == {role.value for role in Role}
    for row in report.rows:
        assert row.targets == expected, row.system


def test_each_system_is_opened_with_what_it_trained(whole):
    given, _, opened, _ = whole
    place = Place(given.train.out)
    adapter = lambda name, role: place.adapter(name, 1, role)  # noqa: E731  # a local name for one expression
    roles = lambda name: {role: adapter(name, role.value) for role in Role}  # noqa: E731
    assert opened.asked == [
        {"backbone": adapter("single", "backbone"), "roles": {}, "mode": "separate"},
        {"backbone": adapter("backbone-whole", "backbone"), "roles": {}, "mode": "separate"},
        {"backbone": None, "roles": roles("roles-from-base"), "mode": "separate"},
        {"backbone": adapter("backbone-first", "backbone"), "roles": roles("roles-second"), "mode": "separate"},
        {"backbone": adapter("backbone-half", "backbone"), "roles": roles("roles-half"), "mode": "separate"},
        {"backbone": adapter("backbone-half", "backbone"), "roles": roles("spans-half"), "mode": "shared"},
    ]
    assert all(engine.is_closed for engine in opened.engines)


def test_folders_say_what_they_are(whole):
    given, *_ = whole
    place = Place(given.train.out)
    assert read_card(place.adapter("single", 1, "backbone")).profile == "single"
    assert read_card(place.adapter("roles-half", 1, "caller")).mode == "full"
    assert read_card(place.adapter("spans-half", 1, "caller")).mode == "span"
    from_base = read_card(place.adapter("roles-from-base", 1, "planner")).base_fingerprint
    from_backbone = read_card(place.adapter("roles-half", 1, "planner")).base_fingerprint
    assert from_base == read_card(place.adapter("backbone-half", 1, "backbone")).base_fingerprint != from_backbone


def test_what_is_done_keeps_no_checkpoints_and_is_not_done_again(whole):
    given, running, opened, sayings = whole
    out = given.train.out
    assert not list(out.rglob("*.pt"))
    before = {path: path.stat().st_mtime_ns for path in out.rglob("*") if path.is_file()}
    n_opened, n_said = len(opened.asked), len(sayings.lines)
    for system, seed in jobs_of(given, (), (1,)):
        assert running.run(system, seed, sayings.shown, CancelToken()).is_complete
    assert {path: path.stat().st_mtime_ns for path in out.rglob("*") if path.is_file()} == before
    assert (len(opened.asked), len(sayings.lines)) == (n_opened, n_said)


def test_records_are_tokenized_once_for_all_trainings_of_a_profile(whole):
    given, *_ = whole
    stores = sorted(path.name.rpartition("-")[0] for path in Place(given.train.out).tokens(1).iterdir())
    assert stores == ["dev", "dev", "train", "train", "train", "train"]  # whole twice, for `single` too; two halves


def test_a_line_is_said_for_each_thing_that_is_done(whole):
    _, running, _, sayings = whole
    assert sayings.lines[0].startswith("seed 1, single: trained single in ")
    assert "target tokens" in sayings.lines[0]
    assert sayings.lines[1] == "seed 1, single: evaluated, 10 answers"
    assert str(running.state("span", 1)) == "seed 1, span: backbone-half done, spans-half done; 10 of 10 answers"


def test_other_settings_do_not_go_on_from_what_is_there(base, whole):
    given, *_ = whole
    folder = given.train.out.parent
    before = (folder / "train.toml").read_text()
    try:
        (folder / "train.toml").write_text(before.replace("rank = 4", "rank = 2"))
        running = Reproducing(load_reproduction(folder / "train.toml"), opener=Opened())
        with pytest.raises(ResumeError, match=r"lora\.rank was 4 and is 2"):
            running.state("single", 1)
        (folder / "train.toml").write_text(before.replace("caller_tokens = 24", "caller_tokens = 25"))
        running = Reproducing(load_reproduction(folder / "train.toml"), opener=Opened())
        with pytest.raises(ResumeError, match=r"caller_tokens was 24 and is 25"):
            running.state("single", 1)
    finally:
        (folder / "train.toml").write_text(before)


def test_a_system_that_learned_something_else_is_not_compared(whole):
    given, running, *_ = whole
    path = Place(given.train.out).training("single", 1) / "done.json"
    before = path.read_text()
    done = json.loads(before)
    try:
        path.write_text(json.dumps({**done, "targets": {**done["targets"], "caller": 1}}))
        with pytest.raises(TrainError, match="learned caller 1, "):
            running.report("paper")
        path.write_text("[]")
        with pytest.raises(ResumeError, match="can't be read"):
            running.report("paper")
    finally:
        path.write_text(before)


def test_what_can_be_asked_is_refused_where_several_processes_run(base, tmp_path, monkeypatch):
    monkeypatch.setenv("WORLD_SIZE", "2")
    with pytest.raises(UsageError, match="one process"):
        Reproducing(tiny_reproduction(tmp_path, base), opener=Opened())


def test_the_last_adapter_is_kept_where_it_is_wanted(base, tmp_path):
    """Trained too fast to get better on dev, so that the last one isn't the best one."""
    kept = {}
    for keep in ("best", "last"):
        stage = {
            "keep": keep,
            "learning_rate": 0.3,
            "schedule": "constant",
            "evaluate_every": 1,
            "batch": 4,
            "epochs": 1.0,
        }
        config = load_config(write_config(tmp_path / keep, base, n_train=8, global_stage=stage))
        train_global(config)
        kept[keep] = read_weights(config.out / "backbone")
        saved = checkpoint.checkpoints(config.out / "work" / "global" / "checkpoints")[-1]
        state = torch.load(saved, weights_only=True)["state"]
        expected = state["adapters"]["backbone"] if keep == "last" else state["best"]["backbone"]
        assert all(torch.equal(kept[keep][name], expected[name].half().float()) for name in expected)
    assert any(not torch.equal(kept["best"][name], kept["last"][name]) for name in kept["best"])


@pytest.mark.skipif(not hasattr(os, "fork"), reason="forks")
def test_a_reproduction_that_is_killed_goes_on_to_the_same_end(base, whole, tmp_path):
    """In the first stage, in a later one, before a training is noted as done, and in the middle of evaluations."""
    given, *_ = whole
    systems = ["multi-task", "span"]
    path = write_reproduction(tmp_path, base, systems=systems)
    points = ["train:1", "train:3", "done:1", "ask:3", "ask:4", "train:5", "train:2", "done:1", "done:1", "ask:2"]
    child = [sys.executable, "-m", "tests.train.killed_reproduction", str(path), *points]
    done = subprocess.run(child, cwd=ROOT, env=environment(), capture_output=True, text=True, timeout=500)
    assert done.returncode == 0, done.stderr[-2000:]
    n_killed, n_asked = map(int, done.stdout.split())
    assert n_killed == len(points)
    ours, theirs = Place(load_reproduction(path).train.out), Place(given.train.out)
    for name, adapter in (("backbone-whole", "backbone"), ("backbone-half", "backbone"), ("spans-half", "caller")):
        found, expected = (read_weights(place.adapter(name, 1, adapter)) for place in (ours, theirs))
        assert all(torch.equal(found[key], expected[key]) for key in expected)
    for system in systems:
        assert said(ours.results(system, 1, "static")) == said(theirs.results(system, 1, "static"))
    undisturbed = sum(len(both) for system in systems for _, both in said(ours.results(system, 1, "static")))
    n_workers, n_turns = 2, 2  # of a step
    assert undisturbed <= n_asked <= undisturbed + n_workers * n_turns * 3  # steps that were cut off are asked again


def said(path: Path) -> list[tuple[str, list[str]]]:
    """What was said at each step, without what it cost: several are asked at once, so their order in the file varies."""
    steps = []
    for result in read_results(path, StepResult):
        both = (result.prediction.planner, result.prediction.follow)
        steps.append((result.key, [utterance.text for utterance in both if utterance is not None]))
    return sorted(steps)


def test_the_command_shows_the_table_and_writes_it_down(whole, capsys):
    given, *_ = whole
    config, out = given.train.out.parent / "train.toml", given.train.out
    assert umi(["reproduce", "-c", str(config), "--seed", "1"]) == 0
    shown = capsys.readouterr()
    assert shown.out == (out / "paper.md").read_text()
    assert shown.out.count("| `span` span (ours) | 1 |") == 2
    said = shown.err.splitlines()
    assert said[0] == "14 records in halves of 7 and 7"
    assert said[1] == "[1/6] seed 1, single: single done; 10 of 10 answers"
    assert said[-1] == f"written: {out / 'paper.json'}, {out / 'paper.md'}, {out / 'paper.png'}"
    assert (out / "paper.png").read_bytes().startswith(b"\x89PNG")
    assert umi(["reproduce", "-c", str(config), "--seed", "1", "--mode", "strict", "--output", "json"]) == 0
    table = json.loads(capsys.readouterr().out)
    assert table == json.loads((out / "strict.json").read_text())
    assert [row["system"] for row in table["rows"]] == list(SYSTEMS)
    assert set(table["rows"][-1]["scores"]["free"]["differences"]) == {"single", "umi-reuse"}


def test_a_part_is_done_by_itself_and_joins_the_table(whole, capsys):
    given, *_ = whole
    config = given.train.out.parent / "train.toml"
    part = ["reproduce", "-c", str(config), "--system", "multi-task", "--seed", "2"]
    assert umi([*part, "--dry-run"]) == 0
    shown = capsys.readouterr()
    assert shown.err.splitlines()[1:] == ["[1/1] seed 2, multi-task: backbone-whole to train; 0 of 10 answers"]
    assert shown.out == ""
    assert umi([*part, "--output", "json"]) == 0
    rows = {row["system"]: row for row in json.loads(capsys.readouterr().out)["rows"]}
    assert rows["multi-task"]["seeds"] == [1, 2]
    assert rows["single"]["seeds"] == [1]
    assert len(rows["multi-task"]["scores"]["constrained"]["by_seed"]["plan_acc"]) == 2
    assert umi(["reproduce", "-c", str(config), "--seed", "3"]) == 2
    assert "There are: 1, 2." in capsys.readouterr().err


def test_tasks_are_run_in_earnest_where_they_are_wanted(base, tmp_path):
    given = tiny_reproduction(
        tmp_path, base, systems=["multi-task"], live={"tasks": 2, "max_steps": 2}, decodings=["free"]
    )
    running, sayings = Reproducing(given), Sayings()
    assert running.run("multi-task", 1, sayings.shown, CancelToken()).is_complete
    report = running.report("strict")
    assert report.tasks == 2
    assert report.rows[0].scores["live"].metrics["passed"].n == 2
    assert "## Live, 2 tasks" in markdown(report)


def test_a_cancelled_evaluation_goes_on(base, tmp_path):
    given, sayings, cancel = tiny_reproduction(tmp_path, base, systems=["multi-task"]), Sayings(), CancelToken()
    opened = Opened(lambda: cancel.cancel() if opened.n_turns == 5 else None)
    running = Reproducing(given, opener=opened)
    with pytest.raises(CancelledError):
        running.run("multi-task", 1, sayings.shown, cancel)
    assert opened.engines[0].is_closed
    state = running.state("multi-task", 1)
    assert 0 < state.n_done < state.n_wanted
    assert running.report("paper").rows == ()
    assert running.run("multi-task", 1, sayings.shown, CancelToken()).is_complete
