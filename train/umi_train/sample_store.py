"""The samples of a data set on disk, as three arrays that are mapped into memory: gigabytes of tokens take no room.

    tokens.npy    int32, all tokens one after the other
    records.npy   (n_records, 2): the first of a record's samples, and how many it has
    samples.npy   (n_samples, 5): where its context begins in tokens.npy, its length, the first of its spans, how many, inline
    spans.npy     (n_spans, 6): role, position, where its tokens begin in tokens.npy, their number, target, stop
    facts.json    what was read, kept and left out, and the records' ids

Spans that are pieces of their context share its tokens.
"""

from __future__ import annotations

import json
import shutil
from array import array
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from umi_local.folders import storage_error
from umi_local.jsonable import JsonableError, from_jsonable, to_jsonable
from umi_local.messages import Role
from umi_train.labels import Sample, Span
from umi_train.packing import ROLES

FACTS = "facts.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceCount:
    """How many records of one source were kept."""

    name: str
    license: str
    records: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StoreFacts:
    """What a store was made of.

    Attributes:
        records: Kept.
        skipped: Left out, by reason.
        tokens: Of all contexts and of what branches off them.
        targets: Tokens to be learned, by role.
        longest: Tokens of the longest text.
    """

    records: int
    tokens: int
    longest: int
    targets: dict[str, int]
    skipped: dict[str, int]
    sources: tuple[SourceCount, ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """A record's samples on their way into a store."""

    record_id: str
    samples: tuple[Sample, ...]
    source: str = ""
    license: str = ""


class SampleStore:
    """Records' samples, read from disk when they are wanted."""

    def __init__(self, folder: Path) -> None:
        facts = json.loads((folder / FACTS).read_text(encoding="utf-8"))
        self.facts: StoreFacts = from_jsonable(StoreFacts, facts["facts"])
        self._ids: list[str] = facts["ids"]
        self._tokens, self._records, self._samples, self._spans = (
            np.load(folder / f"{name}.npy", mmap_mode="r") for name in ("tokens", "records", "samples", "spans")
        )

    def __len__(self) -> int:
        return len(self._records)

    def record_id(self, number: int) -> str:
        """Return a record's own id."""
        return self._ids[number]

    def samples(self, number: int) -> tuple[Sample, ...]:
        """Return a record's samples."""
        first, count = (int(value) for value in self._records[number])
        return tuple(self._sample(i) for i in range(first, first + count))

    def n_targets(self, number: int, role: Role) -> int:
        """Return how many tokens of a record a role must say."""
        first, count = (int(value) for value in self._records[number])
        rows = self._samples[first : first + count]
        spans = np.concatenate([self._spans[row[2] : row[2] + row[3]] for row in rows])
        return int((spans[:, 5] - spans[:, 4])[spans[:, 0] == ROLES.index(role)].sum())

    def _sample(self, number: int) -> Sample:
        begin, length, first, count, inline = (int(value) for value in self._samples[number])
        spans = tuple(self._span(row) for row in self._spans[first : first + count])
        return Sample(self._tokens_at(begin, length), spans, bool(inline))

    def _span(self, row: Any) -> Span:
        role, position, begin, length, target, stop = (int(value) for value in row)
        return Span(ROLES[role], position, self._tokens_at(begin, length), target, stop)

    def _tokens_at(self, begin: int, length: int) -> tuple[int, ...]:
        return tuple(self._tokens[begin : begin + length].tolist())


def open_store(folder: Path) -> SampleStore | None:
    """Return the store in a folder, or None where there is none that is whole."""
    try:
        return SampleStore(folder)
    except (OSError, ValueError, KeyError, JsonableError):
        return None


def write_store(folder: Path, entries: Iterable[Entry | str], *, max_tokens: int) -> SampleStore:
    """Write a store, in place of what is in the folder, and open it.

    Args:
        entries: Records' samples; a text stands for a record that was left out, and says why.
        max_tokens: Records with a longer text are left out.

    Raises:
        StorageError: It can't be written; the folder is then left without a store.
    """
    staging = folder.with_name(f".{folder.name}.tmp")
    try:
        for old in (staging, folder):
            if old.exists():
                shutil.rmtree(old)
        staging.mkdir(parents=True)
        _Writer(staging).write(entries, max_tokens)
        staging.replace(folder)
    except OSError as error:
        with suppress(OSError):
            shutil.rmtree(staging)
        raise storage_error(folder, error) from error
    return SampleStore(folder)


class _Writer:
    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._n_tokens = 0
        self._records: list[tuple[int, int]] = []
        self._samples: list[tuple[int, ...]] = []
        self._spans: list[tuple[int, ...]] = []
        self._ids: list[str] = []
        self._skipped: dict[str, int] = {}
        self._sources: dict[tuple[str, str], int] = {}
        self._longest = 0

    def write(self, entries: Iterable[Entry | str], max_tokens: int) -> None:
        raw = self._folder / "tokens.raw"
        with raw.open("wb") as file:
            for tokens in self._kept(entries, max_tokens):
                array("i", tokens).tofile(file)
        n_tokens = self._n_tokens
        written = np.memmap(raw, np.int32, "r", shape=(n_tokens,)) if n_tokens else np.zeros(0, np.int32)
        np.save(self._folder / "tokens.npy", written)
        del written  # so that Windows lets the file go
        raw.unlink()
        for name, rows, width in (
            ("records", self._records, 2),
            ("samples", self._samples, 5),
            ("spans", self._spans, 6),
        ):
            np.save(self._folder / f"{name}.npy", np.array(rows, np.int64).reshape(-1, width))
        content = {"facts": to_jsonable(self._facts()), "ids": self._ids}
        (self._folder / FACTS).write_text(json.dumps(content), encoding="utf-8")

    def _kept(self, entries: Iterable[Entry | str], max_tokens: int) -> Iterator[tuple[int, ...]]:
        """Yield the tokens of everything that is kept, and note where they stand."""
        for entry in entries:
            reason = entry if isinstance(entry, str) else _objection(entry, max_tokens)
            if isinstance(entry, str) or reason:
                self._skipped[reason] = self._skipped.get(reason, 0) + 1
                continue
            self._records.append((len(self._samples), len(entry.samples)))
            self._ids.append(entry.record_id)
            source = (entry.source, entry.license)
            self._sources[source] = self._sources.get(source, 0) + 1
            for sample in entry.samples:
                yield from self._add(sample)

    def _add(self, sample: Sample) -> Iterator[tuple[int, ...]]:
        context = self._n_tokens
        self._longest = max(self._longest, sample.n_tokens)
        self._samples.append((context, len(sample.context), len(self._spans), len(sample.spans), int(sample.inline)))
        self._n_tokens += len(sample.context)
        yield sample.context
        for span in sample.spans:
            begin = context + span.position if sample.inline else self._n_tokens
            row = (ROLES.index(span.role), span.position, begin, len(span.tokens), span.target, span.stop)
            self._spans.append(row)
            if not sample.inline:
                self._n_tokens += len(span.tokens)
                yield span.tokens

    def _facts(self) -> StoreFacts:
        targets = {role.value: 0 for role in ROLES}
        for role, *_, target, stop in self._spans:
            targets[ROLES[role].value] += stop - target
        return StoreFacts(
            records=len(self._records),
            tokens=self._n_tokens,
            longest=self._longest,
            targets=targets,
            skipped=dict(sorted(self._skipped.items())),
            sources=tuple(
                SourceCount(name=name, license=license, records=n)
                for (name, license), n in sorted(self._sources.items())
            ),
        )


def _objection(entry: Entry, max_tokens: int) -> str:
    if not any(sample.spans for sample in entry.samples):
        return "no role says anything"
    if any(sample.n_tokens > max_tokens for sample in entry.samples):
        return f"longer than {max_tokens:,} tokens"
    return ""
