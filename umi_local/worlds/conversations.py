"""Conversations: several tasks one after the other, with the tools of all of them on offer from the start.

Tools are most of what a record of one task makes a model read. Where two or three tasks share them, as they do when people
really talk to an assistant, each costs half as much to learn from.

The tasks of a conversation are of families that share no topic: no tool of one could do what another wants, which is what holds
for a task and its distractors, too. So every plan stays right, and every observation true, whatever was said before.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from umi_local.messages import CallerTurn, Trajectory
from umi_local.worlds.building import Built
from umi_local.worlds.distractors import MAX_TOOLS_CHARS, n_chars
from umi_local.worlds.draw import Draw, Voice
from umi_local.worlds.errors import WorldError
from umi_local.worlds.family import Family, Kind
from umi_local.worlds.generate import Drawn, Worlds, in_processes
from umi_local.worlds.splits import Split
from umi_local.worlds.surfaces import Surface
from umi_local.worlds.tasks import VERSION, Record

NUMBERS_OF_TASKS = {1: 0.3, 2: 0.35, 3: 0.35}
"""How many tasks a conversation has."""

CANDIDATES = 6
"""Tasks that are looked at for a conversation: those that can't be in it beside the ones before are passed over."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversation:
    """One or more tasks in one trajectory.

    Attributes:
        records: Each task's own record, with its own tools.
    """

    id: str
    split: Split
    records: tuple[Record, ...]
    trajectory: Trajectory


def generate_conversations(
    split: Split | str,
    n: int,
    seed: int = 0,
    families: Sequence[str] | None = None,
    kinds: Sequence[Kind | str] | None = None,
    *,
    voice: Voice | str = Voice.VARIED,
    start: int = 0,
    processes: int = 1,
) -> Iterator[Conversation]:
    """Yield `n` conversations in the order of their numbers; see `generate`, whose tasks these are, put together.

    Raises:
        UsageError: Nothing can be drawn from what was asked for.
        WorldError: A family breaks its contract.
    """
    drawn = Drawn.of(split, seed, families, kinds, voice)
    return in_processes(_conversation, drawn, range(start, start + n), processes)


def _conversation(worlds: Worlds, drawn: Drawn, number: int) -> Conversation:
    draw = Draw(drawn.split, VERSION, drawn.seed, number, "conversation")
    wanted, joined = draw.weighted(NUMBERS_OF_TASKS), _Joined(draw, worlds)
    for recipe in drawn.recipes(worlds, range(number * CANDIDATES, (number + 1) * CANDIDATES)):
        family = worlds.families[recipe.family]
        if len(joined.tasks) < wanted and not joined.shares_a_topic_with(family):
            joined.add(worlds.build(recipe, drawn.voice))
    intents = "+".join(f"{built.task.recipe.family}.{built.task.recipe.intent}" for built in joined.tasks)
    return Conversation(
        id=f"{drawn.split.value}-{drawn.seed}-{number}-{intents}",
        split=drawn.split,
        records=tuple(built.record() for built in joined.tasks),
        trajectory=joined.trajectory(),
    )


@dataclass(slots=True)
class _Joined:
    """Tasks that are put together."""

    draw: Draw
    worlds: Worlds
    tasks: list[Built] = field(default_factory=list)

    def shares_a_topic_with(self, family: Family) -> bool:
        return any(self._family(built).topics & family.topics for built in self.tasks)

    def add(self, built: Built) -> None:
        """Take a task; a later one only while the tools that are called fit, and have different names."""
        called = [*self._called, *_called(built)]
        names = [surface.spec.name for surface in called]
        if not self.tasks or (len(set(names)) == len(names) and _length(called) <= MAX_TOOLS_CHARS):
            self.tasks.append(built)

    def trajectory(self) -> Trajectory:
        """Return all turns, with all tools that are called and some others."""
        if len(self.tasks) == 1:
            return self.tasks[0].trajectory
        turns = tuple(turn for built in self.tasks for turn in built.trajectory.turns)
        offered = Trajectory(tuple(surface.spec for surface in self._offered()), turns)
        missing = {turn.call.name for turn in turns if isinstance(turn, CallerTurn)} - {
            tool.name for tool in offered.tools
        }
        if missing:
            raise WorldError(
                f"{self.tasks[0].task.id}: {', '.join(sorted(missing))} isn't on offer in its conversation"
            )
        return offered

    @property
    def _called(self) -> list[Surface]:
        return [surface for built in self.tasks for surface in _called(built)]

    def _offered(self) -> list[Surface]:
        """Return the tools: each task's in their order, since of two that do the same the first is called."""
        kept = self._called
        limit = max(len(kept) + self.draw.whole(1, 3), self.draw.whole(4, 7))
        possible = [(built, surface) for built in self.tasks for surface in built.surfaces if not _is_in(kept, surface)]
        for built, surface in self.draw.shuffled(possible):
            if len(kept) < limit and self._may_be_beside(built, surface, kept):
                kept.append(surface)
        lists = [[surface for surface in built.surfaces if _is_in(kept, surface)] for built in self.tasks]
        places = self.draw.shuffled(number for number, own in enumerate(lists) for _ in own)
        return [lists[number].pop(0) for number in places]

    def _may_be_beside(self, built: Built, surface: Surface, kept: Sequence[Surface]) -> bool:
        family = self.worlds.families[surface.operation.family]
        if family is not self._family(built) and self.shares_a_topic_with(family):
            return False
        keys = {(one.operation.family, one.operation.key) for one in kept}
        if family is not self._family(built) and (family.name, surface.operation.key) in keys:
            return False
        names = {one.spec.name for one in kept}
        return surface.spec.name not in names and _length([*kept, surface]) <= MAX_TOOLS_CHARS

    def _family(self, built: Built) -> Family:
        return self.worlds.families[built.task.recipe.family]


def _called(built: Built) -> list[Surface]:
    names = {turn.call.name for turn in built.trajectory.turns if isinstance(turn, CallerTurn)}
    return [surface for surface in built.surfaces if surface.spec.name in names]


def _is_in(surfaces: Sequence[Surface], surface: Surface) -> bool:
    return any(one is surface for one in surfaces)


def _length(surfaces: Sequence[Surface]) -> int:
    return sum(n_chars(surface.spec) for surface in surfaces)
