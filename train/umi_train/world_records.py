"""Records from worlds: what `umi_local.worlds` makes, as records to train on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from umi_local.jsonable import to_jsonable
from umi_local.messages import JsonValue, Trajectory
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
    voice: str = "varied",
    conversations: bool = False,
    start: int = 0,
    processes: int = 1,
) -> Iterator[Record]:
    """Yield `n` records of worlds; the same arguments give the same records, whatever the number of processes.

    Args:
        voice: `one` for rationales and answers that are always worded alike.
        conversations: Up to three tasks in a record, which share the tools on offer.
        start: The number of the first record.

    Raises:
        UsageError: Nothing can be drawn from what was asked for.
        WorldError: A family breaks its contract.
    """
    from umi_local.worlds import generate, generate_conversations

    if not conversations:
        for made in generate(split, n, seed, families, kinds, voice=voice, start=start, processes=processes):
            yield _record(split, made.id, made.trajectory, _metadata(made))
        return
    for joined in generate_conversations(
        split, n, seed, families, kinds, voice=voice, start=start, processes=processes
    ):
        tasks: list[JsonValue] = [_metadata(task) for task in joined.records]
        yield _record(split, joined.id, joined.trajectory, {"tasks": tasks})


def _record(split: Split, name: str, trajectory: Trajectory, metadata: dict[str, JsonValue]) -> Record:
    return Record(
        id=f"worlds/{name}", source=SOURCE, license=LICENSE, split=split, trajectory=trajectory, metadata=metadata
    )


def _metadata(made: WorldRecord) -> dict[str, JsonValue]:
    return {name: to_jsonable(getattr(made, name)) for name in _METADATA}
