import doctest
import inspect

import pytest

import umi_local.testing
from umi_local.engine.base import CancelToken, Engine, SpeakOptions, Spoken
from umi_local.errors import CancelledError, GenerationError
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
    UserTurn,
)
from umi_local.testing import Request, ScriptedEngine, ScriptError

QUESTION = Trajectory(turns=(UserTurn("hi"),))
PLAN = PlannerTurn("I need the\nweather.", Decision.CALL)


def speak(engine: Engine, role: Role = Role.PLANNER, *, cancel: CancelToken | None = None) -> tuple[Spoken, list[str]]:
    pieces: list[str] = []
    spoken = engine.speak(role, QUESTION, options=SpeakOptions(), cancel=cancel or CancelToken(), on_text=pieces.append)
    return spoken, pieces


def test_turns_are_said_in_order_and_requests_are_kept():
    call, answer = CallerTurn(ToolCall("t", {"a": 1})), SummarizerTurn("ok")
    engine = ScriptedEngine([PLAN, call, answer])
    said = [speak(engine, role)[0].turn for role in Role]
    assert said == [PLAN, call, answer]
    assert engine.requests == [Request(role, QUESTION, SpeakOptions()) for role in Role]
    assert engine.n_left == 0


@pytest.mark.parametrize(
    ("turn", "role", "text"),
    [
        (PLAN, Role.PLANNER, "I need the\nweather.\nNext: caller"),
        (PlannerTurn("", Decision.GIVE_UP), Role.PLANNER, "Next: give up"),
        (CallerTurn(ToolCall("t", {"a": "b c"})), Role.CALLER, '{"name":"t","arguments":{"a":"b c"}}'),
        (SummarizerTurn("  two\n\nlines \n"), Role.SUMMARIZER, "  two\n\nlines \n"),
    ],
)
def test_text_is_streamed_in_pieces_that_make_the_whole(turn, role, text):
    _, pieces = speak(ScriptedEngine([turn]), role)
    assert "".join(pieces) == text
    assert len(pieces) >= 2 or " " not in text


def test_an_exception_of_the_script_is_raised_and_the_script_goes_on():
    engine = ScriptedEngine([GenerationError("no"), PLAN])
    with pytest.raises(GenerationError, match="no"):
        speak(engine)
    assert speak(engine)[0].turn == PLAN
    assert len(engine.requests) == 2


def test_a_function_makes_the_turn_from_what_is_asked():
    engine = ScriptedEngine([lambda role, trajectory: SummarizerTurn(f"{role.value} {len(trajectory.turns)}")])
    assert speak(engine, Role.SUMMARIZER)[0].turn == SummarizerTurn("summarizer 1")


def test_a_turn_may_come_with_its_figures():
    spoken = Spoken(turn=PLAN, usage=Usage(calls=1, sampled_tokens=7), probabilities={Decision.CALL: 1.0})
    assert speak(ScriptedEngine([spoken]))[0] == spoken


def test_a_turn_of_another_role_is_the_tests_mistake():
    with pytest.raises(ScriptError, match="turn 1 of the script is the summarizer's, but the planner was asked"):
        speak(ScriptedEngine([SummarizerTurn("x")]))


def test_a_function_is_held_to_the_role_too():
    with pytest.raises(ScriptError, match="the summarizer's"):
        speak(ScriptedEngine([lambda role, trajectory: SummarizerTurn("x")]))


def test_a_script_that_is_over_says_so():
    engine = ScriptedEngine([PLAN])
    speak(engine)
    with pytest.raises(ScriptError, match="the script is over, but the planner was asked for turn 2"):
        speak(engine)


def test_a_cancelled_request_uses_nothing_up():
    cancel = CancelToken()
    cancel.cancel()
    engine = ScriptedEngine([PLAN])
    with pytest.raises(CancelledError):
        speak(engine, cancel=cancel)
    assert engine.n_left == 1
    assert engine.requests == []


def test_cancelling_stops_between_two_pieces():
    cancel, pieces = CancelToken(), []

    def cancel_at_second(piece: str) -> None:
        pieces.append(piece)
        if len(pieces) == 2:
            cancel.cancel()

    engine = ScriptedEngine([PLAN])
    with pytest.raises(CancelledError):
        engine.speak(Role.PLANNER, QUESTION, options=SpeakOptions(), cancel=cancel, on_text=cancel_at_second)
    assert pieces == ["I", " need"]


def test_preparing_and_closing_are_noted():
    tool = ToolSpec("t", "", {"type": "object"})
    engine = ScriptedEngine([])
    assert (engine.prepared, engine.is_closed) == (None, False)
    engine.prepare([tool])
    engine.close()
    engine.close()
    assert (engine.prepared, engine.is_closed) == ((tool,), True)


def test_the_example_of_the_testing_module_is_true():
    result = doctest.testmod(umi_local.testing)
    assert result.failed == 0
    assert result.attempted >= 8


def test_all_of_the_contract_is_there():
    for name, method in inspect.getmembers(Engine, inspect.isfunction):
        if not name.startswith("_"):
            ours = getattr(ScriptedEngine, name)
            assert list(inspect.signature(ours).parameters) == list(inspect.signature(method).parameters), name
