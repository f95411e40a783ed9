"""Sums, units and dates: by themselves, and with numbers that are read from files, tables and notes first."""

import umi_local.worlds.families.reckoning.advice
import umi_local.worlds.families.reckoning.calendar_days
import umi_local.worlds.families.reckoning.from_files
import umi_local.worlds.families.reckoning.from_forms
import umi_local.worlds.families.reckoning.people_and_terms
import umi_local.worlds.families.reckoning.prices
import umi_local.worlds.families.reckoning.sums
import umi_local.worlds.families.reckoning.totals
import umi_local.worlds.families.reckoning.trouble
import umi_local.worlds.families.reckoning.units  # noqa: F401
from umi_local.worlds.families.reckoning.service import RECKONING

FAMILY = RECKONING

__all__ = ["FAMILY"]
