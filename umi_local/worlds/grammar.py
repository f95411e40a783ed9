r"""The small grammar that all wordings are written in.

    [find|look up|]     one of these, at random; an empty one is allowed; may be nested
    {order}             the value of a slot
    {total:money}       the value in a form, see `speech.py`
    < of {customer}>    left out where one of its slots has no value (None, empty text or an empty list)
    \[ \{ \<           the character itself

A template is one wording, whatever its choices: its choices never make two splits share it.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import islice, product
from typing import Any, Protocol, TypeAlias

from umi_local.worlds.draw import Draw

MAX_VARIANTS = 600
"""Variants of one template that are ever enumerated."""


class TemplateError(ValueError):
    """A template is not well formed, or lacks a value."""


class Says(Protocol):
    """Puts a value into words."""

    def __call__(self, value: Any, form: str) -> str:
        """Return the value in the given form."""


@dataclass(frozen=True, slots=True)
class Slot:
    """The place of a value."""

    name: str
    form: str


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several."""

    options: tuple[Sequence_, ...]


@dataclass(frozen=True, slots=True)
class Maybe:
    """What is left out where a value is missing."""

    inner: Sequence_


Node: TypeAlias = str | Slot | Choice | Maybe
Sequence_: TypeAlias = tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text; `is_value` where it is a slot's value, which must never be misspelled."""

    text: str
    is_value: bool = False


@cache
def parse(template: str) -> Sequence_:
    """Return a template's parts.

    Raises:
        TemplateError: A bracket doesn't close or was never opened.
    """
    return _read(template, 0, "")[0]


def _read(template: str, at: int, until: str) -> tuple[Sequence_, int]:
    """Read up to one of the characters `until`, or the end; return the nodes and where it stopped."""
    nodes: list[Node] = []
    text = ""
    while at < len(template):
        mark = template[at]
        if mark in until:
            break
        if mark in "]}":
            raise TemplateError(f"{mark!r} at {at} was never opened in {template!r}")
        if mark not in "[{<":
            escaped = mark == "\\" and at + 1 < len(template)
            text += template[at + 1] if escaped else mark
            at += 2 if escaped else 1
            continue
        if text:
            nodes.append(text)
            text = ""
        node, at = _READERS[mark](template, at + 1)
        nodes.append(node)
    if text:
        nodes.append(text)
    return tuple(nodes), at


def _read_choice(template: str, at: int) -> tuple[Node, int]:
    options = []
    while True:
        option, at = _read(template, at, "|]")
        options.append(option)
        if at < len(template) and template[at] == "|":
            at += 1
            continue
        return Choice(tuple(options)), _closed(template, at, "]")


def _read_slot(template: str, at: int) -> tuple[Node, int]:
    end = template.find("}", at)
    end = len(template) if end < 0 else end
    name, _, form = template[at:end].partition(":")
    if not name.isidentifier():
        raise TemplateError(f"{name!r} is no slot name in {template!r}")
    return Slot(name, form), _closed(template, end, "}")


def _read_maybe(template: str, at: int) -> tuple[Node, int]:
    inner, at = _read(template, at, ">")
    return Maybe(inner), _closed(template, at, ">")


def _closed(template: str, at: int, mark: str) -> int:
    if at >= len(template) or template[at] != mark:
        raise TemplateError(f"{mark!r} is missing in {template!r}")
    return at + 1


_READERS = {"[": _read_choice, "{": _read_slot, "<": _read_maybe}


def slots_of(template: str) -> frozenset[str]:
    """Return the names of all slots that a template may use."""
    return frozenset(_slots(parse(template)))


def _slots(nodes: Sequence_) -> Iterator[str]:
    for node in nodes:
        if isinstance(node, Slot):
            yield node.name
        elif isinstance(node, Maybe):
            yield from _slots(node.inner)
        elif isinstance(node, Choice):
            for option in node.options:
                yield from _slots(option)


@cache
def variants(template: str) -> tuple[str, ...]:
    """Return the texts of a template without slots: every combination of its choices, at most `MAX_VARIANTS`."""
    texts = (" ".join("".join(combination).split()) for combination in _combinations(parse(template)))
    return tuple(dict.fromkeys(islice(texts, MAX_VARIANTS)))


