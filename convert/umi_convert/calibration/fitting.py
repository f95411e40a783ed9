"""Make trajectories fit a context: tools that are never called go first, then the last turns; what went is said.

Observations are not cut here: the same conversation must be read whole by everyone who is compared on it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from umi_local.messages import CallerTurn, PlannerTurn, SummarizerTurn, Trajectory

_SPOKEN = (PlannerTurn, CallerTurn, SummarizerTurn)

Count = Callable[[Trajectory], int]
"""Tokens that a trajectory needs with the longest turn that is spoken in it; never more for a beginning of it."""


def fit_all(
    trajectories: Sequence[Trajectory], count: Count, n_ctx: int
) -> tuple[tuple[Trajectory, ...], tuple[str, ...]]:
    """Return the trajectories that fit, shortened where they must be, and a notice for each that was."""
    fitted: list[Trajectory] = []
    notices: list[str] = []
    for number, trajectory in enumerate(trajectories, start=1):
        shorter, what = fit(trajectory, count, n_ctx)
        if what:
            notices.append(f"trajectory {number}: {what} to fit n_ctx={n_ctx:,}")
        if shorter is not None:
            fitted.append(shorter)
    return tuple(fitted), tuple(notices)


def fit(trajectory: Trajectory, count: Count, n_ctx: int) -> tuple[Trajectory | None, str]:
    """Return a trajectory that fits, or None, and what was dropped; an empty text where nothing was."""
    if count(trajectory) <= n_ctx:
        return trajectory, ""
    fewer, n_tools = _with_fewer_tools(trajectory, count, n_ctx)
    shorter = _with_fewer_turns(fewer, count, n_ctx)
    if shorter is None:
        return None, "all of it was dropped"
    n_turns = len(fewer.turns) - len(shorter.turns)
    dropped = [f"{n_tools} tool(s) that it never calls"] * bool(n_tools) + [f"its last {n_turns} turn(s)"] * bool(
        n_turns
    )
    return shorter, f"{' and '.join(dropped)} were dropped"


def _with_fewer_tools(trajectory: Trajectory, count: Count, n_ctx: int) -> tuple[Trajectory, int]:
    """Drop tools from the last on, but those that are called, until it fits; return how many went."""
    called = {turn.call.name for turn in trajectory.turns if isinstance(turn, CallerTurn)}
    shorter, n_dropped = trajectory, 0
    for tool in reversed(trajectory.tools):
        if count(shorter) <= n_ctx:
            break
        if tool.name not in called:
            shorter = Trajectory(tuple(kept for kept in shorter.tools if kept is not tool), shorter.turns)
            n_dropped += 1
    return shorter, n_dropped


def _with_fewer_turns(trajectory: Trajectory, count: Count, n_ctx: int) -> Trajectory | None:
    """Return the longest beginning that fits and ends with a turn of a role, by bisection; None where none does."""
    ends = [i + 1 for i, turn in enumerate(trajectory.turns) if isinstance(turn, _SPOKEN)]

    def beginning(n_spoken: int) -> Trajectory:
        return Trajectory(trajectory.tools, trajectory.turns[: ends[n_spoken - 1]])

    if ends and count(trajectory) <= n_ctx:
        return trajectory
    low, high = 0, len(ends)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if count(beginning(middle)) <= n_ctx else (low, middle - 1)
    return beginning(low) if low else None
