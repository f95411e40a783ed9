"""What the bytes of a GGUF file mean: tensor types, value types, and what a file that isn't one seems to be.

Data only; `gguf_reader` reads files with it. Tensor types are those of ggml 0.25 (`ggml/include/ggml.h`, `enum ggml_type`),
the version that llama-cpp-python 0.3.36 carries.
"""

from __future__ import annotations

from enum import IntEnum
from typing import NamedTuple

MAGIC = b"GGUF"
DEFAULT_ALIGNMENT = 32


class TensorType(NamedTuple):
    """One ggml type: `block_size` elements of a row take `block_bytes` bytes."""

    name: str
    block_size: int
    block_bytes: int

    def row_bytes(self, n: int) -> int:
        """Return the bytes of `n` elements, which are a whole number of blocks."""
        return n // self.block_size * self.block_bytes


TENSOR_TYPES: dict[int, TensorType] = {
    0: TensorType("F32", 1, 4),
    1: TensorType("F16", 1, 2),
    2: TensorType("Q4_0", 32, 18),
    3: TensorType("Q4_1", 32, 20),
    6: TensorType("Q5_0", 32, 22),
    7: TensorType("Q5_1", 32, 24),
    8: TensorType("Q8_0", 32, 34),
    9: TensorType("Q8_1", 32, 36),
    10: TensorType("Q2_K", 256, 84),
    11: TensorType("Q3_K", 256, 110),
    12: TensorType("Q4_K", 256, 144),
    13: TensorType("Q5_K", 256, 176),
    14: TensorType("Q6_K", 256, 210),
    15: TensorType("Q8_K", 256, 292),
    16: TensorType("IQ2_XXS", 256, 66),
    17: TensorType("IQ2_XS", 256, 74),
    18: TensorType("IQ3_XXS", 256, 98),
    19: TensorType("IQ1_S", 256, 50),
    20: TensorType("IQ4_NL", 32, 18),
    21: TensorType("IQ3_S", 256, 110),
    22: TensorType("IQ2_S", 256, 82),
    23: TensorType("IQ4_XS", 256, 136),
    24: TensorType("I8", 1, 1),
    25: TensorType("I16", 1, 2),
    26: TensorType("I32", 1, 4),
    27: TensorType("I64", 1, 8),
    28: TensorType("F64", 1, 8),
    29: TensorType("IQ1_M", 256, 56),
    30: TensorType("BF16", 1, 2),
    34: TensorType("TQ1_0", 256, 54),
    35: TensorType("TQ2_0", 256, 66),
    39: TensorType("MXFP4", 32, 17),
    40: TensorType("NVFP4", 64, 36),
    41: TensorType("Q1_0", 128, 18),
    42: TensorType("Q2_0", 64, 18),
}

REMOVED_TENSOR_TYPES = {4, 5, 31, 32, 33, 36, 37, 38}
"""Numbers of types that llama.cpp once had: Q4_2, Q4_3, and Q4_0 and IQ4_NL repacked in the file."""


class ValueType(IntEnum):
    """The types of metadata values."""

    UINT8 = 0
    INT8 = 1
    UINT16 = 2
    INT16 = 3
    UINT32 = 4
    INT32 = 5
    FLOAT32 = 6
    BOOL = 7
    STRING = 8
    ARRAY = 9
    UINT64 = 10
    INT64 = 11
    FLOAT64 = 12


STRUCT_CODES: dict[ValueType, str] = {
    ValueType.UINT8: "B",
    ValueType.INT8: "b",
    ValueType.UINT16: "H",
    ValueType.INT16: "h",
    ValueType.UINT32: "I",
    ValueType.INT32: "i",
    ValueType.FLOAT32: "f",
    ValueType.BOOL: "B",
    ValueType.UINT64: "Q",
    ValueType.INT64: "q",
    ValueType.FLOAT64: "d",
}
"""`struct` codes of the value types with a fixed size. A bool is read as a byte, which must be 0 or 1."""


def describe_foreign(head: bytes) -> str:
    """Say what a file without GGUF's magic seems to be, from its first bytes (64 or more help)."""
    text = head.lstrip().lower()
    if not head:
        return "the file is empty"
    if head.startswith(b"FUGG"):
        return "this is a byte-swapped GGUF"
    if head[:4] in (b"ggml", b"lmgg", b"ggjt", b"tjgg", b"ggmf", b"fmgg", b"ggla", b"algg"):
        return "this is a file of GGML's time (before GGUF), which llama.cpp no longer reads"
    if head.startswith(b"PK\x03\x04"):
        return "this seems to be a zip or PyTorch file, not a GGUF"
    if head.startswith(b"\x80\x02"):
        return "this seems to be a Python pickle (PyTorch), not a GGUF"
    if text.startswith(b"version https://git-lfs"):
        return "this is a git-lfs pointer, not the model it points to"
    if text.startswith((b"<!doctype", b"<html", b"<?xml")):
        return "this is a web page (a failed download?), not a GGUF"
    if len(head) > 9 and head[8:10] == b'{"':
        return "this seems to be a safetensors file, not a GGUF"
    if head.startswith((b"\x1f\x8b", b"BZh", b"\xfd7zXZ", b"\x28\xb5\x2f\xfd")):
        return "this is a compressed file; unpack it first"
    if text.startswith((b"{", b"[")):
        return "this seems to be a JSON file, not a GGUF"
    return f"it does not begin with GGUF's magic but with {head[:4]!r}"


FOREIGN_HINTS: tuple[tuple[str, str], ...] = (
    ("git-lfs", "Fetch the file itself: `git lfs pull`, or download it again."),
    ("safetensors", "Convert it to GGUF first: `umi convert`."),
    ("PyTorch", "Convert it to GGUF first: `umi convert`."),
    ("GGML's time", "Download a current GGUF of this model."),
)
"""A word of `describe_foreign`'s answer and what to do about it."""
