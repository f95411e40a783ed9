"""Mix files of records by weights: one stream, deterministic by seed, whatever doesn't belong in it counted and left out.

Of every source, in this order: records of other splits are left out, then unsound ones, those of a share that isn't wanted,
duplicates, those that are held out, and those of the wrong length. A duplicate says the same users' words (case, punctuation
and blanks aside), decisions and calls as a record before it. Held out is, when `train` is mixed, whatever is in `dev` or
`test` of any source, and always what is in the files of `held_out`.

Records are drawn from the sources by weight, and within a source through a buffer, so that memory is bounded by
`shuffle_buffer` records a source, a few dozen bytes for each record kept, and the tools of `distractors`.
"""

from __future__ import annotations

import hashlib
import json
import random
import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TypeAlias

from umi_local.jsonable import to_jsonable
from umi_local.messages import CallerTurn, JsonValue, PlannerTurn, UserTurn
from umi_local.records import Record, read_records
from umi_local.records.findings import Schemas, findings
from umi_local.records.lengths import Measure
from umi_local.records.lines import OnBytes
from umi_train.distractors import ToolPool
from umi_train.errors import NoDataError
from umi_train.mix_config import MixConfig, MixSource

OnFile: TypeAlias = Callable[[Path], OnBytes]

_NOT_WORDS = re.compile(r"[\W_]+")


@dataclass(slots=True)
class MixReport:
    """What became of the records: read, drawn, and left out by reason, for each source."""

    read: Counter[str] = field(default_factory=Counter)
    drawn: Counter[str] = field(default_factory=Counter)
    left_out: dict[str, Counter[str]] = field(default_factory=dict)
    with_distractors: int = 0

    def leave_out(self, source: str, reason: str) -> None:
        """Count a record that is left out."""
        self.left_out.setdefault(source, Counter())[reason] += 1

    @property
    def n_records(self) -> int:
        """Records in the mix."""
        return self.drawn.total()

    def rows(self) -> list[tuple[str, str, str, str]]:
        """Return source, read, drawn, and reasons with counts, for a table."""
        return [
            (
                source,
                f"{n:,}",
                f"{self.drawn[source]:,}",
                ", ".join(
                    f"{reason}: {count:,}" for reason, count in self.left_out.get(source, Counter()).most_common()
                ),
            )
            for source, n in self.read.items()
        ]

    def to_json(self) -> dict[str, JsonValue]:
        """Return the counts as JSON."""
        return {
            "records": self.n_records,
            "sources": {
                source: {"read": n, "drawn": self.drawn[source], "left_out": dict(self.left_out.get(source, {}))}
                for source, n in self.read.items()
            },
            "with_distractors": self.with_distractors,
        }


def mix(
    config: MixConfig,
    report: MixReport | None = None,
    *,
    measure: Measure | None = None,
    on_bytes: OnFile | None = None,
) -> Iterator[Record]:
    """Yield the records of a mix.

    Args:
        measure: Measures lengths; needed where the configuration limits them.
        on_bytes: Returns what gets how far a file was read; files are read once to know what is held out, once to mix.

    Raises:
        RecordFileError: A source can't be read.
        NoDataError: Nothing is left; the message counts why.
    """
    report = report if report is not None else MixReport()
    mixer = _Mixer(config, report, measure, on_bytes)
    yield from mixer.records()
    if not report.n_records:
        reasons = sum(report.left_out.values(), Counter[str]())
        listed = "".join(f"\n  {n:,} records: {reason}" for reason, n in reasons.most_common())
        raise NoDataError(
            f"the mix is empty{':' if listed else ''}{listed}", hint="Check the split, the limits and the sources."
        )


def content_key(record: Record) -> bytes:
    """Return a hash of what makes two records duplicates: the users' words, the decisions and the calls."""
    parts: list[JsonValue] = []
    for turn in record.trajectory.turns:
        match turn:
            case UserTurn(text):
                parts.append(_NOT_WORDS.sub(" ", text.casefold()).strip())
            case PlannerTurn(decision=decision):
                parts.append([decision.value])
            case CallerTurn(call):
                parts.append({call.name: to_jsonable(call.arguments)})
            case _:
                pass
    text = json.dumps(parts, sort_keys=True, separators=(",", ":"))
    return hashlib.blake2b(text.encode(), digest_size=16).digest()


