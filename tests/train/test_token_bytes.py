"""The bytes of tokens, against what llguidance reads off the same tokenizers."""

from __future__ import annotations

import llguidance
import numpy as np
import pytest
from tokenizers import AddedToken, Tokenizer, decoders, models, normalizers, pre_tokenizers
from transformers import PreTrainedTokenizerFast

from tests.train.vocabularies import of_a_checkpoint, of_llama_cpp
from umi_local.engine.constrain import CallGrammars
from umi_local.engine.text import TextStream
from umi_local.messages import ToolSpec
from umi_local.prompts.base import CallForm
from umi_train.errors import BaseModelError
from umi_train.token_bytes import token_bytes
from umi_train.tokenization import FastVocabulary

TOOL = ToolSpec("look_up", "Looks up.", {"type": "object", "properties": {"word": {"type": "string"}}})


def sentencepiece() -> FastVocabulary:
    """A vocabulary as Llama's was written: blanks as `▁`, bytes that no piece has as `<0x..>`."""
    pieces = [
        "<unk>",
        "<s>",
        "</s>",
        *(f"<0x{byte:02X}>" for byte in range(256)),
        "▁",
        *'etaonisrhlducmfg,{}:"_w',
        "▁t",
        "he",
    ]
    pieces += ["▁the", "ä"]
    merges = [("▁", "t"), ("h", "e"), ("▁t", "he")]
    vocab = {piece: i for i, piece in enumerate(pieces)}
    tokenizer = Tokenizer(models.BPE(vocab, merges, unk_token="<unk>", byte_fallback=True, fuse_unk=True))
    tokenizer.normalizer = normalizers.Sequence([normalizers.Prepend("▁"), normalizers.Replace(" ", "▁")])
    tokenizer.decoder = decoders.Sequence(
        [decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse(), decoders.Strip(" ", 1, 0)]
    )
    tokenizer.add_special_tokens([AddedToken(text, special=True) for text in pieces[:3]])
    made = PreTrainedTokenizerFast(tokenizer_object=tokenizer, bos_token="<s>", eos_token="</s>", unk_token="<unk>")
    return FastVocabulary(made, "sentencepiece")


@pytest.mark.parametrize("made", [of_a_checkpoint, sentencepiece])
def test_pieces_are_the_bytes_that_llguidance_reads(made):
    words = made()
    oracle = llguidance.LLTokenizer(words._trusted.to_str())
    found = words.pieces()
    assert len(found) == words.vocab.n_tokens
    for token in set(range(words.vocab.n_tokens)) - words.vocab.control:
        if found[token] == b"\xff":  # its own mark of control tokens, and in no text of UTF-8
            continue
        assert found[token] == oracle.decode_bytes([token]), token


def test_a_checkpoints_pieces_are_those_of_the_file_made_of_it():
    assert of_a_checkpoint().pieces() == of_llama_cpp().pieces()
    assert of_a_checkpoint().lead == of_llama_cpp().lead == ""


@pytest.mark.parametrize("made", [of_a_checkpoint, sentencepiece])
@pytest.mark.parametrize("text", ["the hen", "ä ö 你好 🙂", "\n\t"])
def test_texts_come_back_token_by_token(made, text):
    words = made()
    stream = TextStream(words)
    for token in words.tokenize(text, special=False):
        stream.push(token)
    assert stream.finish() == words.lead + text


def test_sentencepiece_begins_every_text_with_a_blank():
    words = sentencepiece()
    assert words.lead == " "
    assert words.text(words.tokenize("the", special=False)) == " the"


def test_vocabularies_of_other_kinds_are_refused_where_they_must_speak():
    tokenizer = Tokenizer(models.WordPiece({"[UNK]": 0, "a": 1, "##b": 2}, unk_token="[UNK]"))
    tokenizer.decoder = decoders.WordPiece()
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    assert token_bytes(tokenizer, 3) is None
    words = FastVocabulary(PreTrainedTokenizerFast(tokenizer_object=tokenizer, unk_token="[UNK]"), "pieces")
    with pytest.raises(BaseModelError, match="neither byte level nor SentencePiece's"):
        words.pieces()


def test_a_checkpoints_call_is_forced_and_masked_like_a_files():
    """The same grammar over the same vocabulary, once through llama.cpp's tokenizer and once through the checkpoint's."""
    matchers = [CallGrammars(words).call([TOOL], CallForm.JSON) for words in (of_llama_cpp(), of_a_checkpoint())]
    logits = np.zeros(49152, np.float32)
    text = '"Köln \\n 12 </s>"}}'
    for token in of_llama_cpp().tokenize('{"name":"look_up","arguments":{"word":' + text, special=False):
        first, second = (matcher.allowed(logits) for matcher in matchers)
        np.testing.assert_array_equal(first, second)
        assert first[token] == 0
        for matcher in matchers:
            matcher.take([token])
    assert [matcher.is_finished for matcher in matchers] == [True, True]


def test_forced_tokens_of_sentencepiece_have_no_blank_too_many():
    words = sentencepiece()
    words_of = {"enum": ["the hen", "other"]}
    tool = ToolSpec("look_up", "", {"type": "object", "properties": {"word": words_of}, "required": ["word"]})
    matcher = CallGrammars(words).call([tool], CallForm.JSON)
    written, rng = [], np.random.default_rng(0)
    while not matcher.is_finished:
        tokens = matcher.forced()
        if not tokens:
            tokens = [int(matcher.allowed(rng.normal(size=words.vocab.n_tokens).astype(np.float32)).argmax())]
            matcher.take(tokens)
        written += tokens
    assert words.text(written) == ' {"name":"look_up","arguments":{"word":"the hen"}}'
