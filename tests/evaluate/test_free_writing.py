"""Roles that write unbound: the same prompt as when they speak, no grammar, no repair, and no text put right."""

from __future__ import annotations

from typing import Any

import pytest

from tests.engine.chat_server import refuses, says, serving
from tests.evaluate.evaluation_setting import TOOLS, WEATHER
from umi_local.bundles.values import Endpoint
from umi_local.engine.base import CancelToken, FreeWriter, SpeakOptions, Written
from umi_local.engine.open import Team
from umi_local.engine.remote import RemoteEngine
from umi_local.errors import CancelledError, GenerationError
from umi_local.messages import Decision, PlannerTurn, Role, Trajectory, Usage
from umi_local.testing import ScriptedEngine, ScriptError

ASKED = Trajectory(TOOLS, WEATHER.turns[:1])


def write(engine, role=Role.PLANNER, *, options=None, cancel=None, is_done=lambda text: False):
    return engine.write(role, ASKED, options=options or SpeakOptions(), cancel=cancel or CancelToken(), is_done=is_done)


def speak(engine, role=Role.PLANNER):
    return engine.speak(role, ASKED, options=SpeakOptions(), cancel=CancelToken(), on_text=lambda text: None)


def test_a_script_may_hold_unbound_text_and_turns():
    engine = ScriptedEngine([Written(text="No idea", usage=Usage()), PlannerTurn("Look.", Decision.CALL)])
    assert write(engine).text == "No idea"
    assert write(engine).text == "Look.\nNext: caller"
    assert [request.is_free for request in engine.requests] == [True, True]
    with pytest.raises(ScriptError, match="over"):
        write(engine)


def test_a_script_does_not_pass_unbound_text_for_a_turn_nor_one_role_for_another():
    engine = ScriptedEngine([Written(text="No idea", usage=Usage()), PlannerTurn("Look.", Decision.CALL)])
    with pytest.raises(ScriptError, match="unbound text"):
        speak(engine)
    with pytest.raises(ScriptError, match="planner's"):
        write(engine, Role.CALLER)


def test_a_cancelled_write_says_so():
    cancel = CancelToken()
    cancel.cancel()
    with pytest.raises(CancelledError):
        write(ScriptedEngine([PlannerTurn("Look.", Decision.CALL)]), cancel=cancel)


def remote(server):
    endpoint = Endpoint(url=server.url, model="m")
    return RemoteEngine(dict.fromkeys(Role, endpoint))


def test_a_server_is_asked_once_for_the_same_prompt_and_no_form():
    usage = {"prompt_tokens": 30, "completion_tokens": 4}
    with serving() as server:
        server.plays += [
            says("I wonder."),
            says('{"next": "caller"}'),
            says(" I wonder. ", usage=usage, finish="length"),
        ]
        spoken = speak(remote(server))
        written = write(remote(server))
    assert spoken.turn == PlannerTurn("I wonder.", Decision.CALL)
    assert (written.text, written.was_cut) == ("I wonder.", True)
    assert (written.usage.prompt_tokens, written.usage.sampled_tokens) == (30, 4)
    assert server.bodies[2]["messages"] == server.bodies[0]["messages"]
    assert "response_format" not in server.bodies[2]


def test_a_server_is_stopped_where_enough_was_written():
    with serving() as server:
        server.plays.append(says("Look.\nNext: caller\n", "And so on", " for ever"))
        written = write(remote(server), is_done=lambda text: "caller\n" in text)
    assert written.text == "Look.\nNext: caller"


def test_each_role_has_its_limit_and_a_planner_room_for_its_decision():
    options = SpeakOptions(planner_tokens=10, caller_tokens=20, summarizer_tokens=30)
    with serving() as server:
        server.plays += [says("a")] * 3
        for role in Role:
            write(remote(server), role, options=options)
    assert [body["max_tokens"] for body in server.bodies] == [26, 20, 30]


def test_a_refusal_is_an_error():
    with serving() as server:
        server.plays.append(refuses(400, "the prompt is too long"))
        with pytest.raises(GenerationError, match="too long"):
            write(remote(server))


def test_a_team_lets_the_roles_own_engine_write():
    planner = ScriptedEngine([Written(text="mine", usage=Usage())])
    team = Team({Role.PLANNER: planner, Role.CALLER: ScriptedEngine([])})
    assert isinstance(team, FreeWriter)
    assert write(team).text == "mine"


def test_a_team_says_which_engine_cannot_write_unbound():
    class OnlySpeaks:
        def __init__(self):
            self.prepare = self.speak = self.close = lambda *args, **kwargs: None

    engine: Any = OnlySpeaks()
    with pytest.raises(GenerationError, match="caller's engine can't write unbound"):
        write(Team({Role.CALLER: engine}), Role.CALLER)
