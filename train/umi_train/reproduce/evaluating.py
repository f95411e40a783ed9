"""One system of one seed under evaluation: opened, asked, and its results found again without a model."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, TypeAlias, TypeVar

from umi_local.engine.base import CancelToken, Engine
from umi_local.errors import UsageError
from umi_local.evaluate.live import evaluate_live
from umi_local.evaluate.live_values import LiveResult
from umi_local.evaluate.results_file import Keyed, Results, read_results, results_at
from umi_local.evaluate.static import evaluate_static
from umi_local.evaluate.systems import RoleSystem
from umi_local.evaluate.values import StepResult
from umi_local.folders import storage_error
from umi_local.jsonable import to_jsonable
from umi_local.messages import JsonValue, Role
from umi_local.worlds.generate import default_worlds
from umi_train.config import BaseConfig
from umi_train.data import digest
from umi_train.jobs import BACKBONE
from umi_train.reproduce.config import LiveConfig, ReproduceConfig, Reproduction
from umi_train.reproduce.material import Work
from umi_train.reproduce.places import Place, check_same
from umi_train.reproduce.systems import SYSTEMS, Reading, SystemName

R = TypeVar("R", bound=Keyed)

Facts: TypeAlias = Mapping[str, JsonValue]

OnDone: TypeAlias = Callable[[str, int, int], None]
"""Gets what is being done (`steps` or `tasks`), how many of them are done, and how many there are."""


class Opener(Protocol):
    """Opens PEFT folders as an engine; `umi_train.transformers_engine.open_trained` is one."""

    def __call__(
        self,
        base: BaseConfig,
        *,
        backbone: Path | None,
        roles: Mapping[Role, Path],
        mode: Reading,
        n_ctx: int | None,
        n_parallel: int,
    ) -> Engine:
        """Return an engine whose roles have these adapters, on the base with the backbone's merged into it.

        Args:
            roles: Empty where the backbone speaks for all of them.
            n_ctx: Tokens of context; None for the engine's own default.
            n_parallel: How many will ask at once.
        """


@dataclass(frozen=True, slots=True)
class Answers:
    """What one system of one seed said so far, of what it is asked."""

    static: tuple[StepResult, ...]
    live: tuple[LiveResult, ...]
    n_wanted: int

    @property
    def n_done(self) -> int:
        """How many steps and tasks are done."""
        return len(self.static) + len(self.live)

    @property
    def is_complete(self) -> bool:
        """Whether nothing is left to ask."""
        return self.n_done == self.n_wanted


def answers_of(given: Reproduction, work: Work, system: SystemName, seed: int) -> Answers:
    """Return what is in a system's files of results.

    Raises:
        ResumeError: They are of another system, or of one that was asked otherwise.
        UsageError: A file isn't one of results.
    """
    place = Place(given.train.out)
    folders = _folders(place, system, seed)
    n_wanted = len(work.step_keys) + len(work.task_keys)
    if not all(_weights(folder).is_file() for folder in folders.values()):
        return Answers((), (), n_wanted)
    facts = _facts(given, system, seed, folders)
    static_path, live_path = (place.results(system, seed, kind) for kind in ("static", "live"))
    static = _found(static_path, StepResult, work.step_keys, _static_facts(given.plan, facts))
    live = _found(live_path, LiveResult, work.task_keys, _live_facts(given.plan.live, facts)) if given.plan.live else ()
    return Answers(static, live, n_wanted)


def evaluate(
    given: Reproduction,
    work: Work,
    system: SystemName,
    seed: int,
    *,
    opener: Opener,
    on_done: OnDone,
    cancel: CancelToken,
) -> None:
    """Ask a system whatever it has not been asked yet.

    Raises:
        CancelledError: `cancel` was set. What was done is kept.
        UmiError: The system can't be opened, or is out of order; or results can't be written.
    """
    place, plan = Place(given.train.out), given.plan
    folders = _folders(place, system, seed)
    facts = _facts(given, system, seed, folders)
    engine = opener(
        given.train.base,
        backbone=folders.get(BACKBONE),
        roles={role: folders[role.value] for role in Role if role.value in folders},
        mode=SYSTEMS[system].mode,
        n_ctx=plan.n_ctx,
        n_parallel=plan.workers,
    )
    asking = _Asking(RoleSystem(engine, facts, plan.speaking), work, on_done, cancel)
    try:
        asking.static(place.results(system, seed, "static"), _static_facts(plan, facts))
        if plan.live is not None:
            asking.live(place.results(system, seed, "live"), _live_facts(plan.live, facts), plan.live)
    finally:
        engine.close()


@dataclass(frozen=True, slots=True)
class _Asking:
    """Asks one system."""

    system: RoleSystem
    work: Work
    on_done: OnDone
    cancel: CancelToken

    def static(self, path: Path, facts: Facts) -> None:
        plan = self.work.plan
        with _results(path, StepResult, facts) as results:
            evaluate_static(
                self.system,
                self.work.material,
                results,
                route=plan.route,
                decodings=plan.decodings,
                workers=plan.workers,
                cancel=self.cancel,
                on_step=lambda done, total: self.on_done("steps", done, total),
            )

    def live(self, path: Path, facts: Facts, live: LiveConfig) -> None:
        with _results(path, LiveResult, facts) as results:
            evaluate_live(
                self.system,
                default_worlds(),
                self.work.tasks,
                results,
                limits=live.limits,
                workers=self.work.plan.workers,
                cancel=self.cancel,
                on_task=lambda done, total: self.on_done("tasks", done, total),
            )


def _folders(place: Place, name: SystemName, seed: int) -> dict[str, Path]:
    """Return the adapters that a system is made of, by name."""
    system = SYSTEMS[name]
    folders = {BACKBONE: place.adapter(system.backbone, seed, BACKBONE)} if system.backbone else {}
    if system.roles is not None:
        folders |= {role.value: place.adapter(system.roles, seed, role.value) for role in Role}
    return folders


def _weights(folder: Path) -> Path:
    """Return the file with an adapter's weights."""
    return folder / "adapter_model.safetensors"


