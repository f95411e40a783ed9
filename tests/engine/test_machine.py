"""What the machine has: this one, and containers written down as files."""

from __future__ import annotations

from pathlib import Path

import psutil
import pytest

from umi_local.engine.devices import list_devices
from umi_local.engine.machine import (
    Device,
    DeviceKind,
    Machine,
    cgroup_memory,
    cpu_quota,
    memory_bytes,
    physical_cores,
    this_machine,
)

GIB = 1 << 30


def write(root: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text + "\n")
    return root


def test_memory_is_limited_by_every_control_group_around_the_process(tmp_path):
    root = write(
        tmp_path,
        {
            "proc/self/cgroup": "0::/outer/inner",
            "sys/fs/cgroup/outer/memory.max": "300000000",
            "sys/fs/cgroup/outer/memory.current": "250000000",
            "sys/fs/cgroup/outer/inner/memory.max": "200000000",
            "sys/fs/cgroup/outer/inner/memory.current": "50000000",
        },
    )
    assert sorted(cgroup_memory(root)) == [(200000000, 50000000), (300000000, 250000000)]
    assert memory_bytes(root) == (200000000, 50000000)


def test_pages_of_files_that_can_be_dropped_do_not_count_as_used(tmp_path):
    root = write(
        tmp_path,
        {
            "proc/self/cgroup": "0::/",
            "sys/fs/cgroup/memory.max": "200000000",
            "sys/fs/cgroup/memory.current": "150000000",
            "sys/fs/cgroup/memory.stat": "anon 5\ninactive_file 100000000\nactive_file 7",
        },
    )
    assert memory_bytes(root) == (200000000, 150000000)


def test_the_first_version_of_control_groups_is_read_too(tmp_path):
    root = write(
        tmp_path,
        {
            "proc/self/cgroup": "5:memory:/docker/x\n3:cpu,cpuacct:/docker/x",
            "sys/fs/cgroup/memory/docker/x/memory.limit_in_bytes": "100000000",
            "sys/fs/cgroup/memory/docker/x/memory.usage_in_bytes": "40000000",
            "sys/fs/cgroup/cpu/docker/x/cpu.cfs_quota_us": "350000",
            "sys/fs/cgroup/cpu/docker/x/cpu.cfs_period_us": "100000",
        },
    )
    assert memory_bytes(root) == (100000000, 60000000)
    assert cpu_quota(root) == 3


@pytest.mark.parametrize("limit", ["max", "9223372036854771712", "nonsense"])
def test_a_group_without_a_limit_leaves_the_machines_own_memory(tmp_path, limit):
    root = write(tmp_path, {"proc/self/cgroup": "0::/", "sys/fs/cgroup/memory.max": limit})
    total, available = memory_bytes(root)
    assert total == psutil.virtual_memory().total
    assert 0 < available <= total


def test_without_control_groups_the_machine_speaks_for_itself(tmp_path):
    assert memory_bytes(tmp_path)[0] == psutil.virtual_memory().total
    assert cpu_quota(tmp_path) is None


@pytest.mark.parametrize(("quota", "cores"), [("max 100000", None), ("200000 100000", 2), ("50000 100000", 1)])
def test_a_quota_of_time_is_counted_in_cores(tmp_path, quota, cores):
    root = write(tmp_path, {"proc/self/cgroup": "0::/", "sys/fs/cgroup/cpu.max": quota})
    assert cpu_quota(root) == cores


def test_this_machine_has_cores_memory_and_a_cpu_among_its_devices():
    machine = this_machine()
    assert 1 <= machine.physical_cores == physical_cores()
    assert 0 < machine.available_bytes <= machine.total_bytes
    cpu = [device for device in machine.devices if device.kind is DeviceKind.CPU]
    assert len(cpu) == 1
    assert cpu[0].name == "CPU"
    assert cpu[0].description
    assert 0 < cpu[0].free_bytes <= cpu[0].total_bytes


def test_devices_are_listed_again_with_what_is_free_then():
    assert [device.name for device in list_devices()] == [device.name for device in list_devices()]


def test_only_gpus_can_take_layers():
    devices = (
        Device("CPU", GIB, GIB, DeviceKind.CPU),
        Device("BLAS", 0, 0, DeviceKind.ACCELERATOR),
        Device("CUDA0", GIB, GIB, DeviceKind.GPU),
        Device("Metal", GIB, GIB, DeviceKind.INTEGRATED_GPU),
    )
    machine = Machine(physical_cores=1, total_bytes=GIB, available_bytes=GIB, devices=devices)
    assert [device.name for device in machine.gpus] == ["CUDA0", "Metal"]
