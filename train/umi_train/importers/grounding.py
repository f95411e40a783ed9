"""Whether an answer says only what can be read before it: no number, and after a cut result no name, out of nowhere."""

from __future__ import annotations

import re
from collections.abc import Sequence

from umi_local.messages import CallerTurn, SummarizerTurn, ToolTurn, Turn, UserTurn
from umi_local.prompts.base import compact_json

_LIST_MARK = re.compile(r"^\s*(?:#+ .*|[-*•]\s+|\(?\d+[.)]\s+)", re.MULTILINE)
_NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")
_NAME = re.compile(r"(?<=[a-z,;] )[A-Z][\w'’-]*[a-z]\w*")
_CUT = re.compile(r"\b(truncated|cut[- ]off|cuts off)\b", re.IGNORECASE)


def is_grounded(answer: str, before: Sequence[Turn]) -> bool:
    """Return whether the numbers of an answer stand in the turns before it.

    Where an observation since the user's last words was cut, the names must stand there too, and the answer may not speak
    of the cut: the source saw more than the record shows.
    """
    known = "\n".join(map(_shown, before))
    text = _LIST_MARK.sub("", answer)
    if not _numbers(text) <= _numbers(known):
        return False
    if not _was_cut(before):
        return True
    lowered = known.lower()
    return not _CUT.search(text) and all(name.lower() in lowered for name in _NAME.findall(text))


def _numbers(text: str) -> frozenset[str]:
    return frozenset(map(_plain, _NUMBER.findall(text)))


def _plain(number: str) -> str:
    """Return a number without thousands separators and trailing zeros, so that 7,662.50 is 7662.5."""
    plain = number.replace(",", "").lstrip("0") or "0"
    return plain.rstrip("0").rstrip(".") if "." in plain else plain


def _was_cut(before: Sequence[Turn]) -> bool:
    for turn in reversed(before):
        if isinstance(turn, UserTurn):
            return False
        if isinstance(turn, ToolTurn) and turn.observation.omitted_chars:
            return True
    return False


def _shown(turn: Turn) -> str:
    match turn:
        case UserTurn(text) | SummarizerTurn(text):
            return text
        case CallerTurn(call):
            return compact_json(call.arguments)
        case ToolTurn(observation):
            return observation.text
        case _:
            return ""