def _facts(given: Reproduction, system: SystemName, seed: int, folders: Mapping[str, Path]) -> Facts:
    """Return what decides on what a system says."""
    base, plan = given.train.base, given.plan
    return {
        "name": f"{system} seed {seed}",
        "system": system,
        "seed": seed,
        "base": Path(base.model).name,
        "dtype": base.dtype,
        "four_bit": base.four_bit,
        "adapters": {name: digest(_weights(folder)) for name, folder in folders.items()},
        "mode": SYSTEMS[system].mode,
        "n_ctx": plan.n_ctx,
        "speaking": json.loads(json.dumps(to_jsonable(plan.speaking))),
    }


def _static_facts(plan: ReproduceConfig, system: Facts) -> Facts:
    return {"kind": "static", "route": plan.route.value, "system": dict(system)}


def _live_facts(live: LiveConfig, system: Facts) -> Facts:
    return {"kind": "live", "limits": to_jsonable(live.limits), "system": dict(system)}


@contextmanager
def _results(path: Path, kind: type[R], facts: Facts) -> Iterator[Results[R]]:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise storage_error(path, error) from error
    with results_at(path, kind, facts) as results:
        yield results


def _found(path: Path, kind: type[R], keys: Sequence[str], facts: Facts) -> tuple[R, ...]:
    """Return the results with these keys, in this order; none where the file isn't there, or was cut off in its first line."""
    if not _has_a_line(path):
        return ()
    results = read_results(path, kind)
    check_same(path, results.facts, dict(facts))
    return tuple(found for key in keys if (found := results.get(key)) is not None)


def _has_a_line(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            return file.readline().endswith(b"\n")
    except FileNotFoundError:
        return False
    except OSError as error:
        raise UsageError(f"{path} can't be read: {error.strerror or error}") from error
