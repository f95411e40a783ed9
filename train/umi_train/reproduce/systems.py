"""What each system trains, as data. Every role learns every one of its target tokens equally often in all of them.

| system | stage 1 | stage 2 | who speaks |
|---|---|---|---|
| `single` | global, profile `single`, all passes | | the backbone: thought and action in one turn |
| `multi-task` | global, all passes | | the backbone plays every role |
| `one-stage` | | roles from the base, all passes | a role reads everything by itself |
| `umi` | global, one half of the records, all passes | roles, the other half, all passes | a role reads everything by itself |
| `umi-reuse` | global, all records, half the passes | roles, all records, half the passes | the same |
| `span` | that of `umi-reuse` | spans, all records, half the passes | roles share the backbone's keys and values |

What starts from the base is trained as `[global_stage]` says, what starts from a backbone as `[local_stage]` says.

Paper:
    Shen et al. 2024 (arXiv 2401.07324), the systems of its static comparison. With data reuse stage 2 sees the instructions of
    stage 1 again; without, the two stages' instructions are disjoint.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

from umi_local.bundles.role_card import Mode

SystemName: TypeAlias = Literal["single", "multi-task", "one-stage", "umi", "umi-reuse", "span"]
Part: TypeAlias = Literal["all", "first", "second"]
"""All records, or one of the two halves that share no instruction."""
Reading: TypeAlias = Literal["shared", "separate"]
"""`shared`: an adapter is active over its own turn, after what the backbone has read. `separate`: over all that it reads."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Training:
    """One thing that is trained; systems that need the same one share it.

    Attributes:
        roles: Whether it makes an adapter for each role; else one for all of them, a backbone.
        part: Which records.
        halves: How many halves of all passes it takes.
        start: The training whose backbone it starts from; None for the base itself.
        profile: How prompts are written; None as the configuration says.
    """

    roles: bool
    part: Part = "all"
    halves: Literal[1, 2] = 2
    start: str | None = None
    mode: Mode = "full"
    profile: Literal["single"] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class System:
    """Something that is evaluated.

    Attributes:
        title: As the paper calls it.
        backbone: The training whose backbone is merged into the base; None for the base itself.
        roles: The training whose adapters speak; None where the backbone does.
        mode: How roles read.
    """

    title: str
    backbone: str | None
    roles: str | None
    mode: Reading = "separate"

    @property
    def trainings(self) -> tuple[str, ...]:
        """What must be trained, in order."""
        return tuple(name for name in (self.backbone, self.roles) if name is not None)


TRAININGS: Mapping[str, Training] = {
    "single": Training(roles=False, profile="single"),
    "backbone-whole": Training(roles=False),
    "roles-from-base": Training(roles=True),
    "backbone-first": Training(roles=False, part="first"),
    "roles-second": Training(roles=True, part="second", start="backbone-first"),
    "backbone-half": Training(roles=False, halves=1),
    "roles-half": Training(roles=True, halves=1, start="backbone-half"),
    "spans-half": Training(roles=True, halves=1, start="backbone-half", mode="span"),
}
"""All trainings, each after the one that it starts from."""

SYSTEMS: Mapping[SystemName, System] = {
    "single": System(title="Single-LLM", backbone="single", roles=None),
    "multi-task": System(title="Single-LLM multi-task", backbone="backbone-whole", roles=None),
    "one-stage": System(title="Multi-LLM one-stage", backbone=None, roles="roles-from-base"),
    "umi": System(title="α-UMi w/o reuse", backbone="backbone-first", roles="roles-second"),
    "umi-reuse": System(title="α-UMi w/ reuse", backbone="backbone-half", roles="roles-half"),
    "span": System(title="span (ours)", backbone="backbone-half", roles="spans-half", mode="shared"),
}
"""All systems, in the order of the table."""

BASELINES: tuple[SystemName, ...] = ("single", "umi-reuse")
"""What the others are compared with."""


def trainings_of(systems: Iterable[SystemName]) -> tuple[str, ...]:
    """Return what some systems need trained, each once, in an order in which it can be."""
    wanted = {name for system in systems for name in SYSTEMS[system].trainings}
    return tuple(name for name in TRAININGS if name in wanted)
