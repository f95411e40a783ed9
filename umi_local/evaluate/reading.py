r"""Unbound text read as turns: tolerant, by rules that are all stated here, and never corrected.

A planner's text. Its decision is the first line that begins with `Next:` and one of `caller`, `summarizer`, `conclusion`,
`give up` (case, quotes and emphasis don't matter); where no line does, the last such mention within a line. The rationale is
what stands before it; what comes after is dropped. Without any, the text can't be read.

A caller's text. With `Action Input:` it is read as the released checkpoints write: the name between the last `Action:` and
the last `Action Input:`, and the rest as one JSON object. Else its first JSON object is the call, with `name` (text) and
`arguments` (object); prose and code fences around it don't matter. The name needn't be a tool's and the arguments needn't fit:
that is for the metrics to say.

A summarizer's text is the answer as it is, be it empty.
"""

from __future__ import annotations

import json
import re

from umi_local.evaluate.metrics.arguments import read_object
from umi_local.messages import CallerTurn, Decision, PlannerTurn, Role, SummarizerTurn, ToolCall

_WORDS = r"(?P<word>caller|summarizer|conclusion|give[ _-]?up)\b"
_LINE = re.compile(rf"^[ \t>*_`\"'-]*next[*_` \t]*:[*_`\"' \t]*{_WORDS}", re.IGNORECASE | re.MULTILINE)
_MENTION = re.compile(rf"\bnext[*_` \t]*:[*_`\"' \t]*{_WORDS}", re.IGNORECASE)
_DECISIONS = {"caller": Decision.CALL, "summarizer": Decision.CONCLUDE, "conclusion": Decision.CONCLUDE}


class UnreadableError(ValueError):
    """A text is no turn of its role; the message says why."""


def read_turn(role: Role, text: str) -> PlannerTurn | CallerTurn | SummarizerTurn:
    """Return the turn that a role's text is.

    Raises:
        UnreadableError: It is none.
    """
    match role:
        case Role.PLANNER:
            return read_plan(text)
        case Role.CALLER:
            return CallerTurn(read_call(text))
        case Role.SUMMARIZER:
            return SummarizerTurn(text.strip())


def read_plan(text: str) -> PlannerTurn:
    """Return the planner's turn that a text is.

    Raises:
        UnreadableError: It names no decision.
    """
    found = _LINE.search(text) or _last_mention(text)
    if found is None:
        raise UnreadableError("it names no decision")
    return PlannerTurn(text[: found.start()].strip(), _DECISIONS.get(found["word"].lower(), Decision.GIVE_UP))


def has_decided(text: str) -> bool:
    """Whether a planner's text has a line with its decision, and that line is over: what may follow is of no use."""
    found = _LINE.search(text)
    return found is not None and "\n" in text[found.end() :]


def read_call(text: str) -> ToolCall:
    """Return the call that a text is.

    Raises:
        UnreadableError: It is none.
    """
    return _read_action(text) if "Action Input:" in text else _read_json(text)


def _last_mention(text: str) -> re.Match[str] | None:
    return next(iter(reversed(list(_MENTION.finditer(text)))), None)


def _read_action(text: str) -> ToolCall:
    stop = text.rfind("Action Input:")
    start = text.rfind("Action:", 0, stop)
    if start < 0:
        raise UnreadableError("`Action Input:` has no `Action:` before it")
    arguments = read_object(text[stop + len("Action Input:") :].strip())
    if arguments is None:
        raise UnreadableError("what follows `Action Input:` is no JSON object")
    return ToolCall(text[start + len("Action:") : stop].strip(), arguments)


def _read_json(text: str) -> ToolCall:
    begin = text.find("{")
    if begin < 0:
        raise UnreadableError("there is no JSON object in it")
    try:
        data, _ = json.JSONDecoder().raw_decode(text, begin)
    except (ValueError, RecursionError) as error:
        raise UnreadableError("its JSON object can't be read") from error
    name, arguments = data.get("name"), data.get("arguments")
    if not isinstance(name, str) or not isinstance(arguments, dict):
        raise UnreadableError('its JSON object lacks "name" (text) or "arguments" (object)')
    return ToolCall(name, arguments)
