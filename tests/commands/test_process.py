"""Real processes with pipes, and a scripted engine: signals, and readers that go away."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from umi_local.events import Event, RunFinished
from umi_local.jsonable import from_jsonable
from umi_local.messages import Outcome
from umi_local.sessions.store import SessionStore

SCRIPTED = str(Path(__file__).parent / "scripted_umi.py")

on_unix = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signals")


def test_stdout_and_stderr_are_apart_and_plain(start_process) -> None:
    process = start_process(SCRIPTED, "product", "run", "What is 17 * 23?", env={"FORCE_COLOR": "1"})
    out, err = process.communicate(timeout=60)
    assert process.returncode == 0
    assert out == b"17 times 23 is 391.\n"
    assert b"calculate(" in err
    assert b"\x1b" not in out + err


@on_unix
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_cancels_the_run_which_is_stored_as_cancelled(start_process, number: int) -> None:
    process = start_process(SCRIPTED, "waiting", "run", "x", "--output", "jsonl")
    lines: list[bytes] = []
    while not lines or b"text_delta" not in lines[-1]:
        lines.append(process.stdout.readline())
    process.send_signal(number)
    rest, err = process.communicate(timeout=60)
    assert process.returncode == 130
    end: Event = from_jsonable(Event, json.loads(rest.splitlines()[-1]))
    assert isinstance(end, RunFinished)
    assert end.outcome is Outcome.CANCELLED
    assert err == b""
    with SessionStore() as store:
        assert store.get("last").outcome is Outcome.CANCELLED


@on_unix
def test_a_second_signal_ends_the_process_at_once(start_process) -> None:
    process = start_process(SCRIPTED, "stuck", "run", "x", "--output", "jsonl")
    while b"text_delta" not in process.stdout.readline():
        pass
    process.send_signal(signal.SIGINT)
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=30)
    assert process.returncode == 130


def test_a_reader_that_goes_away_ends_the_run_quietly(start_process) -> None:
    process = start_process(SCRIPTED, "talkative", "run", "x", "--output", "jsonl")
    process.stdout.readline()
    process.stdout.close()
    err = process.stderr.read()
    assert process.wait(60) == 1
    assert err == b""
    with SessionStore() as store:
        assert store.get("last").outcome is Outcome.CANCELLED


def test_a_reader_that_is_gone_before_anything_is_written_is_no_reason_to_complain(start_process) -> None:
    process = start_process("-m", "umi_local", "tools", "list")
    process.stdout.close()
    assert process.stderr.read() == b""
    assert process.wait(60) == 1


def test_an_encoding_that_lacks_characters_does_not_break_a_run(start_process) -> None:
    process = start_process(SCRIPTED, "product", "run", "x", env={"PYTHONIOENCODING": "ascii"})
    _out, err = process.communicate(timeout=60)
    assert process.returncode == 0
    assert err.startswith(b"* The product is needed. -> call\n")


def test_an_interrupt_while_loading_exits_with_130(start_process) -> None:
    code = (
        "import sys, time\nfrom umi_local.cli import main\nfrom umi_local.commands.setup import Services\n"
        "def opens(loaded, options):\n    print('loading', flush=True)\n    time.sleep(60)\n"
        "sys.exit(main(['run', 'x', '--output', 'json'], services=Services(open_engine=opens)))"
    )
    process = start_process("-c", code)
    assert process.stdout.readline() == b"loading\n"
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert json.loads(out)["outcome"] == "cancelled"
    assert b"Traceback" not in err


def test_stdin_that_is_closed_is_no_terminal(start_process, tmp_path: Path) -> None:
    process = start_process(SCRIPTED, "write", "run", "x", "--root", str(tmp_path), stdin=subprocess.DEVNULL)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 0
    assert b"nobody can be asked" in err
