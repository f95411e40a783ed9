"""Text that arrives in pieces, wrapped at words as it is written."""

from __future__ import annotations

import re
from collections.abc import Callable

from umi_local.screen.clean import clean
from umi_local.screen.tables import cell_width

_PART = re.compile(r"\n|[^\S\n]+|\S+")


class Flow:
    """Writes pieces of text word by word, breaking lines before words that don't fit.

    Args:
        write: Gets what is to be shown.
        width: Cells of a line; None to break nowhere.
        indent: Put before every line but the first.
        column: Where the first line begins.
    """

    def __init__(self, write: Callable[[str], None], *, width: int | None, indent: str = "", column: int = 0) -> None:
        self._write, self._width, self._indent = write, width, indent
        self._column = column
        self._held = ""
        self._gap = ""  # white space that is only written if a word follows on the same line
        self._is_at_start = column <= len(indent)

    def push(self, piece: str) -> None:
        """Add text; its last word is held back until it is known to be whole."""
        parts = _PART.findall(clean(self._held + piece))
        self._held = parts.pop() if parts else ""
        self._put(parts)

    def finish(self) -> None:
        """Write what is held back, but no white space at the end."""
        if self._held.strip():
            self._put([self._held])
        self._held = ""

    def _put(self, parts: list[str]) -> None:
        for part in parts:
            if part == "\n":
                self._break()
            elif part.isspace():
                self._gap += part.expandtabs(4) if self._width is not None else part
            else:
                self._word(part)

    def _word(self, word: str) -> None:
        size = cell_width(word)
        if self._width is not None and self._column + len(self._gap) + size > self._width and not self._is_at_start:
            self._break()
        self._write(self._gap + word)
        self._column += len(self._gap) + size
        self._gap, self._is_at_start = "", False

    def _break(self) -> None:
        kept = self._gap if self._width is None else ""  # where nothing is wrapped, nothing is changed
        self._write(f"{kept}\n{self._indent}")
        self._column, self._gap, self._is_at_start = len(self._indent), "", True
