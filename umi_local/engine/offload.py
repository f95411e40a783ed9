"""How many layers go to a GPU when nobody said: as many as the estimate lets fit into what is free right now.

llama.cpp spreads offloaded layers over all devices by their free memory, so several count as one whose memory is the sum.
Models that are loaded one after the other each see what the earlier ones left.
"""

from __future__ import annotations

from collections.abc import Sequence

from umi_local.engine.estimate import Use, fit_layers
from umi_local.engine.gguf_header import GGUFHeader
from umi_local.engine.machine import Device, this_machine


def auto_gpu_layers(header: GGUFHeader, use: Use, devices: Sequence[Device] | None = None) -> int:
    """Return `n_gpu_layers` for a model; 0 where the build of llama.cpp has no GPU.

    Args:
        devices: The GPUs to consider; None for this machine's.
    """
    gpus = this_machine().gpus if devices is None else devices
    if not gpus:
        return 0
    together = Device(
        "+".join(gpu.name for gpu in gpus),
        sum(gpu.free_bytes for gpu in gpus),
        sum(gpu.total_bytes for gpu in gpus),
    )
    return fit_layers(header, together, use)
