"""Tool calls and observations as people read them."""

from __future__ import annotations

import json

from umi_local.messages import JsonValue, Observation, ToolCall
from umi_local.screen.clean import clean, visible
from umi_local.screen.tables import clipped

MAX_LINES = 6
MAX_VALUE_CHARS = 200
MAX_LINE_CELLS = 200


def call_text(call: ToolCall, *, is_exact: bool = False) -> str:
    """Return a call as `name(arg=value, ...)` with JSON values, hidden characters as escapes.

    Args:
        is_exact: Show long values whole, as somebody who is asked for permission must see them.
    """
    return f"{visible(call.name)}({arguments_text(call, is_exact=is_exact)})"


def arguments_text(call: ToolCall, *, is_exact: bool = False) -> str:
    """Return a call's arguments as `arg=value, ...`; see `call_text`."""
    limit = None if is_exact else MAX_VALUE_CHARS
    return ", ".join(f"{visible(name)}={_value_text(value, limit)}" for name, value in call.arguments.items())


def observation_lines(observation: Observation, width: int | None) -> list[str]:
    """Return the first lines of an observation, shortened to `width` cells, and how much more there is."""
    lines = clean(observation.text).strip("\n").split("\n")
    shown = [clipped(line.expandtabs(4).rstrip(), min(width or MAX_LINE_CELLS, MAX_LINE_CELLS)) for line in lines]
    if not "".join(shown):
        shown = ["(nothing)"]
    if len(shown) > MAX_LINES + 1:  # one line more is shown rather than announced
        shown = [*shown[:MAX_LINES], f"… {len(lines) - MAX_LINES} more lines"]
    if observation.is_error:
        shown[0] = f"failed: {shown[0]}"
    if observation.omitted_chars:
        shown.append(f"… {observation.omitted_chars:,} more characters, which the planner doesn't see either")
    return shown


def _value_text(value: JsonValue, limit: int | None) -> str:
    text = json.dumps(value, ensure_ascii=False)
    if limit is not None and len(text) > limit:
        return f"{visible(text[:limit])}… {len(text) - limit:,} more characters"
    return visible(text)
