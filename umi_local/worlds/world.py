"""An open world: the tools on offer, what they act on, and what has become of it.

`World` has what the agent needs of a toolbox (`specs` and `call`), so a live run plays in this process, without the tool
host. A call passes the same checks as in a real toolbox and fails with the same words.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Protocol

from umi_local.errors import ToolArgumentsError, UnknownToolError
from umi_local.messages import JsonObject, JsonValue, Observation, ToolCall, ToolSpec
from umi_local.worlds.errors import RefusedError
from umi_local.worlds.family import Desk, Family
from umi_local.worlds.faults import Fault, Mode
from umi_local.worlds.surfaces import Surface


class Cancel(Protocol):
    """The part of a cancel token that matters here."""

    def check(self) -> None:
        """Raise if the run was cancelled."""


@dataclass(slots=True)
class Place:
    """What one family's tools act on."""

    family: Family
    state: Any
    desk: Desk | None = None

    def target(self) -> Any:
        """Return what operations get: the state, or the desk that was made from it."""
        if self.family.desk is None:
            return self.state
        if self.desk is None:
            self.desk = self.family.desk(self.state)
        return self.desk

    def snapshot(self) -> JsonObject:
        """Return what is there, as plain JSON of its own."""
        found = self.target().snapshot() if self.family.desk else self.state
        return {"state": copied(found)}["state"]  # type: ignore[no-any-return]  # a scene is a JSON object

    def close(self) -> None:
        """Remove what the desk made."""
        if self.desk is not None:
            self.desk.close()


@dataclass(frozen=True, slots=True)
class Happened:
    """What a call did: what the model sees of it, and what the gold plan may know.

    Attributes:
        value: The operation's result; None where it failed.
        refused: Why the operation itself said no; None where it didn't.
        fault: The failure that was made on purpose, where this call met one.
        error: What the operation raised beside that: a mistake of the family, or nonsense in the arguments.
    """

    observation: Observation
    value: JsonValue = None
    refused: str | None = None
    fault: Fault | None = None
    error: Exception | None = None


class World:
    """Tools and what they act on. Not safe to use in several threads at once.

    Args:
        surfaces: The tools on offer, in order.
        place_of: Returns the place of a family; it is asked once for each family that is called.
    """

    def __init__(
        self, surfaces: Iterable[Surface], place_of: Callable[[str], Place], fault: Fault | None = None
    ) -> None:
        self._surfaces = {surface.spec.name: surface for surface in surfaces}
        self._place_of = place_of
        self._places: dict[str, Place] = {}
        self._pristine: dict[str, JsonObject] = {}
        self._fault = fault
        self._met_by: str | None = None

    @property
    def specs(self) -> tuple[ToolSpec, ...]:
        """What models are told about the tools, in order."""
        return tuple(surface.spec for surface in self._surfaces.values())

    @property
    def surfaces(self) -> tuple[Surface, ...]:
        """The tools, in order."""
        return tuple(self._surfaces.values())

    @property
    def has_met_fault(self) -> bool:
        """Whether the failure that was made on purpose has shown."""
        return self._met_by is not None

    def offer(self, surface: Surface) -> None:
        """Put one more tool on offer."""
        self._surfaces[surface.spec.name] = surface

    def call(self, call: ToolCall, cancel: Cancel | None = None) -> tuple[Observation, float | None]:
        """Run a call and return its observation; the time is always None, since it says nothing."""
        if cancel is not None:
            cancel.check()
        return self.run(call).observation, None

    def run(self, call: ToolCall) -> Happened:
        """Run a call; whatever goes wrong is an observation."""
        surface = self._surfaces.get(call.name)
        if surface is None:
            near = difflib.get_close_matches(call.name, self._surfaces, n=3, cutoff=0.4)
            return _failed(str(UnknownToolError(call.name, near or list(self._surfaces)[:3])))
        problems = _problems(surface.spec, call)
        if problems:
            return _failed(str(ToolArgumentsError(call.name, problems)))
        fault = self._meets_fault(surface)
        if fault is not None:
            return _shown_fault(surface, fault)
        return self._perform(surface, call)

    def snapshot(self) -> dict[str, JsonObject]:
        """Return the state of every family that was touched, by its name."""
        return {name: place.snapshot() for name, place in self._places.items()}

    def pristine(self) -> Mapping[str, JsonObject]:
        """Return the state in which each touched family was found."""
        return self._pristine

    def place(self, family: str) -> Place:
        """Return a family's place, made when it is first asked for."""
        if family not in self._places:
            self._places[family] = self._place_of(family)
            self._pristine[family] = self._places[family].snapshot()
        return self._places[family]

    def close(self) -> None:
        """Remove whatever the world made on disk."""
        for place in self._places.values():
            place.close()

    def __enter__(self) -> World:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def _perform(self, surface: Surface, call: ToolCall) -> Happened:
        target = self.place(surface.operation.family).target()
        try:
            value = surface.operation.perform(target, surface.arguments(call))
        except RefusedError as refused:
            text = surface.service.shape.write_error(refused.reason, refused.code)
            return Happened(Observation(text, is_error=True), refused=refused.reason)
        except Exception as error:  # noqa: BLE001  # a model may pass anything; a family's own mistakes are told apart by tests
            return Happened(Observation(f"{type(error).__name__}: {error}", is_error=True), error=error)
        if isinstance(value, Observation):  # a built-in tool's
            return Happened(value, value=value.text, refused=value.text if value.is_error else None)
        return Happened(Observation(surface.write(value)), value=value)

    def _meets_fault(self, surface: Surface) -> Fault | None:
        fault = self._fault
        if fault is None or fault.operation != f"{surface.operation.family}.{surface.operation.key}":
            return None
        if self._met_by is None:
            self._met_by = surface.spec.name
            return fault
        return fault if fault.mode is not Mode.TEMPORARY and self._met_by == surface.spec.name else None


def copied(value: JsonValue) -> JsonValue:
    """Return a deep copy of plain JSON; several times as fast as `copy.deepcopy`."""
    if isinstance(value, dict):
        return {key: copied(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [copied(inner) for inner in value]
    return value


def _failed(text: str) -> Happened:
    return Happened(Observation(text, is_error=True))


def _shown_fault(surface: Surface, fault: Fault) -> Happened:
    shape = surface.service.shape
    if fault.mode is Mode.EMPTY:
        return Happened(Observation(shape.write([], {})), fault=fault)
    text = fault.text if surface.operation.builtin else shape.write_error(fault.text, fault.code)
    return Happened(Observation(text, is_error=True), fault=fault)


def _problems(spec: ToolSpec, call: ToolCall) -> tuple[str, ...]:
    from jsonschema import Draft202012Validator

    from umi_local.tools.validation import find_problems

    return find_problems(Draft202012Validator(dict(spec.parameters)), call.arguments)
