"""Merging against PEFT's formulas, computed here in float64; nothing is imported of torch or PEFT."""

from __future__ import annotations

import math
import re
import tempfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.convert.adapter_folders import (
    HIDDEN,
    MODULES,
    PREFIX,
    VOCAB,
    all_linear,
    changes_of,
    embedding_lora,
    in_chunks,
    llama_weights,
    lora,
    merged,
    tensor_of,
    write_adapter,
)
from umi_convert.merge import ColumnDoraPatch, DoraPatch, FactorCache, LoraPatch, LowRank, ReplacePatch, RowsPatch
from umi_convert.patches import Patch, patched
from umi_convert.tensors import Array, DType, Tensor, from_float32

KEYS = ["q_proj", "self_attn.k_proj", "^model.layers.0.mlp.up_proj", r"layers\.1\..*", "mlp.(up|down)_proj", "proj"]
NAMES = [f"model.layers.{layer}.{module}" for layer in range(2) for module in MODULES]


def pattern_value(patterns, module, default):
    """The first key that matches the end of the name, as in `peft: utils/other.py`."""
    return next((value for key, value in patterns.items() if re.match(rf"(.*\.)?({key})$", module)), default)


def close(ours, exact):
    """Within float32's rounding of sums of so few products."""
    np.testing.assert_allclose(ours, exact, rtol=1e-6, atol=2e-6 * np.abs(exact).max())
    return True


@settings(max_examples=60)
@given(
    rank=st.integers(1, 9),
    alpha=st.one_of(st.integers(0, 64), st.floats(-4, 64, allow_nan=False)),
    rank_pattern=st.dictionaries(st.sampled_from(KEYS), st.integers(1, 9), max_size=3),
    alpha_pattern=st.dictionaries(st.sampled_from(KEYS), st.integers(1, 64), max_size=3),
    rslora=st.booleans(),
    dora=st.booleans(),
    modules=st.sets(st.sampled_from(NAMES), min_size=1),
    seed=st.integers(0, 99),
)
def test_every_module_gets_its_own_rank_and_scale(
    rank, alpha, rank_pattern, alpha_pattern, rslora, dora, modules, seed
):
    weights = llama_weights(seed=seed)
    tensors: dict[str, Array] = {}
    exact: dict[str, Array] = {}
    for module in sorted(modules):
        name, r = f"{module}.weight", pattern_value(rank_pattern, module, rank)
        pair = lora(module, weights[name].shape, r, seed=seed)
        tensors |= pair
        a, b = (values.astype(np.float64) for values in pair.values())
        scale = pattern_value(alpha_pattern, module, alpha) / (math.sqrt(r) if rslora else r)
        exact[name] = weights[name] + scale * (b @ a)
        if dora:
            magnitude = np.random.default_rng(seed).uniform(0.5, 2, len(b)).astype(np.float32)
            tensors[f"{PREFIX}{module}.lora_magnitude_vector"] = magnitude
            exact[name] *= (magnitude / np.linalg.norm(exact[name], axis=1))[:, None]
    options = {"r": rank, "lora_alpha": alpha, "rank_pattern": rank_pattern, "alpha_pattern": alpha_pattern}
    with tempfile.TemporaryDirectory() as folder:
        path = write_adapter(Path(folder), tensors, use_rslora=rslora, use_dora=dora, **options)
        ours = merged(path, weights)
    assert all(close(ours[name], values) for name, values in exact.items())
    untouched = set(weights) - set(exact)
    assert all(np.array_equal(ours[name], weights[name]) for name in untouched)
    assert len(untouched) == len(weights) - len(modules)


@given(seed=st.integers(0, 99), alpha=st.integers(-8, 64))
def test_an_adapter_of_zeros_changes_no_bit(seed, alpha):
    weights = llama_weights(seed=seed)
    tensors = {name: values * ("lora_A" in name) for name, values in all_linear(seed=seed).items()}
    with tempfile.TemporaryDirectory() as folder:
        ours = merged(write_adapter(Path(folder), tensors, lora_alpha=alpha), weights)
    assert all(ours[name].tobytes() == values.tobytes() for name, values in weights.items())


