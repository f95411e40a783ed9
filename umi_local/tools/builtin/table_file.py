"""CSV and TSV files as tables: delimiter, header, and rows one by one.

The first row with cells is the header. Rows are read again from the file for each pass; nothing is kept.
"""

from __future__ import annotations

import csv
import difflib
import io
import itertools
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from umi_local.tools.builtin.roots import OpenFile, Roots
from umi_local.tools.builtin.table_values import Column, Profile
from umi_local.tools.builtin.textfile import Encoding, as_text, detect_encoding

DELIMITERS = (",", ";", "\t", "|")
_SAMPLE_ROWS = 50
_SAMPLE_CHARS = 100_000

Row = Sequence[str]


@dataclass(slots=True)
class Table:
    """An open table.

    Attributes:
        names: Column names from the header, made unique; `column_3` where the header is empty.
        n_rows: Rows of the last pass.
        n_long: Rows of the last pass that had more cells than the header; the cells too many are left out.
    """

    file: OpenFile
    encoding: Encoding
    delimiter: str
    names: list[str] = field(default_factory=list)
    n_rows: int = 0
    n_long: int = 0
    _known: dict[int, Column] = field(default_factory=dict)

    def rows(self) -> Iterator[list[str]]:
        """Yield the rows after the header, each with as many cells as the header; blank rows are left out.

        Raises:
            ValueError: The file isn't sound CSV.
        """
        self.n_rows = self.n_long = 0
        width = len(self.names)
        for row in itertools.islice(self._records(), 1, None):
            if len(row) > width and any(cell.strip() for cell in row[width:]):
                self.n_long += 1
            self.n_rows += 1
            yield (row + [""] * (width - len(row)))[:width]

    def index(self, name: str) -> int:
        """Return the position of a column; case and space around the name don't matter.

        Raises:
            ValueError: There is no such column; the message names those there are.
        """
        if name in self.names:
            return self.names.index(name)
        folded = [known.strip().casefold() for known in self.names]
        wanted = name.strip().casefold()
        if wanted in folded:
            return folded.index(wanted)
        near = difflib.get_close_matches(wanted, folded, n=1, cutoff=0.6)
        advice = f" (nearest: {self.names[folded.index(near[0])]!r})" if near else ""
        columns = ", ".join(repr(known) for known in self.names[:30])
        raise ValueError(f"no column {name!r} in {self.file.shown!r}{advice}; columns: {columns}")

    def columns(self, names: Sequence[str]) -> list[Column]:
        """Return how columns are to be read, after one pass over those not asked for before."""
        positions = [self.index(name) for name in names]
        profiles = {position: Profile() for position in positions if position not in self._known}
        if profiles:
            for row in self.rows():
                for position, profile in profiles.items():
                    profile.add(row[position])
        for position, profile in profiles.items():
            self._known[position] = profile.column(self.names[position], self.delimiter)
        return [self._known[position] for position in positions]

    def read_header(self) -> None:
        """Take the column names from the first row."""
        header = next(self._records(), None)
        if header is None:
            raise ValueError(f"{self.file.shown!r} is empty; it has no header")
        self.names = _unique_names(header)

    def _records(self) -> Iterator[list[str]]:
        text = as_text(self.file.handle, self.encoding, newline="")
        reader = csv.reader(text, delimiter=self.delimiter)
        try:
            yield from (row for row in reader if any(cell.strip() for cell in row))
        except csv.Error as error:
            raise ValueError(f"{self.file.shown!r} line {reader.line_num}: {error}") from error
        finally:
            if not self.file.handle.closed:  # an abandoned generator may end after its file was closed
                text.detach()


@contextmanager
def open_table(path: str) -> Iterator[Table]:
    """Open a CSV or TSV file below the roots.

    Raises:
        BinaryFileError: The file isn't text, such as a spreadsheet.
        ValueError: The file is empty.
        PathRefusedError, FileNotFoundError, IsADirectoryError: See `Roots.open_file`.
    """
    with Roots.current().open_file(path) as file:
        encoding = detect_encoding(file)
        text = as_text(file.handle, encoding, newline="")
        sample = text.read(_SAMPLE_CHARS)
        text.detach()
        table = Table(file, encoding, find_delimiter(sample))
        table.read_header()
        yield table


def find_delimiter(sample: str) -> str:
    """Return the delimiter under which the first rows agree best with the header; `,` if none splits it."""
    best, best_score = ",", (0, 0)
    for delimiter in DELIMITERS:
        rows = list(itertools.islice(_tolerant_rows(sample, delimiter), _SAMPLE_ROWS))
        width = len(rows[0]) if rows else 0
        agreeing = sum(len(row) == width for row in rows)
        # All rows agree with a header of two columns: better than most agreeing with one of five.
        score = (agreeing * 100 // len(rows), width) if width > 1 else (0, 0)
        if score > best_score:
            best, best_score = delimiter, score
    return best


def _tolerant_rows(sample: str, delimiter: str) -> Iterator[list[str]]:
    try:
        for row in csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter):
            if any(cell.strip() for cell in row):
                yield row
    except csv.Error:  # only a guess at the delimiter; reading for real reports it
        return


def _unique_names(header: Sequence[str]) -> list[str]:
    names: list[str] = []
    for number, cell in enumerate(header, 1):
        plain = " ".join(cell.split()) or f"column_{number}"
        name, again = plain, 2
        while name in names:
            name, again = f"{plain}_{again}", again + 1
        names.append(name)
    return names
