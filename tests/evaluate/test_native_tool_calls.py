"""One model with a server's own tool calling: what it is sent, how its answers are read, and its loop."""

from __future__ import annotations

import json

import pytest

from tests.engine.chat_server import refuses, says, serving
from tests.evaluate.evaluation_setting import CALL, CONCLUDE, GIVE_UP, HOPELESS, TOOLS, WEATHER, material
from umi_local.bundles.values import Endpoint
from umi_local.engine.base import CancelToken, SpeakOptions
from umi_local.errors import OfflineError, RoleUnreachableError, ToolFailedError, UsageError
from umi_local.evaluate.native import NativeSystem
from umi_local.evaluate.native_messages import SYSTEM, messages_of, tools_of
from umi_local.evaluate.report import static_report
from umi_local.evaluate.results_file import results_at
from umi_local.evaluate.static import evaluate_static
from umi_local.evaluate.values import Decoding, Route, StepResult, Utterance
from umi_local.messages import CallerTurn, Observation, Outcome, PlannerTurn, Role, SummarizerTurn, ToolCall, ToolTurn
from umi_local.run import Limits


def system(server, **options):
    return NativeSystem(Endpoint(url=server.url, model="m"), {"name": "m"}, SpeakOptions(), retries=0, **options)


def asks(*calls, text="", split=False):
    """An answer that asks for calls, each a name and the text of its arguments; `split` sends them bit by bit."""

    def play(connection):
        connection.begin_stream()
        if text:
            connection.piece(text)
        for index, (name, arguments) in enumerate(calls):
            pieces = [(name, ""), *((None, letter) for letter in arguments)] if split else [(name, arguments)]
            for n, (part, letters) in enumerate(pieces):
                function = {"arguments": letters, **({"name": part} if n == 0 else {})}
                delta = {"tool_calls": [{"index": index, "id": f"c{index}", "function": function}]}
                connection.event({"choices": [{"index": 0, "delta": delta}]})
        usage = {"prompt_tokens": 50, "completion_tokens": 5}
        connection.event({"choices": [{"index": 0, "delta": {}, "finish_reason": "tool_calls"}], "usage": usage})
        connection.event("[DONE]")

    return play


def test_a_trajectory_becomes_the_messages_that_such_a_model_would_have_seen():
    assert messages_of(WEATHER) == [
        {"role": "system", "content": SYSTEM},
        {"role": "user", "content": "What is the weather in the first city?"},
        {
            "role": "assistant",
            "content": "I need the cities.",
            "tool_calls": [
                {"id": "call_2", "type": "function", "function": {"name": "list_cities", "arguments": "{}"}}
            ],
        },
        {"role": "tool", "tool_call_id": "call_2", "content": "Paris, Rome"},
        {
            "role": "assistant",
            "content": "Paris is the first.",
            "tool_calls": [
                {
                    "id": "call_4",
                    "type": "function",
                    "function": {"name": "get_weather", "arguments": '{"city":"Paris"}'},
                }
            ],
        },
        {"role": "tool", "tool_call_id": "call_4", "content": "18 degrees"},
        {"role": "assistant", "content": "It is 18 degrees in Paris"},
    ]
    assert messages_of(HOPELESS)[-1] == {"role": "assistant", "content": "Give up: No tool sells cars."}


def test_static_evaluation_reads_calls_answers_and_giving_up():
    with serving() as server:
        server.plays += [
            asks(("list_cities", "{}"), ("get_weather", "{}"), text="The cities."),  # only the first counts
            asks(("get_weather", '{"city": "Rome"}'), split=True),
            says("It is 18 degrees in Paris"),
            says("  "),
            says("**Give up:** no tool sells cars."),
        ]
        with results_at(None, StepResult, {}) as results:
            found = evaluate_static(
                system(server), material(), results, route=Route.PIPELINE, decodings=[Decoding.FREE]
            )
    assert [r.prediction.planner.turn for r in found] == [
        PlannerTurn("The cities.", CALL),
        PlannerTurn("", CALL),
        PlannerTurn("", CONCLUDE),
        None,
        PlannerTurn("no tool sells cars.", GIVE_UP),
    ]
    metrics = {k: e.value for k, e in static_report(found, "paper").slices[0].metrics.items()}
    assert metrics == pytest.approx(
        {
            "plan_acc": 4 / 5,
            "act_em": 1,
            "hallu": 0,
            "arg_f1": 0.75,
            "arg_f1_easy": 1,
            "arg_f1_hard": 0.5,
            "rouge_l": 0.5,
        },
        abs=1e-7,
    )
    body = server.bodies[1]
    assert body["tools"] == tools_of(TOOLS)
    assert body["messages"] == json.loads(json.dumps(messages_of(WEATHER)))[:4]
    assert static_report(found, "paper").usage.prompt_tokens == 100


