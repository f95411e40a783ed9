"""Losses at target positions equal those of whole logits, with their gradients, and never hold more than a chunk."""

from __future__ import annotations

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from umi_train.loss import target_losses

torch.set_num_threads(1)
HIDDEN, VOCAB = 8, 30


def problem(n, seed):
    generator = torch.Generator().manual_seed(seed)
    hidden = torch.randn(n, HIDDEN, generator=generator, requires_grad=True)
    head = torch.nn.Linear(HIDDEN, VOCAB).requires_grad_(False)
    targets = torch.randint(0, VOCAB, (n,), generator=generator)
    weights = torch.rand(n, generator=generator)
    return hidden, head, targets, weights


@settings(max_examples=50)
@given(n=st.integers(1, 20), chunk=st.integers(1, 25), seed=st.integers(0, 9))
def test_loss_and_gradient_are_those_of_whole_logits(n, chunk, seed):
    hidden, head, targets, weights = problem(n, seed)
    total, each = target_losses(hidden, targets, weights, head, chunk)
    (total * 3).backward()
    found, hidden.grad = hidden.grad, None
    expected = torch.nn.functional.cross_entropy(head(hidden), targets, reduction="none")
    ((expected * weights).sum() * 3).backward()
    torch.testing.assert_close(each, expected.detach())
    torch.testing.assert_close(total.detach(), (expected * weights).sum().detach())
    torch.testing.assert_close(found, hidden.grad)


def test_no_more_than_a_chunk_of_logits_is_made_at_once():
    hidden, head, targets, weights = problem(20, 0)
    sizes = []

    def watched(states):
        sizes.append(len(states))
        return head(states)

    target_losses(hidden, targets, weights, watched, 6)
    assert sizes == [6, 6, 6, 2]


def test_without_targets_the_loss_is_zero():
    hidden, head, targets, weights = problem(3, 0)
    total, each = target_losses(hidden[:0], targets[:0], weights[:0], head)
    total.backward()
    assert total.item() == 0
    assert each.shape == (0,)
    assert hidden.grad is not None
    assert not hidden.grad.any()


def test_evaluation_takes_no_gradients():
    hidden, head, targets, weights = problem(5, 0)
    with torch.no_grad():
        total, each = target_losses(hidden, targets, weights, head)
    assert not total.requires_grad
    assert each.shape == (5,)


@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16])
def test_cross_entropy_is_taken_in_float32(dtype):
    hidden, head, targets, weights = problem(5, 0)
    _, each = target_losses(hidden.to(dtype), targets, weights, head.to(dtype))
    assert each.dtype is torch.float32
