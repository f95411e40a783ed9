"""A training configuration: one TOML file, as frozen values.

    preset = "embedded"           # or "paper"; what the file says goes over it
    out = "runs/first"
    [base]         model, dtype, device, four_bit, checkpoint_activations, threads
    [data]         train, local_train, dev, old, profile, markers, max_tokens
    [lora]         rank, alpha, rslora, dropout, targets
    [global_stage] epochs, learning_rate, batch, ...
    [local_stage]  the same, and mode; [local_stage.summarizer] and the like for one role

Unknown keys are mistakes, with a suggestion; all mistakes of a file are reported together. Paths are relative to the file.
"""

from __future__ import annotations

import difflib
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal, TypeAlias

from umi_local.bundles.package_files import is_package_file
from umi_local.bundles.role_card import Mode
from umi_local.bundles.values import Markers, Profile
from umi_local.errors import ConfigError
from umi_local.jsonable import JsonableError, from_jsonable
from umi_local.messages import Role
from umi_local.prompts import ONE_CONVERSATION
from umi_local.toml_file import read_toml
from umi_train.presets import PRESETS

Schedule: TypeAlias = Literal["cosine", "linear", "constant"]
Samples: TypeAlias = Literal["trajectory", "turn"]

_ROLES = tuple(role.value for role in Role)

_OF_OTHERS = ("reproduce",)
"""Tables that other commands read from the same file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BaseConfig:
    """What is trained; the table `[base]`."""

    model: str
    """An id of the hub (`owner/name`), a checkpoint's folder, a GGUF, or `package:DISTRIBUTION/path/in/it`."""
    dtype: Literal["auto", "float32", "bfloat16"] = "auto"
    """Of the frozen weights; `auto` is bfloat16 where the hardware computes with it. Adapters are float32 always."""
    device: Literal["auto", "cpu", "cuda"] = "auto"
    """`auto` is CUDA where there is a device."""
    four_bit: bool = False
    """Keep the frozen weights in 4 bits (bitsandbytes, CUDA only)."""
    checkpoint_activations: bool = False
    """Compute layers again in the backward pass: a third slower, far less memory."""
    threads: int | None = None
    """Of the processor; all cores by default. With something else to do, a core less is often faster."""

    def __post_init__(self) -> None:
        if self.threads is not None and self.threads < 1:
            raise ValueError(f"threads is {self.threads}; expected 1 or more, or nothing")


@dataclass(frozen=True, slots=True, kw_only=True)
class DataConfig:
    """What it is trained on; the table `[data]`."""

    train: tuple[Path, ...]
    """JSONL files of records, gzipped or not; their records of the split `train` are used."""
    local_train: tuple[Path, ...] = ()
    """The same for local stages; by default those of `train`, which the paper calls data reuse."""
    dev: tuple[Path, ...] = ()
    """Files whose records of the split `dev` are measured now and then; by default those of `train`."""
    old: tuple[Path, ...] = ()
    """Records that an earlier adapter was trained for; measured before and after a retraining."""
    profile: Profile = "shared"
    """How prompts are written; `single` is one model that has no local stages."""
    markers: Markers = "chatml"
    """The family of turn markers; `template` with the profile `prompted` is the model's own."""
    max_tokens: int = 4096
    """Longer texts are left out, counted and reported: cut ones would teach what was cut."""

    def __post_init__(self) -> None:
        problems = []
        if not self.train:
            problems.append("train is empty; it lists files of records")
        if self.max_tokens < 16:
            problems.append(f"max_tokens is {self.max_tokens}; expected 16 or more")
        if self.profile in ONE_CONVERSATION and self.markers == "template":
            problems.append(f'markers is "template", which the profile "{self.profile}" can\'t have')
        if problems:
            raise ValueError("; ".join(problems))


@dataclass(frozen=True, slots=True, kw_only=True)
class LoraConfig:
    """The adapters' shape; the table `[lora]`."""

    rank: int = 16
    """Columns of B and rows of A."""
    alpha: float = 32.0
    """The change is scaled by alpha / rank, with rsLoRA by alpha / √rank."""
    rslora: bool = False
    """Kalajdzievski 2023 (arXiv 2312.03732)."""
    dropout: float = 0.0
    """Share of an adapter's inputs that is dropped in training."""
    targets: Literal["all-linear"] | tuple[str, ...] = "all-linear"
    """Names of the layers that are changed, such as `q_proj`, or all linear ones but the head."""

    def __post_init__(self) -> None:
        problems = []
        if self.rank < 1:
            problems.append(f"rank is {self.rank}; expected 1 or more")
        if not self.alpha > 0:
            problems.append(f"alpha is {self.alpha}; expected a value above 0")
        if not 0 <= self.dropout < 1:
            problems.append(f"dropout is {self.dropout}; expected at least 0, below 1")
        if not self.targets:
            problems.append('targets is empty; leave it out, or say "all-linear"')
        if problems:
            raise ValueError("; ".join(problems))


