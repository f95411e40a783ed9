"""Reading a family with a critical eye: does it keep its contract, and would its tasks be worth anything?

Every family in the package is reviewed by the tests; an author calls `review` while writing. It finds what can be found
without taste: whether wordings are good English is for a person to read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from umi_local.messages import (
    CallerTurn,
    Decision,
    JsonValue,
    PlannerTurn,
    SummarizerTurn,
    ToolTurn,
    Trajectory,
    Turn,
    UserTurn,
)
from umi_local.worlds.building import Builder, Built
from umi_local.worlds.checker import judge
from umi_local.worlds.facts import Fact, facts_of
from umi_local.worlds.family import Family, Intent, Kind
from umi_local.worlds.generate import Worlds, kinds_of
from umi_local.worlds.grammar import variants
from umi_local.worlds.play import Ending
from umi_local.worlds.splits import Split
from umi_local.worlds.surfaces import about_texts, param_words, tool_words
from umi_local.worlds.tasks import Recipe

MIN_WORDINGS = 4
MAX_RATIONALE_WORDS = 48
MAX_ANSWER_WORDS = 60
MAX_OBSERVATION_CHARS = 900
MIN_NAMES = 8
"""Names that an operation needs, over all splits."""


def review(family: Family, worlds: Worlds, *, n_seeds: int = 4) -> list[str]:
    """Return what is wrong with a family, each problem once, as sentences.

    Args:
        worlds: Families that lend distractors; must hold the family itself.
        n_seeds: How many records of every kind of every intent are looked at.
    """
    problems = dict.fromkeys(_names(family))
    heard: dict[str, Intent] = {}
    for intent in family.intents.values():
        if len(intent.wordings) < MIN_WORDINGS:
            problems[f"{intent.id} has {len(intent.wordings)} wordings; at least {MIN_WORDINGS} are needed"] = None
        for kind in sorted(kinds_of(intent)):
            for seed in range(n_seeds):
                problems.update(dict.fromkeys(_of_record(worlds, intent, kind, seed, heard)))
    return list(problems)


def _names(family: Family) -> Iterator[str]:
    for operation in family.operations.values():
        if operation.builtin:
            continue
        where = f"{family.name}.{operation.key}"
        if len(variants(operation.names)) < MIN_NAMES:
            yield f"{where} has {len(variants(operation.names))} names; at least {MIN_NAMES} are needed"
        for split in Split:
            found = {"names": tool_words(operation, split), "descriptions": about_texts(operation, split)}
            found |= {f"names of {param.key}": param_words(param, split) for param in operation.params}
            yield from (f"{where} has no {what} for {split.value}" for what, words in found.items() if not words)


def _of_record(worlds: Worlds, intent: Intent, kind: Kind, seed: int, heard: dict[str, Intent]) -> Iterator[str]:
    recipe = Recipe(split=intent.split, seed=seed, index=0, family=intent.family, intent=intent.name, kind=kind)
    try:
        built = worlds.build(recipe)
    except Exception as error:  # noqa: BLE001  # a plan that is being written may raise anything
        yield f"{recipe.id}: {type(error).__name__}: {error}"
        return
    for wording in built.wordings:
        other = heard.setdefault(wording, intent)
        if other.split is not intent.split:
            yield f"{wording!r} is said by {other.id} ({other.split.value}) and {intent.id} ({intent.split.value})"
    for problem in _of_built(worlds, built):
        yield f"{intent.id} ({kind.value}): {problem}"


def _of_built(worlds: Worlds, built: Built) -> Iterator[str]:
    if worlds.build(built.task.recipe) != built:
        yield "two builds differ: something isn't drawn from `draw`"
    yield from _played_again(worlds.builder, built)
    yield from _ungrounded_arguments(built)
    if built.task.kind is not Kind.NO_TOOL:  # what needs no tool is known anyway
        yield from _ungrounded_facts(built)
    yield from _hollow(built)
    yield from _lengths(built.trajectory)


def _played_again(builder: Builder, built: Built) -> Iterator[str]:
    """The gold calls, made in a fresh world, must give the same observations, and pass."""
    with builder.open(built) as world:
        turns = built.trajectory.turns
        for i, turn in enumerate(turns):
            if isinstance(turn, CallerTurn):
                observed, shown = world.run(turn.call).observation, turns[i + 1]
                if not isinstance(shown, ToolTurn) or observed != shown.observation:
                    yield f"{turn.call.name} gives another observation when it is played again: {observed.text!r}"
        for reason in judge(built, built.trajectory, world).reasons:
            yield f"the gold plan fails its own check: {reason}"
    with builder.open(built) as world:
        if judge(built, lazy(built), world).passed:
            yield "a run without calls that answers 'Done.' passes: give facts, or change the state"


def lazy(built: Built) -> Trajectory:
    """Return a run that does nothing and says "Done." to everything."""
    turns: list[Turn] = []
    for turn in built.trajectory.turns:
        if isinstance(turn, UserTurn):
            turns += [turn, PlannerTurn("I am done.", Decision.CONCLUDE), SummarizerTurn("Done.")]
    return Trajectory(built.trajectory.tools, tuple(turns))


def _hollow(built: Built) -> Iterator[str]:
    """A bare yes shows nothing: it must come with another fact or with a change."""
    has_changed = built.after.get(built.task.recipe.family) != built.before
    for part in built.parts:
        if part.ending is Ending.ANSWER and part.n_calls and not has_changed and all(f.is_weak for f in part.facts):
            yield "an answer needs a fact beside yes, since nothing else shows that the calls were made"


def _ungrounded_arguments(built: Built) -> Iterator[str]:
    said, number = "", 0
    for turn in built.trajectory.turns:
        if isinstance(turn, UserTurn):
            said += f"\n{turn.text}"
        elif isinstance(turn, ToolTurn):
            said += _readable(turn.observation.text)
        elif isinstance(turn, CallerTurn):
            spec = built.trajectory.tool(turn.call.name)
            assert spec is not None
            for name, value in turn.call.arguments.items():
                listed = spec.parameters["properties"][name].get("enum", ())
                known = isinstance(value, bool) or value in listed or (number, name) in built.derived
                if not known and not _is_grounded(value, said):
                    yield f"{turn.call.name}: {name} = {value!r} stands nowhere before the call; see `derived`"
            number += 1


def _readable(observed: str) -> str:
    """Return an observation's text, and again with its commas apart: 88,450 are two cells of a table."""
    return f"\n{observed}\n{observed.replace(',', ' , ')}"


