"""The fixed transcript: a question, three calls with scripted results, an answer; every turn's text is given.

Both sides of a comparison do the same work: ours plays it through the engine's own speaking code with a sampler that picks
what the script says; the peer is bound to the same texts by a schema of constants.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from umi_local.engine import speaking
from umi_local.engine.base import CancelToken
from umi_local.engine.constrain import CallGrammars
from umi_local.engine.sampling import Logits
from umi_local.engine.seated import House
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
    Turn,
    Usage,
    UserTurn,
)
from umi_local.prompts.base import render_call


def _tool(name: str, description: str, **properties: str) -> ToolSpec:
    return ToolSpec(
        name,
        description,
        {
            "type": "object",
            "properties": {
                key: {"type": "string", "description": text, "maxLength": 120} for key, text in properties.items()
            },
            "required": list(properties),
            "additionalProperties": False,
        },
    )


TOOLS = (
    _tool("list_files", "List the files in a folder.", path="The folder, relative to the root."),
    _tool("read_file", "Read a text file.", path="The file, relative to the root."),
    _tool("search_files", "Find lines that contain a text.", query="The text.", path="Where to look."),
    _tool("aggregate_column", "Sum or average a column.", path="The table.", column="Its name.", operation="sum, mean"),
    _tool("calculate", "Exact arithmetic.", expression="Numbers, + - * / and brackets."),
)

TURNS: tuple[Turn, ...] = (
    UserTurn("How much did we spend on travel in the first quarter, and how much is left of the 5,000 euro budget?"),
    PlannerTurn("The expenses must be in a table; I need to see which files there are.", Decision.CALL),
    CallerTurn(ToolCall("list_files", {"path": "finance"})),
    ToolTurn(
        Observation(
            "budget-2026.txt  412 bytes\nexpenses-q1.csv  8,214 bytes\nexpenses-q2.csv  7,733 bytes\n"
            "invoices  folder with 31 files\nREADME.md  1,120 bytes\ntravel-policy.md  3,480 bytes"
        )
    ),
    PlannerTurn("The first quarter is in expenses-q1.csv, so I sum the travel amounts there.", Decision.CALL),
    CallerTurn(
        ToolCall("aggregate_column", {"path": "finance/expenses-q1.csv", "column": "travel", "operation": "sum"})
    ),
    ToolTurn(Observation('{"rows":184,"rows_used":61,"column":"travel","operation":"sum","value":"3184.55"}')),
    PlannerTurn("Travel cost 3,184.55; what is left is 5,000 minus that.", Decision.CALL),
    CallerTurn(ToolCall("calculate", {"expression": "5000 - 3184.55"})),
    ToolTurn(Observation("1815.45")),
    PlannerTurn("Both numbers are known.", Decision.CONCLUDE),
    SummarizerTurn(
        "You spent 3,184.55 euros on travel in the first quarter, as expenses-q1.csv says. "
        "Of the budget of 5,000 euros, 1,815.45 euros are left."
    ),
)

SPEAKERS: dict[type, Role] = {PlannerTurn: Role.PLANNER, CallerTurn: Role.CALLER, SummarizerTurn: Role.SUMMARIZER}


class ScriptedSampler:
    """Picks the token that continues a given text, wherever the grammar's forced tokens have brought it."""

    def __init__(self, text: str, decision: Decision | None) -> None:
        self._text, self._decision = text, decision
        self._speech: speaking.Speech | None = None
        self._cue = 0

    def attach(self, speech: speaking.Speech) -> None:
        """Take note of what has been decoded when the turn begins."""
        self._speech, self._cue = speech, len(speech.scratch.tokens)

    def pick(self, logits: Logits) -> int:
        """Return the next token of the script; the argmax is taken too, as a real sampler would."""
        speech = self._speech
        assert speech is not None
        if len(logits) == len(Decision) and self._decision is not None:
            return list(Decision).index(self._decision)
        logits.argmax()
        said = speech.model.text(speech.scratch.tokens[self._cue :])
        rest = speech.model.tokenize(self._text[len(said) :], special=False)
        return rest[0] if rest else speech.model.vocab.eos


@dataclass
class Player:
    """Plays the transcript on a house's seats, as the engine would, and counts tokens by role."""

    house: House
    usage: dict[Role, Usage] = field(default_factory=dict)
    _grammars: dict[int, CallGrammars] = field(default_factory=dict)

    def play(self, turns: Sequence[Turn] = TURNS) -> None:
        """Let every role speak its turns."""
        self.usage = {role: Usage() for role in Role}
        for i, turn in enumerate(turns):
            if type(turn) in SPEAKERS:
                self.speak(turn, Trajectory(TOOLS, tuple(turns[:i])))

    def speak(self, turn: Turn, trajectory: Trajectory) -> None:
        """Let one role speak one given turn."""
        role = SPEAKERS[type(turn)]
        seat = self.house.seats[role]
        scratch, usage = seat.open(seat.profile.prompt(trajectory, role), lambda: None)
        try:
            sampler = ScriptedSampler(text_of(turn), turn.decision if isinstance(turn, PlannerTurn) else None)
            speech = seat.speech(
                scratch,
                sampler,
                cancel=CancelToken(),
                on_text=lambda text: None,
            )
            sampler.attach(speech)
            said = self._say(role, speech)
        finally:
            scratch.close()
        if said != turn:
            raise AssertionError(f"the transcript was played wrong: {said} instead of {turn}")
        spent = Usage(forced_tokens=speech.n_forced, sampled_tokens=speech.n_sampled)
        self.usage[role] = self.usage[role] + usage + spent

    def _say(self, role: Role, speech: speaking.Speech) -> Turn:
        if role is Role.PLANNER:
            return speaking.plan(speech, 192)[0]
        if role is Role.SUMMARIZER:
            return speaking.summarize(speech, 192)[0]
        grammars = self._grammars.setdefault(id(speech.model), CallGrammars(speech.model))
        matcher = grammars.call(TOOLS, speech.profile.call_form)
        return speaking.call(speech, matcher, TOOLS, 192)[0]


def text_of(turn: Turn) -> str:
    """Return what a role writes in a turn."""
    match turn:
        case PlannerTurn(rationale):
            return f"{rationale}\nNext:"
        case CallerTurn(call):
            return render_call(call)
        case SummarizerTurn(text):
            return text
    raise ValueError(f"nobody speaks {turn}")


def n_final_tokens(house: House) -> int:
    """Return the tokens of the finished conversation."""
    seat = house.seats[Role.PLANNER]
    prompt: Any = seat.profile.prompt(Trajectory(TOOLS, TURNS), Role.PLANNER)
    return sum(len(seat.encoder.block(block)) for block in prompt.history)
