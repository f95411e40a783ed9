"""The preflight: everything that stands against a conversion at once, in words, and sizes that turn out exact."""

from __future__ import annotations

import shutil
from collections import namedtuple
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.convert.adapter_folders import all_linear, safetensors, write_adapter
from tests.convert.bundle_setting import (
    JUDGED,
    edit_json,
    fingerprint_of_base,
    hashes,
    request_for,
    span_card,
    write_role,
    write_roles,
    write_span_roles,
    write_speaking,
)
from tests.convert.plain_checkpoints import read_safetensors
from umi_convert.build import build_bundle
from umi_convert.errors import PreflightError
from umi_convert.importance_file import ImportanceMatrix, write_importance
from umi_convert.plan import CONVERTING_BYTES, plan_bundle
from umi_convert.request import Quantization
from umi_convert.tensors import Array
from umi_local.bundles.values import Layout
from umi_local.engine.importance import InputStatistic
from umi_local.errors import UsageError
from umi_local.messages import Role

PLANNER, CALLER, SUMMARIZER = Role


@pytest.fixture(scope="module")
def base(tmp_path_factory) -> Path:
    return write_speaking(tmp_path_factory.mktemp("base") / "Tiny-Base")


@pytest.fixture(scope="module")
def roles(tmp_path_factory, base) -> dict[Role, Path]:
    return write_roles(tmp_path_factory.mktemp("roles"), base)


@pytest.fixture(scope="module")
def spans(tmp_path_factory, base) -> dict[Role, Path]:
    return write_span_roles(tmp_path_factory.mktemp("spans"), base)


@pytest.fixture
def problems(tmp_path, base):
    """Plan a bundle that can't be made, and return what stands against it; nothing is written."""

    def of(given_base=base, *types, **changes) -> tuple[str, ...]:
        with pytest.raises(PreflightError) as caught:
            plan_bundle(request_for(tmp_path / "out" / "bundle", given_base, *types, **changes))
        assert not (tmp_path / "out").exists()
        for problem in caught.value.problems:
            assert f"\n  {problem}" in str(caught.value)
        assert len(set(caught.value.problems)) == len(caught.value.problems)
        return caught.value.problems

    return of


def assert_one_each(found, *expected):
    """Each problem is expected, and each expectation is met."""
    assert len(found) == len(expected), found
    for part in expected:
        assert sum(part in problem for problem in found) == 1, (part, found)


def test_sources_that_cannot_be_opened_are_named_together(problems, tmp_path):
    bad = write_adapter(tmp_path / "bad", all_linear(), r="four", lora_bias="maybe")
    empty = tmp_path / "empty"
    empty.mkdir()
    found = problems(
        tmp_path / "no-such-base", backbone=empty, roles={PLANNER: bad, CALLER: tmp_path / "gone", SUMMARIZER: empty}
    )
    assert len(found) >= 5
    for where in ("BASE: ", "--backbone: ", "--planner: ", "--caller: ", "--summarizer: "):
        assert any(problem.startswith(where) for problem in found), where
    assert "there is no such folder (Check the path;" in next(p for p in found if p.startswith("BASE"))


@pytest.mark.parametrize("layout", ["merged", "adapters", "prompted"])
def test_span_adapters_belong_to_the_shared_layout(problems, spans, layout):
    found = problems(roles=spans, layout=Layout(layout))
    if layout == "prompted":
        assert_one_each(found, "layout 'prompted' is one model without adapters; take merged, adapters or shared")
    else:
        assert [problem.partition(":")[0] for problem in found] == ["--planner", "--caller", "--summarizer"]
        assert all(f"in layout '{layout}' it would read the context too; use --layout shared" in p for p in found)


def test_ordinary_adapters_do_not_belong_to_the_shared_layout(problems, roles):
    found = problems(roles={CALLER: roles[CALLER]}, layout=Layout.SHARED)
    assert_one_each(found, "use --layout merged, or --assume-span if you know that it is")


