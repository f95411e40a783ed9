"""`umi train global`, `umi train local` and `umi train all`: the stages of a configuration, watched."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from umi_local.commands.options import output_option
from umi_local.errors import UsageError
from umi_local.messages import Role

if TYPE_CHECKING:
    from umi_train.config import TrainConfig
    from umi_train.stages import Trained

F = TypeVar("F", bound=Callable[..., Any])

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)
ROLES = click.Choice([role.value for role in Role])

config_option = click.option(
    "-c", "--config", "path", type=FILE, required=True, metavar="FILE.toml", help="What is trained, on what, and how."
)
out_option = click.option(
    "-o", "--out", type=click.Path(path_type=Path), metavar="DIR", help="Instead of the file's `out`."
)


@click.command("global", short_help="Train the backbone on all roles' turns.")
@config_option
@out_option
@output_option("text", "json")
def global_command(path: Path, out: Path | None, output: str) -> None:
    """Train the backbone: one adapter on every role's turns. A run that was interrupted goes on where it was."""
    config = _config(path, out)
    from umi_train.stages import train_global

    _show(_watched(lambda watch: train_global(config, watch=watch)), output)


@click.command("local", short_help="Train roles, each from the backbone.")
@config_option
@click.option("--role", "roles", type=ROLES, multiple=True, help="Train this one only. Repeatable; all by default.")
@click.option("--backbone", type=FOLDER, metavar="DIR", help="The global stage's folder; by default the one in `out`.")
@click.option("--from-base", is_flag=True, help="Start from the base itself, without a global stage.")
@click.option(
    "--from",
    "start",
    type=FOLDER,
    metavar="DIR",
    help="Go on from this earlier adapter of the one role that is trained.",
)
@click.option(
    "--old",
    type=FILE,
    multiple=True,
    metavar="FILE",
    help="With --from: measure these records before and after. Repeatable.",
)
@out_option
@output_option("text", "json")
def local_command(
    path: Path,
    roles: tuple[str, ...],
    backbone: Path | None,
    from_base: bool,
    start: Path | None,
    old: tuple[Path, ...],
    out: Path | None,
    output: str,
) -> None:
    """Train the planner, the caller and the summarizer, each from the backbone. Interrupted runs go on where they were."""
    config = _config(path, out)
    from umi_train.stages import train_local

    if old:
        config = replace(config, data=replace(config.data, old=old))
    chosen = tuple(Role(role) for role in dict.fromkeys(roles)) or tuple(Role)
    if start is not None and len(chosen) != 1:
        raise UsageError("--from is one role's earlier adapter", hint="Name the role with --role.")
    begun = {chosen[0]: start} if start is not None else {}
    below = _backbone(config, backbone, from_base=from_base)
    _show(_watched(lambda watch: train_local(config, chosen, backbone=below, start_from=begun, watch=watch)), output)


@click.command("all", short_help="Train the backbone, then all roles.")
@config_option
@out_option
@output_option("text", "json")
def all_command(path: Path, out: Path | None, output: str) -> None:
    """Train the backbone, then the three roles from it. A run that was interrupted goes on where it was."""
    config = _config(path, out)
    from umi_train.stages import train_all

    _show(_watched(lambda watch: train_all(config, watch=watch)), output)


def wait_passively() -> None:
    """Let torch's threads wait for each other without spinning; only before torch is loaded can they be told.

    Where another program takes one of two cores, spinning made steps up to ten times slower (measured).
    """
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")


def _config(path: Path, out: Path | None) -> TrainConfig:
    """Read the configuration, before torch is loaded."""
    wait_passively()
    from umi_train.config import load_config

    config = load_config(path)
    return replace(config, out=out) if out is not None else config


def _backbone(config: TrainConfig, given: Path | None, *, from_base: bool) -> Path | None:
    """Return the folder of the global stage."""
    if from_base:
        if given is not None:
            raise UsageError("--backbone and --from-base exclude each other")
        return None
    folder = given or config.out / "backbone"
    if not (folder / "adapter_config.json").is_file():
        raise UsageError(
            f"there is no backbone in {folder}",
            hint="Run `umi train global` first, name one with --backbone, or start from the base with --from-base.",
        )
    return folder


def _watched(train: Callable[[Any], Trained]) -> Trained:
    """Train with the live display."""
    from umi_train.commands.training_bar import training_bar

    with training_bar() as watch:
        return train(watch)


def _show(trained: Trained, output: str) -> None:
    """Write what was made; with several processes only the first one does."""
    if os.environ.get("RANK", "0") != "0":
        return
    if output == "json":
        from umi_local.jsonable import to_jsonable
        from umi_local.screen.displays import write_json

        write_json({"folders": to_jsonable(trained.folders), "finished": to_jsonable(trained.finished)})
        return
    from umi_local.screen.tables import show_rows

    rows = []
    for name, folder in trained.folders.items():
        finished = trained.finished[name]
        steps = f"{finished.steps:,} of {finished.n_steps:,}"
        dev = f"{finished.dev[name]:.4f}" if name in finished.dev else "-"
        rows.append((name, steps, dev, f"{finished.seconds:,.0f} s", str(folder)))
    show_rows(("adapter", "steps", "dev loss", "time", "folder"), rows, is_list=False)
