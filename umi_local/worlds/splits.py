"""Which words belong to training, to development and to the test: decided by a hash of the words themselves.

A name or a sentence that is drawn somewhere is drawn only in its own split, whichever family it comes from and in
whatever order families are written. Spelling doesn't matter: `find_order`, `findOrder` and `Find order` are one name.
Adding words later moves none of the old ones.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from enum import Enum
from functools import lru_cache


class Split(str, Enum):
    """What a record is for."""

    TRAIN = "train"
    DEV = "dev"
    TEST = "test"


SHARES = ((Split.TRAIN, 64), (Split.DEV, 16), (Split.TEST, 20))
"""How many of a hundred words fall to each split."""

_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_OTHER = re.compile(r"[\W_]+")


def normalized(text: str) -> str:
    """Return the words of a name or a sentence, in lower case, with single spaces."""
    return _OTHER.sub(" ", _HUMP.sub(" ", text)).strip().casefold()


@lru_cache(maxsize=1 << 17)
def split_of(text: str) -> Split:
    """Return the split that these words belong to."""
    place = int.from_bytes(hashlib.sha256(normalized(text).encode()).digest()[:4], "big") % 100
    for split, share in SHARES:
        place -= share
        if place < 0:
            return split
    raise AssertionError("the shares make a hundred")


def part(texts: Iterable[str], split: Split) -> tuple[str, ...]:
    """Return those texts that belong to the split, in order."""
    return tuple(text for text in texts if split_of(text) is split)
