"""Dates: today, the time between two of them, and steps from one to another.

Dates are read in ISO form and in the common written ones (3 March 2024, March 3 2024, 3.3.2024,
2024/03/03, today). What could be two dates, such as 03/04/2024, is refused with the reason. The
calendar is the Gregorian one; there are no time zones but the machine's own. `UMI_NOW` (an ISO date
and time) replaces the clock, so that a run can be repeated.
"""

from __future__ import annotations

import calendar
import os
import re
from datetime import date, datetime, timedelta

from umi_local.messages import JsonObject, ToolSpec
from umi_local.tools.base import Tool
from umi_local.tools.builtin.limits import (
    choice_property,
    count_property,
    object_schema,
    text_property,
)

MONTHS = (
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
)
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
RELATIVE_DAYS = {"yesterday": -1, "today": 0, "tomorrow": 1}

_YEAR_FIRST = re.compile(r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})(?:[T ]\d{2}:\d{2}.*)?")
_DAY_FIRST = re.compile(r"(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{4})")
_EITHER_FIRST = re.compile(r"(\d{1,2})([-/])(\d{1,2})\2(\d{4})")
_DAY_MONTH = re.compile(r"(\d{1,2})(?:st|nd|rd|th|\.)?(?: of)? ([a-z]+)\.?,? (\d{4})")
_MONTH_DAY = re.compile(r"([a-z]+)\.? (\d{1,2})(?:st|nd|rd|th)?,? (\d{4})")
_WEEKDAY_BEFORE = re.compile(rf"(?:the )?(?:({'|'.join(WEEKDAYS).lower()}),? )?(?:the )?(.*)")


def now() -> datetime:
    """Return the machine's local time with its offset, or what UMI_NOW says instead.

    Raises:
        ValueError: UMI_NOW isn't an ISO date and time.
    """
    fixed = os.environ.get("UMI_NOW")
    if not fixed:
        return datetime.now().astimezone()
    try:
        return datetime.fromisoformat(fixed.replace("Z", "+00:00"))
    except ValueError as error:
        raise ValueError(f"UMI_NOW is {fixed!r}; expected a date and time such as 2024-03-03T10:00:00") from error


def parse_date(text: str) -> date:
    """Return the date that a text names.

    Raises:
        ValueError: It names none, names more than one, or names a day that isn't in the calendar.
    """
    plain = " ".join(text.lower().split())
    if plain in RELATIVE_DAYS:
        return now().date() + timedelta(days=RELATIVE_DAYS[plain])
    found = _WEEKDAY_BEFORE.fullmatch(plain)
    assert found is not None  # all its parts are optional
    day = _calendar_date(text, *_numbers(text, found[2]))
    if found[1] and WEEKDAYS[day.weekday()].lower() != found[1]:
        raise ValueError(f"{text!r}: {day} is a {WEEKDAYS[day.weekday()]}")
    return day


def current_time() -> str:
    """Return the date, time and weekday of now."""
    moment = now()
    return f"{moment.isoformat(timespec='seconds')} ({WEEKDAYS[moment.weekday()]})"


