"""Import ToolAlpaca's format: a JSON list of APIs, each with functions and instances. The mapping is our own.

What becomes what:
- A function becomes a tool. Its parameters are read from the text that ToolAlpaca's models were shown (`Parameters: {...}` in
  `Function_Description`), or else from the OpenAPI document through `Function_Projection`.
- An instance becomes a record: the input without its `Hint`, a call for each intermediate step, the thought before `Action:` as
  the rationale, `Final Thought` and `output` at the end. ToolAlpaca's planner can't give up.
- `getDetails` asks the user: the question becomes an answer, its observation the user's next words. It is no tool.
- `Status Code: 4xx` or `5xx` makes an observation an error.
- Left out as in ToolAlpaca's own training: instances without steps, with more than five, and those that only ask for details.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from umi_local.errors import RecordFileError
from umi_local.messages import JsonObject, JsonValue, Observation, ToolCall, ToolSpec
from umi_local.records import Record, Split
from umi_local.records.lines import OnBytes
from umi_train.importers.building import RecordBuilder
from umi_train.importers.conversations import UnusableError, arguments_of
from umi_train.importers.json_items import read_items
from umi_train.importers.report import ImportReport
from umi_train.importers.schemas import JSON_TYPES, sound_tool, tool_name

SOURCE = "ToolAlpaca"
MAX_STEPS = 5
ASKS_USER = "getDetails"

_PARAMETERS = re.compile(r"^Parameters:\s*(\{.*)$", re.MULTILINE)
_STATUS = re.compile(r"Status Code: ([45])\d\d\b")
_CHOICES = re.compile(r"One of: \[([^\]]*)\]\.?\s*")
_THOUGHT = re.compile(r"\A\s*(?:ASSISTANT\s+)?(?:Thought:)?\s*")
_UNANSWERED = "Agent stopped due to"


def import_toolalpaca(
    path: Path,
    report: ImportReport | None = None,
    *,
    license: str = "Apache-2.0",
    split: Split = "train",
    on_bytes: OnBytes | None = None,
) -> Iterator[Record]:
    """Yield the records of a file.

    Raises:
        RecordFileError: The file can't be read, or an object isn't an API; with its number.
    """
    report = report if report is not None else ImportReport()
    for item in read_items(path, on_bytes=on_bytes):
        name = item.value.get("Name")
        if not isinstance(name, str):
            raise RecordFileError(path, f"object {item.number} has no Name, so it is no API", line=item.number, hint="")
        tools = tools_of(item.value)
        instances = item.value.get("Instances")
        if not isinstance(instances, list) or not instances:
            report.drop("an API without instances", name)
            continue
        for n, instance in enumerate(instances):
            key = f"toolalpaca/{path.name.partition('.')[0]}/{item.number}-{tool_name(name)}/{n}"
            builder = RecordBuilder(key, tools, report)
            try:
                _add(builder, instance)
            except UnusableError as error:
                report.drop(str(error), key)
                continue
            yield from report.admit(builder.record(source=SOURCE, license=license, split=split))


def _add(builder: RecordBuilder, instance: JsonValue) -> None:
    if not isinstance(instance, Mapping) or not isinstance(instance.get("input"), str):
        raise UnusableError("an instance without input")
    steps = instance.get("intermediate_steps")
    if not isinstance(steps, list) or not steps:
        raise UnusableError("an instance without steps")
    if len(steps) > MAX_STEPS:
        raise UnusableError(f"an instance with more than {MAX_STEPS} steps")
    taken = [_step(step) for step in steps]
    if all(action == ASKS_USER for action, *_ in taken):
        raise UnusableError("an instance that only asks for details")
    builder.user(instance["input"].rsplit("\nHint: ", 1)[0])
    for action, arguments, thought, observed in taken:
        if action == ASKS_USER:
            builder.answer(_question(arguments), rationale=thought)
            builder.user(observed)
        else:
            builder.call(ToolCall(tool_name(action), arguments), rationale=thought)
            builder.observe(Observation(observed, is_error=bool(_STATUS.search(observed))))
    output = instance.get("output")
    if not isinstance(output, str) or not output.strip() or output.startswith(_UNANSWERED):
        raise UnusableError("an instance without output")
    builder.answer(output.strip(), rationale=_thought(instance.get("Final Thought")))


def _step(step: JsonValue) -> tuple[str, JsonObject, str, str]:
    """Return action, arguments, thought and observation of `[[action, input, text], observation]`."""
    try:
        (action, written, text), observed = step
    except (TypeError, ValueError) as error:
        raise UnusableError("a step that isn't [[action, input, text], observation]") from error
    if not isinstance(action, str) or not isinstance(observed, str):
        raise UnusableError("a step that isn't [[action, input, text], observation]")
    arguments = written if isinstance(written, dict) else arguments_of(str(written).strip())
    thought = str(text).rpartition("\nAction Input:")[0].rpartition("Action:")[0]
    return action.strip(), arguments, _thought(thought), observed.strip()


def _thought(text: JsonValue) -> str:
    if not isinstance(text, str):
        return ""
    without_label = text.strip().removesuffix("ASSISTANT").strip()
    return " ".join(_THOUGHT.sub("", without_label).split())


def _question(arguments: JsonObject) -> str:
    question = next((value for value in arguments.values() if isinstance(value, str) and value.strip()), None)
    if question is None:
        raise UnusableError("a request for details without a question")
    return question


def tools_of(api: JsonObject) -> tuple[ToolSpec, ...]:
    """Return an API's functions as tools."""
    described = api.get("Function_Description") or api.get("Functions")
    projected = api.get("Function_Projection")
    texts = described if isinstance(described, Mapping) else {}
    places = projected if isinstance(projected, Mapping) else {}
    names = [name for name in (places or texts) if name != "components"]
    return tuple(_tool(name, str(texts.get(name, "")), places.get(name), api) for name in names)


