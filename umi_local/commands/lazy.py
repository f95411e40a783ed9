"""Groups of sub-commands that are imported on use, and what they say where an extra isn't installed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from importlib import util
from typing import Any

import click

from umi_local.errors import UmiError


class LazyGroup(click.Group):
    """A group whose sub-commands are imported when they are asked for.

    Args:
        helps: Name of a sub-command and its short help, in the order in which they are shown.
        load: Imports one of them.
    """

    def __init__(self, *, helps: Mapping[str, str], load: Callable[[str], click.Command], **attributes: Any) -> None:
        super().__init__(**attributes)
        self._helps, self._load = helps, load

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Name the sub-commands in the order in which one meets them."""
        return list(self._helps)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import one sub-command; None where there is none of this name."""
        return self._load(cmd_name) if cmd_name in self._helps else None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of sub-commands without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl(list(self._helps.items()))


def require_extra(what: str, extra: str, modules: Sequence[str]) -> None:
    """Check that the packages are there that an extra installs.

    Args:
        what: Needs them; for the message.
        modules: By import name.

    Raises:
        UmiError: One is missing; the hint is the exact line that installs it.
    """
    missing = [name for name in modules if util.find_spec(name) is None]
    if missing:
        raise UmiError(
            f"`{what}` needs {', '.join(missing)}, which the extra `{extra}` installs",
            hint=f"pip install 'umi-local[{extra}]'",
        )
