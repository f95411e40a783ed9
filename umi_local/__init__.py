"""umi-local: a tool agent made of three small language models, on this machine.

The names below are the public API. They are imported when they are first used, so that `import umi_local` loads nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from umi_local.agent import Agent, Limits, RunResult
    from umi_local.bundles.catalog import find_bundle
    from umi_local.engine.open import open_engine
    from umi_local.engine.options import EngineOptions
    from umi_local.tools.builtin import builtin_tools
    from umi_local.tools.functions import tool
    from umi_local.tools.policy import Policy
    from umi_local.tools.runner import ToolRunner
    from umi_local.tools.toolbox import Toolbox

__version__ = "0.1.0"

_HOMES = {
    "Agent": "umi_local.agent",
    "EngineOptions": "umi_local.engine.options",
    "Limits": "umi_local.agent",
    "Policy": "umi_local.tools.policy",
    "RunResult": "umi_local.agent",
    "ToolRunner": "umi_local.tools.runner",
    "Toolbox": "umi_local.tools.toolbox",
    "builtin_tools": "umi_local.tools.builtin",
    "find_bundle": "umi_local.bundles.catalog",
    "open_engine": "umi_local.engine.open",
    "tool": "umi_local.tools.functions",
}

__all__ = [
    "Agent",
    "EngineOptions",
    "Limits",
    "Policy",
    "RunResult",
    "ToolRunner",
    "Toolbox",
    "__version__",
    "builtin_tools",
    "find_bundle",
    "open_engine",
    "tool",
]


def __getattr__(name: str) -> Any:
    """Import a public name on first use."""
    if name not in _HOMES:
        raise AttributeError(f"module 'umi_local' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
