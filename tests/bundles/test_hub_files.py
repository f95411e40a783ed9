"""Bundles whose TOML points at files on a hub."""

from __future__ import annotations

import pytest

from tests.bundles.hub_bundles import bundle_files, pseudo_random, sha256, write
from umi_local.bundles.hub_names import parse_repo
from umi_local.bundles.manifest import load_bundle, pulled_path
from umi_local.bundles.pulling import Pull, complete_bundle, pull_bundle
from umi_local.bundles.values import FileRef
from umi_local.bundles.verify import verify
from umi_local.errors import BundleError, HubError, OfflineError

BASE = pseudo_random(30_000, 3)
AT_ONCE = Pull(wait=lambda seconds: None)


@pytest.fixture
def commit(hub_server):
    return hub_server.add_repo("base/model", {"gguf/base.gguf": BASE, "other.gguf": b"unused"})


def pointing(folder, ref):
    """A folder with a manifest whose base is on a hub, and the adapter itself."""
    files = bundle_files(base=ref, with_sums=False)
    return load_bundle(write(folder, {name: files[name] for name in ("bundle.toml", "adapters/caller.gguf")}))


def path_of_base(loaded):
    assert loaded.bundle.base is not None
    return loaded.path_of(loaded.bundle.base)


def test_a_file_that_was_not_pulled_is_an_error_with_the_command(tmp_path, own_folders):
    ref = FileRef(file="hub:base/model@v1/gguf/base.gguf")
    elsewhere = pointing(tmp_path / "a b", ref)
    with pytest.raises(BundleError, match=r"hub:base/model@v1/gguf/base\.gguf isn't on this machine yet") as caught:
        path_of_base(elsewhere)
    assert caught.value.hint == f"umi bundle pull '{tmp_path / 'a b'}'"
    named = pointing(own_folders / "data" / "bundles" / "mine", ref)
    with pytest.raises(BundleError) as caught:
        path_of_base(named)
    assert caught.value.hint == "umi bundle pull mine"


def test_completing_a_bundle_downloads_only_what_it_names(hub_server, commit, tmp_path):
    loaded = pointing(
        tmp_path, FileRef(file=f"hub:base/model@{commit}/gguf/base.gguf", size=len(BASE), sha256=sha256(BASE))
    )
    assert complete_bundle(loaded, how=AT_ONCE).n_bytes == len(BASE)
    assert path_of_base(loaded).read_bytes() == BASE
    assert verify(loaded).ok
    assert hub_server.downloads("other.gguf") == []


@pytest.mark.parametrize("states_hash", [True, False])
def test_what_is_here_for_sure_is_not_asked_for_again_even_offline(
    hub_server, commit, tmp_path, monkeypatch, states_hash
):
    revision = "main" if states_hash else commit
    ref = FileRef(file=f"hub:base/model@{revision}/gguf/base.gguf", sha256=sha256(BASE) if states_hash else None)
    loaded = pointing(tmp_path, ref)
    complete_bundle(loaded, how=AT_ONCE)
    hub_server.asked.clear()
    monkeypatch.setenv("UMI_OFFLINE", "1")
    assert complete_bundle(loaded, how=AT_ONCE).n_bytes == 0
    assert hub_server.asked == []
    path_of_base(loaded).unlink()
    with pytest.raises(OfflineError):
        complete_bundle(loaded, how=AT_ONCE)


def test_a_branch_that_moved_on_is_followed(hub_server, commit, tmp_path):
    loaded = pointing(tmp_path, FileRef(file="hub:base/model/gguf/base.gguf"))
    complete_bundle(loaded, how=AT_ONCE)
    assert complete_bundle(loaded, how=AT_ONCE).n_bytes == 0
    hub_server.repos["base/model"].add({"gguf/base.gguf": BASE + b"2"})
    complete_bundle(loaded, how=AT_ONCE)
    assert path_of_base(loaded).read_bytes() == BASE + b"2"


def test_two_bundles_share_a_file(hub_server, commit, tmp_path):
    ref = FileRef(file="hub:base/model@main/gguf/base.gguf", sha256=sha256(BASE))
    complete_bundle(pointing(tmp_path / "one", ref), how=AT_ONCE)
    assert complete_bundle(pointing(tmp_path / "two", ref), how=AT_ONCE).n_bytes == 0


def test_a_file_other_than_the_bundle_states_is_not_downloaded(hub_server, commit, tmp_path):
    loaded = pointing(tmp_path, FileRef(file="hub:base/model/gguf/base.gguf", sha256="0" * 64))
    with pytest.raises(BundleError, match=rf"sha256 {sha256(BASE)} there, the bundle says 0000"):
        complete_bundle(loaded, how=AT_ONCE)
    assert hub_server.downloads() == []


def test_a_file_that_is_not_there_is_a_hub_error(hub_server, commit, tmp_path):
    with pytest.raises(HubError, match="there is no such file in the repository"):
        complete_bundle(pointing(tmp_path, FileRef(file="hub:base/model/base.gguf")), how=AT_ONCE)


def test_pulling_a_bundle_brings_the_hub_files_that_it_names(hub_server, commit, own_folders):
    ref = FileRef(file=f"hub:base/model@{commit}/gguf/base.gguf", size=len(BASE), sha256=sha256(BASE))
    files = bundle_files(base=ref)
    del files["base.gguf"]
    sums = "".join(line for line in files["SHA256SUMS"].decode().splitlines(keepends=True) if "base.gguf" not in line)
    hub_server.add_repo("some/weather", files | {"SHA256SUMS": sums.encode()})
    pulled = pull_bundle(parse_repo("hub:some/weather"), how=AT_ONCE)
    assert ref.hub is not None
    assert pulled_path(ref.hub).read_bytes() == BASE
    assert verify(pulled.loaded).ok


def test_a_bundle_whose_hub_file_is_gone_is_not_put_in_place(hub_server, own_folders):
    hub_server.add_repo("some/weather", bundle_files(base=FileRef(file="hub:base/gone/base.gguf"), with_sums=False))
    with pytest.raises(HubError, match="hub:base/gone"):
        pull_bundle(parse_repo("hub:some/weather"), how=AT_ONCE)
    assert not (own_folders / "data" / "bundles" / "weather").exists()
