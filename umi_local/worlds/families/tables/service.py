"""A desk with three tables of different kinds, a text and some notes; what plans over them share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from umi_local.worlds.draw import Draw
from umi_local.worlds.families._papers.desks import add_sheet, make_desk, name_of
from umi_local.worlds.families._papers.sheet_kinds import KINDS, SAYS
from umi_local.worlds.families._papers.sheets import SheetKind, csv_text, roles_of
from umi_local.worlds.families._papers.tools import family_over_tools
from umi_local.worlds.play import Play
from umi_local.worlds.speech import MONTHS

TABLES = family_over_tools("tables", "[tables|spreadsheets]")


@TABLES.scene
def scene(draw: Draw) -> dict[str, Any]:
    """Three tables, a text, two notes."""
    return make_desk(draw, sheets=3, texts=1, notes=2)


_NO_EVENTS = frozenset({"subscriptions", "members", "plants", "courses", "rooms"})
"""Kinds whose dates aren't days on which a row came about."""


def pick_sheet(
    play: Play,
    *roles: str,
    plain: bool = False,
    events: bool = False,
    fits: Callable[[SheetKind], bool] = lambda kind: True,
) -> tuple[str, dict[str, Any]]:
    """Pick a table that has all these roles, or add one, and fill the slots that its wordings share.

    Args:
        fits: Which kinds of tables will do.
        events: Whether its dates must tell when something happened.
        plain: Whether the file must write numbers plainly, since a tool shows its cells as they stand.
    """

    def is_wanted(kind: SheetKind) -> bool:
        return set(roles) <= roles_of(kind) and not (events and kind.name in _NO_EVENTS) and fits(kind)

    fitting = [path for path, sheet in play.state["sheets"].items() if is_wanted(KINDS[sheet["kind"]])]
    path = play.draw.pick(fitting) if fitting else add_sheet(play.state, play.draw, is_wanted)
    if not path:
        raise play.unsuitable("no table has the columns")
    sheet = play.state["sheets"][path]
    if plain:
        sheet["format"] = "plain"
        play.state["files"][path] = csv_text(sheet)
    says = SAYS[sheet["kind"]]
    play.slots.update(asdict(says), path=path, name=name_of(path), word=sheet["word"])
    play.slots.update({f"{role}_column": column for role, column in sheet["roles"].items()})
    return path, sheet


def pick_group(play: Play, sheet: dict[str, Any], role: str = "group") -> str:
    """Pick one of the values that repeat in a table, and fill the slots that name it."""
    group = str(play.draw.pick(sheet["rows"])[role])
    says = SAYS[sheet["kind"]]
    play.slots.update(
        group=group,
        total_of=says.total_of.format(group=group),
        how_much_of=says.how_much_of.format(group=group),
    )
    return group


def pick_month(play: Play, sheet: dict[str, Any]) -> str:
    """Pick a month of a table, as YYYY-MM, and fill the slots `month` (its name), `year` and `iso_month`."""
    month = str(play.draw.pick(sheet["rows"])["date"])[:7]
    play.slots.update(month=month_name(month), year=month[:4], iso_month=month)
    return month


def month_name(month: str) -> str:
    """Return the name of a month given as YYYY-MM."""
    return MONTHS[int(month[5:]) - 1]


def look_at_columns(play: Play, path: str, sheet: dict[str, Any], *learned: str, **slots: Any) -> None:
    """Call `table_columns` and learn which columns serve."""
    play.call("table_columns", {"path": path})
    play.learn(*learned, columns=list(sheet["columns"]), **slots)


def where(column: str, value: Any, operator: str = "eq") -> dict[str, Any]:
    """Return the arguments of a condition."""
    return {"where_column": column, "where_op": operator, "where_value": str(value)}
