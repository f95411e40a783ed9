"""`umi convert` as people and programs call it: output, exit codes, and what it says when something is wrong."""

from __future__ import annotations

import json
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.convert.bundle_setting import (
    TRAJECTORIES,
    bundle_in,
    edit_json,
    hashes,
    request_for,
    write_role,
    write_roles,
    write_span_roles,
    write_speaking,
)
from tests.convert.fake_llama_cpp import write_llama_cpp
from umi_convert.build import build_bundle
from umi_convert.plan import plan_bundle
from umi_local.bundles.manifest import load_bundle
from umi_local.bundles.values import Layout
from umi_local.bundles.verify import verify
from umi_local.cli import main
from umi_local.messages import Role

pytestmark = pytest.mark.integration

JUDGED = ("--trajectories", str(TRAJECTORIES), "--n-threads", "1", "--strictness")
UNJUDGED = ("--reference", "none", "--n-threads", "1")


@dataclass(frozen=True)
class Done:
    """What a command left behind."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        (line,) = self.out.splitlines()
        return json.loads(line)


@pytest.fixture
def convert(capsys):
    def run(*arguments: object) -> Done:
        capsys.readouterr()
        code = main(["convert", *map(str, arguments)])
        captured = capsys.readouterr()
        assert "Traceback" not in captured.err
        assert "defect" not in captured.err
        return Done(code, captured.out, captured.err)

    return run


@pytest.fixture(scope="module")
def base(tmp_path_factory) -> Path:
    return write_speaking(tmp_path_factory.mktemp("base") / "Tiny-Base")


@pytest.fixture(scope="module")
def roles(tmp_path_factory, base) -> dict[Role, Path]:
    return write_roles(tmp_path_factory.mktemp("roles"), base)


@pytest.fixture(scope="module")
def model_gguf(tmp_path_factory, base) -> Path:
    return make(tmp_path_factory.mktemp("gguf") / "b", base, "F16") / "base-F16.gguf"


@pytest.fixture(scope="module")
def unknown(tmp_path_factory, model_gguf) -> Path:
    """A checkpoint of an architecture that only the user's llama.cpp knows."""
    folder = write_speaking(tmp_path_factory.mktemp("unknown") / "Mamba-Tiny")
    edit_json(folder / "config.json", architectures=["MambaForCausalLM"], model_type="mamba")
    shutil.copyfile(model_gguf, folder / "made-before.gguf")
    return folder


def make(out, base, *types, **changes) -> Path:
    (placed,) = build_bundle(plan_bundle(request_for(out, base, *types, **changes))).placed
    return placed.path


def given(roles):
    return [part for role, path in roles.items() for part in (f"--{role.value}", path)]


# --- bundle


def test_a_bundle_is_made_and_its_verdict_shown(convert, base, roles, tmp_path):
    out = tmp_path / "mine"
    done = convert("bundle", base, *given(roles), "--quantize", "F16", "-o", out, *JUDGED, "loose")
    assert done.code == 0
    assert done.err == ""
    rows = [line.split() for line in done.out.splitlines()]
    assert [row[:4] for row in rows[:3]] == [["F16", role.value, "equal", "equal"] for role in Role]
    assert "1 trajectories" in done.out
    assert done.out.splitlines()[-1].startswith(f"{out}: F16, ")
    assert verify(load_bundle(out)).ok


def test_a_program_gets_one_object(convert, base, tmp_path):
    done = convert(
        "bundle", base, "--quantize", "F16,Q8_0", "-o", tmp_path / "out", *JUDGED, "loose", "--output", "json"
    )
    assert done.code == 0
    paths = {kind: tmp_path / "out" / kind for kind in ("F16", "Q8_0")}
    assert [(place["path"], place["type"]) for place in done.json["placed"]] == [
        (str(p), kind) for kind, p in paths.items()
    ]
    for place in done.json["placed"]:
        assert place["bytes"] == sum(path.stat().st_size for path in Path(place["path"]).iterdir())
    assert done.json["verdicts"].keys() == paths.keys()
    assert all(verdict["passed"] for verdict in done.json["verdicts"].values())


