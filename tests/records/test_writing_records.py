"""Writing records: in one go, the same bytes each time, nothing lost."""

from __future__ import annotations

import gzip
import os

import pytest

from tests.records.some_records import GOOD, record
from umi_local.errors import RecordFileError, StorageError
from umi_local.records import read_records, write_records


def test_the_same_records_give_the_same_bytes(tmp_path):
    for name in ("a.jsonl.gz", "b.jsonl.gz"):
        write_records(tmp_path / name, (record(n) for n in range(20)))
    data = (tmp_path / "a.jsonl.gz").read_bytes()
    assert data == (tmp_path / "b.jsonl.gz").read_bytes()
    assert data[:4] == b"\x1f\x8b\x08\x00"  # deflate, and no name
    assert data[4:8] == bytes(4)  # no time
    assert gzip.decompress(data).count(b"\n") == 20


def test_a_name_without_gz_is_plain_text(tmp_path):
    write_records(tmp_path / "a.jsonl", [GOOD])
    assert (tmp_path / "a.jsonl").read_bytes().startswith(b'{"id":"some/1"')


@pytest.mark.parametrize("name", ["a.jsonl", "a.jsonl.gz"])
def test_what_was_there_stays_when_the_records_fail(tmp_path, name):
    path = tmp_path / name
    write_records(path, [GOOD])

    def failing():
        yield record(2)
        raise RuntimeError("no more")

    with pytest.raises(RuntimeError, match="no more"):
        write_records(path, failing())
    assert list(read_records(path)) == [GOOD]
    assert os.listdir(tmp_path) == [name]


def test_a_record_that_is_not_json_is_named(tmp_path):
    bad = record(3, metadata={"x": float("nan")})
    with pytest.raises(RecordFileError, match="record 'some/3' can't be written: Out of range float"):
        write_records(tmp_path / "a.jsonl", [GOOD, bad])
    assert os.listdir(tmp_path) == []


def test_the_folder_is_made(tmp_path):
    assert write_records(tmp_path / "new" / "a.jsonl", []) == 0
    assert (tmp_path / "new" / "a.jsonl").read_bytes() == b""


def test_a_folder_that_is_a_file_is_a_storage_error(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(StorageError, match="could not write"):
        write_records(tmp_path / "file" / "a.jsonl", [GOOD])


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs /dev/full")
@pytest.mark.parametrize("is_gzip", [False, True])
def test_a_full_disk_is_a_storage_error_that_says_so(tmp_path, is_gzip):
    from pathlib import Path

    from umi_local.records.writing import LineWriter

    def fill():
        with LineWriter(Path("/dev/full"), is_gzip=is_gzip, shown_as=tmp_path / "a.jsonl") as lines:
            lines.write(os.urandom(1 << 20))

    with pytest.raises(StorageError, match=r"could not write .*a\.jsonl: No space left on device") as caught:
        fill()
    assert "disk space" in caught.value.hint
