"""The families over built-in tools: all tools are used, papers are kept apart, and what can't be done is given up."""

from __future__ import annotations

from collections import Counter, defaultdict
from functools import cache

import pytest

from umi_local.messages import CallerTurn, Decision, PlannerTurn
from umi_local.tools.builtin import builtin_tools
from umi_local.worlds import Kind, Split, generate
from umi_local.worlds.checker import differences
from umi_local.worlds.families._papers.desks import TEXT_KINDS
from umi_local.worlds.families._papers.records import RECORD_KINDS
from umi_local.worlds.families._papers.sheet_kinds import SHEET_KINDS

DESKS = ("documents", "files", "notes", "reckoning", "tables")


@cache
def records(split, kinds=("plain",)):
    return tuple(generate(split, 600, seed=11, families=DESKS, kinds=kinds))


def test_every_builtin_tool_but_disk_usage_is_called_by_several_intents():
    users = defaultdict(set)
    for record in records("train"):
        for turn in record.trajectory.turns:
            if isinstance(turn, CallerTurn):
                users[turn.call.name].add((record.family, record.intent))
    tools = {tool.name for tool in builtin_tools()} - {"disk_usage"}
    assert set(users) == tools
    assert {name: len(found) for name, found in users.items() if len(found) < 2 and name != "text_stats"} == {}


@pytest.mark.parametrize("split", ["train", "test"])
def test_half_of_the_tasks_take_several_calls(split):
    counts = Counter(min(record.n_calls, 3) for record in records(split))
    assert counts[2] + counts[3] > 0.45 * len(records(split))
    assert counts[3] > 0.08 * len(records(split))


@pytest.mark.parametrize("kinds", [TEXT_KINDS, SHEET_KINDS, RECORD_KINDS], ids=["texts", "tables", "JSON files"])
def test_every_split_has_papers_of_its_own(kinds):
    words = {split: {w for kind in kinds if kind.split is split for w in kind.words.split("|")} for split in Split}
    assert all(words.values())
    assert not words[Split.TRAIN] & (words[Split.TEST] | words[Split.DEV])
    assert not words[Split.TEST] & words[Split.DEV]


def test_what_no_tool_can_do_is_given_up_beside_tools_that_come_near():
    found = [record for record in records("train", ("impossible",)) if record.variant == "beyond"]
    assert len(found) > 10
    own = {tool.name for tool in builtin_tools()}
    for record in found:
        turns = record.trajectory.turns
        assert record.kind is Kind.IMPOSSIBLE
        assert record.n_calls == 0
        assert isinstance(turns[-1], PlannerTurn)
        assert turns[-1].decision is Decision.GIVE_UP
    assert all(own & {tool.name for tool in record.trajectory.tools} for record in found)


LETTER = "Dear Ada,\nthe rent for the flat in the north of the town rises in May.\nPlease answer by Friday.\n"


@pytest.mark.parametrize(
    "other",
    [
        LETTER + "Keys are under the pot",
        LETTER.replace("May", "June"),
        LETTER.replace("Please answer by Friday.\n", ""),
    ],
    ids=["a line more", "another word", "a line less"],
)
def test_a_text_of_several_lines_must_be_right_in_every_line(other):
    assert list(differences({"a.txt": LETTER}, {"a.txt": other}))


def test_spaces_and_marks_at_the_end_of_lines_make_no_other_text():
    assert not list(differences({"a.txt": "12.50"}, {"a.txt": "12.50\n"}))
    assert not list(differences({"a.txt": LETTER}, {"a.txt": LETTER.replace("Friday.", "Friday").strip()}))