def test_what_a_run_time_adapter_cannot_hold_is_refused_with_the_remedy(problems, base, tmp_path):
    tensors = {"base_model.model.model.norm.weight": np.ones(64, np.float32)}
    saved = write_role(tmp_path / "saved", base, modules_to_save=["norm"])
    add_tensors(saved, tensors)
    found = problems(roles={CALLER: saved}, layout=Layout.ADAPTERS)
    assert_one_each(found, "whole weights have no form as a LoRA GGUF: model.norm.weight; merge it: --layout merged")


def test_an_adapter_of_another_base_is_refused_in_every_layout(problems, tmp_path):
    other = write_speaking(tmp_path / "other", hidden_size=32, seed=3)
    adapter = write_role(tmp_path / "caller", other)
    for layout in ("merged", "adapters"):
        found = problems(roles={CALLER: adapter}, layout=Layout(layout))
        assert any("--caller: made for another base: shapes don't fit" in problem for problem in found)


@pytest.mark.parametrize("kept", ["adapters", "merged"])
def test_weights_that_an_adapter_was_not_trained_on_are_refused(problems, tmp_path, base, kept):
    other = write_speaking(tmp_path / "other", seed=3)
    adapter = write_role(tmp_path / "caller", base, card=span_card("caller", fingerprint_of_base(base)))
    found = problems(other, roles={CALLER: adapter}, kept=kept)
    assert len(found) == 1
    assert "--caller: " in found[0]
    assert "trained on" in found[0]
    assert found[0].endswith(("is the backbone's adapter missing?", "is --backbone missing?"))


def test_an_adapter_that_was_trained_for_another_role_is_refused(problems, base, spans, tmp_path):
    backbone = write_role(tmp_path / "b", base, card=span_card("backbone", "0" * 64, mode="full"))
    found = problems(roles={PLANNER: spans[CALLER], CALLER: backbone}, backbone=spans[SUMMARIZER])
    trained = "its umi_role.json says that it was trained as the"
    assert_one_each(
        found, f"--planner: {trained} caller", f"--caller: {trained} backbone", f"--backbone: {trained} summarizer"
    )


def test_adapters_that_were_trained_with_different_prompts_do_not_go_together(problems, base, tmp_path):
    known = fingerprint_of_base(base)
    caller = write_role(tmp_path / "c", base, card=span_card("caller", known))
    planner = write_role(tmp_path / "p", base, card=span_card("planner", known, markers="chatml"))
    found = problems(roles={CALLER: caller, PLANNER: planner})
    assert_one_each(
        found, "the adapter of the planner was trained with profile 'shared' and markers 'chatml', not with"
    )
    (found,) = problems(roles={CALLER: caller}, markers="gemma")
    assert "the adapter of the caller was trained with profile 'shared' and markers 'plain', not with" in found


def test_a_profile_that_does_not_go_with_the_layout_is_refused(problems, roles):
    found = problems(roles=roles, layout=Layout.SHARED, assume_span=True, profile="prompted")
    assert_one_each(found, "the bundle's profile is 'prompted'; layout 'shared' needs 'shared'")
    found = problems(markers="template", profile="shared", roles=roles, layout=Layout.MERGED)
    assert_one_each(found, "the bundle's markers 'template' belong to profile 'prompted', not to 'shared'")


def test_models_that_mark_turns_differently_need_a_word(problems, tmp_path, base):
    chat = write_speaking(tmp_path / "chat", vocab_size=421)
    added = {"420": {"content": "<start_of_turn>", "special": True}}
    edit_json(chat / "tokenizer_config.json", added_tokens_decoder=added)
    found = problems(roles={PLANNER: chat})
    assert_one_each(found, "the models mark turns in different ways (plain, gemma); choose one with --markers")


def test_a_chat_template_that_cannot_write_the_roles_prompts_is_seen_at_once(problems, tmp_path):
    chat = write_speaking(tmp_path / "chat")
    for template, reason in (
        ("{{ bos_token }}", "the chat template drops or reorders messages"),
        ("{% for m in messages %}", "the model's chat template can't be used"),
        ("{{ raise_exception('no') }}", "the model's chat template can't be used"),
    ):
        edit_json(chat / "tokenizer_config.json", chat_template=template)
        (found,) = problems(chat)
        assert reason in found
        assert found.endswith("choose a family of markers with --markers")
    plan_bundle(request_for(tmp_path / "fine", chat, markers="plain"))


