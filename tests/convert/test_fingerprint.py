"""The identity of weights: equal for equal values, however stored; different for another model."""

from __future__ import annotations

import hashlib
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from umi_convert.fingerprint import fingerprint_of
from umi_convert.tensors import Array, DType, Tensor, from_float32


def tensor(name: str, values: Array, dtype: DType = DType.F32) -> Tensor:
    stored: Array = from_float32(values.astype(np.float32), dtype)
    rows = stored.reshape(-1, values.shape[-1])
    return Tensor(name=name, shape=values.shape, dtype=dtype, read=lambda start, stop: rows[start:stop])


def numbers(*shape: int, seed: int = 0) -> Array:
    """Random values that bfloat16 and float16 hold exactly."""
    rng = np.random.default_rng(seed)
    return (rng.integers(-128, 128, shape) / 64).astype(np.float32)


def test_it_is_what_the_description_says():
    values, row = numbers(5, 300), numbers(3, seed=1)
    digest = hashlib.sha256(b"umi fingerprint 1\n")
    digest.update(b'["a",[3]]\n' + row.astype("<f4").tobytes())
    digest.update(b'["b\\u00e4",[5,300]]\n')
    for n in (0, 2, 4):
        digest.update(values[n][[*range(64), *range(118, 182), *range(236, 300)]].astype("<f4").tobytes())
    assert fingerprint_of([tensor("bä", values), tensor("a", row)]) == digest.hexdigest()


@given(st.permutations(range(4)), st.lists(st.sampled_from(list(DType)), min_size=4, max_size=4))
def test_order_and_storage_do_not_matter(order, dtypes):
    values = [numbers(n + 1, 7 * n + 1, seed=n) for n in range(4)]
    plain = fingerprint_of([tensor(f"t{n}", values[n]) for n in range(4)])
    assert fingerprint_of([tensor(f"t{n}", values[n], dtypes[n]) for n in order]) == plain


@pytest.mark.parametrize(("row", "column"), [(0, 0), (0, 499), (5, 250), (10, 0), (10, 499)])
def test_another_value_at_the_begin_the_middle_or_the_end_matters(row, column):
    values = numbers(11, 500)
    changed = values.copy()
    changed[row, column] += 1
    assert fingerprint_of([tensor("w", changed)]) != fingerprint_of([tensor("w", values)])


def test_names_shapes_and_missing_tensors_matter():
    values = numbers(4, 6)
    base = fingerprint_of([tensor("w", values)])
    others = [
        [tensor("v", values)],
        [tensor("w", values.reshape(6, 4))],
        [tensor("w", values.reshape(2, 2, 6))],
        [tensor("w", values), tensor("x", values)],
        [],
    ]
    assert len({base, *(fingerprint_of(tensors) for tensors in others)}) == 6


def test_a_whole_model_is_not_read():
    read: list[tuple[int, int]] = []
    whole = tensor("w", numbers(1000, 8))

    def reading(start: int, stop: int) -> np.ndarray:
        read.append((start, stop))
        return whole.read(start, stop)

    fingerprint_of([replace(whole, read=reading)])
    assert read == [(0, 1), (500, 501), (999, 1000)]


def test_a_tensor_without_values_counts_by_name_and_shape():
    empty = [tensor("w", np.zeros((0, 4)))]
    assert fingerprint_of(empty) != fingerprint_of([])
    assert fingerprint_of(empty) != fingerprint_of([tensor("w", np.zeros((0, 5)))])
