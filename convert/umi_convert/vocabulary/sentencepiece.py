"""SentencePiece (Llama 1 and 2, Mistral, Gemma, Phi-3): pieces with scores from tokenizer.model, and the tokens added to them.

Format: llama.cpp's `conversion/base.py`, `_create_vocab_sentencepiece`, and for Phi-3 `conversion/phi.py`. The model itself is
`sentencepiece_model.proto` of google/sentencepiece, read by its own library.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from umi_convert.errors import CheckpointError
from umi_convert.key_values import KeyValues
from umi_convert.vocabulary.files import (
    JsonObject,
    member_object,
    member_objects,
    read_object,
    token_content,
    token_ids,
)
from umi_convert.vocabulary.special import write_special
from umi_convert.vocabulary.tokens import ADDED_SCORE, TokenTable, TokenType, added_type, vocabulary_size

if TYPE_CHECKING:
    from umi_convert.config import Config

logger = logging.getLogger(__name__)

MODEL_FILE = "tokenizer.model"
MAX_MODEL_BYTES = 1 << 26
"""64 MiB; Gemma's model, one of the biggest, has 4."""


def has_sentencepiece(folder: Path) -> bool:
    """Tell whether a checkpoint has a SentencePiece model, which is then what its tokenizer is made from."""
    return (folder / MODEL_FILE).is_file()


def write_sentencepiece(folder: Path, config: Config, metadata: KeyValues) -> None:
    """Set a SentencePiece tokenizer's keys from tokenizer.model, added_tokens.json and tokenizer_config.json.

    Raises:
        CheckpointError: A file is missing or broken, or the model has no room for the pieces.
    """
    table = sentencepiece_tokens(folder, config)
    _write(folder, table, metadata)


def write_phi3_sentencepiece(folder: Path, config: Config, metadata: KeyValues) -> None:
    """Set the keys of Phi-3's tokenizer: as for others, but all listed tokens are kept as they are, tokenizer.json's too.

    Raises:
        CheckpointError: As in `write_sentencepiece`.
    """
    table = _pieces(folder, config)
    _put_added_tokens(folder, table)
    for path, token_id, text, special in (*_decoder_tokens(folder), *_fast_tokens(folder)):
        if _in_range(path, token_id, table):
            table.put(token_id, text, TokenType.CONTROL if special else TokenType.USER_DEFINED, ADDED_SCORE)
    _write(folder, table, metadata)


def sentencepiece_tokens(folder: Path, config: Config) -> TokenTable:
    """Return the tokens of a SentencePiece tokenizer, as many as the model has.

    Raises:
        CheckpointError: A file is missing or broken, or the model has no room for the pieces.
    """
    table = _pieces(folder, config)
    _put_added_tokens(folder, table)
    for path, token_id, text, special in _decoder_tokens(folder):
        if _in_range(path, token_id, table):
            kind = added_type(text, special=special)
            # User-defined tokens are compared with text as it comes, in which a space isn't SentencePiece's mark.
            table.put(token_id, text if kind is TokenType.CONTROL else text.replace("\u2581", " "), kind, ADDED_SCORE)
    return table


def user_defined_tokens(folder: Path) -> dict[str, int]:
    """Return the tokens beside a SentencePiece model that stand for their text wherever it comes.

    Raises:
        CheckpointError: A file is broken.
    """
    path = folder / "added_tokens.json"
    by_id = {token_id: text for text, token_id in token_ids(path, read_object(path) or {})}
    for _, token_id, text, special in _decoder_tokens(folder):
        by_id.pop(token_id, None)
        if added_type(text, special=special) is TokenType.USER_DEFINED:
            by_id[token_id] = text.replace("\u2581", " ")
    return {text: token_id for token_id, text in by_id.items()}


