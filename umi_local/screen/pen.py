"""Writing to one stream: styled on a terminal that allows it, else plain text and nothing but."""

from __future__ import annotations

from typing import TextIO

from umi_local.screen.flow import Flow
from umi_local.screen.terminal import allows_style, console_for, has_unicode, width_of


class Pen:
    """Writes text that is clean already. `style` is a rich style such as `bold cyan`; it is left out where not allowed."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._console = console_for(stream) if allows_style(stream) else None
        self.width = width_of(stream)
        unicode = has_unicode(stream)
        self.bullet, self.arrow, self.dot = ("•", "→", "·") if unicode else ("*", "->", "-")

    def write(self, text: str, style: str = "") -> None:
        """Write text and nothing after it."""
        if self._console is not None:
            self._console.print(text, style=style or None, end="")
        else:
            self._stream.write(text)
            self._stream.flush()

    def line(self, text: str = "", style: str = "") -> None:
        """Write text and end the line."""
        self.write(text, style)
        self.write("\n")

    def flow(self, style: str = "", *, indent: str = "", column: int = 0) -> Flow:
        """Return a flow that writes here, wrapped at the terminal's width."""
        return Flow(lambda text: self.write(text, style), width=self.width, indent=indent, column=column)
