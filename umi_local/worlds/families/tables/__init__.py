"""Tables in CSV files: columns, counts, sums, groups, largest and smallest, and what is done with the figures."""

import umi_local.worlds.families.tables.advice
import umi_local.worlds.families.tables.comparisons
import umi_local.worlds.families.tables.counts
import umi_local.worlds.families.tables.decisions
import umi_local.worlds.families.tables.entries
import umi_local.worlds.families.tables.figures
import umi_local.worlds.families.tables.months
import umi_local.worlds.families.tables.questions
import umi_local.worlds.families.tables.results
import umi_local.worlds.families.tables.rows
import umi_local.worlds.families.tables.trouble  # noqa: F401
from umi_local.worlds.families.tables.service import TABLES

FAMILY = TABLES

__all__ = ["FAMILY"]
