"""The records that a reproduction trains on, in two halves that share no instruction.

Every system sees the same ones: what one profile's texts would be too long for is left out for all of them, and so is what is
among the records to evaluate on. The halves hold nearly equally many records, are the same for every seed, and are written
once; `prepared.json` beside them says what they were made of.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from umi_local.folders import atomic_write
from umi_local.jsonable import JsonableError, from_jsonable, to_jsonable
from umi_local.messages import JsonValue, UserTurn
from umi_local.records import Record, read_records, write_records
from umi_local.records.findings import Schemas, findings
from umi_local.records.lengths import Length
from umi_train.config import TrainConfig
from umi_train.data import OTHER_SPLIT, digest
from umi_train.errors import NoDataError, ResumeError
from umi_train.measuring import measure_for
from umi_train.mixing import content_key
from umi_train.reproduce.config import Reproduction
from umi_train.reproduce.material import test_records
from umi_train.reproduce.places import Place, check_same

FACTS = "prepared.json"

OnRecords = Callable[[str, int], None]
"""Gets what is being read and how many records of it are done."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """What the halves follow from.

    Attributes:
        files: Hashes of the files of training records, in order.
        test: A hash of the records to evaluate on.
        base: Whose vocabulary lengths are measured in.
    """

    files: tuple[str, ...]
    test: str
    base: str
    profiles: tuple[str, ...]
    markers: str
    max_tokens: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """The halves, and how they came about.

    Attributes:
        records: In each half.
        targets: Tokens that a role must say in both halves together, by profile and role.
        left_out: By reason.
        identity: A hash of what is in them.
    """

    sources: Sources
    records: tuple[int, int]
    targets: dict[str, dict[str, int]]
    left_out: dict[str, int]
    identity: str


def prepare_halves(given: Reproduction, *, on_records: OnRecords | None = None) -> Prepared:
    """Write the halves, unless they are there.

    Raises:
        RecordFileError: A file can't be read, or a line isn't a record.
        ResumeError: There are halves of other records.
        NoDataError: There is nothing to train on in one of the halves.
        StorageError: They can't be written.
    """
    place = Place(given.train.out)
    test = list(test_records(given.plan))
    sources = _sources(given.train, test)
    known = _known(place)
    if known is not None:
        check_same(place.records, _plain(known.sources), _plain(sources))
        return known
    prepared = _Preparing(given.train, sources, test, on_records or (lambda name, done: None)).write(place)
    atomic_write(place.records / FACTS, json.dumps(to_jsonable(prepared), indent=2).encode())
    return prepared


def half_of(sizes: Iterable[tuple[bytes, int]]) -> dict[bytes, int]:
    """Return the half, 0 or 1, of each instruction: in the order of their hashes, each to the half with fewer records.

    Args:
        sizes: The hash of each instruction, and how many records it has.
    """
    held, halves = [0, 0], {}
    for key, size in sorted(sizes):
        half = int(held[1] < held[0])
        halves[key] = half
        held[half] += size
    return halves


def instruction_key(record: Record) -> bytes:
    """Return a hash of what the user says first: records with the same instruction belong to the same half."""
    asked = next((turn.text for turn in record.trajectory.turns if isinstance(turn, UserTurn)), "")
    words = " ".join(asked.casefold().split())
    return hashlib.blake2b(words.encode("utf-8", "surrogatepass"), digest_size=16).digest()


class _Preparing:
    """Reads the training records twice: to see which are used and how they are dealt out, and to write them."""

    def __init__(self, config: TrainConfig, sources: Sources, test: Sequence[Record], on_records: OnRecords) -> None:
        self._config, self._sources, self._on_records = config, sources, on_records
        self._held_out = {content_key(record) for record in test}
        self._left_out: Counter[str] = Counter()
        self._sizes: Counter[bytes] = Counter()
        self._used = bytearray()
        self._targets = {profile: Counter[str]() for profile in sources.profiles}

    def write(self, place: Place) -> Prepared:
        self._look()
        dealt, files = half_of(self._sizes.items()), place.halves("all")
        counts = [write_records(path, self._half(n, dealt)) for n, path in enumerate(files)]
        if not all(counts):
            raise NoDataError(
                f"there are too few records for two halves that share no instruction: {sum(counts):,}"
                + "".join(f"\n  {count:,} records: {reason}" for reason, count in self._left_out.items()),
                hint="Check `train` and `max_tokens` in [data]; `umi train data stats FILE` counts records.",
            )
        identity = hashlib.sha256("".join(map(digest, files)).encode()).hexdigest()[:16]
        left_out = dict(self._left_out.most_common())
        first, second = counts
        return Prepared(
            sources=self._sources,
            records=(first, second),
            targets={profile: dict(counted) for profile, counted in self._targets.items()},
            left_out=left_out,
            identity=identity,
        )

    def _look(self) -> None:
        config = self._config
        measures = {
            profile: measure_for(config.base.model, profile=profile, markers=config.data.markers)
            for profile in self._sources.profiles
        }
        schemas = Schemas()
        for number, record in enumerate(_records(config), 1):
            reason = self._reason(record, schemas)
            lengths = {} if reason else {profile: measure(record) for profile, measure in measures.items()}
            if lengths and not any(length.targets for length in lengths.values()):
                reason = "no role says anything"
            if any(length.total > self._sources.max_tokens for length in lengths.values()):
                reason = f"longer than {self._sources.max_tokens:,} tokens"
            self._used.append(not reason)
            if reason:
                self._left_out[reason] += 1
            else:
                self._use(record, lengths)
            if number % 64 == 0:
                self._on_records("records", number)

    def _use(self, record: Record, lengths: Mapping[str, Length]) -> None:
        self._sizes[instruction_key(record)] += 1
        for profile, length in lengths.items():
            self._targets[profile].update({role.value: count for role, count in length.targets.items()})

    def _reason(self, record: Record, schemas: Schemas) -> str:
        """Return why a record isn't used, or nothing."""
        if record.split != "train":
            return OTHER_SPLIT
        found = next(findings(record, schemas), None)
        if found is not None:
            return found.kind
        return "among the records to evaluate on" if content_key(record) in self._held_out else ""

    def _half(self, wanted: int, halves: dict[bytes, int]) -> Iterator[Record]:
        for is_used, record in zip(self._used, _records(self._config), strict=True):
            if is_used and halves[instruction_key(record)] == wanted:
                yield record


