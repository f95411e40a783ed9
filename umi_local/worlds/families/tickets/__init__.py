"""A box office for cinemas and theatres: shows, performances, seats, bookings and gift cards."""

from umi_local.worlds.families.tickets import (  # noqa: F401  # their intents and operations
    advice,
    bookings,
    chains,
    exchanges,
    payments,
    seats,
    service,
    shows,
    ways_around,
)
from umi_local.worlds.families.tickets.scene import TICKETS

FAMILY = TICKETS
__all__ = ["FAMILY", "TICKETS"]
