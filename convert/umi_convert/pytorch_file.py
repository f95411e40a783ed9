"""Read PyTorch's `.bin` files from a stranger without torch: the tensors' places out of the pickle, the values by rows.

Both of torch's formats are read: the zip archive of torch 1.6 and later, and the older one, a row of pickles with the values
behind them. Nothing in the file is run (`torch_pickle`) and nothing is mapped, so that a file of any size takes no memory.

Formats: `torch/serialization.py`, `_save` and `_legacy_save`; zip local headers: PKWARE's APPNOTE.TXT, 4.3.7.
"""

from __future__ import annotations

import io
import math
import struct
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from umi_convert.errors import CheckpointError
from umi_convert.file_rows import FileRows
from umi_convert.tensor_file import DTYPE_BITS, StoredTensor, TensorFile, describe_foreign, tensor_file
from umi_convert.tensors import Tensor
from umi_convert.torch_pickle import PickledTensor, read_pickle

MAX_PICKLE_BYTES = 64 << 20
LEGACY_MAGIC = 0x1950A86A20F9469CFC6C
LEGACY_VERSION = 1001

_ZIP_ERRORS = (
    *(zipfile.BadZipFile, zipfile.LargeZipFile, zlib.error, struct.error, OSError, EOFError, ValueError),
    RuntimeError,  # an encrypted record, or a compression that Python doesn't know
)

STATE_DICT_KEYS = ("state_dict", "model_state_dict", "model", "module")
"""Where training scripts put the weights when they save more than them."""


@dataclass(frozen=True, slots=True)
class _Opened:
    """A file's value, and for each storage its first byte and the bytes it has."""

    value: Any
    storages: Mapping[str, tuple[int, int]]


def read_pytorch(path: Path) -> dict[str, Tensor]:
    """Return the tensors of a PyTorch file that must all be readable, by name, in the file's order.

    Raises:
        CheckpointError: The file isn't sound, holds more than tensors, or has tensors that can't be converted.
    """
    return open_pytorch(path).all_readable()


def open_pytorch(path: Path) -> TensorFile:
    """Return the tensors of a PyTorch file; those of types that can't be converted are kept apart.

    Raises:
        CheckpointError: The file is missing, isn't sound, or holds more than tensors.
    """
    file = FileRows.of(path)
    opened = _open(file)
    stored, others = [], {}
    for name, value in _state_dict(file, opened.value).items():
        if not isinstance(value, PickledTensor):
            others[name] = f"{type(value).__name__}: it isn't a tensor"
        elif not _is_row_by_row(value):
            others[name] = f"{value.dtype}: its values aren't stored row by row; save it again after .contiguous()"
        else:
            stored.append(_stored(file, name, value, opened.storages))
    return tensor_file(file, stored, others)


def _open(file: FileRows) -> _Opened:
    try:
        with file.path.open("rb") as opened:
            head = opened.read(64)
    except OSError as error:
        raise CheckpointError(file.path, f"it can't be read: {error}") from error
    if foreign := describe_foreign(head):
        raise CheckpointError(file.path, foreign[0], hint=foreign[1])
    if head.startswith(b"PK\x03\x04"):
        return _open_zip(file)
    if head.startswith(b"\x80"):
        return _open_legacy(file)
    if head[8:10] == b'{"':
        hint = "Give it a name ending in .safetensors."
        raise CheckpointError(file.path, "this is a safetensors file, not one of PyTorch", hint=hint)
    raise CheckpointError(file.path, f"it begins with {head[:4]!r}, not as a PyTorch file does")


def _open_zip(file: FileRows) -> _Opened:
    try:
        with zipfile.ZipFile(file.path) as archive:
            records = {info.filename: info for info in archive.infolist()}
            folder = _archive_folder(file, records)
            pickled = _record(file, archive, records[f"{folder}data.pkl"])
            if (order := records.get(f"{folder}byteorder")) and _record(file, archive, order) != b"little":
                raise CheckpointError(file.path, "it was written on a big-endian machine")
            begin = f"{folder}data/"
            storages = {
                name.removeprefix(begin): (_data_begin(archive, info), info.file_size)
                for name, info in records.items()
                if name.startswith(begin) and info.compress_type == zipfile.ZIP_STORED
            }
    except _ZIP_ERRORS as error:
        raise CheckpointError(file.path, f"it isn't a sound zip archive: {error} (cut off?)") from error
    return _Opened(read_pickle(io.BytesIO(pickled), file.path), storages)


def _archive_folder(file: FileRows, records: Mapping[str, zipfile.ZipInfo]) -> str:
    """Return the one folder in the archive that everything is in, with its slash."""
    folders = [name.removesuffix("data.pkl") for name in records if name == "data.pkl" or name.endswith("/data.pkl")]
    if len(folders) != 1:
        raise CheckpointError(file.path, f"this zip archive has {len(folders)} files data.pkl; one of PyTorch has one")
    if f"{folders[0]}constants.pkl" in records:
        hint = "Use the checkpoint that it was made from."
        raise CheckpointError(file.path, "this is a TorchScript program, not a checkpoint", hint=hint)
    return folders[0]


