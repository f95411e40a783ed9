"""Values for made-up texts from short descriptions: `rent=whole:450:1600:10; landlord=person; until=day:10:90`.

Kinds: `whole:low:high[:step]`, `price:low:high`, `half:low:high` (steps of a half), `day:from:to` (days from today),
`after:name:days`, `clock[:from:to]`, `code:pattern`, `pick:a|b|c`, `sum:name:name...`, `times:name:name`,
`less:name:name`, `percent:name:number`, and the words of pools by their names.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from umi_local.worlds.dates import days_later
from umi_local.worlds.draw import Draw
from umi_local.worlds.families._papers.words import ERRANDS, SUBJECTS, team_name
from umi_local.worlds.pools import (
    ANIMALS,
    COLOURS,
    COMPANIES,
    DEPARTMENTS,
    FIRST_NAMES,
    FOODS,
    GOODS,
    STREETS,
    TOWNS,
    person,
)

_POOLS = {
    "first": FIRST_NAMES,
    "town": TOWNS,
    "street": STREETS,
    "good": GOODS,
    "food": FOODS,
    "animal": ANIMALS,
    "colour": COLOURS,
    "department": DEPARTMENTS,
    "company": COMPANIES,
    "errand": ERRANDS,
    "subject": SUBJECTS,
}


def drawn_values(draw: Draw, described: str, today: str) -> dict[str, Any]:
    """Return the values of a description, drawn in its order; no two words of a pool are the same."""
    values: dict[str, Any] = {}
    for item in described.split(";"):
        name, _, spec = item.strip().partition("=")
        if name:
            values[name] = _value(draw, spec.split(":"), values, today)
    return values


def _value(draw: Draw, spec: list[str], known: Mapping[str, Any], today: str) -> Any:
    kind, arguments = spec[0], spec[1:]
    if kind in _POOLS:
        taken = {value for value in known.values() if isinstance(value, str)}
        own = _POOLS[kind].of(draw.split)
        return draw.pick([word for word in own if word not in taken] or own)
    return _MAKERS[kind](draw, arguments, known, today)


def plain(value: Decimal) -> float | int:
    """Return a decimal number as JSON has it: whole where it is."""
    return int(value) if value == int(value) else float(value)


def exact(value: float | int | str) -> Decimal:
    """Return a number as it is written."""
    return Decimal(str(value))


def _total(names: list[str], known: Mapping[str, Any]) -> float | int:
    return plain(sum((exact(known[name]) for name in names), Decimal(0)))


_Maker = Callable[[Draw, list[str], Mapping[str, Any], str], Any]
_MAKERS: dict[str, _Maker] = {
    "person": lambda draw, spec, known, today: person(draw),
    "team": lambda draw, spec, known, today: team_name(draw),
    "phone": lambda draw, spec, known, today: draw.code("0###-######"),
    "whole": lambda draw, spec, known, today: draw.whole(*map(int, spec)),
    "half": lambda draw, spec, known, today: plain(Decimal(draw.whole(2 * int(spec[0]), 2 * int(spec[1]))) / 2),
    "price": lambda draw, spec, known, today: round(draw.price(float(spec[0]), float(spec[1])), 2),
    "day": lambda draw, spec, known, today: days_later(today, draw.whole(int(spec[0]), int(spec[1]))),
    "after": lambda draw, spec, known, today: days_later(known[spec[0]], int(spec[1])),
    "clock": lambda draw, spec, known, today: draw.clock(*map(int, spec)),
    "code": lambda draw, spec, known, today: draw.code(spec[0]),
    "pick": lambda draw, spec, known, today: draw.pick(":".join(spec).split("|")),
    "sum": lambda draw, spec, known, today: _total(spec, known),
    "times": lambda draw, spec, known, today: plain(exact(known[spec[0]]) * exact(known[spec[1]])),
    "less": lambda draw, spec, known, today: plain(exact(known[spec[0]]) - exact(known[spec[1]])),
}
