"""One thread owns the engine: who runs what, who hears what, and what happens when somebody fails or leaves."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.engine.test_layouts import OPTIONS, SMALL, TOOLS, bundle
from umi_local.engine.base import CancelToken
from umi_local.engine.llama_c import Context
from umi_local.engine.open import open_engine
from umi_local.engine.worker import Worker
from umi_local.errors import CancelledError, EngineError
from umi_local.messages import Role, Trajectory, UserTurn


@pytest.fixture
def worker():
    worker = Worker()
    yield worker
    worker.close()


def test_every_job_runs_on_one_thread_and_text_comes_back_in_the_askers(worker):
    heard: list[int] = []

    def job(emit):
        emit("a")
        emit("b")
        return threading.get_ident()

    def ask(n):
        return threading.get_ident(), worker.run(job, on_text=lambda text: heard.append(threading.get_ident()))

    with ThreadPoolExecutor(4) as pool:
        asked = list(pool.map(ask, range(20)))
    owners = {owner for _, owner in asked}
    assert len(owners) == 1
    assert sorted(heard) == sorted(asker for asker, _ in asked for _ in "ab")
    assert not owners & {asker for asker, _ in asked}


def test_every_asker_gets_its_own_answer_and_text(worker):
    gate = threading.Barrier(4)

    def ask(n):
        pieces: list[str] = []
        gate.wait()

        def job(emit):
            for i in range(5):
                emit(f"{n}:{i} ")
            return n

        return worker.run(job, on_text=pieces.append), "".join(pieces)

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(ask, range(4)))
    assert answers == [(n, "".join(f"{n}:{i} " for i in range(5))) for n in range(4)]


def test_jobs_run_in_the_order_they_come(worker):
    ran: list[int] = []
    is_first_running, may_end = threading.Event(), threading.Event()

    def first(emit):
        is_first_running.set()
        assert may_end.wait(60)
        ran.append(0)

    with ThreadPoolExecutor(1) as pool:
        asked = pool.submit(worker.run, first)
        assert is_first_running.wait(60)
        with ThreadPoolExecutor(1) as other:
            later = other.submit(worker.run, lambda emit: ran.append(1))
            may_end.set()
            later.result(60)
        asked.result(60)
    assert ran == [0, 1]


def test_what_a_job_raises_is_raised_where_it_was_asked(worker):
    def fail(emit):
        emit("begun")
        raise ZeroDivisionError("oh")

    pieces: list[str] = []
    with pytest.raises(ZeroDivisionError, match="oh") as caught:
        worker.run(fail, on_text=pieces.append)
    assert caught.value.__cause__ is None
    assert pieces == ["begun"]
    assert worker.run(lambda emit: 5) == 5


@pytest.mark.parametrize("error", [ValueError("no"), KeyboardInterrupt()], ids=["failed", "Ctrl-C"])
def test_a_callback_that_fails_cancels_its_job_and_waits_for_its_end(worker, error):
    cancel, ended = CancelToken(), threading.Event()

    def job(emit):
        emit("a")
        assert cancel.wait(60)
        emit("text that nobody hears")
        ended.set()

    def fail(text):
        raise error

    with pytest.raises(type(error)):
        worker.run(job, cancel=cancel, on_text=fail)
    assert ended.is_set()
    assert worker.run(lambda emit: 5) == 5


def test_a_callback_that_fails_at_the_last_word_does_not_wait_for_ever(worker):
    def fail(text):
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        worker.run(lambda emit: emit("the last word"), on_text=fail)


def test_a_closed_worker_refuses_and_may_be_closed_again():
    worker = Worker()
    worker.run(lambda emit: None)
    worker.close()
    worker.close()
    with pytest.raises(EngineError, match="closed"):
        worker.run(lambda emit: None)


def test_closing_lets_waiting_jobs_end():
    worker, ran = Worker(), []
    gate = threading.Event()
    is_running = threading.Event()

    def slow(emit):
        is_running.set()
        assert gate.wait(60)
        ran.append("slow")

    with ThreadPoolExecutor(2) as pool:
        asked = pool.submit(worker.run, slow)
        assert is_running.wait(60)
        closing = pool.submit(worker.close)
        gate.set()
        asked.result(60)
        closing.result(60)
    assert ran == ["slow"]
    assert not worker._thread.is_alive()


QUESTION = Trajectory(TOOLS, (UserTurn("What is in notes.txt? " * 12),))


@pytest.fixture
def counted(monkeypatch):
    """The decode calls that contexts make: (thread, tokens)."""
    calls: list[tuple[int, int]] = []
    decode = Context.decode

    def counting(self, tokens, position, sequence):
        calls.append((threading.get_ident(), len(tokens)))
        decode(self, tokens, position, sequence)

    monkeypatch.setattr(Context, "decode", counting)
    return calls


@pytest.fixture
def engine(tiny, counted):
    engine = open_engine(bundle("shared", base=tiny.base, adapters=tiny.adapters), SMALL)
    yield engine
    engine.close()


def speak(engine, role=Role.SUMMARIZER, *, trajectory=QUESTION, cancel=None, on_text=lambda text: None):
    return engine.speak(role, trajectory, options=OPTIONS, cancel=cancel or CancelToken(), on_text=on_text)


def test_an_engine_decodes_on_its_own_thread_whoever_asks(engine, counted):
    with ThreadPoolExecutor(3) as pool:
        said = list(pool.map(lambda n: speak(engine).turn, range(3)))
    assert said[0] == said[1] == said[2]
    assert len({thread for thread, _ in counted}) == 1
    assert threading.get_ident() not in {thread for thread, _ in counted}


class CancelledAfter(CancelToken):
    """Becomes cancelled when it is looked at for the n-th time."""

    def __init__(self, n):
        super().__init__()
        self.n_left = n

    def check(self):
        self.n_left -= 1
        if self.n_left == 0:
            self.cancel()
        super().check()


@pytest.mark.parametrize("role", list(Role), ids=lambda role: role.value)
def test_cancelling_takes_effect_before_the_next_decode_call_wherever_it_comes(engine, counted, role):
    whole = speak(engine, role)
    n_looks = 0

    class Counting(CancelToken):
        def check(self):
            nonlocal n_looks
            n_looks += 1
            super().check()

    assert speak(engine, role, cancel=Counting()).turn == whole.turn
    for at in range(1, n_looks + 1, 3):
        cancel = CancelledAfter(at)
        counted.clear()
        with pytest.raises(CancelledError):
            speak(engine, role, cancel=cancel)
        assert len(counted) < at  # a look comes before every call
    assert speak(engine, role).turn == whole.turn


def test_an_interrupted_asker_leaves_an_engine_that_says_the_same(engine):
    whole = speak(engine)
    cancel = CancelToken()

    def interrupt(text):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        speak(engine, cancel=cancel, on_text=interrupt)
    assert cancel.is_cancelled
    assert speak(engine).turn == whole.turn


def test_a_closed_engine_refuses_and_may_be_closed_again(engine):
    engine.close()
    engine.close()
    with pytest.raises(EngineError, match="closed"):
        speak(engine)
