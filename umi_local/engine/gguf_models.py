"""Is this GGUF a model that llama.cpp can be given without harm to this process?

llama.cpp reports most faults of a file by returning NULL, but some values end the process: an assertion fails, an index runs
out of a table. `check_model` refuses those, and whatever a text model can't do without, with a reason that names the key or
tensor. It doesn't know each architecture's own keys and tensors: what is merely missing there, llama.cpp reports itself.

The assertions meant here are those of llama-cpp-python 0.3.36, found by mutating valid models. A family's own assertion may
still be unknown here: a file that isn't trusted is best loaded in a process of its own first.
"""

from __future__ import annotations

from pathlib import Path

from umi_local.engine.architectures import NOT_TEXT, TEXT
from umi_local.engine.gguf_architecture import check_attention, check_experts
from umi_local.engine.gguf_hparams import check_numbers
from umi_local.engine.gguf_reader import GGUFHeader, read_header
from umi_local.engine.gguf_splits import part_paths, with_parts
from umi_local.engine.gguf_vocabulary import VOCABULARY_KEYS, check_vocabulary
from umi_local.engine.gguf_weights import check_embedding, check_weights
from umi_local.errors import ModelFileError


def check_model(path: Path | str, *, arrays: bool = False) -> GGUFHeader:
    """Read a model's header and check that llama.cpp can be given the file.

    A split model is given by its first part; the others must lie beside it, and their tensors are in the result's.

    Args:
        arrays: Keep the values of the tokenizer's long arrays in the result.

    Raises:
        ModelFileError: The file isn't sound, isn't a text model, or has values that no model can have.
    """
    header = read_header(path, arrays=arrays or VOCABULARY_KEYS)
    _check_kind(header)
    part_paths(header)  # first of all: a later part has no metadata of its own
    check_numbers(header)
    check_attention(header)
    check_experts(header)
    n_vocab = check_vocabulary(header)
    header = with_parts(header)
    check_weights(header)
    check_embedding(header, n_vocab)
    return header if arrays else header.without_long_arrays()


def _check_kind(header: GGUFHeader) -> None:
    """Check that the file says it is a text model of an architecture that llama.cpp knows."""
    kind = header.metadata.get("general.type", "model")
    if kind == "adapter":
        hint = "Give the model that it belongs to, and this file as its adapter."
        raise ModelFileError(header.path, "this is an adapter, not a model", hint=hint)
    name = header.metadata.get("general.architecture")
    if not isinstance(name, str):
        fault = "is missing" if name is None else f"is {name!r}, not text"
        raise ModelFileError(header.path, f"'general.architecture' {fault}")
    if name in NOT_TEXT:
        raise ModelFileError(
            header.path,
            f"architecture {name!r} is {NOT_TEXT[name]}; it can't write text on its own",
            hint="Give the language model's own GGUF.",
        )
    if name not in TEXT:
        raise ModelFileError(
            header.path,
            f"architecture {name!r} is not known",
            hint="Update umi-local and llama-cpp-python, or use a model of a family that is known.",
        )
