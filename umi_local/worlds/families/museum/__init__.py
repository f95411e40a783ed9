"""A museum: exhibits in halls, opening days, guided tours and audio guides. All of it belongs to the test split."""

from umi_local.worlds.families.museum import exhibits, visits  # noqa: F401  # their intents
from umi_local.worlds.families.museum.service import MUSEUM

FAMILY = MUSEUM
__all__ = ["FAMILY", "MUSEUM"]
