"""Sub-commands that other packages register through the entry-point group `umi_local.commands`.

For the listing, the entry points are read as text: importing `importlib.metadata` alone takes longer (40 ms) than all of
`umi --help`. A command that is really called is found and loaded the official way.
"""

from __future__ import annotations

import os
import sys

import click

from umi_local.errors import UmiError

GROUP = "umi_local.commands"

_SUFFIXES = (".dist-info", ".egg-info")


def registered() -> dict[str, str]:
    """Return the names that installed packages registered, each with its package."""
    found: dict[str, str] = {}
    for folder in dict.fromkeys(sys.path):  # the first package on the path wins, as at import
        for package, text in _entry_points_in(folder or os.getcwd()):
            for name in _names_in(text):
                found.setdefault(name, package)
    return found


def load_command(name: str) -> click.Command | None:
    """Import the sub-command that another package registered under a name; None where nobody did.

    Raises:
        UmiError: It can't be imported, or isn't a click command.
    """
    from importlib.metadata import entry_points

    entry = next(iter(entry_points(group=GROUP, name=name)), None)
    if entry is None:
        return None
    package = entry.dist.name if entry.dist else entry.value
    hint = f"Update or uninstall {package}; all other commands work."
    try:
        command = entry.load()
    except Exception as error:  # a stranger's module may raise anything while it is imported
        reason = f"{type(error).__name__}: {error}"
        raise UmiError(f"the command {name!r} of the package {package} can't be loaded: {reason}", hint=hint) from error
    if not isinstance(command, click.Command):
        raise UmiError(f"the command {name!r} of the package {package} is {command!r}, not a click command", hint=hint)
    return command


def _entry_points_in(folder: str) -> list[tuple[str, str]]:
    """Return (package, text of entry_points.txt) of the packages in a folder that mention the group."""
    try:
        names = sorted(name for name in os.listdir(folder) if name.endswith(_SUFFIXES))
    except OSError:  # a path entry that isn't there, or is a zip file
        return []
    found = []
    for name in names:
        try:
            with open(os.path.join(folder, name, "entry_points.txt"), encoding="utf-8") as file:
                text = file.read()
        except (OSError, UnicodeDecodeError):  # most packages have none
            continue
        if GROUP in text:
            found.append((name.rpartition(".")[0].partition("-")[0].replace("_", "-"), text))
    return found


def _names_in(text: str) -> list[str]:
    """Return the names of our group in an entry_points.txt (an INI file)."""
    names, is_ours = [], False
    for line in map(str.strip, text.splitlines()):
        if line.startswith("["):
            is_ours = line == f"[{GROUP}]"
        elif is_ours and "=" in line and not line.startswith(("#", ";")):
            names.append(line.partition("=")[0].strip())
    return names
