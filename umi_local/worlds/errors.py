"""What goes wrong with worlds and what a tool's behaviour may refuse.

UmiError
└── WorldError       a family that breaks its contract, or a task that was made by other families
Exception
├── RefusedError     a tool says no: an observation, not a failure of ours
└── UnsuitableError  a scene that doesn't suit an intent: another is drawn
"""

from __future__ import annotations

from umi_local.errors import UmiError


class WorldError(UmiError):
    """A family breaks its contract, or a task doesn't fit the families that are installed."""


class RefusedError(Exception):
    """Raised by an operation that can't do what it was asked: no such order, not allowed, already done.

    Args:
        reason: One sentence, lower case, without a period.
        code: The status that services with numbered errors give: 404, 403, 409, 422.
    """

    def __init__(self, reason: str, code: int = 404) -> None:
        self.reason = reason
        self.code = code
        super().__init__(reason)


class UnsuitableError(Exception):
    """Raised by an intent whose scene lacks what it needs; the record is drawn again with another scene."""
