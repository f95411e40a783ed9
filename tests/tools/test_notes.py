"""Notes in SQLite: what is kept, found and finished, and several processes at once."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from umi_local.tools.base import Effect
from umi_local.tools.builtin.notes import (
    ADD_NOTE,
    FINISH_NOTE,
    LIST_NOTES,
    SEARCH_NOTES,
    add_note,
    finish_note,
    list_notes,
    notes_path,
    search_notes,
)

ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def clock(own_folders: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UMI_NOW", "2024-03-03T10:00:00+00:00")


def test_notes_are_listed_newest_first_with_tag_and_date() -> None:
    assert add_note("buy milk", tag="Shopping") == "added note 1"
    assert add_note("  call\n mum ") == "added note 2"

    assert list_notes() == "2. call mum (2024-03-03)\n1. [shopping] buy milk (2024-03-03)"
    assert list_notes(tag="shopping") == "1. [shopping] buy milk (2024-03-03)"
    assert list_notes(tag="work") == "no notes"


def test_reading_before_anything_was_written_creates_nothing() -> None:
    assert list_notes() == "no notes"
    assert search_notes("milk") == "no notes"
    assert not notes_path().exists()


def test_a_finished_note_is_hidden_but_kept() -> None:
    add_note("buy milk")

    assert finish_note(1) == "finished note 1: buy milk"
    assert finish_note(1) == "note 1 was finished already: buy milk"
    assert list_notes() == "no notes"
    assert list_notes(include_done=True) == "1. buy milk (2024-03-03, done 2024-03-03)"
    assert search_notes("milk") == list_notes(include_done=True)


def test_all_words_must_be_found_and_wildcards_are_plain_characters() -> None:
    add_note("100% wool jumper", tag="clothes")
    add_note("100 socks")

    assert search_notes("jumper WOOL") == "1. [clothes] 100% wool jumper (2024-03-03)"
    assert search_notes("100%").startswith("1.")
    assert search_notes("clothes").startswith("1.")
    assert search_notes("100").splitlines()[0].startswith("2.")
    assert search_notes("wool socks") == "no notes"
    assert search_notes("_") == "no notes"


def test_what_makes_no_sense_is_refused() -> None:
    with pytest.raises(ValueError, match="the note is empty"):
        add_note("  ")
    with pytest.raises(ValueError, match="the query is empty"):
        search_notes(" ")
    with pytest.raises(LookupError, match="there is no note 7"):
        finish_note(7)


def test_a_long_list_says_how_many_are_left_out() -> None:
    for number in range(60):
        add_note(f"note number {number}")

    lines = list_notes().splitlines()

    assert len(lines) == 51
    assert lines[-1] == "... and 10 more"


def test_text_is_data_and_never_sql() -> None:
    add_note("'); DROP TABLE notes; --", tag="a' OR '1'='1")

    assert list_notes(tag="x' OR '1'='1") == "no notes"
    assert search_notes("' OR ''='") == "no notes"
    assert "DROP TABLE" in list_notes()


def test_several_processes_may_write_at_once_from_the_very_first_note() -> None:
    script = (
        "import sys; from umi_local.tools.builtin.notes import add_note; sys.stdin.read();"
        "[add_note(f'{sys.argv[1]} {i}') for i in range(10)]"
    )
    writers = [
        subprocess.Popen([sys.executable, "-c", script, str(n)], stdin=subprocess.PIPE, cwd=ROOT) for n in range(4)
    ]
    for writer in writers:  # all are loaded by now or soon, and wait for the end of stdin
        assert writer.stdin is not None
        writer.stdin.close()

    assert [writer.wait() for writer in writers] == [0] * 4
    assert list_notes().splitlines()[0].startswith("40. ")
    assert len({note for n in range(4) for note in search_notes(f"{n}").splitlines()}) == 40


def test_only_adding_and_finishing_write() -> None:
    effects = [tool.effect for tool in (ADD_NOTE, FINISH_NOTE, LIST_NOTES, SEARCH_NOTES)]

    assert effects == [Effect.WRITE, Effect.WRITE, Effect.READ, Effect.READ]
