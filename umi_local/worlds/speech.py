"""Values in words: dates, times, amounts, counts and lists, as one person would write them throughout a conversation.

Worlds hold plain JSON values. Text of the form YYYY-MM-DD is a date and HH:MM a time; both are recognized, so that a
family never converts anything.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
CLOCK = re.compile(r"(?:[01]\d|2[0-3]):[0-5]\d")

MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")

DATE_STYLES = ("iso", "day_month", "month_day", "month_day_th", "short")

_IRREGULAR = {"person": "people", "child": "children", "foot": "feet", "shelf": "shelves", "life": "lives"}


@dataclass(frozen=True, slots=True)
class Speech:
    """How one speaker writes values.

    Forms (after the colon of a slot): `money` two decimals and thousands marks; `count` thousands marks; `n night`
    the number and its noun, in the plural where it needs one; `a` with its article; `cap`, `lower`; `weekday`, `iso`,
    `long`; `or` for lists that end in "or"; `added` for numbers added up one by one. Without a form, text stands as it is.
    """

    date_style: str = "iso"

    def __call__(self, value: Any, form: str = "") -> str:
        """Return the value in words."""
        if form.startswith("n "):
            return f"{self.plain(value)} {plural(form[2:], value)}"
        match form:
            case "money":
                return f"{value:,.2f}"
            case "count":
                return f"{value:,}"
            case "added":
                return added_up(value)
            case "a":
                return with_article(self.plain(value))
            case "cap":
                text = self.plain(value)
                return text[:1].upper() + text[1:]
            case "lower":
                return self.plain(value).lower()
            case "weekday":
                return WEEKDAYS[date.fromisoformat(value).weekday()]
            case "iso" | "long":
                return Speech("iso" if form == "iso" else "month_day").plain(value)
            case "or":
                return self._listed(value, "or")
            case "":
                return self.plain(value)
        raise ValueError(f"there is no form {form!r}")

    def plain(self, value: Any) -> str:
        """Return the value as this speaker writes it without being told how."""
        if isinstance(value, bool):
            return "yes" if value else "no"
        if isinstance(value, float):
            return number_text(value)
        if isinstance(value, str):
            return date_text(value, self.date_style) if ISO_DATE.fullmatch(value) else value
        if isinstance(value, Sequence):
            return self._listed(value, "and")
        return str(value)

    def _listed(self, values: Sequence[Any], word: str) -> str:
        texts = [self.plain(value) for value in values]
        if len(texts) < 2:
            return "".join(texts)
        return f"{', '.join(texts[:-1])} {word} {texts[-1]}"


def number_text(value: float) -> str:
    """Return a number with at most four decimals and no idle zeros."""
    return f"{value:.4f}".rstrip("0").rstrip(".")


def added_up(values: Sequence[float]) -> str:
    """Return numbers added up as one does it on paper: `2 + 3 = 5; 5 + 4 = 9`. Who can't do it at once, can do it like this."""
    steps, total = [], values[0]
    for value in values[1:]:
        before, total = total, round(total + value, 4)
        steps.append(f"{number_text(before)} + {number_text(value)} = {number_text(total)}")
    return "; ".join(steps) or number_text(total)


def date_text(iso: str, style: str) -> str:
    """Return a date in one of `DATE_STYLES`."""
    day = date.fromisoformat(iso)
    month = MONTHS[day.month - 1]
    match style:
        case "day_month":
            return f"{day.day} {month} {day.year}"
        case "month_day":
            return f"{month} {day.day}, {day.year}"
        case "month_day_th":
            return f"{month} {day.day}{ordinal_ending(day.day)}, {day.year}"
        case "short":
            return f"{day.day} {month[:3]} {day.year}"
    return iso


def ordinal_ending(number: int) -> str:
    """Return st, nd, rd or th."""
    return "th" if 10 <= number % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")


def plural(noun: str, number: float) -> str:
    """Return the noun as it stands after the number."""
    if number == 1:
        return noun
    head, space, last = noun.rpartition(" ")
    if last in _IRREGULAR:
        return head + space + _IRREGULAR[last]
    if last.endswith("y") and last[-2:-1] not in "aeiou":
        return head + space + last[:-1] + "ies"
    return head + space + last + ("es" if last.endswith(("s", "x", "ch", "sh")) else "s")


def with_article(text: str) -> str:
    """Return the text with a or an before it."""
    sounds_open = text[:1].lower() in "aeiou" and not text.lower().startswith(("uni", "use", "eu", "one"))
    return f"{'an' if sounds_open else 'a'} {text}"
