"""Building one task from its recipe: play the plan, break what the kind wants broken, put other tools beside its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from umi_local.messages import CallerTurn, JsonObject, ToolSpec, Trajectory, UserTurn
from umi_local.worlds.distractors import MAX_TOOLS, Offer, add_foreign, add_own
from umi_local.worlds.draw import Draw, Voice
from umi_local.worlds.errors import UnsuitableError, WorldError
from umi_local.worlds.family import Family, Intent, Kind
from umi_local.worlds.faults import Fault, Mode, draw_fault
from umi_local.worlds.grammar import wording_id
from umi_local.worlds.play import Ending, Part, PlanEnded, Play
from umi_local.worlds.stage import Stage
from umi_local.worlds.surfaces import Surface
from umi_local.worlds.tasks import VERSION, Recipe, Record, Task
from umi_local.worlds.world import Place, World, copied

MAX_SCENES = 12
"""Scenes tried until one suits an intent."""

MAX_CALLS = 8

_FAULT_MODES = {Mode.TEMPORARY: 0.3, Mode.BROKEN: 0.5, Mode.EMPTY: 0.2}
_DOUBLED_ANYWAY = 0.12
"""How often a second provider is on offer although nothing fails, so that two alike don't announce a failure."""


@dataclass(frozen=True, slots=True)
class Built:
    """A task with its gold plan's run.

    Attributes:
        parts: What must come of each turn of the user.
        start: The scene before the first call, from which worlds are opened.
        before: The state before the first call, as `after` is the state at the end.
        after: The state of every touched family at the end of the gold run.
        surfaces: The tools on offer, in the task's order.
        wordings: The templates of all that was said.
        derived: Number of the call and name of each argument that stands nowhere before it.
    """

    task: Task
    trajectory: Trajectory
    parts: tuple[Part, ...]
    start: JsonObject
    before: JsonObject
    after: Mapping[str, JsonObject]
    surfaces: tuple[Surface, ...]
    fault: Fault | None
    wordings: tuple[str, ...]
    derived: frozenset[tuple[int, str]]

    def record(self) -> Record:
        """Return the gold run as a training record."""
        task, recipe = self.task, self.task.recipe
        return Record(
            id=recipe.id,
            split=recipe.split,
            family=recipe.family,
            intent=recipe.intent,
            kind=recipe.kind,
            variant=task.variant,
            register=task.register,
            is_builtin=task.is_builtin,
            n_calls=task.n_calls,
            wordings=tuple(map(wording_id, self.wordings)),
            trajectory=self.trajectory,
        )


@dataclass(frozen=True, slots=True)
class _Script:
    """What a kind does to a plan before it is played."""

    variant: str = ""
    fault: Fault | None = None
    doubled: str | None = None
    asks_back: bool = False
    offers_nothing: bool = False


