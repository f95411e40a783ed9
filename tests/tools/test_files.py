"""Listing, finding, reading and describing files."""

from __future__ import annotations

import codecs
import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from umi_local.tools.base import DEFAULT_MAX_CHARS
from umi_local.tools.builtin.file_listing import find_files, list_files
from umi_local.tools.builtin.files import file_info, read_file
from umi_local.tools.builtin.patterns import compile_pattern
from umi_local.tools.builtin.roots import ROOTS_VARIABLE, PathRefusedError
from umi_local.tools.builtin.textfile import BinaryFileError


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "project"
    folder.mkdir()
    monkeypatch.setenv(ROOTS_VARIABLE, str(folder))
    return folder


def test_a_listing_counts_and_names_what_is_there(root: Path) -> None:
    (root / "docs").mkdir()
    (root / "a.txt").write_bytes(b"x" * 1234)
    (root / "link").symlink_to("a.txt")
    assert list_files().splitlines() == [
        "1 file, 1 folder, 1 link",
        "a.txt (1.2 kB)",
        "docs/",
        "link (link)",
    ]


def test_a_recursive_listing_shows_paths_from_the_root_and_says_what_it_left_out(root: Path) -> None:
    (root / "docs" / "old").mkdir(parents=True)
    (root / "docs" / "old" / "b.md").touch()
    (root / ".git").mkdir()
    (root / ".git" / "c.md").touch()
    lines = list_files(pattern="*.md", recursive=True).splitlines()
    assert lines == ["1 file", "docs/old/b.md (0 bytes)", "(1 hidden folder(s) were not entered)"]


def test_a_listing_stays_short_and_counts_the_rest(root: Path) -> None:
    for n in range(500):
        (root / f"{n:03}.txt").touch()
    listed = list_files()
    lines = listed.splitlines()
    assert len(listed) < DEFAULT_MAX_CHARS
    assert lines[0] == "500 files"
    assert lines[-1] == f"... and {500 - (len(lines) - 2)} more"


def test_a_recursive_listing_does_not_follow_links(root: Path) -> None:
    (root / "self").symlink_to(root)
    assert list_files(recursive=True).splitlines() == ["1 link", "self (link)"]


def test_a_name_with_a_line_break_stays_on_one_line(root: Path) -> None:
    (root / "a\nb.txt").touch()
    assert list_files().splitlines()[1] == "a\\nb.txt (0 bytes)"


def test_an_empty_folder_is_said(root: Path) -> None:
    assert list_files() == "nothing found"


def test_several_roots_are_listed_at_the_top(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "f.txt").touch()
    monkeypatch.setenv(ROOTS_VARIABLE, os.pathsep.join(str(tmp_path / name) for name in ("one", "two")))
    assert list_files().splitlines() == ["2 roots", "one/", "two/"]
    assert "two/f.txt (0 bytes)" in list_files(recursive=True)
    assert list_files("two").splitlines() == ["1 file", "two/f.txt (0 bytes)"]
    assert read_file("two/f.txt") == "'two/f.txt' is empty"


def test_files_are_found_by_pattern_in_the_wanted_order(root: Path) -> None:
    (root / "data").mkdir()
    for age, (name, size) in enumerate([("a.csv", 5), ("data/b.CSV", 50), ("c.csv", 1), ("d.txt", 9)]):
        (root / name).write_bytes(b"x" * size)
        os.utime(root / name, (1_700_000_000 - age, 1_700_000_000 - age))

    def names(order: str) -> list[str]:
        return [line.split(" ")[0] for line in find_files("*.csv", sort_by=order).splitlines()[1:]]

    assert names("newest") == ["a.csv", "data/b.CSV", "c.csv"]
    assert names("oldest") == ["c.csv", "data/b.CSV", "a.csv"]
    assert names("largest") == ["data/b.CSV", "a.csv", "c.csv"]
    assert names("smallest") == ["c.csv", "a.csv", "data/b.CSV"]
    assert names("name") == ["a.csv", "c.csv", "data/b.CSV"]


