"""Tasks and records as values. A task is what a live run is given; a record is the gold plan's run of one."""

from __future__ import annotations

from dataclasses import dataclass

from umi_local.messages import ToolSpec, Trajectory
from umi_local.worlds.family import Kind
from umi_local.worlds.frames import Register
from umi_local.worlds.splits import Split

VERSION = 1
"""Raised whenever the same seed makes other records, but for changes in the families themselves."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """Everything that a task follows from, beside the families' code."""

    split: Split
    seed: int
    index: int
    family: str
    intent: str
    kind: Kind

    @property
    def id(self) -> str:
        """A name that is unique over all tasks: `train-0-17-shop.cancel_order-plain`."""
        return f"{self.split.value}-{self.seed}-{self.index}-{self.family}.{self.intent}-{self.kind.value}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """A question with tools, whose right outcome is known.

    Attributes:
        variant: What exactly makes the kind: "other_tool" and "retry" (recover); "none_fits", "near_miss" and
            "dead_end" and "beyond" (impossible); "ask_back" (missing info); "own" (the plan's own detour); else "".
        register: How the user writes.
        is_builtin: Whether the tools that do it are those that come with umi-local.
        questions: What the user says, turn by turn; a live run asks them one after the other.
        tools: What is on offer, in order.
        n_calls: Calls that the gold plan makes, retries included.
    """

    recipe: Recipe
    variant: str
    register: Register
    is_builtin: bool
    questions: tuple[str, ...]
    tools: tuple[ToolSpec, ...]
    n_calls: int
    version: int = VERSION

    @property
    def id(self) -> str:
        """The recipe's id."""
        return self.recipe.id

    @property
    def kind(self) -> Kind:
        """What it is about."""
        return self.recipe.kind

    @property
    def question(self) -> str:
        """What the user says first."""
        return self.questions[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """A true trajectory for training, with what it was made from.

    Attributes:
        wordings: Ids of the wordings in it; no id occurs in two splits.
    """

    id: str
    split: Split
    family: str
    intent: str
    kind: Kind
    variant: str
    register: Register
    is_builtin: bool
    n_calls: int
    wordings: tuple[str, ...]
    trajectory: Trajectory
