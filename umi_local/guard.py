"""Notices a call that is made again with the same result, tells the planner, and at last ends the going in circles."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace

from umi_local.messages import Observation, ToolCall
from umi_local.prompts.base import compact_json

MAX_REPEATS = 3
"""The same call with the same result this often ends the run in a conclusion."""

_MAX_LISTED = 5


class RepeatGuard:
    """Remembers what one run has tried."""

    def __init__(self) -> None:
        self._seen: Counter[tuple[str, str]] = Counter()
        self._tried: dict[str, None] = {}  # calls in order, each once
        self.reason: str | None = None
        """Why the run should conclude now; None while it may go on."""

    def observe(self, call: ToolCall, observation: Observation) -> Observation:
        """Return the observation, with a note to the planner where this call gave this result before."""
        written = f"{call.name}({compact_json(call.arguments)})"
        self._tried.setdefault(written)
        key = (f"{call.name}({json.dumps(call.arguments, sort_keys=True)})", observation.text)
        self._seen[key] += 1
        if self._seen[key] >= MAX_REPEATS:
            self.reason = f"{call.name} was called {self._seen[key]} times with the same arguments and the same result"
        if self._seen[key] == 1:
            return observation
        tried = "; ".join(list(self._tried)[-_MAX_LISTED:])
        note = f"(This call gave the same result before. Already tried: {tried}. Do something else.)"
        return replace(observation, text=f"{observation.text}\n{note}")
