"""Attention by products equals torch's own, with its gradients, wherever the blocks end."""

from __future__ import annotations

import pytest
import torch
from torch.nn import functional

from umi_train import blockwise

torch.set_num_threads(1)


def parts(n_queries, n_keys, *, n_heads=6, n_groups=2, size=8):
    generator = torch.Generator().manual_seed(n_queries * 1000 + n_keys)
    shapes = [(n_heads, n_queries), (n_groups, n_keys), (n_groups, n_keys)]
    return [torch.randn(1, h, n, size, generator=generator, dtype=torch.float64).requires_grad_() for h, n in shapes]


def compare(ours, theirs, inputs):
    torch.testing.assert_close(ours, theirs)
    weights = torch.randn(ours.shape, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    found = torch.autograd.grad((ours * weights).sum(), inputs)
    expected = torch.autograd.grad((theirs * weights).sum(), inputs)
    for one, other in zip(found, expected, strict=True):
        torch.testing.assert_close(one, other, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("n", [1, 5, blockwise.BLOCK, blockwise.BLOCK + 1, 2 * blockwise.BLOCK + 37])
def test_causal_attention_equals_torchs(n):
    query, key, value = parts(n, n)
    theirs = functional.scaled_dot_product_attention(query, key, value, is_causal=True, scale=0.3, enable_gqa=True)
    compare(blockwise.causal(query, key, value, 0.3), theirs, (query, key, value))


def test_masked_attention_equals_torchs():
    query, key, value = parts(7, 19)
    sees = torch.rand(7, 19, generator=torch.Generator().manual_seed(1)) > 0.4
    sees[:, 0] = True
    theirs = functional.scaled_dot_product_attention(query, key, value, attn_mask=sees, scale=0.3, enable_gqa=True)
    compare(blockwise.masked(query, key, value, sees, 0.3), theirs, (query, key, value))
