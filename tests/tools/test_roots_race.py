"""Nobody gets out by swapping a folder for a link while a path is being followed."""

from __future__ import annotations

import os
import threading
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from umi_local.tools.builtin.file_changes import move_file, write_file
from umi_local.tools.builtin.file_search import search_files
from umi_local.tools.builtin.folders import HAS_DESCRIPTORS
from umi_local.tools.builtin.roots import ROOTS_VARIABLE, PathRefusedError, Roots

pytestmark = pytest.mark.skipif(not HAS_DESCRIPTORS, reason="folders can't be held open here")

FLIPS = 3000
MAX_FLIPS = 100_000


@pytest.fixture
def arena(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A root whose `x` is to flip between a folder and a link to the folder outside."""
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "f.txt").write_text("SECRET")
    root = tmp_path / "root"
    (root / "folder").mkdir(parents=True)
    (root / "folder" / "f.txt").write_text("inside")
    (root / "link").symlink_to(tmp_path / "outside")
    monkeypatch.setenv(ROOTS_VARIABLE, str(root))
    return root


def race(root: Path, attempt: Callable[[], str], *, wanted: set[str]) -> Counter[str]:
    """Flip `x` while attempts go on, at least FLIPS times and until all wanted outcomes were seen."""
    outcomes: Counter[str] = Counter()
    finished = threading.Event()

    def flip() -> None:
        for n in range(MAX_FLIPS):
            if n >= FLIPS and wanted <= outcomes.keys():
                break
            for name in ("folder", "link"):
                os.rename(root / name, root / "x")
                os.rename(root / "x", root / name)
        finished.set()

    flipper = threading.Thread(target=flip)
    flipper.start()
    while flipper.is_alive():
        try:
            outcome = attempt()
        except PathRefusedError:
            outcome = "refused"
        except OSError:
            outcome = "missing"
        outcomes[outcome] += 1
    flipper.join()
    assert finished.is_set()
    return outcomes


def test_reading_never_follows_a_component_that_is_swapped_for_a_link(arena: Path) -> None:
    roots = Roots.current()

    def attempt() -> str:
        with roots.open_file("x/f.txt") as file:
            return file.handle.read().decode()

    outcomes = race(arena, attempt, wanted={"inside", "refused"})
    assert outcomes.keys() <= {"inside", "refused", "missing"}
    assert outcomes["inside"]
    assert outcomes["refused"]


def test_reading_never_follows_a_file_that_is_swapped_for_a_link(arena: Path) -> None:
    (arena / "link").unlink()
    (arena / "link").symlink_to(arena.parent / "outside" / "f.txt")
    (arena / "folder" / "f.txt").rename(arena / "plain")
    (arena / "folder").rmdir()
    (arena / "plain").rename(arena / "folder")  # `x` is now a file or a link to the secret
    roots = Roots.current()

    def attempt() -> str:
        with roots.open_file("x") as file:
            return file.handle.read().decode()

    outcomes = race(arena, attempt, wanted={"inside", "refused"})
    assert outcomes.keys() <= {"inside", "refused", "missing"}


def test_searching_never_enters_a_folder_that_is_swapped_for_a_link(arena: Path) -> None:
    def attempt() -> str:
        return "secret" if "SECRET" in search_files("SECRET|inside", regex=True) else "clean"

    assert race(arena, attempt, wanted={"clean"}).keys() <= {"clean", "missing"}


def test_writing_never_lands_outside(arena: Path) -> None:
    def attempt() -> str:
        write_file("x/new.txt", "written", mode="overwrite")
        return "written"

    # A missing `x` is made by writing, which would stop the flipping: keep it from ever being empty and renamed away.
    outcomes: Counter[str] = Counter()
    stop = threading.Event()

    def flip() -> None:
        for _ in range(FLIPS):
            for target in ("folder", "link"):
                temporary = arena / "next"
                temporary.symlink_to(arena.parent / "outside" if target == "link" else "folder")
                os.replace(temporary, arena / "x")
        stop.set()

    (arena / "x").symlink_to("folder")
    flipper = threading.Thread(target=flip)
    flipper.start()
    while not stop.is_set():
        try:
            outcomes[attempt()] += 1
        except PathRefusedError:
            outcomes["refused"] += 1
    flipper.join()
    assert sorted(os.listdir(arena.parent / "outside")) == ["f.txt"]
    assert outcomes["written"] + outcomes["refused"] > 0
    assert sorted(os.listdir(arena / "folder")) == ["f.txt", "new.txt"][: 2 if outcomes["written"] else 1]


def test_moving_never_takes_from_outside(arena: Path) -> None:
    def attempt() -> str:
        return move_file("x/f.txt", "taken.txt")

    race(arena, attempt, wanted=set())
    assert (arena.parent / "outside" / "f.txt").read_text() == "SECRET"
    assert not (arena / "taken.txt").exists() or (arena / "taken.txt").read_text() == "inside"