@dataclass(frozen=True, slots=True, kw_only=True)
class StageConfig:
    """How one stage is trained; the tables `[global_stage]` and `[local_stage]`."""

    mode: Mode = "full"
    """`span`: the adapter is active over a role's own turns, after a context frozen under the backbone. `full`: everywhere."""
    samples: Samples = "trajectory"
    """`trajectory`: one text with a loss on every wanted turn. `turn`: a text for each turn, as in the paper."""
    epochs: float = 3.0
    """How often all records are seen."""
    target_tokens: int | None = None
    """End once so many tokens have been learned to say, whatever `epochs` is; for runs that are to be compared."""
    learning_rate: float = 5e-4
    """The highest one."""
    schedule: Schedule = "cosine"
    """How the rate falls after the warm-up, to 0."""
    warmup_ratio: float = 0.05
    """Share of the steps over which the rate grows from 0."""
    weight_decay: float = 0.0
    """AdamW's."""
    clip: float = 1.0
    """Highest norm of a step's gradient, of each adapter by itself; 0 switches it off."""
    batch: int = 16
    """Trajectories (with `samples = "turn"` turns) to a step, over all processes together."""
    row_tokens: int = 8192
    """Tokens that are computed together; what doesn't fit is accumulated. A longer text has a row to itself."""
    evaluate_every: int = 0
    """Steps between measurements on `dev`; 0 for once an epoch."""
    patience: int | None = None
    """End after so many measurements without a better one."""
    keep: Literal["best", "last"] = "best"
    """Which adapter is the result: the one that was best on `dev` (the last one where there is no `dev`), or the last one."""
    checkpoint_every: int = 50
    """Steps between checkpoints."""
    keep_checkpoints: int = 2
    """How many of the newest are kept."""

    def __post_init__(self) -> None:
        least = {"batch": 1, "row_tokens": 16, "evaluate_every": 0, "checkpoint_every": 1, "keep_checkpoints": 1}
        problems = [
            f"{name} is {getattr(self, name)}; expected {low} or more"
            for name, low in least.items()
            if getattr(self, name) < low
        ]
        problems += [
            f"{name} is {getattr(self, name)}; expected 1 or more, or nothing"
            for name in ("patience", "target_tokens")
            if getattr(self, name) is not None and getattr(self, name) < 1
        ]
        problems += [
            f"{name} is {getattr(self, name)}; expected a value above 0"
            for name in ("epochs", "learning_rate")
            if not 0 < getattr(self, name) < float("inf")
        ]
        problems += [
            f"{name} is {getattr(self, name)}; expected 0 or more"
            for name in ("weight_decay", "clip")
            if not 0 <= getattr(self, name) < float("inf")
        ]
        if not 0 <= self.warmup_ratio < 1:
            problems.append(f"warmup_ratio is {self.warmup_ratio}; expected at least 0, below 1")
        if self.mode == "span" and self.samples == "turn":
            problems.append('samples is "turn", which the mode "span" has no use for')
        if problems:
            raise ValueError("; ".join(problems))


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainConfig:
    """All of a configuration.

    Attributes:
        out: The folder that everything is written to: an adapter's folder per stage, checkpoints, logs.
        local_lora: The shape of roles' adapters; None for that of the backbone's.
        local_stages: How each role is trained.
        stores: Where tokenized records are kept; None for below `out`. Not in the file: for several runs on the same records.
    """

    out: Path
    base: BaseConfig
    data: DataConfig
    seed: int = 42
    lora: LoraConfig = field(default_factory=LoraConfig)
    local_lora: LoraConfig | None = None
    global_stage: StageConfig = field(default_factory=StageConfig)
    local_stages: Mapping[Role, StageConfig] = field(default_factory=dict)
    stores: Path | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _File:
    """The tables as they stand in the file, but for `local_stage`, whose tables of roles go over its own keys."""

    out: Path
    base: BaseConfig
    data: DataConfig
    seed: int = 42
    preset: Literal["embedded", "paper"] = "embedded"
    lora: LoraConfig = field(default_factory=LoraConfig)
    local_lora: LoraConfig | None = None
    global_stage: StageConfig = field(default_factory=StageConfig)
    local_stage: Mapping[str, Any] = field(default_factory=dict)


def load_config(path: Path) -> TrainConfig:
    """Return what a file says, over its preset.

    Raises:
        ConfigError: The file can't be read or has mistakes; all of them are listed.
    """
    return with_whole_paths(parse_config(read_tables(path), path), path.absolute().parent)


