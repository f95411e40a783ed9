"""The options that commands share, and their values as one object.

An option that isn't given is None (or empty), so that umi.toml decides.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, TypeVar

import click

from umi_local.commands import completing

F = TypeVar("F", bound=Callable[..., Any])

KV_TYPES = ("f16", "f32", "bf16", "q8_0", "q4_0")
RESIDENCIES = ("auto", "adapters", "merged")


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolChoices:
    """What the command line says about tools.

    Attributes:
        config: The umi.toml to read instead of the one that would be found.
        modules: `package.module` or `file.py`, besides the configuration's.
        only: Names or globs of the tools to offer; empty for all.
        roots: Folders that file tools may touch, instead of the configuration's.
        allow: Effect classes, tools or globs that need no permission.
        deny: Those that are refused.
    """

    config: Path | None = None
    modules: tuple[str, ...] = ()
    only: tuple[str, ...] = ()
    roots: tuple[Path, ...] = ()
    allow: tuple[str, ...] = ()
    deny: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RunChoices:
    """What the command line says about running.

    Attributes:
        run: Fields of `RunConfig` and their values, of what was given only.
        keeps_session: Whether the run is stored.
    """

    tools: ToolChoices = field(default_factory=ToolChoices)
    run: Mapping[str, Any] = field(default_factory=dict)
    keeps_session: bool = True


def _layers(ctx: click.Context, param: click.Parameter, value: str | None) -> int | str | None:
    """Read a number of layers, or `auto`."""
    if value is None or value == "auto":
        return value
    if not value.isdecimal():
        raise click.BadParameter(f"{value!r} is neither a number of layers nor auto", ctx, param)
    return int(value)


_PATH = click.Path(path_type=Path)
_COUNT = click.IntRange(min=1)

TOOL_OPTIONS = (
    click.option(
        "--tools",
        "modules",
        multiple=True,
        metavar="MODULE|FILE.py",
        help="Add the tools of a Python module or file. Repeatable.",
    ),
    click.option(
        "--tool",
        "only",
        multiple=True,
        metavar="NAME",
        shell_complete=completing.tool_names,
        help="Offer only this tool, or those that a glob such as 'file_*' matches. Repeatable.",
    ),
    click.option(
        "--root",
        "roots",
        multiple=True,
        type=click.Path(exists=True, file_okay=False, path_type=Path),
        help="A folder that file tools may touch; the current one by default. Repeatable.",
    ),
    click.option(
        "--allow",
        multiple=True,
        metavar="EFFECT|TOOL",
        shell_complete=completing.effects_and_tools,
        help="Allow without asking: read, write, execute, network, a tool, or a glob. Repeatable.",
    ),
    click.option(
        "--deny",
        multiple=True,
        metavar="EFFECT|TOOL",
        shell_complete=completing.effects_and_tools,
        help="Refuse, likewise. Repeatable.",
    ),
    click.option("--config", type=_PATH, metavar="FILE", help="Read this umi.toml instead of the one found."),
)

TOKEN_OPTIONS = (
    click.option("--planner-tokens", metavar="N", type=_COUNT, help="Tokens of a rationale.  [default: 192]"),
    click.option("--caller-tokens", metavar="N", type=_COUNT, help="Tokens of a tool call.  [default: 512]"),
    click.option("--summarizer-tokens", metavar="N", type=_COUNT, help="Tokens of an answer.  [default: 768]"),
)
SAMPLING_OPTIONS = (
    click.option(
        "--temperature", metavar="X", type=click.FloatRange(min=0), help="0 is greedy.  [default: the bundle's]"
    ),
    click.option(
        "--top-k", metavar="N", type=click.IntRange(min=0), help="0 switches it off.  [default: the bundle's]"
    ),
    click.option("--top-p", metavar="X", type=click.FloatRange(0, 1, min_open=True), help="1 switches it off."),
    click.option("--min-p", metavar="X", type=click.FloatRange(0, 1, max_open=True), help="0 switches it off."),
    click.option("--seed", metavar="N", type=int, help="Equal seeds give equal tokens."),
)
ENGINE_OPTIONS = (
    click.option(
        "--n-ctx", metavar="N", type=click.IntRange(min=256), help="Tokens of context.  [default: the bundle's]"
    ),
    click.option("--n-threads", metavar="N", type=_COUNT, help="CPU threads.  [default: by physical cores]"),
    click.option(
        "--n-gpu-layers",
        metavar="N|auto",
        callback=_layers,
        help="Layers on a GPU; auto for all that fit.  [default: auto]",
    ),
    click.option("--kv-type", type=click.Choice(KV_TYPES), help="Type of cached keys and values.  [default: f16]"),
    click.option("--residency", type=click.Choice(RESIDENCIES), help="How role weights are kept in memory."),
    click.option("--no-prefix-cache", is_flag=True, help="Don't keep evaluated prompts on disk."),
)
RUN_OPTIONS = (
    click.option(
        "--bundle",
        metavar="NAME|DIR|FILE.gguf",
        shell_complete=completing.bundle_names,
        help="The models to use, or any GGUF of an instruct model.  [default: embedded]",
    ),
    click.option("--max-steps", metavar="N", type=_COUNT, help="Planner turns per question.  [default: 12]"),
    click.option(
        "--timeout",
        "timeout_s",
        type=click.FloatRange(min=0, min_open=True),
        metavar="SECONDS",
        help="Time per question.  [default: no limit]",
    ),
    *TOKEN_OPTIONS,
    *SAMPLING_OPTIONS,
    *ENGINE_OPTIONS,
    click.option("--no-session", is_flag=True, help="Don't store what was asked and done."),
)


def tool_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options about tools; the command gets them as `choices: ToolChoices`."""

    @functools.wraps(command)
    def call(*args: Any, **kwargs: Any) -> Any:
        return command(*args, choices=_taken_tool_choices(kwargs), **kwargs)

    return with_options(call, TOOL_OPTIONS)


