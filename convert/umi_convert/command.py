"""`umi convert`: find a sub-command. Nothing of the conversion is imported before one is called."""

from __future__ import annotations

from importlib import import_module, util

import click

from umi_local.errors import UmiError

COMMANDS: dict[str, str] = {
    "bundle": "Make a bundle of a base and adapters, and judge it.",
    "model": "Write a checkpoint as a GGUF, with adapters merged.",
    "adapter": "Write a PEFT adapter as a LoRA GGUF.",
    "quantize": "Store a GGUF's weights in fewer bits.",
    "importance": "Measure which weights matter, for quantizing.",
    "verify": "Judge a bundle against what it was made from.",
    "inspect": "Say what a file or folder is.",
}
"""Name of a sub-command, which is a module of `commands/`, and its short help."""

REQUIRED = ("gguf", "sentencepiece", "tokenizers")
"""What the extra `convert` installs, by import name."""


class ConvertCommands(click.Group):
    """A group that imports a sub-command only when it is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Name the sub-commands in the order in which one meets them."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import one sub-command.

        Raises:
            UmiError: The extra `convert` isn't installed.
        """
        if cmd_name not in COMMANDS:
            return None
        require_extra()
        module = import_module(f"umi_convert.commands.{cmd_name}")
        command: click.Command = getattr(module, cmd_name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of sub-commands without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


def require_extra() -> None:
    """Check that the packages are there that any conversion needs.

    Raises:
        UmiError: One is missing; the hint is the exact line that installs it.
    """
    missing = [name for name in REQUIRED if util.find_spec(name) is None]
    if missing:
        raise UmiError(
            f"`umi convert` needs {', '.join(missing)}, which the extra `convert` installs",
            hint="pip install 'umi-local[convert]'",
        )


@click.group(cls=ConvertCommands, short_help="Turn checkpoints and adapters into bundles.")
def convert() -> None:
    """Turn checkpoints and adapters into bundles: merge, write GGUF, quantize, and judge the result."""
