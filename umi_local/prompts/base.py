"""What a prompt profile is: a pure function from a trajectory to what a role reads and writes.

A profile is used by training and by the runtime, so the two can't drift apart. It yields *blocks*: a block is tokenized
segment by segment, and its tokens are evaluated together, so that the keys and values of a conversation depend on the
conversation alone and not on what a cache happened to hold. Blocks are append-only: a longer trajectory's blocks begin with
those of the shorter one.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from enum import Enum
from typing import Protocol

from umi_local.messages import Decision, JsonValue, Observation, Role, ToolCall, ToolSpec, Trajectory


@dataclass(frozen=True, slots=True)
class Segment:
    """A piece of text that is tokenized on its own.

    Only a trusted segment may become control tokens; all text from outside (user, tools, models) is untrusted.
    """

    text: str
    trusted: bool = False
    speaker: str = "system"


@dataclass(frozen=True, slots=True)
class Block:
    """Segments that are evaluated together; `role` is set where they are one role's own turn (its span)."""

    segments: tuple[Segment, ...]
    role: Role | None = None

    @property
    def text(self) -> str:
        """The text of all segments."""
        return "".join(segment.text for segment in self.segments)


@dataclass(frozen=True, slots=True)
class Prompt:
    """What a role reads: the history, which stays, and a cue, which is dropped once the role has spoken."""

    history: tuple[Block, ...]
    cue: Block

    @property
    def text(self) -> str:
        """The whole prompt, for people and golden files."""
        return "".join(block.text for block in (*self.history, self.cue))


class CallForm(str, Enum):
    """How a tool call is written."""

    JSON = "json"
    """`{"name":...,"arguments":{...}}`, compact."""

    ACTION = "action"
    """`Action: name` and `Action Input: {...}` on two lines, as the released α-UMi checkpoints write it."""


class Profile(Protocol):
    """Renders trajectories for one family of trained roles."""

    name: str
    call_form: CallForm
    n_stable_blocks: int
    """How many first blocks depend on the tools only: what a prefix cache on disk holds."""

    def prompt(self, trajectory: Trajectory, role: Role) -> Prompt:
        """Return what `role` reads before its next turn."""

    def planner_segments(self, rationale: str, decision: Decision) -> tuple[Segment, ...]:
        """Return a planner's turn as it is written, without what closes it."""

    def parse_rationale(self, text: str) -> str | None:
        """Return the rationale once `text` has begun the line that holds the decision, else None."""


def compact_json(value: JsonValue) -> str:
    """Return JSON without spaces, in the given key order, unicode as it is."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def render_tool(tool: ToolSpec) -> str:
    """Return a tool's documentation as one line of compact JSON; nothing is dropped."""
    return compact_json({"name": tool.name, "description": tool.description, "parameters": tool.parameters})


def render_call(call: ToolCall) -> str:
    """Return a call in the form that callers are trained on."""
    return compact_json({"name": call.name, "arguments": call.arguments})


def render_observation(observation: Observation) -> str:
    """Return an observation as the models read it: errors say so, omitted text is counted."""
    text = f"Error: {observation.text}" if observation.is_error else observation.text
    if observation.omitted_chars:
        text += f" …[+{observation.omitted_chars} chars]"
    return text
