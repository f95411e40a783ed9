"""The restaurants of a city: hours, menus, tables and who has reserved them."""

from umi_local.worlds.families.dining import (  # noqa: F401  # their intents and operations
    advice,
    chains,
    changes,
    menus,
    places,
    service,
    tables,
    ways_around,
    words,
)
from umi_local.worlds.families.dining.scene import DINING

FAMILY = DINING
__all__ = ["DINING", "FAMILY"]
