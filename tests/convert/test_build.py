"""Real conversions of small checkpoints into every layout: what lies in the bundle, and that the engine runs it."""

from __future__ import annotations

import json
from pathlib import Path

import gguf
import numpy as np
import pytest

from tests.convert.bundle_setting import (
    bundle_in,
    edit_json,
    hashes,
    request_for,
    write_role,
    write_roles,
    write_span_roles,
    write_speaking,
)
from tests.convert.plain_checkpoints import read_safetensors
from tests.convert.speaking_bundles import logits_of, speak_all
from umi_convert.build import build_bundle
from umi_convert.plan import plan_bundle
from umi_convert.request import Quantization
from umi_convert.tensors import DType, to_float32
from umi_convert.verify import PROBE_TEXTS
from umi_convert.vocabulary import open_tokenizer
from umi_local.bundles.manifest import load_bundle
from umi_local.bundles.values import Layout
from umi_local.bundles.verify import verify
from umi_local.engine.gguf_header import read_header
from umi_local.messages import Role

pytestmark = pytest.mark.integration

WRITTEN = {"README.md", "SHA256SUMS", "bundle.toml", "verdict.json"}


@pytest.fixture(scope="module")
def base(tmp_path_factory) -> Path:
    return write_speaking(tmp_path_factory.mktemp("base") / "Tiny-Base")


@pytest.fixture(scope="module")
def roles(tmp_path_factory, base) -> dict[Role, Path]:
    return write_roles(tmp_path_factory.mktemp("roles"), base)


@pytest.fixture(scope="module")
def spans(tmp_path_factory, base) -> dict[Role, Path]:
    return write_span_roles(tmp_path_factory.mktemp("spans"), base)


def build(request) -> Path:
    """Make a bundle as it was planned, check it as a whole, and return its folder."""
    plan = plan_bundle(request)
    (placed,) = build_bundle(plan).placed
    loaded = load_bundle(placed.path)
    report = verify(loaded)
    assert report.ok
    assert not any(check.unchecked for check in report.checks)
    assert loaded.bundle == placed.bundle
    (files,) = plan.files.values()
    sizes = {path.name: path.stat().st_size for path in placed.path.iterdir()}
    assert {file.name: file.n_bytes for file in files}.items() <= sizes.items()
    assert sizes.keys() >= WRITTEN
    assert placed.n_bytes == sum(sizes.values())
    assert [path.name for path in placed.path.parent.iterdir() if path.name.startswith(".")] == []
    return placed.path


def models_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if path.name not in WRITTEN)


def ref_of(folder: Path, role: Role, kind: str):
    return getattr(bundle_in(folder).roles.of(role), kind)


def matrices(path: Path) -> dict[str, np.ndarray]:
    return {tensor.name: np.array(tensor.data) for tensor in gguf.GGUFReader(path).tensors}


def test_merged_is_a_model_a_role_with_its_adapter_in_its_weights(base, roles, tmp_path):
    folder = build(request_for(tmp_path / "out", base, roles=roles, layout=Layout.MERGED))
    assert models_in(folder) == ["caller-F32.gguf", "planner-F32.gguf", "summarizer-F32.gguf"]
    stored = read_safetensors(base / "model.safetensors")
    lora = read_safetensors(roles[Role.CALLER] / "adapter_model.safetensors")
    name = "model.layers.1.mlp.down_proj"
    a, b = (lora[f"base_model.model.{name}.lora_{which}.weight"] for which in "AB")
    expected = to_float32(stored[f"{name}.weight"], DType.BF16) + 8 / 4 * (b @ a)
    found = matrices(folder / "caller-F32.gguf")["blk.1.ffn_down.weight"]
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-5)
    assert bundle_in(folder).base is None
    assert len({ref_of(folder, role, "model").base_fingerprint for role in Role}) == 3
    speak_all(folder)


