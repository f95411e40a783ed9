"""Reckoning with dates and times as worlds hold them."""

from __future__ import annotations

import pytest

from umi_local.worlds import RefusedError
from umi_local.worlds.dates import (
    checked_clock,
    checked_day,
    days_between,
    days_later,
    minutes_later,
    minutes_of,
    weekday_of,
)


def test_days_are_counted_over_the_ends_of_months_and_years():
    assert days_later("2026-12-30", 3) == "2027-01-02"
    assert days_later("2028-03-01", -1) == "2028-02-29"
    assert days_between("2026-12-30", "2027-01-02") == 3
    assert weekday_of("2026-03-31") == "Tuesday"


def test_minutes_are_counted_past_midnight():
    assert minutes_of("09:05") == 545
    assert minutes_later("23:30", 45) == "00:15"
    assert minutes_later("00:10", -20) == "23:50"


@pytest.mark.parametrize("day", ["2026-02-30", "31 March", "2026-3-1", ""])
def test_what_is_no_date_is_refused(day):
    with pytest.raises(RefusedError, match="not a date"):
        checked_day(day)


@pytest.mark.parametrize("clock", ["24:00", "9:30", "noon", ""])
def test_what_is_no_time_is_refused(clock):
    with pytest.raises(RefusedError, match="not a time"):
        checked_clock(clock)


def test_dates_and_times_pass_unchanged():
    assert (checked_day("2026-03-31"), checked_clock("09:30")) == ("2026-03-31", "09:30")
