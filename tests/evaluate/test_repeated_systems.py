"""Intervals of means over repetitions of a system: one repetition is the plain case, several share their draws."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from umi_local.evaluate.metrics.intervals import Estimate, Table, mean_differences, mean_estimates

points = st.lists(
    st.tuples(st.sampled_from("abcd"), st.dictionaries(st.sampled_from("xy"), st.floats(0, 1, width=16))), max_size=12
)


@given(points)
@settings(deadline=None)
def test_one_repetition_is_a_plain_table(steps):
    table = Table(steps)
    assert mean_estimates([table], ["x", "y"], n_resamples=50) == table.estimates(["x", "y"], n_resamples=50)


@given(points, st.integers(2, 4))
@settings(deadline=None)
def test_the_same_repeated_has_the_same_mean_and_interval(steps, n):
    once: Any = mean_estimates([Table(steps)], ["x"], n_resamples=50)["x"]
    often: Any = mean_estimates([Table(steps)] * n, ["x"], n_resamples=50)["x"]
    assert often.n == n * once.n
    if once.value is not None:
        assert (often.value, often.low, often.high) == tuple(
            pytest.approx(value) for value in (once.value, once.low, once.high)
        )


def test_repetitions_that_make_up_for_each_other_leave_no_spread():
    """Where one seed is right the other one is wrong: drawn together, their mean is always a half."""
    first = Table((f"g{n}", {"x": float(n % 2)}) for n in range(20))
    second = Table((f"g{n}", {"x": float(1 - n % 2)}) for n in range(20))
    found: Any = mean_estimates([first, second], ["x"])["x"]
    assert (found.value, found.low, found.high) == tuple(pytest.approx(0.5) for _ in range(3))
    assert found.n == 40


def test_every_repetition_counts_alike_however_many_steps_it_has():
    few, many = Table([("a", {"x": 1.0})]), Table([("a", {"x": 0.0})] * 9)
    assert mean_estimates([few, many], ["x"])["x"].value == 0.5


def test_a_repetition_without_steps_of_a_metric_is_left_out_of_its_mean():
    with_x, without = Table([("a", {"x": 0.5, "y": 1.0})]), Table([("a", {"y": 0.0})])
    found = mean_estimates([with_x, without], ["x", "y", "z"])
    assert (found["x"].value, found["x"].n) == (0.5, 1)
    assert found["y"].value == 0.5
    assert found["z"] == Estimate(None, None, None, 0)


def test_no_repetition_gives_no_estimate():
    assert mean_estimates([], ["x"])["x"] == Estimate(None, None, None, 0)


def test_differences_of_means_are_paired_over_common_groups():
    ours = [Table((f"g{n}", {"x": (n % 5) / 10 + lift}) for n in range(20)) for lift in (0.0, 0.2)]
    theirs = [Table((f"g{n}", {"x": (n % 5) / 10 + lift}) for n in range(5, 25)) for lift in (0.1, 0.2, 0.3)]
    found: Any = mean_differences(ours, theirs, ["x", "y"])
    assert found["y"] is None
    assert found["x"].n_groups == 15
    assert (found["x"].value, found["x"].low, found["x"].high) == tuple(pytest.approx(0.1) for _ in range(3))
