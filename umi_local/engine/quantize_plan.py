"""What quantizing a model will give, tensor by tensor, and what stands against it; known before a byte is written.

The types are llama.cpp's own choice, read off the log of its dry run. The size is computed from them and is exact. No foreign
library here: `quantizer.py` does the runs.
"""

from __future__ import annotations

import re
import struct
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from umi_local.engine.file_types import TENSOR_TYPE_IDS, FileType, requires_importance
from umi_local.engine.gguf_format import DEFAULT_ALIGNMENT, STRUCT_CODES, TENSOR_TYPES, ValueType
from umi_local.engine.gguf_reader import GGUFHeader, TensorInfo
from umi_local.errors import EngineError

Float32 = npt.NDArray[np.float32]

TENSOR_LINE = re.compile(r"\[ *(?P<index>\d+)/ *(?P<total>\d+)\] (?P<name>\S+) +- \[[^\]]*\], type = +(?P<type>\w+), ")
"""How llama.cpp's log begins the line of a tensor."""

_NEW_TYPE = re.compile(r"size = .*\((?P<type>\w+)\)$")
_FALLBACK = re.compile(
    r"warning: (?P<name>\S+) +- ncols +\d+ not divisible by +\d+ \(required for type +(?P<wanted>\w+)\) .*"
    r"-> falling back to +(?P<got>\w+)$"
)
_GGUF_HEAD_BYTES = 24  # magic, version, two counts


@dataclass(frozen=True, slots=True)
class Fallback:
    """A tensor whose rows aren't whole blocks of the wanted type, and the type that it gets instead."""

    name: str
    wanted: str
    got: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedTensor:
    """One tensor as it is and as it will be; types by ggml's names, sizes in bytes."""

    name: str
    source_type: str
    type: str
    source_bytes: int
    n_bytes: int

    @property
    def is_converted(self) -> bool:
        """Whether its type changes; others are copied."""
        return self.source_type != self.type


@dataclass(frozen=True, slots=True, kw_only=True)
class QuantizePlan:
    """What quantizing will give.

    Attributes:
        n_bytes: Size of the file that will be written, exactly.
        source_bytes: Size of the source, all parts.
        missing_importance: Tensors that can't be written in their type without an importance matrix's entry, which they lack.
        unweighted: Tensors that are quantized without an entry, though a matrix was given.
        requantized: Tensors that are quantized already and would be again.
    """

    file_type: FileType
    tensors: tuple[PlannedTensor, ...]
    fallbacks: tuple[Fallback, ...]
    n_bytes: int
    source_bytes: int
    missing_importance: tuple[str, ...]
    unweighted: tuple[str, ...]
    requantized: tuple[str, ...]

    @property
    def type_counts(self) -> Counter[str]:
        """How many tensors get which type."""
        return Counter(tensor.type for tensor in self.tensors)


def make_plan(
    header: GGUFHeader,
    own_tensors: Sequence[TensorInfo],
    log: str,
    file_type: FileType,
    importance: Mapping[str, Float32],
) -> QuantizePlan:
    """Return the plan that a dry run's log describes.

    Args:
        header: The source's, with the tensors of all parts.
        own_tensors: Those in the first part alone; all of them, where the source isn't split.

    Raises:
        EngineError: The log isn't what this version of umi-local can read.
    """
    new_types = _new_types(log)
    if new_types.keys() != {tensor.name for tensor in header.tensors}:
        raise EngineError(
            f"llama.cpp's dry run reports {len(new_types):,} tensors of {len(header.tensors):,}",
            hint="Use the llama-cpp-python version that umi-local asks for.",
        )
    tensors = tuple(_planned(tensor, new_types[tensor.name]) for tensor in header.tensors)
    converted = [tensor for tensor in tensors if tensor.is_converted and tensor.type != "F32"]
    without = [tensor for tensor in converted if tensor.name not in importance]
    quantized = [tensor.name for tensor in without if TENSOR_TYPES[TENSOR_TYPE_IDS[tensor.type]].block_size > 1]
    return QuantizePlan(
        file_type=file_type,
        tensors=tensors,
        fallbacks=_fallbacks(log),
        n_bytes=_file_bytes(header, own_tensors, tensors),
        source_bytes=header.file_size,
        missing_importance=tuple(t.name for t in without if requires_importance(t.name, t.type, file_type)),
        unweighted=tuple(quantized) if importance else (),
        requantized=tuple(
            t.name for t in tensors if t.is_converted and TENSOR_TYPES[TENSOR_TYPE_IDS[t.source_type]].block_size > 1
        ),
    )


def _new_types(log: str) -> dict[str, str]:
    """Return the type of each tensor by name; one that isn't converted keeps its own."""
    found = {}
    for line in log.splitlines():
        match = TENSOR_LINE.match(line)
        if match is not None:
            changed = _NEW_TYPE.search(line)
            found[match["name"]] = (changed or match)["type"].upper()
    return found


def _fallbacks(log: str) -> tuple[Fallback, ...]:
    matches = (_FALLBACK.search(line) for line in log.splitlines())
    return tuple(Fallback(m["name"], m["wanted"].upper(), m["got"].upper()) for m in matches if m is not None)


def _planned(tensor: TensorInfo, new_type: str) -> PlannedTensor:
    n_rows = int(np.prod(tensor.shape[1:], dtype=object))
    kind = tensor.type if new_type == tensor.type.name else TENSOR_TYPES[TENSOR_TYPE_IDS[new_type]]
    return PlannedTensor(
        name=tensor.name,
        source_type=tensor.type.name,
        type=new_type,
        source_bytes=tensor.n_bytes,
        n_bytes=kind.row_bytes(tensor.shape[0]) * n_rows,
    )


def _file_bytes(header: GGUFHeader, own_tensors: Sequence[TensorInfo], tensors: Sequence[PlannedTensor]) -> int:
    """Return the size of the result: the source's metadata, changed as llama.cpp does, and the tensors, padded."""
    pairs = header.meta_bytes - _GGUF_HEAD_BYTES - sum(_info_bytes(t.name, len(t.shape)) for t in own_tensors)
    for key in ("general.file_type", "general.quantization_version"):
        pairs += _pair_bytes(key, ValueType.UINT32) - sum(_existing(header, key))
    pairs -= sum(n for key in ("split.no", "split.count", "split.tensors.count") for n in _existing(header, key))
    infos = sum(_info_bytes(t.name, _n_dims(t.shape)) for t in header.tensors)
    data = sum(_padded(tensor.n_bytes) for tensor in tensors)
    return _padded(_GGUF_HEAD_BYTES + pairs + infos) + data


def _existing(header: GGUFHeader, key: str) -> Iterator[int]:
    """Yield the bytes of a number in the metadata, where there is one."""
    kind = header.value_types.get(key)
    if kind in STRUCT_CODES:
        yield _pair_bytes(key, kind)


def _pair_bytes(key: str, kind: ValueType) -> int:
    return 8 + len(key) + 4 + struct.calcsize(STRUCT_CODES[kind])


def _info_bytes(name: str, n_dims: int) -> int:
    return 8 + len(name.encode()) + 4 + 8 * n_dims + 4 + 8


def _n_dims(shape: tuple[int, ...]) -> int:
    """Return the number of dimensions that llama.cpp writes: the last ones of size 1 are left out."""
    return max((i + 1 for i, n in enumerate(shape) if n > 1), default=1)


def _padded(n: int) -> int:
    return -(-n // DEFAULT_ALIGNMENT) * DEFAULT_ALIGNMENT
