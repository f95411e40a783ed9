"""Missing, broken and hostile tokenizer files: each ends in our own error, which says what and where."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.convert import tokenizers_for_tests as tokenizers
from tests.convert.vocabulary_files import plain, vocabulary_of
from umi_convert.config import load_config
from umi_convert.errors import CheckpointError
from umi_convert.key_values import KeyValues
from umi_convert.vocabulary import (
    has_llama_hf,
    open_tokenizer,
    write_bpe,
    write_llama_hf,
    write_sentencepiece,
    write_special,
)


def edit(folder: Path, name: str, change: Callable[[dict[str, Any]], object]) -> None:
    """Change a JSON file in place."""
    path = folder / name
    content = json.loads(path.read_text(encoding="utf-8"))
    change(content)
    tokenizers.write_json(path, content)


def refused(write: Callable[..., object], folder: Path) -> CheckpointError:
    """Return the error that a writer ends in."""
    with pytest.raises(CheckpointError) as raised:
        write(folder, load_config(folder), KeyValues("llama"))
    return raised.value


def write_bpe_as_llama3(folder: Path, config: Any, metadata: KeyValues) -> None:
    write_bpe(folder, config, metadata, pre_tokenizer="llama-bpe")


def test_a_folder_without_a_tokenizer_is_refused_with_the_remedy(tmp_path):
    tokenizers.write_config(tmp_path, vocab_size=100)
    for write in (write_bpe, write_llama_hf):
        error = refused(write, tmp_path)
        assert "tokenizer.json" in error.path
        assert "--llama-cpp DIR" in error.hint
    assert "tokenizer.model" in refused(write_sentencepiece, tmp_path).path
    with pytest.raises(CheckpointError, match=r"neither tokenizer\.json nor tokenizer\.model"):
        open_tokenizer(tmp_path)


@pytest.mark.parametrize("kind", ["Unigram", "WordPiece", "WordLevel", None, 3])
def test_another_kind_of_tokenizer_is_named(kind, tmp_path):
    folder = tokenizers.write_llama3(tmp_path)
    edit(folder, "tokenizer.json", lambda content: content["model"].update(type=kind))
    for write in (write_bpe, write_llama_hf):
        assert f"holds a {kind} tokenizer" in refused(write, folder).reason
    with pytest.raises(CheckpointError, match="tokenizer"):
        open_tokenizer(folder)


def test_bpe_that_is_not_byte_level_is_refused_even_with_an_override(tmp_path):
    folder = tokenizers.write_llama_hf(tmp_path)
    assert has_llama_hf(folder)
    assert "isn't byte-level" in refused(write_bpe_as_llama3, folder).reason


def test_byte_level_bpe_is_not_taken_for_sentencepiece(tmp_path):
    folder = tokenizers.write_llama3(tmp_path)
    assert not has_llama_hf(folder)
    assert "isn't a SentencePiece tokenizer" in refused(write_llama_hf, folder).reason


def test_more_tokens_than_the_model_has_are_refused(tmp_path):
    folder = tokenizers.write_llama3(tmp_path / "bpe")
    edit(folder, "config.json", lambda config: config.update(vocab_size=422))
    error = refused(write_bpe_as_llama3, folder)
    assert "2 tokens lie beyond the model's vocab_size of 422" in error.reason
    assert "Resize the model's embeddings" in error.hint
    for name, build, write in (
        ("model", tokenizers.write_llama2, write_sentencepiece),
        ("json", tokenizers.write_llama_hf, write_llama_hf),
    ):
        folder = build(tmp_path / name)
        edit(folder, "config.json", lambda config: config.update(vocab_size=419))
        assert "vocab_size is 419" in refused(write, folder).reason


@pytest.mark.parametrize("size", [0, -1, 10**12, "420", 2.5, True])
def test_a_vocab_size_that_makes_no_sense_is_refused(size, tmp_path):
    folder = tokenizers.write_llama2(tmp_path)
    edit(folder, "config.json", lambda config: config.update(vocab_size=size))
    error = refused(write_sentencepiece, folder)
    assert repr(size) in error.reason
    assert "config.json" in error.hint


def test_two_tokens_with_one_id_are_refused(tmp_path):
    folder = tokenizers.write_llama3(tmp_path)
    edit(folder, "tokenizer.json", lambda content: content["model"]["vocab"].update({"zz": 5}))
    assert "both have the id 5" in refused(write_bpe_as_llama3, folder).reason


@pytest.mark.parametrize("content", [b"", b"\x0a", b"not a model", b"\xff" * 64, b"{}", b"\x0a\x04\x0a\x02\xff\xfe"])
def test_a_tokenizer_model_that_is_none_is_refused(content, tmp_path):
    folder = tokenizers.write_llama2(tmp_path)
    (folder / "tokenizer.model").write_bytes(content)
    assert refused(write_sentencepiece, folder).path.endswith("tokenizer.model")
    with pytest.raises(CheckpointError):
        open_tokenizer(folder)


@pytest.mark.parametrize("name", ["tokenizer.json", "tokenizer_config.json", "special_tokens_map.json"])
@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"\xff\xfe\xfd", b"[" * 100_000, b'"x"', b"null"])
def test_a_file_that_is_no_json_object_is_refused(name, content, tmp_path):
    folder = tokenizers.write_llama3(tmp_path)
    edit(folder, "tokenizer_config.json", lambda settings: settings.pop("added_tokens_decoder"))
    (folder / name).write_bytes(content)
    assert refused(write_bpe_as_llama3, folder).path.endswith(name)


WRONG: dict[str, tuple[str, Callable[[dict[str, Any]], object]]] = {
    "merges of three": ("tokenizer.json", lambda c: c["model"].update(merges=[["a", "b", "c"]])),
    "a merge of nothing known": ("tokenizer.json", lambda c: c["model"].update(merges=[["~~", "~~"]])),
    "no merges": ("tokenizer.json", lambda c: c["model"].update(merges=[])),
    "an id that is a text": ("tokenizer.json", lambda c: c["model"]["vocab"].update(zz="1")),
    "an id below 0": ("tokenizer.json", lambda c: c["model"]["vocab"].update(zz=-1)),
    "a huge id": ("tokenizer.json", lambda c: c["model"]["vocab"].update(zz=2**31)),
    "a token that isn't Unicode": ("tokenizer.json", lambda c: c["model"]["vocab"].update({"\ud800": 424})),
    "a vocabulary that is a list": ("tokenizer.json", lambda c: c["model"].update(vocab=["a", "b"])),
    "a model that is a list": ("tokenizer.json", lambda c: c.update(model=[])),
    "an added token without text": ("tokenizer.json", lambda c: c["added_tokens"][0].pop("content")),
    "added tokens that are texts": ("tokenizer.json", lambda c: c.update(added_tokens=["<x>"])),
    "a post-processor that is a text": ("tokenizer.json", lambda c: c.update(post_processor="x")),
    "a pre-tokenizer of no kind": ("tokenizer.json", lambda c: c.update(pre_tokenizer={"type": "Nothing"})),
    "a broken regular expression": (
        "tokenizer.json",
        lambda c: c.update(pre_tokenizer={"type": "Split", "pattern": {"Regex": "("}, "behavior": "Isolated", "invert": False}),
    ),
    "a list of added tokens": ("tokenizer_config.json", lambda c: c.update(added_tokens_decoder=[1])),
    "an added token's id that is none": ("tokenizer_config.json", lambda c: c.update(added_tokens_decoder={"x": {}})),
    "an added token that is a text": ("tokenizer_config.json", lambda c: c["added_tokens_decoder"].update({"9": "<x>"})),
    "a template that is a number": ("tokenizer_config.json", lambda c: c.update(chat_template=3)),
    "a template without text": ("tokenizer_config.json", lambda c: c.update(chat_template=[{"name": "x"}])),
}  # fmt: skip


@pytest.mark.parametrize("fault", WRONG)
def test_a_wrong_value_is_refused_with_the_file_it_is_in(fault, tmp_path):
    folder = tokenizers.write_llama3(tmp_path)
    name, change = WRONG[fault]
    path = folder / name
    content = json.loads(path.read_text(encoding="utf-8"))
    change(content)
    path.write_text(json.dumps(content))  # a lone surrogate can only be written as an escape
    assert refused(write_bpe_as_llama3, folder).path.startswith(str(folder))


ADDED: list[tuple[str, object]] = [
    ("added_tokens.json", {"<x>": "420"}),
    ("added_tokens.json", {"<x>": -1}),
    ("added_tokens.json", ["<x>"]),
    ("tokenizer_config.json", {"added_tokens_decoder": {"-1": {"content": "<x>"}}}),
    ("tokenizer_config.json", {"added_tokens_decoder": {"²": {"content": "<x>"}}}),
    ("tokenizer_config.json", {"added_tokens_decoder": {"420": {"content": None}}}),
    ("chat_template.jinja", b"\xff\xfe"),
    ("chat_template.json", {"chat_template": 5}),
]


@pytest.mark.parametrize(("name", "content"), ADDED)
def test_wrong_files_beside_a_tokenizer_model_are_refused(name, content, tmp_path):
    folder = tokenizers.write_llama2(tmp_path)
    if isinstance(content, bytes):
        (folder / name).write_bytes(content)
    else:
        tokenizers.write_json(folder / name, content)
    assert refused(write_sentencepiece, folder).path.endswith(name)
    with pytest.raises(CheckpointError):
        open_tokenizer(folder)


def test_ids_of_special_tokens_that_no_number_can_be_are_left_out(tmp_path):
    """`-1` stands for 'none' in configurations of the first Llama; lists are of several ends."""
    ids = {"bos_token_id": -1, "eos_token_id": [1, 2], "pad_token_id": 2**40, "unk_token_id": True, "sep_token_id": "3"}
    tokenizers.write_config(tmp_path, **ids, mask_token_id=7)
    metadata = KeyValues("llama")
    write_special(tmp_path, metadata)
    assert [key for key, _ in metadata] == ["tokenizer.ggml.mask_token_id"]


def test_gaps_are_filled_so_that_there_is_a_token_for_every_row(tmp_path):
    """llama.cpp's converter leaves them out for a tokenizer.json of Llama 2, and its file can't be opened."""
    folder = tokenizers.write_llama_hf(tmp_path)
    edit(folder, "config.json", lambda config: config.update(vocab_size=422))
    tokens = plain(vocabulary_of(folder))["tokenizer.ggml.tokens"][1]
    assert tokens[-2:] == ["[PAD420]", "[PAD421]"]


@pytest.mark.parametrize("build", [tokenizers.write_llama3, tokenizers.write_phi3, tokenizers.write_llama_hf])
def test_files_with_random_damage_are_read_or_refused(build, tmp_path):
    """Bytes changed, cut out or doubled: what isn't an error of ours is one of a library, or a crash."""
    folder = build(tmp_path)
    originals = {path: path.read_bytes() for path in sorted(folder.iterdir()) if path.name != "config.json"}
    rng, n_refused = random.Random(3), 0
    for _ in range(150):
        path = rng.choice(list(originals))
        path.write_bytes(damaged(originals[path], rng))
        try:
            vocabulary_of(folder, "llama-bpe")
            open_tokenizer(folder).encode_plain("Hello, <s> world")
        except CheckpointError:
            n_refused += 1
        path.write_bytes(originals[path])
    assert 30 < n_refused < 150


def damaged(content: bytes, rng: random.Random) -> bytes:
    """Return bytes with one thing wrong."""
    start = rng.randrange(len(content))
    stop = min(len(content), start + rng.choice((1, 1, 1, 8, 200)))
    replaced = rng.choice((b"", bytes([rng.randrange(256)]), b"null", b"-1", b'""', content[start:stop] * 2))
    return content[:start] + replaced + content[stop:]
