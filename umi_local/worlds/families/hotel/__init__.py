"""A small hotel: rooms that are free or taken, bookings with their bills, extras, and services to a room."""

from umi_local.worlds.families.hotel import (  # noqa: F401  # their intents and operations
    advice,
    bills,
    chains,
    changes,
    extras,
    lookups,
    moves,
    rooms,
    service,
    ways_around,
)
from umi_local.worlds.families.hotel.scene import HOTEL

FAMILY = HOTEL
__all__ = ["FAMILY", "HOTEL"]
