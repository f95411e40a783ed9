"""Asking a person whether a tool call may be made."""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click

from umi_local.errors import CancelledError
from umi_local.messages import JsonObject, ToolCall
from umi_local.screen.calls import call_text
from umi_local.screen.terminal import allows_style
from umi_local.tools.base import Effect, Tool
from umi_local.tools.policy import Answer, Ask

_ANSWERS = {"y": Answer.ONCE, "yes": Answer.ONCE, "s": Answer.SESSION, "session": Answer.SESSION}

_EFFECTS = {
    Effect.READ: "reads something",
    Effect.WRITE: "changes files or data",
    Effect.EXECUTE: "runs a program",
    Effect.NETWORK: "uses the network",
}


def asking(before: Callable[[], None]) -> Ask:
    """Return a function that asks at the terminal; whatever isn't a clear yes is a no.

    Args:
        before: Called before anything is written, to take a spinner off the screen.
    """

    def ask(tool: Tool, arguments: JsonObject) -> Answer:
        before()
        styled = allows_style(sys.stderr)
        head = f"Allow {tool.name}, which {_EFFECTS[tool.effect]}?"
        sys.stderr.write(f"{click.style(head, fg='yellow', bold=True) if styled else head}\n")
        sys.stderr.write(f"  {call_text(ToolCall(tool.name, arguments), is_exact=True)}\n")
        line = _typed_line("[y] once  [s] this session  [n] no (default): ")
        return _ANSWERS.get(line.strip().lower(), Answer.NO)

    return ask


def _typed_line(prompt: str) -> str:
    """Show a prompt and return a line from stdin; empty at its end. Ctrl-C interrupts from the moment the prompt is shown.

    Raises:
        CancelledError: Ctrl-C was pressed.
    """
    try:
        with _interruptible():
            sys.stderr.write(prompt)
            sys.stderr.flush()
            return sys.stdin.readline()
    except KeyboardInterrupt as error:
        sys.stderr.write("\n")
        raise CancelledError from error


@contextmanager
def _interruptible() -> Iterator[None]:
    """Let Ctrl-C interrupt reading: a run's own handler only sets a flag, and reading would go on."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    handler = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, handler)
