"""Import chats in OpenAI's form: JSONL or a JSON list of `{"messages": [...], "tools": [...]}`, with tool calls.

What becomes what:
- Parallel calls become one after the other, each with the result that carries its id. What the assistant says beside its
  calls (or `reasoning_content`) is the rationale of the first; the others' are made.
- An assistant's message without calls is the answer; one right before calls, with no user between, is their rationale.
- `function_call` and `functions`, the older form, are read too.
- System and developer messages have no place in a trajectory. They are left out, unless `keep_system` puts them in square
  brackets on the first line of the user's words.
- A call without a result ends its record early. Contents other than text (images, audio) drop it.

Beside `messages` and `tools` an object may say `id`, `split`, `source` and `license`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

from umi_local.errors import RecordFileError
from umi_local.messages import JsonObject, JsonValue, Observation, ToolCall, ToolSpec
from umi_local.records import SPLITS, Record, Split
from umi_local.records.lines import OnBytes
from umi_train.importers.building import RecordBuilder
from umi_train.importers.conversations import UnusableError, arguments_of
from umi_train.importers.json_items import read_items
from umi_train.importers.report import ImportReport
from umi_train.importers.schemas import sound_tool, tool_name


@dataclass(slots=True)
class _Said:
    """What an assistant said in one go: a text, and calls with the ids of their results."""

    text: str = ""
    calls: list[tuple[str, ToolCall]] = field(default_factory=list)


def import_openai_messages(
    path: Path,
    report: ImportReport | None = None,
    *,
    source: str = "OpenAI messages",
    license: str = "unknown",
    split: Split = "train",
    keep_system: bool = False,
    on_bytes: OnBytes | None = None,
) -> Iterator[Record]:
    """Yield the records of a file.

    Args:
        source, license, split: For objects that don't say themselves.

    Raises:
        RecordFileError: The file can't be read, or an object has no messages; with its number.
    """
    report = report if report is not None else ImportReport()
    for item in read_items(path, on_bytes=on_bytes):
        one = item.value
        if not isinstance(one.get("messages"), list):
            raise RecordFileError(path, f"object {item.number} has no list of messages", line=item.number, hint="")
        key = str(one.get("id") or f"{source}/{path.name.partition('.')[0]}/{item.number}")
        builder = RecordBuilder(key, tools_of(one), report)
        try:
            _Chat(builder, one["messages"], keep_system=keep_system).add()
        except UnusableError as error:
            report.drop(str(error), key)
            continue
        own = one.get("split")
        yield from report.admit(
            builder.record(
                source=str(one.get("source") or source),
                license=str(one.get("license") or license),
                split=cast(Split, own) if own in SPLITS else split,
            )
        )


def tools_of(one: JsonObject) -> tuple[ToolSpec, ...]:
    """Return the tools of an object: of `tools`, or of `functions`, its older form."""
    given = one.get("tools") or one.get("functions") or []
    listed = given if isinstance(given, list) else []
    functions = [tool.get("function", tool) for tool in listed if isinstance(tool, dict)]
    return tuple(
        sound_tool(str(f["name"]), str(f.get("description") or ""), f.get("parameters"))
        for f in functions
        if isinstance(f, dict) and "name" in f
    )


class _Chat:
    """Adds one chat's messages to a builder."""

    def __init__(self, builder: RecordBuilder, messages: Sequence[JsonValue], *, keep_system: bool) -> None:
        self._builder, self._keep_system = builder, keep_system
        if not all(isinstance(message, Mapping) for message in messages):
            raise UnusableError("a message that isn't an object")
        self._messages: Sequence[JsonObject] = messages
        self._context: list[str] = []
        self._said = _Said()
        self._results: dict[str, str] = {}

    def add(self) -> None:
        """Add all messages.

        Raises:
            UnusableError: The chat can't become a record.
        """
        for message in self._messages:
            role = message.get("role")
            if role in ("system", "developer"):
                self._system(_content(message))
            elif role == "user":
                self._flush()
                self._user(_content(message))
            elif role == "assistant":
                self._assistant(message)
            elif role in ("tool", "function"):
                self._results[self._result_id(message)] = _content(message)
            else:
                raise UnusableError("a message with an unknown role")
            if self._builder.is_unfinished:
                return
        self._flush()

    def _system(self, text: str) -> None:
        if self._keep_system:
            self._context.append(" ".join(text.split()))
        else:
            self._builder.change("system messages left out")

    def _user(self, text: str) -> None:
        context = "".join(f"[{line}]\n" for line in self._context if line)
        self._context = []
        self._builder.user(context + text)

    def _assistant(self, message: JsonObject) -> None:
        calls = _calls(message)
        text = "\n".join(filter(None, (_reasoning(message) if calls else "", _content(message))))
        if self._said.calls:  # the results of earlier calls are in
            self._flush()
        if not self._builder.is_unfinished:
            self._said.text = "\n".join(filter(None, (self._said.text, text)))
            self._said.calls = calls

    def _result_id(self, message: JsonObject) -> str:
        """Return the id of the call that a result answers; the older form has none, and answers the one call before."""
        given = message.get("tool_call_id")
        if isinstance(given, str):
            return given
        waiting = [call_id for call_id, _ in self._said.calls if call_id not in self._results]
        if not waiting:
            raise UnusableError("a result without a call")
        return waiting[0]

    def _flush(self) -> None:
        """Add what the assistant said last, now that the results of its calls are known."""
        said, results, self._said, self._results = self._said, self._results, _Said(), {}
        if not said.calls and said.text:
            self._builder.answer(said.text)
        for n, (call_id, call) in enumerate(said.calls):
            self._builder.call(call, rationale=said.text if n == 0 else "")
            if call_id not in results:
                self._builder.change("calls after one without a result left out", len(said.calls) - n - 1)
                self._builder.end_early("records that end with a call")
                return
            self._builder.observe(observation_of(results[call_id]))


