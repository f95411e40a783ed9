"""Names of weights that come in several files, `NAME-00001-of-00003.safetensors` and so on."""

from __future__ import annotations

import re
from collections.abc import Iterable

_PART = re.compile(r"(?P<stem>.+)-(?P<number>\d{5})-of-(?P<count>\d{5})(?P<end>\.\w+)")
_MAX_PARTS = 10_000


def missing_parts(names: Iterable[str]) -> list[str]:
    """Return the names of the parts that should be beside those that are there."""
    found = set(names)
    expected: dict[str, None] = {}
    for name in sorted(found):
        match = _PART.fullmatch(name)
        if match is None or int(match["count"]) > _MAX_PARTS:
            continue
        count = int(match["count"])
        expected |= dict.fromkeys(f"{match['stem']}-{n:05d}-of-{count:05d}{match['end']}" for n in range(1, count + 1))
    return [name for name in expected if name not in found]
