"""Replacing one role of a bundle: the rest stays bit for bit, and what can't be the same any more is refused."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.convert.bundle_setting import (
    JUDGED,
    bundle_in,
    fingerprint_of_base,
    hashes,
    request_for,
    span_card,
    write_role,
    write_roles,
    write_span_roles,
    write_speaking,
)
from tests.convert.speaking_bundles import logits_of, speak_all
from umi_convert.build import build_bundle
from umi_convert.errors import PreflightError
from umi_convert.plan import plan_bundle
from umi_convert.request import Quantization
from umi_local.bundles.checksums import write_sums
from umi_local.bundles.manifest import load_bundle
from umi_local.bundles.values import Layout
from umi_local.bundles.verify import verify
from umi_local.bundles.writing import write_bundle
from umi_local.engine.base import Sampling
from umi_local.errors import BundleError, UsageError
from umi_local.messages import Role

pytestmark = pytest.mark.integration

DESCRIBING = {"bundle.toml", "README.md", "SHA256SUMS", "verdict.json"}


@pytest.fixture(scope="module")
def base(tmp_path_factory) -> Path:
    return write_speaking(tmp_path_factory.mktemp("base") / "Tiny-Base")


@pytest.fixture(scope="module")
def olds(tmp_path_factory, base) -> dict[str, Path]:
    """An old bundle of each layout, with a file beside those that its manifest names."""
    folder = tmp_path_factory.mktemp("old")
    roles, spans = write_roles(folder / "roles", base), write_span_roles(folder / "spans", base)
    both = {"roles": spans, "kept": "both"}
    given: dict[str, Any] = {
        "merged": {"roles": roles},
        "adapters": {"roles": roles},
        "shared": {"roles": spans},
        "both": both,
    }
    made = {}
    for name, how in given.items():
        layout = Layout("shared" if name == "both" else name)
        made[name] = build(request_for(folder / name, base, "Q8_0", layout=layout, version="3", **how))
        (made[name] / "LICENSE").write_text("Do what you like.")
        (made[name] / "more").mkdir()
        (made[name] / "more" / "notes.txt").write_text("more")
        write_sums(made[name])
    return made


@pytest.fixture(scope="module")
def caller(tmp_path_factory, base) -> Path:
    return write_role(tmp_path_factory.mktemp("new") / "caller-2", base, seed=77)


@pytest.fixture(scope="module")
def span_caller(tmp_path_factory, base) -> Path:
    card = span_card("caller", fingerprint_of_base(base))
    return write_role(tmp_path_factory.mktemp("new") / "caller-2", base, seed=77, card=card)


def build(request) -> Path:
    (placed,) = build_bundle(plan_bundle(request)).placed
    report = verify(load_bundle(placed.path))
    assert report.problems == ()
    return placed.path


def replacing(old, out, adapter, base=None, *types, **changes):
    quantization = changes.pop("quantization", Quantization(types=types))
    return request_for(out, base, from_bundle=old, roles={Role.CALLER: adapter}, quantization=quantization, **changes)


def problems_of(request) -> str:
    with pytest.raises(PreflightError) as caught:
        plan_bundle(request)
    return "\n".join(caught.value.problems)


@pytest.mark.parametrize(
    ("layout", "needs_base", "replaced"),
    [
        ("adapters", False, ["caller-adapter-F16.gguf"]),
        ("shared", False, ["caller-adapter-F16.gguf"]),
        ("merged", True, ["caller-Q8_0.gguf"]),
        ("both", True, ["caller-Q8_0.gguf", "caller-adapter-F16.gguf"]),
    ],
)
def test_everything_but_the_role_stays_bit_for_bit(
    olds, base, caller, span_caller, tmp_path, layout, needs_base, replaced
):
    adapter = span_caller if layout in ("shared", "both") else caller
    old, before = bundle_in(olds[layout]), hashes(olds[layout])
    folder = build(replacing(olds[layout], tmp_path / "out", adapter, base if needs_base else None))
    found = hashes(folder)
    assert hashes(olds[layout]) == before
    assert found.keys() == before.keys()
    assert sorted(name for name in found if found[name] != before[name]) == sorted([*replaced, *DESCRIBING])
    new = bundle_in(folder)
    specs = {role: new.roles.of(role) for role in Role}
    assert {role: old.roles.of(role) for role in Role if role is not Role.CALLER} == {
        role: spec for role, spec in specs.items() if role is not Role.CALLER
    }
    assert replace(new, roles=old.roles) == old  # name, version, licence, probes and all
    assert caller.name in (specs[Role.CALLER].adapter or specs[Role.CALLER].model).source
    speak_all(folder)


@pytest.mark.parametrize("layout", ["adapters", "merged"])
def test_the_new_role_is_the_one_that_a_whole_conversion_makes(olds, base, caller, tmp_path, layout):
    given = {"quantization": Quantization(types=("Q8_0",)), "layout": Layout(layout)}
    replaced = build(replacing(olds[layout], tmp_path / "a", caller, base))
    afresh = build(request_for(tmp_path / "b", base, roles={Role.CALLER: caller}, **given))
    np.testing.assert_array_equal(logits_of(replaced)[Role.CALLER], logits_of(afresh)[Role.CALLER])
    assert np.abs(logits_of(olds[layout])[Role.CALLER] - logits_of(replaced)[Role.CALLER]).max() > 1


def test_a_whole_checkpoint_may_replace_a_role_of_a_merged_bundle(olds, tmp_path):
    other = write_speaking(tmp_path / "other", seed=5, n_vocab=380)
    folder = build(replacing(olds["merged"], tmp_path / "out", other))
    old, new = (bundle_in(path) for path in (olds["merged"], folder))
    assert 0 < len(new.probes) < len(old.probes)  # those that are true of both tokenizers
    assert set(new.probes) < set(old.probes)
    assert new.roles.caller.model.file == "caller-Q8_0.gguf"
    speak_all(folder)


def test_what_the_new_role_is_asked_about_it_can_be_told(olds, caller, tmp_path):
    changes = {"name": "mine", "version": "4", "license": "MIT", "description": "Better calls.", "n_ctx": 512}
    new = bundle_in(build(replacing(olds["adapters"], tmp_path / "out", caller, **changes)))
    assert {key: getattr(new, key) for key in changes} == changes


def test_a_roles_sampling_is_kept(olds, caller, tmp_path):
    old = shutil.copytree(olds["adapters"], tmp_path / "old")
    bundle = bundle_in(old)
    hot = replace(bundle.roles.caller, sampling=Sampling(temperature=0.5))
    write_bundle(old, replace(bundle, roles=replace(bundle.roles, caller=hot)))
    write_sums(old)
    new = bundle_in(build(replacing(old, tmp_path / "out", caller)))
    assert new.roles.caller.sampling == Sampling(temperature=0.5)


def test_only_the_new_role_is_judged_and_what_was_said_about_the_others_stays(olds, base, caller, tmp_path):
    judged = {"judging": JUDGED}
    before = build(
        request_for(tmp_path / "b", base, "Q8_0", layout=Layout.ADAPTERS, roles={Role.PLANNER: caller}, **judged)
    )
    first = json.loads((before / "verdict.json").read_text())
    folder = build(replacing(before, tmp_path / "out", caller, **judged))
    report = json.loads((folder / "verdict.json").read_text())
    (verdict,) = report["verdicts"].values()
    assert [role["role"] for role in verdict["roles"]] == ["caller"]
    assert report["kept_roles"].keys() == {"planner", "summarizer"}
    planner = next(r for r in first["verdicts"]["Q8_0"]["roles"] if r["role"] == "planner")
    assert report["kept_roles"]["planner"] == {"label": "Q8_0", **planner}
    again = build(replacing(folder, tmp_path / "again", caller, judging=judged["judging"]))
    assert json.loads((again / "verdict.json").read_text())["kept_roles"] == report["kept_roles"]


def test_a_base_that_is_named_is_what_the_new_role_is_judged_by(olds, base, caller, tmp_path):
    """Without it the adapter is compared on the old base as it is stored; with it, on the source."""
    divergences = []
    for number, named in enumerate((None, base)):
        folder = build(replacing(olds["adapters"], tmp_path / str(number), caller, named, judging=JUDGED))
        (verdict,) = json.loads((folder / "verdict.json").read_text())["verdicts"].values()
        divergences.append(verdict["roles"][0]["distributions"]["mean_kl"])
    assert divergences[0] < 0.002 < divergences[1]


def test_an_adapter_for_other_weights_is_refused(olds, tmp_path):
    other = write_speaking(tmp_path / "other", seed=8)
    card = span_card("caller", fingerprint_of_base(other))
    adapter = write_role(tmp_path / "caller", other, card=card)
    assert "made for another base" in problems_of(replacing(olds["shared"], tmp_path / "out", adapter))


def test_a_base_that_is_not_the_bundles_own_is_refused(olds, caller, tmp_path):
    other = write_speaking(tmp_path / "other", seed=8)
    found = problems_of(replacing(olds["adapters"], tmp_path / "out", caller, other))
    assert "BASE isn't what the base of bundle 'adapters' was made from" in found


def test_what_the_bundle_lays_down_cannot_be_changed_for_one_role(olds, caller, base, tmp_path):
    request = replacing(olds["adapters"], tmp_path / "out", caller, None, "Q8_0", "F16", layout=Layout.MERGED)
    found = problems_of(replace(request, profile="shared", markers="chatml"))
    assert "--layout merged isn't that of bundle 'adapters', which is 'adapters'" in found
    assert "makes one bundle: give one type" in found
    assert "--profile shared would change the roles that stay" in found
    assert "--markers chatml would change" in found


def test_something_must_be_replaced_in_something_that_has_roles(base, tmp_path, caller):
    prompted = build(request_for(tmp_path / "p", base, "Q8_0"))
    assert "whose roles have no weights of their own" in problems_of(
        replacing(prompted, tmp_path / "out", caller, base)
    )
    nothing = problems_of(request_for(tmp_path / "out", from_bundle=prompted))
    assert "--from-bundle replaces roles, and none is given" in nothing
    assert "there is no bundle" in problems_of(replacing(tmp_path / "nowhere", tmp_path / "out", caller))


def test_a_bundle_may_be_replaced_by_its_own_successor(olds, caller, tmp_path):
    old = shutil.copytree(olds["adapters"], tmp_path / "mine")
    before = hashes(old)
    request = replacing(old, old, caller)
    with pytest.raises(UsageError, match="already there"):
        plan_bundle(request)
    build(replace(request, force=True))
    after = hashes(old)
    assert after.keys() == before.keys()
    assert [name for name in after if after[name] != before[name] and name not in DESCRIBING] == [
        "caller-adapter-F16.gguf"
    ]
    assert [path.name for path in tmp_path.iterdir()] == ["mine"]


def test_what_is_kept_as_an_adapter_or_merged_is_what_the_old_role_was(olds, span_caller, tmp_path):
    """Without the base, an adapter is merged into the bundle's own, which is quantized already, and that is said."""
    plan = plan_bundle(replacing(olds["both"], tmp_path / "out", span_caller))
    assert plan.kept == "both"
    assert any("is quantized already" in notice for notice in plan.notices)
    build_bundle(plan)
    speak_all(tmp_path / "out")
    found = problems_of(replacing(olds["shared"], tmp_path / "b", span_caller, kept="merged"))
    assert found.startswith("the bundle's roles.caller.adapter is missing; residency 'adapters' needs it")


