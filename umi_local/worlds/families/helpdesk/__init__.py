"""A support desk: tickets of customers, the agents who work on them, comments, priorities and tags."""

from umi_local.worlds.families.helpdesk import advice, chains, handling, lookups, people  # noqa: F401
from umi_local.worlds.families.helpdesk.service import FAMILY

__all__ = ["FAMILY"]