def test_a_verdict_that_is_missed_is_shown_and_exits_with_1(convert, base, tmp_path):
    options = ("bundle", base, "--quantize", "Q4_0,F16", "-o", tmp_path / "out", *JUDGED, "strict")
    done = convert(*options)
    assert done.code == 1
    assert "error: the verdict is against it:" in done.err
    assert "Q4_0: planner: mean KL is" in done.err
    assert f"In place are those that passed: {tmp_path / 'out' / 'F16'}." in done.err
    assert [line.split()[0] for line in done.out.splitlines()[:6]] == ["Q4_0"] * 3 + ["F16"] * 3
    again = convert(*options, "--force", "--output", "json")
    assert again.code == 1
    assert [place["type"] for place in again.json["placed"]] == ["F16"]
    assert {name: verdict["passed"] for name, verdict in again.json["verdicts"].items()} == {"Q4_0": False, "F16": True}


def test_a_dry_run_shows_what_would_be_done_and_does_nothing(convert, base, roles, tmp_path):
    options = (
        "bundle",
        base,
        *given(roles),
        "--layout",
        "adapters",
        "--quantize",
        "Q8_0,Q4_0",
        "-o",
        tmp_path / "a" / "out",
    )
    done = convert(*options, *UNJUDGED, "--dry-run")
    assert done.code == 0
    assert "adapters, profile prompted, markers plain" in done.out
    assert "nothing is judged" in done.out
    assert [line.split()[:2] for line in done.out.splitlines() if line.startswith("Q4_0")] == [
        ["Q4_0", name] for name in ("base-Q4_0.gguf", *(f"{role.value}-adapter-F16.gguf" for role in Role))
    ]
    planned = convert(*options, *UNJUDGED, "--dry-run", "--output", "json").json
    assert list(tmp_path.iterdir()) == []
    assert convert(*options, *UNJUDGED).code == 0
    for kind, files in planned["files"].items():
        there = {path.name: path.stat().st_size for path in (tmp_path / "a" / "out" / kind).glob("*.gguf")}
        assert there == {file["name"]: file["bytes"] for file in files}
    assert planned["work_bytes"] >= sum(file["bytes"] for files in planned["files"].values() for file in files)
    assert (planned["layout"], planned["reference"], planned["copied"]) == ("adapters", None, [])


def test_a_role_of_a_bundle_is_replaced_by_the_bundles_name(convert, base, roles, own_folders, tmp_path):
    make(own_folders / "data" / "bundles" / "mine", base, "Q8_0", roles=roles, layout=Layout.ADAPTERS)
    new = write_role(tmp_path / "better", base, seed=50)
    options = ("bundle", "--from-bundle", "mine", "--caller", new, "-o", tmp_path / "out", *UNJUDGED)
    planned = convert(*options, "--dry-run").out
    assert "copied from the old bundle" in planned
    assert "caller-adapter-F16.gguf" in planned
    assert convert(*options).code == 0
    before, after = hashes(own_folders / "data" / "bundles" / "mine"), hashes(tmp_path / "out")
    assert [name for name in before if name.endswith(".gguf") and before[name] != after[name]] == [
        "caller-adapter-F16.gguf"
    ]


def test_a_shared_bundle_needs_nothing_but_what_the_adapters_say(convert, base, tmp_path):
    spans = write_span_roles(tmp_path / "roles", base)
    done = convert("bundle", base, *given(spans), "-o", tmp_path / "out", *UNJUDGED, "--license", "MIT")
    assert done.code == 0
    bundle = bundle_in(tmp_path / "out")
    assert (bundle.layout.value, bundle.profile, bundle.license) == ("shared", "shared", "MIT")
    assert bundle.base.file == "base-Q4_K_M.gguf"


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (("ROLE", "--quantize", "Q8_0"), "this is a PEFT adapter, not a checkpoint (Give it with --planner"),
        (("EMPTY",), "there are no weights in it"),
        (("BASE", "--planner", "LORA"), "--planner: LORA: this is a LoRA GGUF, not a model (Give the PEFT folder"),
        (("BASE", "--quantize", "Q4_KM"), "there is no file type 'Q4_KM' (Did you mean Q4_K_M"),
        (
            ("BASE", "--layout", "shared", "--caller", "ROLE"),
            "--caller: it isn't known to be trained over its own turns",
        ),
        (("BASE/model.safetensors",), "this is a file; a checkpoint is a folder"),
        (("BUNDLE",), "this is a bundle, not a checkpoint (Give it with --from-bundle"),
        (("nobody-has/this",), "nobody-has/this"),
    ],
)
def test_wrong_sources_are_explained(convert, base, roles, model_gguf, tmp_path, arguments, expected):
    lora = tmp_path / "lora.gguf"
    assert convert("adapter", roles[Role.CALLER], "--base", base, "-o", lora).code == 0
    (tmp_path / "empty").mkdir()
    names = {
        "ROLE": roles[Role.CALLER],
        "EMPTY": tmp_path / "empty",
        "LORA": lora,
        "BASE": base,
        "BUNDLE": model_gguf.parent,
    }
    filled = [str(argument) for argument in arguments]
    for name, path in names.items():
        filled = [part.replace(name, str(path)) for part in filled]
    done = convert("bundle", *filled, "-o", tmp_path / "out", *UNJUDGED)
    assert done.code == 1
    assert expected.replace("LORA:", f"{lora}:") in done.err
    assert done.out == ""
    assert not (tmp_path / "out").exists()


