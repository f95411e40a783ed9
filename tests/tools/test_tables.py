"""The table tools against files, and against a plain computation of the same figures."""

from __future__ import annotations

import csv
import statistics
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from umi_local.tools.base import DEFAULT_MAX_CHARS
from umi_local.tools.builtin import tables
from umi_local.tools.builtin.roots import ROOTS_VARIABLE
from umi_local.tools.builtin.table_file import find_delimiter
from umi_local.tools.builtin.tables import (
    aggregate_column,
    count_rows,
    find_rows,
    group_rows,
    table_columns,
    top_rows,
)

SALES = """\
date,Region,amount,note
2024-01-05,North,"1,200.50",first
2024-02-01,south,12.5,
2024-02-11,NORTH,7,"a, b"
2024-03-01,,n/a,last
"""


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv(ROOTS_VARIABLE, str(tmp_path))
    (tmp_path / "sales.csv").write_text(SALES)
    return tmp_path


def test_columns_are_described(root: Path) -> None:
    assert table_columns("sales.csv").splitlines() == [
        "'sales.csv': 4 rows, 4 columns, separated by ','",
        "date: date, such as '2024-01-05'",
        "Region: text, such as 'North'",
        "amount: number, such as '1,200.50'",
        "note: text, such as 'first'",
    ]


def test_rows_are_counted_with_and_without_a_condition(root: Path) -> None:
    assert count_rows("sales.csv") == "4 rows"
    assert count_rows("sales.csv", "region", "eq", "north") == "2 of 4 rows where Region eq 'north'"
    assert count_rows("sales.csv", "date", "ge", "2024-02-01").startswith("3 of 4 rows")
    assert count_rows("sales.csv", "amount", "gt", "12").startswith("2 of 4 rows")
    assert count_rows("sales.csv", "note", "is_empty") == "1 of 4 rows where note is_empty"


def test_rows_are_shown_with_the_wanted_columns(root: Path) -> None:
    assert find_rows("sales.csv", "region", "eq", "north", show="amount, Date").splitlines() == [
        "2 of 4 rows where Region eq 'north'",
        "amount | date",
        "1,200.50 | 2024-01-05",
        "7 | 2024-02-11",
    ]
    assert find_rows("sales.csv", "date", "eq", "2024", limit=1).splitlines()[-1] == "... and 3 more"
    assert find_rows("sales.csv", "region", "eq", "west") == "0 of 4 rows where Region eq 'west'"


@pytest.mark.parametrize(
    ("operation", "figure"),
    [("sum", "1220"), ("mean", "406.666667"), ("min", "7"), ("max", "1200.5"), ("median", "12.5"), ("count", "4")],
)
def test_a_column_is_aggregated(root: Path, operation: str, figure: str) -> None:
    lines = aggregate_column("sales.csv", "amount", operation).splitlines()
    assert lines[0] == f"{operation} of amount: {figure}"
    if operation != "count":
        assert lines[1] == "(from 3 numbers; 1 not a number, left out)"
    assert (lines[-1] == "(rounded)") is (operation == "mean")


def test_an_aggregate_can_have_a_condition(root: Path) -> None:
    found = aggregate_column("sales.csv", "amount", "sum", "region", "eq", "north")
    assert found.splitlines() == ["sum of amount where Region eq 'north': 1207.5", "(from 2 numbers)"]


def test_dates_and_texts_have_a_min_and_a_max(root: Path) -> None:
    assert aggregate_column("sales.csv", "date", "max").startswith("max of date: 2024-03-01\n")
    assert aggregate_column("sales.csv", "note", "min").startswith("min of note: a, b\n")


def test_nothing_to_add_up_is_said_and_is_not_zero(root: Path) -> None:
    found = aggregate_column("sales.csv", "amount", "sum", "region", "eq", "west")
    assert found.splitlines()[0].endswith(": nothing to compute from")


def test_text_cannot_be_added_up(root: Path) -> None:
    with pytest.raises(ValueError, match="column 'note' holds text; sum needs numbers"):
        aggregate_column("sales.csv", "note", "sum")


