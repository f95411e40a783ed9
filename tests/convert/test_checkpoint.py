"""Opening a checkpoint's folder: parts and index, names of the text model, and what folders of other kinds are called."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import save_file

from umi_convert.checkpoint import Checkpoint, open_checkpoint
from umi_convert.errors import CheckpointError

CONFIG = {"architectures": ["LlamaForCausalLM"], "hidden_size": 4}


def weights(*names: str, value: float = 1) -> dict[str, np.ndarray]:
    return {name: np.full((2, 4), value, np.float32) for name in names}


def folder_with(folder: Path, parts: dict[str, dict[str, np.ndarray]], index: dict[str, str] | None = None) -> Path:
    """Write a checkpoint's folder of safetensors files."""
    folder.mkdir(exist_ok=True)
    (folder / "config.json").write_text(json.dumps(CONFIG))
    for name, tensors in parts.items():
        save_file(tensors, folder / name)
    if index is not None:
        (folder / "model.safetensors.index.json").write_text(json.dumps({"metadata": {}, "weight_map": index}))
    return folder


def refusal(folder: Path) -> str:
    with pytest.raises(CheckpointError) as caught:
        open_checkpoint(folder)
    assert str(folder) in str(caught.value)
    return f"{caught.value}\n{caught.value.hint}"


def values(checkpoint: Checkpoint) -> dict[str, float]:
    return {name: float(tensor.whole()[0, 0]) for name, tensor in checkpoint.tensors.items()}


def test_a_single_file_is_opened_with_names_sorted(tmp_path):
    folder = folder_with(tmp_path / "m", {"model.safetensors": weights("b", "a", "lm_head.weight")})
    checkpoint = open_checkpoint(folder)
    assert list(checkpoint.tensors) == ["a", "b", "lm_head.weight"]
    assert checkpoint.folder == folder
    assert checkpoint.config.architecture == "LlamaForCausalLM"
    assert checkpoint.size_bytes == (folder / "model.safetensors").stat().st_size
    assert not checkpoint.unreadable


@pytest.mark.parametrize("with_index", [True, False])
def test_parts_are_read_in_the_order_of_their_names(tmp_path, with_index):
    parts = {
        "model-00002-of-00002.safetensors": weights("a", "z", value=2),
        "model-00001-of-00002.safetensors": weights("y", "b", value=1),
    }
    index = {name: part for part, tensors in parts.items() for name in tensors}
    checkpoint = open_checkpoint(folder_with(tmp_path / "m", parts, index if with_index else None))
    assert values(checkpoint) == {"b": 1, "y": 1, "a": 2, "z": 2}
    assert list(checkpoint.tensors) == ["b", "y", "a", "z"]


def test_an_index_says_which_of_the_files_belong_to_the_model(tmp_path):
    parts = {"model-a.safetensors": weights("a"), "model-old.safetensors": weights("a", value=9)}
    folder = folder_with(tmp_path / "m", parts, {"a": "model-a.safetensors"})
    assert values(open_checkpoint(folder)) == {"a": 1}


def test_pytorch_files_are_read_in_their_own_order(tmp_path):
    torch = pytest.importorskip("torch")
    folder = folder_with(tmp_path / "m", {})
    torch.save({"z": torch.ones(2, 4) * 3, "a": torch.ones(2, 4)}, folder / "pytorch_model.bin")
    assert list(values(open_checkpoint(folder)).items()) == [("z", 3), ("a", 1)]


def test_pytorch_files_in_parts_follow_their_index(tmp_path):
    torch = pytest.importorskip("torch")
    folder = folder_with(tmp_path / "m", {})
    for number, name in ((1, "z"), (2, "a")):
        torch.save({name: torch.ones(2, 4) * number}, folder / f"pytorch_model-0000{number}-of-00002.bin")
    index = {"a": "pytorch_model-00002-of-00002.bin", "z": "pytorch_model-00001-of-00002.bin"}
    (folder / "pytorch_model.bin.index.json").write_text(json.dumps({"weight_map": index}))
    assert list(values(open_checkpoint(folder)).items()) == [("z", 1), ("a", 2)]


