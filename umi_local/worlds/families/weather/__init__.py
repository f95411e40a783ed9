"""A weather service: measuring stations, forecasts, warnings, sunrise and sunset, and the user's own alerts."""

from umi_local.worlds.families.weather import advice, ahead, alerts, now  # noqa: F401
from umi_local.worlds.families.weather.service import FAMILY

__all__ = ["FAMILY"]