def open_sentencepiece(folder: Path) -> Any:
    """Open a checkpoint's SentencePieceProcessor.

    Raises:
        CheckpointError: There is no tokenizer.model, or it isn't one.
    """
    from sentencepiece import SentencePieceProcessor

    path = folder / MODEL_FILE
    try:
        if path.stat().st_size > MAX_MODEL_BYTES:
            raise CheckpointError(path, f"has {path.stat().st_size:,} bytes; no SentencePiece model is that big")
        content = path.read_bytes()
    except OSError as error:
        raise CheckpointError(path, f"can't be read: {error.strerror or error}") from error
    processor = SentencePieceProcessor()
    try:
        processor.LoadFromSerializedProto(content)
        n_pieces = processor.vocab_size()
    except (RuntimeError, OSError, ValueError, TypeError) as error:
        raise CheckpointError(path, f"isn't a SentencePiece model: {error}") from error
    if not n_pieces:
        raise CheckpointError(path, "isn't a SentencePiece model: it has no pieces")
    return processor


def _write(folder: Path, table: TokenTable, metadata: KeyValues) -> None:
    table.write(folder / MODEL_FILE, metadata, model="llama", pre="default", scored=True)
    write_special(folder, metadata, n_vocab=len(table))


def _pieces(folder: Path, config: Config) -> TokenTable:
    processor = open_sentencepiece(folder)
    n_pieces = processor.vocab_size()
    path = folder / MODEL_FILE
    table = TokenTable.of_gaps(vocabulary_size(path, config, n_pieces))
    if n_pieces > len(table):
        raise CheckpointError(
            path,
            f"has {n_pieces:,} pieces, but the model's vocab_size is {len(table):,}",
            hint="Use the tokenizer that the model was saved with, or resize the model's embeddings to this one.",
        )
    for piece_id in range(n_pieces):
        try:
            text = processor.IdToPiece(piece_id)
        except UnicodeDecodeError as error:
            raise CheckpointError(path, f"piece {piece_id} isn't UTF-8") from error
        table.put(piece_id, text, _piece_type(processor, piece_id), processor.GetScore(piece_id))
    return table


def _piece_type(processor: Any, piece_id: int) -> TokenType:
    """Return a piece's type; user-defined pieces are ordinary ones, unless tokenizer_config.json lists them too."""
    if processor.IsUnknown(piece_id):
        return TokenType.UNKNOWN
    if processor.IsControl(piece_id):
        return TokenType.CONTROL
    if processor.IsUnused(piece_id):
        return TokenType.UNUSED
    return TokenType.BYTE if processor.IsByte(piece_id) else TokenType.NORMAL


def _put_added_tokens(folder: Path, table: TokenTable) -> None:
    path = folder / "added_tokens.json"
    for text, token_id in token_ids(path, read_object(path) or {}):
        if _in_range(path, token_id, table):
            table.put(token_id, text, TokenType.USER_DEFINED, ADDED_SCORE)


def _decoder_tokens(folder: Path) -> Iterator[tuple[Path, int, str, bool]]:
    """Yield the tokens that tokenizer_config.json lists."""
    path = folder / "tokenizer_config.json"
    listed: JsonObject = member_object(path, read_object(path) or {}, "added_tokens_decoder") or {}
    for key, entry in listed.items():
        if not (key.isascii() and key.isdecimal()):
            raise CheckpointError(path, f"added_tokens_decoder has the id {key!r}")
        yield path, int(key), token_content(path, entry), bool(entry.get("special"))


def _fast_tokens(folder: Path) -> Iterator[tuple[Path, int, str, bool]]:
    """Yield the tokens that tokenizer.json adds."""
    path = folder / "tokenizer.json"
    for entry in member_objects(path, read_object(path) or {}, "added_tokens"):
        text = token_content(path, entry)
        ((_, token_id),) = token_ids(path, {text: entry.get("id")})
        yield path, token_id, text, bool(entry.get("special"))


def _in_range(path: Path, token_id: int, table: TokenTable) -> bool:
    """Tell whether the model has room for an added token; Gemma 3's text models list an image token beyond their end."""
    if token_id >= len(table):
        logger.warning("left out: token %d of %s, since the model has %d", token_id, path.name, len(table))
    return token_id < len(table)
