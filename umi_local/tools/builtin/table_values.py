"""What a table's cells mean: numbers, ISO dates or text.

Numbers are exact decimals. Whether `1,234` is a thousand or a little more than one is decided for a whole column: the
style (decimal point or decimal comma) that reads more of its cells wins; where both read as many, a `;` between cells
and a comma inside one speak for the comma. One currency or percent sign a column is left out of the number.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timezone
from decimal import Context, Decimal, localcontext
from enum import Enum
from functools import lru_cache

EXACT_DIGITS = 2400
"""Precision of sums: enough for MAX_NUMBER_CHARS digits with exponents from -999 to 999, so they stay exact."""

MAX_NUMBER_CHARS = 80

_REMEMBERED = 4096  # cells repeat (regions, days, small numbers), and each pass reads them again
_DIGITS = frozenset("0123456789")
_UNITS = "$€£¥%"
_SPACES = " \u00a0\u2009\u202f'\u2019"  # thousands are also separated by these


def _number_pattern(group: str, decimal: str) -> re.Pattern[str]:
    grouped = rf"[1-9][0-9]{{0,2}}(?P<mark>[{group}{_SPACES}])[0-9]{{3}}(?:(?P=mark)[0-9]{{3}})*"
    fraction = rf"(?:{decimal}[0-9]+)?(?:[eE][+-]?[0-9]{{1,3}})?"
    body = rf"(?:(?:{grouped}|[0-9]+){fraction}|{decimal}[0-9]+)"
    sign, unit = "[+\\-\u2212]?", f"[{_UNITS}]"
    return re.compile(rf"(?P<a>{sign})(?P<unit>{unit}?)\s*(?P<b>{sign})(?P<body>{body})\s*(?P<after>{unit}?)")


class Decimals(Enum):
    """How a column writes its numbers: `1,234.5` or `1.234,5`."""

    POINT = "."
    COMMA = ","


_PATTERNS = {Decimals.POINT: _number_pattern(",", r"\."), Decimals.COMMA: _number_pattern(".", ",")}
_DROPPED = {
    Decimals.POINT: str.maketrans("", "", "," + _SPACES),
    Decimals.COMMA: str.maketrans(",", ".", "." + _SPACES),
}
_DATE = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?P<time>[T ][0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,6})?)?"
    r"(?:Z|[+-][0-9]{2}:?[0-9]{2})?)?"
)


@lru_cache(maxsize=_REMEMBERED)
def parse_number(text: str, decimals: Decimals = Decimals.POINT) -> tuple[Decimal, str] | None:
    """Return a cell's number and its unit sign (empty without one), or None if it isn't a number."""
    text = text.strip()
    match = _PATTERNS[decimals].fullmatch(text) if 0 < len(text) <= MAX_NUMBER_CHARS else None
    if match is None or (match["a"] and match["b"]) or (match["unit"] and match["after"]):
        return None
    number = Decimal(match["body"].translate(_DROPPED[decimals]))
    negative = (match["a"] or match["b"]) in ("-", "\u2212")
    return (number.copy_negate() if negative else number), match["unit"] or match["after"]


@lru_cache(maxsize=_REMEMBERED)
def parse_date(text: str) -> tuple[datetime, bool] | None:
    """Return an ISO date or time, and whether it is a date alone; None if it is neither.

    A time without an offset is taken as UTC.
    """
    match = _DATE.fullmatch(text.strip())
    if match is None:
        return None
    written = match[0]
    if match["time"]:  # Python 3.10 reads neither `Z` nor `+0200` nor `.5`
        written = written.replace("Z", "+00:00")
        written = re.sub(r"([+-][0-9]{2})([0-9]{2})$", r"\1:\2", written)
        written = re.sub(r"\.([0-9]+)", lambda found: f".{found[1]:0<6}", written)
    try:
        when = datetime.fromisoformat(written)
    except ValueError:  # such as February 30
        return None
    return (when if when.tzinfo else when.replace(tzinfo=timezone.utc)), match["time"] is None


class Kind(str, Enum):
    """What most of a column's cells are."""

    NUMBER = "number"
    DATE = "date"
    TEXT = "text"
    EMPTY = "empty"