def _tool(name: str, text: str, place: JsonValue, api: JsonObject) -> ToolSpec:
    description = _PARAMETERS.split(text)[0].strip()
    shown = _shown_parameters(text)
    parameters = shown if shown is not None else _documented_parameters(api.get("Documentation"), place)
    return sound_tool(name, description, parameters)


def _shown_parameters(text: str) -> JsonObject | None:
    found = _PARAMETERS.search(text)
    if found is None:
        return None
    try:
        shown, _ = json.JSONDecoder().raw_decode(found[1])
    except (ValueError, RecursionError):
        return None
    properties, required = {}, []
    for name, told in shown.items():
        words = str(told)
        if words.startswith("Required. "):
            required.append(name)
        properties[name] = _property(words.removeprefix("Required. ").removeprefix("Optional. "))
    return {"type": "object", "properties": properties, "required": required}


def _property(text: str) -> JsonObject:
    """Return the schema of `string. One of: [a, b]. What it means.`."""
    kind, dot, rest = text.partition(". ")
    found: dict[str, JsonValue] = {}
    word = re.match(r"\w*", kind.lower())
    if dot and word and word[0] in JSON_TYPES:
        found["type"], text = word[0], rest
    choices = _CHOICES.match(text)
    if choices and found.get("type") == "string":
        found["enum"], text = [choice.strip() for choice in choices[1].split(",")], text[choices.end() :]
    return {**found, "description": text} if text else found


def _documented_parameters(documentation: JsonValue, place: JsonValue) -> JsonObject:
    """Return the parameters of an operation of an OpenAPI document, those of its body among them."""
    operation, document = _operation(documentation, place)
    properties: dict[str, JsonValue] = {}
    required: list[str] = []
    for parameter in operation.get("parameters") or []:
        if isinstance(parameter, dict) and isinstance(parameter.get("name"), str):
            schema = _resolved(parameter.get("schema"), document)
            told = {"description": parameter["description"]} if "description" in parameter else {}
            properties[parameter["name"]] = {**schema, **told}
            required += [parameter["name"]] if parameter.get("required") is True else []
    for content in ((operation.get("requestBody") or {}).get("content") or {}).values():
        body = _resolved(content.get("schema"), document)
        properties |= {name: _resolved(schema, document) for name, schema in (body.get("properties") or {}).items()}
        required += [name for name in body.get("required") or [] if isinstance(name, str)]
        break
    return {"type": "object", "properties": properties, "required": required}


def _operation(documentation: JsonValue, place: JsonValue) -> tuple[JsonObject, JsonObject]:
    try:
        document = json.loads(documentation) if isinstance(documentation, str) else {}
        path, method = place
        operation = document["paths"][path][str(method).lower()]
    except (ValueError, TypeError, KeyError, RecursionError):
        return {}, {}
    return (operation, document) if isinstance(operation, dict) else ({}, {})


def _resolved(schema: JsonValue, document: JsonObject) -> JsonObject:
    """Return a schema, or the component that it refers to; deeper references are left out with their property."""
    if not isinstance(schema, dict):
        return {}
    reference = schema.get("$ref")
    if not isinstance(reference, str):
        return {key: value for key, value in schema.items() if key != "example"}
    found: JsonValue = document
    for step in reference.removeprefix("#/").split("/"):
        found = found.get(step) if isinstance(found, dict) else None
    return found if isinstance(found, dict) and "$ref" not in found else {}
