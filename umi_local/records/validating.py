"""Check a file of records for everything that could go wrong with it later, in bounded memory."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from umi_local.errors import RecordFileError
from umi_local.records.findings import Finding, Schemas, findings
from umi_local.records.lines import MAX_LINE_BYTES, OnBytes, read_lines
from umi_local.records.record import Record, RecordFormError, parse_record

MAX_ID_CHARS = 256


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong in a file.

    Attributes:
        line: From 1; 0 where the file as a whole is meant.
        field: Such as `turns[3].call.name`; empty for the whole line.
        kind: A few words that are the same for the same kind of problem, to count by.
    """

    path: Path
    line: int
    field: str
    message: str
    kind: str

    def __str__(self) -> str:
        where = f"{self.path}:{self.line}" if self.line else str(self.path)
        return f"{where}: {self.field} {self.message}" if self.field else f"{where}: {self.message}"


def validate(path: Path, *, max_line_bytes: int = MAX_LINE_BYTES, on_bytes: OnBytes | None = None) -> Iterator[Problem]:
    """Yield everything that is wrong with a file of records, in the order of its lines.

    Checked are: gzip, UTF-8, JSON, the length of lines, the form of records, ids (there, and unique), source and licence, tools
    and their schemas, the order of turns and their end, calls against the tools, texts, and metadata. The file is never held
    in memory; 8 bytes of each id's hash and its line number are.
    """
    seen: dict[int, int] = {}
    schemas = Schemas()
    n_lines = 0
    try:
        for line in read_lines(path, max_line_bytes=max_line_bytes, on_bytes=on_bytes):
            n_lines += 1
            if line.data is None:
                yield Problem(path, line.number, "", f"more than {max_line_bytes:,} bytes in one line", "huge line")
                continue
            try:
                record = parse_record(line.data)
            except RecordFormError as error:
                for field, message in error.problems:
                    yield Problem(path, line.number, field, message, "not a record" if field else "not JSON")
                continue
            for found in (*_origin(record, seen, line.number), *findings(record, schemas)):
                yield Problem(path, line.number, found.field, found.message, found.kind)
    except RecordFileError as error:
        yield Problem(path, error.line or 0, "", error.reason, "unreadable")
        return
    if not n_lines:
        yield Problem(path, 0, "", "holds no record", "empty file")


def _origin(record: Record, seen: dict[int, int], line: int) -> Iterator[Finding]:
    """Yield what is wrong with what a record says of itself.

    Args:
        seen: Hashes of the ids so far with their lines; gets this record's.
    """
    if not record.id.strip():
        yield Finding("no id", "id", "is missing or empty")
    elif len(record.id) > MAX_ID_CHARS:
        yield Finding("long id", "id", f"has {len(record.id):,} characters; at most {MAX_ID_CHARS}")
    else:
        digest = hashlib.blake2b(record.id.encode("utf-8", "surrogatepass"), digest_size=8).digest()
        first = seen.setdefault(int.from_bytes(digest, "big"), line)
        if first != line:
            yield Finding("duplicate id", "id", f"is {record.id!r}, as in line {first}")
    if not record.source.strip():
        yield Finding("no source", "source", "is missing or empty")
    if not record.license.strip():
        yield Finding("no licence", "license", "is missing or empty")
