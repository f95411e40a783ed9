from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import gguf
import numpy as np
import pytest
from gguf import GGUFValueType

from tests.convert.conformance import read_gguf
from tests.convert.plain_checkpoints import write_llama
from umi_convert.checkpoint import open_checkpoint
from umi_convert.errors import CheckpointError, ConvertError
from umi_convert.key_values import KeyValues, Value
from umi_convert.model import source_of as source_of_checkpoint
from umi_convert.source import ModelSource
from umi_convert.tensors import DType, Tensor, from_float32
from umi_convert.writer import MAX_IN_FLIGHT_BYTES, planned_size, stored_dtype, write_gguf
from umi_local.engine.base import CancelToken
from umi_local.errors import CancelledError, StorageError

ROOT = Path(__file__).parents[2]


def tensor(name, shape=(6, 8), dtype=DType.F32, seed=0):
    values = from_float32(np.random.default_rng(seed).standard_normal(shape).astype(np.float32), dtype)
    rows = values.reshape(-1, shape[-1])
    return Tensor(name=name, shape=tuple(shape), dtype=dtype, read=lambda start, stop: rows[start:stop])


def source_of(*tensors, **values):
    metadata = KeyValues("llama")
    for key, value in values.items():
        metadata.string(key, value)
    return ModelSource(arch="llama", metadata=metadata, tensors=tensors, dtype=DType.F32, fingerprint="0" * 64)


def run_child(*arguments):
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join((str(ROOT), str(ROOT / "convert")))}
    command = [sys.executable, str(ROOT / "tests" / "convert" / "writer_child.py"), *map(str, arguments)]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


def test_vectors_norms_and_what_is_no_weight_stay_float32():
    kept = [tensor("a.weight", (8,)), tensor("blk.0.attn_norm.weight"), tensor("blk.0.attn_q.bias"), tensor("x.scale")]
    assert {stored_dtype(t, DType.BF16) for t in kept} == {DType.F32}
    weights = [tensor("a.weight"), tensor("a.weight.lora_a"), tensor("a.weight.lora_b")]
    assert {stored_dtype(t, DType.BF16) for t in weights} == {DType.BF16}


@pytest.mark.parametrize("dtype", list(DType))
def test_gguf_py_reads_back_what_was_written(tmp_path, dtype):
    given = (tensor("a.weight", (5, 7)), tensor("norm.weight", (3,)), tensor("b.weight", (2, 3, 4), DType.BF16))
    source = source_of(*given, **{"general.name": "n", "{arch}.text": "ü"})
    write_gguf(tmp_path / "m.gguf", source, dtype)
    reader = gguf.GGUFReader(tmp_path / "m.gguf")
    assert [t.name for t in reader.tensors] == [t.name for t in given]
    assert [list(t.shape) for t in reader.tensors] == [[7, 5], [3], [4, 3, 2]]
    assert reader.fields["llama.text"].contents() == "ü"
    expected = {DType.F32: 0, DType.F16: 1, DType.BF16: 32}[dtype]
    assert reader.fields["general.file_type"].contents() == expected
    a = gguf.quants.dequantize(reader.tensors[0].data, reader.tensors[0].tensor_type).reshape(5, 7)
    oracle = gguf.quants.quantize(given[0].whole(), gguf.GGMLQuantizationType[dtype.value])
    np.testing.assert_array_equal(a, gguf.quants.dequantize(oracle, gguf.GGMLQuantizationType[dtype.value]))
    np.testing.assert_array_equal(reader.tensors[1].data, given[1].whole())


def test_the_planned_size_is_the_size(tmp_path):
    source = source_of(tensor("a.weight", (5, 7)), tensor("b.weight", (33, 3), DType.F16), tensor("n.weight", (1,)))
    extra = {"umi.note": Value(GGUFValueType.STRING, "more")}
    for dtype in DType:
        written = write_gguf(tmp_path / "m.gguf", source, dtype, extra=extra)
        assert written == planned_size(source, dtype, extra=extra) == (tmp_path / "m.gguf").stat().st_size
    assert planned_size(source, DType.F16) < planned_size(source, DType.F16, extra=extra)


