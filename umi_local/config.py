"""umi.toml: what a person sets once, as frozen values.

Defaults give way to the file, and the file to the command line. Unknown keys are mistakes, with a suggestion; all mistakes
of a file are reported together. Paths in the file are relative to it. Secrets don't belong here: endpoints name the
environment variable of their key.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal

from umi_local.bundles.catalog import EMBEDDED
from umi_local.engine.base import Sampling, SpeakOptions
from umi_local.engine.options import EngineOptions
from umi_local.errors import ConfigError
from umi_local.folders import config_path
from umi_local.jsonable import JsonableError, from_jsonable
from umi_local.toml_file import read_toml
from umi_local.tools.commands import CommandConfig
from umi_local.tools.policy import Rule

CONFIG_FILE = "umi.toml"

_ENGINE = EngineOptions()
_SPEAK = SpeakOptions()
_AT_LEAST = {
    "n_ctx": 256,
    "n_batch": 1,
    "n_threads": 1,
    "prefix_cache_bytes": 0,
    "max_steps": 1,
    "retries": 0,
    "planner_tokens": 1,
    "caller_tokens": 1,
    "summarizer_tokens": 1,
}
_SAMPLING = ("temperature", "top_k", "top_p", "min_p", "seed")


@dataclass(frozen=True, slots=True, kw_only=True)
class RunConfig:
    """How questions are answered; the table `[run]`."""

    bundle: str = EMBEDDED
    """Name or path of the bundle, or the path of a GGUF."""
    n_ctx: int | None = None
    """Tokens of context; the bundle's own by default."""
    n_batch: int = _ENGINE.n_batch
    """Tokens evaluated in one call; also how long cancelling can take."""
    n_threads: int | None = None
    """One per physical core by default, less one where there are more than four."""
    n_gpu_layers: int | Literal["auto"] = "auto"
    """Layers on a GPU; "auto" for all that fit."""
    kv_type: Literal["f16", "f32", "bf16", "q8_0", "q4_0"] = "f16"
    """Type of cached keys and values."""
    residency: Literal["auto", "adapters", "merged"] | None = None
    """How role weights of layout `shared` are kept; the bundle's own choice by default."""
    prefix_cache_bytes: int = _ENGINE.prefix_cache_bytes
    """Cap of the prefix cache on disk; 0 switches it off."""
    max_steps: int = 12
    """Planner turns per question."""
    timeout_s: float | None = None
    """Wall time per question in seconds; no limit by default."""
    retries: int = 3
    """How often an unreachable remote role is tried again."""
    planner_tokens: int = _SPEAK.planner_tokens
    """Tokens of a rationale, after which the planner must decide."""
    caller_tokens: int = _SPEAK.caller_tokens
    """Tokens of a tool call, after which it is brought to its shortest valid end."""
    summarizer_tokens: int = _SPEAK.summarizer_tokens
    """Tokens of an answer."""
    temperature: float | None = None
    """0 is greedy. This and the four below are the bundle's by default."""
    top_k: int | None = None
    """0 switches it off."""
    top_p: float | None = None
    """1 switches it off."""
    min_p: float | None = None
    """0 switches it off."""
    seed: int | None = None
    """Equal seeds give equal tokens."""

    def __post_init__(self) -> None:
        problems = [
            f"{name} is {value}; expected {least:,} or more"
            for name, least in _AT_LEAST.items()
            if (value := getattr(self, name)) is not None and value < least
        ]
        if self.timeout_s is not None and not self.timeout_s > 0:
            problems.append(f"timeout_s is {self.timeout_s}; expected seconds above 0")
        if self.n_gpu_layers != "auto" and self.n_gpu_layers < 0:
            problems.append(f"n_gpu_layers is {self.n_gpu_layers}; expected 0 or more, or 'auto'")
        try:
            self.sampling_over(Sampling())
        except ValueError as error:
            problems.append(str(error))
        if problems:
            raise ValueError("; ".join(problems))

    def engine_options(self) -> EngineOptions:
        """Return what engines in this process are opened with."""
        return EngineOptions(
            n_ctx=self.n_ctx,
            n_batch=self.n_batch,
            n_threads=self.n_threads,
            n_gpu_layers=self.n_gpu_layers,
            kv_type=self.kv_type,
            residency=self.residency,
            prefix_cache_bytes=self.prefix_cache_bytes,
        )

    def sampling_over(self, sampling: Sampling) -> Sampling:
        """Return a bundle's sampling with what is set here put over it."""
        given = {name: getattr(self, name) for name in _SAMPLING}
        return replace(sampling, **{name: value for name, value in given.items() if value is not None})

    def speak_options(self, sampling: Sampling) -> SpeakOptions:
        """Return token limits and sampling.

        Args:
            sampling: The bundle's, for what isn't set here. Where nothing is, each role keeps its own.
        """
        is_set = any(getattr(self, name) is not None for name in _SAMPLING)
        return SpeakOptions(
            sampling=self.sampling_over(sampling) if is_set else None,
            planner_tokens=self.planner_tokens,
            caller_tokens=self.caller_tokens,
            summarizer_tokens=self.summarizer_tokens,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolsConfig:
    """Which tools there are; the table `[tools]`."""

    modules: tuple[str, ...] = ()
    """Python modules (`package.module`) and files (`tools.py`) with tools."""
    only: tuple[str, ...] = ()
    """Names of the tools to offer; all by default."""
    roots: tuple[Path, ...] = ()
    """Folders that file tools may touch."""
    commands: tuple[CommandConfig, ...] = ()
    """Programs that are tools."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyConfig:
    """What calls may do; the table `[policy]`."""

    rules: tuple[Rule, ...] = ()
    """The first rule that matches a call decides."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """All of umi.toml."""

    run: RunConfig = field(default_factory=RunConfig)
    tools: ToolsConfig = field(default_factory=ToolsConfig)
    policy: PolicyConfig = field(default_factory=PolicyConfig)


def find_config(given: Path | None = None) -> Path | None:
    """Return the file that counts: the one given, else $UMI_CONFIG, else ./umi.toml, else the user's own.

    Where UMI_CONFIG is set, nothing else is looked for; a file that isn't there yet means the defaults.

    Returns:
        None where there is no file.

    Raises:
        ConfigError: The given file doesn't exist.
    """
    if given is not None:
        if not given.is_file():
            raise ConfigError(given, ["there is no such file"], hint="Correct --config, or leave it out.")
        return given
    nearest = () if os.environ.get("UMI_CONFIG") else (Path(CONFIG_FILE),)
    return next((path for path in (*nearest, config_path()) if path.is_file()), None)


def load_config(path: Path | None) -> Config:
    """Return what a file says, or the defaults without one.

    Raises:
        ConfigError: The file can't be read or has mistakes; all of them are listed.
    """
    if path is None:
        return Config()
    try:
        config: Config = from_jsonable(Config, read_toml(path))
    except JsonableError as error:
        raise ConfigError(path, error.problems) from error
    except OSError as error:
        raise ConfigError(path, [error.strerror or str(error)]) from error
    except ValueError as error:
        raise ConfigError(path, [str(error)]) from error
    return _with_whole_paths(config, path.absolute().parent)


def _with_whole_paths(config: Config, folder: Path) -> Config:
    return replace(
        config,
        run=replace(config.run, bundle=_bundle(config.run.bundle, folder)),
        tools=replace(
            config.tools,
            modules=tuple(_module(module, folder) for module in config.tools.modules),
            roots=_roots(config.tools.roots, folder),
            commands=tuple(_command(command, folder) for command in config.tools.commands),
        ),
    )


def _bundle(bundle: str, folder: Path) -> str:
    """Return a bundle's path made whole; a name stays a name."""
    is_path = "/" in bundle or os.sep in bundle or bundle.endswith((".toml", ".gguf"))
    return str(folder / Path(bundle).expanduser()) if is_path else bundle


def _module(module: str, folder: Path) -> str:
    return str(folder / Path(module).expanduser()) if module.endswith(".py") else module


def _command(command: CommandConfig, folder: Path) -> CommandConfig:
    """Return a command whose folder, and program where that is named by a path, are found from anywhere."""
    program, *words = command.argv
    is_path = isinstance(program, str) and (program.startswith("~") or "/" in program or os.sep in program)
    whole = str(folder / Path(program).expanduser()) if is_path else program  # type: ignore[arg-type]  # then it is a text
    cwd = folder / command.cwd.expanduser() if command.cwd is not None else None
    return replace(command, argv=(whole, *words), cwd=cwd)


def _roots(roots: Sequence[Path], folder: Path) -> tuple[Path, ...]:
    return tuple(folder / root.expanduser() for root in roots)
