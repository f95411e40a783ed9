"""Slips of the hand in a user's words. Values are never touched: what must be copied exactly stays as it is."""

from __future__ import annotations

import re

from umi_local.worlds.draw import Draw
from umi_local.worlds.grammar import Piece

_WORD = re.compile(r"[A-Za-z']{3,}")
_SHORT = {"you": "u", "please": "pls", "are": "r", "thanks": "thx", "and": "an", "the": "teh", "what": "wat"}
_NEAR = {"a": "s", "e": "r", "i": "o", "n": "m", "o": "p", "r": "t", "s": "d", "t": "y", "u": "i", "l": "k", "d": "f"}


def with_typos(pieces: list[Piece], draw: Draw) -> list[Piece]:
    """Return the pieces with one to three slips in words that aren't values, perhaps all in lower case."""
    pieces = list(pieces)
    if draw.chance(0.5):
        pieces = [piece if piece.is_value else Piece(piece.text.lower()) for piece in pieces]
    places = [(i, word.span()) for i, p in enumerate(pieces) if not p.is_value for word in _WORD.finditer(p.text)]
    chosen = draw.sample(places, draw.whole(1, 3))
    for i, (start, end) in sorted(chosen, reverse=True):  # from the end, so that places stay where they were
        text = pieces[i].text
        pieces[i] = Piece(text[:start] + _slip(text[start:end], draw) + text[end:])
    return pieces


def _slip(word: str, draw: Draw) -> str:
    if word.lower() in _SHORT and draw.chance(0.6):
        return _SHORT[word.lower()]
    if "'" in word:
        return word.replace("'", "")
    at = draw.whole(1, max(1, len(word) - 2))
    match draw.below(4):
        case 0:
            return word[:at] + word[at + 1 :]
        case 1:
            return word[:at] + word[at + 1] + word[at] + word[at + 2 :]
        case 2:
            return word[:at] + word[at] + word[at:]
    return word[:at] + _NEAR.get(word[at], word[at]) + word[at + 1 :]