def test_a_bundle_that_is_damaged_is_not_carried_on(olds, caller, tmp_path):
    old = shutil.copytree(olds["adapters"], tmp_path / "old")
    changed = old / "planner-adapter-F16.gguf"
    content = bytearray(changed.read_bytes())
    content[-40] ^= 1
    changed.write_bytes(content)
    plan = plan_bundle(replacing(old, tmp_path / "out", caller))
    with pytest.raises(BundleError, match=r"planner-adapter-F16\.gguf has sha256"):
        build_bundle(plan)
    changed.write_bytes(content + bytes(32))
    assert "the bundle says 18,656" in problems_of(replacing(old, tmp_path / "out", caller))
    changed.unlink()
    assert "planner-adapter-F16.gguf" in problems_of(replacing(old, tmp_path / "out", caller))
    assert not (tmp_path / "out").exists()


def test_the_disk_that_it_takes_counts_what_is_copied(olds, caller, tmp_path):
    plan = plan_bundle(replacing(olds["adapters"], tmp_path / "out", caller))
    written = sum(file.n_bytes for files in plan.files.values() for file in files)
    copied = {path.name: path.stat().st_size for path in olds["adapters"].rglob("*") if path.is_file()}
    kept = {name: n for name, n in copied.items() if name not in (*DESCRIBING, "caller-adapter-F16.gguf")}
    assert plan.work_bytes == written + sum(kept.values())