class Builder:
    """Builds tasks from families.

    Args:
        families: By name; all of them lend distractors.
    """

    def __init__(self, families: Mapping[str, Family]) -> None:
        self.families = families

    def build(self, recipe: Recipe, voice: Voice = Voice.VARIED) -> Built:
        """Return the task of a recipe, with its gold run in this voice.

        Raises:
            WorldError: There is no such family or intent, no scene suits it, or its plan breaks the contract.
        """
        family, intent = self._intent(recipe)
        reasons: list[str] = []
        for attempt in range(MAX_SCENES):
            draw = Draw(recipe.split, VERSION, recipe.seed, recipe.index, intent.id, recipe.kind.value, attempt)
            try:
                return self._build(recipe, family, intent, draw, voice)
            except UnsuitableError as error:
                reasons.append(str(error))
        raise WorldError(f"{recipe.id}: no scene suits: {reasons[-1]}", hint="Let the plan change the scene to suit.")

    def open(self, built: Built) -> World:
        """Return the world of a task as it stands before the first call."""
        recipe = built.task.recipe
        family = self.families[recipe.family]

        def place_of(name: str) -> Place:
            return Place(family, copied(built.start)) if name == family.name else self._foreign(recipe, name)

        world = World(built.surfaces, place_of, built.fault)
        world.place(family.name)
        return world

    def _intent(self, recipe: Recipe) -> tuple[Family, Intent]:
        family = self.families.get(recipe.family)
        intent = family.intents.get(recipe.intent) if family else None
        if family is None or intent is None:
            raise WorldError(
                f"no family here has the intent {recipe.family}.{recipe.intent}",
                hint="The task was made by another version of the families.",
            )
        return family, intent

    def _foreign(self, recipe: Recipe, name: str) -> Place:
        family = self.families[name]
        draw = Draw(recipe.split, VERSION, recipe.seed, recipe.index, "beside", name)
        return Place(family, family.make_scene(draw))

    def _build(self, recipe: Recipe, family: Family, intent: Intent, draw: Draw, voice: Voice) -> Built:
        script = self._script(recipe, family, intent, draw)
        stage, play = self._played(recipe, family, intent, draw, script, voice)
        with stage.world:
            _check_met(recipe, stage, play, script)
            surfaces = self._offer(family, intent, stage, draw, script)
            tools = tuple(surface.spec for surface in surfaces)
            task = _task(recipe, family, script, play, tools)
            after = stage.world.snapshot()
        return Built(
            task,
            Trajectory(tools, tuple(play.turns)),
            tuple(play.parts),
            stage.start,
            stage.world.pristine()[family.name],
            after,
            surfaces,
            script.fault,
            tuple(play.wordings),
            frozenset(play.derived),
        )

    def _played(
        self,
        recipe: Recipe,
        family: Family,
        intent: Intent,
        draw: Draw,
        script: _Script,
        voice: Voice = Voice.VARIED,
    ) -> tuple[Stage, Play]:
        stage = Stage(
            family,
            draw.apart("stage"),
            lambda name: self._foreign(recipe, name),
            fault=script.fault,
            doubled=script.doubled,
            offers_nothing=script.offers_nothing,
        )
        play = Play(intent, stage, draw.apart("play"), asks_back=script.asks_back, voice=voice)
        try:
            intent.play(play)
        except PlanEnded:
            pass
        except BaseException:
            stage.world.close()
            raise
        if len(play.used) > MAX_CALLS:
            raise WorldError(f"{intent.id} makes {len(play.used)} calls; at most {MAX_CALLS} are allowed")
        return stage, play

    def _script(self, recipe: Recipe, family: Family, intent: Intent, draw: Draw) -> _Script:
        chance = draw.apart("script")
        match recipe.kind:
            case Kind.RECOVER if intent.kind is Kind.RECOVER:
                fault = self._fault(chance, family, intent.breaks) if intent.breaks else None
                return _Script("own", fault)
            case Kind.RECOVER:
                return self._failing(recipe, family, intent, draw, chance)
            case Kind.IMPOSSIBLE if intent.kind is Kind.IMPOSSIBLE:
                return _Script("beyond")
            case Kind.IMPOSSIBLE:
                return self._hopeless(family, intent, chance)
            case Kind.MISSING_INFO:
                return _Script("ask_back", asks_back=True)
        if family.is_builtin or intent.essential is None or not chance.chance(_DOUBLED_ANYWAY):
            return _Script()
        return _Script(doubled=intent.essential)

    def _failing(self, recipe: Recipe, family: Family, intent: Intent, draw: Draw, chance: Draw) -> _Script:
        """Break one of the operations that the plan calls when nothing fails."""
        stage, rehearsed = self._played(recipe, family, intent, draw, _Script())
        stage.world.close()
        if not rehearsed.used:
            raise WorldError(f"{intent.id} calls nothing, so nothing can fail")
        operation = family.operations[chance.pick(rehearsed.used)]
        mode = Mode.TEMPORARY if family.is_builtin else chance.weighted(_FAULT_MODES)
        if mode is Mode.EMPTY and operation.writes:
            mode = Mode.BROKEN
        fault = self._fault(chance, family, operation.key, mode)
        if mode is Mode.TEMPORARY:
            return _Script("retry", fault)
        return _Script("other_tool", fault, doubled=operation.key)

    def _hopeless(self, family: Family, intent: Intent, chance: Draw) -> _Script:
        """Leave the essential operation out, with or without its neighbours, or break it for good."""
        assert intent.essential is not None  # else the kind isn't drawn
        operation = family.operations[intent.essential]
        variant = chance.weighted({"none_fits": 0.45, "near_miss": 0.3, "dead_end": 0.25})
        if variant == "near_miss" and not operation.writes:
            variant = "none_fits"  # what is read may be found out by other operations, too
        if variant == "dead_end":
            return _Script(variant, self._fault(chance, family, operation.key))
        return _Script(variant, offers_nothing=True)

    def _fault(self, chance: Draw, family: Family, operation: str, mode: Mode = Mode.BROKEN) -> Fault:
        return draw_fault(chance, f"{family.name}.{operation}", mode, is_local=family.is_builtin)

    def _offer(self, family: Family, intent: Intent, stage: Stage, draw: Draw, script: _Script) -> tuple[Surface, ...]:
        chance = draw.apart("offer")
        providers = stage.providers
        limit = min(MAX_TOOLS, max(len(providers) + chance.whole(1, 4), chance.whole(3, 6)))
        offer = Offer(providers)
        if script.variant in ("near_miss", "beyond"):
            add_own(offer, stage, chance, chance.whole(2, 4), without=intent.essential)
        elif not script.offers_nothing and script.variant != "dead_end":
            add_own(offer, stage, chance, chance.whole(len(providers), limit))
        add_foreign(offer, family, self.families, chance, limit)
        return _ordered(chance.shuffled(offer.surfaces), stage, script.doubled)


def _check_met(recipe: Recipe, stage: Stage, play: Play, script: _Script) -> None:
    """Raise UnsuitableError where the plan went round what the kind had in store for it."""
    if script.fault is not None and not stage.world.has_met_fault:
        raise UnsuitableError(f"{recipe.id}: the plan doesn't call {script.fault.operation} in this scene")
    if recipe.kind is Kind.IMPOSSIBLE and play.parts[-1].ending is not Ending.GIVE_UP:
        raise UnsuitableError(f"{recipe.id}: the plan found a way")


def _ordered(surfaces: list[Surface], stage: Stage, doubled: str | None) -> tuple[Surface, ...]:
    """Put the first of two providers before the second: a plan calls the one that stands first."""
    if doubled is not None:
        first, second = (surfaces.index(stage.offered(doubled, nth)) for nth in (0, 1))
        if first > second:
            surfaces[first], surfaces[second] = surfaces[second], surfaces[first]
    return tuple(surfaces)


def _task(recipe: Recipe, family: Family, script: _Script, play: Play, tools: tuple[ToolSpec, ...]) -> Task:
    return Task(
        recipe=recipe,
        variant=script.variant,
        register=play.register,
        is_builtin=family.is_builtin,
        questions=tuple(turn.text for turn in play.turns if isinstance(turn, UserTurn)),
        tools=tools,
        n_calls=sum(isinstance(turn, CallerTurn) for turn in play.turns),
    )
