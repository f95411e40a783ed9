"""What cells mean: numbers in both styles, units, dates, and conditions on them."""

from __future__ import annotations

from datetime import date, datetime, timezone
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from umi_local.tools.builtin.table_conditions import condition
from umi_local.tools.builtin.table_sums import Tally, exact_sum, quotient
from umi_local.tools.builtin.table_values import (
    Column,
    Decimals,
    Kind,
    Profile,
    parse_date,
    parse_number,
    plain_number,
)

NUMBERS = Column("n", Kind.NUMBER)
TEXTS = Column("t", Kind.TEXT)
DATES = Column("d", Kind.DATE)


def profiled(*cells: str, delimiter: str = ",") -> Column:
    profile = Profile()
    for cell in cells:
        profile.add(cell)
    return profile.column("c", delimiter)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("12", "12"),
        (" -12.50 ", "-12.50"),
        ("+3", "3"),
        (".5", "0.5"),
        ("1,234", "1234"),
        ("1,234,567.89", "1234567.89"),
        ("1 234 567", "1234567"),
        ("1\u00a0234,5", None),
        ("1'234.5", "1234.5"),
        ("\u2212 5", "-5"),
        ("\u22125", "-5"),
        ("2e3", "2e3"),
        ("$1,200.00", "1200.00"),
        ("-$5", "-5"),
        ("$-5", "-5"),
        ("--5", None),
        ("12 %", "12"),
        ("12,34", None),
        ("1,2345", None),
        ("0,123", None),
        ("1,234 567", None),
        ("1.2.3", None),
        ("12a", None),
        ("", None),
        ("nan", None),
        ("1e9999", None),
        ("9" * 81, None),
        ("\u0663", None),
    ],
)
def test_numbers_with_a_decimal_point(text: str, number: str | None) -> None:
    found = parse_number(text)
    assert (found[0] if found else None) == (Decimal(number) if number else None)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("12,5", "12.5"),
        ("1.234,5", "1234.5"),
        ("1.234", "1234"),
        ("12.5", None),
        ("1 234,50 €", "1234.5"),
        (",5", "0.5"),
    ],
)
def test_numbers_with_a_decimal_comma(text: str, number: str | None) -> None:
    found = parse_number(text, Decimals.COMMA)
    assert (found[0] if found else None) == (Decimal(number) if number else None)


@given(number=st.decimals(allow_nan=False, allow_infinity=False, places=3, min_value=-(10**30), max_value=10**30))
@settings(deadline=None)
def test_a_grouped_number_is_read_back_exactly_in_both_styles(number: Decimal) -> None:
    point = f"{number:,f}"
    comma = point.translate(str.maketrans(",.", ".,"))
    assert parse_number(point) == (number, "")
    assert parse_number(comma, Decimals.COMMA) == (number, "")


def test_the_column_decides_what_a_comma_means() -> None:
    assert profiled("1,234", "5").decimals is Decimals.POINT
    assert profiled("1,234", "12,5").decimals is Decimals.COMMA
    assert profiled("1,234", "12.5").decimals is Decimals.POINT
    assert profiled("1,234", "5", delimiter=";").decimals is Decimals.COMMA
    assert profiled("1.234", "5", delimiter=";").decimals is Decimals.POINT


def test_an_undecided_number_is_said_and_a_decided_one_is_not() -> None:
    assert profiled("1,234", "5").note() == "'1,234' was read as 1234"
    assert profiled("1,234", "12.5").note() == ""
    assert profiled("12", "12.5").note() == ""


def test_the_kind_is_what_most_cells_are() -> None:
    assert profiled("1", "2", "n/a", "").kind is Kind.NUMBER
    assert profiled("1", "a", "b").kind is Kind.TEXT
    assert profiled("2024-01-05", "2024-02-30", "2024-02-01").kind is Kind.DATE
    assert profiled("", " ").kind is Kind.EMPTY


def test_one_unit_is_taken_and_another_is_not_a_number() -> None:
    column = profiled("$5", "$7", "€9", "3")
    assert [column.number(cell) for cell in ("$5", "€9", "3")] == [5, None, 3]
    assert column.unit == "$"


@pytest.mark.parametrize(
    ("text", "when", "day_only"),
    [
        ("2024-02-29", datetime(2024, 2, 29, tzinfo=timezone.utc), True),
        ("2024-02-29 10:30", datetime(2024, 2, 29, 10, 30, tzinfo=timezone.utc), False),
        ("2024-02-29T10:30:15.5Z", datetime(2024, 2, 29, 10, 30, 15, 500_000, tzinfo=timezone.utc), False),
        ("2024-02-29T10:30+0200", datetime(2024, 2, 29, 8, 30, tzinfo=timezone.utc), False),
    ],
)
def test_iso_dates_are_read(text: str, when: datetime, day_only: bool) -> None:
    assert parse_date(text) == (when, day_only)


@pytest.mark.parametrize("text", ["2023-02-29", "29.02.2024", "2024-2-9", "2024-02-29T25:00", "2024"])
def test_what_is_no_iso_date_is_not_guessed(text: str) -> None:
    assert parse_date(text) is None