def observation_of(text: str) -> Observation:
    """Return a result; JSON with an `error` and nothing else is an error."""
    try:
        data = json.loads(text) if '"error"' in text[:40] else None
    except (ValueError, RecursionError):
        data = None
    return Observation(text, is_error=isinstance(data, dict) and set(data) == {"error"})


def _calls(message: JsonObject) -> list[tuple[str, ToolCall]]:
    given = message.get("tool_calls")
    if isinstance(given, list) and given:
        return [
            (str(one.get("id", n)), _call(one.get("function"))) for n, one in enumerate(given) if isinstance(one, dict)
        ]
    older = message.get("function_call")
    return [("function_call", _call(older))] if isinstance(older, dict) else []


def _call(function: JsonValue) -> ToolCall:
    if not isinstance(function, dict) or not isinstance(function.get("name"), str):
        raise UnusableError("a call without a function")
    written = function.get("arguments")
    arguments = written if isinstance(written, dict) else arguments_of(str(written or "").strip())
    return ToolCall(tool_name(function["name"]), arguments)


def _reasoning(message: JsonObject) -> str:
    text = message.get("reasoning_content") or message.get("reasoning")
    return text.strip() if isinstance(text, str) else ""


def _content(message: JsonObject) -> str:
    """Return a message's text.

    Raises:
        UnusableError: It holds something else.
    """
    content = message.get("content")
    if content is None:
        refusal = message.get("refusal")
        return refusal if isinstance(refusal, str) else ""
    if isinstance(content, str):
        return content
    if not isinstance(content, list):
        raise UnusableError("a content that isn't text")
    texts = [part.get("text") if isinstance(part, dict) and part.get("type") == "text" else None for part in content]
    if not all(isinstance(text, str) for text in texts):
        raise UnusableError("a content that isn't text")
    return "\n".join(cast("list[str]", texts))