def test_rows_are_grouped(root: Path) -> None:
    assert group_rows("sales.csv", "region").splitlines() == [
        "number of rows by Region: 3 groups",
        "North: 2",
        "(empty): 1",
        "south: 1",
    ]
    assert group_rows("sales.csv", "region", "sum", "amount").splitlines() == [
        "sum of amount by Region: 3 groups",
        "North: 1207.5",
        "south: 12.5",
        "(empty): none",
        "(1 cell(s) of amount left out: not of its kind)",
    ]
    assert group_rows("sales.csv", "region", limit=1).splitlines()[-1] == "... and 2 more"
    with pytest.raises(ValueError, match="sum needs a column"):
        group_rows("sales.csv", "region", "sum")


def test_too_many_groups_are_refused(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "MAX_GROUPS", 2)
    with pytest.raises(ValueError, match="more than 2 different values"):
        group_rows("sales.csv", "date")


def test_the_largest_and_smallest_rows_are_shown(root: Path) -> None:
    assert top_rows("sales.csv", "amount", limit=1, show="date,amount").splitlines() == [
        "1 largest of 3 rows by amount",
        "date | amount",
        "2024-01-05 | 1,200.50",
        "(1 row(s) have no number there)",
    ]
    smallest = top_rows("sales.csv", "date", "smallest", 2, "date").splitlines()
    assert smallest[2:] == ["2024-01-05", "2024-02-01"]
    assert "7" in top_rows("sales.csv", "amount", "smallest", 1, "amount").splitlines()[2]


def test_a_wrong_column_names_the_nearest_and_all(root: Path) -> None:
    with pytest.raises(ValueError, match=r"no column 'amont' .*nearest: 'amount'\); columns: 'date', 'Region'"):
        aggregate_column("sales.csv", "amont", "sum")


def test_a_value_without_a_column_is_refused(root: Path) -> None:
    with pytest.raises(ValueError, match="where_column is missing"):
        count_rows("sales.csv", where_value="north")


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found(root: Path, delimiter: str) -> None:
    with (root / "t.txt").open("w", newline="") as file:
        writer = csv.writer(file, delimiter=delimiter)
        writer.writerows([["name", "what, and; why|so"], ["Ann", "1,5;2|3"], ["Bob", "plain"]])
    assert find_delimiter((root / "t.txt").read_text()) == delimiter
    assert count_rows("t.txt", "name", "eq", "bob").startswith("1 of 2 rows")


def test_a_single_column_is_a_table_too(root: Path) -> None:
    (root / "one.csv").write_text("n\n1\n2\n\n3\n")
    assert aggregate_column("one.csv", "n", "sum").splitlines()[0] == "sum of n: 6"


def test_decimal_commas_are_read_as_such(root: Path) -> None:
    (root / "eu.csv").write_text("wert;ort\n1.234,50;A\n2,5;B\n")
    assert aggregate_column("eu.csv", "wert", "sum").splitlines()[0] == "sum of wert: 1237"


def test_a_number_that_could_mean_two_things_is_said(root: Path) -> None:
    (root / "t.csv").write_text('n,x\n"1,234",a\n5,b\n')
    assert "('1,234' was read as 1234)" in aggregate_column("t.csv", "n", "sum")


def test_ragged_rows_repeated_names_and_a_byte_order_mark_are_handled(root: Path) -> None:
    (root / "t.csv").write_bytes(b"\xef\xbb\xbfa,a,\n1,2,3,4\n5\n")
    assert table_columns("t.csv").splitlines() == [
        "'t.csv': 2 rows, 3 columns, separated by ','",
        "a: number, such as '1'",
        "a_2: number, such as '2'",
        "column_3: number, such as '3'",
        "(1 row(s) have more cells than the header)",
    ]
    assert count_rows("t.csv", "a_2", "is_empty").startswith("1 of 2 rows")


def test_a_line_break_inside_a_cell_is_one_row(root: Path) -> None:
    (root / "t.csv").write_text('a,b\n"one\ntwo",2\n')
    assert find_rows("t.csv", "b", "eq", "2").splitlines()[-1] == "one two | 2"


