"""Files of results: continued with equal facts, repaired after a kill, and refused where they are something else."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from umi_local.errors import StorageError, UsageError
from umi_local.evaluate.results_file import facts_of, read_results, results_at


@dataclass(frozen=True)
class Found:
    key: str
    value: int = 0


FACTS = {"kind": "test", "system": {"name": "a"}}


def write(path, *found, facts=FACTS):
    with results_at(path, Found, facts) as results:
        for one in found:
            results.add(one)
        return list(results)


def test_results_are_found_again_by_their_keys(tmp_path):
    path = tmp_path / "r.jsonl"
    write(path, Found("a", 1), Found("b", 2))
    with results_at(path, Found, FACTS) as results:
        assert results.get("b") == Found("b", 2)
        assert results.get("c") is None
    assert write(path, Found("c", 3)) == [Found("a", 1), Found("b", 2), Found("c", 3)]
    assert facts_of(path) == FACTS


def test_a_result_is_on_disk_as_soon_as_it_is_added(tmp_path):
    path = tmp_path / "r.jsonl"
    with results_at(path, Found, FACTS) as results:
        results.add(Found("a", 1))
        assert list(read_results(path, Found)) == [Found("a", 1)]


@pytest.mark.parametrize("n_cut", range(1, len(b'{"key":"b","value":2}\n') + 1))
def test_whatever_a_kill_cut_off_is_made_again(tmp_path, n_cut):
    path = tmp_path / "r.jsonl"
    write(path, Found("a", 1), Found("b", 2))
    path.write_bytes(path.read_bytes()[:-n_cut])
    assert write(path, Found("b", 2)) == [Found("a", 1), Found("b", 2)]
    assert list(read_results(path, Found)) == [Found("a", 1), Found("b", 2)]


@pytest.mark.parametrize("n_left", [0, 1, 5, 12, 30])
def test_a_file_cut_off_in_its_first_line_begins_anew(tmp_path, n_left):
    path = tmp_path / "r.jsonl"
    write(path)
    path.write_bytes(path.read_bytes()[:n_left])
    assert write(path, Found("a", 1)) == [Found("a", 1)]
    assert facts_of(path) == FACTS


def test_results_of_another_evaluation_are_not_mixed_in(tmp_path):
    path = tmp_path / "r.jsonl"
    write(path, Found("a"))
    with pytest.raises(UsageError, match="results of another evaluation: system is") as raised:
        write(path, facts={"kind": "test", "system": {"name": "b"}})
    assert "-o" in raised.value.hint
    assert list(read_results(path, Found)) == [Found("a")]


@pytest.mark.parametrize("content", [b"# Notes\n", b"dear diary", b'{"a": 1}\n', b"[]\n", b"\xff\xfe\n"])
def test_somebody_elses_file_is_left_as_it_is(tmp_path, content):
    path = tmp_path / "notes.txt"
    path.write_bytes(content)
    with pytest.raises(UsageError, match="no file of evaluation results"):
        write(path, Found("a"))
    assert path.read_bytes() == content


@pytest.mark.parametrize("line", [b'{"key": "x", "value": "many"}', b'{"keys": "x"}', b"half", b"\xff"])
def test_a_broken_line_is_named(tmp_path, line):
    path = tmp_path / "r.jsonl"
    write(path, Found("a"))
    with path.open("ab") as file:
        file.write(line + b"\n")
    with pytest.raises(UsageError, match="line 3, is no result"):
        read_results(path, Found)


def test_a_file_that_cannot_be_written_or_read_says_so(tmp_path):
    with pytest.raises(StorageError):
        write(tmp_path / "missing" / "r.jsonl")
    with pytest.raises(UsageError, match="can't be read"):
        read_results(tmp_path / "missing.jsonl", Found)
    with pytest.raises(UsageError, match="can't be read"):
        facts_of(tmp_path)


def test_without_a_file_results_are_kept_in_memory():
    assert write(None, Found("a", 1)) == [Found("a", 1)]
