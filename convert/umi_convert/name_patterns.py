"""Values by patterns of module names: the `rank_pattern` and `alpha_pattern` of a PEFT adapter.

PEFT takes each key for a regular expression that must match the end of a module's name, from a dot on, and the first that
matches counts (`peft: utils/other.py`, `get_pattern_key`). The keys come from strangers, and Python's expressions can run
for hours on a short text, so those whose search could grow beyond reason are refused before they are tried.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")

MAX_LENGTH = 512
MAX_WAYS = 1 << 20
"""Ways to match one name that may have to be tried; a pattern with three `.*` has some 260,000."""

MAX_TRIES = 1 << 26
"""Ways to match all names of an adapter; some seconds at worst."""

MAX_NAME_LENGTH = 128

_USUAL_LENGTH = 64  # of names; the longest real ones have some 70 characters


@dataclass(frozen=True, slots=True)
class NamePatterns(Generic[T]):
    """Values in the order in which their patterns are tried.

    Attributes:
        ways: A bound on the ways to match one name that may have to be tried.
    """

    entries: tuple[tuple[re.Pattern[str], T], ...] = ()
    ways: int = 0

    def get(self, module: str, default: T) -> T:
        """Return the value of the first pattern that matches a module's name."""
        return next((value for pattern, value in self.entries if pattern.match(module)), default)

    def can_match(self, modules: Collection[str]) -> bool:
        """Say whether looking up all of these names takes a reasonable time."""
        longest = max(map(len, modules), default=0)
        return not self.entries or (self.ways * len(modules) <= MAX_TRIES and longest <= MAX_NAME_LENGTH)


def compile_patterns(values: Mapping[str, T]) -> NamePatterns[T]:
    """Return values by pattern.

    Raises:
        ValueError: A pattern isn't a regular expression, or could take forever.
    """
    return NamePatterns(tuple((_compiled(key), value) for key, value in values.items()), sum(map(_ways, values)))


def _compiled(key: str) -> re.Pattern[str]:
    if len(key) > MAX_LENGTH or _ways(key) > MAX_WAYS:
        raise ValueError(f"the pattern {_short(key)} could take too long to match")
    try:
        return re.compile(rf"(.*\.)?({key})$")
    except (re.error, RecursionError, OverflowError) as error:
        raise ValueError(f"the pattern {_short(key)} is no regular expression: {error}") from error


def _ways(key: str) -> int:
    """Return a bound on the ways in which a pattern can match a name.

    Repetitions multiply by the length of a name, optional parts by two, and a group by its alternatives. A repeated
    group or a back-reference can be exponential and counts as endless.
    """
    ways, alternatives, before = 1, [1], ""
    for token in _tokens(key):
        if token == "(":
            alternatives.append(1)
        elif token == ")":
            ways *= alternatives.pop() if len(alternatives) > 1 else 1
        elif token == "|":
            alternatives[-1] += 1
        elif token in "*+{" or (token == "?" and before not in "*+?}"):
            ways *= _factor(token, before)
        elif token in ("(?", "back-reference"):
            return MAX_WAYS + 1
        before = token
    return ways * alternatives[0]


def _factor(token: str, before: str) -> int:
    if before == ")":
        return MAX_WAYS + 1
    return 2 if token == "?" else _USUAL_LENGTH


def _tokens(key: str) -> Iterator[str]:
    """Yield what matters of a pattern: brackets, bars, repetitions; anything else as `x`."""
    for match in re.finditer(r"\\(\d)|\\.|\[\]?(?:\\.|[^\]\\])*\]|\(\?:|\(\?|[()|*+?{}]|.", key, re.DOTALL):
        text = match.group()
        if match.group(1):
            yield "back-reference"
        elif text == "(?:":
            yield "("
        else:
            yield text if text in ("(?", "(", ")", "|", "*", "+", "?", "{", "}") else "x"


def _short(key: str) -> str:
    return repr(key if len(key) <= 60 else key[:57] + "...")
