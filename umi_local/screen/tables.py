"""Rows in aligned columns: on a terminal the last column is cut to fit, in a pipe nothing is."""

from __future__ import annotations

import sys
from collections.abc import Sequence

import click

from umi_local.screen.clean import clean_line
from umi_local.screen.terminal import allows_style, width_of

_GAP = "  "


def show_rows(headers: Sequence[str], rows: Sequence[Sequence[str]], *, is_list: bool = True) -> None:
    """Write rows to stdout under their headers; a list in a pipe without headers, so that every line is a row."""
    cells = [[clean_line(cell) for cell in row] for row in rows]
    limit = width_of(sys.stdout)
    lines = [list(headers), *cells] if limit or not is_list else cells
    if not lines:
        return
    widths = [max(cell_width(line[i]) for line in lines) for i in range(len(headers))]
    for n, line in enumerate(lines):
        text = _GAP.join(_padded(cell, width) for cell, width in zip(line[:-1], widths, strict=False))
        text = f"{text}{_GAP if text else ''}{line[-1]}"
        text = clipped(text, limit).rstrip()
        if n == 0 and limit and allows_style(sys.stdout):
            text = click.style(text, bold=True)
        sys.stdout.write(f"{text}\n")


def show_facts(facts: Sequence[tuple[str, str]]) -> None:
    """Write names and values to stdout, one pair a line, the values aligned."""
    width = max((len(name) for name, _ in facts), default=0)
    styled = allows_style(sys.stdout)
    for name, value in facts:
        head = f"{name}:".ljust(width + 1)
        head = click.style(head, bold=True) if styled else head
        sys.stdout.write(f"{head} {clean_line(value)}\n")


def clipped(text: str, limit: int | None) -> str:
    """Return at most `limit` cells of a text; what is cut is marked with an ellipsis."""
    if limit is None or cell_width(text) <= limit:
        return text
    while text and cell_width(text) > limit - 1:
        text = text[: min(len(text) - 1, limit)]
    return f"{text}…"


def cell_width(text: str) -> int:
    """Return how many cells of a terminal a text fills."""
    if text.isascii():
        return len(text)
    from rich.cells import cell_len

    return cell_len(text)


def _padded(cell: str, width: int) -> str:
    return cell + " " * (width - cell_width(cell))
