"""What the session store does when files, disks and processes fail. All faults are real."""

import os
import random
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from umi_local.errors import SessionError
from umi_local.events import Notice, RunStarted
from umi_local.sessions.schema import MIGRATIONS
from umi_local.sessions.store import SessionStore

APPENDER = """
import sys
from pathlib import Path
from umi_local.events import Notice
from umi_local.sessions.store import SessionStore

path, session, padding = Path(sys.argv[1]), sys.argv[2], "x" * 3000
store = SessionStore(path)
recorder = store.resume(session) if session else store.create(bundle="b")
print(recorder.id, flush=True)
while True:
    print(recorder.append(Notice(padding)), flush=True)
"""


def start(program: str, *arguments: object) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-c", program, *map(str, arguments)],
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[2],
    )


def integrity(path: Path) -> str:
    connection = sqlite3.connect(path)
    try:
        return str(connection.execute("PRAGMA integrity_check").fetchone()[0])
    finally:
        connection.close()


def test_nothing_that_was_shown_is_lost_when_the_process_is_killed(tmp_path):
    path, rng, session, shown = tmp_path / "s.sqlite3", random.Random(20261123), "", 0
    for n_lines in (rng.randrange(1, 60) for _ in range(6)):
        with start(APPENDER, path, session) as child:
            assert child.stdout is not None
            session = child.stdout.readline().strip()
            for _ in range(n_lines):
                shown = int(child.stdout.readline())
            child.kill()
            rest = child.stdout.read().split()  # printed between our last look and the kill
            shown = max([shown, *map(int, rest[:-1])])  # its last line may be cut off
        assert child.returncode == -signal.SIGKILL
        assert integrity(path) == "ok"
        with SessionStore(path) as store:
            seqs = [stored.seq for stored in store.stored_events(session)]
        assert seqs == list(range(1, len(seqs) + 1))
        assert len(seqs) >= shown
    assert shown >= 6


def test_several_processes_write_one_store_at_once(tmp_path):
    path = tmp_path / "s.sqlite3"
    children = [start(APPENDER, path, "") for _ in range(3)]  # all create the file, or try to
    shown = {}
    for child in children:
        assert child.stdout is not None
        session = child.stdout.readline().strip()
        shown[session] = [int(child.stdout.readline()) for _ in range(20)]
    for child in children:
        child.kill()
        child.communicate()
    assert len(shown) == 3
    assert integrity(path) == "ok"
    with SessionStore(path) as store:
        assert {info.id for info in store.list()} == set(shown)
        for session in shown:
            assert len(list(store.events(session))) >= 20


def test_two_processes_append_to_one_session_without_losing_a_number(tmp_path):
    path = tmp_path / "s.sqlite3"
    with SessionStore(path) as store:
        session = store.create(bundle="b").id
    children = [start(APPENDER, path, session) for _ in range(2)]
    numbers = []
    for child in children:
        assert child.stdout is not None
        assert child.stdout.readline().strip() == session
        numbers += [int(child.stdout.readline()) for _ in range(15)]
    for child in children:
        child.kill()
        child.communicate()
    assert len(set(numbers)) == 30


FULL_DISK = """
import resource, sys
from pathlib import Path
from umi_local.errors import SessionError
from umi_local.events import Notice
from umi_local.sessions.store import SessionStore

store = SessionStore(Path(sys.argv[1]))
recorder = store.create(bundle="b")
recorder.append(Notice("first"))
resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, 300_000))  # no file may grow beyond
appended = 1
try:
    while appended < 1000:
        recorder.append(Notice("x" * 3000))
        appended += 1
except SessionError as error:
    print(appended, recorder.id, error.hint, sep="|")
"""


@pytest.mark.skipif(os.name == "nt", reason="file size limits are POSIX")
def test_a_write_that_fails_raises_and_keeps_what_was_stored(tmp_path):
    path = tmp_path / "s.sqlite3"
    with start(FULL_DISK, path) as child:
        out, _ = child.communicate(timeout=60)
    n_appended, session, hint = out.strip().split("|")
    assert 1 < int(n_appended) < 1000
    assert hint == "Free some disk space, or run with --no-session to keep no record."
    assert integrity(path) == "ok"
    with SessionStore(path) as store:
        assert len(list(store.events(session))) == int(n_appended)


