"""Byte-level BPE (Llama 3, Qwen, SmolLM, ...): tokens, their types, merges and the pre-tokenizer's name.

Format: llama.cpp's `conversion/base.py`, `_set_vocab_gpt2` and `get_vocab_base`.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from umi_convert.errors import CheckpointError
from umi_convert.key_values import KeyValues
from umi_convert.vocabulary.fast_tokenizer import FAST_HINT, FastTokenizer, open_fast_tokenizer
from umi_convert.vocabulary.pre_tokenizers import pre_tokenizer_of
from umi_convert.vocabulary.special import write_special
from umi_convert.vocabulary.tokens import TokenTable, TokenType, added_type, vocabulary_size

if TYPE_CHECKING:
    from umi_convert.config import Config


def write_bpe(folder: Path, config: Config, metadata: KeyValues, *, pre_tokenizer: str | None = None) -> None:
    """Set a byte-level BPE tokenizer's keys from tokenizer.json and the files beside it.

    Args:
        pre_tokenizer: llama.cpp's name of the pre-tokenizer, for one that isn't recognized; taken without a check.

    Raises:
        CheckpointError: The files are missing, broken, of another kind, or the pre-tokenizer isn't known.
    """
    tokenizer = open_fast_tokenizer(folder)
    _check_is_byte_level(tokenizer)
    table = bpe_tokens(
        tokenizer, vocabulary_size(tokenizer.path, config, max(tokenizer.vocabulary.values(), default=-1) + 1)
    )
    pre = pre_tokenizer_of(tokenizer, pre_tokenizer)
    table.write(tokenizer.path, metadata, model="gpt2", pre=pre, scored=False)
    write_special(folder, metadata, merges=True, tokenizer=tokenizer.content)


def bpe_tokens(tokenizer: FastTokenizer, size: int) -> TokenTable:
    """Return the tokens of a byte-level BPE tokenizer.

    Raises:
        CheckpointError: It has ids that the model has no room for.
    """
    beyond = [(token_id, text) for text, token_id in tokenizer.vocabulary.items() if token_id >= size]
    if beyond:
        token_id, text = min(beyond)
        raise CheckpointError(
            tokenizer.path,
            f"{len(beyond)} tokens lie beyond the model's vocab_size of {size:,}, from {text!r} with id {token_id}",
            hint="Resize the model's embeddings to the tokenizer, or use the tokenizer that the model was saved with.",
        )
    table = TokenTable.of_gaps(size)
    for text, token_id in tokenizer.vocabulary.items():
        added = tokenizer.added.get(token_id)
        if added is None:
            table.put(token_id, text, TokenType.NORMAL, 0.0)
            continue
        # llama.cpp compares these tokens with text as it comes, so they are written as they look after normalization.
        shown = text if added.normalized else tokenizer.normalized(text)
        kind = added_type(shown, special=added.special)
        table.put(token_id, shown if kind is TokenType.CONTROL else shown.replace("\u2581", " "), kind, 0.0)
    return table


def _check_is_byte_level(tokenizer: FastTokenizer) -> None:
    model, decoder = tokenizer.content["model"], tokenizer.content.get("decoder")
    if model.get("byte_fallback") or not _has_byte_level(decoder):
        raise CheckpointError(
            tokenizer.path,
            "its BPE isn't byte-level, and there is no tokenizer.model beside it",
            hint=f"Add the tokenizer.model that it was made from. {FAST_HINT}",
        )


def _has_byte_level(step: object) -> bool:
    """Tell whether a decoder is ByteLevel or a sequence with one."""
    if not isinstance(step, dict):
        return False
    inner = step.get("decoders")
    return step.get("type") == "ByteLevel" or (isinstance(inner, list) and any(_has_byte_level(part) for part in inner))