def test_wrong_usage_exits_with_2(convert, base, tmp_path):
    for arguments, expected in (
        (("bundle", base), "Missing option '-o'"),
        (("bundle", base, "-o", tmp_path / "x", "--layout", "flat"), "'flat' is not one of"),
        (("bundle", base, "-o", tmp_path / "x", "--tensor", "nothing"), "'nothing' is not REGEX=TYPE"),
        (("quantize", tmp_path / "none.gguf", "Q8_0"), "does not exist"),
        (("nothing",), "No such command 'nothing'"),
    ):
        done = convert(*arguments)
        assert done.code == 2, arguments
        assert expected in done.err


def test_what_is_there_is_not_replaced_without_a_word(convert, base, tmp_path):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "mine").touch()
    refused = convert("bundle", base, "-o", tmp_path / "out", *UNJUDGED)
    assert refused.code == 2
    assert "is already there" in refused.err
    assert "--force" in refused.err
    assert convert("bundle", base, "-o", tmp_path / "out", *UNJUDGED, "--force").code == 0
    assert not (tmp_path / "out" / "mine").exists()


# --- model, adapter, quantize, importance


def test_a_model_is_written_with_adapters_merged(convert, base, roles, tmp_path):
    out = tmp_path / "m.gguf"
    options = ("model", base, "--adapter", roles[Role.CALLER], "--type", "q8_0", "-o", out, "--n-threads", "1")
    planned = convert(*options, "--dry-run", "--output", "json").json
    assert not out.exists()
    assert not planned["written"]
    done = convert(*options)
    assert (done.code, done.out) == (0, f"{out}: Q8_0, 116.5 KiB\n")
    assert out.stat().st_size == planned["bytes"] < planned["work_bytes"]
    bundle = make(tmp_path / "b", base, "Q8_0", roles={Role.CALLER: roles[Role.CALLER]}, layout=Layout.MERGED)
    assert hashes(bundle)["caller-Q8_0.gguf"] == hashes(tmp_path)["m.gguf"]
    assert convert(*options).code == 2
    again = convert(*options, "--force", "--output", "json").json
    assert again == {"path": str(out), "type": "Q8_0", "bytes": planned["bytes"], "written": True}
    assert sorted(path.name for path in tmp_path.iterdir()) == ["b", "m.gguf"]


def test_importance_finds_out_how_turns_are_marked(convert, model_gguf, tmp_path):
    options = ("importance", model_gguf, "--trajectories", TRAJECTORIES, "--n-threads", "1", "--role", "planner")
    assert convert(*options, "-o", tmp_path / "a").code == 0
    assert convert(*options, "-o", tmp_path / "b", "--markers", "plain").code == 0
    assert convert(*options, "-o", tmp_path / "c", "--profile", "shared").code == 0
    found = hashes(tmp_path)
    assert found["a"] == found["b"] != found["c"]
    for arguments, expected in (
        (("--profile", "shared", "--markers", "template"), "--markers template belongs to profile 'prompted'"),
        (("--markers", "template"), "a model carries no chat template; choose a family of markers with --markers"),
    ):
        done = convert(*options, *arguments, "-o", tmp_path / "d")
        assert done.code == 2
        assert expected in done.err


