"""Read trajectories from a file of records (`umi_local.records`), plain or gzipped: one a line.

Only `tools` and `turns` are used here. Everything wrong in a file is named with its line and field, a few lines at a time. A
file that unpacks to more than it should is refused.

`trajectories.jsonl` comes along: our own sentences, with observations from really running the built-in tools over small files
(`scripts/make-calibration` writes it); Apache-2.0 like the rest.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from umi_convert.errors import TrajectoryFileError
from umi_local.errors import RecordFileError
from umi_local.messages import CallerTurn, PlannerTurn, SummarizerTurn, Trajectory
from umi_local.records.lines import read_lines
from umi_local.records.record import RecordFormError, parse_record

BUILT_IN = Path(__file__).with_name("trajectories.jsonl")

MAX_BYTES = 256 << 20
MAX_LINE_BYTES = 4 << 20
MAX_PROBLEMS = 8
"""After so many the rest of the file isn't looked at."""


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
        for line in read_lines(path, max_line_bytes=MAX_LINE_BYTES):
            if line.data is None:
                raise TrajectoryFileError(path, [f"line {line.number} has more than {MAX_LINE_BYTES:,} bytes"])
            n_bytes += len(line.data)
            if n_bytes > MAX_BYTES:
                raise TrajectoryFileError(path, [f"it holds more than {MAX_BYTES:,} bytes"])
            yield line.number, line.data
    except RecordFileError as error:
        raise TrajectoryFileError(path, [error.reason]) from error


def _read(line: bytes) -> Trajectory | list[str]:
    """Return a line's trajectory, or what is wrong with it."""
    try:
        trajectory = parse_record(line).trajectory
    except RecordFormError as error:
        return [f"{field} {message}".lstrip() for field, message in error.problems]
    return list(_senseless(trajectory)) or trajectory


def _senseless(trajectory: Trajectory) -> Iterator[str]:
    """Yield what a trajectory can't be, though its form is right."""
    names = [tool.name for tool in trajectory.tools]
    for i, tool in enumerate(trajectory.tools):
        if names.index(tool.name) != i:
            yield f"tools[{i}].name is {tool.name!r}, as an earlier one's"
        if not isinstance(tool.parameters.get("properties", {}), dict):
            yield f"tools[{i}].parameters.properties must be an object"
    for i, turn in enumerate(trajectory.turns):
        if isinstance(turn, CallerTurn) and turn.call.name not in names:
            yield f"turns[{i}].call.name is {turn.call.name!r}, which is not among the tools"
    if not any(isinstance(turn, (PlannerTurn, CallerTurn, SummarizerTurn)) for turn in trajectory.turns):
        yield "turns holds no turn of a planner, a caller or a summarizer"
