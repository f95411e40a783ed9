"""Every architecture, against llama.cpp's own converter: tensors byte-equal, metadata equal."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
import transformers

from tests.convert.checkpoints import VARIANTS, edit_json, save_gemma3_with_eyes, write_checkpoint
from tests.convert.conformance import MODEL_SCRIPT, assert_same_gguf, read_gguf, run_llama_cpp
from tests.convert.tokenizers_for_tests import write_gemma, write_llama_hf
from umi_convert.architectures import architecture_of
from umi_convert.architectures.decoder import head_size, n_key_heads
from umi_convert.config import Config
from umi_convert.model import convert_model
from umi_convert.tensors import DType

pytestmark = pytest.mark.integration

DTYPES = {"auto": None, "f32": DType.F32, "f16": DType.F16, "bf16": DType.BF16}
EYES = "gemma3-with-eyes"
CARD = "llama-card"
CASES = [(name, "auto") for name in (*VARIANTS, EYES, CARD)]
CASES += [(name, "f32") for name in ("llama-tied", "mistral", "qwen3", "gemma2-f16", "gemma3", "phi3-longrope")]
CASES += [(name, "f16") for name in ("llama-tied", "llama-biases", "gemma2")]
CASES += [(name, "bf16") for name in ("llama-sharded", "llama-biases", "gemma2-f16", "phi3-longrope")]

SCORES = ("tokenizer.ggml.scores",)
"""Where a tokenizer.json stands for a tokenizer.model: llama.cpp's converter writes a placeholder, ours the merges' order."""

README = """---
license: [apache-2.0, mit]
license_link: https://example.org/licence
base_model: some-org/Base-Model-7B-v2.1
datasets:
- some-org/first-set
- https://huggingface.co/datasets/other/second
language:
- en
- no
tags: [agent, tools]
pipeline_tag: text-generation
model_name: Card 1.5B Chat
version: v2.0
description: A model with a card
---
# A model
"""
SAMPLING = {"temperature": 0.7, "top_p": 0.9, "top_k": 40, "repetition_penalty": 1.05, "do_sample": True}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("conformance")


@pytest.fixture(scope="module")
def theirs(folder: Path) -> dict[tuple[str, str], str | None]:
    """What llama.cpp's converter made of all checkpoints: None, or how it failed."""
    for name, variant in VARIANTS.items():
        write_checkpoint(folder / name, variant)
    write_gemma(folder / EYES)
    save_gemma3_with_eyes(folder / EYES, json.loads((folder / EYES / "config.json").read_text())["vocab_size"])
    write_card(folder / CARD)
    jobs = [
        (MODEL_SCRIPT, folder / name, "--outfile", folder / f"{name}-{outtype}.theirs", "--outtype", outtype)
        for name, outtype in CASES
    ]
    return dict(zip(CASES, run_llama_cpp(jobs), strict=True))


def write_card(folder: Path) -> None:
    """Write a checkpoint with all that a person may say of it."""
    write_checkpoint(folder, VARIANTS["llama-sharded"])
    (folder / "README.md").write_text(README, encoding="utf-8")
    (folder / "generation_config.json").write_text(json.dumps(SAMPLING))
    edit_json(folder / "config.json", lambda config: config.update(_name_or_path="some-org/Chatty-1.5B-Instruct-v3"))


@pytest.mark.parametrize(("name", "outtype"), CASES)
def test_a_checkpoint_becomes_the_gguf_that_llama_cpp_makes_of_it(name, outtype, folder, theirs):
    failure = theirs[name, outtype]
    assert failure is None, failure
    ours = folder / f"{name}-{outtype}.ours"
    convert_model(folder / name, ours, DTYPES[outtype])
    ignored = SCORES if name in VARIANTS and VARIANTS[name].tokenizer is write_llama_hf else ()
    assert_same_gguf(ours, folder / f"{name}-{outtype}.theirs", ignore=("umi.fingerprint", *ignored))


def test_the_fingerprint_is_the_only_key_that_is_ours(folder, theirs):
    convert_model(folder / CARD, folder / "card.ours")
    ours, other = read_gguf(folder / "card.ours"), read_gguf(folder / f"{CARD}-auto.theirs")
    assert set(ours.values) - set(other.values) == {"umi.fingerprint"}
    assert {"general.sampling.temp", "general.base_model.0.name", "general.license"} < set(ours.values)


CLASSES = {
    "LlamaForCausalLM": transformers.LlamaConfig,
    "MistralForCausalLM": transformers.MistralConfig,
    "Qwen2ForCausalLM": transformers.Qwen2Config,
    "Qwen3ForCausalLM": transformers.Qwen3Config,
    "Gemma2ForCausalLM": transformers.Gemma2Config,
    "Gemma3ForCausalLM": transformers.Gemma3TextConfig,
    "Phi3ForCausalLM": transformers.Phi3Config,
}


@pytest.mark.parametrize("name", CLASSES)
def test_what_a_bare_config_means_is_what_it_means_to_transformers(name):
    bare = Config.of({"architectures": [name]}, Path("config.json"))
    completed = architecture_of(bare).completed(bare)
    theirs = CLASSES[name]().to_dict()
    known = {key: value for key, value in completed.raw.items() if key in theirs and key != "architectures"}
    assert len(known) >= 8
    assert known == {key: theirs[key] for key in known}
    again = Config.of({**theirs, "architectures": [name]}, Path("config.json"))
    assert replace(completed.rope, original_max_position_embeddings=None) == replace(
        again.rope, original_max_position_embeddings=None
    )
    assert (n_key_heads(completed), head_size(completed)) == (n_key_heads(again), head_size(again))
