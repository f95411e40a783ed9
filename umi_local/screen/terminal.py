"""Whether a stream is a terminal that understands styles, and rich consoles that behave accordingly.

No escape sequence is ever written to a pipe, with NO_COLOR, or with TERM=dumb.
"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from rich.console import Console


def is_terminal(stream: TextIO) -> bool:
    """Whether a person looks at this stream, or types into it."""
    try:
        return stream.isatty()
    except ValueError:  # closed
        return False


def allows_style(stream: TextIO) -> bool:
    """Whether escape sequences may be written to a stream."""
    return is_terminal(stream) and not os.environ.get("NO_COLOR") and os.environ.get("TERM") not in ("dumb", "unknown")


def console_for(stream: TextIO) -> Console:
    """Return a rich console that writes text as it is: no markup, no highlighting, no style where none is allowed."""
    from rich.console import Console

    styled = allows_style(stream)
    return Console(
        file=stream,
        force_terminal=styled,
        color_system="auto" if styled else None,
        no_color=not styled,
        markup=False,
        highlight=False,
        emoji=False,
        soft_wrap=True,
    )


def width_of(stream: TextIO) -> int | None:
    """Return a terminal's width in cells; None for anything else, where nothing needs to fit."""
    if not is_terminal(stream):
        return None
    import shutil

    return max(20, shutil.get_terminal_size().columns)


def has_unicode(stream: TextIO) -> bool:
    """Whether bullets and arrows can be written to a stream."""
    return (getattr(stream, "encoding", None) or "").lower().replace("-", "").startswith("utf")


def can_ask() -> bool:
    """Whether somebody can be asked: what is typed and what is shown are both at a terminal."""
    return is_terminal(sys.stdin) and is_terminal(sys.stderr)
