"""Pulling bundles from a hub on loopback: whole, interrupted, hostile."""

from __future__ import annotations

import errno
import os
import signal
import socket
import subprocess
import sys
import threading
from pathlib import Path
from types import SimpleNamespace

import pytest

from tests.bundles.hub_bundles import bundle_files, pseudo_random, read, sha256, write
from umi_local.bundles.catalog import list_bundles
from umi_local.bundles.hub_names import parse_repo
from umi_local.bundles.pulling import Pull, origin_of, pull_bundle
from umi_local.bundles.values import Endpoint, FileRef, RoleSpec, RolesSpec
from umi_local.errors import BundleError, HubError, StorageError

REPO = parse_repo("hub:some/weather")
AT_ONCE = Pull(wait=lambda seconds: None)
ROOT = Path(__file__).parents[2]


@pytest.fixture
def bundles(own_folders):
    return own_folders / "data" / "bundles"


def pull(text="hub:some/weather", **options):
    return pull_bundle(parse_repo(text), how=AT_ONCE, **options)


def test_a_bundle_arrives_whole_and_says_where_it_came_from(hub_server, bundles):
    files = bundle_files()
    commit = hub_server.add_repo("some/weather", {**files, ".gitattributes": b"*.gguf filter=lfs", "art.png": b"png"})
    pulled = pull()
    assert read(bundles / "weather") == files
    assert pulled.loaded.folder == bundles / "weather"
    assert pulled.n_bytes == sum(map(len, files.values()))
    assert pulled.left_out == ("art.png",)
    assert origin_of(pulled.loaded) == pulled.origin == parse_repo(f"hub:some/weather@{commit}")
    assert [path.name for path in bundles.iterdir()] == ["weather"]
    assert not (bundles / "weather" / ".partial").exists()


def test_without_checksums_everything_visible_is_the_bundle(hub_server, bundles):
    files = bundle_files(with_sums=False) | {"verdict.json": b"{}"}
    hub_server.add_repo("some/weather", {**files, ".gitattributes": b"x"})
    pull()
    assert read(bundles / "weather") == files


def test_a_long_listing_is_followed_from_page_to_page(hub_server, bundles):
    hub_server.page_size = 2
    hub_server.add_repo("some/weather", bundle_files())
    pull()
    assert read(bundles / "weather") == bundle_files()


def test_a_revision_is_pinned_to_its_commit(hub_server, bundles):
    old = hub_server.add_repo("some/weather", bundle_files(version="1"))
    hub_server.repos["some/weather"].add(bundle_files(version="2"))
    hub_server.repos["some/weather"].add(bundle_files(version="next"), branch="dev")
    for revision, version in ((f"@{old}", "1"), ("", "2"), ("@dev", "next")):
        assert pull(f"hub:some/weather{revision}", force=True).loaded.bundle.version == version


def test_a_broken_connection_is_taken_up_where_it_broke(hub_server, bundles):
    hub_server.add_repo("some/weather", bundle_files())
    hub_server.cuts["base.gguf"] = [10_000, 25_000]
    pulled = pull()
    assert [ask.start for ask in hub_server.downloads("base.gguf")] == [0, 10_000, 35_000]
    assert pulled.n_bytes == sum(map(len, bundle_files().values()))
    assert read(bundles / "weather") == bundle_files()


def test_a_connection_that_brings_nothing_is_given_up_and_the_next_pull_goes_on(hub_server, bundles):
    hub_server.add_repo("some/weather", bundle_files())
    hub_server.cuts["base.gguf"] = [20_000, *[0] * 10]
    waits: list[float] = []
    with pytest.raises(HubError, match="could not be reached") as caught:
        pull_bundle(REPO, how=Pull(wait=waits.append))
    assert "what was downloaded is kept" in caught.value.hint
    assert waits == [1, 2, 4, 8, 16]
    assert not (bundles / "weather").exists()
    assert [entry.name for entry in list_bundles()] == ["embedded"]
    hub_server.cuts.clear()
    hub_server.asked.clear()
    assert pull().n_bytes == 30_000
    assert [(ask.path, ask.start) for ask in hub_server.downloads()] == [("/content/base.gguf", 20_000)]
    assert read(bundles / "weather") == bundle_files()


