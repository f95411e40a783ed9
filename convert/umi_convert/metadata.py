"""What a GGUF says about a model as a whole: name, size, licence, where it comes from, how to sample.

It is read off the model card, config.json, generation_config.json and the folder's name by gguf-py's own heuristics, so
that it equals what llama.cpp's converter writes. Values are checked here, since they come from a stranger's files.
"""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import gguf
from gguf import GGUFValueType

from umi_convert.errors import CheckpointError
from umi_convert.key_values import KeyValues, Scalar, Value

MAX_CARD_BYTES = 8 << 20
_CARD = "README.md"
_MAX_FLOAT32 = 3.4028235e38
_FILES = (_CARD, "config.json", "generation_config.json")


def write_general(folder: Path, n_parameters: int, metadata: KeyValues) -> None:
    """Set the keys under `general.` that don't depend on how tensors are written.

    Args:
        n_parameters: Values of all tensors that are written; folder names are checked against it.

    Raises:
        CheckpointError: A file can't be understood.
    """
    metadata.string(gguf.Keys.General.TYPE, gguf.GGUFType.MODEL)
    folder = folder.absolute()
    for key, value in _described(folder, n_parameters).items():
        typed = _typed(value.type, value.value)
        if typed is not None:
            metadata.set(key, typed)
    metadata.uint32(gguf.Keys.General.QUANTIZATION_VERSION, gguf.GGML_QUANT_VERSION)


def _described(folder: Path, n_parameters: int) -> dict[str, Any]:
    """Return what gguf-py makes of the folder's files."""
    card = folder / _CARD
    if card.is_file() and card.stat().st_size > MAX_CARD_BYTES:
        raise CheckpointError(card, f"it is bigger than {MAX_CARD_BYTES >> 20} MiB, which no model card is")
    try:
        found = gguf.Metadata.load(None, folder, None, n_parameters)
        if found.sampling_penalty_repeat is None:  # gguf 0.19 doesn't know transformers' name for it yet
            found.sampling_penalty_repeat = gguf.Metadata.load_generation_config(folder).get("repetition_penalty")
        if found.name is None:
            found.name = folder.name
        if found.size_label is None and n_parameters > 0:
            found.size_label = gguf.size_label(n_parameters, n_parameters, 0, 0)
        writer = gguf.GGUFWriter(path=None, arch="")
        found.set_gguf_meta_model(writer)
    except Exception as error:  # free text through YAML, JSON and heuristics: a strange value can raise anything there
        raise _not_understood(folder, error) from error
    return {key: value for key, value in writer.kv_data[0].items() if key != gguf.Keys.General.ARCHITECTURE}


def _not_understood(folder: Path, error: Exception) -> CheckpointError:
    there = " or ".join(name for name in _FILES if (folder / name).is_file())
    reason = f"what its {there} says of the model can't be understood: {type(error).__name__}: {error}"
    return CheckpointError(folder, reason, hint=f"Correct the file, or take {_CARD} out of the folder.")


def _typed(kind: GGUFValueType, value: Any) -> Value | None:
    """Return a value of a type, or None for one that can't be of it."""
    if kind is GGUFValueType.ARRAY:
        texts = [_text(item) for item in value] if isinstance(value, list) else []
        kept = [text for text in texts if text]
        return Value(kind, kept, GGUFValueType.STRING) if kept else None
    if kind is GGUFValueType.STRING:
        text = _text(value)
        return Value(kind, text) if text else None
    number = _number(kind, value)
    return None if number is None else Value(kind, number)


def _text(value: Any) -> str | None:
    """Return a scalar of YAML as text that UTF-8 can hold: a version may be a number, a date may be one."""
    if isinstance(value, (list, dict)) or value is None:
        return None
    return str(value).encode("utf-8", "replace").decode("utf-8")


def _number(kind: GGUFValueType, value: Any) -> Scalar | None:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    if kind is GGUFValueType.FLOAT32:
        return float(value) if abs(value) <= _MAX_FLOAT32 else None
    low, high = (0, 2**32) if kind is GGUFValueType.UINT32 else (-(2**31), 2**31)
    return int(value) if math.isfinite(value) and low <= value < high and int(value) == value else None