def test_arguments_that_are_no_json_keep_the_name():
    with serving() as server:
        server.plays += [asks(("list_cities", "{oops")), *([says("x")] * 4)]
        with results_at(None, StepResult, {}) as results:
            found = evaluate_static(
                system(server), material(), results, route=Route.PIPELINE, decodings=[Decoding.FREE]
            )
    assert found[0].prediction.follow == Utterance(
        role=Role.CALLER,
        text="Action: list_cities\nAction Input: {oops",
        turn=None,
        problem="its arguments are no JSON object",
    )
    first = static_report(found[:1], "paper").slices[0].metrics
    assert (first["act_em"].value, first["arg_f1"].value) == (1.0, 0.0)


def test_a_refused_step_is_a_problem_and_a_lost_server_is_not():
    with serving() as server:
        server.plays += [refuses(400, "too long")]
        step = material().records[0][0]
        said = system(server).predict(step, Route.PIPELINE, Decoding.FREE, CancelToken())
        assert "too long" in said.planner.problem
        server.plays += [refuses(503, "loading")]
        with pytest.raises(RoleUnreachableError):
            system(server).predict(step, Route.PIPELINE, Decoding.FREE, CancelToken())


@pytest.mark.parametrize(("route", "decoding"), [(Route.ROLES, Decoding.FREE), (Route.PIPELINE, Decoding.CONSTRAINED)])
def test_it_can_only_be_asked_unbound_and_in_a_pipeline(route, decoding):
    with serving() as server, pytest.raises(UsageError, match="one turn for planning and calling"):
        system(server).check(route, decoding)


class Cities:
    """Tools that answer from a table, or fail."""

    def __init__(self, **answers):
        self.answers, self.calls = answers, []

    @property
    def specs(self):
        return TOOLS

    def call(self, call, cancel):
        self.calls.append(call)
        answer = self.answers[call.name]
        if isinstance(answer, Exception):
            raise answer
        return Observation(answer), 1.0


def run(server, tools, *, limits=None, question="Weather?", history=None):
    return system(server).run(question, tools, limits or Limits(), CancelToken(), history)


def test_its_loop_leaves_the_records_that_the_agents_loop_leaves():
    with serving() as server:
        server.plays += [
            asks(("list_cities", "{}"), ("get_weather", '{"city": "Paris"}'), text="Both at once."),
            says("18 degrees."),
        ]
        result = run(server, Cities(list_cities="Paris", get_weather="18"))
    assert (result.outcome, result.answer) == (Outcome.ANSWERED, "18 degrees.")
    assert result.trajectory.turns[1:] == (
        PlannerTurn("Both at once.", CALL),
        CallerTurn(ToolCall("list_cities", {})),
        ToolTurn(Observation("Paris")),
        PlannerTurn("", CALL),
        CallerTurn(ToolCall("get_weather", {"city": "Paris"})),
        ToolTurn(Observation("18")),
        PlannerTurn("", CONCLUDE),
        SummarizerTurn("18 degrees."),
    )
    assert result.usage.total.calls == 2
    assert result.usage.total.prompt_tokens == 50


def test_a_failing_tool_and_unreadable_arguments_are_observations():
    with serving() as server:
        server.plays += [asks(("list_cities", "{}")), asks(("list_cities", "[1]")), says("Give up: it is down.")]
        tools = Cities(list_cities=ToolFailedError("list_cities", "it is down"))
        result = run(server, tools)
    assert result.outcome is Outcome.GAVE_UP
    seen = [turn.observation for turn in result.trajectory.turns if isinstance(turn, ToolTurn)]
    assert seen[0] == Observation("it is down", is_error=True)
    assert seen[1].text.startswith("the call of list_cities was not run")
    assert len(tools.calls) == 1


def test_the_limit_of_steps_ends_it():
    with serving() as server:
        server.plays += [asks(("list_cities", "{}"), ("list_cities", "{}")), asks(("list_cities", "{}"))]
        tools = Cities(list_cities="Paris")
        result = run(server, tools, limits=Limits(max_steps=2))
    assert result.outcome is Outcome.STEP_LIMIT
    assert len(tools.calls) == 2


def test_going_in_circles_ends_in_an_answer_without_tools():
    with serving() as server:
        server.plays += [*([asks(("list_cities", "{}"))] * 3), says("Only Paris.")]
        result = run(server, Cities(list_cities="Paris"))
    assert result.outcome is Outcome.ANSWERED
    assert "tools" not in server.bodies[-1]


def test_it_goes_on_from_an_earlier_conversation():
    with serving() as server:
        server.plays += [says("20 degrees.")]
        result = run(server, Cities(), question="And Rome?", history=WEATHER)
    assert [message["role"] for message in server.bodies[0]["messages"]][-3:] == ["tool", "assistant", "user"]
    assert result.trajectory.turns[: len(WEATHER.turns)] == WEATHER.turns


def test_a_refusal_ends_a_run_as_failed_and_a_lost_server_ends_the_evaluation():
    with serving() as server:
        server.plays += [refuses(400, "too long"), refuses(503, "loading")]
        assert run(server, Cities()).outcome is Outcome.FAILED
        with pytest.raises(RoleUnreachableError):
            run(server, Cities())


def test_a_server_on_the_network_is_refused_offline():
    with pytest.raises(OfflineError):
        NativeSystem(Endpoint(url="https://example.com/v1", model="m"), {}, SpeakOptions())
