"""Files and folders: find, read, write, copy, move, compare and tidy up."""

from umi_local.worlds.families.files import advice, comparing, finding, moving, reading, trouble, writing  # noqa: F401
from umi_local.worlds.families.files.service import FILES

FAMILY = FILES

__all__ = ["FAMILY", "FILES"]
