"""The loop: equal runs are equal, jobs don't disturb each other, and what goes wrong is said."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from tests.train.tiny_runs import record, tiny_config, write_base
from umi_local.errors import StorageError
from umi_local.messages import Role
from umi_local.records import write_records
from umi_train import checkpoint, setting
from umi_train.errors import BaseModelError, LossError, NoDataError, ResumeError, TrainError
from umi_train.lora import read_weights
from umi_train.role_folder import read_card
from umi_train.run_log import read_log
from umi_train.stages import Watch, train_all, train_global, train_local

torch.set_num_threads(1)
LOCAL = "local-span-planner-caller-summarizer"


@pytest.fixture(scope="module")
def base(tmp_path_factory) -> Path:
    return write_base(tmp_path_factory.mktemp("base"))


def losses(config, stage="global"):
    return [line["losses"] for line in read_log(config.out / "work" / stage) if "losses" in line]


def test_all_stages_make_folders_for_the_converter_and_learn(base, tmp_path):
    config = tiny_config(tmp_path, base, global_stage={"epochs": 8.0}, local_stage={"epochs": 4.0})
    trained = train_all(config)
    assert set(trained.folders) == {"backbone", "planner", "caller", "summarizer"}
    for stage in ("global", LOCAL):
        first, *_, last = losses(config, stage)
        assert all(last[role] < first[role] - 0.5 for role in last), stage
        assert (config.out / "work" / stage / "curves.png").read_bytes().startswith(b"\x89PNG")
    begun = losses(config, LOCAL)[0]
    assert begun["planner"] < losses(config)[0]["planner"] - 0.5  # the roles go on from the backbone
    assert read_card(trained.folders["caller"]).mode == "span"
    assert read_card(trained.folders["backbone"]).role == "backbone"
    assert (
        read_card(trained.folders["caller"]).base_fingerprint != read_card(trained.folders["backbone"]).base_fingerprint
    )


def test_equal_runs_are_equal_to_the_last_bit(base, tmp_path):
    one, other = tiny_config(tmp_path / "one", base), tiny_config(tmp_path / "other", base)
    folders = [train_global(config).folders["backbone"] for config in (one, other)]
    assert losses(one) == losses(other)
    first, second = (read_weights(folder) for folder in folders)
    assert all(torch.equal(first[name], second[name]) for name in first)


def test_another_seed_is_another_run(base, tmp_path):
    one, other = tiny_config(tmp_path / "one", base), tiny_config(tmp_path / "other", base, seed=8)
    for config in (one, other):
        train_global(config)
    assert losses(one) != losses(other)


def test_a_role_trained_alone_loses_what_it_loses_beside_the_others(base, tmp_path):
    """Where every record has something for both."""
    without_dropout = {"lora": {"dropout": 0.0}, "n_train": 6}
    together, alone = (tiny_config(tmp_path / name, base, **without_dropout) for name in ("together", "alone"))
    train_local(together)
    train_local(alone, [Role.CALLER])
    for one, other in zip(losses(alone, "local-span-caller"), losses(together, LOCAL), strict=True):
        assert one["caller"] == pytest.approx(other["caller"], abs=1e-4)


def test_how_rows_are_packed_changes_nothing(base, tmp_path):
    wide, narrow = (
        tiny_config(tmp_path / str(n), base, lora={"dropout": 0.0}, global_stage={"row_tokens": n}) for n in (4000, 16)
    )
    for config in (wide, narrow):
        train_global(config)
    for one, other in zip(losses(wide), losses(narrow), strict=True):
        assert one == pytest.approx(other, abs=1e-4)


@pytest.mark.parametrize("samples", ["trajectory", "turn"])
def test_roles_are_trained_in_full_one_by_one(base, tmp_path, samples):
    config = tiny_config(tmp_path, base, local_stage={"mode": "full", "samples": samples})
    trained = train_local(config, [Role.PLANNER, Role.CALLER])
    assert set(trained.folders) == {"planner", "caller"}
    assert read_card(trained.folders["planner"]).mode == "full"
    assert set(losses(config, "local-full-caller")[-1]) == {"caller"}


def test_prompted_roles_are_trained_after_their_own_cues(base, tmp_path):
    config = tiny_config(tmp_path, base, data={"profile": "prompted", "markers": "template"})
    trained = train_local(config)
    assert read_card(trained.folders["planner"]).profile == "prompted"
    first, *_, last = losses(config, LOCAL)
    assert last["caller"] < first["caller"]


def test_so_many_targets_are_learned_and_hardly_more(base, tmp_path):
    config = tiny_config(tmp_path, base, global_stage={"target_tokens": 1000})
    finished = train_global(config).finished["backbone"]
    last = read_log(config.out / "work" / "global")[-2]["targets"]
    assert 1000 <= sum(finished.targets.values()) < 1000 + last


def test_training_ends_when_dev_gets_no_better_and_keeps_the_best(base, tmp_path):
    stage = {"learning_rate": 0.5, "schedule": "constant", "epochs": 50.0, "evaluate_every": 1, "patience": 2}
    config = tiny_config(tmp_path, base, global_stage=stage)
    notices: list[str] = []
    finished = train_global(config, watch=Watch(on_notice=notices.append)).finished["backbone"]
    assert finished.stopped_early
    assert any("dev got no better" in notice for notice in notices)
    measured = [line["dev"] for line in read_log(config.out / "work" / "global") if "dev" in line]
    means = [sum(dev.values()) / len(dev) for dev in measured]
    assert finished.dev["backbone"] == pytest.approx(min(means))
    assert means[-2:] == [mean for mean in means[-2:] if mean > min(means)]


def test_a_role_is_retrained_from_before_and_what_changed_is_reported(base, tmp_path):
    config = tiny_config(tmp_path, base)
    first = train_local(config, [Role.CALLER])
    write_records(tmp_path / "new.jsonl", [record(1000 + i) for i in range(8)])
    write_records(tmp_path / "old.jsonl", [record(i) for i in range(8)])
    data = replace(config.data, train=(tmp_path / "new.jsonl",), old=(tmp_path / "old.jsonl",))
    again = replace(config, out=tmp_path / "again", data=data)
    second = train_local(again, [Role.CALLER], start_from={Role.CALLER: first.folders["caller"]})
    report = json.loads((second.folders["caller"] / "training.json").read_text())
    assert report["started_from"] == "caller"
    old = report["old_records"]
    assert old["records"] == 7  # one of the eight calls nothing
    assert old["better"] + old["worse"] == 7
    assert old["loss_after"] != old["loss_before"]
    assert losses(again, "local-span-caller")[0]["caller"] < losses(config, "local-span-caller")[0]["caller"]
    assert "On the records of before" in (second.folders["caller"] / "README.md").read_text()


def test_another_roles_adapter_is_no_start(base, tmp_path):
    config = tiny_config(tmp_path, base)
    first = train_local(config, [Role.CALLER])
    with pytest.raises(TrainError, match="its role is 'caller'"):
        train_local(config, [Role.PLANNER], start_from={Role.PLANNER: first.folders["caller"]})


def test_a_checkpoint_of_another_configuration_is_refused_and_the_difference_named(base, tmp_path):
    config = tiny_config(tmp_path, base)
    train_global(config)
    stage = replace(config.global_stage, learning_rate=0.1)
    with pytest.raises(ResumeError, match=r"stage\.learning_rate was 0\.003 and is 0\.1"):
        train_global(replace(config, global_stage=stage))


def test_a_finished_stage_is_not_done_again(base, tmp_path):
    config = tiny_config(tmp_path, base)
    first = train_global(config)
    before = read_weights(first.folders["backbone"])
    steps: list[int] = []
    second = train_global(config, watch=Watch(on_progress=lambda name, progress: steps.append(progress.step)))
    assert steps == []
    assert second.finished["backbone"].losses == first.finished["backbone"].losses
    after = read_weights(second.folders["backbone"])
    assert all(torch.equal(before[name], after[name]) for name in before)


def test_a_broken_checkpoint_is_named(base, tmp_path):
    config = tiny_config(tmp_path, base)
    train_global(config)
    path = checkpoint.checkpoints(config.out / "work" / "global" / "checkpoints")[-1]
    path.write_bytes(path.read_bytes()[:1000])
    with pytest.raises(ResumeError, match="can't be read"):
        train_global(config)


def test_a_loss_that_is_no_number_stops_the_run_and_names_the_records(base, tmp_path, monkeypatch):
    from umi_train import network
    from umi_train.loss import target_losses as real

    def broken(hidden, targets, weights, head, chunk):
        total, each = real(hidden, targets, weights, head, chunk)
        return total * float("nan"), each * float("nan")

    monkeypatch.setattr(network, "target_losses", broken)
    config = tiny_config(tmp_path, base)
    with pytest.raises(LossError, match="the loss is nan at step 0, on r") as caught:
        train_global(config)
    assert set(caught.value.records) <= {f"r{i}" for i in range(12)}
    assert checkpoint.checkpoints(config.out / "work" / "global" / "checkpoints") == []


def test_a_full_disk_is_said_and_the_run_goes_on_afterwards(base, tmp_path, monkeypatch):
    config, whole = tiny_config(tmp_path / "a", base), tiny_config(tmp_path / "b", base)
    real, n_saved = torch.save, 0

    def full(content, path):
        nonlocal n_saved
        n_saved += 1
        if n_saved == 2:
            raise OSError(28, "No space left on device")
        real(content, path)

    monkeypatch.setattr(torch, "save", full)
    with pytest.raises(StorageError, match="No space left"):
        train_global(config)
    train_global(config)
    monkeypatch.undo()
    train_global(whole)
    assert losses(config) == losses(whole)


def test_texts_that_are_too_long_are_counted(base, tmp_path):
    notices: list[str] = []
    config = tiny_config(tmp_path, base, data={"max_tokens": 250})
    train_global(config, watch=Watch(on_notice=notices.append))
    assert any("longer than 250 tokens" in notice for notice in notices)
    with pytest.raises(NoDataError, match="longer than 16 tokens"):
        train_global(tiny_config(tmp_path / "none", base, data={"max_tokens": 16}))


def test_texts_that_the_model_cannot_read_are_refused_before_training(base, tmp_path, monkeypatch):
    config = tiny_config(tmp_path, base)
    monkeypatch.setattr(setting, "context_limit", lambda model_config: 200)
    with pytest.raises(BaseModelError, match="it reads 200 tokens") as caught:
        train_global(config)
    assert "max_tokens" in caught.value.hint


def test_records_that_are_wrong_are_counted(base, tmp_path):
    config = tiny_config(tmp_path, base)
    wrong = record(3)
    wrong = replace(wrong, trajectory=replace(wrong.trajectory, tools=()))
    write_records(tmp_path / "records.jsonl", [record(1), record(2), wrong])
    notices: list[str] = []
    train_global(config, watch=Watch(on_notice=notices.append))
    assert notices == ["1 records of train were left out: unknown tool"]
