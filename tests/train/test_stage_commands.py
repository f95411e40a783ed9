"""`umi train global | local | all` on a tiny base: what they write, show and refuse."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import torch

from tests.train.tiny_runs import write_base, write_config
from umi_local.errors import UmiError
from umi_local.messages import Role
from umi_train.command import train
from umi_train.commands.training_bar import duration, news
from umi_train.loop import Progress

torch.set_num_threads(1)


@pytest.fixture(scope="module")
def base(tmp_path_factory) -> Path:
    return write_base(tmp_path_factory.mktemp("base"))


def umi(arguments: list[str]) -> int:
    """Run `umi train` as `umi` does; our own errors go to stderr and become their exit codes."""
    try:
        train.main(arguments, prog_name="umi train", standalone_mode=False)
    except UmiError as error:
        sys.stderr.write(f"{error}\n{error.hint}\n")
        return error.exit_code
    return 0


def test_all_stages_from_the_command_line(base, tmp_path, capsys):
    path = write_config(tmp_path, base)
    assert umi(["all", "-c", str(path), "--output", "json"]) == 0
    captured = capsys.readouterr()
    shown = json.loads(captured.out)
    assert set(shown["folders"]) == {"backbone", "planner", "caller", "summarizer"}
    assert (Path(shown["folders"]["caller"]) / "adapter_model.safetensors").is_file()
    assert shown["finished"]["caller"]["targets"].keys() == {"caller"}
    assert captured.err == ""


def test_stage_by_stage_into_another_folder(base, tmp_path, capsys):
    path, out = write_config(tmp_path, base), tmp_path / "elsewhere"
    assert umi(["global", "-c", str(path), "-o", str(out)]) == 0
    assert umi(["local", "-c", str(path), "-o", str(out), "--role", "caller"]) == 0
    shown = capsys.readouterr().out.splitlines()
    assert shown[0].split()[:2] == ["adapter", "steps"]
    assert shown[-1].startswith("caller")
    assert sorted(folder.name for folder in out.iterdir()) == ["backbone", "caller", "work"]


def test_a_role_needs_a_backbone_or_to_be_told_that_it_needs_none(base, tmp_path, capsys):
    path = write_config(tmp_path, base, n_train=4, n_dev=0)
    assert umi(["local", "-c", str(path)]) == 2
    assert "--from-base" in capsys.readouterr().err
    assert umi(["local", "-c", str(path), "--role", "caller", "--from-base"]) == 0


def test_a_start_belongs_to_one_role(base, tmp_path, capsys):
    path = write_config(tmp_path, base)
    assert umi(["local", "-c", str(path), "--from-base", "--from", str(tmp_path)]) == 2
    assert "--role" in capsys.readouterr().err


def test_mistakes_of_a_configuration_are_all_said(base, tmp_path, capsys):
    path = write_config(tmp_path, base, lora={"rank": 0}, global_stage={"lerning_rate": 1.0})
    assert umi(["global", "-c", str(path)]) == 2
    said = capsys.readouterr().err
    assert "rank is 0" in said
    assert "did you mean 'learning_rate'" in said


def test_what_is_said_beside_the_bar():
    progress = Progress(12, 3400, {Role.PLANNER: 1.2345, Role.CALLER: 0.5}, 1234.5, 3725.0)
    assert news(progress) == "12/3,400  planner 1.234 caller 0.500  1,234 tokens/s  1:02:05 left"
    assert duration(59.7) == "1:00"


def test_reading_a_configuration_loads_no_torch():
    """Threads can only be told how to wait before torch is there."""
    code = "import sys, umi_train.config, umi_train.commands.stages; print('torch' in sys.modules)"
    root = Path(__file__).parents[2]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(root), str(root / "train")])}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