def test_the_models_own_template_must_be_there(problems):
    (found,) = problems(markers="template")
    assert found == "a model carries no chat template; choose a family of markers with --markers"


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"roles": "models", "layout": Layout.ADAPTERS}, "--caller is a full model; layout 'adapters' takes adapters"),
        ({"kept": "both", "layout": Layout.MERGED}, "--kept both belongs to layout 'shared', not to 'merged'"),
        ({"assume_span": True, "layout": Layout.MERGED}, "--assume-span belongs to layout 'shared', not to 'merged'"),
        ({"layout": Layout.REMOTE}, "layout 'remote' has no weights to convert"),
        ({"name": "not a name!"}, "the bundle's name is 'not a name!'"),
        ({"n_ctx": 100}, "the bundle's n_ctx is 100; expected at least 256 tokens"),
    ],
)
def test_choices_that_do_not_go_together_are_refused(problems, base, changes, expected):
    if changes.get("roles") == "models":
        changes = {**changes, "roles": {CALLER: base}}
    assert any(expected in problem for problem in problems(**changes))


def test_roles_need_something_to_run_on(problems, base, roles):
    found = problems(None, roles={PLANNER: roles[PLANNER], CALLER: base}, backbone=roles[SUMMARIZER])
    assert_one_each(
        found,
        "there is no BASE, and the summarizer would run on it",
        "--planner is an adapter, and there is no BASE to go with it",
        "--backbone is merged into BASE, and there is none",
    )


@pytest.mark.parametrize(
    ("types", "expected"),
    [
        (("Q4_KM",), "--quantize: there is no file type 'Q4_KM' (Did you mean Q4_K_M"),
        (("auto", "Q8_0"), "--quantize auto stands alone, without other types"),
        (("auto",), "--quantize auto needs a verdict; leave out --reference none"),
    ],
)
def test_types_that_cannot_be_made_are_refused(problems, types, expected):
    found = problems(quantization=Quantization(types=types))
    assert_one_each(found, expected)


def test_a_type_that_needs_an_importance_matrix_says_how_to_make_one(problems, tmp_path):
    wide = write_speaking(tmp_path / "wide", hidden_size=256, intermediate_size=256)
    found = problems(wide, "IQ1_S", "IQ2_XS", "Q8_0")
    assert_one_each(found, "type IQ1_S needs an importance matrix for blk.0.", "type IQ2_XS needs an importance matrix")
    assert all("; make one with `umi convert importance` and give it with --importance" in problem for problem in found)


def test_a_wrong_type_of_each_kind_is_named_at_once(problems):
    overrides = (("ffn_down", "Q9_9"),)
    quantization = Quantization(
        types=("Q8_O", "Q5_KS", "keep"), overrides=overrides, importance=Path("no-such-file.gguf")
    )
    found = problems(quantization=quantization)
    assert_one_each(found, "'Q8_O'", "'Q5_KS'", "--tensor can't be given for keep", "--importance: no-such-file.gguf")


def test_overrides_are_checked_with_the_type_they_are_for(problems):
    for types, overrides in (
        (("Q8_0",), (("ffn_(", "Q4_0"),)),
        (("Q8_0",), (("ffn", "Q9"),)),
        (("F16",), (("ffn", "Q4_0"),)),
    ):
        (found,) = problems(quantization=Quantization(types=types, overrides=overrides))
        assert found.startswith(f"base, {types[0]}: ")


def test_an_importance_matrix_of_another_model_is_refused(problems, tmp_path):
    path = tmp_path / "other.imatrix.gguf"
    write_matrix(path, n_columns=32)
    (found,) = problems(quantization=Quantization(types=("Q4_0",), importance=path))
    assert found.startswith("base, Q4_0: ")
    assert "doesn't fit Tiny-Base: blk.0.attn_q.weight has 32 values for 64 columns" in found


