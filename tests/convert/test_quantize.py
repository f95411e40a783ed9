"""What `umi convert quantize` and `umi convert importance` do, without the command line."""

from __future__ import annotations

import shutil
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from tests.models import write_tiny_llama
from tests.wide_models import read_weights, write_wide_llama
from umi_convert.errors import ConvertError, QuantizeError
from umi_convert.importance import collect, combined, without_beginnings
from umi_convert.importance_file import ImportanceMatrix, read_importance, write_importance
from umi_convert.quantize import QuantizeRequest, plan, quantize, target_of
from umi_local.engine.gguf_header import read_header
from umi_local.engine.importance import InputStatistic
from umi_local.engine.llama_c import Model
from umi_local.engine.text import Encoder
from umi_local.errors import ModelFileError, StorageError, UsageError
from umi_local.messages import (
    CallerTurn,
    Decision,
    Observation,
    PlannerTurn,
    Role,
    SummarizerTurn,
    ToolCall,
    ToolSpec,
    ToolTurn,
    Trajectory,
    UserTurn,
)
from umi_local.prompts import SharedProfile

TOOL = ToolSpec("add", "Add numbers.", {"type": "object", "properties": {"a": {"type": "number"}}})
TRAJECTORY = Trajectory(
    (TOOL,),
    (
        UserTurn("What is 2 + 2?"),
        PlannerTurn("I add them.", Decision.CALL),
        CallerTurn(ToolCall("add", {"a": 2})),
        ToolTurn(Observation("4")),
        PlannerTurn("Done.", Decision.CONCLUDE),
        SummarizerTurn("It is 4."),
    ),
)


@pytest.fixture(scope="module")
def wide(tmp_path_factory):
    return write_wide_llama(tmp_path_factory.mktemp("wide") / "wide-F32.gguf")


@pytest.fixture(scope="module")
def importance(tmp_path_factory, wide):
    path = tmp_path_factory.mktemp("importance") / "importance.gguf"
    write_importance(path, calibrate(wide, TRAJECTORY))
    return path


def calibrate(path: Path, *trajectories: Trajectory, **changes: Any) -> ImportanceMatrix:
    options: dict[str, Any] = {"profile": "shared", "markers": "chatml", "datasets": ["own"], "n_threads": 1}
    return collect(path, trajectories, **{**options, **changes})


def flat(names, n_columns):
    statistic = InputStatistic(np.ones((1, n_columns), np.float32), np.ones(1, np.int64))
    statistics = dict.fromkeys(names, statistic)
    return ImportanceMatrix(statistics=statistics, datasets=("flat",), chunk_size=1, chunk_count=1)


@pytest.mark.parametrize(
    ("source", "target"),
    [
        ("model.gguf", "model-Q4_K_M.gguf"),
        ("model-F16.gguf", "model-Q4_K_M.gguf"),
        ("model.q8_0.gguf", "model-Q4_K_M.gguf"),
        ("model-v1.5-BF16-00001-of-00003.gguf", "model-v1.5-Q4_K_M.gguf"),
        ("xF16.gguf", "xF16-Q4_K_M.gguf"),
        ("model", "model-Q4_K_M.gguf"),
    ],
)
def test_the_result_is_named_after_source_and_type(source, target):
    assert target_of(Path("folder") / source, "q4_k") == Path("folder") / target


def test_quantizing_reports_what_it_wrote_beside_the_source(tmp_path, wide):
    source = shutil.copy(wide, tmp_path / "m-F32.gguf")
    seen = []
    result = quantize(QuantizeRequest(source=source, ftype="q4_0", n_threads=1), lambda *event: seen.append(event))
    assert result.path == tmp_path / "m-Q4_0.gguf"
    assert result.n_bytes == result.path.stat().st_size < result.source_bytes == source.stat().st_size
    assert (result.ftype, result.type_counts, result.fallbacks) == ("Q4_0", {"Q4_0": 7, "Q6_K": 1, "F32": 3}, ())
    tensors = {tensor.name: tensor.n_bytes for tensor in read_header(source).tensors}
    n_all = sum(tensors.values())
    assert len(seen) == 12
    done = 0
    for n_done, total, name in seen[:-1]:
        assert (n_done, total) == (done, n_all)
        done += tensors[name]
    assert seen[-1] == (n_all, n_all, "")


def test_a_plan_has_the_exact_size_and_writes_nothing(tmp_path, wide):
    source = shutil.copy(wide, tmp_path / "m.gguf")
    request = QuantizeRequest(source=source, ftype="Q5_K_M", overrides=(("ffn_down", "Q8_0"),), n_threads=1)
    planned = plan(request)
    assert [path.name for path in tmp_path.iterdir()] == ["m.gguf"]
    assert planned.n_bytes == quantize(request).n_bytes
    assert planned.type_counts["Q8_0"] == 1


