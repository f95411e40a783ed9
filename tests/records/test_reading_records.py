"""Files of records: gzipped or not, sound or broken, read a line at a time."""

from __future__ import annotations

import gzip

import pytest

from tests.records.some_records import GOOD, record
from umi_local.errors import RecordFileError
from umi_local.records import read_records, render_record, write_records
from umi_local.records.lines import read_lines

LINE = render_record(GOOD)


def written(path, data):
    path.write_bytes(data)
    return path


@pytest.mark.parametrize("name", ["some.jsonl", "some.jsonl.gz"])
def test_what_was_written_is_read(tmp_path, name):
    some = [record(n) for n in range(50)]
    assert write_records(tmp_path / name, iter(some)) == 50
    assert list(read_records(tmp_path / name)) == some


@pytest.mark.parametrize(
    "data",
    [
        LINE,
        LINE.rstrip(),  # no line end
        b"\n \n\r\n" + LINE + b"\n",  # blank lines
        LINE.replace(b"\n", b"\r\n"),
        b"\xef\xbb\xbf" + LINE,  # as editors on Windows begin a file
        gzip.compress(LINE),
        gzip.compress(LINE[:40]) + gzip.compress(LINE[40:]),  # several members
        gzip.compress(b"") + gzip.compress(LINE),
    ],
)
def test_one_record_is_read_however_the_file_is_written(tmp_path, data):
    assert list(read_records(written(tmp_path / "some", data))) == [GOOD]


def test_gzip_is_told_by_content_and_not_by_name(tmp_path):
    assert list(read_records(written(tmp_path / "a.gz", LINE))) == [GOOD]
    assert list(read_records(written(tmp_path / "a.jsonl", gzip.compress(LINE)))) == [GOOD]


def test_an_empty_file_holds_no_record(tmp_path):
    assert list(read_records(written(tmp_path / "a.jsonl.gz", b""))) == []
    assert list(read_records(written(tmp_path / "a.jsonl", b"\n\n"))) == []


def test_a_line_that_is_no_record_is_named(tmp_path):
    path = written(tmp_path / "a.jsonl", LINE + b"\n" + LINE.replace(b'"dev"', b'"all"'))
    records = read_records(path)
    assert next(records) == GOOD
    with pytest.raises(RecordFileError) as caught:
        next(records)
    assert str(caught.value) == f"{path}:3: split is 'all'; expected one of train, dev, test"
    assert caught.value.line == 3
    assert "umi train data validate" in caught.value.hint


@pytest.mark.parametrize("cut", [5, 30, -1, -9])
def test_broken_gzip_is_an_error_with_its_line(tmp_path, cut):
    path = written(tmp_path / "a.jsonl.gz", gzip.compress(LINE * 40)[:cut])
    with pytest.raises(RecordFileError, match=r"a\.jsonl\.gz:\d+: the gzip data is broken"):
        list(read_records(path))


def test_damaged_gzip_is_an_error(tmp_path):
    data = bytearray(gzip.compress(LINE * 40))
    data[-6] ^= 0xFF  # the checksum
    with pytest.raises(RecordFileError, match=r":41: the gzip data is broken: CRC check failed"):
        list(read_records(written(tmp_path / "a.jsonl.gz", bytes(data))))
    with pytest.raises(RecordFileError, match="the gzip data is broken: Not a gzipped file"):
        list(read_records(written(tmp_path / "b.jsonl.gz", gzip.compress(LINE) + b"garbage")))


def test_a_huge_line_is_refused_and_skipped_without_being_held(tmp_path):
    path = written(tmp_path / "a.jsonl", LINE + b'{"x": "' + b"a" * 5000 + b'"}\n' + LINE)
    with pytest.raises(RecordFileError, match=r":2: more than 2,000 bytes in one line"):
        list(read_records(path, max_line_bytes=2000))
    assert [(line.number, line.data is None) for line in read_lines(path, max_line_bytes=2000)] == [
        *((1, False), (2, True), (3, False))
    ]


def test_a_line_as_long_as_allowed_is_read(tmp_path):
    n_bytes = len(LINE) - 1
    for data in (LINE, LINE.rstrip(), LINE + LINE):
        path = written(tmp_path / "a.jsonl", data)
        assert next(read_records(path, max_line_bytes=n_bytes)) == GOOD
        with pytest.raises(RecordFileError, match="in one line"):
            list(read_records(path, max_line_bytes=n_bytes - 1))


@pytest.mark.parametrize("name", ["missing.jsonl", "."])
def test_what_can_not_be_opened_is_an_error_of_ours(tmp_path, name):
    with pytest.raises(RecordFileError, match="can't be read: "):
        list(read_records(tmp_path / name))


def test_progress_goes_up_to_the_size_of_the_file(tmp_path):
    path = tmp_path / "a.jsonl.gz"
    write_records(path, (record(n) for n in range(2000)))
    seen = []
    list(read_records(path, on_bytes=lambda done, total: seen.append((done, total))))
    size = path.stat().st_size
    assert seen[-1] == (size, size)
    assert [done for done, _ in seen] == sorted(done for done, _ in seen)
