"""Reading the small JSON files of a checkpoint: one object each, of a sane size."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from umi_convert.errors import CheckpointError

MAX_BYTES = 64 << 20
"""The biggest real ones are tokenizer.json files of some 35 MB."""


def read_json_object(path: Path, *, max_bytes: int = MAX_BYTES) -> Mapping[str, Any]:
    """Return the object that a JSON file holds.

    Raises:
        CheckpointError: The file is missing, can't be read, is too big, isn't JSON, or holds something else.
    """
    try:
        with path.open("rb") as file:
            content = file.read(max_bytes + 1)
    except FileNotFoundError as error:
        raise CheckpointError(path, "there is no such file") from error
    except OSError as error:
        raise CheckpointError(path, f"it can't be read: {error.strerror or error}") from error
    if len(content) > max_bytes:
        raise CheckpointError(path, f"it is bigger than {max_bytes >> 20} MiB, which no such file is")
    try:
        value = json.loads(content)
    except RecursionError as error:
        raise CheckpointError(path, "it isn't sound JSON: nested too deeply") from error
    except ValueError as error:
        raise CheckpointError(path, f"it isn't sound JSON: {error}") from error
    if not isinstance(value, dict):
        raise CheckpointError(path, f"it should hold a JSON object, not {_kind(value)}")
    return value


def _kind(value: object) -> str:
    return {list: "a list", str: "a text", bool: "a truth value", type(None): "null"}.get(type(value), "a number")
