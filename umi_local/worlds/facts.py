"""What an answer must say, however it says it: numbers, dates, times, names, yes or no.

A fact is found by its value: 1,250.50 and 1250.5 are one number, 3 May 2026 and 2026-05-03 one day, "twelve" is 12.
Nothing is understood beyond that, so an answer that lists every value would pass; the checker limits its length.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from umi_local.messages import JsonValue
from umi_local.worlds.speech import CLOCK, ISO_DATE, MONTHS


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that an answer must say.

    Attributes:
        kind: number, text, date, clock, yes or no.
        value: What; None for yes and no.
        also: Other texts that say the same.
    """

    kind: str
    value: JsonValue = None
    also: tuple[str, ...] = ()

    @property
    def is_weak(self) -> bool:
        """Whether a thoughtless answer would say it by chance."""
        return self.kind == "yes"

    def is_said(self, text: str) -> bool:
        """Return whether the text says it."""
        text = _STAMP.sub(r"\1 ", text)
        match self.kind:
            case "number":
                return any(_same_number(self.value, found, decimals) for found, decimals in _numbers(text))
            case "date":
                return _says_date(text, date.fromisoformat(self.value))
            case "clock":
                return _says_clock(text, self.value)
            case "yes":
                return bool(text.strip()) and not negates(text)
            case "no":
                return negates(text)
        return any(_has_words(text, value) for value in (self.value, *self.also))

    def __str__(self) -> str:
        return self.kind if self.value is None else repr(self.value)


YES = Fact("yes")
NO = Fact("no")


def facts_of(value: Any) -> Iterator[Fact]:
    """Yield what must be said of a value: itself, or each entry of a list."""
    if isinstance(value, bool):
        yield YES if value else NO
    elif isinstance(value, (int, float)):
        yield Fact("number", value)
    elif isinstance(value, str):
        kind = "date" if ISO_DATE.fullmatch(value) else "clock" if CLOCK.fullmatch(value) else "text"
        yield Fact(kind, value)
    elif isinstance(value, (list, tuple)):
        for inner in value:
            yield from facts_of(inner)
    else:
        raise TypeError(f"{type(value).__name__} is no fact")


_NOT_WORD = re.compile(r"[^\w]+")


@lru_cache(maxsize=4096)
def _plain(text: str) -> str:
    without_accents = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return f" {_NOT_WORD.sub(' ', without_accents.replace('_', ' ')).strip().casefold()} "


def _has_words(text: str, value: str) -> bool:
    wanted = _plain(value)
    return wanted in _plain(text) if wanted.strip() else value in text


_NEGATION = re.compile(
    r"\b(?:no|not|none|nothing|nobody|never|neither|nor|cannot|unable|without|isn|aren|wasn|weren|don|doesn|didn|hasn"
    r"|haven|can|couldn|won|wouldn)\b(?<!\bcan\b)|n['’]t\b|\bcan['’]t\b|\bfail(?:s|ed)?\b",
    re.IGNORECASE,
)


def negates(text: str) -> bool:
    """Return whether a text has a word of denial."""
    return _NEGATION.search(text) is not None


_WORDS = {
    word: number
    for number, word in enumerate(
        [
            "zero",
            "one",
            "two",
            "three",
            "four",
            "five",
            "six",
            "seven",
            "eight",
            "nine",
            "ten",
            "eleven",
            "twelve",
            "thirteen",
            "fourteen",
            "fifteen",
            "sixteen",
            "seventeen",
            "eighteen",
            "nineteen",
            "twenty",
        ]
    )
}
_MONTH = "|".join((*MONTHS, *(month[:3] for month in MONTHS)))
_NAMED = re.compile(
    rf"\b(?:(\d{{1,2}})(?:st|nd|rd|th)?(?: of)? ({_MONTH})\b\.?|({_MONTH})\b\.? (\d{{1,2}})(?:st|nd|rd|th)?\b)"
    r"(?:,? (\d{4})\b)?",
    re.IGNORECASE,
)
_STAMP = re.compile(r"\b(\d{4}-\d{2}-\d{2})T(?=\d{2}:\d{2})")
_ISO_IN_TEXT = re.compile(r"\b(\d{4})-(\d{2})-(\d{2})\b")
_DOTTED = re.compile(r"\b(\d{1,2})[./](\d{1,2})[./](\d{4})\b")
_CLOCK_IN_TEXT = re.compile(
    r"\b(\d{1,2})(?:[:.](\d{2}))?(?::\d{2})? ?([ap])\.?m\b|\b(\d{1,2}):(\d{2})\b", re.IGNORECASE
)
_NUMBER = re.compile(r"(?<![\w.])[-−]?(?:\d{1,3}(?:[, ]\d{3})+|\d+)(?:\.\d+)?")


def _numbers(text: str) -> Iterator[tuple[float, int]]:
    """Yield the numbers of a text with their decimals; dates and times are none."""
    for pattern in (_ISO_IN_TEXT, _DOTTED, _NAMED, _CLOCK_IN_TEXT):
        text = pattern.sub(" ; ", text)
    for found in _NUMBER.findall(text):
        written = re.sub(r"[, ]", "", found).replace("−", "-")
        yield float(written), len(written.partition(".")[2])
    for word in re.findall(r"[a-z]+", text.lower()):
        if word in _WORDS:
            yield float(_WORDS[word]), 0
    if re.search(r"\b(?:no|none|nothing)\b", text, re.IGNORECASE):
        yield 0.0, 0


def _same_number(value: float, found: float, decimals: int) -> bool:
    if abs(value - found) <= 0.005 + 1e-9 and (decimals or not value % 1 or abs(value - found) < 1e-9):
        return True
    return decimals >= 1 and round(value, decimals) == found and abs(value - found) <= abs(value) * 0.005


def _says_date(text: str, day: date) -> bool:
    return any(_is_day(found, day) for found in _dates(text))


def _dates(text: str) -> Iterator[tuple[int | None, int, int]]:
    """Yield year (None where it isn't said), month and day of every date in a text."""
    for year, month, number in _ISO_IN_TEXT.findall(text):
        yield int(year), int(month), int(number)
    for first, second, year in _DOTTED.findall(text):
        yield int(year), int(second), int(first)
        yield int(year), int(first), int(second)
    short = [month[:3].lower() for month in MONTHS]
    for number, month, other_month, other_number, year in _NAMED.findall(text):
        at = short.index((month or other_month)[:3].lower()) + 1
        yield (int(year) if year else None), at, int(number or other_number)


def _is_day(found: tuple[int | None, int, int], day: date) -> bool:
    return found[0] in (None, day.year) and found[1:] == (day.month, day.day)


def _says_clock(text: str, value: str) -> bool:
    wanted = (int(value[:2]), int(value[3:]))
    for hour, minute, half, plain_hour, plain_minute in _CLOCK_IN_TEXT.findall(text):
        if half:
            found = (int(hour) % 12 + (12 if half.lower() == "p" else 0), int(minute or 0))
        else:
            found = (int(plain_hour), int(plain_minute))
        if found == wanted:
            return True
    return False


def unsaid(facts: Iterable[Fact], text: str) -> list[Fact]:
    """Return the facts that a text doesn't say."""
    return [fact for fact in facts if not fact.is_said(text)]
