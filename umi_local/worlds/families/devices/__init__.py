"""A smart home: lamps, appliances, blinds, sensors and doors in rooms, heating, scenes and schedules."""

from umi_local.worlds.families.devices import advice, chains, changes, lookups, recoveries, sums  # noqa: F401
from umi_local.worlds.families.devices.service import FAMILY

__all__ = ["FAMILY"]
