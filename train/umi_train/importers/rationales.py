"""Rationales for planner turns whose source has none: made from facts of the record, by templates (`wordings.py`).

A rationale says what was learned and what comes next. Every name and value in it stands in the record before it: the user's
words, the tools' names and descriptions, results, the source's hint; of the call that follows only the tool, the names of
arguments, and choices among at most three values (such as `Check` or `Book`) are told, since to choose those is the planner's
work. Nothing is invented. Which of several templates is taken is decided by a hash of the record's id and the turn, so the
same record always gives the same words. How hints are read is in `hints.py`.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from umi_local.messages import JsonValue, ToolCall, ToolSpec
from umi_train.importers import wordings as say
from umi_train.importers.hints import clause_of_label, sentence_of_hint

MAX_VALUE_CHARS = 40
MIN_PURPOSE_CHARS, MAX_PURPOSE_CHARS = 30, 110
MIN_BLANKS = 2
"""A statement with fewer is an interjection: "Great!"."""
MAX_MODES = 3
"""A type, mode or scope with at most so many allowed values is a choice that the planner makes."""

_GREETING = re.compile(r"(hi|hello|hey|good (morning|afternoon|evening|day))\b", re.IGNORECASE)
_CLOSING = re.compile(
    r"\b(thank|thanks|thx|bye|goodbye|that'?s all|that is all|have a (good|nice|great))", re.IGNORECASE
)
_REFUSAL = re.compile(r"\b(sorry|can'?t|cannot|unable to|don'?t have (the|any|access)|not able to)\b", re.IGNORECASE)
_REQUEST = re.compile(
    r"\?|please\W*\Z|\b(please (tell|provide|give|say|enter|specify|share)|could you|may i have)\b", re.IGNORECASE
)
_SENTENCE = re.compile(r"[^.!?\n]+[.!?]*")
_OFFER = re.compile(r"\b(anything else|feel free|let me know|how (can|may) i (help|assist))\b", re.IGNORECASE)
_MODE_WORDS = frozenset(("type", "mode", "scope", "action", "kind", "operation"))
_FLAGS = frozenset(("true", "false", "yes", "no", "none", "null"))
_UNSPEAKABLE = frozenset(("query", "input", "text", "need", "needs", "has", "is", "allows", "takes", "does"))
_CONTEXT = re.compile(r"\A\[[^\n]*\]\n")
_GERUND = re.compile(r"(?:an? |the )?(?:api|tool|function|endpoint) (?:for|to) +", re.IGNORECASE)
_CLAUSE = re.compile(r",? (?:by|including|using|such as|that|which|with|from|for|in|and|based on|across)\b|, ")
_DANGLING = re.compile(r"(?:[, ]+(?:and|or|a|an|the|of|to|its?|such|when|where))*[, ]*\Z")
_VERB = re.compile(r"([A-Z][a-z]+) ")
_THIRD = {"ches": "ch", "shes": "sh", "sses": "ss", "ies": "y"}
_NOT_VERBS = frozenset(
    ("this", "news", "details", "always", "is", "has", "does", "its", "various", "previous", "status")
)


@dataclass(frozen=True, slots=True)
class Step:
    """A call and what came of it; `ok` is False where it failed or found nothing."""

    call: ToolCall
    observation: str = ""
    ok: bool = True
    is_error: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """What is known when the planner speaks.

    Attributes:
        key: Of the record and turn; decides which templates are taken.
        user: The user's last words.
        steps: The calls of this turn so far.
        hint: The source's own label or sentence about what comes next, if any.
    """

    key: str
    tools: Sequence[ToolSpec]
    user: str
    steps: Sequence[Step] = ()
    hint: str | None = None


def before_call(situation: Situation, call: ToolCall) -> str:
    """Return why this call comes next."""
    tool = next((tool for tool in situation.tools if tool.name == call.name), ToolSpec(call.name, "", {}))
    parts = [_learned(situation, call) if situation.steps else _named(situation, call)]
    hinted = sentence_of_hint(situation.hint, tool.name, situation.key) if situation.hint else ""
    parts.append(hinted or _next(situation, tool, call))
    parts.append(_mode(situation, tool, call))
    return " ".join(filter(None, parts))


def before_answer(situation: Situation, answer: str) -> str:
    """Return why the user is answered now."""
    if not situation.steps:
        return _without_call(situation, answer)
    last = situation.steps[-1]
    if not last.ok:
        texts = say.FAILED if last.is_error else say.FOUND_NOTHING
        return (
            f"{_pick(texts, situation.key, 'n', tool=last.call.name)} {_pick(say.ANSWER_NOTHING, situation.key, 'e')}"
        )
    clause = clause_of_label(situation.hint) if situation.hint else ""
    if clause:
        return f"{clause[0].upper()}{clause[1:]}."
    facts = _facts(last.observation, answer)
    if facts:
        learned = _pick(say.LEARNED, situation.key, "l", tool=last.call.name, facts=facts)
    elif len(situation.steps) > 1:
        learned = _pick(say.ALL_DONE, situation.key, "d", n=len(situation.steps))
    else:
        learned = _pick(say.ANSWERED, situation.key, "a", tool=last.call.name)
    closing = say.ANSWER_BY_ASKING if _asks(_sentences(answer)[-1:]) else say.ANSWER
    return f"{learned} {_pick(closing, situation.key, 'w')}"


def _learned(situation: Situation, call: ToolCall) -> str:
    """Say what the last step told: nothing, or the arguments that come from results."""
    last = situation.steps[-1]
    if not last.ok:
        return _pick(say.FAILED if last.is_error else say.FOUND_NOTHING, situation.key, "n", tool=last.call.name)
    carried = [
        name
        for name, value in _plain_arguments(call)
        if _stands_in(value, last.observation) and not _stands_in(value, situation.user)
    ]
    if carried and last.call.name != call.name:
        return _pick(
            say.GAVE if len(carried) == 1 else say.GAVE_SEVERAL,
            situation.key,
            "g",
            tool=last.call.name,
            names=_names(carried),
        )
    return _pick(say.ANSWERED, situation.key, "a", tool=last.call.name)


def _named(situation: Situation, call: ToolCall) -> str:
    """Say which arguments the user's own words hold; nothing where there are none."""
    words = _without_context(situation.user)
    named = [name for name, value in _plain_arguments(call) if _is_speakable(name) and _stands_in(value, words)]
    return _pick(say.NAMED, situation.key, "u", names=_names(named)) if named else ""


