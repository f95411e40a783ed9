"""Records from worlds: what `umi_local.worlds` makes, as records to train on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from umi_local.jsonable import to_jsonable
from umi_local.messages import JsonValue
from umi_local.records import Record, Split

if TYPE_CHECKING:
    from umi_local.worlds.tasks import Record as WorldRecord

SOURCE = "umi-local worlds"
LICENSE = "Apache-2.0"

_METADATA = ("family", "intent", "kind", "variant", "register", "is_builtin", "n_calls", "wordings")


def world_records(
    split: Split,
    n: int,
    seed: int = 0,
    *,
    families: Sequence[str] | None = None,
    kinds: Sequence[str] | None = None,
    start: int = 0,
    processes: int = 1,
) -> Iterator[Record]:
    """Yield `n` records of worlds; the same arguments give the same records, whatever the number of processes.

    Args:
        start: The number of the first record.

    Raises:
        UsageError: Nothing can be drawn from what was asked for.
        WorldError: A family breaks its contract.
    """
    from umi_local.worlds.generate import generate

    for made in generate(split, n, seed, families, kinds, start=start, processes=processes):
        yield Record(
            id=f"worlds/{made.id}",
            source=SOURCE,
            license=LICENSE,
            split=split,
            trajectory=made.trajectory,
            metadata=_metadata(made),
        )


def world_conversations(
    split: Split,
    n: int,
    seed: int = 0,
    *,
    families: Sequence[str] | None = None,
    kinds: Sequence[str] | None = None,
    start: int = 0,
    processes: int = 1,
) -> Iterator[Record]:
    """Yield `n` conversations of up to three tasks; see `world_records`."""
    from umi_local.worlds.conversations import generate_conversations

    for made in generate_conversations(split, n, seed, families, kinds, start=start, processes=processes):
        yield Record(
            id=f"worlds/{made.id}",
            source=SOURCE,
            license=LICENSE,
            split=split,
            trajectory=made.trajectory,
            metadata={"tasks": [_metadata(task) for task in made.records]},
        )


def _metadata(made: WorldRecord) -> dict[str, JsonValue]:
    return {name: to_jsonable(getattr(made, name)) for name in _METADATA}
