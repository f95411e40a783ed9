"""Read the records of a JSONL file, one at a time."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from umi_local.errors import RecordFileError
from umi_local.records.lines import MAX_LINE_BYTES, OnBytes, read_lines
from umi_local.records.record import Record, RecordFormError, parse_record


def read_records(
    path: Path, *, max_line_bytes: int = MAX_LINE_BYTES, on_bytes: OnBytes | None = None
) -> Iterator[Record]:
    """Yield the records of a file, gzipped or not. Only their form is checked; `validate` and `findings` judge the rest.

    Args:
        on_bytes: Gets the bytes of the file read so far and its size, for a progress bar.

    Raises:
        RecordFileError: The file can't be read, or a line isn't a record; with line and field.
    """
    for line in read_lines(path, max_line_bytes=max_line_bytes, on_bytes=on_bytes):
        if line.data is None:
            raise RecordFileError(path, f"more than {max_line_bytes:,} bytes in one line", line=line.number)
        try:
            record = parse_record(line.data)
        except RecordFormError as error:
            raise RecordFileError(path, str(error), line=line.number) from error
        yield record
