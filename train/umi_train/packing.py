"""Several texts in one row without padding: which go together, and the row's tensors for stages that read whole texts.

A row is one sequence of shape (1, T). Its pieces are told apart by the attention's layout and begin at position 0 each,
so a text in a row is computed exactly as it would be alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from umi_local.messages import Role
from umi_train.attention import Kept, Packed
from umi_train.labels import Sample, Span

ROLES = tuple(Role)
"""The roles in the order that numbers stand for in `Targets.roles`."""


@dataclass(frozen=True, slots=True)
class Text:
    """A row's tokens and where its pieces begin and end.

    Attributes:
        tokens: (1, T).
        positions: Of each token in its piece, (1, T).
    """

    tokens: Tensor
    positions: Tensor
    pieces: tuple[tuple[int, int], ...]

    def layout(self, kept: Kept | None = None) -> Packed:
        """Return what the attention needs to know; `kept` will hold every layer's keys and values."""
        return Packed(self.pieces, kept)


@dataclass(frozen=True, slots=True)
class Targets:
    """What must be said in a row.

    Attributes:
        at: The place in the row that predicts each target, (n,).
        ids: The targets, (n,).
        roles: Whose they are, as indices of `ROLES`, (n,).
        texts: Which of the row's texts they belong to, (n,).
    """

    at: Tensor
    ids: Tensor
    roles: Tensor
    texts: Tensor

    def count(self, role: Role) -> int:
        """Return how many targets are one role's."""
        return int((self.roles == ROLES.index(role)).sum())


@dataclass(frozen=True, slots=True)
class FullRow:
    """A row that is read as a whole, with the adapter active everywhere."""

    text: Text
    targets: Targets


def pack(lengths: Sequence[int], capacity: int) -> list[list[int]]:
    """Return which items go into a row together: the longest first, each into the first row that has room.

    A row holds at most `capacity` tokens; an item that is longer gets a row to itself. Rows and their items are in the items'
    order, so the result depends on the lengths only.
    """
    rows: list[list[int]] = []
    free: list[int] = []
    for item in sorted(range(len(lengths)), key=lambda i: (-lengths[i], i)):
        row = next((r for r, room in enumerate(free) if room >= lengths[item]), None)
        if row is None:
            rows.append([])
            free.append(capacity)
            row = len(rows) - 1
        rows[row].append(item)
        free[row] -= lengths[item]
    return sorted(sorted(row) for row in rows)


def pieces_of(sample: Sample, roles: Sequence[Role], *, per_turn: bool = False) -> Iterator[Sample]:
    """Yield the texts in which a sample's spans are read as a whole, cut after the last wanted target.

    Args:
        roles: Whose spans are wanted.
        per_turn: A text for every turn even where one text could hold them all: the paper's recipe.
    """
    wanted = [span for span in sample.spans if span.role in roles]
    if not wanted:
        return
    if sample.inline and not per_turn:
        end = max(span.position + span.stop for span in wanted)
        yield Sample(sample.context[:end], tuple(wanted), inline=True)
        return
    for turn in _turns(wanted) if sample.inline else ((span,) for span in wanted):
        last = turn[-1]
        yield Sample((*sample.context[: last.position], *last.tokens[: last.stop]), turn, inline=True)


def _turns(spans: Sequence[Span]) -> Iterator[tuple[Span, ...]]:
    """Yield the spans of each turn of a text: those whose labels go on from each other are one (profile `single`)."""
    turn: list[Span] = []
    for span in spans:
        if turn and span.position + span.target != turn[-1].position + turn[-1].stop:
            yield tuple(turn)
            turn = []
        turn.append(span)
    if turn:
        yield tuple(turn)


def text_of(texts: Iterable[Sequence[int]], device: torch.device | str = "cpu") -> Text:
    """Return texts as one row."""
    tokens: list[int] = []
    positions: list[int] = []
    pieces = []
    for text in texts:
        pieces.append((len(tokens), len(tokens) + len(text)))
        tokens += text
        positions += range(len(text))
    return Text(_row(tokens, device), _row(positions, device), tuple(pieces))


def full_row(samples: Sequence[Sample], device: torch.device | str = "cpu") -> FullRow:
    """Return a row of samples whose spans are pieces of their contexts, as `pieces_of` yields them."""
    targets = TargetList()
    begin = 0
    for number, sample in enumerate(samples):
        for span in sample.spans:
            targets.add(span, begin + span.position, number)
        begin += len(sample.context)
    return FullRow(text_of((sample.context for sample in samples), device), targets.tensors(device))


class TargetList:
    """The targets of a row that is being put together."""

    def __init__(self) -> None:
        self._at: list[int] = []
        self._ids: list[int] = []
        self._roles: list[int] = []
        self._texts: list[int] = []

    def add(self, span: Span, begin: int, text: int) -> None:
        """Add a span's targets; each is predicted by the token before it.

        Args:
            begin: Where the span's tokens begin in the row.
            text: Which text of the row it belongs to.
        """
        n = span.stop - span.target
        self._at += range(begin + span.target - 1, begin + span.stop - 1)
        self._ids += span.labels
        self._roles += [ROLES.index(span.role)] * n
        self._texts += [text] * n

    def tensors(self, device: torch.device | str) -> Targets:
        """Return the targets as tensors."""
        lists = (self._at, self._ids, self._roles, self._texts)
        return Targets(*(torch.tensor(values, dtype=torch.long, device=device) for values in lists))


def _row(values: Sequence[int], device: torch.device | str) -> Tensor:
    return torch.tensor([values], dtype=torch.long, device=device)
