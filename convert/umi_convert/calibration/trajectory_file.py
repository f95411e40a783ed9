"""Read trajectories from JSONL, plain or gzipped: one `Trajectory` a line, in the JSON of `umi_local.messages`.

Beside `tools` and `turns` a line may say `id`, `source`, `license` and `split`, which are not used here. Everything wrong in a
file is named with its line and field, a few lines at a time. A file that unpacks to more than it should is refused.

`trajectories.jsonl` comes along: our own sentences, with observations from really running the built-in tools over small files
(`scripts/make-calibration` writes it); Apache-2.0 like the rest.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from umi_convert.errors import TrajectoryFileError
from umi_local.jsonable import JsonableError, from_jsonable
from umi_local.messages import CallerTurn, PlannerTurn, SummarizerTurn, ToolSpec, Trajectory, Turn
from umi_local.records.lines import GZIP_ERRORS, opened

BUILT_IN = Path(__file__).with_name("trajectories.jsonl")

MAX_BYTES = 256 << 20
MAX_LINE_BYTES = 4 << 20
MAX_PROBLEMS = 8
"""After so many the rest of the file isn't looked at."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Record:
    tools: tuple[ToolSpec, ...]
    turns: tuple[Turn, ...]
    id: str = ""
    source: str = ""
    license: str = ""
    split: str = ""


def load_trajectories(path: Path | None = None) -> tuple[Trajectory, ...]:
    """Return the trajectories of a file, or those that come along.

    Raises:
        TrajectoryFileError: The file can't be read, or lines of it aren't trajectories; each with its line and field.
    """
    path = path or BUILT_IN
    trajectories: list[Trajectory] = []
    problems: list[str] = []
    for number, line in _lines(path):
        found = _read(line)
        if isinstance(found, Trajectory):
            trajectories.append(found)
        else:
            problems += [f"line {number}: {problem}" for problem in found]
        if len(problems) >= MAX_PROBLEMS:
            break
    if problems:
        raise TrajectoryFileError(path, problems)
    if not trajectories:
        raise TrajectoryFileError(path, ["it holds no trajectory"])
    return tuple(trajectories)


def _lines(path: Path) -> Iterator[tuple[int, bytes]]:
    """Yield the lines that aren't blank, with their numbers."""
    n_bytes = 0
    try:
        with opened(path) as file:
            number = 0
            while line := file.readline(MAX_LINE_BYTES + 1):
                number += 1
                n_bytes += len(line)
                if len(line) > MAX_LINE_BYTES:
                    raise TrajectoryFileError(path, [f"line {number} has more than {MAX_LINE_BYTES:,} bytes"])
                if n_bytes > MAX_BYTES:
                    raise TrajectoryFileError(path, [f"it holds more than {MAX_BYTES:,} bytes"])
                if line.strip():
                    yield number, line
    except GZIP_ERRORS as error:
        raise TrajectoryFileError(path, [f"its gzip data is broken: {error}"]) from error
    except OSError as error:
        raise TrajectoryFileError(path, [f"it can't be read: {error.strerror or error}"]) from error


def _read(line: bytes) -> Trajectory | list[str]:
    """Return a line's trajectory, or what is wrong with it."""
    try:
        data = json.loads(line)
    except RecursionError:
        return ["it isn't sound JSON: nested too deeply"]
    except ValueError as error:  # not UTF-8, or not JSON
        return [f"it isn't sound JSON: {error}"]
    try:
        record: _Record = from_jsonable(_Record, data)
    except JsonableError as error:
        return list(error.problems)
    return list(_senseless(record)) or Trajectory(record.tools, record.turns)


def _senseless(record: _Record) -> Iterator[str]:
    """Yield what a trajectory can't be, though its form is right."""
    names = [tool.name for tool in record.tools]
    for i, tool in enumerate(record.tools):
        if names.index(tool.name) != i:
            yield f"tools[{i}].name is {tool.name!r}, as an earlier one's"
        if not isinstance(tool.parameters.get("properties", {}), dict):
            yield f"tools[{i}].parameters.properties must be an object"
    for i, turn in enumerate(record.turns):
        if isinstance(turn, CallerTurn) and turn.call.name not in names:
            yield f"turns[{i}].call.name is {turn.call.name!r}, which is not among the tools"
    if not any(isinstance(turn, (PlannerTurn, CallerTurn, SummarizerTurn)) for turn in record.turns):
        yield "turns holds no turn of a planner, a caller or a summarizer"
