"""The agent loop with a scripted engine and a toolbox that is a dictionary."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from umi_local.agent import Agent, Limits
from umi_local.engine.base import SpeakOptions, Spoken
from umi_local.errors import ToolFailedError, UnknownToolError
from umi_local.events import (
    CallerSpoke,
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
    UsageByRole,
    UserTurn,
)
from umi_local.testing import ScriptedEngine

ADD = ToolSpec("add", "Add.", {"type": "object", "properties": {"a": {"type": "integer"}, "b": {"type": "integer"}}})
PLAN = PlannerTurn("I must add.", Decision.CALL)
CALL = CallerTurn(ToolCall("add", {"a": 2, "b": 2}))
DONE = PlannerTurn("It is known.", Decision.CONCLUDE)
ANSWER = SummarizerTurn("Four.")


class FakeTools:
    """Tools whose results are given; an exception is raised."""

    def __init__(self, *results, specs=(ADD,)):
        self.specs = specs
        self.results = list(results) or [Observation("4")]
        self.calls: list[ToolCall] = []

    def call(self, call, cancel):
        cancel.check()
        self.calls.append(call)
        result = self.results[min(len(self.calls), len(self.results)) - 1]
        if isinstance(result, Exception):
            raise result
        return result, 1.5


def agent(script, tools=None, **limits):
    return Agent(ScriptedEngine(script), tools or FakeTools(), bundle="test", limits=Limits(**limits))


def events_of(agent, question="?", **options):
    return list(agent.stream(question, **options))


def ended(events):
    return replace(events[-1], ms=0.0)


def test_a_run_tells_everything_in_order():
    tools = FakeTools()
    used = [Usage(calls=1, prompt_tokens=n) for n in (10, 20, 30, 40)]
    chances = {Decision.CALL: 0.7, Decision.CONCLUDE: 0.2, Decision.GIVE_UP: 0.1}
    script = [
        Spoken(turn=PLAN, usage=used[0], probabilities=chances),
        Spoken(turn=CALL, usage=used[1], margin=0.25),
        Spoken(turn=DONE, usage=used[2]),
        Spoken(turn=ANSWER, usage=used[3]),
    ]
    events = events_of(agent(script, tools), "2 + 2?")
    total = UsageByRole(planner=used[0] + used[2], caller=used[1], summarizer=used[3])
    assert [*events[:-1], ended(events)] == [
        RunStarted("2 + 2?", "test", (ADD,)),
        RoleStarted(Role.PLANNER, 1),
        PlannerSpoke(PLAN, chances, used[0]),
        RoleStarted(Role.CALLER, 1),
        CallerSpoke(CALL, 0.25, used[1]),
        ToolFinished(ToolTurn(Observation("4")), 1.5),
        RoleStarted(Role.PLANNER, 2),
        PlannerSpoke(DONE, {}, used[2]),
        RoleStarted(Role.SUMMARIZER, 2),
        SummarizerSpoke(ANSWER, used[3]),
        RunFinished(Outcome.ANSWERED, "Four.", total),
    ]
    assert tools.calls == [CALL.call]
    assert total.total.prompt_tokens == 100


def test_every_role_reads_the_whole_conversation_so_far():
    engine = ScriptedEngine([PLAN, CALL, DONE, ANSWER])
    options = SpeakOptions(planner_tokens=7)
    Agent(engine, FakeTools(), options=options).run("2 + 2?")
    question, result = UserTurn("2 + 2?"), ToolTurn(Observation("4"))
    assert [(r.role, r.trajectory.turns) for r in engine.requests] == [
        (Role.PLANNER, (question,)),
        (Role.CALLER, (question, PLAN)),
        (Role.PLANNER, (question, PLAN, CALL, result)),
        (Role.SUMMARIZER, (question, PLAN, CALL, result, DONE)),
    ]
    assert all(r.options == options and r.trajectory.tools == (ADD,) for r in engine.requests)
    assert engine.prepared == (ADD,)


def test_running_folds_the_stream():
    result = agent([PLAN, CALL, DONE, ANSWER]).run("2 + 2?")
    assert (result.outcome, result.answer) == (Outcome.ANSWERED, "Four.")
    turns = (UserTurn("2 + 2?"), PLAN, CALL, ToolTurn(Observation("4")), DONE, ANSWER)
    assert result.trajectory == Trajectory((ADD,), turns) == trajectory_of(result.events)
    assert result.usage.total.calls == 4


def test_a_conversation_goes_on_with_the_tools_of_now():
    engine = ScriptedEngine([DONE, ANSWER])
    earlier = Trajectory((ToolSpec("old", "", {}),), (UserTurn("Hi"), DONE, SummarizerTurn("Hello.")))
    result = Agent(engine, FakeTools()).run("2 + 2?", history=earlier)
    assert result.trajectory == Trajectory((ADD,), (*earlier.turns, UserTurn("2 + 2?"), DONE, ANSWER))
    assert engine.requests[0].trajectory == Trajectory((ADD,), (*earlier.turns, UserTurn("2 + 2?")))


def test_text_goes_out_with_the_role_that_says_it():
    pieces: list[tuple[Role, str]] = []
    events_of(agent([DONE, ANSWER]), on_text=lambda role, text: pieces.append((role, text)))
    said = {role: "".join(text for r, text in pieces if r is role) for role in Role}
    assert said == {
        Role.PLANNER: "It is known.\nNext: summarizer",
        Role.CALLER: "",
        Role.SUMMARIZER: "Four.",
    }


def test_the_step_limit_ends_a_run_and_is_said():
    calls = [CallerTurn(ToolCall("add", {"a": n, "b": 0})) for n in range(3)]
    script = [turn for call in calls for turn in (PLAN, call)]
    events = events_of(agent(script, max_steps=3))
    assert events[-2] == Notice("the limit of 3 steps was reached")
    assert (events[-1].outcome, events[-1].answer) == (Outcome.STEP_LIMIT, None)
    assert sum(isinstance(event, ToolFinished) for event in events) == 3


def test_giving_up_ends_a_run_without_an_answer():
    result = agent([PlannerTurn("No tool helps.", Decision.GIVE_UP)]).run("?")
    assert (result.outcome, result.answer) == (Outcome.GAVE_UP, None)
    assert len(result.events) == 4


@pytest.mark.parametrize(
    "error",
    [ToolFailedError("add", "add failed: overflow"), UnknownToolError("ad", ("add",))],
    ids=["failed", "unknown"],
)
def test_a_tools_error_becomes_an_observation_and_the_run_goes_on(error):
    engine = ScriptedEngine([PLAN, CALL, DONE, ANSWER])
    result = Agent(engine, FakeTools(error)).run("?")
    observed = Observation(str(error), is_error=True)
    [finished] = [event for event in result.events if isinstance(event, ToolFinished)]
    assert finished.turn == ToolTurn(observed)
    assert (finished.ms is not None) == isinstance(error, ToolFailedError)  # only what ran took time
    assert engine.requests[2].trajectory.turns[-1] == ToolTurn(observed)
    assert result.outcome is Outcome.ANSWERED


def test_without_tools_a_wish_to_call_becomes_a_conclusion():
    engine = ScriptedEngine([PLAN, ANSWER])
    result = Agent(engine, FakeTools(specs=())).run("?")
    [spoke] = [event for event in result.events if isinstance(event, PlannerSpoke)]
    assert spoke.turn == PlannerTurn("I must add.", Decision.CONCLUDE)
    assert spoke.forced == "no tools are on offer"
    assert engine.requests[1].trajectory.turns[-1] == spoke.turn
    assert result.outcome is Outcome.ANSWERED


def test_the_same_call_with_the_same_result_is_noted_and_at_last_ends_in_a_conclusion():
    engine = ScriptedEngine([PLAN, CALL, PLAN, CALL, PLAN, CALL, ANSWER])
    result = Agent(engine, FakeTools()).run("?")
    seen = [event.turn.observation.text for event in result.events if isinstance(event, ToolFinished)]
    assert seen[0] == "4"
    assert seen[1].startswith("4\n(This call gave the same result before. Already tried: add(")
    plans = [event for event in result.events if isinstance(event, PlannerSpoke)]
    assert [plan.forced for plan in plans[:3]] == [None] * 3
    assert plans[3].forced == "add was called 3 times with the same arguments and the same result"
    assert plans[3].turn.decision is Decision.CONCLUDE
    assert plans[3].usage == Usage()
    assert (result.outcome, result.answer) == (Outcome.ANSWERED, "Four.")
    assert [request.role for request in engine.requests].count(Role.PLANNER) == 3


def test_the_same_call_with_other_results_or_other_arguments_is_progress():
    other = CallerTurn(ToolCall("add", {"a": 3, "b": 2}))
    tools = FakeTools(Observation("1"), Observation("2"), Observation("3"), Observation("3"), Observation("5"))
    result = agent([PLAN, CALL, PLAN, CALL, PLAN, CALL, PLAN, other, DONE, ANSWER], tools).run("?")
    seen = [event.turn.observation.text for event in result.events if isinstance(event, ToolFinished)]
    assert seen == ["1", "2", "3", "3"]


def test_a_new_question_starts_with_a_clean_slate():
    engine = ScriptedEngine([PLAN, CALL, PLAN, CALL, DONE, ANSWER] * 2)
    agent = Agent(engine, FakeTools())
    first = agent.run("?")
    second = agent.run("?", history=first.trajectory)
    assert [type(event) for event in second.events] == [type(event) for event in first.events]


def test_what_was_shortened_is_said_once():
    said = "context full: tool result 1 shortened"
    script = [Spoken(turn=turn, usage=Usage(), notices=(said,)) for turn in (PLAN, CALL, DONE, ANSWER)]
    events = events_of(agent(script))
    assert events.count(Notice(said)) == 1
    assert events[2] == Notice(said)


texts = st.text(max_size=8)
planners = st.builds(PlannerTurn, texts, st.sampled_from(Decision))
callers = st.builds(
    CallerTurn,
    st.builds(ToolCall, st.sampled_from(["add", "no", ""]), st.dictionaries(texts, st.integers(0, 1), max_size=1)),
)
results = st.builds(Observation, texts, st.booleans(), st.integers(0, 3)) | st.just(ToolFailedError("add", "no"))


@settings(max_examples=200)
@given(data=st.data(), max_steps=st.integers(1, 6), specs=st.sampled_from([(), (ADD,)]))
def test_whatever_the_models_say_a_run_ends_within_its_steps(data, max_steps, specs):
    turns = {Role.PLANNER: planners, Role.CALLER: callers, Role.SUMMARIZER: st.builds(SummarizerTurn, texts)}
    engine = ScriptedEngine([lambda role, trajectory: data.draw(turns[role])] * (2 * max_steps + 1))
    tools = FakeTools(*data.draw(st.lists(results, max_size=4)), specs=specs)
    result = Agent(engine, tools, limits=Limits(max_steps=max_steps)).run("?")
    planned = [event for event in result.events if isinstance(event, PlannerSpoke)]
    assert 1 <= len(planned) <= max_steps
    assert len(tools.calls) <= max_steps * len(specs)
    assert [type(event) for event in result.events].index(RunFinished) == len(result.events) - 1
    assert result.outcome in (Outcome.ANSWERED, Outcome.GAVE_UP, Outcome.STEP_LIMIT)
    assert (result.answer is not None) == (result.outcome is Outcome.ANSWERED)
    assert result.trajectory.turns == trajectory_of(result.events).turns
