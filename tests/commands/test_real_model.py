"""The command with the embedded model, in processes of their own. What a 135M model says isn't asserted."""

from __future__ import annotations

import json
import os
import shutil
import signal
import sys
from pathlib import Path

import jsonschema
import pytest

from tests.commands.test_run import RUN_OBJECT
from tests.models import real_gguf
from umi_local.messages import Outcome
from umi_local.sessions.store import SessionStore

pytestmark = pytest.mark.integration

SHORT = [
    "--tool",
    "calculate",
    "--max-steps",
    "1",
    "--planner-tokens",
    "8",
    "--caller-tokens",
    "8",
    "--summarizer-tokens",
    "8",
]


def finish(process) -> tuple[int, str, str]:
    out, err = process.communicate(timeout=300)
    return process.returncode, out.decode(), err.decode()


def run(start_process, *args: str, **options) -> tuple[int, str, str]:
    return finish(start_process("-m", "umi_local", "run", *args, **options))


def test_the_embedded_model_says_the_same_twice(start_process) -> None:
    values = []
    for _ in range(2):
        code, out, err = run(start_process, "What is 2 + 2?", "--output", "json", *SHORT)
        value = json.loads(out)
        jsonschema.validate(value, RUN_OBJECT)
        assert code == {"answered": 0, "gave_up": 3, "step_limit": 4}[value["outcome"]]
        assert err == ""
        total = value["usage"]["total"]
        assert total["prompt_tokens"] == total["reused_tokens"] + total["evaluated_tokens"] > 0
        values.append(value)
    said = [[(step["rationale"], step["decision"], step["call"]) for step in value["steps"]] for value in values]
    assert said[0] == said[1]
    assert values[0]["answer"] == values[1]["answer"]
    assert values[0]["session"] != values[1]["session"]


def test_any_gguf_can_be_run(start_process, tmp_path: Path) -> None:
    model = tmp_path / "my model.gguf"
    os.symlink(real_gguf(), model)
    code, out, _ = run(start_process, "Hi.", "--bundle", str(model), "--output", "json", *SHORT)
    assert code in (0, 3, 4)
    assert json.loads(out)["bundle"] == "my-model"


def test_a_question_longer_than_the_context_is_refused_with_the_remedy(start_process) -> None:
    code, out, err = run(start_process, "word " * 3000, "--n-ctx", "1024", "--output", "json", *SHORT)
    assert code == 1
    assert json.loads(out)["outcome"] == "failed"
    error, hint = err.splitlines()
    assert "does not fit" in error
    assert "--n-ctx" in hint


def test_a_model_that_is_missing_is_an_error_that_names_it(start_process, tmp_path: Path) -> None:
    code, out, err = run(start_process, "Hi.", "--bundle", str(tmp_path / "none.gguf"))
    assert (code, out) == (1, "")
    assert "none.gguf" in err
    assert "Traceback" not in err


def test_a_model_that_was_cut_off_is_an_error_that_says_so(start_process, tmp_path: Path) -> None:
    broken = tmp_path / "broken.gguf"
    shutil.copy(real_gguf(), broken)
    os.truncate(broken, 50_000_000)
    code, out, err = run(start_process, "Hi.", "--bundle", str(broken), "--output", "json")
    assert code == 1
    assert json.loads(out)["outcome"] == "failed"
    assert err.startswith("error: ")
    assert "broken.gguf" in err


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signal")
def test_ctrl_c_stops_the_real_engine_and_the_session_is_kept(start_process) -> None:
    process = start_process("-m", "umi_local", "run", "Tell a very long story.", "--output", "jsonl")
    assert b"run_started" in process.stdout.readline()
    process.send_signal(signal.SIGINT)
    code, out, err = finish(process)
    assert (code, err) == (130, "")
    assert json.loads(out.splitlines()[-1])["outcome"] == "cancelled"
    with SessionStore() as store:
        assert store.get("last").outcome is Outcome.CANCELLED
