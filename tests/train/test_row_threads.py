"""Rows side by side: what comes of them is what comes of one after the other, and in an order that threads don't decide."""

from __future__ import annotations

import threading

import pytest
import torch

from tests.train.tiny_runs import tiny_config, write_base
from umi_local.messages import Role
from umi_train.lora import read_weights
from umi_train.row_threads import TOKENS, RowThreads
from umi_train.run_log import read_log
from umi_train.stages import train_global, train_local

CPU = torch.device("cpu")


@pytest.fixture(autouse=True)
def four_cores():
    """As many as torch is told; how many there are doesn't matter."""
    before = torch.get_num_threads()
    torch.set_num_threads(4)
    yield
    torch.set_num_threads(before)


def test_cores_are_shared_out_for_the_block_and_given_back():
    with RowThreads(2 * TOKENS, CPU) as rows:
        assert rows.n == 2
        assert torch.get_num_threads() == 2
        inside = [cores for _, cores in rows.map(lambda row: torch.get_num_threads(), [[0], [1], [2]], [1, 1, 1])]
        assert inside == [2, 2, 2]
    assert torch.get_num_threads() == 4


@pytest.mark.parametrize(
    ("row_tokens", "device", "is_random", "n"),
    [
        (TOKENS - 1, CPU, False, 1),
        (3 * TOKENS + 5, CPU, False, 3),
        (100 * TOKENS, CPU, False, 4),
        (100 * TOKENS, CPU, True, 1),
        (100 * TOKENS, torch.device("cuda"), False, 1),
    ],
)
def test_there_are_as_many_rows_at_once_as_their_tokens_and_the_cores_allow(row_tokens, device, is_random, n):
    assert RowThreads(row_tokens, device, is_random=is_random).n == n


def test_rows_at_once_hold_no_more_tokens_together_than_were_allowed():
    lengths = [300, 700, 200, 900, 100, 500, 400, 800]
    with RowThreads(2 * TOKENS, CPU) as rows:
        packed = rows.pack(lengths)
        assert sorted(item for row in packed for item in row) == list(range(8))
        assert all(sum(lengths[item] for item in row) <= TOKENS for row in packed)


def test_rows_are_really_side_by_side_and_come_longest_first_whoever_is_done_first():
    all_here = threading.Barrier(3)  # passed only if three rows are computed at once

    def compute(row):
        all_here.wait(timeout=60)
        return 10 * row[0]

    with RowThreads(3 * TOKENS, CPU) as rows:
        found = list(rows.map(compute, [[0], [1], [2]], [5, 9, 7]))
    assert found == [([1], 10), ([2], 20), ([0], 0)]


def test_a_row_that_fails_fails_for_all_and_the_cores_come_back():
    def compute(row):
        if row == [1]:
            raise ValueError("a bad row")
        return row

    with pytest.raises(ValueError, match="a bad row"), RowThreads(2 * TOKENS, CPU) as rows:
        list(rows.map(compute, [[0], [1], [2]], [1, 1, 1]))
    assert torch.get_num_threads() == 4


@pytest.fixture(scope="module")
def base(tmp_path_factory):
    return write_base(tmp_path_factory.mktemp("base"))


@pytest.mark.parametrize("mode", ["full", "span"])
def test_side_by_side_a_training_is_what_it_is_one_after_the_other(base, tmp_path, mode, monkeypatch):
    """The first step's losses and gradients, and the weights at the end; twice side by side, to the last bit."""
    monkeypatch.setattr("umi_train.row_threads.TOKENS", 64)

    def trained(name, row_tokens):
        stages = {"batch": 6, "row_tokens": row_tokens, "epochs": 1.0}
        config = tiny_config(
            tmp_path / name,
            base,
            lora={"dropout": 0.0},
            n_train=12,
            global_stage=stages,
            local_stage=stages | {"mode": mode},
        )
        if mode == "full":
            return train_global(config).folders["backbone"], config.out / "work" / "global"
        folders = train_local(config, [Role.CALLER]).folders
        return folders["caller"], config.out / "work" / "local-span-caller"

    side_by_side, again, one_by_one = trained("side", 256), trained("again", 256), trained("one", 63)
    logs = [[line for line in read_log(log) if "losses" in line] for _, log in (side_by_side, again, one_by_one)]
    assert logs[0][0]["losses"] == pytest.approx(logs[2][0]["losses"], abs=1e-5)
    assert logs[0][0]["gradient"] == pytest.approx(logs[2][0]["gradient"], rel=1e-4)
    first, second, third = (read_weights(folder) for folder, _ in (side_by_side, again, one_by_one))
    for key, weights in first.items():
        assert torch.equal(weights, second[key])
        torch.testing.assert_close(weights, third[key], atol=2e-3, rtol=0)


def test_dev_is_measured_alike(base, tmp_path, monkeypatch):
    monkeypatch.setattr("umi_train.row_threads.TOKENS", 64)
    found = []
    for name, row_tokens in (("side", 256), ("one", 63)):
        stage = {"batch": 6, "row_tokens": row_tokens, "epochs": 1.0}
        config = tiny_config(tmp_path / name, base, lora={"dropout": 0.0}, n_dev=6, global_stage=stage)
        train_global(config)
        found.append([line["dev"] for line in read_log(config.out / "work" / "global") if "dev" in line])
    assert found[0]
    for one, other in zip(*found, strict=True):
        assert one == pytest.approx(other, abs=1e-3)
