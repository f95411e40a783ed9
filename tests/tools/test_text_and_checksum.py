"""Counting text, checksums and disk usage."""

from __future__ import annotations

import hashlib
import re
import shutil
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from umi_local.tools.builtin.checksum import ALGORITHMS, checksum
from umi_local.tools.builtin.disk import disk_usage
from umi_local.tools.builtin.roots import ROOTS_VARIABLE
from umi_local.tools.builtin.text_stats import text_stats


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv(ROOTS_VARIABLE, str(tmp_path))
    return tmp_path


def test_a_text_is_counted() -> None:
    assert text_stats(text="The cat saw the dog.\nDon't run!\n\nA well-known end") == {
        "characters": 46,
        "words": 10,
        "different_words": 9,
        "lines": 4,
        "sentences": 3,
        "longest_line": {"line": 1, "characters": 20},
        "frequent_words": "the (2), a (1), cat (1), dog (1), don't (1), end (1), run (1), saw (1), well-known (1)",
    }


def test_a_file_gives_the_same_counts_as_its_text(root: Path) -> None:
    text = "Grüße aus Köln. Alles gut?\nJa!\n"
    (root / "a.txt").write_text(text, encoding="utf-8")
    assert text_stats(path="a.txt") == text_stats(text=text)


def test_short_words_can_be_left_out_of_the_frequent_ones() -> None:
    assert text_stats(text="a a a the the word", min_letters=3)["frequent_words"] == "the (2), word (1)"


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("One. Two! Three?", 3),
        ("It costs 3.50 today.", 1),
        ("Over two\nlines.", 1),
        ("A title\n\nA text.", 2),
        ("Wait... what?!", 2),
        ('He said "Go." Then left.', 2),
        ("...", 0),
        ("no end", 1),
    ],
)
def test_sentences(text: str, sentences: int) -> None:
    assert text_stats(text=text)["sentences"] == sentences


def test_exactly_one_of_path_and_text_is_needed(root: Path) -> None:
    with pytest.raises(ValueError, match="give either path or text"):
        text_stats()
    with pytest.raises(ValueError, match="give either path or text"):
        text_stats(path="a.txt", text="x")


def test_a_huge_line_is_counted_and_what_was_not_looked_at_is_said(root: Path) -> None:
    (root / "a.txt").write_text("word " * 10_000)
    stats = text_stats(path="a.txt")
    assert stats["characters"] == 50_000
    assert stats["longest_line"] == {"line": 1, "characters": 50_000}
    assert stats["cut"] == "1 line(s) counted for words only up to character 20,000"


@settings(deadline=None)
@given(st.lists(st.from_regex(r"[a-zA-Z]{1,8}", fullmatch=True), min_size=1, max_size=30), st.integers(1, 5))
def test_words_and_lines_are_those_put_in(words: list[str], width: int) -> None:
    lines = [" ".join(words[i : i + width]) for i in range(0, len(words), width)]
    stats = text_stats(text="\n".join(lines))
    assert (stats["words"], stats["lines"]) == (len(words), len(lines))
    assert stats["different_words"] == len({word.lower() for word in words})


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_checksums_are_those_of_the_bytes(root: Path, algorithm: str) -> None:
    data = bytes(range(256)) * 10_000
    (root / "a.bin").write_bytes(data)
    assert checksum("a.bin", algorithm) == {
        "path": "a.bin",
        "algorithm": algorithm,
        "checksum": hashlib.new(algorithm, data).hexdigest(),
    }


def test_an_expected_checksum_is_compared(root: Path) -> None:
    (root / "a.bin").write_bytes(b"abc")
    digest = hashlib.sha256(b"abc").hexdigest()
    assert checksum("a.bin", expected=f" {digest.upper()} ")["matches_expected"] is True
    assert checksum("a.bin", expected=digest[:-1])["matches_expected"] is False


def test_an_unknown_algorithm_is_refused(root: Path) -> None:
    with pytest.raises(ValueError, match="use one of md5"):
        checksum("a.bin", "crc32")


def test_disk_usage_adds_up_by_sub_folder(root: Path) -> None:
    for name, size in (("a/b/f", 3000), ("a/g", 500), (".hidden/h", 7000), ("i", 10)):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(b"x" * size)
    (root / "link").symlink_to("/")
    lines = disk_usage().splitlines()
    assert lines[0].startswith("'.': 10.5 kB (10,510 bytes) in 4 files; free on its disk: ")
    assert lines[1:] == [".hidden/ 7.0 kB (7,000 bytes)", "a/ 3.5 kB (3,500 bytes)", "files directly in it 10 bytes"]
    assert disk_usage(limit=1).splitlines()[2] == "... and 2 more"
    assert disk_usage("a").splitlines()[1] == "a/b/ 3.0 kB (3,000 bytes)"


def test_free_space_is_that_of_the_disk(root: Path) -> None:
    found = re.search(r"of ([0-9.]+) ([kMGT])B$", disk_usage().splitlines()[0])
    assert found is not None
    shown = float(found[1]) * 1000 ** (" kMGT".index(found[2]))
    assert shown == pytest.approx(shutil.disk_usage(root).total, rel=0.01)
