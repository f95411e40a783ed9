"""Patterns of file names: `*`, `?`, `[...]`, and `**` for any folders between.

A pattern without a separator is matched against the name alone, one with separators against the whole path below the
start. Case doesn't matter.
"""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Callable

Matcher = Callable[[str], bool]
_Tests = list[Callable[[str], "re.Match[str] | None"] | None]


def compile_pattern(pattern: str) -> Matcher:
    """Return a function that says whether a path (with `/`) fits the pattern; an empty one fits all."""
    parts = [part for part in pattern.casefold().split("/") if part not in ("", ".")]
    if not parts:
        return lambda path: True
    # One regular expression a component: `fnmatch` builds them so that they can't backtrack badly.
    tests: _Tests = [None if part == "**" else re.compile(fnmatch.translate(part)).match for part in parts]
    if len(tests) == 1:
        only = tests[0]
        return lambda path: only is None or only(path.casefold().rpartition("/")[2]) is not None

    def fits(path: str) -> bool:
        positions = _closure({0}, tests)
        for name in path.casefold().split("/"):
            positions = _closure({n for at in positions for n in _next(at, tests, name)}, tests)
        return len(tests) in positions

    return fits


def has_wildcards(pattern: str) -> bool:
    """Return whether the pattern means more than one literal name."""
    return any(char in pattern for char in "*?[")


def _next(at: int, tests: _Tests, name: str) -> set[int]:
    if at == len(tests):
        return set()
    test = tests[at]
    if test is None:  # `**` takes the component and stays
        return {at}
    return {at + 1} if test(name) else set()


def _closure(positions: set[int], tests: _Tests) -> set[int]:
    """Add the positions reached by letting `**` stand for nothing."""
    for at in sorted(positions):
        while at < len(tests) and tests[at] is None:
            at += 1
            positions.add(at)
    return positions