@dataclass(slots=True)
class Profile:
    """What a pass over a column found; feed it cells with `add`."""

    n_empty: int = 0
    n_filled: int = 0
    n_dates: int = 0
    n_numbers: Counter[Decimals] = field(default_factory=Counter)
    units: Counter[str] = field(default_factory=Counter)
    ambiguous: str = ""  # the first cell that both styles read, differently
    has_comma: bool = False

    def add(self, cell: str) -> None:
        """Take one more cell into account."""
        if not cell.strip():
            self.n_empty += 1
            return
        self.n_filled += 1
        if _DIGITS.isdisjoint(cell):
            return
        if cell.isascii() and cell.isdigit() and len(cell) <= MAX_NUMBER_CHARS:  # the same in both styles
            self.n_numbers.update(Decimals)
            return
        read = {style: number for style in Decimals if (number := parse_number(cell, style)) is not None}
        if read:
            self._add_number(cell, read)
        else:
            self.n_dates += parse_date(cell) is not None

    def _add_number(self, cell: str, read: dict[Decimals, tuple[Decimal, str]]) -> None:
        self.n_numbers.update(read.keys())
        self.units.update({unit for _, unit in read.values() if unit})
        self.has_comma |= "," in cell
        if not self.ambiguous and len({number for number, _ in read.values()}) == 2:
            self.ambiguous = cell.strip()

    def column(self, name: str, delimiter: str) -> Column:
        """Return how the column is to be read."""
        point, comma = (self.n_numbers[style] for style in Decimals)
        tie = point == comma
        by_comma = comma > point or (tie and delimiter == ";" and self.has_comma)
        decimals = Decimals.COMMA if by_comma else Decimals.POINT
        unit = min(self.units, key=lambda sign: (-self.units[sign], sign), default="")
        kind = Kind.TEXT if self.n_filled else Kind.EMPTY
        if max(point, comma) * 2 >= max(self.n_filled, 1):
            kind = Kind.NUMBER
        elif self.n_dates * 2 >= max(self.n_filled, 1):
            kind = Kind.DATE
        return Column(name, kind, decimals, unit, self.ambiguous if tie else "")


@dataclass(frozen=True, slots=True)
class Column:
    """How a column is read.

    `ambiguous` is a cell such as `1,234` where nothing in the column told a thousand from a little more than one.
    """

    name: str
    kind: Kind
    decimals: Decimals = Decimals.POINT
    unit: str = ""
    ambiguous: str = ""

    def number(self, cell: str) -> Decimal | None:
        """Return a cell's number; None for text, and for another unit than the column's."""
        read = parse_number(cell, self.decimals)
        return read[0] if read is not None and read[1] in ("", self.unit) else None

    def key(self, cell: str) -> Decimal | datetime | str | None:
        """Return what a cell is sorted by; None if it is not of the column's kind."""
        if self.kind is Kind.NUMBER:
            return self.number(cell)
        if self.kind is Kind.DATE:
            read = parse_date(cell)
            return read[0] if read else None
        return cell.strip().casefold() or None

    def note(self) -> str:
        """Say how an ambiguous number was read; empty if there was none."""
        number = self.number(self.ambiguous) if self.ambiguous else None
        return f"{self.ambiguous!r} was read as {plain_number(number)}" if number is not None else ""


def plain_number(number: Decimal) -> str:
    """Return a number as text without an exponent where that stays short, and without zeros at its end."""
    if not number:
        return "0"
    with localcontext(Context(prec=EXACT_DIGITS)):
        number = number.normalize()
    return f"{number:f}" if -20 < number.adjusted() < 40 else str(number)
