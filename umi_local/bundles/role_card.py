"""umi_role.json: what a trainer says about an adapter beside its weights, for whoever makes a bundle of it.

Only the values; `umi_train` writes them and `umi_convert` reads them. They are read strictly, since `mode` decides whether the
shared layout computes the right function.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from umi_local.bundles.values import Markers, Profile

CARD_NAME = "umi_role.json"

RoleName: TypeAlias = Literal["planner", "caller", "summarizer", "backbone"]
Mode: TypeAlias = Literal["span", "full"]


@dataclass(frozen=True, slots=True, kw_only=True)
class DataSet:
    """What an adapter was trained on, for its model card."""

    name: str
    license: str
    records: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleCard:
    """What an adapter was trained for.

    Attributes:
        format: The version of the file.
        role: Whose turns; `backbone` for the stage that all roles start from.
        mode: `span`: active over the role's own turns only, the context read by the backbone. `full`: over everything.
        profile: How prompts were written in training.
        markers: Which turn markers.
        base_fingerprint: Of the weights that it was trained on.
    """

    format: Literal[1]
    role: RoleName
    mode: Mode
    profile: Profile
    markers: Markers
    base_fingerprint: str
    license: str | None = None
    data: tuple[DataSet, ...] = ()