def _records(config: TrainConfig) -> Iterator[Record]:
    for path in config.data.train:
        yield from read_records(path)


def _sources(config: TrainConfig, test: Sequence[Record]) -> Sources:
    keys = hashlib.sha256(b"".join(sorted(content_key(record) for record in test)))
    return Sources(
        files=tuple(digest(path) for path in config.data.train),
        test=keys.hexdigest()[:16],
        base=Path(config.base.model).name,
        profiles=_profiles(config),
        markers=config.data.markers,
        max_tokens=config.data.max_tokens,
    )


def _profiles(config: TrainConfig) -> tuple[str, ...]:
    """Return the profiles that texts are written in by one of the systems, whichever are wanted today."""
    own = config.data.profile
    return (own,) if config.data.markers == "template" else (own, "single")


def _known(place: Place) -> Prepared | None:
    path = place.records / FACTS
    try:
        prepared: Prepared = from_jsonable(Prepared, json.loads(path.read_text(encoding="utf-8")))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, JsonableError) as error:
        raise ResumeError(path, f"it can't be read: {error}", hint="Remove it; it will be made again.") from error
    return prepared if all(half.is_file() for half in place.halves("all")) else None


def _plain(sources: Sources) -> dict[str, JsonValue]:
    plain = to_jsonable(sources)
    assert isinstance(plain, dict)  # a dataclass
    return plain
