"""What a file or folder is: a GGUF of any kind, weights, a checkpoint, an adapter, a bundle. Only headers are read."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from umi_convert.checkpoint import open_checkpoint
from umi_convert.errors import CheckpointError
from umi_convert.gguf_source import open_gguf_source
from umi_convert.importance_file import read_importance
from umi_convert.peft_adapter import ADAPTER_CONFIG, open_adapter
from umi_convert.pytorch_file import read_pytorch
from umi_convert.safetensors_file import read_safetensors
from umi_convert.tensors import Tensor
from umi_local.bundles.manifest import BUNDLE_FILE
from umi_local.engine.gguf_header import GGUFArray, read_header
from umi_local.messages import JsonValue

_SHOWN_CHARS = 60
"""Of a metadata value."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What something is.

    Attributes:
        kind: In a few words.
        facts: What is worth knowing, by name.
        tensors: (name, type, shape) in the order of the file; shapes row-major.
    """

    path: Path
    kind: str
    facts: Mapping[str, JsonValue]
    tensors: tuple[tuple[str, str, tuple[int, ...]], ...] = ()


def inspect_path(path: Path) -> Found:
    """Say what a file or folder is.

    Raises:
        CheckpointError: It is nothing that umi_convert knows, or broken.
        ModelFileError: It is a broken GGUF.
    """
    if path.is_dir():
        return _folder(path)
    suffix = path.suffix.lower()
    if suffix == ".safetensors":
        return _weights(path, "safetensors", read_safetensors(path).values())
    if suffix in (".bin", ".pt", ".pth"):
        return _weights(path, "PyTorch weights", read_pytorch(path).values())
    if suffix in (".dat", ".imatrix"):
        return _importance(path)
    return _gguf(path)


def _folder(path: Path) -> Found:
    if (path / ADAPTER_CONFIG).is_file():
        adapter = open_adapter(path)
        return Found(path=path, kind="PEFT adapter", facts=adapter.facts)
    if (path / BUNDLE_FILE).is_file():
        hint = f"`umi bundle inspect {path}` shows it."
        raise CheckpointError(path, "is a bundle, not a checkpoint", hint=hint)
    checkpoint = open_checkpoint(path)
    facts: dict[str, JsonValue] = {
        "architecture": checkpoint.config.architecture,
        "parameters": sum(tensor.n_values for tensor in checkpoint.tensors.values()),
        "bytes": checkpoint.size_bytes,
        "types": _counted(tensor.dtype.value for tensor in checkpoint.tensors.values()),
    }
    if checkpoint.unreadable:
        facts["unreadable"] = dict(checkpoint.unreadable)
    return Found(path=path, kind="checkpoint", facts=facts, tensors=_listed(checkpoint.tensors.values()))


def _weights(path: Path, kind: str, tensors: Iterable[Tensor]) -> Found:
    listed = list(tensors)
    facts: dict[str, JsonValue] = {
        "parameters": sum(tensor.n_values for tensor in listed),
        "bytes": path.stat().st_size,
        "types": _counted(tensor.dtype.value for tensor in listed),
    }
    return Found(path=path, kind=kind, facts=facts, tensors=_listed(listed))


def _gguf(path: Path) -> Found:
    header = read_header(path)
    kind = str(header.metadata.get("general.type", "model"))
    if kind == "imatrix":
        return _importance(path)
    names = {"adapter": "LoRA adapter (GGUF)", "model": "model (GGUF)"}
    facts: dict[str, JsonValue] = {
        "architecture": header.architecture,
        "parameters": sum(math.prod(tensor.shape) for tensor in header.tensors),
        "bytes": header.file_size,
        "types": _counted(tensor.type.name for tensor in header.tensors),
    }
    if kind == "model":
        facts["fingerprint"] = open_gguf_source(path).fingerprint
    facts |= {key: _shown(value) for key, value in header.metadata.items()}
    tensors = tuple((t.name, t.type.name, tuple(reversed(t.shape))) for t in header.tensors)
    return Found(path=path, kind=names.get(kind, f"{kind} (GGUF)"), facts=facts, tensors=tensors)


def _importance(path: Path) -> Found:
    importance = read_importance(path)
    facts: dict[str, JsonValue] = {"tensors": len(importance.means), "bytes": path.stat().st_size}
    tensors = tuple((name, "F32", means.shape) for name, means in importance.means.items())
    return Found(path=path, kind="importance matrix", facts=facts, tensors=tensors)


def _listed(tensors: Iterable[Tensor]) -> tuple[tuple[str, str, tuple[int, ...]], ...]:
    return tuple((tensor.name, tensor.dtype.value, tensor.shape) for tensor in tensors)


def _counted(types: Iterable[str]) -> str:
    return ", ".join(f"{n} {name}" for name, n in Counter(types).most_common())


def _shown(value: object) -> JsonValue:
    if isinstance(value, GGUFArray):
        return f"{value.length:,} × {value.item_type.name.lower()}"
    if isinstance(value, bool | int | float):
        return value
    text = str(value)
    return text if len(text) <= _SHOWN_CHARS else f"{text[:_SHOWN_CHARS]}… ({len(text):,} characters)"
