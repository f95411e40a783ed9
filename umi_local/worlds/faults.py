"""How tools fail on purpose: for a moment, for good, or by finding nothing. Texts are parted among the splits.

A fault belongs to an operation of a task, not to one tool: whichever provider of it is called first is the one that
fails. So a run can't pass a recovery task by luck, having chosen the other provider.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from functools import cache

from umi_local.worlds.draw import Draw
from umi_local.worlds.splits import Split


class Mode(str, Enum):
    """What kind of failure."""

    TEMPORARY = "temporary"
    """The first call fails and says that trying again will help; it does."""

    BROKEN = "broken"
    """The first provider that is called fails, now and later."""

    EMPTY = "empty"
    """The first provider that is called finds nothing, now and later."""


@dataclass(frozen=True, slots=True)
class Fault:
    """A failure of one operation.

    Attributes:
        text, code: The error that is shown.
        said: What happened, in a few words after the tool's name: "timed out".
    """

    operation: str
    mode: Mode
    text: str = ""
    code: int = 0
    said: str = "found nothing"


_Table = tuple[tuple[int, str, str], ...]
"""Code, text of the error, and what is said of the tool."""

_TEMPORARY: _Table = (
    (429, "rate limit reached, retry after 1 s", "is rate limited for a second"),
    (429, "too many requests, please try again in a moment", "had too many requests for the moment"),
    (429, "quota for this minute used up; retry shortly", "has used up its quota for this minute"),
    (503, "service is restarting, try again", "is just restarting"),
    (503, "temporarily overloaded, please retry", "is overloaded for the moment"),
    (503, "temporarily unavailable; retry in 2 s", "is unavailable only for a moment"),
    (503, "warming up, repeat the request shortly", "is still warming up"),
    (409, "record is locked by another request, retry", "found the record locked for a moment"),
    (408, "temporary network problem, try again", "had a temporary network problem"),
    (502, "connection was reset; this is temporary, try again", "lost its connection for a moment"),
    (504, "temporary timeout, please repeat the call", "timed out, but only for now"),
    (500, "transient failure, safe to retry", "had a transient failure"),
    (503, "leader election in progress, retry soon", "is switching servers and asks for a retry"),
    (503, "maintenance ends in a few seconds, retry then", "is at the end of a short maintenance"),
    (429, "burst limit exceeded; wait a second and repeat", "went over its burst limit"),
    (502, "upstream hiccup, repeat the call", "had a hiccup and asks to repeat the call"),
)
_BROKEN: _Table = (
    (504, "no answer from the server within 30 s", "did not answer in time"),
    (504, "request timed out after 10 s", "timed out"),
    (408, "gave up waiting for the backend after 20 s", "timed out"),
    (503, "service has been shut down for today", "is shut down for today"),
    (503, "offline for planned maintenance until tomorrow", "is offline until tomorrow"),
    (500, "internal server error", "failed with an internal error"),
    (500, "unexpected failure in the database layer", "failed because of its database"),
    (502, "connection refused", "refused the connection"),
    (502, "host not reachable", "can't be reached"),
    (401, "the access token has expired", "rejects its expired access token"),
    (401, "invalid API key", "rejects the API key"),
    (403, "this account has no permission for that", "denies permission"),
    (403, "access denied by the administrator", "denies access"),
    (410, "this endpoint was switched off", "has been switched off"),
    (429, "monthly quota exhausted", "has no quota left this month"),
    (500, "corrupt index, request aborted", "has a corrupt index"),
    (502, "bad response from the upstream server", "got a bad response from its server"),
    (503, "out of service", "is out of service"),
    (403, "subscription ended", "says that the subscription has ended"),
    (500, "disk failure on the storage node", "has a disk failure"),
)

_LOCAL_TEMPORARY: _Table = (
    (0, "BlockingIOError: resource temporarily unavailable, try again", "found its resource busy"),
    (0, "OSError: the file is being written by another program; try again in a moment", "found the file in use"),
    (0, "OperationalError: database is locked, please retry", "found the database locked"),
    (0, "the tool's process was interrupted; this is temporary, try again", "was interrupted"),
    (0, "TimeoutError: the disk was asleep, try again now that it is running", "had to wake the disk"),
    (0, "too many open files at the moment, retry in a second", "ran into too many open files"),
    (
        0,
        "ConnectionResetError: lost the connection to the folder; it is back, repeat the call",
        "lost the folder briefly",
    ),
    (0, "MemoryError: memory was short for a moment, please try again", "was short of memory for a moment"),
    (0, "the index is being rebuilt; retry shortly", "is rebuilding its index"),
    (0, "OSError: device busy, try once more", "found the device busy"),
)
_LOCAL_BROKEN: _Table = (
    (0, "PermissionError: not permitted by the administrator", "is not permitted by the administrator"),
    (0, "OSError: input/output error", "fails with an input/output error"),
    (0, "the tool did not finish within 30 s and was ended", "did not finish in time"),
    (0, "was not allowed: the policy denies it", "is denied by the policy"),
    (0, "ImportError: a library that the tool needs is missing", "lacks a library"),
    (0, "was not allowed: the user said no", "was not allowed by the user"),
    (0, "OSError: the disk was removed", "finds its disk removed"),
    (0, "RuntimeError: the tool is switched off on this machine", "is switched off on this machine"),
    (0, "its process ended with exit code 1", "crashes"),
    (0, "OSError: stale file handle", "has lost its file handle"),
)
_ORDER = (Split.TRAIN, Split.TRAIN, Split.TEST, Split.TRAIN, Split.DEV)
"""Whose the first texts of a table are, and so on in turn."""


@cache
def _own(mode: Mode, split: Split, is_local: bool) -> _Table:
    if is_local:
        table = _LOCAL_TEMPORARY if mode is Mode.TEMPORARY else _LOCAL_BROKEN
    else:
        table = _TEMPORARY if mode is Mode.TEMPORARY else _BROKEN
    return tuple(row for i, row in enumerate(table) if _ORDER[i % len(_ORDER)] is split)


def draw_fault(draw: Draw, operation: str, mode: Mode, *, is_local: bool = False) -> Fault:
    """Return a failure of an operation, with a text of this split.

    Args:
        is_local: Whether the tool works on this machine, where other things go wrong than with a service.
    """
    if mode is Mode.EMPTY:
        return Fault(operation, mode)
    code, text, said = draw.pick(_own(mode, draw.split, is_local))
    return Fault(operation, mode, text, code, said)
