"""Values go to JSON and come back equal; what doesn't fit is named, all of it at once."""

from __future__ import annotations

import json
import typing
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from typing import Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from umi_local.events import (
    CallerSpoke,
    Event,
    Notice,
    PlannerSpoke,
    RoleStarted,
    RunFinished,
    RunStarted,
    SummarizerSpoke,
    TextDelta,
    ToolFinished,
)
from umi_local.jsonable import JsonableError, from_jsonable, to_jsonable
from umi_local.messages import (
    CallerTurn,
    Decision,
    Observation,
    Outcome,
    PlannerTurn,
    Role,
    SummarizerTurn,
    ToolCall,
    ToolSpec,
    ToolTurn,
    Trajectory,
    Usage,
    UsageByRole,
    UserTurn,
)

text = st.text(max_size=8)
numbers = st.integers(-(2**40), 2**40) | st.floats(allow_nan=False, allow_infinity=False)
json_values = st.recursive(
    st.none() | st.booleans() | numbers | text,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(text, inner, max_size=3),
    max_leaves=6,
)
json_objects = st.dictionaries(text, json_values, max_size=3)
counts, ms = st.integers(0, 10**9), st.floats(0, 1e9)

usages = st.builds(Usage, calls=counts, prompt_tokens=counts, reused_tokens=counts, sampled_tokens=counts, ms=ms)
specs = st.builds(ToolSpec, text, text, json_objects)
planner_turns = st.builds(PlannerTurn, text, st.sampled_from(Decision))
caller_turns = st.builds(CallerTurn, st.builds(ToolCall, text, json_objects))
tool_turns = st.builds(ToolTurn, st.builds(Observation, text, st.booleans(), counts))
turns = st.builds(UserTurn, text) | planner_turns | caller_turns | tool_turns | st.builds(SummarizerTurn, text)
trajectories = st.builds(Trajectory, st.lists(specs, max_size=2).map(tuple), st.lists(turns, max_size=5).map(tuple))

EVENTS: dict[Any, st.SearchStrategy[Any]] = {
    RunStarted: st.builds(RunStarted, text, text, st.lists(specs, max_size=2).map(tuple), text),
    RoleStarted: st.builds(RoleStarted, st.sampled_from(Role), st.integers(1, 99)),
    TextDelta: st.builds(TextDelta, st.sampled_from(Role), text),
    PlannerSpoke: st.builds(
        PlannerSpoke,
        planner_turns,
        st.dictionaries(st.sampled_from(Decision), st.floats(0, 1), max_size=3),
        usages,
        st.none() | text,
    ),
    CallerSpoke: st.builds(CallerSpoke, caller_turns, st.none() | st.floats(-1, 1), usages),
    ToolFinished: st.builds(ToolFinished, tool_turns, st.none() | ms),
    SummarizerSpoke: st.builds(SummarizerSpoke, st.builds(SummarizerTurn, text), usages),
    Notice: st.builds(Notice, text),
    RunFinished: st.builds(
        RunFinished,
        st.sampled_from(Outcome),
        st.none() | text,
        st.builds(UsageByRole, usages, usages, usages),
        ms,
        st.none() | text,
        st.none() | text,
    ),
}


def there_and_back(cls, value):
    return from_jsonable(cls, json.loads(json.dumps(to_jsonable(value), allow_nan=False)))


def test_every_kind_of_event_is_covered_here():
    assert set(EVENTS) == set(typing.get_args(Event))
    assert len({event.type for event in EVENTS}) == len(EVENTS)


@pytest.mark.parametrize("kind", EVENTS, ids=lambda kind: kind.__name__)
@given(data=st.data())
def test_events_come_back_equal(kind, data):
    event = data.draw(EVENTS[kind])
    back = there_and_back(Event, event)
    assert back == event
    assert type(back) is kind
    assert to_jsonable(event)["type"] == kind.type


@given(trajectory=trajectories)
def test_trajectories_come_back_equal(trajectory):
    assert there_and_back(Trajectory, trajectory) == trajectory


