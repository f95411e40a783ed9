"""The metadata of a GGUF before it is written: ordered keys with typed values.

Keys and types are llama.cpp's (`gguf-py: constants.py`). Setting a key again replaces its value and keeps its place.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from gguf import GGUFValueType

Scalar: TypeAlias = "str | int | float | bool"


@dataclass(frozen=True, slots=True)
class Value:
    """A typed value; `element_type` is that of an array's elements."""

    type: GGUFValueType
    value: Scalar | Sequence[Scalar] | Sequence[bytes]
    element_type: GGUFValueType | None = None


class KeyValues:
    """Ordered keys with typed values; `{arch}` in a key stands for the architecture's name, as in gguf-py's constants."""

    def __init__(self, arch: str, entries: Mapping[str, Value] | None = None) -> None:
        self.arch = arch
        self._entries: dict[str, Value] = dict(entries or {})

    def __iter__(self) -> Iterator[tuple[str, Value]]:
        return iter(self._entries.items())

    def __contains__(self, key: str) -> bool:
        return self._key(key) in self._entries

    def __getitem__(self, key: str) -> Value:
        return self._entries[self._key(key)]

    def __len__(self) -> int:
        return len(self._entries)

    def get(self, key: str) -> Value | None:
        """Return a value, or None where there is none."""
        return self._entries.get(self._key(key))

    def set(self, key: str, value: Value) -> None:
        """Set a key of any type."""
        self._entries[self._key(key)] = value

    def drop(self, key: str) -> None:
        """Remove a key; nothing happens where there is none."""
        self._entries.pop(self._key(key), None)

    def copy(self) -> KeyValues:
        """Return the same entries, to be changed without changing these."""
        return KeyValues(self.arch, self._entries)

    def string(self, key: str, value: str) -> None:
        """Set a text."""
        self.set(key, Value(GGUFValueType.STRING, value))

    def uint32(self, key: str, value: int) -> None:
        """Set a whole number of 0 or more."""
        self.set(key, Value(GGUFValueType.UINT32, int(value)))

    def float32(self, key: str, value: float) -> None:
        """Set a number."""
        self.set(key, Value(GGUFValueType.FLOAT32, float(value)))

    def boolean(self, key: str, value: bool) -> None:
        """Set a truth value."""
        self.set(key, Value(GGUFValueType.BOOL, bool(value)))

    def array(self, key: str, values: Sequence[Scalar] | Sequence[bytes], element_type: GGUFValueType) -> None:
        """Set a list of values of one type; an empty one is left out, since GGUF can't say its type."""
        if len(values):
            self.set(key, Value(GGUFValueType.ARRAY, values, element_type))

    def _key(self, key: str) -> str:
        return key.replace("{arch}", self.arch)
