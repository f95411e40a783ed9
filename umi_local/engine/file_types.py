"""The file types that llama.cpp's quantizer can write, by the names that people use.

A *file type* (`Q4_K_M`) is a recipe that gives each tensor a *tensor type* (`Q4_K`, `Q6_K`). Data and look-ups only, so that
a command line can list and check names without loading llama.cpp. From `enum llama_ftype` of `llama.h` and
`llama_ftype_get_default_type` of `src/llama-quant.cpp`, as vendored by llama-cpp-python 0.3.36; a test compares the table
with the installed library.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass

from umi_local.engine.gguf_format import TENSOR_TYPES
from umi_local.errors import UsageError


@dataclass(frozen=True, slots=True)
class FileType:
    """One file type.

    Attributes:
        number: llama.cpp's, also what `general.file_type` says.
        tensor_type: The type that most matrices get.
        needs_importance: Whether it can't be written without an importance matrix, for a model whose rows are whole blocks
            of 256; for other models the plan of the conversion says so.
    """

    name: str
    number: int
    tensor_type: str
    needs_importance: bool = False

    @property
    def is_quantized(self) -> bool:
        """Whether matrices lose more than float precision; only such files have a mixture and overrides."""
        return self.tensor_type not in PLAIN


PLAIN = ("F32", "F16", "BF16")
"""Tensor types without blocks."""

_TABLE = (
    FileType("F32", 0, "F32"),
    FileType("F16", 1, "F16"),
    FileType("BF16", 32, "BF16"),
    FileType("Q8_0", 7, "Q8_0"),
    FileType("Q6_K", 18, "Q6_K"),
    FileType("Q5_K_M", 17, "Q5_K"),
    FileType("Q5_K_S", 16, "Q5_K"),
    FileType("Q5_1", 9, "Q5_1"),
    FileType("Q5_0", 8, "Q5_0"),
    FileType("Q4_K_M", 15, "Q4_K"),
    FileType("Q4_K_S", 14, "Q4_K"),
    FileType("Q4_1", 3, "Q4_1"),
    FileType("Q4_0", 2, "Q4_0"),
    FileType("IQ4_NL", 25, "IQ4_NL"),
    FileType("IQ4_XS", 30, "IQ4_XS"),
    FileType("MXFP4_MOE", 38, "MXFP4"),
    FileType("Q3_K_L", 13, "Q3_K"),
    FileType("Q3_K_M", 12, "Q3_K"),
    FileType("Q3_K_S", 11, "Q3_K"),
    FileType("IQ3_M", 27, "IQ3_S"),
    FileType("IQ3_S", 26, "IQ3_S"),
    FileType("IQ3_XS", 22, "IQ3_S", needs_importance=True),
    FileType("IQ3_XXS", 23, "IQ3_XXS", needs_importance=True),
    FileType("Q2_K", 10, "Q2_K"),
    FileType("Q2_K_S", 21, "Q2_K", needs_importance=True),
    FileType("Q2_0", 41, "Q2_0"),
    FileType("IQ2_M", 29, "IQ2_S", needs_importance=True),
    FileType("IQ2_S", 28, "IQ2_XS", needs_importance=True),
    FileType("IQ2_XS", 20, "IQ2_XS", needs_importance=True),
    FileType("IQ2_XXS", 19, "IQ2_XXS", needs_importance=True),
    FileType("TQ2_0", 37, "TQ2_0"),
    FileType("TQ1_0", 36, "TQ1_0"),
    FileType("IQ1_M", 31, "IQ1_M", needs_importance=True),
    FileType("IQ1_S", 24, "IQ1_S", needs_importance=True),
    FileType("Q1_0", 40, "Q1_0"),
)

FILE_TYPES: dict[str, FileType] = {file_type.name: file_type for file_type in _TABLE}
"""Every file type that can be written, from the most to the fewest bits."""

ALIASES = {"Q3_K": "Q3_K_M", "Q4_K": "Q4_K_M", "Q5_K": "Q5_K_M", "FP32": "F32", "FP16": "F16"}
"""Other names in use; the first three are llama-quantize's own."""

READ_ONLY = {"NVFP4": "llama.cpp can run NVFP4 files but has no recipe that writes one"}
"""File types that the library names but can't write, and why."""

_NOT_WRITTEN = frozenset({"Q8_1", "Q8_K", "I8", "I16", "I32", "I64", "F64"})

TENSOR_TYPE_IDS: dict[str, int] = {
    kind.name: number for number, kind in TENSOR_TYPES.items() if kind.name not in _NOT_WRITTEN
}
"""ggml's numbers of the tensor types that `ggml_quantize_chunk` of `ggml.c` can write."""

_NEED_IMPORTANCE = frozenset({"IQ3_XXS", "IQ2_XXS", "IQ2_XS", "IQ2_S", "IQ1_M", "IQ1_S"})
_ASSERT_IMPORTANCE = frozenset({"IQ2_XXS", "IQ2_XS", "IQ1_S"})
_EMBEDDINGS = ("token_embd.weight", "per_layer_token_embd.weight", "output.weight")


def find_file_type(name: str) -> FileType:
    """Return a file type by its name, in capitals or not.

    Raises:
        UsageError: There is none of this name, or it can't be written; the hint suggests near ones.
    """
    wanted = name.strip().upper()
    wanted = ALIASES.get(wanted, wanted)
    if wanted in READ_ONLY:
        raise UsageError(f"file type {name!r} can't be written: {READ_ONLY[wanted]}", hint=_known(FILE_TYPES))
    if wanted not in FILE_TYPES:
        raise UsageError(f"there is no file type {name!r}", hint=_suggestion(wanted, FILE_TYPES))
    return FILE_TYPES[wanted]


def find_tensor_type(name: str) -> str:
    """Return the name of a tensor type as ggml's header writes it.

    Raises:
        UsageError: There is none of this name that a weight can be written in; the hint suggests near ones.
    """
    wanted = name.strip().upper()
    if wanted in TENSOR_TYPE_IDS:
        return wanted
    if wanted in FILE_TYPES or wanted in ALIASES:
        meant = FILE_TYPES[ALIASES.get(wanted, wanted)].tensor_type
        raise UsageError(f"{name!r} is the type of a file, not of a tensor", hint=f"For a tensor, say {meant}.")
    raise UsageError(f"there is no tensor type {name!r}", hint=_suggestion(wanted, TENSOR_TYPE_IDS))


def requires_importance(tensor_name: str, tensor_type: str, file_type: FileType) -> bool:
    """Return whether a tensor of this type can't be written without its entry in an importance matrix.

    llama.cpp excepts the embedding and output tensors (`tensor_requires_imatrix`), but three types then fail an assertion
    of `ggml_quantize_chunk`, which would end the process.
    """
    if tensor_name in _EMBEDDINGS:
        return tensor_type in _ASSERT_IMPORTANCE
    return tensor_type in _NEED_IMPORTANCE or (tensor_type == "Q2_K" and file_type.name == "Q2_K_S")


def _suggestion(wanted: str, known: Iterable[str]) -> str:
    near = difflib.get_close_matches(wanted, known, n=3, cutoff=0.6)
    return f"Did you mean {' or '.join(near)}? {_known(known)}" if near else _known(known)


def _known(known: Iterable[str]) -> str:
    return f"Known are {', '.join(known)}."
