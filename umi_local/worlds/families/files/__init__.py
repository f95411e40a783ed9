"""Files and folders: find, read, write, copy, move, compare and tidy up."""

import umi_local.worlds.families.files.advice
import umi_local.worlds.families.files.comparing
import umi_local.worlds.families.files.corrections
import umi_local.worlds.families.files.finding
import umi_local.worlds.families.files.listing
import umi_local.worlds.families.files.measures
import umi_local.worlds.families.files.moving
import umi_local.worlds.families.files.reading
import umi_local.worlds.families.files.tidying
import umi_local.worlds.families.files.trouble
import umi_local.worlds.families.files.writing  # noqa: F401
from umi_local.worlds.families.files.service import FILES

FAMILY = FILES

__all__ = ["FAMILY", "FILES"]
