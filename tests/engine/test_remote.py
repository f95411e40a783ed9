"""Remote roles against a server that plays its part. Faults are in test_remote_faults.py, the real server in
test_remote_real.py.
"""

import math

import pytest

from tests.engine.chat_server import Connection, refuses, says, says_tokens, serving
from tests.engine.remote_setting import ASKED, CALL, WEATHER, engine_of, speak
from umi_local.bundles.values import Endpoint
from umi_local.engine.base import Sampling, SpeakOptions
from umi_local.engine.remote import RemoteEngine
from umi_local.errors import (
    BundleError,
    GenerationError,
    OfflineError,
    RoleUnreachableError,
    ToolDefinitionError,
)
from umi_local.messages import (
    CallerTurn,
    Decision,
    PlannerTurn,
    Role,
    SummarizerTurn,
    ToolCall,
    ToolSpec,
    Trajectory,
    Usage,
)
from umi_local.prompts.prompted import chat_messages


@pytest.fixture
def server():
    with serving() as server:
        yield server


def test_the_planner_reasons_and_decides(server):
    usage = {"prompt_tokens": 50, "completion_tokens": 9, "prompt_tokens_details": {"cached_tokens": 40}}
    server.plays = [says("I need ", "the weather.\nNe", "xt: caller", usage=usage)]
    spoken, streamed = speak(engine_of(server), Role.PLANNER, options=SpeakOptions(planner_tokens=33))
    assert spoken.turn == PlannerTurn("I need the weather.", Decision.CALL)
    assert streamed == "I need the weather.\nNext: caller"
    assert spoken.usage.ms > 0
    assert spoken.usage == Usage(
        calls=1, prompt_tokens=50, reused_tokens=40, evaluated_tokens=10, sampled_tokens=9, ms=spoken.usage.ms
    )
    assert server.bodies[0]["messages"] == chat_messages(ASKED, Role.PLANNER)
    assert (server.bodies[0]["model"], server.bodies[0]["max_tokens"], server.bodies[0]["temperature"]) == ("m", 33, 0)
    assert "response_format" not in server.bodies[0]


def test_what_the_planner_adds_after_its_decision_is_not_waited_for(server):
    def endless(connection: Connection) -> None:
        connection.begin_stream()
        connection.piece("All is known.\nNext: summarizer\n")
        connection.piece("And the answer is")
        server.released.wait()

    server.plays = [endless]
    spoken, _ = speak(engine_of(server), Role.PLANNER)
    assert spoken.turn == PlannerTurn("All is known.", Decision.CONCLUDE)


def test_a_missing_decision_is_asked_for_alone(server):
    server.plays = [says("I am not sure."), says('{"next": "give up"}')]
    spoken, streamed = speak(engine_of(server), Role.PLANNER)
    assert spoken.turn == PlannerTurn("I am not sure.", Decision.GIVE_UP)
    assert streamed == "I am not sure.\nNext: give up"
    assert spoken.usage.calls == 1
    second = server.bodies[1]
    assert second["messages"][:-2] == server.bodies[0]["messages"]
    assert second["messages"][-2] == {"role": "assistant", "content": "I am not sure."}
    schema = second["response_format"]["json_schema"]["schema"]
    assert schema["properties"]["next"]["enum"] == ["caller", "summarizer", "give up"]


def test_a_decision_of_no_known_role_is_asked_for_again(server):
    server.plays = [says("Hm.\nNext: dinner"), says("caller")]
    assert speak(engine_of(server), Role.PLANNER)[0].turn == PlannerTurn("Hm.", Decision.CALL)


def test_a_planner_that_never_decides_is_an_error_with_its_words(server):
    server.plays = [says("Hm."), says("I like turtles")]
    with pytest.raises(GenerationError, match=r"did not decide.*'I like turtles'"):
        speak(engine_of(server), Role.PLANNER)


def test_probabilities_come_from_the_deciding_token(server):
    top = {" cal": math.log(0.6), " summarizer": math.log(0.2), " Give": math.log(0.1), " banana": math.log(0.1)}
    server.plays = [
        says_tokens(("Hm", {}), (".\n", {}), ("Next", {}), (":", {" caller": 0.0}), (" cal", top), ("ler", {}))
    ]
    spoken, _ = speak(engine_of(server), Role.PLANNER)
    assert spoken.turn == PlannerTurn("Hm.", Decision.CALL)
    assert spoken.probabilities == pytest.approx(
        {Decision.CALL: 6 / 9, Decision.CONCLUDE: 2 / 9, Decision.GIVE_UP: 1 / 9}
    )
    assert server.bodies[0]["logprobs"] is True
    assert spoken.usage.sampled_tokens == 6  # without usage, the tokens seen are counted


def test_without_log_probabilities_there_are_no_probabilities(server):
    server.plays = [says("Next: caller")]
    assert speak(engine_of(server), Role.PLANNER)[0].probabilities == {}


