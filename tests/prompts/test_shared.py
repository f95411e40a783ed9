"""The one conversation of the `shared` profile: bytes, append-only blocks, and who may write control tokens."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.prompts.trajectories import FOR_THE_CALLER, RICH, prefixes, rationales, text, trajectories
from umi_local.messages import CallerTurn, Decision, PlannerTurn, Role, SummarizerTurn, Trajectory, UserTurn
from umi_local.prompts import SharedProfile
from umi_local.prompts.base import render_call
from umi_local.prompts.decisions import NEXT
from umi_local.prompts.markers import FAMILIES

families = pytest.mark.parametrize("family", FAMILIES)


@families
def test_the_prompt_of_a_rich_conversation(golden, family):
    golden(f"shared-{family}.txt", SharedProfile(family).prompt(RICH, Role.SUMMARIZER).text)


def test_all_families_are_pinned():
    assert sorted(FAMILIES) == ["chatml", "gemma", "llama3", "mistral", "plain"]


@families
@pytest.mark.parametrize("role", list(Role))
def test_roles_read_the_same_history_and_differ_in_their_header_only(family, role):
    profile = SharedProfile(family)
    prompt, other = profile.prompt(FOR_THE_CALLER, role), profile.prompt(FOR_THE_CALLER, Role.PLANNER)
    assert prompt.history == other.history
    assert prompt.cue.text == FAMILIES[family].header.format(speaker=role.value)
    assert prompt.cue.role is role


@families
@given(pair=prefixes())
def test_blocks_are_append_only(family, pair):
    profile = SharedProfile(family)
    shorter, longer = (profile.history(trajectory) for trajectory in pair)
    assert longer[: len(shorter)] == shorter
    assert len(longer) == len(pair[1].turns) + 1


@families
@given(trajectory=trajectories)
def test_a_roles_block_is_its_header_what_it_says_and_the_turns_end(family, trajectory):
    profile, markers = SharedProfile(family), FAMILIES[family]
    for turn, block in zip(trajectory.turns, profile.history(trajectory)[1:], strict=True):
        match turn:
            case PlannerTurn(rationale, decision):
                role, said = Role.PLANNER, "".join(s.text for s in profile.planner_segments(rationale, decision))
            case CallerTurn(call):
                role, said = Role.CALLER, markers.protect(render_call(call))
            case SummarizerTurn(words):
                role, said = Role.SUMMARIZER, markers.protect(words)
            case _:
                assert block.role is None
                continue
        assert block.role is role
        cue = profile.prompt(trajectory, role).cue.text
        assert block.text == cue + said + markers.end
        assert block.text.startswith(markers.header.format(speaker=role.value))
        assert markers.end.startswith(markers.stop)


@families
@given(rationale=rationales, decision=st.sampled_from(Decision))
def test_a_planners_turn_is_read_back(family, rationale, decision):
    profile = SharedProfile(family)
    said = "".join(segment.text for segment in profile.planner_segments(rationale, decision))
    assert said.endswith(NEXT[decision])
    assert profile.parse_rationale(said) == FAMILIES[family].protect(rationale)
    if family != "plain":
        assert profile.parse_rationale(said) == rationale


@pytest.mark.parametrize(
    ("said", "rationale"),
    [
        ("", None),
        ("I think", None),
        ("I think Next: caller", None),
        ("I think\nNext", None),
        ("I think\nNext:", "I think"),
        ("I think\n\t Next: give", "I think"),
        ("Next: caller", ""),
        (" Next:", ""),
        ("a\nNext: b\nNext: c", "a"),
        ("a\nNext to it", None),
    ],
)
def test_the_decision_begins_with_a_line_that_says_next(said, rationale):
    assert SharedProfile().parse_rationale(said) == rationale


@families
@given(trajectory=trajectories, role=st.sampled_from(Role))
def test_only_markers_are_trusted(family, trajectory, role):
    markers = FAMILIES[family]
    speakers = ("system", "user", "planner", "caller", "tool", "summarizer")
    allowed = {markers.begin, markers.end, *(markers.header.format(speaker=speaker) for speaker in speakers)}
    prompt = SharedProfile(family).prompt(trajectory, role)
    trusted = {segment.text for block in (*prompt.history, prompt.cue) for segment in block.segments if segment.trusted}
    assert trusted <= allowed


@given(trajectory=trajectories)
def test_in_the_plain_family_no_line_from_outside_reads_as_a_header(trajectory):
    profile = SharedProfile("plain")
    headers = re.findall("^### .*", profile.prompt(trajectory, Role.PLANNER).text, re.MULTILINE)
    speakers = ["system", *(turn.type for turn in trajectory.turns), "planner"]
    assert headers == [f"### {speaker}" for speaker in speakers]


@given(words=text)
def test_families_with_control_tokens_leave_text_as_it_is(words):
    for family in set(FAMILIES) - {"plain"}:
        assert words in SharedProfile(family).prompt(Trajectory((), (UserTurn(words),)), Role.PLANNER).history[1].text


def test_an_unknown_family_is_a_mistake():
    with pytest.raises(KeyError):
        SharedProfile("klingon")
