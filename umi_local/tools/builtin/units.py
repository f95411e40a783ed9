"""`convert_units`: exact conversion between some 150 units of everyday life.

A table of our own (`unit_table.py`) and not the library `pint`, which knows far more units: pint
takes about a second to import, converts in binary floating point, and needs its definitions parsed.

Names may be symbols, words or plurals. Where upper and lower case make the difference (MB is a
megabyte, Mb a megabit), the exact spelling counts; without it a name that could be either is refused.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache

from umi_local.messages import ToolSpec
from umi_local.tools.base import Tool
from umi_local.tools.builtin.exact import decimal_text, from_json
from umi_local.tools.builtin.limits import object_schema, text_property
from umi_local.tools.builtin.unit_table import UNITS, Unit


class UnitError(ValueError):
    """A unit is unknown, ambiguous, or measures something else."""


def convert_units(value: float, from_unit: str, to_unit: str) -> str:
    """Return a value in another unit, such as "5 mi = 8.04672 km".

    Raises:
        UnitError: A unit is unknown or ambiguous, or the two measure different things.
        ValueError: The value isn't finite, or lies below the absolute zero.
    """
    amount = from_json(value)
    source, target = _find(from_unit), _find(to_unit)
    if source.dimension != target.dimension:
        raise UnitError(_incompatible(source, target))
    base = amount * source.factor + source.offset
    if source.dimension == "temperature" and base < 0:
        raise ValueError(f"{value:g} {source.symbol} is below the absolute zero")
    is_exact = source is target or (source.is_exact and target.is_exact)
    text = decimal_text((base - target.offset) / target.factor, is_exact=is_exact)
    result = text if text.startswith("≈") else f"= {text}"
    return f"{value} {source.symbol} {result} {target.symbol}"


def _find(name: str) -> Unit:
    plain = _normalized(name)
    exact, folded = _tables()
    found = exact.get(plain) or folded.get(plain.lower(), ())
    if plain not in exact and len(found) == 1 and _swaps_prefix(plain, found[0]):
        found = ()
    if len(found) == 1:
        return found[0]
    if found:
        raise UnitError(f"{name!r} could be {_listed(found)}; write the word")
    near = difflib.get_close_matches(plain.lower(), folded, n=3, cutoff=0.6)
    units = dict.fromkeys(unit for key in near for unit in folded[key])
    dimensions = dict.fromkeys(unit.dimension for unit in UNITS)
    raise UnitError(
        f"unknown unit {name!r}; did you mean {_listed(units)}?"
        if units
        else f"unknown unit {name!r}; units of {', '.join(dimensions)} are known"
    )


def _listed(units: Iterable[Unit]) -> str:
    return " or ".join(f"{unit.word} ({unit.symbol})" for unit in units)


def _swaps_prefix(plain: str, unit: Unit) -> bool:
    """Whether reading the name without regard to case would turn mega into milli, or back."""
    exact, _ = _tables()
    return any(
        name.lower() == plain.lower() and {name[0], plain[0]} == {"m", "M"} and name[1:] in exact and len(name) <= 4
        for name in unit.names
    )


def _incompatible(source: Unit, target: Unit) -> str:
    text = f"{source.word} measures {source.dimension}, and {target.word} {target.dimension}"
    related = [
        unit
        for unit in UNITS
        if (unit.dimension == target.dimension and source.word in unit.names[-1])
        or (unit.dimension == source.dimension and target.word in unit.names[-1])
    ]
    return f"{text}; did you mean {_listed(related)}?" if related else text


@cache
def _tables() -> tuple[Mapping[str, tuple[Unit, ...]], Mapping[str, tuple[Unit, ...]]]:
    """Return the units by exact name, and by name without regard to case."""
    exact: dict[str, tuple[Unit, ...]] = {}
    folded: dict[str, tuple[Unit, ...]] = {}
    for unit in UNITS:
        for name in _spellings(unit):
            for table, key in ((exact, name), (folded, name.lower())):
                known = table.get(key, ())
                table[key] = known if unit in known else (*known, unit)
    return exact, folded


def _spellings(unit: Unit) -> Iterator[str]:
    for name in unit.names:
        for spelled in {name, name.replace("metre", "meter").replace("litre", "liter")}:
            plain = _normalized(spelled)
            yield plain
            if len(plain) > 1 and plain[-1].isalpha():
                yield f"{plain}s"


def _normalized(name: str) -> str:
    text = name.strip().replace("\N{GREEK SMALL LETTER MU}", "\N{MICRO SIGN}").replace("º", "°")
    text = re.sub(r"[\s_.-]+", " ", text).strip()
    text = re.sub(r"\s*(?:/|\bper\b)\s*", "/", text).replace("° ", "°")
    text = re.sub(r"/(?:hour|hr)$", "/h", re.sub(r"/sec(?:ond)?$", "/s", text))
    return re.sub(r"(?<=[A-Za-z])\s?(?:\^|\*\*)?([23])$", lambda m: "²³"[int(m[1]) - 2], text)


_UNIT = text_property("symbol or name, such as km or mile", max_length=40)

CONVERT_UNITS = Tool(
    spec=ToolSpec(
        "convert_units",
        "Convert a value from one unit to another.",
        object_schema(
            ["value", "from_unit", "to_unit"],
            value={"type": "number"},
            from_unit=_UNIT,
            to_unit=_UNIT,
        ),
    ),
    function=convert_units,
    timeout_s=5.0,
    location="umi_local.tools.builtin.units:CONVERT_UNITS",
)
TOOLS: tuple[Tool, ...] = (CONVERT_UNITS,)