def test_no_command_overwrites_what_it_reads(convert, base, roles, model_gguf, tmp_path):
    source = shutil.copyfile(model_gguf, tmp_path / "m.gguf")
    before = hashes(tmp_path)
    for arguments in (
        ("model", source, "-o", source, "--force"),
        ("adapter", roles[Role.CALLER], "--base", source, "-o", source, "--force"),
        ("importance", source, "-o", source, "--force"),
        ("quantize", source, "Q8_0", "-o", source, "--force"),
    ):
        done = convert(*arguments)
        assert done.code == 2, arguments
        assert "source" in done.err
    assert hashes(tmp_path) == before


def test_a_model_is_written_as_it_is_stored_by_default(convert, base, tmp_path):
    assert convert("model", base, "-o", tmp_path / "m.gguf", "--output", "json").json["type"] == "BF16"


def test_what_stands_against_a_model_is_listed(convert, base, roles, tmp_path):
    broken = write_role(tmp_path / "broken", base)
    edit_json(broken / "adapter_config.json", r="x")
    done = convert("model", tmp_path / "none", "--adapter", broken, "--type", "Q8_O", "-o", tmp_path / "m.gguf")
    assert done.code == 1
    assert "there is no such path" in done.err
    done = convert("model", base, "--adapter", broken, "--type", "Q8_O", "-o", tmp_path / "m.gguf")
    assert done.code == 1
    assert "--adapter: r is 'x'" in done.err
    assert "--type: there is no file type 'Q8_O'" in done.err
    done = convert("model", base, "--type", "F16", "--tensor", "ffn=Q4_0", "-o", tmp_path / "m.gguf")
    assert done.code == 1
    assert "--type: tensor types can't be given for a file of type F16" in done.err
    assert "umi-plan" not in done.err


def test_an_adapter_is_written_for_its_base(convert, base, roles, tmp_path):
    out = tmp_path / "a.gguf"
    options = ("adapter", roles[Role.CALLER], "--base", base, "-o", out)
    planned = convert(*options, "--dry-run", "--output", "json").json
    assert not out.exists()
    done = convert(*options, "--output", "json").json
    assert done == {"path": str(out), "type": "F16", "bytes": planned["bytes"], "written": True}
    assert out.stat().st_size == planned["bytes"]
    assert "adapter" in convert("inspect", out).out
    assert convert(*options, "--type", "f32", "--force").out == f"{out}: F32, 34.2 KiB\n"
    done = convert("adapter", base, "--base", base, "-o", tmp_path / "b.gguf")
    assert done.code == 1
    assert "adapter_config.json" in done.err


def test_importance_is_measured_and_used(convert, model_gguf, tmp_path):
    matrix = tmp_path / "m.imatrix.gguf"
    options = (
        "importance",
        model_gguf,
        "-o",
        matrix,
        "--trajectories",
        TRAJECTORIES,
        "--markers",
        "plain",
        "--n-threads",
        "1",
    )
    measured = convert(*options, "--output", "json")
    assert measured.code == 0
    assert measured.json["bytes"] == matrix.stat().st_size
    assert convert(*options).code == 2
    assert "importance matrix" in convert("inspect", matrix).out
    out = tmp_path / "q.gguf"
    quantized = convert(
        "quantize", model_gguf, "Q4_0", "-o", out, "--importance", matrix, "--output", "json", "--n-threads", "1"
    )
    assert quantized.code == 0
    assert quantized.json["bytes"] == out.stat().st_size
    assert convert("quantize", model_gguf, "Q4_0", "-o", tmp_path / "p.gguf", "--n-threads", "1").code == 0
    assert hashes(tmp_path)["q.gguf"] != hashes(tmp_path)["p.gguf"]
    done = convert("quantize", out, "Q5_0", "-o", tmp_path / "r.gguf")
    assert done.code == 1
    assert "--allow-requantize" in done.err


# --- verify and inspect


