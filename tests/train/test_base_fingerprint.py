"""The trainer names the weights it trained on as the converter does, so that an adapter is refused on any other base."""

from __future__ import annotations

import warnings

import numpy as np
import peft
import pytest
import torch
import transformers
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.models import write_f16, write_tiny_llama
from tests.train.tiny_networks import tiny_model
from umi_convert.base_model import merged, open_base
from umi_convert.peft_adapter import open_adapter
from umi_local.engine.weights_fingerprint import product_of_row
from umi_train.base import BaseFiles
from umi_train.errors import BaseModelError
from umi_train.fingerprint import base_fingerprint


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A checkpoint in bfloat16 with a tokenizer, and a GGUF."""
    folder = tmp_path_factory.mktemp("bases")
    model = tiny_model("llama", hidden_size=256, head_dim=64, vocab_size=40).to(torch.bfloat16)
    model.save_pretrained(str(folder / "checkpoint"))
    write_tiny_llama(folder / "tiny.gguf", seed=2, n_vocab=600)
    write_f16(folder / "tiny.gguf", folder / "half.gguf")
    return folder


def adapter_on(model, out, *, rslora=False):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        config = peft.LoraConfig(
            r=4, lora_alpha=8, use_rslora=rslora, target_modules="all-linear", task_type="CAUSAL_LM"
        )
        adapted = peft.get_peft_model(model, config)
        generator = torch.Generator().manual_seed(3)
        for name, parameter in adapted.named_parameters():
            if "lora_" in name:
                parameter.data = torch.randn(parameter.shape, generator=generator)
        adapted.save_pretrained(str(out))
    return out


def test_a_checkpoint_is_known_by_its_values(folder):
    path = folder / "checkpoint"
    assert base_fingerprint(BaseFiles("x", path)) == source_fingerprint(path)


@pytest.mark.parametrize("rslora", [False, True])
def test_a_checkpoint_with_a_backbone_merged_is_another_base(folder, tmp_path, rslora):
    path = folder / "checkpoint"
    model = transformers.AutoModelForCausalLM.from_pretrained(str(path), dtype=torch.float32)
    backbone = adapter_on(model, tmp_path / "backbone", rslora=rslora)
    assert base_fingerprint(BaseFiles("x", path), backbone) == source_fingerprint(path, backbone)
    assert base_fingerprint(BaseFiles("x", path), backbone) != base_fingerprint(BaseFiles("x", path))


@pytest.mark.parametrize("name", ["tiny.gguf", "half.gguf"])
def test_a_gguf_with_and_without_a_backbone(folder, tmp_path, name):
    path = folder / name
    model = transformers.AutoModelForCausalLM.from_pretrained(str(folder), gguf_file=name, dtype=torch.float32)
    backbone = adapter_on(model, tmp_path / "backbone")
    assert base_fingerprint(BaseFiles("x", path)) == source_fingerprint(path)
    assert base_fingerprint(BaseFiles("x", path), backbone) == source_fingerprint(path, backbone)


def source_fingerprint(path, backbone=None):
    """The oracle: what `umi convert` takes a base for."""
    base = open_base(path)
    if path.is_dir():  # a conversion also needs a tokenizer, which has no part in this
        return checkpoint_fingerprint(path, backbone)
    return merged(base, [open_adapter(backbone)]).fingerprint if backbone else base.fingerprint


def checkpoint_fingerprint(path, backbone):
    from umi_convert.base_model import _patches
    from umi_convert.checkpoint import open_checkpoint
    from umi_convert.fingerprint import fingerprint_of
    from umi_convert.patches import patched

    changes = _patches(open_base(path), [open_adapter(backbone)] if backbone else []).patches
    tensors = open_checkpoint(path).tensors
    return fingerprint_of(patched(tensor, changes.get(name, ())) for name, tensor in tensors.items())


def test_a_folder_without_weights_is_refused(tmp_path):
    with pytest.raises(BaseModelError, match="no safetensors"):
        base_fingerprint(BaseFiles("nothing", tmp_path))


@settings(max_examples=50)
@given(st.integers(1, 40), st.integers(1, 50), st.integers(0, 1000))
def test_a_merged_row_is_added_up_in_one_order_on_every_machine(rank, size, seed):
    """As IEEE 754 says it for float32, operation by operation: BLAS would follow the processor."""
    random = np.random.default_rng(seed)
    row, matrix = (random.standard_normal(shape).astype(np.float32) for shape in ((rank,), (rank, size)))
    wanted = []
    for column in matrix.T:
        total = np.float32(0)
        for factor, value in zip(row, column, strict=True):
            total = np.float32(total + np.float32(factor * value))
        wanted.append(total)
    assert product_of_row(row, matrix).tobytes() == np.array(wanted, np.float32).tobytes()
