"""Where everything of a reproduction is, and whether what is there belongs to this one.

out/records/                            the halves, and their tokens
out/seed-1/trainings/backbone-half/     what one training made
out/seed-1/results/span.static.jsonl    what one system said
out/paper.md, paper.json, paper.png     the table
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from umi_local.messages import JsonValue
from umi_train.checkpoint import differences
from umi_train.errors import ResumeError
from umi_train.reproduce.systems import Part

HALVES: tuple[Part, ...] = ("first", "second")


@dataclass(frozen=True, slots=True)
class Place:
    """The folder of a reproduction."""

    out: Path

    @property
    def records(self) -> Path:
        """The folder of the halves."""
        return self.out / "records"

    def halves(self, part: Part) -> tuple[Path, ...]:
        """Return the files of all records, or of one half."""
        return tuple(self.records / f"{name}.jsonl" for name in (HALVES if part == "all" else (part,)))

    def tokens(self, seed: int) -> Path:
        """Return the folder of the tokenized records of all trainings of a seed."""
        return self.out / f"seed-{seed}" / "tokens"

    def training(self, name: str, seed: int) -> Path:
        """Return one training's folder."""
        return self.out / f"seed-{seed}" / "trainings" / name

    def adapter(self, name: str, seed: int, adapter: str) -> Path:
        """Return what a training made: the adapter of a role, or of the backbone."""
        return self.training(name, seed) / adapter

    def results(self, system: str, seed: int, kind: str) -> Path:
        """Return one system's file of results."""
        return self.out / f"seed-{seed}" / "results" / f"{system}.{kind}.jsonl"

    def table(self, mode: str, ending: str) -> Path:
        """Return the table's file, or the picture's."""
        return self.out / f"{mode}.{ending}"


def check_same(place: Path, theirs: Mapping[str, JsonValue], ours: Mapping[str, JsonValue]) -> None:
    """Refuse to go on from what was made of something else.

    Raises:
        ResumeError: It was; what differs is named.
    """
    different = differences(theirs, ours)
    if different:
        listed = "".join(f"\n  {line}" for line in different)
        raise ResumeError(
            place,
            f"it was made of something else:{listed}",
            hint="Choose another `out`, or remove it to make it again.",
        )
