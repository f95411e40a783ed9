"""How long work says what it is doing and how far it is; how that is shown is the command line's business."""

from __future__ import annotations

from typing import Literal, Protocol, TypeAlias

Unit: TypeAlias = Literal["bytes", "turns", "tokens"]


class Progress(Protocol):
    """Gets what is being done, how much of it is done, and how much there is in all."""

    def __call__(self, what: str, done: int, total: int, unit: Unit = "bytes", /) -> None:
        """Note that so much is done."""


def silent(what: str, done: int, total: int, unit: Unit = "bytes", /) -> None:
    """Tell nobody."""