def date_difference(start: str, end: str, unit: str = "days") -> str:
    """Return the time from one date to another, in whole units and the days that remain.

    Args:
        unit: days, weeks, months or years. A month is over on the day of the same number, or on
            the month's last day where there is none.
    """
    first, last = parse_date(start), parse_date(end)
    early, late = min(first, last), max(first, last)
    if unit == "days":
        text = _count((late - early).days, "day")
    elif unit == "weeks":
        weeks, days = divmod((late - early).days, 7)
        text = _counts((weeks, "week"), (days, "day"))
    else:
        months = _whole_months(early, late)
        days = (late - _add_months(early, months)).days
        if unit == "months":
            text = _counts((months, "month"), (days, "day"))
        else:
            text = _counts((months // 12, "year"), (months % 12, "month"), (days, "day"))
    return f"{text}; {last} is before {first}" if last < first else text


def add_to_date(date: str, days: int = 0, weeks: int = 0, months: int = 0, years: int = 0) -> str:
    """Return the date some time after (or, with negative numbers, before) another.

    Years and months are added first; a day that the month doesn't have becomes its last.
    """
    try:
        moved = _add_months(parse_date(date), 12 * years + months)
        return _with_weekday(moved + timedelta(days=days, weeks=weeks))
    except OverflowError as error:
        raise ValueError("the result is outside the years 1 to 9999") from error


def weekday(date: str) -> str:
    """Return the weekday of a date."""
    return WEEKDAYS[parse_date(date).weekday()]


def _numbers(text: str, plain: str) -> tuple[int, int, int]:
    """Return year, month and day as they are written."""
    if found := _YEAR_FIRST.fullmatch(plain.replace("t", "T")):
        return int(found[1]), int(found[3]), int(found[4])
    if found := _DAY_FIRST.fullmatch(plain):
        return int(found[3]), int(found[2]), int(found[1])
    if found := _EITHER_FIRST.fullmatch(plain):
        return _decided(text, int(found[1]), int(found[3]), int(found[4]))
    if (found := _DAY_MONTH.fullmatch(plain)) and (month := _month(found[2])):
        return int(found[3]), month, int(found[1])
    if (found := _MONTH_DAY.fullmatch(plain)) and (month := _month(found[1])):
        return int(found[3]), month, int(found[2])
    raise ValueError(f"{text!r} is not a date; write YYYY-MM-DD, such as 2024-03-03")


def _decided(text: str, first: int, second: int, year: int) -> tuple[int, int, int]:
    if first <= 12 and second <= 12 and first != second:
        raise ValueError(
            f"{text!r} could be {year:04}-{first:02}-{second:02} or {year:04}-{second:02}-"
            f"{first:02}; write it as YYYY-MM-DD"
        )
    return (year, first, second) if second > 12 else (year, second, first)


def _month(name: str) -> int:
    """Return the number of a month by its name or an abbreviation of three letters or more."""
    fits = [i for i, known in enumerate(MONTHS, 1) if len(name) >= 3 and known.startswith(name)]
    return fits[0] if fits else 9 if name == "sept" else 0


def _calendar_date(text: str, year: int, month: int, day: int) -> date:
    try:
        return date(year, month, day)
    except ValueError as error:
        raise ValueError(f"{text!r} is not in the calendar: {error}") from error


def _add_months(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if not 1 <= year <= 9999:
        raise OverflowError
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last))


def _whole_months(early: date, late: date) -> int:
    months = (late.year - early.year) * 12 + late.month - early.month
    return months if _add_months(early, months) <= late else months - 1


def _count(number: int, unit: str) -> str:
    return f"{number} {unit}" if number == 1 else f"{number} {unit}s"


def _counts(*parts: tuple[int, str]) -> str:
    """Return the parts that aren't zero, such as "1 year, 2 days"; the first if all are."""
    shown = [_count(number, unit) for number, unit in parts if number]
    return ", ".join(shown) or _count(*parts[0])


def _with_weekday(day: date) -> str:
    return f"{day} ({WEEKDAYS[day.weekday()]})"


_DATE = text_property("YYYY-MM-DD, or today", max_length=60)
_UNIT = choice_property("default days", ("days", "weeks", "months", "years"))


def _steps(unit: str, limit: int) -> JsonObject:
    return count_property(f"{unit} to add; negative to go back", minimum=-limit, maximum=limit)


CURRENT_TIME = Tool(
    spec=ToolSpec("current_time", "Get the current date, time and weekday.", object_schema()),
    function=current_time,
    timeout_s=5.0,
    location="umi_local.tools.builtin.dates:CURRENT_TIME",
)
DATE_DIFFERENCE = Tool(
    spec=ToolSpec(
        "date_difference",
        "Get the time between two dates.",
        object_schema(["start", "end"], start=_DATE, end=_DATE, unit=_UNIT),
    ),
    function=date_difference,
    timeout_s=5.0,
    location="umi_local.tools.builtin.dates:DATE_DIFFERENCE",
)
ADD_TO_DATE = Tool(
    spec=ToolSpec(
        "add_to_date",
        "Get the date that is some time after or before another.",
        object_schema(
            ["date"],
            date=_DATE,
            days=_steps("days", 1_000_000),
            weeks=_steps("weeks", 100_000),
            months=_steps("months", 100_000),
            years=_steps("years", 9_999),
        ),
    ),
    function=add_to_date,
    timeout_s=5.0,
    location="umi_local.tools.builtin.dates:ADD_TO_DATE",
)
WEEKDAY = Tool(
    spec=ToolSpec("weekday", "Get the weekday of a date.", object_schema(["date"], date=_DATE)),
    function=weekday,
    timeout_s=5.0,
    location="umi_local.tools.builtin.dates:WEEKDAY",
)
TOOLS: tuple[Tool, ...] = (CURRENT_TIME, DATE_DIFFERENCE, ADD_TO_DATE, WEEKDAY)