def test_a_collected_matrix_makes_the_smallest_types_possible_and_matters(tmp_path, wide, importance):
    request = QuantizeRequest(
        source=wide, ftype="IQ2_XS", target=tmp_path / "a.gguf", importance=importance, n_threads=1
    )
    weighted = quantize(request)
    assert weighted.type_counts["IQ2_XS"] == 6
    assert weighted.unweighted == ("token_embd.weight",)
    write_importance(tmp_path / "flat.gguf", flat(read_importance(importance).statistics, 256))
    plain = quantize(
        QuantizeRequest(
            source=wide, ftype="IQ2_XS", target=tmp_path / "b.gguf", importance=tmp_path / "flat.gguf", n_threads=1
        )
    )
    name = "blk.0.ffn_down.weight"
    means, exact = read_importance(importance).means[name], read_weights(wide)[name]

    def error(path):
        return float((means * (read_weights(path)[name] - exact) ** 2).sum())

    assert error(weighted.path) < 0.9 * error(plain.path)


def test_a_matrix_of_another_model_is_refused_by_the_name_of_a_tensor(tmp_path, importance):
    other = write_tiny_llama(tmp_path / "tiny.gguf", n_vocab=320)
    with pytest.raises(QuantizeError, match=r"blk\.0\.\w+\.weight has 256 values for (64|128) columns") as caught:
        plan(QuantizeRequest(source=other, ftype="Q4_0", importance=importance))
    assert str(other) in str(caught.value)
    assert "umi convert importance" in caught.value.hint


def test_refusals_name_file_type_and_remedy(tmp_path, wide):
    request = QuantizeRequest(source=wide, ftype="iq1_s", target=tmp_path / "q.gguf")
    assert len(plan(request).missing_importance) == 6  # a plan says it; only quantizing stops
    with pytest.raises(QuantizeError, match=f"could not quantize {wide} to IQ1_S: .*importance matrix") as caught:
        quantize(request)
    assert "--importance" in caught.value.hint
    with pytest.raises(ModelFileError):
        quantize(QuantizeRequest(source=wide, ftype="IQ1_S", target=tmp_path / "q.gguf", importance=wide))
    with pytest.raises(UsageError, match="there is no file type"):
        quantize(QuantizeRequest(source=wide, ftype="Q4"))


def test_what_is_there_is_replaced_only_by_force(tmp_path, wide):
    target = tmp_path / "q.gguf"
    target.write_bytes(b"older")
    with pytest.raises(UsageError, match="already there"):
        quantize(QuantizeRequest(source=wide, ftype="Q8_0", target=target))
    assert target.read_bytes() == b"older"
    result = quantize(QuantizeRequest(source=wide, ftype="Q8_0", target=target, force=True, n_threads=1))
    assert target.stat().st_size == result.n_bytes


def test_too_little_room_is_said_before_any_work(tmp_path, wide, monkeypatch):
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: SimpleNamespace(free=1000))
    with pytest.raises(StorageError, match=r"MB, and 0\.0 MB are free"):
        quantize(QuantizeRequest(source=wide, ftype="Q8_0", target=tmp_path / "q.gguf"))
    assert list(tmp_path.iterdir()) == []


def test_calibration_reads_each_conversation_once_as_the_runtime_tokenizes_it(wide):
    matrix = calibrate(wide, TRAJECTORY, TRAJECTORY)
    model = Model(wide)
    profile, encoder = SharedProfile("chatml"), Encoder(model)
    *_, last = profile.history(TRAJECTORY)
    n_tokens = sum(len(encoder.block(block)) for block in profile.history(TRAJECTORY))
    n_end = len(encoder.segment(last.segments[-1]))  # what closes the last turn isn't written by a role
    model.close()
    counts = {int(statistic.counts[0]) for statistic in matrix.statistics.values()}
    assert counts == {2 * (n_tokens - n_end)}
    assert (matrix.datasets, matrix.chunk_size, matrix.chunk_count) == (("own",), 4096, 1)


def test_only_the_turns_of_the_roles_asked_for_are_read(wide):
    seen = []
    counts = {}
    for role in Role:
        matrix = calibrate(
            wide, TRAJECTORY, profile="alpha-umi", roles=[role], on_tokens=lambda *event: seen.append(event)
        )
        counts[role] = int(matrix.statistics["blk.0.attn_q.weight"].counts[0])
        assert seen[-1] == (counts[role], counts[role])
    assert len(set(counts.values())) == 3
    together = calibrate(wide, TRAJECTORY, profile="alpha-umi")
    assert int(together.statistics["blk.0.attn_q.weight"].counts[0]) == sum(counts.values())


def test_trajectories_without_the_roles_are_refused(wide):
    with pytest.raises(ConvertError, match="no trajectory has a turn of caller"):
        calibrate(wide, Trajectory((), (UserTurn("Hello"), SummarizerTurn("Hi"))), roles=[Role.CALLER])


def test_a_sequence_that_another_begins_with_is_left_out():
    assert without_beginnings([(1, 2, 3), (1, 2), (2,), (1, 2, 4), (1, 2, 3)]) == [(1, 2, 3), (1, 2, 4), (2,)]
    assert without_beginnings([]) == []


def test_collections_add_up():
    one = InputStatistic(np.full((1, 2), 3.0, np.float32), np.array([2], np.int64))
    both = combined({"a": one, "b": one}, {"b": one, "c": one})
    assert {name: statistic.counts.tolist() for name, statistic in both.items()} == {"a": [2], "b": [4], "c": [2]}
    assert both["b"].sums.tolist() == [[6, 6]]
