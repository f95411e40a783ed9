"""What a set of records holds, counted in one pass: records, turns, decisions, tools, characters, tokens.

A tool is *seen* where a record of the split `train` offers it; calls of other tools in `dev` and `test` are unseen, which is
what a test of generalization needs.
"""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from umi_local.messages import CallerTurn, JsonValue, PlannerTurn, SummarizerTurn, ToolTurn, Trajectory, Turn, UserTurn
from umi_local.records.lengths import Measure
from umi_local.records.record import SPLITS, Record

N_COMMONEST = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Statistics:
    """Counts over records.

    Attributes:
        turns: By who speaks.
        decisions: The planner's, by value.
        calls_by_tool: How often each tool is called, by name.
        unseen_calls: Calls by split, of tools that no record of `train` offers.
        n_calls: Calls by record: 0 for plain chat.
        silent: Planner turns without a rationale.
        without_loss: Role turns that are context only.
        chars: Characters of each record's turns, ascending.
        tokens: Tokens of each record, ascending; empty where nothing measured them.
        targets: Tokens to learn, by role.
    """

    n_records: int
    splits: Counter[str]
    sources: Counter[str]
    licenses: Counter[str]
    turns: Counter[str]
    decisions: Counter[str]
    offered: frozenset[str]
    calls_by_tool: Counter[str]
    calls_by_split: Counter[str]
    unseen_calls: Counter[str]
    n_calls: Counter[int]
    errors: int
    silent: int
    without_loss: int
    unfinished: int
    chars: array[int]
    tokens: array[int]
    targets: Counter[str]

    def rows(self) -> list[tuple[str, str]]:
        """Return names and values for a table."""
        rows = [
            ("records", f"{self.n_records:,}{_shares(self.splits)}"),
            ("turns", f"{self.turns.total():,}{_shares(self.turns)}"),
            ("decisions", f"{self.decisions.total():,}{_shares(self.decisions)}"),
            (
                "calls",
                f"{self.turns['caller']:,}, of {len(self.calls_by_tool):,} of {len(self.offered):,} tools on offer",
            ),
            ("calls per record", _listed(sorted(self.n_calls.items()))),
            ("calls of unseen tools", self._unseen()),
            ("most called", _listed(self.calls_by_tool.most_common(N_COMMONEST))),
            ("tool errors", f"{self.errors:,}"),
            ("planner turns without a rationale", f"{self.silent:,}"),
            ("role turns without loss", f"{self.without_loss:,}"),
            ("records without an end", f"{self.unfinished:,}"),
            ("characters per record", _spread(self.chars)),
        ]
        if self.tokens:
            rows += [
                ("tokens per record", _spread(self.tokens)),
                ("tokens to learn", f"{self.targets.total():,}{_shares(self.targets)}"),
            ]
        rows += [("source", f"{name}: {n:,}") for name, n in self.sources.most_common()]
        return rows + [("licence", f"{name}: {n:,}") for name, n in self.licenses.most_common()]

    def to_json(self) -> dict[str, JsonValue]:
        """Return the counts as JSON."""
        return {
            "records": self.n_records,
            "splits": dict(self.splits),
            "sources": dict(self.sources),
            "licenses": dict(self.licenses),
            "turns": dict(self.turns),
            "decisions": dict(self.decisions),
            "tools": {"offered": len(self.offered), "called": dict(self.calls_by_tool.most_common())},
            "calls_by_split": dict(self.calls_by_split),
            "unseen_calls": dict(self.unseen_calls),
            "calls_per_record": {str(n): count for n, count in sorted(self.n_calls.items())},
            "tool_errors": self.errors,
            "planner_turns_without_rationale": self.silent,
            "role_turns_without_loss": self.without_loss,
            "unfinished": self.unfinished,
            "chars": quantiles(self.chars),
            "tokens": quantiles(self.tokens),
            "target_tokens": dict(self.targets),
        }

    def _unseen(self) -> str:
        parts = [
            f"{split} {self.unseen_calls[split]:,} of {self.calls_by_split[split]:,}"
            for split in SPLITS[1:]
            if self.calls_by_split[split]
        ]
        return ", ".join(parts) or "no dev or test record calls a tool"


