"""Reading typed values out of a JSON object from a stranger, with every mistake collected instead of the first one raised."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

T = TypeVar("T")

MAX_NUMBER = 3.4028235e38
"""The biggest finite float32."""


class JsonFields:
    """The keys of a JSON object; a null counts as absent, and a wrong value as a problem and absent.

    Attributes:
        problems: What was wrong with the values read so far.
        wrong: The keys that they belong to.
    """

    def __init__(self, raw: Mapping[str, Any]) -> None:
        self.raw = raw
        self.problems: list[str] = []
        self.wrong: set[str] = set()

    def integer(self, key: str, default: int, *, minimum: int, maximum: int) -> int:
        """Return a whole number between two bounds."""
        return self._read(
            key,
            default,
            lambda v: _is_integer(v) and minimum <= v <= maximum,
            f"a whole number from {minimum} to {maximum}",
        )

    def number(self, key: str, default: float) -> float:
        """Return a finite number."""
        return float(self._read(key, default, is_number, "a finite number"))

    def flag(self, key: str) -> bool:
        """Return a truth value, false where there is none."""
        return self._read(key, False, lambda v: isinstance(v, bool), "true or false")

    def text(self, key: str) -> str | None:
        """Return a text."""
        return self._read(key, None, lambda v: isinstance(v, str), "a text")

    def names(self, key: str) -> tuple[str, ...]:
        """Return a list of texts; a single text counts as a list of one."""
        value: Any = self._read(key, [], lambda v: isinstance(v, str) or _list_of(str, v), "a list of texts")
        return (value,) if isinstance(value, str) else tuple(value)

    def integers(self, key: str) -> tuple[int, ...]:
        """Return a list of whole numbers of 0 or more."""
        return tuple(self._read(key, [], is_indices, "a list of whole numbers"))

    def mapping(self, key: str, fits: Callable[[Any], bool], wanted: str) -> Mapping[str, Any]:
        """Return an object whose values all fit."""
        value: Any = self._read(
            key, {}, lambda v: isinstance(v, dict) and all(map(fits, v.values())), f"an object of {wanted}"
        )
        return dict(value)

    def add(self, key: str, problem: str) -> None:
        """Remember what is wrong with a key's value."""
        self.problems.append(problem)
        self.wrong.add(key)

    def _read(self, key: str, default: T, fits: Callable[[Any], bool], wanted: str) -> T:
        value = self.raw.get(key)
        if value is None:
            return default
        if not fits(value):
            self.add(key, f"{key} is {shortened(value)}, not {wanted}")
            return default
        return value  # type: ignore[no-any-return]  # `fits` looked at its type


def is_number(value: object) -> bool:
    """Say whether a JSON value is a number that float32 can hold."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return False
    return abs(value) <= MAX_NUMBER  # false for NaN


def is_indices(value: object) -> bool:
    """Say whether a JSON value is a list of whole numbers of 0 or more."""
    return isinstance(value, list) and all(_is_integer(item) and 0 <= item < 1 << 31 for item in value)


def shortened(value: object) -> str:
    """Return a value for a message, cut where it is long."""
    if isinstance(value, int) and abs(value) > 1 << 64:
        return "a number of absurd size"
    shown = repr(value)
    return shown if len(shown) <= 60 else shown[:57] + "..."


def _is_integer(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _list_of(kind: type, value: object) -> bool:
    return isinstance(value, list) and all(isinstance(item, kind) for item in value)
