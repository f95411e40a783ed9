"""The formats that can be imported, by the name that the command line knows them by."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeAlias

from umi_local.records import Record
from umi_train.importers.conversations import import_conversations
from umi_train.importers.openai_messages import import_openai_messages
from umi_train.importers.pack import import_pack
from umi_train.importers.sessions import import_sessions
from umi_train.importers.toolalpaca import import_toolalpaca
from umi_train.importers.toolbench import import_toolbench

Importer: TypeAlias = Callable[..., Iterator[Record]]


@dataclass(frozen=True, slots=True)
class ImportKind:
    """An importer, which options it takes besides `path`, `report` and `on_bytes`, and what the latter counts."""

    run: Importer
    options: frozenset[str]
    unit: str


def _kind(run: Importer, *options: str, unit: str = "bytes") -> ImportKind:
    return ImportKind(run, frozenset(options), unit)


KINDS = {
    "pack": _kind(import_pack),
    "toolbench": _kind(import_toolbench, "license", "split", "exclude", "keep_search_prompts", unit="files"),
    "toolalpaca": _kind(import_toolalpaca, "license", "split"),
    "conversations": _kind(import_conversations, "license", "split", "source", "keep_search_prompts"),
    "openai": _kind(import_openai_messages, "license", "split", "source", "keep_system"),
    "sessions": _kind(import_sessions, "license", "split", "only", unit="sessions"),
}