def test_safetensors_are_preferred_to_pytorch_files(tmp_path):
    folder = folder_with(tmp_path / "m", {"model.safetensors": weights("a")})
    (folder / "pytorch_model.bin").write_bytes(b"not looked at")
    assert values(open_checkpoint(folder)) == {"a": 1}


def test_eyes_and_ears_are_left_out_and_the_text_model_keeps_its_plain_names(tmp_path):
    names = (
        "language_model.model.layers.0.mlp.up_proj.weight",
        "model.language_model.norm.weight",
        "vision_tower.vision_model.head.weight",
        "model.visual.blocks.0.weight",
        "multi_modal_projector.mm_input_projection_weight",
        "audio_tower.conv.weight",
    )
    checkpoint = open_checkpoint(folder_with(tmp_path / "m", {"model.safetensors": weights(*names)}))
    assert list(checkpoint.tensors) == ["model.layers.0.mlp.up_proj.weight", "model.norm.weight"]
    assert [tensor.name for tensor in checkpoint.tensors.values()] == list(checkpoint.tensors)


def test_two_tensors_that_would_share_a_name_are_refused(tmp_path):
    tensors = weights("language_model.model.norm.weight", "model.norm.weight")
    assert "two tensors become 'model.norm.weight'" in refusal(
        folder_with(tmp_path / "m", {"model.safetensors": tensors})
    )


def test_tensors_that_cannot_be_read_do_not_stop_a_checkpoint_from_being_opened(tmp_path):
    tensors = {**weights("a"), "language_model.position_ids": np.arange(3)}
    checkpoint = open_checkpoint(folder_with(tmp_path / "m", {"model.safetensors": tensors}))
    assert list(checkpoint.tensors) == ["a"]
    assert checkpoint.unreadable["position_ids"].startswith("I64: ")


def test_all_differences_between_index_and_files_are_listed(tmp_path):
    parts = {"model-1.safetensors": weights("a", "extra"), "model-2.safetensors": weights("b")}
    index = {"a": "model-1.safetensors", "gone": "model-2.safetensors", "b": "model-2.safetensors"}
    message = refusal(folder_with(tmp_path / "m", parts, index))
    assert "tensor 'gone' should be in model-2.safetensors" in message
    assert "tensor 'extra' in model-1.safetensors isn't listed" in message


def test_a_tensor_in_two_files_is_refused(tmp_path):
    parts = {"model-1.safetensors": weights("a"), "model-2.safetensors": weights("a")}
    assert "'a' is in model-1.safetensors and in model-2.safetensors" in refusal(folder_with(tmp_path / "m", parts))


def test_many_differences_are_counted(tmp_path):
    index = {f"t{n:03}": "model-1.safetensors" for n in range(100)}
    message = refusal(folder_with(tmp_path / "m", {"model-1.safetensors": weights("t000")}, index))
    assert "... and 79 more" in message


def test_missing_files_are_listed(tmp_path):
    index = {f"t{n}": f"model-0000{n}-of-00003.safetensors" for n in (1, 2, 3)}
    message = refusal(folder_with(tmp_path / "m", {"model-00001-of-00003.safetensors": weights("t1")}, index))
    assert "model-00002-of-00003.safetensors, model-00003-of-00003.safetensors" in message
    (tmp_path / "m" / "model.safetensors.index.json").unlink()
    message = refusal(tmp_path / "m")
    assert "are missing: model-00002-of-00003.safetensors, model-00003-of-00003.safetensors" in message


def test_a_whole_model_beside_an_indexed_one_is_ambiguous(tmp_path):
    parts = {"model.safetensors": weights("a"), "model-00001-of-00001.safetensors": weights("a", value=2)}
    index = {"a": "model-00001-of-00001.safetensors"}
    assert "two models" in refusal(folder_with(tmp_path / "m", parts, index))


