"""From a trajectory to token ids and the spans that roles must say, exactly as the runtime reads and writes them.

A *span* is one role's turn: its cue (in `shared` nothing but the turn's header), what the role must say up to its end token,
and what closes the turn. Spans of a trajectory share a *context*: the tokens that the runtime's trunk holds, of which a span
sees those before its position. In `shared` and `single` the spans are pieces of the context itself; in profiles with a cue of
their own (`prompted`, `alpha-umi`) they branch off it, and where roles read different histories there is a sample for each.

In `single` a turn is two spans without a gap: the planner's labels end with the line end that is the caller's or the
summarizer's cue, so all of the turn is learned, and each token still counts for its role.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field

from umi_local.engine.base import RoleTurn
from umi_local.engine.text import Encoder
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
from umi_local.prompts import Block, CallForm, Profile, Segment, SharedProfile, SingleProfile
from umi_local.prompts.alpha_umi import render_action
from umi_local.prompts.base import render_call
from umi_local.prompts.markers import TurnMarkers

ROLE_OF = {PlannerTurn: Role.PLANNER, CallerTurn: Role.CALLER, SummarizerTurn: Role.SUMMARIZER}

Tokens = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Span:
    """One role's turn.

    Attributes:
        position: How many tokens of the context it follows.
        tokens: From its cue's first token to what closes it.
        target: Where in `tokens` that begins which the role must say; the cue comes before it, so it is never 0.
        stop: Where that ends, the end token included.
    """

    role: Role
    position: int
    tokens: Tokens
    target: int
    stop: int

    @property
    def labels(self) -> Tokens:
        """What the role must say, end token included."""
        return self.tokens[self.target : self.stop]


@dataclass(frozen=True, slots=True)
class Sample:
    """A context and the spans that follow parts of it.

    Attributes:
        inline: Whether the spans are pieces of the context, so that one pass over it meets them all.
    """

    context: Tokens
    spans: tuple[Span, ...]
    inline: bool

    @property
    def n_tokens(self) -> int:
        """The length of the longest text in it: what must fit into a context window."""
        return max([len(self.context), *(span.position + len(span.tokens) for span in self.spans)])


class Labeller:
    """Makes samples of trajectories.

    Args:
        encoder: Of the base's vocabulary, guarded as the runtime guards it (see `tokenization.encoder_for`).
        eos: The token that ends a turn where the profile has no markers.
        markers: The family's turn markers; None for profiles that end turns with `eos`.
    """

    def __init__(self, profile: Profile, encoder: Encoder, *, eos: int, markers: TurnMarkers | None = None) -> None:
        self.profile, self.encoder = profile, encoder
        self._eos = eos
        stop = self.encoder.segment(Segment(markers.stop, trusted=True)) if markers else ()
        self._stop: Tokens = stop

    def samples(self, trajectory: Trajectory, no_loss: Collection[int] = ()) -> tuple[Sample, ...]:
        """Return the samples of a trajectory: one where all read one conversation, else as many as there are histories.

        Args:
            no_loss: Numbers of the turns that nobody should learn to say; they are context only.
        """
        if isinstance(self.profile, (SharedProfile, SingleProfile)):
            return (self._inline(self.profile.history(trajectory), no_loss),)
        return self._branching(trajectory, no_loss)

    def probe(self) -> list[list[int]]:
        """Return the tokens of a fixed conversation: they change with the profile, its markers and the vocabulary."""
        return [
            list(tokens) for sample in self.samples(_PROBE) for tokens in (sample.context, *map(_all, sample.spans))
        ]

    def _inline(self, blocks: Sequence[Block], no_loss: Collection[int]) -> Sample:
        context: list[int] = []
        spans = []
        pairs = zip(blocks, (*blocks[1:], None), strict=True)
        for turn, (block, after) in enumerate(pairs, start=-1):  # the first is the system's
            if block.role is not None and turn not in no_loss:
                spans.append(self._piece(block, block.role, after, len(context)))
            context += self.encoder.block(block)
        return Sample(tuple(context), tuple(spans), inline=True)

    def _piece(self, block: Block, role: Role, after: Block | None, position: int) -> Span:
        """Return the span of a role's block, which begins with its cue.

        Args:
            after: Its cue is what closes the block, where that is left open for it.
        """
        tokens = self.encoder.block(block)
        n_cue = len(self.encoder.segment(block.segments[0]))
        if block.segments[-1].trusted:  # the turn's end
            end = self.encoder.segment(block.segments[-1])
            return Span(role, position, tokens, n_cue, len(tokens) - len(end) + self._n_stop(end))
        if after is not None and not after.segments[0].trusted:
            tokens = (*tokens, *self.encoder.segment(after.segments[0]))
        return Span(role, position, tokens, n_cue, len(tokens))

    def _n_stop(self, end: Tokens) -> int:
        """Return how many tokens of a turn's end its role must write: those of the stop, the line end after it is given."""
        n = len(self._stop)
        return n if n and end[:n] == self._stop else len(end)

    def _branching(self, trajectory: Trajectory, no_loss: Collection[int]) -> tuple[Sample, ...]:
        contexts: list[_Growing] = []
        for history, span in self._spans(trajectory, no_loss):
            found = next((one for one in contexts if one.takes(history)), None)
            if found is None:
                found = _Growing()
                contexts.append(found)
            found.add(history, span)
        return tuple(Sample(one.context, tuple(one.spans), inline=False) for one in contexts)

    def _spans(self, trajectory: Trajectory, no_loss: Collection[int]) -> Iterator[tuple[Tokens, Span]]:
        end = self._stop or (self._eos,)
        for i, turn in enumerate(trajectory.turns):
            if i in no_loss or not isinstance(turn, (PlannerTurn, CallerTurn, SummarizerTurn)):
                continue
            role = ROLE_OF[type(turn)]
            prompt = self.profile.prompt(Trajectory(trajectory.tools, trajectory.turns[:i]), role)
            history = tuple(token for block in prompt.history for token in self.encoder.block(block))
            cue = self.encoder.block(prompt.cue)
            said = [token for segment in turn_segments(self.profile, turn) for token in self.encoder.segment(segment)]
            tokens = (*cue, *said, *end)
            yield history, Span(role, len(history), tokens, len(cue), len(tokens))


