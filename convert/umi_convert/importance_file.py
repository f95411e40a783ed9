"""Importance matrices as files: llama.cpp's GGUF form is read and written, its older `.dat` form is read.

The forms are those of llama.cpp's `common/imatrix-loader.cpp` (reading) and `tools/imatrix/imatrix.cpp` (writing). The GGUF
form has `general.type` = `imatrix`, three `imatrix.*` keys, and for every weight the tensors `NAME.in_sum2` (sums of squares,
one row a matrix) and `NAME.counts` (rows summed). The older form keeps means, multiplied with a number of chunks.

Sums and counts are checked for what would spoil a quantization silently: NaN, infinity, negative numbers, wrong sizes.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from umi_convert.errors import ConvertError
from umi_local.engine.gguf_format import MAGIC
from umi_local.engine.gguf_header import GGUFArray, GGUFHeader, read_header
from umi_local.engine.gguf_reader import MAX_NAME_BYTES
from umi_local.engine.importance import Float32, Importance, InputStatistic, mean_squares
from umi_local.errors import ModelFileError
from umi_local.folders import atomic_write

SUMS, COUNTS = ".in_sum2", ".counts"
_HINT = "Collect it again with `umi convert importance`."
_STRING, _ARRAY, _UINT32, _F32 = 8, 9, 4, 0  # value types, and the tensor type, of GGUF
_ALIGNMENT = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportanceMatrix:
    """An importance matrix and where it came from.

    Attributes:
        statistics: By the name of the weight.
        datasets: Names of the texts that were read.
        chunk_size: Tokens that count as one chunk; 0 where the file doesn't say.
        chunk_count: How many of those were read.
    """

    statistics: Importance
    datasets: tuple[str, ...]
    chunk_size: int
    chunk_count: int

    @property
    def means(self) -> dict[str, Float32]:
        """The mean squares by name, as the quantizer takes them."""
        return mean_squares(self.statistics)


def read_importance(path: Path) -> ImportanceMatrix:
    """Read an importance matrix in either form.

    Raises:
        ModelFileError: The file isn't there, isn't an importance matrix, or holds numbers that none can have.
    """
    try:
        with path.open("rb") as file:
            head = file.read(len(MAGIC))
    except OSError as error:
        raise ModelFileError(path, f"it can't be read: {error}", hint="Check the path and its permissions.") from error
    matrix = _read_gguf(path) if head == MAGIC else _read_legacy(path)
    if not matrix.statistics:
        raise ModelFileError(path, "this importance matrix is empty", hint=_HINT)
    for name, statistic in matrix.statistics.items():
        for what, numbers in (("sums", statistic.sums), ("counts", statistic.counts)):
            if not np.isfinite(numbers).all() or (numbers < 0).any():
                raise ModelFileError(path, f"the {what} of {name!r} are not all finite and positive", hint=_HINT)
    return matrix


def _read_gguf(path: Path) -> ImportanceMatrix:
    header = read_header(path, arrays=True)
    kind = header.metadata.get("general.type", "imatrix")
    if kind != "imatrix":
        raise ModelFileError(path, f"this is a GGUF of type {kind!r}, not an importance matrix", hint=_HINT)
    tensors = header.tensors_by_name()
    names = {name.removesuffix(SUMS) for name in tensors if name.endswith(SUMS)}
    lone = names ^ {name.removesuffix(COUNTS) for name in tensors if name.endswith(COUNTS)}
    if lone:
        raise ModelFileError(path, f"{sorted(lone)[0]!r} has sums or counts, but not both", hint=_HINT)
    datasets = header.metadata.get("imatrix.datasets")
    return ImportanceMatrix(
        statistics={name: _statistic(header, name) for name in sorted(names)},
        datasets=tuple(map(str, datasets.values or ())) if isinstance(datasets, GGUFArray) else (),
        chunk_size=_number(header, "imatrix.chunk_size"),
        chunk_count=_number(header, "imatrix.chunk_count"),
    )


def _number(header: GGUFHeader, key: str) -> int:
    value = header.metadata.get(key, 0)
    if not isinstance(value, int) or value < 0:
        raise ModelFileError(header.path, f"{key!r} is {value!r}; expected a number of 0 or more", hint=_HINT)
    return value


def _statistic(header: GGUFHeader, name: str) -> InputStatistic:
    tensors = header.tensors_by_name()
    values = []
    for tensor in (tensors[name + SUMS], tensors[name + COUNTS]):
        if tensor.type_id != _F32:
            raise ModelFileError(header.path, f"{tensor.name!r} has the type {tensor.type.name}, not F32", hint=_HINT)
        offset, count = header.data_offset + tensor.offset, tensor.n_bytes // 4
        values.append(np.fromfile(header.path, "<f4", count, offset=offset))
    sums, counts = values
    if sums.size % counts.size:
        raise ModelFileError(header.path, f"{name!r} has {sums.size} sums for {counts.size} matrices", hint=_HINT)
    if not np.isfinite(counts).all():
        raise ModelFileError(header.path, f"the counts of {name!r} are not all finite", hint=_HINT)
    return InputStatistic(sums.reshape(counts.size, -1), np.rint(counts).astype(np.int64))


class _Reader:
    """Takes little-endian values off the older form and refuses to go beyond its end."""

    def __init__(self, path: Path) -> None:
        self._path, self._data, self._at = path, path.read_bytes(), 0

    @property
    def is_at_end(self) -> bool:
        return self._at == len(self._data)

    def take(self, n: int, what: str) -> bytes:
        if not 0 <= n <= len(self._data) - self._at:
            raise ModelFileError(self._path, f"this is no importance matrix, or a damaged one: {what}", hint=_HINT)
        self._at += n
        return self._data[self._at - n : self._at]

    def int32(self, what: str) -> int:
        return int.from_bytes(self.take(4, f"it ends before {what}"), "little", signed=True)

    def text(self, what: str) -> str:
        n = self.int32(f"the length of {what}")
        return self.take(n, f"{what} claims {n:,} bytes").decode("utf-8", "replace")


def _read_legacy(path: Path) -> ImportanceMatrix:
    reader = _Reader(path)
    n_entries = reader.int32("the number of entries")
    if n_entries < 1:
        raise ModelFileError(path, "this is no importance matrix: it begins with no entries", hint=_HINT)
    statistics = {}
    for index in range(n_entries):
        name = reader.text(f"the name of entry {index}")
        n_chunks = reader.int32(f"the chunks of {name!r}")
        n_values = reader.int32(f"the size of {name!r}")
        raw = reader.take(max(n_values, 1) * 4, f"{name!r} claims {n_values:,} values")
        counts = np.array([n_chunks if n_chunks else 1], np.int64)  # without chunks they are plain means
        statistics[name] = InputStatistic(np.frombuffer(raw, "<f4").reshape(1, -1), counts)
    chunk_count, datasets = 0, ""
    if not reader.is_at_end:  # older files end here
        chunk_count = max(0, reader.int32("the number of chunks"))
        datasets = "" if reader.is_at_end else reader.text("the name of the texts")
    return ImportanceMatrix(
        statistics=statistics, datasets=(datasets,) if datasets else (), chunk_size=0, chunk_count=chunk_count
    )


def write_importance(path: Path, matrix: ImportanceMatrix) -> None:
    """Write an importance matrix in the GGUF form, atomically.

    Raises:
        ConvertError: It has no statistics or no data set, without which llama-quantize refuses a file, or too long a name.
        StorageError: The file can't be written.
    """
    too_long = [name for name in matrix.statistics if len((name + SUMS).encode()) > MAX_NAME_BYTES]
    if not matrix.statistics or not matrix.datasets or too_long:
        fault = f"the name {too_long[0]!r} is too long" if too_long else "it has no entries or names no texts"
        raise ConvertError(f"this importance matrix can't be written: {fault}")
    pairs = [
        _pair("general.type", _STRING, _text("imatrix")),
        _pair(
            "imatrix.datasets",
            _ARRAY,
            struct.pack("<IQ", _STRING, len(matrix.datasets)) + b"".join(map(_text, matrix.datasets)),
        ),
        _pair("imatrix.chunk_count", _UINT32, struct.pack("<I", matrix.chunk_count)),
        _pair("imatrix.chunk_size", _UINT32, struct.pack("<I", matrix.chunk_size)),
    ]
    infos, data = _tensors(matrix.statistics)
    head = MAGIC + struct.pack("<IQQ", 3, len(infos), len(pairs)) + b"".join(pairs) + b"".join(infos)
    atomic_write(path, _padded(head) + b"".join(data))


def _tensors(statistics: Mapping[str, InputStatistic]) -> tuple[list[bytes], list[bytes]]:
    """Return the descriptions and the padded data of all tensors."""
    infos: list[bytes] = []
    data: list[bytes] = []
    offset = 0
    for name in sorted(statistics):
        statistic = statistics[name]
        for suffix, values in ((SUMS, statistic.sums), (COUNTS, statistic.counts[:, None])):
            n_rows, n_columns = values.shape
            infos.append(_text(name + suffix) + struct.pack("<IQQIQ", 2, n_columns, n_rows, _F32, offset))
            data.append(_padded(np.ascontiguousarray(values, "<f4").tobytes()))
            offset += len(data[-1])
    return infos, data


def _pair(key: str, kind: int, value: bytes) -> bytes:
    return _text(key) + struct.pack("<I", kind) + value


def _text(text: str) -> bytes:
    raw = text.encode("utf-8", "replace")
    return struct.pack("<Q", len(raw)) + raw


def _padded(data: bytes) -> bytes:
    return data + bytes(-len(data) % _ALIGNMENT)