def test_a_killed_pull_goes_on_where_it_was(hub_server, bundles, own_folders):
    files = bundle_files(n_bytes=3_000_000)
    hub_server.add_repo("some/weather", files)
    hub_server.stalls["base.gguf"] = 2_000_000
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    child = subprocess.Popen([sys.executable, "-m", "umi_local", "bundle", "pull", str(REPO)], env=env)
    try:
        assert hub_server.stalled.wait(60)
        partial = bundles / ".weather.unfinished" / ".partial" / sha256(files["base.gguf"])
        pause = threading.Event()
        while (partial.stat().st_size if partial.exists() else 0) < 1_000_000:
            assert child.poll() is None
            pause.wait(0.01)
    finally:
        child.send_signal(signal.SIGKILL)
        child.wait()
    assert not (bundles / "weather").exists()
    arrived = partial.stat().st_size
    hub_server.asked.clear()
    pulled = pull()
    assert [(ask.path, ask.start) for ask in hub_server.downloads()] == [("/content/base.gguf", arrived)]
    assert pulled.n_bytes == 3_000_000 - arrived
    assert read(bundles / "weather") == files


def test_an_unfinished_pull_of_another_commit_leaves_nothing_of_it(hub_server, bundles):
    hub_server.add_repo("some/weather", {**bundle_files(version="1", with_sums=False), "old.txt": b"old", "a": b"file"})
    hub_server.cuts["base.gguf"] = [100, *[0] * 10]
    with pytest.raises(HubError):
        pull()
    files = bundle_files(version="2", n_bytes=60_000, with_sums=False) | {"a/b.txt": b"now a folder"}
    hub_server.repos["some/weather"].add(files)
    hub_server.cuts.clear()
    pull()
    assert read(bundles / "weather") == files


def test_a_partial_file_that_is_wrong_is_thrown_away(hub_server, bundles):
    files = bundle_files()
    hub_server.add_repo("some/weather", files)
    partials = bundles / ".weather.unfinished" / ".partial"
    write(partials, {sha256(files["base.gguf"]): b"not how it begins"})
    with pytest.raises(HubError, match="doesn't have the hash"):
        pull()
    assert list(partials.glob(sha256(files["base.gguf"]))) == []
    pull()
    assert read(bundles / "weather") == files


def test_a_partial_file_that_is_too_long_is_begun_anew(hub_server, bundles):
    files = bundle_files()
    hub_server.add_repo("some/weather", files)
    write(bundles / ".weather.unfinished" / ".partial", {sha256(files["base.gguf"]): bytes(60_000)})
    pull()
    assert read(bundles / "weather") == files


def test_a_finished_file_that_was_changed_meanwhile_is_fetched_again(hub_server, bundles):
    hub_server.add_repo("some/weather", bundle_files())
    write(bundles / ".weather.unfinished", {**bundle_files(), "base.gguf": pseudo_random(50_000, 9)})
    assert pull().n_bytes == 50_000
    assert read(bundles / "weather") == bundle_files()


@pytest.mark.parametrize("change", [lambda c: c[:100] + b"!" + c[101:], lambda c: c + b"more", lambda c: b""])
def test_other_content_than_the_hub_lists_never_becomes_a_bundle(hub_server, bundles, change):
    files = bundle_files()
    hub_server.add_repo("some/weather", files)
    hub_server.sends["base.gguf"] = change(files["base.gguf"])
    with pytest.raises(HubError):
        pull()
    assert not (bundles / "weather").exists()


def test_a_file_that_is_not_the_manifests_is_refused_before_it_is_downloaded(hub_server, bundles):
    files = bundle_files() | {"base.gguf": pseudo_random(50_000, 7)}
    hub_server.add_repo("some/weather", files)
    with pytest.raises(BundleError) as caught:
        pull()
    assert f"base: base.gguf has sha256 {sha256(files['base.gguf'])} there" in str(caught.value)
    assert hub_server.downloads("base.gguf") == []


def test_a_changed_model_card_contradicts_the_checksums(hub_server, bundles):
    hub_server.add_repo("some/weather", bundle_files() | {"README.md": b"edited on the web"})
    with pytest.raises(BundleError, match=r"README\.md has sha256 .*, SHA256SUMS says"):
        pull()
    assert not (bundles / "weather").exists()


def test_a_repository_without_a_manifest_is_no_bundle(hub_server):
    hub_server.add_repo("some/weather", {"model.gguf": b"GGUF"})
    with pytest.raises(BundleError, match=r"holds no bundle\.toml, so it is no bundle") as caught:
        pull()
    assert "umi convert bundle" in (caught.value.hint or "")


