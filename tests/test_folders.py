import errno
import os
import subprocess
import sys
from pathlib import Path

import pytest

from umi_local.errors import StorageError
from umi_local.folders import (
    atomic_write,
    bundles_folder,
    cache_folder,
    config_path,
    data_folder,
    sessions_path,
    storage_error,
)


def test_the_environment_moves_every_folder(tmp_path, monkeypatch):
    monkeypatch.setenv("UMI_DATA_DIR", str(tmp_path / "d"))
    monkeypatch.setenv("UMI_CACHE_DIR", str(tmp_path / "c"))
    monkeypatch.setenv("UMI_CONFIG", str(tmp_path / "my.toml"))
    assert data_folder() == tmp_path / "d"
    assert bundles_folder() == tmp_path / "d" / "bundles"
    assert sessions_path().parent == tmp_path / "d"
    assert cache_folder() == tmp_path / "c"
    assert config_path() == tmp_path / "my.toml"
    assert list(tmp_path.iterdir()) == []  # asking creates nothing


def test_without_it_they_are_the_systems_own(monkeypatch, tmp_path):
    for name in ("UMI_DATA_DIR", "UMI_CACHE_DIR", "UMI_CONFIG"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    assert data_folder().name == "umi-local"
    assert cache_folder() != data_folder()
    assert config_path().name == "umi.toml"


def test_an_empty_variable_counts_as_unset(monkeypatch):
    monkeypatch.setenv("UMI_DATA_DIR", "")
    assert data_folder() != Path()


def test_a_file_is_replaced_and_nothing_else_is_left(tmp_path):
    path = tmp_path / "new" / "file.bin"
    atomic_write(path, b"one")
    atomic_write(path, b"two")
    assert path.read_bytes() == b"two"
    assert [found.name for found in path.parent.iterdir()] == ["file.bin"]


LIMITED = """
import resource, sys
from pathlib import Path
from umi_local.errors import StorageError
from umi_local.folders import atomic_write

resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
try:
    atomic_write(Path(sys.argv[1]), b"x" * 5000)
except StorageError as error:
    print(error.reason)
"""


@pytest.mark.skipif(os.name == "nt", reason="file size limits are POSIX")
def test_a_failed_write_keeps_the_old_content_and_cleans_up(tmp_path):
    path = tmp_path / "file.bin"
    atomic_write(path, b"old")
    done = subprocess.run(
        [sys.executable, "-c", LIMITED, str(path)],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parents[1],
    )
    assert done.stdout.strip() == os.strerror(errno.EFBIG)
    assert path.read_bytes() == b"old"
    assert [found.name for found in tmp_path.iterdir()] == ["file.bin"]


def test_a_folder_that_can_not_be_made_is_a_storage_error(tmp_path):
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(StorageError, match="could not write") as caught:
        atomic_write(tmp_path / "file" / "x", b"")
    assert caught.value.path == str(tmp_path / "file" / "x")


@pytest.mark.parametrize(
    ("number", "advice"),
    [
        (errno.ENOSPC, "Free some disk space"),
        (errno.EROFS, "UMI_DATA_DIR"),
        (errno.EACCES, "writable"),
        (errno.EIO, ""),
    ],
)
def test_the_remedy_fits_the_cause(number, advice):
    error = storage_error("/x", OSError(number, os.strerror(number)))
    assert advice in error.hint
    assert os.strerror(number) in str(error)
