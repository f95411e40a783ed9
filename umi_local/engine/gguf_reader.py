"""Read the header of a GGUF file from a stranger, strictly and without trusting a single number in it.

Reads metadata and tensor descriptions, never tensor data. Every count and length is compared with the bytes that are left in
the file before anything is allocated, so memory and time stay in proportion to the header. Whatever isn't sound raises
`ModelFileError`; whether a sound file is a usable model is `gguf_models.check_model`'s question.

Format: `docs/gguf.md` of ggml, versions 2 and 3, little-endian. Shapes are in ggml's order: `shape[0]` is the row length.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, BinaryIO

from umi_local.engine.gguf_format import (
    DEFAULT_ALIGNMENT,
    FOREIGN_HINTS,
    MAGIC,
    REMOVED_TENSOR_TYPES,
    STRUCT_CODES,
    TENSOR_TYPES,
    TensorType,
    ValueType,
    describe_foreign,
)
from umi_local.errors import ModelFileError

MAX_NAME_BYTES = 63  # ggml: GGML_MAX_NAME is 64, with the final zero
MAX_KEY_BYTES = 65535  # docs/gguf.md
MAX_STRING_BYTES = 16 << 20  # the longest real ones are chat templates, of some 10 KB
MAX_DIMS = 4  # ggml: GGML_MAX_DIMS
MAX_ELEMENTS = (1 << 63) - 1  # ggml counts in int64
MAX_ALIGNMENT = 1 << 20
EAGER_ITEMS = 4096
CHUNK_BYTES = 1 << 18

MIN_PAIR_BYTES = 8 + 1 + 4 + 1  # key length, key, type, value
MIN_TENSOR_BYTES = 8 + 1 + 4 + 8 + 4 + 8  # name length, name, n_dims, one dim, type, offset


@dataclass(frozen=True, slots=True)
class GGUFArray:
    """An array in the metadata; `values` is None where only its length was kept."""

    item_type: ValueType
    length: int
    values: tuple[Any, ...] | None = None


@dataclass(frozen=True, slots=True)
class TensorInfo:
    """One tensor's description; `offset` counts bytes from the header's `data_offset`."""

    name: str
    shape: tuple[int, ...]
    type_id: int
    offset: int
    n_bytes: int

    @property
    def type(self) -> TensorType:
        """The tensor's ggml type."""
        return TENSOR_TYPES[self.type_id]


@dataclass(frozen=True, slots=True, kw_only=True)
class GGUFHeader:
    """Everything in a GGUF file but the tensors' data.

    Attributes:
        metadata: Values by key; arrays are `GGUFArray`.
        value_types: The type of each value.
        data_offset: Bytes from the file's begin to the tensors' data.
        file_size: Bytes; of all parts, where a model is split.
        parts: The files of a split model after `check_model`; else the one file.
        meta_bytes: Bytes up to the end of the tensors' descriptions, before the padding; of the first part, where split.
    """

    path: Path
    version: int
    alignment: int
    metadata: Mapping[str, Any] = field(repr=False)
    value_types: Mapping[str, ValueType] = field(repr=False)
    tensors: tuple[TensorInfo, ...] = field(repr=False)
    data_offset: int
    file_size: int
    parts: tuple[Path, ...]
    meta_bytes: int = 0

    @property
    def architecture(self) -> str:
        """`general.architecture`, or "" where it is missing or no text."""
        value = self.metadata.get("general.architecture")
        return value if isinstance(value, str) else ""

    def hparam(self, name: str, default: Any = None) -> Any:
        """Return the value of `{architecture}.{name}`."""
        return self.metadata.get(f"{self.architecture}.{name}", default)

    def without_long_arrays(self) -> GGUFHeader:
        """Return the header with only the lengths of arrays of more than 4,096 items."""
        kept = {
            key: GGUFArray(value.item_type, value.length)
            if isinstance(value, GGUFArray) and value.length > EAGER_ITEMS
            else value
            for key, value in self.metadata.items()
        }
        return replace(self, metadata=kept)

    def tensors_by_name(self) -> dict[str, TensorInfo]:
        """Return the tensors in a dictionary."""
        return {tensor.name: tensor for tensor in self.tensors}


