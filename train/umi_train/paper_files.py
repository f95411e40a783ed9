"""Write the paper's sample files from whatever holds conversations: its own form, ToolBench's answers, or our records."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Iterator
from pathlib import Path
from typing import TypeAlias

from umi_local.errors import RecordFileError
from umi_local.folders import replacing
from umi_local.records import read_records
from umi_local.records.lines import OnBytes
from umi_local.records.writing import LineWriter
from umi_train.five_roles import Conversation, ConversationError, conversation_of_json, conversation_of_trajectory
from umi_train.importers.json_items import read_items
from umi_train.importers.report import ImportReport
from umi_train.importers.toolbench import answers
from umi_train.paper_samples import Kind, PaperSample, paper_samples
from umi_train.toolbench import stage_two

ReadConversations: TypeAlias = Callable[[], Iterator[Conversation]]
"""Reads all conversations, each time anew."""


def conversations_in(
    path: Path, *, exclude: Collection[Path] = (), report: ImportReport | None = None, on_bytes: OnBytes | None = None
) -> ReadConversations:
    """Return what reads the conversations of a file or folder; what it holds is read off its first object.

    Args:
        exclude: Lists of test queries, for ToolBench's answer files.
        report: Counts the answer files that give no conversation, each time they are read.

    Raises:
        RecordFileError: It holds none of the forms that are known.
    """
    counted = report if report is not None else ImportReport()
    if path.is_dir():
        return lambda: _of_answers(path, exclude, counted, on_bytes)
    first = next(read_items(path), None)
    keys = set(first.value) if first is not None else set()
    if "conversations" in keys:
        return lambda: _of_list(path, on_bytes)
    if "turns" in keys:
        return lambda: (
            conversation_of_trajectory(record.trajectory) for record in read_records(path, on_bytes=on_bytes)
        )
    if "answer_generation" in keys:
        return lambda: _of_answers(path, exclude, counted, on_bytes)
    raise RecordFileError(
        path,
        "holds neither conversations of five roles, nor records, nor a ToolBench answer",
        hint="Import other formats first: `umi train data import`.",
    )


def write_paper_samples(
    read: ReadConversations, folder: Path, *, kinds: Iterable[Kind] = tuple(Kind), with_defects: bool = False
) -> dict[Kind, int]:
    """Write one JSON list for each kind, such as `planner.json`, and return how many samples each has.

    Raises:
        StorageError: A file can't be written.
        RecordFileError: The conversations can't be read.
    """
    return {
        kind: _write(folder / f"{kind.value}.json", paper_samples(read(), kind, with_defects=with_defects))
        for kind in kinds
    }


def _write(path: Path, samples: Iterable[PaperSample]) -> int:
    n_samples = 0
    with replacing(path) as temporary, LineWriter(temporary, is_gzip=False, shown_as=path) as lines:
        lines.write(b"[")
        for sample in samples:
            lines.write(b",\n" if n_samples else b"\n")
            lines.write(json.dumps(sample.to_json()).encode())
            n_samples += 1
        lines.write(b"\n]\n")
    return n_samples


def _of_list(path: Path, on_bytes: OnBytes | None) -> Iterator[Conversation]:
    for item in read_items(path, on_bytes=on_bytes):
        try:
            yield conversation_of_json(item.value)
        except ConversationError as error:
            raise RecordFileError(path, f"object {item.number}: {error}", line=item.number, hint="") from error


def _of_answers(
    path: Path, exclude: Collection[Path], report: ImportReport, on_bytes: OnBytes | None
) -> Iterator[Conversation]:
    for _, _, one in answers(path, report, exclude=exclude, on_bytes=on_bytes):
        yield stage_two(one)