def _is_speakable(name: str) -> bool:
    """Whether a parameter's name reads as the name of a thing."""
    words = words_of(name).split()
    return len(name) > 2 and bool(words) and not _UNSPEAKABLE.intersection((words[0], words_of(name)))


def _next(situation: Situation, tool: ToolSpec, call: ToolCall) -> str:
    last = situation.steps[-1].call if situation.steps else None
    if last is not None and last.name == call.name:
        changed = [name for name in call.arguments if call.arguments[name] != last.arguments.get(name)]
        return _pick(
            say.AGAIN if changed else say.SAME_AGAIN, situation.key, "t", tool=tool.name, names=_names(changed)
        )
    texts, purpose = purpose_of(tool.description)
    return _pick(texts, situation.key, "p", tool=tool.name, purpose=purpose)


def _mode(situation: Situation, tool: ToolSpec, call: ToolCall) -> str:
    """Say the value of a choice among a few, where the call makes one."""
    properties = tool.parameters.get("properties", {})
    for name, value in call.arguments.items():
        schema = properties.get(name, {})
        choices = schema.get("enum", ()) if isinstance(schema, Mapping) else ()
        is_mode = bool(_MODE_WORDS.intersection(words_of(name).split()[-1:]))
        if is_mode and isinstance(value, str) and value in choices and len(choices) <= MAX_MODES:
            return _pick(say.MODE, situation.key, "m", name=name, value=value)
    return ""


def _without_call(situation: Situation, answer: str) -> str:
    words = _without_context(situation.user).strip()
    if _CLOSING.search(words) and len(words) < 120 and "?" not in words:
        return _pick(say.CLOSE, situation.key, "c")
    sentences = _sentences(answer)
    if _REFUSAL.search(answer) and not _asks(sentences[-1:]):
        return _pick(say.REFUSE if situation.tools else say.NO_TOOLS, situation.key, "r")
    asks = _asks(sentences)
    missing = _asked_for(answer, situation.tools) if asks else []
    if missing:
        return _pick(say.ASK_FOR, situation.key, "s", names=_names(missing))
    if _GREETING.match(words) and len(words) < 40:
        return _pick(say.GREET, situation.key, "h")
    if not situation.tools:
        return _pick(say.NO_TOOLS, situation.key, "o")
    told = say.PLAIN if not asks else say.ASK if _asks(sentences[:1]) else say.SAY_AND_ASK
    return _pick(told, situation.key, "q")


def _sentences(answer: str) -> list[str]:
    """Return an answer's sentences, without interjections and polite offers of more help."""
    found = [part.strip() for part in _SENTENCE.findall(answer) if not _OFFER.search(part)]
    return [part for part in found if part.count(" ") >= MIN_BLANKS or "?" in part]


