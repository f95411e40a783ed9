"""The fleet office of a company: vehicles, drivers, bookings, trips, fuel, services and defects."""

from umi_local.worlds.families.fleet import advice, bookings, chains, changes, lookups, workshop  # noqa: F401
from umi_local.worlds.families.fleet.service import FLEET

FAMILY = FLEET

__all__ = ["FAMILY"]
