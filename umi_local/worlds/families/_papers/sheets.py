"""Tables that people keep: kinds with their columns and what is asked about them, their CSV text, and sums over them.

A sheet is plain JSON: `kind`, `stem`, `columns` (names in the file's order), `roles` (role to column name), `rows` (values
by role), `more` (labels that no row has), `format`. Roles: `date`, `label` (what tells a row from the others), `group` (few
different values), `n` and perhaps `m` (numbers), `who` (a person).
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from umi_local.worlds.draw import Draw
from umi_local.worlds.families._papers.values import drawn_values, exact, plain
from umi_local.worlds.families._papers.words import slug
from umi_local.worlds.splits import Split


@dataclass(frozen=True, slots=True)
class Says:
    """How people speak about a kind of table; noun phrases and questions that stand in wordings.

    Attributes:
        row: What a row is: "payment".
        total, total_of: Noun phrases of the sum of `n`, over all rows and over one `{group}`.
        how_much, how_much_of: Questions for the same, without a question mark.
        groups: What the groups are: "category".
        number: What `n` is, in the singular: "amount".
        unit: The unit of `n`, in the plural.
        most: A superlative question for the row with the largest `n`.
    """

    row: str
    total: str
    total_of: str
    how_much: str
    how_much_of: str
    groups: str
    number: str
    unit: str
    most: str


@dataclass(frozen=True, slots=True)
class SheetKind:
    """One kind of table; each belongs to a split.

    Attributes:
        words: What it is called, alternatives with `|`; its file's name begins with the one that is drawn.
        columns: Role and column name, alternatives with `|`, in the file's order.
        values: How a row is made, by role; see `values.py`. `group` and `who` repeat over the rows, as does `label` where
            it is no pool of its own.
        money: Roles that are written with two decimals.
    """

    name: str
    split: Split
    words: str
    columns: str
    values: str
    says: Says
    money: frozenset[str] = frozenset()


def roles_of(kind: SheetKind) -> frozenset[str]:
    """Return the roles that a kind of table has columns for."""
    return frozenset(item.strip().partition("=")[0] for item in kind.columns.split(";"))


REPEATED = {"group": 3, "who": 3}
"""How many different values a role has over all rows."""


def write_sheet(draw: Draw, kind: SheetKind, today: str) -> dict[str, Any]:
    """Return a table of a kind: six to eleven rows, sorted by date where there is one."""
    names = dict(item.strip().split("=") for item in kind.columns.split(";"))
    specs = dict(item.strip().split("=") for item in kind.values.split(";"))
    case = draw.pick(_CASES)
    roles = {role: case(draw.pick(alternatives.split("|"))) for role, alternatives in names.items()}
    few = {role: _different(draw, specs[role], today, count) for role, count in REPEATED.items() if role in specs}
    labels = _different(draw, specs["label"], today, 12) if "label" in specs else []
    n_rows = min(draw.whole(6, 11), len(labels) or 11)
    rows = [_row(draw, specs, few, labels[i : i + 1], today) for i in range(n_rows)]
    if "date" in specs:
        rows.sort(key=lambda row: str(row["date"]))
    word = draw.pick(kind.words.split("|"))
    year = draw.pick(("", str(rows[-1].get("date", today))[:4]))
    return {
        "kind": kind.name,
        "word": word,
        "stem": "-".join(filter(None, (slug(word), year))),
        "roles": roles,
        "columns": list(roles.values()),
        "rows": rows,
        "more": labels[n_rows : n_rows + 4],
        "money": sorted(kind.money),
        "format": draw.weighted({"plain": 0.7, "semicolon": 0.12, "comma": 0.1, "sign": 0.08}),
    }


def _row(draw: Draw, specs: Mapping[str, str], few: Mapping[str, list[Any]], label: list[Any], today: str) -> Any:
    row = {role: draw.pick(values) for role, values in few.items()}
    if label:
        row["label"] = label[0]
    for role, spec in specs.items():
        if role not in row:
            row[role] = drawn_values(draw, f"{role}={spec}", today)[role]
    return row


def _different(draw: Draw, spec: str, today: str, count: int) -> list[Any]:
    found = [drawn_values(draw, f"value={spec}", today)["value"] for _ in range(3 * count)]
    return list(dict.fromkeys(found))[:count]


_CASES: tuple[Callable[[str], str], ...] = (
    lambda name: name.replace(" ", "_"),
    lambda name: name.replace(" ", "_"),
    lambda name: name,
    lambda name: name.capitalize(),
    lambda name: name.title().replace(" ", ""),
)


def csv_text(sheet: Mapping[str, Any]) -> str:
    """Return a sheet as the text of its file."""
    out = io.StringIO()
    delimiter = ";" if sheet["format"] in ("semicolon", "comma") else ","
    writer = csv.writer(out, lineterminator="\n", delimiter=delimiter)
    writer.writerow(sheet["columns"])
    writer.writerows([cell(sheet, role, row[role]) for role in sheet["roles"]] for row in sheet["rows"])
    return out.getvalue()


def cell(sheet: Mapping[str, Any], role: str, value: Any) -> str:
    """Return a value as the file writes it."""
    text = f"{value:.2f}" if role in sheet["money"] and value != "" else str(value)
    if sheet["format"] == "comma" and isinstance(value, float):
        return text.replace(".", ",")
    if sheet["format"] == "sign" and role in sheet["money"] and text:
        return f"€{text}"
    return text


def row_text(sheet: Mapping[str, Any], row: Mapping[str, Any]) -> str:
    """Return a row as a line of its file."""
    return csv_text({**sheet, "rows": [row]}).splitlines()[1]


def matching(sheet: Mapping[str, Any], **wanted: Any) -> list[Any]:
    """Return the rows that have these values; a date may be given as its year and month."""
    return [row for row in sheet["rows"] if all(_fits(row[role], value) for role, value in wanted.items())]


def _fits(found: Any, wanted: Any) -> bool:
    return found == wanted or (isinstance(wanted, str) and len(wanted) == 7 and str(found).startswith(f"{wanted}-"))


def total(rows: Iterable[Mapping[str, Any]], role: str = "n") -> float | int:
    """Return the sum of a role, exactly."""
    return plain(sum((exact(row[role]) for row in rows if row[role] != ""), Decimal(0)))


def mean(rows: Iterable[Mapping[str, Any]], role: str = "n") -> float | int:
    """Return the mean of a role, rounded to two decimals."""
    numbers = [exact(row[role]) for row in rows if row[role] != ""]
    return plain((sum(numbers, Decimal(0)) / len(numbers)).quantize(Decimal("0.01")))


def by_group(sheet: Mapping[str, Any], role: str = "group", number: str = "n") -> dict[str, float | int]:
    """Return the sum of a number for every value of a role, the largest first."""
    groups = {row[role]: total(matching(sheet, **{role: row[role]}), number) for row in sheet["rows"]}
    return dict(sorted(groups.items(), key=lambda item: (-item[1], str(item[0]).casefold())))


def best(sheet: Mapping[str, Any], role: str = "n", *, largest: bool = True) -> Any:
    """Return the row with the largest or smallest value of a role; None where two share it."""
    pick = max if largest else min
    found = pick(row[role] for row in sheet["rows"])
    rows = matching(sheet, **{role: found})
    return rows[0] if len(rows) == 1 else None
