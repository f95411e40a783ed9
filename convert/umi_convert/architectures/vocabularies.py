"""Which kind of tokenizer a checkpoint has, found out as the model classes of llama.cpp's converter do (`set_vocab`).

The kinds themselves are in `umi_convert.vocabulary`.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

from gguf import Keys

from umi_convert.config import Config
from umi_convert.json_file import read_json_object
from umi_convert.key_values import KeyValues
from umi_convert.vocabulary import (
    has_llama_hf,
    has_sentencepiece,
    write_bpe,
    write_llama_hf,
    write_phi3_sentencepiece,
    write_sentencepiece,
    write_special,
)

CODE_LLAMA_VOCABULARY = 32016
CODE_LLAMA_TOKENS = {"prefix": 32007, "suffix": 32008, "middle": 32009, "eot": 32010}
"""Tokens for filling in the middle, which no file of Code Llama names."""

NO_BOS_VOCABULARY = 49152
"""That of Granite's small models, and SmolLM's, which begin without a token of their own."""


class WriteVocabulary(Protocol):
    """Sets the tokenizer's keys from the files in a folder."""

    def __call__(self, folder: Path, config: Config, metadata: KeyValues, pre_tokenizer: str | None) -> None:
        """Set the keys; `pre_tokenizer` names llama.cpp's one for a BPE tokenizer that isn't recognized."""
        ...


def write_llama_vocabulary(folder: Path, config: Config, metadata: KeyValues, pre_tokenizer: str | None) -> None:
    """Set the keys of a tokenizer of Llama or Mistral: SentencePiece in one of two forms, else BPE."""
    add_prefix_space = _tokenizer_config(folder).get("add_prefix_space")
    if isinstance(add_prefix_space, bool):
        metadata.boolean(Keys.Tokenizer.ADD_PREFIX, add_prefix_space)
    if has_sentencepiece(folder):
        write_sentencepiece(folder, config, metadata)
    elif has_llama_hf(folder):
        write_llama_hf(folder, config, metadata)
    else:
        write_bpe(folder, config, metadata, pre_tokenizer=pre_tokenizer)
    size = config.integer("vocab_size")
    if size == CODE_LLAMA_VOCABULARY:
        write_special(folder, metadata, types=tuple(CODE_LLAMA_TOKENS), fallbacks=CODE_LLAMA_TOKENS)
    if size == NO_BOS_VOCABULARY:
        metadata.boolean(Keys.Tokenizer.ADD_BOS, False)


def write_qwen_vocabulary(folder: Path, config: Config, metadata: KeyValues, pre_tokenizer: str | None) -> None:
    """Set the keys of a tokenizer of Qwen: BPE, if there is no SentencePiece model."""
    if has_sentencepiece(folder):
        write_sentencepiece(folder, config, metadata)
    else:
        write_bpe(folder, config, metadata, pre_tokenizer=pre_tokenizer)


def write_gemma2_vocabulary(folder: Path, config: Config, metadata: KeyValues, pre_tokenizer: str | None) -> None:
    """Set the keys of Gemma 2's tokenizer: SentencePiece, which puts no space before a text."""
    write_sentencepiece(folder, config, metadata)
    metadata.boolean(Keys.Tokenizer.ADD_PREFIX, False)


def write_gemma3_vocabulary(folder: Path, config: Config, metadata: KeyValues, pre_tokenizer: str | None) -> None:
    """Set the keys of Gemma 3's tokenizer: Gemma 2's, or BPE if there is no SentencePiece model."""
    if has_sentencepiece(folder):
        write_gemma2_vocabulary(folder, config, metadata, pre_tokenizer)
    else:
        write_bpe(folder, config, metadata, pre_tokenizer=pre_tokenizer)


def write_phi3_vocabulary(folder: Path, config: Config, metadata: KeyValues, pre_tokenizer: str | None) -> None:
    """Set the keys of a tokenizer of Phi: SentencePiece for Phi-3, BPE for Phi-4."""
    if _tokenizer_config(folder).get("tokenizer_class") == "GPT2Tokenizer" or not has_sentencepiece(folder):
        write_bpe(folder, config, metadata, pre_tokenizer=pre_tokenizer)
    else:
        write_phi3_sentencepiece(folder, config, metadata)


def _tokenizer_config(folder: Path) -> Mapping[str, object]:
    path = folder / "tokenizer_config.json"
    return read_json_object(path) if path.exists() else {}
