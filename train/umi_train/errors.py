"""Every exception that umi_train raises on purpose.

UmiError (umi_local.errors)
└── TrainError
    ├── BaseModelError     a base that can't be loaded, or can't be trained this way
    ├── DeviceError        hardware or a library that was asked for and isn't there
    ├── NoDataError        nothing is left to train on
    ├── LossError          the loss became NaN or infinite
    └── ResumeError        a checkpoint of another configuration, or a broken one

Mistakes in a configuration file are ConfigError, failed writes StorageError, both from umi_local.errors.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from umi_local.errors import UmiError


class TrainError(UmiError):
    """Training can't be done, or can't go on."""


class BaseModelError(TrainError):
    """A base can't be loaded, or can't be trained as asked."""

    hint = "Give a model of the hub, a checkpoint's folder, or a GGUF."

    def __init__(self, name: str | Path, reason: str, *, hint: str | None = None) -> None:
        self.name = str(name)
        self.reason = reason
        super().__init__(f"{self.name}: {reason}", hint=hint)


class DeviceError(TrainError):
    """Hardware or a library that was asked for isn't there."""


class NoDataError(TrainError):
    """Nothing is left to train on; the message counts what was left out and why."""


class LossError(TrainError):
    """The loss isn't a number any more."""

    hint = (
        "Go on from the last checkpoint with a smaller learning rate or a lower `clip`; `umi train` resumes by itself."
    )

    def __init__(self, step: int, value: float, records: Sequence[str]) -> None:
        self.step = step
        self.value = value
        self.records = tuple(records)
        super().__init__(f"the loss is {value} at step {step}, on {', '.join(self.records)}")


class ResumeError(TrainError):
    """What is in the output folder can't be gone on from."""

    def __init__(self, path: Path | str, reason: str, *, hint: str | None = None) -> None:
        self.path = str(path)
        self.reason = reason
        super().__init__(f"{self.path}: {reason}", hint=hint)
