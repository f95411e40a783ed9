"""The options that several sub-commands of `umi convert` share."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

F = TypeVar("F", bound=Callable[..., Any])

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)
OUT = click.Path(path_type=Path)

threads_option = click.option(
    "--n-threads", metavar="N", type=click.IntRange(min=1), help="CPU threads.  [default: by physical cores]"
)
dry_run_option = click.option("--dry-run", is_flag=True, help="Print the plan, sizes and memory needed; write nothing.")
force_option = click.option("--force", is_flag=True, help="Replace what is already there.")
llama_cpp_option = click.option(
    "--llama-cpp",
    metavar="DIR",
    type=FOLDER,
    help="A llama.cpp checkout whose converter takes the architectures that umi_convert doesn't know.",
)
pre_tokenizer_option = click.option(
    "--pre-tokenizer",
    metavar="NAME",
    help="llama.cpp's name of the pre-tokenizer, where the tokenizer isn't recognized.",
)
importance_option = click.option(
    "--importance", metavar="FILE", type=FILE, help="An importance matrix, from `umi convert importance`."
)
overrides_option = click.option(
    "--tensor",
    "overrides",
    multiple=True,
    metavar="REGEX=TYPE",
    callback=lambda ctx, param, values: tuple(_override(ctx, param, value) for value in values),
    help="Store tensors whose name matches in another type. Repeatable; the first match counts.",
)
trajectories_option = click.option(
    "--trajectories",
    metavar="FILE.jsonl",
    type=FILE,
    help="Judge and calibrate on these, instead of those that come along.",
)


def several(*options: Callable[[F], F]) -> Callable[[F], F]:
    """Return a decorator that adds options in the order in which they are listed."""

    def add(command: F) -> F:
        for option in reversed(options):  # click lists the one that was added last first
            command = option(command)
        return command

    return add


def _override(ctx: click.Context, param: click.Parameter, value: str) -> tuple[str, str]:
    pattern, separator, qtype = value.rpartition("=")
    if not separator or not pattern or not qtype:
        raise click.BadParameter(f"{value!r} is not REGEX=TYPE", ctx, param)
    return pattern, qtype