def test_a_file_is_verified_against_what_it_was_made_from(convert, base, model_gguf, tmp_path):
    bundle = make(tmp_path / "b", base, "Q8_0")
    for against in (base, model_gguf, make(tmp_path / "f32", base, "F32")):
        done = convert("verify", bundle, "--against", against, *JUDGED, "loose", "--output", "json")
        assert done.code == 0, done.err
        assert done.json["passed"]
        assert [role["role"] for role in done.json["roles"]] == [role.value for role in Role]
        assert all(role["token_ids"]["n_different"] == 0 for role in done.json["roles"])
        assert done.json["reference"] in ("Tiny-Base", "base-F16.gguf", "f32")
    done = convert("verify", bundle, "--against", base, *JUDGED, "strict")
    assert done.code == 1
    assert "the verdict is against it" in done.err
    assert [line.split()[:2] for line in done.out.splitlines()[:3]] == [["b", role.value] for role in Role]


def test_verifying_leaves_nothing_behind(convert, base, tmp_path, own_folders):
    bundle = make(tmp_path / "b", base, "Q8_0")
    assert convert("verify", bundle, "--against", base, *JUDGED, "loose").code == 0
    assert [path for path in (own_folders / "cache").rglob("*") if path.is_file()] == []


def test_roles_cannot_be_verified_against_one_model(convert, base, roles, tmp_path):
    bundle = make(tmp_path / "b", base, "Q8_0", roles=roles, layout=Layout.ADAPTERS)
    done = convert("verify", bundle, "--against", base)
    assert done.code == 1
    assert "is one model without adapters, and 'b' has layout 'adapters'" in done.err
    assert "--quantize F32" in done.err
    assert "there is no bundle" in convert("verify", tmp_path / "none", "--against", base).err


def test_a_file_that_nobody_knows_how_to_prompt_is_not_verified(convert, base, model_gguf):
    done = convert("verify", model_gguf, "--against", base)
    assert done.code == 1
    assert f"{model_gguf}: it carries no chat template" in done.err


def test_every_kind_of_file_says_what_it_is(convert, base, roles, model_gguf, tmp_path):
    weights = tmp_path / "pytorch_model.bin"
    torch = pytest.importorskip("torch")
    torch.save({"a.weight": torch.ones(2, 3)}, weights)
    kinds = {
        base: ("checkpoint", "LlamaForCausalLM"),
        base / "model.safetensors": ("safetensors", "BF16"),
        weights: ("PyTorch weights", "F32"),
        roles[Role.CALLER]: ("PEFT adapter", "LoRA"),
        model_gguf: ("model (GGUF)", "llama"),
    }
    for path, (kind, fact) in kinds.items():
        text = convert("inspect", path)
        assert text.code == 0, path
        assert "kind:" in text.out
        assert fact in text.out
        found = convert("inspect", path, "--output", "json").json
        assert (found["path"], found["kind"]) == (str(path), kind)
        listed = convert("inspect", path, "--tensors").out
        assert len(listed.splitlines()) == len(text.out.splitlines()) + len(found["tensors"])
    (tensor,) = convert("inspect", weights, "--output", "json").json["tensors"]
    assert tensor == {"name": "a.weight", "type": "F32", "shape": [2, 3]}


def test_what_is_nothing_known_says_so(convert, base, model_gguf, tmp_path):
    (tmp_path / "text.txt").write_text("nothing")
    (tmp_path / "cut.gguf").write_bytes(model_gguf.read_bytes()[:5000])
    for path, expected in (
        (tmp_path / "text.txt", "GGUF"),
        (tmp_path / "cut.gguf", "cut"),
        (model_gguf.parent, "umi bundle inspect"),
        (tmp_path, "GGUF files in it"),
    ):
        done = convert("inspect", path)
        assert done.code == 1
        assert expected in done.err
    assert convert("inspect", tmp_path / "none").code == 2


# --- the user's own llama.cpp


def test_an_architecture_that_is_not_known_names_those_that_are(convert, unknown, tmp_path):
    done = convert("model", unknown, "-o", tmp_path / "m.gguf")
    assert done.code == 1
    assert "is a MambaForCausalLM; supported are" in done.err
    assert "--llama-cpp" in done.err