@pytest.mark.parametrize(
    ("ref", "problem"),
    [
        (FileRef(file="/etc/passwd"), "base.file is '/etc/passwd', which isn't a plain path inside its folder"),
        (FileRef(file="../other/base.gguf"), "which isn't a plain path inside its folder"),
        (FileRef(file="~/base.gguf"), "which isn't a plain path inside its folder"),
        (FileRef(file="C:\\base.gguf"), "which holds letters that a file's name can't have everywhere"),
        (FileRef(file=".hidden/base.gguf"), "which is hidden"),
        (FileRef(file="missing.gguf"), "missing.gguf is missing in the repository"),
        (FileRef(file="base.gguf", size=5), "base.gguf has 50,000 bytes there, the bundle says 5"),
    ],
)
def test_a_manifest_that_names_files_elsewhere_is_refused(hub_server, bundles, ref, problem):
    hub_server.add_repo("some/weather", bundle_files(base=ref))
    with pytest.raises(BundleError) as caught:
        pull()
    assert problem in str(caught.value)
    assert not (bundles / "weather").exists()


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        ("../escaped.txt", "'../escaped.txt' isn't a plain path"),
        ("/tmp/escaped.txt", "isn't a plain path"),
        ("a\\b", "holds letters"),
        ("a\x1b[31mred", "holds letters"),
        ("x" * 250, "longer than file systems allow"),
        ("con.txt", "Windows can't store"),
        ("BASE.gguf", "differs from another file in case only"),
    ],
)
def test_names_that_are_not_safe_to_write_are_refused(hub_server, bundles, own_folders, name, problem):
    hub_server.add_repo("some/weather", bundle_files(with_sums=False) | {name: b"x"})
    with pytest.raises(BundleError) as caught:
        pull()
    assert problem in str(caught.value)
    assert "\x1b" not in str(caught.value)
    assert not list(own_folders.rglob("escaped.txt"))
    assert not Path("/tmp/escaped.txt").exists()


@pytest.mark.parametrize(
    "listing",
    [
        lambda entries: [{**entries[0], "size": -1}],
        lambda entries: [{**entries[0], "size": "big"}],
        lambda entries: [{**entries[0], "oid": "../../x"}],
        lambda entries: [{"type": "file"}],
        lambda entries: [7],
        lambda entries: [{**entry, "lfs": {"oid": "x", "size": 1, "pointerSize": 1}} for entry in entries],
    ],
)
def test_a_listing_that_makes_no_sense_is_a_hub_error(hub_server, listing):
    hub_server.add_repo("some/weather", bundle_files())
    hub_server.edit_listing = listing
    with pytest.raises(HubError) as caught:
        pull()
    assert "doesn't answer as a model hub does" in (caught.value.hint or "")


@pytest.mark.parametrize(
    ("repo", "token", "reason", "hint"),
    [
        ("hub:some/other", None, "there is no such repository or file, or it is private", "hf auth login"),
        ("hub:some/private", None, "there is no such repository or file, or it is private", "hf auth login"),
        ("hub:some/private", "wrong", "the hub doesn't accept this token", "HF_TOKEN"),
        ("hub:some/gated", "right", "only for people who accepted its terms", "Accept them at http"),
        ("hub:some/private@v9", "right", "there is no revision 'v9' of it", "lists its branches"),
    ],
)
def test_what_the_hub_refuses_is_said_with_the_remedy(hub_server, monkeypatch, repo, token, reason, hint):
    hub_server.token = "right"
    hub_server.add_repo("some/private", bundle_files(), private=True)
    hub_server.add_repo("some/gated", bundle_files(), gated=True)
    if token:
        monkeypatch.setenv("HF_TOKEN", token)
    with pytest.raises(HubError) as caught:
        pull(repo)
    assert str(caught.value).startswith(f"{repo}: ")
    assert reason in str(caught.value)
    assert hint in (caught.value.hint or "")


def test_whoever_is_logged_in_gets_private_bundles(hub_server, monkeypatch, bundles):
    hub_server.token = "right"
    monkeypatch.setenv("HF_TOKEN", "right")
    hub_server.add_repo("some/weather", bundle_files(), private=True)
    pull()
    assert read(bundles / "weather") == bundle_files()
    assert {ask.token for ask in hub_server.asked} == {"right"}


@pytest.mark.parametrize(("status", "reason"), [(403, "may not do that"), (418, "answered with status 418")])
def test_other_refusals_of_a_file_are_said(hub_server, status, reason):
    hub_server.add_repo("some/weather", bundle_files())
    hub_server.refuses["/content/base.gguf"] = [status]
    with pytest.raises(HubError, match=reason):
        pull()


def test_a_hub_that_is_busy_is_asked_again(hub_server, bundles):
    hub_server.add_repo("some/weather", bundle_files())
    hub_server.refuses["/content/base.gguf"] = [503, 429]
    pull()
    assert read(bundles / "weather") == bundle_files()


