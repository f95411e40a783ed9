"""What the shell completes: names of bundles, tools and sessions. Quiet where something is broken."""

from __future__ import annotations

from collections.abc import Iterable

import click
from click.shell_completion import CompletionItem

from umi_local.errors import UmiError


def bundle_names(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Complete a bundle's name, or a path."""
    from umi_local.bundles.catalog import list_bundles

    names = _matching((entry.name for entry in list_bundles()), incomplete)
    return names or [CompletionItem(incomplete, type="file")]


def own_bundle_names(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Complete the name of a bundle that isn't built in."""
    from umi_local.bundles.catalog import EMBEDDED, list_bundles

    return _matching((entry.name for entry in list_bundles() if entry.name != EMBEDDED), incomplete)


def tool_names(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Complete a built-in tool's name."""
    return _matching(_tool_names(), incomplete)


def effects_and_tools(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Complete an effect class or a tool's name."""
    from umi_local.tools.base import Effect

    return _matching([*(effect.value for effect in Effect), *_tool_names()], incomplete)


def session_ids(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Complete a session's id, with its question."""
    from umi_local.folders import sessions_path
    from umi_local.sessions.store import LAST, SessionStore

    if not sessions_path().exists():
        return []
    try:
        with SessionStore() as store:
            found = store.list(50)
    except UmiError:  # completing is no place for messages
        return []
    items = [CompletionItem(LAST, help="the newest"), *(CompletionItem(info.id, help=info.title) for info in found)]
    return [item for item in items if item.value.startswith(incomplete)]


def _tool_names() -> Iterable[str]:
    from umi_local.tools.builtin import builtin_tools

    return (tool.name for tool in builtin_tools())


def _matching(names: Iterable[str], incomplete: str) -> list[CompletionItem]:
    return [CompletionItem(name) for name in names if name.startswith(incomplete)]
