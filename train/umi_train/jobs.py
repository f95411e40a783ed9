"""What is trained in one go: which texts it reads, with which adapters, and how the losses of their targets are weighted.

| job | reads | adapters | a target counts |
|---|---|---|---|
| `FullJob` | whole texts | one, active everywhere | 1 / targets of the step |
| `SpanJob` | spans after frozen contexts | one a role, over its spans | 1 / targets of its role in the step |

So in a `SpanJob` each role gets the gradients that it would get if it were trained alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeAlias

import torch
from torch import Tensor

from umi_local.messages import Role
from umi_train.labels import Sample
from umi_train.network import Network, RowLoss, full_route
from umi_train.packing import ROLES, FullRow, Targets, full_row, pieces_of
from umi_train.routing import Route
from umi_train.sample_store import SampleStore
from umi_train.span import SpanRow, n_context, n_span, span_row

Row: TypeAlias = FullRow | SpanRow

BACKBONE = "backbone"
"""Name of the adapter of the global stage."""


class Job(Protocol):
    """Something to be trained."""

    @property
    def adapters(self) -> tuple[str, ...]:
        """Names of the adapters that it trains."""
        ...

    @property
    def roles(self) -> tuple[Role, ...]:
        """Whose turns it learns."""
        ...

    def units(self, store: SampleStore) -> list[Unit]:
        """Return what a data set is dealt out in."""
        ...

    def texts(self, store: SampleStore, unit: Unit) -> list[Sample]:
        """Return what is read of a unit."""
        ...

    def length(self, text: Sample) -> int:
        """Return how many tokens a text takes in a row."""
        ...

    def row(self, texts: Sequence[Sample], device: torch.device) -> Row:
        """Return texts as one row."""
        ...

    def route(self, row: Row) -> Route:
        """Return which adapter is active where."""
        ...

    def loss(self, network: Network, row: Row, weights: Tensor) -> RowLoss:
        """Return a row's loss; the router must be on its route."""
        ...

    def group(self, role: Role) -> str:
        """Return the adapter that a role's targets train: targets are counted by it."""
        ...


@dataclass(frozen=True, slots=True)
class Unit:
    """A record, or one turn of it.

    Attributes:
        record: Its number in the store.
        turn: Which of its wanted turns; None for all.
        targets: How many tokens it teaches, by role as in `ROLES`.
    """

    record: int
    turn: int | None
    targets: tuple[int, ...]

    @property
    def n_targets(self) -> int:
        """How many tokens it teaches."""
        return sum(self.targets)


@dataclass(frozen=True, slots=True)
class FullJob:
    """One adapter, active over all of every text.

    Attributes:
        per_turn: A text for each turn, as in the paper.
    """

    adapter: str
    roles: tuple[Role, ...] = ROLES
    per_turn: bool = False

    @property
    def adapters(self) -> tuple[str, ...]:
        """The one adapter."""
        return (self.adapter,)

    def units(self, store: SampleStore) -> list[Unit]:
        """Return the records that teach something, or their turns."""
        if not self.per_turn:
            return _records(store, self.roles)
        return [
            Unit(number, turn, _counts([text]))
            for number in range(len(store))
            for turn, text in enumerate(self._pieces(store, number))
        ]

    def texts(self, store: SampleStore, unit: Unit) -> list[Sample]:
        """Return a record's texts, cut after the last target, or the one of a turn."""
        pieces = self._pieces(store, unit.record)
        return pieces if unit.turn is None else [pieces[unit.turn]]

    def length(self, text: Sample) -> int:
        """Return a text's tokens."""
        return len(text.context)

    def row(self, texts: Sequence[Sample], device: torch.device) -> FullRow:
        """Return texts one after the other."""
        return full_row(texts, device)

    def route(self, row: Row) -> Route:
        """Return the one adapter, everywhere."""
        assert isinstance(row, FullRow)
        return full_route(row, self.adapter)

    def loss(self, network: Network, row: Row, weights: Tensor) -> RowLoss:
        """Return a row's loss."""
        assert isinstance(row, FullRow)
        return network.full_loss(row, weights)

    def group(self, role: Role) -> str:
        """Return the one adapter."""
        return self.adapter

    def _pieces(self, store: SampleStore, number: int) -> list[Sample]:
        samples = store.samples(number)
        return [text for sample in samples for text in pieces_of(sample, self.roles, per_turn=self.per_turn)]


@dataclass(frozen=True, slots=True)
class SpanJob:
    """An adapter for each of some roles, active over its own turns after a frozen context."""

    roles: tuple[Role, ...]

    @property
    def adapters(self) -> tuple[str, ...]:
        """The roles' own."""
        return tuple(role.value for role in self.roles)

    def units(self, store: SampleStore) -> list[Unit]:
        """Return the records that teach something."""
        return _records(store, self.roles)

    def texts(self, store: SampleStore, unit: Unit) -> list[Sample]:
        """Return a record's samples that hold wanted spans."""
        samples = store.samples(unit.record)
        return [sample for sample in samples if any(span.role in self.roles for span in sample.spans)]

    def length(self, text: Sample) -> int:
        """Return the tokens of context and spans."""
        return n_context(text, self.roles) + n_span(text, self.roles)

    def row(self, texts: Sequence[Sample], device: torch.device) -> SpanRow:
        """Return contexts and spans."""
        return span_row(texts, self.roles, device)

    def route(self, row: Row) -> Route:
        """Return each role's adapter over its spans."""
        assert isinstance(row, SpanRow)
        return row.route({role: role.value for role in self.roles})

    def loss(self, network: Network, row: Row, weights: Tensor) -> RowLoss:
        """Return the loss of a row's spans."""
        assert isinstance(row, SpanRow)
        return network.span_loss(row, weights)

    def group(self, role: Role) -> str:
        """Return the role's own adapter."""
        return role.value


def group_counts(job: Job, units: Sequence[Unit]) -> dict[str, int]:
    """Return how many targets units have for each adapter."""
    counts = dict.fromkeys(job.adapters, 0)
    for index, role in enumerate(ROLES):
        if role in job.roles:
            counts[job.group(role)] += sum(unit.targets[index] for unit in units)
    return counts


def target_weights(job: Job, targets: Targets, counts: Mapping[str, int]) -> Tensor:
    """Return what each target of a row counts, so that each adapter's targets of a step count 1 together."""
    shares = [1 / counts[job.group(role)] if role in job.roles and counts[job.group(role)] else 0.0 for role in ROLES]
    return torch.tensor(shares, dtype=torch.float32, device=targets.roles.device)[targets.roles]


def _records(store: SampleStore, roles: Sequence[Role]) -> list[Unit]:
    units = [
        Unit(number, None, tuple(store.n_targets(number, role) if role in roles else 0 for role in ROLES))
        for number in range(len(store))
    ]
    return [unit for unit in units if unit.n_targets]


def _counts(texts: Sequence[Sample]) -> tuple[int, ...]:
    return tuple(
        sum(span.stop - span.target for text in texts for span in text.spans if span.role is role) for role in ROLES
    )
