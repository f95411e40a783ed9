from __future__ import annotations

from tests.commands.scripts import PRODUCT, concludes
from umi_local.errors import UmiError
from umi_local.messages import SummarizerTurn, UserTurn
from umi_local.sessions.store import SessionStore


def test_every_line_is_a_question_and_the_conversation_is_remembered(umi) -> None:
    result = umi("chat", script=[*PRODUCT, *concludes("It is odd.")], stdin="What is 17 * 23?\nIs it odd?\n")
    assert result.exit_code == 0
    assert result.stdout == "17 times 23 is 391.\nIt is odd.\n"
    turns = umi.engine.requests[-1].trajectory.turns
    assert [turn.text for turn in turns if isinstance(turn, UserTurn)] == ["What is 17 * 23?", "Is it odd?"]
    assert SummarizerTurn("17 times 23 is 391.") in turns


def test_a_chat_is_one_session(umi) -> None:
    umi("chat", script=[*concludes("One."), *concludes("Two.")], stdin="First?\n\nSecond?\n")
    with SessionStore() as store:
        (info,) = store.list()
        turns = store.trajectory(info.id).turns
    assert info.title == "First?"
    assert [turn.text for turn in turns if isinstance(turn, UserTurn)] == ["First?", "Second?"]


def test_a_chat_without_a_question_leaves_no_session(umi) -> None:
    assert umi("chat", script=[], stdin="/help\n").exit_code == 0
    with SessionStore() as store:
        assert store.list() == ()


def test_a_question_that_failed_is_not_part_of_the_conversation(umi) -> None:
    script = [PRODUCT[0], PRODUCT[1], UmiError("it broke"), *concludes("Fine.")]
    result = umi("chat", script=script, stdin="What is 17 * 23?\nAnd now?\n")
    assert result.exit_code == 0
    assert "error: it broke" in result.stderr
    turns = umi.engine.requests[-1].trajectory.turns
    assert [turn.text for turn in turns if isinstance(turn, UserTurn)] == ["And now?"]


def test_commands_begin_with_a_slash(umi) -> None:
    result = umi("chat", "--tool", "calculate", script=concludes("Never said."), stdin="/tools\n/dance\n/quit\nMore?\n")
    assert "calculate (read): Evaluate an arithmetic expression exactly." in result.stderr
    assert "There is no command /dance." in result.stderr
    assert result.stdout == ""
    assert umi.engine.requests == []
    assert umi.engine.is_closed
