"""The agent loop: plan, call, observe, and again, until the planner concludes or gives up.

    user -> planner -> caller -> tool -> planner -> ... -> summarizer -> answer

The loop knows no backend and no tool by name: an `Engine` lets roles speak, a toolbox runs calls. It yields typed events as
they happen; `run` folds them.

Paper:
    Shen et al. 2024 (arXiv 2401.07324): r_t = M_plan(history), a_t = M_call(history, r_t), answer = M_sum(history, r_n).
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from dataclasses import replace

from umi_local.engine.base import CancelToken, Engine, SpeakOptions, Spoken
from umi_local.errors import CancelledError, RoleUnreachableError, UmiError
from umi_local.events import (
    CallerSpoke,
    Event,
    Notice,
    PlannerSpoke,
    RoleStarted,
    RunFinished,
    RunStarted,
    SummarizerSpoke,
    ToolFinished,
    trajectory_of,
)
from umi_local.messages import (
    CallerTurn,
    Decision,
    Outcome,
    PlannerTurn,
    Role,
    SummarizerTurn,
    ToolTurn,
    Trajectory,
    UserTurn,
)
from umi_local.run import Limits, OnRoleText, RunResult, RunState, Tools, observe

__all__ = ["Agent", "Limits", "RunResult"]


class Agent:
    """Answers questions with tools.

    Args:
        bundle: The name that events carry.

    Raises:
        ToolDefinitionError: A tool can't be offered to this engine.
    """

    def __init__(
        self,
        engine: Engine,
        tools: Tools,
        *,
        bundle: str = "",
        limits: Limits | None = None,
        options: SpeakOptions | None = None,
    ) -> None:
        self._engine, self._tools, self._bundle = engine, tools, bundle
        self._limits = limits or Limits()
        self._options = options or SpeakOptions()
        engine.prepare(tools.specs)

    def run(self, question: str, *, history: Trajectory | None = None, cancel: CancelToken | None = None) -> RunResult:
        """Answer a question and return everything at once; see `stream`."""
        events = tuple(self.stream(question, history=history, cancel=cancel))
        end = events[-1]
        assert isinstance(end, RunFinished)  # every stream ends with it
        earlier = history.turns if history else ()
        now = trajectory_of(events)
        return RunResult(end.outcome, end.answer, Trajectory(now.tools, earlier + now.turns), end.usage, events)

    def stream(
        self,
        question: str,
        *,
        history: Trajectory | None = None,
        cancel: CancelToken | None = None,
        on_text: OnRoleText | None = None,
    ) -> Iterator[Event]:
        """Answer a question, yielding what happens; the last event is always `RunFinished`.

        Args:
            history: An earlier conversation to go on from; its tools are replaced by the current ones.
            cancel: Ends the run at the next decode call or tool poll.
            on_text: Gets the role's text piece by piece while it speaks.
        """
        earlier = history.turns if history else ()
        trajectory = Trajectory(self._tools.specs, (*earlier, UserTurn(question)))
        run = RunState(
            trajectory, (cancel or CancelToken()).child(), on_text or (lambda role, text: None), self._limits.timeout_s
        )
        try:
            yield RunStarted(question, self._bundle, self._tools.specs)
            outcome, answer = yield from self._steps(run)
            yield run.finished(outcome, answer)
        except CancelledError:
            if run.is_late:
                yield Notice(f"the time limit of {self._limits.timeout_s:g} s was reached")
            yield run.finished(Outcome.STEP_LIMIT if run.is_late else Outcome.CANCELLED, None)
        except UmiError as error:
            yield run.finished(Outcome.FAILED, None, error)
        finally:
            run.close()

    def _steps(self, run: RunState) -> Generator[Event, None, tuple[Outcome, str | None]]:
        """Go from planner turn to planner turn until one ends the run."""
        for step in range(1, self._limits.max_steps + 1):
            decision = yield from self._plan(run, step)
            match decision:
                case Decision.CALL:
                    yield from self._call(run, step)
                case Decision.CONCLUDE:
                    answer = yield from self._conclude(run, step)
                    return Outcome.ANSWERED, answer
                case Decision.GIVE_UP:
                    return Outcome.GAVE_UP, None
        yield Notice(f"the limit of {self._limits.max_steps} steps was reached")
        return Outcome.STEP_LIMIT, None

    def _plan(self, run: RunState, step: int) -> Generator[Event, None, Decision]:
        yield RoleStarted(Role.PLANNER, step)
        if run.guard.reason is not None:
            turn = PlannerTurn(f"No progress: {run.guard.reason}.", Decision.CONCLUDE)
            event = PlannerSpoke(turn, forced=run.guard.reason)
        else:
            spoken = yield from self._speak(run, Role.PLANNER)
            assert isinstance(spoken.turn, PlannerTurn)
            event = PlannerSpoke(spoken.turn, spoken.probabilities, spoken.usage)
            if spoken.turn.decision is Decision.CALL and not run.trajectory.tools:
                turn = PlannerTurn(spoken.turn.rationale, Decision.CONCLUDE)
                event = replace(event, turn=turn, forced="no tools are on offer")
        run.add(event.turn)
        yield event
        return event.turn.decision

    def _call(self, run: RunState, step: int) -> Generator[Event, None, None]:
        yield RoleStarted(Role.CALLER, step)
        spoken = yield from self._speak(run, Role.CALLER)
        assert isinstance(spoken.turn, CallerTurn)
        run.add(spoken.turn)
        yield CallerSpoke(spoken.turn, spoken.margin, spoken.usage)
        observation, ms = observe(self._tools, spoken.turn.call, run.cancel)
        turn = ToolTurn(run.guard.observe(spoken.turn.call, observation))
        run.add(turn)
        yield ToolFinished(turn, ms)

    def _conclude(self, run: RunState, step: int) -> Generator[Event, None, str]:
        yield RoleStarted(Role.SUMMARIZER, step)
        spoken = yield from self._speak(run, Role.SUMMARIZER)
        assert isinstance(spoken.turn, SummarizerTurn)
        run.add(spoken.turn)
        yield SummarizerSpoke(spoken.turn, spoken.usage)
        return spoken.turn.text

    def _speak(self, run: RunState, role: Role) -> Generator[Event, None, Spoken]:
        """Let a role speak; try again with growing pauses while a remote one is unreachable."""
        for attempt in range(self._limits.retries + 1):
            try:
                spoken = self._engine.speak(
                    role,
                    run.trajectory,
                    options=self._options,
                    cancel=run.cancel,
                    on_text=lambda text: run.on_text(role, text),
                )
            except RoleUnreachableError as error:
                if attempt == self._limits.retries:
                    raise
                pause_s = 2.0**attempt
                yield Notice(f"{error}; trying again in {pause_s:g} s")
                if run.cancel.wait(pause_s):
                    raise CancelledError from error
            else:
                run.usage = run.usage.adding(role, spoken.usage)
                for text in run.news(spoken.notices):
                    yield Notice(text)
                return spoken
        raise AssertionError("the last attempt returns or raises")
