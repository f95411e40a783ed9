"""What a network loses on a data set without learning from it: by role, and by record."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import torch

from umi_local.messages import Role
from umi_train.jobs import Job, Unit
from umi_train.network import Network
from umi_train.packing import ROLES, pack
from umi_train.processes import Processes
from umi_train.sample_store import SampleStore

BATCH = 64
"""Units that are packed together: packing the whole data set at once would hold all of it in memory."""


@dataclass(frozen=True, slots=True)
class Measured:
    """Losses on a data set.

    Attributes:
        roles: Mean cross entropy of a target in nats, by role that says something there.
        records: The same by the record's number in its store.
    """

    roles: Mapping[Role, float]
    records: Mapping[int, float]


@torch.no_grad()
def measure(
    network: Network, job: Job, store: SampleStore, units: Sequence[Unit], row_tokens: int, processes: Processes
) -> Measured:
    """Return a job's losses on units of a store, with its adapters as they are."""
    was_training = network.model.training
    network.model.eval()
    sums = torch.zeros(len(ROLES), 2, dtype=torch.float64)
    by_record: dict[int, torch.Tensor] = {}
    for begin in range(0, len(units), BATCH):
        batch = [(unit, text) for unit in units[begin : begin + BATCH] for text in job.texts(store, unit)]
        rows = pack([job.length(text) for _, text in batch], row_tokens)
        for row_items in processes.share(rows):
            row = job.row([batch[i][1] for i in row_items], network.device)
            with network.router.along(job.route(row)):
                each = job.loss(network, row, torch.ones_like(row.targets.ids, dtype=torch.float32)).each.cpu().double()
            roles = row.targets.roles.cpu()
            sums[:, 0] += torch.zeros(len(ROLES), dtype=torch.float64).index_add_(0, roles, each)
            sums[:, 1] += torch.bincount(roles, minlength=len(ROLES))
            texts = row.targets.texts.cpu()
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