def read_header(path: Path | str, *, arrays: bool | Collection[str] = False) -> GGUFHeader:
    """Read and check the header of one GGUF file.

    Args:
        arrays: Keep the values of all long arrays, or of those with these keys. Of other arrays with more than 4,096
            items only type and length are kept; the tokenizer's are such.

    Raises:
        ModelFileError: The file isn't there, isn't a GGUF, or isn't sound; the reason says where.
    """
    path = Path(path)
    try:
        if path.is_dir():
            raise ModelFileError(path, "this is a folder, not a GGUF file", hint=_FOLDER_HINT)
        if path.exists() and not path.is_file():  # opening a pipe would wait forever
            raise ModelFileError(path, "this is a device or pipe, not a file")
        with path.open("rb", buffering=0) as file:
            keys = frozenset() if isinstance(arrays, bool) else frozenset(arrays)
            cursor = _Cursor(file, path, path.stat().st_size)
            return _read(cursor, lambda key: arrays is True or key in keys)
    except FileNotFoundError:
        raise ModelFileError(
            path, "there is no such file", hint="Check the path; `umi bundle list` shows what is there."
        ) from None
    except (OSError, ValueError) as error:  # ValueError: a path with a zero byte
        raise ModelFileError(path, f"it can't be read: {error}", hint="Check the path and its permissions.") from error


_FOLDER_HINT = "Name a .gguf file inside it, or convert a checkpoint with `umi convert`."


class _Cursor:
    """Reads a file forwards and refuses to go beyond its end."""

    def __init__(self, file: BinaryIO | Any, path: Path, size: int) -> None:
        self.path = path
        self.size = size
        self.position = 0
        self._file = file
        self._chunk = b""
        self._chunk_at = 0

    def fail(self, reason: str) -> ModelFileError:
        return ModelFileError(self.path, reason)

    def need(self, n: int, what: str) -> None:
        """Raise unless `n` bytes are left."""
        if n > self.size - self.position:
            raise self.fail(
                f"{what} needs {n:,} bytes at byte {self.position:,}, but the file ends after {self.size:,} (cut off?)"
            )

    def take(self, n: int, what: str) -> bytes:
        """Return the next `n` bytes."""
        self.need(n, what)
        begin = self.position - self._chunk_at
        if not 0 <= begin <= len(self._chunk) - n:
            self._load(n)
            begin = 0
            if len(self._chunk) < n:
                raise self.fail(f"the file became shorter while {what} was read")
        self.position += n
        return self._chunk[begin : begin + n]

    def _load(self, n: int) -> None:
        self._file.seek(self.position)
        self._chunk_at = self.position
        self._chunk = self._file.read(max(n, CHUNK_BYTES))

    def skip(self, n: int, what: str) -> None:
        """Go over `n` bytes without keeping them."""
        self.need(n, what)
        self.position += n

    def skip_strings(self, n: int, what: str) -> None:
        """Go over `n` strings, of which only the lengths are looked at."""
        while n:
            length = int.from_bytes(self.take(8, what), "little")
            self.position -= 8
            begin = self.position - self._chunk_at
            at, last = begin, len(self._chunk) - 8
            while n and at <= last:  # in place: vocabularies have 10^5 entries
                (length,) = _U64.unpack_from(self._chunk, at)
                at += 8 + length
                n -= 1
            self.skip(at - begin, what)

    def integer(self, n_bytes: int, what: str) -> int:
        return int.from_bytes(self.take(n_bytes, what), "little")

    def text(self, what: str, *, limit: int, errors: str = "strict") -> str:
        """Return the next string; `errors` says what becomes of bytes that aren't UTF-8."""
        n = self.integer(8, f"the length of {what}")
        if n > limit:
            raise self.fail(f"{what} claims {n:,} bytes; at most {limit:,} are allowed")
        raw = self.take(n, what)
        try:
            return raw.decode("utf-8", errors)
        except UnicodeDecodeError:
            raise self.fail(f"{what} is not UTF-8: {raw[:40]!r}") from None


_U64 = struct.Struct("<Q")


