"""Small configurations that train in seconds: a tiny GGUF, a few records, every table of the file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import tomli_w

from tests.models import write_tiny_llama
from umi_local.messages import (
    CallerTurn,
    Decision,
    Observation,
    PlannerTurn,
    SummarizerTurn,
    ToolCall,
    ToolSpec,
    ToolTurn,
    Trajectory,
    UserTurn,
)
from umi_local.records import Record, write_records
from umi_train.config import TrainConfig, load_config

ADD = ToolSpec(
    "add",
    "Adds.",
    {"type": "object", "properties": {"a": {"type": "integer"}, "b": {"type": "integer"}}, "required": ["a", "b"]},
)


def record(number: int, *, split: str = "train") -> Record:
    """Return a short run with one call; every seventh gives up."""
    asked = UserTurn(f"What is {number} and {number % 7}?")
    if number % 7 == 6:
        turns: tuple[Any, ...] = (asked, PlannerTurn("Nothing can do that.", Decision.GIVE_UP))
    else:
        turns = (
            asked,
            PlannerTurn("It must be added.", Decision.CALL),
            CallerTurn(ToolCall("add", {"a": number, "b": number % 7})),
            ToolTurn(Observation(str(number + number % 7))),
            PlannerTurn("It is known.", Decision.CONCLUDE),
            SummarizerTurn(f"It is {number + number % 7}."),
        )
    return Record(
        trajectory=Trajectory((ADD,), turns),
        id=f"r{number}",
        source="sums",
        license="CC0-1.0",
        split=split,  # type: ignore[arg-type]
    )


def write_base(folder: Path) -> Path:
    """Write a GGUF with 2 layers and SmolLM2's first 2,000 tokens."""
    return write_tiny_llama(folder / "tiny.gguf", seed=4, n_vocab=2000)


def write_config(folder: Path, model: Path, *, n_train: int = 12, n_dev: int = 4, **tables: Any) -> Path:
    """Write records and a configuration; `tables` go over its own, key by key."""
    folder.mkdir(parents=True, exist_ok=True)
    numbers = [record(i) for i in range(n_train)] + [record(100 + i, split="dev") for i in range(n_dev)]
    write_records(folder / "records.jsonl", numbers)
    stage = {"epochs": 2.0, "batch": 4, "row_tokens": 400, "checkpoint_every": 2, "learning_rate": 3e-3}
    content: dict[str, Any] = {
        "out": "run",
        "seed": 7,
        "base": {"model": str(model), "dtype": "float32", "device": "cpu"},
        "data": {"train": ["records.jsonl"]},
        "lora": {"rank": 4, "alpha": 8.0, "dropout": 0.1},
        "global_stage": dict(stage),
        "local_stage": {**stage, "mode": "span"},
    }
    for name, table in tables.items():
        content[name] = {**content.get(name, {}), **table} if isinstance(table, dict) else table
    path = folder / "train.toml"
    path.write_text(tomli_w.dumps(content), encoding="utf-8")
    return path


def tiny_config(folder: Path, model: Path, **options: Any) -> TrainConfig:
    """Write a configuration and read it."""
    return load_config(write_config(folder, model, **options))