@pytest.mark.parametrize(
    "place",
    ["../other.safetensors", "/etc/passwd", "a/b.safetensors", "a\\b.bin", "c:x.bin", 3, None, "model.gguf", ""],
)
def test_an_index_that_leads_out_of_the_folder_is_refused(tmp_path, place):
    folder = folder_with(tmp_path / "m", {"model.safetensors": weights("a")})
    (folder / "model.safetensors.index.json").write_text(json.dumps({"weight_map": {"a": place}}))
    assert "isn't the name of a file beside it" in refusal(folder)


@pytest.mark.parametrize("content", ["{}", '{"weight_map": []}', '{"weight_map": {}}', "[", '"x"'])
def test_a_broken_index_is_refused(tmp_path, content):
    folder = folder_with(tmp_path / "m", {"model.safetensors": weights("a")})
    (folder / "model.safetensors.index.json").write_text(content)
    assert "model.safetensors.index.json" in refusal(folder)


def test_a_truncated_part_is_named(tmp_path):
    parts = {"model-1.safetensors": weights("a"), "model-2.safetensors": weights("b")}
    folder = folder_with(tmp_path / "m", parts)
    path = folder / "model-2.safetensors"
    path.write_bytes(path.read_bytes()[:-1])
    message = refusal(folder)
    assert "model-2.safetensors" in message
    assert "cut off" in message


def test_a_checkpoint_without_config_is_refused(tmp_path):
    folder = folder_with(tmp_path / "m", {"model.safetensors": weights("a")})
    (folder / "config.json").unlink()
    assert "config.json" in refusal(folder)


@pytest.mark.parametrize(
    ("files", "what", "remedy"),
    [
        (["adapter_config.json", "adapter_model.safetensors"], "PEFT adapter", "--planner"),
        (["bundle.toml", "a.gguf"], "bundle", "--from-bundle"),
        (["a-Q4_0.gguf", "tokenizer.json"], "GGUF files", "a-Q4_0.gguf"),
        (["global_step5/zero.pt", "zero_to_fp32.py"], "several devices", "zero_to_fp32.py"),
        (["__0_0.distcp", ".metadata"], "several devices", "accelerate merge-weights"),
        (["checkpoint-500/config.json", "README.md"], "training run", "checkpoint-500"),
        (["consolidated.00.pth", "params.json", "tokenizer.model"], "maker's own format", "model*.safetensors"),
        (["tf_model.h5", "config.json"], "another program", "model*.safetensors"),
        (["optimizer.pt", "trainer_state.json"], "training checkpoint without", "Save the model"),
        (["weights.safetensors", "config.json"], "other names", "model.safetensors"),
        (["tokenizer.json", "tokenizer_config.json"], "only a tokenizer", "Download the weights"),
        (["inner/config.json"], "folder inside", "inner"),
        (["config.json"], "no weights", "config.json, weights and tokenizer"),
        ([], "no weights", "hub id"),
    ],
)
def test_a_folder_of_another_kind_is_named_with_the_remedy(tmp_path, files, what, remedy):
    for name in files:
        (tmp_path / "m" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "m" / name).write_text("{}")
    (tmp_path / "m").mkdir(exist_ok=True)
    message = refusal(tmp_path / "m")
    assert what in message
    assert remedy in message


@pytest.mark.parametrize(
    ("name", "content", "what"),
    [
        ("model.gguf", b"GGUF", "this is a GGUF"),
        ("model", b"GGUF", "this is a GGUF"),
        ("adapter_model.safetensors", b"", "PEFT adapter"),
        ("model.safetensors", b"", "this is a file"),
    ],
)
def test_a_file_in_place_of_a_folder_is_named(tmp_path, name, content, what):
    (tmp_path / name).write_bytes(content)
    assert what in refusal(tmp_path / name)


def test_a_path_that_is_not_there_is_said(tmp_path):
    assert "no such folder" in refusal(tmp_path / "nowhere")


def test_a_training_checkpoint_with_weights_is_a_checkpoint(tmp_path):
    folder = folder_with(tmp_path / "checkpoint-500", {"model.safetensors": weights("a")})
    (folder / "optimizer.pt").write_bytes(b"not looked at")
    (folder / "trainer_state.json").write_text("{}")
    assert list(open_checkpoint(folder).tensors) == ["a"]
