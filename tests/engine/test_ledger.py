"""What is shortened when a conversation doesn't fit: old observations first, by a rule, said, and nothing else ever."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from umi_local.engine.ledger import KEPT_CHARS, fit
from umi_local.errors import ContextOverflowError
from umi_local.messages import (
    CallerTurn,
    Decision,
    Observation,
    PlannerTurn,
    Role,
    ToolCall,
    ToolSpec,
    ToolTurn,
    Trajectory,
    Turn,
    UserTurn,
)
from umi_local.prompts import SharedProfile

TOOL = ToolSpec("look", "Look.", {"type": "object"})
CALL = (PlannerTurn("More is needed.", Decision.CALL), CallerTurn(ToolCall("look", {})))
PROFILE = SharedProfile()


def count(trajectory):
    """A prompt's size, in characters for tokens."""
    return len(PROFILE.prompt(trajectory, Role.PLANNER).text)


def conversation(*sizes, question="What?"):
    """A conversation with observations of so many characters, all different."""
    turns: list[Turn] = [UserTurn(question)]
    for i, size in enumerate(sizes):
        turns += [*CALL, ToolTurn(Observation(f"{i}" * size))]
    return Trajectory((TOOL,), tuple(turns))


def observations(trajectory):
    return [turn.observation for turn in trajectory.turns if isinstance(turn, ToolTurn)]


def others(trajectory):
    return [turn for turn in trajectory.turns if not isinstance(turn, ToolTurn)]


def smallest(trajectory):
    """The conversation with every observation as short as may be."""

    def shortened(turn):
        if not isinstance(turn, ToolTurn) or len(turn.observation.text) <= KEPT_CHARS:
            return turn
        text = turn.observation.text
        return ToolTurn(replace(turn.observation, text=text[:KEPT_CHARS], omitted_chars=len(text) - KEPT_CHARS))

    return replace(trajectory, turns=tuple(map(shortened, trajectory.turns)))


sizes = st.lists(st.integers(0, 1500), max_size=8)
conversations = st.builds(
    lambda sizes, question, cut: replace(
        conversation(*sizes, question=question),
        turns=conversation(*sizes, question=question).turns[: max(1, 1 + 3 * len(sizes) - cut)],
    ),
    sizes,
    st.text(max_size=30),
    st.integers(0, 2),
)


@settings(max_examples=150)
@given(trajectory=conversations, budget=st.integers(300, 6000))
def test_what_is_left_fits_and_only_observations_were_shortened(trajectory, budget):
    if count(smallest(trajectory)) > budget:
        with pytest.raises(ContextOverflowError):
            fit(trajectory, count, budget)
        return
    fitted, notices = fit(trajectory, count, budget)
    assert count(fitted) <= budget
    assert fitted.tools == trajectory.tools
    assert others(fitted) == others(trajectory)
    before, after = observations(trajectory), observations(fitted)
    assert len(after) == len(before)
    for old, new in zip(before, after, strict=True):
        assert old.text.startswith(new.text)
        assert len(new.text) + new.omitted_chars == len(old.text) + old.omitted_chars
        assert len(new.text) >= min(len(old.text), KEPT_CHARS)
        assert new.is_error == old.is_error
    assert len(notices) == sum(old != new for old, new in zip(before, after, strict=True))
    assert bool(notices) == (count(trajectory) > budget)


@settings(max_examples=100)
@given(trajectory=conversations, budget=st.integers(600, 6000))
def test_older_observations_go_first(trajectory, budget):
    try:
        fitted, _ = fit(trajectory, count, budget)
    except ContextOverflowError:
        assume(False)
    before, after = observations(trajectory), observations(fitted)
    long = [i for i, old in enumerate(before) if len(old.text) > KEPT_CHARS]
    short = [i for i in long if after[i] != before[i]]
    assert short == long[: len(short)]
    for i in short:
        assert i == len(before) - 1 or len(after[i].text) == KEPT_CHARS


@settings(max_examples=100)
@given(trajectory=conversations, budget=st.integers(600, 6000))
def test_fitting_again_changes_nothing(trajectory, budget):
    try:
        fitted, _ = fit(trajectory, count, budget)
    except ContextOverflowError:
        assume(False)
    assert fit(fitted, count, budget) == (fitted, ())
    assert fit(trajectory, count, budget)[0] == fitted


def test_the_notices_say_which_result_was_cut_from_how_much_to_how_much():
    long = conversation(1500, 200, 1400, 300)
    fitted, notices = fit(long, count, count(long) - 1)
    assert notices == ("context full: tool result 1 shortened from 1,500 to 240 characters",)
    assert [len(o.text) for o in observations(fitted)] == [240, 200, 1400, 300]
    assert observations(fitted)[0].omitted_chars == 1260


def test_a_last_result_that_is_too_long_alone_is_cut_to_what_fits():
    fitted, notices = fit(conversation(50, 9000), count, 2000)
    [kept] = [o for o in observations(fitted) if o.omitted_chars]
    assert 1900 < count(fitted) <= 2000
    assert notices == (f"context full: tool result 2 shortened from 9,000 to {len(kept.text):,} characters",)


def test_what_may_not_be_cut_and_does_not_fit_is_refused_with_the_remedy():
    with pytest.raises(ContextOverflowError) as caught:
        fit(conversation(500, question="why " * 1000), count, 3000)
    assert caught.value.n_tokens > 4000
    assert "--n-ctx" in caught.value.hint


@pytest.mark.parametrize("size", [700, 900, 1500])
def test_a_growing_conversation_is_cut_rarely_and_keeps_its_cuts(size):
    whole, budget = conversation(*[size] * 24), 18_000
    cuts, previous = 0, None
    for end in range(1, len(whole.turns) + 1):
        fitted, _ = fit(replace(whole, turns=whole.turns[:end]), count, budget)
        if previous is not None and fitted.turns[: len(previous.turns)] != previous.turns:
            cuts += 1
            assert count(fitted) <= 0.75 * budget
        previous = fitted
    n_shortened = sum(bool(o.omitted_chars) for o in observations(previous))
    assert cuts >= 1
    assert cuts <= n_shortened / 3


def test_the_rule_reads_a_long_conversation_a_few_times_only():
    n_counts = 0

    def counting(trajectory):
        nonlocal n_counts
        n_counts += 1
        return count(trajectory)

    fit(conversation(*[600] * 60), counting, 32_000)
    assert n_counts < 400
