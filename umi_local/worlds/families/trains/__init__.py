"""A railway: trains and their stops, delays, seats, tickets."""

from umi_local.worlds.families.trains import (  # noqa: F401
    advice,
    bookings,
    changes,
    journeys,
    recoveries,
    seats,
    stations,
    timetable,
)
from umi_local.worlds.families.trains.service import TRAINS

FAMILY = TRAINS

__all__ = ["FAMILY"]
