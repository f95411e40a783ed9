"""Saved sessions as records."""

from __future__ import annotations

import pytest

from tests.train.data_files import told
from umi_local.errors import RecordFileError, SessionError
from umi_local.events import CallerSpoke, PlannerSpoke, RunFinished, RunStarted, SummarizerSpoke, ToolFinished
from umi_local.messages import (
    CallerTurn,
    Decision,
    Observation,
    Outcome,
    PlannerTurn,
    SummarizerTurn,
    ToolCall,
    ToolSpec,
    ToolTurn,
    UsageByRole,
)
from umi_local.records import validate, write_records
from umi_local.sessions.store import SessionStore
from umi_train.importers.report import ImportReport
from umi_train.importers.sessions import import_sessions

TOOL = ToolSpec("now", "The time.", {"type": "object", "properties": {}})


def answered(question, *, outcome=Outcome.ANSWERED, forced=None, tools=(TOOL,)):
    return [
        RunStarted(question, "embedded", tools),
        PlannerSpoke(PlannerTurn("I look.", Decision.CALL)),
        CallerSpoke(CallerTurn(ToolCall("now", {}))),
        ToolFinished(ToolTurn(Observation("12:00"))),
        PlannerSpoke(PlannerTurn("I know.", Decision.CONCLUDE), forced=forced),
        SummarizerSpoke(SummarizerTurn("Noon, 12:00.")),
        RunFinished(outcome, "Noon, 12:00.", UsageByRole()),
    ]


def gave_up(question):
    return [
        RunStarted(question, "embedded", (TOOL,)),
        PlannerSpoke(PlannerTurn("No tool.", Decision.GIVE_UP)),
        RunFinished(Outcome.GAVE_UP, None, UsageByRole()),
    ]


def stored(path, *sessions):
    with SessionStore(path) as store:
        names = []
        for events in sessions:
            session = store.create(bundle="embedded")
            names.append(session.id)
            for event in events:
                session.append(event)
    return names


def imported(path, **options):
    report = ImportReport()
    return list(import_sessions(path, report, **options)), report


def test_questions_that_ended_become_one_record_a_session(tmp_path):
    path = tmp_path / "s.sqlite3"
    (name,) = stored(path, [*answered("What time?"), *gave_up("And on Mars?")])
    (record,), _ = imported(path)
    assert [kind for kind, *_ in told(record)] == [
        *("user", "call", "caller", "tool", "conclude", "answer", "user", "give_up")
    ]
    assert (record.id, record.license, record.metadata) == (f"session/{name}", "private", {"bundle": "embedded"})
    write_records(tmp_path / "out.jsonl", [record])
    assert list(validate(tmp_path / "out.jsonl")) == []


def test_what_did_not_end_well_is_left_out_and_counted(tmp_path):
    path = tmp_path / "s.sqlite3"
    stored(
        path,
        [
            *answered("Cut off?")[:3],
            *answered("Failed?", outcome=Outcome.FAILED),
            *answered("Circles?", forced="now was called 3 times"),
            *answered("Good?"),
            *answered("Cut off again?")[:5],
        ],
    )
    (record,), report = imported(path)
    assert [text for kind, text in (entry[:2] for entry in told(record)) if kind == "user"] == ["Good?"]
    assert report.changed == {
        "questions that were cut off left out": 2,
        "questions that ended as 'failed' left out": 1,
        "questions that the agent had to end left out": 1,
    }


def test_a_session_without_a_finished_question_gives_no_record(tmp_path):
    path = tmp_path / "s.sqlite3"
    stored(path, answered("?")[:2], [])
    records, report = imported(path)
    assert records == []
    assert report.dropped == {"a session without a finished question": 2}


def test_a_call_of_a_tool_that_is_not_on_offer_any_more_drops_the_session(tmp_path):
    path = tmp_path / "s.sqlite3"
    stored(path, [*answered("Now?"), *answered("Then?", tools=())])
    assert imported(path)[1].dropped == {"unknown tool": 1}


def test_sessions_come_oldest_first_or_by_name(tmp_path):
    path = tmp_path / "s.sqlite3"
    names = stored(path, answered("1"), answered("2"), answered("3"))
    progress = []
    records, _ = imported(path, on_bytes=lambda done, total: progress.append((done, total)))
    assert sorted(record.id for record in records) == sorted(f"session/{name}" for name in names)
    assert progress == [(1, 3), (2, 3), (3, 3)]
    assert [record.id for record in imported(path, only=[names[1]])[0]] == [f"session/{names[1]}"]
    with pytest.raises(SessionError, match="there is no session 'nobody'"):
        imported(path, only=["nobody"])


def test_the_users_own_store_is_the_default_and_is_not_made(own_folders):
    with pytest.raises(RecordFileError, match="there are no sessions"):
        list(import_sessions())
    assert not (own_folders / "data").exists()
