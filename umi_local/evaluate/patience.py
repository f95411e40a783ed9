"""Asking again, with growing pauses, while a remote model is out of reach."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from umi_local.engine.base import CancelToken
from umi_local.errors import CancelledError, RoleUnreachableError

T = TypeVar("T")


def patiently(ask: Callable[[], T], *, retries: int, cancel: CancelToken) -> T:
    """Return what `ask` returns; while the model can't be reached, ask again after 1, 2, 4, ... seconds.

    Raises:
        CancelledError: `cancel` was set meanwhile.
        RoleUnreachableError: It is out of reach still.
    """
    for attempt in range(retries):
        try:
            return ask()
        except RoleUnreachableError as error:
            if cancel.wait(2.0**attempt):
                raise CancelledError from error
    return ask()