def test_the_users_own_converter_takes_the_step_and_the_rest_goes_on(convert, unknown, tmp_path):
    checkout = write_llama_cpp(tmp_path / "llama.cpp", "good")
    done = convert("bundle", unknown, "--quantize", "Q8_0", "-o", tmp_path / "out", "--llama-cpp", checkout, *UNJUDGED)
    assert done.code == 0, done.err
    called = json.loads((checkout / "called.json").read_text())
    assert called[0] == str(unknown)
    assert called[-2:] == ["--outtype", "auto"]
    bundle = bundle_in(tmp_path / "out")
    assert bundle.base.file == "base-Q8_0.gguf"
    assert len(bundle.probes) > 20
    assert sorted(path.name for path in tmp_path.iterdir()) == ["llama.cpp", "out"]
    dry = convert("bundle", unknown, "-o", tmp_path / "b", "--llama-cpp", checkout, "--dry-run")
    assert dry.code == 2
    assert "Leave out --dry-run" in dry.err


@pytest.mark.parametrize(("kind", "expected"), [("bad", "no such model"), ("silent", "wrote no Mamba-Tiny.gguf")])
def test_the_users_own_converter_may_fail(convert, unknown, tmp_path, kind, expected):
    checkout = write_llama_cpp(tmp_path / "llama.cpp", kind)
    done = convert("model", unknown, "-o", tmp_path / "m.gguf", "--llama-cpp", checkout)
    assert done.code == 1
    assert expected in done.err
    assert f"pip install -r {checkout / 'requirements.txt'}" in done.err
    assert len(done.err) < 1500
    assert sorted(path.name for path in tmp_path.iterdir()) == ["llama.cpp"]


def test_an_adapter_of_such_a_model_goes_through_their_script_too(convert, unknown, roles, model_gguf, tmp_path):
    checkout = write_llama_cpp(tmp_path / "llama.cpp", "good")
    adapter = shutil.copytree(roles[Role.CALLER], tmp_path / "adapter")
    shutil.copyfile(model_gguf, adapter / "made-before.gguf")
    done = convert("adapter", adapter, "--base", unknown, "-o", tmp_path / "a.gguf", "--llama-cpp", checkout)
    assert done.code == 0, done.err
    assert json.loads((checkout / "called.json").read_text())[:3] == [str(adapter), "--base", str(unknown)]
    assert (tmp_path / "a.gguf").stat().st_size == model_gguf.stat().st_size


def test_a_folder_that_is_no_checkout_says_what_is_missing(convert, unknown, tmp_path):
    (tmp_path / "empty").mkdir()
    done = convert("model", unknown, "-o", tmp_path / "m.gguf", "--llama-cpp", tmp_path / "empty")
    assert done.code == 1
    assert "there is no convert_hf_to_gguf.py in it" in done.err
    assert "git clone" in done.err


def test_two_models_of_one_name_are_two(convert, unknown, model_gguf, tmp_path):
    """Folders elsewhere may have the same name; the second must not get the first one's conversion."""
    checkout = write_llama_cpp(tmp_path / "llama.cpp", "good")
    other = shutil.copytree(unknown, tmp_path / "other" / unknown.name)
    smaller = make(tmp_path / "b", write_speaking(tmp_path / "small", n_vocab=380), "F16") / "base-F16.gguf"
    shutil.copyfile(smaller, other / "made-before.gguf")
    roles = ("--planner", unknown, "--caller", other, "--summarizer", unknown)
    assert (
        convert("bundle", *roles, "--quantize", "keep", "-o", tmp_path / "out", "--llama-cpp", checkout, *UNJUDGED).code
        == 0
    )
    sizes = {path.stem: path.stat().st_size for path in (tmp_path / "out").glob("*.gguf")}
    assert sizes == {role: model_gguf.stat().st_size for role in ("planner", "summarizer")} | {
        "caller": smaller.stat().st_size
    }


# --- the extra


@pytest.mark.parametrize("missing", ["gguf", "sentencepiece", "tokenizers"])
def test_a_missing_extra_is_said_with_the_line_that_installs_it(convert, monkeypatch, missing, tmp_path):
    monkeypatch.setitem(sys.modules, missing, None)
    done = convert("inspect", tmp_path)
    assert done.code == 1
    assert f"`umi convert` needs {missing}, which the extra `convert` installs" in done.err
    assert "pip install 'umi-local[convert]'" in done.err


def test_help_needs_no_extra(convert, monkeypatch):
    for name in ("gguf", "sentencepiece", "tokenizers"):
        monkeypatch.setitem(sys.modules, name, None)
    done = convert("--help")
    assert done.code == 0
    assert "quantize    Store a GGUF's weights in fewer bits." in done.out
