"""Between text and tokens: outside text that can't become control tokens, and text that appears while it is decoded."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable, Sequence
from typing import Protocol

from umi_local.engine.llama_c import Vocab
from umi_local.prompts.base import Block, Segment
from umi_local.prompts.markers import TurnMarkers

_MARKER_WORDS = re.compile(r"<[^<>\s]+>|\[/?[A-Z]+\]")


class TokenSource(Protocol):
    """A vocabulary that tokenizes: a model of llama.cpp, or in training the tokenizer of a checkpoint."""

    @property
    def vocab(self) -> Vocab:
        """What must be known of it."""
        ...

    def tokenize(self, text: str, *, special: bool) -> list[int]:
        """Return the tokens of a text, without a beginning-of-sequence token."""
        ...

    def piece(self, token: int) -> bytes:
        """Return the bytes that a token stands for; control tokens stand for their names."""
        ...


class Words(TokenSource, Protocol):
    """A vocabulary that turns are spoken in: what a role writes comes as tokens and is read as bytes."""

    @property
    def lead(self) -> str:
        """A blank where the tokenizer begins every text with one (SentencePiece's dummy prefix), else nothing."""
        ...

    def text(self, tokens: Sequence[int]) -> str:
        """Return the text of tokens; bytes that aren't UTF-8 become replacement characters."""
        ...

    def pieces(self) -> list[bytes]:
        """Return the bytes of every token, by id."""
        ...


class Encoder:
    """Turns segments into tokens. Safe to use from several threads.

    Args:
        guarded: Further tokens that outside text may never become, such as turn markers that a file types as ordinary.

    Attributes:
        forbidden: All tokens that outside text may never become.
    """

    def __init__(self, model: TokenSource, guarded: Iterable[int] = ()) -> None:
        self._model = model
        self.forbidden = model.vocab.control | frozenset(guarded)
        self._cache: dict[Segment, tuple[int, ...]] = {}

    def block(self, block: Block) -> tuple[int, ...]:
        """Return a block's tokens: each segment on its own, so that borders never move."""
        return tuple(token for segment in block.segments for token in self.segment(segment))

    def segment(self, segment: Segment) -> tuple[int, ...]:
        """Return a segment's tokens; only trusted ones may hold control tokens."""
        found = self._cache.get(segment)
        if found is None:
            if len(self._cache) > 4096:
                self._cache.clear()
            tokens = self._model.tokenize(segment.text, special=True) if segment.trusted else self.outside(segment.text)
            found = self._cache[segment] = tuple(tokens)
        return found

    def outside(self, text: str) -> list[int]:
        """Return tokens of text from outside, none of them forbidden.

        llama.cpp leaves control tokens alone when it isn't asked to parse them, but some files type such tokens as
        ordinary ones. Where one shows up, its text is cut after the first character and the halves are tokenized apart.
        """
        text = text.replace("\0", "\ufffd")  # NUL ends a C string, and is the cut mark below
        tokens = self._model.tokenize(text, special=False)
        found = self.forbidden.intersection(tokens)
        if not found:
            return tokens
        for token in found:
            name = self._model.piece(token).decode("utf-8", "replace")
            if len(name) > 1 and name in text:
                parts = (name[0] + "\0" + name[1:]).join(text.split(name)).split("\0")
                return [token for part in parts for token in self.outside(part)]
        return [token for token in tokens if token not in self.forbidden]  # names that can't be cut


def guarded_tokens(model: TokenSource, written: str) -> list[int]:
    """Return the tokens that are words of turn markers or of a chat template, whatever type the file gives them.

    Args:
        written: The markers, or the template.
    """
    words = sorted(set(_MARKER_WORDS.findall(written)))
    tokens = [model.tokenize(word, special=True) for word in words]
    return [ids[0] for ids, word in zip(tokens, words, strict=True) if ids and model.piece(ids[0]) == word.encode()]


def end_of_turn(model: Words, markers: TurnMarkers | None) -> tuple[frozenset[int], str]:
    """Return what ends a turn beside the vocabulary's own stop tokens: a token of the markers, or a text where it is none.

    Both are empty where turns have no markers.
    """
    if markers is None:
        return frozenset(), ""
    stop = model.tokenize(markers.stop, special=True)
    is_token = len(stop) == 1 and bool(model.text(stop).strip())  # blank lines have many spellings
    return (frozenset(stop), "") if is_token else (frozenset(), markers.stop)


class TextStream:
    """Decodes tokens to text as they come; bytes of a character that isn't complete yet are held back."""

    def __init__(self, model: Words) -> None:
        self._model = model
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self.text = ""

    def push(self, token: int) -> str:
        """Add a token; return the text so far."""
        self.text += self._decoder.decode(self._model.piece(token))
        return self.text

    def finish(self) -> str:
        """Return the whole text; bytes left incomplete become a replacement character."""
        self.text += self._decoder.decode(b"", final=True)
        return self.text


def before_stop(text: str, stop_text: str) -> str | None:
    """Return what stands before the text that ends a turn; None where it hasn't come, or there is no such text."""
    text = text.lstrip()
    return text.split(stop_text, 1)[0].strip() if stop_text and stop_text in text else None


def without_begun_stop(text: str, stop_text: str) -> str:
    """Return the text without an end that may become `stop_text`."""
    begun = next((n for n in range(len(stop_text) - 1, 0, -1) if text.endswith(stop_text[:n])), 0)
    return text[: len(text) - begun]
