"""What systems are evaluated on: labelled steps of records, and tasks of test worlds."""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from dataclasses import dataclass

from umi_local.errors import UsageError
from umi_local.evaluate.static import Material, material_of
from umi_local.evaluate.steps import content_hash, step_key
from umi_local.records import Record, read_records
from umi_local.worlds.generate import tasks
from umi_local.worlds.tasks import Task
from umi_train.reproduce.config import ReproduceConfig


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """What every system is asked.

    Attributes:
        tasks: Empty where there is no live evaluation.
        step_keys: What the results of a finished static evaluation are found by, in order.
        task_keys: The same of a live one.
    """

    plan: ReproduceConfig
    material: Material
    tasks: tuple[Task, ...]
    step_keys: tuple[str, ...]
    task_keys: tuple[str, ...]


def work_for(plan: ReproduceConfig) -> Work:
    """Return what a plan asks its systems.

    Raises:
        RecordFileError: A file can't be read, or a line isn't a record.
        UsageError: The files hold no labelled step of the wanted split.
    """
    material = material_of((record.trajectory, record.no_loss) for record in test_records(plan))
    if not material.records:
        listed = ", ".join(map(str, plan.test))
        raise UsageError(
            f"there is nothing to evaluate on in {listed}: no labelled step in the split {plan.split!r}",
            hint="Correct `test` and `split` in [reproduce].",
        )
    steps = [step for record in material.records for step in record]
    live = list(tasks("test", plan.live.tasks, plan.live.seed)) if plan.live else []
    return Work(
        plan=plan,
        material=material,
        tasks=tuple(live),
        step_keys=_once(step_key(step, plan.route, decoding) for decoding in plan.decodings for step in steps),
        task_keys=_once(map(content_hash, live)),
    )


def test_records(plan: ReproduceConfig) -> Iterator[Record]:
    """Yield the records to evaluate on: of the wanted split, at most `limit` of each file.

    Raises:
        RecordFileError: A file can't be read, or a line isn't a record.
    """
    for path in plan.test:
        numbered = enumerate(record for record in read_records(path) if record.split == plan.split)
        if plan.limit is None:
            yield from (record for _, record in numbered)
            continue
        drawn = heapq.nsmallest(plan.limit, numbered, key=lambda pair: (content_hash(pair[1].trajectory), pair[0]))
        yield from (record for _, record in sorted(drawn, key=lambda pair: pair[0]))


def _once(keys: Iterator[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(keys))
