r"""The `shared` profile: one conversation that all roles read, append-only, in the model family's own turn markers.

    system   instructions and tools
    user     the question
    planner  {rationale}\nNext: caller
    caller   {"name":...,"arguments":{...}}
    tool     the observation
    planner  {rationale}\nNext: summarizer
    summarizer  the answer

A role's cue is nothing but its turn's header. So the whole history is the same for every role, its keys and values are
computed once, and an adapter that is active from the header to the turn's end changes nothing before it.
"""

from __future__ import annotations

from umi_local.messages import (
    CallerTurn,
    Decision,
    PlannerTurn,
    Role,
    SummarizerTurn,
    ToolSpec,
    ToolTurn,
    Trajectory,
    Turn,
    UserTurn,
)
from umi_local.prompts.base import (
    Block,
    CallForm,
    Prompt,
    Segment,
    render_call,
    render_observation,
    render_tool,
)
from umi_local.prompts.decisions import NEXT, rationale_before_decision
from umi_local.prompts.markers import FAMILIES

SYSTEM = (
    "Questions are answered with tools. The planner reasons and names who is next, the caller writes one tool call, "
    "the tool replies, the summarizer answers the user.\nTools:\n"
)
NO_TOOLS = "none"


class SharedProfile:
    """Renders the one conversation of the `shared` layout.

    Args:
        markers: A key of `markers.FAMILIES`.
    """

    name = "shared"
    call_form = CallForm.JSON
    n_stable_blocks = 1

    def __init__(self, markers: str = "chatml") -> None:
        self.markers = FAMILIES[markers]

    def prompt(self, trajectory: Trajectory, role: Role) -> Prompt:
        """Return the conversation so far and the header of the role's turn."""
        return Prompt(self.history(trajectory), Block((self._header(role.value),), role))

    def history(self, trajectory: Trajectory) -> tuple[Block, ...]:
        """Return one block for the system turn and one for every turn; a role's block is its span."""
        return (self._system(trajectory.tools), *(self._turn(turn) for turn in trajectory.turns))

    def planner_segments(self, rationale: str, decision: Decision) -> tuple[Segment, ...]:
        """Return the rationale with its line end, and the marker; tokenized apart, so that the border is fixed."""
        marker = Segment(NEXT[decision], speaker="planner")
        text = rationale.strip()
        return (self._text(f"{text}\n", "planner"), marker) if text else (marker,)

    def parse_rationale(self, text: str) -> str | None:
        """Return the rationale once the decision's line has begun."""
        return rationale_before_decision(text)

    def _system(self, tools: tuple[ToolSpec, ...]) -> Block:
        docs = "\n".join(render_tool(tool) for tool in tools) or NO_TOOLS
        begin = (Segment(self.markers.begin, trusted=True),) if self.markers.begin else ()
        header, end = self._header("system"), self._end("system")
        return Block((*begin, header, Segment(SYSTEM), self._text(docs, "system"), end))

    def _turn(self, turn: Turn) -> Block:
        speaker = turn.type
        role: Role | None = None
        body: tuple[Segment, ...]
        match turn:
            case UserTurn(text):
                body = (self._text(text, speaker),)
            case ToolTurn(observation):
                body = (self._text(render_observation(observation), speaker),)
            case PlannerTurn(rationale, decision):
                body, role = self.planner_segments(rationale, decision), Role.PLANNER
            case CallerTurn(call):
                body, role = (self._text(render_call(call), speaker),), Role.CALLER
            case SummarizerTurn(text):
                body, role = (self._text(text, speaker),), Role.SUMMARIZER
        return Block((self._header(speaker), *body, self._end(speaker)), role)

    def _header(self, speaker: str) -> Segment:
        return Segment(self.markers.header.format(speaker=speaker), trusted=True, speaker=speaker)

    def _end(self, speaker: str) -> Segment:
        return Segment(self.markers.end, trusted=True, speaker=speaker)

    def _text(self, text: str, speaker: str) -> Segment:
        return Segment(self.markers.protect(text), speaker=speaker)
