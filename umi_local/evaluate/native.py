"""One model behind an OpenAI-compatible server with tool calling of its own, evaluated by the same records and tasks.

It has one turn where the roles have two, so it can only be asked unbound and in a pipeline. Its live loop is the agent's in
everything but that: the same limits, the same notice of repeated calls, the same events.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from umi_local.bundles.values import Endpoint
from umi_local.engine.base import CancelToken, Sampling, SpeakOptions
from umi_local.engine.chat_api import ChatApi, Completion, Question, is_loopback
from umi_local.engine.options import is_offline
from umi_local.errors import CancelledError, GenerationError, OfflineError, RoleUnreachableError, UmiError, UsageError
from umi_local.evaluate.native_messages import messages_of, prediction_of, read_asked, tools_of
from umi_local.evaluate.patience import patiently
from umi_local.evaluate.values import Decoding, GoldStep, Prediction, Route, Utterance
from umi_local.events import (
    CallerSpoke,
    Event,
    Notice,
    PlannerSpoke,
    RunStarted,
    SummarizerSpoke,
    ToolFinished,
    trajectory_of,
)
from umi_local.messages import (
    CallerTurn,
    Decision,
    JsonValue,
    Observation,
    Outcome,
    PlannerTurn,
    Role,
    SummarizerTurn,
    ToolCall,
    ToolSpec,
    ToolTurn,
    Trajectory,
    Usage,
    UserTurn,
)
from umi_local.run import Limits, RunResult, RunState, Tools, observe


class NativeSystem:
    """A model that plans and calls in one turn; see `Evaluated`. Safe to use from several threads.

    Args:
        facts: See `Evaluated.facts`.
        options: Its sampling, and its token limit: the largest of the roles'.
        retries: How often an unreachable server is tried again, after 1, 2, 4, ... seconds.

    Raises:
        OfflineError: umi-local runs offline and the server isn't on this machine.
        BundleError: The environment variable with the key isn't set.
    """

    def __init__(
        self, endpoint: Endpoint, facts: Mapping[str, JsonValue], options: SpeakOptions, *, retries: int = 3
    ) -> None:
        if is_offline() and not is_loopback(endpoint.url):
            raise OfflineError(f"the model at {endpoint.url}")
        self.facts = facts
        self._client = ChatApi(endpoint)
        self._options, self._retries = options, retries

    def check(self, route: Route, decoding: Decoding) -> None:
        """See `Evaluated.check`."""
        if route is not Route.PIPELINE or decoding is not Decoding.FREE:
            raise UsageError(
                "a model with tool calling of its own has one turn for planning and calling, and no grammar",
                hint="Leave out --route and --decoding with --server.",
            )

    def predict(self, step: GoldStep, route: Route, decoding: Decoding, cancel: CancelToken) -> Prediction:
        """See `Evaluated.predict`."""
        try:
            completion = self.ask(step.history, step.tools, cancel)
        except GenerationError as error:
            nothing = Utterance(role=Role.PLANNER, text="", turn=None, problem=str(error))
            return Prediction(
                planner=nothing, follow=Utterance(role=Role.CALLER, text="", turn=None, problem=str(error))
            )
        return prediction_of(completion, usage_of(completion))

    def run(
        self, question: str, tools: Tools, limits: Limits, cancel: CancelToken, history: Trajectory | None = None
    ) -> RunResult:
        """See `Evaluated.run`."""
        earlier = history.turns if history else ()
        trajectory = Trajectory(tools.specs, (*earlier, UserTurn(question)))
        state = RunState(trajectory, cancel.child(), lambda role, text: None, limits.timeout_s)
        loop = _Loop(self, tools, limits, state)
        events: list[Event] = [RunStarted(question, str(self.facts.get("name", "")), tools.specs)]
        try:
            outcome, answer = loop.run()
            end = state.finished(outcome, answer)
        except CancelledError:
            end = state.finished(Outcome.STEP_LIMIT if state.is_late else Outcome.CANCELLED, None)
        except RoleUnreachableError:  # out of order, which says nothing about the model
            raise
        except UmiError as error:
            end = state.finished(Outcome.FAILED, None, error)
        finally:
            state.close()
        events += [*loop.events, end]
        now = trajectory_of(events)
        return RunResult(end.outcome, end.answer, Trajectory(now.tools, earlier + now.turns), end.usage, tuple(events))

    def close(self) -> None:
        """Do nothing: every request closes its own connection."""

    def ask(self, history: Trajectory, tools: Sequence[ToolSpec], cancel: CancelToken) -> Completion:
        """Return what the model answers to a conversation.

        Raises:
            CancelledError: `cancel` was set.
            RoleUnreachableError: The server could not be reached, also after some time.
            GenerationError: It refused.
        """
        limits = self._options
        question = Question(
            messages=messages_of(history),
            max_tokens=max(limits.planner_tokens + limits.caller_tokens, limits.summarizer_tokens),
            sampling=limits.sampling or Sampling(),
            tools=tools_of(tools),
        )
        return patiently(
            lambda: self._client.complete(question, cancel, lambda text: None), retries=self._retries, cancel=cancel
        )


def usage_of(completion: Completion) -> Usage:
    """Return what an answer cost."""
    return Usage(
        calls=1,
        prompt_tokens=completion.prompt_tokens,
        reused_tokens=completion.cached_tokens,
        evaluated_tokens=completion.prompt_tokens - completion.cached_tokens,
        sampled_tokens=completion.completion_tokens,
        ms=completion.ms,
    )


class _Loop:
    """One question, from answer to answer."""

    def __init__(self, system: NativeSystem, tools: Tools, limits: Limits, state: RunState) -> None:
        self._system, self._tools, self._limits, self._state = system, tools, limits, state
        self.events: list[Event] = []
        self._n_steps = 0

    def run(self) -> tuple[Outcome, str | None]:
        """Go on until an answer, or the limit of steps."""
        while self._n_steps < self._limits.max_steps:
            is_stuck = self._state.guard.reason is not None  # then an answer is all that is left, as in the agent
            offered = () if is_stuck else self._tools.specs
            completion = self._system.ask(self._state.trajectory, offered, self._state.cancel)
            usage = usage_of(completion)
            self._state.usage = self._state.usage.adding(Role.PLANNER, usage)
            if not completion.calls:
                return self._end(completion, usage)
            for place, asked in enumerate(completion.calls[: self._limits.max_steps - self._n_steps]):
                rationale = "" if place else completion.text.strip()
                self._plan(PlannerTurn(rationale, Decision.CALL), Usage() if place else usage)
                self._call(read_asked(asked), asked.name)
        self.events.append(Notice(f"the limit of {self._limits.max_steps} steps was reached"))
        return Outcome.STEP_LIMIT, None

    def _end(self, completion: Completion, usage: Usage) -> tuple[Outcome, str | None]:
        prediction = prediction_of(completion, usage)
        if not isinstance(prediction.planner.turn, PlannerTurn):
            raise GenerationError(f"the model answered with {prediction.planner.problem}")
        self._plan(prediction.planner.turn, usage)
        answer = prediction.follow.answer if prediction.follow else None
        if answer is None:
            return Outcome.GAVE_UP, None
        turn = SummarizerTurn(answer)
        self._state.add(turn)
        self.events.append(SummarizerSpoke(turn))
        return Outcome.ANSWERED, answer

    def _plan(self, turn: PlannerTurn, usage: Usage) -> None:
        self._n_steps += 1
        self._state.add(turn)
        self.events.append(PlannerSpoke(turn, usage=usage))

    def _call(self, asked: Utterance, name: str) -> None:
        """Run a call; one whose arguments can't be read stands in the conversation without them, and with the error."""
        call = asked.call or ToolCall(name, {})
        ms: float | None = None
        if asked.call is None:
            observation = Observation(f"the call of {name} was not run: {asked.problem}", is_error=True)
        else:
            observation, ms = observe(self._tools, call, self._state.cancel)
        caller, tool = CallerTurn(call), ToolTurn(self._state.guard.observe(call, observation))
        self._state.add(caller)
        self._state.add(tool)
        self.events += [CallerSpoke(caller), ToolFinished(tool, ms)]
