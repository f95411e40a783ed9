"""Counts over records, against counts made by hand."""

from __future__ import annotations

from array import array

from tests.records.some_records import GOOD, TURNS, WEATHER, record
from umi_local.messages import Decision, Observation, PlannerTurn, Role, ToolSpec, ToolTurn
from umi_local.records.lengths import Length
from umi_local.records.statistics import quantiles, statistics

OTHER = ToolSpec("other", "", {"type": "object"})

SOME = [
    record(1, *TURNS[:6]),
    record(2, TURNS[0], PlannerTurn(" ", Decision.GIVE_UP), tools=(OTHER,)),
    record(3, *TURNS[:3], ToolTurn(Observation("no", is_error=True)), metadata={"unfinished": True}),
    GOOD,
]


def test_turns_decisions_and_calls_are_counted():
    found = statistics(SOME)
    assert found.n_records == 4
    assert found.splits == {"train": 3, "dev": 1}
    assert found.turns == {"user": 5, "planner": 7, "caller": 3, "tool": 3, "summarizer": 2}
    assert found.decisions == {"call": 3, "conclude": 2, "give_up": 2}
    assert found.calls_by_tool == {"weather": 3}
    assert found.offered == {"weather", "other"}
    assert found.n_calls == {1: 3, 0: 1}
    assert (found.errors, found.silent, found.without_loss, found.unfinished) == (1, 1, 1, 1)
    assert found.licenses == {"MIT": 3, "Apache-2.0": 1}


def test_calls_of_tools_that_training_never_offers_are_unseen():
    dev = record(1, *TURNS[:6], split="dev")
    assert statistics([dev, record(2, tools=(OTHER, WEATHER))]).unseen_calls == {"dev": 0, "test": 0}
    assert statistics([dev]).unseen_calls == {"dev": 1, "test": 0}
    assert "dev 1 of 1" in dict(statistics([dev]).rows())["calls of unseen tools"]


def test_tokens_are_counted_where_something_measures_them():
    lengths = iter([5, 9, 7, 100])
    found = statistics(SOME, measure=lambda one: Length(next(lengths), {Role.PLANNER: 2, Role.CALLER: 1}))
    assert found.tokens == array("Q", [5, 7, 9, 100])
    assert found.targets == {"planner": 8, "caller": 4}
    rows = dict(found.rows())
    assert rows["tokens per record"] == "sum 121, min 5, median 9, p90 100, p99 100, max 100"
    assert rows["tokens to learn"] == "12 (planner 8, caller 4)"


def test_the_table_and_the_json_say_the_same():
    found = statistics(SOME)
    rows, data = dict(found.rows()), found.to_json()
    assert rows["records"] == "4 (train 3, dev 1)"
    assert data["records"] == 4
    assert data["tools"] == {"offered": 2, "called": {"weather": 3}}
    assert data["chars"] == quantiles(found.chars)
    assert "tokens per record" not in rows
    assert data["tokens"] == {}


def test_no_records_have_no_figures():
    found = statistics([])
    assert found.n_records == 0
    assert dict(found.rows())["characters per record"] == "none"
    assert quantiles(array("Q")) == {}
