"""How one service names its tools, parameters and result keys, drawn anew for every task."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from umi_local.worlds.draw import Draw, Pool

MAX_NAME_CHARS = 48
"""Longer tool names cost more tokens than they tell."""

_FIRST = (
    *("al", "bar", "bel", "bri", "cal", "cor", "dal", "del", "dor", "el", "fen", "gal", "gren", "hal", "hel", "in"),
    *("jor", "kel", "kor", "lan", "lin", "lor", "mar", "mel", "mor", "nal", "nor", "ol", "or", "pel", "quin", "ral"),
    *("ren", "rov", "sal", "sel", "sol", "tal", "tor", "ul", "val", "ver", "wen", "wil", "yor", "zan", "zel"),
)
_LAST = ("aro", "by", "dex", "don", "ero", "fy", "gate", "ika", "ivo", "lane", "lo", "mont", "na", "nex", "ora", "ply")
BRANDS = Pool(f"{first}{last}" for first in _FIRST for last in _LAST)
"""Made-up names of services, lower case."""


class Case(str, Enum):
    """How words become one name."""

    SNAKE = "snake"
    CAMEL = "camel"
    PASCAL = "pascal"
    KEBAB = "kebab"

    def spell(self, words: str) -> str:
        """Return the words as one name."""
        parts = words.lower().split()
        match self:
            case Case.SNAKE:
                return "_".join(parts)
            case Case.KEBAB:
                return "-".join(parts)
            case Case.PASCAL:
                return "".join(part.capitalize() for part in parts)
        return parts[0] + "".join(part.capitalize() for part in parts[1:])


class Form(str, Enum):
    """Where a service's own name stands in the names of its tools."""

    PLAIN = "plain"
    BRANDED = "branded"
    DOTTED = "dotted"


@dataclass(frozen=True, slots=True)
class Style:
    """The habits of one service.

    Attributes:
        brand: Its made-up name.
        area: What stands before the dot of dotted names.
        keys: The case of parameters and result keys.
        tells_brand: Whether descriptions name the brand.
        is_closed: Whether schemas say that no other argument is allowed.
    """

    brand: str
    area: str
    case: Case
    form: Form
    keys: Case
    tells_brand: bool
    is_closed: bool

    def tool_name(self, words: str) -> str:
        """Return the name of a tool."""
        match self.form:
            case Form.DOTTED:
                return f"{self.area}.{self.case.spell(words)}"
            case Form.BRANDED:
                return self.case.spell(f"{self.brand} {words}")
        return self.case.spell(words)


_CASES = {Case.SNAKE: 0.5, Case.CAMEL: 0.28, Case.KEBAB: 0.11, Case.PASCAL: 0.11}
_FORMS = {Form.PLAIN: 0.6, Form.BRANDED: 0.22, Form.DOTTED: 0.18}


def draw_style(draw: Draw, areas: tuple[str, ...], *, distinct: bool = False) -> Style:
    """Return a service's habits.

    Args:
        areas: Words for what the service is about, such as shop, store, orders.
        distinct: Whether the service must be told from another that does the same: its brand then shows.
    """
    case = draw.weighted(_CASES)
    brand = draw.of(BRANDS)
    form = draw.weighted(_FORMS)
    if distinct and form is Form.PLAIN:
        form = Form.BRANDED
    area = Case.SNAKE.spell(draw.pick(areas) if not distinct and draw.chance(0.6) else brand)
    keys = Case.CAMEL if case in (Case.CAMEL, Case.PASCAL) and draw.chance(0.7) else Case.SNAKE
    return Style(brand, area, case, form, keys, distinct or draw.chance(0.08), draw.chance(0.7))
