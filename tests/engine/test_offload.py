"""How many layers go to described GPUs when nobody said."""

from dataclasses import replace

import pytest

from tests.models import write_tiny_llama
from umi_local.engine.estimate import Use, estimate_device, fit_layers
from umi_local.engine.gguf_header import check_model
from umi_local.engine.machine import Device, DeviceKind
from umi_local.engine.offload import auto_gpu_layers

GIB = 2**30
USE = Use(n_ctx=2048)
BIG = Device("CUDA0", 8 * GIB, 8 * GIB, DeviceKind.GPU)


@pytest.fixture(scope="module")
def header(tmp_path_factory):
    return check_model(write_tiny_llama(tmp_path_factory.mktemp("offload") / "tiny.gguf", n_layers=6))


def test_without_a_gpu_nothing_is_offloaded(header):
    assert auto_gpu_layers(header, USE, []) == 0


def test_a_gpu_with_room_takes_all_layers_and_the_output(header):
    assert auto_gpu_layers(header, USE, [BIG]) == 7


def test_a_full_gpu_takes_none(header):
    assert auto_gpu_layers(header, USE, [replace(BIG, free_bytes=GIB // 4)]) == 0


def test_two_gpus_together_take_more_than_either(header):
    wide = Use(n_ctx=2_000_000)
    needed = estimate_device(header, wide, n_gpu_layers=7).total_bytes
    half = Device("CUDA", int(0.7 * needed), int(0.7 * needed), DeviceKind.GPU)
    one = fit_layers(header, half, wide)
    assert one < 7
    assert auto_gpu_layers(header, wide, [half, half]) == 7
