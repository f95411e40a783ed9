"""One process or several: who does which rows, and how their gradients become one.

Several processes are started by `accelerate launch` or `torchrun`, and are joined by `accelerate`. Adapters are small, so their
gradients are added up once a step in one message; nothing wraps the model.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any, TypeVar

import torch
from torch import Tensor

from umi_train.errors import DeviceError

T = TypeVar("T")


def find_device(wanted: str) -> torch.device:
    """Return the device that is meant by `auto`, `cpu` or `cuda`.

    Raises:
        DeviceError: CUDA was asked for and isn't there.
    """
    if wanted == "cuda" and not torch.cuda.is_available():
        raise DeviceError(
            "CUDA was asked for, but torch sees no CUDA device",
            hint='Ask for the device "cpu" or "auto", or install torch for CUDA (https://pytorch.org).',
        )
    return torch.device("cuda" if wanted != "cpu" and torch.cuda.is_available() else "cpu")


class Processes:
    """The processes that train together.

    Args:
        device: `auto`, `cpu` or `cuda`.

    Raises:
        DeviceError: CUDA was asked for and isn't there, or accelerate is missing where there are several processes.
    """

    def __init__(self, device: str = "auto") -> None:
        self.device = find_device(device)
        self.rank, self.count = 0, 1
        if int(os.environ.get("WORLD_SIZE", "1")) > 1:
            self._join()

    @property
    def is_main(self) -> bool:
        """Whether this is the process that writes and shows."""
        return self.rank == 0

    def share(self, items: Sequence[T]) -> list[T]:
        """Return this process's share of a list that all of them have."""
        return list(items[self.rank :: self.count])

    def add_up(self, tensors: Sequence[Tensor]) -> None:
        """Replace tensors by their sums over all processes, in one message."""
        if self.count == 1 or not tensors:
            return
        from accelerate.utils import reduce  # type: ignore[import-untyped]  # it has no types

        flat = torch.cat([tensor.detach().reshape(-1).to(torch.float32) for tensor in tensors])
        total = reduce(flat, reduction="sum")
        begin = 0
        for tensor in tensors:
            part = total[begin : begin + tensor.numel()]
            tensor.data.copy_(part.view_as(tensor))
            begin += tensor.numel()

    def wait(self) -> None:
        """Wait until all processes are here."""
        if self.count > 1:
            self._state.wait_for_everyone()

    def _join(self) -> None:
        try:
            from accelerate import PartialState  # type: ignore[import-untyped]  # it has no types
        except ImportError as error:
            raise DeviceError(
                "several processes were started, and `accelerate` isn't installed",
                hint="pip install 'umi-local[train]'",
            ) from error
        self._state: Any = PartialState(cpu=self.device.type == "cpu")
        self.device = self._state.device
        self.rank, self.count = self._state.process_index, self._state.num_processes