def test_log_probabilities_are_not_asked_for_where_they_are_switched_off(server):
    server.plays = [says("Next: caller")]
    endpoint = Endpoint(url=server.url, model="m", logprobs=False)
    speak(RemoteEngine({Role.PLANNER: endpoint}), Role.PLANNER)
    assert {"logprobs", "top_logprobs"}.isdisjoint(server.bodies[0])


def test_an_empty_stream_is_asked_for_again_in_one_piece(server):
    server.plays = [Connection.begin_stream, refuses(400, "5000 tokens are too many")]
    with pytest.raises(GenerationError, match="5000 tokens are too many"):
        speak(engine_of(server), Role.SUMMARIZER)
    assert [body["stream"] for body in server.bodies] == [True, False]


def test_a_server_with_nothing_but_empty_streams_is_unreachable(server):
    server.plays = [Connection.begin_stream, Connection.begin_stream]
    with pytest.raises(RoleUnreachableError, match="ended in the middle"):
        speak(engine_of(server), Role.SUMMARIZER)


def test_the_caller_is_asked_for_a_union_of_the_tools_schemas(server):
    server.plays = [says(CALL[:10], CALL[10:])]
    spoken, streamed = speak(engine_of(server), Role.CALLER)
    assert spoken.turn == CallerTurn(ToolCall("weather", {"city": "Bern"}))
    assert streamed == CALL
    asked = server.bodies[0]["response_format"]
    assert asked["type"] == "json_schema"
    assert [call["properties"]["name"]["const"] for call in asked["json_schema"]["schema"]["anyOf"]] == [
        "weather",
        "clock",
    ]


def test_a_server_without_json_schema_is_asked_in_other_ways_and_that_is_remembered(server):
    server.plays = [
        refuses(422, "response_format.type: 'json_schema' is no permitted value"),
        says(CALL),
        says(CALL),
    ]
    engine = engine_of(server)
    for _ in range(2):
        assert speak(engine, Role.CALLER)[0].turn == CallerTurn(ToolCall("weather", {"city": "Bern"}))
    assert [body["response_format"]["type"] for body in server.bodies] == ["json_schema", "json_object", "json_object"]
    assert server.bodies[1]["response_format"]["schema"]["anyOf"]


def test_a_server_without_any_form_is_asked_plainly_and_that_is_remembered(server):
    server.plays = [
        refuses(400, "bad request"),
        refuses(500, "grammar failed"),
        says(f"Here you are:\n```json\n{CALL}\n```"),
        says(CALL),
    ]
    engine = engine_of(server)
    for _ in range(2):
        assert speak(engine, Role.CALLER)[0].turn == CallerTurn(ToolCall("weather", {"city": "Bern"}))
    assert ["response_format" in body for body in server.bodies] == [True, True, False, False]


def test_where_no_form_helps_the_first_refusal_is_reported_and_nothing_remembered(server):
    server.plays = [refuses(400, "the first words"), refuses(400, "second"), refuses(400, "third"), says(CALL)]
    engine = engine_of(server)
    with pytest.raises(GenerationError, match="HTTP 400: the first words"):
        speak(engine, Role.CALLER)
    speak(engine, Role.CALLER)
    assert server.bodies[3]["response_format"]["type"] == "json_schema"


def test_a_prompt_that_is_too_long_is_not_taken_for_a_missing_form(server):
    server.plays = [refuses(400, "context_length_exceeded: 5000 tokens are too many for your schema")]
    with pytest.raises(GenerationError, match="5000 tokens"):
        speak(engine_of(server), Role.CALLER)


@pytest.mark.parametrize(
    ("bad", "problem"),
    [
        ('{"name":"weather","arguments":{}}', "city is missing"),
        ('{"name":"wether","arguments":{}}', "no tool is named 'wether'; the name must be one of: weather"),
        ('{"name":"weather"}', '"arguments" must be a JSON object'),
        ("I would call weather", "there is no JSON object in it"),
        ('{"name":"weather","argu', "it is not valid JSON"),
        ('{"name":' * 5000, "nested too deeply"),
    ],
)
def test_a_wrong_call_is_repaired_by_telling_what_is_wrong(server, bad, problem):
    server.plays = [says(bad), says(CALL)]
    spoken, streamed = speak(engine_of(server), Role.CALLER)
    assert spoken.turn == CallerTurn(ToolCall("weather", {"city": "Bern"}))
    assert problem in spoken.notices[0]
    assert streamed == bad  # the repair isn't a second turn
    said, told = server.bodies[1]["messages"][-2:]
    assert said == {"role": "assistant", "content": bad}
    assert problem in told["content"]


def test_a_call_that_stays_wrong_is_an_error(server):
    server.plays = [says("no"), says('{"name":"clock","arguments":[]}', finish="length")]
    with pytest.raises(GenerationError, match=r'"arguments" must be .* \(it was cut off at 9 tokens\)'):
        speak(engine_of(server), Role.CALLER, options=SpeakOptions(caller_tokens=9))
    assert len(server.bodies) == 2


def test_the_summarizer_answers(server):
    server.plays = [says(" It is", " sunny.\n")]
    spoken, streamed = speak(engine_of(server), Role.SUMMARIZER)
    assert spoken.turn == SummarizerTurn("It is sunny.")
    assert streamed == " It is sunny.\n"
    assert spoken.notices == ()


