"""A desk with some texts, a table and notes; what plans that reckon share."""

from __future__ import annotations

import re
from typing import Any

from umi_local.worlds.draw import Draw
from umi_local.worlds.families._papers.desks import make_desk, put_file
from umi_local.worlds.families._papers.tools import family_over_tools
from umi_local.worlds.families._papers.values import exact, plain
from umi_local.worlds.play import Play

RECKONING = family_over_tools("reckoning", "[calculator|reckoning|sums]")


@RECKONING.scene
def scene(draw: Draw) -> dict[str, Any]:
    """Three texts, a table, three notes."""
    return make_desk(draw, texts=3, sheets=1, notes=3)


def result(said: str) -> float | int:
    """Return the number that `calculate` or `convert_units` gave; a long one is rounded as people would."""
    number = exact(re.findall(r"-?\d+(?:\.\d+)?", said.rpartition("=")[2].rpartition("≈")[2])[0])
    is_short = number == round(number, 4)
    return plain(number if is_short else round(number, 2 if abs(number) >= 1 else 4))


def money(value: float) -> str:
    """Return an amount as people write it in a sum: 12.50, but 12."""
    return f"{value:.2f}" if value % 1 else f"{value:.0f}"


def put_form(play: Play, form: dict[str, Any], ending: str = "txt") -> str:
    """Put a text into the scene, in a folder or not; fill the slot `path` and return it."""
    folder = play.draw.pick(("", *play.state["folders"]))
    path = f"{folder}/{form['stem']}.{ending}".lstrip("/")
    put_file(play.state, play.draw, path, form["text"])
    play.slots["path"] = path
    return path
