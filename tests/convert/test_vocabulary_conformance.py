"""A tokenizer's keys against those that llama.cpp's own converter writes, for real files in all the shapes they come in.

The small trained vocabularies aren't in llama.cpp's table of pre-tokenizers; there its look-up is replaced by a name, and the
same name given here. The look-up itself is compared on SmolLM2's, Llama 3's and Qwen 2's real vocabularies.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.convert import tokenizers_for_tests as tokenizers
from tests.convert.conformance import llama_cpp_scripts
from tests.convert.special_token_files import write_special_token_files
from tests.convert.vocabulary_files import plain, vocabulary_of
from umi_convert.key_values import KeyValues
from umi_convert.vocabulary import write_special

pytestmark = pytest.mark.integration

N_SPECIAL = 300
"""Random combinations of what files say about special tokens; half of them with a size beyond which ids are left out."""


def changed(make: Callable[[Path], Path], **files: Mapping[str, Any] | None) -> Callable[[Path], Path]:
    """Return a builder whose JSON files are changed: keys replaced, those that are ... left out, or no file at all."""

    def build(folder: Path) -> Path:
        make(folder)
        for name, changes in files.items():
            path = folder / f"{name}.json"
            if changes is None:
                path.unlink()
                continue
            content = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
            content = {key: value for key, value in {**content, **changes}.items() if value is not ...}
            tokenizers.write_json(path, content)
        return folder

    return build


def llama3_with_more_tokens(folder: Path) -> Path:
    """Tokens that only tokenizer_config.json lists, and one that it lists otherwise than tokenizer.json."""
    tokenizers.write_llama3(folder)
    path = folder / "tokenizer_config.json"
    settings = json.loads(path.read_text(encoding="utf-8"))
    listed = settings["added_tokens_decoder"]
    last = max(map(int, listed))
    listed[str(last)] |= {"special": False, "content": "<odd>"}
    listed[str(last + 1)] = {"content": "\u0120odd x", "normalized": False, "special": False}
    listed[str(last + 2)] = {"content": "\u0120normal", "normalized": True, "special": False}
    tokenizers.write_json(path, settings)
    return folder


def added_llama2(folder: Path) -> Path:
    return tokenizers.write_llama2(folder, added=True)


def added_llama_hf(folder: Path) -> Path:
    return tokenizers.write_llama_hf(folder, added=True)


def real_llama3(folder: Path) -> Path:
    vocabulary = llama_cpp_scripts() / "models" / "ggml-vocab-llama-bpe.gguf"
    return tokenizers.write_real_bpe(folder, vocabulary, tokenizers.LLAMA3_REGEX, bos=True)


def real_qwen2(folder: Path) -> Path:
    vocabulary = llama_cpp_scripts() / "models" / "ggml-vocab-qwen2.gguf"
    tokenizers.write_real_bpe(folder, vocabulary, tokenizers.QWEN2_REGEX, bos=False)
    return changed(lambda path: path, config={"architectures": ["Qwen2ForCausalLM"], "model_type": "qwen2"})(folder)


LLAMA3, QWEN2, LLAMA2, HF = (
    tokenizers.write_llama3,
    tokenizers.write_qwen2,
    tokenizers.write_llama2,
    tokenizers.write_llama_hf,
)
NO_NAMES = {"bos_token": ..., "eos_token": ..., "unk_token": ...}
FAST = {"tokenizer_class": "PreTrainedTokenizerFast"}
OLD_NAMES = {"pad_token": {"content": "<pad>", "normalized": False}, "eos_token": "<|end_of_text|>"}
NEW_TOKENS = {"<|eot_id|>": 422, "<new>": 424}

CASES: dict[str, tuple[Callable[[Path], Path], str | None]] = {
    "smollm2": (tokenizers.write_smollm2, None),
    "smollm2 as a fast class": (changed(tokenizers.write_smollm2, tokenizer_config=FAST), None),
    "llama 3": (real_llama3, None),
    "qwen 2": (real_qwen2, None),
    "small llama 3": (LLAMA3, "llama-bpe"),
    "pad token that no file lists": (changed(LLAMA3, tokenizer_config={"pad_token": "<pad>"}), "llama-bpe"),
    "extra tokens": (changed(LLAMA3, tokenizer_config={"extra_special_tokens": ["<x>", "<|eot_id|>"]}), "llama-bpe"),
    "extra tokens by name": (changed(LLAMA3, tokenizer_config={"extra_special_tokens": {"a": "<x>"}}), "llama-bpe"),
    "image token": (changed(LLAMA3, tokenizer_config={"image_token": "<img>"}), "llama-bpe"),
    "no tokenizer_config": (changed(LLAMA3, tokenizer_config=None), "llama-bpe"),
    "old files, names": (
        changed(LLAMA3, tokenizer_config={"added_tokens_decoder": ...}, special_tokens_map=OLD_NAMES),
        "llama-bpe",
    ),
    "old files, tokens": (
        changed(LLAMA3, tokenizer_config={"added_tokens_decoder": ...}, added_tokens=NEW_TOKENS),
        "llama-bpe",
    ),
    "more tokens": (llama3_with_more_tokens, "llama-bpe"),
    "llama's class": (changed(LLAMA3, tokenizer_config={"tokenizer_class": "LlamaTokenizerFast"}), "llama-bpe"),
    "small qwen 2": (QWEN2, "qwen2"),
    "qwen 2 as a fast class": (changed(QWEN2, tokenizer_config=FAST), "qwen2"),
    "llama 2": (LLAMA2, None),
    "llama 2 with added tokens": (added_llama2, None),
    "gemma": (tokenizers.write_gemma, None),
    "phi 3": (tokenizers.write_phi3, None),
    "tokenizer.json of llama 2": (HF, None),
    "the same with added tokens": (added_llama_hf, None),
    "the same without a config": (changed(HF, tokenizer_config=None), None),
    "the same without names": (changed(HF, tokenizer_config=NO_NAMES), None),
    "the same as a fast class": (changed(added_llama_hf, tokenizer_config=FAST), None),
    "the same as that without names": (changed(added_llama_hf, tokenizer_config={**FAST, **NO_NAMES}), None),
    "the same with an image token": (changed(added_llama_hf, tokenizer_config={"image_token": "<tool>"}), None),
    "the same with a named tool token": (
        changed(added_llama_hf, tokenizer_config={"additional_special_tokens": ["<tool>"]}),
        None,
    ),
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("vocabularies")


@pytest.fixture(scope="module")
def theirs(folder: Path) -> dict[str, Any]:
    """What llama.cpp's converter would write for all folders, by their names."""
    jobs = {}
    for name, (build, pre) in CASES.items():
        config = json.loads((build(folder / name) / "config.json").read_text())
        jobs[name] = {"class": config["architectures"][0], "pre": pre}
    for seed in range(N_SPECIAL):
        write_special_token_files(folder / str(seed), seed)
        jobs[str(seed)] = {"class": None, "n_vocab": 12 if seed % 2 else None}
    listed, results = folder / "jobs.json", folder / "results.json"
    tokenizers.write_json(listed, [{"folder": str(folder / name), **job} for name, job in jobs.items()])
    child = Path(__file__).with_name("vocabulary_child.py")
    subprocess.run(
        [sys.executable, str(child), str(llama_cpp_scripts()), str(listed), str(results)],
        env={**os.environ, "HF_HUB_OFFLINE": "1", "OMP_NUM_THREADS": "1"},
        check=True,
        capture_output=True,
    )
    return dict(zip(jobs, json.loads(results.read_text(encoding="utf-8")), strict=True))


