import os
import shutil
import subprocess

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.bundles.hub_bundles import bundle_files, sha256, write
from umi_local.bundles.checksums import files_of, parse_sums, read_sums, write_sums
from umi_local.bundles.manifest import load_bundle
from umi_local.bundles.verify import verify
from umi_local.errors import BundleError, StorageError

FILES = bundle_files(n_bytes=2_000)


@pytest.fixture
def folder(tmp_path):
    return write(tmp_path / "b", FILES)


def problems_of(folder):
    return verify(load_bundle(folder)).problems


def test_the_file_is_one_that_sha256sum_checks(folder):
    (folder / "SHA256SUMS").unlink()
    write_sums(folder)
    assert (folder / "SHA256SUMS").read_bytes() == FILES["SHA256SUMS"]
    if tool := shutil.which("sha256sum"):
        done = subprocess.run([tool, "-c", "SHA256SUMS"], cwd=folder, capture_output=True, text=True, check=True)
        assert done.stdout.count(": OK") == 4


def test_a_whole_bundle_is_verified_and_nothing_is_left_unchecked_but_the_base_of_the_adapter(folder):
    report = verify(load_bundle(folder))
    assert report.ok
    assert {check.file: check.unchecked for check in report.checks} == {
        "base.gguf": (),
        "adapters/caller.gguf": ("base_fingerprint",),
        "bundle.toml": (),
        "README.md": (),
    }
    assert {check.sha256 for check in report.checks} == {sha256(FILES[name]) for name in FILES if name != "SHA256SUMS"}


@given(st.data())
@settings(max_examples=150)
def test_any_flipped_byte_of_any_file_is_found(tmp_path_factory, data):
    folder = write(tmp_path_factory.mktemp("flip"), FILES)
    name = data.draw(st.sampled_from(sorted(FILES)))
    offset = data.draw(st.integers(0, len(FILES[name]) - 1))
    content = bytearray(FILES[name])
    content[offset] ^= data.draw(st.integers(1, 255))
    (folder / name).write_bytes(content)
    try:
        problems = problems_of(folder)
    except BundleError:  # the manifest isn't one any more
        assert name == "bundle.toml"
        return
    assert problems
    assert name == "SHA256SUMS" or any(name in problem for problem in problems)


@pytest.mark.parametrize("name", sorted(FILES.keys() - {"SHA256SUMS", "bundle.toml"}))
def test_a_missing_file_is_found(folder, name):
    (folder / name).unlink()
    [problem] = problems_of(folder)
    assert name in problem


def test_a_file_too_many_is_found_in_folders_too(folder):
    write(folder, {"notes.txt": b"x", "adapters/old.gguf": b"x"})
    assert problems_of(folder) == (
        "folder: adapters/old.gguf isn't listed in SHA256SUMS",
        "folder: notes.txt isn't listed in SHA256SUMS",
    )


def test_hidden_files_are_no_part_of_a_bundle(folder):
    write(folder, {".pulled.json": b"{}", ".cache/x": b"x", "adapters/.DS_Store": b"x"})
    assert problems_of(folder) == ()
    assert files_of(folder) == ("README.md", "adapters/caller.gguf", "base.gguf", "bundle.toml")


def test_an_unlisted_manifest_is_found(folder):
    lines = (folder / "SHA256SUMS").read_text().splitlines(keepends=True)
    (folder / "SHA256SUMS").write_text("".join(line for line in lines if "bundle.toml" not in line))
    assert problems_of(folder) == ("manifest: bundle.toml isn't listed in SHA256SUMS",)


def test_without_checksums_the_manifest_counts_and_is_said_to_be_unchecked(folder):
    write(folder, {"notes: of mine?.txt": b"any name will do in an ordinary folder"})
    (folder / "SHA256SUMS").unlink()
    report = verify(load_bundle(folder))
    assert report.ok
    assert [(check.where, check.unchecked) for check in report.checks][-1] == ("manifest", ("SHA256SUMS",))
    assert len(report.checks) == 3


def test_a_toml_of_another_name_has_nothing_to_do_with_the_checksums_beside_it(folder):
    (folder / "bundle.toml").rename(folder / "mine.toml")
    (folder / "SHA256SUMS").write_text("checksums of something else")
    report = verify(load_bundle(folder / "mine.toml"))
    assert report.ok
    assert report.checks[-1].unchecked == ("SHA256SUMS",)


def test_checksums_stand_in_for_hashes_that_the_manifest_does_not_state(tmp_path):
    manifest = FILES["bundle.toml"].decode().splitlines(keepends=True)
    short = "".join(line for line in manifest if not line.startswith(("size", "sha256")))
    folder = write(tmp_path, {**FILES, "bundle.toml": short.encode()})
    write_sums(folder)
    assert verify(load_bundle(folder)).checks[0].unchecked == ()
    (folder / "base.gguf").write_bytes(b"another")
    [problem] = problems_of(folder)
    assert problem.startswith("base: ")
    assert "SHA256SUMS says" in problem


def test_each_file_is_read_once(folder):
    seen = []
    verify(load_bundle(folder), lambda where, done, total: seen.append((where, done == total)))
    assert seen == [("base", True), ("roles.caller.adapter", True), ("bundle.toml", True), ("README.md", True)]


def test_a_pipe_is_refused_instead_of_waited_for(folder):
    (folder / "README.md").unlink()
    os.mkfifo(folder / "README.md")
    [problem] = problems_of(folder)
    assert "README.md: not a regular file" in problem


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("abc", "line 1: expected a sha256, two spaces and a file's name, not 'abc'"),
        (f"{'a' * 64}  x\n{'b' * 64} y\n", "line 2: expected a sha256"),
        (f"{'A' * 64}  x\n", "line 1: expected a sha256"),
        (f"{'a' * 64}  ../x\n", "line 1: '../x' isn't a plain path"),
        (f"{'a' * 64}  /etc/passwd\n", "line 1: '/etc/passwd' isn't a plain path"),
        (f"{'a' * 64}  x\n{'a' * 64}  x\n", "line 2: 'x' is listed twice"),
    ],
)
def test_a_broken_list_is_refused_with_its_line(text, problem):
    with pytest.raises(BundleError) as caught:
        parse_sums(text, "SHA256SUMS")
    assert f"SHA256SUMS, {problem}" in str(caught.value)


def test_lists_of_other_systems_are_read():
    assert parse_sums(f"{'a' * 64} *x y\r\n\r\n", "S") == {"x y": "a" * 64}


def test_a_list_that_is_not_text_is_refused(folder):
    (folder / "SHA256SUMS").write_bytes(b"\xff")
    with pytest.raises(BundleError, match="byte 0 isn't UTF-8"):
        read_sums(folder)
    assert "isn't UTF-8" in problems_of(folder)[0]


def test_a_name_that_cannot_be_stored_everywhere_is_refused(folder):
    write(folder, {"a:b": b"x"})
    with pytest.raises(BundleError, match="'a:b' holds letters"):
        write_sums(folder)


def test_a_list_that_cannot_be_written_is_a_storage_error(tmp_path, monkeypatch):
    folder = write(tmp_path, FILES)
    (folder / "SHA256SUMS").unlink()
    (folder / "SHA256SUMS").mkdir()
    with pytest.raises(StorageError, match="SHA256SUMS"):
        write_sums(folder)