def test_a_spreadsheet_and_an_empty_file_are_explained(root: Path) -> None:
    (root / "t.xlsx").write_bytes(b"PK\x03\x04" + b"\0" * 100)
    (root / "empty.csv").touch()
    with pytest.raises(ValueError, match="xlsx"):
        table_columns("t.xlsx")
    with pytest.raises(ValueError, match="it has no header"):
        table_columns("empty.csv")


def test_a_cell_without_end_is_an_error_with_its_line(root: Path) -> None:
    (root / "t.csv").write_text('a,b\n1,"' + "x" * 200_000)
    with pytest.raises(ValueError, match=r"'t\.csv' line 2"):
        count_rows("t.csv")


def test_a_header_without_rows_is_a_table(root: Path) -> None:
    (root / "t.csv").write_text("a,b\n")
    assert table_columns("t.csv").splitlines()[1] == "a: empty"
    assert count_rows("t.csv") == "0 rows"
    assert top_rows("t.csv", "a") == "0 largest of 0 rows by a"


def test_wide_and_long_results_stay_short(root: Path) -> None:
    rows = [[f"{'x' * 500}{r}{c}" for c in range(100)] for r in range(100)]
    with (root / "t.csv").open("w", newline="") as file:
        csv.writer(file).writerows([[f"column number {c}" for c in range(100)], *rows])
    for found in (
        table_columns("t.csv"),
        find_rows("t.csv", "column number 1", "contains", "x", limit=50),
        group_rows("t.csv", "column number 1", limit=50),
    ):
        assert len(found) < DEFAULT_MAX_CHARS
        assert "more" in found


NAMES = ["Ann", "bob", "ANN", "", "Cy"]
CELLS = st.one_of(
    st.decimals(min_value=-(10**12), max_value=10**12, places=2).map(lambda d: f"{d:,f}"),
    st.integers(-1000, 1000).map(str),
    st.just(""),
)
ROWS = st.lists(st.tuples(st.sampled_from(NAMES), CELLS), min_size=1, max_size=25)


@settings(deadline=None, max_examples=40)
@given(rows=ROWS, bound=st.integers(-500, 500), delimiter=st.sampled_from([",", ";", "\t", "|"]))
def test_figures_equal_a_plain_computation(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, str]], bound: int, delimiter: str
) -> None:
    # 0.25 settles that a comma separates thousands; without it both readings would be right.
    rows = [*rows, *[("Zoe", "0.25")] * len(rows)]
    folder = tmp_path_factory.mktemp("oracle")
    with (folder / "t.csv").open("w", newline="") as file:
        csv.writer(file, delimiter=delimiter).writerows([["name", "n", "x"], *((*row, "x") for row in rows)])
    numbers = [(name, Decimal(cell.replace(",", ""))) for name, cell in rows if cell]
    ann = [n for name, n in numbers if name.casefold() == "ann"]
    above = [n for _, n in numbers if n > bound]
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(ROOTS_VARIABLE, str(folder))

        def figure(*arguments: str) -> Decimal | None:
            text = aggregate_column("t.csv", "n", *arguments).splitlines()[0].rpartition(": ")[2]
            return None if text.startswith("nothing") else Decimal(text)

        values = [n for _, n in numbers]
        assert figure("sum") == sum(values)
        assert figure("min") == min(values)
        assert figure("max") == max(values)
        assert figure("median") == statistics.median(values)
        mean = figure("mean")
        assert mean is not None
        exact = sum(values, Decimal(0)) / len(values)
        assert abs(mean - exact) <= max(Decimal("0.0000005"), abs(exact) * Decimal("1e-20"))
        assert figure("sum", "name", "eq", "ann") == (sum(ann) if ann else None)
        assert figure("max", "n", "gt", str(bound)) == max(above, default=None)
        counted = count_rows("t.csv", "n", "gt", str(bound)).split(" of ")[0]
        assert int(counted) == len(above)
        groups = dict(line.rsplit(": ", 1) for line in group_rows("t.csv", "name").splitlines()[1:])
        assert sum(map(int, groups.values())) == len(rows)
        first = top_rows("t.csv", "n", limit=50, show="n").splitlines()[2:]
        shown = [Decimal(line.replace(",", "")) for line in first if not line.startswith(("(", "..."))]
        assert shown == sorted(values, reverse=True)[: len(shown)]
