"""From files of records to samples: read, tokenized once, kept in the output folder until data or tokenizer change."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from umi_local.records import Record, Split, read_records
from umi_local.records.findings import Schemas, findings
from umi_local.records.lines import unreadable
from umi_train.config import DataConfig
from umi_train.errors import NoDataError
from umi_train.labels import Labeller
from umi_train.sample_store import Entry, SampleStore, open_store, write_store

OTHER_SPLIT = "of another split"

OnRecords = Callable[[str, int], None]
"""Gets what is being tokenized and how many records of it are done."""


@dataclass(frozen=True, slots=True)
class DataSet:
    """A store, and what it was made of.

    Attributes:
        identity: Changes with the records, the profile, the vocabulary and the limits.
    """

    store: SampleStore
    identity: str


def prepare(
    paths: Sequence[Path],
    splits: Sequence[Split],
    labeller: Labeller,
    config: DataConfig,
    folder: Path,
    *,
    on_records: OnRecords | None = None,
) -> DataSet:
    """Return the samples of files' records, tokenizing them unless that has been done.

    Args:
        splits: Only records of these.
        folder: Where the store goes; its last part names the data set for people.

    Raises:
        RecordFileError: A file can't be read, or a line isn't a record.
        StorageError: The store can't be written.
    """
    identity = _identity(paths, splits, labeller, config)
    place = folder.with_name(f"{folder.name}-{identity[:16]}")
    store = open_store(place)
    if store is None:
        shown = _counted(_entries(paths, splits, labeller), folder.name, on_records)
        store = write_store(place, shown, max_tokens=config.max_tokens)
    return DataSet(store, identity)


def check_not_empty(data: DataSet, paths: Sequence[Path]) -> None:
    """Refuse an empty data set.

    Raises:
        NoDataError: Nothing was kept; the message says what was left out.
    """
    if len(data.store):
        return
    skipped = "".join(f"\n  {count:,} records: {reason}" for reason, count in data.store.facts.skipped.items())
    raise NoDataError(
        f"there is nothing to train on in {', '.join(map(str, paths))}{':' if skipped else ''}{skipped}",
        hint="Check `train`, `max_tokens` and the records' splits; `umi train data stats FILE` counts them.",
    )


def _entries(paths: Iterable[Path], splits: Sequence[Split], labeller: Labeller) -> Iterator[Entry | str]:
    schemas = Schemas()
    for path in paths:
        for number, record in enumerate(read_records(path), 1):
            yield _entry(record, f"{path.name}:{number}", splits, labeller, schemas)


def _entry(record: Record, place: str, splits: Sequence[Split], labeller: Labeller, schemas: Schemas) -> Entry | str:
    """Return a record's samples, or why it is left out."""
    if record.split not in splits:
        return OTHER_SPLIT
    wrong = next(findings(record, schemas), None)
    if wrong is not None:
        return wrong.kind
    samples = labeller.samples(record.trajectory, record.no_loss)
    return Entry(record.id or place, samples, record.source, record.license)


def _counted(entries: Iterable[Entry | str], name: str, on_records: OnRecords | None) -> Iterator[Entry | str]:
    for done, entry in enumerate(entries, 1):
        yield entry
        if on_records is not None and done % 64 == 0:
            on_records(name, done)


def _identity(paths: Sequence[Path], splits: Sequence[Split], labeller: Labeller, config: DataConfig) -> str:
    """Return what the samples depend on, as one hash: the files' contents, and how a probe is written and tokenized."""
    facts = {
        "files": [digest(path) for path in paths],
        "splits": list(splits),
        "profile": config.profile,
        "markers": config.markers,
        "max_tokens": config.max_tokens,
        "vocabulary": labeller.probe(),
    }
    return hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()


def digest(path: Path) -> str:
    """Return the SHA-256 of a file.

    Raises:
        RecordFileError: It can't be read.
    """
    try:
        with path.open("rb") as file:
            found = hashlib.sha256()
            while chunk := file.read(1 << 20):
                found.update(chunk)
    except OSError as error:
        raise unreadable(path, error) from error
    return found.hexdigest()
