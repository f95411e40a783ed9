"""From options and umi.toml to what commands work with: the configuration, the toolbox, the agent.

The command line counts before umi.toml, and umi.toml before the defaults.
"""

from __future__ import annotations

import contextlib
import difflib
import fnmatch
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from typing import TypeAlias

from umi_local.agent import Agent, Limits
from umi_local.bundles.manifest import LoadedBundle
from umi_local.commands.options import RunChoices, ToolChoices
from umi_local.config import Config, find_config, load_config
from umi_local.engine.base import Engine
from umi_local.engine.options import EngineOptions
from umi_local.errors import UsageError
from umi_local.evaluate.trained import OpenTrained
from umi_local.tools.base import Tool
from umi_local.tools.policy import Ask, Policy
from umi_local.tools.runner import ToolRunner
from umi_local.tools.toolbox import Toolbox

OpenEngine: TypeAlias = Callable[[LoadedBundle, EngineOptions], Engine]


@dataclass(frozen=True, slots=True)
class Services:
    """What commands reach the outside with; tests give others through click's context object."""

    open_engine: OpenEngine | None = None
    """None for the real one, which is only imported when it is used."""
    open_trained: OpenTrained | None = None
    """Opens adapters for `umi eval --peft`; None for what is registered for it."""


@dataclass(frozen=True, slots=True)
class Ready:
    """An agent that can be asked, and the name of its bundle."""

    agent: Agent
    bundle: str
    toolbox: Toolbox


def configuration(choices: RunChoices) -> Config:
    """Return umi.toml with what the command line says put over it.

    Raises:
        ConfigError: umi.toml has mistakes, or isn't where it was said to be.
        UsageError: A value on the command line can't be.
    """
    config = load_config(find_config(choices.tools.config))
    try:
        return replace(config, run=replace(config.run, **choices.run))
    except ValueError as error:
        raise UsageError(str(error)) from error


@contextmanager
def toolbox_of(config: Config, choices: ToolChoices, ask: Ask | None = None) -> Iterator[Toolbox]:
    """Make the toolbox, and end its tools' processes afterwards.

    Args:
        ask: Asks a person about calls that the policy leaves open; None where nobody can be asked.

    Raises:
        ToolDefinitionError: A module of tools can't be imported, or a tool can't be offered.
        UsageError: `--tool`, `--allow` or `--deny` names nothing, or a root isn't a folder.
    """
    known = all_tools(config, choices)
    policy = Policy.from_flags(
        allow=choices.allow, deny=choices.deny, rules=config.policy.rules, tool_names=[tool.name for tool in known]
    )
    runner = ToolRunner(env=_environment(config, choices))
    try:
        toolbox = Toolbox(_chosen(known, choices.only or config.tools.only), policy, runner, ask)
        yield toolbox
    finally:
        runner.close()


def all_tools(config: Config, choices: ToolChoices) -> tuple[Tool, ...]:
    """Return the built-in tools, those of installed packages and of the modules named, and commands, before any is left out.

    Raises:
        ToolDefinitionError: A module of tools can't be imported.
    """
    from umi_local.tools.builtin import builtin_tools
    from umi_local.tools.commands import tool_of
    from umi_local.tools.modules import load_tools, registered_tools

    modules = dict.fromkeys((*config.tools.modules, *choices.modules))
    with contextlib.redirect_stdout(sys.stderr):  # what a module prints on import is no part of our output
        of_modules = [tool for module in modules for tool in load_tools(module)]
        of_packages = registered_tools()
    return (*builtin_tools(), *of_packages, *of_modules, *map(tool_of, config.tools.commands))


@contextmanager
def ready_agent(
    services: Services,
    choices: RunChoices,
    *,
    ask: Ask | None,
    loading: Callable[[str], AbstractContextManager[object]],
) -> Iterator[Ready]:
    """Open everything a question needs, cheap things first, and close it afterwards.

    Args:
        loading: Shows that models are being loaded; gets the bundle's name.
    """
    from umi_local.bundles.catalog import find_bundle

    config = configuration(choices)
    loaded = whole_bundle(find_bundle(config.run.bundle), services)
    bundle = loaded.bundle
    with toolbox_of(config, choices.tools, ask) as toolbox:
        with loading(bundle.name):
            engine = opener(services)(loaded, config.run.engine_options())
        try:
            agent = Agent(
                engine,
                toolbox,
                bundle=bundle.name,
                limits=Limits(
                    max_steps=config.run.max_steps, timeout_s=config.run.timeout_s, retries=config.run.retries
                ),
                options=config.run.speak_options(bundle.sampling),
            )
            yield Ready(agent, bundle.name, toolbox)
        finally:
            engine.close()


def whole_bundle(loaded: LoadedBundle, services: Services) -> LoadedBundle:
    """Return a bundle that can be opened, and show how it is put together where that takes a while.

    Raises:
        UmiError: It can't be put together.
    """
    from umi_local.bundles.assembly import assembled, is_assembled

    if services.open_engine is not None:  # tests' own opens no files
        return loaded
    if is_assembled(loaded):
        return assembled(loaded)
    from umi_local.screen.progress import stage_bar

    with stage_bar() as show:
        return assembled(loaded, show)


def opener(services: Services) -> OpenEngine:
    """Return what opens engines: the services' own, or the real one, imported now."""
    if services.open_engine is not None:
        return services.open_engine
    from umi_local.engine.open import open_engine

    return open_engine


def _environment(config: Config, choices: ToolChoices) -> dict[str, str]:
    """Return the variable that tells tools in their own process which folders they may touch."""
    from umi_local.tools.builtin.roots import ROOTS_VARIABLE, Roots

    paths = choices.roots or config.tools.roots
    if not paths:
        return {}
    try:
        roots = Roots.from_paths(paths)
    except OSError as error:
        raise UsageError(str(error), hint="Correct --root or `roots` in umi.toml.") from error
    return {ROOTS_VARIABLE: os.pathsep.join(root.path for root in roots.roots)}


def _chosen(tools: Sequence[Tool], only: Sequence[str]) -> list[Tool]:
    if not only:
        return list(tools)
    names = [tool.name for tool in tools]
    for pattern in only:
        if not fnmatch.filter(names, pattern):
            near = difflib.get_close_matches(pattern, names, n=3, cutoff=0.4)
            hint = f"Did you mean {' or '.join(near)}?" if near else "`umi tools list` lists the tools."
            raise UsageError(f"--tool: no tool matches {pattern!r}", hint=hint)
    return [tool for tool in tools if any(fnmatch.fnmatchcase(tool.name, pattern) for pattern in only)]
