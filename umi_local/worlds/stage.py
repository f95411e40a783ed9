"""Where a plan is played: the family's scene, the tools drawn for it, and the world they work in."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from umi_local.messages import JsonObject
from umi_local.worlds.draw import Draw
from umi_local.worlds.errors import WorldError
from umi_local.worlds.family import Family
from umi_local.worlds.faults import Fault
from umi_local.worlds.surfaces import Service, Surface, draw_service, draw_surface
from umi_local.worlds.world import Place, World, copied


class Stage:
    """One family's scene with its providers.

    Args:
        place_of: Makes the place of any other family, should one of its tools be called.
        doubled: The operation that two providers offer, if any.
        offers_nothing: Whether no tool of the family that could help is on offer.
    """

    def __init__(
        self,
        family: Family,
        draw: Draw,
        place_of: Callable[[str], Place],
        *,
        fault: Fault | None = None,
        doubled: str | None = None,
        offers_nothing: bool = False,
    ) -> None:
        self.family = family
        self.offers_nothing = offers_nothing
        self.state: Any = family.make_scene(draw.apart("scene"))
        self.start: JsonObject = {}
        self.fault = fault
        self._doubled = doubled
        self._draw = draw
        self._place_of = place_of
        self._services: dict[int, Service] = {}
        self._providers: dict[tuple[str, int], Surface] = {}
        self._left_behind: set[str] = set()
        self.world = World((), self._place, fault)

    def open(self) -> None:
        """Fix the scene as it is now: this is what a run starts from."""
        self.start = copied(self.state)
        self.world.place(self.family.name)

    def provider(self, key: str) -> Surface:
        """Return the tool that a plan calls for an operation: the first that hasn't failed for good."""
        return self.offered(key, 1 if key in self._left_behind else 0)

    def other_provider(self, surface: Surface) -> Surface | None:
        """Return the second tool for an operation, and call it from now on; None where there is none."""
        key = surface.operation.key
        if key != self._doubled:
            return None
        self._left_behind.add(key)
        return self.offered(key, 1)

    def offered(self, key: str, nth: int = 0) -> Surface:
        """Return the nth provider's tool for an operation, drawn when it is first asked for.

        Raises:
            WorldError: The family has no such operation.
        """
        if (key, nth) not in self._providers:
            operation = self.family.operations.get(key)
            if operation is None:
                raise WorldError(f"family {self.family.name} has no operation {key!r}")
            taken = {spec.name for spec in self.world.specs}
            draw = self._draw.apart("tool", key, nth)
            surface = draw_surface(draw, operation, self._service(nth), taken)
            self._providers[key, nth] = surface
            self.world.offer(surface)
        return self._providers[key, nth]

    @property
    def providers(self) -> list[Surface]:
        """The tools drawn so far, the second provider of an operation included where it is offered."""
        if self._doubled is not None:
            self.offered(self._doubled, 0)
            self.offered(self._doubled, 1)
        return list(self._providers.values())

    def _service(self, nth: int) -> Service:
        if nth not in self._services:
            draw = self._draw.apart("service", nth)
            self._services[nth] = draw_service(
                draw, self.family.name, self.family.area_words, distinct=self._doubled is not None
            )
        return self._services[nth]

    def _place(self, family: str) -> Place:
        return Place(self.family, self.state) if family == self.family.name else self._place_of(family)