def test_a_part_of_a_name_finds_files_and_the_limit_is_said(root: Path) -> None:
    for n in range(5):
        (root / f"report-{n}.txt").touch()
    lines = find_files("report", sort_by="name", limit=2).splitlines()
    assert lines[0] == "5 files named 'report', by name"
    assert [line.split(" ")[0] for line in lines[1:3]] == ["report-0.txt", "report-1.txt"]
    assert lines[3] == "... and 3 more"


def test_an_unknown_order_is_refused(root: Path) -> None:
    with pytest.raises(ValueError, match="use one of newest, oldest"):
        find_files("*", sort_by="latest")


@pytest.mark.parametrize(
    ("pattern", "path", "fits"),
    [
        ("*.txt", "a/b/c.TXT", True),
        ("*.txt", "c.txt.gz", False),
        ("docs/*.md", "docs/a.md", True),
        ("docs/*.md", "docs/old/a.md", False),
        ("docs/**/*.md", "docs/a.md", True),
        ("docs/**/*.md", "docs/x/y/a.md", True),
        ("**/a.md", "a.md", True),
        ("**", "any/thing", True),
        ("", "any/thing", True),
        ("[ab]?.py", "b1.py", True),
        ("[ab]?.py", "c1.py", False),
        ("./docs/*", "docs/a", True),
    ],
)
def test_patterns(pattern: str, path: str, fits: bool) -> None:
    assert compile_pattern(pattern)(path) is fits


def test_a_pattern_full_of_stars_is_no_trap() -> None:
    assert not compile_pattern("*a" * 60 + "/" + "**/" * 40 + "b")("/".join(["a" * 200] * 50))


def test_lines_are_read_from_a_start_and_the_next_start_is_said(root: Path) -> None:
    (root / "a.txt").write_text("".join(f"line {n}\n" for n in range(1, 11)))
    assert read_file("a.txt", start_line=9) == "line 9\nline 10"
    assert read_file("a.txt", 3, 2) == "line 3\nline 4\n(lines 3-4; more follow from start_line 5)"
    assert read_file("a.txt", start_line=-2) == "line 9\nline 10"
    assert read_file("a.txt", start_line=-3, n_lines=1) == "line 8\n(lines 8-8; more follow from start_line 9)"


def test_a_start_past_the_end_says_how_many_lines_there_are(root: Path) -> None:
    (root / "a.txt").write_text("1\n2\n")
    with pytest.raises(ValueError, match="has 2 lines"):
        read_file("a.txt", start_line=3)


def test_a_long_text_is_cut_at_a_line_and_can_be_read_on(root: Path) -> None:
    lines = [f"{n:04} {'x' * 90}" for n in range(100)]
    (root / "a.txt").write_text("\n".join(lines))
    read: list[str] = []
    while True:
        text = read_file("a.txt", start_line=len(read) + 1)
        assert len(text) < DEFAULT_MAX_CHARS
        if not text.endswith(f"more follow from start_line {len(read) + len(text.splitlines())})"):
            break
        read += text.splitlines()[:-1]
    assert read + text.splitlines() == lines


def test_one_huge_line_is_cut_and_its_rest_counted(root: Path) -> None:
    (root / "a.txt").write_text("y" * 50_000 + "\nend")
    text = read_file("a.txt")
    assert len(text) < DEFAULT_MAX_CHARS
    assert text.splitlines()[0] == "y" * 3550 + "...[+46,450 characters]"
    assert text.splitlines()[1] == "end"
    assert read_file("a.txt", start_line=2) == "end"
    assert file_info("a.txt")["lines"] == 2


