"""The `alpha-umi` profile: byte-compatible with the released α-UMi checkpoints.

The strings are interoperability facts, misspellings included ("assess", "Base on"): the checkpoints were trained on them.
Source: X-PLUG/Multi-LLM-Agent at f9eeef7, GLPFT/utils/prompt_lib.py (templates), GLPFT/process_data/toolbench (history,
roles' views) and GLPFT/train.py (`system: ` before every prompt). Nobody fixes their grammar; golden files pin them.

Each role has a view of its own: the planner and the caller see tools and history (the caller once more the thought), the
summarizer sees the history only. Within a role's view the history is append-only; blocks end where `</s>` stands, since the
tokenizer treats the text between two control tokens as one piece.
"""

from __future__ import annotations

import json
import re

from umi_local.messages import (
    CallerTurn,
    Decision,
    JsonObject,
    PlannerTurn,
    Role,
    SummarizerTurn,
    ToolCall,
    ToolSpec,
    ToolTurn,
    Trajectory,
    Turn,
    UserTurn,
)
from umi_local.prompts.base import Block, CallForm, Prompt, Segment, render_observation

DOCS = "You have assess to the following apis:\n{doc}\nThe conversation history is:\n"
PLANNER = (
    "\nYou are the assistant to plan what to do next and whether is caller's or conclusion's turn to answer.\n"
    "Answer with a following format:\n"
    "The thought of the next step, followed by Next: caller or conclusion or give up."
)
CALLER = (
    "\nThe thought of this step is:\n{thought}\n"
    "Base on the thought make an api call in the following format:\n"
    "Action: the name of api that should be called in this step, should be exactly in [{tool_names}],\n"
    "Action Input: the api call request."
)
SUMMARIZER = "Make a conclusion based on the conversation history:\n"
SUFFIXES = {
    Role.PLANNER: " assistant: ",
    Role.CALLER: " caller: ",
    Role.SUMMARIZER: " conclusion: ",
}
NEXT = {
    Decision.CALL: "Next: caller.",
    Decision.CONCLUDE: "Next: conclusion.",
    Decision.GIVE_UP: "Next: give up.",
}
MAX_NAME, MAX_DESCRIPTION = 64, 256

_DECISION = re.compile(r"(?:^|\n) ?Next:")


class AlphaUmiProfile:
    """Renders the prompts of the released planner, caller and summarizer.

    Args:
        bos, eos: The tokenizer's control tokens.
        system_prefix: Write `system: ` first, as in training; the authors' inference code left it out.
    """

    name = "alpha-umi"
    call_form = CallForm.ACTION
    n_stable_blocks = 0  # the docs and the first turn are one piece of text

    def __init__(self, *, bos: str = "<s>", eos: str = "</s>", system_prefix: bool = True) -> None:
        self._bos, self._eos = bos, eos
        self._prefix = "system: " if system_prefix else ""

    def prompt(self, trajectory: Trajectory, role: Role) -> Prompt:
        """Return the role's view of the trajectory."""
        head = SUMMARIZER if role is Role.SUMMARIZER else DOCS.format(doc=render_docs(trajectory.tools))
        history = "".join(self._turn(turn) for turn in trajectory.turns)
        text = f"{self._prefix}{head}{history}{self._instruction(trajectory, role)}{SUFFIXES[role]}"
        return self._blocks(text, role)

    def planner_segments(self, rationale: str, decision: Decision) -> tuple[Segment, ...]:
        """Return the planner's turn as one piece of text: SentencePiece would split it otherwise."""
        return (Segment(planner_text(rationale, decision), speaker="planner"),)

    def parse_rationale(self, text: str) -> str | None:
        """Return the rationale once the decision's line has begun."""
        found = _DECISION.search(text)
        return text[: found.start()].strip() if found else None

    def _instruction(self, trajectory: Trajectory, role: Role) -> str:
        if role is Role.PLANNER:
            return PLANNER
        if role is Role.SUMMARIZER:
            return ""
        last = trajectory.turns[-1] if trajectory.turns else None
        thought = planner_text(last.rationale, last.decision) if isinstance(last, PlannerTurn) else ""
        names = ", ".join(tool.name[-MAX_NAME:] for tool in trajectory.tools)
        return CALLER.format(thought=_plain(thought), tool_names=_plain(names))

    def _turn(self, turn: Turn) -> str:
        match turn:
            case UserTurn(text):
                return f"user: {_plain(text)}\0"
            case PlannerTurn(rationale, decision):
                return f"assistant: {_plain(planner_text(rationale, decision))}\0"
            case CallerTurn(call):
                return f"caller: {_plain(render_action(call))}\0"
            case ToolTurn(observation):  # an observation has no terminator
                return f"observation: {_plain(render_observation(observation))}"
            case SummarizerTurn(text):
                return f"conclusion: {_plain(text)}\0"

    def _blocks(self, text: str, role: Role) -> Prompt:
        """Cut the text after every end of turn (NUL while it is built, so that no outside `</s>` is taken for one)."""
        bos = (Segment(self._bos, trusted=True),) if self._bos else ()
        eos = Segment(self._eos, trusted=True)
        *turns, rest = text.split("\0")
        blocks = [Block((Segment(turn), eos)) for turn in turns]
        cue = Block((Segment(rest),), role)
        if blocks:
            blocks[0] = Block((*bos, *blocks[0].segments))
        else:
            cue = Block((*bos, *cue.segments), role)
        return Prompt(tuple(blocks), cue)


def planner_text(rationale: str, decision: Decision) -> str:
    """Return a planner's turn; without a rationale it is a space and the marker."""
    text = rationale.strip()
    return f"{text}\n {NEXT[decision]}" if text else f" {NEXT[decision]}"


def render_action(call: ToolCall) -> str:
    """Return a call as `Action:` and `Action Input:`, the arguments laid out as in most of ToolBench's training texts."""
    return f"Action: {call.name}\nAction Input: {json.dumps(call.arguments, indent=2, ensure_ascii=False)}"


def render_docs(tools: tuple[ToolSpec, ...]) -> str:
    """Return the docs: one JSON line a tool, the name's tail, the description's head, the arguments' tails.

    Paper:
        prepro_raw_stage_1.py: name[-64:], description[:256], and per argument "<type>, <description[-256:]>".
    """
    return "".join(json.dumps(_doc(tool)) + "\n" for tool in tools)


def _doc(tool: ToolSpec) -> dict[str, object]:
    properties: JsonObject = tool.parameters.get("properties", {})
    return {
        "Name": tool.name[-MAX_NAME:],
        "function": tool.description[:MAX_DESCRIPTION],
        "input": {name: _argument(schema) for name, schema in properties.items()},
    }


def _argument(schema: JsonObject) -> str:
    kind = str(schema.get("type", "string"))
    if "description" not in schema:
        return kind
    return f"{kind}, {str(schema['description'])[-MAX_DESCRIPTION:]}"


def _plain(text: str) -> str:
    return text.replace("\0", "\ufffd")  # NUL is our own end-of-turn mark
