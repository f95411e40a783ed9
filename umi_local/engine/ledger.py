"""What to do when a conversation doesn't fit the context: shorten old observations, say so, never anything else.

The rule, in this order: observations before the last one are cut to 240 characters, the oldest first; then the last one is
cut to what fits. Tools, instructions, the user's words and what the roles wrote are never cut; if they don't fit, that is an
error that names the remedy. Once something must go, room is made at once (a quarter of the budget), since every cut voids
the cache behind it. What is shortened depends on the conversation alone, so a resumed session reads the same; and it is
decided from the conversation's beginning on, turn by turn, so a longer conversation keeps the cuts of the shorter one and
makes the next only when the room is used up.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Sequence
from dataclasses import replace

from umi_local.errors import ContextOverflowError
from umi_local.messages import ToolTurn, Trajectory

KEPT_CHARS = 240
"""What is left of an old observation."""

_ROOM = 0.75


def fit(trajectory: Trajectory, count: Callable[[Trajectory], int], budget: int) -> tuple[Trajectory, tuple[str, ...]]:
    """Return a trajectory whose prompt has at most `budget` tokens, and notices of what was shortened.

    Args:
        count: Tokens of the prompt for a trajectory.

    Raises:
        ContextOverflowError: Even with all observations shortened it doesn't fit.
    """
    if count(trajectory) <= budget:
        return trajectory, ()
    observed = [i for i, turn in enumerate(trajectory.turns) if isinstance(turn, ToolTurn)]
    n_short = _n_shortened(trajectory, observed, count, budget)
    trajectory, notices = _shorten_first(trajectory, observed, n_short)
    if count(trajectory) > budget and observed:
        trajectory, notice = _shorten_last(trajectory, observed[-1], len(observed), count, budget)
        notices += notice
    n_tokens = count(trajectory)
    if n_tokens > budget:
        raise ContextOverflowError(n_tokens, budget, what="the conversation, with all tool results shortened,")
    return trajectory, tuple(notices)


def _n_shortened(
    trajectory: Trajectory, observed: Sequence[int], count: Callable[[Trajectory], int], budget: int
) -> int:
    """Return how many first observations are shortened, by living through the conversation again."""

    def tokens(end: int, n_short: int) -> int:
        return count(_shorten_first(_first(trajectory, end), observed, n_short)[0])

    n_short, end, n_turns = 0, 0, len(trajectory.turns)
    while tokens(n_turns, n_short) > budget:
        low, high = min(end + 1, n_turns), n_turns  # the next moment at which the conversation was too long
        while low < high:
            middle = (low + high) // 2
            low, high = (low, middle) if tokens(middle, n_short) > budget else (middle + 1, high)
        end, n_seen = low, bisect_left(observed, low)
        while n_short < n_seen - 1 and tokens(end, n_short) > _ROOM * budget:
            n_short += 1
        if end == n_turns:
            break
    return n_short


def _first(trajectory: Trajectory, n_turns: int) -> Trajectory:
    return replace(trajectory, turns=trajectory.turns[:n_turns])


def _shorten_first(trajectory: Trajectory, observed: Sequence[int], n_short: int) -> tuple[Trajectory, list[str]]:
    """Shorten the first observations; those beyond the trajectory's end are let be."""
    notices: list[str] = []
    for step, index in enumerate(observed[:n_short], start=1):
        if index < len(trajectory.turns):
            trajectory, notice = _shorten(trajectory, index, KEPT_CHARS, step)
            notices += notice
    return trajectory, notices


def _shorten(trajectory: Trajectory, index: int, n_chars: int, step: int) -> tuple[Trajectory, list[str]]:
    turn = trajectory.turns[index]
    assert isinstance(turn, ToolTurn)  # the indices are those of tool turns
    observation = turn.observation
    n_cut = len(observation.text) - n_chars
    if n_cut <= 0:
        return trajectory, []
    shorter = replace(
        observation,
        text=observation.text[:n_chars],
        omitted_chars=observation.omitted_chars + n_cut,
    )
    turns = (*trajectory.turns[:index], ToolTurn(shorter), *trajectory.turns[index + 1 :])
    notice = f"context full: tool result {step} shortened from {len(observation.text):,} to {n_chars:,} characters"
    return replace(trajectory, turns=turns), [notice]


def _shorten_last(
    trajectory: Trajectory,
    index: int,
    step: int,
    count: Callable[[Trajectory], int],
    budget: int,
) -> tuple[Trajectory, list[str]]:
    """Cut the last observation to the most that fits, by bisection."""
    turn = trajectory.turns[index]
    assert isinstance(turn, ToolTurn)
    low, high = min(KEPT_CHARS, len(turn.observation.text)), len(turn.observation.text)
    while low < high:
        middle = (low + high + 1) // 2
        if count(_shorten(trajectory, index, middle, step)[0]) <= budget:
            low = middle
        else:
            high = middle - 1
    return _shorten(trajectory, index, low, step)
