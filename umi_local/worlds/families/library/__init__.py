"""A public library: books with copies in several branches, members, loans, holds and fees."""

from umi_local.worlds.families.library import advice, chains, counter, decisions, lookups  # noqa: F401
from umi_local.worlds.families.library.service import FAMILY

__all__ = ["FAMILY"]
