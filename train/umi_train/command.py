"""`umi train`: find a sub-command. Nothing of training is imported before one is called."""

from __future__ import annotations

from importlib import import_module

import click

from umi_local.commands.lazy import LazyGroup, require_extra

COMMANDS: dict[str, str] = {
    "data": "Import, check, count and mix records.",
    "global": "Train the backbone on all roles' turns.",
    "local": "Train roles, each from the backbone.",
    "all": "Train the backbone, then all roles.",
    "reproduce": "Train and evaluate the paper's systems and ours, and compare them.",
}
"""Name of a sub-command, which is a module of `commands/`, and its short help."""

MODULES = {"global": "stages", "local": "stages", "all": "stages"}
"""Where a sub-command isn't in a module of its own name."""

WITHOUT_EXTRA = frozenset(("data",))
"""Sub-commands that need nothing of the extra `train`, but for what they say themselves."""

EXTRA = "train"

REQUIRED = ("torch", "transformers", "peft")
"""What the extra `train` installs, by import name."""


def _load(name: str) -> click.Command:
    if name not in WITHOUT_EXTRA:
        require_extra(f"umi train {name}", EXTRA, REQUIRED)
    module = import_module(f"umi_train.commands.{MODULES.get(name, name)}")
    command: click.Command = getattr(module, f"{name}_command", None) or getattr(module, name)
    return command


@click.group(cls=LazyGroup, helps=COMMANDS, load=_load, short_help="Make training data, and train roles on it.")
def train() -> None:
    """Train the planner, the caller and the summarizer: data first, then one backbone, then the roles."""
