"""`umi train data ...`, as one calls it."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.models import real_gguf
from tests.records.some_records import GOOD, TURNS, record
from tests.train.data_files import write_json, write_lines
from tests.train.five_role_talks import GOOD as SPOKEN
from tests.train.five_role_talks import conversation
from tests.train.openai_chats import chat, says, user
from tests.train.toolbench_answers import ANSWERED, SEARCHED, answer_file
from umi_local import cli
from umi_local.messages import UserTurn
from umi_local.records import read_records, write_records
from umi_train.command import COMMANDS, train
from umi_train.commands import data as module
from umi_train.commands.record_showing import drawn
from umi_train.importers.kinds import KINDS
from umi_train.paper_samples import Kind

ROOT = Path(__file__).parents[2]


@pytest.fixture
def umi(monkeypatch, capsys):
    """Call `umi train data`; give the exit code, what it wrote, and what it complained of."""
    monkeypatch.setitem(cli.BUILT_IN, "train", ("umi_train.command:train", "Train."))

    def call(*args):
        code = cli.main(["train", "data", *map(str, args)])
        out, err = capsys.readouterr()
        return code, out, err

    return call


def as_json(result):
    code, out, err = result
    assert (code, err) == (0, "")
    return json.loads(out)


@pytest.fixture
def good(tmp_path):
    path = tmp_path / "good.jsonl.gz"
    write_records(path, [record(n, UserTurn(f"Question {n}?"), *TURNS[1:]) for n in range(9)])
    return path


def test_a_good_file_is_said_to_be_good(umi, good):
    assert umi("validate", good) == (0, "nothing is wrong\n", "")
    assert as_json(umi("validate", good, "--output", "json")) == {"ok": True, "problems": 0, "kinds": {}, "shown": []}


def test_a_bad_file_is_an_exit_code_and_a_list(umi, tmp_path):
    path = write_lines(tmp_path / "bad.jsonl", [{"tools": [], "turns": []}, 3])
    code, out, _ = umi("validate", path)
    assert code == 1
    assert out.splitlines()[0] == f"{path}:1: id is missing or empty"
    assert out.splitlines()[-1] == "5 problem(s): no id 1, no source 1, no licence 1, no turns 1, not JSON 1"
    code, out, _ = umi("validate", path, "--limit", "1", "--output", "json")
    data = json.loads(out)
    assert (code, data["ok"], data["problems"], len(data["shown"])) == (1, False, 5, 1)
    assert data["shown"][0]["field"] == "id"


def test_statistics_are_a_table_or_json(umi, good):
    code, out, _ = umi("stats", good, good)
    assert code == 0
    assert "records:" in out
    assert as_json(umi("stats", good, good, "--output", "json"))["records"] == 18


def test_statistics_in_tokens_of_a_base(umi, good):
    found = as_json(umi("stats", good, "--tokenizer", real_gguf(), "--output", "json"))
    assert found["tokens"]["min"] > 100
    assert set(found["target_tokens"]) == {"planner", "caller", "summarizer"}


@pytest.mark.parametrize(
    ("kind", "make"),
    [
        ("conversations", lambda path: write_json(path / "in.json", [conversation(*SPOKEN), conversation()])),
        ("openai", lambda path: write_lines(path / "in.jsonl", [chat(user("?"), says("!")), chat()])),
        ("toolbench", lambda path: write_json(path / "in" / "1_x.json", answer_file(*SEARCHED, ANSWERED)).parent),
    ],
)
def test_importing_writes_records_and_says_what_was_dropped(umi, tmp_path, kind, make):
    source, out = make(tmp_path), tmp_path / "out.jsonl.gz"
    report = as_json(umi("import", kind, source, "-o", out, "--split", "dev", "--license", "MIT", "--output", "json"))
    (one,) = read_records(out)
    assert (one.split, one.license, report["records"], report["path"]) == ("dev", "MIT", 1, str(out))
    assert sum(report["dropped"].values()) == (0 if kind == "toolbench" else 1)
    assert umi("validate", out)[0] == 0
    code, text, _ = umi("import", kind, source, "-o", out)
    assert code == 0
    assert text.startswith(f"{out}: 1 records\n")


def test_options_that_do_not_belong_are_refused(umi, tmp_path):
    source = write_lines(tmp_path / "in.jsonl", [chat()])
    out = tmp_path / "o.jsonl"
    code, _, err = umi("import", "toolalpaca", source, "-o", out, "--keep-system")
    assert (code, err.splitlines()[0]) == (2, "error: --keep-system doesn't belong to `import toolalpaca`")
    code, _, err = umi("import", "openai", source, "-o", out, "--session", "x")
    assert (code, err.splitlines()[0]) == (2, "error: --session doesn't belong to `import openai`")
    assert umi("import", "openai", "-o", out)[0] == 2
    assert not out.exists()


def test_a_broken_source_is_an_error_with_its_place_and_nothing_is_written(umi, tmp_path):
    source, out = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    source.write_text('{"messages": []} {"messages"')
    code, _, err = umi("import", "openai", source, "-o", out)
    assert code == 1
    assert f"{source}:2: object 2 isn't JSON" in err
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in.jsonl"]


@pytest.mark.parametrize("form", ["conversations", "records", "toolbench", "answer"])
def test_paper_samples_are_written_from_whatever_holds_conversations(umi, tmp_path, form):
    if form == "conversations":
        source = write_json(tmp_path / "in.json", [conversation(*SPOKEN)])
    elif form == "records":
        source = tmp_path / "in.jsonl.gz"
        write_records(source, [GOOD])
    else:
        source = write_json(tmp_path / "in" / "1_x.json", answer_file(*SEARCHED, ANSWERED))
        source = source.parent if form == "toolbench" else source
    counts = as_json(umi("paper-samples", source, "-o", tmp_path / "out", "--output", "json"))["files"]
    expected = [3, 1, 1, 3] if form == "records" else [2, 1, 1, 2]
    assert list(counts.values()) == expected
    for (path, n), kind in zip(counts.items(), Kind, strict=True):
        samples = json.loads(Path(path).read_text())
        assert Path(path).name == f"{kind.value}.json"
        assert len(samples) == n
        assert set(samples[0]) == {"tools", "history", "input", "target"}


def test_only_some_paper_samples_are_written_on_request(umi, tmp_path):
    source = write_json(tmp_path / "in.json", [conversation(*SPOKEN)])
    assert umi("paper-samples", source, "-o", tmp_path / "out", "--kind", "caller")[0] == 0
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["caller.json"]


def test_what_holds_no_conversations_is_refused(umi, tmp_path):
    for data in ([{"a": 1}], []):
        code, _, err = umi("paper-samples", write_json(tmp_path / "in.json", data), "-o", tmp_path / "out")
        assert code == 1
        assert "holds neither conversations of five roles, nor records, nor a ToolBench answer" in err


def test_mixing_from_the_command_line(umi, good, tmp_path):
    other = tmp_path / "b=2.jsonl"  # a name that looks like a weight
    write_records(other, [record(n, UserTurn(f"Other {n}?"), *TURNS[1:]) for n in range(3)])
    report = as_json(umi("mix", f"{good}=3", other, "-o", tmp_path / "o.jsonl", "--seed", 5, "--output", "json"))
    assert report["records"] == 12
    assert len(list(read_records(tmp_path / "o.jsonl"))) == 12
    code, out, _ = umi("mix", good, "-o", tmp_path / "o.jsonl", "--n", 4)
    assert (code, out.splitlines()[0]) == (0, f"{tmp_path / 'o.jsonl'}: 4 records")


def test_mixing_from_a_toml_file_with_a_limit_in_tokens(umi, good, tmp_path):
    long = record(99, UserTurn("Long " * 400), *TURNS[1:])
    write_records(tmp_path / "long.jsonl", [long])
    sources = "".join(f"[[source]]\npath = '{name}'\n" for name in ("good.jsonl.gz", "long.jsonl"))
    text = f"tokenizer = '{real_gguf()}'\nmax_tokens = 400\n{sources}"
    (tmp_path / "mix.toml").write_text(text)
    report = as_json(umi("mix", "-c", tmp_path / "mix.toml", "-o", tmp_path / "o.jsonl", "--output", "json"))
    assert report["records"] == 9
    assert report["sources"][str(tmp_path / "long.jsonl")]["left_out"] == {"longer than 400 tokens": 1}


@pytest.mark.parametrize(
    ("args", "message"),
    [
        ((), "nothing to mix"),
        (("x=abc",), "'x=abc' is not FILE=WEIGHT: could not convert string to float"),
        (("x=0",), "'x=0' is not FILE=WEIGHT: weight is 0.0"),
        (("x", "--max-tokens", "5"), "max_tokens and min_tokens need a tokenizer"),
    ],
)
def test_what_can_not_be_mixed_is_wrong_usage(umi, tmp_path, args, message):
    code, _, err = umi("mix", *args, "-o", tmp_path / "o.jsonl")
    assert code == 2
    assert message in err


def test_a_toml_file_says_everything(umi, good, tmp_path):
    (tmp_path / "mix.toml").write_text(f"[[source]]\npath = '{good}'")
    code, _, err = umi("mix", good, "-c", tmp_path / "mix.toml", "-o", tmp_path / "o.jsonl")
    assert code == 2
    assert "-c says everything" in err


def test_an_empty_mix_leaves_no_file(umi, good, tmp_path):
    code, _, err = umi("mix", good, "-o", tmp_path / "o.jsonl", "--split", "dev")
    assert code == 1
    assert "9 records: of the split 'train'" in err
    assert not (tmp_path / "o.jsonl").exists()


def test_worlds_become_sound_records_the_same_each_time(umi, tmp_path):
    for name in ("a", "b"):
        args = ("worlds", "--split", "dev", "--n", 12, "--seed", 4, "-o", tmp_path / f"{name}.jsonl")
        assert as_json(umi(*args, "--output", "json"))["files"] == {str(tmp_path / f"{name}.jsonl"): 12}
    assert (tmp_path / "a.jsonl").read_bytes() == (tmp_path / "b.jsonl").read_bytes()
    assert umi("validate", tmp_path / "a.jsonl")[0] == 0
    first, *_ = read_records(tmp_path / "a.jsonl")
    assert (first.split, first.license) == ("dev", "Apache-2.0")
    assert first.metadata["kind"] in module.WORLD_KINDS


def test_worlds_of_one_kind_can_be_asked_for(umi, tmp_path):
    assert umi("worlds", "--n", 5, "--kind", "no_tool", "-o", tmp_path / "o.jsonl")[0] == 0
    assert {one.metadata["kind"] for one in read_records(tmp_path / "o.jsonl")} == {"no_tool"}
    code, _, err = umi("worlds", "--n", 5, "--family", "nowhere", "-o", tmp_path / "p.jsonl")
    assert code == 2
    assert "there is no family 'nowhere'" in err


def test_the_command_lines_choices_are_those_of_the_code():
    from umi_local.worlds.family import Kind as WorldKind

    assert tuple(KINDS) == module.IMPORT_KINDS
    assert tuple(kind.value for kind in Kind) == module.PAPER_KINDS
    assert tuple(kind.value for kind in WorldKind) == module.WORLD_KINDS


@pytest.mark.parametrize(
    "args", [[], ["data"], *(["data", name] for name in ("validate", "stats", "import", "mix", "worlds"))]
)
def test_every_help_is_shown(args):
    done = CliRunner().invoke(train, [*args, "--help"])
    assert done.exit_code == 0, done.output
    assert "Usage:" in done.output


def test_an_unknown_sub_command_is_wrong_usage():
    assert CliRunner().invoke(train, ["nothing"]).exit_code == 2
    assert "data" in COMMANDS


def test_the_command_loads_nothing_heavy():
    """Not torch, and nothing of what the data commands use either, before one is called."""
    code = "import sys, umi_train.command, umi_train.commands.data; print(*sys.modules)"
    env_path = f"{ROOT}:{ROOT / 'train'}"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env={"PYTHONPATH": env_path}
    )
    loaded = {name.split(".")[0] for name in done.stdout.split()}
    assert not loaded & {"torch", "transformers", "peft", "numpy", "jsonschema", "rich", "llama_cpp"}


def test_records_are_shown_as_conversations_drawn_at_random(umi, tmp_path):
    path = tmp_path / "r.jsonl"
    write_records(path, [record(id=f"r/{n}") for n in range(40)])
    code, out, err = umi("show", path, "--n", 5)
    assert (code, err) == (0, "")
    blocks = out.strip().split("\n\n")
    heads = [block.split("\n")[0] for block in blocks]
    assert len(blocks) == 5
    assert heads == sorted(heads, key=lambda head: int(head.split("/")[1].split(" ")[0]))
    assert umi("show", path, "--n", 5)[1] == out
    assert umi("show", path, "--n", 5, "--seed", 1)[1] != out
    assert len(umi("show", path, "--n", 100)[1].strip().split("\n\n")) == 40


def test_what_is_shown_holds_every_turn_and_no_escape_sequence(umi, tmp_path):
    hostile = record(1, UserTurn("hello \x1b[31mred"), *TURNS[1:])
    path = tmp_path / "r.jsonl"
    write_records(path, [hostile])
    _, out, _ = umi("show", path)
    assert "\x1b" not in out
    assert "> hello red" in out
    for mark in ("→ call", "→ answer", "tools: "):
        assert mark in out


@pytest.mark.parametrize("seed", [0, 7])
def test_every_record_is_as_likely_to_be_shown_as_any_other(seed):
    counts = Counter(r.id for s in range(seed * 1000, seed * 1000 + 400) for r in drawn(NUMBERED, 5, s))
    assert len(counts) == len(NUMBERED)
    assert all(60 <= n <= 145 for n in counts.values())  # 100 expected, standard deviation 8.7


NUMBERED = [record(id=f"r/{n}") for n in range(20)]