def test_adapters_are_ordinary_ones_on_one_base(base, roles, tmp_path):
    folder = build(request_for(tmp_path / "out", base, "Q8_0", roles=roles, layout=Layout.ADAPTERS))
    adapters = [f"{role.value}-adapter-F16.gguf" for role in sorted(Role, key=lambda role: role.value)]
    assert models_in(folder) == sorted(["base-Q8_0.gguf", *adapters])
    loaded = bundle_in(folder)
    assert {ref_of(folder, role, "adapter").base_fingerprint for role in Role} == {loaded.base.base_fingerprint}
    assert {ref_of(folder, role, "adapter").source for role in Role} == {role.value for role in Role}
    assert loaded.base.source == "Tiny-Base"
    speak_all(folder)


@pytest.mark.parametrize("kept", ["adapters", "merged", "both"])
def test_shared_keeps_what_was_asked_for(base, spans, tmp_path, kept):
    folder = build(request_for(tmp_path / "out", base, "Q8_0", roles=spans, kept=None if kept == "adapters" else kept))
    bundle = bundle_in(folder)
    assert (bundle.layout, bundle.profile, bundle.markers) == (Layout.SHARED, "shared", "plain")
    assert bundle.residency == {"both": "auto"}.get(kept, kept)
    for role in Role:
        spec = bundle.roles.of(role)
        assert (spec.adapter is not None, spec.model is not None) == (kept != "merged", kept != "adapters")
    speak_all(folder)


def test_adapters_that_say_nothing_are_taken_for_span_trained_when_somebody_says_so(base, roles, tmp_path):
    folder = build(request_for(tmp_path / "out", base, roles=roles, layout=Layout.SHARED, assume_span=True))
    assert bundle_in(folder).profile == "shared"
    speak_all(folder)


def test_prompted_is_the_base_alone(base, tmp_path):
    folder = build(request_for(tmp_path / "out", base, "keep"))
    bundle = bundle_in(folder)
    assert (bundle.layout, bundle.base.file) == (Layout.PROMPTED, "base.gguf")
    assert (bundle.name, bundle.version, bundle.license) == ("out", "1", "apache-2.0")
    assert bundle.n_ctx == 2048
    speak_all(folder)


@pytest.mark.parametrize("layout", ["merged", "adapters", "shared"])
def test_a_role_without_anything_of_its_own_runs_on_the_base(base, roles, spans, tmp_path, layout):
    given = (spans if layout == "shared" else roles)[Role.CALLER]
    folder = build(request_for(tmp_path / "out", base, roles={Role.CALLER: given}, layout=Layout(layout)))
    kind = "caller-F32.gguf" if layout == "merged" else "caller-adapter-F16.gguf"
    assert models_in(folder) == ["base-F32.gguf", kind]
    speak_all(folder)


def test_the_layouts_of_the_same_adapters_agree(base, roles, tmp_path):
    exact = Quantization(types=("F32",), adapter_dtype="F32")
    merged = build(request_for(tmp_path / "m", base, roles=roles, layout=Layout.MERGED, quantization=exact))
    adapters = build(request_for(tmp_path / "a", base, roles=roles, layout=Layout.ADAPTERS, quantization=exact))
    found, expected, bare = logits_of(adapters), logits_of(merged), logits_of(build(request_for(tmp_path / "p", base)))
    for role in Role:
        np.testing.assert_allclose(found[role], expected[role], rtol=0, atol=1e-3)
        assert np.abs(bare[role] - expected[role]).max() > 1


def test_both_residencies_of_shared_agree(base, spans, tmp_path):
    exact = Quantization(types=("F32",), adapter_dtype="F32")
    folder = build(request_for(tmp_path / "out", base, roles=spans, kept="both", quantization=exact))
    found, expected = logits_of(folder, "adapters"), logits_of(folder, "merged")
    for role in Role:
        np.testing.assert_allclose(found[role], expected[role], rtol=0, atol=1e-3)


def test_a_backbone_is_merged_into_the_base_below_all_roles(base, roles, tmp_path):
    backbone = write_role(tmp_path / "backbone", base, seed=9)
    exact = Quantization(types=("F32",), adapter_dtype="F32")
    both = {"roles": roles, "backbone": backbone, "quantization": exact}
    merged = build(request_for(tmp_path / "m", base, layout=Layout.MERGED, **both))
    adapters = build(request_for(tmp_path / "a", base, layout=Layout.ADAPTERS, **both))
    without = build(request_for(tmp_path / "w", base, layout=Layout.MERGED, roles=roles, quantization=exact))
    found, expected, other = logits_of(adapters), logits_of(merged), logits_of(without)
    for role in Role:
        np.testing.assert_allclose(found[role], expected[role], rtol=0, atol=1e-3)
        assert np.abs(other[role] - expected[role]).max() > 1
    assert ref_of(merged, Role.CALLER, "model").source == "Tiny-Base + backbone + caller"


