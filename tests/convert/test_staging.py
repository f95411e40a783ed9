"""A staged folder appears complete or not at all."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from umi_convert.staging import staged_folder
from umi_local.errors import StorageError, UsageError

_CHILD = """
import os, signal, sys
from pathlib import Path
from umi_convert.staging import staged_folder

renamed = []
rename = Path.rename

def rename_once(self, target):
    if renamed:
        os.kill(os.getpid(), signal.SIGKILL)
    renamed.append(target)
    return rename(self, target)

with staged_folder(Path(sys.argv[1]), force=True) as folder:
    (folder / "part").write_bytes(b"half")
    if sys.argv[2] == "filling":
        os.kill(os.getpid(), signal.SIGKILL)
    Path.rename = rename_once
"""


def _killed_run(target: Path, when: str) -> None:
    """Fill a folder in a process that is killed while it does, or after the first of two renames."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run([sys.executable, "-c", _CHILD, str(target), when], env=environment, check=False)
    assert done.returncode == -signal.SIGKILL


def test_what_was_filled_is_there_under_its_name_and_nothing_else(tmp_path):
    with staged_folder(tmp_path / "deep" / "out") as folder:
        (folder / "a").write_text("x")
        assert not (tmp_path / "deep" / "out").exists()
    assert [p.name for p in (tmp_path / "deep").iterdir()] == ["out"]
    assert (tmp_path / "deep" / "out" / "a").read_text() == "x"


def test_an_error_leaves_nothing_behind(tmp_path):
    def build():
        with staged_folder(tmp_path / "out") as folder:
            (folder / "a").write_text("x")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        build()
    assert list(tmp_path.iterdir()) == []


def test_what_is_there_is_refused_unless_it_may_be_replaced(tmp_path):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "old").write_text("old")
    with pytest.raises(UsageError, match="already there"), staged_folder(tmp_path / "out"):
        pytest.fail("the block must not run")
    with staged_folder(tmp_path / "out", force=True) as folder:
        (folder / "new").write_text("new")
        assert (tmp_path / "out" / "old").exists()
    assert [p.name for p in (tmp_path / "out").iterdir()] == ["new"]
    assert [p.name for p in tmp_path.iterdir()] == ["out"]


def test_an_error_leaves_what_was_to_be_replaced(tmp_path):
    (tmp_path / "out").write_text("a file")
    with pytest.raises(RuntimeError), staged_folder(tmp_path / "out", force=True):
        raise RuntimeError
    assert (tmp_path / "out").read_text() == "a file"


def test_a_killed_run_leaves_nothing_under_the_name_and_the_next_one_tidies_up(tmp_path):
    _killed_run(tmp_path / "out", "filling")
    assert not (tmp_path / "out").exists()
    assert len(list(tmp_path.iterdir())) == 1
    with staged_folder(tmp_path / "out") as folder:
        (folder / "a").write_text("x")
    assert [p.name for p in tmp_path.iterdir()] == ["out"]


def test_a_run_that_was_killed_between_the_two_renames_has_not_lost_the_old_folder(tmp_path):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "old").write_text("old")
    _killed_run(tmp_path / "out", "renaming")
    assert not (tmp_path / "out").exists()
    with pytest.raises(UsageError, match="already there"), staged_folder(tmp_path / "out"):
        pytest.fail("the block must not run")
    assert (tmp_path / "out" / "old").read_text() == "old"
    with staged_folder(tmp_path / "out", force=True) as folder:
        (folder / "new").write_text("new")
    assert [p.name for p in tmp_path.iterdir()] == ["out"]
    assert [p.name for p in (tmp_path / "out").iterdir()] == ["new"]


def test_what_somebody_else_put_there_meanwhile_is_not_replaced(tmp_path):
    def build():
        with staged_folder(tmp_path / "out") as folder:
            (folder / "mine").touch()
            (tmp_path / "out").mkdir()
            (tmp_path / "out" / "theirs").touch()

    with pytest.raises(UsageError, match="already there"):
        build()
    assert [p.name for p in (tmp_path / "out").iterdir()] == ["theirs"]
    assert [p.name for p in tmp_path.iterdir()] == ["out"]


def test_a_folder_of_a_run_that_is_still_going_is_left_alone(tmp_path):
    with staged_folder(tmp_path / "out") as first:
        (first / "a").write_text("first")
        with staged_folder(tmp_path / "out") as second:
            (second / "a").write_text("second")
        assert first.exists()
        (tmp_path / "out" / "a").unlink()
        (tmp_path / "out").rmdir()
    assert (tmp_path / "out" / "a").read_text() == "first"


def test_a_place_that_cannot_be_written_is_a_storage_error(tmp_path):
    (tmp_path / "file").write_text("x")
    with pytest.raises(StorageError), staged_folder(tmp_path / "file" / "out"):
        pytest.fail("the block must not run")
