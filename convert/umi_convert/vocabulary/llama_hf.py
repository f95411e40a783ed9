"""SentencePiece's BPE as a tokenizer.json, without the tokenizer.model it was made from (many Llama 2 and Mistral fine-tunes).

Format: llama.cpp's `conversion/base.py`, `_set_vocab_llama_hf`, and `gguf-py/gguf/vocab.py`, LlamaHfVocab, but for the scores.
llama.cpp joins the pair whose result has the highest score, tokenizer.json the one whose merge comes first. Its converter
writes -1000 for every token, so that pairs are joined from left to right and other tokens come out than the model was
trained with; here a token's score is its rank among what merges make, negated, which joins the same pairs in both.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from umi_convert.errors import CheckpointError
from umi_convert.key_values import KeyValues
from umi_convert.vocabulary.fast_tokenizer import FastTokenizer, open_fast_tokenizer
from umi_convert.vocabulary.files import JsonObject, contains, member_object, read_object
from umi_convert.vocabulary.special import read_merges, write_special
from umi_convert.vocabulary.tokens import TokenTable, TokenType, vocabulary_size

if TYPE_CHECKING:
    from umi_convert.config import Config

_FALLS_BACK = re.compile(rb'"byte_fallback"\s*:\s*true')
_BYTE = re.compile(r"<0x[0-9A-Fa-f]{2}>")


def has_llama_hf(folder: Path) -> bool:
    """Tell whether a checkpoint's tokenizer.json is SentencePiece's BPE: one that falls back to bytes.

    Raises:
        CheckpointError: The file is broken.
    """
    path = folder / "tokenizer.json"
    if not contains(path, _FALLS_BACK):  # others, some of many megabytes, needn't be parsed
        return False
    return _is_llama_hf(path, read_object(path) or {})


def write_llama_hf(folder: Path, config: Config, metadata: KeyValues) -> None:
    """Set the keys of a SentencePiece tokenizer that is a tokenizer.json.

    Raises:
        CheckpointError: The file is missing, broken or of another kind, or has ids that the model has no room for.
    """
    tokenizer = open_fast_tokenizer(folder)
    if not _is_llama_hf(tokenizer.path, tokenizer.content):
        raise CheckpointError(tokenizer.path, "isn't a SentencePiece tokenizer: its BPE doesn't fall back to bytes")
    table = llama_hf_tokens(tokenizer, config)
    table.write(tokenizer.path, metadata, model="llama", pre="default", scored=True)
    write_special(folder, metadata, n_vocab=len(table), tokenizer=tokenizer.content)


def llama_hf_tokens(tokenizer: FastTokenizer, config: Config) -> TokenTable:
    """Return the tokens of a SentencePiece tokenizer that is a tokenizer.json.

    Raises:
        CheckpointError: It has ids that the model has no room for.
    """
    base = tokenizer.content["model"]["vocab"]
    n_found = max(tokenizer.vocabulary.values(), default=-1) + 1
    table = TokenTable.of_gaps(vocabulary_size(tokenizer.path, config, n_found))
    if n_found > len(table):
        raise CheckpointError(
            tokenizer.path,
            f"has ids up to {n_found - 1:,}, but the model's vocab_size is {len(table):,}",
            hint="Use the tokenizer that the model was saved with, or resize the model's embeddings to this one.",
        )
    special, scores = _control_texts(tokenizer), _merge_scores(tokenizer)
    last = -float(len(scores))  # what no merge makes is joined last, if at all
    for text, token_id in tokenizer.vocabulary.items():
        if text in special:
            kind = TokenType.CONTROL
        elif text in base:
            kind = TokenType.BYTE if _BYTE.fullmatch(text) else TokenType.NORMAL
        else:
            kind = TokenType.USER_DEFINED
        table.put(token_id, text, kind, scores.get(text, last))
    return table


def _control_texts(tokenizer: FastTokenizer) -> frozenset[str]:
    """Return the texts of control tokens: those that have a role. LlamaTokenizer gives three of them their usual texts."""
    own = ("unk_token", "<unk>"), ("bos_token", "<s>"), ("eos_token", "</s>")
    llama = str(tokenizer.config.get("tokenizer_class")).removesuffix("Fast") == "LlamaTokenizer"
    return tokenizer.named_special | {text for role, text in own if llama and role not in tokenizer.config}


def _merge_scores(tokenizer: FastTokenizer) -> dict[str, float]:
    """Return a score for each token that is made by a merge: the higher the earlier it is merged, from 0 down."""
    made = (merge.replace(" ", "") for merge in read_merges(tokenizer.path.parent, tokenizer.content))
    return {text: -float(rank) for rank, text in enumerate(dict.fromkeys(made))}


def _is_llama_hf(path: Path, content: JsonObject) -> bool:
    model, decoder = member_object(path, content, "model") or {}, content.get("decoder")
    sequence = isinstance(decoder, dict) and decoder.get("type") == "Sequence"
    return model.get("type") == "BPE" and bool(model.get("byte_fallback")) and sequence
