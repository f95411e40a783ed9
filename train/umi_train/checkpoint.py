"""Checkpoints: everything that a stage needs to go on as if nothing had happened, in one file that is whole or isn't there.

What a step sees and how random numbers are drawn depends on the seed and the step's number alone, so adapters, optimizer and
the best adapters so far are all the state there is; the generators' states are kept for whatever else draws from them.
"""

from __future__ import annotations

import pickle
import random
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import torch

from umi_local.folders import replacing, storage_error
from umi_local.messages import JsonValue
from umi_train.errors import ResumeError
from umi_train.lora import Weights

FORMAT = 1
_PATTERN = "step-*.pt"
_HINT = "Remove the folder to begin again, or choose another `out`."


@dataclass(kw_only=True)
class State:
    """Where a stage is.

    Attributes:
        step: Steps that are done.
        adapters: By name.
        optimizer: Its own state.
        best: The best adapters so far, by name.
        best_losses: Theirs on `dev`, by adapter.
        waits: Measurements since then, by adapter.
        losses: Of the last step, by role.
        seconds: Spent so far.
        targets: Tokens learned so far, by role.
        tokens: Tokens read so far.
    """

    step: int = 0
    adapters: dict[str, Weights] = field(default_factory=dict)
    optimizer: dict[str, Any] = field(default_factory=dict)
    best: dict[str, Weights] = field(default_factory=dict)
    best_losses: dict[str, float] = field(default_factory=dict)
    waits: dict[str, int] = field(default_factory=dict)
    losses: dict[str, float] = field(default_factory=dict)
    seconds: float = 0.0
    targets: dict[str, int] = field(default_factory=dict)
    tokens: int = 0


def save(folder: Path, state: State, settings: Mapping[str, JsonValue], *, keep: int) -> Path:
    """Write a checkpoint and remove all but the newest.

    Args:
        settings: What the run depends on; a checkpoint is only gone on from with the same.
        keep: How many stay.

    Raises:
        StorageError: It can't be written; earlier checkpoints are as they were.
    """
    path = folder / f"step-{state.step:08d}.pt"
    content = {"format": FORMAT, "settings": dict(settings), "state": vars(state), "random": _random_state()}
    with replacing(path) as temporary:
        try:
            torch.save(content, temporary)
        except OSError as error:
            raise storage_error(path, error) from error
        except RuntimeError as error:  # torch's own words for a disk that is full
            raise storage_error(path, OSError(None, str(error).splitlines()[0])) from error
    for old in checkpoints(folder)[:-keep]:
        with suppress(OSError):  # somebody else's lock: it costs room only
            old.unlink()
    return path


def checkpoints(folder: Path) -> list[Path]:
    """Return the checkpoints in a folder, the newest last."""
    return sorted(folder.glob(_PATTERN))


def resume(folder: Path, settings: Mapping[str, JsonValue]) -> State | None:
    """Return the newest state in a folder, or None where there is none; random generators are set as they were.

    Raises:
        ResumeError: It was written with other settings, which are named, or is broken.
    """
    found = checkpoints(folder)
    if not found:
        return None
    path = found[-1]
    try:
        content = torch.load(path, map_location="cpu", weights_only=True)
        state, theirs = State(**content["state"]), content["settings"]
    except (OSError, RuntimeError, pickle.UnpicklingError, EOFError, KeyError, TypeError, ValueError) as error:
        hint = f"Remove {path.name}; an older checkpoint or a fresh start takes its place."
        raise ResumeError(path, f"it can't be read: {error}", hint=hint) from error
    if content.get("format") != FORMAT:
        raise ResumeError(path, f"it has the format {content.get('format')!r}, this reads {FORMAT}", hint=_HINT)
    different = differences(theirs, settings)
    if different:
        listed = "".join(f"\n  {line}" for line in different)
        raise ResumeError(path, f"it belongs to another configuration:{listed}", hint=_HINT)
    _set_random_state(content["random"])
    return state


def differences(theirs: Mapping[str, JsonValue], ours: Mapping[str, JsonValue], prefix: str = "") -> list[str]:
    """Return a line for every value that is not the same."""
    lines: list[str] = []
    for key in sorted({*theirs, *ours}):
        one, other = theirs.get(key), ours.get(key)
        if isinstance(one, Mapping) and isinstance(other, Mapping):
            lines += differences(one, other, f"{prefix}{key}.")
        elif one != other:
            lines.append(f"{prefix}{key} was {one!r} and is {other!r}")
    return lines


def _random_state() -> dict[str, Any]:
    name, keys, position, has_gauss, cached = np.random.get_state(legacy=True)
    version, numbers, gauss = random.getstate()
    return {
        "torch": torch.get_rng_state(),
        "cuda": torch.cuda.get_rng_state_all() if torch.cuda.is_available() else [],
        "numpy": [str(name), [int(key) for key in keys], int(position), int(has_gauss), float(cached)],
        "python": [version, list(numbers), gauss],
    }


def _set_random_state(state: Mapping[str, Any]) -> None:
    torch.set_rng_state(state["torch"])
    if state["cuda"] and torch.cuda.device_count() == len(state["cuda"]):
        torch.cuda.set_rng_state_all(state["cuda"])
    name, keys, position, has_gauss, cached = state["numpy"]
    np.random.set_state((name, np.array(keys, np.uint32), position, has_gauss, cached))
    version, numbers, gauss = state["python"]
    random.setstate((version, tuple(numbers), gauss))