def test_extra_keys_are_added_and_replace(tmp_path):
    extra = {
        "general.name": Value(GGUFValueType.STRING, "new"),
        "umi.x": Value(GGUFValueType.ARRAY, [1, 2], GGUFValueType.INT32),
    }
    write_gguf(tmp_path / "m.gguf", source_of(tensor("a.weight"), **{"general.name": "old"}), DType.F32, extra=extra)
    values = read_gguf(tmp_path / "m.gguf").values
    assert values["general.name"] == (8, b"new")
    assert values["umi.x"] == (9, 5, (1, 2))


def test_an_adapter_has_no_file_type(tmp_path):
    source = source_of(tensor("a.weight.lora_a"), **{"general.type": "adapter"})
    write_gguf(tmp_path / "a.gguf", source, DType.F16)
    assert "general.file_type" not in read_gguf(tmp_path / "a.gguf").values


def test_tensors_of_many_chunks_are_written_in_order(tmp_path):
    big = tensor("big.weight", (700, 8192))
    write_gguf(tmp_path / "m.gguf", source_of(big, tensor("b.weight", seed=1)), DType.F32, n_threads=3)
    written = read_gguf(tmp_path / "m.gguf").tensors
    assert len(list(big.chunks())) > 2
    assert written["big.weight"][2] == big.whole().tobytes()
    assert written["b.weight"][2] == tensor("b.weight", seed=1).whole().tobytes()


def test_no_more_is_read_ahead_than_is_allowed(tmp_path):
    chunk = np.zeros((256, 8192), dtype=np.float32)
    ahead, most = 0, 0

    def read(start, stop):
        nonlocal ahead, most
        ahead += (stop - start) * 8192 * 4
        most = max(most, ahead)
        return chunk[: stop - start]

    def on_progress(done, total):
        nonlocal ahead
        ahead -= 8 << 20

    huge = Tensor(name="huge.weight", shape=(256 * 40, 8192), dtype=DType.F32, read=read)
    write_gguf(tmp_path / "m.gguf", source_of(huge), DType.F32, n_threads=8, on_progress=on_progress)
    assert 8 << 20 < most <= MAX_IN_FLIGHT_BYTES + (9 << 20)


def test_progress_ends_at_the_total(tmp_path):
    seen = []
    size = write_gguf(tmp_path / "m.gguf", source_of(tensor("a.weight"), tensor("b.weight")), DType.F32,
                      on_progress=lambda done, total: seen.append((done, total)))  # fmt: skip
    assert seen[-1] == (size, size)
    assert [done for done, _ in seen] == sorted({done for done, _ in seen})


def test_cancelling_leaves_the_old_file(tmp_path):
    path, token = tmp_path / "m.gguf", CancelToken()
    path.write_bytes(b"old")

    def read(start, stop):
        token.cancel()
        return np.zeros((stop - start, 8), np.float32)

    with pytest.raises(CancelledError):
        write_gguf(
            path, source_of(Tensor(name="a.weight", shape=(9, 8), dtype=DType.F32, read=read)), DType.F32, cancel=token
        )
    assert path.read_bytes() == b"old"
    assert [p.name for p in tmp_path.iterdir()] == ["m.gguf"]


def test_an_unreadable_tensor_is_the_readers_error_and_leaves_nothing(tmp_path):
    def read(start, stop):
        raise CheckpointError("w.safetensors", "it is truncated")

    with pytest.raises(CheckpointError, match="it is truncated"):
        write_gguf(tmp_path / "m.gguf", source_of(tensor("z.weight"), Tensor(
            name="a.weight", shape=(9, 8), dtype=DType.F32, read=read)), DType.F32)  # fmt: skip
    assert list(tmp_path.iterdir()) == []


