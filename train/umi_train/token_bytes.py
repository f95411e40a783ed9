"""The bytes that tokens stand for, read off a tokenizer of the `tokenizers` library.

Decoding a token by itself doesn't give them: bytes of a character that isn't complete become replacement characters, and
SentencePiece's leading blank is dropped. So they are read the way the vocabulary was written, of which there are two:

- byte level (GPT-2's): every byte is one printable character;
- SentencePiece's: `▁` is a blank, and `<0xE4>` is a byte.
"""

from __future__ import annotations

import json
import re
from typing import Any

_BYTE = re.compile(r"<0x([0-9A-Fa-f]{2})>")
_PRINTABLE = (*range(ord("!"), ord("~") + 1), *range(ord("¡"), ord("¬") + 1), *range(ord("®"), ord("ÿ") + 1))


def token_bytes(tokenizer: Any, n_tokens: int) -> list[bytes] | None:
    """Return the bytes of tokens 0 to n_tokens - 1, those of added tokens being their names; None for other vocabularies.

    Args:
        tokenizer: A `tokenizers.Tokenizer`.
    """
    kinds = _kinds(json.loads(tokenizer.to_str()))
    added = tokenizer.get_added_tokens_decoder()
    if "ByteLevel" in kinds:
        read = _of_byte_level
    elif kinds & {"Metaspace", "ByteFallback", "Replace"}:
        read = _of_sentencepiece
    else:
        return None
    texts = (str(added[t].content) if t in added else tokenizer.id_to_token(t) or "" for t in range(n_tokens))
    return [text.encode() if t in added else read(text) for t, text in enumerate(texts)]


def _kinds(written: dict[str, Any]) -> set[str]:
    """Return the types of a tokenizer's decoders and pre-tokenizers."""
    found: set[str] = set()
    for part in (written.get("decoder"), written.get("pre_tokenizer")):
        for step in (part, *((part or {}).get("decoders") or ()), *((part or {}).get("pretokenizers") or ())):
            found.add((step or {}).get("type", ""))
    return found


def _alphabet() -> dict[str, int]:
    """Return GPT-2's characters of bytes: printable ones are themselves, the others follow from U+0100 on."""
    others = (byte for byte in range(256) if byte not in _PRINTABLE)
    return {chr(byte): byte for byte in _PRINTABLE} | {chr(256 + i): byte for i, byte in enumerate(others)}


_BYTE_OF = _alphabet()


def _of_byte_level(text: str) -> bytes:
    values = [_BYTE_OF.get(character) for character in text]
    return text.encode() if None in values else bytes(value for value in values if value is not None)


def _of_sentencepiece(text: str) -> bytes:
    byte = _BYTE.fullmatch(text)
    return bytes([int(byte[1], 16)]) if byte else text.replace("▁", " ").encode()
