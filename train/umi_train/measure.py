"""What a network loses on a data set without learning from it: by role, and by record."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import torch
from torch import Tensor

from umi_local.messages import Role
from umi_train.jobs import Job, Unit
from umi_train.labels import Sample
from umi_train.network import Network
from umi_train.packing import ROLES
from umi_train.processes import Processes
from umi_train.row_threads import RowThreads
from umi_train.sample_store import SampleStore

BATCH = 64
"""Units that are packed together: packing the whole data set at once would hold all of it in memory."""


_Batch: TypeAlias = list[tuple[Unit, Sample]]
_Losses: TypeAlias = tuple[Tensor, Tensor, Tensor]


@dataclass(frozen=True, slots=True)
class Measured:
    """Losses on a data set.

    Attributes:
        roles: Mean cross entropy of a target in nats, by role that says something there.
        records: The same by the record's number in its store.
    """

    roles: Mapping[Role, float]
    records: Mapping[int, float]


def measure(
    network: Network, job: Job, store: SampleStore, units: Sequence[Unit], rows: RowThreads, processes: Processes
) -> Measured:
    """Return a job's losses on units of a store, with its adapters as they are.

    Args:
        rows: Entered by the caller.
    """
    was_training = network.model.training
    network.model.eval()
    sums = torch.zeros(len(ROLES), 2, dtype=torch.float64)
    by_record: dict[int, torch.Tensor] = {}
    for begin in range(0, len(units), BATCH):
        batch: _Batch = [(unit, text) for unit in units[begin : begin + BATCH] for text in job.texts(store, unit)]
        lengths = [job.length(text) for _, text in batch]

        def losses_of(items: list[int], batch: _Batch = batch) -> _Losses:
            return _row_losses(network, job, [batch[i][1] for i in items])

        for row_items, (each, roles, texts) in rows.map(losses_of, processes.share(rows.pack(lengths)), lengths):
            sums[:, 0] += torch.zeros(len(ROLES), dtype=torch.float64).index_add_(0, roles, each)
            sums[:, 1] += torch.bincount(roles, minlength=len(ROLES))
            for number, i in enumerate(row_items):
                losses = each[texts == number]
                record = by_record.setdefault(batch[i][0].record, torch.zeros(2, dtype=torch.float64))
                record += torch.tensor([losses.sum(), len(losses)], dtype=torch.float64)
    network.model.train(was_training)
    totals, records = _together(sums, by_record, units, processes)
    return Measured(
        {role: float(total / count) for role, (total, count) in zip(ROLES, totals, strict=True) if count},
        {number: float(total / count) for number, (total, count) in records.items() if count},
    )


@torch.no_grad()
def _row_losses(network: Network, job: Job, texts: Sequence[Sample]) -> _Losses:
    """Return each target's loss in a row, whose it is, and which of the texts it belongs to."""
    row = job.row(texts, network.device)
    ones = torch.ones_like(row.targets.ids, dtype=torch.float32)
    with network.router.along(job.route(row)):
        each = job.loss(network, row, ones).each.cpu().double()
    return each, row.targets.roles.cpu(), row.targets.texts.cpu()


def _together(
    sums: torch.Tensor, by_record: Mapping[int, torch.Tensor], units: Sequence[Unit], processes: Processes
) -> tuple[torch.Tensor, dict[int, torch.Tensor]]:
    """Add up what all processes have measured."""
    numbers = sorted({unit.record for unit in units})
    rows = [by_record.get(number, torch.zeros(2, dtype=torch.float64)) for number in numbers]
    table = torch.stack([*sums, *rows]).float().to(processes.device)
    processes.add_up([table])
    table = table.cpu()
    return table[: len(ROLES)], dict(zip(numbers, table[len(ROLES) :], strict=True))