@given(seed=st.integers(0, 99), alpha=st.integers(1, 32), factor=st.integers(2, 8))
def test_the_change_is_linear_in_alpha(seed, alpha, factor):
    weights = {name: values * 0 for name, values in llama_weights().items()}  # so that what is left is the change
    changes = []
    for times in (1, factor):
        with tempfile.TemporaryDirectory() as folder:
            changes.append(
                merged(write_adapter(Path(folder), all_linear(seed=seed), lora_alpha=alpha * times), weights)
            )
    for name in weights:
        np.testing.assert_allclose(changes[1][name], factor * changes[0][name], rtol=3e-7)
    assert sum(bool(values.any()) for values in changes[0].values()) == 2 * len(MODULES)


def test_an_embedding_gets_the_product_turned_round(tmp_path):
    weights = llama_weights()
    tensors = embedding_lora("model.embed_tokens", (VOCAB, HIDDEN), 4)
    a, b = tensors.values()
    ours = merged(write_adapter(tmp_path, tensors), weights)
    assert close(ours["model.embed_tokens.weight"], weights["model.embed_tokens.weight"] + 2 * (b @ a).T)
    assert np.array_equal(ours["lm_head.weight"], weights["lm_head.weight"])


def test_dora_on_an_embedding_takes_the_norm_of_each_column_over_all_tokens(tmp_path):
    weights = llama_weights()
    tensors = embedding_lora("model.embed_tokens", (VOCAB, HIDDEN), 4)
    a, b = (values.astype(np.float64) for values in tensors.values())
    magnitude = np.linspace(0.5, 3, HIDDEN).astype(np.float32)
    tensors[f"{PREFIX}model.embed_tokens.lora_magnitude_vector"] = magnitude
    ours = merged(write_adapter(tmp_path, tensors, use_dora=True), weights)["model.embed_tokens.weight"]
    exact = weights["model.embed_tokens.weight"] + 2 * (b @ a).T
    assert close(ours, exact * magnitude / np.linalg.norm(exact, axis=0))


def test_a_layer_that_is_stored_turned_round_gets_the_product_turned_round():
    rng = np.random.default_rng(0)
    weight, a, b = (rng.normal(size=shape).astype(np.float32) for shape in ((6, 10), (3, 6), (10, 3)))
    change = LowRank(lora_a=tensor_of("a", a), lora_b=tensor_of("b", b), scale=0.5, transposed=True)
    ours = in_chunks(patched(tensor_of("w", weight), [LoraPatch(change)]), 20)
    assert close(ours, weight + 0.5 * (b @ a).T)


def test_a_row_of_zeros_stays_zero_in_dora():
    rng = np.random.default_rng(0)
    weight, a = (rng.normal(size=shape).astype(np.float32) for shape in ((4, 6), (2, 6)))
    weight[1] = 0
    change = LowRank(lora_a=tensor_of("a", a), lora_b=tensor_of("b", np.zeros((4, 2), np.float32)), scale=1)
    patch = DoraPatch(change, tensor_of("m", np.ones(4, np.float32)))
    ours = patched(tensor_of("w", weight), [patch]).whole()
    assert not ours[1].any()
    np.testing.assert_allclose(np.linalg.norm(ours[[0, 2, 3]], axis=1), 1, rtol=1e-6)


