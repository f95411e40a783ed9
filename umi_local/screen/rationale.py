"""What of a planner's turn may be shown while it is still being written: the rationale, not the marker after it."""

from __future__ import annotations

from umi_local.prompts.decisions import rationale_before_decision

_MARKER_START = "Next:"


class RationaleStream:
    """Takes a planner's text piece by piece and gives back what is certainly rationale."""

    def __init__(self) -> None:
        self._text = ""
        self._shown = ""

    def push(self, piece: str) -> str:
        """Add text; return what may be shown now."""
        self._text += piece
        whole = rationale_before_decision(self._text)
        safe = _certain(self._text) if whole is None else whole
        new = safe[len(self._shown) :]
        self._shown += new
        return new

    def rest(self, rationale: str) -> str:
        """Return what of the finished turn's rationale wasn't shown yet."""
        return rationale.removeprefix(self._shown) if rationale.startswith(self._shown) else ""


def _certain(text: str) -> str:
    """Return the text without a last line that may become the marker, and without white space around."""
    text = text.lstrip()
    head, line_end, last = text.rpartition("\n")
    last = last.lstrip(" \t")
    if _MARKER_START.startswith(last) or last.startswith(_MARKER_START):
        return head.rstrip() if line_end else ""
    return text.rstrip()