def test_a_role_whose_own_file_is_broken_can_be_replaced(olds, caller, tmp_path):
    old = shutil.copytree(olds["adapters"], tmp_path / "old")
    (old / "caller-adapter-F16.gguf").write_bytes(b"broken")
    folder = build(replacing(old, tmp_path / "out", caller))
    assert hashes(folder).keys() == hashes(olds["adapters"]).keys()


def test_files_that_lie_elsewhere_stay_there_and_none_is_overwritten(olds, base, caller, tmp_path):
    old = shutil.copytree(olds["merged"], tmp_path / "old")
    away = (old / "planner-Q8_0.gguf").rename(tmp_path / "planner-Q8_0.gguf")
    named = (old / "summarizer-Q8_0.gguf").rename(old / "more" / "s.gguf")
    shared = (old / "caller-Q8_0.gguf").rename(old / "caller-F16.gguf")
    bundle = bundle_in(old)
    files = {
        "planner-Q8_0.gguf": f"../{away.name}",
        "summarizer-Q8_0.gguf": "more/s.gguf",
        "caller-Q8_0.gguf": shared.name,
    }
    moved = bundle.with_files(lambda ref: replace(ref, file=files[ref.file]))
    both = replace(
        moved.roles, summarizer=moved.roles.caller
    )  # the caller's file stays, since the summarizer has it too
    write_bundle(old, replace(moved, roles=both))
    write_sums(old)
    before = hashes(tmp_path)
    folder = build(replacing(old, tmp_path / "out", caller, base, "F16"))
    assert {name: sha for name, sha in hashes(tmp_path).items() if not name.startswith("out/")} == before
    new = bundle_in(folder).roles
    assert new.planner.model == replace(both.planner.model, file=str(old / ".." / away.name))
    assert new.summarizer.model.file == shared.name
    assert hashes(folder)[shared.name] == before[f"old/{shared.name}"]
    assert new.caller.model.file == "v2-caller-F16.gguf"
    assert (folder / "more" / named.name).exists()
    speak_all(folder)
