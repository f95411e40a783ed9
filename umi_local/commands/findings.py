"""What `umi doctor` found out, as values."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class State(str, Enum):
    """Whether a finding is fine, needs something done, or only says what is so."""

    OK = "ok"
    WRONG = "wrong"
    INFO = "info"


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the report; `hint` says what to do where something is wrong."""

    group: str
    name: str
    value: str
    state: State = State.INFO
    hint: str = ""
