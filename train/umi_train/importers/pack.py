"""Import the training pack: JSONL of dialogues with `user`, `steps` and `answer`, whatever source they come from.

What becomes what:
- A user's words with their first line in square brackets stay as they are: it is context that the assistant was given.
- A step becomes a planner's turn, a call and an observation; an answer a planner's turn that concludes, and the answer.
- Where the source has no rationale, or one of more than 320 characters (those think aloud about the form of the call), it is
  made from facts of the record (`rationales.py`).
- `…[+N chars]` at the end of an observation becomes its count of omitted characters.
- `ok: false` means "found nothing" throughout the pack, which is a result and no error; an observation is an error where it is
  JSON with an `error` and nothing else in it.
- A record that the source ends before the answer is marked `unfinished`. A call whose result the source doesn't record
  (`ok: null`) is the last turn; calls after it are left out.
- An answer with numbers that nothing before it shows is marked as without loss (`no_loss`), and so is one after a cut
  observation with names that nothing shows: nobody should learn to make up facts.
- apibank looks tools up that are on offer already. A trajectory's tools don't change, so these look-ups would teach a waste:
  they are left out, and so is the tool `ToolSearcher`, unless the record consists of nothing else.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from umi_local.errors import RecordFileError
from umi_local.jsonable import JsonableError, from_jsonable
from umi_local.messages import JsonObject, Observation, ToolCall, ToolSpec
from umi_local.records import Record, Split
from umi_local.records.lines import OnBytes, read_lines
from umi_local.records.record import RecordFormError, parse_json
from umi_train.importers.building import RecordBuilder
from umi_train.importers.report import ImportReport

MAX_RATIONALE_CHARS = 320

LOOK_UP = "ToolSearcher"

_CUT = re.compile(r"\s*…\[\+([\d,]+) chars\]\s*\Z")


@dataclass(frozen=True, slots=True)
class _Step:
    rationale: str | None
    hint: str | None
    call: ToolCall
    observation: str
    ok: bool | None


@dataclass(frozen=True, slots=True)
class _Exchange:
    user: str
    steps: tuple[_Step, ...]
    answer: str | None


@dataclass(frozen=True, slots=True)
class _Dialogue:
    id: str
    source: str
    license: str
    split: Split
    tools: tuple[ToolSpec, ...]
    turns: tuple[_Exchange, ...]


def import_pack(path: Path, report: ImportReport | None = None, *, on_bytes: OnBytes | None = None) -> Iterator[Record]:
    """Yield the records of a file of the pack, or of all files of its folder in the order of their names.

    Raises:
        RecordFileError: A file can't be read, or a line isn't a dialogue of the pack; with line and field.
    """
    report = report if report is not None else ImportReport()
    for file in pack_files(path):
        for line in read_lines(file, on_bytes=on_bytes):
            if line.data is None:
                raise RecordFileError(file, "the line is too long", line=line.number)
            try:
                dialogue: _Dialogue = from_jsonable(_Dialogue, parse_json(line.data))
            except (RecordFormError, JsonableError) as error:
                raise RecordFileError(
                    file, f"not a dialogue of the pack: {error}", line=line.number, hint=""
                ) from error
            yield from report.admit(_record(dialogue, report))


def pack_files(path: Path) -> list[Path]:
    """Return the file, or the `.jsonl` and `.jsonl.gz` files of the folder.

    Raises:
        RecordFileError: The folder holds none.
    """
    if not path.is_dir():
        return [path]
    files = sorted(file for file in path.iterdir() if file.name.endswith((".jsonl", ".jsonl.gz")))
    if not files:
        raise RecordFileError(
            path, "holds no .jsonl or .jsonl.gz", hint="Give the folder of the pack, or one of its files."
        )
    return files


def _record(dialogue: _Dialogue, report: ImportReport) -> Record:
    is_direct = _can_leave_out_look_ups(dialogue)
    tools = [tool for tool in dialogue.tools if not (is_direct and tool.name == LOOK_UP)]
    builder = RecordBuilder(dialogue.id, tools, report)
    for exchange in dialogue.turns:
        steps = [step for step in exchange.steps if not (is_direct and step.call.name == LOOK_UP)]
        builder.change("look-ups of tools on offer left out", len(exchange.steps) - len(steps))
        _add(builder, exchange, steps)
        if builder.is_unfinished:
            break
    return builder.record(source=dialogue.source, license=dialogue.license, split=dialogue.split)


def _can_leave_out_look_ups(dialogue: _Dialogue) -> bool:
    """Whether a dialogue looks tools up that are on offer already, and does something else besides."""
    calls = [step.call.name for exchange in dialogue.turns for step in exchange.steps]
    return LOOK_UP in calls and any(name != LOOK_UP for name in calls)


def _add(builder: RecordBuilder, exchange: _Exchange, steps: Sequence[_Step]) -> None:
    builder.user(exchange.user)
    for n, step in enumerate(steps, 1):
        own = " ".join((step.rationale or "").split())
        if len(own) > MAX_RATIONALE_CHARS:
            builder.change("long rationales replaced")
            own = ""
        builder.call(step.call, rationale=own, hint=_sentence(step.hint))
        if step.ok is None:  # its result isn't recorded, so nothing can follow
            builder.change("calls after one without a result left out", len(steps) - n)
            builder.end_early("records that end with a call")
            return
        builder.observe(observation_of(step.observation), ok=step.ok)
    if exchange.answer is None:
        builder.end_early("records that end before the answer")
    else:
        builder.answer(exchange.answer, hint=steps[-1].hint if steps else None)


def observation_of(text: str) -> Observation:
    """Return an observation of the pack: a mark of cut characters becomes a count, an error message an error."""
    found = _CUT.search(text)
    if found:
        return Observation(text[: found.start()], omitted_chars=int(found[1].replace(",", "")))
    return Observation(text, is_error=_is_error(text))


def _is_error(text: str) -> bool:
    if '"error"' not in text[:40]:
        return False
    try:
        data: JsonObject | Sequence[object] = json.loads(text)
    except (ValueError, RecursionError):
        return False
    return isinstance(data, Mapping) and set(data) == {"error"}


def _sentence(hint: str | None) -> str | None:
    """Return a hint about the step itself; labels are about the reply after it."""
    return hint if hint and " " in hint else None
