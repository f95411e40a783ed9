"""One question from beginning to end: every event is stored, then shown; Ctrl-C cancels.

The first Ctrl-C (or SIGTERM) cancels the run, which is then stored and shown as cancelled. The second ends the process at
once. When the reader of our output goes away, the run is cancelled too.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from types import FrameType
from typing import NoReturn

from umi_local.agent import Agent
from umi_local.engine.base import CancelToken
from umi_local.events import Event, RunFinished, RunStarted
from umi_local.messages import Trajectory
from umi_local.screen.displays import Display
from umi_local.screen.terminal import allows_style, is_terminal
from umi_local.sessions.store import SessionRecorder

INTERRUPTED = 130
"""Exit code after Ctrl-C: 128 and the signal's number, as shells have it."""


def take_turn(
    agent: Agent,
    question: str,
    *,
    display: Display,
    recorder: SessionRecorder | None,
    events: list[Event],
    history: Trajectory | None = None,
) -> RunFinished:
    """Have a question answered; return the end.

    Args:
        recorder: Where events are stored before they are shown; None to store nothing.
        events: Gets every event as soon as it is stored, so that the caller has them also when this raises.

    Raises:
        SessionError: An event could not be stored. The run is stopped.
        BrokenPipeError: Nobody reads our output any more. The run was cancelled.
    """
    cancel = CancelToken()
    shown = _WhileRead(display, cancel)
    stream = agent.stream(question, history=history, cancel=cancel, on_text=shown.on_text)
    with cancelling(cancel):
        for event in stream:
            if isinstance(event, RunStarted) and recorder is not None:
                event = replace(event, session=recorder.id)
            if recorder is not None:
                recorder.append(event)
            events.append(event)
            shown.show(event)
    if shown.lost is not None:
        raise shown.lost
    end = events[-1]
    assert isinstance(end, RunFinished)  # every stream ends with it
    return end


@contextmanager
def cancelling(cancel: CancelToken) -> Iterator[None]:
    """Let Ctrl-C and SIGTERM cancel while the block lasts; a second one ends the process."""
    if threading.current_thread() is not threading.main_thread():  # only the main thread may handle signals
        yield
        return
    handler = _handler(cancel)
    before = {number: signal.signal(number, handler) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, former in before.items():
            signal.signal(number, former)


def _handler(cancel: CancelToken) -> Callable[[int, FrameType | None], None]:
    was_told = False

    def handle(number: int, frame: FrameType | None) -> None:
        nonlocal was_told
        if was_told:
            _leave()
        was_told = True
        cancel.cancel()
        if is_terminal(sys.stderr):  # past Python's buffer, which this may have interrupted
            os.write(2, b"\r\ncancelling; Ctrl-C again to leave at once\r\n")

    return handle


def _leave() -> NoReturn:
    """End the process now. What was shown is stored, and tools end with their parent."""
    if allows_style(sys.stderr):
        os.write(2, b"\x1b[?25h\r\n")  # a spinner hides the cursor
    os._exit(INTERRUPTED)


class _WhileRead:
    """A display until its reader goes away; then the run is cancelled, and its end still gets stored."""

    def __init__(self, display: Display, cancel: CancelToken) -> None:
        self._display, self._cancel = display, cancel
        self.lost: BrokenPipeError | None = None

    def on_text(self, *piece: object) -> None:
        self._try(lambda: self._display.on_text(*piece))  # type: ignore[arg-type]  # a role and its text

    def show(self, event: Event) -> None:
        self._try(lambda: self._display.show(event))

    def _try(self, show: Callable[[], None]) -> None:
        if self.lost is not None:
            return
        try:
            show()
        except BrokenPipeError as error:
            self.lost = error
            self._cancel.cancel()
