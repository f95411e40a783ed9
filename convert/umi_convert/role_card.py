"""Read umi_role.json beside an adapter's weights; it is optional, and `umi_local/bundles/role_card.py` says what is in it."""

from __future__ import annotations

from pathlib import Path

from umi_convert.errors import CheckpointError
from umi_convert.json_file import read_json_object
from umi_local.bundles.role_card import CARD_NAME, RoleCard
from umi_local.jsonable import JsonableError, from_jsonable

MAX_BYTES = 1 << 20


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
