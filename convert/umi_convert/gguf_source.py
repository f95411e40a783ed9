"""A GGUF as the base of a conversion: its metadata with their types, its weights by rows, and what adapters make of them.

The header is read by the runtime's own reader, which trusts no number in it; gguf-py only turns quantized rows into float32.
Adapters name weights as Hugging Face does and count rows in its order, so patches are applied through the architecture.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
from gguf import GGMLQuantizationType, GGUFValueType
from gguf.quants import dequantize

from umi_convert.architectures.base import Architecture
from umi_convert.config import Config
from umi_convert.errors import UnsupportedAdapterError
from umi_convert.file_rows import FileRows
from umi_convert.fingerprint import fingerprint_of
from umi_convert.gguf_config import config_of_gguf
from umi_convert.key_values import KeyValues, Value
from umi_convert.patches import Patch, patched
from umi_convert.source import ModelSource
from umi_convert.tensors import Array, DType, Tensor
from umi_local.engine.gguf_header import (
    IDENTITY_KEY,
    GGUFArray,
    GGUFHeader,
    TensorInfo,
    check_model,
    fingerprint,
    read_header,
)
from umi_local.errors import ModelFileError

__all__ = ["config_of_gguf", "open_gguf_source", "patched_gguf", "tensors_of", "with_tensors"]

OUTPUT, EMBEDDING = "output.weight", "token_embd.weight"

_PLAIN = {"F32": DType.F32, "F16": DType.F16, "BF16": DType.BF16}
_DROPPED_BEGINS = ("split.", "quantize.imatrix.")
"""How the file was cut into parts and quantized isn't true of what is written from it."""


def open_gguf_source(path: Path) -> ModelSource:
    """Return a GGUF's metadata and tensors; of a split model, given by its first part, those of all parts.

    The fingerprint is the one in the file, or else that of the file itself, as the engine takes it when it compares an adapter
    with its base. It is set as metadata too, so that the base keeps it whatever becomes of its file.

    Raises:
        ModelFileError: The file isn't a sound text model, or has weights of a type that can't be read.
    """
    header = check_model(path, arrays=True)
    identity = header.metadata.get(IDENTITY_KEY)
    if not isinstance(identity, str) or not identity:
        identity = fingerprint(path)
    metadata = _metadata(header)
    metadata.string(IDENTITY_KEY, identity)
    tensors = tuple(tensors_of(header))
    return ModelSource(
        arch=header.architecture,
        metadata=metadata,
        tensors=tensors,
        dtype=_stored_as(header),
        fingerprint=identity,
    )


def patched_gguf(
    source: ModelSource,
    patches: Mapping[str, Sequence[Patch]],
    architecture: Architecture,
    config: Config,
    *,
    untied: bool = False,
) -> ModelSource:
    """Return a GGUF with patches applied to its weights, and the fingerprint of the result.

    Args:
        patches: By Hugging Face's names.
        config: From `config_of_gguf`.
        untied: Give the output weights of its own, begun as the embedding, where it shares them so far.

    Raises:
        UnsupportedAdapterError: A patch is for a weight that isn't there, or for a vector whose values this architecture
            stores in another way.
    """
    tensors = list(_with_output(source.tensors) if untied else source.tensors)
    left = {name: changes for name, changes in patches.items() if changes}
    problems = []
    for at, tensor in enumerate(tensors):
        name = architecture.hf_tensor_name(tensor.name)
        if name is None or name not in left:
            continue
        changes = left.pop(name)
        if len(tensor.shape) == 1 and not _keeps_values(tensor, name, architecture, config):
            problems.append(f"{name}: a GGUF of this architecture stores other values for it than were trained")
        else:
            tensors[at] = _patched(tensor, changes, architecture, config)
    problems += [f"{name}: the GGUF has no such weight" for name in sorted(left)]
    if problems:
        hint = "Give the Hugging Face checkpoint that it was made from as the base."
        raise UnsupportedAdapterError(config.path, problems, hint=hint)
    return with_tensors(source, tensors)


def with_tensors(source: ModelSource, tensors: Sequence[Tensor]) -> ModelSource:
    """Return a model with other weights, and with their fingerprint."""
    identity = fingerprint_of(tensors)
    metadata = source.metadata.copy()
    metadata.string(IDENTITY_KEY, identity)
    return replace(source, metadata=metadata, tensors=tuple(tensors), fingerprint=identity)


def _metadata(header: GGUFHeader) -> KeyValues:
    metadata = KeyValues(header.architecture)
    for key, value in header.metadata.items():
        if key == "general.file_type" or key.startswith(_DROPPED_BEGINS):
            continue
        kind = GGUFValueType(header.value_types[key])
        if not isinstance(value, GGUFArray):
            metadata.set(key, Value(kind, value))
        elif value.values:  # an empty array says nothing, and gguf-py can't write its type
            metadata.set(key, Value(kind, _items(value.values), GGUFValueType(value.item_type)))
    return metadata


