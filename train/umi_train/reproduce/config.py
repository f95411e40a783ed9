"""The table `[reproduce]` of a training configuration: which systems, how often, and what they are evaluated on.

The rest of the file is what `umi train all` reads: base, records, adapters, and how stages learn. `epochs` and the local
stages' `mode` are not used here, since every system has its own; what would make systems see unequal tokens is refused.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from umi_local.engine.base import Sampling, SpeakOptions
from umi_local.errors import ConfigError
from umi_local.evaluate.values import Decoding, Route
from umi_local.jsonable import JsonableError, from_jsonable
from umi_local.records import Split
from umi_local.run import Limits
from umi_train.config import TrainConfig, parse_config, read_tables, with_whole_paths
from umi_train.reproduce.systems import SYSTEMS, SystemName


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveConfig:
    """Tasks of test worlds that are run in earnest; the table `[reproduce.live]`."""

    tasks: int
    """How many."""
    seed: int = 0
    """Of the tasks."""
    max_steps: int = 12
    """Planner's turns of one question."""
    timeout_s: float = 600.0
    """Time for one question."""

    def __post_init__(self) -> None:
        problems = [
            f"{name} is {getattr(self, name)}; expected 1 or more"
            for name in ("tasks", "max_steps")
            if getattr(self, name) < 1
        ]
        if not self.timeout_s > 0:
            problems.append(f"timeout_s is {self.timeout_s}; expected a value above 0")
        if problems:
            raise ValueError("; ".join(problems))

    @property
    def limits(self) -> Limits:
        """Of every question."""
        return Limits(max_steps=self.max_steps, timeout_s=self.timeout_s)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReproduceConfig:
    """What is compared; the table `[reproduce]`."""

    test: tuple[Path, ...]
    """Files of records that systems are asked on."""
    split: Split = "test"
    """Only records of this split."""
    limit: int | None = None
    """At most so many records of each file, drawn by a hash of their content."""
    systems: tuple[SystemName, ...] = tuple(SYSTEMS)
    """Which ones."""
    seeds: tuple[int, ...] = (1, 2, 3)
    """Every system is trained once with each."""
    passes: int = 4
    """How often every role learns each of its target tokens, in every system; even, since some spend half on stage 1."""
    decodings: tuple[Decoding, ...] = tuple(Decoding)
    """With grammar and markers, and without."""
    route: Route = Route.PIPELINE
    """`pipeline` follows the planner's own decision, as the paper does; `roles` asks each role by itself."""
    n_ctx: int | None = None
    """Tokens of context in evaluation; by default 4,096, or what the base reads where that is less."""
    workers: int = 16
    """How many records are asked at once; each holds keys and values of its own."""
    live: LiveConfig | None = None
    """Tasks beside the records; none by default."""
    planner_tokens: int = 192
    """The longest rationale."""
    caller_tokens: int = 512
    """The longest call."""
    summarizer_tokens: int = 768
    """The longest answer."""

    def __post_init__(self) -> None:
        problems = [
            f"{name} is empty; leave it out for the default"
            for name in ("systems", "seeds", "decodings")
            if not getattr(self, name)
        ]
        if not self.test:
            problems.append("test is empty; it lists files of records")
        problems += [
            f"{name} has {value!r} twice"
            for name in ("systems", "seeds", "decodings")
            for value in _twice(getattr(self, name))
        ]
        if self.passes < 2 or self.passes % 2:
            problems.append(f"passes is {self.passes}; expected an even number, 2 or more")
        problems += [
            f"{name} is {value}; expected 1 or more"
            for name in ("limit", "n_ctx", "workers", "planner_tokens", "caller_tokens", "summarizer_tokens")
            if (value := getattr(self, name)) is not None and value < 1
        ]
        problems += [f"seeds has {seed}; expected 0 or more" for seed in self.seeds if seed < 0]
        if problems:
            raise ValueError("; ".join(problems))

    @property
    def speaking(self) -> SpeakOptions:
        """Greedy, within the limits of the roles' turns."""
        return SpeakOptions(
            sampling=Sampling(),
            planner_tokens=self.planner_tokens,
            caller_tokens=self.caller_tokens,
            summarizer_tokens=self.summarizer_tokens,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Reproduction:
    """A file with both: how things are trained, and what is compared."""

    train: TrainConfig
    plan: ReproduceConfig


@dataclass(frozen=True, slots=True, kw_only=True)
class _File:
    reproduce: ReproduceConfig = field()


def load_reproduction(path: Path) -> Reproduction:
    """Return what a file says; paths in it are relative to it.

    Raises:
        ConfigError: The file can't be read or has mistakes; all of them are listed.
    """
    return _whole(parse_reproduction(read_tables(path), path), path.absolute().parent)


def parse_reproduction(tables: Mapping[str, Any], where: Path | str = "the configuration") -> Reproduction:
    """Return the reproduction of tables as TOML has them.

    Raises:
        ConfigError: They have mistakes; all of them are listed.
    """
    problems: list[str] = []
    train, plan = None, None
    try:
        train = parse_config(tables, where)
        problems += _unequal(train)
    except ConfigError as error:
        problems += error.problems
    if "reproduce" not in tables:
        raise ConfigError(where, [*problems, "there is no table [reproduce]; docs/reproduce.md shows one"])
    try:
        own = {name: table for name, table in tables.items() if name == "reproduce"}
        file: _File = from_jsonable(_File, own)
        plan = file.reproduce
    except JsonableError as error:
        problems += error.problems
    if train is not None and plan is not None and train.data.markers == "template" and "single" in plan.systems:
        problems.append(
            'data.markers is "template"; the system `single` needs a family of markers, or must be left out'
        )
    if problems or train is None or plan is None:
        raise ConfigError(where, problems)
    return Reproduction(train=train, plan=plan)


def _unequal(config: TrainConfig) -> Iterator[str]:
    """Yield what would give systems unequal records or unequal numbers of tokens, and would otherwise be passed over."""
    if config.data.local_train:
        yield "data.local_train is set; `reproduce` decides itself which records a stage sees"
    if config.data.old:
        yield "data.old is set; `reproduce` retrains nothing"
    if config.data.profile == "single":
        yield 'data.profile is "single", which the system `single` has anyway; name the profile of the others'
    stages = {"global_stage": config.global_stage}
    stages |= {f"local_stage.{role.value}": stage for role, stage in config.local_stages.items()}
    for name, stage in stages.items():
        for key in ("target_tokens", "patience"):
            if getattr(stage, key) is not None:
                yield f"{name}.{key} is set; `passes` in [reproduce] says how much every system learns"
    if config.global_stage.mode != "full":
        yield "global_stage.mode is 'span'; it makes the backbone that contexts are read by, which is 'full'"


def _twice(values: tuple[Any, ...]) -> list[Any]:
    return sorted({value for value in values if values.count(value) > 1})


def _whole(found: Reproduction, folder: Path) -> Reproduction:
    test = tuple(folder / path.expanduser() for path in found.plan.test)
    return Reproduction(train=with_whole_paths(found.train, folder), plan=replace(found.plan, test=test))
