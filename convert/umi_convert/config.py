"""config.json of a checkpoint, as typed values.

Every value is checked when it is read, since the file comes from a stranger. A key whose value is null counts as absent.
The part that describes the text model of a bigger one (`text_config`) is laid over the root, as llama.cpp's converter
does. What transformers would fill in for keys that aren't there belongs to the architecture, not here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from umi_convert.errors import CheckpointError
from umi_convert.json_file import read_json_object
from umi_convert.rope import Rope, rope_of

MAX_INTEGER = (1 << 31) - 1
MAX_NUMBER = 3.4028235e38
"""The biggest finite float32: GGUF stores numbers so."""

CONFIG_NAME = "config.json"
_HINT = "Take config.json from the original checkpoint."


class _Required:
    """The default of a key that must be there."""


REQUIRED = _Required()


@dataclass(frozen=True, slots=True)
class Config:
    """The configuration of a checkpoint.

    Attributes:
        path: Of config.json, for messages; the tokenizer's files lie beside it.
        raw: Its keys, with those of `text_config` laid over them.
        architecture: The model class that the checkpoint says it is of, such as `LlamaForCausalLM`.
    """

    path: Path
    raw: Mapping[str, Any]
    architecture: str

    @classmethod
    def of(cls, mapping: Mapping[str, Any], path: Path) -> Config:
        """Return the configuration that a config.json's content describes.

        Raises:
            CheckpointError: It names no architecture, or a part of it isn't an object.
        """
        text = mapping.get("text_config")
        if text is not None and not isinstance(text, dict):
            raise _wrong(path, "text_config", text, "an object")
        flat = {**mapping, **(text or {})}
        return cls(path, flat, _architecture(mapping, text or {}, path))

    @property
    def folder(self) -> Path:
        """Where the checkpoint's files lie."""
        return self.path.parent

    @property
    def model_type(self) -> str:
        """The model's family in transformers' words, such as `llama`; empty where it isn't said."""
        return self.text("model_type", "")

    @property
    def rope(self) -> Rope:
        """How positions are encoded.

        Raises:
            CheckpointError: A value of it is of the wrong type.
        """
        return rope_of(self)

    def with_defaults(self, defaults: Mapping[str, Any]) -> Config:
        """Return the same configuration with values for keys that aren't there; a null stays a null."""
        return Config(self.path, {**defaults, **self.raw}, self.architecture)

    def has(self, key: str) -> bool:
        """Say whether a key has a value other than null."""
        return self.raw.get(key) is not None

    def get(self, key: str) -> Any:
        """Return a value of any type, unchecked; None where there is none."""
        return self.raw.get(key)

    def integer(
        self, key: str, default: int | _Required = REQUIRED, *, minimum: int = 0, maximum: int = MAX_INTEGER
    ) -> int:
        """Return a whole number between two bounds.

        Raises:
            CheckpointError: It is missing and has no default, of another type, or out of bounds.
        """
        value = self._value(key, default)
        if isinstance(value, bool) or not isinstance(value, int):
            raise _wrong(self.path, key, value, "a whole number")
        if not minimum <= value <= maximum:
            raise CheckpointError(self.path, f"{key} is {_short(value)}; it must be {minimum} to {maximum}", hint=_HINT)
        return value

    def number(self, key: str, default: float | _Required = REQUIRED) -> float:
        """Return a finite number.

        Raises:
            CheckpointError: It is missing and has no default, or of another type.
        """
        value = self._value(key, default)
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            raise _wrong(self.path, key, value, "a number")
        if not abs(value) <= MAX_NUMBER:  # not a number compares false
            raise _wrong(self.path, key, value, "a finite number")
        return float(value)

    def text(self, key: str, default: str | _Required = REQUIRED) -> str:
        """Return a text.

        Raises:
            CheckpointError: It is missing and has no default, or of another type.
        """
        value = self._value(key, default)
        if not isinstance(value, str):
            raise _wrong(self.path, key, value, "a text")
        return value

    def boolean(self, key: str, default: bool | _Required = REQUIRED) -> bool:
        """Return a truth value.

        Raises:
            CheckpointError: It is missing and has no default, or of another type.
        """
        value = self._value(key, default)
        if not isinstance(value, bool):
            raise _wrong(self.path, key, value, "true or false")
        return value

    def mapping(self, key: str) -> Mapping[str, Any]:
        """Return an object; an empty one where there is none.

        Raises:
            CheckpointError: It is of another type.
        """
        value = self.raw.get(key)
        if value is not None and not isinstance(value, dict):
            raise _wrong(self.path, key, value, "an object")
        return value or {}

    def part(self, mapping: Mapping[str, Any]) -> Config:
        """Return another object of the same file, to be read with the same checks."""
        return Config(self.path, mapping, self.architecture)

    def _value(self, key: str, default: object) -> Any:
        value = self.raw.get(key)
        if value is not None:
            return value
        if default is REQUIRED:
            raise CheckpointError(self.path, f"{key} is missing", hint=_HINT)
        return default


def load_config(folder: Path) -> Config:
    """Return the configuration of the checkpoint in a folder.

    Raises:
        CheckpointError: config.json is missing or broken.
    """
    path = folder / CONFIG_NAME
    return Config.of(read_json_object(path), path)


def _architecture(mapping: Mapping[str, Any], text: Mapping[str, Any], path: Path) -> str:
    for owner in (text, mapping):
        names = owner.get("architectures")
        if names is None or names == []:
            continue
        if not isinstance(names, list) or not isinstance(names[0], str):
            raise _wrong(path, "architectures", names, "a list of names")
        return names[0]
    raise CheckpointError(path, "architectures is missing, so it doesn't say what model this is", hint=_HINT)


def _wrong(path: Path, key: str, value: object, wanted: str) -> CheckpointError:
    return CheckpointError(path, f"{key} is {_short(value)}, not {wanted}", hint=_HINT)


def _short(value: object) -> str:
    if isinstance(value, int) and abs(value) > 1 << 64:
        return "a number of absurd size"
    shown = repr(value)
    return shown if len(shown) <= 60 else shown[:57] + "..."