class _Mixer:
    """Draws from sources."""

    def __init__(self, config: MixConfig, report: MixReport, measure: Measure | None, on_bytes: OnFile | None) -> None:
        self._config, self._report, self._measure, self._on_bytes = config, report, measure, on_bytes
        self._schemas = Schemas()
        self._held_out: set[bytes] = set()
        self._seen: set[bytes] = set()
        self._ids: Counter[bytes] = Counter()
        self._pool = ToolPool(config.seed)

    def records(self) -> Iterator[Record]:
        """Yield the mix."""
        self._look_through()
        draw = random.Random(f"mix/{self._config.seed}").random
        streams = [(source, self._stream(source, n)) for n, source in enumerate(self._config.source)]
        while streams and self._report.n_records != self._config.n_records:
            source, stream = streams[_weighted(draw(), [source.weight for source, _ in streams])]
            record = next(stream, None)
            if record is None:
                streams = [pair for pair in streams if pair[1] is not stream]
                continue
            self._report.drawn[str(source.path)] += 1
            yield self._with_own_id(record)

    def _look_through(self) -> None:
        """Read everything once: what is held out from training, and the tools for distractors."""
        config = self._config
        needs_pool = any(source.distractors for source in config.source)
        if config.split == "train" or needs_pool:
            for source in config.source:
                for record in read_records(source.path, on_bytes=self._bar(source.path)):
                    if record.split == config.split:
                        self._pool.add(record.trajectory.tools if needs_pool else ())
                    elif config.split == "train":
                        self._held_out.add(content_key(record))
        for path in config.held_out:
            self._held_out.update(map(content_key, read_records(path, on_bytes=self._bar(path))))

    def _stream(self, source: MixSource, number: int) -> Iterator[Record]:
        """Yield a source's records in a shuffled order, again and again where it repeats."""
        kept: set[int] = set()
        draw = random.Random(f"shuffle/{self._config.seed}/{number}").random
        yield from _shuffled(self._first_pass(source, kept), self._config.shuffle_buffer, draw)
        round_ = 1
        while source.repeat and kept:
            round_ += 1
            again = self._later_pass(source, kept, f"{self._config.seed}/{round_}")
            yield from _shuffled(again, self._config.shuffle_buffer, draw)

    def _first_pass(self, source: MixSource, kept: set[int]) -> Iterator[Record]:
        name = str(source.path)
        for n, record in enumerate(read_records(source.path, on_bytes=self._bar(source.path))):
            self._report.read[name] += 1
            shown = self._pool.draw(record, source.distractors, seed=f"{self._config.seed}/1")
            reason = self._reason_to_leave_out(record, shown, source)
            if reason:
                self._report.leave_out(name, reason)
                continue
            self._report.with_distractors += shown is not record
            if source.repeat:
                kept.add(n)
            yield shown

    def _later_pass(self, source: MixSource, kept: set[int], seed: str) -> Iterator[Record]:
        for n, record in enumerate(read_records(source.path)):
            if n in kept:
                yield self._pool.draw(record, source.distractors, seed=seed)

    def _reason_to_leave_out(self, record: Record, shown: Record, source: MixSource) -> str:
        """Return why a record isn't in the mix, or nothing; one that is counts as seen."""
        config = self._config
        if record.split != config.split:
            return f"of the split {record.split!r}"
        found = next(findings(record, self._schemas), None)
        if found is not None:
            return f"unsound: {found.kind}"
        if _share(f"{config.seed}/{record.id}") >= source.keep:
            return f"not in the share of {source.keep:g}"
        key = content_key(record)
        if config.deduplicate and key in self._seen:
            return "a duplicate"
        if key in self._held_out:
            return "held out for dev or test"
        if self._measure is not None and (reason := self._wrong_length(self._measure(shown).total)):
            return reason
        self._seen.add(key)
        return ""

    def _wrong_length(self, n_tokens: int) -> str:
        config = self._config
        if config.max_tokens is not None and n_tokens > config.max_tokens:
            return f"longer than {config.max_tokens:,} tokens"
        return f"shorter than {config.min_tokens:,} tokens" if n_tokens < config.min_tokens else ""

    def _bar(self, path: Path) -> OnBytes | None:
        return self._on_bytes(path) if self._on_bytes is not None else None

    def _with_own_id(self, record: Record) -> Record:
        """Return the record with an id that no other in the mix has."""
        key = hashlib.blake2b(record.id.encode("utf-8", "surrogatepass"), digest_size=8).digest()
        self._ids[key] += 1
        return record if self._ids[key] == 1 else replace(record, id=f"{record.id}#{self._ids[key]}")


def _shuffled(records: Iterator[Record], n_held: int, draw: Callable[[], float]) -> Iterator[Record]:
    """Yield records in a random order, as far as a buffer of `n_held` allows."""
    held: list[Record] = []
    for record in records:
        held.append(record)
        if len(held) > n_held:
            yield _taken(held, draw())
    while held:
        yield _taken(held, draw())


def _taken(held: list[Record], at: float) -> Record:
    """Take one out, in constant time."""
    n = int(at * len(held))
    held[n], held[-1] = held[-1], held[n]
    return held.pop()


def _weighted(at: float, weights: list[float]) -> int:
    """Return the number of the weight in whose part of the sum a point from 0 to 1 lies."""
    left = at * sum(weights)
    for n, weight in enumerate(weights):
        left -= weight
        if left < 0:
            return n
    return len(weights) - 1


def _share(text: str) -> float:
    """Return a number from 0 to below 1 that a text always has."""
    digest = hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest, "big") / 2**64
