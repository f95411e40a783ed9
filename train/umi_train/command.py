"""`umi train`: find a sub-command. Nothing of training is imported before one is called."""

from __future__ import annotations

from importlib import import_module, util

import click

from umi_local.errors import UmiError

COMMANDS: dict[str, str] = {
    "data": "Import, check, count and mix records.",
    "global": "Train the backbone on all roles' turns.",
    "local": "Train roles, each from the backbone.",
    "all": "Train the backbone, then all roles.",
}
"""Name of a sub-command, which is a module of `commands/`, and its short help."""

MODULES = {"global": "stages", "local": "stages", "all": "stages"}
"""Where a sub-command isn't in a module of its own name."""

WITHOUT_EXTRA = frozenset(("data",))
"""Sub-commands that need nothing of the extra `train`, but for what they say themselves."""

REQUIRED = ("torch", "transformers", "peft")
"""What the extra `train` installs, by import name."""


class TrainCommands(click.Group):
    """A group that imports a sub-command only when it is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Name the sub-commands in the order in which one meets them."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import one sub-command.

        Raises:
            UmiError: It needs the extra `train`, which isn't installed.
        """
        if cmd_name not in COMMANDS:
            return None
        if cmd_name not in WITHOUT_EXTRA:
            require_extra(f"umi train {cmd_name}")
        name = cmd_name.replace("-", "_")
        module = import_module(f"umi_train.commands.{MODULES.get(name, name)}")
        command: click.Command = getattr(module, f"{name}_command", None) or getattr(module, name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of sub-commands without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


def require_extra(what: str) -> None:
    """Check that the packages are there that training needs.

    Args:
        what: Needs them; for the message.

    Raises:
        UmiError: One is missing; the hint is the exact line that installs it.
    """
    missing = [name for name in REQUIRED if util.find_spec(name) is None]
    if missing:
        raise UmiError(
            f"`{what}` needs {', '.join(missing)}, which the extra `train` installs",
            hint="pip install 'umi-local[train]'",
        )


@click.group(cls=TrainCommands, short_help="Make training data, and train roles on it.")
def train() -> None:
    """Train the planner, the caller and the summarizer: data first, then one backbone, then the roles."""
