r"""The `single` profile: one model holds thought and action in one turn, as the paper's single-LLM baseline does.

    system     instructions and tools
    user       the question
    assistant  {rationale}\nNext: caller\n{"name":...,"arguments":{...}}
    tool       the observation
    assistant  {rationale}\nNext: summarizer\n{answer}

It differs from `shared` in nothing but this: the model's turns have one neutral header, and an action goes on in the turn that
decided on it. What the planner says to end its part is a line end, where in `shared` it ends its turn; the rest is the same
token for token, so that a comparison of the two compares nothing else.

The agent, the engine and the trainer still speak of a planner, a caller and a summarizer: they are this one model, before and
after that line end. The planner's cue is the header. The caller's and the summarizer's is the line end; what stands of the turn
before it is history. So blocks are append-only, and an open turn is read once, like any other history.

Paper:
    Shen et al. 2024 (arXiv 2401.07324): the single-LLM baseline, rationale and action in one output.
"""

from __future__ import annotations

from umi_local.messages import Decision, PlannerTurn, Role, Trajectory, Turn
from umi_local.prompts.base import Block, CallForm, Prompt, Segment
from umi_local.prompts.markers import FAMILIES
from umi_local.prompts.shared import SharedProfile

SPEAKER = "assistant"
LINE_END = Segment("\n", speaker=SPEAKER)
"""What parts thought and action: the planner says it, and it is the cue of what follows."""


class SingleProfile:
    """Renders the conversation of one model that plays all roles.

    Args:
        markers: A key of `markers.FAMILIES`.
    """

    name = "single"
    call_form = CallForm.JSON
    n_stable_blocks = 1

    def __init__(self, markers: str = "chatml") -> None:
        self.markers = FAMILIES[markers]
        self._shared = SharedProfile(markers)
        self._header = Segment(self.markers.header.format(speaker=SPEAKER), trusted=True, speaker=SPEAKER)

    def prompt(self, trajectory: Trajectory, role: Role) -> Prompt:
        """Return the conversation so far, and what opens the role's part: a header, or the line end after a decision."""
        last = trajectory.turns[-1] if trajectory.turns else None
        return Prompt(self.history(trajectory), Block((self._opening(last, role, self._header),), role))

    def history(self, trajectory: Trajectory) -> tuple[Block, ...]:
        """Return one block for the system turn and one for every turn; each begins with its cue.

        A planner's block that decides on an action is left open, for the action to go on in. Where something else follows it,
        as after a run that was cut off, the next block begins with the end that it lacks.
        """
        system, *blocks = self._shared.history(trajectory)
        previous = (None, *trajectory.turns)
        turns = zip(blocks, trajectory.turns, previous, strict=False)
        return (system, *(self._block(block, turn, before) for block, turn, before in turns))

    def planner_segments(self, rationale: str, decision: Decision) -> tuple[Segment, ...]:
        """Return the rationale with its line end, and the marker, as in `shared`."""
        return self._shared.planner_segments(rationale, decision)

    def parse_rationale(self, text: str) -> str | None:
        """Return the rationale once the decision's line has begun."""
        return self._shared.parse_rationale(text)

    def _block(self, shared: Block, turn: Turn, before: Turn | None) -> Block:
        header, *body, end = shared.segments
        opening = self._opening(before, shared.role, header if shared.role is None else self._header)
        return Block((opening, *body) if _is_open(turn) else (opening, *body, end), shared.role)

    def _opening(self, before: Turn | None, role: Role | None, header: Segment) -> Segment:
        """Return what a turn begins with after another one."""
        if not _is_open(before):
            return header
        if role in (Role.CALLER, Role.SUMMARIZER):
            return LINE_END
        return Segment(self.markers.end + header.text, trusted=True, speaker=header.speaker)


def _is_open(turn: Turn | None) -> bool:
    """Whether a turn has decided on an action that goes on in it."""
    return isinstance(turn, PlannerTurn) and turn.decision is not Decision.GIVE_UP
