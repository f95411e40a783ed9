"""Import ToolBench's answer files through the paper's two steps, with the functions' full schemas.

The turns are those of the paper's conversations (`umi_train/toolbench.py` and `conversations.py`); the tools are not its
shortened docs but the functions as ToolBench describes them, so that what is required and allowed is kept. The `alpha-umi`
profile cuts them as the paper did.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from pathlib import Path

from umi_local.errors import RecordFileError
from umi_local.messages import JsonObject
from umi_local.records import Record, Split
from umi_local.records.lines import GZIP_ERRORS, OnBytes, opened, unreadable
from umi_local.records.record import RecordFormError, parse_json
from umi_train.importers.building import RecordBuilder
from umi_train.importers.conversations import UnusableError, add_turns
from umi_train.importers.report import ImportReport
from umi_train.importers.schemas import sound_tool
from umi_train.toolbench import AnswerFileError, StageOne, excluded_ids, functions_of, query_id, stage_one, stage_two

MAX_FILE_BYTES = 64 << 20

SOURCE = "ToolBench"

_REMEDY = "The file was damaged: fetch it again, or move it away."


def import_toolbench(
    path: Path,
    report: ImportReport | None = None,
    *,
    exclude: Collection[Path] = (),
    license: str = "Apache-2.0",
    split: Split = "train",
    keep_search_prompts: bool = False,
    on_bytes: OnBytes | None = None,
) -> Iterator[Record]:
    """Yield the records of an answer file, or of all below a folder, in the order of their paths.

    Args:
        exclude: The release's lists of test queries (JSON); files of these queries are left out.

    Raises:
        RecordFileError: A file can't be read or isn't JSON, or the folder holds none.
    """
    report = report if report is not None else ImportReport()
    for file, answer, one in answers(path, report, exclude=exclude, on_bytes=on_bytes):
        key = f"toolbench/{_name(path, file)}"
        tools = [
            sound_tool(f["name"], str(f.get("description") or ""), f.get("parameters")) for f in functions_of(answer)
        ]
        builder = RecordBuilder(key, tools, report)
        try:
            add_turns(builder, stage_two(one), tools, keep_search_prompts=keep_search_prompts)
        except UnusableError as error:
            report.drop(str(error), key)
            continue
        yield from report.admit(builder.record(source=SOURCE, license=license, split=split))


def answers(
    path: Path, report: ImportReport, *, exclude: Collection[Path] = (), on_bytes: OnBytes | None = None
) -> Iterator[tuple[Path, JsonObject, StageOne]]:
    """Yield each answer file that may be used, its content and what the paper's step 1 keeps of it.

    Raises:
        RecordFileError: As `import_toolbench`.
    """
    left_out = excluded_ids([read_json(listed) for listed in exclude])
    files = sorted(path.rglob("*.json")) if path.is_dir() else [path]
    if not files:
        raise RecordFileError(
            path, "holds no .json file", hint="Give ToolBench's folder of answers, such as G1_answer."
        )
    for n, file in enumerate(files, 1):
        if query_id(file.name) in left_out:
            report.drop("a test query", file.name)
            continue
        answer = read_json(file)
        try:
            one = stage_one(answer if isinstance(answer, dict) else {})
        except AnswerFileError as error:
            report.drop(str(error), file.name)
            continue
        yield file, answer, one
        if on_bytes is not None:
            on_bytes(n, len(files))


def read_json(path: Path) -> JsonObject:
    """Return the value of a small JSON file.

    Raises:
        RecordFileError: It can't be read, isn't JSON, or is too large.
    """
    try:
        with opened(path) as file:
            data = file.read(MAX_FILE_BYTES + 1)
    except GZIP_ERRORS as error:
        raise RecordFileError(path, f"the gzip data is broken: {error}", hint=_REMEDY) from error
    except OSError as error:
        raise unreadable(path, error) from error
    if len(data) > MAX_FILE_BYTES:
        raise RecordFileError(path, f"more than {MAX_FILE_BYTES:,} bytes", hint="Is it an answer file?")
    try:
        return parse_json(data)  # type: ignore[no-any-return]  # callers look at what they get
    except RecordFormError as error:
        raise RecordFileError(path, str(error), hint=_REMEDY) from error


def _name(path: Path, file: Path) -> str:
    """Return a file's path below the folder, the group's folder without `_answer`: `G1/123_DFS`."""
    relative = file.relative_to(path) if path.is_dir() else Path(file.name)
    return relative.with_suffix("").as_posix().replace("_answer/", "/")
