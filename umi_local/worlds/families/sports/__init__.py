"""A league: teams, fixtures, results and the table, venues and referees."""

from umi_local.worlds.families.sports import fixtures, grounds, officials, results, scores, standings  # noqa: F401
from umi_local.worlds.families.sports.service import FAMILY

__all__ = ["FAMILY"]
