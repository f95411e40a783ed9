"""Teacher-forced evaluation: at every labelled step of a record the system says what comes next, given what really was before.

One result a step and decoding; done ones are skipped by the hash of their content, so an interrupted evaluation goes on where
it was, and a longer file of records evaluates only what is new. Records of equal content are asked once and count once.

Paper:
    Static runtime (2.2) and static metrics (4.1). `Route.PIPELINE` is the paper's; `Route.ROLES` asks each role by itself.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import TypeAlias

from umi_local.engine.base import CancelToken
from umi_local.errors import ToolDefinitionError
from umi_local.evaluate.parallel import run_all
from umi_local.evaluate.results_file import Results
from umi_local.evaluate.steps import labelled_steps, step_key
from umi_local.evaluate.systems import Evaluated
from umi_local.evaluate.values import Decoding, GoldStep, Prediction, Route, StepResult
from umi_local.jsonable import to_jsonable
from umi_local.messages import Trajectory
from umi_local.records.findings import Schemas

OnStep: TypeAlias = Callable[[int, int], None]
"""Gets the steps done and the steps there are."""

NO_STEPS = "records without a labelled step"
UNLABELLED = "planner's turns without what they ask for, or context only"
TWICE = "records of equal content, counted once"


@dataclass(frozen=True, slots=True)
class Material:
    """What is to be asked: the steps of each record, and what was left out by reason."""

    records: tuple[tuple[GoldStep, ...], ...]
    left_out: Counter[str] = field(default_factory=Counter)

    @property
    def n_steps(self) -> int:
        """Steps of all records."""
        return sum(map(len, self.records))


def material_of(trajectories: Iterable[tuple[Trajectory, Iterable[int]]]) -> Material:
    """Return what there is to ask.

    Args:
        trajectories: Each with the numbers of its turns that are context only.
    """
    found: dict[str, tuple[GoldStep, ...]] = {}
    left_out: Counter[str] = Counter()
    for trajectory, context in trajectories:
        labelled = labelled_steps(trajectory, frozenset(context))
        left_out[UNLABELLED] += labelled.n_unlabelled
        if not labelled.steps:
            left_out[NO_STEPS] += 1
        elif labelled.steps[0].trajectory in found:
            left_out[TWICE] += 1
        else:
            found[labelled.steps[0].trajectory] = labelled.steps
    return Material(tuple(found.values()), +left_out)


def evaluate_static(
    system: Evaluated,
    material: Material,
    results: Results[StepResult],
    *,
    route: Route,
    decodings: Sequence[Decoding],
    workers: int = 1,
    cancel: CancelToken | None = None,
    on_step: OnStep | None = None,
) -> list[StepResult]:
    """Ask the system at every step that has no result yet; return the results of all steps, in the order of the records.

    Raises:
        UsageError: The system can't be asked this way.
        CancelledError: `cancel` was set. What was done is in `results`.
        StorageError: A result can't be written.
        UmiError: The system is out of order. What was done is in `results`.
    """
    for decoding in decodings:
        system.check(route, decoding)
    asking = _Asking(system, results, Schemas(), route, material.n_steps * len(decodings), on_step or _quiet)
    jobs = [partial(asking.ask_all, steps, decoding) for decoding in decodings for steps in material.records]
    run_all(jobs, workers=workers, cancel=cancel or CancelToken())
    keys = [step_key(step, route, decoding) for decoding in decodings for steps in material.records for step in steps]
    return [found for key in keys if (found := results.get(key)) is not None]


class _Asking:
    """Asks at steps and keeps what was said. Safe to use from several threads."""

    def __init__(
        self,
        system: Evaluated,
        results: Results[StepResult],
        schemas: Schemas,
        route: Route,
        n_all: int,
        on_step: OnStep,
    ) -> None:
        self._system, self._results, self._schemas, self._route = system, results, schemas, route
        self._n_all, self._on_step = n_all, on_step
        self._n_done = 0
        self._lock = threading.Lock()

    def ask_all(self, steps: Sequence[GoldStep], decoding: Decoding, cancel: CancelToken) -> None:
        """Ask at every step of a record: in their order, so that an engine re-reads as little as it can."""
        for step in steps:
            key = step_key(step, self._route, decoding)
            if self._results.get(key) is None:
                cancel.check()
                prediction = self._system.predict(step, self._route, decoding, cancel)
                with self._lock:
                    self._results.add(self._result(key, step, decoding, prediction))
            with self._lock:
                self._n_done += 1
                self._on_step(self._n_done, self._n_all)

    def _result(self, key: str, step: GoldStep, decoding: Decoding, prediction: Prediction) -> StepResult:
        return StepResult(
            key=key,
            trajectory=step.trajectory,
            place=step.place,
            n_calls=step.n_calls,
            decoding=decoding,
            route=self._route,
            tools=tuple(tool.name for tool in step.tools),
            planner=step.planner,
            follow=step.follow,
            prediction=prediction,
            problems=self._problems(step, prediction),
        )

    def _problems(self, step: GoldStep, prediction: Prediction) -> tuple[str, ...]:
        """Return what is wrong with the predicted call by its tool's schema."""
        from umi_local.tools.validation import find_problems

        call = prediction.follow.call if prediction.follow else None
        tool = step.history.tool(call.name) if call else None
        if call is None or tool is None:
            return ()
        try:
            return find_problems(self._schemas.of(tool), to_jsonable(call.arguments))
        except ToolDefinitionError as error:
            return (str(error),)


def _quiet(n_done: int, n_all: int) -> None:
    """Show nothing."""
