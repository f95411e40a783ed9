"""What tests of evaluation share: a few labelled conversations, and engines that say what was wanted, but for some turns."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from umi_local.engine.base import SpeakOptions
from umi_local.evaluate.systems import RoleSystem
from umi_local.messages import (
    CallerTurn,
    Decision,
    Observation,
    PlannerTurn,
    Role,
    SummarizerTurn,
    ToolCall,
    ToolSpec,
    ToolTurn,
    Trajectory,
    UserTurn,
)
from umi_local.testing import ScriptedEngine

CALL, CONCLUDE, GIVE_UP = Decision.CALL, Decision.CONCLUDE, Decision.GIVE_UP


def tool(name: str, **properties: str) -> ToolSpec:
    """A tool whose arguments are all required."""
    schema = {
        "type": "object",
        "properties": {key: {"type": kind} for key, kind in properties.items()},
        "required": list(properties),
        "additionalProperties": False,
    }
    return ToolSpec(name, f"Does {name}.", schema)


TOOLS = (tool("get_weather", city="string"), tool("list_cities"))


def calls(thought: str, name: str, observation: str, **arguments: Any) -> tuple[PlannerTurn, CallerTurn, ToolTurn]:
    return (
        PlannerTurn(thought, CALL),
        CallerTurn(ToolCall(name, arguments)),
        ToolTurn(Observation(observation)),
    )


def concludes(answer: str, thought: str = "Done.") -> tuple[PlannerTurn, SummarizerTurn]:
    return PlannerTurn(thought, CONCLUDE), SummarizerTurn(answer)


WEATHER = Trajectory(
    TOOLS,
    (
        UserTurn("What is the weather in the first city?"),
        *calls("I need the cities.", "list_cities", "Paris, Rome"),
        *calls("Paris is the first.", "get_weather", "18 degrees", city="Paris"),
        *concludes("It is 18 degrees in Paris"),
    ),
)
GREETING = Trajectory(TOOLS, (UserTurn("Hello!"), *concludes("Hello to you", "No tool is needed.")))
HOPELESS = Trajectory(TOOLS, (UserTurn("Buy me a car."), PlannerTurn("No tool sells cars.", GIVE_UP)))
RECORDS = (WEATHER, GREETING, HOPELESS)
"""Five steps: two calls (one without arguments), two answers, one giving up; five turns of planners, four of the others."""


def wanted_after(role: Role, history: Trajectory) -> Any:
    """What the records say next, found by the turns so far without the planner's words."""
    n = len(history.turns)
    record = next(r for r in RECORDS if r.turns[0] == history.turns[0])
    del role
    return record.turns[n]


def saying(wrong: Mapping[tuple[str, int], Any] | None = None, n: int = 100) -> ScriptedEngine:
    """An engine that says what was wanted; `wrong` maps a question's first word and a place to something else."""

    def say(role: Role, history: Trajectory) -> Any:
        question = history.turns[0]
        assert isinstance(question, UserTurn)
        other = (wrong or {}).get((question.text.split()[0], len(history.turns)))
        if isinstance(other, Exception):
            raise other
        return wanted_after(role, history) if other is None else other

    return ScriptedEngine([say] * n)


def system_of(engine: ScriptedEngine, **facts: Any) -> RoleSystem:
    return RoleSystem(engine, {"name": "scripted", **facts}, SpeakOptions(), retries=0)


def material() -> Any:
    from umi_local.evaluate.static import material_of

    return material_of((record, ()) for record in RECORDS)
