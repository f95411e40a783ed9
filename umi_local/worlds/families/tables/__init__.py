"""Tables in CSV files: columns, counts, sums, groups, largest and smallest, and what is done with the figures."""

from umi_local.worlds.families.tables import advice, figures, months, results, rows, trouble  # noqa: F401
from umi_local.worlds.families.tables.service import TABLES

FAMILY = TABLES

__all__ = ["FAMILY"]
