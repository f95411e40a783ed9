"""How a byte-level BPE tokenizer's pre-tokenizer is recognized."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Sequence

import pytest

from tests.convert import tokenizers_for_tests as tokenizers
from tests.convert.conformance import llama_cpp_scripts
from tests.convert.vocabulary_files import llama_cpp_tokenizer, vocabulary_of
from umi_convert.errors import CheckpointError
from umi_convert.key_values import KeyValues
from umi_convert.vocabulary import PRE_TOKENIZER_NAMES
from umi_convert.vocabulary.fast_tokenizer import FastTokenizer, open_fast_tokenizer
from umi_convert.vocabulary.pre_tokenizers import NAMES_BY_HASH, TEST_TEXT, hash_of, pre_tokenizer_of
from umi_local.errors import ModelLoadError


@pytest.fixture(scope="module")
def smollm2(tmp_path_factory: pytest.TempPathFactory) -> FastTokenizer:
    return open_fast_tokenizer(tokenizers.write_smollm2(tmp_path_factory.mktemp("smollm2")))


def test_smollm2_is_recognized(smollm2):
    assert pre_tokenizer_of(smollm2) == "smollm"


@pytest.mark.integration
def test_llama_3_is_recognized_with_its_bos_and_taken_for_another_model_without(tmp_path):
    """Its ids without a BOS are those of Smaug, which cuts text alike but looks words up only after merging."""
    vocabulary = llama_cpp_scripts() / "models" / "ggml-vocab-llama-bpe.gguf"
    folder = tokenizers.write_real_bpe(tmp_path, vocabulary, tokenizers.LLAMA3_REGEX, bos=True)
    assert pre_tokenizer_of(open_fast_tokenizer(folder)) == "llama-bpe"
    path = folder / "tokenizer.json"
    content = json.loads(path.read_text(encoding="utf-8"))
    tokenizers.write_json(path, {**content, "post_processor": None})
    assert pre_tokenizer_of(open_fast_tokenizer(folder)) == "smaug-bpe"


def test_a_special_token_that_a_model_adds_does_not_hide_what_it_is(smollm2, monkeypatch):
    """Classes of tokenizers in transformers add tokens that tokenizer.json doesn't, and the other way round."""
    encode = FastTokenizer.encode

    def with_eos(self: FastTokenizer, text: str, *, special: bool) -> Sequence[int]:
        return encode(self, text, special=special) + ([2] if special else [])

    monkeypatch.setattr(FastTokenizer, "encode", with_eos)
    assert pre_tokenizer_of(smollm2) == "smollm"


def test_other_digits_are_another_pre_tokenizer(tmp_path):
    """Llama 3's regular expression on SmolLM2's vocabulary is none that llama.cpp knows."""
    folder = tokenizers.write_smollm2(tmp_path)
    path = folder / "tokenizer.json"
    content = json.loads(path.read_text(encoding="utf-8"))
    content["pre_tokenizer"] = tokenizers.bpe_json({}, [], tokenizers.regex_pre_tokenizer(tokenizers.LLAMA3_REGEX), [])[
        "pre_tokenizer"
    ]
    tokenizers.write_json(path, content)
    with pytest.raises(CheckpointError, match="isn't known") as raised:
        pre_tokenizer_of(open_fast_tokenizer(folder))
    assert "--pre-tokenizer NAME" in raised.value.hint
    assert "--llama-cpp DIR" in raised.value.hint


def test_an_override_is_taken_if_llama_cpp_knows_it(smollm2):
    assert pre_tokenizer_of(smollm2, "qwen2") == "qwen2"
    with pytest.raises(CheckpointError, match="'qwen-2'") as raised:
        pre_tokenizer_of(smollm2, "qwen-2")
    assert "qwen2" in raised.value.hint


@pytest.mark.integration
def test_the_table_and_the_test_text_are_those_of_llama_cpp():
    source = (llama_cpp_scripts() / "conversion" / "base.py").read_text(encoding="utf-8")
    text = re.search(r"^\s+chktxt = ('.*')$", source, re.MULTILINE)
    assert text is not None
    assert ast.literal_eval(text.group(1)) == TEST_TEXT
    listed = re.findall(r'if chkhsh == "(\w+)":\s+(?:#[^\n]*\s+)*res = "([^"]+)"', source)
    assert len(listed) == source.count("if chkhsh ==")
    assert dict(listed) == NAMES_BY_HASH


@pytest.mark.integration
def test_llama_cpp_opens_a_file_with_any_of_the_names(tmp_path):
    """A name that the loader doesn't know would be found out only when a model is opened."""
    folder = tokenizers.write_llama3(tmp_path)
    assert len(PRE_TOKENIZER_NAMES) > 80
    for name in PRE_TOKENIZER_NAMES:
        llama_cpp_tokenizer(folder / f"{name}.gguf", vocabulary_of(folder, name))
    with pytest.raises(ModelLoadError):
        llama_cpp_tokenizer(folder / "x.gguf", _named(vocabulary_of(folder, "default"), "no-such-name"))


def _named(keys: KeyValues, name: str) -> KeyValues:
    keys.string("tokenizer.ggml.pre", name)
    return keys


def test_the_hash_is_of_the_ids_as_python_shows_them():
    assert hash_of([1, 2]) == hash_of((1, 2)) != hash_of([12])
