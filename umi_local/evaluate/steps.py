"""The labelled steps of a trajectory: every planner's turn with the turn that its decision asks for.

A planner's turn that decides to call and isn't followed by a call, or decides to conclude and isn't followed by an answer, is
no label: it stays in the history, is counted, and nobody is asked for it. Nor is one whose turns a record names as context.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from umi_local.evaluate.values import Decoding, FollowTurn, GoldStep, Route
from umi_local.jsonable import to_jsonable
from umi_local.messages import CallerTurn, Decision, PlannerTurn, SummarizerTurn, Trajectory, Turn, UserTurn

_FOLLOWS = {Decision.CALL: CallerTurn, Decision.CONCLUDE: SummarizerTurn}


@dataclass(frozen=True, slots=True)
class Labelled:
    """The steps of one trajectory, and how many of its planner's turns are no labels."""

    steps: tuple[GoldStep, ...]
    n_unlabelled: int


def labelled_steps(trajectory: Trajectory, context: Collection[int] = ()) -> Labelled:
    """Return the labelled steps of a trajectory, in order.

    Args:
        context: Numbers of the turns that are context only, as a record's `no_loss`.
    """
    name = content_hash(trajectory)
    steps, n_planner = [], 0
    for place, turn in enumerate(trajectory.turns):
        if not isinstance(turn, PlannerTurn):
            continue
        n_planner += 1
        follow = _follow(turn, trajectory.turns[place + 1 : place + 2])
        is_context = place in context or (follow is not None and place + 1 in context)
        if is_context or (follow is None and turn.decision is not Decision.GIVE_UP):
            continue
        step = GoldStep(
            trajectory=name,
            place=place,
            history=Trajectory(trajectory.tools, trajectory.turns[:place]),
            planner=turn,
            follow=follow,
            n_calls=_calls_of_question(trajectory.turns, place),
        )
        steps.append(step)
    return Labelled(tuple(steps), n_planner - len(steps))


def content_hash(value: object) -> str:
    """Return a hash of a value's JSON form: 16 hexadecimal digits."""
    text = json.dumps(to_jsonable(value), sort_keys=True, ensure_ascii=True)
    return hashlib.sha256(text.encode("ascii")).hexdigest()[:16]


def step_key(step: GoldStep, route: Route, decoding: Decoding) -> str:
    """Return what a result is found again by: everything that the models see and are compared with."""
    asked = (step.history, step.planner, step.follow, route, decoding)
    return content_hash([to_jsonable(part) for part in asked])


def _follow(turn: PlannerTurn, rest: Sequence[Turn]) -> FollowTurn | None:
    wanted = _FOLLOWS.get(turn.decision)
    found = rest[0] if rest else None
    if isinstance(found, (CallerTurn, SummarizerTurn)) and wanted is type(found):
        return found
    return None


def _calls_of_question(turns: Sequence[Turn], place: int) -> int:
    """Count the calls between the user's turn before a place and the one after it."""
    begin = max((i for i in range(place) if isinstance(turns[i], UserTurn)), default=0)
    end = next((i for i in range(place, len(turns)) if isinstance(turns[i], UserTurn)), len(turns))
    return sum(isinstance(turn, CallerTurn) for turn in turns[begin:end])
