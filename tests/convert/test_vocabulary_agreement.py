"""Token ids: what a checkpoint's own tokenizer makes of a text, and what llama.cpp makes of it with the keys written here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from gguf import GGUFValueType
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.convert import tokenizers_for_tests as tokenizers
from tests.convert.vocabulary_files import llama_cpp_tokenizer, vocabulary_of
from umi_convert.vocabulary import SourceTokenizer, open_tokenizer
from umi_local.bundles.catalog import find_bundle

pytestmark = pytest.mark.integration


def added_llama2(folder: Path) -> Path:
    return tokenizers.write_llama2(folder, added=True)


def added_llama_hf(folder: Path) -> Path:
    return tokenizers.write_llama_hf(folder, added=True)


KINDS: dict[str, tuple[Callable[[Path], Path], str | None]] = {
    "smollm2": (tokenizers.write_smollm2, None),
    "llama3": (tokenizers.write_llama3, "llama-bpe"),
    "qwen2": (tokenizers.write_qwen2, "qwen2"),
    "llama2": (tokenizers.write_llama2, None),
    "llama2-added": (added_llama2, None),
    "gemma": (tokenizers.write_gemma, None),
    "phi3": (tokenizers.write_phi3, None),
    "llama-hf": (tokenizers.write_llama_hf, None),
    "llama-hf-added": (added_llama_hf, None),
}


@dataclass(frozen=True, repr=False)
class Pair:
    source: SourceTokenizer
    converted: Callable[[str], list[int]]


@pytest.fixture(scope="module")
def pairs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Pair]:
    made = {}
    for name, (build, pre) in KINDS.items():
        folder = build(tmp_path_factory.mktemp(name))
        made[name] = Pair(open_tokenizer(folder), llama_cpp_tokenizer(folder / "v.gguf", vocabulary_of(folder, pre)))
    return made


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("text", [*tokenizers.PROBES, *tokenizers.TEXT])
def test_both_tokenizers_make_the_same_of_a_text(kind, text, pairs):
    assert pairs[kind].source.encode_plain(text) == pairs[kind].converted(text)


PIECES = (
    *"aZ9_ .,'\"-/\n\t\r\u00a0\u3000\u2028\u0085\u200b\ufeff\u2581\u0120",
    *("'s", "'LL", "  ", "\r\n", "12345", "x\u0301", "\u0e01\u0e33", "\u212b", "\ufb01", "東京", "Ελ", "\u0660"),
    *("\U0001f468\u200d\U0001f469", "<s>", "</s>", "<unk>", "<pad>", "<0x41>", "<tool>", "<tool_call>", "<|im_end|>"),
    *("<|eot_id|>", "<|user|>", "<mask>", "<table>", "<end>", "a b", "[PAD421]"),
)
"""Where tokenizers differ, if they do: kinds of space, apostrophes, digits, what is composed, and the texts of tokens."""


def comparable(kind: str, text: str) -> str:
    """Return what of a text the two can agree on."""
    if kind == "smollm2":  # it has no tokens for some bytes; left out, they part or join their neighbours
        return "".join(char for char in text if char >= " " or char in "\t\n\r")
    if kind == "gemma":  # its runs of spaces are user-defined, and llama.cpp doesn't take a written mark for a space
        text = text.replace("\u2581", "")
        for piece in ("<mask>", "[@BOS@]", "<unused0>", "<unused1>"):  # SentencePiece makes tokens of them in any text
            text = text.replace(piece, "")
    return text


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=150)
@given(parts=st.lists(st.sampled_from(PIECES) | st.text(max_size=4), max_size=12))
def test_both_tokenizers_make_the_same_of_any_text(kind, pairs, parts):
    text = comparable(kind, "".join(parts))
    assert pairs[kind].source.encode_plain(text) == pairs[kind].converted(text)


def test_a_control_token_stays_text_and_a_user_defined_one_does_not(pairs):
    source = pairs["qwen2"].source
    assert len(source.encode_plain("<tool_call>")) == 1
    assert len(source.encode_plain("<|im_end|>")) > 1
    assert len(source.encode_plain("<|fim_prefix|>")) > 1  # not marked as special, but llama.cpp takes it for one
    assert len(pairs["llama2-added"].source.encode_plain("<tool>")) == 1


def test_qwens_tokenizer_takes_text_as_it_stands(pairs):
    """As llama.cpp does, though its tokenizer.json composes letters and accents: else every conversion would look wrong."""
    pair = pairs["qwen2"]
    assert pair.source.encode_plain("cafe\u0301") == pair.converted("cafe\u0301") != pair.converted("caf\u00e9")
    assert pair.source.encode_plain("caf\u00e9") == pair.converted("caf\u00e9")


def test_the_scores_that_llama_cpps_converter_writes_tokenize_wrongly(tmp_path):
    """Why `tokenizer.ggml.scores` of a tokenizer.json differs from llama.cpp's: all its tokens have the same score."""
    folder = tokenizers.write_llama_hf(tmp_path)
    source, keys = open_tokenizer(folder), vocabulary_of(folder)
    ours = llama_cpp_tokenizer(folder / "ours.gguf", keys)
    keys.array("tokenizer.ggml.scores", [-1000.0] * source.n_vocab, GGUFValueType.FLOAT32)
    theirs = llama_cpp_tokenizer(folder / "theirs.gguf", keys)
    wrong = [text for text in tokenizers.TEXT if theirs(text) != source.encode_plain(text)]
    assert wrong
    assert [ours(text) for text in wrong] == [source.encode_plain(text) for text in wrong]


def test_smollm2s_token_ids_are_those_of_the_embedded_bundle(pairs):
    probes = find_bundle("embedded").bundle.probes
    assert probes
    for probe in probes:
        assert pairs["smollm2"].source.encode_plain(probe.text) == list(probe.token_ids)


def test_a_source_tokenizer_says_its_size_and_its_template(pairs):
    assert pairs["smollm2"].source.n_vocab == 49152
    assert "SmolLM" in pairs["smollm2"].source.chat_template
    assert pairs["qwen2"].source.chat_template.endswith("\n")  # from chat_template.jinja
    assert pairs["llama2"].source.chat_template is None
    assert pairs["llama2"].source.n_vocab == 420