def test_a_disk_that_is_too_full_is_seen_before_it_is_filled(problems, base, tmp_path, monkeypatch):
    Usage = namedtuple("Usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda path: Usage(10**9, 10**9 - 10**5, 10**5))
    (found,) = problems(base, "F32")
    assert found == f"it takes 405.1 KiB of disk at {tmp_path}, and 97.7 KiB are free"


def test_what_a_disk_needs_is_all_that_lies_on_it_at_once(base, roles, tmp_path):
    merged = {"roles": roles, "layout": Layout.MERGED}
    sizes = {}
    for name, request in {
        "plain": request_for(tmp_path / "out", base, "F32", **merged),
        "quantized": request_for(tmp_path / "out", base, "Q8_0", **merged),
        "judged": request_for(tmp_path / "out", base, "F32", judging=JUDGED, **merged),
    }.items():
        plan = plan_bundle(request)
        files = [file.n_bytes for found in plan.files.values() for file in found]
        sizes[name] = plan.work_bytes - sum(files), files
    assert sizes["plain"] == (0, sizes["plain"][1])
    f16 = plan_bundle(request_for(tmp_path / "out", base, "BF16")).files["BF16"][0].n_bytes
    assert abs(sizes["quantized"][0] - f16) < 200  # one model as it is stored, while it is quantized
    logits = 3 * 512 * 420 * 4
    assert (
        sizes["judged"][0] == sizes["plain"][1][0] + logits
    )  # one model as the reference, and the logits of its roles


def test_memory_is_that_of_the_reference_where_that_is_more_than_converting_takes(base, tmp_path, monkeypatch):
    assert plan_bundle(request_for(tmp_path / "out", base)).memory_bytes == CONVERTING_BYTES
    monkeypatch.setattr("umi_convert.plan.CONVERTING_BYTES", 0)
    small = plan_bundle(request_for(tmp_path / "out", base, judging=JUDGED)).memory_bytes
    assert 400_000 < small < 50_000_000


def test_nothing_is_there_after_planning_and_what_is_written_has_the_planned_sizes(base, roles, spans, tmp_path):
    types = ("Q8_0", "Q4_0", "Q4_K_M", "IQ4_NL", "BF16", "keep")
    for name, given in {"merged": roles, "adapters": roles, "shared": spans}.items():
        request = request_for(tmp_path / "out" / name, base, *types, roles=given, layout=Layout(name))
        plan = plan_bundle(request)
        assert not (tmp_path / "out" / name).exists()
        assert set(plan.files) == set(types)
        placed = {place.type: place.path for place in build_bundle(plan).placed}
        for kind, files in plan.files.items():
            there = {path.name: path.stat().st_size for path in placed[kind].iterdir() if path.suffix == ".gguf"}
            assert there == {file.name: file.n_bytes for file in files}


def test_planning_reads_and_never_writes(base, roles, tmp_path):
    before = hashes(base.parent)
    plan_bundle(request_for(tmp_path / "deep" / "out", base, "Q8_0", roles=roles))
    assert list(tmp_path.iterdir()) == []
    assert hashes(base.parent) == before


def test_what_is_there_is_refused_unless_it_may_be_replaced(base, tmp_path):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "mine").touch()
    with pytest.raises(UsageError, match="is already there"):
        plan_bundle(request_for(tmp_path / "out", base))
    plan_bundle(request_for(tmp_path / "out", base, force=True))


def test_what_is_read_is_never_replaced(base, roles, tmp_path):
    home = tmp_path / "home"
    shutil.copytree(base, home / "models" / "base")
    shutil.copytree(roles[CALLER], home / "caller")
    given = {"roles": {CALLER: home / "caller"}, "force": True}
    for out in (home / "models" / "base", home / "models", home / "caller", home, home / "models" / ".." / "caller"):
        with pytest.raises(UsageError, match="would replace its own source"):
            plan_bundle(request_for(out, home / "models" / "base", **given))
    plan_bundle(request_for(home / "models" / "base" / "bundle", home / "models" / "base", **given))


def test_a_folders_name_becomes_one_that_a_bundle_may_have(base, tmp_path):
    assert plan_bundle(request_for(tmp_path / "My new bundle (2)", base)).name == "My-new-bundle-2"
    assert plan_bundle(request_for(tmp_path / "日本", base)).name == "bundle"


