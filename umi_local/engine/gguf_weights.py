"""Do a model's tensors have types that llama.cpp can compute with, and does the embedding fit the vocabulary?

llama.cpp checks the shapes of an architecture's tensors itself and reports them. A wrong type it finds out while computing,
by a failed assertion or a missing kernel, which ends the process.
"""

from __future__ import annotations

from umi_local.engine.gguf_reader import GGUFHeader, TensorInfo
from umi_local.errors import ModelFileError

DATA_ALIGNMENT = 32  # ggml: TENSOR_ALIGNMENT; a mapped buffer must begin at a multiple of it

NOT_WEIGHTS = frozenset({"I8", "I16", "I32", "I64", "F64", "Q8_1", "Q8_K"})
"""Types of indices and of intermediate results, with which no weight can be multiplied."""

INDEX_TABLES = ("tid2eid",)
"""Parts of the names of tensors that do hold indices (DeepSeek's expert tables)."""


def check_weights(header: GGUFHeader) -> None:
    """Check every tensor's type and place.

    Raises:
        ModelFileError: A tensor has a type that llama.cpp can't compute with, or stands where it can't be mapped.
    """
    for tensor in header.tensors:
        if header.alignment % DATA_ALIGNMENT and (header.data_offset + tensor.offset) % DATA_ALIGNMENT:
            raise ModelFileError(
                header.path,
                f"tensor {tensor.name!r} stands at an address that is no multiple of {DATA_ALIGNMENT} bytes",
            )
        _check_type(header, tensor)


def _check_type(header: GGUFHeader, tensor: TensorInfo) -> None:
    if any(part in tensor.name for part in INDEX_TABLES):
        return
    kind = tensor.type.name
    if kind in NOT_WEIGHTS:
        raise ModelFileError(header.path, f"tensor {tensor.name!r} has the type {kind}, which no weight can have")
    is_vector = len(tensor.shape) == 1 or "norm" in tensor.name
    if is_vector and kind != "F32" and tensor.name.endswith((".weight", ".bias")):
        raise ModelFileError(header.path, f"tensor {tensor.name!r} has the type {kind}; norms and biases are F32")


def check_embedding(header: GGUFHeader, n_vocab: int) -> None:
    """Check that the token embedding is there and has a row for every token of the vocabulary.

    Raises:
        ModelFileError: It is missing or has another shape.
    """
    expected = (header.hparam("embedding_length"), n_vocab)
    embedding = next((t for t in header.tensors if t.name == "token_embd.weight"), None)
    if embedding is None:
        raise ModelFileError(header.path, "tensor 'token_embd.weight' is missing")
    if embedding.shape != expected:
        raise ModelFileError(
            header.path,
            f"tensor 'token_embd.weight' has the shape {embedding.shape}; embedding length and vocabulary ask for {expected}",
        )
