"""Runs that are killed, and runs of several processes, come to what one undisturbed process comes to."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest
import torch

from tests.train.tiny_runs import tiny_config, write_base, write_config
from umi_train.config import load_config
from umi_train.lora import read_weights
from umi_train.run_log import read_log
from umi_train.stages import train_all

torch.set_num_threads(1)
ROOT = Path(__file__).parents[2]
STAGES = ("global", "local-span-planner-caller-summarizer")


def environment(**variables: str) -> dict[str, str]:
    paths = os.pathsep.join(str(ROOT / name) for name in (".", "train", "convert"))
    return {**os.environ, "PYTHONPATH": paths, "OMP_NUM_THREADS": "1", "HF_HUB_OFFLINE": "1", **variables}


def loss_lines(out: Path) -> list[tuple[str, int, object]]:
    return [
        (stage, line["step"], line.get("losses") or line.get("dev"))
        for stage in STAGES
        for line in read_log(out / "work" / stage)
    ]


@pytest.fixture(scope="module")
def base(tmp_path_factory) -> Path:
    return write_base(tmp_path_factory.mktemp("base"))


@pytest.fixture(scope="module")
def undisturbed(base, tmp_path_factory):
    config = tiny_config(tmp_path_factory.mktemp("undisturbed"), base)
    train_all(config)
    return config.out


@pytest.mark.skipif(not hasattr(os, "fork"), reason="forks")
def test_a_run_that_is_killed_goes_on_to_the_same_losses(base, undisturbed, tmp_path):
    """Between checkpoints, right at one, in the middle of writing one, in the first stage and in the second."""
    path = write_config(tmp_path, base)
    points = ["1", "3", "save:1", "2", "save:2", "3", "5", "save:1"]
    child = [sys.executable, "-m", "tests.train.killed_child", str(path), *points]
    done = subprocess.run(child, cwd=ROOT, env=environment(), capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr[-2000:]
    assert done.stdout.strip() == str(len(points))
    out = load_config(path).out
    assert loss_lines(out) == loss_lines(undisturbed)
    for name in ("backbone", "caller"):
        ours, theirs = read_weights(out / name), read_weights(undisturbed / name)
        assert all(torch.equal(ours[key], theirs[key]) for key in theirs)
    assert not [path for path in (out / "work").rglob("*.tmp") if path.is_file()]


def test_two_processes_come_to_the_losses_of_one(base, tmp_path):
    without_dropout = {"rank": 4, "dropout": 0.0}
    alone = tiny_config(tmp_path / "one", base, lora=without_dropout)
    train_all(alone)
    path = write_config(tmp_path / "two", base, lora=without_dropout)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = str(probe.getsockname()[1])
    started = [
        subprocess.Popen(
            [sys.executable, "-m", "tests.train.two_processes_child", str(path)],
            cwd=ROOT,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            env=environment(
                WORLD_SIZE="2",
                RANK=rank,
                LOCAL_RANK=rank,
                MASTER_ADDR="127.0.0.1",
                MASTER_PORT=port,
                ACCELERATE_USE_CPU="1",
            ),
        )
        for rank in ("0", "1")
    ]
    for process in started:
        _, errors = process.communicate(timeout=300)
        assert process.returncode == 0, errors[-2000:]
    out = load_config(path).out
    expected = loss_lines(alone.out)
    found = loss_lines(out)
    assert [line[:2] for line in found] == [line[:2] for line in expected]
    for (_, _, ours), (_, _, theirs) in zip(found, expected, strict=True):
        assert ours == pytest.approx(theirs, abs=2e-4)
    assert read_weights(out / "planner").keys() == read_weights(alone.out / "planner").keys()