@dataclass(slots=True)
class _Tally:
    """Counts while records go by."""

    measure: Measure | None
    counts: dict[str, Counter[str]] = field(default_factory=dict)
    numbers: Counter[str] = field(default_factory=Counter)
    n_calls: Counter[int] = field(default_factory=Counter)
    calls: dict[str, Counter[str]] = field(default_factory=lambda: {split: Counter() for split in SPLITS})
    offered: dict[str, set[str]] = field(default_factory=lambda: {split: set() for split in SPLITS})
    chars: array[int] = field(default_factory=lambda: array("Q"))
    tokens: array[int] = field(default_factory=lambda: array("Q"))

    def __post_init__(self) -> None:
        self.counts = {name: Counter() for name in ("splits", "sources", "licenses", "turns", "decisions", "targets")}

    def add(self, record: Record) -> None:
        trajectory, no_loss = record.trajectory, record.no_loss
        self.counts["splits"][record.split] += 1
        self.counts["sources"][record.source] += 1
        self.counts["licenses"][record.license] += 1
        self.offered[record.split] |= {tool.name for tool in trajectory.tools}
        for i, turn in enumerate(trajectory.turns):
            self.counts["turns"][turn.type] += 1
            self.numbers["without_loss"] += i in no_loss
            self._add_turn(turn, record.split)
        self.n_calls[sum(isinstance(turn, CallerTurn) for turn in trajectory.turns)] += 1
        self.numbers["unfinished"] += record.is_unfinished
        self.chars.append(_n_chars(trajectory))
        if self.measure is not None:
            length = self.measure(record)
            self.tokens.append(length.total)
            self.counts["targets"].update({role.value: n for role, n in length.targets.items()})

    def _add_turn(self, turn: Turn, split: str) -> None:
        match turn:
            case PlannerTurn(rationale, decision):
                self.counts["decisions"][decision.value] += 1
                self.numbers["silent"] += not rationale.strip()
            case CallerTurn(call):
                self.calls[split][call.name] += 1
            case ToolTurn(observation):
                self.numbers["errors"] += observation.is_error
            case _:
                pass


def statistics(records: Iterable[Record], *, measure: Measure | None = None) -> Statistics:
    """Count what records hold, in one pass; 16 bytes a record and the tools' names are kept.

    Args:
        measure: Counts tokens; without it characters are counted only.
    """
    tally = _Tally(measure)
    for record in records:
        tally.add(record)
    seen = tally.offered["train"]
    unseen = Counter(
        {split: sum(n for name, n in calls.items() if name not in seen) for split, calls in tally.calls.items()}
    )
    return Statistics(
        n_records=len(tally.chars),
        offered=frozenset().union(*tally.offered.values()),
        calls_by_tool=sum(tally.calls.values(), Counter[str]()),
        calls_by_split=Counter({split: calls.total() for split, calls in tally.calls.items()}),
        unseen_calls=Counter({split: unseen[split] for split in SPLITS[1:]}),
        n_calls=tally.n_calls,
        errors=tally.numbers["errors"],
        silent=tally.numbers["silent"],
        without_loss=tally.numbers["without_loss"],
        unfinished=tally.numbers["unfinished"],
        chars=array("Q", sorted(tally.chars)),
        tokens=array("Q", sorted(tally.tokens)),
        **tally.counts,
    )


def quantiles(ascending: array[int]) -> dict[str, int]:
    """Return sum, least, median, 90th and 99th percentile and greatest of numbers in ascending order; empty for none."""
    if not ascending:
        return {}
    last = len(ascending) - 1
    at = {"min": 0.0, "median": 0.5, "p90": 0.9, "p99": 0.99, "max": 1.0}
    return {"sum": sum(ascending), **{name: ascending[round(share * last)] for name, share in at.items()}}


def _n_chars(trajectory: Trajectory) -> int:
    n_chars = 0
    for turn in trajectory.turns:
        match turn:
            case UserTurn(text) | SummarizerTurn(text):
                n_chars += len(text)
            case PlannerTurn(rationale=rationale):
                n_chars += len(rationale)
            case ToolTurn(observation):
                n_chars += len(observation.text)
            case CallerTurn(call):
                n_chars += len(call.name) + len(str(call.arguments))
    return n_chars


def _spread(ascending: array[int]) -> str:
    found = quantiles(ascending)
    return ", ".join(f"{name} {value:,}" for name, value in found.items()) or "none"


def _shares(counts: Counter[str]) -> str:
    listed = _listed((name, n) for name, n in counts.most_common() if n)
    return f" ({listed})" if listed else ""


def _listed(pairs: Iterable[tuple[object, int]]) -> str:
    return ", ".join(f"{name} {n:,}" for name, n in pairs) or "none"
