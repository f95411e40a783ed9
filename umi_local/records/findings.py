"""What is wrong with a record whose form is right: tools, calls, the order of turns, texts. Pure.

The order that a record must have, turn by turn:

    user     -> planner, or user (what was asked is said again)
    planner  -> caller | summarizer | user, or the end: as its decision says
    caller   -> tool
    tool     -> planner, or user (the run was cut off, or a search began anew)
    summarizer -> user, or the end
"""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from umi_local.errors import ToolDefinitionError
from umi_local.jsonable import to_jsonable
from umi_local.messages import (
    CallerTurn,
    Decision,
    JsonValue,
    PlannerTurn,
    SummarizerTurn,
    ToolCall,
    ToolSpec,
    ToolTurn,
    Trajectory,
    Turn,
    UserTurn,
)
from umi_local.prompts.base import compact_json
from umi_local.records.record import Record

if TYPE_CHECKING:
    from jsonschema import Draft202012Validator

Validators: TypeAlias = "dict[str, Draft202012Validator | None]"

_SURROGATE = re.compile("[\ud800-\udfff]")
_MARKER_LINE = re.compile(r"^[ \t]*Next:", re.MULTILINE)

_FOLLOWERS: dict[type[Turn], tuple[str, ...]] = {
    UserTurn: ("planner", "user"),
    CallerTurn: ("tool",),
    ToolTurn: ("planner", "user"),
    SummarizerTurn: ("user",),
}
_AFTER_DECISION: dict[Decision, tuple[str, ...]] = {
    Decision.CALL: ("caller",),
    Decision.CONCLUDE: ("summarizer",),
    Decision.GIVE_UP: ("user",),
}


@dataclass(frozen=True, slots=True)
class Finding:
    """Something wrong: its kind (the same few words each time, to count by), the field, and what is wrong with it."""

    kind: str
    field: str
    message: str


class Schemas:
    """The validators of tools' arguments, each made once; the ones used last are kept."""

    def __init__(self, n_kept: int = 2048) -> None:
        self._n_kept = n_kept
        self._made: OrderedDict[str, Draft202012Validator | ToolDefinitionError] = OrderedDict()

    def of(self, tool: ToolSpec) -> Draft202012Validator:
        """Return a tool's validator.

        Raises:
            ToolDefinitionError: The tool can't be offered.
        """
        from umi_local.tools.validation import check_spec

        key = compact_json([tool.name, to_jsonable(tool.parameters)])
        if key not in self._made:
            if len(self._made) >= self._n_kept:
                self._made.popitem(last=False)
            try:
                self._made[key] = check_spec(tool)
            except ToolDefinitionError as error:
                self._made[key] = error
        self._made.move_to_end(key)
        found = self._made[key]
        if isinstance(found, ToolDefinitionError):
            raise found
        return found


def findings(record: Record, schemas: Schemas) -> Iterator[Finding]:
    """Yield everything that is wrong with a record's trajectory and metadata.

    Args:
        schemas: Kept from record to record, since making a validator costs a millisecond.
    """
    trajectory = record.trajectory
    validators: Validators = {}
    yield from _tools(trajectory.tools, schemas, validators)
    yield from _order(trajectory, is_unfinished=record.is_unfinished)
    for i, turn in enumerate(trajectory.turns):
        yield from _turn(turn, f"turns[{i}]", validators)
    yield from _metadata(record)


def _tools(tools: tuple[ToolSpec, ...], schemas: Schemas, validators: Validators) -> Iterator[Finding]:
    """Yield what is wrong with tools; `validators` gets one for each, None for a tool that can't be offered."""
    first: dict[str, int] = {}
    for i, tool in enumerate(tools):
        if tool.name in first:
            yield Finding(
                "tool named twice", f"tools[{i}].name", f"is {tool.name!r}, as that of tools[{first[tool.name]}]"
            )
        first.setdefault(tool.name, i)
        try:
            validators.setdefault(tool.name, schemas.of(tool))
        except ToolDefinitionError as error:
            validators.setdefault(tool.name, None)
            yield Finding("unusable tool", f"tools[{i}]", error.reason)
        if _SURROGATE.search(tool.name + tool.description):
            yield Finding("broken text", f"tools[{i}]", _BROKEN)


