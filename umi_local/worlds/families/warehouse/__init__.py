"""A warehouse: articles in bins, suppliers, incoming deliveries, picking lists."""

from umi_local.worlds.families.warehouse import advice, deliveries, lookups, moves, picking, recoveries, supply  # noqa: F401
from umi_local.worlds.families.warehouse.service import WAREHOUSE

FAMILY = WAREHOUSE

__all__ = ["FAMILY"]
