"""Tools that don't help, added to records that offer no more than they call: choosing among tools can only be learned so.

Tools come from records of the same split, so that a tool of `dev` is never shown in `train`. A record gets none where they
could make it wrong: where the planner says that no tool helps, or where a tool's name shares a word with one that is called.
"""

from __future__ import annotations

import hashlib
import heapq
from collections.abc import Iterable
from dataclasses import replace

from umi_local.messages import CallerTurn, Decision, PlannerTurn, ToolSpec, Trajectory, UserTurn
from umi_local.records import Record
from umi_train.importers.rationales import words_of

POOL_SIZE = 1000

_COMMON = frozenset(
    ("get", "set", "list", "find", "search", "by", "for", "of", "to", "the", "and", "a", "in", "v1", "v2", "api")
)


class ToolPool:
    """A sample of the tools that go by: those whose names have the smallest hashes, so the order doesn't matter."""

    def __init__(self, seed: int, size: int = POOL_SIZE) -> None:
        self._seed, self._size = seed, size
        self._heap: list[tuple[int, str]] = []  # the largest hash first, as negative numbers
        self._tools: dict[str, ToolSpec] = {}

    def add(self, tools: Iterable[ToolSpec]) -> None:
        """Look at tools; of several with one name the first is kept."""
        for tool in tools:
            if tool.name in self._tools:
                continue
            rank = -_hash(f"{self._seed}/{tool.name}")
            if len(self._heap) < self._size:
                heapq.heappush(self._heap, (rank, tool.name))
            elif rank > self._heap[0][0]:
                del self._tools[heapq.heapreplace(self._heap, (rank, tool.name))[1]]
            else:
                continue
            self._tools[tool.name] = tool

    def __len__(self) -> int:
        return len(self._tools)

    def draw(self, record: Record, n: int, *, seed: str) -> Record:
        """Return the record with one to `n` more tools, all in an order of their own; or as it is where none may be added."""
        trajectory = record.trajectory
        if n < 1 or not takes_distractors(trajectory):
            return record
        wanted = 1 + _hash(f"{seed}/{record.id}/n") % n
        taken = {tool.name for tool in trajectory.tools}
        words = frozenset().union(*(_words(tool.name) for tool in trajectory.tools))
        fit = [name for name in self._tools if name not in taken and not _words(name) & words]
        chosen = heapq.nsmallest(wanted, fit, key=lambda name: _hash(f"{seed}/{record.id}/{name}"))
        tools = [*trajectory.tools, *(self._tools[name] for name in chosen)]
        tools.sort(key=lambda tool: _hash(f"{seed}/{record.id}/order/{tool.name}"))
        return replace(record, trajectory=Trajectory(tuple(tools), trajectory.turns))


def takes_distractors(trajectory: Trajectory) -> bool:
    """Whether more tools leave a trajectory right: every question of the user is served by a call, none is given up."""
    turns = trajectory.turns
    others = [i for i, t in enumerate(turns) if isinstance(t, PlannerTurn) and t.decision is not Decision.CALL]
    if any(_says_none_helps(trajectory, i) for i in others):
        return False
    return any(isinstance(turn, CallerTurn) for turn in turns)


def _says_none_helps(trajectory: Trajectory, i: int) -> bool:
    turn = trajectory.turns[i]
    gives_up = isinstance(turn, PlannerTurn) and turn.decision is Decision.GIVE_UP
    return gives_up or isinstance(trajectory.turns[i - 1], UserTurn)


def _words(name: str) -> frozenset[str]:
    return frozenset(words_of(name).lower().split()) - _COMMON


def _hash(text: str) -> int:
    return int.from_bytes(hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "big")