def test_a_database_that_is_full_raises_and_can_go_on_later(tmp_path):
    with SessionStore(tmp_path / "s.sqlite3") as store:
        session = store.create(bundle="b")
        store._connection.execute("PRAGMA max_page_count = 20")  # SQLite's own full disk
        with pytest.raises(SessionError, match="full") as caught:
            session.append(Notice("x" * 200_000))
        assert "Free some disk space" in caught.value.hint
        store._connection.execute("PRAGMA max_page_count = 1000")
        assert session.append(Notice("x" * 200_000)) == 1


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"this is not a database, however long it may be" * 100, "file is not a database"),
        (b"SQLite format 3\x00" + b"\x7f" * 4000, "can't use the session store"),
    ],
)
def test_a_file_that_is_no_store_is_refused_and_left_alone(tmp_path, content, reason):
    path = tmp_path / "s.sqlite3"
    path.write_bytes(content)
    with pytest.raises(SessionError, match=reason) as caught:
        SessionStore(path)
    assert str(path) in str(caught.value)
    assert "--no-session" in caught.value.hint
    assert path.read_bytes() == content


def test_damage_in_the_middle_is_an_error_with_the_remedy(tmp_path):
    path = tmp_path / "s.sqlite3"
    with SessionStore(path) as store:
        session = store.create(bundle="b")
        for _ in range(50):
            session.append(Notice("x" * 3000))
    content = bytearray(path.read_bytes())
    content[8192:] = bytes(len(content) - 8192)
    path.write_bytes(content)
    with SessionStore(path) as store, pytest.raises(SessionError) as caught:
        list(store.events(session.id))
    assert "Move the file away" in caught.value.hint


def test_a_folder_that_can_not_be_made_is_an_error_with_the_remedy(tmp_path):
    (tmp_path / "data").write_text("a file where the folder should be", encoding="utf-8")
    with pytest.raises(SessionError) as caught:
        SessionStore(tmp_path / "data" / "s.sqlite3")
    assert "UMI_DATA_DIR" in caught.value.hint
    assert "--no-session" in caught.value.hint


def test_a_store_of_a_newer_version_is_refused(tmp_path):
    path = tmp_path / "s.sqlite3"
    SessionStore(path).close()
    connection = sqlite3.connect(path)
    connection.execute(f"PRAGMA user_version = {len(MIGRATIONS) + 1}")
    connection.close()
    with pytest.raises(SessionError, match="written by a newer") as caught:
        SessionStore(path)
    assert "Update umi-local" in caught.value.hint


def test_an_event_of_a_newer_version_is_named(tmp_path):
    path = tmp_path / "s.sqlite3"
    with SessionStore(path) as store:
        session = store.create(bundle="b")
        session.append(RunStarted("hello", "b"))
        query = "UPDATE events SET json = ?"
        store._connection.execute(query, ('{"type": "run_dreamt", "text": "hello"}',))
        assert store.list(containing="hello") == ()
        with pytest.raises(SessionError, match=f"event 1 of session {session.id} can't be read"):
            list(store.events(session.id))


def test_a_closed_store_raises_a_session_error(tmp_path):
    store = SessionStore(tmp_path / "s.sqlite3")
    session = store.create(bundle="b")
    store.close()
    store.close()
    with pytest.raises(SessionError):
        session.append(Notice("late"))


def test_commits_are_flushed_and_logged_ahead(tmp_path):
    with SessionStore(tmp_path / "s.sqlite3") as store:
        pragma = {
            name: store._connection.execute(f"PRAGMA {name}").fetchone()[0]
            for name in ("journal_mode", "synchronous", "foreign_keys")
        }
    assert pragma == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}


@pytest.mark.skipif(os.name == "nt", reason="POSIX permissions")
def test_sessions_are_readable_by_their_owner_only(tmp_path):
    path = tmp_path / "data" / "s.sqlite3"
    SessionStore(path).close()
    assert path.stat().st_mode & 0o077 == 0
    assert path.parent.stat().st_mode & 0o077 == 0