@pytest.mark.parametrize(
    ("given", "layout"), [("none", "prompted"), ("roles", "merged"), ("spans", "shared"), ("mixed", "merged")]
)
def test_the_layout_follows_what_is_given(base, roles, spans, tmp_path, given, layout):
    chosen = {"none": {}, "roles": roles, "spans": spans, "mixed": {CALLER: base}}[given]
    assert plan_bundle(request_for(tmp_path / "out", base, roles=chosen)).parts.layout.value == layout


def test_the_context_is_the_models_and_at_most_what_a_laptop_has_room_for(tmp_path, base):
    long = write_speaking(tmp_path / "long", max_position_embeddings=131072)
    assert plan_bundle(request_for(tmp_path / "out", base)).n_ctx == 2048
    assert plan_bundle(request_for(tmp_path / "out", long)).n_ctx == 8192
    assert (
        plan_bundle(request_for(tmp_path / "out", roles={PLANNER: long, CALLER: base, SUMMARIZER: long})).n_ctx == 2048
    )
    more = plan_bundle(request_for(tmp_path / "out", base, n_ctx=4096))
    assert more.n_ctx == 4096
    assert "--n-ctx 4,096 is more than the 2,048 tokens that the model was trained for" in more.notices


def test_licences_that_differ_are_said(base, tmp_path):
    card = span_card("caller", fingerprint_of_base(base), license="cc-by-4.0")
    roles = {CALLER: write_role(tmp_path / "c", base, card=card)}
    plan = plan_bundle(request_for(tmp_path / "out", base, roles=roles))
    assert plan.license == "apache-2.0"
    assert any("several licences (apache-2.0, cc-by-4.0): say with --license" in notice for notice in plan.notices)
    said = plan_bundle(request_for(tmp_path / "out", base, roles=roles, license="MIT"))
    assert said.license == "MIT"
    assert not any("licence" in notice for notice in said.notices)


def test_rounding_twice_is_said(base, tmp_path):
    quantized = build_bundle(plan_bundle(request_for(tmp_path / "q", base, "Q4_0"))).placed[0].path / "base-Q4_0.gguf"
    again = plan_bundle(request_for(tmp_path / "out", quantized, "Q8_0"))
    assert any("base-Q4_0.gguf is quantized already, and each rounding costs" in notice for notice in again.notices)
    kept = plan_bundle(request_for(tmp_path / "out", quantized, "keep"))
    assert not any("rounding" in notice for notice in kept.notices)


def test_an_importance_matrix_that_nothing_uses_is_said(base, tmp_path):
    path = tmp_path / "m.imatrix.gguf"
    write_matrix(path, n_columns=64)
    plan = plan_bundle(request_for(tmp_path / "out", base, quantization=Quantization(types=("F16",), importance=path)))
    assert "--importance has no effect on F16" in plan.notices


def test_trajectories_that_cannot_be_read_are_a_problem_like_any_other(problems, tmp_path):
    path = tmp_path / "t.jsonl"
    path.write_text('{"tools": []}\nno JSON\n')
    found = problems(tmp_path / "no-such-base", judging=replace(JUDGED, trajectories=path))
    assert sum("--trajectories: line 1: " in problem for problem in found) == 1
    assert sum("--trajectories: line 2: " in problem for problem in found) == 1
    assert sum("BASE: " in problem for problem in found) == 1


def add_tensors(folder: Path, tensors: dict[str, Array]) -> None:
    """Write more tensors into an adapter."""
    path = folder / "adapter_model.safetensors"
    path.write_bytes(safetensors({**read_safetensors(path), **tensors}))


def write_matrix(path: Path, n_columns: int) -> None:
    statistic = InputStatistic(np.ones((1, n_columns), np.float32), np.ones(1, np.float32))
    names = [f"blk.{layer}.{name}.weight" for layer in range(2) for name in ("attn_q", "ffn_up")]
    matrix = ImportanceMatrix(statistics=dict.fromkeys(names, statistic), datasets=("x",), chunk_size=8, chunk_count=1)
    write_importance(path, matrix)