def _combinations(nodes: Sequence_) -> Iterator[tuple[str, ...]]:
    parts: list[list[str]] = []
    for node in nodes:
        if isinstance(node, str):
            parts.append([node])
        elif isinstance(node, Choice):
            parts.append(["".join(found) for option in node.options for found in _combinations(option)])
        else:
            raise TemplateError(f"{node} has no place in a text that is drawn by itself")
    return product(*parts)


def realize(template: str, values: Mapping[str, Any], draw: Draw, say: Says) -> list[Piece]:
    """Return the pieces of one wording, its choices drawn and its slots filled.

    Raises:
        TemplateError: A slot outside `<...>` has no value.
    """
    pieces: list[Piece] = []
    _realize(parse(template), values, draw, say, pieces, template)
    return _agreeing(pieces)


_COUNT_OF_ONE = re.compile(r"1 [a-z]")
_THERE_ARE = re.compile(r"(?<=[Tt]here )(?:are|were)(?=(?: only| still)? $)")
_PLURAL_VERB = re.compile(r"^ (?:are|were|have)\b")
_SINGULAR = {"are": "is", "were": "was", "have": "has"}


def _agreeing(pieces: list[Piece]) -> list[Piece]:
    """Return the pieces with verbs in the singular beside a count of one: "there is 1 seat", "1 seat is left"."""
    agreed = list(pieces)
    for i, piece in enumerate(pieces):
        if piece.is_value and _COUNT_OF_ONE.match(piece.text):
            if i:
                agreed[i - 1] = _singular(agreed[i - 1], _THERE_ARE)
            if i + 1 < len(pieces):
                agreed[i + 1] = _singular(agreed[i + 1], _PLURAL_VERB)
    return agreed


def _singular(piece: Piece, verb: re.Pattern[str]) -> Piece:
    if piece.is_value:
        return piece
    return Piece(verb.sub(lambda found: re.sub(r"\w+", lambda word: _SINGULAR[word[0]], found[0]), piece.text))


def _realize(
    nodes: Sequence_, values: Mapping[str, Any], draw: Draw, say: Says, pieces: list[Piece], template: str
) -> None:
    for node in nodes:
        if isinstance(node, str):
            pieces.append(Piece(node))
        elif isinstance(node, Slot):
            if is_missing(values.get(node.name)):
                raise TemplateError(f"slot {node.name!r} has no value in {template!r}")
            pieces.append(Piece(say(values[node.name], node.form), is_value=True))
        elif isinstance(node, Choice):
            _realize(draw.pick(node.options), values, draw, say, pieces, template)
        elif not any(is_missing(values.get(name)) for name in _slots(node.inner)):
            _realize(node.inner, values, draw, say, pieces, template)


def is_missing(value: Any) -> bool:
    """Return whether a value leaves out the optional part that names it; 0 and False are values."""
    return value is None or (isinstance(value, (str, list, tuple)) and not value)


_SPACES = re.compile(r"[ \t]{2,}")
_BEFORE_MARK = re.compile(r" +(?=[,.;:!?](?:\s|$))")


def capitalized(pieces: list[Piece]) -> list[Piece]:
    """Return the pieces with a capital at the beginning, unless a value stands there: its spelling stays."""
    for i, piece in enumerate(pieces):
        if piece.text.strip():
            if piece.is_value:
                return pieces
            text = piece.text.lstrip()
            return [*pieces[:i], Piece(text[:1].upper() + text[1:]), *pieces[i + 1 :]]
    return pieces


def joined(pieces: list[Piece]) -> str:
    """Return the text of pieces: single spaces, none before a punctuation mark or at the ends."""
    text = "".join(piece.text for piece in pieces)
    return _BEFORE_MARK.sub("", _SPACES.sub(" ", text)).strip()


@lru_cache(maxsize=1 << 16)
def wording_id(template: str) -> str:
    """Return the id of a wording: twelve hex digits of the hash of its template."""
    return hashlib.sha256(template.encode()).hexdigest()[:12]
