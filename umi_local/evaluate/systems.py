"""What is evaluated: anything that says what comes next at a step and answers questions with tools.

`Evaluated` is the seam. Three roles on any `Engine` (a bundle in this process, roles behind servers, a script, a PEFT folder
under transformers) become one with `RoleSystem`; a single model that plans and acts in one turn implements it itself
(`native.py` does for servers with tool calling).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Protocol

from umi_local.agent import Agent
from umi_local.engine.base import CancelToken, Engine, FreeWriter, OnText, SpeakOptions, Spoken
from umi_local.errors import (
    ContextOverflowError,
    GenerationError,
    RoleUnreachableError,
    ToolDefinitionError,
    UsageError,
)
from umi_local.evaluate.patience import patiently
from umi_local.evaluate.reading import UnreadableError, has_decided, read_turn
from umi_local.evaluate.values import Decoding, GoldStep, Prediction, Route, Utterance
from umi_local.messages import (
    CallerTurn,
    Decision,
    JsonValue,
    Outcome,
    PlannerTurn,
    Role,
    SummarizerTurn,
    ToolSpec,
    Trajectory,
)
from umi_local.prompts.base import render_call
from umi_local.prompts.decisions import NEXT
from umi_local.run import Limits, RunResult, Tools

_FAILURES = (GenerationError, ContextOverflowError, ToolDefinitionError)
"""What a system couldn't do at one step: it counts against it there. All other errors end the evaluation, to be resumed."""


class Evaluated(Protocol):
    """A system under evaluation."""

    @property
    def facts(self) -> Mapping[str, JsonValue]:
        """What identifies the system and how it speaks; results of unequal facts never share a file."""

    def check(self, route: Route, decoding: Decoding) -> None:
        """Raise where the system can't be asked this way.

        Raises:
            UsageError: It can't; the message says what it can.
        """

    def predict(self, step: GoldStep, route: Route, decoding: Decoding, cancel: CancelToken) -> Prediction:
        """Return what the system says at a step; what it couldn't do is a problem of an utterance.

        Raises:
            CancelledError: `cancel` was set.
            UmiError: The system is out of order, not merely wrong.
        """

    def run(
        self, question: str, tools: Tools, limits: Limits, cancel: CancelToken, history: Trajectory | None = None
    ) -> RunResult:
        """Answer a question with tools, as the system would in earnest. What goes wrong is the run's outcome.

        Args:
            history: The conversation that the question goes on from.

        Raises:
            UmiError: The system is out of order, not merely wrong.
        """

    def close(self) -> None:
        """Free everything. Safe to call twice."""


class RoleSystem:
    """Three roles on an engine.

    Args:
        facts: See `Evaluated.facts`.
        options: Token limits and sampling of all turns.
        retries: How often an unreachable remote role is tried again, after 1, 2, 4, ... seconds.
    """

    def __init__(
        self, engine: Engine, facts: Mapping[str, JsonValue], options: SpeakOptions, *, retries: int = 3
    ) -> None:
        self._engine, self._options, self._retries = engine, options, retries
        self.facts = facts

    def check(self, route: Route, decoding: Decoding) -> None:
        """See `Evaluated.check`."""
        if decoding is Decoding.FREE and not isinstance(self._engine, FreeWriter):
            raise UsageError("this engine can't write unbound", hint="Use --decoding constrained.")

    def predict(self, step: GoldStep, route: Route, decoding: Decoding, cancel: CancelToken) -> Prediction:
        """See `Evaluated.predict`."""
        planner = self._say(Role.PLANNER, step.history, decoding, cancel)
        turn = step.planner if route is Route.ROLES else followed(planner)
        role = {Decision.CALL: Role.CALLER, Decision.CONCLUDE: Role.SUMMARIZER}.get(turn.decision)
        if role is None:
            return Prediction(planner=planner)
        return Prediction(planner=planner, follow=self._say(role, step.history.with_turn(turn), decoding, cancel))

    def run(
        self, question: str, tools: Tools, limits: Limits, cancel: CancelToken, history: Trajectory | None = None
    ) -> RunResult:
        """See `Evaluated.run`."""
        reach = _Reach(self._engine)
        agent = Agent(reach, tools, limits=replace(limits, retries=self._retries), options=self._options)
        result = agent.run(question, history=history, cancel=cancel)
        if reach.lost is not None and result.outcome is Outcome.FAILED:
            raise reach.lost
        return result

    def close(self) -> None:
        """See `Evaluated.close`."""
        self._engine.close()

    def _say(self, role: Role, history: Trajectory, decoding: Decoding, cancel: CancelToken) -> Utterance:
        say = self._bound if decoding is Decoding.CONSTRAINED else self._free
        try:
            return patiently(lambda: say(role, history, cancel), retries=self._retries, cancel=cancel)
        except _FAILURES as error:
            return Utterance(role=role, text="", turn=None, problem=str(error))

    def _bound(self, role: Role, history: Trajectory, cancel: CancelToken) -> Utterance:
        if role is Role.CALLER:
            self._engine.prepare(history.tools)
        spoken: Spoken = self._engine.speak(
            role, history, options=self._options, cancel=cancel, on_text=lambda text: None
        )
        return Utterance(role=role, text=text_of(spoken.turn), turn=spoken.turn, usage=spoken.usage)

    def _free(self, role: Role, history: Trajectory, cancel: CancelToken) -> Utterance:
        assert isinstance(self._engine, FreeWriter)  # `check` comes first
        is_done = has_decided if role is Role.PLANNER else _never
        written = self._engine.write(role, history, options=self._options, cancel=cancel, is_done=is_done)
        try:
            turn = read_turn(role, written.text)
        except UnreadableError as error:
            problem = f"{error}, cut at the token limit" if written.was_cut else str(error)
            return Utterance(role=role, text=written.text, turn=None, problem=problem, usage=written.usage)
        return Utterance(role=role, text=written.text, turn=turn, usage=written.usage)


class _Reach:
    """An engine, and whether it was out of reach when it was last asked: the agent only tells that something failed."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self.lost: RoleUnreachableError | None = None

    def prepare(self, tools: Sequence[ToolSpec]) -> None:
        self._engine.prepare(tools)

    def speak(
        self, role: Role, trajectory: Trajectory, *, options: SpeakOptions, cancel: CancelToken, on_text: OnText
    ) -> Spoken:
        self.lost = None
        try:
            return self._engine.speak(role, trajectory, options=options, cancel=cancel, on_text=on_text)
        except RoleUnreachableError as error:
            self.lost = error
            raise

    def close(self) -> None:
        self._engine.close()


def followed(planner: Utterance) -> PlannerTurn:
    """Return the planner's turn that a pipeline goes on from; where it names no decision, the caller is next.

    Paper:
        Static runtime (2.2), step 4: no marker -> caller.
    """
    return planner.turn if isinstance(planner.turn, PlannerTurn) else PlannerTurn(planner.text, Decision.CALL)


def text_of(turn: PlannerTurn | CallerTurn | SummarizerTurn) -> str:
    """Return a turn's text in our own form."""
    match turn:
        case PlannerTurn(rationale, decision):
            return f"{rationale}\n{NEXT[decision]}" if rationale else NEXT[decision]
        case CallerTurn(call):
            return render_call(call)
        case SummarizerTurn(text):
            return text


def _never(text: str) -> bool:
    """Let a role write to its own end."""
    return False
