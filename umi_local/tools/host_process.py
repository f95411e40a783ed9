"""The parent's side of one tool host: start it, exchange messages, and end it with all it started.

A host is ended by killing its process group, so a tool's own children go with it. (A child that
makes a session of its own leaves the group and is not found again; nothing short of a container
holds such a one.) Every way for a host to die ends in a `None` among the messages.
"""

from __future__ import annotations

import contextlib
import json
import os
import queue
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping
from typing import IO, Any

STDERR_TAIL_BYTES = 4096
EXIT_WAIT_S = 5.0

# Not `-m umi_local.tools.host`: that puts the current folder first on the path, where a user's
# random.py would replace the library's before the host can set the parent's path.
_BOOT = "import sys; sys.path[:] = sys.argv[1:]; from umi_local.tools.host import main; main()"


class HostProcess:
    """One running tool host. Used by one thread at a time; `kill` may come from any."""

    def __init__(self, env: Mapping[str, str]) -> None:
        """Start a host; it is ready when its first message says so.

        Args:
            env: Variables that are set on top of this process's environment.
        """
        self.messages: queue.SimpleQueue[dict[str, Any] | None] = queue.SimpleQueue()
        self._tail = b""
        self._lock = threading.Lock()
        self._reaped = False
        self._dead = threading.Event()
        self._process = _start([sys.executable, "-c", _BOOT, *sys.path], {**os.environ, **env})
        self._pumps = [
            threading.Thread(target=pump, name="umi-tool-host", daemon=True)
            for pump in (self._read_messages, self._read_stderr)
        ]
        for pump in self._pumps:
            pump.start()
        threading.Thread(target=self._reap, name="umi-tool-host", daemon=True).start()

    @property
    def is_alive(self) -> bool:
        """Whether the process has not ended yet."""
        return not self._dead.is_set()

    def send(self, message: Mapping[str, Any]) -> None:
        """Write one message; a dead host shows itself by what `messages` holds next."""
        self._tail = b""  # what an earlier call printed explains nothing about this one
        assert self._process.stdin is not None
        with contextlib.suppress(OSError, ValueError):  # broken or closed pipe
            self._process.stdin.write(json.dumps(message).encode("ascii") + b"\n")
            self._process.stdin.flush()

    def kill(self) -> None:
        """End the process group at once, and wait until the process is gone. Safe to call twice."""
        self._kill_group()
        self._dead.wait(EXIT_WAIT_S)

    def death(self) -> str:
        """Say how the process ended and what it wrote to stderr last; it must be dead."""
        self._dead.wait(EXIT_WAIT_S)
        code = self._process.returncode
        if code is not None and code < 0:
            name = signal.Signals(-code).name if -code in list(signal.Signals) else f"{-code}"
            reason = f"its process was ended by {name}"
            if -code == getattr(signal, "SIGKILL", 0):
                reason += ", perhaps because memory ran out"
        else:
            reason = f"its process ended with exit code {code}"
        last = " ".join(self._tail.decode("utf-8", "replace").split())[-200:]
        return f"{reason}; its last output: {last}" if last else reason

    def _read_messages(self) -> None:
        assert self._process.stdout is not None
        with self._process.stdout as stdout:
            for line in stdout:
                try:
                    self.messages.put(json.loads(line))
                except ValueError:  # cut in the middle of a line by its death
                    self._kill_group()
                    break

    def _read_stderr(self) -> None:
        assert self._process.stderr is not None
        with self._process.stderr as stderr:
            while chunk := _read_some(stderr):
                self._tail = (self._tail + chunk)[-STDERR_TAIL_BYTES:]

    def _reap(self) -> None:
        """Wait for the end, kill what is left of the group, and say so after the last message."""
        if hasattr(os, "waitid"):
            os.waitid(os.P_PID, self._process.pid, os.WEXITED | os.WNOWAIT)
        else:
            self._process.wait()
        self._kill_group()
        with self._lock:
            self._process.wait()
            self._reaped = True
        for pump in self._pumps:
            pump.join(1.0)  # a child outside the group may keep a pipe open
        assert self._process.stdin is not None
        with contextlib.suppress(OSError):
            self._process.stdin.close()
        self._dead.set()
        self.messages.put(None)

    def _kill_group(self) -> None:
        with self._lock:
            if self._reaped:  # its number may belong to somebody else by now
                return
            if sys.platform == "win32":
                command = ["taskkill", "/F", "/T", "/PID", str(self._process.pid)]
                subprocess.run(command, capture_output=True, check=False)
                return
            with contextlib.suppress(ProcessLookupError, PermissionError):  # nobody is left
                os.killpg(self._process.pid, signal.SIGKILL)


def _start(command: list[str], env: dict[str, str]) -> subprocess.Popen[bytes]:
    pipe = subprocess.PIPE
    if sys.platform == "win32":
        flags = subprocess.CREATE_NEW_PROCESS_GROUP
        return subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, env=env, creationflags=flags)
    return subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, env=env, start_new_session=True)


def _read_some(stream: IO[bytes]) -> bytes:
    return os.read(stream.fileno(), STDERR_TAIL_BYTES)
