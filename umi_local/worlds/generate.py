"""Records and tasks by number: the same for the same arguments, whatever the number of processes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from typing import Generic, TypeAlias, TypeVar

from umi_local.errors import UsageError
from umi_local.messages import Trajectory
from umi_local.worlds.building import Builder, Built
from umi_local.worlds.checker import Verdict, judge
from umi_local.worlds.draw import Draw, Voice
from umi_local.worlds.errors import WorldError
from umi_local.worlds.family import Family, Intent, Kind
from umi_local.worlds.splits import Split
from umi_local.worlds.tasks import VERSION, Recipe, Record, Task
from umi_local.worlds.world import World

T = TypeVar("T")

KIND_WEIGHTS = {
    Kind.PLAIN: 0.58,
    Kind.RECOVER: 0.16,
    Kind.NO_TOOL: 0.1,
    Kind.IMPOSSIBLE: 0.09,
    Kind.MISSING_INFO: 0.07,
}

CHUNK = 64
"""Records that a process makes at a time."""


@cache
def all_families() -> tuple[Family, ...]:
    """Return every family of `umi_local.worlds.families`, by name; each module there holds one as `FAMILY`."""
    from umi_local.worlds import families

    names = sorted(module.name for module in iter_modules(families.__path__) if not module.name.startswith("_"))
    return tuple(import_module(f"{families.__name__}.{name}").FAMILY for name in names)


class Worlds:
    """Families put together: draws recipes, builds records and tasks, opens and judges.

    Args:
        families: All of them lend distractors, whatever is asked for later.
    """

    def __init__(self, families: Sequence[Family]) -> None:
        self.families: Mapping[str, Family] = {family.name: family for family in families}
        if len(self.families) < len(families):
            raise WorldError("two families have the same name")
        self.builder = Builder(self.families)

    def recipes(
        self,
        split: Split,
        indices: Iterable[int],
        seed: int = 0,
        *,
        families: Sequence[str] | None = None,
        kinds: Sequence[Kind] | None = None,
    ) -> Iterator[Recipe]:
        """Return one recipe for each index.

        Raises:
            UsageError: A family isn't known, or no intent of the split serves any of the kinds.
        """
        choices = self._choices(split, families, kinds)
        weights = {kind: KIND_WEIGHTS[kind] for kind in choices}

        def recipe(index: int) -> Recipe:
            draw = Draw(split, VERSION, seed, index, "recipe")
            kind = draw.weighted(weights)
            family, _, intent = draw.weighted(choices[kind]).partition(".")
            return Recipe(split=split, seed=seed, index=index, family=family, intent=intent, kind=kind)

        return map(recipe, indices)

    def build(self, recipe: Recipe, voice: Voice = Voice.VARIED) -> Built:
        """Return the task of a recipe with its gold run in this voice.

        Raises:
            WorldError: The family breaks its contract.
        """
        return self.builder.build(recipe, voice)

    def open(self, task: Task) -> World:
        """Return a task's world; close it after use.

        Raises:
            WorldError: The task was made by other families.
        """
        return self.builder.open(self._rebuilt(task))

    def check(self, task: Task, trajectory: Trajectory, world: World) -> Verdict:
        """Return the verdict on a run in a task's world.

        Raises:
            WorldError: The task was made by other families.
        """
        return judge(self._rebuilt(task), trajectory, world)

    def gold(self, task: Task) -> Trajectory:
        """Return the gold plan's run of a task.

        Raises:
            WorldError: The task was made by other families.
        """
        return self._rebuilt(task).trajectory

    def _rebuilt(self, task: Task) -> Built:
        built = self.build(task.recipe)
        if built.task != task:
            raise WorldError(
                f"task {task.id} was made by another version of the worlds",
                hint="Make the tasks again with this version.",
            )
        return built

    def _choices(
        self, split: Split, families: Sequence[str] | None, kinds: Sequence[Kind] | None
    ) -> dict[Kind, dict[str, float]]:
        unknown = sorted(set(families or ()) - set(self.families))
        if unknown:
            raise UsageError(f"there is no family {unknown[0]!r}", hint=f"Families: {', '.join(self.families)}.")
        wanted = families or list(self.families)
        intents = [intent for name in wanted for intent in self.families[name].intents.values()]
        own = [intent for intent in intents if intent.split is split]
        choices = {
            kind: {intent.id: intent.weight for intent in own if kind in kinds_of(intent)} for kind in kinds or Kind
        }
        found = {kind: intents for kind, intents in choices.items() if intents}
        if not found:
            raise UsageError(
                f"no intent of the {split.value} split serves what was asked for",
                hint="Ask for other families or kinds.",
            )
        return found


def kinds_of(intent: Intent) -> frozenset[Kind]:
    """Return the kinds of tasks that an intent can make."""
    kinds = {intent.kind}
    if intent.kind is Kind.PLAIN:
        kinds.add(Kind.RECOVER)
        if intent.missing:
            kinds.add(Kind.MISSING_INFO)
    if intent.essential and intent.kind is not Kind.NO_TOOL:
        kinds.add(Kind.IMPOSSIBLE)
    return frozenset(kinds)


@cache
def default_worlds() -> Worlds:
    """Return the worlds of all families."""
    return Worlds(all_families())


def generate(
    split: Split | str,
    n: int,
    seed: int = 0,
    families: Sequence[str] | None = None,
    kinds: Sequence[Kind | str] | None = None,
    *,
    voice: Voice | str = Voice.VARIED,
    start: int = 0,
    processes: int = 1,
) -> Iterator[Record]:
    """Yield `n` records in the order of their numbers.

    Args:
        seed: Another seed gives other records.
        families: Names of the families whose intents are drawn; all lend distractors.
        voice: How much the words of rationales and answers vary.
        start: The number of the first record, so that a cut-off generation can go on.
        processes: The output doesn't depend on it.

    Raises:
        UsageError: Nothing can be drawn from what was asked for.
        WorldError: A family breaks its contract.
    """
    drawn = Drawn.of(split, seed, families, kinds, voice)
    return in_processes(_record, drawn, range(start, start + n), processes)


@dataclass(frozen=True, slots=True)
class Drawn:
    """What is drawn from."""

    split: Split
    seed: int
    families: tuple[str, ...] | None
    kinds: tuple[Kind, ...] | None
    voice: Voice

    @staticmethod
    def of(
        split: Split | str,
        seed: int,
        families: Sequence[str] | None,
        kinds: Sequence[Kind | str] | None,
        voice: Voice | str = Voice.VARIED,
    ) -> Drawn:
        """Return it of what callers may give."""
        names = None if families is None else tuple(families)
        return Drawn(Split(split), seed, names, None if kinds is None else tuple(map(Kind, kinds)), Voice(voice))

    def recipes(self, worlds: Worlds, indices: Iterable[int]) -> Iterator[Recipe]:
        """Return one recipe for each index; see `Worlds.recipes`."""
        return worlds.recipes(self.split, indices, self.seed, families=self.families, kinds=self.kinds)


Make: TypeAlias = Callable[[Worlds, Drawn, int], T]
"""Makes what has a number; a function at the top of its module, so that other processes find it."""


def in_processes(make: Make[T], drawn: Drawn, numbers: range, processes: int) -> Iterator[T]:
    """Yield what is made of the default worlds for some numbers, in their order, whatever the number of processes.

    Raises:
        UsageError: Nothing can be drawn from what was asked for.
        WorldError: A family breaks its contract.
    """
    drawn.recipes(default_worlds(), ())  # complain now, not at the first record
    jobs = [_Job(make, drawn, numbers[at : at + CHUNK]) for at in range(0, len(numbers), CHUNK)]
    return _pooled(jobs, processes) if processes > 1 else (made for job in jobs for made in _made(job))


@dataclass(frozen=True, slots=True)
class _Job(Generic[T]):
    """A run of numbers to make something for."""

    make: Make[T]
    drawn: Drawn
    numbers: range


def _pooled(jobs: Sequence[_Job[T]], processes: int) -> Iterator[T]:
    from multiprocessing import get_context

    with get_context("spawn").Pool(processes) as pool:
        for made in pool.imap(_list_of_made, jobs):
            yield from made


def _list_of_made(job: _Job[T]) -> list[T]:
    return list(_made(job))


def _made(job: _Job[T]) -> Iterator[T]:
    worlds = default_worlds()
    return (job.make(worlds, job.drawn, number) for number in job.numbers)


def _record(worlds: Worlds, drawn: Drawn, number: int) -> Record:
    (recipe,) = drawn.recipes(worlds, (number,))
    return worlds.build(recipe, drawn.voice).record()


def tasks(
    split: Split | str,
    n: int,
    seed: int = 0,
    families: Sequence[str] | None = None,
    kinds: Sequence[Kind | str] | None = None,
    *,
    start: int = 0,
) -> Iterator[Task]:
    """Yield `n` tasks; they are those that `generate` makes records of. See `generate`."""
    worlds = default_worlds()
    wanted = None if kinds is None else tuple(map(Kind, kinds))
    for recipe in worlds.recipes(Split(split), range(start, start + n), seed, families=families, kinds=wanted):
        yield worlds.build(recipe).task


def open_world(task: Task) -> World:
    """Return a task's world, which an `Agent` can use as its tools; see `Worlds.open`."""
    return default_worlds().open(task)


def check(task: Task, trajectory: Trajectory, world: World) -> Verdict:
    """Return the verdict on a run in a task's world; see `Worlds.check`."""
    return default_worlds().check(task, trajectory, world)


def gold(task: Task) -> Trajectory:
    """Return the gold plan's run of a task; see `Worlds.gold`."""
    return default_worlds().gold(task)
