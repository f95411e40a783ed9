"""A plain LoRA becomes the same file that llama.cpp's own convert_lora_to_gguf.py writes, byte for byte in its tensors."""

from __future__ import annotations

from typing import Any

import pytest

from tests.convert.adapter_folders import FINGERPRINT
from tests.convert.conformance import ADAPTER_SCRIPT, assert_same_gguf, read_gguf, run_llama_cpp
from tests.convert.peft_models import ALL_LINEAR, config_of, save_adapter, tiny_model, weights_of, with_adapter
from umi_convert.adapter_gguf import adapter_source
from umi_convert.architectures import architecture_of
from umi_convert.peft_adapter import open_adapter
from umi_convert.tensors import DType
from umi_convert.writer import write_gguf

CARD = (
    "---\nlicense: mit\nbase_model: acme/Tiny-1B\ndatasets: [acme/talks]\ntags: [a, b]\nlanguage: [en]\n---\n# A card\n"
)

ADAPTERS: dict[str, tuple[str, bool, str, dict[str, Any]]] = {
    "llama-f32": ("llama", False, "f32", {}),
    "llama-f16": ("llama", True, "f16", {"lora_alpha": 3}),
    "llama-bf16": ("llama", False, "bf16", {"rank_pattern": {"q_proj": 3}}),
    "llama-ends": ("llama", False, "f16", {"target_modules": ["embed_tokens", "lm_head", "k_proj"]}),
    "llama-alora": ("llama", False, "f16", {"alora_invocation_tokens": [3, 4]}),
    "mistral": ("mistral", False, "f16", {}),
    "qwen2": ("qwen2", True, "f16", {}),
    "qwen3": ("qwen3", True, "f16", {}),
    "gemma2": ("gemma2", True, "f16", {}),
    "gemma3": ("gemma3", True, "f32", {"target_modules": [*ALL_LINEAR]}),
    "phi3": ("phi3", False, "f16", {"target_modules": ["qkv_proj", "o_proj", "gate_up_proj", "down_proj"]}),
}
TYPES = {"f32": DType.F32, "f16": DType.F16, "bf16": DType.BF16}


@pytest.fixture(scope="module")
def converted(tmp_path_factory):
    """Folders with both files of each adapter; llama.cpp's are all written by one process."""
    folders, jobs = {}, []
    for name, (kind, tied, outtype, options) in ADAPTERS.items():
        folder = folders[name] = tmp_path_factory.mktemp(name)
        model = tiny_model(kind, tied=tied)
        model.config.save_pretrained(folder / "base")
        model.config.architectures = [type(model).__name__]
        model.config.save_pretrained(folder / "base")
        adapter = save_adapter(with_adapter(model, **options), folder / "tiny-1b-lora-v2")
        (adapter / "README.md").write_text(CARD, encoding="utf-8")
        config = config_of(model)
        shapes = {weight: values.shape for weight, values in weights_of(model).items()}
        source = adapter_source(open_adapter(adapter), config, architecture_of(config), shapes, FINGERPRINT)
        write_gguf(folder / "ours.gguf", source, TYPES[outtype])
        jobs.append(
            [
                ADAPTER_SCRIPT,
                adapter,
                "--base",
                folder / "base",
                "--outfile",
                folder / "theirs.gguf",
                "--outtype",
                outtype,
            ]
        )
    failed = dict(zip(folders, run_llama_cpp(jobs), strict=True))
    return {name: (folder, failed[name]) for name, folder in folders.items()}


@pytest.mark.parametrize("name", ADAPTERS)
def test_a_plain_lora_becomes_the_file_that_llama_cpp_writes(converted, name):
    folder, failed = converted[name]
    assert failed is None
    assert_same_gguf(folder / "ours.gguf", folder / "theirs.gguf", ignore=["umi.*"])
    found = read_gguf(folder / "ours.gguf")
    assert found.values["umi.base.fingerprint"] == (8, FINGERPRINT.encode())
    assert found.values["general.license"] == (8, b"mit")
    assert len(found.tensors) >= 4
