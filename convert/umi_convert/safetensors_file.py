"""Read safetensors files from a stranger: the header strictly, the values by rows.

A file is 8 bytes of header length, a JSON header, and the tensors' values one after the other without gaps. What the
safetensors library refuses is refused here too, with the tensor's name and what was expected instead.

Format: https://github.com/huggingface/safetensors, README.md, section "Format".
"""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any, NoReturn

from umi_convert.errors import CheckpointError
from umi_convert.file_rows import FileRows
from umi_convert.tensor_file import DTYPE_BITS, StoredTensor, TensorFile, describe_foreign, n_bytes_of, tensor_file
from umi_convert.tensors import Tensor

MAX_HEADER_BYTES = 100_000_000
"""As in the safetensors library."""

MAX_DIMS = 64
MAX_DIM = (1 << 63) - 1


def read_safetensors(path: Path) -> dict[str, Tensor]:
    """Return the tensors of a safetensors file that must all be readable, by name.

    They are sorted by name, as llama.cpp's converter sees them.

    Raises:
        CheckpointError: The file isn't sound, or has tensors of a type that can't be converted.
    """
    return open_safetensors(path).all_readable()


def open_safetensors(path: Path) -> TensorFile:
    """Return the tensors of a safetensors file; those of types that can't be converted are kept apart.

    Raises:
        CheckpointError: The file is missing or isn't sound.
    """
    file = FileRows.of(path)
    header, data_begin = _read_header(file)
    stored = [_entry(file, name, entry, data_begin) for name, entry in header.items() if name != "__metadata__"]
    _check_layout(file, stored, data_begin)
    return tensor_file(file, [tensor for tensor, _ in sorted(stored, key=lambda pair: pair[0].name)], {})


def _read_header(file: FileRows) -> tuple[dict[str, Any], int]:
    try:
        with file.path.open("rb") as opened:
            head = opened.read(64)
            n_bytes = int.from_bytes(head[:8], "little")
            _check_length(file, head, n_bytes)
            opened.seek(8)
            raw = opened.read(n_bytes)
    except OSError as error:
        raise CheckpointError(file.path, f"it can't be read: {error}") from error
    if len(raw) < n_bytes:
        raise CheckpointError(file.path, "it became shorter while its header was read")
    return _parse_header(file, raw), 8 + n_bytes


def _check_length(file: FileRows, head: bytes, n_bytes: int) -> None:
    if foreign := describe_foreign(head):
        raise CheckpointError(file.path, foreign[0], hint=foreign[1])
    if file.size < 8:
        raise CheckpointError(file.path, f"it has {file.size} bytes; a safetensors file begins with 8 of length")
    if n_bytes > MAX_HEADER_BYTES:
        raise CheckpointError(
            file.path,
            f"its header claims {n_bytes:,} bytes; at most {MAX_HEADER_BYTES:,} are allowed (no safetensors?)",
        )
    if n_bytes > file.size - 8:
        raise CheckpointError(
            file.path, f"its header claims {n_bytes:,} bytes, but the file ends after {file.size:,} (cut off?)"
        )


def _parse_header(file: FileRows, raw: bytes) -> dict[str, Any]:
    if not raw.startswith(b"{"):
        raise CheckpointError(file.path, f"its header begins with {raw[:8]!r}, not with an opening brace")

    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) != len(pairs):
            double = Counter(name for name, _ in pairs).most_common(1)[0][0]
            raise CheckpointError(file.path, f"its header names {_short(double)} twice")
        return found

    def no_constant(text: str) -> NoReturn:
        raise CheckpointError(file.path, f"its header holds {text}, which isn't JSON")

    try:
        header = json.loads(raw.decode("utf-8"), object_pairs_hook=unique, parse_constant=no_constant)
    except (ValueError, RecursionError) as error:
        raise CheckpointError(file.path, f"its header isn't sound JSON: {error}") from error
    _check_metadata(file, header.get("__metadata__"))
    return header  # type: ignore[no-any-return]  # it begins with a brace


def _check_metadata(file: FileRows, metadata: object) -> None:
    if metadata is None:
        return
    if not isinstance(metadata, dict) or not all(isinstance(value, str) for value in metadata.values()):
        raise CheckpointError(file.path, "its '__metadata__' isn't an object of texts")


def _entry(file: FileRows, name: str, entry: object, data_begin: int) -> tuple[StoredTensor, int]:
    """Return a tensor and the byte after its values."""
    what = f"tensor {_short(name)}"

    def fail(reason: str) -> CheckpointError:
        return CheckpointError(file.path, f"{what} {reason}")

    try:
        name.encode("utf-8")
    except UnicodeEncodeError:
        raise fail("has a name with half a surrogate pair in it") from None
    if not isinstance(entry, dict) or not entry.keys() >= {"dtype", "shape", "data_offsets"}:
        raise fail("isn't described by dtype, shape and data_offsets, as it should be")
    dtype, shape, offsets = entry["dtype"], entry["shape"], entry["data_offsets"]
    if not isinstance(dtype, str) or dtype not in DTYPE_BITS:
        raise fail(f"has the type {_short(dtype)}, which safetensors doesn't know")
    if not _are_counts(shape) or len(shape) > MAX_DIMS:
        raise fail(f"has the shape {_short(shape)}; expected a list of at most {MAX_DIMS} whole numbers")
    if not _are_counts(offsets) or len(offsets) != 2 or offsets[0] > offsets[1]:
        raise fail(f"has the data_offsets {_short(offsets)}; expected [begin, end]")
    begin, end = offsets
    expected = n_bytes_of(tuple(shape), dtype)
    if expected != end - begin:
        needed = "a part of a byte" if expected is None else f"{expected:,} bytes"
        raise fail(f"has {end - begin:,} bytes; {dtype} of shape {_short(shape)} takes {needed}")
    if data_begin + end > file.size:
        raise fail(f"ends at byte {data_begin + end:,}, but the file ends after {file.size:,} (cut off?)")
    return StoredTensor(name=name, shape=tuple(shape), dtype=dtype, begin=data_begin + begin), data_begin + end


def _check_layout(file: FileRows, stored: list[tuple[StoredTensor, int]], data_begin: int) -> None:
    """Check that the values fill the file: nothing twice, nothing between, nothing after."""
    expected = data_begin
    for tensor, end in sorted(stored, key=lambda pair: (pair[0].begin, pair[1])):
        if tensor.begin != expected:
            fault = "overlaps the tensor before it" if tensor.begin < expected else "leaves a gap before it"
            raise CheckpointError(
                file.path, f"tensor {_short(tensor.name)} begins at byte {tensor.begin:,}, not {expected:,}: it {fault}"
            )
        expected = end
    if expected != file.size:
        raise CheckpointError(
            file.path, f"its tensors end at byte {expected:,}, but the file goes on until {file.size:,}"
        )


def _are_counts(values: object) -> bool:
    return isinstance(values, list) and all(type(value) is int and 0 <= value <= MAX_DIM for value in values)


def _short(value: object) -> str:
    try:
        shown = repr(value)
    except (ValueError, RecursionError):  # Python prints no integers of thousands of digits
        return "(too long to show)"
    return shown if len(shown) <= 120 else shown[:117] + "..."
