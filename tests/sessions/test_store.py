import sqlite3
import threading
from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from umi_local.errors import SessionError
from umi_local.events import (
    CallerSpoke,
    Event,
    Notice,
    PlannerSpoke,
    RoleStarted,
    RunFinished,
    RunStarted,
    SummarizerSpoke,
    TextDelta,
    ToolFinished,
)
from umi_local.messages import (
    CallerTurn,
    Decision,
    Observation,
    Outcome,
    PlannerTurn,
    Role,
    SummarizerTurn,
    ToolCall,
    ToolSpec,
    ToolTurn,
    Trajectory,
    Usage,
    UsageByRole,
    UserTurn,
)
from umi_local.sessions.store import SessionRecorder, SessionStore

WEATHER = ToolSpec("weather", "Tell the weather", {"type": "object", "properties": {"city": {"type": "string"}}})
PLAN = PlannerTurn("I need the weather.", Decision.CALL)
CALL = CallerTurn(ToolCall("weather", {"city": "Zürich", "days": [1, 2.5, None, True]}))
RESULT = ToolTurn(Observation("sunny 🌞", omitted_chars=3))
ANSWER = SummarizerTurn("It is sunny.")
FINISHED = RunFinished(Outcome.ANSWERED, "It is sunny.", UsageByRole(caller=Usage(calls=1, ms=2.5)), ms=40.0)
ONE_RUN: tuple[Event, ...] = (
    RunStarted("How is the weather?", "embedded", (WEATHER,)),
    RoleStarted(Role.PLANNER, 1),
    PlannerSpoke(PLAN, {Decision.CALL: 0.9, Decision.CONCLUDE: 0.1}, Usage(calls=1)),
    CallerSpoke(CALL, margin=0.5),
    ToolFinished(RESULT, ms=12.0),
    Notice("1 result was shortened"),
    PlannerSpoke(PlannerTurn("Done.", Decision.CONCLUDE)),
    SummarizerSpoke(ANSWER),
    FINISHED,
)


@pytest.fixture
def store(tmp_path):
    with SessionStore(tmp_path / "data" / "sessions.sqlite3") as store:
        yield store


def record(store: SessionStore, *events: Event) -> SessionRecorder:
    session = store.create(bundle="embedded")
    for event in events:
        session.append(event)
    return session


def test_events_come_back_as_they_went_in(store):
    session = record(store, *ONE_RUN)
    assert tuple(store.events(session.id)) == ONE_RUN


def test_events_are_numbered_from_one_and_deltas_are_not_stored(store):
    session = store.create(bundle="b")
    assert session.append(ONE_RUN[0]) == 1
    assert session.append(TextDelta(Role.PLANNER, "I ne")) is None
    assert session.append(ONE_RUN[1]) == 2
    assert [stored.seq for stored in store.stored_events(session.id)] == [1, 2]


def test_the_trajectory_is_rebuilt_from_the_events(store):
    session = record(store, *ONE_RUN)
    assert store.trajectory(session.id) == Trajectory(
        (WEATHER,),
        (UserTurn("How is the weather?"), PLAN, CALL, RESULT, PlannerTurn("Done.", Decision.CONCLUDE), ANSWER),
    )


def test_several_questions_are_one_trajectory(store):
    session = record(store, *ONE_RUN)
    again = store.resume(session.id)
    for event in (RunStarted("And tomorrow?", "embedded", ()), PlannerSpoke(PLAN), CallerSpoke(CALL)):
        again.append(event)
    trajectory = store.trajectory(session.id)
    assert trajectory.tools == ()  # those last on offer
    assert [turn.text for turn in trajectory.turns if isinstance(turn, UserTurn)] == [
        "How is the weather?",
        "And tomorrow?",
    ]
    assert trajectory.turns[-2:] == (PLAN, CALL)


def test_a_session_sums_itself_up(store):
    session = record(store, *ONE_RUN)
    info = store.get(session.id)
    assert (info.title, info.bundle, info.outcome) == ("How is the weather?", "embedded", Outcome.ANSWERED)
    assert (info.answer, info.n_steps, info.ms) == ("It is sunny.", 2, 40.0)


def test_a_second_question_is_open_until_it_ends_and_its_time_is_added(store):
    session = record(store, *ONE_RUN, RunStarted("And tomorrow?", "embedded"))
    info = store.get(session.id)
    assert (info.title, info.outcome, info.answer) == ("How is the weather?", None, None)
    session.append(RunFinished(Outcome.FAILED, None, UsageByRole(), ms=2.0, error="out of memory"))
    info = store.get(session.id)
    assert (info.outcome, info.answer, info.ms) == (Outcome.FAILED, None, 42.0)


def test_ids_sort_by_time_and_differ_within_one_second(tmp_path):
    start = datetime(2026, 11, 23, 11, 44, 55, tzinfo=timezone.utc)
    times = iter([start] * 40 + [start + timedelta(seconds=1)])
    with SessionStore(tmp_path / "s.sqlite3", clock=lambda: next(times)) as store:
        ids = [store.create(bundle="b").id for _ in range(41)]
    assert len(set(ids)) == 41
    assert all(session_id.startswith("20261123-114455-") for session_id in ids[:40])
    assert max(ids) == ids[40]
    assert ids[40].startswith("20261123-114456-")


