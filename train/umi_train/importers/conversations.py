"""Import the paper's five-role conversations: a JSON list, or JSONL, of what `five_roles.py` describes.

What becomes what:
- `assistant` becomes a planner's turn: its markers are taken out, and decide in the paper's order (give up, conclusion,
  caller); the period may be missing. Without a marker the turn that follows decides; where none does, the turn is left out.
- `caller` becomes a call. One of a function that there isn't (`invalid_hallucination_function_name`, or any name not on offer)
  never ran, so that step is left out whole. Arguments that aren't a JSON object, or don't fit the docs' types, drop the record:
  later turns rest on their results.
- `conclusion` becomes the answer. The value `none` stands for a missing one: the record then ends before it.
- `user` turns after the first are the prompts of ToolBench's search for other ways. The runtime has no such turns, so they are
  left out unless `keep_search_prompts` is set.
- Tool docs say no more than `type, description`, so schemas require nothing.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from umi_local.errors import RecordFileError
from umi_local.messages import Decision, JsonObject, JsonValue, Observation, ToolCall, ToolSpec
from umi_local.records import Record, Split
from umi_local.records.lines import OnBytes
from umi_train.five_roles import HALLUCINATED, Conversation, ConversationError, Said, conversation_of_json
from umi_train.importers.building import RecordBuilder
from umi_train.importers.json_items import read_items
from umi_train.importers.report import ImportReport
from umi_train.importers.schemas import JSON_TYPES, sound_tool, tool_name

_MARKER = re.compile(r"\n? ?Next: (caller|conclusion|give up)\.?")
_DECISIONS = {"give up": Decision.GIVE_UP, "conclusion": Decision.CONCLUDE, "caller": Decision.CALL}
"""By marker, in the order in which the paper's readers look for them."""

SEARCH_PROMPT = "This is not the first time you try this task"


class UnusableError(ValueError):
    """A conversation can't become a record; the message is the reason to count."""


def import_conversations(
    path: Path,
    report: ImportReport | None = None,
    *,
    source: str = "five-role conversations",
    license: str = "unknown",
    split: Split = "train",
    keep_search_prompts: bool = False,
    on_bytes: OnBytes | None = None,
) -> Iterator[Record]:
    """Yield the records of a file.

    Raises:
        RecordFileError: The file can't be read, or holds something else; with the object's number and field.
    """
    report = report if report is not None else ImportReport()
    for item in read_items(path, on_bytes=on_bytes):
        try:
            conversation = conversation_of_json(item.value)
        except ConversationError as error:
            raise RecordFileError(path, f"object {item.number}: {error}", line=item.number, hint="") from error
        key = f"{source}/{path.name.partition('.')[0]}/{item.number}"
        tools = [tool_of_doc(doc) for doc in conversation.tools]
        builder = RecordBuilder(key, tools, report)
        try:
            add_turns(builder, conversation, tools, keep_search_prompts=keep_search_prompts)
        except UnusableError as error:
            report.drop(str(error), key)
            continue
        yield from report.admit(builder.record(source=source, license=license, split=split))


def add_turns(
    builder: RecordBuilder, conversation: Conversation, tools: Sequence[ToolSpec], *, keep_search_prompts: bool
) -> None:
    """Add a conversation's turns.

    Raises:
        UnusableError: It can't become a record.
    """
    names = {tool.name for tool in tools}
    turns = [turn for turn in conversation.turns if keep_search_prompts or not _is_search_prompt(turn)]
    builder.change("search prompts left out", len(conversation.turns) - len(turns))
    if not turns or turns[0].speaker != "user":
        raise UnusableError("doesn't begin with the user")
    i = 0
    while i < len(turns):
        turn, following = turns[i], turns[i + 1 : i + 3]
        if turn.speaker == "user":
            builder.user(turn.value)
            i += 1
        elif turn.speaker == "assistant":
            i += _step(builder, turn, following, names)
        else:
            raise UnusableError(f"a turn of {turn.speaker!r} without the assistant's")
        if builder.is_unfinished:
            builder.change("turns after a missing answer or result left out", len(turns) - i)
            return


def _step(builder: RecordBuilder, turn: Said, following: Sequence[Said], names: set[str]) -> int:
    """Add an assistant's turn with what belongs to it; return how many turns that were."""
    rationale, decision = planned(turn.value)
    follower = following[0] if following else None
    if follower is not None and follower.speaker == "caller":
        return _call(builder, rationale, following, names)
    if follower is not None and follower.speaker == "conclusion":
        if follower.value.strip() in ("", "none"):
            builder.end_early("answers that are missing")
        else:
            builder.answer(follower.value, rationale=rationale)
        return 2
    if decision is Decision.GIVE_UP:
        builder.give_up(rationale)
    else:
        builder.change("assistant's turns that nothing follows left out")
    return 1


def _call(builder: RecordBuilder, rationale: str, following: Sequence[Said], names: set[str]) -> int:
    name, written = action_of(following[0].value)
    observed = following[1] if len(following) > 1 and following[1].speaker == "observation" else None
    if name == HALLUCINATED or tool_name(name) not in names:
        builder.change("calls of functions that there aren't left out")
        return 2 + (observed is not None)
    builder.call(ToolCall(tool_name(name), arguments_of(written)), rationale=rationale)
    if observed is None:
        builder.end_early("records that end with a call")
        return 2
    builder.observe(Observation(_observed(observed.value)))
    return 3


def planned(value: str) -> tuple[str, Decision | None]:
    """Return an assistant's rationale and decision; None where it has no marker."""
    said = {found[1] for found in _MARKER.finditer(value)}
    decision = next((decision for marker, decision in _DECISIONS.items() if marker in said), None)
    return _MARKER.sub("", value).strip(), decision


def action_of(value: str) -> tuple[str, str]:
    """Return the name and the written arguments of a caller's text, read as the paper's parser reads them."""
    before, _, written = value.rpartition("Action Input:")
    return before.rpartition("Action:")[2].strip(), written.strip()


def arguments_of(written: str) -> JsonObject:
    """Return a call's arguments.

    Raises:
        UnusableError: They aren't a JSON object.
    """
    try:
        arguments: JsonValue = json.loads(written or "{}", parse_constant=_no_constant)
    except (ValueError, RecursionError):
        arguments = None
    if not isinstance(arguments, dict):
        raise UnusableError("arguments that aren't a JSON object")
    return arguments


def tool_of_doc(doc: JsonObject) -> ToolSpec:
    """Return the tool that the paper's doc describes: `{"Name", "function", "input": {argument: "type, description"}}`."""
    given = doc.get("input")
    arguments = given if isinstance(given, dict) else {}
    properties = {str(name): _argument(str(text)) for name, text in arguments.items()}
    return sound_tool(str(doc["Name"]), str(doc.get("function", "")), {"type": "object", "properties": properties})


def _argument(text: str) -> JsonObject:
    kind, comma, description = text.partition(",")
    schema = {"type": kind.strip()} if kind.strip() in JSON_TYPES else {}
    return {**schema, "description": description.strip()} if comma else schema or {"description": text}


def _observed(value: str) -> str:
    """Return an observation; one that was cut out of broken JSON loses the remains of its quotes."""
    if not value.startswith(' "'):
        return value
    return value[2:].removesuffix("}").removesuffix('"')


def _is_search_prompt(turn: Said) -> bool:
    return turn.speaker == "user" and turn.value.startswith(SEARCH_PROMPT)


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is not a JSON value")
