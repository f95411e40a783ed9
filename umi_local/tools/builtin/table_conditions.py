"""Conditions on the cells of a column: an operator and a value become a test."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, time, timezone
from decimal import Decimal

from umi_local.tools.builtin.table_values import Column, Decimals, Kind, parse_date, parse_number

OPERATORS = ("eq", "ne", "lt", "le", "gt", "ge", "contains", "starts_with", "is_empty")

Matches = Callable[[str], bool]
_Compare = Callable[[str], "int | None"]  # -1, 0 or 1; None for a cell that can't be compared

_PART_OF_DATE = re.compile(r"[0-9]{4}(?:-[0-9]{2})?")


def condition(column: Column, operator: str, value: str) -> Matches:
    """Return the test of a cell that an operator and a value describe.

    A value that is an ISO date compares dates (without a time: days), a year or a month compares those of a column of
    dates, a number compares numbers, everything else compares text without regard to case. Cells that can't be compared
    so don't match, and match `ne`.

    Raises:
        ValueError: The operator is unknown, the value is missing, or it can't be compared with the column.
    """
    value = value.strip()
    if operator not in OPERATORS:
        raise ValueError(f"operator is {operator!r}; use one of {', '.join(OPERATORS)}")
    if operator == "is_empty":
        return lambda cell: not cell.strip()
    if not value and operator not in ("eq", "ne"):
        raise ValueError(f"operator {operator} needs a value to compare {column.name!r} with")
    folded = value.casefold()
    if operator == "contains":
        return lambda cell: folded in cell.casefold()
    if operator == "starts_with":
        return lambda cell: cell.strip().casefold().startswith(folded)
    if operator in ("eq", "ne"):
        equal = _equality(column, value)
        return equal if operator == "eq" else lambda cell: not equal(cell)
    if column.kind is Kind.NUMBER and _wanted_number(column, value) is None:
        raise ValueError(f"{value!r} is not a number, but column {column.name!r} holds numbers")
    return _ordering(column, operator, value)


def _equality(column: Column, value: str) -> Matches:
    folded = value.casefold()
    compare = _comparison(column, value)
    return lambda cell: cell.strip().casefold() == folded or compare(cell) == 0


def _ordering(column: Column, operator: str, value: str) -> Matches:
    compare = _comparison(column, value)
    wanted = {"lt": {-1}, "le": {-1, 0}, "gt": {1}, "ge": {0, 1}}[operator]
    return lambda cell: compare(cell) in wanted


def _comparison(column: Column, value: str) -> _Compare:
    date = parse_date(value)
    if date is not None:
        return _with_date(*date)
    if column.kind is Kind.DATE and _PART_OF_DATE.fullmatch(value):
        return _with_part_of_date(value)
    number = _wanted_number(column, value)
    return _with_text(value.casefold()) if number is None else _with_number(column, number)


def _with_number(column: Column, wanted: Decimal) -> _Compare:
    def compare(cell: str) -> int | None:
        number = column.number(cell)
        return None if number is None else (number > wanted) - (number < wanted)

    return compare


def _with_date(wanted: datetime, day_only: bool) -> _Compare:
    def compare(cell: str) -> int | None:
        read = parse_date(cell)
        if read is None:
            return None
        found = read[0]
        if day_only:  # the day as the cell writes it, whatever its offset
            found = datetime.combine(found.date(), time(), timezone.utc)
        return (found > wanted) - (found < wanted)

    return compare


def _with_part_of_date(wanted: str) -> _Compare:
    def compare(cell: str) -> int | None:
        found = cell.strip()[: len(wanted)]
        return None if parse_date(cell) is None else (found > wanted) - (found < wanted)

    return compare


def _with_text(wanted: str) -> _Compare:
    def compare(cell: str) -> int | None:
        folded = cell.strip().casefold()
        return (folded > wanted) - (folded < wanted) if folded else None

    return compare


def _wanted_number(column: Column, value: str) -> Decimal | None:
    # Models write numbers as JSON does, whatever the file's style is; only then the column's style counts.
    for decimals in (Decimals.POINT, column.decimals):
        read = parse_number(value, decimals)
        if read is not None and (decimals is column.decimals or "," not in value):
            return read[0]
    return None
