"""Notes and things to do: taken down, found, finished, put off, counted and combined with dates and files."""

import umi_local.worlds.families.notes.advice
import umi_local.worlds.families.notes.chains
import umi_local.worlds.families.notes.dates
import umi_local.worlds.families.notes.finishing
import umi_local.worlds.families.notes.lookups
import umi_local.worlds.families.notes.taking
import umi_local.worlds.families.notes.trouble  # noqa: F401
from umi_local.worlds.families.notes.service import NOTES

FAMILY = NOTES

__all__ = ["FAMILY"]
