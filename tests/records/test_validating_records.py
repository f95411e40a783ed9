"""The validator of files: everything that is wrong, with path, line and field, in bounded memory."""

from __future__ import annotations

import gzip
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.records.some_records import GOOD, TURNS, record, with_turn
from umi_local.messages import CallerTurn, ToolCall, UserTurn
from umi_local.records import render_record, validate, write_records

ROOT = Path(__file__).parents[2]
LINE = render_record(GOOD)


def problems(path, data, **options):
    path.write_bytes(data)
    return [(p.line, p.kind, p.field) for p in validate(path, **options)]


def test_nothing_is_wrong_with_good_files(tmp_path):
    write_records(tmp_path / "a.jsonl.gz", [record(n) for n in range(30)])
    assert list(validate(tmp_path / "a.jsonl.gz")) == []


def test_every_line_is_judged_and_named(tmp_path):
    lines = [
        LINE,
        b"{]\n",
        render_record(with_turn(2, CallerTurn(ToolCall("nobody", {})))).replace(b"some/1", b"some/2"),
        b'{"id": "some/3", "source": "s", "license": "l", "tools": 3, "turns": []}\n',
        LINE,
        render_record(record(6, id="", source=" ", license="")),
        render_record(record(7, id="x" * 300)),
        b"\xff\n",
    ]
    assert problems(tmp_path / "a.jsonl", b"".join(lines)) == [
        (2, "not JSON", ""),
        (3, "unknown tool", "turns[2].call.name"),
        (4, "not a record", "tools"),
        (5, "duplicate id", "id"),
        (6, "no id", "id"),
        (6, "no source", "source"),
        (6, "no licence", "license"),
        (7, "long id", "id"),
        (8, "not JSON", ""),
    ]


def test_a_problem_reads_as_path_line_field_and_message(tmp_path):
    path = tmp_path / "a.jsonl"
    path.write_bytes(LINE + LINE)
    (problem,) = validate(path)
    assert str(problem) == f"{path}:2: id is 'some/1', as in line 1"
    path.write_bytes(b"")
    assert [str(p) for p in validate(path)] == [f"{path}: holds no record"]


def test_broken_gzip_is_a_problem_and_what_came_before_is_judged(tmp_path):
    data = gzip.compress(LINE + LINE + LINE, mtime=0)
    found = problems(tmp_path / "a.jsonl.gz", data[:-4])
    assert [kind for _, kind, _ in found] == ["duplicate id", "duplicate id", "unreadable"]
    assert problems(tmp_path / "b.jsonl.gz", data[:15]) == [(1, "unreadable", "")]


def test_a_missing_file_is_a_problem_of_the_whole_file(tmp_path):
    (problem,) = validate(tmp_path / "none.jsonl")
    assert (problem.line, problem.kind) == (0, "unreadable")


def test_a_huge_line_is_a_problem_and_the_next_is_judged(tmp_path):
    data = b"[" * 10_000 + b"\n" + LINE + LINE
    assert problems(tmp_path / "a.jsonl", data, max_line_bytes=len(LINE)) == [
        *((1, "huge line", ""), (3, "duplicate id", "id"))
    ]


def test_ids_that_are_not_unicode_are_compared_too(tmp_path):
    line = render_record(record(1, id="a\ud800"))
    assert problems(tmp_path / "a.jsonl", line + line) == [(2, "duplicate id", "id")]


@pytest.mark.skipif(sys.platform == "win32", reason="needs the resource module")
@pytest.mark.parametrize("name", ["large.jsonl", "large.json"])
def test_a_file_of_200_mb_is_read_in_little_memory(tmp_path, name):
    """The objects are large, so that the test measures what is held and not how fast JSON is read."""
    path = tmp_path / name
    long = "All work and no play makes a dull day. " * 25_000
    with path.open("wb") as file:
        for n in range(210):
            separator = b"" if name == "large.jsonl" else b"," if n else b"["
            file.write(separator + render_record(record(n, UserTurn(long), *TURNS[1:])))
        file.write(b"" if name == "large.jsonl" else b"]")
    assert path.stat().st_size > 200_000_000
    command = [sys.executable, str(Path(__file__).with_name("reading_records_child.py")), str(path)]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join((str(ROOT), str(ROOT / "train")))}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True)
    n_read, n_problems, n_bytes = map(int, done.stdout.split())
    assert (n_read, n_problems) == (210, 0)
    assert n_bytes < 40_000_000