def run_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add all options about running; the command gets them as `choices: RunChoices`."""

    @functools.wraps(command)
    def call(*args: Any, **kwargs: Any) -> Any:
        tools = _taken_tool_choices(kwargs)
        keeps_session = not kwargs.pop("no_session")
        names = ("bundle", "max_steps", "timeout_s", *_TOKENS, *_SAMPLING, *_ENGINE)
        run = {name: value for name in names if (value := kwargs.pop(name)) is not None}
        if kwargs.pop("no_prefix_cache"):
            run["prefix_cache_bytes"] = 0
        choices = RunChoices(tools=tools, run=run, keeps_session=keeps_session)
        return command(*args, choices=choices, **kwargs)

    return with_options(call, (*RUN_OPTIONS[:1], *TOOL_OPTIONS, *RUN_OPTIONS[1:]))


_TOKENS = ("planner_tokens", "caller_tokens", "summarizer_tokens")
_SAMPLING = ("temperature", "top_k", "top_p", "min_p", "seed")
_ENGINE = ("n_ctx", "n_threads", "n_gpu_layers", "kv_type", "residency")


def output_option(*choices: str) -> Callable[[F], F]:
    """Return the option `--output`, whose first choice is the default."""
    return click.option(
        "--output",
        type=click.Choice(choices),
        default=choices[0],
        show_default=True,
        help="Form of what is written to stdout.",
    )


def _taken_tool_choices(kwargs: dict[str, Any]) -> ToolChoices:
    return ToolChoices(**{f.name: kwargs.pop(f.name) for f in fields(ToolChoices)})


def with_options(call: Callable[..., Any], options: tuple[Callable[[Any], Any], ...]) -> Callable[..., Any]:
    """Add options to a command, in their order."""
    for option in reversed(options):  # click lists the one that was added last first
        call = option(call)
    return call
