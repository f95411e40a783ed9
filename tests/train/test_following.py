"""A text that grows token by token: keys and values that are kept give what one pass over everything gives."""

from __future__ import annotations

import random

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.train.tiny_networks import KINDS, VOCAB, tiny_model
from umi_local.engine.kv import SCRATCH, TRUNK
from umi_local.engine.llama_c import ContextParams, Vocab
from umi_local.errors import GenerationError
from umi_train.attention import KeptText
from umi_train.causal import CausalModel
from umi_train.transformers_engine.batcher import Batcher
from umi_train.transformers_engine.cells import TorchCells

TOKENS = [random.Random(0).randrange(3, VOCAB) for _ in range(64)]


class Numbers:
    """A vocabulary that is only counted."""

    vocab = Vocab(n_tokens=VOCAB, bos=1, eos=2, add_bos=False, control=frozenset(), stops=frozenset((2,)))


def cells(kind="llama", n_ctx=512, **options):
    model = tiny_model(kind, **options)
    words = Numbers()
    batcher = Batcher(CausalModel(model), None, VOCAB)
    return TorchCells(batcher, words, ContextParams(n_ctx=n_ctx)), model  # type: ignore[arg-type]


def plain(model, tokens):
    """All logits by transformers' own attention, without a cache."""
    model.set_attn_implementation("eager")
    with torch.no_grad():
        logits = model(torch.tensor([tokens]), use_cache=False).logits[0].numpy()
    model.set_attn_implementation("umi_rows")
    return logits


def rows(cells, tokens, position):
    cells.decode(tokens, position, SCRATCH, every_logit=True)
    return np.array([cells.logits(i) for i in range(len(tokens))])


@pytest.mark.parametrize("kind", KINDS)
def test_pieces_of_a_text_have_the_logits_of_one_pass_without_a_cache(kind):
    grown, model = cells(kind)
    wanted = plain(model, TOKENS)
    found, at = [], 0
    for n in (7, 1, 1, 20, 1, 13, 1, 1, 19):
        found.append(rows(grown, TOKENS[at : at + n], at))
        at += n
    np.testing.assert_allclose(np.concatenate(found), wanted, atol=2e-4)


@pytest.mark.parametrize("kind", ["llama", "mistral"])
def test_what_is_cut_back_is_written_over(kind):
    grown, model = cells(kind)
    grown.decode(TOKENS[:40], 0, TRUNK)
    grown.copy(TRUNK, SCRATCH)
    grown.decode(TOKENS[50:60], 40, SCRATCH)
    assert grown.cut(SCRATCH, 30)
    other = [*TOKENS[:30], *TOKENS[10:20]]
    np.testing.assert_allclose(rows(grown, other[30:], 30), plain(model, other)[30:], atol=2e-4)


@settings(max_examples=15)
@given(st.lists(st.integers(1, 30), min_size=1, max_size=8))
def test_however_a_text_is_cut_its_last_logits_are_the_same(lengths):
    grown, model = cells()
    at = 0
    for n in lengths:
        n = min(n, 64 - at)
        if n:
            grown.decode(TOKENS[at : at + n], at, TRUNK)
            at += n
    np.testing.assert_allclose(grown.logits(), plain(model, TOKENS[:at])[-1], atol=2e-4)


def test_only_the_vocabularys_tokens_have_logits():
    grown, _ = cells(vocab_size=VOCAB + 31)
    grown.decode(TOKENS[:3], 0, TRUNK)
    assert grown.logits().shape == (VOCAB,)


def test_a_full_context_and_broken_weights_are_our_errors():
    grown, model = cells(n_ctx=16)
    grown.decode(TOKENS[:16], 0, TRUNK)
    with pytest.raises(GenerationError, match="17 tokens don't fit into a context of 16"):
        grown.decode(TOKENS[:1], 16, TRUNK)
    model.model.norm.weight.data.fill_(torch.nan)
    with pytest.raises(GenerationError, match="aren't finite"):
        grown.decode(TOKENS[:1], 15, TRUNK)


def test_what_torch_cannot_compute_is_our_error():
    grown, model = cells()
    model.model.norm.weight.data = torch.ones(3)
    with pytest.raises(GenerationError, match="torch could not compute 2 tokens"):
        grown.decode(TOKENS[:2], 0, TRUNK)


def test_buffers_grow_to_their_limit_and_keep_what_they_hold():
    kept = KeptText(1000)
    key = torch.randn(1, 2, 1000, 4)
    for begin, end in ((0, 3), (3, 600), (600, 999), (999, 1000)):
        keys, values = kept.put(5, key[:, :, begin:end], -key[:, :, begin:end], begin)
        assert torch.equal(keys, key[:, :, :end])
        assert torch.equal(values, -key[:, :, :end])
