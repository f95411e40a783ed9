"""Rows of several texts: nothing is lost, nothing is seen across, and little room is wasted."""

from __future__ import annotations

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from tests.train.tiny_networks import KINDS, random_sample, tiny_model, tiny_network, with_adapters
from umi_local.messages import Role
from umi_train.network import full_route
from umi_train.packing import ROLES, full_row, pack, pieces_of

lengths = st.lists(st.integers(1, 60), max_size=40)
ROLE_NAMES = tuple(role.value for role in Role)


@given(lengths=lengths, capacity=st.integers(1, 100))
def test_every_item_is_in_exactly_one_row_and_no_row_is_too_long(lengths, capacity):
    rows = pack(lengths, capacity)
    assert sorted(item for row in rows for item in row) == list(range(len(lengths)))
    for row in rows:
        assert len(row) == 1 or sum(lengths[item] for item in row) <= capacity


@given(lengths=lengths, capacity=st.integers(60, 200))
def test_at_most_one_row_is_half_empty(lengths, capacity):
    rows = pack(lengths, capacity)
    assert sum(sum(lengths[i] for i in row) * 2 <= capacity for row in rows) <= 1


@given(lengths=lengths)
def test_packing_is_the_same_every_time(lengths):
    assert pack(lengths, 100) == pack(list(lengths), 100)


@pytest.mark.parametrize("kind", KINDS)
def test_a_text_in_a_row_is_computed_as_it_is_alone(kind):
    network = tiny_network(kind)
    plain = with_adapters(tiny_model(kind, attn_implementation="eager"), *ROLE_NAMES)
    plain.set_adapter("caller")
    samples = [piece for seed in (1, 2, 3) for piece in pieces_of(random_sample(seed), tuple(Role))]
    row = full_row(samples)
    with torch.no_grad(), network.router.along(full_route(row, "caller")):
        logits = network.logits(network.hidden(row.text.tokens, row.text.positions, row.text.layout()))
        for sample, (begin, end) in zip(samples, row.text.pieces, strict=True):
            expected = plain(torch.tensor([sample.context])).logits[0]
            torch.testing.assert_close(logits[begin:end], expected, rtol=1e-4, atol=1e-4)


@given(seeds=st.lists(st.integers(0, 99), min_size=1, max_size=4), inline=st.booleans(), per_turn=st.booleans())
def test_the_targets_of_a_row_are_its_labels(seeds, inline, per_turn):
    samples = [random_sample(seed, inline=inline) for seed in seeds]
    roles = (Role.PLANNER, Role.SUMMARIZER)
    pieces = [piece for sample in samples for piece in pieces_of(sample, roles, per_turn=per_turn)]
    row = full_row(pieces)
    assert row.text.tokens[0, row.targets.at + 1].tolist() == row.targets.ids.tolist()
    spans = [span for sample in samples for span in sample.spans if span.role in roles]
    assert sorted(row.targets.ids.tolist()) == sorted(token for span in spans for token in span.labels)
    for role in Role:
        expected = sum(len(span.labels) for span in spans if span.role is role)
        assert row.targets.count(role) == expected
    assert set(row.targets.roles.tolist()) <= {ROLES.index(role) for role in roles}


def test_the_papers_recipe_reads_every_turn_after_its_whole_history():
    sample = random_sample(4)
    pieces = list(pieces_of(sample, tuple(Role), per_turn=True))
    assert len(pieces) == len(sample.spans)
    for piece, span in zip(pieces, sample.spans, strict=True):
        assert piece.context == sample.context[: span.position + span.stop]
        assert piece.spans == (span,)


def test_a_sample_without_the_wanted_role_gives_no_text():
    assert list(pieces_of(random_sample(1, n_turns=1), [Role.CALLER])) == []
