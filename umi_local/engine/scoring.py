"""How likely a role finds given words, and what it would write by itself: what verdicts and calibrations look at.

A turn is scored with exactly the weights that would speak it: its seat's adapter over its span, or from the start, or a model
of its own. Words go in as given ("teacher-forced"), so two files of the same model are compared position by position. Batches
are cut by the same rule for everybody; which kernels run depends on that, and so do the last digits of logits.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

import numpy as np

from umi_local.engine import speaking
from umi_local.engine.base import CancelToken, RoleTurn
from umi_local.engine.constrain import CallGrammars
from umi_local.engine.llama_c import Logits
from umi_local.engine.sampling import softmax
from umi_local.engine.seats import Seat
from umi_local.errors import GenerationError
from umi_local.messages import CallerTurn, Decision, PlannerTurn, Role, SummarizerTurn, ToolSpec, Trajectory
from umi_local.prompts.alpha_umi import render_action
from umi_local.prompts.base import CallForm, Prompt, Segment, render_call


def prompt_tokens(seat: Seat, prompt: Prompt) -> tuple[int, ...]:
    """Return everything that a role reads before its turn, the cue included."""
    return tuple(token for block in (*prompt.history, prompt.cue) for token in seat.encoder.block(block))


def turn_tokens(seat: Seat, turn: RoleTurn) -> tuple[int, ...]:
    """Return the tokens of a turn as its role writes them, without what closes it."""
    match turn:
        case PlannerTurn(rationale, decision):
            segments = seat.profile.planner_segments(rationale, decision)
        case CallerTurn(call):
            is_json = seat.profile.call_form is CallForm.JSON
            segments = (Segment(render_call(call) if is_json else render_action(call), speaker="caller"),)
        case SummarizerTurn(text):
            segments = (Segment(text, speaker="summarizer"),)
    return tuple(token for segment in segments for token in seat.encoder.segment(segment))


@contextmanager
def scored(seat: Seat, prompt: Prompt, tokens: Sequence[int], check: Callable[[], None]) -> Iterator[Iterator[Logits]]:
    """Give the logits of the next token after the cue and after each of `tokens`: len(tokens) + 1 rows of shape (V,).

    Rows are views, valid until the next one is asked for.

    Args:
        check: Called before every decode call; may raise to stop.

    Raises:
        GenerationError: llama.cpp could not, or it doesn't fit the context.
    """
    scratch, _ = seat.open(prompt, check)
    try:
        yield itertools.chain([scratch.logits()], scratch.decode_each(tokens, check))
    finally:
        scratch.close()


@dataclass(frozen=True, slots=True)
class Said:
    """A turn that was spoken greedily.

    Attributes:
        margin: The smallest lead, in probability, of a token that was picked over the next best; 1 where none was.
        name_margin: By how much a call's tool led over any other; None where it isn't a call.
    """

    turn: RoleTurn
    margin: float
    name_margin: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class GreedySpeaker:
    """Lets roles speak greedily, as the engine does at temperature 0.

    Attributes:
        planner_tokens: Of a rationale; then its decision is asked for.
        caller_tokens: Of a call; then it is brought to its end.
        summarizer_tokens: Of an answer.
    """

    planner_tokens: int
    caller_tokens: int
    summarizer_tokens: int
    _grammars: dict[int, CallGrammars] = field(default_factory=dict, repr=False)

    def speak(self, seat: Seat, role: Role, trajectory: Trajectory, cancel: CancelToken) -> Said | None:
        """Return the role's turn after a trajectory; None where a call could not be brought to an end.

        Raises:
            CancelledError: `cancel` was set.
            GenerationError: llama.cpp could not, or it doesn't fit the context.
        """
        with _spoken(seat, role, trajectory, cancel) as (speech, watch):
            match role:
                case Role.PLANNER:
                    return Said(speaking.plan(speech, self.planner_tokens)[0], watch.margin)
                case Role.SUMMARIZER:
                    return Said(speaking.summarize(speech, self.summarizer_tokens)[0], watch.margin)
                case Role.CALLER:
                    return self._call(speech, watch, trajectory.tools)

    def decide(self, seat: Seat, trajectory: Trajectory, rationale: str, cancel: CancelToken) -> tuple[Decision, float]:
        """Return what the planner decides after a given rationale, and by how much probability that leads.

        Raises:
            CancelledError: `cancel` was set.
            GenerationError: llama.cpp could not, or it doesn't fit the context.
        """
        with _spoken(seat, Role.PLANNER, trajectory, cancel) as (speech, _):
            decision, probabilities = speaking.decide(speech, rationale)
        best, second = sorted(probabilities.values(), reverse=True)[:2]
        return decision, best - second

    def _call(self, speech: speaking.Speech, watch: _Watch, tools: tuple[ToolSpec, ...]) -> Said | None:
        grammars = self._grammars.setdefault(id(speech.model), CallGrammars(speech.model))
        matcher = grammars.call(tools, speech.profile.call_form)
        try:
            turn, name_margin = speaking.call(speech, matcher, tools, self.caller_tokens)
        except GenerationError:  # weights that can't end a call are a finding, not a failure of the measurement
            return None
        return Said(turn, watch.margin, name_margin)


class _Watch:
    """Picks the likeliest token, and remembers the smallest lead that one had."""

    def __init__(self) -> None:
        self.margin = 1.0

    def pick(self, logits: Logits) -> int:
        """Return the likeliest token."""
        second, first = np.argpartition(logits, -2)[-2:] if len(logits) > 1 else (0, 0)
        if first != second and logits[second] > -np.inf:
            probabilities = softmax(logits)
            self.margin = min(self.margin, abs(float(probabilities[first] - probabilities[second])))
        return int(logits.argmax())


@contextmanager
def _spoken(
    seat: Seat, role: Role, trajectory: Trajectory, cancel: CancelToken
) -> Iterator[tuple[speaking.Speech, _Watch]]:
    scratch, _ = seat.open(seat.profile.prompt(trajectory, role), cancel.check)
    watch = _Watch()
    try:
        yield seat.speech(scratch, watch, cancel=cancel, on_text=lambda text: None), watch
    finally:
        scratch.close()
