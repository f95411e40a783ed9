"""`umi eval --peft`: trained folders on the same records and tasks as bundles and servers."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from importlib.metadata import entry_points
from typing import Any

import pytest
import torch
from click.testing import CliRunner

from tests.evaluate.evaluation_setting import RECORDS, saying
from tests.models import write_tiny_llama
from tests.train.tiny_runs import tiny_config, write_base
from tests.train.trained_folders import edit_config, write_trained
from umi_local.cli import cli
from umi_local.commands.setup import Services
from umi_local.evaluate.trained import GROUP, PEFT, TrainedRequest
from umi_local.records import Record, render_record
from umi_train.stages import train_all
from umi_train.transformers_engine.opening import open_folders

torch.set_num_threads(1)

SHORT = (
    *("--planner-tokens", "8", "--caller-tokens", "24", "--summarizer-tokens", "8"),
    *("--dtype", "float32", "--n-threads", "1"),
)


@pytest.fixture(scope="module")
def base(tmp_path_factory):
    return write_tiny_llama(tmp_path_factory.mktemp("base") / "tiny.gguf", seed=3, n_vocab=2000)


@pytest.fixture(scope="module")
def out(tmp_path_factory, base):
    return write_trained(tmp_path_factory.mktemp("trained") / "first", base)


@pytest.fixture
def records(tmp_path):
    path = tmp_path / "records.jsonl"
    path.write_bytes(b"".join(render_record(Record(trajectory=one, id=str(n))) for n, one in enumerate(RECORDS)))
    return path


def umi(*args, services=None):
    result = CliRunner().invoke(cli, ["eval", *map(str, args)], obj=services or Services())
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def shown(*args):
    result = umi(*args, "--output", "json")
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


class Scripted:
    """A scripted engine with facts, opened by whoever asks; remembers what was asked for."""

    def __init__(self):
        self.requests: list[TrainedRequest] = []

    def open(self, request):
        self.requests.append(request)
        engine: Any = saying()
        engine.facts = {"weights": "w"}
        return engine


def test_the_opener_is_registered():
    (entry,) = entry_points(group=GROUP, name=PEFT)
    assert entry.load() is open_folders


def test_a_trainings_folder_is_evaluated_bound_and_unbound_and_results_go_on(records, out, tmp_path):
    kept = tmp_path / "kept.jsonl"
    first = shown("static", records, "--limit", "1", "--peft", out, "-o", kept, *SHORT)
    assert list(first["decodings"]) == ["constrained", "free"]
    assert first["decodings"]["constrained"]["slices"][0]["n_items"] == 3
    found = shown("static", records, "--peft", out, "-o", kept, *SHORT)
    assert found["decodings"]["constrained"]["slices"][0]["n_items"] == 5
    system = found["system"]
    assert system["name"] == "first"
    assert system["engine"] == "transformers"
    assert set(system["roles"]) == {"planner", "caller", "summarizer"}
    assert {reading for _, reading in system["roles"].values()} == {"shared"}
    assert system["dtype"] == "float32"
    assert system["speaking"]["planner_tokens"] == 8
    assert len(kept.read_text().splitlines()) == 1 + 2 * 5


def test_results_of_other_weights_are_never_mixed(records, base, out, tmp_path):
    kept = tmp_path / "kept.jsonl"
    shown("static", records, "--limit", "1", "--peft", out / "backbone", "-o", kept, *SHORT)
    refused = umi("static", records, "--peft", out, "-o", kept, *SHORT)
    assert refused.exit_code == 2
    assert "system is" in refused.stderr
    other = write_trained(tmp_path / "other", base, strength=0.05)
    refused = umi("static", records, "--peft", other / "backbone", "--name", "backbone", "-o", kept, *SHORT)
    assert refused.exit_code == 2


def test_single_folders_make_a_system_and_a_moved_base_is_found_where_it_is_said_to_be(records, base, tmp_path):
    trained = write_trained(tmp_path / "moved", base, mode="full")
    for name in ("backbone", "planner", "caller", "summarizer"):
        edit_config(trained / name, base_model_name_or_path="/no/longer/here.gguf")
    named = [part for name in ("backbone", "caller") for part in ("--peft", trained / name)]
    refused = umi("static", records, *named, *SHORT)
    assert refused.exit_code == 1
    assert "isn't to be had: there is no such file or folder" in refused.stderr
    assert "Say where it is with --base." in refused.stderr
    found = shown("static", records, "--limit", "1", *named, "--base", base, "--decoding", "constrained", *SHORT)
    assert found["system"]["roles"].keys() == {"caller"}
    assert found["system"]["roles"]["caller"][1] == "separate"


@pytest.mark.parametrize("mode", ["span", "full"])
def test_what_training_leaves_is_evaluated_as_it_is(records, tmp_path, mode):
    config = tiny_config(tmp_path, write_base(tmp_path), n_train=4, n_dev=0, local_stage={"mode": mode, "epochs": 1.0})
    train_all(config)
    found = shown("static", records, "--limit", "1", "--peft", config.out, "--decoding", "constrained", *SHORT)
    system = found["system"]
    assert system["name"] == config.out.name
    assert {reading for _, reading in system["roles"].values()} == {"shared" if mode == "span" else "separate"}
    assert system["backbone"]


def test_live_tasks_run_on_trained_folders(out, tmp_path):
    kept = tmp_path / "live.jsonl"
    found = shown("live", "--n", "2", "--max-steps", "2", "--peft", out, "-o", kept, *SHORT)
    assert found["system"]["engine"] == "transformers"
    assert found["report"]["slices"][0]["n_items"] == 2
    again = shown("live", "--n", "2", "--max-steps", "2", "--peft", out, "-o", kept, *SHORT)
    assert again["report"] == found["report"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--peft", "x", "--bundle", "y"], "--bundle and --peft are two systems"),
        (["--peft", "x", "--server", "http://127.0.0.1:1/v1"], "--peft and --server are two systems"),
        (["--peft", "x", "--model", "m"], "belong to --server"),
        (["--peft", "x", "--kv-type", "q8_0"], "--kv-type can't be had with --peft"),
        (
            ["--peft", "x", "--n-gpu-layers", "0", "--residency", "merged"],
            "--n-gpu-layers and --residency can't be had",
        ),
        (["--base", "x", "--four-bit"], "--base and --four-bit mean nothing without --peft"),
        (["--device", "cpu", "--bundle", "x"], "--device mean nothing without --peft"),
        (["--peft", "no-such-folder"], "there is no umi_role.json in it"),
    ],
)
def test_what_cannot_be_asked_is_refused_with_the_reason(records, arguments, words):
    result = umi("static", records, *arguments)
    assert result.exit_code in (1, 2)
    assert words in result.stderr


def test_options_reach_whoever_opens(records, tmp_path):
    scripted = Scripted()
    services = Services(open_trained=scripted.open)
    chosen = ("--base", "b", "--dtype", "bfloat16", "--device", "cuda", "--four-bit", "--n-ctx", "512")
    for workers in (("--workers", "3"), ()):
        given = ("--peft", tmp_path, "--n-threads", "3", *chosen, *workers)
        assert umi("static", records, *given, services=services).exit_code == 0
    wanted = TrainedRequest(
        folders=(tmp_path,), base="b", dtype="bfloat16", device="cuda", four_bit=True, n_ctx=512, n_threads=3
    )
    assert scripted.requests == [replace(wanted, n_parallel=3), replace(wanted, n_parallel=16)]


@pytest.mark.parametrize("missing", ["torch", "transformers", "peft"])
def test_a_missing_extra_is_said_with_the_line_that_installs_it(records, out, monkeypatch, missing):
    monkeypatch.setitem(sys.modules, missing, None)
    result = umi("static", records, "--peft", out)
    assert result.exit_code == 1
    assert f"`umi eval --peft` needs {missing}, which the extra `train` installs" in result.stderr
    assert "pip install 'umi-local[train]'" in result.stderr
