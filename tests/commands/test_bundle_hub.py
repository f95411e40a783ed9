"""`umi bundle pull`, `push` and `remove`: what they write, and what they exit with."""

from __future__ import annotations

import json
import os
import signal
from pathlib import Path

import pytest

from tests.bundles.hub_bundles import bundle_files, read, write

pytestmark = pytest.mark.filterwarnings("ignore:Use 'content=:DeprecationWarning")  # huggingface_hub to its own httpx2


@pytest.fixture
def bundles(own_folders: Path) -> Path:
    return own_folders / "data" / "bundles"


def test_pulling_says_what_came_from_where(umi, hub_server, bundles: Path) -> None:
    commit = hub_server.add_repo("some/weather", bundle_files() | {"art.png": b"x"})
    result = umi("bundle", "pull", "hub:some/weather", "--name", "mine")
    assert result.exit_code == 0
    assert result.stdout.splitlines() == [
        "bundle:     mine, weather 3",
        f"folder:     {bundles / 'mine'}",
        f"from:       hub:some/weather@{commit}",
        "downloaded: 54.4 KiB",
        "left out:   art.png: no part of the bundle",
    ]
    assert result.stderr == ""
    assert umi("bundle", "verify", "mine").exit_code == 0
    assert f"hub:some/weather@{commit}" in umi("bundle", "inspect", "mine").stdout
    assert ["mine", "shared", "2048"] in [line.split()[:3] for line in umi("bundle", "list").stdout.splitlines()]


def test_pulling_for_programs_writes_one_object(umi, hub_server, bundles: Path) -> None:
    commit = hub_server.add_repo("some/weather", bundle_files())
    value = json.loads(umi("bundle", "pull", "hub:some/weather", "--output", "json").stdout)
    assert value == {
        "name": "weather",
        "folder": str(bundles / "weather"),
        "repository": "some/weather",
        "commit": commit,
        "downloaded_bytes": sum(map(len, bundle_files().values())),
        "left_out": [],
        "remarks": [],
    }


def test_a_taken_name_needs_force(umi, hub_server, bundles: Path) -> None:
    hub_server.add_repo("some/weather", bundle_files())
    write(bundles / "weather", {"bundle.toml": b"old"})
    result = umi("bundle", "pull", "hub:some/weather")
    assert result.exit_code == 1
    assert "there is already a bundle 'weather'" in result.stderr
    assert umi("bundle", "pull", "hub:some/weather", "--force").exit_code == 0
    assert read(bundles / "weather") == bundle_files()


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (["pull", "hub:weather"], "'hub:weather' is not of the form hub:OWNER/NAME[@REVISION]"),
        (["pull", "embedded", "--force"], "--name and --force belong to hub:OWNER/NAME[@REV]"),
        (["push", "embedded", "some/weather"], "'some/weather' is not of the form"),
        (["push", "embedded", "hub:some/weather@v1", "--revision", "v2"], "name two branches"),
    ],
)
def test_wrong_usage_is_said(umi, hub_server, arguments: list[str], problem: str) -> None:
    result = umi("bundle", *arguments)
    assert result.exit_code == 2
    assert problem in result.stderr
    assert hub_server.asked == []


def test_pulling_the_name_of_a_bundle_completes_it(umi, hub_server, bundles: Path) -> None:
    base = bundle_files()["base.gguf"]
    hub_server.add_repo("base/model", {"b.gguf": base})
    toml = bundle_files(with_sums=False)["bundle.toml"].replace(b'"base.gguf"', b'"hub:base/model@main/b.gguf"')
    write(bundles / "mine", bundle_files(with_sums=False) | {"bundle.toml": toml})
    result = umi("bundle", "verify", "mine")
    assert result.exit_code == 1
    assert "umi bundle pull mine" in result.stderr
    assert "missing" in umi("bundle", "inspect", "mine").stdout
    assert "downloaded: 48.8 KiB" in umi("bundle", "pull", "mine").stdout
    assert "downloaded: nothing, all files were here" in umi("bundle", "pull", "mine").stdout
    assert umi("bundle", "verify", "mine").exit_code == 0


@pytest.mark.parametrize("arguments", [["pull", "hub:some/weather"], ["push", "mine", "hub:some/weather"]])
def test_offline_nothing_leaves_this_machine(umi, hub_server, bundles: Path, arguments: list[str]) -> None:
    hub_server.add_repo("some/weather", bundle_files())
    write(bundles / "mine", bundle_files())
    result = umi("--offline", "bundle", *arguments)
    assert result.exit_code == 1
    assert "needs the network, and umi-local runs offline" in result.stderr
    assert "hint: Unset UMI_OFFLINE or leave out --offline" in result.stderr
    assert hub_server.asked == []


