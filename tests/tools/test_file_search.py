"""Searching the text of files."""

from __future__ import annotations

from pathlib import Path

import pytest

from umi_local.tools.base import DEFAULT_MAX_CHARS
from umi_local.tools.builtin.file_search import EXCERPT_CHARS, MAX_MATCHES, search_files
from umi_local.tools.builtin.roots import ROOTS_VARIABLE


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv(ROOTS_VARIABLE, str(tmp_path))
    (tmp_path / "docs").mkdir()
    (tmp_path / "a.txt").write_text("first\nThe Needle is here\n")
    (tmp_path / "docs" / "b.md").write_text("a needle\nneedles\nnothing\n")
    return tmp_path


def test_matches_are_shown_with_file_and_line(root: Path) -> None:
    assert search_files("needle").splitlines() == [
        "3 matching lines in 2 of 2 files",
        "a.txt:2: The Needle is here",
        "docs/b.md:1: a needle",
        "docs/b.md:2: needles",
    ]


def test_case_can_matter(root: Path) -> None:
    assert search_files("Needle", ignore_case=False).splitlines()[1:] == ["a.txt:2: The Needle is here"]


def test_a_glob_and_a_folder_narrow_the_search(root: Path) -> None:
    assert search_files("needle", glob="*.txt").startswith("1 matching line in 1 of 1 file\n")
    assert search_files("needle", path="docs").startswith("2 matching lines in 1 of 1 file\n")
    assert search_files("needle", path="docs", glob="*.txt") == "0 matching lines in 0 of 0 files"


def test_one_file_can_be_searched(root: Path) -> None:
    assert search_files("needle", path="docs/b.md").splitlines()[1] == "docs/b.md:1: a needle"


def test_plain_text_is_no_regular_expression_unless_asked_for(root: Path) -> None:
    assert search_files("n.*s").startswith("0 matching lines")
    assert search_files("^n.*s$", regex=True).splitlines()[1:] == ["docs/b.md:2: needles"]


def test_a_broken_regular_expression_is_explained(root: Path) -> None:
    with pytest.raises(ValueError, match=r"'\(' is not a regular expression: .*; set regex to false"):
        search_files("(", regex=True)


def test_an_empty_query_is_refused(root: Path) -> None:
    with pytest.raises(ValueError, match="query is empty"):
        search_files("")


def test_what_was_skipped_is_counted(root: Path) -> None:
    (root / "c.bin").write_bytes(b"needle\0")
    (root / ".hidden").mkdir()
    (root / ".hidden" / "d.txt").write_text("needle")
    notes = search_files("needle").splitlines()[-2:]
    assert notes == ["(1 hidden folder(s) were not entered)", "(1 binary file(s) skipped)"]


def test_many_matches_are_capped_and_counted(root: Path) -> None:
    (root / "many.txt").write_text("needle\n" * 1000)
    lines = search_files("needle", path="many.txt").splitlines()
    assert lines[0] == "1,000 matching lines in 1 of 1 file"
    assert len(lines) == MAX_MATCHES + 2
    assert lines[-1] == f"... and {1000 - MAX_MATCHES} more"


def test_long_lines_are_cut_around_the_match(root: Path) -> None:
    (root / "long.txt").write_text(("x" * 5000 + "needle" + "y" * 5000 + "\n") * 60)
    found = search_files("needle", path="long.txt")
    assert len(found) < DEFAULT_MAX_CHARS
    line = found.splitlines()[1]
    assert "needle" in line
    assert len(line) < EXCERPT_CHARS + 40


def test_a_line_that_is_too_long_to_search_whole_is_said(root: Path) -> None:
    (root / "huge.txt").write_text("x" * 30_000 + "needle")
    assert "(1 line(s) searched only up to character 20,000)" in search_files("needle", path="huge.txt")


def test_links_are_not_followed(root: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    outside = tmp_path_factory.mktemp("outside")
    (outside / "secret.txt").write_text("needle")
    (root / "link").symlink_to(outside)
    (root / "link.txt").symlink_to(outside / "secret.txt")
    assert search_files("needle").startswith("3 matching lines in 2 of 2 files")


def test_a_missing_path_suggests_a_name(root: Path) -> None:
    with pytest.raises(FileNotFoundError, match="nearest: 'docs/'"):
        search_files("needle", path="doc")
