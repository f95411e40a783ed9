"""A shop with orders, products and parcels: the model for families of invented services with state."""

from umi_local.worlds.families.shop import advice, catalogue, chains, changes, lookups, purchases, recoveries  # noqa: F401
from umi_local.worlds.families.shop.service import SHOP

FAMILY = SHOP

__all__ = ["FAMILY", "SHOP"]