@pytest.mark.parametrize("name", CASES)
def test_a_tokenizer_gets_the_keys_that_llama_cpp_gives_it(name, folder, theirs):
    assert isinstance(theirs[name], dict), theirs[name]
    ours = plain(vocabulary_of(folder / name, CASES[name][1]))
    if ours["tokenizer.ggml.model"][1] == "llama" and not (folder / name / "tokenizer.model").is_file():
        # llama.cpp's scores are all the same there, and its file tokenizes wrongly: test_vocabulary_agreement.py.
        ours, expected = ours | {"tokenizer.ggml.scores": []}, theirs[name] | {"tokenizer.ggml.scores": []}
    else:
        expected = theirs[name]
    assert ours.keys() == expected.keys()
    for key in ours:
        assert ours[key] == expected[key], key


def test_special_tokens_are_read_as_llama_cpp_reads_them(folder, theirs):
    seen: set[str] = set()
    for seed in range(N_SPECIAL):
        metadata = KeyValues("llama")
        write_special(folder / str(seed), metadata, merges=True, n_vocab=12 if seed % 2 else None)
        assert plain(metadata) == theirs[str(seed)], seed
        seen |= theirs[str(seed)].keys()
    assert len(seen) == 17  # eight ids, three flags, merges, three keys of templates, two of the normalizer