@pytest.mark.parametrize(
    ("column", "operator", "value", "yes", "no"),
    [
        (TEXTS, "eq", "North", ["north", " NORTH "], ["northern", ""]),
        (TEXTS, "ne", "North", ["south", ""], ["NORTH"]),
        (TEXTS, "lt", "m", ["Anna", "b"], ["m", "Zoe", ""]),
        (TEXTS, "contains", "ORT", ["north"], ["south", ""]),
        (TEXTS, "starts_with", "no", [" North"], ["snow"]),
        (TEXTS, "is_empty", "", ["", "  "], ["x"]),
        (TEXTS, "eq", "", ["", " "], ["x"]),
        (NUMBERS, "eq", "5", ["5.0", "5", "$5"][:2], ["50", ""]),
        (NUMBERS, "ge", "1,000", ["1000", "1,000.5"], ["999.99", "n/a", ""]),
        (NUMBERS, "lt", "-1", ["-1.5"], ["-1", "0", ""]),
        (Column("n", Kind.NUMBER, Decimals.COMMA), "gt", "12.5", ["12,6", "1.000"], ["12,5"]),
        (Column("n", Kind.NUMBER, Decimals.COMMA), "gt", "12,5", ["12,6"], ["12,4"]),
        (Column("n", Kind.NUMBER, Decimals.COMMA), "gt", "1,234", ["1,235"], ["1,233"]),
        (DATES, "eq", "2024-03-01", ["2024-03-01", "2024-03-01 23:59", "2024-03-01T00:30+02:00"], ["2024-03-02"]),
        (DATES, "le", "2024-03-01", ["2024-03-01T23:00", "2023-12-31"], ["2024-03-02", "soon", ""]),
        (DATES, "gt", "2024-03-01 12:00", ["2024-03-01 12:01", "2024-03-02"], ["2024-03-01", "2024-03-01T12:00Z"]),
        (DATES, "starts_with", "2024-03", ["2024-03-31"], ["2024-04-01"]),
        (DATES, "eq", "2024-03", ["2024-03-31", "2024-03-01T10:00"], ["2024-04-01", "", "2024-03-soon"]),
        (DATES, "le", "2024", ["2024-12-31", "2023-01-01"], ["2025-01-01", "2024"]),
        (DATES, "gt", "2024-03", ["2024-04-01"], ["2024-03-31"]),
    ],
)
def test_conditions(column: Column, operator: str, value: str, yes: list[str], no: list[str]) -> None:
    test = condition(column, operator, value)
    assert [cell for cell in yes + no if test(cell)] == yes


@pytest.mark.parametrize(
    ("operator", "value", "said"),
    [
        ("like", "x", "use one of eq, ne"),
        ("gt", "", "needs a value"),
        ("gt", "many", "'many' is not a number, but column 'n' holds numbers"),
    ],
)
def test_conditions_that_make_no_sense_are_explained(operator: str, value: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        condition(NUMBERS, operator, value)


@given(cell=st.dates(), value=st.dates(), operator=st.sampled_from(["lt", "le", "gt", "ge", "eq", "ne"]))
@settings(deadline=None)
def test_dates_compare_as_dates(cell: date, value: date, operator: str) -> None:
    expected = getattr(cell, f"__{operator}__")(value)
    assert condition(DATES, operator, value.isoformat())(cell.isoformat()) is expected


@given(st.lists(st.integers(-(10**40), 10**40), max_size=20))
@settings(deadline=None)
def test_sums_are_exact(digits: list[int]) -> None:
    assert exact_sum(Decimal(f"{n}e-20") for n in digits) == Decimal(f"{sum(digits)}e-20")


def test_a_sum_of_far_apart_numbers_loses_nothing() -> None:
    assert exact_sum([Decimal("1e999"), Decimal("1e-999"), Decimal("-1e999")]) == Decimal("1e-999")


def test_a_mean_is_rounded_only_where_it_must_be() -> None:
    assert quotient(Decimal("1.5"), 2) == (Decimal("0.75"), False)
    assert quotient(Decimal(2), 3) == (Decimal("0.666667"), True)
    assert quotient(Decimal("0.0002"), 3) == (Decimal("0.0000666667"), True)


def test_sums_in_batches_are_those_at_once() -> None:
    tally = Tally("sum", NUMBERS)
    for n in range(10_000):
        tally.add(f"{n}.1")
    assert tally.value() == Decimal(sum(range(10_000))) + 1000


def test_a_median_of_long_numbers_is_exact() -> None:
    tally = Tally("median", NUMBERS)
    for cell in ("1234567890123456789012345678901.1", "1234567890123456789012345678901.2"):
        tally.add(cell)
    assert tally.result() == "1234567890123456789012345678901.15"


@pytest.mark.parametrize(
    ("number", "text"),
    [("1200", "1200"), ("12.50", "12.5"), ("0E+5", "0"), ("-0.0", "0"), ("1E+3", "1000"), ("1E+90", "1E+90")],
)
def test_numbers_are_shown_plainly(number: str, text: str) -> None:
    assert plain_number(Decimal(number)) == text
