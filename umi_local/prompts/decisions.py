"""The planner's last line: `Next: caller`, `Next: summarizer` or `Next: give up`."""

from __future__ import annotations

import re

from umi_local.messages import Decision

NEXT = {
    Decision.CALL: "Next: caller",
    Decision.CONCLUDE: "Next: summarizer",
    Decision.GIVE_UP: "Next: give up",
}

_DECISION_LINE = re.compile(r"(?:^|\n)[ \t]*Next:")


def rationale_before_decision(text: str) -> str | None:
    """Return what stands before the first line that begins with `Next:`, or None where there is no such line."""
    found = _DECISION_LINE.search(text)
    return text[: found.start()].strip() if found else None