def _order(trajectory: Trajectory, *, is_unfinished: bool) -> Iterator[Finding]:
    turns = trajectory.turns
    if not turns:
        yield Finding("no turns", "turns", "is empty")
        return
    if not isinstance(turns[0], UserTurn):
        yield Finding("turn order", "turns[0]", f"is a {turns[0].type}'s turn; the user begins")
    for i in range(1, len(turns)):
        allowed = _followers(turns[i - 1])
        if turns[i].type not in allowed:
            after = _described(turns[i - 1])
            yield Finding(
                "turn order", f"turns[{i}]", f"is a {turns[i].type}'s turn; after {after} comes {' or '.join(allowed)}"
            )
    if not any(isinstance(turn, (PlannerTurn, CallerTurn, SummarizerTurn)) for turn in turns):
        yield Finding("nothing to learn", "turns", "holds no turn of a planner, a caller or a summarizer")
    elif not is_unfinished and not _is_end(turns[-1]):
        yield Finding(
            "unterminated",
            f"turns[{len(turns) - 1}]",
            f"is the last, but after {_described(turns[-1])} something must come",
        )


def _turn(turn: Turn, where: str, validators: Validators) -> Iterator[Finding]:
    match turn:
        case UserTurn(text) | SummarizerTurn(text):
            if not text.strip():
                yield Finding("empty text", f"{where}.text", "is empty")
            yield from _text(text, f"{where}.text")
        case PlannerTurn(rationale=rationale):
            if _MARKER_LINE.search(rationale):
                message = "has a line that begins with 'Next:', which only the planner's decision may"
                yield Finding("marker in a rationale", f"{where}.rationale", message)
            yield from _text(rationale, f"{where}.rationale")
        case CallerTurn(call):
            yield from _call(call, f"{where}.call", validators)
        case ToolTurn(observation):
            if observation.omitted_chars < 0:
                yield Finding("negative count", f"{where}.observation.omitted_chars", f"is {observation.omitted_chars}")
            yield from _text(observation.text, f"{where}.observation.text")


def _call(call: ToolCall, where: str, validators: Validators) -> Iterator[Finding]:
    from umi_local.tools.validation import find_problems

    if call.name not in validators:
        known = ", ".join(validators) or "none"
        yield Finding("unknown tool", f"{where}.name", f"is {call.name!r}, which is not on offer; on offer: {known}")
        return
    if any(_SURROGATE.search(text) for text in _texts_in(call.arguments)):
        yield Finding("broken text", f"{where}.arguments", _BROKEN)
    validator = validators[call.name]
    problems = find_problems(validator, to_jsonable(call.arguments)) if validator is not None else ()
    for problem in problems:
        yield Finding("arguments that don't fit", f"{where}.arguments", problem)


def _metadata(record: Record) -> Iterator[Finding]:
    numbers = record.metadata.get("no_loss", [])
    n_turns = len(record.trajectory.turns)
    if not isinstance(numbers, (list, tuple)) or not all(type(n) is int and 0 <= n < n_turns for n in numbers):
        yield Finding("wrong metadata", "metadata.no_loss", f"must be a list of numbers of turns, 0 to {n_turns - 1}")
    if not isinstance(record.metadata.get("unfinished", False), bool):
        yield Finding("wrong metadata", "metadata.unfinished", "must be true or false")


_BROKEN = "holds half of a character (a lone surrogate), which no tokenizer takes"


def _text(text: str, where: str) -> Iterator[Finding]:
    if _SURROGATE.search(text):
        yield Finding("broken text", where, _BROKEN)


def _texts_in(value: JsonValue) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield str(key)
            yield from _texts_in(item)
    elif isinstance(value, (list, tuple)):
        for item in value:
            yield from _texts_in(item)


def _followers(turn: Turn) -> tuple[str, ...]:
    return _AFTER_DECISION[turn.decision] if isinstance(turn, PlannerTurn) else _FOLLOWERS[type(turn)]


def _is_end(turn: Turn) -> bool:
    return isinstance(turn, SummarizerTurn) or (isinstance(turn, PlannerTurn) and turn.decision is Decision.GIVE_UP)


def _described(turn: Turn) -> str:
    return f"a planner's {turn.decision.value!r}" if isinstance(turn, PlannerTurn) else f"a {turn.type}'s turn"
