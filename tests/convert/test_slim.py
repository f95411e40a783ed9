"""Small bundles: what is put together at first use is what was judged, once, whole or not at all."""

from __future__ import annotations

import json
import shutil
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner, Result

from tests.convert.bundle_setting import bundle_in, hashes, request_for, span_card, write_role, write_speaking
from tests.convert.speaking_bundles import logits_of, speak_all
from umi_convert import assembly
from umi_convert.base_model import merged, open_base
from umi_convert.build import build_bundle
from umi_convert.errors import ConvertError
from umi_convert.lora_gguf import merged_ggufs
from umi_convert.one_adapter import AdapterRequest, write_adapter
from umi_convert.one_model import ModelRequest, plan_model, write_model
from umi_convert.peft_adapter import open_adapter
from umi_convert.plan import plan_bundle
from umi_convert.slim import SlimRequest, write_slim
from umi_local.bundles.assembly import assembled, assembled_folder, is_assembled
from umi_local.bundles.manifest import LoadedBundle, load_bundle
from umi_local.bundles.values import FileRef
from umi_local.bundles.verify import verify
from umi_local.cli import cli
from umi_local.errors import BundleError, ModelFileError, UsageError
from umi_local.messages import Role

pytestmark = pytest.mark.integration

NAME = "package:tiny-weights/tiny_weights/tiny.gguf"


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A base in a Python package, a backbone and roles trained on it, and the whole bundle."""
    folder = tmp_path_factory.mktemp("made")
    package = folder / "site"
    info = package / "tiny_weights-1.0.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: tiny-weights\nVersion: 1.0\n")
    base = package / "tiny_weights" / "tiny.gguf"
    base.parent.mkdir()
    checkpoint = write_speaking(folder / "Tiny-Base")
    write_model(plan_model(ModelRequest(base=checkpoint, out=base, ftype="Q8_0", n_threads=1)))
    return {"package": package, "base": base, "checkpoint": checkpoint, **whole_bundle(folder, base, checkpoint)}


def whole_bundle(folder: Path, base: Path, checkpoint: Path, *, is_exact: bool = True) -> dict[str, Path]:
    """Write a backbone, the roles that were trained on it, and the bundle that they make with their weights."""
    card = span_card("backbone", open_base(base).fingerprint, mode="full")
    backbone = write_role(folder / "backbone", checkpoint, seed=7, card=card, is_exact=is_exact)
    known = merged(open_base(base), [open_adapter(backbone)]).fingerprint
    roles = {
        role: write_role(folder / role.value, checkpoint, seed=n, card=span_card(role.value, known), is_exact=is_exact)
        for n, role in enumerate(Role)
    }
    request = request_for(folder / "whole", base, "Q8_0", roles=roles, backbone=backbone)
    (placed,) = build_bundle(plan_bundle(request)).placed
    return {"backbone": backbone, "whole": placed.path}


@pytest.fixture
def place(made, tmp_path, monkeypatch):
    """The package is installed, and the cache is empty."""
    monkeypatch.setattr(sys, "path", [str(made["package"]), *sys.path])
    monkeypatch.setenv("UMI_CACHE_DIR", str(tmp_path / "cache"))
    return tmp_path


def base_of(loaded: LoadedBundle) -> FileRef:
    assert loaded.bundle.base is not None
    return loaded.bundle.base


def request_of(made, out: Path, **changes) -> SlimRequest:
    given = {"loaded": load_bundle(made["whole"]), "base": made["base"], "name": NAME, "backbone": made["backbone"]}
    return SlimRequest(**{**given, "out": out, **changes})


@pytest.fixture
def slim(made, place):
    write_slim(request_of(made, place / "slim"))
    return load_bundle(place / "slim")


def test_a_lora_gguf_merges_as_its_peft_folder_does(made, place):
    base = open_base(made["base"])
    wanted = merged(base, [open_adapter(made["backbone"])])
    write_adapter(AdapterRequest(adapter=made["backbone"], base=made["base"], out=place / "lora.gguf"))
    found = merged_ggufs(made["base"], place / "lora.gguf")
    assert found.fingerprint == wanted.fingerprint
    assert [tensor.name for tensor in found.tensors] == [tensor.name for tensor in wanted.tensors]
    for one, other in zip(found.tensors, wanted.tensors, strict=True):
        np.testing.assert_array_equal(one.whole(), other.whole())
    plain = {tensor.name: tensor for tensor in merged(base, []).tensors}
    changed = [tensor.name for tensor in found.tensors if (tensor.whole() != plain[tensor.name].whole()).any()]
    assert len(changed) == 14


def test_a_small_bundle_has_no_weights_and_says_where_they_come_from(made, slim):
    names = {path.name for path in slim.folder.iterdir()}
    roles = {f"{role.value}-adapter-F16.gguf" for role in Role}
    assert names == {"bundle.toml", "SHA256SUMS", "README.md", "backbone-F16.gguf", "verdict.json"} | roles
    assert slim.bundle.base.file == NAME
    assert slim.bundle.assembly.type == "Q8_0"
    report = verify(slim)
    assert report.ok, report.problems
    assert not any(check.unchecked for check in report.checks)
    card = (slim.folder / "README.md").read_text()
    assert "\npip install umi-local tiny-weights\n" in card
    assert f"| `{NAME}` | {made['base'].stat().st_size:,} |" in card
    assert "put together where the bundle is used first" in card
    assert "base-Q8_0.gguf" not in card.replace(NAME, "")


def test_what_is_put_together_is_what_was_judged(made, slim):
    assert not is_assembled(slim)
    seen = []
    whole = assembled(slim, lambda what, done, total: seen.append((what, done / total)))
    assert is_assembled(slim)
    assert verify(whole).ok
    wanted = bundle_in(made["whole"])
    assert base_of(whole).sha256 == wanted.base.sha256
    hashed = [{where: ref.sha256 for where, ref in bundle.files()} for bundle in (whole.bundle, wanted)]
    assert hashed[0] == hashed[1]
    assert replace(whole.bundle, base=None, roles=wanted.roles) == replace(wanted, base=None)
    assert max(part for what, part in seen if "quantizing" in what) == 1
    for role, logits in logits_of(made["whole"]).items():
        np.testing.assert_array_equal(logits_of(whole.folder)[role], logits)


def test_it_speaks_without_being_asked_to_put_itself_together_and_only_once(slim, monkeypatch):
    speak_all(slim.folder)
    before = hashes(assembled_folder(slim))
    monkeypatch.setattr("umi_convert.assembly.assemble", None)
    speak_all(slim.folder)
    assert hashes(assembled_folder(slim)) == before


def test_a_damaged_result_is_made_again(slim):
    made = assembled(slim)
    path = made.path_of(base_of(made))
    wanted = path.read_bytes()
    path.write_bytes(wanted[:-100])
    assert not is_assembled(slim)
    again = assembled(slim)
    assert again.path_of(base_of(again)).read_bytes() == wanted


def test_another_process_may_be_quicker(slim, monkeypatch):
    real = assembly._base

    def overtaken(*args):
        monkeypatch.setattr(assembly, "_base", real)
        assembled(slim)  # what another process does meanwhile
        return real(*args)

    monkeypatch.setattr(assembly, "_base", overtaken)
    assert verify(assembled(slim)).ok
    assert list(assembled_folder(slim).parent.iterdir()) == [assembled_folder(slim)]


def test_nothing_is_left_where_it_fails(slim):
    damaged = slim.folder / slim.bundle.assembly.backbone.file
    content = bytearray(damaged.read_bytes())
    content[-1] ^= 1
    damaged.write_bytes(bytes(content))
    with pytest.raises(BundleError, match=r"backbone-F16\.gguf has sha256 .*, its bundle says"):
        assembled(slim)
    assert not assembled_folder(slim).exists()


def test_parts_that_do_not_belong_together_are_noticed(slim):
    strange = replace(slim, bundle=replace(slim.bundle, assembly=replace(slim.bundle.assembly, fingerprint="0" * 64)))
    with pytest.raises(BundleError, match="its roles belong to 0000000000000000"):
        assembled(strange)


def test_a_missing_package_is_named_with_the_command_that_brings_it(slim, monkeypatch):
    monkeypatch.setattr(sys, "path", sys.path[1:])
    with pytest.raises(BundleError, match="tiny-weights") as caught:
        assembled(slim)
    assert caught.value.hint == "pip install 'tiny-weights'"


def test_another_backbone_is_refused_before_anything_is_in_place(made, place):
    card = span_card("backbone", open_base(made["base"]).fingerprint, mode="full")
    other = write_role(place / "other", made["checkpoint"], seed=8, card=card, is_exact=True)
    with pytest.raises(ConvertError, match="and the bundle's roles belong to"):
        write_slim(request_of(made, place / "slim", backbone=other))
    assert not (place / "slim").exists()


def test_values_that_float16_rounds_are_refused(made, place):
    rough = whole_bundle(place / "rough", made["base"], made["checkpoint"], is_exact=False)
    request = request_of(made, place / "slim", backbone=rough["backbone"], loaded=load_bundle(rough["whole"]))
    with pytest.raises(ConvertError, match="and the bundle's roles belong to") as caught:
        write_slim(request)
    assert "float16" in str(caught.value.hint)


def test_an_adapter_of_another_base_is_not_merged(made, place):
    other = write_speaking(place / "Other", seed=5)
    write_model(plan_model(ModelRequest(base=other, out=place / "other.gguf", ftype="F32", n_threads=1)))
    write_adapter(AdapterRequest(adapter=made["backbone"], base=made["base"], out=place / "lora.gguf"))
    with pytest.raises(ModelFileError, match="belongs to the base"):
        merged_ggufs(place / "other.gguf", place / "lora.gguf")


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"name": "tiny.gguf"}, "found anywhere"),
        ({"loaded": "slim"}, "it is small already"),
        ({"loaded": "merged"}, "no run-time adapters"),
    ],
)
def test_bundles_of_which_it_cannot_be_done_are_refused(made, slim, place, changes, says):
    if changes.get("loaded") == "slim":
        changes = {"loaded": slim}
    elif "loaded" in changes:
        whole = load_bundle(made["whole"])
        roles = {role.value: replace(spec, adapter=None) for role, spec in whole.bundle.roles}
        changes = {"loaded": replace(whole, bundle=replace(whole.bundle, roles=replace(whole.bundle.roles, **roles)))}
    with pytest.raises(UsageError, match=says):
        write_slim(request_of(made, place / "again", **changes))


def test_the_manifest_is_checked(slim):
    text = (slim.folder / "bundle.toml").read_text()
    shutil.copytree(slim.folder, broken := slim.folder.with_name("broken"))
    (broken / "bundle.toml").write_text(
        text.replace('"Q8_0"', '"Q8_9"').replace('"shared"\nprofile', '"merged"\nprofile')
    )
    with pytest.raises(BundleError) as caught:
        load_bundle(broken)
    assert "assembly.type is 'Q8_9'" in str(caught.value)
    assert "assembly is given, but layout 'merged' has no use for it" in str(caught.value)


def umi(*args) -> Result:
    return CliRunner().invoke(cli, [str(arg) for arg in args])


def examined(bundle: Path) -> dict[str, str]:
    """What `umi doctor` says of a bundle and its model, nothing of it wrong."""
    findings = json.loads(umi("doctor", bundle, "--output", "json").stdout)["findings"]
    assert not [finding for finding in findings if finding["state"] == "wrong"]
    return {finding["name"]: finding["value"] for finding in findings if finding["group"] in ("bundle", "model")}


def test_the_commands_know_what_a_small_bundle_is(made, place):
    out = place / "slim"
    said = umi("convert", "slim", made["whole"], NAME, "--backbone", made["backbone"], "-o", out)
    assert said.exit_code == 0, said.output
    assert "put together at its first use" in said.stdout
    assert "made at first use" in umi("bundle", "inspect", out).stdout
    assert umi("bundle", "verify", out).exit_code == 0
    assert examined(out)["weights"] == "Q8_0 of base and backbone, not put together yet, which its first use does"
    judged = umi("convert", "verify", out, "--against", made["whole"], "--strictness", "strict")
    assert judged.exit_code == 0, judged.output
    assert examined(out)["weights"] == "Q8_0 of base and backbone, put together"
    assert examined(out)["header"].startswith("backbone-Q8_0.gguf")
