"""Bootstrap intervals by group: means by hand, coverage in the only cases that can be known exactly, and pairing."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from umi_local.evaluate.metrics.intervals import Difference, Estimate, Table

STEPS = [("a", {"x": 1.0}), ("a", {"x": 0.0}), ("b", {"x": 1.0, "y": 0.5}), ("c", {})]


def test_a_mean_is_over_steps_not_over_groups_and_leaves_out_what_does_not_count():
    found: Any = Table(STEPS).estimates(["x", "y", "z"])
    assert (found["x"].value, found["x"].n) == (pytest.approx(2 / 3), 3)
    assert (found["y"].value, found["y"].n) == (0.5, 1)
    assert found["z"] == Estimate(None, None, None, 0)


def test_no_steps_at_all_give_no_estimate():
    assert Table([]).estimates(["x"])["x"] == Estimate(None, None, None, 0)


def test_one_group_has_no_spread():
    found = Table([("a", {"x": 1.0}), ("a", {"x": 0.0})]).estimates(["x"])["x"]
    assert (found.value, found.low, found.high) == (0.5, 0.5, 0.5)


def test_an_interval_is_the_middle_of_the_binomial_that_resampling_is():
    groups = [(f"g{n}", {"x": float(n < 50)}) for n in range(100)]
    found = Table(groups).estimates(["x"], n_resamples=20_000)["x"]
    # means of 100 draws of 0 or 1: standard deviation 0.05, so the middle 95% is 0.5 -+ 0.098
    assert found.low == pytest.approx(0.40, abs=0.011)
    assert found.high == pytest.approx(0.60, abs=0.011)


def test_steps_of_one_group_make_the_interval_no_narrower():
    once: Any = Table((f"g{n}", {"x": float(n % 2)}) for n in range(20)).estimates(["x"])["x"]
    tenfold: Any = Table((f"g{n}", {"x": float(n % 2)}) for n in range(20) for _ in range(10)).estimates(["x"])["x"]
    assert (tenfold.low, tenfold.high) == (pytest.approx(once.low), pytest.approx(once.high))
    assert tenfold.n == 10 * once.n


def test_equal_seeds_give_equal_intervals_and_others_do_not():
    table = Table((f"g{n}", {"x": n / 30}) for n in range(30))
    assert table.estimates(["x"], seed=1) == table.estimates(["x"], seed=1)
    assert table.estimates(["x"], seed=1) != table.estimates(["x"], seed=2)


def test_a_constant_lead_is_seen_although_single_intervals_overlap():
    """Paired: the systems share what is hard, so the difference has no spread at all."""
    first = Table((f"g{n}", {"x": (n % 5) / 10}) for n in range(20))
    second = Table((f"g{n}", {"x": (n % 5) / 10 + 0.05}) for n in range(20))
    alone: Any = first.estimates(["x"])["x"], second.estimates(["x"])["x"]
    assert alone[0].high > alone[1].low
    found: Any = first.compared_with(second, ["x"])["x"]
    assert (found.value, found.low, found.high) == tuple(pytest.approx(0.05) for _ in range(3))
    assert found.is_clear


def test_only_groups_of_both_are_compared():
    first = Table([("a", {"x": 1.0}), ("b", {"x": 0.0})])
    second = Table([("b", {"x": 1.0}), ("c", {"x": 0.0})])
    assert first.compared_with(second, ["x", "y"]) == {"x": Difference(1.0, 1.0, 1.0, 1), "y": None}


def test_a_system_does_not_differ_from_itself():
    table = Table((f"g{n}", {"x": float(n % 3 == 0)}) for n in range(10))
    found = table.compared_with(table, ["x"])["x"]
    assert found is not None
    assert (found.value, found.low, found.high, found.is_clear) == (0.0, 0.0, 0.0, False)


ROWS = st.lists(
    st.tuples(st.sampled_from("abcd"), st.dictionaries(st.sampled_from("xy"), st.sampled_from([0.0, 0.5, 1.0]))),
    min_size=1,
    max_size=12,
)


@given(ROWS, st.randoms(use_true_random=False))
def test_estimates_are_shares_and_the_order_of_steps_does_not_matter(rows, random):
    mixed = list(rows)
    random.shuffle(mixed)
    found = Table(rows).estimates(["x", "y"], n_resamples=50)
    assert found == Table(mixed).estimates(["x", "y"], n_resamples=50)
    for estimate in found.values():
        if estimate.value is not None and estimate.low is not None and estimate.high is not None:
            assert 0.0 <= estimate.low <= estimate.high <= 1.0
            assert 0.0 <= estimate.value <= 1.0
