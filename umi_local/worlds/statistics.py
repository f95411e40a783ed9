"""What a set of records holds: counts by kind, family, calls and register, and how long things are."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from umi_local.messages import PlannerTurn, SummarizerTurn, ToolSpec, ToolTurn, UserTurn
from umi_local.worlds.tasks import Record


@dataclass(frozen=True, slots=True, kw_only=True)
class Length:
    """How long something is: the median, nineteen of twenty, and the longest."""

    median: float
    p95: float
    longest: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Statistics:
    """Counts and lengths over records.

    Attributes:
        by_kind: Records by kind and variant: "recover: retry".
        by_calls: Records by the number of calls.
        n_wordings: Different wordings of any turn.
        lengths: By what is measured, with its unit: "rationale (words)".
    """

    n_records: int
    by_kind: Mapping[str, int]
    by_family: Mapping[str, int]
    by_calls: Mapping[int, int]
    by_register: Mapping[str, int]
    n_intents: int
    n_tool_names: int
    n_wordings: int
    lengths: Mapping[str, Length]

    def rows(self) -> Iterator[tuple[str, str, str]]:
        """Yield section, name and value of everything, to be shown as a table."""
        for name in ("n_records", "n_intents", "n_tool_names", "n_wordings"):
            yield "all", name.removeprefix("n_").replace("_", " "), f"{getattr(self, name):,}"
        for section in ("by_kind", "by_family", "by_calls", "by_register"):
            for name, count in getattr(self, section).items():
                yield section.removeprefix("by_"), str(name), f"{count:,}"
        for name, length in self.lengths.items():
            yield "length", name, f"{length.median:g} / {length.p95:g} / {length.longest:g}"


def statistics(records: Iterable[Record]) -> Statistics:
    """Return counts and lengths; records are looked at once and not kept."""
    kinds: Counter[str] = Counter()
    families: Counter[str] = Counter()
    calls: Counter[int] = Counter()
    registers: Counter[str] = Counter()
    intents: set[tuple[str, str]] = set()
    tools: set[str] = set()
    wordings: set[str] = set()
    lengths: dict[str, Counter[int]] = {}
    for record in records:
        kinds[f"{record.kind.value}: {record.variant}" if record.variant else record.kind.value] += 1
        families[record.family] += 1
        calls[record.n_calls] += 1
        registers[record.register.value] += 1
        intents.add((record.family, record.intent))
        tools.update(tool.name for tool in record.trajectory.tools)
        wordings.update(record.wordings)
        for name, length in _measured(record):
            lengths.setdefault(name, Counter())[length] += 1
    return Statistics(
        n_records=kinds.total(),
        by_kind=dict(kinds.most_common()),
        by_family=dict(families.most_common()),
        by_calls=dict(sorted(calls.items())),
        by_register=dict(registers.most_common()),
        n_intents=len(intents),
        n_tool_names=len(tools),
        n_wordings=len(wordings),
        lengths={name: _length(counts) for name, counts in sorted(lengths.items())},
    )


def _measured(record: Record) -> Iterator[tuple[str, int]]:
    yield "tools on offer", len(record.trajectory.tools)
    yield "tools (characters)", sum(map(_tool_chars, record.trajectory.tools))
    for turn in record.trajectory.turns:
        match turn:
            case UserTurn(text):
                yield "question (words)", len(text.split())
            case PlannerTurn(rationale):
                yield "rationale (words)", len(rationale.split())
            case ToolTurn(observation):
                yield "observation (characters)", len(observation.text)
            case SummarizerTurn(text):
                yield "answer (words)", len(text.split())
            case _:
                pass


def _tool_chars(tool: ToolSpec) -> int:
    return len(tool.name) + len(tool.description) + len(json.dumps(tool.parameters, separators=(",", ":")))


def _length(counts: Counter[int]) -> Length:
    return Length(median=_quantile(counts, 0.5), p95=_quantile(counts, 0.95), longest=max(counts))


def _quantile(counts: Counter[int], share: float) -> int:
    place = share * (counts.total() - 1)
    for value in sorted(counts):
        place -= counts[value]
        if place < 0:
            return value
    raise AssertionError("the counts make up the total")
