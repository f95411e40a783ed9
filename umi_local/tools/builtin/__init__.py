"""Tools that come with umi-local: one adapter a file, each with its `TOOLS`."""

from __future__ import annotations

from functools import cache
from importlib import import_module

from umi_local.tools.base import Tool

MODULES = (
    "calculator",
    "dates",
    "units",
    "notes",
    "files",
    "disk",
    "checksum",
    "tables",
    "json_lookup",
    "text_stats",
)


@cache
def builtin_tools() -> tuple[Tool, ...]:
    """Return all built-in tools, in a fixed order; their modules are imported on the first call."""
    return tuple(tool for name in MODULES for tool in import_module(f"{__name__}.{name}").TOOLS)
