"""A community garden: plots and their beds, watering, plants, tools on loan. All of it is for the test."""

from umi_local.worlds.families.garden import beds, tools_and_plots  # noqa: F401
from umi_local.worlds.families.garden.service import GARDEN

FAMILY = GARDEN

__all__ = ["FAMILY"]
