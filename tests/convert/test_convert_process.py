"""`umi convert` in a process of its own: interrupted, killed, and short of disk."""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.convert.bundle_setting import TRAJECTORIES, hashes, write_roles, write_speaking
from umi_local.bundles.manifest import load_bundle
from umi_local.bundles.verify import verify
from umi_local.messages import Role

pytestmark = [
    pytest.mark.integration,
    pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signals"),
]

ROOT = Path(__file__).parents[2]
CHILD = Path(__file__).with_name("convert_child.py")
JUDGED = ("--trajectories", TRAJECTORIES, "--n-threads", "1", "--strictness", "loose")


@pytest.fixture(scope="module")
def base(tmp_path_factory) -> Path:
    return write_speaking(tmp_path_factory.mktemp("base") / "Tiny-Base")


@pytest.fixture(scope="module")
def roles(tmp_path_factory, base) -> dict[Role, Path]:
    return write_roles(tmp_path_factory.mktemp("roles"), base)


def convert(signal_name, what, *arguments, limit: int | None = None) -> subprocess.CompletedProcess[str]:
    """Run a command that gets a signal at a certain moment; or one that may write no file of more than so many bytes."""

    def set_limit() -> None:
        if limit is not None:
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "convert")])}
    command = [sys.executable, CHILD, signal_name, what, *arguments]
    return subprocess.run(
        [str(part) for part in command],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
        preexec_fn=set_limit,
    )


def bundle(base, roles, out):
    given = [part for role, path in roles.items() for part in (f"--{role.value}", path)]
    return ("bundle", base, *given, "--layout", "adapters", "--quantize", "Q8_0", "-o", out, *JUDGED)


def test_killed_at_any_moment_it_leaves_no_bundle_and_can_be_run_again(base, roles, tmp_path):
    moments = ("writing base", "quantizing base", "writing base as the reference", "measuring", "judging", "hashing")
    for what in moments:
        done = convert("SIGKILL", what, *bundle(base, roles, tmp_path / "out"))
        assert done.returncode == -signal.SIGKILL, (what, done.stderr)
        assert all(path.name.startswith(".out.") for path in tmp_path.iterdir())
    done = convert("SIGKILL", "", *bundle(base, roles, tmp_path / "out"))
    assert done.returncode == 0, done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["out"]
    assert verify(load_bundle(tmp_path / "out")).ok


def test_killed_while_replacing_it_leaves_the_old_bundle(base, roles, tmp_path):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "mine").write_text("mine")
    done = convert("SIGKILL", "hashing", *bundle(base, roles, tmp_path / "out"), "--force")
    assert done.returncode == -signal.SIGKILL
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["mine"]


@pytest.mark.parametrize("what", ["writing base", "quantizing base", "measuring", "judging"])
def test_an_interrupt_ends_it_with_130_and_leaves_nothing(base, roles, tmp_path, what):
    done = convert("SIGINT", what, *bundle(base, roles, tmp_path / "out"))
    assert (done.returncode, done.stdout) == (130, "")
    assert "Traceback" not in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_an_interrupted_model_leaves_nothing_and_a_killed_one_no_file_of_its_name(base, tmp_path):
    options = ("model", base, "--type", "Q8_0", "-o", tmp_path / "m.gguf", "--n-threads", "1")
    assert convert("SIGINT", "quantizing", *options).returncode == 130
    assert list(tmp_path.iterdir()) == []
    for what in ("writing", "quantizing"):
        assert convert("SIGKILL", what, *options).returncode == -signal.SIGKILL
        assert not (tmp_path / "m.gguf").exists()
    assert convert("SIGKILL", "", *options).returncode == 0
    assert [path.name for path in tmp_path.iterdir()] == ["m.gguf"]


def test_a_killed_verdict_leaves_nothing_after_the_next_one(base, tmp_path, own_folders):
    made = convert("SIGKILL", "", "bundle", base, "--quantize", "F16", "--reference", "none", "-o", tmp_path / "b")
    assert made.returncode == 0
    options = ("verify", tmp_path / "b", "--against", base, *JUDGED)
    assert convert("SIGKILL", "measuring", *options).returncode == -signal.SIGKILL
    assert list((own_folders / "cache").rglob("reference.gguf"))
    assert convert("SIGKILL", "", *options).returncode == 0
    assert list((own_folders / "cache").rglob("reference.gguf")) == []


@pytest.mark.parametrize("limit", [50_000, 150_000])
def test_a_file_that_cannot_be_written_whole_is_a_clear_error(base, roles, tmp_path, limit):
    """A limit on the size of files stands for a full disk, which the preflight would have seen."""
    done = convert("SIGKILL", "", *bundle(base, roles, tmp_path / "out"), limit=limit)
    assert done.returncode == 1
    assert done.stderr.startswith("error: could not write ")
    assert "Traceback" not in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_shard_that_was_cut_is_a_clear_error(base, tmp_path):
    cut = tmp_path / "cut"
    cut.mkdir()
    for path in base.iterdir():
        (cut / path.name).write_bytes(path.read_bytes()[: -1000 if path.suffix == ".safetensors" else None])
    before = hashes(tmp_path)
    done = convert("SIGKILL", "", "bundle", cut, "-o", tmp_path / "out", "--reference", "none")
    assert done.returncode == 1
    assert "model.safetensors" in done.stderr
    assert "Traceback" not in done.stderr
    assert hashes(tmp_path) == before
