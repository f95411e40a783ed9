"""The JSON object that stands for a run: what `umi run --output json` prints, from the run's events. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from umi_local.events import CallerSpoke, Event, PlannerSpoke, RunFinished, RunStarted, SummarizerSpoke, ToolFinished
from umi_local.jsonable import to_jsonable
from umi_local.messages import JsonValue, Observation, Role, UsageByRole


def run_object(events: Sequence[Event], *, session: str, bundle: str) -> dict[str, JsonValue]:
    """Return the object of one question's events.

    A run that was cut off before its end (a killed process) has the outcome null and the usage of the turns that ended.

    Args:
        session: Id of the stored session; empty where none is kept.
    """
    end = next((event for event in reversed(events) if isinstance(event, RunFinished)), None)
    usage = end.usage if end else _usage_of(events)
    return {
        "answer": end.answer if end else None,
        "outcome": end.outcome.value if end else None,
        "session": session,
        "bundle": bundle,
        "steps": _steps_of(events),
        "usage": {**to_jsonable(usage), "total": to_jsonable(usage.total)},
    }


def observation_object(observation: Observation, ms: float | None) -> dict[str, JsonValue]:
    """Return an observation with its wall time, which is 0 where nothing was run."""
    return {**to_jsonable(observation), "ms": 0.0 if ms is None else ms}


def by_question(events: Iterable[Event]) -> list[list[Event]]:
    """Return a session's events, one list per question."""
    runs: list[list[Event]] = []
    for event in events:
        if isinstance(event, RunStarted) or not runs:
            runs.append([])
        runs[-1].append(event)
    return runs


def _steps_of(events: Iterable[Event]) -> list[dict[str, JsonValue]]:
    steps: list[dict[str, JsonValue]] = []
    for event in events:
        match event:
            case PlannerSpoke(turn=turn):
                step = {"rationale": turn.rationale, "decision": turn.decision.value, "call": None, "observation": None}
                steps.append(step)
            case CallerSpoke(turn=turn) if steps:
                steps[-1]["call"] = to_jsonable(turn.call)
            case ToolFinished(turn=turn, ms=ms) if steps:
                steps[-1]["observation"] = observation_object(turn.observation, ms)
    return steps


def _usage_of(events: Iterable[Event]) -> UsageByRole:
    usage = UsageByRole()
    for event in events:
        match event:
            case PlannerSpoke(usage=turn_usage):
                usage = usage.adding(Role.PLANNER, turn_usage)
            case CallerSpoke(usage=turn_usage):
                usage = usage.adding(Role.CALLER, turn_usage)
            case SummarizerSpoke(usage=turn_usage):
                usage = usage.adding(Role.SUMMARIZER, turn_usage)
    return usage
