"""What this machine has: cores, memory that may still be used, and devices that llama.cpp can compute on.

Limits of a container (cgroup v1 and v2) count like the machine's own. Nothing here loads a foreign library but psutil; the
list of devices comes from `devices`, when it is asked for.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from pathlib import Path


class DeviceKind(str, Enum):
    """What a device is to ggml (`enum ggml_backend_dev_type`)."""

    CPU = "cpu"
    GPU = "gpu"
    INTEGRATED_GPU = "integrated gpu"
    ACCELERATOR = "accelerator"


@dataclass(frozen=True, slots=True)
class Device:
    """Something that computes, with memory of its own or the machine's.

    Attributes:
        name: llama.cpp's name, such as `CUDA0`.
        description: The product's name, where the driver says it.
    """

    name: str
    free_bytes: int
    total_bytes: int
    kind: DeviceKind = DeviceKind.GPU
    description: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """What there is to run on.

    Attributes:
        physical_cores: Cores that this process may use; hyper-threads of one core count once.
        available_bytes: Memory that can be used without swapping, within the container's limit.
        devices: All devices of this build of llama.cpp, the CPU among them.
    """

    physical_cores: int
    total_bytes: int
    available_bytes: int
    devices: tuple[Device, ...]

    @property
    def gpus(self) -> tuple[Device, ...]:
        """The devices that layers can be offloaded to."""
        return tuple(d for d in self.devices if d.kind in (DeviceKind.GPU, DeviceKind.INTEGRATED_GPU))


def this_machine() -> Machine:
    """Look at the machine. Takes as long as llama.cpp takes to load, and on a GPU as long as its driver takes to start."""
    from umi_local.engine.devices import list_devices

    total, available = memory_bytes()
    return Machine(
        physical_cores=physical_cores(),
        total_bytes=total,
        available_bytes=available,
        devices=list_devices(),
    )


def physical_cores() -> int:
    """Return how many physical cores this process may use, at least 1."""
    import psutil

    try:
        allowed = len(os.sched_getaffinity(0))
    except AttributeError:  # macOS and Windows
        allowed = os.cpu_count() or 1
    quota = cpu_quota()
    return max(1, min(psutil.cpu_count(logical=False) or allowed, allowed, quota or allowed))


def memory_bytes(root: Path = Path("/")) -> tuple[int, int]:
    """Return the bytes of memory in all, and those available without swapping; both within the container's limit.

    Args:
        root: The folder that holds `proc` and `sys`.
    """
    import psutil

    memory = psutil.virtual_memory()
    total, available = int(memory.total), int(memory.available)
    for limit, used in cgroup_memory(root):
        if limit < total:
            total = limit
        available = min(available, max(0, limit - used))
    return total, min(available, total)


def cgroup_memory(root: Path = Path("/")) -> Iterator[tuple[int, int]]:
    """Yield limit and use, in bytes, of every control group around this process that has a limit.

    Pages of files that can be dropped at once are not counted as used: a mapped model is such a page.
    """
    for folder in _groups(root, "memory"):
        limit = _number(folder / "memory.max") or _number(folder / "memory.limit_in_bytes")
        if limit is None:
            continue
        used = _number(folder / "memory.current") or _number(folder / "memory.usage_in_bytes") or 0
        yield limit, max(0, used - _droppable(folder / "memory.stat"))


def cpu_quota(root: Path = Path("/")) -> int | None:
    """Return how many cores' time the control groups around this process grant, rounded down, at least 1; None for all."""
    quotas = []
    for folder in _groups(root, "cpu"):
        quota, _, period = _text(folder / "cpu.max").partition(" ")
        if not quota:
            quota, period = _text(folder / "cpu.cfs_quota_us"), _text(folder / "cpu.cfs_period_us")
        if quota.isdigit() and period.isdigit() and int(period):
            quotas.append(max(1, int(quota) // int(period)))
    return min(quotas, default=None)


def _groups(root: Path, controller: str) -> Iterator[Path]:
    """Yield the folders of this process's control group and of those around it, for cgroup v2 and v1."""
    base = root / "sys/fs/cgroup"
    for line in _text(root / "proc/self/cgroup").splitlines():
        _, _, rest = line.partition(":")
        controllers, _, path = rest.partition(":")
        if controllers and controller not in controllers.split(","):
            continue
        top = base / controller if controllers else base
        inner = top / path.strip("/")
        yield from (folder for folder in (inner, *inner.parents) if folder == top or top in folder.parents)


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8").strip()
    except (OSError, ValueError):
        return ""


def _number(path: Path) -> int | None:
    text = _text(path)
    return int(text) if text.isdigit() else None  # "max" is no limit


def _droppable(path: Path) -> int:
    names = ("inactive_file", "total_inactive_file")
    lines = (line.split() for line in _text(path).splitlines())
    return max((int(parts[1]) for parts in lines if len(parts) == 2 and parts[0] in names), default=0)
