"""Is this GGUF a LoRA adapter that fits a base model?

llama.cpp reports a wrong shape or a missing half of a pair by returning NULL, without saying to the caller what it is; a
wrong base of the same shape it can't notice at all. This says it before loading.
"""

from __future__ import annotations

import math
from pathlib import Path

from umi_local.engine.gguf_identity import fingerprint
from umi_local.engine.gguf_reader import GGUFHeader, TensorInfo, read_header
from umi_local.errors import ModelFileError

BASE_KEY = "umi.base.fingerprint"
"""Metadata key in an adapter: the identity of the base that it was trained on."""

IDENTITY_KEY = "umi.fingerprint"
"""Metadata key in a base: an identity that it keeps when it is quantized. Without it, the file's fingerprint counts."""

EMBEDDING, OUTPUT = "token_embd.weight", "output.weight"

LORA_TYPES = frozenset({"F32", "F16", "BF16", "Q8_0", "Q4_0", "Q4_1", "Q5_0", "Q5_1", "IQ4_NL"})
MAX_RANK = 1 << 14


def check_adapter(path: Path | str, base: GGUFHeader) -> GGUFHeader:
    """Read an adapter's header and check that it fits the base.

    Args:
        base: The base model's header, from `check_model`.

    Raises:
        ModelFileError: The file isn't a sound LoRA adapter, or belongs to another base.
    """
    header = read_header(path)
    _check_kind(header, base)
    pairs = _pairs(header)
    weights = base.tensors_by_name()
    for name, (lora_a, lora_b) in pairs.items():
        if name not in weights:
            raise _other_base(header, f"it changes tensor {name!r}, which the base does not have")
        _check_pair(header, name, weights[name], lora_a, lora_b)
    if EMBEDDING in pairs and OUTPUT not in weights:
        reason = f"it changes {EMBEDDING!r}, which this base uses as its head too; llama.cpp would stop the process"
        raise ModelFileError(
            header.path, reason, hint="Merge the adapter into the base: umi convert model BASE --adapter DIR"
        )
    _check_identity(header, base)
    return header


def _other_base(header: GGUFHeader, reason: str) -> ModelFileError:
    return ModelFileError(header.path, reason, hint="Use the base model that this adapter was trained on.")


def _check_kind(header: GGUFHeader, base: GGUFHeader) -> None:
    expected = {"general.type": "adapter", "adapter.type": "lora"}
    for key, value in expected.items():
        if header.metadata.get(key) != value:
            raise ModelFileError(
                header.path,
                f"{key!r} is {header.metadata.get(key)!r}; a LoRA adapter has {value!r}",
                hint="Give an adapter's GGUF here, and a model's as the model.",
            )
    if header.architecture != base.architecture:
        raise _other_base(header, f"it is for architecture {header.architecture!r}, the base is {base.architecture!r}")
    alpha = header.metadata.get("adapter.lora.alpha")
    if not isinstance(alpha, float) or not math.isfinite(alpha):
        raise ModelFileError(header.path, f"'adapter.lora.alpha' is {alpha!r}; expected a number")


def _pairs(header: GGUFHeader) -> dict[str, tuple[TensorInfo, TensorInfo]]:
    """Return the halves of each layer's update by the name of the weight they change."""
    halves: dict[str, dict[str, TensorInfo]] = {}
    for tensor in header.tensors:
        name, _, half = tensor.name.rpartition(".")
        if half not in ("lora_a", "lora_b") or not name:
            raise ModelFileError(header.path, f"tensor {tensor.name!r} is no half of a LoRA update")
        halves.setdefault(name, {})[half] = tensor
    if not halves:
        raise ModelFileError(header.path, "it has no tensors")
    for name, found in halves.items():
        if len(found) < 2:
            raise ModelFileError(header.path, f"{name!r} has only its {next(iter(found))}")
    return {name: (found["lora_a"], found["lora_b"]) for name, found in halves.items()}


def _check_pair(header: GGUFHeader, name: str, weight: TensorInfo, lora_a: TensorInfo, lora_b: TensorInfo) -> None:
    """Check one update; shapes are (row length, rows, ...), so A is (in, r) and B (r, out)."""
    for half in (lora_a, lora_b):
        if half.type.name not in LORA_TYPES:
            raise ModelFileError(header.path, f"tensor {half.name!r} has the type {half.type.name}; use F32 or F16")
    a, b, w = lora_a.shape, lora_b.shape, weight.shape
    if len(a) != len(w) or len(b) != len(w) or len(w) < 2:
        raise _other_base(header, f"the update of {name!r} has shapes {a} and {b}, the base's tensor {w}")
    embedding = name == EMBEDDING  # its A is stored transposed: rows are looked up in it
    rank = a[0] if embedding else a[1]
    fits = (b[1], a[1]) == w[:2] and b[0] == rank if embedding else (a[0], b[1]) == w[:2] and b[0] == rank
    if not fits or not 1 <= rank <= MAX_RANK or (a[2:], b[2:]) != (w[2:], w[2:]):
        raise _other_base(header, f"the update of {name!r} has shapes {a} and {b}, the base's tensor {w}")


def _check_identity(header: GGUFHeader, base: GGUFHeader) -> None:
    wanted = header.metadata.get(BASE_KEY)
    if wanted is None:
        return
    found = base.metadata.get(IDENTITY_KEY) or fingerprint(base.path)
    if wanted != found:
        raise _other_base(header, f"it belongs to the base {str(wanted)[:16]}, and this one is {str(found)[:16]}")
