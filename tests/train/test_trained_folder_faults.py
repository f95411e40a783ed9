"""Folders that don't belong together or to the base, or aren't what training writes: each is refused, with its reason."""

from __future__ import annotations

import json
import shutil

import pytest
import torch

from tests.models import write_tiny_llama
from tests.train.trained_folders import base_config, edit_config, role_folders, write_trained
from umi_local.evaluate.trained import TrainedRequest
from umi_local.messages import Role
from umi_train.errors import BaseModelError, DeviceError, TrainError
from umi_train.transformers_engine import open_trained
from umi_train.transformers_engine.folders import find_folders, read_folders
from umi_train.transformers_engine.opening import open_folders

torch.set_num_threads(1)


@pytest.fixture(scope="module")
def base(tmp_path_factory):
    return write_tiny_llama(tmp_path_factory.mktemp("base") / "tiny.gguf", seed=3, n_vocab=2000)


@pytest.fixture(scope="module")
def pristine(tmp_path_factory, base):
    return write_trained(tmp_path_factory.mktemp("trained") / "out", base)


@pytest.fixture
def out(tmp_path, pristine):
    return shutil.copytree(pristine, tmp_path / "out")


def edit_card(folder, **values):
    path = folder / "umi_role.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), **values}))


def open_all(base, out, *, four_bit=False, **options):
    return open_trained(
        base_config(base, four_bit=four_bit), backbone=out / "backbone", roles=role_folders(out), **options
    )


def refused(base, out, **options) -> TrainError:
    with pytest.raises(TrainError) as caught:
        open_all(base, out, **options)
    assert caught.value.hint
    return caught.value


def test_folders_are_found_alone_and_below_a_trainings_own(out):
    assert find_folders([out]) == (out / "backbone", role_folders(out))
    assert find_folders([out / "caller"]) == (None, {Role.CALLER: out / "caller"})
    assert find_folders([out / "caller", out / "backbone"]) == (out / "backbone", {Role.CALLER: out / "caller"})


def test_two_folders_for_one_role_are_refused(out):
    with pytest.raises(BaseModelError, match="it is for the caller, as"):
        find_folders([out, out / "caller"])


def test_a_folder_of_something_else_is_refused(tmp_path):
    with pytest.raises(BaseModelError, match=r"there is no umi_role\.json in it"):
        find_folders([tmp_path])


def test_a_roles_folder_in_anothers_place_is_refused(base, out):
    with pytest.raises(BaseModelError, match="it is for the caller, not for the planner"):
        open_trained(base_config(base), backbone=out / "backbone", roles={Role.PLANNER: out / "caller"})
    with pytest.raises(BaseModelError, match="it is for the planner, not for the backbone"):
        open_trained(base_config(base), backbone=out / "planner")


def test_other_weights_below_are_refused(base, out, tmp_path):
    other = write_tiny_llama(tmp_path / "other.gguf", seed=9, n_vocab=2000)
    assert "trained on other weights, this isn't the base" in str(refused(other, out))
    with pytest.raises(BaseModelError, match="not on this base as it is") as caught:
        open_trained(base_config(base), roles=role_folders(out))
    assert "backbone's folder" in caught.value.hint
    edit_card(out / "summarizer", base_fingerprint="0" * 64)
    assert "not on this base with this backbone" in str(refused(base, out))


@pytest.mark.parametrize(("what", "value"), [("profile", "single"), ("markers", "plain")])
def test_adapters_of_different_prompts_are_refused(base, out, what, value):
    edit_card(out / "caller", **{what: value})
    assert f"it was trained with {what} {value!r}" in str(refused(base, out))


def test_other_prompts_than_the_adapters_were_trained_with_are_refused(base, out):
    assert "it was trained with profile 'shared', and 'single'" in str(refused(base, out, profile="single"))


@pytest.mark.parametrize(
    "option", [{"use_dora": True}, {"bias": "all"}, {"modules_to_save": ["lm_head"]}, {"peft_type": "IA3"}]
)
def test_adapters_that_compute_more_than_a_lora_are_refused(base, out, option):
    edit_config(out / "planner", **option)
    assert "it is more than a plain LoRA" in str(refused(base, out))


def test_broken_files_are_refused(base, out):
    (out / "planner" / "adapter_config.json").write_text("{")
    assert "its adapter_config.json can't be read" in str(refused(base, out))
    (out / "caller" / "umi_role.json").write_text("[]")
    with pytest.raises(BaseModelError, match="is broken"):
        read_folders(None, {Role.CALLER: out / "caller"})
    (out / "summarizer" / "adapter_model.safetensors").unlink()
    with pytest.raises(BaseModelError, match="No such file"):
        read_folders(None, {Role.SUMMARIZER: out / "summarizer"})


def test_weights_that_are_cut_off_or_of_another_shape_are_refused(base, out):
    weights = out / "planner" / "adapter_model.safetensors"
    whole = weights.read_bytes()
    weights.write_bytes(whole[: len(whole) // 2])
    assert "it can't be read" in str(refused(base, out))
    weights.write_bytes(whole)
    edit_config(out / "planner", r=8)
    assert "it can't be put on this base" in str(refused(base, out))
    edit_config(out / "planner", r=4, target_modules=["no_such_layer"])
    assert "it can't be put on this base" in str(refused(base, out))


def test_more_context_than_the_model_reads_is_refused(base, out):
    assert "it reads 2,048 tokens, and 4,096 were asked for" in str(refused(base, out, n_ctx=4096))


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a CUDA device")
def test_cuda_and_four_bits_are_refused_where_they_are_not(base, out):
    with pytest.raises(DeviceError, match="torch sees no CUDA device"):
        open_trained(base_config(base, device="cuda"), backbone=out / "backbone")
    with pytest.raises(DeviceError, match="four_bit needs a CUDA device"):
        open_all(base, out, four_bit=True)


def test_folders_that_name_different_bases_or_none_want_to_be_told(base, out):
    request = TrainedRequest(folders=(out,), dtype="float32", n_threads=1)
    edit_config(out / "caller", base_model_name_or_path="elsewhere/other")
    with pytest.raises(BaseModelError, match="the bases have different names") as caught:
        open_folders(request)
    assert "--base" in caught.value.hint
    for name in ("backbone", "planner", "caller", "summarizer"):
        edit_config(out / name, base_model_name_or_path=None)
    with pytest.raises(BaseModelError, match="doesn't say which base"):
        open_folders(request)
    opened = open_folders(TrainedRequest(folders=(out,), base=str(base), dtype="float32", n_threads=1))
    assert opened.facts["n_ctx"] == 2048
    opened.close()
