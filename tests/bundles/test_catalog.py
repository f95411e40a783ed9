from pathlib import Path

import pytest

from umi_local.bundles.catalog import find_bundle, list_bundles
from umi_local.bundles.consistency import inconsistencies
from umi_local.bundles.manifest import Layout
from umi_local.errors import BundleError, ModelFileError

PROMPTED = """
name = "{name}"
version = "1"
license = "MIT"
layout = "prompted"
profile = "prompted"
markers = "template"
n_ctx = 2048
base = {{ file = "m.gguf" }}
"""


@pytest.fixture(autouse=True)
def data_folder(tmp_path, monkeypatch):
    monkeypatch.setenv("UMI_DATA_DIR", str(tmp_path / "data"))
    return tmp_path / "data"


def add(folder: Path, name: str = "b") -> Path:
    folder.mkdir(parents=True)
    (folder / "bundle.toml").write_text(PROMPTED.format(name=name), encoding="utf-8")
    return folder


def test_a_folder_and_its_toml_are_the_same_bundle(tmp_path):
    folder = add(tmp_path / "somewhere")
    assert find_bundle(folder) == find_bundle(folder / "bundle.toml")
    assert find_bundle(str(folder)).folder == folder


def test_a_toml_of_any_name_is_a_bundle(tmp_path):
    (tmp_path / "mine.toml").write_text(PROMPTED.format(name="mine"), encoding="utf-8")
    assert find_bundle(tmp_path / "mine.toml").bundle.name == "mine"


def test_a_name_is_looked_up_in_the_users_folder(data_folder):
    folder = add(data_folder / "bundles" / "weather")
    assert find_bundle("weather").folder == folder


def test_any_gguf_becomes_a_prompted_bundle(tmp_path):
    path = tmp_path / "My Model (v2).Q4.gguf"
    path.write_bytes(b"GGUF" + bytes(20))
    loaded = find_bundle(path)
    assert loaded.bundle.name == "My-Model-v2-.Q4"
    assert loaded.bundle.layout is Layout.PROMPTED
    assert loaded.bundle.base is not None
    assert loaded.path_of(loaded.bundle.base) == path
    assert inconsistencies(loaded.bundle) == ()


def test_a_relative_gguf_path_stays_right_from_another_folder(tmp_path, monkeypatch):
    (tmp_path / "m.gguf").write_bytes(b"GGUF")
    monkeypatch.chdir(tmp_path)
    loaded = find_bundle("m.gguf")
    assert loaded.bundle.base is not None
    assert loaded.path_of(loaded.bundle.base) == tmp_path / "m.gguf"


def test_a_file_that_only_claims_to_be_a_gguf_is_refused(tmp_path):
    (tmp_path / "m.gguf").write_bytes(b"<html>")
    with pytest.raises(ModelFileError, match="starts with b'<htm'"):
        find_bundle(tmp_path / "m.gguf")


def test_a_missing_gguf_is_refused(tmp_path):
    with pytest.raises(ModelFileError, match="No such file"):
        find_bundle(tmp_path / "m.gguf")


def test_an_unknown_name_gets_the_nearest_ones(data_folder):
    add(data_folder / "bundles" / "weather")
    with pytest.raises(BundleError, match="no bundle 'wether'; nearest: weather") as caught:
        find_bundle("wether")
    assert "umi bundle list" in caught.value.hint


def test_a_name_like_no_other_gets_all_of_them():
    with pytest.raises(BundleError, match="no bundle 'zzz'; known: embedded"):
        find_bundle("zzz")


def test_a_folder_without_a_manifest_is_named(tmp_path):
    with pytest.raises(BundleError, match=r"has no bundle\.toml"):
        find_bundle(tmp_path)


def test_broken_bundles_are_listed_with_their_problem(data_folder):
    add(data_folder / "bundles" / "a")
    broken = add(data_folder / "bundles" / "broken")
    (broken / "bundle.toml").write_text("name = ", encoding="utf-8")
    entries = list_bundles()
    assert [entry.name for entry in entries] == ["a", "broken", "embedded"]
    assert [entry.loaded is None for entry in entries] == [False, True, False]
    assert entries[1].problem is not None
    assert "not TOML" in entries[1].problem


def test_the_built_in_bundle_is_not_replaced_by_one_of_its_name(data_folder):
    add(data_folder / "bundles" / "embedded", name="impostor")
    assert find_bundle("embedded").bundle.name == "embedded"
