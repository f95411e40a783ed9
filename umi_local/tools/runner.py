"""Run tool calls in separate host processes, with a deadline, and end what doesn't end itself.

At the deadline, on cancellation and at close, the host's whole process group is killed; the next
call starts a new host. Calls of several threads run side by side, each in its own host; one after
the other they share one, so a tool's module is imported once. Tools without a location run in a
thread of this process, with the same deadline: a hung one is left behind, and what it prints goes
to this process's stdout.
"""

from __future__ import annotations

import contextlib
import queue
import sys
import threading
import time
import weakref
from collections.abc import Mapping
from typing import Any

from umi_local.engine.base import CancelToken
from umi_local.errors import ToolFailedError, ToolTimeoutError
from umi_local.messages import JsonObject, Observation
from umi_local.tools.base import Tool
from umi_local.tools.host_process import HostProcess
from umi_local.tools.results import perform

IMPORT_TIMEOUT_S = 60.0
IDLE_HOSTS = 2
SLICE_S = 0.02  # how late a cancellation may be noticed; a result is noticed at once


class ToolRunner:
    """Runs tools in host processes that are started when needed. Safe to use from several threads.

    The hosts have the environment and the current folder that this process had when they were
    started.
    """

    def __init__(self, *, env: Mapping[str, str] | None = None) -> None:
        """Make a runner; nothing is started yet.

        Args:
            env: Variables that hosts get on top of this process's environment.
        """
        self._env = dict(env or {})
        self._lock = threading.Lock()
        self._hosts: set[HostProcess] = set()
        self._idle: list[HostProcess] = []
        self._closed = False
        self._finalizer = weakref.finalize(self, _kill_all, self._hosts)  # at exit, too

    def start(self) -> None:
        """Start a host in the background, so that the first call needn't wait for it."""
        with self._lock:
            if not self._idle and not self._closed:
                with contextlib.suppress(OSError):  # the first call will say so
                    self._idle.append(self._new_host())

    def run(self, tool: Tool, arguments: JsonObject, cancel: CancelToken) -> tuple[Observation, float]:
        """Run one call and return its observation and its wall time in milliseconds.

        Raises:
            ToolTimeoutError: The deadline came first.
            ToolFailedError: The tool raised, its process died, or it can't be imported.
            CancelledError: `cancel` was set.
        """
        cancel.check()
        if tool.location is None:
            return _run_in_thread(tool, arguments, cancel)
        try:
            host = self._take()
        except OSError as error:
            raise ToolFailedError(tool.name, f"its process could not be started: {error}") from error
        try:
            reply, ms = _run_in_host(host, tool, arguments, cancel)
        except BaseException:
            host.kill()  # a host whose call was left can't be asked again
            raise
        finally:
            self._give_back(host)
        return _observation(tool, reply), ms

    def close(self) -> None:
        """End all hosts, and with them the calls that still run. Safe to call twice."""
        with self._lock:
            self._closed = True
        self._finalizer()

    def _take(self) -> HostProcess:
        with self._lock:
            if self._closed:
                raise RuntimeError("the tool runner is closed")
            while self._idle:
                host = self._idle.pop()
                if host.is_alive:
                    return host
                self._hosts.discard(host)
            return self._new_host()

    def _new_host(self) -> HostProcess:
        host = HostProcess(self._env)
        self._hosts.add(host)
        return host

    def _give_back(self, host: HostProcess) -> None:
        with self._lock:
            if host.is_alive and len(self._idle) < IDLE_HOSTS and not self._closed:
                self._idle.append(host)
                return
        host.kill()
        with self._lock:
            self._hosts.discard(host)


def _kill_all(hosts: set[HostProcess]) -> None:
    for host in list(hosts):
        host.kill()


def _run_in_host(
    host: HostProcess, tool: Tool, arguments: JsonObject, cancel: CancelToken
) -> tuple[dict[str, Any], float]:
    host.send(
        {
            "location": tool.location,
            "arguments": tool.keywords(arguments),
            "max_chars": tool.max_chars,
            "timeout_s": tool.timeout_s,
            "path": sys.path,
        }
    )
    reply = _import_in_host(host, tool, cancel)
    started = time.monotonic()
    if reply["kind"] == "loaded":
        try:
            reply = _next_message(host, tool, tool.timeout_s, cancel)
        except queue.Empty as error:
            raise ToolTimeoutError(tool.name, tool.timeout_s) from error
    return reply, (time.monotonic() - started) * 1000


def _import_in_host(host: HostProcess, tool: Tool, cancel: CancelToken) -> dict[str, Any]:
    try:
        reply = _next_message(host, tool, IMPORT_TIMEOUT_S, cancel)
        if reply["kind"] == "ready":  # the host's first call
            reply = _next_message(host, tool, IMPORT_TIMEOUT_S, cancel)
    except queue.Empty as error:
        reason = f"{tool.location} could not be imported within {IMPORT_TIMEOUT_S:g} s"
        raise ToolFailedError(tool.name, reason) from error
    return reply


def _next_message(host: HostProcess, tool: Tool, timeout_s: float, cancel: CancelToken) -> dict[str, Any]:
    message = _wait(host.messages, timeout_s, cancel)
    if message is None:
        raise ToolFailedError(tool.name, host.death())
    return message


def _run_in_thread(tool: Tool, arguments: JsonObject, cancel: CancelToken) -> tuple[Observation, float]:
    replies: queue.SimpleQueue[dict[str, Any] | None] = queue.SimpleQueue()

    def work() -> None:
        replies.put(perform(tool.function, tool.keywords(arguments), tool.max_chars))

    started = time.monotonic()
    threading.Thread(target=work, name=f"umi-tool-{tool.name}", daemon=True).start()
    try:
        reply = _wait(replies, tool.timeout_s, cancel)
    except queue.Empty as error:
        raise ToolTimeoutError(tool.name, tool.timeout_s) from error
    assert reply is not None
    return _observation(tool, reply), (time.monotonic() - started) * 1000


def _wait(
    messages: queue.SimpleQueue[dict[str, Any] | None], timeout_s: float, cancel: CancelToken
) -> dict[str, Any] | None:
    """Return the next message; raises queue.Empty at the deadline."""
    deadline = time.monotonic() + timeout_s
    while True:
        cancel.check()
        remaining = deadline - time.monotonic()
        try:
            return messages.get(timeout=max(0.0, min(remaining, SLICE_S)))
        except queue.Empty:
            if remaining <= 0:
                raise


def _observation(tool: Tool, reply: Mapping[str, Any]) -> Observation:
    if "error" in reply:
        raise ToolFailedError(tool.name, reply["error"])
    return Observation(reply["text"], omitted_chars=reply["omitted_chars"])
