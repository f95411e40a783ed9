"""The paper's canonical trajectory: a conversation of five roles, as text.

    {"tools": [{"Name", "function", "input": {argument: "type, description"}}], "instruction": str,
     "conversations": [{"from": "user|assistant|caller|observation|conclusion", "value": str}]}

`assistant` is the planner, `conclusion` the summarizer. Values are kept as they are, since the paper's samples are made of them
byte for byte; turning them into typed turns is the importer's business.

Paper:
    Shen et al. 2024 (arXiv 2401.07324); the format is that of X-PLUG/Multi-LLM-Agent at f9eeef7,
    GLPFT/process_data/toolbench/prepro_raw_stage_2.py.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Literal, TypeAlias, get_args

from umi_local.messages import (
    CallerTurn,
    JsonObject,
    JsonValue,
    PlannerTurn,
    SummarizerTurn,
    ToolTurn,
    Trajectory,
    Turn,
    UserTurn,
)
from umi_local.prompts.alpha_umi import planner_text, render_action, render_docs
from umi_local.prompts.base import render_observation

Speaker: TypeAlias = Literal["user", "assistant", "caller", "observation", "conclusion"]
SPEAKERS: tuple[Speaker, ...] = get_args(Speaker)

HALLUCINATED = "invalid_hallucination_function_name"
"""The name that ToolBench gives a call of a function that there isn't."""


@dataclass(frozen=True, slots=True)
class Said:
    """One turn: who, and the text as it is."""

    speaker: Speaker
    value: str


@dataclass(frozen=True, slots=True)
class Conversation:
    """Tool docs, and turns of which the first is the user's."""

    tools: tuple[JsonObject, ...]
    turns: tuple[Said, ...]

    @property
    def instruction(self) -> str:
        """The user's first words."""
        return self.turns[0].value if self.turns else ""

    def to_json(self) -> dict[str, JsonValue]:
        """Return the paper's form."""
        return {
            "tools": list(self.tools),
            "instruction": self.instruction,
            "conversations": [{"from": turn.speaker, "value": turn.value} for turn in self.turns],
        }


class ConversationError(ValueError):
    """An object isn't a conversation; the message names the place."""


def conversation_of_json(value: JsonObject) -> Conversation:
    """Return the conversation that an object of the paper's form holds.

    Raises:
        ConversationError: It isn't of that form.
    """
    tools, turns = value.get("tools"), value.get("conversations")
    if not isinstance(tools, list) or not all(isinstance(t, dict) and isinstance(t.get("Name"), str) for t in tools):
        raise ConversationError("tools is not a list of objects with a Name")
    if not isinstance(turns, list):
        raise ConversationError("conversations is not a list")
    return Conversation(tuple(tools), tuple(_said(turn, i) for i, turn in enumerate(turns)))


def conversation_of_trajectory(trajectory: Trajectory) -> Conversation:
    """Return a trajectory in the paper's form: docs cut as the paper cuts them, calls as `Action:` and `Action Input:`."""
    docs = [json.loads(line) for line in render_docs(trajectory.tools).split("\n") if line]
    return Conversation(tuple(docs), tuple(map(_said_of, trajectory.turns)))


def _said(turn: JsonValue, i: int) -> Said:
    speaker = turn.get("from") if isinstance(turn, dict) else None
    if speaker not in SPEAKERS:
        raise ConversationError(f"conversations[{i}].from is {speaker!r}; expected one of {', '.join(SPEAKERS)}")
    if not isinstance(turn.get("value"), str):
        raise ConversationError(f"conversations[{i}].value is not a text")
    return Said(speaker, turn["value"])


def _said_of(turn: Turn) -> Said:
    match turn:
        case UserTurn(text):
            return Said("user", text)
        case PlannerTurn(rationale, decision):
            return Said("assistant", planner_text(rationale, decision))
        case CallerTurn(call):
            return Said("caller", render_action(call))
        case ToolTurn(observation):
            return Said("observation", render_observation(observation))
        case SummarizerTurn(text):
            return Said("conclusion", text)
