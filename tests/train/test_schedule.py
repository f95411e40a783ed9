"""Steps and rates: pure functions of seed and step."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from umi_train.schedule import learning_rate, order, plan_steps

targets = st.lists(st.integers(0, 50), min_size=1, max_size=30).filter(any)


@given(n_units=st.integers(1, 50), seed=st.integers(0, 99))
def test_each_epoch_sees_every_unit_once(n_units, seed):
    three = list(itertools.islice(order(n_units, seed), 3 * n_units))
    epochs = [three[i * n_units : (i + 1) * n_units] for i in range(3)]
    assert all(sorted(epoch) == list(range(n_units)) for epoch in epochs)
    assert n_units < 10 or epochs[0] != epochs[1]


@given(targets=targets, batch=st.integers(1, 9), epochs=st.floats(0.1, 3), seed=st.integers(0, 9))
def test_steps_hold_as_many_units_as_the_epochs_ask_for(targets, batch, epochs, seed):
    steps = plan_steps(targets, batch=batch, epochs=epochs, target_tokens=None, seed=seed)
    assert sum(map(len, steps)) == max(1, round(len(targets) * epochs))
    assert all(len(step) == batch for step in steps[:-1])
    assert [unit for step in steps for unit in step] == list(
        itertools.islice(order(len(targets), seed), sum(map(len, steps)))
    )


@given(targets=targets, batch=st.integers(1, 9), wanted=st.integers(1, 500))
def test_steps_end_with_the_unit_that_reaches_the_target_tokens(targets, batch, wanted):
    steps = plan_steps(targets, batch=batch, epochs=1.0, target_tokens=wanted, seed=0)
    taught = [targets[unit] for step in steps for unit in step]
    assert sum(taught) >= wanted > sum(taught[:-1])


def test_without_targets_there_is_nothing_to_plan():
    with pytest.raises(ValueError, match="nothing to learn"):
        plan_steps([0, 0], batch=1, epochs=1.0, target_tokens=None, seed=0)


@pytest.mark.parametrize("schedule", ["cosine", "linear", "constant"])
def test_rates_grow_then_fall_and_every_step_learns(schedule):
    rates = [learning_rate(i, 100, peak=2.0, schedule=schedule, warmup_ratio=0.1) for i in range(100)]
    assert all(0 < rate <= 2.0 for rate in rates)
    assert rates[:11] == sorted(rates[:11])
    assert rates[10] == 2.0
    assert rates[10:] == sorted(rates[10:], reverse=True)
    assert rates[-1] == 2.0 if schedule == "constant" else rates[-1] < 0.05


def test_half_way_down_the_rate_is_half_the_peak():
    for schedule in ("cosine", "linear"):
        assert learning_rate(50, 100, peak=1.0, schedule=schedule, warmup_ratio=0.0) == pytest.approx(0.5)
