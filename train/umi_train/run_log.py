"""The log of a stage: one JSON object a line, and TensorBoard's files where that is installed.

    {"step", "loss", "losses": {role: nats a token}, "learning_rate", "gradient": {adapter: norm}, "targets", "tokens",
     "seconds"}
    {"step", "dev": {role: nats a token}}

Lines of steps that a resumed run does again are removed first, so each step is there once.
"""

from __future__ import annotations

import importlib.util
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from umi_local.folders import atomic_write, storage_error
from umi_local.messages import JsonValue

LOG_NAME = "log.jsonl"


class RunLog:
    """Appends to a stage's log; each line is on its way to the disk when `write` returns.

    Args:
        folder: The stage's own.
        first_step: What is there of this step and later ones is removed.

    Raises:
        StorageError: It can't be written.
    """

    def __init__(self, folder: Path, first_step: int) -> None:
        self._path = folder / LOG_NAME
        kept = [line for line in read_log(folder) if line["step"] < first_step]
        atomic_write(self._path, "".join(json.dumps(line) + "\n" for line in kept).encode())
        self._board = _board(folder / "tensorboard", first_step)

    def write(self, line: Mapping[str, JsonValue]) -> None:
        """Add a line.

        Raises:
            StorageError: The disk is full, or the file can't be written.
        """
        try:
            with self._path.open("a", encoding="utf-8") as file:
                file.write(json.dumps(line) + "\n")
        except OSError as error:
            raise storage_error(self._path, error) from error
        if self._board is not None:
            for name, value in _numbers(line):
                self._board.add_scalar(name, value, line["step"])

    def close(self) -> None:
        """Finish TensorBoard's file."""
        if self._board is not None:
            self._board.close()


def read_log(folder: Path) -> list[dict[str, Any]]:
    """Return the lines of a stage's log; a last one that a killed run left half-written isn't among them."""
    try:
        text = (folder / LOG_NAME).read_text(encoding="utf-8")
    except FileNotFoundError:
        return []
    whole, _, _ = text.rpartition("\n")
    return [json.loads(line) for line in whole.split("\n") if line]


def _board(folder: Path, first_step: int) -> Any:
    """Return TensorBoard's writer, or None where it isn't installed."""
    if importlib.util.find_spec("tensorboard") is None:
        return None
    from torch.utils.tensorboard import SummaryWriter

    return SummaryWriter(str(folder), purge_step=first_step)


def _numbers(line: Mapping[str, JsonValue], prefix: str = "") -> Iterator[tuple[str, float]]:
    for key, value in line.items():
        if isinstance(value, Mapping):
            yield from _numbers(value, f"{prefix}{key}/")
        elif isinstance(value, (int, float)) and key != "step":
            yield prefix + key, value
