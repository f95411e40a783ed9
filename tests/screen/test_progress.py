"""Progress bars: what a terminal shows of long work, and that a pipe gets nothing."""

from __future__ import annotations

import io
from contextlib import redirect_stderr

import pytest

from umi_local.screen import progress
from umi_local.screen.clean import clean


class Terminal(io.StringIO):
    """A terminal that remembers everything that was written to it."""

    def isatty(self) -> bool:
        return True


@pytest.fixture
def terminal(monkeypatch) -> Terminal:
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("COLUMNS", "120")
    monkeypatch.delenv("NO_COLOR", raising=False)
    return Terminal()


def test_a_pipe_gets_nothing():
    pipe = io.StringIO()
    with redirect_stderr(pipe), progress.stage_bar() as show, progress.bytes_bar() as show_bytes:
        show("writing", 1, 2)
        show("judging", 1, 2, "turns")
        show_bytes("reading", 1, 2)
    assert pipe.getvalue() == ""


def test_bytes_are_shown_as_bytes_and_turns_as_turns(terminal):
    with redirect_stderr(terminal), progress.stage_bar() as show:
        show("writing base", 1_500_000, 3_000_000)
        show("judging Q4_0", 7, 1234, "turns")
    text = clean(terminal.getvalue())
    assert "writing base" in text
    assert "1.5/3.0 MB" in text
    assert "7/1,234 turns" in text


@pytest.mark.parametrize(("bar", "stays"), [(progress.stage_bar, False), (progress.bytes_bar, True)])
def test_a_stage_that_is_finished_gives_way_and_a_file_stays(terminal, bar, stays):
    with redirect_stderr(terminal), bar() as show:
        show("first", 5, 5)
        show("second", 1, 5)
        terminal.truncate(0)
        show("third", 2, 5)
    text = clean(terminal.getvalue())
    assert "second" in text
    assert "third" in text
    assert ("first" in text) is stays


def test_a_stage_that_begins_again_is_shown_again(terminal):
    with redirect_stderr(terminal), progress.stage_bar() as show:
        show("measuring", 2, 2, "turns")
        show("judging", 1, 2, "turns")
        show("measuring", 1, 2, "turns")
    frame = clean(terminal.getvalue()).rpartition("judging")[2]
    assert "measuring" in frame
