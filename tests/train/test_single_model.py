"""One model that thinks and acts in one turn, the whole way: trained, made a bundle of, run by the agent, and measured.

A tiny model learns four runs by heart. So it must say them word for word, bound by the grammar or free, through the
commands as people use them: what training teaches and what the runtime asks for are the same.
"""

from __future__ import annotations

import importlib.util
import json
from typing import Any

import pytest
import torch

from tests.convert.bundle_setting import TRAJECTORIES
from tests.train.tiny_runs import record, write_base, write_config
from umi_local.bundles.manifest import load_bundle
from umi_local.cli import main
from umi_local.engine.base import CancelToken, FreeWriter, Sampling, SpeakOptions
from umi_local.engine.open import open_engine
from umi_local.engine.options import EngineOptions
from umi_local.evaluate.reading import has_decided
from umi_local.messages import CallerTurn, PlannerTurn, Role, SummarizerTurn, Trajectory
from umi_local.prompts.base import render_call
from umi_local.prompts.decisions import NEXT
from umi_local.records import Record, read_records, write_records
from umi_train.role_folder import read_card

pytestmark = pytest.mark.integration

torch.set_num_threads(1)

ADDING = '''
from umi_local import tool

@tool
def add(a: int, b: int) -> int:
    """Adds."""
    return a + b
'''
NUMBERS = (1, 2, 3, 6)
"""Of the runs that are learned; the last one gives up."""

STAGE = {"epochs": 120.0, "batch": 4, "learning_rate": 1e-2, "row_tokens": 4000, "checkpoint_every": 1000}
OPTIONS = EngineOptions(n_ctx=1024, n_threads=1, n_gpu_layers=0, prefix_cache_bytes=0)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """The records, their tool, what was trained, and `bundle`, what was made of it."""
    folder = tmp_path_factory.mktemp("single")
    (folder / "adding.py").write_text(ADDING)
    config = write_config(
        folder,
        write_base(folder),
        data={"profile": "single"},
        lora={"rank": 16, "alpha": 32.0, "dropout": 0.0},
        global_stage=STAGE,
    )
    spec = importlib.util.spec_from_file_location("adding", folder / "adding.py")
    assert spec is not None
    assert spec.loader is not None
    module: Any = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    records = [with_tool(record(number), module.add.spec) for number in NUMBERS]
    write_records(folder / "records.jsonl", records)
    assert main(["train", "global", "-c", str(config)]) == 0
    judged = ["--quantize", "F16", "--trajectories", str(TRAJECTORIES), "--n-threads", "1"]
    made = ["--backbone", str(folder / "run" / "backbone"), *judged, "-o", str(folder / "bundle")]
    assert main(["convert", "bundle", str(folder / "tiny.gguf"), *made]) == 0
    return folder


def with_tool(one: Record, spec: Any) -> Record:
    return Record(trajectory=Trajectory((spec,), one.trajectory.turns), id=one.id, source="sums", license="CC0-1.0")


@pytest.fixture(scope="module")
def engine(folder):
    opened = open_engine(load_bundle(folder / "bundle"), OPTIONS)
    yield opened
    opened.close()


def test_the_result_is_one_backbone_and_a_bundle_of_one_model(folder):
    card = read_card(folder / "run" / "backbone")
    assert (card.role, card.mode, card.profile, card.markers) == ("backbone", "full", "single", "chatml")
    bundle = load_bundle(folder / "bundle").bundle
    assert (bundle.layout.value, bundle.profile, bundle.markers) == ("prompted", "single", "chatml")
    assert [where for where, _ in bundle.files()] == ["base"]


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        (("--profile", "prompted"), "was trained with profile 'single' and markers 'chatml', not with 'prompted'"),
        (("--layout", "shared"), "profile is 'single'; layout 'shared' needs 'shared'"),
        (("--layout", "merged"), "profile is 'single'; layout 'merged' needs 'shared' or 'prompted' or 'alpha-umi'"),
    ],
)
def test_it_is_no_bundle_of_another_profile_or_of_several_models(folder, tmp_path, capsys, options, problem):
    made = ["--backbone", str(folder / "run" / "backbone"), *options, "-o", str(tmp_path / "out")]
    assert main(["convert", "bundle", str(folder / "tiny.gguf"), *made]) == 1
    assert problem in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_targets_and_losses_are_counted_by_role(folder):
    result = json.loads((folder / "run" / "backbone" / "training.json").read_text())["result"]
    assert set(result["targets"]) == set(result["losses"]) == {"planner", "caller", "summarizer"}
    assert max(result["losses"].values()) < 0.05


