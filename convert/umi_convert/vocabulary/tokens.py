"""The list of tokens as a GGUF holds it: texts, types and scores by id.

Types are llama.cpp's (`gguf-py: constants.py`, TokenType).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum
from pathlib import Path
from typing import TYPE_CHECKING

from gguf import GGUFValueType

from umi_convert.errors import CheckpointError
from umi_convert.key_values import KeyValues

if TYPE_CHECKING:
    from umi_convert.config import Config

MAX_TOKENS = 1 << 22
"""Four million; the biggest vocabularies in use have some 260,000 tokens."""

GAP_SCORE = -10000.0
ADDED_SCORE = -1000.0


class TokenType(IntEnum):
    """What llama.cpp does with a token: control ones are only made on request, user-defined ones whenever their text comes."""

    NORMAL = 1
    UNKNOWN = 2
    CONTROL = 3
    USER_DEFINED = 4
    UNUSED = 5
    BYTE = 6


@dataclass(slots=True)
class TokenTable:
    """Tokens by id. Ids without a token have an UNUSED one that is named after them, as llama.cpp's converter has it."""

    texts: list[str]
    types: list[TokenType]
    scores: list[float] = field(default_factory=list)

    @classmethod
    def of_gaps(cls, size: int) -> TokenTable:
        """Return a table without tokens."""
        return cls([f"[PAD{i}]" for i in range(size)], [TokenType.UNUSED] * size, [GAP_SCORE] * size)

    def __len__(self) -> int:
        return len(self.texts)

    def put(self, token_id: int, text: str, kind: TokenType, score: float) -> None:
        """Set a token, over what was there."""
        self.texts[token_id], self.types[token_id], self.scores[token_id] = text, kind, score

    def write(self, path: Path, metadata: KeyValues, *, model: str, pre: str, scored: bool) -> None:
        """Set the keys of the tokenizer's model.

        Args:
            path: The file the tokens come from, for errors.
            model: `gpt2` for byte-level BPE, `llama` for SentencePiece.
            pre: The pre-tokenizer's name in llama.cpp.
            scored: Whether the model uses scores.

        Raises:
            CheckpointError: A text can't be written as UTF-8.
        """
        for token_id, text in enumerate(self.texts):
            if not text.isascii() and any("\ud800" <= char <= "\udfff" for char in text):
                raise CheckpointError(path, f"token {token_id} isn't valid Unicode: {text!r}")
        metadata.string("tokenizer.ggml.model", model)
        metadata.string("tokenizer.ggml.pre", pre)
        metadata.array("tokenizer.ggml.tokens", self.texts, GGUFValueType.STRING)
        if scored:
            metadata.array("tokenizer.ggml.scores", self.scores, GGUFValueType.FLOAT32)
        metadata.array("tokenizer.ggml.token_type", [int(kind) for kind in self.types], GGUFValueType.INT32)


def vocabulary_size(path: Path, config: Config, n_found: int) -> int:
    """Return how many tokens a model has: what its configuration says, else what its tokenizer has.

    Raises:
        CheckpointError: The number makes no sense.
    """
    size = config.get("vocab_size")
    if size is None:
        size = n_found
    if not isinstance(size, int) or isinstance(size, bool) or not 0 < size <= MAX_TOKENS:
        raise CheckpointError(path, f"the model's vocab_size is {size!r}", hint="Check vocab_size in config.json.")
    return size


def looks_like_control(text: str) -> bool:
    """Tell whether a token that isn't marked as special is one all the same (llama.cpp: `does_token_look_special`)."""
    return (
        text in ("<pad>", "<mask>", "<2mass>", "[@BOS@]")
        or (text.startswith("<|") and text.endswith("|>"))
        or (text.startswith("<\uff5c") and text.endswith("\uff5c>"))
        or (text.startswith("<unused") and text.endswith(">"))
    )


def added_type(text: str, *, special: bool) -> TokenType:
    """Return the type of a token that was added to a vocabulary."""
    return TokenType.CONTROL if special or looks_like_control(text) else TokenType.USER_DEFINED
