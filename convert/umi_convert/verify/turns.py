"""Which turns of the trajectories are measured: all are rendered, some are scored, some are spoken.

A turn is named by its place. Those that cost time are spread evenly, so that every kind of trajectory has its share, and
they are taken in the order of the conversation, so that a longer one reuses what a shorter one has read.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from umi_local.engine.base import RoleTurn
from umi_local.messages import CallerTurn, PlannerTurn, Role, SummarizerTurn, Trajectory

T = TypeVar("T")

_SPEAKERS: dict[type, Role] = {
    PlannerTurn: Role.PLANNER,
    CallerTurn: Role.CALLER,
    SummarizerTurn: Role.SUMMARIZER,
}


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """One turn of a role: the trajectory's number and the turn's, both from 0."""

    trajectory: int
    turn: int
    role: Role

    def __str__(self) -> str:
        return f"trajectory {self.trajectory + 1}, turn {self.turn + 1}"

    def before(self, trajectories: Sequence[Trajectory]) -> Trajectory:
        """Return what the role has read when it speaks this turn."""
        whole = trajectories[self.trajectory]
        return Trajectory(whole.tools, whole.turns[: self.turn])

    def spoken(self, trajectories: Sequence[Trajectory]) -> RoleTurn:
        """Return the turn as the trajectory has it."""
        turn = trajectories[self.trajectory].turns[self.turn]
        assert isinstance(turn, (PlannerTurn, CallerTurn, SummarizerTurn))  # places are those of roles
        return turn


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """All turns of the judged roles, and which of them are scored and spoken; in the order of the conversation."""

    places: tuple[Place, ...]
    scored: frozenset[Place]
    spoken: frozenset[Place]


def role_places(trajectories: Sequence[Trajectory], roles: Sequence[Role]) -> tuple[Place, ...]:
    """Return every turn that one of the roles speaks."""
    return tuple(
        Place(i, j, _SPEAKERS[type(turn)])
        for i, trajectory in enumerate(trajectories)
        for j, turn in enumerate(trajectory.turns)
        if _SPEAKERS.get(type(turn)) in roles
    )


def select(
    places: Sequence[Place], n_positions: Mapping[Place, int], *, positions_per_role: int, spoken_per_role: int
) -> Selection:
    """Choose the turns to score and to speak.

    Args:
        n_positions: Rows of logits that each turn gives.
    """
    scored: set[Place] = set()
    spoken: set[Place] = set()
    for role in Role:
        own = [place for place in places if place.role is role]
        scored.update(_within(own, lambda place: n_positions[place], positions_per_role))
        spoken.update(spread(own, spoken_per_role))
    return Selection(places=tuple(places), scored=frozenset(scored), spoken=frozenset(spoken))


def spread(items: Sequence[T], n: int) -> list[T]:
    """Return at most n items, evenly spaced, in their order."""
    n = min(n, len(items))
    return [items[(2 * i + 1) * len(items) // (2 * n)] for i in range(n)]


def _within(items: Sequence[T], size: Callable[[T], int], budget: int) -> list[T]:
    """Return as many evenly spaced items as the budget holds, but one at least; each has a size of 1 or more."""
    for n in range(min(len(items), budget), 1, -1):
        chosen = spread(items, n)
        if sum(map(size, chosen)) <= budget:
            return chosen
    return spread(items, 1)
