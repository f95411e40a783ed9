"""Live evaluation: tasks of executable worlds, run by the system in earnest and judged by how they end.

Every task has a world of its own, opened for its run and closed after it. One result a task; done ones are skipped by the hash
of the task's content, so an interrupted evaluation goes on where it was.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import TypeAlias

from umi_local.engine.base import CancelToken
from umi_local.errors import CancelledError, ToolDefinitionError
from umi_local.evaluate.live_values import LiveResult
from umi_local.evaluate.parallel import run_all
from umi_local.evaluate.results_file import Results
from umi_local.evaluate.steps import content_hash
from umi_local.evaluate.systems import Evaluated
from umi_local.events import RunFinished
from umi_local.jsonable import to_jsonable
from umi_local.messages import CallerTurn, Outcome, Role, ToolCall, ToolTurn, Trajectory, UsageByRole
from umi_local.records.findings import Schemas
from umi_local.run import Limits, RunResult, Tools
from umi_local.worlds.generate import Worlds
from umi_local.worlds.tasks import Task

OnTask: TypeAlias = Callable[[int, int], None]
"""Gets the tasks done and the tasks there are."""


def evaluate_live(
    system: Evaluated,
    worlds: Worlds,
    tasks: Iterable[Task],
    results: Results[LiveResult],
    *,
    limits: Limits | None = None,
    workers: int = 1,
    cancel: CancelToken | None = None,
    on_task: OnTask | None = None,
) -> list[LiveResult]:
    """Run every task that has no result yet; return the results of all tasks, in their order.

    Args:
        limits: Of every question of a task.

    Raises:
        CancelledError: `cancel` was set. What was done is in `results`.
        WorldError: A task was made by other worlds.
        StorageError: A result can't be written.
        UmiError: The system is out of order. What was done is in `results`.
    """
    listed = list({content_hash(task): task for task in tasks}.items())
    playing = _Playing(system, worlds, results, limits or Limits(), len(listed), on_task or _quiet)
    jobs = [partial(playing.play, key, task) for key, task in listed]
    run_all(jobs, workers=workers, cancel=cancel or CancelToken())
    return [found for key, _ in listed if (found := results.get(key)) is not None]


class _Playing:
    """Runs tasks and keeps how they ended. Safe to use from several threads."""

    def __init__(
        self,
        system: Evaluated,
        worlds: Worlds,
        results: Results[LiveResult],
        limits: Limits,
        n_all: int,
        on_task: OnTask,
    ) -> None:
        self._system, self._worlds, self._results, self._limits = system, worlds, results, limits
        self._n_all, self._on_task = n_all, on_task
        self._n_done = 0
        self._schemas = Schemas()
        self._lock = threading.Lock()

    def play(self, key: str, task: Task, cancel: CancelToken) -> None:
        """Run a task, unless it has a result."""
        if self._results.get(key) is None:
            result = self._result(key, task, cancel)
            with self._lock:
                self._results.add(result)
        with self._lock:
            self._n_done += 1
            self._on_task(self._n_done, self._n_all)

    def _result(self, key: str, task: Task, cancel: CancelToken) -> LiveResult:
        with self._worlds.open(task) as world:
            started = time.perf_counter()
            runs = self._runs(task, world, cancel)
            ms = (time.perf_counter() - started) * 1000
            trajectory = runs[-1].trajectory
            verdict = self._worlds.check(task, trajectory, world)
            met_fault = world.has_met_fault
        calls = [turn.call for turn in trajectory.turns if isinstance(turn, CallerTurn)]
        return LiveResult(
            key=key,
            task=task.id,
            kind=task.kind,
            variant=task.variant,
            family=task.recipe.family,
            is_builtin=task.is_builtin,
            n_gold_calls=task.n_calls,
            passed=verdict.passed,
            reasons=verdict.reasons,
            outcome=runs[-1].outcome,
            n_calls=len(calls),
            n_false_calls=sum(self._is_false(call, trajectory) for call in calls),
            n_errors=sum(isinstance(turn, ToolTurn) and turn.observation.is_error for turn in trajectory.turns),
            met_fault=met_fault,
            ms=ms,
            trajectory=trajectory,
            usage=_total(runs),
            error=_error_of(runs[-1]),
        )

    def _runs(self, task: Task, world: Tools, cancel: CancelToken) -> list[RunResult]:
        """Ask a task's questions one after the other; one that fails is the last."""
        runs: list[RunResult] = []
        history: Trajectory | None = None
        for question in task.questions:
            run = self._system.run(question, world, self._limits, cancel, history)
            if run.outcome is Outcome.CANCELLED or cancel.is_cancelled:
                raise CancelledError
            runs.append(run)
            history = run.trajectory
            if run.outcome is Outcome.FAILED:
                break
        return runs

    def _is_false(self, call: ToolCall, trajectory: Trajectory) -> bool:
        from umi_local.tools.validation import find_problems

        tool = trajectory.tool(call.name)
        if tool is None:
            return True
        with self._lock:
            try:
                validator = self._schemas.of(tool)
            except ToolDefinitionError:  # then nothing can be said about its arguments
                return False
        return bool(find_problems(validator, to_jsonable(call.arguments)))


def _total(runs: Sequence[RunResult]) -> UsageByRole:
    total = UsageByRole()
    for run in runs:
        for role in Role:
            total = total.adding(role, getattr(run.usage, role.value))
    return total


def _error_of(run: RunResult) -> str | None:
    end = run.events[-1]
    return end.error if isinstance(end, RunFinished) else None


def _quiet(n_done: int, n_all: int) -> None:
    """Show nothing."""
