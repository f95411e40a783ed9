"""Tokens of an arithmetic expression, with everything that depends on context settled here.

A comma is part of a number (1,234.5), but between a function's parentheses it separates arguments.
`%` is per cent, but remainder where an operand follows it. Signs and words that mean the same
become one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

FUNCTIONS = ("sqrt", "abs", "round", "floor", "ceil", "min", "max", "factorial")
CONSTANTS = ("pi", "e")
MAX_EXPONENT = 1000

_EXPONENT = r"(?:[eE][+-]?\d+)?"
_GROUPED = re.compile(rf"\d{{1,3}}(?:,\d{{3}})+(?![\d,])(?:\.\d*)?{_EXPONENT}")
_NUMBER = re.compile(rf"(?:\d[\d_]*(?:\.\d*)?|\.\d+){_EXPONENT}")
_WORD = re.compile(r"[A-Za-z]+|[π√]")
_SIGN = re.compile(r"\*\*|//|[-+*/%^()!,×÷·⋅−–]")  # signs that people paste
_SPACE = re.compile(r"\s*")
_SYNONYMS = {
    "×": "*",
    "·": "*",
    "⋅": "*",
    "x": "*",
    "of": "*",
    "times": "*",
    "÷": "/",
    "−": "-",
    "–": "-",
    "plus": "+",
    "minus": "-",
    "^": "**",
    "percent": "%",
    "√": "sqrt",
    "π": "pi",
}


class CalculationError(ValueError):
    """The expression can't be read, or its value can't be computed."""


@dataclass(frozen=True, slots=True)
class Token:
    """A number, an operator, a parenthesis, a name, or the end (an empty text)."""

    text: str
    position: int
    number: Fraction | None = None


def tokenize(text: str) -> list[Token]:
    """Return the tokens of an expression, the end included; "mod" is the remainder's operator.

    Raises:
        CalculationError: The text holds something that isn't arithmetic.
    """
    tokens = list(_scan(text))
    for i, (token, following) in enumerate(pairwise(tokens)):
        if token.text == "%" and _starts_operand(following):
            tokens[i] = Token("mod", token.position)
    return tokens


def _scan(text: str) -> Iterator[Token]:
    position = 0
    groups: list[bool] = []  # open parentheses: is it a function's?
    previous = ""
    while True:
        position = _skip(text, position)
        if position == len(text):
            yield Token("", position)
            return
        token, end = _next_token(text, position, commas_separate=bool(groups and groups[-1]))
        if token.text == "(":
            groups.append(previous in FUNCTIONS)
        elif token.text == ")" and groups:
            groups.pop()
        yield token
        position, previous = end, token.text


def _next_token(text: str, position: int, *, commas_separate: bool) -> tuple[Token, int]:
    grouped = None if commas_separate else _GROUPED.match(text, position)
    if found := grouped or _NUMBER.match(text, position):
        return Token(found[0], position, _number(found[0])), found.end()
    if found := _WORD.match(text, position) or _SIGN.match(text, position):
        lowered = found[0].lower()
        return Token(_SYNONYMS.get(lowered, lowered), position), found.end()
    raise CalculationError(f"{text[position]!r} at position {position + 1} is not arithmetic")


def _skip(text: str, position: int) -> int:
    found = _SPACE.match(text, position)
    return found.end() if found else position


def _starts_operand(token: Token) -> bool:
    return token.number is not None or token.text == "(" or token.text in FUNCTIONS + CONSTANTS


def _number(text: str) -> Fraction:
    plain = text.replace(",", "").replace("_", "")
    exponent = plain.lower().partition("e")[2]
    if exponent and abs(int(exponent)) > MAX_EXPONENT:
        raise CalculationError(f"the exponent of {text} is beyond {MAX_EXPONENT:,}")
    return Fraction(plain.removesuffix(".") if not exponent else plain.replace(".e", "e"))
