from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.models import real_gguf
from umi_local.bundles.catalog import bundle_of_gguf
from umi_local.bundles.manifest import FileRef, Layout, LoadedBundle, RoleSpec, RolesSpec
from umi_local.commands.checkup_memory import memory
from umi_local.commands.findings import Finding, State
from umi_local.config import RunConfig
from umi_local.engine.gguf_header import GGUFHeader, check_model
from umi_local.engine.machine import Device, Machine

GIB = 1 << 30
MODEL = real_gguf()
GPU = Device("CUDA0", free_bytes=10 * GIB, total_bytes=12 * GIB)


@pytest.fixture(scope="module")
def headers() -> dict[Path, GGUFHeader]:
    return {MODEL: check_model(MODEL)}


def machine(available: int = 8 * GIB, *devices: Device) -> Machine:
    return Machine(physical_cores=4, total_bytes=16 * GIB, available_bytes=available, devices=devices)


def by_name(findings) -> dict[str, Finding]:
    return {finding.name: finding for finding in findings}


def test_a_model_that_fits_is_said_to_fit(headers) -> None:
    found = by_name(memory(bundle_of_gguf(MODEL), RunConfig(), headers, machine()))
    assert found["fits"].state is State.OK
    assert "n_ctx=4,096" in found["model"].value


def test_a_model_that_does_not_fit_is_wrong_and_has_a_remedy(headers) -> None:
    found = by_name(memory(bundle_of_gguf(MODEL), RunConfig(), headers, machine(available=GIB // 16)))
    assert found["fits"].state is State.WRONG
    assert "n_ctx" in found["fits"].hint


def test_the_configured_context_is_what_counts(headers) -> None:
    small = by_name(memory(bundle_of_gguf(MODEL), RunConfig(n_ctx=512), headers, machine()))
    assert "n_ctx=512" in small["model"].value
    big = by_name(memory(bundle_of_gguf(MODEL), RunConfig(n_ctx=8192), headers, machine()))
    assert small["fits"].value != big["fits"].value


def test_a_gpu_is_named_with_the_layers_that_would_go_there(headers) -> None:
    found = by_name(memory(bundle_of_gguf(MODEL), RunConfig(), headers, machine(8 * GIB, GPU)))
    assert found["CUDA0"].value.startswith("n_gpu_layers=31 of 31 by default: ")


def test_a_gpu_that_is_full_takes_no_layer(headers) -> None:
    full = replace(GPU, free_bytes=GIB // 2)
    found = by_name(memory(bundle_of_gguf(MODEL), RunConfig(), headers, machine(8 * GIB, full)))
    assert found["CUDA0"].value.startswith("no layer fits")


def test_roles_with_keys_and_values_of_their_own_take_three_times_the_room(headers) -> None:
    one = bundle_of_gguf(MODEL)
    own = RoleSpec(model=FileRef(file=str(MODEL)))
    roles = RolesSpec(planner=own, caller=own, summarizer=own)
    three = LoadedBundle(replace(one.bundle, layout=Layout.MERGED, base=None, roles=roles), one.folder)
    values = [by_name(memory(each, RunConfig(), headers, machine()))["model"].value for each in (one, three)]
    assert "keys and values 90.0 MiB" in values[0]
    assert "keys and values 270.0 MiB" in values[1]


def test_a_role_whose_model_is_not_here_yet_does_not_stop_the_estimate_of_the_others(headers) -> None:
    here, elsewhere = FileRef(file=str(MODEL)), FileRef(file="hub:owner/name@v1/model.gguf")
    roles = RolesSpec(planner=RoleSpec(model=here), caller=RoleSpec(model=elsewhere), summarizer=RoleSpec(model=here))
    one = bundle_of_gguf(MODEL)
    loaded = LoadedBundle(replace(one.bundle, layout=Layout.MERGED, base=None, roles=roles), one.folder)
    assert "keys and values 180.0 MiB" in by_name(memory(loaded, RunConfig(), headers, machine()))["model"].value
