"""Tools that don't help: where they may be added, and from where they come."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.records.some_records import TURNS, WEATHER, record
from umi_local.messages import ToolSpec, Trajectory
from umi_train.distractors import ToolPool, takes_distractors

USER, CALL, CALLER, TOOL, CONCLUDE, ANSWER, _, GIVE_UP = TURNS
SERVED = (USER, CALL, CALLER, TOOL, CONCLUDE, ANSWER)


def tool(name):
    return ToolSpec(name, "", {"type": "object"})


def pool(*names, size=100, seed=0):
    made = ToolPool(seed, size)
    made.add(map(tool, names))
    return made


@pytest.mark.parametrize(
    ("turns", "takes"),
    [
        (SERVED, True),
        (SERVED + SERVED, True),
        ((*SERVED, USER, CONCLUDE, ANSWER), False),
        ((*SERVED, USER, GIVE_UP), False),
        ((USER, CALL, CALLER, TOOL, GIVE_UP), False),
        ((USER, CONCLUDE, ANSWER), False),
        ((USER,), False),
        ((), False),
    ],
)
def test_a_record_takes_tools_only_where_all_is_done_by_calls(turns, takes):
    assert takes_distractors(Trajectory((WEATHER,), turns)) is takes


def test_tools_whose_names_share_a_word_are_not_added():
    made = pool("city_weather", "weatherReport", "get_news", "maps").draw(record(1, *SERVED), 9, seed="x")
    assert {one.name for one in made.trajectory.tools} <= {"weather", "get_news", "maps"}
    assert len(made.trajectory.tools) > 1


def test_the_turns_stay_and_so_does_a_record_that_takes_none():
    one = record(1, *SERVED)
    assert pool("maps").draw(one, 1, seed="x").trajectory.turns == one.trajectory.turns
    assert pool("maps").draw(one, 0, seed="x") is one
    other = record(2, USER, GIVE_UP)
    assert pool("maps").draw(other, 5, seed="x") is other


def test_the_order_in_which_tools_were_seen_makes_no_difference():
    names = [f"t{n}" for n in range(60)]
    first, second = pool(*names, size=20), pool(*names[::-1], size=20)
    assert len(first) == len(second) == 20
    one = record(1, *SERVED)
    assert first.draw(one, 6, seed="x") == second.draw(one, 6, seed="x")
    assert first.draw(one, 6, seed="x") != first.draw(one, 6, seed="y")


@given(st.lists(st.sampled_from([f"t{n}" for n in range(30)]), max_size=60), st.integers(1, 8), st.integers(0, 6))
def test_a_pool_holds_what_it_may_and_draws_each_once(names, size, n):
    made = pool(*names, size=size)
    assert len(made) == min(size, len(set(names)))
    tools = [one.name for one in made.draw(record(1, *SERVED), n, seed="s").trajectory.tools]
    assert len(set(tools)) == len(tools) <= n + 1
    assert "weather" in tools