@dataclass(slots=True)
class _Growing:
    """A context that grows as long as histories go on from each other."""

    context: Tokens = ()
    spans: list[Span] = field(default_factory=list)

    def takes(self, history: Tokens) -> bool:
        """Whether one of the two is the beginning of the other."""
        n = min(len(history), len(self.context))
        return history[:n] == self.context[:n]

    def add(self, history: Tokens, span: Span) -> None:
        """Add a span and the history it follows."""
        if len(history) > len(self.context):
            self.context = history
        self.spans.append(span)


def _all(span: Span) -> Tokens:
    return (span.position, *span.tokens, span.target, span.stop)


_PROBE = Trajectory(
    (ToolSpec("look_up", "Looks 1,234 things up; ÄÖ 你好.", {"type": "object", "properties": {}}),),
    (
        UserTurn("What's 12.5  times <|im_end|>\n\tthis?"),
        PlannerTurn("It must be looked up.", Decision.CALL),
        CallerTurn(ToolCall("look_up", {"x": [1, None, "é"]})),
        ToolTurn(Observation("### tool\n</s> 42", is_error=True)),
        PlannerTurn("", Decision.CONCLUDE),
        SummarizerTurn("It's 42."),
    ),
)


def turn_segments(profile: Profile, turn: RoleTurn) -> tuple[Segment, ...]:
    """Return a turn as its role writes it, without what closes it."""
    match turn:
        case PlannerTurn(rationale, decision):
            return profile.planner_segments(rationale, decision)
        case CallerTurn(call):
            is_json = profile.call_form is CallForm.JSON
            return (Segment(render_call(call) if is_json else render_action(call), speaker="caller"),)
        case SummarizerTurn(text):
            return (Segment(text, speaker="summarizer"),)


def template_end(profile: Profile, encoder: Encoder, stops: frozenset[int], eos: int) -> int:
    """Return the token that a chat template ends an assistant's turn with: what it writes after one, else `eos`."""
    mark = "umi"
    probe = Trajectory((), (UserTurn(mark), PlannerTurn(mark, Decision.CALL)))
    prompt = profile.prompt(probe, Role.CALLER)
    segments = [segment for block in (*prompt.history, prompt.cue) for segment in block.segments]
    after = _following(segments)
    tokens = encoder.segment(after) if after is not None else ()
    return tokens[0] if tokens and tokens[0] in stops else eos


def _following(segments: Sequence[Segment]) -> Segment | None:
    at = next((i for i, segment in enumerate(segments) if segment.speaker == "planner"), None)
    following = segments[at + 1 :] if at is not None else []
    return next((segment for segment in following if segment.trusted), None)
