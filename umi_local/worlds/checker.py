"""Whether a run did what its task wants: by the final state, the answers, and how each turn of the user ended."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from umi_local.messages import (
    CallerTurn,
    Decision,
    JsonValue,
    PlannerTurn,
    SummarizerTurn,
    Trajectory,
    Turn,
    UserTurn,
)
from umi_local.worlds.building import Built
from umi_local.worlds.facts import unsaid
from umi_local.worlds.play import Ending, Part
from umi_local.worlds.splits import normalized
from umi_local.worlds.world import World

MAX_ANSWER_CHARS = 1200
"""A longer answer recites instead of answering."""

MAX_REASONS = 8

_SAME_WORDS = 0.75
"""Share of words that two free texts must have in common to count as one."""

_ENDINGS = {Decision.CALL: "stopped in the middle", Decision.CONCLUDE: "answered", Decision.GIVE_UP: "gave up"}


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a run passed; `reasons` say in words what was wrong."""

    passed: bool
    reasons: tuple[str, ...] = ()


def judge(built: Built, trajectory: Trajectory, world: World) -> Verdict:
    """Return the verdict on a run.

    Args:
        built: The task with its gold run.
        trajectory: The run, with one turn of the user for each of the task's questions.
        world: The world it was played in, as it is now.
    """
    reasons: list[str] = []
    turns = _parts(trajectory.turns)
    if len(turns) != len(built.parts):
        reasons.append(f"{len(turns)} of {len(built.parts)} questions were asked")
    for number, (part, said) in enumerate(zip(built.parts, turns, strict=False), 1):
        where = f"question {number}: " if len(built.parts) > 1 else ""
        reasons += (where + reason for reason in _judge_part(part, said))
    reasons += _judge_state(built, world)
    return Verdict(not reasons, tuple(reasons[:MAX_REASONS]))


def _parts(turns: Sequence[Turn]) -> list[list[Turn]]:
    parts: list[list[Turn]] = []
    for turn in turns:
        if isinstance(turn, UserTurn):
            parts.append([])
        elif parts:
            parts[-1].append(turn)
    return parts


def _judge_part(part: Part, turns: list[Turn]) -> Iterator[str]:
    decision = next((turn.decision for turn in reversed(turns) if isinstance(turn, PlannerTurn)), None)
    answer = turns[-1].text if turns and isinstance(turns[-1], SummarizerTurn) else None
    wanted = Decision.GIVE_UP if part.ending is Ending.GIVE_UP else Decision.CONCLUDE
    if decision is not wanted:
        did = _ENDINGS[decision] if decision else "nothing was said"
        yield f"should have {'given up' if wanted is Decision.GIVE_UP else 'answered'}, but {did}"
        return
    if part.n_calls == 0 and any(isinstance(turn, CallerTurn) for turn in turns):
        yield "a tool was called where none was needed"
    if wanted is Decision.CONCLUDE:
        yield from _judge_answer(part, answer)


def _judge_answer(part: Part, answer: str | None) -> Iterator[str]:
    if not answer or not answer.strip():
        yield "there is no answer"
        return
    if len(answer) > MAX_ANSWER_CHARS:
        yield f"the answer has {len(answer):,} characters"
    if part.ending is Ending.ASK_BACK and not _asks(answer):
        yield "should have asked for what is missing"
    for fact in unsaid(part.facts, answer):
        yield f"the answer doesn't say {fact}"


def _asks(text: str) -> bool:
    return "?" in text or re.search(r"\b(?:please|need|tell me|provide|specify|missing)\b", text.lower()) is not None


def _judge_state(built: Built, world: World) -> Iterator[str]:
    for family, found in world.snapshot().items():
        expected = built.after.get(family, world.pristine()[family])
        for place, should, is_now in differences(expected, found):
            yield f"{family}: {place} is {_short(is_now)}, should be {_short(should)}"


class _Nothing:
    def __repr__(self) -> str:
        return "not there"


NOTHING = _Nothing()


def differences(expected: JsonValue, found: JsonValue, place: str = "") -> Iterator[tuple[str, JsonValue, JsonValue]]:
    """Yield place, expected and found value of whatever differs between two states.

    Free texts of one line are one if they share their numbers and most of their words; of longer texts, every line must
    have the same words.
    """
    if isinstance(expected, Mapping) and isinstance(found, Mapping):
        for key in [*expected, *(key for key in found if key not in expected)]:
            inner = f"{place}.{key}" if place else str(key)
            yield from differences(expected.get(key, NOTHING), found.get(key, NOTHING), inner)
    elif isinstance(expected, list) and isinstance(found, list) and len(expected) == len(found):
        for i, (one, other) in enumerate(zip(expected, found, strict=True)):
            yield from differences(one, other, f"{place}[{i}]")
    elif not _is_same(expected, found):
        yield place, expected, found


def _is_same(expected: JsonValue, found: JsonValue) -> bool:
    if expected == found:
        return True
    if not (isinstance(expected, str) and isinstance(found, str)):
        return False
    if expected.strip() == found.strip():
        return True
    if "\n" in expected.strip() or "\n" in found.strip():
        return _lines(expected) == _lines(found)
    if " " not in expected.strip():
        return False
    one, other = set(normalized(expected).split()), set(normalized(found).split())
    numbers = {word for word in one | other if any(c.isdigit() for c in word)}
    return numbers <= one & other and len(one & other) >= _SAME_WORDS * max(len(one | other), 1)


def _lines(text: str) -> list[str]:
    return [normalized(line) for line in text.splitlines() if line.strip()]


def _short(value: JsonValue) -> str:
    text = repr(value)
    return text if len(text) <= 80 else f"{text[:77]}..."
