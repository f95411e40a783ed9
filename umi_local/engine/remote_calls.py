"""Tool calls and decisions as a remote model writes them: the schema it is asked for, and how its text is read. Pure.

Unlike the engine in this process, a server may ignore the schema, so everything is parsed and validated here.
"""

from __future__ import annotations

import difflib
import json
import math
import re
from collections.abc import Mapping, Sequence
from typing import Any

from umi_local.engine.chat_api import Token
from umi_local.messages import Decision, JsonObject, JsonValue, ToolCall, ToolSpec
from umi_local.prompts.decisions import NEXT
from umi_local.tools.validation import check_spec, find_problems

WORDS = {decision: line.removeprefix("Next: ") for decision, line in NEXT.items()}
"""How the decisions are written: caller, summarizer, give up."""

DECISION_SCHEMA: JsonObject = {
    "type": "object",
    "properties": {"next": {"type": "string", "enum": list(WORDS.values())}},
    "required": ["next"],
    "additionalProperties": False,
}

# Instruct models quote and embolden: `**Next:** "caller".` is a decision too.
_DECISION = re.compile(
    r"^[ \t>*_`\"'-]*next[*_` \t]*:[*_`\"' \t]*(?P<word>caller|summarizer|give[ _-]?up)\b[^\n]*",
    re.IGNORECASE | re.MULTILINE,
)
_WORD = re.compile(r"\b(?P<word>caller|summarizer|give[ _-]?up)\b", re.IGNORECASE)


class BadCallError(ValueError):
    """A text isn't a valid call; the message says why, for the model that wrote it."""


def call_schema(tools: Sequence[ToolSpec]) -> JsonObject:
    """Return the schema of a call of one of the tools, each name bound to its own arguments."""
    definitions: dict[str, JsonValue] = {}
    calls = [_one_call(tool, f"arguments_{i}", definitions) for i, tool in enumerate(tools)]
    union = {"anyOf": calls} if len(calls) > 1 else calls[0]
    return {**union, "$defs": definitions} if definitions else union


def read_call(text: str, tools: Sequence[ToolSpec]) -> ToolCall:
    """Return the call that a text holds: its first JSON object, validated against the tool's schema.

    Raises:
        BadCallError: There is none, or it doesn't fit.
    """
    data = _first_object(text)
    name, arguments = data.get("name"), data.get("arguments")
    tool = next((tool for tool in tools if tool.name == name), None)
    if tool is None:
        names = [tool.name for tool in tools]
        near = difflib.get_close_matches(str(name), names, n=3) or names
        raise BadCallError(f"no tool is named {name!r}; the name must be one of: {', '.join(near)}")
    if not isinstance(arguments, dict):
        raise BadCallError('"arguments" must be a JSON object')
    if problems := find_problems(check_spec(tool), arguments):
        raise BadCallError("; ".join(problems))
    return ToolCall(tool.name, arguments)


def find_decision(text: str) -> re.Match[str] | None:
    """Return where the line with the planner's decision is; the group `word` is the decision itself."""
    return _DECISION.search(text)


def find_word(text: str) -> re.Match[str] | None:
    """Return the first word of a text that names a decision."""
    return _WORD.search(text)


def decision_of(word: str) -> Decision:
    """Return the decision that a found word means."""
    plain = re.sub(r"[ _-]+", " ", word.lower()).replace("giveup", "give up")
    return next(decision for decision, known in WORDS.items() if known == plain)


def probabilities_at(tokens: Sequence[Token], start: int) -> dict[Decision, float]:
    """Return the decisions' probabilities among each other, by the token that begins the decision's word.

    Args:
        tokens: The tokens of the whole text, in order.
        start: Where the word begins in the text.

    Returns:
        Empty where no token begins there (but for spaces before it).
    """
    position = 0
    for token in tokens:
        begin = position + len(token.text) - len(token.text.lstrip())
        if position <= start < position + len(token.text):
            return _shares(token.top) if begin == start else {}
        position += len(token.text)
    return {}


def _shares(top: Mapping[str, float]) -> dict[Decision, float]:
    mass = dict.fromkeys(Decision, 0.0)
    for text, logprob in top.items():
        beginning = text.strip().lower()
        for decision, word in WORDS.items():  # their first letters differ, so at most one fits
            if beginning and word.startswith(beginning):
                mass[decision] += math.exp(logprob)
    total = sum(mass.values())
    return {decision: share / total for decision, share in mass.items()} if total > 0 else {}


def _first_object(text: str) -> dict[str, Any]:
    """Return the first JSON object of a text; prose and code fences around it don't matter."""
    begin = text.find("{")
    if begin < 0:
        raise BadCallError("there is no JSON object in it")
    try:
        data, _ = json.JSONDecoder().raw_decode(text, begin)
    except json.JSONDecodeError as error:
        raise BadCallError(f"it is not valid JSON: {error.msg} at character {error.pos}") from error
    except RecursionError as error:
        raise BadCallError("it is nested too deeply") from error
    return dict(data)


def _one_call(tool: ToolSpec, name: str, definitions: dict[str, JsonValue]) -> dict[str, JsonValue]:
    arguments: JsonValue = tool.parameters
    if '"$ref"' in json.dumps(tool.parameters):  # what it refers to is found from the root, so it moves there
        definitions[name] = _rebased(tool.parameters, f"#/$defs/{name}")
        arguments = {"$ref": f"#/$defs/{name}"}
    return {
        "type": "object",
        "properties": {"name": {"type": "string", "const": tool.name}, "arguments": arguments},
        "required": ["name", "arguments"],
        "additionalProperties": False,
    }


def _rebased(schema: JsonValue, root: str) -> JsonValue:
    if isinstance(schema, Mapping):
        return {
            key: root + value[1:] if key == "$ref" and isinstance(value, str) else _rebased(value, root)
            for key, value in schema.items()
        }
    if isinstance(schema, (list, tuple)):
        return [_rebased(item, root) for item in schema]
    return schema
