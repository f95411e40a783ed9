"""A pseudo-terminal with a process in it."""

from __future__ import annotations

import os
import pty
import re
import select
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType

PROGRAM = Path(__file__).parent / "scripted_umi.py"
DEADLINE_S = 20.0
PATIENCE_S = 3.0


class Terminal:
    """Runs a scripted `umi` in a terminal of its own, types into it and reads what it shows."""

    def __init__(self, *args: str, env: Mapping[str, str] | None = None) -> None:
        self._ours, theirs = pty.openpty()
        root = str(PROGRAM.parents[2])
        environment = {**os.environ, "PYTHONPATH": root, "TERM": "xterm-256color", **(env or {})}
        command = [sys.executable, str(PROGRAM), *args]
        self._process = subprocess.Popen(
            command, stdin=theirs, stdout=theirs, stderr=theirs, env=environment, cwd=root, start_new_session=True
        )
        os.close(theirs)
        self.shown = ""
        self._presses_again = False

    def __enter__(self) -> Terminal:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._process.poll() is None:
            self._process.kill()
        self._process.wait()
        os.close(self._ours)

    def type(self, text: str) -> None:
        """Type keys."""
        os.write(self._ours, text.encode())

    def signal(self, number: int) -> None:
        """Send a signal, as the terminal does at Ctrl-C."""
        self._process.send_signal(number)

    def ctrl_c_at_a_prompt(self) -> None:
        """Press Ctrl-C while the process waits for a line, and again where nothing happens, as a person does.

        A signal that comes between the prompt and Python's own call of read(2) is only noticed when read returns.
        """
        self._presses_again = True
        self._process.send_signal(signal.SIGINT)

    def read_until(self, pattern: str) -> str:
        """Read until a pattern is shown, and return what was read since the last call."""
        start, deadline = len(self.shown), time.monotonic() + DEADLINE_S
        while not re.search(pattern, self.shown[start:]):
            if not self._read(deadline - time.monotonic()):
                raise AssertionError(f"{pattern!r} was never shown, but this: {self.shown[start:]!r}")
        return self.shown[start:]

    def end(self) -> int:
        """Read until the process ends; return its exit code."""
        deadline = time.monotonic() + DEADLINE_S
        while self._read(deadline - time.monotonic()):
            pass
        return self._process.wait(max(1.0, deadline - time.monotonic()))

    def _read(self, timeout_s: float) -> bool:
        if self._presses_again and timeout_s > PATIENCE_S and not self._is_shown(PATIENCE_S):
            self._process.send_signal(signal.SIGINT)
            timeout_s -= PATIENCE_S
        if not self._is_shown(timeout_s):
            return False
        self._presses_again = False
        try:
            data = os.read(self._ours, 65536)
        except OSError:  # Linux's word for the end of a terminal
            return False
        self.shown += data.decode("utf-8", "replace")
        return bool(data)

    def _is_shown(self, timeout_s: float) -> bool:
        return bool(select.select([self._ours], [], [], max(0.0, timeout_s))[0])