def test_full_role_checkpoints_need_no_base(tmp_path):
    models = {role: write_speaking(tmp_path / role.value, seed=n) for n, role in enumerate(Role)}
    folder = build(request_for(tmp_path / "out", roles=models))
    assert bundle_in(folder).layout is Layout.MERGED
    assert ref_of(folder, Role.PLANNER, "model").source == "planner"
    speak_all(folder)


def test_role_checkpoints_may_have_tokenizers_of_their_own(base, tmp_path):
    other = write_speaking(tmp_path / "other", n_vocab=380)
    models = {Role.PLANNER: other, Role.CALLER: base, Role.SUMMARIZER: base}
    folder = build(request_for(tmp_path / "out", roles=models))
    probes = bundle_in(folder).probes
    encoders = [open_tokenizer(model).encode_plain for model in (other, base)]
    agreed = {text for text in PROBE_TEXTS if encoders[0](text) == encoders[1](text)}
    assert {probe.text for probe in probes} == agreed != set(PROBE_TEXTS)
    speak_all(folder)


def test_probes_are_what_the_sources_tokenizer_says(base, tmp_path):
    probes = bundle_in(build(request_for(tmp_path / "out", base))).probes
    encode = open_tokenizer(base).encode_plain
    assert len(probes) > 20
    assert all(list(probe.token_ids) == encode(probe.text) for probe in probes)


@pytest.mark.parametrize("layout", ["merged", "adapters"])
def test_a_gguf_is_a_base_and_its_own_vocabulary_gives_the_probes(base, roles, tmp_path, layout):
    whole = build(request_for(tmp_path / "gguf", base, "F16"))
    request = request_for(tmp_path / "out", whole / "base-F16.gguf", roles=roles, layout=Layout(layout))
    folder = build(request)
    assert bundle_in(folder).probes == bundle_in(whole).probes
    speak_all(folder)
    from_checkpoint = build(request_for(tmp_path / "direct", base, roles=roles, layout=Layout(layout)))
    found, expected = logits_of(folder), logits_of(from_checkpoint)
    for role in Role:
        np.testing.assert_allclose(found[role], expected[role], rtol=0, atol=0.05)  # float16 between the two


def test_a_quantized_gguf_alone_is_kept_bit_for_bit(base, tmp_path):
    first = build(request_for(tmp_path / "first", base, "Q4_0"))
    folder = build(request_for(tmp_path / "out", first / "base-Q4_0.gguf", quantization=Quantization()))
    assert hashes(folder)["base.gguf"] == hashes(first)["base-Q4_0.gguf"]
    assert bundle_in(folder).base.base_fingerprint == bundle_in(first).base.base_fingerprint


@pytest.mark.parametrize("kind", ["keep", "Q8_0"])
def test_a_gguf_from_elsewhere_is_a_base_for_run_time_adapters(base, roles, tmp_path, kind):
    """It doesn't say which weights it was made from; then its own content is what adapters are bound to."""
    from tests.models import F32
    from umi_local.bench.gguf_files import rewrite

    ours = build(request_for(tmp_path / "ours", base)) / "base-F32.gguf"
    foreign = rewrite(ours, tmp_path / "foreign.gguf", F32, lambda name, weight: weight)
    edited = foreign.read_bytes().replace(b"umi.fingerprint", b"not.fingerprint")
    foreign.write_bytes(edited)
    folder = build(request_for(tmp_path / "out", foreign, kind, roles=roles, layout=Layout.ADAPTERS))
    speak_all(folder)
    again = request_for(tmp_path / "again", from_bundle=folder, roles={Role.CALLER: roles[Role.PLANNER]})
    speak_all(build(again))