def _read(cursor: _Cursor, wants: Callable[[str], bool]) -> GGUFHeader:
    version = _read_version(cursor)
    n_tensors = cursor.integer(8, "the tensor count")
    n_pairs = cursor.integer(8, "the metadata count")
    left = cursor.size - cursor.position
    if n_pairs > left // MIN_PAIR_BYTES:
        raise cursor.fail(f"it claims {n_pairs:,} metadata entries, more than the file can hold")
    if n_tensors > left // MIN_TENSOR_BYTES:
        raise cursor.fail(f"it claims {n_tensors:,} tensors, more than the file can hold")
    metadata, value_types = _read_metadata(cursor, n_pairs, wants)
    alignment = _alignment(cursor, metadata, value_types)
    tensors = _read_tensors(cursor, n_tensors)
    meta_bytes = cursor.position
    data_offset = _padded(meta_bytes, alignment)
    _check_layout(cursor, tensors, data_offset, alignment)
    return GGUFHeader(
        path=cursor.path,
        version=version,
        alignment=alignment,
        metadata=metadata,
        value_types=value_types,
        tensors=tensors,
        data_offset=data_offset,
        file_size=cursor.size,
        parts=(cursor.path,),
        meta_bytes=meta_bytes,
    )


def _read_version(cursor: _Cursor) -> int:
    head = cursor.take(min(cursor.size, 64), "the file's begin")
    if not head.startswith(MAGIC):
        what = describe_foreign(head)
        hint = next((hint for word, hint in FOREIGN_HINTS if word in what), None)
        raise ModelFileError(cursor.path, what, hint=hint)
    cursor.position = 4
    version = cursor.integer(4, "the version")
    if version and not version & 0xFFFF:
        raise ModelFileError(
            cursor.path,
            "this GGUF is big-endian (byte-swapped)",
            hint="Convert it for little-endian machines, or download another one.",
        )
    if version not in (2, 3):
        age = "too old" if version < 2 else "newer than umi-local knows"
        raise ModelFileError(
            cursor.path,
            f"GGUF version {version} is {age}; versions 2 and 3 can be read",
            hint="Convert the model again with a current converter, or update umi-local.",
        )
    return version


def _read_metadata(
    cursor: _Cursor, n_pairs: int, wants: Callable[[str], bool]
) -> tuple[dict[str, Any], dict[str, ValueType]]:
    metadata: dict[str, Any] = {}
    value_types: dict[str, ValueType] = {}
    for index in range(n_pairs):
        key = cursor.text(f"metadata key {index}", limit=MAX_KEY_BYTES)
        if not key or "\0" in key:
            raise cursor.fail(f"metadata key {index} is {key!r}; a key is neither empty nor has zero bytes")
        if key in metadata:
            raise cursor.fail(f"metadata key {key!r} is there twice")
        value_types[key] = kind = _value_type(cursor, repr(key))
        metadata[key] = _read_value(cursor, kind, repr(key), wants(key))
    return metadata, value_types


def _value_type(cursor: _Cursor, what: str) -> ValueType:
    number = cursor.integer(4, f"the type of {what}")
    if number > max(ValueType):
        raise cursor.fail(f"{what} has the unknown value type {number}")
    return ValueType(number)


def _read_value(cursor: _Cursor, kind: ValueType, what: str, wanted: bool) -> Any:
    if kind is ValueType.ARRAY:
        return _read_array(cursor, what, wanted)
    if kind is ValueType.STRING:
        text = cursor.text(what, limit=MAX_STRING_BYTES, errors="replace")
        if "\0" in text:  # llama.cpp would see only what stands before it
            raise cursor.fail(f"the text of {what} has a zero byte")
        return text
    return _unpack(cursor, kind, 1, what)[0]


def _read_array(cursor: _Cursor, what: str, wanted: bool) -> GGUFArray:
    kind = _value_type(cursor, f"the items of {what}")
    length = cursor.integer(8, f"the length of {what}")
    if kind is ValueType.ARRAY:
        raise cursor.fail(f"{what} is an array of arrays, which llama.cpp does not read")
    item_bytes = 8 if kind is ValueType.STRING else struct.calcsize(STRUCT_CODES[kind])
    cursor.need(length * item_bytes, f"{what} with {length:,} items")
    keep = wanted or length <= EAGER_ITEMS
    if kind is ValueType.STRING:
        return _read_strings(cursor, length, what, keep)
    if keep:
        return GGUFArray(kind, length, _unpack(cursor, kind, length, what))
    cursor.skip(length * item_bytes, what)
    return GGUFArray(kind, length)


def _read_strings(cursor: _Cursor, length: int, what: str, keep: bool) -> GGUFArray:
    if not keep:
        cursor.skip_strings(length, f"the items of {what}")
        return GGUFArray(ValueType.STRING, length)
    item = f"an item of {what}"
    values = tuple(  # surrogateescape: two tokens of different bytes stay different
        cursor.text(item, limit=MAX_STRING_BYTES, errors="surrogateescape") for _ in range(length)
    )
    return GGUFArray(ValueType.STRING, length, values)


