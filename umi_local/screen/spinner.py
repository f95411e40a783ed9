"""Something that moves while a person waits; on terminals that allow it, else nothing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, TextIO

from umi_local.screen.terminal import allows_style, console_for, has_unicode

if TYPE_CHECKING:
    from rich.status import Status


class Spinner:
    """A spinner with a text. It must be stopped before anything else is written."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._is_shown = allows_style(stream)
        self._status: Status | None = None

    def start(self, text: str) -> None:
        """Begin to spin, or change the text."""
        if not self._is_shown:
            return
        if self._status is not None:
            self._status.update(f"[dim]{text}[/dim]")
            return
        from rich.text import Text

        spinner = "dots" if has_unicode(self._stream) else "line"
        self._status = console_for(self._stream).status(Text(text, "dim"), spinner=spinner)
        self._status.start()

    def stop(self) -> None:
        """Take it off the screen. Safe to call twice."""
        if self._status is not None:
            self._status.stop()
            self._status = None

    @contextmanager
    def during(self, text: str) -> Iterator[None]:
        """Spin as long as the block lasts."""
        self.start(text)
        try:
            yield
        finally:
            self.stop()
