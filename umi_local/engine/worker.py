"""One thread owns an engine; everybody else asks it.

llama.cpp's contexts are not safe to use from two threads, not even one after the other with its thread pools in play, so
every call runs on the one thread that made them. Text goes back to the asking thread through a queue: a slow or failing
callback can't hold up or break the engine. An asking thread that is interrupted (Ctrl-C) cancels its own work first and
waits until the engine is at rest.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from typing import Any, TypeVar

from umi_local.engine.base import CancelToken, OnText
from umi_local.errors import EngineError

T = TypeVar("T")
Job = Callable[[OnText], Any]


class Worker:
    """A thread that runs jobs in the order they come."""

    def __init__(self, name: str = "umi-engine") -> None:
        self._jobs: queue.SimpleQueue[tuple[Job, _Answers] | None] = queue.SimpleQueue()
        self._lock = threading.Lock()  # no job may come in behind the end
        self._thread = threading.Thread(target=self._work, name=name, daemon=True)
        self._thread.start()
        self._is_closed = False

    def run(self, job: Callable[[OnText], T], *, cancel: CancelToken | None = None, on_text: OnText | None = None) -> T:
        """Run a job on the worker's thread and return what it returns, or raise what it raises.

        Args:
            cancel: Set when this call is interrupted, so that the job ends soon.
            on_text: Called in this thread with what the job passes to its own argument.
        """
        answers = _Answers()
        with self._lock:
            if self._is_closed:
                raise EngineError("the engine is closed")
            self._jobs.put((job, answers))
        try:
            return _listen(answers, on_text)  # type: ignore[no-any-return]  # the job's own result
        except _JobFailedError as failure:
            raise failure.error from None
        except BaseException:  # interrupted, or the callback failed: bring the engine to rest first
            if cancel is not None:
                cancel.cancel()
            answers.is_complete.wait()
            raise

    def close(self) -> None:
        """End the thread after the jobs that are waiting."""
        with self._lock:
            if not self._is_closed:
                self._is_closed = True
                self._jobs.put(None)
        self._thread.join()

    def _work(self) -> None:
        while (item := self._jobs.get()) is not None:
            job, answers = item
            try:
                result = job(lambda text, answers=answers: answers.queue.put(("text", text)))  # type: ignore[misc]
            except BaseException as error:  # noqa: BLE001  # handed to the asking thread, whatever it is
                answers.queue.put(("error", error))
            else:
                answers.queue.put(("result", result))
            answers.is_complete.set()


class _Answers:
    """What one job says to whoever asked, and whether it is over."""

    def __init__(self) -> None:
        self.queue: queue.SimpleQueue[Any] = queue.SimpleQueue()
        self.is_complete = threading.Event()


class _JobFailedError(Exception):
    def __init__(self, error: BaseException) -> None:
        self.error = error


def _listen(answers: _Answers, on_text: OnText | None) -> Any:
    while True:
        kind, value = answers.queue.get()
        if kind == "result":
            return value
        if kind == "error":
            raise _JobFailedError(value)
        if on_text is not None:
            on_text(value)
