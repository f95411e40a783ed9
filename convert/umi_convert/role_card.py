"""umi_role.json: what our trainer says about an adapter beside its weights.

The file is optional. It is read strictly, since `mode` decides whether the shared layout computes the right function.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeAlias

from umi_convert.errors import CheckpointError
from umi_convert.json_file import read_json_object
from umi_local.bundles.values import Markers, Profile
from umi_local.jsonable import JsonableError, from_jsonable

CARD_NAME = "umi_role.json"
MAX_BYTES = 1 << 20

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


def read_role_card(folder: Path, problems: list[str]) -> RoleCard | None:
    """Return what umi_role.json in a folder says, or None where there is none or it is broken, which is reported.

    Args:
        problems: Gets what is wrong with the file.
    """
    path = folder / CARD_NAME
    if not path.exists():
        return None
    try:
        return from_jsonable(RoleCard, dict(read_json_object(path, max_bytes=MAX_BYTES)))
    except CheckpointError as error:
        problems.append(f"{CARD_NAME}: {error.reason}")
    except JsonableError as error:
        problems += [f"{CARD_NAME}: {problem}" for problem in error.problems]
    return None
