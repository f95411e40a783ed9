"""The agent when something goes wrong: unreachable roles, failed engines, time limits, cancelling at any moment."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from tests.test_agent import ADD, ANSWER, CALL, DONE, PLAN, FakeTools, events_of
from umi_local.agent import Agent, Limits
from umi_local.engine.base import CancelToken
from umi_local.errors import ContextOverflowError, GenerationError, RoleUnreachableError, UmiError
from umi_local.events import Notice, PlannerSpoke, RunFinished, SummarizerSpoke, trajectory_of
from umi_local.messages import Observation, Outcome, ToolTurn, UserTurn
from umi_local.testing import ScriptedEngine, ScriptError

SILENT = RoleUnreachableError("http://localhost:1", "refused")


class PatientToken(CancelToken):
    """Notes the pauses instead of waiting; cancelled in the pause with a given number."""

    def __init__(self, cancelled_in=None):
        super().__init__()
        self.pauses: list[float] = []
        self._cancelled_in = cancelled_in

    def child(self):
        return self

    def wait(self, timeout_s):
        self.pauses.append(timeout_s)
        if len(self.pauses) == self._cancelled_in:
            self.cancel()
        return self.is_cancelled


def test_an_unreachable_role_is_tried_again_after_growing_pauses():
    engine = ScriptedEngine([SILENT, SILENT, SILENT, DONE, SILENT, ANSWER])
    cancel = PatientToken()
    events = events_of(Agent(engine, FakeTools()), cancel=cancel)
    assert cancel.pauses == [1, 2, 4, 1]
    notices = [event.text for event in events if isinstance(event, Notice)]
    assert notices[:2] == [
        "http://localhost:1 did not answer: refused; trying again in 1 s",
        "http://localhost:1 did not answer: refused; trying again in 2 s",
    ]
    assert len(notices) == 4
    assert events[-1].outcome is Outcome.ANSWERED


@pytest.mark.parametrize("retries", [0, 2])
def test_a_role_that_stays_unreachable_fails_the_run(retries):
    engine = ScriptedEngine([SILENT] * 9)
    cancel = PatientToken()
    events = events_of(Agent(engine, FakeTools(), limits=Limits(retries=retries)), cancel=cancel)
    assert len(engine.requests) == retries + 1
    assert len(cancel.pauses) == retries
    end = events[-1]
    assert (end.outcome, end.error, end.hint) == (Outcome.FAILED, str(SILENT), SILENT.hint)


def test_cancelling_in_a_pause_ends_the_run():
    engine = ScriptedEngine([SILENT] * 9)
    events = events_of(Agent(engine, FakeTools()), cancel=PatientToken(cancelled_in=2))
    assert len(engine.requests) == 2
    assert (events[-1].outcome, events[-1].error) == (Outcome.CANCELLED, None)


@pytest.mark.parametrize(
    "error",
    [GenerationError("no words", hint="Say more."), ContextOverflowError(9, 8, what="the tools"), UmiError("plain")],
    ids=lambda error: type(error).__name__,
)
@pytest.mark.parametrize("n_before", [0, 1, 3])
def test_an_engine_that_fails_ends_the_run_with_its_reason_and_remedy(error, n_before):
    before: list[Any] = [PLAN, CALL, DONE][:n_before]
    result = Agent(ScriptedEngine([*before, error]), FakeTools()).run("?")
    end = result.events[-1]
    assert isinstance(end, RunFinished)
    assert (end.outcome, end.answer, end.error, end.hint) == (Outcome.FAILED, None, str(error), error.hint or None)
    assert end.usage.total.calls == n_before
    told = [UserTurn("?"), PLAN, CALL, ToolTurn(Observation("4")), DONE]
    assert list(result.trajectory.turns) == told[: {0: 1, 1: 2, 3: 5}[n_before]]


def test_a_mistake_in_a_program_is_not_hidden_as_a_failed_run():
    with pytest.raises(ScriptError):
        Agent(ScriptedEngine([ANSWER]), FakeTools()).run("?")


def moments():
    """How many points of a run there are at which somebody may cancel: after each event, and at each piece of text."""
    n_pieces = 0

    def count(role, text):
        nonlocal n_pieces
        n_pieces += 1

    events = events_of(Agent(ScriptedEngine([PLAN, CALL, DONE, ANSWER]), FakeTools()), on_text=count)
    return len(events), n_pieces


N_EVENTS, N_PIECES = moments()


@pytest.mark.parametrize("at", range(1, N_EVENTS))
def test_cancelling_after_any_event_ends_the_run(at):
    cancel, events = CancelToken(), list[Any]()
    for event in Agent(ScriptedEngine([PLAN, CALL, DONE, ANSWER]), FakeTools()).stream("?", cancel=cancel):
        events.append(event)
        if len(events) == at:
            cancel.cancel()
    answered = any(isinstance(event, SummarizerSpoke) for event in events)
    assert events[-1].outcome is (Outcome.ANSWERED if answered else Outcome.CANCELLED)
    assert at == N_EVENTS - 1 or not answered
    assert len(events) <= at + 2  # at most the start of a role comes before the end


@pytest.mark.parametrize("at", range(1, N_PIECES + 1))
def test_cancelling_at_any_piece_of_text_ends_the_run(at):
    cancel, n_pieces = CancelToken(), 0

    def count(role, text):
        nonlocal n_pieces
        n_pieces += 1
        if n_pieces == at:
            cancel.cancel()

    agent = Agent(ScriptedEngine([PLAN, CALL, DONE, ANSWER]), FakeTools())
    events = events_of(agent, cancel=cancel, on_text=count)
    assert n_pieces == at
    assert events[-1].outcome is Outcome.CANCELLED
    assert trajectory_of(events).turns[0] == UserTurn("?")


def test_a_tool_that_is_cancelled_ends_the_run():
    class Slow(FakeTools):
        def call(self, call, cancel):
            cancel.cancel()
            return super().call(call, cancel)

    result = Agent(ScriptedEngine([PLAN, CALL, DONE, ANSWER]), Slow()).run("?")
    assert result.outcome is Outcome.CANCELLED
    assert result.trajectory.turns[-1] == CALL


class WaitingTools(FakeTools):
    """A tool that runs until somebody stops it."""

    def call(self, call, cancel):
        assert cancel.wait(60)
        return super().call(call, cancel)


def test_the_time_limit_ends_a_run_and_is_said():
    cancel = CancelToken()
    events = events_of(
        Agent(ScriptedEngine([PLAN, CALL]), WaitingTools(), limits=Limits(timeout_s=0.05)), cancel=cancel
    )
    assert not cancel.is_cancelled  # the caller's token may be used again
    assert events[-2] == Notice("the time limit of 0.05 s was reached")
    assert (events[-1].outcome, events[-1].answer) == (Outcome.STEP_LIMIT, None)


def test_cancelling_before_the_time_limit_is_cancelling():
    class Interrupted(FakeTools):
        def call(self, call, cancel):
            cancel.cancel()
            return super().call(call, cancel)

    result = Agent(ScriptedEngine([PLAN, CALL]), Interrupted(), limits=Limits(timeout_s=60)).run("?")
    assert result.outcome is Outcome.CANCELLED
    assert not [event for event in result.events if isinstance(event, Notice)]


def timers():
    return [
        thread
        for thread in threading.enumerate()
        if isinstance(thread, threading.Timer) and not thread.finished.is_set()
    ]


@pytest.mark.parametrize("n_seen", [1, 2, 4])
def test_a_run_that_nobody_listens_to_any_more_leaves_no_timer_behind(n_seen):
    stream: Any = Agent(ScriptedEngine([DONE, ANSWER]), FakeTools(), limits=Limits(timeout_s=600)).stream("?")
    for _ in range(n_seen):
        next(stream)
    assert len(timers()) == 1
    stream.close()
    assert timers() == []


def test_the_time_limit_is_over_with_the_last_event():
    stream: Any = Agent(ScriptedEngine([DONE, ANSWER]), FakeTools(), limits=Limits(timeout_s=600)).stream("?")
    assert [(isinstance(event, RunFinished), len(timers())) for event in stream] == [(False, 1)] * 5 + [(True, 0)]


def test_an_engine_that_refuses_the_tools_refuses_the_agent():
    class Picky(ScriptedEngine):
        def prepare(self, tools):
            raise UmiError(f"not {tools[0].name}")

    with pytest.raises(UmiError, match="not add"):
        Agent(Picky([]), FakeTools(specs=(ADD,)))


def test_a_planner_turn_that_could_not_be_finished_is_not_told():
    result = Agent(ScriptedEngine([GenerationError("no")]), FakeTools()).run("?")
    assert not [event for event in result.events if isinstance(event, PlannerSpoke)]