def test_rows_of_the_wrong_size_are_found(tmp_path):
    short = Tensor(
        name="a.weight", shape=(9, 8), dtype=DType.F32, read=lambda start, stop: np.zeros((1, 8), np.float32)
    )
    with pytest.raises(ConvertError, match=r"a\.weight gave 32 bytes where 288 were expected"):
        write_gguf(tmp_path / "m.gguf", source_of(short), DType.F32)


def test_a_value_that_a_gguf_cannot_hold_is_our_error(tmp_path):
    source = source_of(tensor("a.weight"))
    source.metadata.uint32("too.big", 1 << 40)
    with pytest.raises(ConvertError, match="a value that a GGUF can't"):
        write_gguf(tmp_path / "m.gguf", source, DType.F32)


def test_too_little_space_is_said_before_anything_is_written(tmp_path, monkeypatch):
    usage = shutil.disk_usage(tmp_path)._replace(free=1000)
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage)
    with pytest.raises(StorageError, match="are free on that disk"):
        write_gguf(tmp_path / "m.gguf", source_of(tensor("a.weight", (64, 64))), DType.F32)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_made_is_a_storage_error(tmp_path):
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(StorageError):
        write_gguf(tmp_path / "file" / "m.gguf", source_of(tensor("a.weight")), DType.F32)


def test_leftovers_of_a_killed_run_are_removed_and_those_of_a_living_one_are_not(tmp_path):
    finished = subprocess.run(
        [sys.executable, "-c", "import os; print(os.getpid())"], capture_output=True, text=True, check=True
    )
    dead = tmp_path / f".m.gguf.{finished.stdout.strip()}-0123abcd.tmp"
    living, other = tmp_path / f".m.gguf.{os.getppid()}-0123abcd.tmp", tmp_path / ".n.gguf.1-0.tmp"
    for path in (dead, living, other):
        path.write_bytes(b"half")
    write_gguf(tmp_path / "m.gguf", source_of(tensor("a.weight")), DType.F32)
    assert sorted(tmp_path.iterdir()) == sorted((living, other, tmp_path / "m.gguf"))


@pytest.mark.integration
def test_killed_at_any_byte_it_leaves_no_file_under_the_final_name(tmp_path):
    folder = write_llama(tmp_path / "model")
    out = tmp_path / "out" / "m.gguf"
    total = planned_size(source_of_checkpoint(open_checkpoint(folder)), DType.F32)
    for share in (0.0, 0.3, 0.9, 1.0):
        done = run_child(folder, out, "F32", "stop-at", int(total * share))
        assert done.returncode == -signal.SIGKILL, done.stderr
        assert not out.exists()
        assert len(list(out.parent.iterdir())) == 1  # this run's; that of the one before is swept
    assert run_child(folder, out, "F32").returncode == 0
    assert [p.name for p in out.parent.iterdir()] == ["m.gguf"]
    assert out.stat().st_size == total


@pytest.mark.integration
def test_a_disk_that_fills_up_is_a_storage_error_and_leaves_nothing(tmp_path):
    folder = write_llama(tmp_path / "model")
    done = run_child(folder, tmp_path / "out" / "m.gguf", "F32", "file-limit", 200_000)
    assert done.returncode == 3, done.stderr
    assert done.stdout.startswith("StorageError: could not write ")
    assert list((tmp_path / "out").iterdir()) == []


@pytest.mark.integration
def test_memory_does_not_grow_with_the_model(tmp_path):
    sizes: dict[str, Any] = {"hidden_size": 1024, "intermediate_size": 4096}
    sizes |= {"num_attention_heads": 16, "num_key_value_heads": 16}
    folder = write_llama(tmp_path / "model", num_hidden_layers=20, **sizes)
    size = (folder / "model.safetensors").stat().st_size
    assert size > 600e6
    done = run_child(folder, tmp_path / "m.gguf", "F16", "peak")
    assert done.returncode == 0, done.stderr
    before, after = map(int, done.stdout.split())
    assert after - before < 300e6 < size / 2
