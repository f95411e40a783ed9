"""Is a model's vocabulary one that llama.cpp can tokenize with?

llama.cpp indexes scores and types by token without looking at their lengths, asserts that no token is there twice, and takes
byte tokens for granted; each of these reads beyond an array or ends the process.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from umi_local.engine.gguf_format import ValueType
from umi_local.engine.gguf_reader import GGUFArray, GGUFHeader
from umi_local.errors import ModelFileError

VOCABULARY_KEYS = tuple(f"tokenizer.ggml.{name}" for name in ("tokens", "scores", "token_type", "merges"))
"""Keys of the arrays that are looked into."""

MIN_TOKENS = 32  # llama.cpp's default ids of special tokens are below this
BYTE_TYPE = 6  # llama.h: LLAMA_TOKEN_TYPE_BYTE
BYTE_TOKEN = re.compile(r"<0x[0-9A-Fa-f]{2}>")
BYTE_MODELS = ("llama", "t5", "gemma4", "plamo2")
"""Tokenizers whose vocabulary may have byte tokens."""

BYTE_SPELLINGS: dict[str, Callable[[int], tuple[str, ...]]] = {
    "llama": lambda byte: (f"<0x{byte:02X}>", _raw(byte)),
    "rwkv": lambda byte: (f"\\x{byte:02x}", _raw(byte), repr(chr(byte))[1:-1], "\\" + chr(byte)),
}
"""How a token of a single byte is written, for the tokenizers that fall back on them. Without one, SentencePiece's ends the
process, and RWKV's fills the memory in an endless loop."""

SPECIAL_IDS = ("bos", "eos", "eot", "eom")
"""The special tokens that end or begin a turn; llama.cpp ignores wrong ids of others, with a warning."""


def check_vocabulary(header: GGUFHeader) -> int:
    """Check the tokenizer's arrays, which the header must hold in full; return the number of tokens.

    Raises:
        ModelFileError: The vocabulary is missing, or its parts don't fit one another.
    """
    model = header.metadata.get("tokenizer.ggml.model")
    if not isinstance(model, str) or model in ("none", "no_vocab"):
        raise ModelFileError(
            header.path,
            "it has no vocabulary ('tokenizer.ggml.model')",
            hint="Use a GGUF that holds its tokenizer; some test files and parts of models don't.",
        )
    tokens = _array(header, "tokens", (ValueType.STRING,))
    if tokens is None:
        raise ModelFileError(header.path, "'tokenizer.ggml.tokens' is missing")
    if len(tokens) < MIN_TOKENS:
        raise ModelFileError(header.path, f"its vocabulary has {len(tokens)} tokens; at least {MIN_TOKENS} are needed")
    scores = _array(header, "scores", (ValueType.FLOAT32,))
    types = _array(header, "token_type", (ValueType.INT32, ValueType.UINT32))
    _array(header, "merges", (ValueType.STRING,))
    for name, values in (("scores", scores), ("token_type", types)):
        if values is not None and len(values) != len(tokens):
            raise ModelFileError(
                header.path,
                f"'tokenizer.ggml.{name}' has {len(values):,} items for {len(tokens):,} tokens",
            )
    _check_unique(header, tokens)
    _check_bytes(header, model, tokens, types or ())
    _check_ids(header, len(tokens))
    return len(tokens)


def _array(header: GGUFHeader, name: str, item_types: tuple[ValueType, ...]) -> tuple[Any, ...] | None:
    key = f"tokenizer.ggml.{name}"
    value = header.metadata.get(key)
    if value is None:
        return None
    if not isinstance(value, GGUFArray) or value.item_type not in item_types or value.values is None:
        wanted = " or ".join(kind.name for kind in item_types)
        raise ModelFileError(header.path, f"{key!r} is not an array of {wanted}")
    return value.values


def _check_unique(header: GGUFHeader, tokens: tuple[str, ...]) -> None:
    """Check what llama.cpp asserts about the texts as it sees them: up to a zero byte, and named where empty."""
    seen: dict[str, int] = {}
    for index, token in enumerate(tokens):
        text = token.split("\0", 1)[0] or f"[EMPTY_{index}]"
        if text in seen:
            raise ModelFileError(header.path, f"tokens {seen[text]:,} and {index:,} are both {text[:40]!r}")
        seen[text] = index


def _check_bytes(header: GGUFHeader, model: str, tokens: tuple[str, ...], types: tuple[int, ...]) -> None:
    for token, kind in zip(tokens, types, strict=False):
        if kind == BYTE_TYPE and not (model in BYTE_MODELS and BYTE_TOKEN.fullmatch(token)):
            raise ModelFileError(header.path, f"token {token[:40]!r} is said to be a byte, but has another form")
    known = set(tokens)
    for byte in range(256) if model in BYTE_SPELLINGS else ():
        if not known.intersection(BYTE_SPELLINGS[model](byte)):
            raise ModelFileError(header.path, f"its vocabulary has no token for byte 0x{byte:02X}")


def _raw(byte: int) -> str:
    return bytes([byte]).decode("utf-8", "surrogateescape")


def _check_ids(header: GGUFHeader, n_vocab: int) -> None:
    for name in SPECIAL_IDS:
        key = f"tokenizer.ggml.{name}_token_id"
        value = header.metadata.get(key)
        if value is None:
            continue
        if header.value_types[key] is not ValueType.UINT32 or value >= n_vocab:
            raise ModelFileError(header.path, f"{key!r} is {value!r}; expected a number below {n_vocab:,}")
