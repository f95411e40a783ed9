"""The `single` profile: thought and action in one turn of one model, and otherwise `shared`, byte for byte."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.prompts.trajectories import FOR_THE_CALLER, RICH, prefixes, rationales, trajectories
from umi_local.messages import CallerTurn, Decision, PlannerTurn, Role, SummarizerTurn, Trajectory, UserTurn
from umi_local.prompts import SharedProfile, SingleProfile
from umi_local.prompts.base import render_call
from umi_local.prompts.decisions import NEXT
from umi_local.prompts.markers import FAMILIES

families = pytest.mark.parametrize("family", FAMILIES)
THOUGHT = PlannerTurn("It must be known.", Decision.CALL)
"""A turn that is open: its action is to come."""


def text_of(trajectory: Trajectory, family: str = "chatml") -> str:
    return "".join(block.text for block in SingleProfile(family).history(trajectory))


@families
def test_the_prompt_of_a_rich_conversation(golden, family):
    golden(f"single-{family}.txt", SingleProfile(family).prompt(RICH, Role.PLANNER).text)


@families
def test_a_turn_holds_thought_and_action_and_is_closed_once(family):
    markers = FAMILIES[family]
    header, end = markers.header.format(speaker="assistant"), markers.end
    turns = [
        f"The cities aren't known.\nNext: caller\n{render_call(call(2))}",
        f"Next: caller\n{render_call(call(5))}",
        "It is known:\n18 degrees.\nNext: summarizer\nIt is 18 °C in Köln.",
        "No tool knows the moon.\nNext: give up",
    ]
    text = text_of(RICH, family)
    assert text.count(header) == len(turns)
    for turn in turns:
        assert f"{header}{turn}{end}" in text


def call(number):
    turn = RICH.turns[number]
    assert isinstance(turn, CallerTurn)
    return turn.call


@families
def test_it_is_the_shared_conversation_but_for_headers_and_the_ends_of_thoughts(family):
    """The comparison of the two profiles compares nothing else: put right at these places, one text is the other."""
    markers = FAMILIES[family]
    talk = Trajectory(RICH.tools, (UserTurn("Is it warm?"), *RICH.turns[4:]))
    shared = "".join(block.text for block in SharedProfile(family).history(talk))
    planner, caller, summarizer, own = (
        markers.header.format(speaker=speaker) for speaker in ("planner", "caller", "summarizer", "assistant")
    )
    for marker, header in ((NEXT[Decision.CALL], caller), (NEXT[Decision.CONCLUDE], summarizer)):
        shared = shared.replace(f"{marker}{markers.end}{header}", f"{marker}\n")
    assert shared.replace(planner, own) == text_of(talk, family)


@families
@given(pair=prefixes())
def test_blocks_are_append_only(family, pair):
    profile = SingleProfile(family)
    shorter, longer = (profile.history(trajectory) for trajectory in pair)
    assert longer[: len(shorter)] == shorter
    assert len(longer) == len(pair[1].turns) + 1


@families
@given(trajectory=trajectories)
def test_a_roles_block_is_its_cue_what_it_says_and_the_end_of_a_turn_that_is_over(family, trajectory):
    profile, markers = SingleProfile(family), FAMILIES[family]
    blocks = profile.history(trajectory)
    for number, (turn, block) in enumerate(zip(trajectory.turns, blocks[1:], strict=True)):
        end = markers.end
        match turn:
            case PlannerTurn(rationale, decision):
                role, said = Role.PLANNER, "".join(s.text for s in profile.planner_segments(rationale, decision))
                end = markers.end if decision is Decision.GIVE_UP else ""
            case CallerTurn(called):
                role, said = Role.CALLER, markers.protect(render_call(called))
            case SummarizerTurn(words):
                role, said = Role.SUMMARIZER, markers.protect(words)
            case _:
                assert block.role is None
                continue
        prompt = profile.prompt(Trajectory(trajectory.tools, trajectory.turns[:number]), role)
        assert block.role is prompt.cue.role is role
        assert prompt.history == blocks[: number + 1]
        assert len(prompt.cue.segments) == 1
        assert block.segments[0] == prompt.cue.segments[0]
        assert block.text == prompt.cue.text + said + end
        assert block.segments[-1].trusted is bool(end)  # an open turn is known by that


@families
def test_an_action_goes_on_in_the_turn_that_decided_on_it(family):
    profile = SingleProfile(family)
    thinks = profile.prompt(Trajectory(RICH.tools, RICH.turns[:4]), Role.PLANNER)
    acts = profile.prompt(FOR_THE_CALLER, Role.CALLER)
    assert thinks.cue.text == FAMILIES[family].header.format(speaker="assistant")
    assert acts.cue.text == "\n"
    assert acts.history[:-1] == thinks.history
    assert acts.text == f"{thinks.text}Next: caller\n"
    concludes = profile.prompt(Trajectory(RICH.tools, RICH.turns[:8]), Role.SUMMARIZER)
    assert concludes.text.endswith("18 degrees.\nNext: summarizer\n")


@pytest.mark.parametrize("follower", [UserTurn("And now?"), PlannerTurn("Once more.", Decision.GIVE_UP)])
@families
def test_a_thought_that_was_cut_off_is_closed_by_what_follows_it(family, follower):
    """A run that was cancelled before its call, and a next question."""
    markers = FAMILIES[family]
    cut = Trajectory((), (UserTurn("What?"), THOUGHT))
    text = text_of(cut.with_turn(follower), family)
    assert text.startswith(text_of(cut, family))
    speaker = "user" if isinstance(follower, UserTurn) else "assistant"
    rest = text.removeprefix(text_of(cut, family))
    assert rest.startswith(f"{markers.end}{markers.header.format(speaker=speaker)}")


@pytest.mark.parametrize("role", [Role.CALLER, Role.SUMMARIZER])
def test_an_action_without_a_thought_has_a_turn_of_its_own(role):
    for turns in ((), (UserTurn("What?"),), (PlannerTurn("No.", Decision.GIVE_UP),)):
        assert SingleProfile().prompt(Trajectory((), turns), role).cue.text == "<|im_start|>assistant\n"


@families
@given(rationale=rationales, decision=st.sampled_from(Decision))
def test_what_the_planner_says_is_what_it_says_in_the_shared_profile(family, rationale, decision):
    profile, shared = SingleProfile(family), SharedProfile(family)
    segments = profile.planner_segments(rationale, decision)
    assert segments == shared.planner_segments(rationale, decision)
    said = "".join(segment.text for segment in segments)
    assert profile.parse_rationale(said) == shared.parse_rationale(said) == FAMILIES[family].protect(rationale)


@families
@given(trajectory=trajectories, role=st.sampled_from(Role))
def test_only_markers_are_trusted(family, trajectory, role):
    markers = FAMILIES[family]
    headers = [markers.header.format(speaker=speaker) for speaker in ("system", "user", "assistant", "tool")]
    allowed = {markers.begin, markers.end, *headers, *(markers.end + header for header in headers)}
    prompt = SingleProfile(family).prompt(trajectory, role)
    trusted = {segment.text for block in (*prompt.history, prompt.cue) for segment in block.segments if segment.trusted}
    assert trusted <= allowed


def test_an_unknown_family_is_a_mistake():
    with pytest.raises(KeyError):
        SingleProfile("klingon")
