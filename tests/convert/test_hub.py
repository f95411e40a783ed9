"""Checkpoints from a hub on loopback: downloaded once, found again offline, and clear errors for everything else."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from safetensors.numpy import save

from umi_convert.checkpoint import open_checkpoint
from umi_convert.errors import CheckpointError
from umi_convert.hub import local_folder
from umi_convert.hub_files import weight_files
from umi_local.errors import HubError, OfflineError, StorageError

ROOT = Path(__file__).parents[2]
CONFIG = json.dumps({"architectures": ["LlamaForCausalLM"]}).encode()


def weights(*names: str) -> bytes:
    return save({name: np.ones((20, 30), np.float32) for name in names})


CHECKPOINT = {
    "config.json": CONFIG,
    "tokenizer.json": b"{}",
    "tokenizer.model": b"words",
    "chat_template.jinja": b"{{ messages }}",
    "additional_chat_templates/tools.jinja": b"{{ tools }}",
    "model.safetensors": weights("a", "b"),
    "README.md": b"# Model",
    "LICENSE.txt": b"Apache-2.0",
}
NEEDLESS = {
    ".gitattributes": b"*.safetensors filter=lfs",
    "pytorch_model.bin": b"the same again" * 100,
    "model.fp16.safetensors": b"the same again, smaller" * 100,
    "consolidated.safetensors": b"the same again, in the maker's form" * 100,
    "original/params.json": b"{}",
    "onnx/model.onnx": b"the same again, for another program" * 100,
    "picture.png": b"png",
}


@pytest.fixture(autouse=True)
def hugging_face_cache(tmp_path, monkeypatch):
    """A cache of huggingface_hub's own that is this test's."""
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path / "hf"))
    monkeypatch.delenv("HF_HUB_OFFLINE", raising=False)
    return tmp_path / "hf"


def fetched(ref: str = "some/model", *, offline: bool = False) -> Path:
    return local_folder(ref, offline=offline, wait=lambda seconds: None)


def content(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_path_that_exists_is_returned_as_it_is(tmp_path, monkeypatch):
    assert local_folder(str(tmp_path), offline=False) == tmp_path
    (tmp_path / "some").mkdir()
    (tmp_path / "some" / "model").mkdir()
    monkeypatch.chdir(tmp_path)
    assert local_folder("some/model", offline=False) == Path("some/model")


def test_a_file_of_a_python_package_is_found_by_its_name():
    found = local_folder("package:click/click/core.py", offline=True)
    assert found.name == "core.py"
    assert found.is_file()
    with pytest.raises(CheckpointError, match="'no-such-thing' isn't installed"):
        local_folder("package:no-such-thing/model.gguf", offline=True)
    with pytest.raises(CheckpointError, match="has no file 'click'"):
        local_folder("package:click/click", offline=True)


@pytest.mark.parametrize("ref", ["some/model", "hub:some/model", "some/model@main"])
def test_only_what_a_conversion_needs_is_downloaded(hub_server, ref):
    commit = hub_server.add_repo("some/model", CHECKPOINT | NEEDLESS)
    seen: list[tuple[int, int]] = []
    folder = local_folder(ref, offline=False, on_progress=lambda done, total: seen.append((done, total)))
    assert content(folder) == CHECKPOINT
    assert folder.name == commit
    assert list(open_checkpoint(folder).tensors) == ["a", "b"]
    total = sum(map(len, CHECKPOINT.values()))
    assert seen[-1] == (total, total)
    assert seen == sorted(seen)


def test_the_parts_that_an_index_lists_are_downloaded(hub_server):
    parts = {f"model-0000{n}-of-00002.safetensors": weights(f"t{n}") for n in (1, 2)}
    index = {"weight_map": {f"t{n}": f"model-0000{n}-of-00002.safetensors" for n in (1, 2)}}
    files = {"config.json": CONFIG, "model.safetensors.index.json": json.dumps(index).encode(), **parts}
    hub_server.add_repo("some/model", {**files, "model-old.safetensors": b"old" * 999})
    folder = fetched()
    assert content(folder) == files
    assert list(open_checkpoint(folder).tensors) == ["t1", "t2"]


def test_an_index_beside_a_whole_model_is_left_there(hub_server):
    index = json.dumps({"weight_map": {"a": "model-00001-of-00001.safetensors"}}).encode()
    parts = {"model.safetensors.index.json": index, "model-00001-of-00001.safetensors": weights("a")}
    hub_server.add_repo("some/model", CHECKPOINT | parts)
    assert list(open_checkpoint(fetched()).tensors) == ["a", "b"]


def test_an_index_that_lists_what_is_not_there_is_refused(hub_server):
    index = json.dumps({"weight_map": {"a": "model-00001-of-00001.safetensors"}}).encode()
    hub_server.add_repo("some/model", {"config.json": CONFIG, "model.safetensors.index.json": index})
    with pytest.raises(CheckpointError, match=r"model-00001-of-00001\.safetensors is listed in the index, but missing"):
        fetched()


def test_pytorch_files_are_downloaded_where_there_are_no_safetensors(hub_server):
    files = {"config.json": CONFIG, "pytorch_model.bin": b"weights" * 500, "tokenizer.model": b"words"}
    hub_server.add_repo("some/model", files)
    assert content(fetched()) == files


def test_an_adapter_is_downloaded(hub_server):
    files = {"adapter_config.json": b"{}", "adapter_model.safetensors": weights("x"), "README.md": b"card"}
    hub_server.add_repo("some/model", {**files, "adapter_model.bin": b"again", "optimizer.pt": b"state"})
    assert content(fetched()) == files


def test_a_gguf_file_in_a_repository_can_be_named(hub_server):
    hub_server.add_repo("some/model", {"a-Q4_0.gguf": b"GGUF" * 400, "a-Q8_0.gguf": b"more" * 900})
    path = fetched("hub:some/model/a-Q4_0.gguf")
    assert path.read_bytes() == b"GGUF" * 400
    assert len(hub_server.downloads()) == 1
    assert fetched("hub:some/model/a-Q4_0.gguf", offline=True) == path
    with pytest.raises(OfflineError):
        fetched("hub:some/model/a-Q8_0.gguf", offline=True)
    with pytest.raises(HubError, match="no such file") as caught:
        fetched("hub:some/model/b.gguf")
    assert "a-Q4_0.gguf" in str(caught.value.hint)


def test_what_is_here_is_not_downloaded_again(hub_server):
    hub_server.add_repo("some/model", CHECKPOINT)
    folder = fetched()
    n = len(hub_server.downloads())
    assert fetched() == folder
    assert len(hub_server.downloads()) == n == len(CHECKPOINT)


def test_a_new_commit_is_downloaded_and_an_old_one_can_be_named(hub_server):
    old = hub_server.add_repo("some/model", CHECKPOINT)
    first = fetched()
    new = hub_server.repos["some/model"].add({**CHECKPOINT, "model.safetensors": weights("c")})
    assert fetched().name == new
    assert fetched(f"some/model@{old}") == first
    assert list(open_checkpoint(fetched(offline=True)).tensors) == ["c"]
    assert fetched(f"some/model@{old}", offline=True) == first


def test_offline_what_was_downloaded_is_found_without_asking(hub_server, monkeypatch):
    hub_server.add_repo("some/model", CHECKPOINT)
    folder = fetched()
    n = len(hub_server.asked)
    assert fetched(offline=True) == folder
    monkeypatch.setenv("UMI_OFFLINE", "1")
    assert fetched() == folder
    assert len(hub_server.asked) == n


def test_offline_what_is_not_here_is_said_without_asking(hub_server):
    hub_server.add_repo("some/model", CHECKPOINT)
    with pytest.raises(OfflineError, match=r"hub:some/model, which isn't in the cache.*runs offline") as caught:
        fetched(offline=True)
    assert "--offline" in caught.value.hint
    assert hub_server.asked == []


def test_offline_an_interrupted_download_does_not_count_as_here(hub_server):
    hub_server.add_repo("some/model", CHECKPOINT)
    hub_server.cuts["model.safetensors"] = [100] + [0] * 20
    with pytest.raises(HubError):
        fetched()
    with pytest.raises(OfflineError):
        fetched(offline=True)


def test_an_interrupted_download_goes_on_where_it_ended(hub_server):
    hub_server.add_repo("some/model", CHECKPOINT)
    hub_server.cuts["model.safetensors"] = [100] + [0] * 20
    with pytest.raises(HubError):
        fetched()
    hub_server.cuts.clear()
    folder = fetched()
    assert hub_server.downloads("model.safetensors")[-1].start == 100
    assert content(folder) == CHECKPOINT


def test_other_content_than_listed_is_refused(hub_server):
    hub_server.add_repo("some/model", CHECKPOINT)
    hub_server.sends["model.safetensors"] = weights("a", "c")
    with pytest.raises(HubError, match="doesn't have the hash"):
        fetched()
    hub_server.sends.clear()
    assert content(fetched()) == CHECKPOINT


def test_offline_nothing_of_huggingface_hub_is_imported(hub_server, own_folders):
    hub_server.add_repo("some/model", CHECKPOINT)
    folder = fetched()
    code = (
        "import sys\nfrom umi_convert.hub import local_folder\n"
        "print(local_folder('some/model', offline=True))\nprint('huggingface_hub' in sys.modules)"
    )
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join((str(ROOT), str(ROOT / "convert")))}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environment)
    assert done.stdout.splitlines() == [str(folder), "False"]


@pytest.fixture
def downloaded_by_others(hub_server, hugging_face_cache):
    """A model in the cache of huggingface_hub, put there by itself."""
    import huggingface_hub

    hub_server.add_repo("some/model", CHECKPOINT | {"a.gguf": b"GGUF" * 400})
    other_name = hub_server.url.replace("127.0.0.1", "localhost")  # redirects lead elsewhere, as on the real hub
    found = huggingface_hub.snapshot_download("some/model", cache_dir=hugging_face_cache, endpoint=other_name)
    hub_server.asked.clear()
    return Path(found)


def test_what_huggingface_hub_has_downloaded_is_used(hub_server, downloaded_by_others):
    assert fetched(offline=True) == downloaded_by_others
    assert fetched() == downloaded_by_others
    assert fetched("hub:some/model/a.gguf", offline=True) == downloaded_by_others / "a.gguf"
    assert fetched("hub:some/model/a.gguf") == downloaded_by_others / "a.gguf"
    assert fetched(f"some/model@{downloaded_by_others.name}", offline=True) == downloaded_by_others
    assert hub_server.downloads() == []


@pytest.mark.parametrize("lost", ["model.safetensors", "config.json"])
def test_what_huggingface_hub_has_downloaded_in_part_is_not_used(hub_server, downloaded_by_others, lost):
    (downloaded_by_others / lost).unlink()
    with pytest.raises(OfflineError):
        fetched(offline=True)
    assert content(fetched()) == CHECKPOINT


def test_a_hub_that_cannot_be_reached_is_named_with_the_copy_that_offline_would_use(hub_server, monkeypatch):
    hub_server.add_repo("some/model", CHECKPOINT)
    folder = fetched()
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))  # bound, but nobody listens
        monkeypatch.setenv("HF_ENDPOINT", f"http://127.0.0.1:{closed.getsockname()[1]}")
        with pytest.raises(HubError, match="could not be reached") as caught:
            fetched()
        assert str(folder) in caught.value.hint
        assert "--offline" in caught.value.hint
        with pytest.raises(HubError, match="could not be reached") as caught:
            fetched("other/model")
        assert "--offline" not in caught.value.hint


@pytest.mark.parametrize(
    ("setting", "reason", "remedy"),
    [
        ({}, "no such repository", "Check the name"),
        ({"gated": True}, "accepted its terms", "Accept them at"),
        ({"private": True}, "or it is private", "hf auth login"),
    ],
)
def test_what_may_not_be_read_is_said_with_the_remedy(hub_server, setting, reason, remedy):
    if setting:
        hub_server.add_repo("some/model", CHECKPOINT, **setting)
    hub_server.token = "secret"
    with pytest.raises(HubError, match=reason) as caught:
        fetched()
    assert remedy in caught.value.hint


def test_a_revision_that_is_not_there_is_named(hub_server):
    hub_server.add_repo("some/model", CHECKPOINT)
    with pytest.raises(HubError, match="no revision 'v9'"):
        fetched("some/model@v9")


@pytest.mark.parametrize(
    ("files", "reason", "remedy"),
    [
        ({"a.gguf": b"GGUF"}, "GGUF files", "hub:some/model/a.gguf"),
        ({"README.md": b"empty"}, "neither model*.safetensors nor", "Hugging Face's form"),
        ({"onnx/model.onnx": b"x"}, "neither model*.safetensors nor", "Hugging Face's form"),
    ],
)
def test_a_repository_without_a_checkpoint_is_refused_before_anything_is_downloaded(hub_server, files, reason, remedy):
    hub_server.add_repo("some/model", files)
    with pytest.raises(CheckpointError) as caught:
        fetched()
    assert reason in str(caught.value)
    assert remedy in str(caught.value.hint)
    assert hub_server.downloads() == []


@pytest.mark.parametrize(
    "ref", ["nowhere", "a/b/c", "./a/b", "/a/b", "a/../b", "hub:x", "hub:a/../b.gguf", "missing.gguf"]
)
def test_what_is_neither_a_path_nor_a_name_is_refused_without_asking(hub_server, ref):
    with pytest.raises(CheckpointError) as caught:
        local_folder(ref, offline=False)
    assert "OWNER/NAME" in str(caught.value.hint)
    assert hub_server.asked == []


def test_a_full_disk_is_said_before_anything_is_downloaded(hub_server, monkeypatch):
    hub_server.add_repo("some/model", CHECKPOINT)
    monkeypatch.setattr("shutil.disk_usage", lambda folder: SimpleNamespace(free=1000))
    with pytest.raises(StorageError, match="1,000 are free"):
        fetched()
    assert hub_server.downloads() == []


@pytest.mark.parametrize(
    ("names", "chosen"),
    [
        (["model.safetensors", "model.fp16.safetensors", "pytorch_model.bin"], ["model.safetensors"]),
        (["model-1.safetensors", "model-2.safetensors"], ["model-1.safetensors", "model-2.safetensors"]),
        (["pytorch_model-1.bin", "pytorch_model-2.bin"], ["pytorch_model-1.bin", "pytorch_model-2.bin"]),
        (["adapter_model.bin"], ["adapter_model.bin"]),
        (["sub/model.safetensors", "training_args.bin", "optimizer.bin"], []),
    ],
)
def test_one_set_of_weights_is_chosen(names, chosen):
    assert weight_files(names) == chosen


def test_the_commit_is_the_folder_and_a_note_says_that_it_is_whole(hub_server, own_folders):
    commit = hub_server.add_repo("some/model", CHECKPOINT)
    folder = fetched()
    cache = own_folders / "cache" / "hub" / "some" / "model"
    assert folder == cache / commit
    assert (cache / ".refs" / "main").read_text() == (cache / ".whole" / commit).read_text() == commit