def test_the_json_form_is_what_sessions_and_scripts_rely_on():
    turn = PlannerTurn("I must add.", Decision.CALL)
    assert to_jsonable(turn) == {"type": "planner", "rationale": "I must add.", "decision": "call"}
    event = PlannerSpoke(turn, {Decision.CALL: 1.0}, Usage(calls=1))
    assert to_jsonable(event)["probabilities"] == {"call": 1.0}
    assert to_jsonable({"where": Path("a") / "b"}) == {"where": str(Path("a") / "b")}


class Colour(str, Enum):
    RED = "red"
    BLUE = "blue"


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    size: int
    weight: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Thing:
    name: str
    colour: Colour = Colour.RED
    parts: tuple[Part, ...] = ()
    by_name: Mapping[str, Part] = field(default_factory=dict)
    mode: Literal["fast", "slow"] = "fast"
    limit: int | Literal["auto"] = "auto"
    path: Path | None = None
    extra: Any = None

    def __post_init__(self) -> None:
        if self.name == "bad":
            raise ValueError("name is 'bad'")


def test_a_full_table_is_read_by_its_annotations():
    data = {
        "name": "x",
        "colour": "blue",
        "parts": [{"size": 1}, {"size": 2, "weight": 3}],
        "by_name": {"a": {"size": 4}},
        "mode": "slow",
        "limit": 7,
        "path": "some/file",
        "extra": {"any": ["thing"]},
    }
    assert from_jsonable(Thing, data) == Thing(
        name="x",
        colour=Colour.BLUE,
        parts=(Part(size=1), Part(size=2, weight=3.0)),
        by_name={"a": Part(size=4)},
        mode="slow",
        limit=7,
        path=Path("some/file"),
        extra={"any": ["thing"]},
    )


def problems_of(cls, data, where=""):
    with pytest.raises(JsonableError) as caught:
        from_jsonable(cls, data, where=where)
    return list(caught.value.problems)


def test_all_problems_are_named_at_once_with_their_places():
    data = {
        "nam": "x",
        "colour": "green",
        "parts": [{"size": "1"}, {}],
        "by_name": {"a": {"size": True}},
        "mode": "medium",
        "limit": "many",
        "wholly_other": 1,
    }
    problems = problems_of(Thing, data, where="thing")
    assert problems == [
        "unknown key 'thing.nam'; did you mean 'name'?",
        "unknown key 'thing.wholly_other'; known: name, colour, parts, by_name, mode, limit, path, extra",
        "thing.name is missing",
        "thing.colour is 'green'; expected one of red, blue",
        "thing.parts[0].size is '1'; expected int",
        "thing.parts[1].size is missing",
        "thing.by_name.a.size is True; expected int",
        "thing.mode is 'medium'; expected one of fast, slow",
        "thing.limit is 'many'; expected int or 'auto'",
    ]


@pytest.mark.parametrize(
    ("cls", "data", "problem"),
    [
        (Thing, {"name": "bad"}, "name is 'bad'"),
        (Thing, ["name"], "value must be a table with keys, not ['name']"),
        (Thing, {"name": "x", "parts": "ab"}, "parts must be a list, not 'ab'"),
        (Thing, {"name": "x", "by_name": []}, "by_name must be a table with keys, not []"),
        (Thing, {"name": None}, "name is None; expected str"),
        (Part, {"size": 1.5}, "size is 1.5; expected int"),
        (Part, {"size": 1, "weight": "2"}, "weight is '2'; expected float"),
        (Event, {"type": "nothing"}, "type is 'nothing'; expected one of run_started,"),
        (Event, {}, "type is None; expected one of run_started,"),
    ],
)
def test_what_does_not_fit_is_refused(cls, data, problem):
    [found] = problems_of(cls, data)
    assert found.startswith(problem)


@given(data=json_values)
def test_any_json_is_read_or_refused(data):
    for cls in (Event, Thing, Trajectory):
        try:
            value: Any = from_jsonable(cls, data)
        except JsonableError:
            continue
        assert there_and_back(cls, value) == value
