"""Dates as people write them, differences, steps, and a clock that can be set."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from umi_local.tools.builtin.dates import (
    add_to_date,
    current_time,
    date_difference,
    now,
    parse_date,
    weekday,
)

DATES = st.dates(date(1, 1, 1), date(9999, 12, 31))


@pytest.mark.parametrize(
    "text",
    [
        "2024-03-03",
        "2024/03/03",
        "2024-3-3",
        "2024-03-03T10:30:00+01:00",
        "3 March 2024",
        "3rd of March 2024",
        "3. März 2024".replace("März", "Mar"),
        "03 mar. 2024",
        "March 3 2024",
        "March 3rd, 2024",
        "Sunday, 3 March 2024",
        "Sunday the 3rd of March 2024",
        "3.3.2024",
        "03.03.2024",
        "03/03/2024",
        "  3   MARCH   2024 ",
    ],
)
def test_common_ways_to_write_a_date_are_read(text: str) -> None:
    assert parse_date(text) == date(2024, 3, 3)


def test_dots_mean_day_first_and_large_numbers_settle_slashes() -> None:
    assert parse_date("3.4.2024") == date(2024, 4, 3)
    assert parse_date("25/12/2024") == date(2024, 12, 25)
    assert parse_date("12/25/2024") == date(2024, 12, 25)
    assert parse_date("Sept 5, 2024") == date(2024, 9, 5)


def test_a_date_that_could_be_two_is_refused_with_both() -> None:
    with pytest.raises(ValueError, match="could be 2024-03-04 or 2024-04-03"):
        parse_date("03/04/2024")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("2024-02-30", "not in the calendar"),
        ("2024-13-01", "not in the calendar"),
        ("Monday, 3 March 2024", "2024-03-03 is a Sunday"),
        ("3.3.24", "is not a date"),
        ("3 Foo 2024", "is not a date"),
        ("soon", "is not a date; write YYYY-MM-DD"),
        ("", "is not a date"),
    ],
)
def test_what_is_no_date_is_refused_with_the_reason(text: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        parse_date(text)


def test_the_clock_can_be_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UMI_NOW", "2024-02-28T23:30:00+01:00")

    assert current_time() == "2024-02-28T23:30:00+01:00 (Wednesday)"
    assert parse_date("tomorrow") == date(2024, 2, 29)
    assert parse_date("Yesterday") == date(2024, 2, 27)

    monkeypatch.setenv("UMI_NOW", "late")
    with pytest.raises(ValueError, match="UMI_NOW is 'late'"):
        current_time()


def test_without_a_set_clock_it_is_now(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("UMI_NOW", raising=False)
    before = datetime.now().astimezone()

    assert before <= now() <= datetime.now().astimezone()
    assert re.fullmatch(r"[\d-]{10}T[\d:]{8}[+-]\d\d:\d\d \([A-Z][a-z]+day\)", current_time())


@pytest.mark.parametrize(
    ("start", "end", "unit", "result"),
    [
        ("2024-02-28", "2024-03-01", "days", "2 days"),
        ("2024-01-01", "2024-01-02", "days", "1 day"),
        ("2024-01-01", "2024-01-01", "weeks", "0 weeks"),
        ("2024-01-01", "2024-01-17", "weeks", "2 weeks, 2 days"),
        ("2024-01-31", "2024-02-29", "months", "1 month"),
        ("2024-01-31", "2024-03-30", "months", "1 month, 30 days"),
        ("2000-02-29", "2024-02-28", "years", "23 years, 11 months, 30 days"),
        ("2024-03-01", "2024-02-28", "days", "2 days; 2024-02-28 is before 2024-03-01"),
    ],
)
def test_differences_are_whole_units_and_the_days_that_remain(start: str, end: str, unit: str, result: str) -> None:
    assert date_difference(start, end, unit) == result


def test_steps_keep_to_the_calendar() -> None:
    assert add_to_date("2024-01-31", months=1) == "2024-02-29 (Thursday)"
    assert add_to_date("2024-02-29", years=1) == "2025-02-28 (Friday)"
    assert add_to_date("2024-01-31", days=1, months=1) == "2024-03-01 (Friday)"
    assert add_to_date("2024-03-03", weeks=-1) == "2024-02-25 (Sunday)"
    with pytest.raises(ValueError, match="outside the years 1 to 9999"):
        add_to_date("9999-12-31", days=1)
    with pytest.raises(ValueError, match="outside the years 1 to 9999"):
        add_to_date("0001-01-01", months=-1)


@settings(deadline=None)
@given(DATES)
def test_every_date_is_read_back_from_its_written_forms(day: date) -> None:
    month = day.strftime("%B")
    written = [
        day.isoformat(),
        f"{day.day} {month} {day.year:04}",
        f"{month} {day.day}, {day.year:04}",
        f"{day.day}.{day.month}.{day.year:04}",
    ]

    assert [parse_date(text) for text in written] == [day] * 4
    assert weekday(day.isoformat()) == day.strftime("%A")


@settings(deadline=None)
@given(DATES, st.integers(-500_000, 500_000))
def test_adding_days_and_the_difference_in_days_agree(day: date, days: int) -> None:
    try:
        other = day + timedelta(days=days)
    except OverflowError:
        return

    assert add_to_date(day.isoformat(), days=days).startswith(other.isoformat())
    difference = date_difference(day.isoformat(), other.isoformat())
    assert int(difference.split()[0]) == abs(days)
    assert ("before" in difference) == (days < 0)
