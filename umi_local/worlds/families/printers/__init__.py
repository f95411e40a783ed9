"""The printers of an office: their queues, toner and paper."""

from umi_local.worlds.families.printers import advice, jobs, supplies  # noqa: F401
from umi_local.worlds.families.printers.service import FAMILY

__all__ = ["FAMILY"]
