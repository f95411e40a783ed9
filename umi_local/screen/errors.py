"""How an error looks on stderr: the message, and the remedy on a line of its own."""

from __future__ import annotations

import sys

import click

from umi_local.screen.clean import clean
from umi_local.screen.terminal import allows_style


def show_error(message: str, hint: str | None = None) -> None:
    """Write an error and its hint to stderr."""
    styled = allows_style(sys.stderr)
    _write("error", message, colour="red" if styled else None)
    if hint:
        _write("hint", hint, colour="cyan" if styled else None)


def _write(label: str, text: str, *, colour: str | None) -> None:
    head = click.style(f"{label}:", fg=colour, bold=True) if colour else f"{label}:"
    sys.stderr.write(f"{head} {clean(text)}\n")
    sys.stderr.flush()