@pytest.mark.parametrize(
    ("data", "note"),
    [
        ("grün €\n".encode(), ""),
        (codecs.BOM_UTF8 + "grün €\n".encode(), ""),
        (codecs.BOM_UTF16_LE + "grün €\n".encode("utf-16-le"), ""),
        (codecs.BOM_UTF16_BE + "grün €\n".encode("utf-16-be"), ""),
        (codecs.BOM_UTF32_LE + "grün €\n".encode("utf-32-le"), ""),
        ("grün\r\n".encode("latin-1"), "\n(not UTF-8; read as Latin-1)"),
    ],
)
def test_encodings_are_recognised_and_an_assumed_one_is_said(root: Path, data: bytes, note: str) -> None:
    (root / "a.txt").write_bytes(data)
    text = read_file("a.txt")
    assert text.startswith("grün")
    assert text.endswith(note or "€")


def test_utf8_that_is_cut_at_the_sample_is_still_utf8(root: Path) -> None:
    (root / "a.txt").write_bytes(b"x" * 8191 + "ü".encode() + b"\nend\n")
    assert file_info("a.txt")["encoding"] == "utf-8"


def test_wrong_bytes_late_in_a_file_make_it_latin1(root: Path) -> None:
    (root / "a.txt").write_bytes(b"x" * 100_000 + b"\n\xfc\n")
    assert file_info("a.txt")["encoding"] == "latin-1"
    assert read_file("a.txt", start_line=2).startswith("ü")


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 100, "a PNG image, 108 bytes"),
        (b"%PDF-1.7\nsome text", "a PDF document, 18 bytes"),
        (b"PK\x03\x04" + b"\0" * 2000, "a ZIP archive"),
        (b"abc\0def", "binary, 7 bytes"),
        (b"\xff\xfb\x90\x01\x02", "binary, 5 bytes"),
    ],
)
def test_binary_files_are_refused_with_type_and_size(root: Path, data: bytes, said: str) -> None:
    (root / "a.bin").write_bytes(data)
    with pytest.raises(BinaryFileError, match=said) as refusal:
        read_file("a.bin")
    assert file_info("a.bin")["kind"] == refusal.value.kind


def test_text_that_begins_like_a_signature_is_text(root: Path) -> None:
    (root / "a.txt").write_text("RIFFRAFF is näh a word\n")
    assert read_file("a.txt").startswith("RIFFRAFF")


def test_an_empty_file_is_said(root: Path) -> None:
    (root / "a.txt").touch()
    assert read_file("a.txt") == "'a.txt' is empty"


def test_info_of_a_file_and_of_a_folder(root: Path) -> None:
    (root / "docs").mkdir()
    (root / "docs" / "a.txt").write_text("one\ntwo")
    os.utime(root / "docs" / "a.txt", (0, 86_400))
    info = file_info("docs/a.txt")
    assert {key: info[key] for key in ("path", "kind", "size_bytes", "lines", "encoding")} == {
        "path": "docs/a.txt",
        "kind": "text file",
        "size_bytes": 7,
        "lines": 2,
        "encoding": "utf-8",
    }
    assert str(info["modified"])[:8] in ("1970-01-", "1969-12-")
    folder = file_info("docs")
    assert (folder["kind"], folder["entries"]) == ("folder", 1)


def test_info_of_nothing_suggests_a_name(root: Path) -> None:
    (root / "a.txt").touch()
    with pytest.raises(FileNotFoundError, match=r"nearest: 'a\.txt'"):
        file_info("b.txt")


def test_tools_refuse_what_leads_out(root: Path) -> None:
    (root / "out").symlink_to("/")
    for call in (read_file, file_info, list_files):
        with pytest.raises(PathRefusedError):
            call("out/etc")
    with pytest.raises(PathRefusedError):
        find_files("passwd", path="out")


@settings(deadline=None, max_examples=100)
@given(
    text=st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=200),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-32"]),
)
def test_what_is_written_in_an_encoding_is_read_back(
    tmp_path_factory: pytest.TempPathFactory, text: str, encoding: str
) -> None:
    folder = tmp_path_factory.mktemp("encodings")
    (folder / "a.txt").write_bytes(f"begin {text}\n".encode(encoding))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(ROOTS_VARIABLE, str(folder))
        assert read_file("a.txt") == f"begin {text}"
