"""Exact conversions, the many names of a unit, and what is refused."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from umi_local.tools.builtin.unit_table import UNITS, Unit
from umi_local.tools.builtin.units import UnitError, _find, convert_units


@pytest.mark.parametrize(
    ("value", "source", "target", "result"),
    [
        (5, "miles", "km", "5 mi = 8.04672 km"),
        (0.1, "m", "cm", "0.1 m = 10 cm"),
        (100, "°C", "°F", "100 °C = 212 °F"),
        (98.6, "fahrenheit", "celsius", "98.6 °F = 37 °C"),
        (-40, "C", "F", "-40 °C = -40 °F"),
        (0, "K", "°C", "0 K = -273.15 °C"),
        (1, "lb", "g", "1 lb = 453.59237 g"),
        (1, "US gallon", "litres", "1 gal = 3.785411784 l"),
        (1, "imperial pint", "ml", "1 imp pt = 568.26125 ml"),
        (1, "acre", "square metres", "1 acre = 4046.8564224 m²"),
        (36, "km/h", "m/s", "36 km/h = 10 m/s"),
        (1, "knot", "km/h", "1 kn = 1.852 km/h"),
        (90, "minutes", "hours", "90 min = 1.5 h"),
        (1, "MB", "bytes", "1 MB = 1000000 byte"),
        (1, "MiB", "bytes", "1 MiB = 1048576 byte"),
        (100, "Mbit", "MB", "100 Mbit = 12.5 MB"),
        (1, "kWh", "MJ", "1 kWh = 3.6 MJ"),
        (1, "kcal", "J", "1 kcal = 4184 J"),
        (1, "atm", "hPa", "1 atm = 1013.25 hPa"),
        (760, "torr", "atm", "760 Torr = 1 atm"),
        (180, "degrees", "rad", "180 ° ≈ 3.14159265359 rad"),
        (1, "turn", "arcsec", "1 turn = 1296000 arcsec"),
        (3, "feet", "yards", "3 ft = 1 yd"),
        (1, "m", "ft", "1 m ≈ 3.28083989501 ft"),
        (2, "hp", "W", "2 hp = 1491.39974316454044 W"),
        (1, "psi", "Pa", "1 psi ≈ 6894.75729317 Pa"),
    ],
)
def test_conversions_are_exact_where_a_finite_decimal_is(value: float, source: str, target: str, result: str) -> None:
    assert convert_units(value, source, target) == result


@pytest.mark.parametrize(
    ("names", "symbol"),
    [
        (("m", "metre", "meter", "Metres", "METERS"), "m"),
        (("m2", "m^2", "m²", "sq m", "sq. m", "square meters", "square-metre"), "m²"),
        (("ft3", "cubic feet", "cu ft", "ft**3"), "ft³"),
        (("km/h", "kph", "km per hour", "kilometers per hour", "km / h", "km/hour"), "km/h"),
        (("mph", "miles per hour", "mile/hour"), "mph"),
        (("degrees Celsius", "celsius", "°C", "° C", "C", "c"), "°C"),
        (("lbs", "LB", "pounds", "pound"), "lb"),
        (("inch", "inches", "in", "in.", "IN"), "in"),
        (("µm", "μm", "um", "micron", "micrometers"), "µm"),  # both mus
        (("light-years", "ly", "light year"), "ly"),
        (("KB", "kB", "kilobytes"), "kB"),
        (("fl oz", "fl. oz.", "fluid ounces"), "fl oz"),
    ],
)
def test_a_unit_has_many_names(names: tuple[str, ...], symbol: str) -> None:
    assert {_find(name).symbol for name in names} == {symbol}


def test_case_counts_where_it_makes_the_difference() -> None:
    assert _find("MB").symbol == "MB"
    assert _find("Mb").symbol == "Mbit"
    assert _find("mW").symbol == "mW"
    assert _find("Cal").symbol == "kcal"
    with pytest.raises(UnitError, match=r"'mb' could be megabyte \(MB\) or megabit \(Mbit\)"):
        _find("mb")
    with pytest.raises(UnitError, match="unknown unit 'mJ'"):  # not a megajoule
        _find("mJ")


@pytest.mark.parametrize(
    ("source", "target", "reason"),
    [
        ("m", "kg", "metre measures length, and kilogram mass"),
        ("oz", "ml", "did you mean us fluid ounce"),
        ("kilomter", "m", r"unknown unit 'kilomter'; did you mean kilometre \(km\)"),
        ("xyzzy", "m", "units of length, mass, volume"),
        ("", "m", "unknown unit ''"),
        ("ton", "kg", "could be metric ton .* or short ton .* or imperial ton"),
    ],
)
def test_what_cannot_be_converted_is_said_with_suggestions(source: str, target: str, reason: str) -> None:
    with pytest.raises(UnitError, match=reason):
        convert_units(1, source, target)


def test_values_that_are_no_amounts_are_refused() -> None:
    with pytest.raises(ValueError, match="below the absolute zero"):
        convert_units(-500, "C", "K")
    with pytest.raises(ValueError, match="inf is not a finite number"):
        convert_units(float("inf"), "m", "km")


def test_no_name_belongs_to_two_units_but_the_ton() -> None:
    owners: dict[str, set[str]] = {}
    for unit in UNITS:
        for name in unit.names:
            owners.setdefault(name, set()).add(unit.symbol)

    assert len(UNITS) > 100
    assert {name for name, units in owners.items() if len(units) > 1} == {"ton"}


PAIRS = [(a, b) for a in UNITS for b in UNITS if a.dimension == b.dimension]


@settings(deadline=None, max_examples=300)
@given(st.sampled_from(PAIRS), st.decimals(0, 1000, places=3))
def test_there_and_back_again_is_the_same_value(pair: tuple[Unit, Unit], amount: Decimal) -> None:
    source, target = pair
    value = Fraction(amount)

    there = convert_units(float(amount), source.symbol, target.symbol)
    sign = "=" if " = " in there else "≈"
    number = there.partition(f" {sign} ")[2].removesuffix(f" {target.symbol}")
    back = (Fraction(number) * target.factor + target.offset - source.offset) / source.factor

    if sign == "=":
        assert back == value
    else:
        scale = abs(value) + abs(source.offset) + abs(target.offset)
        assert abs(back - value) <= scale * Fraction(1, 10**10)
