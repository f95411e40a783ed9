"""Small files of other projects' formats, made for tests."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from umi_local.messages import CallerTurn, PlannerTurn, SummarizerTurn, ToolTurn, UserTurn
from umi_local.records import Record

PACK = Path(__file__).parents[3] / "shared" / "data"
"""The training pack, where it lies beside the repository."""

NEEDS_PACK = f"needs the training pack in {PACK.parent.name}/{PACK.name} beside the repository"


def write_json(path: Path, value) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(value), encoding="utf-8")
    return path


def write_lines(path: Path, values) -> Path:
    path.write_text("".join(json.dumps(value) + "\n" for value in values), encoding="utf-8")
    return path


def told(record: Record) -> list[tuple[Any, ...]]:
    """A record's turns in short: who, and what."""
    short: list[tuple[Any, ...]] = []
    for turn in record.trajectory.turns:
        match turn:
            case UserTurn(text):
                short.append(("user", text))
            case PlannerTurn(rationale, decision):
                short.append((decision.value, rationale))
            case CallerTurn(call):
                short.append(("caller", call.name, dict(call.arguments)))
            case ToolTurn(observation):
                short.append(("error" if observation.is_error else "tool", observation.text))
            case SummarizerTurn(text):
                short.append(("answer", text))
    return short
