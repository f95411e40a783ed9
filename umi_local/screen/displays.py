"""The ways in which a run is shown: text for people (in `steps.py`), one JSON object, or a JSON line per event.

A display writes; it never decides anything. Answers and JSON go to stdout, everything else to stderr.
"""

from __future__ import annotations

import json
import sys
from contextlib import AbstractContextManager, nullcontext
from typing import Protocol

from umi_local.events import Event, RunFinished, TextDelta
from umi_local.jsonable import to_jsonable
from umi_local.messages import JsonValue, Role


class Display(Protocol):
    """Shows a run while it happens."""

    def loading(self, name: str) -> AbstractContextManager[object]:
        """Show that models are being loaded, as long as the block lasts."""

    def on_text(self, role: Role, text: str) -> None:
        """Show a piece of a role's text."""

    def show(self, event: Event) -> None:
        """Show an event."""

    def pause(self) -> None:
        """Take away what moves on the screen, since somebody else is about to write."""

    def finish(self, result: dict[str, JsonValue], end: RunFinished) -> None:
        """Show the end: `result` is the object of `--output json`."""


class JsonDisplay:
    """Shows nothing but the result, as one JSON object."""

    def loading(self, name: str) -> AbstractContextManager[object]:
        """Show nothing."""
        return nullcontext()

    def on_text(self, role: Role, text: str) -> None:
        """Show nothing."""

    def show(self, event: Event) -> None:
        """Show nothing."""

    def pause(self) -> None:
        """Nothing moves."""

    def finish(self, result: dict[str, JsonValue], end: RunFinished) -> None:
        """Write the object."""
        write_json(result)


class JsonLinesDisplay(JsonDisplay):
    """Shows every event as a line of JSON as soon as it is there; the last one is `run_finished`."""

    def on_text(self, role: Role, text: str) -> None:
        """Write a text_delta event."""
        self.show(TextDelta(role, text))

    def show(self, event: Event) -> None:
        """Write an event."""
        sys.stdout.write(json.dumps(to_jsonable(event), separators=(",", ":")) + "\n")
        sys.stdout.flush()

    def finish(self, result: dict[str, JsonValue], end: RunFinished) -> None:
        """Write nothing: the events said it all."""


def write_json(value: JsonValue) -> None:
    """Write JSON to stdout: one line in a pipe, indented on a terminal. ASCII, so that any encoding can carry it."""
    from umi_local.screen.terminal import is_terminal

    sys.stdout.write(json.dumps(value, indent=2 if is_terminal(sys.stdout) else None) + "\n")
    sys.stdout.flush()