def test_the_newest_sessions_are_listed_first(tmp_path):
    start = datetime(2026, 11, 23, tzinfo=timezone.utc)
    times = iter(start + timedelta(milliseconds=n) for n in range(5))
    with SessionStore(tmp_path / "s.sqlite3", clock=lambda: next(times)) as store:
        ids = [store.create(bundle="b").id for _ in range(5)]
        assert [info.id for info in store.list(3)] == ids[:1:-1]
        assert store.get("last").id == ids[-1]
        assert store.list(1)[0].created == start + timedelta(milliseconds=4)


def test_a_session_is_found_by_a_unique_beginning(tmp_path):
    times = iter(datetime(2026, 11, day, tzinfo=timezone.utc) for day in (1, 2, 12))
    with SessionStore(tmp_path / "s.sqlite3", clock=lambda: next(times)) as store:
        first, second, third = (store.create(bundle="b").id for _ in range(3))
        assert store.get("20261101").id == first
        assert store.get(second).id == second
        with pytest.raises(SessionError, match=f"several sessions begin with '2026110': {first}, {second}$"):
            store.get("2026110")
        assert store.get("2026111").id == third


@pytest.mark.parametrize("name", ["2025", "", "%", "_", "\udcff"])
def test_an_unknown_session_is_an_error_that_says_how_to_list(store, name):
    store.create(bundle="b")
    with pytest.raises(SessionError, match="there is no session") as caught:
        store.get(name)
    assert "umi session list" in caught.value.hint


def test_last_of_an_empty_store_is_an_error(store):
    with pytest.raises(SessionError, match="there are no sessions yet"):
        store.get("last")


def test_events_of_an_unknown_session_are_an_error(store):
    with pytest.raises(SessionError, match="there is no session"):
        list(store.events("nothing"))


def test_sessions_are_found_by_what_was_said_in_any_case(store):
    session = record(store, *ONE_RUN)
    record(store, RunStarted("something else", "b", (WEATHER,)))
    for said in ("HOW IS", "need the", "weather", "ZÜRICH", "🌞", "it is sunny", "shortened"):
        assert [info.id for info in store.list(containing=said)] == [session.id], said
    for unsaid in ("conclude", "tell the weather", "rationale", "planner", "%"):
        assert store.list(containing=unsaid) == (), unsaid


def test_sessions_are_found_by_their_outcome(store):
    session = record(store, *ONE_RUN)
    record(store, ONE_RUN[0])
    assert [info.id for info in store.list(outcome=Outcome.ANSWERED)] == [session.id]


def test_a_deleted_session_is_gone_with_its_events(store):
    session = record(store, *ONE_RUN)
    other = record(store, *ONE_RUN)
    assert store.delete(session.id).title == "How is the weather?"
    assert [info.id for info in store.list()] == [other.id]
    with sqlite3.connect(store.path) as connection:
        rows = connection.execute("SELECT session_id, count(*) FROM events GROUP BY session_id").fetchall()
    connection.close()
    assert rows == [(other.id, len(ONE_RUN))]


def test_an_append_to_a_deleted_session_says_so_and_leaves_nothing(store):
    session = record(store, ONE_RUN[0])
    store.delete(session.id)
    with pytest.raises(SessionError, match=f"session {session.id} was deleted while it ran"):
        session.append(ONE_RUN[1])
    assert record(store, *ONE_RUN).id  # the store still works


def test_more_events_than_a_page_are_all_read(store):
    session = store.create(bundle="b")
    for n in range(450):
        session.append(Notice(str(n)))
    assert [event.text for event in store.events(session.id)] == [str(n) for n in range(450)]


def test_threads_share_a_store(store):
    session = store.create(bundle="b")
    threads = [threading.Thread(target=lambda: [session.append(Notice("n")) for _ in range(20)]) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [stored.seq for stored in store.stored_events(session.id)] == list(range(1, 61))


def test_a_long_question_becomes_a_short_title_of_one_line(store):
    session = record(store, RunStarted("first\nsecond " + "x" * 500, "b"))
    title = store.get(session.id).title
    assert title.startswith("first second xxx")
    assert len(title) == 200
    assert title.endswith("…")


texts = st.text(st.characters(), max_size=30)  # surrogates and NUL included: command lines and tools may give them
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=8,
)
any_event = st.one_of(
    st.builds(RunStarted, texts, texts, st.just((WEATHER,))),
    st.builds(PlannerSpoke, st.builds(PlannerTurn, texts, st.sampled_from(Decision))),
    st.builds(
        CallerSpoke,
        st.builds(CallerTurn, st.builds(ToolCall, texts, st.dictionaries(texts, json_values, max_size=3))),
        st.none() | st.floats(0, 1),
    ),
    st.builds(ToolFinished, st.builds(ToolTurn, st.builds(Observation, texts, st.booleans(), st.integers(0, 9)))),
    st.builds(SummarizerSpoke, st.builds(SummarizerTurn, texts)),
    st.builds(RunFinished, st.sampled_from(Outcome), st.none() | texts, st.just(UsageByRole())),
)


@given(st.lists(any_event, max_size=5))
@settings(deadline=None, max_examples=40)
def test_any_events_survive_storing(tmp_path_factory, events):
    with SessionStore(tmp_path_factory.mktemp("store") / "s.sqlite3") as store:
        session = record(store, *events)
        assert list(store.events(session.id)) == events