def test_an_answer_that_was_cut_says_so(server):
    server.plays = [says("It is", finish="length")]
    spoken, _ = speak(engine_of(server), Role.SUMMARIZER, options=SpeakOptions(summarizer_tokens=2))
    assert spoken.notices == ("the answer was cut off at 2 tokens",)


def test_an_empty_answer_is_an_error(server):
    server.plays = [says(" \n")]
    with pytest.raises(GenerationError, match="wrote nothing"):
        speak(engine_of(server), Role.SUMMARIZER)


def test_a_server_that_can_not_stream_is_understood(server):
    body = '{"choices": [{"message": {"content": "It is sunny."}, "finish_reason": "stop"}], "usage": {"prompt_tokens": 7}}'
    server.plays = [lambda connection: connection.answer(body)]
    spoken, streamed = speak(engine_of(server), Role.SUMMARIZER)
    assert spoken.turn == SummarizerTurn(streamed)
    assert spoken.usage.prompt_tokens == 7


def test_sampling_is_sent_as_asked_for_or_else_as_the_roles_own(server):
    server.plays = [says("a"), says("b"), says("c")]
    engine = engine_of(server, sampling=Sampling(temperature=0.5, top_k=7, seed=3))
    speak(engine, Role.SUMMARIZER)
    speak(engine, Role.SUMMARIZER, options=SpeakOptions(sampling=Sampling(temperature=0.9, min_p=0.1)))
    speak(engine, Role.SUMMARIZER, options=SpeakOptions(sampling=Sampling()))
    keys = ("temperature", "top_k", "top_p", "min_p", "seed")
    assert [server.bodies[0][key] for key in keys] == [0.5, 7, 1.0, 0.0, 3]
    assert [server.bodies[1][key] for key in keys] == [0.9, 0, 1.0, 0.1, 0]
    assert {key: server.bodies[2].get(key) for key in keys} == {**dict.fromkeys(keys), "temperature": 0.0}


def test_offline_only_this_machine_may_be_asked(server, monkeypatch):
    monkeypatch.setenv("UMI_OFFLINE", "1")
    for url in ("http://example.org/v1", "https://10.0.0.1:8080/v1", "http://localhost.example.org/v1"):
        with pytest.raises(OfflineError, match=f"the caller at {url} needs the network"):
            RemoteEngine({Role.CALLER: Endpoint(url=url, model="m")})
    for url in ("http://localhost:1/v1", "http://[::1]:1/v1", "http://127.8.9.1/v1"):
        RemoteEngine({Role.CALLER: Endpoint(url=url, model="m")})
    server.plays = [says("It is sunny.")]
    assert speak(engine_of(server), Role.SUMMARIZER)[0].turn == SummarizerTurn("It is sunny.")


def test_requests_to_this_machine_go_past_proxies(server, monkeypatch):
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")  # where nobody listens
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    server.plays = [says("It is sunny.")]
    assert speak(engine_of(server), Role.SUMMARIZER)[0].turn == SummarizerTurn("It is sunny.")


def test_the_key_comes_from_the_environment_and_is_not_shown(server, monkeypatch):
    monkeypatch.setenv("MY_KEY", "secret-1234")
    server.plays = [says("a"), refuses(403, "no")]
    engine = RemoteEngine({Role.SUMMARIZER: Endpoint(url=server.url, model="m", api_key_env="MY_KEY")})
    speak(engine, Role.SUMMARIZER)
    assert server.headers[0]["Authorization"] == "Bearer secret-1234"
    with pytest.raises(GenerationError) as caught:
        speak(engine, Role.SUMMARIZER)
    assert "secret" not in f"{caught.value!r} {caught.value.hint}"


def test_a_key_that_is_not_set_is_an_error_before_anything_is_sent(monkeypatch):
    monkeypatch.delenv("MY_KEY", raising=False)
    with pytest.raises(BundleError, match=r"\$MY_KEY doesn't hold one"):
        RemoteEngine({Role.CALLER: Endpoint(url="http://127.0.0.1/v1", model="m", api_key_env="MY_KEY")})


def test_a_role_without_an_endpoint_can_not_speak(server):
    engine = RemoteEngine({Role.CALLER: Endpoint(url=server.url, model="m")})
    with pytest.raises(GenerationError, match="the planner has no endpoint"):
        speak(engine, Role.PLANNER)


def test_a_caller_without_tools_can_not_speak(server):
    with pytest.raises(GenerationError, match="there are no tools"):
        speak(engine_of(server), Role.CALLER, trajectory=Trajectory((), ASKED.turns))


def test_a_wrong_schema_is_refused_when_tools_are_offered(server):
    with pytest.raises(ToolDefinitionError, match="schema is wrong"):
        engine_of(server).prepare([ToolSpec("t", "", {"type": "object", "properties": {"a": {"type": "txt"}}})])


def test_closing_twice_is_fine(server):
    engine = engine_of(server)
    engine.prepare([WEATHER])
    engine.close()
    engine.close()