def _items(values: tuple[object, ...]) -> Sequence[bytes] | tuple[str | int | float | bool, ...]:
    """Return an array's items; texts as bytes where some aren't UTF-8, since the reader keeps those as surrogates."""
    try:
        "".join(value for value in values if isinstance(value, str)).encode("utf-8")
    except UnicodeEncodeError:
        return [str(value).encode("utf-8", "surrogateescape") for value in values]
    return values  # type: ignore[return-value]  # the reader yields plain values


def tensors_of(header: GGUFHeader) -> Iterator[Tensor]:
    """Yield the tensors of a GGUF, of a split one those of all parts; rows are read when they are wanted.

    Raises:
        ModelFileError: Some are of types that can't be turned into numbers here.
    """
    parts = [header if part == header.path else read_header(part) for part in header.parts]
    if len(parts) > 1:
        parts[0] = read_header(header.path)  # the joined header has the tensors of all parts
    unreadable = sorted({info.type.name for part in parts for info in part.tensors if not _is_readable(info)})
    if unreadable:
        raise ModelFileError(
            header.path,
            f"it has weights of types that can't be turned into numbers here: {', '.join(unreadable)}",
            hint="Use the model in another quantization, best F16, BF16 or Q8_0.",
        )
    for part in parts:
        file = FileRows.of(part.path, ModelFileError)
        for info in part.tensors:
            yield _tensor(file, info, part.data_offset + info.offset)


def _tensor(file: FileRows, info: TensorInfo, begin: int) -> Tensor:
    shape = tuple(reversed(info.shape))
    dtype = _PLAIN.get(info.type.name, DType.F32)
    width, row_bytes, what = info.shape[0], info.type.row_bytes(info.shape[0]), f"tensor {info.name!r}"

    def read_plain(start: int, stop: int) -> Array:
        return file.rows(begin + start * row_bytes, (stop - start, width), dtype.numpy, what)

    def read_quantized(start: int, stop: int) -> Array:
        blocks = file.rows(begin + start * row_bytes, (stop - start, row_bytes), np.dtype(np.uint8), what)
        return _dequantized(blocks, info.type_id)

    read = read_plain if info.type.name in _PLAIN else read_quantized
    return Tensor(name=info.name, shape=shape, dtype=dtype, read=read)


def _dequantized(blocks: Array, type_id: int) -> Array:
    with np.errstate(all="ignore"):  # a broken scale gives infinities, as it does in llama.cpp
        values = dequantize(blocks, GGMLQuantizationType(type_id))
    return values.astype(np.float32, copy=False)


def _is_readable(info: TensorInfo) -> bool:
    return info.type.name in _PLAIN or _can_dequantize(info.type_id, info.type.block_bytes)


@cache
def _can_dequantize(type_id: int, block_bytes: int) -> bool:
    try:
        _dequantized(np.zeros((1, block_bytes), np.uint8), type_id)
    except (ValueError, NotImplementedError):  # ValueError: a type that gguf-py doesn't know at all
        return False
    return True


def _stored_as(header: GGUFHeader) -> DType:
    """Return the one type of all matrices, or F32, which holds any of them."""
    found = {tensor.type.name for tensor in header.tensors if len(tensor.shape) > 1}
    return _PLAIN.get(found.pop(), DType.F32) if len(found) == 1 else DType.F32


def _with_output(tensors: Sequence[Tensor]) -> Iterator[Tensor]:
    """Yield the tensors, with the embedding once more as the output where there is none."""
    has_output = any(tensor.name == OUTPUT for tensor in tensors)
    for tensor in tensors:
        if tensor.name == EMBEDDING and not has_output:
            yield tensor.renamed(OUTPUT)
        yield tensor


def _keeps_values(tensor: Tensor, name: str, architecture: Architecture, config: Config) -> bool:
    """Say whether a vector's values are as trained; Gemma's norms are stored with 1 added."""
    zeros = np.zeros((1, tensor.n_values), np.float32)
    probe = architecture.converted(
        Tensor(name=name, shape=tensor.shape, dtype=DType.F32, read=lambda *_: zeros), config
    )
    return probe is not None and not probe.whole().any()


def _patched(tensor: Tensor, changes: Sequence[Patch], architecture: Architecture, config: Config) -> Tensor:
    n_rows = tensor.n_values if len(tensor.shape) == 1 else tensor.n_rows
    return patched(tensor, changes, architecture.row_order(tensor.name, n_rows, config))
