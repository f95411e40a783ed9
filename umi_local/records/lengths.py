"""How long a trajectory is in tokens, as values; who knows a tokenizer and a profile makes a `Measure`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from umi_local.messages import Role
from umi_local.records.record import Record


@dataclass(frozen=True, slots=True)
class Length:
    """Tokens of a record.

    Attributes:
        total: Of the longest text that training or the runtime must hold at once.
        targets: What each role must learn to say, ends of turns included.
    """

    total: int
    targets: Mapping[Role, int]


Measure: TypeAlias = Callable[[Record], Length]
