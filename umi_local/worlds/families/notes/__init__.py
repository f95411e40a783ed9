"""Notes and things to do: taken down, found, finished, put off, counted and combined with dates and files."""

from umi_local.worlds.families.notes import advice, chains, dates, lookups, taking, trouble  # noqa: F401
from umi_local.worlds.families.notes.service import NOTES

FAMILY = NOTES

__all__ = ["FAMILY"]
