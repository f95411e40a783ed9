"""Small reproductions that train in seconds, what they say while they run, and what they open."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.train.tiny_runs import record, write_config
from umi_local.engine.base import CancelToken, OnText, SpeakOptions, Spoken, Written
from umi_local.messages import Role, ToolSpec, Trajectory
from umi_local.records import write_records
from umi_train.config import BaseConfig
from umi_train.reproduce.config import Reproduction, load_reproduction
from umi_train.reproduce.running import Shown
from umi_train.reproduce.systems import Reading
from umi_train.setting import Watch
from umi_train.transformers_engine import TransformersEngine, open_trained

STAGE = {"batch": 4, "row_tokens": 600, "checkpoint_every": 2, "learning_rate": 3e-3}


def write_reproduction(folder: Path, model: Path, *, n_train: int = 14, n_test: int = 3, **reproduce: Any) -> Path:
    """Write records, records to evaluate on, and a configuration of both; `reproduce` goes over its table."""
    folder.mkdir(parents=True, exist_ok=True)
    write_records(folder / "test.jsonl", [record(200 + i, split="test") for i in range(n_test)])
    table = {
        "test": ["test.jsonl"],
        "seeds": [1, 2],
        "passes": 2,
        "workers": 2,
        "planner_tokens": 8,
        "caller_tokens": 24,
        "summarizer_tokens": 8,
        **reproduce,
    }
    return write_config(folder, model, n_train=n_train, n_dev=0, global_stage=STAGE, local_stage=STAGE, reproduce=table)


def tiny_reproduction(folder: Path, model: Path, **options: Any) -> Reproduction:
    """Write a reproduction and read it."""
    return load_reproduction(write_reproduction(folder, model, **options))


class Sayings:
    """What was said while a reproduction ran; what it shows is otherwise dropped."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    @property
    def shown(self) -> Shown:
        """Gets everything."""
        return Shown(say=self.lines.append, training=_nothing_of_training, evaluating=_nothing_of_evaluating)


@contextmanager
def _nothing_of_training() -> Iterator[Watch]:
    yield Watch()


@contextmanager
def _nothing_of_evaluating() -> Iterator[Callable[[str, int, int], None]]:
    yield lambda what, done, total: None


class Watched:
    """An engine that calls a function whenever a role has spoken or written."""

    def __init__(self, engine: TransformersEngine, on_turn: Callable[[], None]) -> None:
        self._engine, self._on_turn = engine, on_turn
        self.is_closed = False

    def prepare(self, tools: Sequence[ToolSpec]) -> None:
        """Prepare the engine."""
        self._engine.prepare(tools)

    def speak(
        self, role: Role, trajectory: Trajectory, *, options: SpeakOptions, cancel: CancelToken, on_text: OnText
    ) -> Spoken:
        """Let the engine speak."""
        spoken = self._engine.speak(role, trajectory, options=options, cancel=cancel, on_text=on_text)
        self._on_turn()
        return spoken

    def write(
        self,
        role: Role,
        trajectory: Trajectory,
        *,
        options: SpeakOptions,
        cancel: CancelToken,
        is_done: Callable[[str], bool],
    ) -> Written:
        """Let the engine write."""
        written = self._engine.write(role, trajectory, options=options, cancel=cancel, is_done=is_done)
        self._on_turn()
        return written

    def close(self) -> None:
        """Close the engine."""
        self.is_closed = True
        self._engine.close()


class Opened:
    """Opens what was trained, and remembers what with.

    Attributes:
        asked: Backbone, roles and mode of each engine.
        n_turns: Of all engines.
    """

    def __init__(self, on_turn: Callable[[], None] = lambda: None) -> None:
        self.asked: list[dict[str, Any]] = []
        self.engines: list[Watched] = []
        self.n_turns = 0
        self._on_turn = on_turn

    def __call__(
        self,
        base: BaseConfig,
        *,
        backbone: Path | None,
        roles: Mapping[Role, Path],
        mode: Reading,
        n_ctx: int | None,
        n_parallel: int,
    ) -> Watched:
        """Open it."""
        self.asked.append({"backbone": backbone, "roles": dict(roles), "mode": mode})
        engine = open_trained(base, backbone=backbone, roles=roles, mode=mode, n_ctx=n_ctx, n_parallel=n_parallel)
        self.engines.append(Watched(engine, self._count))
        return self.engines[-1]

    def _count(self) -> None:
        self.n_turns += 1
        self._on_turn()