@pytest.mark.parametrize("kind", ["lora", "dora", "columns", "replace", "rows"])
def test_rows_in_another_order_get_the_patch_of_their_own_row(kind):
    rng = np.random.default_rng(1)
    weight, a, b = (rng.normal(size=shape).astype(np.float32) for shape in ((12, 5), (3, 5), (12, 3)))
    change = LowRank(lora_a=tensor_of("a", a), lora_b=tensor_of("b", b), scale=2)
    turned = replace(change, lora_a=tensor_of("bt", b.T.copy()), lora_b=tensor_of("at", a.T.copy()), transposed=True)
    patches: dict[str, Patch] = {
        "lora": LoraPatch(change),
        "dora": DoraPatch(change, tensor_of("m", np.arange(1, 13, dtype=np.float32))),
        "columns": ColumnDoraPatch(turned, tensor_of("m", np.arange(1, 6, dtype=np.float32))),
        "replace": ReplacePatch(tensor_of("other", weight[::-1] * 3)),
        "rows": RowsPatch({3: 0, 11: 1}, tensor_of("rows", a[:2])),
    }
    patch = patches[kind]
    order = rng.permutation(12).astype(np.intp)
    plain = in_chunks(patched(tensor_of("w", weight), [patch]), 20)
    reordered = in_chunks(patched(tensor_of("w", weight[order]), [patch], order), 20)
    np.testing.assert_allclose(reordered, plain[order], rtol=1e-6)
    assert not np.allclose(plain, weight)


def test_a_vector_in_another_order_is_replaced_value_by_value():
    order = np.array([2, 0, 3, 1], np.intp)
    stored = tensor_of("bias", np.zeros(4, np.float32))
    patch = ReplacePatch(tensor_of("other", np.array([10, 11, 12, 13], np.float32)))
    assert patched(stored, [patch], order).whole().tolist() == [12, 10, 13, 11]


def test_patches_are_applied_one_after_the_other(tmp_path):
    weights = llama_weights()
    first = write_adapter(tmp_path / "backbone", all_linear(seed=1))
    second = write_adapter(tmp_path / "role", all_linear(rank=2, seed=2), r=2, lora_alpha=6)
    together = merged([first, second], weights)
    apart = merged(second, merged(first, weights))
    assert all(np.array_equal(together[name], apart[name]) for name in weights)
    changed = sum(not np.array_equal(together[name], merged(first, weights)[name]) for name in weights)
    assert changed == 2 * len(MODULES)


def test_the_base_may_be_stored_in_bfloat16(tmp_path):
    weights = llama_weights()
    name = "model.layers.0.self_attn.q_proj.weight"
    bits = from_float32(weights[name], DType.BF16)
    tensor = Tensor(name=name, shape=bits.shape, dtype=DType.BF16, read=lambda start, stop: bits[start:stop])
    [patch] = changes_of(write_adapter(tmp_path, all_linear()), weights).patches[name]
    widened = (bits.astype(np.uint32) << 16).view(np.float32)
    ours = patched(tensor, [patch])
    assert ours.dtype is DType.F32
    np.testing.assert_array_equal(in_chunks(ours), in_chunks(patched(tensor_of(name, widened), [patch])))


def test_many_threads_see_the_same_matrices_and_little_is_kept():
    rng = np.random.default_rng(0)
    reads = []

    def counted(name, values):
        def read(start, stop):
            reads.append(name)
            return values[start:stop]

        return Tensor(name=name, shape=values.shape, dtype=DType.F32, read=read)

    cache = FactorCache(limit_bytes=3000)  # of matrices of 1000 bytes
    matrices = {f"m{i}": rng.normal(size=(10, 25)).astype(np.float32) for i in range(6)}
    tensors = {name: counted(name, values) for name, values in matrices.items()}
    with ThreadPoolExecutor(4) as pool:
        for _ in range(20):
            found = list(pool.map(cache.values, [tensors["m0"], tensors["m1"], tensors["m2"]]))
            assert all(np.array_equal(values, matrices[f"m{i}"]) for i, values in enumerate(found))
    assert sorted(reads) == ["m0", "m1", "m2"]
    for tensor in tensors.values():
        cache.values(tensor)
    for name in ("m5", "m4", "m3", "m0"):  # the last three are still there
        cache.values(tensors[name])
    assert reads[3:] == ["m3", "m4", "m5", "m0"]
