"""Training speed and memory on two processor cores: ours against transformers' Trainer and trl's SFTTrainer, in one run.

    python benchmarks/train.py                      four figures, SmolLM2-135M, 64 world records
    python benchmarks/train.py --rounds 3           each side three times, in turns; the best counts
    python benchmarks/train.py --sides full,span    some sides only

Sides, each in a process of its own (train_sides.py), over the same trajectories:

    ours      the global stage: packed trajectories, a loss on every role's turns
    trainer   the paper's recipe through transformers' Trainer: a padded sample for every role's turn
    trl       SFTTrainer with packing and assistant-only loss
    full      the caller's local stage, its adapter active everywhere
    span      the caller's local stage, its adapter active over its own turns, the context computed without gradients

Prints one JSON object. Needs the extras embedded, convert, train, dev, and `pip install trl`.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "train"), str(ROOT / "convert"), str(ROOT / "benchmarks")]

SIDES = ("ours", "trainer", "trl", "full", "span")
MUST_BE = {
    "trainer_time": "at least 3.0",
    "trl_time": "at least 1.3",
    "span_time": "at least 1.5",
    "trainer_memory": "at most 0.7",
}


def main() -> None:
    """Make the records, run every side, print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--records", type=int, default=64, metavar="N", help="World records to train on.")
    parser.add_argument("--rounds", type=int, default=1, help="Each side so many times, in turns; the best counts.")
    parser.add_argument("--threads", type=int, default=2, help="Of every side.")
    parser.add_argument("--sides", default=",".join(SIDES), help="Which sides, with commas between them.")
    choices = parser.parse_args()
    sides = [side for side in SIDES if side in choices.sides.split(",")]
    with tempfile.TemporaryDirectory(prefix="umi-bench-train-") as folder:
        records = make_records(Path(folder), choices.records)
        found: dict[str, list[dict[str, Any]]] = {side: [] for side in sides}
        for _ in range(choices.rounds):
            for side in sides:
                found[side].append(run(side, records, Path(folder) / "work", choices.threads))
    costs = {side: best(rounds) for side, rounds in found.items()}
    from convert import machine

    figures = {"machine": machine(), "threads": choices.threads, "sides": costs, "ratios": ratios(costs)}
    print(json.dumps({**figures, "must_be": MUST_BE}, indent=2))  # noqa: T201


def make_records(folder: Path, n: int) -> Path:
    """Write world records: the same everywhere."""
    from umi_local.records import write_records
    from umi_train.world_records import world_records

    path = folder / "records.jsonl"
    write_records(path, world_records("train", n, seed=2024))
    return path


def run(side: str, records: Path, work: Path, threads: int) -> dict[str, Any]:
    """Run a side in a process and return what it says."""
    shutil.rmtree(work, ignore_errors=True)
    script = str(ROOT / "benchmarks" / "train_sides.py")
    environment = {**os.environ, "OMP_NUM_THREADS": str(threads), "TOKENIZERS_PARALLELISM": "false"}
    process = subprocess.run(
        [sys.executable, script, side, str(records), str(work), "--threads", str(threads)],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if process.returncode:
        sys.exit(f"{side} failed:\n{process.stderr[-3000:]}")
    facts: dict[str, Any] = json.loads(process.stdout.splitlines()[-1])
    print(f"{side}: {facts}", file=sys.stderr)  # noqa: T201
    return facts


def best(rounds: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the quickest round, with the least memory of any, and its rate."""
    quickest = min(rounds, key=lambda facts: facts["seconds"])
    return {
        **quickest,
        "peak_mib": min(facts["peak_mib"] for facts in rounds),
        "trajectories_per_s": round(quickest["trajectories"] / quickest["seconds"], 3),
    }


def ratios(costs: dict[str, dict[str, Any]]) -> dict[str, float]:
    """Return the figures of those sides that ran."""
    found = {}
    for name, over, under in (
        ("trainer_time", "ours", "trainer"),
        ("trl_time", "ours", "trl"),
        ("span_time", "span", "full"),
    ):
        if over in costs and under in costs:
            found[name] = round(costs[over]["trajectories_per_s"] / costs[under]["trajectories_per_s"], 2)
    if "ours" in costs and "trainer" in costs:
        found["trainer_memory"] = round(costs["ours"]["peak_mib"] / costs["trainer"]["peak_mib"], 2)
    return found


if __name__ == "__main__":
    main()