def test_pushing_says_what_is_sent_and_where_it_is(umi, hub_server, bundles: Path) -> None:
    write(bundles / "mine", bundle_files())
    result = umi("bundle", "push", "mine", "hub:some/weather", "--private", "--message", "First")
    assert result.exit_code == 0
    commit = hub_server.repos["some/weather"].branches["main"]
    assert result.stdout.splitlines() == [
        "39 B      README.md",
        "4.9 KiB   adapters/caller.gguf",
        "48.8 KiB  base.gguf",
        "392 B     bundle.toml",
        "317 B     SHA256SUMS",
        "54.4 KiB  in all, to hub:some/weather",
        "pushed: 5 files, 54.4 KiB",
        f"to:     hub:some/weather@{commit}",
    ]
    assert result.stderr == ""
    assert hub_server.repos["some/weather"].private
    value = json.loads(umi("bundle", "push", "mine", "hub:some/weather", "--revision", "v2", "--output", "json").stdout)
    assert (value["repository"], value["bytes"], value["removed"]) == ("some/weather", 55748, [])
    assert value["commit"] == hub_server.repos["some/weather"].branches["v2"]


def test_a_bundle_of_package_files_cannot_be_pushed(umi, hub_server) -> None:
    result = umi("bundle", "push", "embedded", "hub:some/weather")
    assert result.exit_code == 1
    assert "which is part of a Python package and not of the bundle" in result.stderr
    assert "hint: Copy the files into the bundle's folder" in result.stderr
    assert hub_server.asked == []


def test_removing_needs_a_yes(umi, bundles: Path) -> None:
    write(bundles / "mine", bundle_files())
    result = umi("bundle", "remove", "mine")
    assert result.exit_code == 2
    assert "nobody can be asked whether to remove 'mine'" in result.stderr
    assert read(bundles / "mine") == bundle_files()
    result = umi("bundle", "remove", "mine", "--yes")
    assert (result.exit_code, result.stdout) == (0, "removed 'mine', 54.4 KiB\n")
    assert list(bundles.iterdir()) == []


@pytest.mark.parametrize(
    ("name", "problem"), [("embedded", "is built in"), ("../sessions", "is a path"), ("x", "no bundle 'x'")]
)
def test_nothing_else_is_removed(umi, bundles: Path, name: str, problem: str) -> None:
    result = umi("bundle", "remove", name, "--yes")
    assert result.exit_code == 1
    assert problem in result.stderr


on_unix = pytest.mark.skipif(os.name == "nt", reason="pseudo-terminals and such signals are a Unix thing")


@on_unix
@pytest.mark.parametrize(("typed", "is_left"), [("y\n", False), ("n\n", True), ("\n", True)])
def test_a_person_is_asked_before_a_bundle_is_removed(bundles: Path, typed: str, is_left: bool) -> None:
    from tests.commands.terminals import Terminal

    write(bundles / "mine", bundle_files())
    with Terminal("product", "bundle", "remove", "mine") as terminal:
        asked = terminal.read_until(r"\[y/N\]: ")
        terminal.type(typed)
        assert terminal.end() == 0
    assert f"Remove 'mine', 54.4 KiB in {bundles / 'mine'}?" in asked
    assert (bundles / "mine").exists() == is_left


@on_unix
def test_a_person_sees_how_far_a_download_is(hub_server, bundles: Path) -> None:
    from tests.commands.terminals import Terminal

    hub_server.add_repo("some/weather", bundle_files(n_bytes=1_000_000))
    hub_server.stalls["base.gguf"] = 500_000
    with Terminal("product", "bundle", "pull", "hub:some/weather") as terminal:
        terminal.read_until(r"base\.gguf.*0\.5/1\.0 MB")
        hub_server.released.set()  # the connection ends there; the rest is asked for
        assert terminal.end() == 0
    assert [ask.start for ask in hub_server.downloads("base.gguf")] == [0, 500_000]
    assert read(bundles / "weather") == bundle_files(n_bytes=1_000_000)


@on_unix
def test_an_interrupted_pull_says_that_it_can_go_on(hub_server, start_process, bundles: Path) -> None:
    hub_server.add_repo("some/weather", bundle_files())
    hub_server.stalls["base.gguf"] = 10_000
    process = start_process("-m", "umi_local", "bundle", "pull", "hub:some/weather")
    assert hub_server.stalled.wait(60)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert (process.returncode, out) == (130, b"")
    assert err == b"error: interrupted\nhint: Run the same command again: what was downloaded is kept.\n"
    assert not (bundles / "weather").exists()
