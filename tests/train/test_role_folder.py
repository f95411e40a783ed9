"""A role's folder is what the converter takes, and says what it was made from; half of one is never seen."""

from __future__ import annotations

import json
import warnings
from pathlib import Path

import pytest
import torch

from tests.train.tiny_runs import tiny_config, write_base
from umi_convert.adapter_file import convert_adapter
from umi_convert.role_card import read_role_card
from umi_local.errors import StorageError
from umi_local.messages import Role
from umi_train import role_folder
from umi_train.errors import BaseModelError
from umi_train.lora import read_weights
from umi_train.role_folder import read_card
from umi_train.stages import train_all, train_local

torch.set_num_threads(1)


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    folder = tmp_path_factory.mktemp("trained")
    base = write_base(folder)
    return base, train_all(tiny_config(folder, base, n_train=6)).folders


def test_the_converter_reads_every_folder(trained, tmp_path):
    from umi_convert.base_model import merged, open_base
    from umi_convert.peft_adapter import open_adapter

    base, folders = trained
    convert_adapter(folders["backbone"], base, tmp_path / "backbone.gguf")
    backbone = merged(open_base(base), [open_adapter(folders["backbone"])])
    for role in Role:
        problems: list[str] = []
        card = read_role_card(folders[role.value], problems)
        assert problems == []
        assert card is not None
        assert (card.role, card.mode, card.profile, card.markers) == (role.value, "span", "shared", "chatml")
        assert card.base_fingerprint == backbone.fingerprint
        assert [(source.name, source.license, source.records) for source in card.data] == [("sums", "CC0-1.0", 6)]


def test_the_cards_say_data_counts_losses_configuration_and_versions(trained):
    _, folders = trained
    said = (folders["caller"] / "README.md").read_text(encoding="utf-8")
    facts = json.loads((folders["caller"] / "training.json").read_text(encoding="utf-8"))
    loss = facts["result"]["losses"]["caller"]
    for part in (
        "# caller",
        "| sums | CC0-1.0 | 6 |",
        f"| caller | {loss:.4f} |",
        '"rank": 4',
        f"torch {torch.__version__}",
    ):
        assert part in said, part
    assert facts["base"] == "tiny.gguf"
    assert facts["data"]["targets"]["caller"] > 0
    assert str(Path.cwd()) not in said


def test_peft_loads_the_folder(trained):
    import peft
    from transformers import AutoModelForCausalLM

    base, folders = trained
    model = AutoModelForCausalLM.from_pretrained(str(base.parent), gguf_file=base.name)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # PEFT asks transformers in words that are going out of use
        adapted = peft.PeftModel.from_pretrained(model, str(folders["planner"]))
    state = peft.get_peft_model_state_dict(adapted, save_embedding_layers=False)
    saved = read_weights(folders["planner"])
    assert all(torch.equal(state[name], saved[name]) for name in saved)


def test_a_folder_that_could_not_be_written_leaves_the_old_one(trained, tmp_path, monkeypatch):
    base, _ = trained
    config = tiny_config(tmp_path, base, n_train=4, n_dev=0)
    before = (train_local(config, [Role.CALLER]).folders["caller"] / "training.json").read_bytes()

    def full(made):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(role_folder, "readme", full)
    with pytest.raises(StorageError, match="No space left"):
        train_local(config, [Role.CALLER])
    assert (config.out / "caller" / "training.json").read_bytes() == before
    assert sorted(path.name for path in config.out.iterdir()) == ["caller", "work"]


def test_a_folder_without_a_card_is_no_start(tmp_path):
    with pytest.raises(BaseModelError, match=r"no umi_role\.json"):
        read_card(tmp_path)
    (tmp_path / "umi_role.json").write_text('{"role": "cook"}')
    with pytest.raises(BaseModelError, match="role is 'cook'"):
        read_card(tmp_path)