def _unpack(cursor: _Cursor, kind: ValueType, n: int, what: str) -> tuple[Any, ...]:
    form = f"<{n}{STRUCT_CODES[kind]}"
    values = struct.unpack(form, cursor.take(struct.calcsize(form), what))
    if kind is ValueType.BOOL:
        if any(value > 1 for value in values):
            raise cursor.fail(f"{what} is {max(values)}; a bool is 0 or 1")
        return tuple(map(bool, values))
    return values


def _alignment(cursor: _Cursor, metadata: Mapping[str, Any], value_types: Mapping[str, ValueType]) -> int:
    value = metadata.get("general.alignment", DEFAULT_ALIGNMENT)
    kind = value_types.get("general.alignment", ValueType.UINT32)
    if kind is not ValueType.UINT32:
        raise cursor.fail(f"'general.alignment' has the type {kind.name}; expected UINT32")
    alignment = int(value)
    if not 0 < alignment <= MAX_ALIGNMENT or alignment & (alignment - 1):
        raise cursor.fail(f"'general.alignment' is {alignment:,}; expected a power of 2")
    return alignment


def _read_tensors(cursor: _Cursor, n_tensors: int) -> tuple[TensorInfo, ...]:
    tensors: dict[str, TensorInfo] = {}
    for index in range(n_tensors):
        tensor = _read_tensor(cursor, index)
        if tensor.name in tensors:
            raise cursor.fail(f"tensor {tensor.name!r} is there twice")
        tensors[tensor.name] = tensor
    return tuple(tensors.values())


def _read_tensor(cursor: _Cursor, index: int) -> TensorInfo:
    name = cursor.text(f"the name of tensor {index}", limit=MAX_NAME_BYTES)
    if not name or "\0" in name:
        raise cursor.fail(f"tensor {index} is named {name!r}; a name is neither empty nor has zero bytes")
    what = f"tensor {name!r}"
    n_dims = cursor.integer(4, what)
    if not 1 <= n_dims <= MAX_DIMS:
        raise cursor.fail(f"{what} has {n_dims:,} dimensions; expected 1 to {MAX_DIMS}")
    shape = tuple(cursor.integer(8, what) for _ in range(n_dims))
    if 0 in shape or _product(shape) > MAX_ELEMENTS:
        raise cursor.fail(f"{what} has the impossible shape {shape}")
    type_id = cursor.integer(4, what)
    if type_id not in TENSOR_TYPES:
        state = "removed" if type_id in REMOVED_TENSOR_TYPES else "unknown"
        raise cursor.fail(f"{what} has the {state} type {type_id}")
    kind = TENSOR_TYPES[type_id]
    if shape[0] % kind.block_size:
        raise cursor.fail(
            f"{what} has rows of {shape[0]:,} elements; {kind.name} needs a multiple of {kind.block_size}"
        )
    offset = cursor.integer(8, what)
    n_bytes = kind.row_bytes(shape[0]) * _product(shape[1:])
    return TensorInfo(name, shape, type_id, offset, n_bytes)


def _check_layout(cursor: _Cursor, tensors: tuple[TensorInfo, ...], data_offset: int, alignment: int) -> None:
    """Check that the tensors' data stand one after the other, as llama.cpp demands, and inside the file."""
    expected = 0
    for tensor in tensors:
        what = f"the data of tensor {tensor.name!r}"
        if tensor.offset % alignment:
            raise cursor.fail(f"{what} begin at {tensor.offset:,}, not a multiple of {alignment}")
        if data_offset + tensor.offset + tensor.n_bytes > cursor.size:
            raise cursor.fail(
                f"{what} end at byte {data_offset + tensor.offset + tensor.n_bytes:,}, but the file ends"
                f" after {cursor.size:,} (cut off?)"
            )
        if tensor.offset != expected:
            fault = "overlap the tensor before" if tensor.offset < expected else "leave a gap before"
            raise cursor.fail(f"{what} begin at {tensor.offset:,}, not {expected:,}: they {fault}")
        expected = _padded(tensor.offset + tensor.n_bytes, alignment)


def _padded(n: int, alignment: int) -> int:
    return -(-n // alignment) * alignment


def _product(numbers: tuple[int, ...]) -> int:
    product = 1
    for number in numbers:
        product *= number
    return product
