"""Every exception that umi_convert raises on purpose.

UmiError (umi_local.errors)
└── ConvertError
    ├── PreflightError              all problems of a conversion, before any work
    ├── CheckpointError             a file or folder that isn't a sound checkpoint or adapter
    ├── UnsupportedArchitectureError
    ├── UnsupportedAdapterError     an adapter that can't be merged, or can't be a GGUF
    ├── QuantizeError               llama.cpp's quantizer refused
    ├── TrajectoryFileError         a JSONL of trajectories that can't be used
    └── VerdictError                the result isn't as good as the thresholds demand

Failed writes are StorageError, broken GGUF files ModelFileError, both from umi_local.errors.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from umi_local.errors import UmiError

if TYPE_CHECKING:
    from umi_convert.build import Placed
    from umi_convert.verify.values import Verdict


class ConvertError(UmiError):
    """A conversion can't be done, or isn't good enough."""


class PreflightError(ConvertError):
    """What stands against a conversion; all of it, before a byte is written."""

    def __init__(self, problems: Sequence[str], *, hint: str | None = None) -> None:
        self.problems = tuple(problems)
        listed = "".join(f"\n  {problem}" for problem in self.problems)
        super().__init__(f"{len(self.problems)} problem(s) stand against this conversion:{listed}", hint=hint)


class CheckpointError(ConvertError):
    """A file or folder isn't a sound checkpoint or adapter."""

    hint = "Download it again, or check that all of its files are there."

    def __init__(self, path: Path | str, reason: str, *, hint: str | None = None) -> None:
        self.path = str(path)
        self.reason = reason
        super().__init__(f"{self.path}: {reason}", hint=hint)


class UnsupportedArchitectureError(ConvertError):
    """A model of an architecture that has no file under `architectures/`."""

    def __init__(self, path: Path | str, found: str, supported: Sequence[str]) -> None:
        self.path = str(path)
        self.found = found
        self.supported = tuple(supported)
        super().__init__(
            f"{self.path} is a {found}; supported are {', '.join(self.supported)}",
            hint="With a llama.cpp checkout of your own, --llama-cpp DIR lets its converter do this step.",
        )


class UnsupportedAdapterError(ConvertError):
    """An adapter holds what can't be merged, or what a LoRA GGUF can't hold; all of it is listed."""

    def __init__(self, path: Path | str, problems: Sequence[str], *, hint: str | None = None) -> None:
        self.path = str(path)
        self.problems = tuple(problems)
        listed = "".join(f"\n  {problem}" for problem in self.problems)
        super().__init__(f"{self.path} can't be converted as asked:{listed}", hint=hint)


class QuantizeError(ConvertError):
    """llama.cpp's quantizer refused; its own words are in the message."""

    def __init__(self, path: Path | str, qtype: str, reason: str, *, hint: str | None = None) -> None:
        self.path = str(path)
        self.qtype = qtype
        self.reason = reason
        super().__init__(f"could not quantize {self.path} to {qtype}: {reason}", hint=hint)


class VerdictError(ConvertError):
    """Converted roles aren't as good as the thresholds demand; what misses them was not put in place.

    Attributes:
        verdicts: All that were reached, those that passed among them.
        placed: What is in place in spite of it, since it passed.
    """

    def __init__(
        self,
        problems: Sequence[str],
        *,
        verdicts: Sequence[Verdict] = (),
        placed: Sequence[Placed] = (),
        hint: str | None = None,
    ) -> None:
        self.problems = tuple(problems)
        self.verdicts = tuple(verdicts)
        self.placed = tuple(placed)
        listed = "".join(f"\n  {problem}" for problem in self.problems)
        super().__init__(f"the verdict is against it:{listed}", hint=hint)


class TrajectoryFileError(ConvertError):
    """A file of trajectories can't be read, or lines of it aren't trajectories; each with its line and field."""

    hint = "One JSON object a line, with `tools` and `turns`; docs/convert.md shows one."

    def __init__(self, path: Path | str, problems: Sequence[str], *, hint: str | None = None) -> None:
        self.path = str(path)
        self.problems = tuple(problems)
        listed = "".join(f"\n  {problem}" for problem in self.problems)
        super().__init__(f"{self.path} can't be used as trajectories:{listed}", hint=hint)
