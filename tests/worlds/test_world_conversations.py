"""Several tasks in one conversation: each is what it was alone, and no tool of one could do what another wants."""

from __future__ import annotations

import pytest

from umi_local.messages import CallerTurn, UserTurn
from umi_local.records import Record as TrainingRecord
from umi_local.records.findings import Schemas, findings
from umi_local.worlds import default_worlds, generate_conversations
from umi_local.worlds.conversations import CANDIDATES
from umi_local.worlds.generate import Drawn

N = 60


@pytest.fixture(scope="module", params=["train", "dev", "test"])
def made(request):
    return list(generate_conversations(request.param, N, seed=4))


def built_tasks(conversation):
    """The tasks as they were built, by the numbers that a conversation's may have."""
    split, seed, number, _ = conversation.id.split("-", 3)
    worlds, drawn = default_worlds(), Drawn.of(split, int(seed), None, None)
    first = int(number) * CANDIDATES
    built = [worlds.build(recipe) for recipe in drawn.recipes(worlds, range(first, first + CANDIDATES))]
    ids = [record.id for record in conversation.records]
    return [one for one in built if one.task.id in ids]


def test_the_turns_are_those_of_the_tasks_one_after_the_other(made):
    for conversation in made:
        turns = [turn for record in conversation.records for turn in record.trajectory.turns]
        assert list(conversation.trajectory.turns) == turns
    assert {len(conversation.records) for conversation in made} == {1, 2, 3}


def test_every_tool_that_is_called_is_on_offer_as_it_was_and_once(made):
    for conversation in made:
        names = [tool.name for tool in conversation.trajectory.tools]
        assert len(set(names)) == len(names)
        for record in conversation.records:
            for turn in record.trajectory.turns:
                if isinstance(turn, CallerTurn):
                    assert conversation.trajectory.tool(turn.call.name) == record.trajectory.tool(turn.call.name)


def test_they_are_sound_records(made):
    for conversation in made:
        record = TrainingRecord(trajectory=conversation.trajectory, id=conversation.id, split=conversation.split.value)
        assert not list(findings(record, Schemas()))


def test_no_tool_could_do_another_tasks_work(made):
    families = default_worlds().families
    n_tools = 0
    for conversation in made:
        tasks = built_tasks(conversation)
        assert len(tasks) == len(conversation.records)
        own = [families[task.task.recipe.family] for task in tasks]
        assert not any(a.topics & b.topics for n, a in enumerate(own) for b in own[n + 1 :])
        for tool in conversation.trajectory.tools:
            sources = [
                families[surface.operation.family]
                for task in tasks
                for surface in task.surfaces
                if surface.spec == tool
            ]
            assert any(
                all(family is other or not family.topics & other.topics for other in own) for family in sources
            ), tool.name
            n_tools += 1
    assert n_tools > 3 * N


def test_of_two_that_do_the_same_the_one_that_is_called_first_stands_first(made):
    """Else a conversation would teach to pass the first one over."""
    n_doubled = 0
    for conversation in made:
        place = {tool.name: n for n, tool in enumerate(conversation.trajectory.tools)}
        for task in built_tasks(conversation):
            called = [turn.call.name for turn in task.trajectory.turns if isinstance(turn, CallerTurn)]
            for surface in task.surfaces:
                twins = [
                    one
                    for one in task.surfaces
                    if one.operation is surface.operation and one.spec.name in place and one is not surface
                ]
                for twin in twins if surface.spec.name in called and surface.spec.name in place else ():
                    first_called = min((surface.spec.name, twin.spec.name), key=lambda name: _first(called, name))
                    assert place[first_called] == min(place[surface.spec.name], place[twin.spec.name])
                    n_doubled += 1
    assert n_doubled


def _first(called, name):
    return called.index(name) if name in called else len(called)


def test_they_cost_less_to_read_than_their_tasks_alone():
    together = list(generate_conversations("train", 200, seed=9))
    n_together = sum(len(str(tool)) for conversation in together for tool in conversation.trajectory.tools)
    records = [record for conversation in together for record in conversation.records]
    n_alone = sum(len(str(tool)) for record in records for tool in record.trajectory.tools)
    assert len(records) > 1.9 * len(together)
    assert n_together < 0.7 * n_alone


def test_a_conversation_follows_from_its_number_whatever_came_before_and_in_any_process():
    whole = list(generate_conversations("train", 80, seed=3))
    assert list(generate_conversations("train", 10, seed=3, start=70)) == whole[70:]
    assert list(generate_conversations("train", 80, seed=3, processes=2)) == whole
    assert list(generate_conversations("train", 10, seed=4)) != whole[:10]


def test_families_and_kinds_are_kept_to():
    made = list(
        generate_conversations("train", 30, seed=1, families=["shop", "weather", "talk"], kinds=["plain", "no_tool"])
    )
    records = [record for conversation in made for record in conversation.records]
    assert {record.family for record in records} == {"shop", "weather", "talk"}
    assert {record.kind.value for record in records} == {"plain", "no_tool"}
    assert all(isinstance(conversation.trajectory.turns[0], UserTurn) for conversation in made)
