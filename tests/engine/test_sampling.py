"""Sampling against a plain reference in 64-bit floats, and what each filter lets through."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from umi_local.engine.base import Sampling
from umi_local.engine.sampling import Sampler, softmax

logit = st.floats(-20, 20, width=32)
rows = st.lists(logit, min_size=1, max_size=12)


def reference(logits, s):
    """The distribution, token by token: top-k, then top-p, then min-p, each on probabilities at temperature 1, then heat."""
    order = sorted(range(len(logits)), key=lambda t: (-logits[t], t))
    order = [t for t in order if logits[t] > -math.inf]
    if s.top_k:
        order = order[: s.top_k]
    weight = {t: math.exp(logits[t] - logits[order[0]]) for t in order}
    total = sum(weight.values())
    kept, mass = [], 0.0
    for t in order:
        if s.top_p < 1 and mass >= s.top_p:  # 1 switches it off, even where the first token rounds to all of the mass
            break
        kept.append(t)
        mass += weight[t] / total
    kept = [t for t in kept if weight[t] >= s.min_p * weight[order[0]]]
    heated = {t: math.exp((logits[t] - logits[order[0]]) / s.temperature) for t in kept}
    return {t: w / sum(heated.values()) for t, w in heated.items()}


def observed(logits, sampling, n=400):
    """The shares of tokens over many seeds."""
    row = np.array(logits, np.float32)
    picks = [Sampler(replace(sampling, seed=seed)).pick(row) for seed in range(n)]
    return {token: picks.count(token) / n for token in set(picks)}


def distribution(logits, sampling):
    tokens, weights = Sampler(sampling)._distribution(np.array(logits, np.float32))
    return dict(zip(tokens.tolist(), (weights / weights.sum()).tolist(), strict=True))


@settings(max_examples=300)
@given(
    logits=st.lists(logit | st.just(-math.inf), min_size=1, max_size=12, unique=True).filter(
        lambda row: max(row) > -math.inf
    ),
    temperature=st.floats(0.05, 4),
    top_k=st.integers(0, 6),
    top_p=st.sampled_from([1.0, 0.95, 0.5, 0.013]),
    min_p=st.sampled_from([0.0, 0.05, 0.31]),
)
def test_the_distribution_is_the_references(logits, temperature, top_k, top_p, min_p):
    sampling = Sampling(temperature=temperature, top_k=top_k, top_p=top_p, min_p=min_p)
    assert distribution(logits, sampling) == pytest.approx(reference(logits, sampling), rel=1e-9, abs=1e-300)


@given(logits=rows)
def test_temperature_zero_takes_the_likeliest_token_and_the_first_of_equals(logits):
    picked = Sampler(Sampling(temperature=0.0, top_k=3, seed=7)).pick(np.array(logits, np.float32))
    assert picked == logits.index(max(logits))


def test_tokens_are_picked_as_often_as_the_distribution_says():
    sampling = Sampling(temperature=0.8, top_k=4, min_p=0.02)
    logits = [0.0, 1.0, 2.0, -3.0, 1.5, -math.inf]
    expected, seen = reference(logits, sampling), observed(logits, sampling)
    assert set(seen) == set(expected) == {0, 1, 2, 4}
    for token, share in expected.items():
        assert abs(seen[token] - share) < 0.08


LADDER = [math.log(p) for p in (0.4, 0.3, 0.2, 0.1)]


@pytest.mark.parametrize(
    ("filters", "kept"),
    [
        ({}, {0, 1, 2, 3}),
        ({"top_k": 1}, {0}),
        ({"top_k": 3}, {0, 1, 2}),
        ({"top_k": 99}, {0, 1, 2, 3}),
        ({"top_p": 0.39}, {0}),
        ({"top_p": 0.41}, {0, 1}),
        ({"top_p": 0.91}, {0, 1, 2, 3}),
        ({"min_p": 0.51}, {0, 1}),
        ({"min_p": 0.24}, {0, 1, 2, 3}),
        ({"top_k": 2, "top_p": 0.58}, {0, 1}),
        ({"top_k": 2, "top_p": 0.56}, {0}),
    ],
)
def test_a_filter_keeps_what_it_promises(filters, kept):
    assert set(distribution(LADDER, Sampling(temperature=1.0, **filters))) == kept


def test_heat_flattens_and_cold_sharpens():
    cold, warm, hot = (distribution(LADDER, Sampling(temperature=t))[0] for t in (0.2, 1.0, 5.0))
    assert cold > 0.75
    assert warm == pytest.approx(0.4)
    assert 0.25 < hot < 0.32


@settings(max_examples=50)
@given(logits=rows, seed=st.integers(-(2**31), 2**40), salt=st.lists(st.integers(0, 99), max_size=3))
def test_equal_seeds_and_salts_give_equal_tokens(logits, seed, salt):
    row = np.array(logits, np.float32)
    one, other = (Sampler(Sampling(temperature=1.0, seed=seed), *salt) for _ in range(2))
    assert [one.pick(row) for _ in range(5)] == [other.pick(row) for _ in range(5)]


def test_other_seeds_and_other_salts_give_other_tokens():
    flat = np.zeros(1000, np.float32)
    keys = [(1, ()), (2, ()), (1, (1,)), (1, (2,)), (1, (1, 2)), (1, (2, 1))]
    said = {
        tuple(Sampler(Sampling(temperature=1.0, seed=seed), *salt).pick(flat) for _ in range(4)) for seed, salt in keys
    }
    assert len(said) == len(keys)


@given(logits=rows)
def test_softmax_is_the_references_and_sums_to_one(logits):
    probabilities = softmax(np.array(logits, np.float32))
    total = math.fsum(math.exp(x - max(logits)) for x in logits)
    assert probabilities.tolist() == pytest.approx([math.exp(x - max(logits)) / total for x in logits], rel=1e-12)
    assert probabilities.sum() == pytest.approx(1)


@pytest.mark.parametrize(
    "wrong",
    [{"temperature": -0.1}, {"top_p": 0}, {"top_p": 1.1}, {"min_p": 1.0}, {"min_p": -0.1}, {"top_k": -1}],
    ids=str,
)
def test_settings_that_make_no_sense_are_refused(wrong):
    with pytest.raises(ValueError, match=next(iter(wrong))):
        Sampling(**wrong)
