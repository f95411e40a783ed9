"""Chance that is the same everywhere: seeded by words, independent of the Python version and of the process.

Only `random.Random.random` is used, whose sequence Python promises to keep for a given seed; `choice`, `sample` and
`shuffle` may change between versions, so they are written out here.
"""

from __future__ import annotations

import hashlib
import random
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from enum import Enum
from typing import TypeVar

from umi_local.worlds.errors import WorldError
from umi_local.worlds.splits import Split, part

T = TypeVar("T")

_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"
_DIGITS = "0123456789"


class Pool:
    """Many words of one kind, parted among the splits by their hash.

    Args:
        words: Names of people, towns, goods, ...; spaces around a `|` are dropped, so that pools can be written as
            one long text.

    Raises:
        WorldError: A split would go empty.
    """

    def __init__(self, words: str | Iterable[str]) -> None:
        listed = words.split("|") if isinstance(words, str) else words
        self.words = tuple(dict.fromkeys(" ".join(word.split()) for word in listed if word.strip()))
        self._parts = {split: part(self.words, split) for split in Split}
        empty = [split.value for split, found in self._parts.items() if not found]
        if empty:
            raise WorldError(f"the pool of {self.words[:3]} ... has no word for {', '.join(empty)}", hint="Add words.")

    def of(self, split: Split) -> tuple[str, ...]:
        """Return the words of a split."""
        return self._parts[split]


class Voice(str, Enum):
    """How much the gold plans' own words vary, which are the rationales and the answers; users always talk as they like.

    `ONE` always takes the first wording and writes dates as tools do. There is less to learn before a model gets to what
    matters, which tool and which arguments; `VARIED` teaches it to read rationales that it wouldn't have written.
    """

    VARIED = "varied"
    ONE = "one"


class Draw:
    """One stream of chance, and the split whose words it may draw.

    Args:
        seed: Any words and numbers; equal ones give equal streams.
    """

    def __init__(self, split: Split, *seed: str | int) -> None:
        self.split = split
        self._seed = seed
        digest = hashlib.sha256("\x1f".join(map(str, (split.value, *seed))).encode()).digest()
        self._random = random.Random(int.from_bytes(digest[:8], "big")).random

    def apart(self, *seed: str | int) -> Draw:
        """Return another stream, which depends on this one's seed but not on how far it has run."""
        return Draw(self.split, *self._seed, *seed)

    def below(self, n: int) -> int:
        """Return a whole number from 0 to n - 1."""
        return int(self._random() * n)

    def whole(self, low: int, high: int, step: int = 1) -> int:
        """Return one of low, low + step, ... up to high, which is included where the steps meet it."""
        return low + step * self.below((high - low) // step + 1)

    def chance(self, probability: float) -> bool:
        """Return True with this probability."""
        return self._random() < probability

    def pick(self, items: Sequence[T]) -> T:
        """Return one of the items."""
        return items[self.below(len(items))]

    def sample(self, items: Sequence[T], count: int) -> list[T]:
        """Return `count` different items, or all where there are fewer, in random order."""
        mixed = list(items)
        count = min(count, len(mixed))
        for at in range(count):
            other = at + self.below(len(mixed) - at)
            mixed[at], mixed[other] = mixed[other], mixed[at]
        return mixed[:count]

    def shuffled(self, items: Iterable[T]) -> list[T]:
        """Return the items in random order."""
        mixed = list(items)
        for last in range(len(mixed) - 1, 0, -1):
            other = self.below(last + 1)
            mixed[last], mixed[other] = mixed[other], mixed[last]
        return mixed

    def weighted(self, weights: Mapping[T, float]) -> T:
        """Return a key with a probability in proportion to its weight."""
        place = self._random() * sum(weights.values())
        for item, weight in weights.items():
            place -= weight
            if place < 0:
                return item
        return next(reversed(list(weights)))  # rounding may leave a hair

    def of(self, pool: Pool) -> str:
        """Return a word of the pool that belongs to this split."""
        return self.pick(pool.of(self.split))

    def several_of(self, pool: Pool, count: int) -> list[str]:
        """Return different words of the pool, all of this split.

        Raises:
            WorldError: The pool has fewer for this split.
        """
        own = pool.of(self.split)
        if len(own) < count:
            raise WorldError(
                f"the pool of {own[0]!r}, ... has {len(own)} words for {self.split.value}, not {count}",
                hint="Add words; a pool of sixty has about ten for dev.",
            )
        return self.sample(own, count)

    def code(self, pattern: str) -> str:
        """Return a code: `#` becomes a digit (never a leading zero), `@` a capital letter, the rest stays."""
        drawn = []
        for i, mark in enumerate(pattern):
            leading = i == 0 or pattern[i - 1] not in "#@"
            if mark == "#":
                drawn.append(_DIGITS[self.whole(1 if leading else 0, 9)])
            else:
                drawn.append(self.pick(_LETTERS) if mark == "@" else mark)
        return "".join(drawn)

    def price(self, low: float, high: float) -> float:
        """Return an amount of money with two decimals, most often a usual one (.00, .50, .90, .99)."""
        units = self.whole(int(low), int(high) - 1)
        cents = self.pick((0, 50, 90, 99, self.whole(1, 99)))
        return units + cents / 100

    def day(self, first: str = "2024-01-01", last: str = "2027-12-31") -> str:
        """Return a date as YYYY-MM-DD, both ends included."""
        start, end = date.fromisoformat(first), date.fromisoformat(last)
        return (start + timedelta(days=self.whole(0, (end - start).days))).isoformat()

    def clock(self, first: int = 7, last: int = 21, step: int = 15) -> str:
        """Return a time as HH:MM between two hours, in steps of minutes."""
        minutes = self.whole(first * 60, last * 60, step)
        return f"{minutes // 60:02d}:{minutes % 60:02d}"


class FirstOfAll(Draw):
    """No chance at all: of several it always takes the first."""

    def __init__(self, split: Split) -> None:
        super().__init__(split)

    def below(self, n: int) -> int:
        """Return 0."""
        return 0