def _asks(sentences: Sequence[str]) -> bool:
    """Whether a sentence wants something of the user."""
    return any(_REQUEST.search(sentence) for sentence in sentences)


def purpose_of(description: str) -> tuple[Sequence[str], str]:
    """Return the templates that fit a tool's description, and its first sentence in the form that they want."""
    sentence = _first_sentence(description)
    if (found := _GERUND.match(sentence)) and (rest := sentence[found.end() :]):
        return (say.IS_FOR if rest.split()[0].endswith("ing") else say.CAN), rest
    verb = _VERB.match(sentence)
    if verb is None or verb[1].lower() in _NOT_VERBS:
        return say.FITS, ""
    first, rest = verb[1].lower(), sentence[verb.end() :]
    if first.endswith("s") and not first.endswith("ss"):
        first = _infinitive(first)
    elif first not in say.IMPERATIVES:
        return say.FITS, ""
    return say.CAN, f"{first} {rest}"


def _infinitive(third: str) -> str:
    for ending, replaced in _THIRD.items():
        if third.endswith(ending):
            return third[: -len(ending)] + replaced
    return third[:-1]


def _first_sentence(description: str) -> str:
    line = " ".join(description.split())
    sentence = re.split(r"[.;:](?:\s|$)|\s[-–]\s", line, maxsplit=1)[0].strip().rstrip("….")
    is_cut = line.endswith("…") and len(sentence) >= len(line) - 2
    if len(sentence) <= MAX_PURPOSE_CHARS and not is_cut:
        return sentence
    clauses = [found.start() for found in _CLAUSE.finditer(sentence, MIN_PURPOSE_CHARS, MAX_PURPOSE_CHARS)]
    cut = sentence[: clauses[-1]] if clauses else sentence[:MAX_PURPOSE_CHARS].rsplit(" ", 1)[0]
    return _DANGLING.sub("", cut)


def _facts(observation: str, answer: str) -> str:
    """Return up to two fields of a result whose values the answer repeats, as `name value`."""
    try:
        data = json.loads(observation)
    except (ValueError, RecursionError):
        return ""
    told = [
        f"{words_of(name)} {value}" for name, value in _scalars(data) if len(value) > 1 and _stands_in(value, answer)
    ]
    return ", ".join(dict.fromkeys(told[:2]))


def _scalars(data: JsonValue) -> list[tuple[str, str]]:
    if isinstance(data, list) and len(data) == 1:
        data = data[0]
    if not isinstance(data, Mapping):
        return []
    return [
        (str(name), str(value))
        for name, value in data.items()
        if isinstance(value, (str, int, float))
        and not isinstance(value, bool)
        and 0 < len(str(value)) <= MAX_VALUE_CHARS
    ]


def _stands_in(value: str, text: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(value)}(?!\w)", text, re.IGNORECASE) is not None


def _asked_for(answer: str, tools: Sequence[ToolSpec]) -> list[str]:
    """Return the parameters on offer whose names the answer speaks of."""
    said = answer.lower()
    names = [name for tool in tools for name in tool.parameters.get("properties", {})]
    found = [name for name in dict.fromkeys(names) if len(name) > 2 and _stands_in(words_of(name), said)]
    words = [words_of(name) for name in found]
    whole = [name for name, own in zip(found, words, strict=True) if not any(own != w and own in w for w in words)]
    return whole[:2]


def _plain_arguments(call: ToolCall) -> list[tuple[str, str]]:
    """Return the arguments that are texts or numbers worth looking for in other texts."""
    return [
        (name, str(value))
        for name, value in call.arguments.items()
        if isinstance(value, (str, int, float)) and len(str(value)) > 1 and str(value).lower() not in _FLAGS
    ]


def words_of(name: str) -> str:
    """Return a name such as `AccountNumber` or `account_number` as words."""
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|[_\-.]+", " ", name)
    return " ".join(word if word.isupper() and len(word) > 1 else word.lower() for word in spaced.split())


def _names(names: Sequence[str]) -> str:
    words = list(dict.fromkeys(map(words_of, names)))[:3]
    return " and ".join(filter(None, (", ".join(words[:-1]), words[-1]))) if words else ""


def _without_context(user: str) -> str:
    return _CONTEXT.sub("", user)


def _pick(texts: Sequence[str], key: str, slot: str, **values: object) -> str:
    digest = hashlib.blake2b(f"{key}/{slot}".encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return texts[int.from_bytes(digest, "big") % len(texts)].format(**values)
