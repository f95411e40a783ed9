"""Paths stay below the roots: names, links, special files, several roots, and any text at all."""

from __future__ import annotations

import os
import socket
import tempfile
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from umi_local.tools.builtin.folders import HAS_DESCRIPTORS, ChangedError
from umi_local.tools.builtin.roots import ROOTS_VARIABLE, PathRefusedError, Roots

SECRET = b"the secret outside"

needs_descriptors = pytest.mark.skipif(not HAS_DESCRIPTORS, reason="folders can't be held open here")


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A root with files and links, and a secret beside it."""
    base = tmp_path_factory.mktemp("tree").resolve()
    (base / "outside" / "deep").mkdir(parents=True)
    (base / "outside" / "secret.txt").write_bytes(SECRET)
    root = base / "project"
    (root / "docs" / "old").mkdir(parents=True)
    (root / "a.txt").write_bytes(b"inside a")
    (root / "docs" / "b.txt").write_bytes(b"inside b")
    (root / "docs" / "old" / "c.txt").write_bytes(b"inside c")
    (root / "out").symlink_to(base / "outside")
    (root / "secret").symlink_to("../outside/secret.txt")
    (root / "up").symlink_to("..")
    (root / "alias").symlink_to("docs/old")
    (root / "absolute").symlink_to(root / "docs")
    (root / "docs" / "back").symlink_to("../a.txt")
    (root / "loop").symlink_to("loop")
    (root / "dangling").symlink_to("nowhere.txt")
    return root


@pytest.fixture(params=[pytest.param(True, marks=needs_descriptors), False], ids=["held", "not held"])
def roots(tree: Path, request: pytest.FixtureRequest) -> Roots:
    return Roots(Roots.from_paths([tree]).roots, held=request.param)


def read(roots: Roots, path: str) -> bytes:
    with roots.open_file(path) as file:
        return file.handle.read()


@pytest.mark.parametrize(
    ("path", "content"),
    [
        ("a.txt", b"inside a"),
        ("./a.txt", b"inside a"),
        ("docs//b.txt", b"inside b"),
        ("docs/../a.txt", b"inside a"),
        ("project/docs/b.txt", b"inside b"),
        ("alias/c.txt", b"inside c"),
        ("alias/../b.txt", b"inside b"),
        ("absolute/old/c.txt", b"inside c"),
        ("docs/back", b"inside a"),
    ],
)
def test_paths_below_the_root_are_opened(roots: Roots, path: str, content: bytes) -> None:
    assert read(roots, path) == content


def test_an_absolute_path_below_the_root_is_opened(roots: Roots, tree: Path) -> None:
    assert read(roots, str(tree / "docs" / "b.txt")) == b"inside b"


@pytest.mark.parametrize(
    "path",
    [
        "../outside/secret.txt",
        "docs/../../outside/secret.txt",
        "out/secret.txt",
        "secret",
        "up/outside/secret.txt",
        "up/project/a.txt",
        "docs/old/../../../outside/secret.txt",
        "project/../../outside/secret.txt",
    ],
)
def test_paths_that_lead_out_are_refused(roots: Roots, path: str) -> None:
    with pytest.raises(PathRefusedError) as refusal:
        read(roots, path)
    assert (refusal.value.path, refusal.value.root) == (path, "project")


def test_an_absolute_path_outside_is_refused(roots: Roots, tree: Path) -> None:
    for path in (tree.parent / "outside" / "secret.txt", f"{tree}-other/a.txt", f"{tree}/../outside/secret.txt"):
        with pytest.raises(PathRefusedError):
            read(roots, str(path))


def test_a_loop_of_links_is_refused(roots: Roots) -> None:
    with pytest.raises(PathRefusedError, match="40 links"):
        read(roots, "loop")


def test_a_link_to_nothing_is_a_missing_file(roots: Roots) -> None:
    with pytest.raises(FileNotFoundError, match="nowhere"):
        read(roots, "dangling")


def test_a_folder_on_the_way_that_is_a_file_is_named(roots: Roots) -> None:
    with pytest.raises(NotADirectoryError, match=r"'a\.txt' is a file"):
        read(roots, "a.txt/more")


def test_a_folder_is_not_a_file_and_a_file_not_a_folder(roots: Roots) -> None:
    with pytest.raises(IsADirectoryError, match="'docs' is a folder"):
        read(roots, "docs")
    with pytest.raises(NotADirectoryError, match=r"'a\.txt' is a file"), roots.open_folder("a.txt"):
        pass


def test_a_folder_can_be_listed_twice_from_one_descriptor(roots: Roots) -> None:
    with roots.open_folder("docs") as folder:
        first, second = folder.entries(), folder.entries()
    assert [entry.name for entry in first] == ["b.txt", "back", "old"]
    assert first == second


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs FIFOs")
def test_a_fifo_is_refused_without_waiting_for_a_writer(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(PathRefusedError, match="FIFO"):
        read(Roots.from_paths([tmp_path]), "pipe")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs FIFOs")
def test_a_fifo_that_took_a_files_place_is_refused_when_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with Roots.from_paths([tmp_path]).open_folder(".") as folder, pytest.raises(PathRefusedError):
        folder.open("pipe")


@pytest.mark.skipif(not hasattr(socket, "AF_UNIX"), reason="needs Unix sockets")
def test_a_socket_is_refused() -> None:
    with tempfile.TemporaryDirectory() as folder, socket.socket(socket.AF_UNIX) as server:
        server.bind(os.path.join(folder, "s"))  # its path may have some hundred characters only
        with pytest.raises(PathRefusedError, match="socket"):
            read(Roots.from_paths([folder]), "s")


@pytest.mark.skipif(not os.path.exists("/dev/null"), reason="needs /dev")
def test_a_device_is_refused() -> None:
    with pytest.raises(PathRefusedError, match="device"):
        read(Roots.from_paths(["/dev"]), "null")


@needs_descriptors
def test_a_held_folder_opens_nothing_through_a_link(tree: Path) -> None:
    with Roots.from_paths([tree]).open_folder(".") as folder:
        with pytest.raises(ChangedError):
            folder.open("secret")
        with pytest.raises(ChangedError):
            folder.enter("out")


def test_without_descriptors_a_link_that_leads_out_is_refused_when_opened(tree: Path) -> None:
    with Roots(Roots.from_paths([tree]).roots, held=False).open_folder(".") as folder:
        with pytest.raises(PathRefusedError):
            folder.open("secret")
        with pytest.raises(PathRefusedError):
            folder.enter("out")


@pytest.mark.parametrize("name", ["", ".", "..", "a/b", "../a.txt", "a\0b"])
def test_a_held_folder_takes_plain_names_only(roots: Roots, name: str) -> None:
    with roots.open_folder(".") as folder, pytest.raises(ValueError, match="plain name"):
        folder.at(name)


def test_the_nearest_name_is_suggested(roots: Roots) -> None:
    with pytest.raises(FileNotFoundError, match=r"no file 'bb\.txt' in 'docs'; nearest: 'docs/b\.txt'"):
        read(roots, "docs/bb.txt")


def test_the_same_name_in_another_folder_is_suggested(roots: Roots) -> None:
    with pytest.raises(FileNotFoundError, match=r"there is 'docs/old/c\.txt'"):
        read(roots, "c.txt")


def test_without_a_near_name_the_folder_is_described(roots: Roots) -> None:
    with pytest.raises(FileNotFoundError, match=r"it holds: 'c\.txt'"):
        read(roots, "docs/old/zzzzzz")


def test_a_name_that_is_too_long_is_one_plain_sentence(roots: Roots) -> None:
    with pytest.raises(OSError, match="name too long") as error:
        read(roots, "x" * 5000)
    assert "Errno" not in str(error.value)


def test_several_roots_have_unique_names_and_the_first_component_picks_one(tmp_path: Path) -> None:
    for where in ("one", "two"):
        (tmp_path / where / "data").mkdir(parents=True)
        (tmp_path / where / "data" / "f.txt").write_bytes(where.encode())
    roots = Roots.from_paths([tmp_path / "one" / "data", tmp_path / "two" / "data"])
    assert [root.name for root in roots.roots] == ["data", "data-2"]
    assert read(roots, "data/f.txt") == b"one"
    assert read(roots, "data-2/f.txt") == b"two"
    with roots.open_file("data-2/f.txt") as file:
        assert file.shown == "data-2/f.txt"
    with pytest.raises(PathRefusedError):
        read(roots, "data/../data-2/f.txt")
    with pytest.raises(FileNotFoundError, match=r"no root 'f\.txt'; begin the path with one of data, data-2"):
        read(roots, "f.txt")
    with pytest.raises(IsADirectoryError):
        read(roots, ".")


def test_the_same_folder_given_twice_is_one_root(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path)
    assert len(Roots.from_paths([tmp_path, tmp_path / "link"]).roots) == 1


def test_a_root_must_be_an_existing_folder(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(NotADirectoryError):
        Roots.from_paths([tmp_path / "file"])
    with pytest.raises(FileNotFoundError):
        Roots.from_paths([tmp_path / "missing"])
    with pytest.raises(ValueError, match="no root"):
        Roots.from_paths([])


def test_the_roots_come_from_the_environment_at_each_call(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "one").mkdir()
    (tmp_path / "two").mkdir()
    monkeypatch.setenv(ROOTS_VARIABLE, os.pathsep.join([str(tmp_path / "one"), str(tmp_path / "two")]))
    assert [root.name for root in Roots.current().roots] == ["one", "two"]
    monkeypatch.delenv(ROOTS_VARIABLE)
    monkeypatch.chdir(tmp_path / "two")
    assert [root.path for root in Roots.current().roots] == [str((tmp_path / "two").resolve())]


def test_no_descriptor_is_left_open(roots: Roots) -> None:
    def n_open() -> int:
        return len(os.listdir("/proc/self/fd" if os.path.isdir("/proc/self/fd") else "/dev/fd"))

    before = n_open()
    for path in ("alias/c.txt", "up/x", "out/secret.txt", "missing/x", "docs", "a.txt/x", "loop", "absolute/old/c.txt"):
        try:
            read(roots, path)
        except (OSError, ValueError):
            continue
    assert n_open() == before


COMPONENTS = st.sampled_from(
    [
        *("..", ".", "", "a.txt", "docs", "old", "out", "secret", "up", "alias", "absolute", "back", "project"),
        *("outside", "secret.txt", "loop", "dangling", "~", "C:", "\\..", "%2e%2e", "\ud800", "\0"),
    ]
)
PATHS = st.one_of(
    st.lists(COMPONENTS, max_size=8).map("/".join),
    st.lists(COMPONENTS, max_size=6).map(lambda parts: "/" + "/".join(parts)),
    st.text(max_size=40),
)


@settings(deadline=None, max_examples=300)
@given(path=PATHS, held=st.booleans())
@example(path="up/outside/secret.txt", held=True)
@example(path="alias/../../out/secret.txt", held=False)
def test_no_path_whatsoever_leads_to_the_secret(tree: Path, path: str, held: bool) -> None:
    roots = Roots(Roots.from_paths([tree]).roots, held=held and HAS_DESCRIPTORS)
    for asked in (path, f"{tree}/{path}"):
        try:
            content = read(roots, asked)
        except (ValueError, OSError):
            continue
        assert content.startswith(b"inside")


@settings(deadline=None, max_examples=150)
@given(parts=st.lists(st.sampled_from(["..", ".", "", "a.txt", "docs", "b.txt", "old", "c.txt"]), max_size=7))
def test_paths_without_links_mean_what_they_mean_to_the_system(tree: Path, parts: list[str]) -> None:
    path = "/".join(["docs", *parts])
    real = os.path.normpath(os.path.join(tree, path))
    depths = [part for part in path.split("/") if part not in ("", ".")]
    below = all(depths[:i].count("..") * 2 <= i for i in range(len(depths) + 1))
    try:
        with open(os.path.join(tree, path), "rb") as file:
            expected = file.read() if below and real.startswith(str(tree)) else None
    except OSError:
        expected = None
    try:
        found = read(Roots.from_paths([tree]), path)
    except (ValueError, OSError):
        found = None
    assert found == expected
