"""Estimates of memory: against what llama.cpp really makes resident, and on described devices that aren't here."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.models import real_gguf, requantize, write_f16, write_lora
from umi_local.engine.estimate import (
    HEADROOM_BYTES,
    HEADROOM_SHARE,
    MIB,
    Estimate,
    Use,
    estimate,
    estimate_device,
    fit_layers,
    kv_bytes,
)
from umi_local.engine.gguf_header import GGUFHeader, TensorInfo, ValueType, check_adapter, check_model
from umi_local.engine.machine import Device

Q4_0_FTYPE = 2  # llama.h: LLAMA_FTYPE_MOSTLY_Q4_0
Q4_K, F32, Q8_0 = 12, 0, 8


def resident_bytes(path: Path, use: Use, adapter: Path | None = None) -> int:
    """Return what a fresh process keeps resident for a model after a full batch."""
    child = Path(__file__).parents[1] / "memory_child.py"
    arguments = [str(path), str(use.n_ctx), str(use.n_batch), use.kv_type, str(adapter or "")]
    done = subprocess.run([sys.executable, str(child), *arguments], capture_output=True, text=True, check=True)
    status, n_bytes = done.stdout.split()
    assert status == "0"
    return int(n_bytes)


@pytest.mark.integration
@pytest.mark.parametrize(
    "use",
    [
        Use(n_ctx=2048),
        Use(n_ctx=8192),
        Use(n_ctx=8192, n_batch=128, kv_type="q8_0"),
    ],
    ids=str,
)
def test_the_estimate_is_within_15_percent_of_what_the_model_takes(use):
    estimated = estimate(check_model(real_gguf()), use).total_bytes
    assert estimated == pytest.approx(resident_bytes(real_gguf(), use), rel=0.15)


@pytest.mark.integration
def test_the_estimate_counts_the_copy_that_repacking_makes(tmp_path):
    path = requantize(real_gguf(), tmp_path / "q4_0.gguf", Q4_0_FTYPE)
    header, use = check_model(path), Use(n_ctx=2048)
    assert estimate(header, use).total_bytes == pytest.approx(resident_bytes(path, use), rel=0.15)
    copied = sum(t.n_bytes for t in header.tensors if t.type.name == "Q4_0")
    in_file = sum(t.n_bytes for t in header.tensors)
    assert estimate(header, use).weights_bytes > in_file + copied > 1.5 * in_file


@pytest.mark.integration
def test_the_estimate_holds_for_f16_and_with_an_adapter(tmp_path):
    path = write_f16(real_gguf(), tmp_path / "f16.gguf")
    adapter = write_lora(tmp_path / "adapter.gguf", real_gguf())
    header = check_model(path)
    use = Use(n_ctx=2048, adapters=(check_adapter(adapter, header),))
    assert estimate(header, use).total_bytes == pytest.approx(resident_bytes(path, use, adapter), rel=0.15)
    assert estimate(header, use).adapters_bytes == pytest.approx(adapter.stat().st_size, rel=0.01)


@pytest.mark.integration
def test_keys_and_values_are_counted_exactly():
    header = check_model(real_gguf())
    assert kv_bytes(header, Use(n_ctx=2048), range(30)) == 45 * MIB
    assert kv_bytes(header, Use(n_ctx=2000), range(30)) == 45 * MIB  # llama.cpp pads to 256 cells
    assert kv_bytes(header, Use(n_ctx=2048, n_contexts=3), range(30)) == 3 * 45 * MIB
    assert kv_bytes(header, Use(n_ctx=2048, kv_type="q8_0"), range(30)) == 45 * MIB * 34 // 64
    assert kv_bytes(header, Use(n_ctx=2048), range(10)) == 15 * MIB


def described(*, n_layers: int = 32, width: int = 4096, n_vocab: int = 32000, is_tied: bool = False) -> GGUFHeader:
    """Return the header of a model like Llama 7B in Q4_K, which is nowhere on disk."""
    metadata = {
        "general.architecture": "llama",
        "llama.block_count": n_layers,
        "llama.embedding_length": width,
        "llama.feed_forward_length": 11008,
        "llama.attention.head_count": 32,
        "llama.attention.head_count_kv": 8,
    }
    shapes = {"token_embd.weight": (width, n_vocab), "output_norm.weight": (width,)}
    if not is_tied:
        shapes["output.weight"] = (width, n_vocab)
    for layer in range(n_layers):
        shapes[f"blk.{layer}.ffn_up.weight"] = (width, 11008)
        shapes[f"blk.{layer}.attn_norm.weight"] = (width,)
    tensors, offset = [], 0
    for name, shape in shapes.items():
        kind = Q4_K if len(shape) > 1 else F32
        n_bytes = shape[0] * shape[1] // 256 * 144 if len(shape) > 1 else 4 * shape[0]
        tensors.append(TensorInfo(name, shape, kind, offset, n_bytes))
        offset += n_bytes
    return GGUFHeader(
        path=Path("described.gguf"),
        version=3,
        alignment=32,
        metadata=metadata,
        value_types=dict.fromkeys(metadata, ValueType.UINT32),
        tensors=tuple(tensors),
        data_offset=2 * MIB,
        file_size=2 * MIB + offset,
        parts=(Path("described.gguf"),),
    )


MODEL = described()
USE = Use(n_ctx=4096)


def gpu(free_mib: int, total_mib: int | None = None) -> Device:
    return Device("GPU0", free_mib * MIB, (total_mib or free_mib) * MIB)


def test_everything_fits_a_big_device_and_nothing_a_small_one():
    assert fit_layers(MODEL, gpu(24000), USE) == 33
    assert fit_layers(MODEL, gpu(300), USE) == 0
    assert estimate_device(MODEL, USE, n_gpu_layers=0) == Estimate()


def test_what_fits_leaves_the_headroom_and_one_layer_more_would_not():
    device = gpu(2000, 16000)
    n = fit_layers(MODEL, device, USE)
    assert 1 < n < 33
    budget = device.free_bytes - max(HEADROOM_BYTES, int(HEADROOM_SHARE * device.total_bytes))
    assert estimate_device(MODEL, USE, n_gpu_layers=n).total_bytes <= budget
    assert estimate_device(MODEL, USE, n_gpu_layers=n + 1).total_bytes > budget


def test_the_output_is_the_first_layer_on_the_device_and_is_copied_where_it_is_tied():
    untied = estimate_device(MODEL, USE, n_gpu_layers=1)
    output = next(t.n_bytes for t in MODEL.tensors if t.name == "output.weight")
    assert untied.weights_bytes == output + 4 * 4096  # and the last norm
    assert untied.kv_bytes == 0
    tied = estimate_device(described(is_tied=True), USE, n_gpu_layers=1)
    assert tied.weights_bytes == untied.weights_bytes


def test_weights_keys_and_values_are_either_here_or_on_the_device():
    for n in range(34):
        here = estimate(MODEL, USE, n_gpu_layers=n, machine="none")
        there = estimate_device(MODEL, USE, n_gpu_layers=n)
        assert here.kv_bytes + there.kv_bytes == kv_bytes(MODEL, USE, range(32))
        repacked = estimate(MODEL, USE, n_gpu_layers=n, machine="x86_64").weights_bytes - here.weights_bytes
        assert repacked >= 0
    everything = estimate(MODEL, USE, n_gpu_layers=33)
    embedding = next(t.n_bytes for t in MODEL.tensors if t.name == "token_embd.weight")
    assert embedding < everything.weights_bytes < embedding + 30 * MIB


def test_arm_repacks_types_that_x86_does_not():
    q8 = described(n_layers=1)
    tensors = tuple(
        TensorInfo(t.name, t.shape, Q8_0, t.offset, t.n_bytes) if t.type_id == Q4_K else t for t in q8.tensors
    )
    header = replace(q8, tensors=tensors)
    on_arm, on_x86 = (estimate(header, USE, machine=name).weights_bytes for name in ("aarch64", "x86_64"))
    assert on_arm - on_x86 == sum(t.n_bytes for t in tensors if t.name in ("output.weight", "blk.0.ffn_up.weight"))


def test_an_unknown_type_of_keys_and_values_is_named():
    with pytest.raises(ValueError, match="kv_type is 'f17'; known: bf16, f16"):
        Use(n_ctx=2048, kv_type="f17")


@given(st.integers(0, 12000), st.integers(0, 2000))
def test_more_free_memory_never_fits_fewer_layers(free, more):
    assert fit_layers(MODEL, gpu(free), USE) <= fit_layers(MODEL, gpu(free + more), USE)


@given(st.integers(256, 32768), st.integers(0, 8192), st.sampled_from([64, 512, 2048]))
def test_a_longer_context_never_takes_less_and_never_fits_more_layers(n_ctx, more, n_batch):
    short, long = Use(n_ctx=n_ctx, n_batch=n_batch), Use(n_ctx=n_ctx + more, n_batch=n_batch)
    assert estimate(MODEL, short).total_bytes <= estimate(MODEL, long).total_bytes
    assert fit_layers(MODEL, gpu(3000), short) >= fit_layers(MODEL, gpu(3000), long)


@given(st.integers(0, 32))
def test_each_layer_more_takes_more_of_the_device_and_not_more_of_the_machine(n):
    weights, more_weights = (estimate_device(MODEL, USE, n_gpu_layers=k).weights_bytes for k in (n, n + 1))
    assert weights < more_weights
    here, less_here = (estimate(MODEL, USE, n_gpu_layers=k).total_bytes for k in (n, n + 1))
    assert less_here < here


@given(st.sampled_from(["q4_0", "q8_0", "f16", "f32"]), st.integers(1, 4))
def test_smaller_types_take_less_and_contexts_add_up(kv_type, n_contexts):
    one = kv_bytes(MODEL, Use(n_ctx=4096, kv_type=kv_type), range(32))
    assert kv_bytes(MODEL, Use(n_ctx=4096, kv_type=kv_type, n_contexts=n_contexts), range(32)) == n_contexts * one
    assert one <= kv_bytes(MODEL, Use(n_ctx=4096, kv_type="f32"), range(32))


def test_estimates_add_up():
    total = Estimate(weights_bytes=1, kv_bytes=2) + Estimate(adapters_bytes=3, compute_bytes=4)
    assert total == Estimate(weights_bytes=1, kv_bytes=2, adapters_bytes=3, compute_bytes=4)
    assert total.total_bytes == 10
