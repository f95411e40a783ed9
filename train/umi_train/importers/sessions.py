"""Import saved sessions: the conversations that the agent had on this machine, as records to train on.

A session becomes one record of those of its questions that ended in an answer or in giving up. Questions that were cut off,
failed or ran into a limit are left out, and so are those where the agent, not the planner, made a decision: nobody should learn
these. Offered are the tools of the session's last question.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from umi_local.errors import RecordFileError
from umi_local.events import Event, PlannerSpoke, RunFinished, RunStarted, trajectory_of
from umi_local.folders import sessions_path
from umi_local.messages import Outcome, Trajectory
from umi_local.records import Record, Split
from umi_local.records.lines import OnBytes
from umi_local.sessions.store import SessionStore
from umi_train.importers.report import ImportReport

SOURCE = "umi-local sessions"

_ALL = 2**62


def import_sessions(
    path: Path | None = None,
    report: ImportReport | None = None,
    *,
    only: Sequence[str] = (),
    license: str = "private",
    split: Split = "train",
    on_bytes: OnBytes | None = None,
) -> Iterator[Record]:
    """Yield the records of a session store, the oldest session first.

    Args:
        path: The store; the user's own by default.
        only: Ids, or unique beginnings of ids, of the sessions to take.

    Raises:
        RecordFileError: There is no store.
        SessionError: The store can't be read, or holds no such session.
    """
    report = report if report is not None else ImportReport()
    path = path or sessions_path()
    if not path.is_file():  # opening a store creates it
        raise RecordFileError(path, "there are no sessions", hint="Sessions are kept by `umi run` and `umi chat`.")
    with SessionStore(path) as store:
        infos = [store.get(name) for name in only] if only else list(reversed(store.list(_ALL)))
        for n, info in enumerate(infos, 1):
            trajectory = _finished(store.events(info.id), report, info.id)
            if on_bytes is not None:
                on_bytes(n, len(infos))
            if not trajectory.turns:
                report.drop("a session without a finished question", info.id)
                continue
            yield from report.admit(
                Record(
                    id=f"session/{info.id}",
                    source=SOURCE,
                    license=license,
                    split=split,
                    trajectory=trajectory,
                    metadata={"bundle": info.bundle},
                )
            )


def _finished(events: Iterable[Event], report: ImportReport, session: str) -> Trajectory:
    """Return the turns of the questions that came to an end, and the tools last on offer."""
    kept = Trajectory()
    question: list[Event] = []
    for event in events:
        if isinstance(event, RunStarted):
            _count_cut_off(question, report, session)
            question = []
        question.append(event)
        if isinstance(event, RunFinished):
            reason = _reason_to_leave_out(question, event)
            if reason:
                report.change(reason, session)
            else:
                run = trajectory_of(question)
                kept = Trajectory(run.tools, (*kept.turns, *run.turns))
            question = []
    _count_cut_off(question, report, session)
    return kept


def _reason_to_leave_out(question: Sequence[Event], end: RunFinished) -> str:
    if end.outcome not in (Outcome.ANSWERED, Outcome.GAVE_UP):
        return f"questions that ended as {end.outcome.value!r} left out"
    if any(isinstance(event, PlannerSpoke) and event.forced for event in question):
        return "questions that the agent had to end left out"
    return ""


def _count_cut_off(question: Sequence[Event], report: ImportReport, session: str) -> None:
    report.change("questions that were cut off left out", session, len(question) > 0)
