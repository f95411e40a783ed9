"""Records for tests: one that has everything, builders of broken ones, and Hypothesis strategies for any."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import strategies as st

from umi_local.messages import (
    CallerTurn,
    Decision,
    Observation,
    PlannerTurn,
    SummarizerTurn,
    ToolCall,
    ToolSpec,
    ToolTurn,
    Trajectory,
    UserTurn,
)
from umi_local.records import Record
from umi_local.records.findings import Schemas, findings

WEATHER = ToolSpec(
    "weather",
    "The weather of a city.",
    {
        "type": "object",
        "properties": {"city": {"type": "string"}, "days": {"type": "integer"}},
        "required": ["city"],
        "additionalProperties": False,
    },
)

TURNS = (
    UserTurn("Is it warm in Köln?"),
    PlannerTurn("The weather tool knows.", Decision.CALL),
    CallerTurn(ToolCall("weather", {"city": "Köln"})),
    ToolTurn(Observation("18 °C", omitted_chars=7)),
    PlannerTurn("It has 18 degrees.", Decision.CONCLUDE),
    SummarizerTurn("Yes, 18 °C."),
    UserTurn("And on the moon?"),
    PlannerTurn("No tool knows the moon.", Decision.GIVE_UP),
)

GOOD = Record(
    id="some/1",
    source="tests",
    license="Apache-2.0",
    split="dev",
    trajectory=Trajectory((WEATHER,), TURNS),
    metadata={"no_loss": [5], "note": "ü"},
)


def record(n: int = 1, *turns, tools=(WEATHER,), **fields) -> Record:
    return Record(
        **{
            "id": f"some/{n}",
            "source": "tests",
            "license": "MIT",
            "trajectory": Trajectory(tuple(tools), tuple(turns) or TURNS),
            **fields,
        }
    )


def with_turn(i: int, turn) -> Record:
    """GOOD with one turn replaced."""
    turns = (*TURNS[:i], turn, *TURNS[i + 1 :])
    return replace(GOOD, trajectory=Trajectory((WEATHER,), turns))


def kinds_of(one: Record) -> list[str]:
    """What is wrong with a record, by kind."""
    return [found.kind for found in findings(one, Schemas())]


text = st.text(st.characters(codec="utf-8"), max_size=20) | st.sampled_from(
    ["\n\r\t", "\u2028", '"}\\', "\ud800", "\0"]
)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | text,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(text, inner, max_size=3),
    max_leaves=8,
)
objects = st.dictionaries(text, json_values, max_size=3)
turns = st.one_of(
    st.builds(UserTurn, text),
    st.builds(PlannerTurn, text, st.sampled_from(Decision)),
    st.builds(CallerTurn, st.builds(ToolCall, text, objects)),
    st.builds(ToolTurn, st.builds(Observation, text, st.booleans(), st.integers(-1, 10**12))),
    st.builds(SummarizerTurn, text),
)
records = st.builds(
    Record,
    id=text,
    source=text,
    license=text,
    split=st.sampled_from(["train", "dev", "test"]),
    trajectory=st.builds(
        Trajectory,
        st.lists(st.builds(ToolSpec, text, text, objects), max_size=2).map(tuple),
        st.lists(turns, max_size=6).map(tuple),
    ),
    metadata=objects,
)
