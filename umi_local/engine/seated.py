"""The engine in this process: roles on their seats, owned by one thread.

`speak` renders the role's prompt, fits it into the context, reuses what the KV cache holds, lets the role speak in a scratch
turn, and drops that. What the role wrote comes back as a value; it enters the conversation when the next prompt holds it.

What computes is below the seats: llama.cpp, or another that keeps the rules of `kv.Cells` and `text.Words`.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Protocol

from umi_local.engine import speaking
from umi_local.engine.base import (
    DECISION_LINE_TOKENS,
    CancelToken,
    OnText,
    RoleTurn,
    SpeakOptions,
    Spoken,
    Written,
    free_limit,
)
from umi_local.engine.constrain import CallGrammars, check_tools
from umi_local.engine.ledger import fit
from umi_local.engine.sampling import Sampler
from umi_local.engine.seats import Seat
from umi_local.engine.text import Words
from umi_local.engine.worker import Worker
from umi_local.errors import GenerationError
from umi_local.messages import Decision, Role, ToolSpec, Trajectory, Usage

_MIN_TURN_TOKENS = 96
"""Room that a turn must have at least; less is an overflow."""


class House(Protocol):
    """What holds the seats, and the models and contexts below them."""

    @property
    def seats(self) -> Mapping[Role, Seat]:
        """Where each role sits."""

    def close(self) -> None:
        """Free everything, in the order that is needed."""


@dataclass(slots=True)
class _Turn:
    """A role's turn as it begins. `usage` is that of the prompt, and complete once the turn is over."""

    speech: speaking.Speech
    tools: tuple[ToolSpec, ...]
    notices: tuple[str, ...]
    usage: Usage


class SeatedEngine:
    """An `Engine` and `FreeWriter` on the seats of a house.

    Args:
        worker: The thread that made the house and owns it.
        grammars: Those of its vocabularies by their ids, where several engines share them.
    """

    def __init__(self, worker: Worker, house: House, grammars: dict[int, CallGrammars] | None = None) -> None:
        self._worker, self._house = worker, house
        self._grammars = {} if grammars is None else grammars
        self._is_closed = False

    def prepare(self, tools: Sequence[ToolSpec]) -> None:
        """Check the tools' schemas; see `Engine.prepare`."""
        check_tools(tools)

    def speak(
        self, role: Role, trajectory: Trajectory, *, options: SpeakOptions, cancel: CancelToken, on_text: OnText
    ) -> Spoken:
        """Return the role's next turn; see `Engine.speak`."""
        return self._worker.run(
            lambda emit: self._speak(role, trajectory, options, cancel, emit), cancel=cancel, on_text=on_text
        )

    def write(
        self,
        role: Role,
        trajectory: Trajectory,
        *,
        options: SpeakOptions,
        cancel: CancelToken,
        is_done: Callable[[str], bool],
    ) -> Written:
        """Return what the role writes unbound; see `FreeWriter.write`."""
        return self._worker.run(
            lambda emit: self._write(role, trajectory, options, cancel, is_done), cancel=cancel, on_text=_silent
        )

    def close(self) -> None:
        """Free contexts and weights, and end the thread."""
        if not self._is_closed:
            self._is_closed = True
            self._worker.run(lambda emit: self._house.close())
            self._worker.close()

    def _speak(
        self, role: Role, trajectory: Trajectory, options: SpeakOptions, cancel: CancelToken, on_text: OnText
    ) -> Spoken:
        with self._at_turn(role, trajectory, options, cancel, on_text) as turn:
            spoken = self._take_turn(role, turn.speech, turn.tools, options)
        return replace(spoken, usage=turn.usage, notices=turn.notices + spoken.notices)

    def _write(
        self,
        role: Role,
        trajectory: Trajectory,
        options: SpeakOptions,
        cancel: CancelToken,
        is_done: Callable[[str], bool],
    ) -> Written:
        with self._at_turn(role, trajectory, options, cancel, _silent) as turn:
            text, was_cut = speaking.write(turn.speech, free_limit(role, options), is_done)
        return Written(text=text, usage=turn.usage, was_cut=was_cut, notices=turn.notices)

    @contextmanager
    def _at_turn(
        self, role: Role, trajectory: Trajectory, options: SpeakOptions, cancel: CancelToken, on_text: OnText
    ) -> Iterator[_Turn]:
        """Bring a role to where its turn begins; afterwards its usage is complete and the turn is dropped."""
        started = time.perf_counter()
        cancel.check()
        seat = self._house.seats[role]
        fitted, notices = fit(
            trajectory,
            lambda t: seat.count(seat.profile.prompt(t, role)),
            seat.n_ctx - min(_tokens_of_a_turn(options), max(_MIN_TURN_TOKENS, seat.n_ctx // 4)),
        )
        scratch, usage = seat.open(seat.profile.prompt(fitted, role), cancel.check)
        try:
            salt = (list(Role).index(role), len(fitted.turns))  # equal seeds say the same at the same place only
            sampler = Sampler(options.sampling or seat.sampling, *salt)
            speech = seat.speech(scratch, sampler, cancel=cancel, on_text=on_text)
            turn = _Turn(speech, fitted.tools, notices, usage)
            yield turn
        finally:
            scratch.close()
        turn.usage = replace(
            usage,
            forced_tokens=speech.n_forced,
            sampled_tokens=speech.n_sampled,
            ms=(time.perf_counter() - started) * 1000,
        )

    def _take_turn(
        self, role: Role, speech: speaking.Speech, tools: Sequence[ToolSpec], options: SpeakOptions
    ) -> Spoken:
        probabilities: Mapping[Decision, float] = {}
        margin: float | None = None
        notices: tuple[str, ...] = ()
        turn: RoleTurn
        match role:
            case Role.PLANNER:
                turn, probabilities = speaking.plan(speech, options.planner_tokens)
            case Role.CALLER:
                if not tools:
                    raise GenerationError("the caller was asked for a call, but no tools are on offer")
                matcher = self._grammars_of(speech.model).call(tools, speech.profile.call_form)
                turn, margin = speaking.call(speech, matcher, tools, options.caller_tokens)
            case Role.SUMMARIZER:
                turn, was_cut = speaking.summarize(speech, options.summarizer_tokens)
                if was_cut:
                    notices = ("the answer was cut at its token limit",)
        return Spoken(turn=turn, usage=Usage(), probabilities=probabilities, margin=margin, notices=notices)

    def _grammars_of(self, model: Words) -> CallGrammars:
        return self._grammars.setdefault(id(model), CallGrammars(model))


def _tokens_of_a_turn(options: SpeakOptions) -> int:
    """Return the tokens of the longest turn: the same for all roles, so that they all read the same conversation."""
    return max(options.planner_tokens + DECISION_LINE_TOKENS, options.caller_tokens, options.summarizer_tokens)


def _silent(text: str) -> None:
    """Take text that nobody watches."""
