"""Reckoning with dates and times as worlds hold them: "YYYY-MM-DD" and "HH:MM"."""

from __future__ import annotations

from datetime import date, timedelta

from umi_local.worlds.errors import RefusedError
from umi_local.worlds.speech import CLOCK, ISO_DATE, WEEKDAYS


def days_later(day: str, count: int) -> str:
    """Return the date so many days after another; before it where the count is negative."""
    return (date.fromisoformat(day) + timedelta(days=count)).isoformat()


def days_between(first: str, second: str) -> int:
    """Return how many days the second date lies after the first."""
    return (date.fromisoformat(second) - date.fromisoformat(first)).days


def weekday_of(day: str) -> str:
    """Return the English name of a date's weekday."""
    return WEEKDAYS[date.fromisoformat(day).weekday()]


def minutes_of(clock: str) -> int:
    """Return how many minutes after midnight a time is."""
    return int(clock[:2]) * 60 + int(clock[3:])


def minutes_later(clock: str, count: int) -> str:
    """Return the time so many minutes after another, on the next day's clock where it passes midnight."""
    minutes = (minutes_of(clock) + count) % (24 * 60)
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def checked_day(day: str) -> str:
    """Return a date that a model passed.

    Raises:
        RefusedError: There is no such date.
    """
    try:
        if not ISO_DATE.fullmatch(day):
            raise ValueError(day)
        return date.fromisoformat(day).isoformat()
    except ValueError:
        raise RefusedError(f"{day!r} is not a date, dates look like 2026-03-31", 422) from None


def checked_clock(clock: str) -> str:
    """Return a time that a model passed.

    Raises:
        RefusedError: There is no such time.
    """
    if not CLOCK.fullmatch(clock):
        raise RefusedError(f"{clock!r} is not a time, times look like 09:30", 422)
    return clock