def _is_grounded(value: JsonValue, said: str) -> bool:
    if isinstance(value, str) and value.casefold() in said.casefold():
        return True
    if isinstance(value, str) and re.fullmatch(r"\d+", value):
        return _is_grounded(int(value), said)
    return all(fact.is_said(said) for fact in facts_of(value))


def _ungrounded_facts(built: Built) -> Iterator[str]:
    said, parts = "", iter(built.parts)
    part = None
    for turn in built.trajectory.turns:
        if isinstance(turn, UserTurn):
            part = next(parts)
            said += f"\n{turn.text}"
        elif isinstance(turn, ToolTurn):
            said += _readable(turn.observation.text)
        elif isinstance(turn, SummarizerTurn) and part is not None:
            for fact in part.facts:
                if fact not in part.derived and not _supports(said, fact):
                    yield f"the fact {fact} stands in no observation; see `derived`"


def _supports(said: str, fact: Fact) -> bool:
    return fact.kind in ("yes", "no") or fact.is_said(said) or (fact.kind == "text" and str(fact.value) in said)


def _lengths(trajectory: Trajectory) -> Iterator[str]:
    for turn in trajectory.turns:
        match turn:
            case PlannerTurn(rationale) if not 4 <= len(rationale.split()) <= MAX_RATIONALE_WORDS:
                yield f"a rationale has {len(rationale.split())} words: {rationale!r}"
            case SummarizerTurn(text) if len(text.split()) > MAX_ANSWER_WORDS:
                yield f"an answer has {len(text.split())} words: {text!r}"
            case ToolTurn(observation) if len(observation.text) > MAX_OBSERVATION_CHARS:
                yield f"an observation has {len(observation.text)} characters"
            case UserTurn(text) if not text.strip():
                yield "the user says nothing"
            case _:
                pass
