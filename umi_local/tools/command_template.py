"""The argument vector of a command: words, and places for the values of a call. Nothing here ever meets a shell.

"{path}"             the value; of an array, a word an item
"--lines={count}"    the value inside a word
"{hidden:--all}"     of a boolean: the text where it is true, nothing where it isn't
["-n", "{count}"]    words that are left out together where a value is missing
"{{" and "}}"        the braces themselves
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from string import Formatter
from typing import TypeAlias

from umi_local.messages import JsonValue

Template: TypeAlias = Sequence["str | Sequence[str]"]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a value goes; with `flag`, that text in its stead where the value is true."""

    name: str
    flag: str | None = None


Word: TypeAlias = tuple["str | Place", ...]


def parse_word(text: str) -> Word:
    """Return the pieces of a word.

    Raises:
        ValueError: Braces don't pair, or hold something else than a name.
    """
    pieces: list[str | Place] = []
    for literal, name, flag, conversion in Formatter().parse(text):
        if literal:
            pieces.append(literal)
        if name is None:
            continue
        if conversion is not None or not name.isidentifier():
            raise ValueError(f"{{{name}}} in {text!r} is no parameter's name")
        pieces.append(Place(name, flag or None))
    return tuple(pieces)


def words_of(template: Template) -> Iterator[Word]:
    """Yield the words of a template, those of groups too.

    Raises:
        ValueError: One isn't well formed.
    """
    for item in template:
        yield from map(parse_word, [item] if isinstance(item, str) else item)


def filled(template: Template, values: Mapping[str, JsonValue]) -> list[str]:
    """Return the words of a call.

    A value that begins with '-' would be taken for an option, so it is refused, unless a '--' comes before it, or the word
    before it in its group is the option that it belongs to.

    Args:
        values: By parameter; one that is missing or null leaves its word, or its group, out.

    Raises:
        ValueError: A value can't be part of a command, for the reason given.
    """
    found: list[str] = []
    is_past_options = False
    for item in template:
        group = [parse_word(word) for word in ([item] if isinstance(item, str) else item)]
        places = [piece for word in group for piece in word if isinstance(piece, Place)]
        if any(values.get(place.name) is None for place in places):
            continue
        for number, word in enumerate(group):
            is_past_options = is_past_options or word == ("--",)  # the template's own: a value's would open the gate
            if not is_past_options and not (number and _is_option(group[number - 1])):
                _refuse_option(word, values)
            found += _filled(word, values)
    return found


def text_with(word: Word, values: Mapping[str, JsonValue]) -> str:
    """Return a word's text; a value that is missing or null is empty.

    Raises:
        ValueError: A value can't be part of a text, for the reason given.
    """
    return "".join(piece if isinstance(piece, str) else _text_at(piece, values.get(piece.name)) for piece in word)


def _filled(word: Word, values: Mapping[str, JsonValue]) -> list[str]:
    if len(word) == 1 and isinstance(word[0], Place):
        place, value = word[0], values[word[0].name]
        if place.flag is not None and value is not True:
            return []
        if isinstance(value, list):
            return [_text_at(place, item) for item in value]
    return [text_with(word, values)]


def _text_at(place: Place, value: JsonValue) -> str:
    """Return what stands at a place: texts as they are, everything else as JSON, a flag for a boolean.

    Raises:
        ValueError: It holds a NUL, which no word can.
    """
    if place.flag is not None:
        return place.flag if value is True else ""
    if value is None:
        return ""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    if "\0" in text:
        raise ValueError(f"{place.name} holds a NUL character")
    return text


def _is_option(word: Word) -> bool:
    first = word[0] if word else ""
    return isinstance(first, str) and first.startswith("-")


def _refuse_option(word: Word, values: Mapping[str, JsonValue]) -> None:
    """Raise where a word begins with a text of the call's that begins with '-'; numbers may be negative."""
    for piece in word:
        if isinstance(piece, str):
            return
        value = values[piece.name]
        for item in value if isinstance(value, list) else [value]:
            if piece.flag is None and isinstance(item, str) and item.startswith("-"):
                raise ValueError(f"{piece.name} is {item!r}, which would be taken for an option: it begins with '-'")
        if _text_at(piece, value):  # else the next one begins the word
            return
