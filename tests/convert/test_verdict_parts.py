"""The parts of a verdict: which turns are taken, distances of distributions, logits on disk, first differences."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from tests.convert.verdict_setting import TRAJECTORIES
from umi_convert.verify.agreement import Pair, Spoken, greedy_agreement, same_calls, same_decisions, same_names
from umi_convert.verify.distances import Gathered, distance
from umi_convert.verify.logit_rows import LogitRows
from umi_convert.verify.options import JudgeOptions
from umi_convert.verify.probes import check_token_ids
from umi_convert.verify.turns import Place, role_places, select, spread
from umi_local.bundles.values import Probe
from umi_local.engine.scoring import Said
from umi_local.errors import StorageError
from umi_local.messages import CallerTurn, Decision, PlannerTurn, Role, ToolCall

PLACE = Place(0, 1, Role.PLANNER)

logits = hnp.arrays(np.float32, 40, elements=st.floats(-30, 30, width=32))


@given(logits, logits, st.floats(-50, 50))
def test_divergence_is_never_negative_and_knows_no_shift(p, q, shift):
    there = distance(p, q)
    assert there.kl >= 0
    assert distance(p, p).kl < 1e-12
    assert distance(p, p).is_same_top1
    assert distance(p, p).top10 == 1
    shifted = distance(p, (q.astype(np.float64) + shift).astype(np.float32))
    assert shifted.kl == pytest.approx(there.kl, rel=1e-3, abs=1e-4)


def test_divergence_of_two_coins():
    p, q = np.log(np.array([[0.5, 0.5], [0.25, 0.75]], np.float32))
    assert distance(p, q).kl == pytest.approx(0.5 * np.log(2) + 0.5 * np.log(2 / 3), rel=1e-6)
    assert distance(p, q).top10 == 1  # of as many as there are


def test_huge_logits_do_not_overflow():
    p = np.array([3e38, 0, -3e38], np.float32)
    assert distance(p, p).kl == 0


def figures_of(gathered):
    return gathered.figures()


def test_the_mean_and_the_percentile_are_over_all_turns():
    gathered = Gathered()
    p, far = np.zeros(12, np.float32), np.log(np.arange(1, 13, dtype=np.float32))
    gathered.add([p] * 99, [p] * 99)
    gathered.add([p], [far])
    found, one = figures_of(gathered), distance(p, far)
    assert found.mean_kl == pytest.approx(one.kl / 100)
    assert found.p99_kl == pytest.approx(0.01 * one.kl)  # between the 99th and the 100th of 100 values
    assert found.n_positions == 100
    assert Gathered().figures() is None


def test_positions_without_numbers_are_counted_apart():
    gathered = Gathered()
    p = np.zeros(12, np.float32)
    bad = p.copy()
    bad[3] = np.nan
    gathered.add([p, p, p], [p, bad, np.full(12, -np.inf, np.float32)])
    found = figures_of(gathered)
    assert (found.n_positions, found.n_not_finite, found.mean_kl) == (3, 2, 0)


def test_turns_must_have_as_many_rows_on_both_sides():
    with pytest.raises(ValueError, match=r"shorter|longer"):
        Gathered().add([np.zeros(3, np.float32)], [])


@given(st.integers(0, 60), st.integers(1, 60))
def test_spread_items_are_in_order_different_and_even(n_items, n):
    found = spread(range(n_items), n)
    assert len(found) == min(n, n_items)
    assert found == sorted(set(found))
    gaps = np.diff(found)
    assert len(gaps) == 0 or gaps.max() - gaps.min() <= 1


def test_every_turn_of_the_roles_has_a_place():
    places = role_places(TRAJECTORIES, tuple(Role))
    assert [(p.trajectory, p.turn, p.role.value) for p in places[:4]] == [
        (0, 1, "planner"),
        (0, 2, "caller"),
        (0, 4, "planner"),
        (0, 5, "summarizer"),
    ]
    assert {p.role for p in role_places(TRAJECTORIES, [Role.CALLER])} == {Role.CALLER}
    assert places[1].before(TRAJECTORIES).turns == TRAJECTORIES[0].turns[:2]
    assert places[1].spoken(TRAJECTORIES) == TRAJECTORIES[0].turns[2]


def test_positions_keep_to_their_budget_unless_one_turn_is_longer():
    places = (*(Place(i, 1, Role.PLANNER) for i in range(10)), Place(0, 2, Role.CALLER))
    sizes = dict.fromkeys(places, 7) | {places[-1]: 100}
    chosen = select(places, sizes, positions_per_role=30, spoken_per_role=3)
    planners = {p for p in chosen.scored if p.role is Role.PLANNER}
    assert len(planners) == 4  # 28 of 30 positions
    assert places[-1] in chosen.scored
    assert len({p for p in chosen.spoken if p.role is Role.PLANNER}) == 3
    assert chosen.places == places


def test_logits_are_read_as_they_were_written(tmp_path):
    rng = np.random.default_rng(1)
    first, second = rng.standard_normal((5, 300), np.float32), rng.standard_normal((2, 50), np.float32)
    rows = LogitRows(tmp_path, 10_000)
    other = Place(1, 1, Role.CALLER)
    rows.add(PLACE, iter(first))
    rows.add(other, iter(second))
    for _ in range(2):
        assert (np.array(list(rows.read(PLACE))) == first).all()
        assert (np.array(list(rows.read(other))) == second).all()
    assert (rows.n_vocab(PLACE), rows.n_vocab(other)) == (300, 50)
    assert list(tmp_path.iterdir()) == []  # it has no name, so nothing is left behind whatever happens
    rows.close()
    rows.close()


def test_too_little_room_for_logits_is_said_before_anything_is_measured(tmp_path):
    with pytest.raises(StorageError, match=r"the reference's logits take 1,000,000,000,000,000,000 bytes") as caught:
        LogitRows(tmp_path, 10**18)
    assert "TMPDIR" in caught.value.hint
    with pytest.raises(StorageError):
        LogitRows(tmp_path / "nowhere", 1)


@pytest.mark.skipif(not hasattr(__import__("os"), "geteuid"), reason="needs /dev/full")
def test_a_full_disk_is_our_error(tmp_path):
    rows = LogitRows(tmp_path, 1)
    rows._file.close()
    rows._file = open("/dev/full", "wb", buffering=0)  # noqa: SIM115
    with pytest.raises(StorageError, match="No space left"):
        rows.add(PLACE, iter(np.zeros((1, 10), np.float32)))
    rows.close()


def test_the_first_text_that_differs_is_shown():
    def tokenize(text):
        return [1, 2, 99] if text == "b" else [1, 2, 3]

    check = check_token_ids(tokenize, {"a": [1, 2, 3], "b": [1, 2, 3]}, [Probe(text="c", token_ids=(1,))])
    assert (check.n, check.n_different) == (3, 2)
    assert check.difference == "'b' becomes [2, 99] instead of [2, 3] (from token 2 on; 3 and 3 in all)"
    assert check_token_ids(tokenize, {"a": (1, 2, 3)}, []).difference is None


def a_call(name, arguments, margin=0.5, name_margin=0.5):
    return Spoken(Said(CallerTurn(ToolCall(name, arguments)), margin, name_margin), tokens=(1, 2, 3))


def test_calls_are_equal_as_json_whatever_the_order_of_their_keys():
    call = a_call("add", {"a": 1, "b": [1, {"c": None}]})
    assert same_calls([Pair(call, a_call("add", {"b": [1, {"c": None}], "a": 1}))]).n_same == 1
    for other in (a_call("add", {"a": 1, "b": [1, {"c": 0}]}), a_call("sub", call.said.turn.call.arguments), None):
        assert same_calls([Pair(call, other)]).n_same == 0
    assert same_calls([Pair(a_call("f", {"x": True}), a_call("f", {"x": 1}))]).n_same == 0
    assert same_names([Pair(call, a_call("add", {}))]).n_same == 1


def test_what_the_reference_was_sure_of_is_counted_apart():
    torn, sure = a_call("f", {}, margin=0.01), a_call("f", {"x": 1})
    share = same_calls([Pair(torn, a_call("g", {})), Pair(sure, sure), Pair(sure, None)])
    assert (share.n, share.n_same, share.n_sure, share.n_sure_same) == (3, 1, 2, 1)
    assert share.value == pytest.approx(1 / 3)
    assert share.sure == 0.5


def test_decisions_are_those_after_the_given_rationale():
    def planner(decision, margin):
        return Spoken(Said(PlannerTurn("Anything.", Decision.CALL), 0.0), (1,), (decision, margin))

    pairs = [
        Pair(planner(Decision.CALL, 0.9), planner(Decision.CALL, 0.1)),
        Pair(planner(Decision.GIVE_UP, 0.2), planner(Decision.CONCLUDE, 0.9)),
    ]
    share = same_decisions(pairs)
    assert (share.n, share.n_same, share.n_sure, share.n_sure_same) == (2, 1, 1, 1)


def test_greedy_turns_are_compared_to_their_first_difference():
    def turn(*tokens):
        return Spoken(Said(PlannerTurn("", Decision.CALL), 1.0), tokens)

    pairs = [Pair(turn(1, 2, 3), turn(1, 2, 3)), Pair(turn(1, 2, 3), turn(1, 9, 3)), Pair(turn(1, 2), None)]
    found = greedy_agreement(pairs)
    assert (found.identical.n, found.identical.n_same) == (3, 1)
    assert found.mean_prefix_tokens == pytest.approx((3 + 1 + 0) / 3)
    assert found.mean_tokens == pytest.approx(8 / 3)


def test_options_that_measure_nothing_are_refused():
    for name in ("positions_per_role", "spoken_per_role", "n_ctx"):
        wrong: dict[str, Any] = {name: 0}
        with pytest.raises(ValueError, match=f"{name} is 0; expected 1 or more"):
            JudgeOptions(**wrong)