def _record(file: FileRows, archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> bytes:
    if info.file_size > MAX_PICKLE_BYTES:
        reason = f"{info.filename!r} in it has {info.file_size:,} bytes; at most {MAX_PICKLE_BYTES:,} are allowed"
        raise CheckpointError(file.path, reason)
    with archive.open(info) as record:
        return record.read(MAX_PICKLE_BYTES)


def _data_begin(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> int:
    """Return the byte where a record's data begin; the local header's lengths differ from the directory's."""
    stream = archive.fp
    assert stream is not None  # the archive is open
    stream.seek(info.header_offset)
    header = stream.read(30)
    if header[:4] != b"PK\x03\x04":
        raise zipfile.BadZipFile(f"no header of {info.filename!r} at byte {info.header_offset:,}")
    n_name, n_extra = struct.unpack_from("<HH", header, 26)
    return int(info.header_offset + 30 + n_name + n_extra)


def _open_legacy(file: FileRows) -> _Opened:
    with file.path.open("rb") as stream:
        magic, version, system = (read_pickle(stream, file.path) for _ in range(3))
        if magic != LEGACY_MAGIC or version != LEGACY_VERSION or not isinstance(system, dict):
            raise CheckpointError(file.path, "this is a Python pickle, but not one that torch.save writes")
        if system.get("little_endian") is not True:
            raise CheckpointError(file.path, "it was written on a big-endian machine")
        value = read_pickle(stream, file.path)
        keys = read_pickle(stream, file.path)
        if not isinstance(keys, list) or not all(isinstance(key, str) for key in keys):
            raise CheckpointError(file.path, "it doesn't list its storages as torch.save does")
        bytes_of = {key: _n_bytes(dtype) for key, dtype in _storage_dtypes(value)}
        storages = {}
        for key in keys:
            counted = stream.read(8)
            if len(counted) < 8 or key not in bytes_of:
                raise CheckpointError(file.path, f"the values of storage {key[:80]!r} aren't there (cut off?)")
            n_bytes = int.from_bytes(counted, "little") * bytes_of[key]
            storages[key] = (stream.tell(), n_bytes)
            if stream.tell() + n_bytes > file.size:
                raise CheckpointError(
                    file.path, f"it ends after {file.size:,} bytes, before the values of its tensors do (cut off?)"
                )
            stream.seek(n_bytes, io.SEEK_CUR)
    return _Opened(value, storages)


def _storage_dtypes(value: object) -> Iterator[tuple[str, str]]:
    """Yield the storages of all tensors in a value and what they hold."""
    seen: set[int] = set()  # a list can hold itself
    pending = [value]
    while pending:
        item = pending.pop()
        if isinstance(item, PickledTensor):
            yield item.storage.key, item.storage.dtype
        elif isinstance(item, (dict, list, tuple)) and id(item) not in seen:
            seen.add(id(item))
            pending.extend(item.values() if isinstance(item, dict) else item)


def _state_dict(file: FileRows, value: object) -> Mapping[str, Any]:
    """Return the dictionary of tensors: the value itself, or the one part of it that training scripts put them in."""
    if _is_state_dict(value):
        return value  # type: ignore[return-value]  # just checked
    if not isinstance(value, dict):
        raise CheckpointError(file.path, f"it holds a {type(value).__name__}, not a dictionary of tensors")
    found = [key for key in STATE_DICT_KEYS if _is_state_dict(value.get(key))]
    if len(found) == 1:
        return value[found[0]]  # type: ignore[no-any-return]  # just checked
    keys = ", ".join(sorted(str(key)[:40] for key in list(value)[:12]))
    fault = f"several dictionaries of tensors ({', '.join(found)})" if found else "no dictionary of tensors"
    raise CheckpointError(
        file.path, f"it holds {fault}; its keys are {keys or 'none'}", hint="Save the model's state_dict alone."
    )


def _is_state_dict(value: object) -> bool:
    """Say whether a value is a dictionary with tensors and without further dictionaries of them."""
    if not isinstance(value, dict) or not all(isinstance(key, str) for key in value):
        return False
    values = list(value.values())
    return any(isinstance(v, PickledTensor) for v in values) and not any(isinstance(v, dict) and v for v in values)


def _is_row_by_row(tensor: PickledTensor) -> bool:
    expected = 1
    for n, stride in zip(reversed(tensor.shape), reversed(tensor.strides), strict=True):
        if n == 0:
            return True
        if n > 1 and stride != expected:
            return False
        expected *= n
    return True


def _stored(file: FileRows, name: str, tensor: PickledTensor, storages: Mapping[str, tuple[int, int]]) -> StoredTensor:
    if tensor.storage.key not in storages:
        raise CheckpointError(file.path, f"the values of tensor {name[:200]!r} aren't in it, or are compressed")
    begin, n_bytes = storages[tensor.storage.key]
    first = tensor.storage.begin * _n_bytes(tensor.storage.dtype) + tensor.offset * _n_bytes(tensor.dtype)
    needed = math.prod(tensor.shape) * _n_bytes(tensor.dtype)
    if first + needed > n_bytes or begin + n_bytes > file.size:
        raise CheckpointError(
            file.path,
            f"tensor {name[:200]!r} takes bytes {first:,} to {first + needed:,} of its storage, which has {n_bytes:,}",
        )
    return StoredTensor(name=name, shape=tensor.shape, dtype=tensor.dtype, begin=begin + first)


def _n_bytes(dtype: str) -> int:
    """Return the bytes of one value; torch packs nothing smaller."""
    return DTYPE_BITS[dtype] // 8