def read_tables(path: Path) -> dict[str, Any]:
    """Return the tables of a file, unread.

    Raises:
        ConfigError: The file can't be read, or isn't TOML.
    """
    try:
        return read_toml(path)
    except OSError as error:
        raise ConfigError(path, [error.strerror or str(error)]) from error
    except ValueError as error:
        raise ConfigError(path, [str(error)]) from error


def parse_config(tables: Mapping[str, Any], where: Path | str = "the configuration") -> TrainConfig:
    """Return the configuration of tables as TOML has them, over their preset.

    Raises:
        ConfigError: They have mistakes; all of them are listed.
    """
    problems: list[str] = []
    tables = {name: table for name, table in tables.items() if name not in _OF_OTHERS}
    preset = PRESETS.get(str(tables.get("preset", "embedded")), PRESETS["embedded"])
    merged = _over(preset, tables)
    if isinstance(own := tables.get("local_lora"), Mapping) and isinstance(merged["lora"], Mapping):
        merged["local_lora"] = _over(merged["lora"], own)
    read = _read(_File, merged, "", problems)
    stages = _local_stages(preset["local_stage"], tables.get("local_stage", {}), problems)
    if problems:
        raise ConfigError(where, problems)
    assert read is not None
    return TrainConfig(
        out=read.out,
        base=read.base,
        data=read.data,
        seed=read.seed,
        lora=read.lora,
        local_lora=read.local_lora,
        global_stage=read.global_stage,
        local_stages=stages,
    )


def _local_stages(preset: Mapping[str, Any], given: Any, problems: list[str]) -> dict[Role, StageConfig]:
    """Return each role's stage: the preset's, the preset's for this role, the file's, the file's for this role."""
    if not isinstance(given, Mapping):
        return {}  # told with the file's other mistakes
    before = len(problems)
    problems += _wrong_tables(given)
    common = {**_without_roles(preset), **_without_roles(given)}
    stage = _read(StageConfig, common, "local_stage", problems)
    if len(problems) > before:
        return {}
    stages = {}
    for role in Role:
        own, over = preset.get(role.value, {}), given.get(role.value, {})
        merged = {**_without_roles(preset), **own, **_without_roles(given), **over}
        where = f"local_stage.{role.value}"
        stages[role] = _read(StageConfig, merged, where, problems) if merged != common else stage
    return stages


def _without_roles(table: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in table.items() if key not in _ROLES and not isinstance(value, Mapping)}


def _wrong_tables(given: Mapping[str, Any]) -> Iterator[str]:
    """Yield what is wrong with the tables of roles."""
    for key, value in given.items():
        if key in _ROLES and not isinstance(value, Mapping):
            yield f"local_stage.{key} must be a table with keys, not {value!r}"
        elif key not in _ROLES and isinstance(value, Mapping):
            near = difflib.get_close_matches(key, _ROLES, n=1)
            advice = f"did you mean {near[0]!r}?" if near else f"known: {', '.join(_ROLES)}"
            yield f"unknown table 'local_stage.{key}'; {advice}"


def _read(cls: Any, data: Any, where: str, problems: list[str]) -> Any:
    try:
        return from_jsonable(cls, data, where=where)
    except JsonableError as error:
        problems += error.problems
        return None


def _over(preset: Mapping[str, Any], tables: Mapping[str, Any]) -> dict[str, Any]:
    """Return the preset with a file's keys over it, table by table."""
    merged = dict(preset)
    for key, value in tables.items():
        below = merged.get(key)
        is_both = isinstance(value, Mapping) and isinstance(below, Mapping)
        merged[key] = _over(below, value) if is_both else value  # type: ignore[arg-type]  # both are mappings
    return merged


def with_whole_paths(config: TrainConfig, folder: Path) -> TrainConfig:
    """Return the configuration with its relative paths made whole, from a folder."""

    def whole(path: Path) -> Path:
        return folder / path.expanduser()

    data = replace(
        config.data,
        train=tuple(map(whole, config.data.train)),
        local_train=tuple(map(whole, config.data.local_train)),
        dev=tuple(map(whole, config.data.dev)),
        old=tuple(map(whole, config.data.old)),
    )
    base = replace(config.base, model=_model(config.base.model, folder))
    return replace(config, out=whole(config.out), data=data, base=base)


def _model(model: str, folder: Path) -> str:
    """Return a path made whole; an id of the hub stays one."""
    if is_package_file(model):
        return model
    is_path = model.endswith(".gguf") or model.startswith((".", "~", os.sep)) or (folder / model).exists()
    return str(folder / Path(model).expanduser()) if is_path else model
