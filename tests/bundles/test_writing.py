import stat
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.bundles.hub_bundles import bundle_files
from umi_local.bundles.catalog import EMBEDDED_FOLDER
from umi_local.bundles.consistency import inconsistencies
from umi_local.bundles.manifest import (
    Bundle,
    Endpoint,
    FileRef,
    Layout,
    Probe,
    Profile,
    RoleSpec,
    RolesSpec,
    load_bundle,
)
from umi_local.bundles.writing import render_bundle, write_bundle
from umi_local.engine.base import Sampling
from umi_local.errors import BundleError, StorageError

texts = st.text(max_size=30)
names = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9._-]{0,20}", fullmatch=True)
hashes = st.from_regex(r"[0-9a-f]{64}", fullmatch=True)
files = st.builds(
    FileRef,
    file=st.one_of(
        st.text(min_size=1, max_size=20).filter(lambda file: not file.startswith(("hub:", "package:"))),
        st.just("hub:owner/name@v1/deep/model.gguf"),
        st.just("package:some-package/some/model.gguf"),
    ),
    size=st.none() | st.integers(0, 2**62),
    sha256=st.none() | hashes,
    source=st.none() | texts,
    base_fingerprint=st.none() | texts,
)
samplings = st.builds(
    Sampling,
    temperature=st.floats(0, 1e6),
    top_k=st.integers(0, 10**6),
    top_p=st.floats(1e-9, 1),
    min_p=st.floats(0, 0.999),
    seed=st.integers(-(2**31), 2**32),
)
endpoints = st.builds(
    Endpoint,
    url=st.sampled_from(["http://127.0.0.1:8080/v1", "https://models.example/v1"]),
    model=texts,
    api_key_env=st.none() | texts,
    timeout_s=st.floats(0.001, 1e6),
    logprobs=st.booleans(),
)


def spec(*kinds):
    """Strategies of a role that names these kinds of things, or some of them where there is a choice."""
    values = {"model": files, "adapter": files, "endpoint": endpoints}
    return st.builds(RoleSpec, sampling=st.none() | samplings, **{kind: values[kind] for kind in kinds})


SHAPES: dict[Layout, tuple[Profile, bool, list[st.SearchStrategy[RoleSpec]]]] = {
    Layout.SHARED: ("shared", True, [spec(), spec("adapter"), spec("model", "adapter"), spec("endpoint")]),
    Layout.ADAPTERS: ("alpha-umi", True, [spec(), spec("adapter"), spec("endpoint")]),
    Layout.MERGED: ("shared", False, [spec("model"), spec("endpoint")]),
    Layout.PROMPTED: ("prompted", True, [spec(), spec("model"), spec("endpoint")]),
    Layout.REMOTE: ("prompted", False, [spec("endpoint")]),
}


@st.composite
def bundles(draw):
    layout = draw(st.sampled_from(list(SHAPES)))
    profile, has_base, specs = SHAPES[layout]
    profile = draw(st.sampled_from(["prompted", "single"])) if layout is Layout.PROMPTED else profile
    role = st.one_of(specs)
    return Bundle(
        name=draw(names),
        version=draw(texts),
        license=draw(texts),
        layout=layout,
        profile=profile,
        markers=draw(st.sampled_from(["chatml", "llama3", "gemma", "mistral", "plain"])),
        n_ctx=draw(st.integers(256, 10**6)),
        description=draw(texts),
        stop_ids=tuple(draw(st.lists(st.integers(0, 10**6), max_size=4))),
        base=draw(files) if has_base else None,
        roles=RolesSpec(planner=draw(role), caller=draw(role), summarizer=draw(role)),
        sampling=draw(samplings | st.just(Sampling())),
        probes=tuple(
            draw(st.lists(st.builds(Probe, text=texts, token_ids=st.lists(st.integers(0, 9)).map(tuple)), max_size=3))
        ),
    )


@given(bundles(), st.text(max_size=60))
def test_what_is_written_is_read_back_as_an_equal_bundle(tmp_path_factory, bundle, comment):
    assert inconsistencies(bundle) == ()
    path = tmp_path_factory.mktemp("b") / "bundle.toml"
    path.write_text(render_bundle(bundle, comment=comment), encoding="utf-8", newline="")
    assert load_bundle(path).bundle == bundle


def test_the_embedded_bundle_survives_being_written(tmp_path):
    bundle = load_bundle(EMBEDDED_FOLDER).bundle
    write_bundle(tmp_path, bundle)
    assert load_bundle(tmp_path).bundle == bundle


def test_the_text_reads_like_one_written_by_hand(golden):
    caller = RoleSpec(
        adapter=FileRef(file="caller.gguf", size=7, sha256="0" * 64, base_fingerprint="b"), sampling=Sampling(seed=3)
    )
    bundle = Bundle(
        name="weather",
        version="2",
        license="Apache-2.0",
        layout=Layout.SHARED,
        profile="shared",
        markers="chatml",
        n_ctx=4096,
        description='Says "hello"',
        stop_ids=(2, 7),
        base=FileRef(file="base.gguf", size=5, source="hub:someone/base@v1"),
        roles=RolesSpec(
            caller=caller, summarizer=RoleSpec(endpoint=Endpoint(url="http://127.0.0.1:1/v1", model="big"))
        ),
        sampling=Sampling(temperature=0.5),
        probes=(Probe(text="naïve\t✓", token_ids=(1, 2, 3)),),
    )
    golden("bundle.toml", render_bundle(bundle, comment="A bundle of tests.\nTwo lines."))


def test_what_is_left_at_its_default_is_left_out():
    text = bundle_files()["bundle.toml"].decode()
    for word in ("description", "stop_ids", "residency", "sampling", "probes", "source", "planner"):
        assert word not in text


def test_a_role_may_have_default_sampling_beside_a_bundle_that_has_not(tmp_path):
    bundle = load_bundle(EMBEDDED_FOLDER).bundle
    bundle = replace(bundle, sampling=Sampling(seed=5), roles=RolesSpec(caller=RoleSpec(sampling=Sampling())))
    write_bundle(tmp_path, bundle)
    assert load_bundle(tmp_path).bundle == bundle


def test_a_bundle_that_does_not_hold_together_is_not_written(tmp_path):
    bundle = replace(load_bundle(EMBEDDED_FOLDER).bundle, n_ctx=1, base=None)
    with pytest.raises(BundleError, match=r"2 problem\(s\)"):
        write_bundle(tmp_path, bundle)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_written_is_a_storage_error_and_the_old_manifest_stays(tmp_path):
    bundle = load_bundle(EMBEDDED_FOLDER).bundle
    before = write_bundle(tmp_path, bundle).read_bytes()
    blocked = tmp_path / "file"
    blocked.touch(mode=stat.S_IRUSR)
    with pytest.raises(StorageError):
        write_bundle(blocked, bundle)
    assert (tmp_path / "bundle.toml").read_bytes() == before
