"""The local stage as the runtime runs: a frozen context, and an adapter over a role's own turns only.

The context of a trajectory is computed once, by the backbone, without gradients; its keys and values are kept by layer.
Then all spans of all wanted roles go through one forward and backward pass: each is a copy at its own positions that
sees the frozen context before it, and itself, and nothing else. The roles' spans lie side by side in the row, and each
part has its own role's adapter, so one context pass and one pass through the base's weights serve all three.

Source: design, section 2; the runtime's side is `umi_local/engine/kv.py` (trunk and scratch).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from umi_local.messages import Role
from umi_train.attention import Kept, Run, Spans
from umi_train.labels import Sample, Span
from umi_train.packing import ROLES, TargetList, Targets, Text, text_of
from umi_train.routing import Part

RUN_TOKENS = (96, 512)
"""Span tokens that are attended together, on a processor and on CUDA: small runs waste less on what nobody sees, large
ones need fewer calls."""


@dataclass(frozen=True, slots=True)
class SpanRow:
    """Contexts, and the spans that follow parts of them.

    Attributes:
        context: The frozen texts, each as long as its last wanted span needs.
        tokens: Of the spans, (1, S); one role's lie together.
        positions: In their trajectories, (1, S).
        parts: [begin, end) of each role's spans in the row.
    """

    context: Text
    tokens: Tensor
    positions: Tensor
    runs: tuple[Run, ...]
    parts: tuple[tuple[Role, int, int], ...]
    targets: Targets

    def layout(self, kept: Kept) -> Spans:
        """Return what the attention needs to know of the spans."""
        return Spans(self.runs, kept)

    def route(self, adapters: Mapping[Role, str]) -> tuple[Part, ...]:
        """Return which adapter is active where."""
        return tuple(Part(adapters[role], begin, end) for role, begin, end in self.parts)


def wanted_spans(sample: Sample, role: Role) -> tuple[Span, ...]:
    """Return one role's spans."""
    return tuple(span for span in sample.spans if span.role is role)


def n_context(sample: Sample, roles: Sequence[Role]) -> int:
    """Return how many tokens of the context the wanted spans see."""
    return max((span.position for span in sample.spans if span.role in roles), default=0)


def n_span(sample: Sample, roles: Sequence[Role]) -> int:
    """Return how many tokens of spans are trained: what a row's memory grows by."""
    return sum(span.stop for span in sample.spans if span.role in roles)


def span_row(samples: Sequence[Sample], roles: Sequence[Role], device: torch.device | str = "cpu") -> SpanRow:
    """Return the row of samples for the wanted roles; samples without any of their spans give nothing to it."""
    ordered = [role for role in ROLES if role in roles]
    context = text_of((sample.context[: n_context(sample, roles)] for sample in samples), device)
    made = _Row()
    for role in ordered:
        begin = len(made.tokens)
        for number, sample in enumerate(samples):
            made.add(wanted_spans(sample, role), number, context.pieces[number], device)
        if len(made.tokens) > begin:
            made.parts.append((role, begin, len(made.tokens)))
    return SpanRow(
        context,
        torch.tensor([made.tokens], dtype=torch.long, device=device),
        torch.tensor([made.positions], dtype=torch.long, device=device),
        tuple(made.runs),
        tuple(made.parts),
        made.targets.tensors(device),
    )


class _Row:
    """A row that grows run by run."""

    def __init__(self) -> None:
        self.tokens: list[int] = []
        self.positions: list[int] = []
        self.runs: list[Run] = []
        self.parts: list[tuple[Role, int, int]] = []
        self.targets = TargetList()

    def add(self, spans: Sequence[Span], sample: int, piece: tuple[int, int], device: torch.device | str) -> None:
        """Add one role's spans of one sample, in runs of neighbours: a run sees the frozen tokens up to its last span."""
        limit = RUN_TOKENS[torch.device(device).type == "cuda"]
        run: list[Span] = []
        for span in spans:
            if run and sum(one.stop for one in run) + span.stop > limit:
                self._add_run(run, sample, piece, device)
                run = []
            run.append(span)
        if run:
            self._add_run(run, sample, piece, device)

    def _add_run(self, spans: Sequence[Span], sample: int, piece: tuple[int, int], device: torch.device | str) -> None:
        begin = len(self.tokens)
        copies: list[int] = []
        starts: list[int] = []
        for number, span in enumerate(spans):
            self.targets.add(span, len(self.tokens), sample)
            self.tokens += span.tokens[: span.stop]
            self.positions += range(span.position, span.position + span.stop)
            copies += [number] * span.stop
            starts += [span.position] * span.stop
        seen = max(span.position for span in spans)
        self.runs.append(
            Run(
                begin,
                len(self.tokens),
                piece[0],
                piece[0] + seen,
                torch.tensor(self.positions[begin:], device=device),
                torch.tensor(copies, device=device),
                torch.tensor(starts, device=device),
            )
        )
