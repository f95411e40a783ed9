"""The paper's two steps from ToolBench's answer files to conversations of five roles, quirk by quirk.

Step 1 takes the tools and the last of the message lists, which is the path that was taken in the end; step 2 turns its messages
into turns. Where the authors' code would crash, a conversation goes on as the functions here say.

Paper:
    Shen et al. 2024 (arXiv 2401.07324). The rules are those of X-PLUG/Multi-LLM-Agent at f9eeef7,
    GLPFT/process_data/toolbench/prepro_raw_stage_1.py and prepro_raw_stage_2.py.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from umi_local.messages import JsonObject, JsonValue
from umi_train.five_roles import Conversation, Said

MAX_NAME, MAX_TEXT = 64, 256
FINISH = "Finish"
GIVE_UP = "give_up_and_restart"


class AnswerFileError(ValueError):
    """An answer file gives no conversation; the message is the reason to count."""


@dataclass(frozen=True, slots=True)
class StageOne:
    """What step 1 keeps of an answer file: docs, the query, and the messages of the path that was taken."""

    tools: tuple[JsonObject, ...]
    instruction: str
    chains: tuple[JsonObject, ...]


def stage_one(answer: JsonObject) -> StageOne:
    """Return what step 1 keeps.

    Raises:
        AnswerFileError: The file has no `answer_generation`, or no `train_messages` in it.
    """
    generation = answer.get("answer_generation")
    if not isinstance(generation, dict):
        raise AnswerFileError("no answer_generation")
    lists = generation.get("train_messages")
    if not isinstance(lists, list) or not lists or not isinstance(lists[-1], list):
        raise AnswerFileError("no train_messages")
    messages = tuple(message for message in lists[-1] if isinstance(message, dict))
    return StageOne(tuple(map(doc_of, functions_of(answer))), str(generation.get("query", "")), messages)


def functions_of(answer: JsonObject) -> list[JsonObject]:
    """Return the functions on offer, as OpenAI describes them, but `Finish`."""
    given = answer["answer_generation"].get("function")
    functions = [one for one in given if isinstance(one, dict)] if isinstance(given, list) else []
    return [one for one in functions if isinstance(one.get("name"), str) and one["name"] != FINISH]


def doc_of(function: JsonObject) -> JsonObject:
    """Return a function's doc: its name's tail, its description's head, its arguments' descriptions' tails.

    Whether an argument is required, its default, example and allowed values are dropped. An empty description leaves
    `"type, "`.
    """
    parameters = function.get("parameters")
    properties = parameters.get("properties") if isinstance(parameters, dict) else None
    return {
        "Name": function["name"][-MAX_NAME:],
        "function": str(function.get("description") or "")[:MAX_TEXT],
        "input": {name: _argument(schema) for name, schema in (properties or {}).items()},
    }


def _argument(schema: JsonValue) -> str:
    kind = str(schema.get("type", "string")) if isinstance(schema, dict) else "string"
    if not isinstance(schema, dict) or "description" not in schema:
        return kind
    return f"{kind}, {str(schema['description'])[-MAX_TEXT:]}"


def stage_two(one: StageOne) -> Conversation:
    """Return the conversation: the query, then what the messages after the system's and the user's first become."""
    turns = [Said("user", one.instruction)]
    for message in one.chains[2:]:
        turns += _turns_of(message)
    return Conversation(one.tools, tuple(turns))


def _turns_of(message: JsonObject) -> Iterator[Said]:
    content = message.get("content")
    match message.get("role"):
        case "user":
            yield Said("user", _text(content))
        case "function":
            yield Said("observation", observation_of(_text(content)))
        case "assistant" if isinstance(message.get("function_call"), dict):
            span = f"{content}\n" if content is not None else ""
            yield from _turns_of_call(span, content, message["function_call"])
        case _:  # an assistant that calls nothing is dropped
            return


def _turns_of_call(span: str, content: JsonValue, call: JsonObject) -> Iterator[Said]:
    name, arguments = call.get("name"), call.get("arguments")
    if name != FINISH:
        yield Said("assistant", f"{span} Next: caller.")
        yield Said("caller", f"Action: {name}\nAction Input: {_text(arguments)}")
        return
    answer = final_answer(arguments, content)
    if answer is None:
        yield Said("assistant", f"{span} Next: give up.")
        return
    yield Said("assistant", f"{span} Next: conclusion.")
    yield Said("conclusion", answer)


def final_answer(arguments: JsonValue, content: JsonValue) -> str | None:
    """Return what a call of `Finish` answers; None where it gives up, `none` where the answer is missing.

    Args:
        arguments: JSON text or an object. What isn't JSON, or lacks the kind of return, is searched as text.
        content: What the assistant said besides; the answer of last resort.
    """
    finish = arguments if isinstance(arguments, dict) else _parsed(_text(arguments))
    if isinstance(finish, dict) and "return_type" in finish:
        return None if finish["return_type"] == GIVE_UP else _text(finish.get("final_answer", "none"))
    written = _text(arguments)
    if GIVE_UP in written:
        return None
    marker = '"final_answer": '
    if marker in written:
        return written[written.index(marker) + len(marker) :].strip().strip("}").strip('"')
    return _text(content) or "none"


def observation_of(content: str) -> str:
    """Return a function's response: `response` of its JSON; else the raw text after `"response":`; else nothing."""
    parsed = _parsed(content)
    if isinstance(parsed, dict):
        response = parsed.get("response", "")  # the authors' code crashes where it is missing
        return response if isinstance(response, str) else str(response)
    marker = '"response":'
    return content[content.index(marker) + len(marker) :] if marker in content else ""


def query_id(name: str) -> str:
    """Return the query's id, which begins an answer file's name: what stands before the first underscore."""
    return name.partition("_")[0]


def _parsed(text: str) -> JsonValue:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _text(value: JsonValue) -> str:
    """Return text as it is; other values as JSON."""
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value)


def excluded_ids(lists: Sequence[JsonValue]) -> frozenset[str]:
    """Return the ids of the release's lists of test queries: objects keyed by id, or lists of ids; as texts."""
    return frozenset(str(key) for listed in lists for key in listed)