def test_a_models_own_template_writes_the_prompts(tmp_path):
    """By default; a family of markers is for models without one."""
    base = write_speaking(tmp_path / "base")
    template = "{% for m in messages %}<{{ m.role }}>{{ m.content }}</>{% endfor %}<assistant>"
    edit_json(base / "tokenizer_config.json", chat_template=template)
    folder = build(request_for(tmp_path / "out", base))
    assert bundle_in(folder).markers == "template"
    assert bundle_in(build(request_for(tmp_path / "b", base, markers="gemma"))).markers == "gemma"
    speak_all(folder)


def test_a_split_gguf_is_kept_in_its_parts(base, tmp_path):
    parts = split(build(request_for(tmp_path / "whole", base)) / "base-F32.gguf", tmp_path)
    folder = build(request_for(tmp_path / "out", parts[0], "keep"))
    assert models_in(folder) == ["base-00001-of-00002.gguf", "base-00002-of-00002.gguf"]
    speak_all(folder)
    whole = build(request_for(tmp_path / "one", parts[0], "Q8_0"))
    assert models_in(whole) == ["base-Q8_0.gguf"]
    speak_all(whole)


def split(path: Path, folder: Path) -> list[Path]:
    """Cut a GGUF into two parts as llama.cpp's gguf-split does: the second has tensors and hardly any metadata."""
    from umi_local.bench.gguf_files import add_tensor, add_value, finish, metadata_of

    tensors = [(tensor.name, np.array(tensor.data)) for tensor in gguf.GGUFReader(path).tensors]
    half = len(tensors) // 2
    made = []
    for number, chosen in enumerate((tensors[:half], tensors[half:])):
        part = folder / f"cut-{number + 1:05d}-of-00002.gguf"
        writer = gguf.GGUFWriter(part, "llama")
        for key, value, types in metadata_of(path) if number == 0 else []:
            add_value(writer, key, value, types)
        writer.add_uint16("split.no", number)
        writer.add_uint16("split.count", 2)
        writer.add_int32("split.tensors.count", len(tensors))
        for name, values in chosen:
            add_tensor(writer, name, values, gguf.GGMLQuantizationType.F32)
        made.append(finish(writer, part))
    return made


def test_the_weights_that_are_stored_are_the_type_that_was_asked_for(base, tmp_path):
    overrides = Quantization(types=("Q8_0",), overrides=(("ffn_down", "Q4_0"),))
    folder = build(request_for(tmp_path / "out", base, quantization=overrides))
    types = {tensor.name: tensor.type.name for tensor in read_header(folder / "base-Q8_0.gguf").tensors}
    assert types["blk.0.ffn_down.weight"] == "Q4_0"
    assert types["blk.0.ffn_up.weight"] == "Q8_0"
    notes = json.loads((folder / "verdict.json").read_text())
    assert notes["quantization"]["base"]["types"] == {"F32": 5, "Q4_0": 2, "Q8_0": 13}
    assert notes["sources"] == {"base": "Tiny-Base"}


def test_several_types_are_bundles_of_their_own(base, roles, tmp_path):
    request = request_for(tmp_path / "out", base, "Q8_0", "F16", "keep", "q8_0", roles=roles, layout=Layout.ADAPTERS)
    plan = plan_bundle(request)
    placed = build_bundle(plan).placed
    assert [place.type for place in placed] == ["Q8_0", "F16", "keep"]
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["F16", "Q8_0", "keep"]
    for place in placed:
        assert verify(load_bundle(place.path)).ok
        assert place.bundle.name == f"out-{place.type}"
        there = {path.name: path.stat().st_size for path in place.path.iterdir() if path.suffix == ".gguf"}
        assert there == {file.name: file.n_bytes for file in plan.files[place.type]}


def test_the_card_says_what_it_was_made_from_and_that_nothing_was_judged(base, roles, tmp_path):
    folder = build(request_for(tmp_path / "out", base, roles=roles, layout=Layout.ADAPTERS))
    card = (folder / "README.md").read_text()
    assert card.startswith("---\nlicense: apache-2.0\n")
    assert "Tiny-Base" in card
    assert "None was made" in card
    assert str(tmp_path) not in card + (folder / "bundle.toml").read_text() + (folder / "verdict.json").read_text()
