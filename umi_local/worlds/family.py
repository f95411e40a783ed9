"""A family of worlds: a scene, the operations of a service over it, and what users may want of it.

The package's docstring shows how one is written.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from umi_local.messages import JsonObject, JsonValue, Observation
from umi_local.tools.base import Effect, Tool
from umi_local.worlds.draw import Draw
from umi_local.worlds.errors import WorldError
from umi_local.worlds.grammar import variants
from umi_local.worlds.operations import Kind as ParamKind
from umi_local.worlds.operations import Operation, Param
from umi_local.worlds.splits import Split, split_of

if TYPE_CHECKING:
    from umi_local.worlds.play import Play

RunT = TypeVar("RunT", bound=Callable[..., JsonValue])
SceneT = TypeVar("SceneT", bound=Callable[[Draw], Any])
PlayT = TypeVar("PlayT", bound="Callable[[Play], None]")


class Kind(str, Enum):
    """What a task is about, as the evaluation's table counts it."""

    PLAIN = "plain"
    RECOVER = "recover"
    NO_TOOL = "no_tool"
    IMPOSSIBLE = "impossible"
    MISSING_INFO = "missing_info"


class Desk(Protocol):
    """Where built-in tools work: real files and a real database, made from a scene."""

    def perform(self, tool: Tool, arguments: JsonObject) -> Observation:
        """Run a built-in tool."""

    def snapshot(self) -> JsonObject:
        """Return what is there, as plain JSON."""

    def close(self) -> None:
        """Remove everything."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Missing:
    """How an intent is asked for with one thing left out.

    Attributes:
        wordings: Questions without it; the same forms as an intent's wordings.
        needs: What is missing, with its article: "the order number".
        goal: The goal without it: "cancel an order".
        replies: What the user then says, with `{value}` for what was missing; shared wordings where none are given.
        slot: The slot that was left out.
    """

    wordings: Sequence[str]
    needs: str
    goal: str
    slot: str
    replies: Sequence[str] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Intent:
    """One thing that users want of a family; it belongs to one split, with all its wordings.

    Attributes:
        goal: What is wanted, in the infinitive, over the slots of the question: "cancel order {number}".
        wordings: How users ask. Form by its spelling: `cancel order {number}` (lower case, no full stop) is a request
            that gets a frame, `where is order {number}?` a question that gets one, `~status {number}` is terse, and
            everything else is said as it stands, also a question that goes on (`is it free? book it`).
        play: The gold plan.
        kind: PLAIN, NO_TOOL, RECOVER where the plan itself finds its way around something, or IMPOSSIBLE where no tool
            of the family can do it, so that the plan gives up whatever is on offer.
        essential: The operation without which it can't be done, so that tasks can leave it out or break it.
        breaks: For RECOVER: the operation that fails for good; the plan must `attempt` it.
        weight: How often it is drawn, relative to others.
    """

    family: str
    name: str
    goal: str
    wordings: Sequence[str]
    play: Callable[[Play], None]
    kind: Kind = Kind.PLAIN
    essential: str | None = None
    breaks: str | None = None
    missing: Missing | None = None
    weight: float = 1.0
    split: Split

    @property
    def id(self) -> str:
        """The family's and the intent's name."""
        return f"{self.family}.{self.name}"


@dataclass(slots=True)
class Family:
    """A scene, operations and intents; filled by its decorators.

    Attributes:
        name: Lower case, unique among the families.
        areas: Words for what its services are called, as a template of alternatives: `[shop|store|orders]`.
        topics: What it is about. Families that share a topic are never offered to each other as distractors: a tool
            of one might do the other's job.
        desk: Makes the place where built-in tools work from a scene; None where operations work on the scene itself.
    """

    name: str
    areas: str
    topics: frozenset[str]
    desk: Callable[[Any], Desk] | None = None
    operations: dict[str, Operation] = field(default_factory=dict)
    intents: dict[str, Intent] = field(default_factory=dict)
    make_scene: Callable[[Draw], Any] = lambda draw: {}

    @property
    def is_builtin(self) -> bool:
        """Whether its tools are those that come with umi-local."""
        return self.desk is not None

    @property
    def area_words(self) -> tuple[str, ...]:
        """The words for what its services are called."""
        return variants(self.areas)

    def scene(self, function: SceneT) -> SceneT:
        """Take the function that makes a scene: plain JSON values, drawn."""
        self.make_scene = function
        return function

    def operation(
        self,
        *,
        names: str,
        about: str,
        does: str,
        params: Sequence[Param] = (),
        writes: bool = False,
        labels: Mapping[str, str] | None = None,
    ) -> Callable[[RunT], RunT]:
        """Take a function as an operation; its name is the operation's key. See `Operation`."""

        def take(function: RunT) -> RunT:
            key = function.__name__
            self._add_operation(
                Operation(
                    family=self.name,
                    key=key,
                    names=names,
                    about=about,
                    does=does,
                    params=tuple(params),
                    run=function,
                    writes=writes,
                    labels=labels or {},
                )
            )
            return function

        return take

    def builtin(self, tool: Tool, *, does: str) -> None:
        """Offer a tool that comes with umi-local, under its own name; needs a desk."""
        properties = tool.spec.parameters["properties"]
        required = tool.spec.parameters["required"]
        params = tuple(
            Param(key, key, ParamKind(schema), optional=key not in required) for key, schema in properties.items()
        )

        def run(desk: Desk, **arguments: JsonValue) -> JsonValue:
            return desk.perform(tool, {key: value for key, value in arguments.items() if value is not None})

        self._add_operation(
            Operation(
                family=self.name,
                key=tool.name,
                names=tool.name,
                about=tool.spec.description,
                does=does,
                params=params,
                run=run,
                writes=tool.effect is not Effect.READ,
                builtin=tool,
            )
        )

    def intent(
        self,
        *,
        goal: str,
        wordings: Sequence[str],
        kind: Kind = Kind.PLAIN,
        essential: str | None = None,
        breaks: str | None = None,
        missing: Missing | None = None,
        weight: float = 1.0,
        split: Split | None = None,
    ) -> Callable[[PlayT], PlayT]:
        """Take a function as the gold plan of an intent; its name is the intent's. See `Intent`.

        Args:
            split: Where it belongs; decided by the hash of its id where it isn't said.
        """

        def take(function: PlayT) -> PlayT:
            name = function.__name__
            if name in self.intents:
                raise WorldError(f"family {self.name} has two intents {name!r}")
            self.intents[name] = Intent(
                family=self.name,
                name=name,
                goal=goal,
                wordings=tuple(wordings),
                play=function,
                kind=kind,
                essential=essential,
                breaks=breaks,
                missing=missing,
                weight=weight,
                split=split or split_of(f"{self.name}.{name}"),
            )
            return function

        return take

    def _add_operation(self, operation: Operation) -> None:
        if operation.key in self.operations:
            raise WorldError(f"family {self.name} has two operations {operation.key!r}")
        self.operations[operation.key] = operation
