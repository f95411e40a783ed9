"""A company's staff tools: who works where, who is away, rooms and desks, and the hours on projects."""

from umi_local.worlds.families.staff import advice, chains, changes, lookups  # noqa: F401
from umi_local.worlds.families.staff.service import FAMILY

__all__ = ["FAMILY"]
