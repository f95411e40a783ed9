"""What remote roles do when the server refuses, breaks, lies or falls silent. All faults are played for real."""

import pytest

from tests.engine.chat_server import Connection, refuses, says, serving
from tests.engine.remote_setting import ASKED, CALL, engine_of, speak
from umi_local.engine.base import CancelToken, Sampling, SpeakOptions
from umi_local.errors import (
    CancelledError,
    GenerationError,
    RoleUnreachableError,
)
from umi_local.messages import (
    Decision,
    PlannerTurn,
    Role,
    SummarizerTurn,
)


@pytest.fixture
def server():
    with serving() as server:
        yield server


def test_what_a_server_refuses_by_name_is_left_out_from_then_on(server):
    server.plays = [
        refuses(400, "Unrecognized request argument supplied: top_k"),
        refuses(500, "logprobs is not supported for this model"),
        refuses(400, "'max_tokens' is not supported, use 'max_completion_tokens'"),
        says("Next: caller"),
        says("Next: caller"),
    ]
    engine = engine_of(server, sampling=Sampling(temperature=0.5))
    for _ in range(2):
        assert speak(engine, Role.PLANNER)[0].turn == PlannerTurn("", Decision.CALL)
    last = server.bodies[4]
    assert {"top_k", "logprobs", "top_logprobs", "max_tokens"}.isdisjoint(last)
    assert {"top_p", "seed", "max_completion_tokens"} <= last.keys()
    assert len(server.bodies) == 5


@pytest.mark.parametrize(("status", "hint"), [(400, ""), (401, "api_key_env"), (404, "url and model"), (418, "")])
def test_a_refused_request_is_an_error_with_the_servers_words(server, status, hint):
    server.plays = [refuses(status, "no, because   of this")]
    with pytest.raises(GenerationError, match=f"HTTP {status}: no, because of this") as caught:
        speak(engine_of(server), Role.SUMMARIZER)
    assert hint in caught.value.hint


@pytest.mark.parametrize("status", [500, 503, 429])
def test_a_server_in_trouble_is_unreachable_and_then_fine(server, status):
    server.plays = [refuses(status, "later please"), says("It is sunny.")]
    engine = engine_of(server)
    with pytest.raises(RoleUnreachableError, match=f"HTTP {status}: later please"):
        speak(engine, Role.SUMMARIZER)
    assert speak(engine, Role.SUMMARIZER)[0].turn == SummarizerTurn("It is sunny.")


def test_an_error_in_mid_stream_is_reported(server):
    def play(connection: Connection) -> None:
        connection.begin_stream()
        connection.piece("It is")
        connection.event({"error": {"code": 500, "message": "out of memory"}})

    server.plays = [play]
    with pytest.raises(RoleUnreachableError, match="HTTP 500: out of memory"):
        speak(engine_of(server), Role.SUMMARIZER)


def test_a_server_that_hangs_up_in_mid_stream_is_unreachable(server):
    def play(connection: Connection) -> None:
        connection.begin_stream()
        connection.piece("It is")

    server.plays = [play]
    with pytest.raises(RoleUnreachableError, match="ended in the middle of the answer"):
        speak(engine_of(server), Role.SUMMARIZER)


def test_a_server_that_hangs_up_at_once_is_unreachable(server):
    server.plays = [lambda connection: None]
    with pytest.raises(RoleUnreachableError, match="did not answer"):
        speak(engine_of(server), Role.SUMMARIZER)


@pytest.mark.parametrize("garbage", ["{not json", "[1, 2]", '"text"'])
def test_garbage_is_an_error_that_shows_it(server, garbage):
    def play(connection: Connection) -> None:
        connection.begin_stream()
        connection.event(garbage)

    server.plays = [play]
    with pytest.raises(GenerationError, match="sent something else than a JSON object"):
        speak(engine_of(server), Role.SUMMARIZER)


@pytest.mark.parametrize(
    "data",
    [
        {"choices": "x"},
        {"choices": [3]},
        {"choices": [{"delta": "x"}]},
        {"choices": [{"delta": {"content": ["x"]}}]},
        {"choices": [{"logprobs": {"content": [{}]}}]},
    ],
)
def test_json_that_is_no_completion_is_an_error_that_shows_it(server, data):
    def play(connection: Connection) -> None:
        connection.begin_stream()
        connection.event(data)

    server.plays = [play]
    with pytest.raises(GenerationError, match=r"sent what is no chat completion.*choices"):
        speak(engine_of(server), Role.SUMMARIZER)


@pytest.mark.parametrize("usage", [{"prompt_tokens": "many", "prompt_tokens_details": 3}, ["x"]])
def test_counts_that_are_no_numbers_count_as_not_said(server, usage):
    server.plays = [says("It is sunny.", usage=usage)]
    assert speak(engine_of(server), Role.SUMMARIZER)[0].usage.prompt_tokens == 0


@pytest.mark.parametrize("status", [401, 404, 429, 503])
def test_a_refusal_that_is_not_about_the_request_changes_nothing(server, status):
    server.plays = [refuses(status, "no schema, logprobs or response_format for you"), says(CALL)]
    engine = engine_of(server)
    with pytest.raises((GenerationError, RoleUnreachableError)):
        speak(engine, Role.CALLER)
    speak(engine, Role.CALLER)
    assert server.bodies[0] == server.bodies[1]


@pytest.mark.parametrize("begins", [False, True])
def test_a_server_that_falls_silent_is_unreachable_after_its_timeout(server, begins):
    def play(connection: Connection) -> None:
        if begins:
            connection.begin_stream()
            connection.piece("It")
        server.released.wait()

    server.plays = [play]
    with pytest.raises(RoleUnreachableError, match=r"nothing came for 0\.3 s"):
        speak(engine_of(server, timeout_s=0.3), Role.SUMMARIZER)


def test_nobody_listening_is_unreachable():
    with serving() as server:
        engine = engine_of(server)
    with pytest.raises(RoleUnreachableError) as caught:
        speak(engine, Role.SUMMARIZER)
    assert "server runs" in caught.value.hint


def test_cancelling_works_while_the_first_byte_is_waited_for(server):
    cancel = CancelToken()

    def play(connection: Connection) -> None:
        cancel.cancel()
        server.released.wait()

    server.plays = [play]
    with pytest.raises(CancelledError):
        speak(engine_of(server), Role.SUMMARIZER, cancel=cancel)


def test_cancelling_works_between_pieces_and_hangs_up(server):
    cancel, pieces = CancelToken(), []

    def play(connection: Connection) -> None:
        connection.begin_stream()
        while not server.released.is_set():  # until the client is gone
            connection.piece("x" * 1000)

    def cancel_at_third(piece: str) -> None:
        pieces.append(piece)
        if len(pieces) == 3:
            cancel.cancel()

    server.plays = [play]
    with pytest.raises(CancelledError):
        engine_of(server).speak(Role.SUMMARIZER, ASKED, options=SpeakOptions(), cancel=cancel, on_text=cancel_at_third)
    assert len(pieces) == 3


def test_a_cancelled_request_is_never_sent(server):
    cancel = CancelToken()
    cancel.cancel()
    server.plays = [says("x")]
    with pytest.raises(CancelledError):
        speak(engine_of(server), Role.SUMMARIZER, cancel=cancel)
