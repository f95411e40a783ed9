"""The part of `umi doctor` that says whether a bundle's models fit: into memory, and how much of them onto each device.

These are estimates from the files' headers, for the context that a run would use; nothing is loaded.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from umi_local.bundles.manifest import FileRef, Layout, LoadedBundle
from umi_local.commands.findings import Finding, State
from umi_local.config import RunConfig
from umi_local.errors import BundleError, UmiError
from umi_local.messages import Role
from umi_local.sizes import size_text

if TYPE_CHECKING:
    from umi_local.engine.estimate import Estimate, Use
    from umi_local.engine.gguf_header import GGUFHeader
    from umi_local.engine.machine import Device, Machine


def memory(
    loaded: LoadedBundle, config: RunConfig, headers: Mapping[Path, GGUFHeader], machine: Machine
) -> Iterator[Finding]:
    """Estimate what each model takes, on the CPU and on every device, and whether all of them fit.

    Args:
        headers: Of the bundle's sound models, by path.
    """
    from umi_local.engine.estimate import Estimate, estimate

    total = Estimate()
    for path, header in headers.items():
        use = _use(loaded, config, path)
        on_cpu = estimate(header, use)
        total += on_cpu
        yield Finding("memory", _name(path, headers), f"{_parts(on_cpu)}, all on the CPU with n_ctx={use.n_ctx:,}")
        for device in machine.gpus:
            yield _on_device(header, use, device)
    if headers:
        yield _verdict(total, machine)


def _on_device(header: GGUFHeader, use: Use, device: Device) -> Finding:
    from umi_local.engine.estimate import estimate, estimate_device
    from umi_local.engine.offload import auto_gpu_layers

    n = auto_gpu_layers(header, use, [device])
    n_layers = int(header.hparam("block_count")) + 1  # the output counts
    if n == 0:
        return Finding("memory", device.name, f"no layer fits into the {size_text(device.free_bytes)} that are free")
    there = estimate_device(header, use, n_gpu_layers=n).total_bytes
    here = estimate(header, use, n_gpu_layers=n).total_bytes
    text = f"n_gpu_layers={n} of {n_layers} by default: {size_text(there)} there, {size_text(here)} here"
    return Finding("memory", device.name, text, State.OK)


def _verdict(total: Estimate, machine: Machine) -> Finding:
    needed, available = total.total_bytes, machine.available_bytes
    text = f"{size_text(needed)} needed, {size_text(available)} available"
    if needed <= available:
        return Finding("memory", "fits", text, State.OK)
    if machine.gpus:  # what goes there needn't fit here
        return Finding("memory", "fits", f"{text}: not without the GPU")
    hint = "Lower n_ctx, take a smaller model or quantization, or close other programs."
    return Finding("memory", "fits", text, State.WRONG, hint)


def _use(loaded: LoadedBundle, config: RunConfig, path: Path) -> Use:
    from umi_local.engine.estimate import Use

    return Use(
        n_ctx=config.n_ctx or loaded.bundle.n_ctx,
        n_batch=config.n_batch,
        kv_type=config.kv_type,
        n_contexts=_n_contexts(loaded, path),
        adapters=tuple(_adapters(loaded, path)),
    )


def _n_contexts(loaded: LoadedBundle, path: Path) -> int:
    """Return how many contexts a model has: one where roles share a conversation, else one per role."""
    if loaded.bundle.layout in (Layout.SHARED, Layout.PROMPTED):
        return 1
    return max(1, sum(_speaks_through(loaded, role, path) for role in Role))


def _adapters(loaded: LoadedBundle, path: Path) -> Iterator[GGUFHeader]:
    from umi_local.engine.gguf_header import read_header

    for role, spec in loaded.bundle.roles:
        if spec.adapter is not None and _speaks_through(loaded, role, path):
            try:
                yield read_header(loaded.path_of(spec.adapter))
            except UmiError:  # reported with the files
                continue


def _speaks_through(loaded: LoadedBundle, role: Role, path: Path) -> bool:
    spec = loaded.bundle.roles.of(role)
    if spec.endpoint is not None:
        return False
    has_own = spec.model is not None and (loaded.bundle.layout is not Layout.SHARED or spec.adapter is None)
    ref: FileRef | None = spec.model if has_own else loaded.bundle.base
    try:
        return ref is not None and loaded.path_of(ref) == path
    except BundleError:  # not on this machine, which is reported with the files
        return False


def _parts(estimate: Estimate) -> str:
    kv = size_text(estimate.kv_bytes)
    return f"{size_text(estimate.total_bytes)}: weights {size_text(estimate.weights_bytes)}, keys and values {kv}"


def _name(path: Path, headers: Mapping[Path, GGUFHeader]) -> str:
    return "model" if len(headers) == 1 else path.name
