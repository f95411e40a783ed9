from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

TOML = """
format = 1
name = "mine"
version = "3"
license = "MIT"
layout = "prompted"
profile = "prompted"
markers = "template"
n_ctx = 2048
[base]
file = "model.gguf"
size = {size}
sha256 = "{sha256}"
"""


@pytest.fixture
def bundle(own_folders: Path) -> Path:
    folder = own_folders / "data" / "bundles" / "mine"
    folder.mkdir(parents=True)
    content = b"GGUF and so on"
    (folder / "model.gguf").write_bytes(content)
    sha256 = hashlib.sha256(content).hexdigest()
    (folder / "bundle.toml").write_text(TOML.format(size=len(content), sha256=sha256), encoding="utf-8")
    return folder


def test_the_list_holds_the_built_in_bundle_and_the_users_own(umi, bundle: Path) -> None:
    shown = [line.split()[:3] for line in umi("bundle", "list").stdout.splitlines()]
    assert ["mine", "prompted", "2048"] in shown
    assert shown[0][0] == "embedded"


def test_a_broken_bundle_is_listed_with_what_is_wrong(umi, bundle: Path) -> None:
    (bundle / "bundle.toml").write_text("format = 1\n", encoding="utf-8")
    entries = json.loads(umi("bundle", "list", "--output", "json").stdout)
    mine = next(entry for entry in entries if entry["name"] == "mine")
    assert mine["bundle"] is None
    assert "name is missing" in mine["problem"]


def test_inspecting_names_the_files_and_whether_they_are_there(umi, bundle: Path) -> None:
    shown = umi("bundle", "inspect", "mine").stdout
    assert "license:     MIT" in shown
    assert str(bundle / "model.gguf") in shown
    value = json.loads(umi("bundle", "inspect", "mine", "--output", "json").stdout)
    assert (value["n_ctx"], value["paths"]) == (2048, {"base": str(bundle / "model.gguf")})
    (bundle / "model.gguf").unlink()
    assert "missing" in umi("bundle", "inspect", "mine").stdout


def test_a_bundle_whose_files_are_as_stated_is_verified(umi, bundle: Path) -> None:
    result = umi("bundle", "verify", "mine")
    assert result.exit_code == 0
    file, manifest = result.stdout.splitlines()
    assert file.split()[-2:] == ["ok", "model.gguf"]
    assert "ok, but no SHA256SUMS to compare  bundle.toml" in manifest


def test_a_file_that_was_changed_fails_the_check(umi, bundle: Path) -> None:
    (bundle / "model.gguf").write_bytes(b"GGUF and so no")
    result = umi("bundle", "verify", "mine", "--output", "json")
    assert result.exit_code == 1
    value = json.loads(result.stdout)
    assert not value["ok"]
    assert "sha256" in value["checks"][0]["problems"][0]
    assert "error: base: " in umi("bundle", "verify", "mine").stderr


def test_a_bundle_that_is_not_there_is_an_error_with_the_nearest(umi, bundle: Path) -> None:
    result = umi("bundle", "inspect", "mime")
    assert result.exit_code == 1
    assert "nearest: mine" in result.stderr
