"""Writing and moving files."""

from __future__ import annotations

import codecs
import contextlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from umi_local.tools.builtin import file_changes
from umi_local.tools.builtin.file_changes import move_file, write_file
from umi_local.tools.builtin.files import read_file
from umi_local.tools.builtin.roots import ROOTS_VARIABLE, PathRefusedError, Roots


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "project"
    folder.mkdir()
    monkeypatch.setenv(ROOTS_VARIABLE, str(folder))
    return folder


def everything(folder: Path) -> dict[str, str]:
    return {str(path.relative_to(folder)): path.read_text() for path in folder.rglob("*") if path.is_file()}


def test_a_new_file_is_written_and_missing_folders_are_made(root: Path) -> None:
    assert write_file("docs/new/a.txt", "grün") == "wrote 4 characters (5 bytes of UTF-8) to 'docs/new/a.txt'"
    assert everything(root) == {"docs/new/a.txt": "grün"}


def test_create_refuses_an_existing_file(root: Path) -> None:
    (root / "a.txt").write_text("old")
    with pytest.raises(FileExistsError, match=r"'a\.txt' exists already"):
        write_file("a.txt", "new")
    assert everything(root) == {"a.txt": "old"}


def test_overwrite_replaces_the_text_and_keeps_the_permissions(root: Path) -> None:
    (root / "a.txt").write_text("old and long")
    (root / "a.txt").chmod(0o640)
    write_file("a.txt", "new", mode="overwrite")
    assert everything(root) == {"a.txt": "new"}
    assert (root / "a.txt").stat().st_mode & 0o777 == 0o640


@pytest.mark.parametrize(("before", "after"), [("one", "one\ntwo"), ("one\n", "one\ntwo"), ("", "two")])
def test_appended_text_begins_on_its_own_line(root: Path, before: str, after: str) -> None:
    (root / "a.txt").write_text(before)
    write_file("a.txt", "two", mode="append")
    assert everything(root) == {"a.txt": after}


def test_append_makes_a_missing_file(root: Path) -> None:
    write_file("a.txt", "one", mode="append")
    assert everything(root) == {"a.txt": "one"}