def test_the_command_answers_a_question_that_was_learned(folder, capsys, monkeypatch):
    monkeypatch.chdir(folder)
    learned = next(read_records(folder / "records.jsonl")).trajectory
    question = learned.turns[0].text  # type: ignore[union-attr]  # the first turn is the user's
    limits = ["--n-ctx", "1024", "--n-threads", "1", "--no-session", "--output", "json"]
    capsys.readouterr()
    code = main(["run", question, "--bundle", "bundle", "--tools", "adding.py", "--tool", "add", *limits])
    found = json.loads(capsys.readouterr().out)
    assert code == 0
    assert found["answer"] == "It is 2."
    assert [step["rationale"] for step in found["steps"]] == ["It must be added.", "It is known."]
    assert found["steps"][0]["call"] == {"name": "add", "arguments": {"a": 1, "b": 1}}


def test_unbound_it_says_what_was_learned_and_where_it_ends(folder, engine):
    """The planner's text would run on into the call; the line end that it was taught ends it there."""
    assert isinstance(engine, FreeWriter)
    options = SpeakOptions(sampling=Sampling())
    n_turns = 0
    for one in read_records(folder / "records.jsonl"):
        for i, turn in enumerate(one.trajectory.turns):
            match turn:
                case PlannerTurn(rationale, decision):
                    role, text, is_done = Role.PLANNER, f"{rationale}\n{NEXT[decision]}", has_decided
                case CallerTurn(call):
                    role, text, is_done = Role.CALLER, render_call(call), never
                case SummarizerTurn(text):
                    role, is_done = Role.SUMMARIZER, never
                case _:
                    continue
            before = Trajectory(one.trajectory.tools, one.trajectory.turns[:i])
            written = engine.write(role, before, options=options, cancel=CancelToken(), is_done=is_done)
            assert (written.text, written.was_cut) == (text, False)
            n_turns += 1
    assert n_turns == 3 * 4 + 1


def never(text: str) -> bool:
    return False


def test_left_alone_the_model_writes_the_whole_turn(folder, engine):
    """Thought, decision and action come in one go, as they were learned, and then it stops."""
    one = next(read_records(folder / "records.jsonl")).trajectory
    options = SpeakOptions(sampling=Sampling())
    asked = Trajectory(one.tools, one.turns[:1])
    written = engine.write(Role.PLANNER, asked, options=options, cancel=CancelToken(), is_done=never)
    assert written.text == 'It must be added.\nNext: caller\n{"name":"add","arguments":{"a":1,"b":1}}'
    assert not written.was_cut


def test_the_static_evaluation_finds_it_perfect_bound_and_unbound(folder, capsys):
    capsys.readouterr()
    asked = ["--bundle", str(folder / "bundle"), "--n-ctx", "1024", "--n-threads", "1", "--output", "json"]
    assert main(["eval", "static", str(folder / "records.jsonl"), *asked]) == 0
    found = json.loads(capsys.readouterr().out)
    assert set(found["decodings"]) == {"constrained", "free"}
    for report in found["decodings"].values():
        metrics = {name: estimate["value"] for name, estimate in report["slices"][0]["metrics"].items()}
        assert (metrics["plan_acc"], metrics["act_em"], metrics["hallu"]) == (1.0, 1.0, 0.0)
        assert metrics["rouge_l"] == pytest.approx(1)


def test_live_tasks_are_played_in_earnest(folder, capsys):
    """The model knows nothing of them; what counts is that runs end."""
    capsys.readouterr()
    asked = ["--bundle", str(folder / "bundle"), "--n-ctx", "8192", "--n-threads", "1", "--output", "json"]
    limits = ["--n", "2", "--max-steps", "2", "--planner-tokens", "16", "--caller-tokens", "32"]
    assert main(["eval", "live", *limits, "--summarizer-tokens", "16", *asked]) == 0
    outcomes = json.loads(capsys.readouterr().out)["report"]["outcomes"]
    assert sum(outcomes.values()) == 2
    assert "failed" not in outcomes


def test_there_are_no_local_stages(folder, capsys):
    for command in (["all"], ["local", "--from-base"]):
        assert main(["train", *command, "-c", str(folder / "train.toml")]) == 1
        assert "it has no local stages" in capsys.readouterr().err
