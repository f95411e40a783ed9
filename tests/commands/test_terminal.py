"""What a person sees and types: a real process in a real (pseudo-)terminal, with a scripted engine."""

from __future__ import annotations

import signal
import sys
from pathlib import Path

import pytest

if sys.platform == "win32":
    pytest.skip("pseudo-terminals are a Unix thing", allow_module_level=True)

from tests.commands.terminals import Terminal
from umi_local.messages import Outcome
from umi_local.sessions.store import SessionStore


def test_a_terminal_gets_colours_and_no_escape_stays_open() -> None:
    with Terminal("product", "run", "What is 17 * 23?") as terminal:
        assert terminal.end() == 0
    assert "\x1b[1;36mcalculate\x1b[0m" in terminal.shown
    assert "17 times 23 is 391." in terminal.shown
    assert (
        terminal.shown.count("\x1b[?25l") == terminal.shown.count("\x1b[?25h") > 0
    )  # the spinner gave the cursor back


@pytest.mark.parametrize("env", [{"NO_COLOR": "1"}, {"TERM": "dumb"}])
def test_a_terminal_gets_no_escape_at_all_where_none_is_wanted(env: dict[str, str]) -> None:
    with Terminal("product", "run", "What is 17 * 23?", env=env) as terminal:
        assert terminal.end() == 0
    assert "17 times 23 is 391." in terminal.shown
    assert "\x1b" not in terminal.shown


def test_a_person_is_asked_and_a_yes_lets_the_call_pass(tmp_path: Path) -> None:
    with Terminal("write", "run", "Write!", "--root", str(tmp_path)) as terminal:
        asked = terminal.read_until(r"\(default\): ")
        terminal.type("y\n")
        assert terminal.end() == 0
    assert "Allow write_file, which changes files or data?" in asked
    assert 'write_file(path="new.txt", text="hello")' in asked
    assert (tmp_path / "new.txt").read_text(encoding="utf-8") == "hello"


@pytest.mark.parametrize("typed", ["n\n", "\n", "what\n", "\x04"])
def test_everything_but_a_yes_is_a_no(tmp_path: Path, typed: str) -> None:
    with Terminal("write", "run", "Write!", "--root", str(tmp_path)) as terminal:
        terminal.read_until(r"\(default\): ")
        terminal.type(typed)
        assert terminal.end() == 0
    assert "the user said no" in terminal.shown
    assert not (tmp_path / "new.txt").exists()


def test_ctrl_c_at_the_question_cancels_the_run(tmp_path: Path) -> None:
    with Terminal("write", "run", "Write!", "--root", str(tmp_path)) as terminal:
        terminal.read_until(r"\(default\): ")
        terminal.ctrl_c_at_a_prompt()
        assert terminal.end() == 130
    assert not (tmp_path / "new.txt").exists()
    with SessionStore() as store:
        assert store.get("last").outcome is Outcome.CANCELLED


def test_nobody_is_asked_when_the_output_is_for_a_program(tmp_path: Path) -> None:
    with Terminal("write", "run", "Write!", "--root", str(tmp_path), "--output", "jsonl") as terminal:
        assert terminal.end() == 0
    assert "--allow write" in terminal.shown


def test_ctrl_c_cancels_the_run_and_says_so() -> None:
    with Terminal("waiting", "run", "x") as terminal:
        terminal.read_until("Thinking")
        terminal.signal(signal.SIGINT)
        assert terminal.end() == 130
    assert "cancelling; Ctrl-C again to leave at once" in terminal.shown
    assert "Cancelled." in terminal.shown


def test_a_second_ctrl_c_leaves_at_once_and_gives_the_cursor_back() -> None:
    with Terminal("stuck", "run", "x") as terminal:
        terminal.read_until("Thinking")
        terminal.signal(signal.SIGINT)
        terminal.read_until("again to leave")
        terminal.signal(signal.SIGINT)
        assert terminal.end() == 130
    assert terminal.shown.rindex("\x1b[?25h") > terminal.shown.index("again to leave")


def test_ctrl_d_leaves_a_chat() -> None:
    with Terminal("chat", "chat") as terminal:
        terminal.read_until("> ")
        terminal.type("Hi\n")
        terminal.read_until(r"Hello\.[\s\S]*> ")
        terminal.type("\x04")
        assert terminal.end() == 0


def test_ctrl_c_stops_a_turn_of_a_chat_and_not_the_chat() -> None:
    with Terminal("waiting", "chat") as terminal:
        terminal.read_until("> ")
        terminal.type("Hi\n")
        terminal.read_until("Thinking")
        terminal.signal(signal.SIGINT)
        terminal.read_until(r"Cancelled\.[\s\S]*\n> ")
        terminal.type("a line that is dropped")
        terminal.read_until("dropped")
        terminal.ctrl_c_at_a_prompt()
        terminal.read_until("> ")
        terminal.type("/quit\n")
        assert terminal.end() == 0