@pytest.mark.parametrize(
    ("mark", "encoding"),
    [(codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"), (codecs.BOM_UTF8, "utf-8")],
)
def test_append_keeps_the_encoding_of_the_file(root: Path, mark: bytes, encoding: str) -> None:
    (root / "a.txt").write_bytes(mark + "grün\n".encode(encoding))
    write_file("a.txt", "blau €", mode="append")
    assert (root / "a.txt").read_bytes() == mark + "grün\nblau €".encode(encoding)


def test_append_refuses_text_that_the_encoding_cannot_hold(root: Path) -> None:
    (root / "a.txt").write_bytes(b"gr\xfcn")
    with pytest.raises(ValueError, match="latin-1, which can't hold"):
        write_file("a.txt", "100 €", mode="append")
    assert (root / "a.txt").read_bytes() == b"gr\xfcn"
    assert os.listdir(root) == ["a.txt"]


def test_an_interrupted_write_leaves_the_old_file_and_nothing_else(root: Path) -> None:
    (root / "a.txt").write_text("old")

    def chunks() -> Iterator[bytes]:
        yield b"half"
        raise KeyboardInterrupt

    with Roots.current().open_folder(".") as folder, pytest.raises(KeyboardInterrupt):
        file_changes._put(folder, "a.txt", chunks(), like=None, replace=True)
    assert everything(root) == {"a.txt": "old"}


def test_a_folder_cannot_be_overwritten(root: Path) -> None:
    (root / "docs").mkdir()
    with pytest.raises(IsADirectoryError, match="'docs' is a folder"):
        write_file("docs", "text", mode="overwrite")


def test_an_unknown_mode_is_refused(root: Path) -> None:
    with pytest.raises(ValueError, match="use one of create, overwrite, append"):
        write_file("a.txt", "x", mode="replace")


def test_text_that_is_not_unicode_is_refused(root: Path) -> None:
    with pytest.raises(ValueError, match="can't hold"):
        write_file("a.txt", "\ud800")
    assert os.listdir(root) == []


def test_writing_through_links_stays_inside(root: Path) -> None:
    (root / "real.txt").write_text("old")
    (root / "inner").symlink_to("real.txt")
    (root / "outer").symlink_to("../stolen.txt")
    write_file("inner", "new", mode="overwrite")
    assert (root / "real.txt").read_text() == "new"
    assert (root / "inner").is_symlink()
    with pytest.raises(PathRefusedError):
        write_file("outer", "new", mode="overwrite")
    assert not (root.parent / "stolen.txt").exists()


def test_a_file_is_renamed_and_moved_into_folders(root: Path) -> None:
    (root / "docs").mkdir()
    (root / "a.txt").write_text("text")
    assert move_file("a.txt", "b.txt") == "moved 'a.txt' to 'b.txt'"
    assert move_file("b.txt", "docs") == "moved 'b.txt' to 'docs/b.txt'"
    assert move_file("docs/b.txt", "new/") == "moved 'docs/b.txt' to 'new/b.txt'"
    assert move_file("new/b.txt", "x/y/c.txt") == "moved 'new/b.txt' to 'x/y/c.txt'"
    assert everything(root) == {"x/y/c.txt": "text"}


def test_moving_never_overwrites(root: Path) -> None:
    (root / "docs").mkdir()
    for name in ("a.txt", "b.txt", "docs/a.txt"):
        (root / name).write_text(name)
    for destination in ("b.txt", "docs", "docs/a.txt", "a.txt"):
        with pytest.raises(FileExistsError):
            move_file("a.txt", destination)
    assert everything(root) == {name: name for name in ("a.txt", "b.txt", "docs/a.txt")}


def test_a_folder_is_moved_with_what_it_holds_but_not_into_itself(root: Path) -> None:
    (root / "docs" / "old").mkdir(parents=True)
    (root / "docs" / "old" / "a.txt").write_text("text")
    assert move_file("docs/old", "kept") == "moved 'docs/old' to 'kept'"
    assert everything(root) == {"kept/a.txt": "text"}
    for destination in ("kept", "kept/deeper"):
        with pytest.raises(ValueError, match="into itself"):
            move_file("kept", destination)
    with pytest.raises(ValueError, match="is a root"):
        move_file(".", "kept")


def test_a_link_is_moved_itself(root: Path) -> None:
    (root / "out").symlink_to("/")
    move_file("out", "away")
    assert (root / "away").is_symlink()
    assert not os.path.lexists(root / "out")


def test_a_missing_source_suggests_a_name(root: Path) -> None:
    (root / "report.txt").touch()
    with pytest.raises(FileNotFoundError, match=r"nearest: 'report\.txt'"):
        move_file("reports.txt", "b.txt")


def test_files_move_between_roots(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
    (tmp_path / "one" / "a.txt").write_text("text")
    monkeypatch.setenv(ROOTS_VARIABLE, os.pathsep.join(str(tmp_path / name) for name in ("one", "two")))
    assert move_file("one/a.txt", "two") == "moved 'one/a.txt' to 'two/a.txt'"
    assert everything(tmp_path) == {"two/a.txt": "text"}


def test_without_descriptors_files_are_written_and_moved_too(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    roots = Roots(Roots.current().roots, held=False)
    monkeypatch.setattr(Roots, "current", classmethod(lambda cls: roots))
    (root / "out").symlink_to(root.parent)
    write_file("docs/a.txt", "one")
    write_file("docs/a.txt", "two", mode="append")
    with pytest.raises(FileExistsError):
        write_file("docs/a.txt", "three")
    move_file("docs", "papers/old")
    move_file("papers/old/a.txt", "b.txt")
    assert everything(root) == {"b.txt": "one\ntwo"}
    with pytest.raises(PathRefusedError):
        write_file("out/c.txt", "three")
    with pytest.raises(PathRefusedError):
        move_file("b.txt", "out/c.txt")


def test_without_hard_links_nothing_is_overwritten_either(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(file_changes, "_CAN_LINK", False)
    (root / "a.txt").write_text("a")
    write_file("b.txt", "b")
    with Roots.current().open_folder(".") as folder, pytest.raises(FileExistsError):
        file_changes._rename_new(folder, "a.txt", folder, "b.txt")
    move_file("a.txt", "c.txt")
    assert everything(root) == {"b.txt": "b", "c.txt": "a"}


@pytest.mark.skipif(
    not os.path.isdir("/dev/shm") or os.stat("/dev/shm").st_dev == os.stat("/tmp").st_dev,
    reason="needs two disks",
)
def test_files_move_between_disks_and_folders_say_why_not(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with tempfile.TemporaryDirectory(dir="/dev/shm") as other:
        monkeypatch.setenv(ROOTS_VARIABLE, f"{tmp_path}{os.pathsep}{other}")
        name = os.path.basename(other)
        (tmp_path / "a.txt").write_text("text")
        (tmp_path / "docs").mkdir()
        move_file(f"{tmp_path.name}/a.txt", f"{name}/b.txt")
        assert Path(other, "b.txt").read_text() == "text"
        assert not (tmp_path / "a.txt").exists()
        with pytest.raises(OSError, match="on another disk; move the files one by one"):
            move_file(f"{tmp_path.name}/docs", f"{name}/docs")
        assert (tmp_path / "docs").is_dir()
        assert os.listdir(other) == ["b.txt"]


COMPONENTS = st.sampled_from(["..", ".", "", "a", "b", "out", "up", "project", "\0", "~", "c.txt"])


@settings(deadline=None, max_examples=150)
@given(
    source=st.lists(COMPONENTS, max_size=5).map("/".join),
    destination=st.lists(COMPONENTS, max_size=5).map("/".join),
)
def test_no_path_whatsoever_changes_anything_outside(
    tmp_path_factory: pytest.TempPathFactory, source: str, destination: str
) -> None:
    base = tmp_path_factory.mktemp("change")
    root, outside = base / "project", base / "outside"
    for folder in (root / "a", outside):
        folder.mkdir(parents=True)
        (folder / "b").write_text("text")
    (root / "out").symlink_to(outside)
    (root / "up").symlink_to("..")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(ROOTS_VARIABLE, str(root))
        patch.chdir(base)
        with contextlib.suppress(OSError, ValueError):
            write_file(source, "new", mode="overwrite")
        with contextlib.suppress(OSError, ValueError):
            move_file(source, destination)
    assert sorted(os.listdir(base)) == ["outside", "project"]
    assert everything(outside) == {"b": "text"}


def test_a_written_text_is_read_back(root: Path) -> None:
    write_file("a.txt", "one\ntwo €")
    assert read_file("a.txt") == "one\ntwo €"
