"""Tools that a task doesn't need: others of its own service, and tools of families that share no topic with it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from umi_local.messages import ToolSpec
from umi_local.worlds.draw import Draw
from umi_local.worlds.family import Family
from umi_local.worlds.stage import Stage
from umi_local.worlds.surfaces import Surface, draw_service, draw_surface

MAX_TOOLS = 8
MAX_TOOLS_CHARS = 3000
"""Characters of all tools' documentation together, about 750 tokens; needed tools are offered in any case."""


class Offer:
    """Tools collected for a task, with unique names and a limit on their length."""

    def __init__(self, needed: Sequence[Surface]) -> None:
        self.surfaces = list(needed)
        self._names = {surface.spec.name for surface in needed}
        self._keys = {(surface.operation.family, surface.operation.key) for surface in needed}
        self._n_chars = sum(n_chars(surface.spec) for surface in needed)

    @property
    def names(self) -> set[str]:
        """The names that are taken."""
        return self._names

    def add(self, surface: Surface) -> bool:
        """Take a tool if its name is free and it fits; return whether it was taken."""
        total = self._n_chars + n_chars(surface.spec)
        key = (surface.operation.family, surface.operation.key)
        if surface.spec.name in self._names or key in self._keys or total > MAX_TOOLS_CHARS:
            return False
        self.surfaces.append(surface)
        self._names.add(surface.spec.name)
        self._keys.add(key)
        self._n_chars = total
        return True


def add_own(offer: Offer, stage: Stage, draw: Draw, limit: int, *, without: str | None = None) -> None:
    """Add tools of the task's own service that its plan doesn't call, up to `limit` tools in all.

    Args:
        without: An operation that must not be offered.
    """
    taken = {surface.operation.key for surface in offer.surfaces}
    others = [key for key in stage.family.operations if key not in taken and key != without]
    for key in draw.shuffled(others):
        if len(offer.surfaces) >= limit:
            return
        offer.add(stage.offered(key))


def add_foreign(offer: Offer, family: Family, families: Mapping[str, Family], draw: Draw, limit: int) -> None:
    """Add tools of other families, up to `limit` tools in all, one to three of a service."""
    others = [other for other in families.values() if other.operations and not other.topics & family.topics]
    for other in draw.shuffled(others):
        if len(offer.surfaces) >= limit:
            return
        service = draw_service(draw, other.name, other.area_words)
        for key in draw.sample(list(other.operations), draw.whole(1, 3)):
            if len(offer.surfaces) < limit:
                offer.add(draw_surface(draw, other.operations[key], service, offer.names))


def n_chars(spec: ToolSpec) -> int:
    """Return about how many characters a tool takes in a prompt."""
    return len(spec.name) + len(spec.description) + len(json.dumps(spec.parameters, separators=(",", ":"))) + 45
