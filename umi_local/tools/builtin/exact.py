"""Exact numbers as people write them: fractions to decimals, and back.

A result that has a finite decimal is given in full; any other is rounded to 12 significant digits
and marked with "≈". Nothing here goes through binary floating point.
"""

from __future__ import annotations

import math
from decimal import Decimal, localcontext
from fractions import Fraction

SIGNIFICANT_DIGITS = 12
MAX_DECIMALS = 50
PLAIN_EXPONENTS = range(-7, 21)  # outside, rounded numbers are written like 1.5e-9


def from_json(value: float | int) -> Fraction:
    """Return a JSON number as it was written: 0.1 is a tenth, not the nearest binary fraction.

    Raises:
        ValueError: The number is infinite, or not a number.
    """
    if not math.isfinite(value):
        raise ValueError(f"{value} is not a finite number")
    return Fraction(str(value))


def decimal_text(value: Fraction, *, is_exact: bool = True) -> str:
    """Return a number as a decimal, with "≈ " in front where it is rounded.

    Args:
        is_exact: False for a number that was rounded before, which is then shown as such.
    """
    if is_exact:
        places = _finite_places(value.denominator)
        if places is not None and places <= MAX_DECIMALS:
            scaled = value.numerator * (10**places // value.denominator)
            return _with_point(scaled, places)
    text = _rounded(value)
    return text if is_exact and Fraction(text) == value else f"≈ {text}"


def _finite_places(denominator: int) -> int | None:
    """Return how many decimals 1/denominator has, or None where they never end."""
    counts = []
    for prime in (2, 5):
        count = 0
        while denominator % prime == 0:
            denominator //= prime
            count += 1
        counts.append(count)
    return max(counts) if denominator == 1 else None


def _with_point(scaled: int, places: int) -> str:
    digits = str(abs(scaled)).rjust(places + 1, "0")
    sign = "-" if scaled < 0 else ""
    if places == 0:
        return f"{sign}{digits}"
    return f"{sign}{digits[:-places]}.{digits[-places:]}"


def _rounded(value: Fraction) -> str:
    with localcontext() as context:
        context.prec = SIGNIFICANT_DIGITS
        context.Emax, context.Emin = 999_999, -999_999
        quotient = Decimal(value.numerator) / Decimal(value.denominator)
        quotient = quotient.normalize()
        if quotient.is_zero() or quotient.adjusted() in PLAIN_EXPONENTS:
            return f"{quotient:f}"
        return f"{quotient:e}"