def test_a_hub_that_refuses_to_go_on_is_asked_for_the_whole_file(hub_server, bundles):
    hub_server.add_repo("some/weather", bundle_files())
    hub_server.cuts["base.gguf"] = [10_000]
    refuse = iter([lambda: hub_server.refuses.update({"/content/base.gguf": [416]})])
    pull_bundle(REPO, how=Pull(wait=lambda seconds: next(refuse, lambda: None)()))
    assert [ask.start for ask in hub_server.downloads("base.gguf")] == [0, 10_000, 0]
    assert read(bundles / "weather") == bundle_files()


def test_nobody_at_the_other_end_is_said(monkeypatch, hub_server):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        monkeypatch.setenv("HF_ENDPOINT", f"http://127.0.0.1:{taken.getsockname()[1]}")
        with pytest.raises(HubError, match=r"http://127\.0\.0\.1:\d+ could not be reached"):
            pull()


OFFLINE = """
import sys
import umi_local.bundles.pulling as pulling
from umi_local.bundles.hub_names import parse_repo
from umi_local.errors import OfflineError
try:
    pulling.pull_bundle(parse_repo("hub:some/weather"))
except OfflineError as error:
    print(error)
print("huggingface_hub" in sys.modules)
"""


def test_offline_nothing_is_asked_and_nothing_is_imported(hub_server):
    hub_server.add_repo("some/weather", bundle_files())
    env = {**os.environ, "UMI_OFFLINE": "1", "PYTHONPATH": str(ROOT)}
    done = subprocess.run([sys.executable, "-c", OFFLINE], env=env, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == [
        "listing hub:some/weather needs the network, and umi-local runs offline",
        "False",
    ]
    assert hub_server.asked == []


def test_the_hubs_own_offline_switch_is_said(hub_server, monkeypatch):
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    with pytest.raises(HubError, match="HF_HUB_OFFLINE forbids the network"):
        pull()
    assert hub_server.asked == []


def test_a_name_that_is_taken_is_kept_unless_forced(hub_server, bundles):
    hub_server.add_repo("some/weather", bundle_files())
    write(bundles / "weather", {"bundle.toml": b"mine"})
    with pytest.raises(BundleError, match="there is already a bundle 'weather'") as caught:
        pull()
    assert "--force" in (caught.value.hint or "")
    assert read(bundles / "weather") == {"bundle.toml": b"mine"}
    assert hub_server.asked == []
    pull(name="other")
    pull(force=True)
    assert read(bundles / "weather") == read(bundles / "other") == bundle_files()
    assert sorted(path.name for path in bundles.iterdir()) == ["other", "weather"]


def test_a_forced_pull_that_fails_leaves_the_old_bundle(hub_server, bundles):
    hub_server.add_repo("some/weather", bundle_files())
    write(bundles / "weather", {"bundle.toml": b"mine"})
    hub_server.cuts["base.gguf"] = [10, *[0] * 10]
    with pytest.raises(HubError):
        pull(force=True)
    assert read(bundles / "weather") == {"bundle.toml": b"mine"}


@pytest.mark.parametrize("name", ["embedded", "../up", ".hidden", "a b", "", "nul"])
def test_some_names_are_not_for_bundles(hub_server, name):
    hub_server.add_repo("some/embedded", bundle_files())
    with pytest.raises(BundleError):
        pull("hub:some/embedded", name=name)
    assert hub_server.asked == []


def test_a_disk_that_is_too_small_is_said_before_anything_big_is_fetched(hub_server, monkeypatch):
    hub_server.add_repo("some/weather", bundle_files())
    monkeypatch.setattr("shutil.disk_usage", lambda path: SimpleNamespace(free=1000))
    with pytest.raises(StorageError, match="bytes are still to come, 1,000 are free"):
        pull()
    assert hub_server.downloads("base.gguf") == []


def test_a_disk_that_fills_up_keeps_what_came_and_says_so(hub_server, bundles, monkeypatch):
    hub_server.add_repo("some/weather", bundle_files())
    real = os.fsync

    def full(descriptor: int) -> None:
        if os.fstat(descriptor).st_size == 50_000:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        real(descriptor)

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(StorageError, match="No space left") as caught:
        pull()
    assert "Free some disk space" in (caught.value.hint or "")
    assert not (bundles / "weather").exists()


def test_what_a_strangers_bundle_would_do_is_remarked(hub_server):
    caller = RoleSpec(endpoint=Endpoint(url="https://models.example/v1", model="m", api_key_env="MY_KEY"))
    hub_server.add_repo("some/weather", bundle_files(roles=RolesSpec(caller=caller)))
    assert pull().remarks == (
        "the caller sends conversations to https://models.example/v1, and sends it the key in $MY_KEY",
    )
